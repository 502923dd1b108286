"""Questions that a fluent wrong answer is easy to give to: polarity, dates, direction, rank, kind, past days."""

from __future__ import annotations

from datetime import date

import pytest

from kg.answers import Answer, answer
from kg.answers.clauses import closed
from kg.store import LocalStore

DAY = date(2026, 11, 22)


def ask(store: LocalStore, question: str, day: date = DAY) -> Answer:
    return answer(store, question, None, day)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("La publicité est-elle interdite pour un centre de santé ?", True),
        ("Is advertising forbidden for a health centre?", True),
        ("La loi interdit-elle la publicité pour les centres de santé ?", True),
        ("Les dépassements d'honoraires sont-ils interdits en centre de santé ?", True),
        ("Are extra fees prohibited in a health centre?", True),
        ("L'hébergement est-il interdit en maison de santé ?", True),
        ("Un centre de santé peut-il faire de la publicité ?", False),
    ],
)
def test_a_word_of_prohibition_turns_the_answer_round(
    store: LocalStore, question: str, expected: bool
) -> None:
    assert ask(store, question).boolean is expected


@pytest.mark.parametrize(
    "question",
    ["Un pharmacien est-il interdit dans une MSP ?", "Une CPTS est-elle interdite aux médecins ?"],
)
def test_a_prohibition_that_no_text_states_is_refused(store: LocalStore, question: str) -> None:
    assert ask(store, question).boolean is not True


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Les CPTS ont-elles été créées en 2018 ?", False),
        ("Were the CPTS created in 2018?", False),
        ("Les CPTS ont-elles été créées en 2016 ?", True),
        ("Les CPTS ont-elles été créées le 26 janvier 2016 ?", True),
        ("Les CPTS ont-elles été créées avant 2017 ?", True),
        ("Were CPTS introduced after 2019?", False),
        ("Les CPTS existent-elles depuis 2018 ?", False),
    ],
)
def test_a_date_claimed_for_a_creation_is_compared(
    store: LocalStore, question: str, expected: bool
) -> None:
    reply = ask(store, question)

    assert reply.boolean is expected
    assert reply.when == date(2016, 1, 28)
    assert reply.day == DAY


@pytest.mark.parametrize(
    "question",
    [
        "Les MSP ont-elles été supprimées en 2020 ?",
        "Les PTA ont-elles été supprimées en 2019 ?",
        "Les CPTS datent-elles de 2018 ?",
        "Les professionnels des centres de santé sont-ils salariés depuis 2018 ?",
    ],
)
def test_a_date_that_cannot_be_compared_is_refused(store: LocalStore, question: str) -> None:
    assert ask(store, question).abstained


@pytest.mark.parametrize(
    "question",
    [
        "Une CPTS peut-elle être membre d'une MSP ?",
        "Can a CPTS be a member of an MSP?",
        "Une CPTS peut-elle faire partie d'une ESP ?",
        "Can a CPTS join an ESP?",
        "Une MSP peut-elle inclure une CPTS ?",
    ],
)
def test_the_whole_is_not_a_member_of_its_part(store: LocalStore, question: str) -> None:
    assert ask(store, question).boolean is not True


def test_the_part_is_a_member_of_the_whole(store: LocalStore) -> None:
    assert ask(store, "Un CDS peut-il être membre d'une CPTS ?").boolean is True
    assert ask(store, "Can a health centre be a member of a CPTS?").boolean is True


@pytest.mark.parametrize(
    "question",
    [
        "Faut-il un infirmier dans une MSP ?",
        "Must an MSP have a nurse?",
        "Faut-il un kinésithérapeute dans une SISA ?",
        "Une MSP doit-elle compter un pharmacien ?",
        "Faut-il plus de deux généralistes dans une MSP ?",
        "Un médecin du travail peut-il être dans une CPTS ?",
        "Un médecin scolaire peut-il être membre d'une CPTS ?",
        "Can a company run a health centre?",
        "Une MSP doit-elle être une société ?",
        "Une CPTS doit-elle être validée par l'ARS ?",
        "L'ARS doit-elle s'opposer au projet de santé d'une CPTS ?",
        "La loi impose-t-elle un généraliste dans une ESP ?",
        "Un centre de santé doit-il avoir un agrément ?",
    ],
)
def test_what_is_asked_of_a_class_is_not_said_of_one_of_its_kinds(
    store: LocalStore, question: str
) -> None:
    assert ask(store, question).abstained


