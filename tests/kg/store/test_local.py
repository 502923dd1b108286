from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from kg.build import Manifest
from kg.store import LocalStore, is_iri

QUADS = [f'<http://e.org/{n}> <http://e.org/p> "{n}" <http://e.org/g> .' for n in range(500)]
ALL = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.fixture
def built(tmp_path: Path) -> tuple[Path, Manifest]:
    """A small built dataset."""
    folder = tmp_path / "built"
    folder.mkdir()
    (folder / "dataset.nq").write_text("\n".join(QUADS) + "\n", encoding="utf-8")
    return folder, Manifest("f" * 64, "0" * 64, len(QUADS), 1)


def count(store: LocalStore) -> int:
    """Return the number of triples of the default graph."""
    return int(str(store.select(ALL)[0]["n"]))


def test_the_default_graph_is_the_union_of_the_named_ones(
    tmp_path: Path, built: tuple[Path, Manifest]
) -> None:
    assert count(LocalStore.open(tmp_path / "data", *built)) == len(QUADS)


@pytest.mark.parametrize("damage", ["emptied", "cut", "gone", "without its note"])
def test_a_damaged_store_is_loaded_again(
    tmp_path: Path, built: tuple[Path, Manifest], damage: str
) -> None:
    path = LocalStore.open(tmp_path / "data", *built).path
    manifest = next(path.glob("MANIFEST-*"))
    if damage == "emptied":
        manifest.write_bytes(b"")
    elif damage == "cut":
        manifest.write_bytes(manifest.read_bytes()[: manifest.stat().st_size // 2])
    elif damage == "gone":
        next(path.glob("*.sst")).unlink()
    else:
        path.with_name(path.name + ".json").unlink()

    assert count(LocalStore.open(tmp_path / "data", *built)) == len(QUADS)


def test_the_store_of_an_earlier_dataset_goes_after_a_day(
    tmp_path: Path, built: tuple[Path, Manifest]
) -> None:
    old, recent = tmp_path / "data/store-old", tmp_path / "data/store-recent"
    for folder in (old, recent):
        folder.mkdir(parents=True)
    os.utime(old, (time.time() - 90_000,) * 2)

    LocalStore.open(tmp_path / "data", *built)

    assert not old.exists()
    assert recent.exists()


@pytest.mark.parametrize("text", ["http://e.org/a[b", "http://e.org/%zz", "http://e.org/a b", "x"])
def test_what_the_engine_cannot_write_is_no_iri(text: str) -> None:
    assert not is_iri(text)
