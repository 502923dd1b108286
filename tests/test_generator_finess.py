"""The generated set in FINESS and RDF: what each format can tell is read back and judged alike."""

from __future__ import annotations

from datetime import date

import pytest

from kg import tabular
from kg.settings import Settings
from kg.store import LocalStore
from kg.tabular import Tables, Upload
from kg.validation import Report, Rulebook, judge
from tests import generator, generator_finess

DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def book(store: LocalStore) -> Rulebook:
    return Rulebook.load(store)


def uploads(found: generator.Generated, form: str) -> list[Upload]:
    writers = generator.WRITERS | generator_finess.WRITERS
    return [Upload(name, data) for name, data in writers[form](found).items()]


def complaints(report: Report) -> set[tuple[str, str]]:
    """Return what is said of each structure beyond informations: its number, the rule."""
    return {
        ((result.focus or "").rpartition("/")[2], result.rule)
        for result in report.results
        if result.severity != "info"
    }


def read(found: generator.Generated, form: str, book: Rulebook) -> Tables:
    return tabular.read(uploads(found, form), book.columns, Settings())


@pytest.mark.parametrize("form", generator_finess.WRITERS)
def test_a_set_without_faults_conforms_without_a_warning(form: str, book: Rulebook) -> None:
    found = generator.generate(150, faults=0)

    report = judge(uploads(found, form), DAY, "fr", book, Settings())

    assert complaints(report) == set()


@pytest.mark.parametrize("form", generator_finess.FINESS)
def test_a_finess_file_gives_the_establishments_that_it_holds(form: str, book: Rulebook) -> None:
    found = generator.generate(150, faults=0)
    expected = [
        (
            row["finess_et"],
            row["finess_ej"],
            row["commune_insee"],
            row["date_ouverture"],
            row["nom"],
        )
        for row in generator_finess.establishments(found)
    ]

    records = read(found, form, book).structures.records

    columns = ("finess_et", "finess_ej", "commune_insee", "date_ouverture", "nom")
    assert expected == [tuple(record.text(name) for name in columns) for record in records]


@pytest.mark.parametrize("form", generator_finess.RDF)
def test_rdf_is_judged_as_the_table_that_says_the_same(form: str, book: Rulebook) -> None:
    found = generator.generate(300, faults=0.5, seed=4)

    told = complaints(judge(uploads(found, form), DAY, "fr", book, Settings()))

    assert told == complaints(judge(uploads(found, "csv"), DAY, "fr", book, Settings()))


def test_the_six_syntaxes_of_rdf_give_the_same_rows(book: Rulebook) -> None:
    found = generator.generate(40, faults=0.5)
    read_back = [read(found, form, book) for form in generator_finess.RDF]

    first = read_back[0]

    assert all(
        (t.structures.records, t.problems) == (first.structures.records, first.problems)
        for t in read_back
    )