def test_the_class_itself_is_required(store: LocalStore) -> None:
    assert ask(store, "Faut-il un paramédical dans une MSP ?").boolean is True
    assert ask(store, "Un infirmier peut-il être membre d'une MSP ?").boolean is True


@pytest.mark.parametrize(
    ("question", "rank"),
    [
        ("La loi impose-t-elle deux généralistes dans une MSP ?", "circulaire"),
        ("Does the law require two GPs in an MSP?", "circulaire"),
        ("Un décret interdit-il la publicité pour les centres de santé ?", "loi"),
    ],
)
def test_another_rank_than_the_one_asked_is_a_no_with_the_true_rank(
    store: LocalStore, question: str, rank: str
) -> None:
    reply = ask(store, question)

    assert reply.boolean is False
    assert reply.citations[0].rank == rank
    assert "rang" in reply.text or "rank" in reply.text


def test_the_rank_asked_is_a_yes(store: LocalStore) -> None:
    assert ask(store, "La loi oblige-t-elle une CPTS à être une association ?").boolean is True


@pytest.mark.parametrize(
    "question",
    [
        "Une ESP doit-elle transmettre son projet de santé à l'ARS ?",
        "Must an ESP send its health project to the ARS?",
    ],
)
def test_a_condition_is_not_a_duty(store: LocalStore, question: str) -> None:
    assert ask(store, question).boolean is not True


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("Quand la PTA a-t-elle disparu ?", date(2022, 7, 27)),
        ("When did PTAs end?", date(2022, 7, 27)),
        ("Quand les PTA ont-elles été intégrées au DAC ?", date(2022, 7, 27)),
        ("When did the MAIA disappear?", date(2022, 7, 27)),
        ("Quand le PAERPA a-t-il pris fin ?", date(2019, 12, 31)),
    ],
)
def test_an_end_is_the_deadline_not_the_day_of_the_text_that_sets_it(
    store: LocalStore, question: str, day: date
) -> None:
    assert ask(store, question).when == day


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Les PTA existent-elles encore ?", False),
        ("Do PTAs still exist?", False),
        ("Les DAC existent-ils encore ?", True),
    ],
)
def test_what_has_ended_exists_no_more(store: LocalStore, question: str, expected: bool) -> None:
    assert ask(store, question).boolean is expected


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("Quelle est la forme juridique d'une CPTS en 2018 ?", DAY),
        ("What is the legal form of a CPTS?", date(2018, 6, 1)),
    ],
)
def test_an_undated_page_does_not_speak_of_a_day_before_the_rule(
    store: LocalStore, question: str, day: date
) -> None:
    reply = ask(store, question, day)

    assert reply.abstained
    assert "14 mai 2021" in reply.text or "14 May 2021" in reply.text


@pytest.mark.parametrize(
    "question",
    ["Une CPTS doit-elle être une association ?", "Must a CPTS be an association?"],
)
def test_what_the_law_requires_later_was_not_yet_required(store: LocalStore, question: str) -> None:
    reply = ask(store, question, date(2017, 6, 1))

    assert reply.boolean is False
    assert reply.when == date(2021, 5, 14)


@pytest.mark.parametrize(
    ("question", "words"),
    [("Qu'est-ce qu'une CPTS ?", "existait pas encore"), ("What is a CPTS?", "not exist yet")],
)
def test_what_did_not_exist_yet_is_not_defined(
    store: LocalStore, question: str, words: str
) -> None:
    reply = ask(store, question, date(2012, 1, 1))

    assert words in reply.text
    assert "2016" in reply.text
    assert "2016" in reply.warnings[0]


