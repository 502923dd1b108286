"""What the server sends for the SPARQL page: examples by theme, words, policy, files of ours only."""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import api
from api import assets
from api.sparql import page
from kg import ontology
from kg.errors import CannotRun
from kg.messages import LANGS, Lang, catalogue
from kg.namespaces import PREFIXES

ROOT = Path(api.__file__).parent
HTML = {"Accept": "text/html"}
MODULES = ROOT.parent / "node_modules"


class Read(HTMLParser):
    """What a page loads, the links of its examples by theme, and the data that its script reads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.themes: list[list[str]] = []
        self.data = ""
        self._in_data = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what a tag tells."""
        named = dict(attrs)
        self._in_data = named.get("id") == "editor"
        if tag == "details":
            self.themes.append([])
        if "data-example" in named:
            self.themes[-1].append(named["href"] or "")
        if tag in {"script", "img", "iframe", "source", "object"} and (named.get("src")):
            self.loaded.append(named["src"] or "")
        if tag == "link" and named.get("rel") not in {"alternate", "canonical"}:
            self.loaded.append(named["href"] or "")

    def handle_data(self, data: str) -> None:
        """Take the data of the script."""
        if self._in_data:
            self.data += data

    def handle_endtag(self, tag: str) -> None:
        """Leave the data of the script."""
        self._in_data = False


@pytest.mark.parametrize("lang", LANGS)
def test_every_competency_question_is_an_example_of_one_theme(
    client: FlaskClient, lang: Lang
) -> None:
    text = client.get(f"/sparql?lang={lang}", headers=HTML).text
    themes = Read(text).themes

    assert len(ontology.questions()) == len({href for theme in themes for href in theme})
    assert len(ontology.questions()) == sum(map(len, themes))
    assert all(2 <= len(theme) <= 25 for theme in themes)


def test_a_theme_names_questions_that_exist_each_once() -> None:
    file = ROOT.parent / "ontology/questions/themes.toml"
    themes = tomllib.loads(file.read_text(encoding="utf-8"))["theme"]
    numbers = {int(q.slug.partition("-")[0]) for q in ontology.questions()}
    named = Counter(n for theme in themes for n in ontology._numbers(theme["questions"]))

    assert {number for number, times in named.items() if times > 1} == set()
    assert set(named) - numbers == set()


@pytest.mark.parametrize("lang", LANGS)
def test_the_script_gets_its_words_prefixes_and_formats(client: FlaskClient, lang: Lang) -> None:
    data = json.loads(Read(client.get(f"/sparql?lang={lang}", headers=HTML).text).data)

    assert data["prefixes"] == PREFIXES
    assert data["words"]["stop"] == catalogue()["sparql.editor-stop"][lang]
    assert [["CSV", "csv"]] == [x for x in data["formats"]["rows"] if x[1] == "csv"]
    found = client.get("/sparql", query_string={"query": data["terms"], "format": "tsv"}).text
    assert '"class"\t<https://w3id.org/soins-coordonnes/def/Affirmation>' in found
    assert '"property"\t<http://www.w3.org/2004/02/skos/core#prefLabel>' in found
    assert '"name"\t<https://w3id.org/soins-coordonnes/def/MaisonDeSante>' in found


def test_the_script_uses_every_word_that_it_is_given() -> None:
    script = (ROOT / "static/sparql.js").read_text(encoding="utf-8")
    template = (ROOT / "templates/sparql.html").read_text(encoding="utf-8")
    names = [
        k.removeprefix("sparql.editor-") for k in catalogue() if k.startswith("sparql.editor-")
    ]
    used = set(re.findall(r'words(?:\.|\[")([a-z-]+)', script))

    assert {n for n in names if n not in used and f"sparql.editor-{n}" not in template} == set()
    assert used - {*names, "none", "one", "many"} == set()


