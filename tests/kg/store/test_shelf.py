from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from kg.build import DATASET, Manifest
from kg.errors import Overloaded
from kg.settings import Settings
from kg.store import LocalStore, Shelf, Workers, loading

MANIFEST = Manifest("a" * 64, "0" * 64, 3, 1)
GRAPH = "http://e.org/import/{}"
ALL = "SELECT ?n { GRAPH ?g { ?s <http://e.org/said> ?n } FILTER (?g = $graph) } ORDER BY ?n"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A dataset of three quads."""
    folder = tmp_path / "built"
    folder.mkdir()
    lines = [f'<http://e.org/{n}> <http://e.org/p> "{n}" <http://e.org/g> .\n' for n in range(3)]
    (folder / DATASET).write_text("".join(lines), encoding="utf-8")
    return folder


def quads(source: str, value: int, count: int = 1) -> bytes:
    """Return *count* quads of *source* that all say *value*."""
    line = '<http://e.org/{s}/{n}> <http://e.org/said> "{v}" <http://e.org/import/{s}> .\n'
    return "".join(line.format(s=source, n=n, v=value) for n in range(count)).encode()


def said(store: LocalStore, source: str) -> set[str]:
    """Return the values that the graph of *source* holds."""
    from rdflib import URIRef

    return {str(row["n"]) for row in store.select(ALL, graph=URIRef(GRAPH.format(source)))}


def change(store: LocalStore, source: str, value: int, count: int = 1) -> None:
    """Import, as a verb does."""
    with store.shelf.lock():
        store.shelf.put(source, quads(source, value, count))
        store.changed()


def test_an_import_is_reached_by_its_graph_and_never_by_the_default_one(
    tmp_path: Path, built: Path
) -> None:
    store = LocalStore.open(tmp_path / "data", built, MANIFEST)
    change(store, "ars", 1)

    assert said(store, "ars") == {"1"}
    assert str(store.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0]["n"]) == "3"


def test_a_new_file_replaces_the_graph_of_its_source_and_leaves_the_others(
    tmp_path: Path, built: Path
) -> None:
    store = LocalStore.open(tmp_path / "data", built, MANIFEST)
    change(store, "ars", 1)
    change(store, "dac", 2)
    change(store, "ars", 3)

    assert said(store, "ars") == {"3"}
    assert said(store, "dac") == {"2"}


def test_withdrawing_removes_the_graph_whole(tmp_path: Path, built: Path) -> None:
    store = LocalStore.open(tmp_path / "data", built, MANIFEST)
    change(store, "ars", 1, count=100)
    with store.shelf.lock():
        assert store.shelf.remove("ars")
        assert not store.shelf.remove("ars")
        store.changed()

    assert said(store, "ars") == set()
    assert store.generation == ""


def test_a_running_server_sees_what_another_process_imported(tmp_path: Path, built: Path) -> None:
    server = LocalStore.open(tmp_path / "data", built, MANIFEST)
    other = LocalStore.open(tmp_path / "data", built, MANIFEST)
    with Workers(server.path, Settings(workers=1)) as workers:
        count = "SELECT (COUNT(*) AS ?n) { GRAPH <http://e.org/import/ars> { ?s ?p ?o } }"
        assert workers.answer(count, "text/csv").read().split() == [b"n", b"0"]
        change(other, "ars", 1)

        assert server.refresh()
        workers.turn_to(server.path)

        assert said(server, "ars") == {"1"}
        assert workers.answer(count, "text/csv").read().split() == [b"n", b"1"]
    assert not server.refresh()


def test_a_server_goes_on_with_the_old_state_while_another_process_makes_the_new_one(
    tmp_path: Path, built: Path
) -> None:
    server = LocalStore.open(tmp_path / "data", built, MANIFEST)
    shelf = Shelf(tmp_path / "data/imports")
    with shelf.lock():
        shelf.put("ars", quads("ars", 1))
        assert not server.refresh()
        assert said(server, "ars") == set()
    assert server.refresh()
    assert said(server, "ars") == {"1"}


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    with shelf.lock(), pytest.raises(Overloaded), shelf.lock(wait=0):
        pass


def test_who_comes_while_another_writes_waits_for_his_turn(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    order: list[str] = []

    def second() -> None:
        with Shelf(tmp_path).lock(wait=30):
            order.append("second")

    thread = threading.Thread(target=second)
    with shelf.lock():
        thread.start()
        time.sleep(0.2)
        order.append("first")
    thread.join(30)

    assert order == ["first", "second"]


@pytest.mark.parametrize("name", ["", "../x", "a/b", "A", "é", "a" * 65, "-a", ".lock"])
def test_a_source_names_a_file_of_the_shelf_and_nothing_else(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        Shelf(tmp_path).file(name)


def test_a_store_that_is_whole_is_not_made_again_and_one_that_a_kill_left_unmade_is(
    tmp_path: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(LocalStore.open(tmp_path / "data", built, MANIFEST), "ars", 1)

    def refused(*_: object) -> None:
        raise AssertionError("made again")

    with monkeypatch.context() as patch:
        patch.setattr(loading, "_making", refused)
        store = LocalStore.open(tmp_path / "data", built, MANIFEST)
    assert said(store, "ars") == {"1"}

    with store.shelf.lock():  # killed once the file is kept, before its store is made
        store.shelf.put("ars", quads("ars", 2))
    assert said(LocalStore.open(tmp_path / "data", built, MANIFEST), "ars") == {"2"}


def test_a_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf(tmp_path)
    shelf.put("ars", b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        shelf.put("ars", b"new")
    assert shelf.file("ars").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["ars.nq"]


def _import_for_ever(data: Path, built: Path, first: int) -> None:
    store = LocalStore.open(data, built, MANIFEST)
    value = first
    while True:
        value += 1
        change(store, "ars", value, count=2_000)


def test_kill_minus_nine_leaves_the_old_state_or_the_new_one(tmp_path: Path, built: Path) -> None:
    """A killed writer never leaves half a graph; the long run, of a hundred kills, is in the bench."""
    data = tmp_path / "data"
    context = multiprocessing.get_context("fork")
    for turn in range(int(os.environ.get("SOINS_KILLS", "6"))):
        writer = context.Process(target=_import_for_ever, args=(data, built, turn * 1_000))
        writer.start()
        time.sleep(0.15 + 0.037 * (turn % 11))
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()

        store = LocalStore.open(data, built, MANIFEST)
        found = said(store, "ars")
        assert len(found) <= 1
        size = "SELECT (COUNT(*) AS ?n) { GRAPH <http://e.org/import/ars> { ?s ?p ?o } }"
        assert str(store.select(size)[0]["n"]) == ("2000" if found else "0")
        with store.shelf.lock(wait=0):  # the kernel gave the lock back, and drafts are swept
            assert not list(store.shelf.path.glob(".draft-*"))