def test_a_thing_to_come_includes_nothing(store: LocalStore) -> None:
    assert ask(store, "Une CPTS peut-elle inclure une ESP ?", date(2012, 6, 1)).abstained


@pytest.mark.parametrize(
    "question",
    ["Quels textes régissaient les CDS en 2016 ?", "What texts governed health centres in 2016?"],
)
def test_texts_to_come_are_left_out(store: LocalStore, question: str) -> None:
    reply = ask(store, question)

    assert reply.entities
    assert not [entity.label for entity in reply.entities if "2018" in entity.label]
    assert "2018-143" not in reply.text


@pytest.mark.parametrize(
    "question",
    [
        "Can a CPTS be initiated by a hospital?",
        "Une clinique peut-elle initier une CPTS ?",
    ],
)
def test_a_disputed_statement_alone_answers_nothing(store: LocalStore, question: str) -> None:
    assert ask(store, question).boolean is not True


@pytest.mark.parametrize(
    "question",
    [
        "Can a CDS be run by a hospital?",
        "Can a hospital manage a health centre?",
        "un hôpital peut-il gérer un centre de santé ?",
    ],
)
def test_the_article_on_the_relation_asked_is_cited(store: LocalStore, question: str) -> None:
    reply = ask(store, question)

    assert reply.boolean is True
    assert reply.citations[0].article == "L. 6323-1-3"


@pytest.mark.parametrize(
    ("question", "mark"),
    [
        ("Combien de généralistes faut-il dans une MSP ?", "non lue mot à mot"),
        ("How many GPs must an MSP have?", "not read word for word"),
    ],
)
def test_a_provision_not_read_says_so_in_the_sentence(
    store: LocalStore, question: str, mark: str
) -> None:
    assert mark in ask(store, question).text


@pytest.mark.parametrize(
    "question",
    [
        "Quel délai l'ARS a-t-elle pour s'opposer au projet de santé d'une CPTS ?",
        "How long does the ARS have to object to the health project of a CPTS?",
    ],
)
def test_a_delay_is_a_number(store: LocalStore, question: str) -> None:
    assert ask(store, question).number == 2


@pytest.mark.parametrize(
    "question",
    [
        "Une CPTS doit-elle être une association ?",
        "Must a CPTS be an association?",
        "Le tiers payant est-il obligatoire en centre de santé ?",
        "Is third-party payment compulsory in a health centre?",
        "Un centre de santé doit-il avoir un projet de santé ?",
        "Must an MSP have a health project?",
        "Une MSP est-elle une personne morale ?",
        "Une MSP doit-elle transmettre son projet de santé à l'ARS ?",
        "Are the professionals of a health centre salaried?",
    ],
)
def test_a_duty_set_by_law_is_a_yes_with_the_law(store: LocalStore, question: str) -> None:
    reply = ask(store, question)

    assert reply.boolean is True
    assert reply.citations[0].rank == "loi"


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("Depuis quand une CPTS est-elle obligatoirement une association ?", date(2021, 5, 14)),
        ("Depuis quand une MSP est-elle une personne morale ?", date(2011, 8, 12)),
        ("Depuis quand les CDS pratiquent-ils le tiers payant ?", date(1999, 12, 30)),
    ],
)
def test_since_when_is_the_first_day_of_the_rule(
    store: LocalStore, question: str, day: date
) -> None:
    assert ask(store, question).when == day


@pytest.mark.parametrize(
    "question", ["Qui peut créer une maison de santé ?", "Who may set up a maison de santé?"]
)
def test_who_founds_is_who_the_law_names(store: LocalStore, question: str) -> None:
    reply = ask(store, question)

    assert len(reply.entities) == 3
    assert {citation.rank for citation in reply.citations} == {"loi"}