def test_the_page_opens_with_a_query_that_has_rows(client: FlaskClient) -> None:
    for lang in LANGS:
        query = page._start(lang)
        found = client.get("/sparql", query_string={"query": query, "format": "csv"}).text
        assert len(found.splitlines()) > 5


def test_what_the_page_loads_is_ours_and_set_up(client: FlaskClient) -> None:
    loaded = Read(client.get("/sparql", headers=HTML).text).loaded
    vendored = {"/static/vendor/" + name for name in assets.FILES.values()}

    assert {"/static/vendor/yasgui.js", "/static/vendor/yasgui.css"} <= set(loaded)
    assert all(x in vendored or (ROOT / x.removeprefix("/")).is_file() for x in loaded)


def test_the_editor_weighs_on_its_own_page_only(client: FlaskClient) -> None:
    for path in ("/", "/concepts", "/question", "/validation", "/sparql/absent"):
        assert "yasgui" not in client.get(path, headers=HTML).text


@pytest.mark.parametrize(
    "name", ["static/sparql.js", "static/sparql.css", "static/vendor/yasgui.css"]
)
def test_no_style_or_script_loads_from_elsewhere(name: str) -> None:
    file = ROOT / name
    if not file.is_file():
        pytest.skip("the front-end assets are not set up here: run `make setup`")
    text = file.read_text(encoding="utf-8")

    assert re.findall(r"(?:url\(|@import|import\s|fetch\()\s*[\"'`]?(?:https?:)?//", text) == []


def test_the_policy_of_the_page_allows_no_inline_script_no_eval_and_one_style_by_its_hash(
    client: FlaskClient,
) -> None:
    policy = client.get("/sparql", headers=HTML).headers["Content-Security-Policy"]
    parts = dict(part.split(None, 1) for part in policy.split("; "))

    assert parts["default-src"] == "'self'"
    assert "unsafe" not in policy
    assert re.fullmatch(r"'self' 'sha256-[\w+/]+='", parts["style-src"])
    assert "style-src" not in client.get("/", headers=HTML).headers["Content-Security-Policy"]


def test_texts_of_yasgui_that_we_translate_are_those_that_it_writes() -> None:
    script = assets.VENDOR / "yasgui.js"
    if not script.is_file():
        pytest.skip("the front-end assets are not set up here: run `make setup`")
    text = script.read_text(encoding="utf-8")
    texts = {k: t["en"] for k, t in catalogue().items() if k.startswith("sparql.yasgui-")}
    composed = {k: "Shows ${" for k in texts if k.startswith("sparql.yasgui-show-t")}
    composed |= {k: "Shows ${" for k in texts if k.startswith("sparql.yasgui-show-r")}

    assert [t for key, t in (texts | composed).items() if t not in text] == []


def test_set_up_copies_yasgui_and_the_licences_of_what_it_holds(tmp_path: Path) -> None:
    if not (MODULES / "@zazuko").is_dir():
        pytest.skip("the npm packages are not here: run `make setup`")
    made = {file.name: file for file in assets.copy(MODULES, tmp_path)}

    assert {*assets.FILES.values(), assets.LICENCES} == set(made)
    licences = made[assets.LICENCES].read_text(encoding="utf-8")
    for name in ("@zazuko/yasgui 4", "codemirror 5", "jquery 3", "datatables.net 2", "dompurify 3"):
        assert f"\n{name}" in "\n" + licences
    assert licences.count("Permission is hereby granted") > 20


def test_set_up_without_packages_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CannotRun):
        assets.copy(tmp_path, tmp_path / "vendor")


def test_scripts_and_styles_are_sent_shorter_and_not_again(client: FlaskClient) -> None:
    plain = client.get("/static/sparql.js")
    packed = client.get("/static/sparql.js", headers={"Accept-Encoding": "gzip"})

    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert "Accept-Encoding" in packed.headers["Vary"]
    again = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    unchanged = client.get("/static/sparql.js", headers=again)
    assert unchanged.status_code == 304
    for answer in (plain, packed, unchanged):
        answer.close()
