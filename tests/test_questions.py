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
OTHER = {
    "esp": {
        "Loi n° 2016-41 du 26 janvier 2016": ("2016-01-28", ""),
        "Loi n° 2016-41 du 26 janvier 2016, art. 64": ("2016-01-28", ""),
        "Loi n° 2018-1203 du 22 décembre 2018": ("2018-12-23", ""),
        "Instruction n° DGOS/R5/2016/392 du 2 décembre 2016": ("2016-12-02", ""),
    },
    "msp": {
        "Loi n° 2007-1786 du 19 décembre 2007, art. 44": ("2007-12-22", "2011-08-12"),
        "Loi n° 2009-879 du 21 juillet 2009, art. 39": ("2009-07-23", "2011-08-12"),
        "Loi n° 2011-940 du 10 août 2011": ("2011-08-12", ""),
        "Loi n° 2021-1754 du 23 décembre 2021": ("2021-12-25", ""),
        "Ordonnance n° 2021-584 du 12 mai 2021": ("2021-05-14", ""),
        "Arrêté du 23 février 2015": ("2015-02-23", "2017-04-20"),
        "Circulaire du 27 juillet 2010": ("2010-07-27", ""),
        "Instruction n° DGOS/PF3/DREES/DMSI/2012/135 du 28 mars 2012": ("2012-03-28", ""),
        "Accord conventionnel interprofessionnel relatif aux structures de santé pluriprofessionnelles": (
            "2017-04-20",
            "",
        ),
    },
    "cds": {
        "Loi n° 99-1140 du 29 décembre 1999": ("1999-12-30", ""),
        "Loi n° 2009-879 du 21 juillet 2009": ("2009-07-23", "2018-04-01"),
        "Loi n° 2021-1754 du 23 décembre 2021": ("2021-12-25", ""),
        "Loi n° 2022-217 du 21 février 2022": ("2022-02-23", ""),
        "Loi n° 2023-378 du 19 mai 2023": ("2023-05-21", ""),
        "Loi n° 2023-1268 du 27 décembre 2023": ("2023-12-29", ""),
        "Ordonnance n° 2010-177 du 23 février 2010": ("2010-02-26", "2016-01-28"),
        "Ordonnance n° 2018-17 du 12 janvier 2018": ("2018-04-01", ""),
        "Décret n° 2005-840 du 20 juillet 2005": ("2005-07-26", "2010-08-01"),
        "Décret n° 2010-895 du 30 juillet 2010": ("2010-08-01", "2018-03-02"),
        "Décret n° 2015-583 du 28 mai 2015": ("2015-05-31", "2018-03-02"),
        "Décret n° 2018-143 du 27 février 2018": ("2018-03-02", ""),
        "Décret n° 2024-568 du 20 juin 2024": ("2024-06-22", ""),
        "Arrêté du 30 juillet 2010": ("2010-07-30", "2018-03-02"),
        "Arrêté du 23 février 2015": ("2015-02-23", "2017-04-20"),
        "Arrêté du 27 février 2018": ("2018-03-02", ""),
        "Instruction n° DGOS/PF3/DREES/DMSI/2013/402 du 19 décembre 2013": ("2013-12-19", ""),
        "Instruction n° DGOS/PF3/2018/160 du 27 juin 2018": ("2018-06-27", ""),
        "Accord national destiné à organiser les rapports entre les centres de santé et les caisses d’assurance maladie": (
            "2015-09-30",
            "2025-10-15",
        ),
        "Nouvel accord national destiné à organiser les rapports entre les centres de santé et les caisses d’assurance maladie": (
            "2025-10-15",
            "",
        ),
    },
    "cpts": {
        "Loi n° 2016-41 du 26 janvier 2016": ("2016-01-28", ""),
        "Loi n° 2016-41 du 26 janvier 2016, art. 65": ("2016-01-28", ""),
        "Loi n° 2018-1203 du 22 décembre 2018": ("2018-12-23", ""),
        "Loi n° 2019-774 du 24 juillet 2019": ("2019-07-27", ""),
        "Loi n° 2021-1018 du 2 août 2021": ("2022-03-31", ""),
        "Loi n° 2022-217 du 21 février 2022": ("2022-02-23", ""),
        "Ordonnance n° 2018-20 du 17 janvier 2018": ("2018-01-19", ""),
        "Ordonnance n° 2021-584 du 12 mai 2021": ("2021-05-14", ""),
        "Décret n° 2022-375 du 16 mars 2022": ("2022-03-18", ""),
        "Arrêté du 21 août 2019": ("2019-08-25", ""),
        "Instruction n° DGOS/R5/2016/392 du 2 décembre 2016": ("2016-12-02", ""),
        "Instruction n° DGOS/DIR/CNAM/2019/218 du 9 octobre 2019": ("2019-10-09", ""),
        "Instruction relative aux modalités de couverture du territoire par des communautés professionnelles territoriales de santé (plan « 100 % CPTS »)": (
            "2023-10-09",
            "",
        ),
        "Accord conventionnel interprofessionnel en faveur du développement de l’exercice coordonné et du déploiement des communautés professionnelles territoriales de santé": (
            "2019-08-25",
            "",
        ),
        "Avenant n° 2 à l’accord conventionnel interprofessionnel relatif aux communautés professionnelles territoriales de santé": (
            "2021-12-20",
            "",
        ),
    },
    "dac": {
        "Loi n° 2019-774 du 24 juillet 2019": ("2019-07-27", ""),
        "Loi n° 2019-774 du 24 juillet 2019, art. 23": ("2019-07-27", ""),
        "Loi n° 2021-1018 du 2 août 2021": ("2022-03-31", ""),
        "Ordonnance n° 2021-1470 du 10 novembre 2021": ("2021-11-12", ""),
        "Décret n° 2021-295 du 18 mars 2021": ("2021-03-21", ""),
        "Décret n° 2021-1796 du 23 décembre 2021": ("2021-12-27", ""),
        "Décret n° 2021-1797 du 23 décembre 2021": ("2021-12-27", ""),
    },
    "pta": {
        "Loi n° 2016-41 du 26 janvier 2016, art. 74": ("2016-01-28", "2019-07-27"),
        "Loi n° 2019-774 du 24 juillet 2019, art. 23": ("2019-07-27", "2022-07-27"),
        "Décret n° 2016-919 du 4 juillet 2016": ("2016-07-07", "2022-07-27"),
        "Décret n° 2021-295 du 18 mars 2021": ("2021-03-21", "2022-07-27"),
        "Décret n° 2021-1797 du 23 décembre 2021": ("2021-12-27", "2022-07-27"),
    },
}
"""Texts outside the codes on each structure: first day, and day of the end, by hand.

An act that changes a code governs as long as wording that it wrote stands there.
"""
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


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("acronym", sorted(OTHER))
def test_the_texts_outside_the_codes_in_force_on_a_day_are_those_read_by_hand(
    acronym: str, day: str
) -> None:
    asked = next(q for q in QUESTIONS if q.slug.endswith(f"textes-dates-{acronym}"))

    told = [row[1] for row in asked.rows if row[0] == day and not row[1].startswith(("CSP", "CSS"))]

    assert sorted(told) == sorted(
        text
        for text, (since, until) in OTHER[acronym].items()
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
