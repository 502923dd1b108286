"""Questions as people type them (questions.toml): none gets a wrong answer, and most get the right one."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kg.answers import Answer, answer
from kg.store import LocalStore

DAY = date(2026, 11, 22)
FLOOR = 0.8
"""Share of the answerable questions that must be answered: the others are refused, never guessed."""
QUESTIONS: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("questions.toml").read_text(encoding="utf-8")
)["question"]


def plain(text: str) -> str:
    folded = unicodedata.normalize("NFD", text.lower().replace("œ", "oe"))
    kept = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(re.findall(r"[a-z0-9]+", kept))


def ends(iri: str) -> str:
    return iri.partition("/id/texte/")[2] or iri.rpartition("/")[2]


def is_right(question: dict[str, Any], reply: Answer) -> bool:
    """Say whether *reply* meets one of the forms that *question* expects."""
    found = {ends(entity.iri) for entity in reply.entities}
    wanted = set(question.get("names", ()))
    said = " ".join(
        plain(text)
        for text in (
            reply.text,
            *(entity.label for entity in reply.entities),
            *(citation.quote for citation in reply.citations),
        )
    )
    return (
        ("number" in question and reply.number == question["number"])
        or ("yes" in question and reply.boolean is question["yes"])
        or ("date" in question and reply.when == question["date"])
        or (bool(wanted) and wanted <= found <= wanted | set(question.get("may", ())))
        or ("says" in question and all(any(plain(w) in said for w in group.split("|")) for group in question["says"]))
    )  # fmt: skip


@pytest.fixture(scope="module")
def replies(store: LocalStore) -> dict[str, Answer]:
    """The reply to each question, asked once."""
    return {q["asks"]: answer(store, q["asks"], None, DAY) for q in QUESTIONS}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q["asks"])
def test_no_question_gets_a_wrong_answer(
    replies: dict[str, Answer], question: dict[str, Any]
) -> None:
    reply = replies[question["asks"]]

    assert reply.abstained or (not question.get("refused") and is_right(question, reply))


def test_most_questions_that_a_text_answers_are_answered(replies: dict[str, Answer]) -> None:
    answerable = [q for q in QUESTIONS if not q.get("refused")]
    answered = [q for q in answerable if not replies[q["asks"]].abstained]

    assert len(answered) >= FLOOR * len(answerable)


def test_every_question_says_what_is_right() -> None:
    forms = {"number", "yes", "date", "names", "says", "refused"}

    assert [q["asks"] for q in QUESTIONS if not forms & set(q)] == []
