"""Importing, from the files to the graph and back: what is kept, what is rejected and why."""

from __future__ import annotations

import csv
import io
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import URIRef
from rdflib.namespace import RDF

from kg import build, imports
from kg.cli import main
from kg.errors import BadInput, NotFound
from kg.imports import Sorted
from kg.imports.quads import quads
from kg.namespaces import SOINS, iri
from kg.resources import BUILT
from kg.settings import Settings
from kg.store import LocalStore
from kg.tabular import Upload
from kg.validation import Rulebook, write
from kg.validation.triples import statements

TODAY = date(2026, 11, 22)
HEADER = "identifiant;type;nom;date_ouverture;forme_juridique;projet_de_sante_date;projet_de_sante_transmis_ars;territoire\n"
GOOD = "1;CPTS;CPTS du Val;2018-01-10;association loi 1901;2018-01-10;oui;49007|49015\n"
BAD = '2;CPTS;CPTS du "Pont";2018-01-10;GIE;2018-01-10;oui;49007\n'
SAID = "SELECT ?s ?p ?o { GRAPH $graph { ?s ?p ?o } }"


@pytest.fixture(scope="module")
def folder(store: LocalStore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder of its own: what is imported here is no concern of other tests.

    The store is copied: to load it again takes seconds.
    """
    folder = tmp_path_factory.mktemp("imports")
    for made in (store.path, store.path.with_name(store.path.name + ".json")):
        (shutil.copytree if made.is_dir() else shutil.copy)(made, folder / made.name)
    return folder


@pytest.fixture
def own(folder: Path) -> LocalStore:
    """The real dataset, with nothing imported."""
    store = LocalStore.open(folder, BUILT, build.ensure())
    for one in imports.imports(store):
        imports.withdraw(store, one.source)
    return store


@pytest.fixture
def sort(own: LocalStore, book: Rulebook) -> Callable[..., Sorted]:
    def run(*files: str, source: str = "essai", day: date = TODAY) -> Sorted:
        uploads = [Upload(f"{n}.csv", text.encode()) for n, text in enumerate(files)]
        return imports.sort_out(uploads, source, day, "fr", book, Settings())

    return run


def said(store: LocalStore, source: str = "essai") -> set[tuple[str, str, str]]:
    graph = iri(f"id/graphe/import/{source}")
    return {(str(r["s"]), str(r["p"]), str(r["o"])) for r in store.select(SAID, graph=graph)}


def test_what_conforms_is_kept_and_what_does_not_is_rejected_with_its_reason(
    own: LocalStore, sort: Callable[..., Sorted]
) -> None:
    done = sort(HEADER + GOOD + BAD)

    assert imports.keep(own, done)
    assert (done.kept, done.rejected) == (1, ("2",))
    structure = str(iri("id/structure/essai/1"))
    triples = said(own)
    for predicate, value in (
        (RDF.type, SOINS.CommunauteProfessionnelleTerritorialeDeSante),
        (SOINS.dateDOuverture, "2018-01-10"),
        (SOINS.projetDeSanteTransmisALArs, "true"),
        (SOINS.territoireDAction, "49007"),
        (SOINS.territoireDAction, "49015"),
    ):
        assert (structure, str(predicate), str(value)) in triples
    assert not any("id/structure/essai/2" in s for s, _, _ in triples)
    reasons = list(
        csv.DictReader(io.StringIO(write(done.reasons, "csv").decode("utf-8-sig")), delimiter=";")
    )
    assert {(r["rule"], r["row"], r["label"]) for r in reasons} == {
        ("CPTS-ASSOCIATION", "3", 'CPTS du "Pont"')
    }


def test_a_member_at_fault_rejects_its_structure(sort: Callable[..., Sorted]) -> None:
    members = "structure;profession;date_entree;date_sortie\n1;infirmier;2020-01-01;2019-01-01\n"
    done = sort(HEADER + GOOD, members)

    assert done.rejected == ("1",)


def test_provenance_names_file_hash_time_tool_dataset_and_day(
    own: LocalStore, sort: Callable[..., Sorted]
) -> None:
    done = sort(HEADER + GOOD)
    imports.keep(own, done)
    (found,) = imports.imports(own)

    assert (found.source, found.files, found.structures) == ("essai", ("0.csv",), 1)
    assert (found.digest, found.dataset) == (done.report.source_hash, own.version)
    assert found.day == TODAY
    assert found.iri == str(iri(f"id/import/{found.digest}"))
    assert found.tool.startswith("soins-coordonnes ")


def test_the_same_file_again_changes_nothing(own: LocalStore, sort: Callable[..., Sorted]) -> None:
    imports.keep(own, sort(HEADER + GOOD))
    before, generation = said(own), own.generation

    assert not imports.keep(own, sort(HEADER + GOOD))
    assert (said(own), own.generation) == (before, generation)


def test_a_changed_file_takes_the_place_of_the_first(
    own: LocalStore, sort: Callable[..., Sorted]
) -> None:
    imports.keep(own, sort(HEADER + GOOD))
    imports.keep(own, sort(HEADER + GOOD.replace("1;", "7;", 1)))

    subjects = {s for s, _, _ in said(own)}
    assert str(iri("id/structure/essai/7")) in subjects
    assert str(iri("id/structure/essai/1")) not in subjects


def test_withdrawal_removes_it_whole(own: LocalStore, sort: Callable[..., Sorted]) -> None:
    imports.keep(own, sort(HEADER + GOOD))
    imports.keep(own, sort(HEADER + GOOD, source="autre"))
    imports.withdraw(own, "essai")

    assert said(own) == set()
    assert said(own, "autre")
    with pytest.raises(NotFound):
        imports.withdraw(own, "essai")


def test_what_is_imported_changes_no_answer_about_the_law(
    own: LocalStore, sort: Callable[..., Sorted]
) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    before = own.select(count)
    imports.keep(own, sort(HEADER + GOOD))

    assert own.select(count) == before
    assert not own.ask("ASK { $s ?p ?o }", s=URIRef(iri("id/structure/essai/1")))


def test_hostile_text_stays_text(own: LocalStore, sort: Callable[..., Sorted]) -> None:
    name = '"x" . } ; <http://e.org/> \\" é '
    line = GOOD.replace("CPTS du Val", '"' + name.replace('"', '""') + '"')
    imports.keep(own, sort(HEADER + line))

    labels = {o for _, p, o in said(own) if p == str(SOINS.nomDeLaStructure)}
    assert labels == {name.strip()}


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85"])
def test_a_separator_of_lines_inside_a_name_stays_inside(separator: str) -> None:
    made = quads(
        "essai", [statements("http://e.org/a", "http://e.org/b", f"CPTS{separator}du Val")]
    )

    (found,) = parse(made, format=RdfFormat.N_QUADS)
    assert found.object.value == f"CPTS{separator}du Val"


@pytest.mark.parametrize("asked", ["../x", "A", "é", "a b", "", "a" * 65])
def test_a_source_has_a_plain_name(asked: str) -> None:
    if not asked:
        assert imports.name_of([Upload("Été 2026, ARS.xlsx", b"")]) == "ete-2026-ars"
        return
    with pytest.raises(BadInput):
        imports.name_of([Upload("x.csv", b"")], asked)


# --- the command


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "cpts.csv"
    path.write_text(HEADER + GOOD + BAD, encoding="utf-8")
    return path


def run(folder: Path, *arguments: str) -> int:
    return main(["import", *arguments, "--data", str(folder), "--lang", "fr"])


def test_the_command_keeps_lists_and_withdraws(
    own: LocalStore, folder: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, str(file), "--date", "2026-11-22") == 1
    out = capsys.readouterr().out
    assert "1 structure(s) gardée(s) dans le graphe" in out
    assert "rejets-cpts.csv" in out
    assert "CPTS-ASSOCIATION" in (file.parent / "rejets-cpts.csv").read_text("utf-8-sig")

    assert run(folder, "--list") == 0
    assert "cpts : 1 structure(s), cpts.csv" in capsys.readouterr().out
    assert run(folder, "--withdraw", "cpts") == 0
    assert run(folder, "--withdraw", "cpts") == 2
    assert "Rien n’a été importé sous le nom" in capsys.readouterr().err


def test_abort_keeps_nothing_unless_all_conform(
    own: LocalStore, folder: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, str(file), "--on-error", "abort") == 1
    assert "Rien n’a été gardé : 1 structure(s)" in capsys.readouterr().out
    assert own.shelf.stamps() == {}

    file.write_text(HEADER + GOOD, encoding="utf-8")
    assert run(folder, str(file), "--on-error", "abort") == 0
    assert not (file.parent / "rejets-x.csv").exists()


def test_a_full_disk_is_a_sentence_and_changes_nothing(
    own: LocalStore,
    folder: Path,
    file: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert run(folder, str(file)) == 2
    assert "Rien n’a été gardé : l’écriture a échoué (No space left on device)." in (
        capsys.readouterr().err
    )
    assert own.shelf.stamps() == {}


def test_kill_minus_nine_of_the_command_leaves_the_old_graph_or_the_new_one(
    own: LocalStore, folder: Path, tmp_path: Path
) -> None:
    """The long run (``SOINS_KILLS=100``) kills it a hundred times, at moments spread over its life."""
    path = tmp_path / "cpts.csv"
    command = [sys.executable, "-m", "kg", "import", str(path), "--data", str(folder)]
    turns = int(os.environ.get("SOINS_KILLS", "4"))
    path.write_text(HEADER + GOOD, encoding="utf-8")
    start = time.monotonic()
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    life = time.monotonic() - start
    kept = "1"
    for turn in range(turns):
        new = str(turn + 2)
        path.write_text(HEADER + GOOD.replace("1;", f"{new};", 1), encoding="utf-8")
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=tmp_path
        ) as process:
            time.sleep(life * (0.5 + 0.5 * (turn + 1) / turns))
            process.send_signal(signal.SIGKILL)

        store = LocalStore.open(folder, BUILT, build.ensure())
        (found,) = imports.imports(store)
        subjects = {s for s, p, _ in said(store, "cpts") if p == str(SOINS.nomDeLaStructure)}
        (subject,) = subjects
        now = subject.rpartition("/")[2]
        assert now in (kept, new)
        assert found.structures == 1
        kept = now
    with own.shelf.lock(wait=0):
        assert not list(own.shelf.path.glob(".draft-*"))
