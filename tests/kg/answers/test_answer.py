"""Questions answered from the real graph, with evidence; everything else refused."""

from __future__ import annotations

import json
from datetime import date

import pytest

from kg.answers import Answer, answer, knowledge
from kg.errors import BadInput
from kg.store import LocalStore

DAY = date(2026, 11, 22)


def ask(store: LocalStore, question: str, day: date = DAY) -> Answer:
    return answer(store, question, None, day)


def notations(reply: Answer) -> list[str]:
    return [entity.notation[0] if entity.notation else entity.label for entity in reply.entities]


CDS = ("quels textes régissent un centre de santé ?", "which texts govern a CDS?", "textes CDS")
GPS = (
    "combien de généralistes faut-il dans une MSP ?",
    "How many GPs must an MSP have?",
    "nombre minimum de médecins généralistes MSP",
)
PTA = (
    "qu'est-ce qui remplace les PTA ?",
    "What replaced the PTAs?",
    "la PTA est remplacée par quoi ?",
)


def test_three_wordings_give_the_same_texts_by_rank_with_dates(store: LocalStore) -> None:
    replies = [ask(store, question) for question in CDS]

    assert len({tuple(e.iri for e in reply.entities) for reply in replies}) == 1
    assert notations(replies[0])[0].startswith("L6323-1")
    assert any("Arrêté" in entity.label for entity in replies[0].entities)
    assert all("1er avril 2018" in replies[i].text for i in (0, 2))


def test_the_texts_come_by_rank(store: LocalStore) -> None:
    labels = [entity.label for entity in ask(store, CDS[0]).entities]
    order = [
        next(i for i, label in enumerate(labels) if label.startswith(start))
        for start in ("CSP, art. L.", "Loi", "Ordonnance", "CSP, art. D.", "Arrêté")
    ]

    assert order == sorted(order)


@pytest.mark.parametrize("question", GPS)
def test_two_general_practitioners_from_the_circular_not_the_law(
    store: LocalStore, question: str
) -> None:
    reply = ask(store, question)

    assert reply.number == 2
    assert reply.citations[0].rank == "circulaire"
    assert reply.citations[0].start == date(2010, 7, 27)
    assert reply.text.startswith(("Deux, ", "Two, "))
    assert "et non la loi" in reply.text or "not a statute" in reply.text


@pytest.mark.parametrize("question", PTA)
def test_the_dac_replaces_the_pta_by_the_law_and_its_date(store: LocalStore, question: str) -> None:
    reply = ask(store, question)

    assert notations(reply) == ["DAC"]
    assert "2019-774" in reply.citations[0].label
    assert reply.citations[0].start == date(2019, 7, 27)


@pytest.mark.parametrize(
    "question",
    [
        "quel est le salaire d'un coordinateur de CPTS ?",
        "Combien de médecins faut-il dans un CDS ?",
        "Une CPTS peut-elle salarier un médecin ?",
        "Quel est le budget d'un DAC ?",
        "Combien de CPTS y a-t-il en Bretagne ?",
        "Une MSP doit-elle avoir un dentiste ?",
        "Les MSP ont-elles été supprimées en 2020 ?",
        "Quel article interdit aux CPTS de fusionner ?",
        "La loi du 26 janvier 2016 a-t-elle créé les MAIA ?",
        "Une CPTS peut-elle être une MSP ?",
        "Une MSP peut-elle inclure une CPTS ?",
        "Does a CPTS need three nurses?",
        "Un dentiste peut-il créer une MSP ?",
        "Une ESP peut-elle inclure une CPTS ?",
        "Une PTA crée-t-elle une CPTS ?",
        "Qu'est-ce qui remplace les ESP ?",
        "Une CPTS peut-elle adhérer à un CDS ?",
        "Un professionnel peut-il adhérer à trois CPTS ?",
        "Combien de généralistes dans une SISA ?",
        "Une ESP doit-elle être une association ?",
        "Who won the World Cup in 2018?",
        "What is the capital of Belgium?",
        "Qui a écrit Les Misérables ?",
    ],
)
def test_what_the_graph_does_not_say_is_refused(store: LocalStore, question: str) -> None:
    reply = ask(store, question)

    assert reply.abstained
    assert reply.entities == ()
    assert reply.citations == ()


