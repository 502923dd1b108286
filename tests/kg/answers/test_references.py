"""Texts named by number or by date, and the day a question speaks of."""

from __future__ import annotations

from datetime import date

import pytest

from kg.answers import knowledge
from kg.answers.references import references
from kg.store import LocalStore

TODAY = date(2026, 11, 22)


def found(store: LocalStore, question: str) -> list[str | None]:
    named = references(question, knowledge(store), TODAY).texts
    return [n.text.partition("id/texte/")[2] if n.text is not None else None for n in named]


@pytest.mark.parametrize(
    ("question", "paths"),
    [
        ("Que dit l'article L. 6323-3 ?", ["csp/l6323-3"]),
        ("L 1434 -12 du CSP", ["csp/l1434-12"]),
        ("la loi du 26 janvier 2016", ["loi/2016-41"]),
        ("the Act of 24 July 2019", ["loi/2019-774"]),
        ("article 23 de la loi du 24 juillet 2019", ["loi/2019-774/art-23"]),
        ("le cahier des charges du 27/07/2010", ["circulaire/2010-07-27-maisons-de-sante"]),
        ("instruction 2019/218 : date ?", ["instruction/2019-218"]),
        ("article L6323-99", [None]),
    ],
)
def test_a_reference_leads_to_its_text(
    store: LocalStore, question: str, paths: list[str | None]
) -> None:
    assert found(store, question) == paths


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("En 2018, quels textes ?", date(2018, 12, 31)),
        ("avant 2016", date(2015, 12, 31)),
        ("au 1er janvier 2020", date(2020, 1, 1)),
        ("quels textes ?", None),
    ],
)
def test_a_question_may_name_its_day(store: LocalStore, question: str, day: date | None) -> None:
    assert references(question, knowledge(store), TODAY).day == day


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ("What did ordinance 2018-17 do?", "ordonnance/2018-17"),
        ("Que dit l'ordonnance 2018-17 ?", "ordonnance/2018-17"),
        ("le cahier des charges de juillet 2010", "circulaire/2010-07-27-maisons-de-sante"),
        ("Que fixe le décret de mars 2022 ?", "decret/2022-375"),
        ("What did ordinance 2018-99 do?", None),
    ],
)
def test_a_number_without_its_sign_or_a_month_names_a_text(
    store: LocalStore, question: str, path: str | None
) -> None:
    assert found(store, question) == [path]