def test_a_difference_may_be_asked_with_between(store: LocalStore) -> None:
    assert len(ask(store, "Difference between MSP and CPTS?").entities) == 2


def test_what_has_ended_is_told_with_a_warning(store: LocalStore) -> None:
    reply = ask(store, "Qui peut créer une PTA ?")

    assert any("27 juillet 2022" in warning for warning in reply.warnings)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Les PTA existaient-elles en 2018 ?", True),
        ("Les PTA existaient-elles en 2010 ?", False),
        ("Un professionnel doit-il adhérer à une CPTS ?", False),
    ],
)
def test_a_day_of_the_law_and_a_freedom_are_read_as_such(
    store: LocalStore, question: str, expected: bool
) -> None:
    assert ask(store, question).boolean is expected


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ("Que dit l'article 40 de la loi HPST ?", "loi/2009-879/art-40"),
        ("What does article 74 of the 2016 Act say?", "loi/2016-41/art-74"),
        ("loi Touraine, article 65 : que dit-il ?", "loi/2016-41/art-65"),
    ],
)
def test_an_article_of_an_act_is_found_by_the_usual_name_of_the_act(
    store: LocalStore, question: str, path: str
) -> None:
    assert path in ask(store, question).citations[0].iri


def test_an_article_that_the_graph_lacks_is_not_answered_by_its_act(store: LocalStore) -> None:
    reply = ask(store, "Que dit l'article 99 de la loi HPST ?")

    assert reply.abstained
    assert "article 99 de la loi HPST" in reply.text


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Un seul généraliste suffit-il pour une MSP ?", False),
        ("Deux généralistes et un infirmier, ça suffit pour une MSP ?", True),
        ("Deux médecins suffisent-ils pour une SISA ?", False),
        ("MSP avec un seul généraliste, une kiné et 3 infirmiers : conforme ?", False),
    ],
)
def test_a_team_is_held_against_the_minima(
    store: LocalStore, question: str, expected: bool
) -> None:
    assert ask(store, question).boolean is expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Je suis infirmier salarié : la CPTS est-elle réservée aux libéraux ?", False),
        ("L'ESP est-elle réservée aux médecins ?", False),
        ("I am a pharmacist. Can I join a CPTS?", True),
    ],
)
def test_who_asks_and_who_else_may_be_there(
    store: LocalStore, question: str, expected: bool
) -> None:
    assert ask(store, question).boolean is expected


@pytest.mark.parametrize(
    "question",
    [
        "Quelle loi a supprimé les centres de santé ?",
        "Quand les DAC ont-ils été remplacés par les PTA ?",
        "Quand la CPTS a-t-elle disparu ?",
        "Quand se réunit le comité dentaire ?",
        "Quel article impose à toutes les MSP d'être une SISA ?",
        "Quelle ordonnance impose à une CPTS d'être une SISA ?",
        "Which article of the public health code obliges a centre de santé to have at least two GPs?",
        "En combien de jours l'ARS doit-elle s'opposer au projet de santé d'une CPTS ?",
        "combien de kinés au moins dans une SISA ?",
    ],
)
def test_a_verb_a_unit_and_a_class_bear_on_what_is_asked(store: LocalStore, question: str) -> None:
    assert ask(store, question).abstained


def test_a_scene_that_is_set_does_not_block_what_is_asked(store: LocalStore) -> None:
    reply = ask(
        store, "Bonjour, notre mairie hésite encore. Combien de généralistes faut-il dans une MSP ?"
    )

    assert reply.number == 2


def test_a_refusal_offers_passages_that_are_no_answer(store: LocalStore) -> None:
    reply = ask(store, "Le périmètre d'une CPTS doit-il coller à un canton ?")

    assert reply.abstained
    assert not reply.citations
    assert 1 <= len(reply.passages) <= 3