def test_a_refusal_names_the_words_that_found_no_place(store: LocalStore) -> None:
    assert "salaire" in ask(store, "quel est le salaire d'un coordinateur de CPTS ?").text


def test_an_unknown_article_is_refused_by_name(store: LocalStore) -> None:
    reply = ask(store, "Que dit l'article L6323-99 ?")

    assert reply.abstained
    assert "L6323-99" in reply.text


def test_the_direction_of_a_relation_is_checked(store: LocalStore) -> None:
    assert ask(store, "Les PTA remplacent-elles les DAC ?").boolean is False
    assert ask(store, "Le DAC remplace-t-il les PTA ?").boolean is True


def test_a_wrong_number_is_corrected(store: LocalStore) -> None:
    reply = ask(store, "Faut-il cinq généralistes dans une MSP ?")

    assert reply.boolean is False
    assert reply.number == 2


def test_no_is_said_only_where_a_statement_says_no(store: LocalStore) -> None:
    assert ask(store, "Un CDS peut-il pratiquer des dépassements d'honoraires ?").boolean is False
    assert ask(store, "L'adhésion à une CPTS est-elle obligatoire ?").boolean is False


def test_order_and_accents_and_case_do_not_matter(store: LocalStore) -> None:
    assert notations(ask(store, "QU'ABSORBE UN DAC")) == notations(
        ask(store, "qu’absorbe un dac ?")
    )


def test_an_unknown_word_makes_a_good_question_refused(store: LocalStore) -> None:
    assert not ask(store, "Quels textes régissent un centre de santé ?").abstained
    assert ask(store, "Quels textes régissent un centre de santé zorglub ?").abstained


def test_the_same_question_gets_the_same_bytes(store: LocalStore) -> None:
    texts = {json.dumps(ask(store, CDS[0]).json()) for _ in range(3)}

    assert len(texts) == 1


def test_the_law_of_another_day_is_another_answer(store: LocalStore) -> None:
    today = ask(store, "quels textes régissent un centre de santé ?")
    before = ask(store, "quels textes régissent un centre de santé ?", date(2019, 1, 1))

    assert "2023-378" in today.text
    assert "2023-378" not in before.text


def test_every_example_is_answered_with_a_quotation_and_a_query_that_runs(
    store: LocalStore,
) -> None:
    grammar = knowledge(store).grammar
    unanswered = []
    for lang in ("fr", "en"):
        for question in grammar.examples(lang):
            reply = ask(store, question)
            if reply.abstained:
                unanswered.append(question)
            else:
                assert all(len(c.quote) > 1 for c in reply.citations), question
                assert reply.sparql is not None
                assert store.select(reply.sparql), question

    assert unanswered == []


def test_a_very_long_question_is_a_clear_error(store: LocalStore) -> None:
    with pytest.raises(BadInput) as error:
        ask(store, "a" * 10_000)

    assert error.value.data == {"size": 10_000, "limit": 500}


@pytest.mark.parametrize("question", ["", "  \n "])
def test_an_empty_question_is_an_error(store: LocalStore, question: str) -> None:
    with pytest.raises(BadInput):
        ask(store, question)


@pytest.mark.parametrize(
    "question", ["?", "…", "🙂", "'", "L.", "12/13/2014", "a" * 400, '{}[]\\"$x']
)
def test_noise_is_refused_without_a_fault(store: LocalStore, question: str) -> None:
    assert ask(store, question).abstained


def test_disagreements_are_an_answer(store: LocalStore) -> None:
    reply = ask(store, "Où les sources se contredisent-elles ?")

    assert len(reply.entities) >= 20
    assert reply.citations
