"""What a question announces must be what answers it: a near statement of another relation is refused."""

from __future__ import annotations

from datetime import date

import pytest

from kg.answers import Answer, answer
from kg.store import LocalStore

DAY = date(2026, 11, 22)


def ask(store: LocalStore, question: str) -> Answer:
    return answer(store, question, None, DAY)


@pytest.mark.parametrize(
    "question",
    [
        "What is the purpose of a tacit renewal?",
        "How many main types of administrative fine are there?",
        "What form may a social action take?",
        "Which teams could be supported by a social action?",
        "Who may set up a territory?",
        "Whom is an association under local law for?",
        "Whom is a URPS for?",
        "Where is the fixed payment published?",
        "Qu'est-ce qui remplace la tacite reconduction ?",
    ],
)
def test_another_relation_than_the_one_announced_does_not_answer(
    store: LocalStore, question: str
) -> None:
    assert ask(store, question).abstained


@pytest.mark.parametrize(
    "question",
    [
        "Quel cahier des charges une action sociale doit-elle respecter ?",
        "Which specifications must a pharmacist comply with?",
        "Les professionnels d'un médecin traitant sont-ils salariés ?",
        "Un CTS peut-il inclure une ARS ?",
        "Une MSP peut-elle adhérer à un CTS ?",
    ],
)
def test_what_is_said_of_another_subject_does_not_answer(store: LocalStore, question: str) -> None:
    assert ask(store, question).abstained


def test_who_must_do_it_is_answered_of_whom_the_law_says_it(store: LocalStore) -> None:
    assert not ask(store, "Quel cahier des charges une MSP doit-elle respecter ?").abstained
    assert ask(store, "Les professionnels d'un centre de santé sont-ils salariés ?").boolean is True


@pytest.mark.parametrize(
    "question",
    [
        "Un médecin libéral peut-il exercer en centre de santé ?",
        "Can a self-employed doctor practise in a health centre?",
        "Une MSP peut-elle créer une PTA ?",
    ],
)
def test_another_way_to_practise_or_an_ended_scheme_is_no_yes(
    store: LocalStore, question: str
) -> None:
    assert ask(store, question).boolean is not True


def test_an_article_that_only_rules_on_a_thing_does_not_define_it(store: LocalStore) -> None:
    assert ask(store, "Quel article définit les soins palliatifs à domicile ?").abstained
    defined = ask(store, "Quel article définit la MSP ?")
    assert [e.label for e in defined.entities] == ["CSP, art. L. 6323-3"]


def test_published_asks_for_the_day_in_the_journal(store: LocalStore) -> None:
    asked = "Quand la loi du 24 juillet 2019 a-t-elle été publiée ?"
    assert ask(store, asked).when == date(2019, 7, 26)