def test_an_explanation_tells_links_frames_scores_and_what_is_left(store: LocalStore) -> None:
    told = answer(store, "Quel est le salaire dans une CPTS ?", None, DAY, explain=True).json()[
        "explain"
    ]

    assert told["unexplained"] == ["salaire"]
    assert told["links"][0]["iri"].endswith("CommunauteProfessionnelleTerritorialeDeSante")
    assert "explain" not in ask(store, "Quel est le salaire dans une CPTS ?").json()


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Quelles formes peut prendre une ESP ?", "centre de santé"),
        ("What are the possible forms of an ESP?", "health centre"),
        ("Qu'est devenue la MAIA ?", "dispositif d’appui à la coordination"),
        ("What happened to the PTA?", "care coordination support scheme"),
        ("What became the DAC?", "territorial support platform"),
        ("Que finance l'ARS ?", "prévention"),
        ("composition obligatoire d'une sisa", "auxiliaire médical"),
        ("required composition of an ESP", "general practitioner"),
        ("Who is required in an MSP?", "general practitioner"),
        ("Que peut faire un centre de santé ?", "éducation thérapeutique"),
        ("Quelles activités sont interdites en centre de santé ?", "publicité"),
    ],
)
def test_a_list_is_of_what_stands_on_the_side_asked(
    store: LocalStore, question: str, told: str
) -> None:
    assert told in {e.label for e in ask(store, question).entities}


@pytest.mark.parametrize(
    ("question", "never"),
    [
        ("Quels types d'acteurs forment une CPTS ?", "exercice coordonné"),
        ("Qu'est devenu le DAC ?", "plateforme territoriale d’appui"),
        ("Dans quoi le DAC a-t-il été fondu ?", "plateforme territoriale d’appui"),
        ("Qu'est-ce qui a remplacé le DAC ?", "Ordonnance n° 2021-1470 du 10 novembre 2021"),
        ("Que devient le DAC ?", "personne morale"),
        ("Quels financements un DSR accorde-t-il ?", "fonds d’intervention régional"),
        ("De qui un CDS est-il composé ?", "service de santé des armées"),
        ("De qui un CDS est-il composé ?", "structure d’exercice coordonné"),
        ("composition du PRS", "caisse primaire d’assurance maladie"),
        ("Qui est autorisé à prendre des parts dans une SISA ?", "médecin traitant"),
        ("Who is required in an MSP?", "interprofessional ambulatory care company"),
        ("Que doit contenir le projet de santé d'une MSP ?", "professionnel de santé"),
        ("Que peut faire un centre de santé ?", "publicité"),
        ("Quel est le rôle de l'ARS dans la CPTS ?", "réponse aux crises sanitaires"),
        ("Rôle de la CPAM auprès des CPTS", "réponse aux crises sanitaires"),
        ("Missions de service public d'un centre de santé", "activité de diagnostic"),
        ("missions en plus du socle d'une CPTS", "réponse aux crises sanitaires"),
        ("Who makes up a health centre?", "structure of coordinated practice"),
        ("Quels sont les types de CDS ?", "structure d’exercice coordonné"),
        ("Quelle est la composition d'un DAC ?", "médecin traitant"),
        ("Qui travaille dans un CDS ?", "service de santé des armées"),
        ("What is an MSP not allowed to do?", "multiprofessional health centre"),
    ],
)
def test_what_stands_on_the_other_side_is_not_listed(
    store: LocalStore, question: str, never: str
) -> None:
    assert never not in {e.label for e in ask(store, question).entities}


@pytest.mark.parametrize(
    "question",
    [
        "How many members does a CPTS have?",
        "Combien de médecins exercent en France dans des MSP ?",
        "Combien d'assistants médicaux faut-il dans un centre de santé ?",
        "Combien de libéraux peuvent adhérer à une CPTS ?",
        "Combien de temps dure un DAC ?",
        "Quand le DAC a-t-il disparu ?",
    ],
)
def test_a_number_or_a_day_of_something_else_is_refused(store: LocalStore, question: str) -> None:
    assert ask(store, question).abstained


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Number of GPs required to open an MSP?", 2),
        ("Combien de CPTS un professionnel peut-il rejoindre ?", 2),
        ("Combien d'assistants médicaux au maximum dans un centre de santé ?", 8),
    ],
)
def test_a_number_is_given_to_what_it_counts(
    store: LocalStore, question: str, expected: int
) -> None:
    assert ask(store, question).number == expected


