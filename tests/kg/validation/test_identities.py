"""Identifiers against their keys, each other and the official lists: what is said, where, how gravely."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kg.messages import Lang
from kg.settings import Settings
from kg.tabular import Upload, example
from kg.validation import Report, Result, Rulebook, judge

DAY = date(2026, 11, 22)
OURS = {
    "FINESS-FORME", "FINESS-CLE", "SIRET-FORME", "SIRET-CLE", "SIREN-CLE", "COMMUNE-INCONNUE",
    "CATEGORIE-FERMEE", "EJ-ET-INVERSES", "FINESS-DOUBLE", "DEPARTEMENT-INCOHERENT",
}  # fmt: skip
COLUMNS = """identifiant type nom finess_ej finess_et siret commune_insee date_ouverture date_fermeture
territoire""".split()
Found = list[tuple[str, str, int | None, str]]


@pytest.fixture
def judged(book: Rulebook) -> Callable[..., Report]:
    def run(*rows: dict[str, str], day: date = DAY, lang: Lang = "fr") -> Report:
        lines = [";".join(COLUMNS)]
        for number, row in enumerate(rows, 1):
            told = {"identifiant": str(number), "type": "ESP", "nom": "A"} | row
            lines.append(";".join(told.get(column, "") for column in COLUMNS))
        return judge([Upload("essai.csv", "\n".join(lines).encode())], day, lang, book, Settings())

    return run


def ours(report: Report) -> Found:
    """Return the results about identifiers: severity, rule, row, column."""
    return [(r.severity, r.rule, r.row, r.column) for r in report.results if r.rule in OURS]


def only(report: Report) -> Result:
    (result,) = [r for r in report.results if r.rule in OURS]
    return result


ROWS: list[tuple[dict[str, str], list[tuple[str, str, str]]]] = [
    ({"finess_et": "539000059", "finess_ej": "539000042", "commune_insee": "53130"}, []),
    ({"finess_et": "53 900 005 9"}, []),
    ({"finess_et": "2a0000170", "commune_insee": "2A004"}, []),
    ({"finess_et": "39000059"}, [("violation", "FINESS-FORME", "finess_et")]),
    ({"finess_ej": "FINESS"}, [("violation", "FINESS-FORME", "finess_ej")]),
    ({"finess_et": "539000053"}, [("violation", "FINESS-CLE", "finess_et")]),
    ({"finess_et": "2B0000170"}, [("violation", "FINESS-CLE", "finess_et")]),
    ({"siret": "732 829 320 00074"}, []),
    ({"siret": "35600000000048"}, []),
    ({"siret": "732829320"}, [("violation", "SIRET-FORME", "siret")]),
    ({"siret": "73282932000075"}, [("violation", "SIRET-CLE", "siret")]),
    ({"siret": "73282932100074"}, [("violation", "SIREN-CLE", "siret")]),
    ({"commune_insee": "75101"}, []),
    ({"commune_insee": "97411"}, []),
    ({"commune_insee": "53000"}, [("warning", "COMMUNE-INCONNUE", "commune_insee")]),
    ({"commune_insee": "Laval"}, [("warning", "COMMUNE-INCONNUE", "commune_insee")]),
    ({"territoire": "53130|53003"}, []),
    ({"territoire": "53130|53000"}, [("warning", "COMMUNE-INCONNUE", "territoire")]),
    (
        {"finess_et": "539000059", "commune_insee": "35238"},
        [("info", "DEPARTEMENT-INCOHERENT", "finess_et")],
    ),
    ({"finess_et": "970102018", "commune_insee": "97105"}, []),
    ({"finess_et": "970102018", "commune_insee": "97701"}, []),
    (
        {"finess_et": "539000059", "finess_ej": "539000059"},
        [("warning", "EJ-ET-INVERSES", "finess_ej")],
    ),
    ({"type": "124"}, []),
    ({"type": "130"}, [("warning", "CATEGORIE-FERMEE", "type")]),
    ({"type": "130", "date_fermeture": "2012-05-01"}, []),
    ({"type": "130", "date_ouverture": "2027-05-01"}, []),
]


@pytest.mark.parametrize(("row", "expected"), ROWS)
def test_each_fault_of_an_identifier_has_its_own_result(
    judged: Callable[..., Report], row: dict[str, str], expected: list[tuple[str, str, str]]
) -> None:
    assert ours(judged(row)) == [(severity, rule, 2, column) for severity, rule, column in expected]


def test_a_category_is_closed_from_the_day_of_its_closing(judged: Callable[..., Report]) -> None:
    found = [ours(judged({"type": "130"}, day=date(2013, 12, day))) for day in (18, 19)]

    assert found == [[], [("warning", "CATEGORIE-FERMEE", 2, "type")]]


def test_the_number_of_a_legal_entity_is_told_when_another_row_has_it_as_an_establishment(
    judged: Callable[..., Report],
) -> None:
    report = judged({"finess_et": "539000059"}, {"finess_ej": "539000059"})

    assert ours(report) == [("warning", "EJ-ET-INVERSES", 3, "finess_ej")]
    assert "n° 2" in only(report).message


def test_an_establishment_in_two_rows_is_told_at_the_second(judged: Callable[..., Report]) -> None:
    report = judged({"finess_et": "539000059"}, {"finess_et": "53 9000059"})

    assert ours(report) == [("warning", "FINESS-DOUBLE", 3, "finess_et")]


def test_a_legal_entity_may_have_several_establishments(judged: Callable[..., Report]) -> None:
    assert ours(judged(*[{"finess_ej": "539000042"}] * 2)) == []


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"finess_et": "539000053"}, "9 comme dernier chiffre, si les autres sont justes"),
        ({"siret": "73282932000075"}, "4 comme dernier chiffre, si les autres sont justes"),
        ({"siret": "73282932100074"}, "0 comme neuvième chiffre, si les autres sont justes"),
        ({"type": "130"}, "une catégorie ouverte : 124"),
    ],
)
def test_what_is_expected_is_worked_out(
    judged: Callable[..., Report], row: dict[str, str], expected: str
) -> None:
    assert only(judged(row)).expected == expected


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(("row", "expected"), [(row, found) for row, found in ROWS if found])
def test_each_result_says_what_is_wrong_and_how_to_correct_it(
    judged: Callable[..., Report], row: dict[str, str], expected: list[object], lang: Lang
) -> None:
    result = only(judged(row, lang=lang))

    texts = [result.title, result.message, result.expected, result.fix]
    assert all(texts)
    assert "{" not in " ".join(texts)
    assert result.basis == ()


def test_an_official_code_or_the_name_of_the_class_is_a_type(
    judged: Callable[..., Report], book: Rulebook
) -> None:
    things = {book.types.things[word] for word in ("msp", "603", "maisondesante")}

    assert len(things) == 1


def test_the_status_code_of_a_legal_entity_is_a_legal_form(book: Rulebook) -> None:
    words = next(w for column, w in book.values.items() if column.endswith("/formeJuridique"))

    names = {code: words.things[code].rpartition("/")[2] for code in ("60", "61", "62", "80")}

    assert names == {
        "60": "association-loi-1901",
        "61": "association-loi-1901",
        "62": "association-droit-local",
        "80": "sisa",
    }


def test_a_code_is_spelled_out_in_the_report(book: Rulebook) -> None:
    (column,) = [c for c in book.columns if c.name == "forme_juridique"]

    found = [book.spelled(column, text, "fr") for text in ("95", "SAS", "99")]

    assert found == ["95, société par actions simplifiée", "SAS", "99"]


def test_the_categories_that_are_judged_are_those_of_our_concepts(book: Rulebook) -> None:
    (column,) = [c for c in book.columns if c.name == "type"]

    assert {"124", "603", "604", "606", "647"} < column.codes
    assert not column.codes & {"101", "355", "500", "601", "605", "617"}


def test_every_commune_of_today_is_known_and_no_other(book: Rulebook, shared: Path) -> None:
    text = (shared / "data/cog-communes/communes.csv").read_text("utf-8")
    lines = [line.split(";") for line in text.splitlines()[1:]]

    expected = {
        code
        for code, _, kind, *_ in lines
        if kind in ("commune-actuelle", "arrondissement-municipal")
    }

    assert book.communes == expected


def test_the_example_of_the_template_has_no_fault(book: Rulebook) -> None:
    rows = example()["structures"]
    text = "\n".join([";".join(rows[0]), *(";".join(row.values()) for row in rows)])

    assert ours(judge([Upload("e.csv", text.encode())], DAY, "fr", book, Settings())) == []
