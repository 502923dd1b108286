"""The competency questions: each query of ``ontology/questions`` gives its rows, whole and in order."""

from __future__ import annotations

import re

import pytest
from rdflib import URIRef

from kg.namespaces import SOINS
from kg.ontology import Question, questions
from kg.store import LocalStore

QUESTIONS = questions()
DAYS = ("2008-06-01", "2012-01-01", "2017-01-01", "2020-07-16", "2022-01-01", "2026-11-22")
LAW = {
    "esp": {"1411-11-1": ("2016-01-28", "")},
    "msp": {"6323-3": ("2007-12-22", ""), "6323-5": ("2009-07-23", "")},
    "cds": {
        "6323-1": ("2002-03-05", ""),
        "6323-2": ("2002-03-05", "2009-07-23"),
        "6323-5": ("2009-07-23", ""),
        **{f"6323-1-{number}": ("2018-04-01", "") for number in range(1, 16)},
    },
    "cpts": {
        "1434-12": ("2016-01-28", ""),
        "1434-12-1": ("2021-05-14", ""),
        "1434-12-2": ("2021-05-14", ""),
    },
    "dac": {
        **{f"6327-{number}": ("2019-07-27", "") for number in (1, 2, 3, 4, 5, 7)},
        "6323-5": ("2021-11-12", ""),
    },
    "pta": {f"6327-{number}": ("2016-01-28", "2019-07-27") for number in (1, 2, 3)},
}
"""Articles L. of the public health code on each structure: first day, and day of the end, by hand."""
UNASKED: dict[str, str] = {}
"""Terms of the ontology that no question reaches, with the reason: none."""

TERMS = """
PREFIX owl: <http://www.w3.org/2002/07/owl#>
SELECT DISTINCT ?term WHERE {
  VALUES ?kind { owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty }
  ?term a ?kind .
}
"""


def all_variables(query: str) -> str:
    """Return *query* with every variable of its pattern in the answer: no grouping, no order."""
    wide = re.sub(r"SELECT .*? WHERE", "SELECT * WHERE", query, count=1, flags=re.DOTALL)
    return wide[: wide.rindex("}") + 1]


def test_at_least_sixty_questions_are_asked_fifteen_of_them_on_a_day() -> None:
    assert len(QUESTIONS) >= 60
    assert sum("^^xsd:date" in question.query for question in QUESTIONS) >= 15


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.slug)
def test_the_answer_is_exact(question: Question, store: LocalStore) -> None:
    rows = store.select(question.query)

    assert [[str(row.get(name, "")) for name in question.header] for row in rows] == question.rows


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.slug)
def test_each_question_is_worded_in_french_and_in_english(question: Question) -> None:
    assert question.fr.endswith("?")
    assert question.en.endswith("?")


def test_no_two_questions_are_worded_alike() -> None:
    assert len({question.fr for question in QUESTIONS}) == len(QUESTIONS)
    assert len({question.en for question in QUESTIONS}) == len(QUESTIONS)


@pytest.mark.parametrize("acronym", ["ESP", "MSP", "CDS", "CPTS", "DAC", "PTA"])
def test_the_texts_that_govern_a_structure_are_asked_on_six_days(acronym: str) -> None:
    asked = next(q for q in QUESTIONS if q.slug.endswith(f"textes-dates-{acronym.lower()}"))

    assert f'skos:notation "{acronym}"' in asked.query
    assert all(f'"{day}"^^xsd:date' in asked.query for day in DAYS)
    assert {row[0] for row in asked.rows} <= set(DAYS)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("acronym", sorted(LAW))
def test_the_articles_of_law_in_force_on_a_day_are_those_read_by_hand(
    acronym: str, day: str
) -> None:
    asked = next(q for q in QUESTIONS if q.slug.endswith(f"textes-dates-{acronym}"))

    told = [
        row[1].removeprefix("CSP, art. L. ")
        for row in asked.rows
        if row[0] == day and row[1].startswith("CSP, art. L. ")
    ]

    assert sorted(told) == sorted(
        article
        for article, (since, until) in LAW[acronym].items()
        if since <= day and (not until or day < until)
    )


@pytest.mark.parametrize(
    ("acronym", "text"),
    [
        ("esp", "CSP, art. L. 1411-11-1"),
        ("cds", "Arrêté du 27 février 2018"),
        ("cds", "CSP, art. L. 6323-1"),
        ("cds", "Ordonnance n° 2018-17 du 12 janvier 2018"),
        ("cds", "Décret n° 2018-143 du 27 février 2018"),
        ("msp", "CSP, art. L. 6323-3"),
        ("msp", "Circulaire du 27 juillet 2010"),
        ("cpts", "Instruction n° DGOS/DIR/CNAM/2019/218 du 9 octobre 2019"),
    ],
)
def test_the_texts_that_the_kit_of_the_doubs_cites_governed_on_its_day(
    acronym: str, text: str
) -> None:
    asked = next(q for q in QUESTIONS if q.slug.endswith(f"textes-dates-{acronym}"))

    assert ["2020-07-16", text] in [row[:2] for row in asked.rows]


def test_every_class_and_property_is_asked_about(store: LocalStore) -> None:
    """A question names a term, or its pattern finds it."""
    terms = {row["term"] for row in store.select(TERMS)}
    ours = {term for term in terms if str(term).startswith(str(SOINS))}
    asked = {SOINS[name] for q in QUESTIONS for name in re.findall(r"\bsoins:(\w+)", q.query)}
    found = {
        value
        for question in QUESTIONS
        for row in store.select(all_variables(question.query))
        for value in row.values()
        if isinstance(value, URIRef)
    }

    uncovered = {str(term).removeprefix(str(SOINS)) for term in ours - asked - found}

    assert sorted(uncovered) == sorted(UNASKED)
