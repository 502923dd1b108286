"""Judging in a process of its own."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from kg.errors import Overloaded
from kg.settings import Settings
from kg.store import LocalStore
from kg.tabular import Upload
from kg.validation import apart
from kg.validation.rules import Rulebook

FILE = Upload("structures.csv", b"identifiant;type;nom\n1;MSP;MSP des Tilleuls\n")


def test_nobody_waits_long_for_a_free_place(store: LocalStore) -> None:
    book = Rulebook.load(store)
    for _ in range(2):
        apart._SLOTS.acquire()
    try:
        asked = time.monotonic()
        with pytest.raises(Overloaded, match=r"validation\.busy"):
            apart.judge_apart([FILE], date(2026, 11, 22), "fr", book, Settings(query_wait=0.2))
        assert time.monotonic() - asked < 2
    finally:
        for _ in range(2):
            apart._SLOTS.release()


def test_nothing_of_the_current_folder_is_run(
    store: LocalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    false = tmp_path / "kg"
    false.mkdir()
    (false / "__init__.py").write_text("raise SystemExit('false kg')", encoding="utf-8")
    (tmp_path / "pickle.py").write_text("raise SystemExit('false pickle')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    report = apart.judge_apart([FILE], date(2026, 11, 22), "fr", Rulebook.load(store), Settings())
    assert report.entities == 1