@pytest.mark.parametrize(
    "question",
    [
        "Is a CPTS a form of ESP?",
        "Une CPTS est-elle une forme d'ESP ?",
        "Les professionnels des centres de santé sont-ils bien payés ?",
        "Professionnels de centre de santé bien payés ?",
        "Les membres d'un centre de santé touchent-ils un forfait ?",
        "Why was the PTA abolished?",
    ],
)
def test_a_word_in_common_is_no_yes(store: LocalStore, question: str) -> None:
    assert ask(store, question).boolean is None


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Le FIR finance-t-il le DAC ?", True),
        ("Le DAC est-il financé par le FIR ?", True),
        ("Do ESP professionals have to be in the same place?", False),
        ("Can a private clinic operate a health centre?", True),
    ],
)
def test_who_pays_and_where_one_must_be(store: LocalStore, question: str, expected: bool) -> None:
    assert ask(store, question).boolean is expected


@pytest.mark.parametrize(
    "question",
    [
        "Peut-on être kiné et associé d'une SISA ?",
        "Peut-on être médecin et associé d'une SISA ?",
    ],
)
def test_what_one_may_be_is_not_a_team_held_against_the_minima(
    store: LocalStore, question: str
) -> None:
    assert ask(store, question).boolean is not False


@pytest.mark.parametrize(
    "question",
    [
        "Is a CPTS reserved to self-employed professionals?",
        "Seuls les libéraux peuvent-ils adhérer à une CPTS ?",
        "Les CPTS ne comprennent-elles que des libéraux ?",
        "Une CPTS n'est-elle composée que de médecins ?",
        "Les centres de santé n'emploient-ils que des salariés ?",
        "Un CDS ne peut-il être géré que par une commune ?",
        "Les médecins seuls peuvent-ils être associés d'une SISA ?",
        "Only self-employed professionals may join a CPTS?",
    ],
)
def test_only_is_said_in_many_ways(store: LocalStore, question: str) -> None:
    assert ask(store, question).boolean is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Legal status of a SISA?", False),
        ("Missions obligatoires CPTS ?", False),
        ("Éléments obligatoires dans le projet de santé d'un CDS ?", False),
        ("Conditions légales d'ouverture d'un CDS ?", False),
        ("Financement possible pour une ESS", False),
        ("c'est qui les membres d'une CPTS", False),
        ("Which is broader, PTA or CPTS?", False),
        ("Is it the PTA or the CPTS that is broader?", False),
        ("Qui de la PTA ou de la CPTS est la plus large ?", False),
        ("CDS géré par ?", False),
        ("Structures absorbées par le DAC ?", False),
        ("Est-ce que ESP peut prendre la forme de MSP ?", True),
        ("CPTS ouverte aux acteurs médico-sociaux ?", True),
        ("CDS géré par une commune ?", True),
        ("CDS soumis à agrément ?", True),
        ("CPTS missions confiées ?", False),
        ("Bodies that may run a health centre?", False),
        ("Financement d'une ESS par l'ARS possible ?", True),
        ("Projet de santé obligatoire pour une MSP ?", True),
        ("ARS : possibilité de déclinaison régionale du cdc MSP ?", True),
        ("Is it legal for a CPTS or an MSP to have staff?", True),
    ],
)
def test_a_question_without_a_verb_asks_for_the_noun_it_begins_with(
    text: str, expected: bool
) -> None:
    assert closed(text, announced=False, either=False) is expected


