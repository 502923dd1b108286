"""The site as files: every link leads to a file, nothing calls a server, the search finds."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from api.static_site import HOST, StaticSite, relative
from kg.cli import main
from kg.messages import LANGS, say
from kg.settings import Settings
from kg.store import LocalStore

DAY = date(2026, 11, 22)
PAGES = (
    "/", "/concepts", "/concept/MaisonDeSante", "/concept/FormeJuridique",
    "/concept/formeJuridique", "/textes", "/texte/csp/l6323-3", "/texte/csp/l6323-3/2021-12-25",
    "/regles", "/regle/MSP-SIGNATURES", "/sources", "/source/003-kit-elus-doubs", "/desaccords",
    "/vocabulaire/rang/loi", "/changements", "/comparer",
)  # fmt: skip
LINK = re.compile(r'<(\w+)\b[^>]*?\s(href|src|action)="([^"]*)"')


def write(store: LocalStore, root: Path, langs=LANGS, only=PAGES) -> Path:
    from api import create_app
    from api.context import Context

    with Context.open(Settings(names=(HOST,)), store) as context:
        for lang in langs:
            StaticSite(create_app(context), lang, langs, DAY, root, only).write()
    return root


@pytest.fixture(scope="module")
def copy(store: LocalStore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(store, tmp_path_factory.mktemp("copie"))


def pages(copy: Path) -> list[Path]:
    return sorted(copy.rglob("*.html"))


def test_every_link_leads_to_a_file_of_the_copy_and_to_a_place_in_it(copy: Path) -> None:
    ids = {
        page: set(re.findall(r'\sid="([^"]*)"', page.read_text(encoding="utf-8")))
        for page in pages(copy)
    }
    broken = []
    for page in pages(copy):
        for tag, _, address in LINK.findall(page.read_text(encoding="utf-8")):
            split = urlsplit(unescape(address))
            if split.scheme in ("http", "https"):
                assert tag in ("a", "link"), address  # may be followed, never loaded
                continue
            to = (page.parent / unquote(split.path)).resolve() if split.path else page
            if not to.is_file() or (to in ids and split.fragment not in ids[to] | {""}):
                broken.append((page.relative_to(copy), address))

    assert len(ids) >= 2 * len(PAGES)
    assert broken == []


def test_no_page_loads_from_elsewhere_or_runs_a_module(copy: Path) -> None:
    for page in pages(copy):
        text = page.read_text(encoding="utf-8")
        loaded = re.findall(
            r'<(?:script|img|link rel="stylesheet")[^>]*?(?:src|href)="([^"]*)"', text
        )

        assert 'type="module"' not in text
        assert not any(urlsplit(address).scheme for address in loaded)
        assert "localhost" not in text


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_the_sample_is_there_in_its_language(
    copy: Path, path: str, lang: str
) -> None:
    name = path.strip("/") or "index"
    name = name.replace("/f", "/_f")  # a property beside its class
    text = (copy / lang / f"{name}.html").read_text(encoding="utf-8")

    assert f'<html lang="{lang}">' in text
    assert text.count("<h1") == 1


def test_a_class_and_its_property_are_two_files_whatever_the_case(copy: Path) -> None:
    names = [str(page.relative_to(copy)).casefold() for page in copy.rglob("*")]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["question", "validation", "sparql", "hors-ligne"])
def test_what_needs_the_program_says_so_and_how_to_get_it(copy: Path, name: str, lang: str) -> None:
    text = (copy / lang / f"{name}.html").read_text(encoding="utf-8")

    assert say("export.absent-title", lang) in unescape(text)
    assert "soins serve" in text


def test_no_form_remains_but_the_search(copy: Path) -> None:
    for page in pages(copy):
        for form in re.findall(r"<form[^>]*>", page.read_text(encoding="utf-8")):
            assert re.search(r'action="(?:\.\./)*recherche\.html"', form), page


def test_the_search_page_lists_all_that_it_finds(copy: Path) -> None:
    data = (copy / "fr" / "recherche-donnees.js").read_text(encoding="utf-8")
    rows = json.loads(data.removeprefix("const ENTRIES = ").removesuffix(";\n"))
    index = (copy / "fr" / "recherche.html").read_text(encoding="utf-8")

    assert {kind for _, _, kind, _, _ in rows} == {"concept", "text", "rule", "source", "term"}
    assert all((copy / "fr" / address).is_file() for *_, address, _ in rows)
    assert all(f'href="{address}"' in index for *_, address, _ in rows)
    assert any(acronym == "MSP" and label == "maison de santé" for label, acronym, *_ in rows)


def test_twins_come_along(copy: Path) -> None:
    told = json.loads((copy / "en" / "concept" / "MaisonDeSante.json").read_text(encoding="utf-8"))

    assert told["lang"] == "en"
    assert (copy / "donnees" / "concept" / "MaisonDeSante.ttl").is_file()
    assert (copy / "fr" / "textes.csv").is_file()


def test_a_citation_taken_from_a_copy_leads_to_the_lasting_site(copy: Path) -> None:
    cited = (copy / "fr" / "concept" / "MaisonDeSante.bib").read_text(encoding="utf-8")

    assert "url = {https://w3id.org/soins-coordonnes/def/MaisonDeSante?date=2026-11-22" in cited


def test_the_picture_of_a_neighbourhood_comes_along(copy: Path) -> None:
    page = (copy / "en" / "concept" / "MaisonDeSante.html").read_text(encoding="utf-8")
    drawn = (copy / "en" / "concept" / "MaisonDeSante.svg").read_text(encoding="utf-8")

    assert 'href="MaisonDeSante.svg"' in page
    assert 'xml:lang="en"' in drawn
    assert 'href="https://w3id.org/soins-coordonnes/def/MaisonDeSante"' in drawn


def test_the_same_dataset_gives_the_same_bytes(
    copy: Path, store: LocalStore, tmp_path: Path
) -> None:
    """Asked for again, from its end to its beginning."""
    again = write(store, tmp_path, LANGS, PAGES[::-1])
    files = sorted(file.relative_to(copy) for file in copy.rglob("*") if file.is_file())

    assert files == sorted(f.relative_to(again) for f in again.rglob("*") if f.is_file())
    assert [f for f in files if (copy / f).read_bytes() != (again / f).read_bytes()] == []


def test_one_language_alone_never_leads_to_the_other(store: LocalStore, tmp_path: Path) -> None:
    write(store, tmp_path, ("en",), ("/", "/regle/MSP-SIGNATURES"))

    assert not (tmp_path / "fr").exists()
    for page in pages(tmp_path):
        assert "/fr/" not in page.read_text(encoding="utf-8").replace("legifrance.gouv.fr/", "")


@pytest.mark.parametrize(
    ("page", "target", "address"),
    [
        ("fr/index.html", "fr/textes.html", "textes.html"),
        ("fr/texte/csp/x.html", "fr/texte/csp/x/2020-01-01.html", "x/2020-01-01.html"),
        ("fr/texte/csp/x.html", "fr/index.html", "../../index.html"),
        ("fr/concept/X.html", "en/concept/X.html", "../../en/concept/X.html"),
        ("fr/concept/X.html", "static/site.css", "../../static/site.css"),
        ("fr/a.html", "fr/b%3Ac.html", "b%253Ac.html"),
    ],
)
def test_addresses_are_relative(page: str, target: str, address: str) -> None:
    assert relative(page, target) == address


def test_a_folder_of_something_else_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "theirs.txt").write_text("keep", encoding="utf-8")

    assert main(["export-site", str(tmp_path)]) == 2
    assert "theirs.txt" in {file.name for file in tmp_path.iterdir()}
    assert len(list(tmp_path.iterdir())) == 1
    assert str(tmp_path) in capsys.readouterr().err


def test_what_breaks_off_leaves_the_old_copy(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, working_folder: Path
) -> None:
    """The command writes beside the folder; here its work fails at once."""
    from api.static_site import MANIFEST
    from kg.cli import export_site

    folder = tmp_path / "site"
    shutil.copytree(copy / "fr" / "concept", folder)
    (folder / MANIFEST).write_text("{}", encoding="utf-8")
    before = sorted(file.name for file in folder.iterdir())

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export_site, "_write", fail)

    assert main(["export-site", str(folder), "--data", str(working_folder)]) == 2
    assert sorted(file.name for file in folder.iterdir()) == before
    assert [file.name for file in tmp_path.iterdir()] == ["site"]


def test_a_new_copy_replaces_the_old_one_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, working_folder: Path
) -> None:
    from api.static_site import MANIFEST
    from kg.cli import export_site

    folder = tmp_path / "site"
    folder.mkdir()
    for name in (MANIFEST, "old.html"):
        (folder / name).write_text("{}", encoding="utf-8")
    monkeypatch.setattr(
        export_site, "_write", lambda draft, *_: (draft / "index.html").write_text("new")
    )

    assert main(["export-site", str(folder), "--data", str(working_folder)]) == 0
    assert [file.name for file in folder.iterdir()] == ["index.html"]
    assert [file.name for file in tmp_path.iterdir()] == ["site"]
