"""The generated set: the faults that were planted are found, and no other; the files are read back."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from kg import tabular
from kg.settings import Settings
from kg.store import LocalStore
from kg.tabular import Upload
from kg.validation import Report, Rulebook, judge
from tests import generator

DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def book(store: LocalStore) -> Rulebook:
    return Rulebook.load(store)


def uploads(found: generator.Generated, form: str = "csv") -> list[Upload]:
    return [Upload(name, data) for name, data in generator.WRITERS[form](found).items()]


def complaints(report: Report) -> set[tuple[str, str]]:
    """Return what is said of each structure beyond informations: its number, the rule."""
    return {
        ((result.focus or "").rpartition("/")[2], result.rule)
        for result in report.results
        if result.severity != "info"
    }


def test_a_set_without_faults_conforms_without_a_warning(book: Rulebook) -> None:
    found = generator.generate(400, faults=0)

    report = judge(uploads(found), DAY, "fr", book, Settings())

    assert complaints(report) == set()


def test_every_fault_is_found_by_the_rule_that_it_names(book: Rulebook) -> None:
    found = generator.generate(800, faults=1)

    report = judge(uploads(found), DAY, "fr", book, Settings())

    assert {f.kind for f in found.faults} == set(generator.FAULTS)
    assert {(f.structure, f.rule) for f in found.faults} <= complaints(report)


def test_the_same_seed_gives_the_same_set_and_another_another() -> None:
    first, second, other = (generator.generate(50, 0.2, seed) for seed in (1, 1, 2))

    assert first == second != other


def test_the_share_of_faults_is_the_one_asked_for() -> None:
    found = generator.generate(5000, faults=0.02)

    assert 70 <= len(found.faults) <= 130


def test_there_are_some_six_or_seven_members_to_a_structure() -> None:
    found = generator.generate(2000)

    assert 6 <= len(found.members) / 2000 <= 7


def test_no_two_structures_share_a_number() -> None:
    found = generator.generate(30_000)

    numbers = [row[c] for row in found.structures for c in ("finess_et", "siret") if row.get(c)]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_each_format_says_the_same(book: Rulebook, form: str) -> None:
    found = generator.generate(60, faults=0.3)

    plain = tabular.read(uploads(found), book.columns, Settings())
    other = tabular.read(uploads(found, form), book.columns, Settings())

    assert _values(plain) == _values(other)


def _values(tables: tabular.Tables) -> list[dict[str, object]]:
    assert tables.membres is not None
    records = (*tables.structures.records, *tables.membres.records)
    return [{name: r.value(name) for name in sorted(r.cells)} for r in records]


def test_the_command_writes_the_files_and_the_list_of_faults(tmp_path: Path) -> None:
    program = Path(generator.__file__)

    subprocess.run([sys.executable, str(program), "--count", "20", "-o", str(tmp_path)], check=True)

    assert ["fautes.csv", "membres.csv", "structures.csv"] == sorted(
        path.name for path in tmp_path.iterdir()
    )