@pytest.mark.parametrize(
    "question",
    [
        "Un participant extérieur peut-il signer le projet de santé de MSP ?",
        "May an outsider sign the health project of MSP?",
        "Can a person who is not a member sign the health project of a MSP?",
        "Un CDS est-il soumis à agrément ?",
    ],
)
def test_a_permission_to_those_named_is_a_yes_on_that_condition(
    store: LocalStore, question: str
) -> None:
    reply = ask(store, question)

    assert reply.abstained or "condition" in reply.text


@pytest.mark.parametrize(
    ("question", "path"),
    [
        (
            "On pratique le tiers payant dans notre CDS ; quel article nous y autorise ?",
            "l6323-1-7",
        ),
        ("Notre SCIC voudrait ouvrir un CDS, en a-t-elle le droit ?", "l6323-1-3"),
        ("Notre commune voudrait ouvrir un CDS, peut-elle le faire ?", "l6323-1-3"),
        ("Notre commune veut créer un CDS, est-ce autorisé ?", "l6323-1-3"),
        ("We advertise our health centre. Are we allowed to?", "l6323-1-9"),
        ("J'ai entendu que les PTA avaient été absorbées, par quoi exactement ?", "2019-774"),
    ],
)
def test_what_is_told_is_asked_where_the_rest_names_nothing(
    store: LocalStore, question: str, path: str
) -> None:
    assert path in ask(store, question).citations[0].iri


@pytest.mark.parametrize(
    "question",
    [
        "Notre PTA a changé de nom, laquelle est-ce maintenant ?",
        "j'étais pilote PTA, on nous a fusionnés... ça s'appelle comment maintenant ?",
        "Notre PTA a été absorbée, c'est quoi maintenant ?",
    ],
)
def test_a_name_that_changed_is_not_the_old_one(store: LocalStore, question: str) -> None:
    reply = ask(store, question)

    assert "plateforme territoriale d’appui" not in [entity.label for entity in reply.entities]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Je cherche le décret qui organise les CPTS", "/decret/"),
        ("l'arrêté sur les centres de santé", "/arrete/"),
        ("ordonnance qui réforme les maisons de santé", "/ordonnance/"),
        ("décret relatif à l'indemnisation d'une CPTS", "/decret/"),
        ("Quel est le numéro de l'article de la loi Touraine qui a créé les CPTS ?", "/art-"),
    ],
)
def test_a_text_of_one_kind_is_never_answered_by_another(
    store: LocalStore, question: str, kind: str
) -> None:
    reply = ask(store, question)

    assert reply.abstained or all(kind in e.iri for e in reply.entities)
    assert reply.abstained or reply.entities


@pytest.mark.parametrize(
    "question",
    [
        "Quel article impose la publicité à CDS ?",
        "Quel article interdit le tiers payant en centre de santé ?",
        "Quel article permet les dépassements d'honoraires en centre de santé ?",
        "missions de service public de MSP : quel article ?",
        "Les professionnels de MSP sont salariés : quel article ?",
        "Quelle loi a fait évoluer les DAC vers les PTA ?",
        "CDS ou MSP, ça change quoi ?",
        "Where can the regional health project be read?",
    ],
)
def test_no_text_is_given_for_the_contrary_of_what_it_says(
    store: LocalStore, question: str
) -> None:
    reply = ask(store, question)

    assert not any("/texte/" in e.iri for e in reply.entities)


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("Quel article interdit la publicité aux centres de santé ?", "l6323-1-9"),
        ("Quel article impose le tiers payant aux centres de santé ?", "l6323-1-7"),
        ("Quel article interdit les dépassements d'honoraires en centre de santé ?", "l6323-1-7"),
        ("Quelle loi a fait évoluer les PTA vers les DAC ?", "2019-774"),
    ],
)
def test_the_text_that_says_it_is_still_given(
    store: LocalStore, question: str, article: str
) -> None:
    assert article in {e.iri.rpartition("/")[2] for e in ask(store, question).entities}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Until what date was article D6327-10 in force?", date(2021, 3, 21)),
        ("Jusqu'à quelle date l'article D. 6327-10 a-t-il été en vigueur ?", date(2021, 3, 21)),
        ("Quelle est la date de la loi qui a créé les centres de santé ?", None),
        ("Date limite de création des DAC", None),
        ("Depuis quand le centre de santé est-il une personne morale ?", None),
    ],
)
def test_a_date_is_that_of_the_event_and_the_end_that_are_asked(
    store: LocalStore, question: str, expected: date | None
) -> None:
    reply = ask(store, question)

    assert reply.when == expected
    assert reply.abstained is (expected is None)


