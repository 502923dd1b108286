"""Search finds what people look for as they write it, the best first."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from kg.errors import BadInput
from kg.messages import Lang
from kg.search import KINDS, Hit, Results, search
from kg.search.index import index
from kg.store import LocalStore

DAY = date(2026, 11, 22)
CSP = "https://w3id.org/soins-coordonnes/id/texte/csp/"


def find(
    store: LocalStore,
    text: str,
    lang: Lang = "fr",
    day: date = DAY,
    limit: int = 10,
    kind: str | None = None,
) -> Results:
    return search(store, text, lang, day, limit=limit, longest=500, kind=kind)


def hits(found: Results, kind: str) -> tuple[Hit, ...]:
    return next((group.hits for group in found.groups if group.kind == kind), ())


def first(found: Results) -> Hit:
    return found.groups[0].hits[0]


@pytest.mark.parametrize(
    ("acronym", "meanings"),
    [
        ("CDS", ["centre de santé", "chirurgien-dentiste"]),
        ("cds", ["centre de santé", "chirurgien-dentiste"]),
        ("C.D.S.", ["centre de santé", "chirurgien-dentiste"]),
        ("CTA", ["coordination territoriale d’appui", "conférence territoriale de l’autonomie"]),
    ],
)
def test_every_meaning_of_an_acronym_is_shown_and_told_apart(
    store: LocalStore, acronym: str, meanings: list[str]
) -> None:
    found = find(store, acronym)

    assert [hit.label for hit in found.homonyms] == meanings
    assert len({hit.says for hit in found.homonyms} - {None}) == len(meanings)
    assert found.groups[0].kind == "concept"


@pytest.mark.parametrize(
    "acronym", ["ESP", "MSP", "ESS", "CPTS", "DAC", "PTA", "MAIA", "SISA", "DSR"]
)
def test_an_acronym_comes_before_everything(store: LocalStore, acronym: str) -> None:
    found = find(store, acronym.lower())

    assert (first(found).kind, first(found).acronym) == ("concept", acronym)


@pytest.mark.parametrize(
    "written",
    [
        "L. 6323-3", "L 6323-3", "l6323-3 csp", "L6323-3", "l.6323-3", "art. L. 6323-3 du CSP",
        "article l 6323 - 3", "6323-3", "L. 6323‑3", "Ｌ６３２３-３",
    ],
)  # fmt: skip
def test_an_article_is_found_in_any_spelling(store: LocalStore, written: str) -> None:
    assert first(find(store, written)).iri == CSP + "l6323-3"


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("2019-774", "loi/2019-774"),
        ("loi 2019-774", "loi/2019-774"),
        ("Loi n° 2019-774", "loi/2019-774"),
        ("act no. 2019-774", "loi/2019-774"),
        ("loi 2019-774 article 23", "loi/2019-774/art-23"),
        ("art. 23 de la loi n°2019-774", "loi/2019-774/art-23"),
        ("ordonnance 2018-17", "ordonnance/2018-17"),
        ("décret 2018-143", "decret/2018-143"),
        ("DGOS/R5/2016/392", "instruction/2016-392"),
        ("loi Fourcade", "loi/2011-940"),
        ("L162-14-1", "css/l162-14-1"),
    ],
)
def test_a_text_is_found_by_its_number_or_its_usual_name(
    store: LocalStore, written: str, path: str
) -> None:
    found = find(store, written)

    assert first(found).iri == "https://w3id.org/soins-coordonnes/id/texte/" + path


def test_an_article_brings_what_it_defines_and_what_rests_on_it(store: LocalStore) -> None:
    found = find(store, "L. 6323-3", limit=50)

    assert hits(found, "concept")[0].acronym == "MSP"
    assert "MSP-PERSONNE-MORALE" in {hit.acronym for hit in hits(found, "rule")}
    assert CSP + "d6323-3" not in {hit.iri for hit in hits(found, "text")}


def test_words_beside_a_number_narrow_what_rests_on_it(store: LocalStore) -> None:
    found = find(store, "L6323-3 signature")

    assert first(found).iri == CSP + "l6323-3"
    assert {hit.acronym for hit in hits(found, "rule")} == {
        "MSP-SIGNATURES",
        "MSP-SIGNATURE-MEMBRE",
    }


def test_a_number_that_is_being_written_shows_where_it_leads(store: LocalStore) -> None:
    found = find(store, "L. 632")

    assert found.unknown == ()
    assert all(hit.acronym.startswith("L632") for hit in hits(found, "text") if hit.acronym)


@pytest.mark.parametrize("written", ["R4127-1", "r. 4127-1 csp", "loi 2031-12"])
def test_a_number_out_of_the_corpus_is_said_to_be_and_near_ones_are_shown(
    store: LocalStore, written: str
) -> None:
    found = find(store, written)

    assert found.near
    assert found.unknown == (written,)
    assert hits(found, "text")


def test_a_number_out_of_the_corpus_is_said_beside_a_known_one(store: LocalStore) -> None:
    found = find(store, "L. 6323-3 et R. 4127-1")

    assert not found.near
    assert found.unknown == ("R. 4127-1",)
    assert first(found).iri == CSP + "l6323-3"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("MAISON DE SANTE", "maison de santé"),
        ("maisons de santé", "maison de santé"),
        ("equipe de soins primaires", "équipe de soins primaires"),
        ("comunauté profesionnelle teritoriale", "communauté professionnelle territoriale de santé"),
        ("maizon de santé", "maison de santé"),
        ("primary care team", "équipe de soins primaires"),
        ("health centre", "centre de santé"),
        ("dentist", "chirurgien-dentiste"),
        ("maison de s", "maison de santé"),
        ("la maison de santé", "maison de santé"),
        ("qu’est-ce qu’une CPTS ?", "communauté professionnelle territoriale de santé"),
    ],
)  # fmt: skip
def test_accents_typos_plurals_beginnings_and_both_languages(
    store: LocalStore, written: str, name: str
) -> None:
    assert hits(find(store, written), "concept")[0].label == name


def test_misspelt_words_are_told_as_they_were_understood(store: LocalStore) -> None:
    assert find(store, "maizon de santé").mended == "maison sante"
    assert find(store, "maison de santé").mended is None


def test_a_rule_is_found_by_identifier_and_by_words(store: LocalStore) -> None:
    assert first(find(store, "msp-signatures")).acronym == "MSP-SIGNATURES"
    assert "CDS-TIERS-PAYANT" in {hit.acronym for hit in hits(find(store, "tiers payant"), "rule")}


def test_questions_sources_disagreements_and_vocabularies_are_found(store: LocalStore) -> None:
    questions = hits(find(store, "quels textes régissent une CPTS", limit=50), "question")
    assert any(question.query and "SELECT" in question.query for question in questions)
    assert hits(find(store, "kit élus Doubs"), "source")[0].iri.endswith("003-kit-elus-doubs")
    assert hits(find(store, "que veut dire CTA"), "disagreement")
    assert hits(find(store, "diététicien"), "term")


@pytest.mark.parametrize(
    ("lang", "written"),
    [("fr", "combien de généralistes"), ("en", "how many general practitioners")],
)
def test_questions_that_the_site_answers_in_words_are_found_in_their_language(
    store: LocalStore, lang: Lang, written: str
) -> None:
    found = hits(find(store, written, lang=lang, limit=50), "question")

    asked = [hit.label for hit in found if hit.query is None]
    assert asked
    assert all(label.lower().startswith(written) for label in asked[:1])


def test_an_acronym_that_a_note_alone_gives_is_told_beside_the_name(store: LocalStore) -> None:
    told = {hit.label: hit.also for hit in find(store, "CTA").homonyms}

    assert told["conférence territoriale de l’autonomie"] == "CTA"


def test_the_index_is_built_once_even_when_two_ask_at_the_same_time(store: LocalStore) -> None:
    with ThreadPoolExecutor(2) as pool:
        first_built, second_built = pool.map(index, [store, store])

    assert first_built is second_built


def test_the_state_is_that_of_the_day(store: LocalStore) -> None:
    states = {
        year: hits(find(store, "L. 6323-3", day=date(year, 1, 1)), "text")[0].state
        for year in (2000, 2020)
    }

    assert states == {2000: "to-come", 2020: "in-force"}
    assert hits(find(store, "pôle de santé"), "concept")[0].state == "past"


def test_a_text_carries_its_rank_and_its_period_in_the_language(store: LocalStore) -> None:
    hit = first(find(store, "ordonnance 2018-17", lang="en"))

    assert hit.rank is not None
    assert (hit.label, hit.rank.label) == ("Ordinance No. 2018-17 of 12 January 2018", "ordinance")
    assert hit.since is not None


def test_what_nothing_matches_is_said_to(store: LocalStore) -> None:
    assert find(store, "zzzzqqqq").groups == ()
    near = find(store, "salaire coordinateur reunion")
    assert near.near
    assert not near.homonyms


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("MSP 2019", "maison de santé"),
        ("commune centre de santé", "centre de santé"),
        ("médecins salariés centre de santé", "centre de santé"),
        ("convention CPTS", "communauté professionnelle territoriale de santé"),
        ("health centre nurses", "centre de santé"),
        ("maison de santé universitaire", "maison de santé pluriprofessionnelle universitaire"),
    ],
)
def test_a_concept_comes_first_whatever_words_stand_beside_its_name(
    store: LocalStore, written: str, name: str
) -> None:
    found = find(store, written)

    assert (first(found).kind, first(found).label) == ("concept", name)
    assert not found.near


def test_a_year_brings_the_texts_that_changed_then_and_the_rules_of_then(store: LocalStore) -> None:
    found = find(store, "MSP 2019", limit=50)

    assert CSP + "l6323-3" in {hit.iri for hit in hits(found, "text")}
    assert found.changed is not None
    assert (found.changed[0], found.changed[1].acronym) == (2019, "MSP")
    for hit in hits(found, "rule"):
        assert hit.since is None or hit.since.year <= 2019
        assert hit.until is None or hit.until.year >= 2019
    assert find(store, "MSP").changed is None


@pytest.mark.parametrize("written", ["médecins salariés centre de santé", "médecins salariés CDS"])
def test_a_rule_in_force_comes_before_those_of_the_past(store: LocalStore, written: str) -> None:
    rules = hits(find(store, written), "rule")

    assert rules[0].acronym == "CDS-SALARIES"
    assert {"in-force", "past"} == {hit.state for hit in rules}
    states = [hit.state == "past" for hit in hits(find(store, "salariés", limit=50), "rule")]
    assert states == sorted(states)


@pytest.mark.parametrize("written", ["mai", "MAI", "cli"])
def test_the_beginning_of_an_acronym_comes_first_even_of_what_has_ended(
    store: LocalStore, written: str
) -> None:
    acronym = first(find(store, written)).acronym

    assert acronym
    assert acronym.lower().startswith(written.lower())


def test_what_only_a_part_of_the_words_names_is_said_to(store: LocalStore) -> None:
    assert find(store, "salaire bureau hopital").partial
    assert not find(store, "commune centre de santé").partial
    assert not find(store, "CPTS").partial


def test_one_kind_alone(store: LocalStore) -> None:
    found = find(store, "maison", kind="rule", limit=3)

    assert [group.kind for group in found.groups] == ["rule"]
    assert found.count > len(found.groups[0].hits) == 3


def test_too_long_a_search_is_refused(store: LocalStore) -> None:
    with pytest.raises(BadInput) as refused:
        find(store, "a" * 501)

    assert refused.value.data == {"limit": 500}


@pytest.mark.parametrize(
    "hostile",
    [
        "", " ", "\x00", "((((((", "[a-z]+", "' OR 1=1 --", "<script>alert(1)</script>", "\ufdfa" * 500,
        "1-" * 250, "l. " * 160, "art. " * 100, "a " * 250, "%s {0} {words}", "\ud800", "?x ?y ?z }",
        "9" * 500, "L" + "1-1" * 160,
    ],
)  # fmt: skip
def test_hostile_text_is_words_like_any_other(store: LocalStore, hostile: str) -> None:
    find(store, "CPTS")  # the index is made
    started = time.perf_counter()

    found = find(store, hostile)

    assert time.perf_counter() - started < 1
    assert {group.kind for group in found.groups} <= set(KINDS)
