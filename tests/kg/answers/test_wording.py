"""How an answer is said: its unit, both bounds, the general rule first, what may be told from what is."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from kg.answers import Answer, answer
from kg.answers.disagreements import points
from kg.messages import LANGS, Lang
from kg.store import LocalStore

DAY = date(2026, 11, 22)


def ask(store: LocalStore, question: str, lang: Lang | None = None) -> Answer:
    return answer(store, question, lang, DAY)


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("Combien de mois pour la dissolution d'une SISA ?", "36 mois"),
        ("Combien de temps l'ARS a-t-elle pour s'opposer au projet de santé ?", "Deux mois"),
        ("Quel est le montant maximal de l'amende administrative ?", "500\u202f000 euros"),
        ("What is the maximum administrative fine?", "500,000 euros"),
    ],
)
def test_a_number_is_said_with_its_unit(store: LocalStore, question: str, unit: str) -> None:
    assert ask(store, question).text.startswith(unit)


def test_both_bounds_are_said_where_neither_is_asked(store: LocalStore) -> None:
    both = ask(store, "Combien de membres compte le conseil territorial de santé ?")
    most = ask(store, "Combien de membres au plus dans un conseil territorial de santé ?")

    assert (both.number, most.number) == (34, 50)
    assert "cinquante" in both.text
    assert "trente-quatre" not in most.text


def test_the_general_rule_comes_before_the_special_one(store: LocalStore) -> None:
    reply = ask(store, "Qui signe le projet de santé d'une MSP ?")

    assert [c.label for c in reply.citations][:2] == ["CSP, art. L. 6323-3"] * 2
    assert "chacun des professionnels de santé membres" in reply.text


@pytest.mark.parametrize("question", ["Une MSP est-elle une SISA ?", "Is an MSP a SISA?"])
def test_what_it_may_be_is_not_what_it_is(store: LocalStore, question: str) -> None:
    reply = ask(store, question)

    assert reply.boolean is False
    assert reply.text.startswith(("Pas nécessairement", "Not necessarily"))


def test_a_form_that_the_whole_may_take_is_said_as_possible(store: LocalStore) -> None:
    reply = ask(store, "Un CDS est-il une ESP ?")

    assert reply.boolean is True
    assert reply.text.startswith("Oui, cela se peut.")


@pytest.mark.parametrize("lang", LANGS)
def test_the_title_of_a_disagreement_is_never_refused(store: LocalStore, lang: Lang) -> None:
    refused = [p.label for p in points(store, lang) if ask(store, p.label, lang).abstained]

    assert refused == []


def test_a_disagreement_asked_by_another_name_is_told_with_its_sides(store: LocalStore) -> None:
    reply = ask(store, "Une MSP doit-elle être labellisée ?")

    assert reply.frame == "ecarts"
    assert reply.citations


def test_the_page_shows_the_query_of_each_thing_asked(client: FlaskClient) -> None:
    asked = "Quelle est la forme juridique d'une CPTS et quand le DAC a-t-il été créé ?"
    page = client.get("/question", query_string={"q": asked, "lang": "fr"}).get_data(as_text=True)
    parts = client.post("/api/ask", json={"question": asked}).get_json()["parts"]

    assert len(parts) == 2
    assert page.count("La requête de «") == 2