@pytest.mark.parametrize(
    ("question", "year"),
    [("Depuis quand y a-t-il des CPTS ?", 2016), ("Since what year have there been DACs?", 2019)],
)
def test_since_when_something_exists_is_no_rule_about_it(
    store: LocalStore, question: str, year: int
) -> None:
    reply = ask(store, question)

    assert reply.abstained or (reply.when is not None and reply.when.year == year)


@pytest.mark.parametrize(
    "question",
    [
        "Qui nomme le directeur d'une CPTS ?",
        "Who hires the nurses of a health centre?",
        "Que deviennent les bénéfices d'une MSP ?",
        "Que deviennent les bénéfices d'une CPTS ?",
    ],
)
def test_a_statement_about_something_else_is_no_last_resort(
    store: LocalStore, question: str
) -> None:
    assert ask(store, question).abstained


def test_an_association_of_another_law_is_still_an_association(store: LocalStore) -> None:
    assert ask(store, "Une CPTS ne peut-elle être qu'une association ?").boolean is not False


@pytest.mark.parametrize(
    "question",
    [
        "Quelle est la date de l'ordonnance qui a créé les CPTS ?",
        "Qui signe les centres de santé ?",
    ],
)
def test_no_other_text_act_or_span_stands_in_for_the_one_asked(
    store: LocalStore, question: str
) -> None:
    assert ask(store, question).abstained


def test_a_repealed_order_does_not_set_it_today(store: LocalStore) -> None:
    reply = ask(store, "Which order sets the content of the health project of a health centre?")

    assert [e.iri.rpartition("/")[2] for e in reply.entities] == ["2018-02-27-centres-de-sante"]


def test_since_when_a_structure_exists_is_told(store: LocalStore) -> None:
    assert ask(store, "Depuis quand existe la CPTS ?").when == date(2016, 1, 28)


@pytest.mark.parametrize(
    "question",
    [
        "Combien de médecins généralistes dans un centre de santé ?",  # "multiprofessional health centre" is another
        "Que signifie CPTX ?",  # no plural of "cpt"
        "Quel article de la loi du 24 juillet 2019 a créé les CPTS ?",
        "What does CTA mean in French aviation medicine?",
        "L'adhésion à une CPTS est-elle gratuite ?",  # free to join is not free of charge
        "Comment on dissout une CPTS ?",
        "Les ESP CLAP, c'était l'idée de qui ?",  # a region is nobody
    ],
)
def test_a_near_name_word_or_text_is_not_the_one_asked(store: LocalStore, question: str) -> None:
    assert ask(store, question).abstained


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("Sur quel article de loi s'appuient les équipes de soins primaires ?", "l1411-11-1"),
        ("Sur quel article se fondent les centres de santé ?", "l6323-1"),
        ("Quel article de la loi du 26 janvier 2016 a créé les CPTS ?", "art-65"),
    ],
)
def test_what_rests_on_a_text_and_what_is_part_of_one(
    store: LocalStore, question: str, article: str
) -> None:
    assert [e.iri.rpartition("/")[2] for e in ask(store, question).entities] == [article]


def test_what_a_thing_is_in_law_is_its_legal_nature(store: LocalStore) -> None:
    reply = ask(store, "Juridiquement, une MSP c'est quoi ?")

    assert "PersonneMorale" in {e.iri.rpartition("/")[2] for e in reply.entities}


def test_what_may_be_is_possible(store: LocalStore) -> None:
    assert ask(store, "Is it possible for an ESP to be set up as a health centre?").boolean is True
