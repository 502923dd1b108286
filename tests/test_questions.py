"""The competency questions: each query of ``ontology/questions`` gives its rows, whole and in order."""

from __future__ import annotations

import pytest

from kg.ontology import Question, questions
from kg.store import LocalStore

QUESTIONS = questions()


def test_at_least_twenty_questions_are_asked() -> None:
    assert len(QUESTIONS) >= 20


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.slug)
def test_the_answer_is_exact(question: Question, store: LocalStore) -> None:
    rows = store.select(question.query)

    assert [[str(row.get(name, "")) for name in question.header] for row in rows] == question.rows


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.slug)
def test_each_question_is_worded_in_french_and_in_english(question: Question) -> None:
    assert question.fr.endswith("?")
    assert question.en.endswith("?")
