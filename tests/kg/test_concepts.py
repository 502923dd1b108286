"""What pages are made of, on the real dataset."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from rdflib import URIRef
from rdflib.collection import Collection
from rdflib.namespace import SH

from kg import concepts
from kg.concepts.chart import chart
from kg.concepts.index import fold
from kg.concepts.names import name_of
from kg.concepts.parts import natural, passages, state_on
from kg.concepts.permalink import fingerprint, verdict
from kg.concepts.questions import questions_about
from kg.concepts.text import citation
from kg.errors import BadInput, NotFound
from kg.messages import Lang
from kg.namespaces import BASE, term
from kg.store import LocalStore

TODAY = date(2026, 11, 22)


def test_la_maison_de_sante_est_definie_par_l6323_3(store: LocalStore) -> None:
    page = concepts.concept(store, "MaisonDeSante", "fr", TODAY)
    text = next(t for t in page.texts if t.text.iri.endswith("/csp/l6323-3"))

    assert page.acronym == "MSP"
    assert text.defines
    assert text.state == "in-force"
    assert "personne morale" in (page.legal_definitions[0].quote or "")


def test_la_cpts_n_existe_pas_avant_2016(store: LocalStore) -> None:
    name = "CommunauteProfessionnelleTerritorialeDeSante"
    before = concepts.concept(store, name, "fr", date(2015, 1, 1))
    after = concepts.concept(store, name, "fr", TODAY)

    assert not [t for t in before.texts if t.state == "in-force"]
    assert [t for t in after.texts if t.state == "in-force"]


def test_une_plateforme_territoriale_d_appui_est_une_notion_historique(store: LocalStore) -> None:
    page = concepts.concept(store, "PlateformeTerritorialeDAppui", "fr", TODAY)

    assert page.historic
    assert page.replaced_by


def test_what_documents_say_never_mixes_with_the_law(store: LocalStore) -> None:
    page = concepts.concept(store, "MaisonDeSante", "fr", TODAY)
    law = [*page.outgoing, *page.incoming, *page.mentioned, *(w for t in page.texts for w in t.why)]

    assert page.secondary
    assert not [s for s in law if "/source/" in s.voice.iri]
    assert not [s for s in page.secondary if "/texte/" in s.voice.iri]


def test_texts_stand_in_the_order_of_the_hierarchy_of_norms(store: LocalStore) -> None:
    ranks = [
        (e.rank.iri.rsplit("/")[-1] if e.rank else "")
        for e in concepts.texts(store, "fr", TODAY).texts
    ]
    order = list(dict.fromkeys(ranks))

    assert order == sorted(order, key=lambda r: concepts.parts.RANKS.index(r))
    assert order[0] == "loi"


def test_a_text_is_found_by_its_number_in_any_spelling(store: LocalStore) -> None:
    found = [
        concepts.texts(store, "fr", TODAY, words=w).texts
        for w in ("L6323-3", "l. 6323-3", "L.6323-3")
    ]

    assert all(f and f[0].ref.iri.endswith("/csp/l6323-3") for f in found)


def test_each_day_has_at_most_one_version_of_a_text(store: LocalStore) -> None:
    page = concepts.text(store, "csp/l6323-3", "fr", date(2017, 6, 1))

    assert [v.since for v in page.versions if v.state == "in-force"] == [date(2016, 1, 28)]


def test_a_rule_cites_one_version_of_each_text_the_one_of_the_day(store: LocalStore) -> None:
    page = concepts.rule(store, "MSP-SIGNATURES", "fr", date(2017, 6, 1))

    assert [b.since for b in page.rule.cited] == [date(2016, 1, 28)]
    assert "sh:path" in (page.shape or "")


def test_concepts_are_found_by_any_name_without_accents(store: LocalStore) -> None:
    found = concepts.concepts(store, "fr", "EQUIPE soins primaires")
    names = {n.concept.iri for letter in found.letters for n in letter.names}

    assert str(term("EquipeDeSoinsPrimaires")) in names


def test_every_concept_stands_once_at_least_in_the_hierarchy(store: LocalStore) -> None:
    page = concepts.concepts(store, "fr")

    def walk(branches: tuple[concepts.index.Branch, ...]) -> set[str]:
        return {b.ref.iri for b in branches} | {i for b in branches for i in walk(b.narrower)}

    indexed = {n.concept.iri for letter in page.letters for n in letter.names}
    assert walk(page.branches) == indexed


def test_the_prevailing_side_of_a_disagreement_is_marked_at_most_once(store: LocalStore) -> None:
    cases = concepts.disagreements(store, "fr", TODAY).cases

    assert cases
    assert all(sum(side.prevails for side in case.sides) <= 1 for case in cases)
    assert all(side.statements for case in cases for side in case.sides)


def test_the_map_of_the_home_page_shows_what_the_law_relates(store: LocalStore) -> None:
    links = {
        (x.origin.acronym, t.acronym)
        for x in concepts.home(store, "fr", TODAY).links
        for t in x.targets
    }

    assert {
        ("ESP", "MSP"),
        ("ESP", "CDS"),
        ("CPTS", "ESP"),
        ("DAC", "PTA"),
        ("DAC", "MAIA"),
    } <= links


@pytest.mark.parametrize(
    "ask",
    [
        lambda s: concepts.concept(s, "Nope", "fr", TODAY),
        lambda s: concepts.text(s, "csp/l0", "fr", TODAY),
        lambda s: concepts.rule(s, "NOPE", "fr", TODAY),
        lambda s: concepts.source(s, "nope", "fr", TODAY),
        lambda s: concepts.disagreement(s, "nope", "fr", TODAY),
        lambda s: concepts.thing(s, term("Nope"), "fr"),
    ],
)
def test_what_is_not_there_is_not_found(store: LocalStore, ask) -> None:
    with pytest.raises(NotFound):
        ask(store)


def test_states_follow_bounds_start_included_end_excluded() -> None:
    start, end = date(2016, 1, 28), date(2019, 7, 27)

    assert state_on(start, start, end) == "in-force"
    assert state_on(end, start, end) == "past"
    assert state_on(date(2016, 1, 27), start, end) == "to-come"
    assert state_on(start, None, None) == "undated"


def test_statements_of_one_quotation_make_one_passage(store: LocalStore) -> None:
    page = concepts.text(store, "csp/l6323-3", "fr", TODAY)
    made = passages(page.statements)

    assert len(made) < len(page.statements)
    assert sum(len(p.anchors) for p in made) == len(page.statements)


def test_numbers_sort_as_people_count() -> None:
    assert sorted(["L6323-12", "L6323-3"], key=natural) == ["L6323-3", "L6323-12"]


def test_folding_forgets_case_and_accents() -> None:
    assert fold("Œuvre d’Équipe") == "oeuvre d'equipe"


def test_a_text_outside_the_corpus_still_has_its_name() -> None:
    assert name_of(BASE + "id/texte/csp/l9999-1/2011-08-12") == "CSP, art. L. 9999-1"
    assert name_of("http://www.w3.org/2004/02/skos/core#broader") == "skos:broader"


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_une_loi_se_cite_par_son_numero_sa_date_et_son_titre(store: LocalStore, lang: Lang) -> None:
    page = concepts.text(store, "loi/2016-41", lang, TODAY)

    assert page.citation == (
        "Loi n° 2016-41 du 26 janvier 2016 de modernisation de notre système de santé"
    )


def test_un_titre_sans_le_genre_du_texte_suit_une_virgule() -> None:
    assert (
        citation("decret/1-1", "Décret n° 1-1", "Les centres", (), TODAY)
        == "Décret n° 1-1, les centres"
    )


def test_the_description_of_a_rule_holds_the_whole_of_its_lists(store: LocalStore) -> None:
    shape = URIRef(BASE + "id/regle/CDS-GESTIONNAIRE")
    described = concepts.describe(store, shape)
    allowed = described.value(shape, SH["in"])

    assert allowed is not None
    assert len(list(Collection(described, allowed))) == 6


def test_le_resume_d_une_maison_de_sante_dit_sa_nature_ses_membres_et_ses_chiffres(
    store: LocalStore,
) -> None:
    brief = concepts.concept(store, "MaisonDeSante", "fr", TODAY).summary
    told = {
        p.relation.iri.rpartition("/")[2]: {s.object.label for s in p.statements if s.object}
        for p in brief.points
    }

    assert brief.since == date(2007, 12, 22)
    assert told["aPourNatureJuridique"] == {"personne morale"}
    assert told["estComposeDe"] == {"professionnel médical", "auxiliaire médical", "pharmacien"}
    assert {(s.value, s.rank.label) for s in brief.figures if s.rank} == {
        ("1", "circulaire ou instruction"),
        ("2", "circulaire ou instruction"),
    }


def test_the_summary_follows_the_day(store: LocalStore) -> None:
    name = "CommunauteProfessionnelleTerritorialeDeSante"
    before, after = (
        concepts.concept(store, name, "fr", day).summary
        for day in (date(2021, 5, 13), date(2021, 5, 14))
    )

    assert "aPourFormeJuridique" not in [p.relation.iri.rpartition("/")[2] for p in before.points]
    assert "aPourFormeJuridique" in [p.relation.iri.rpartition("/")[2] for p in after.points]
    assert after.changes[0].day == date(2021, 5, 14)
    assert before.to_come[0].day == date(2021, 5, 14)


def test_une_notion_passee_est_resumee_au_passe(store: LocalStore) -> None:
    brief = concepts.concept(store, "PlateformeTerritorialeDAppui", "fr", TODAY).summary

    assert (brief.state, brief.until, brief.ranks) == ("past", date(2022, 7, 27), ())
    assert {s.state for p in brief.points for s in p.statements} == {"past"}


def test_what_the_law_corrects_is_told_by_documents_and_settled_by_law(store: LocalStore) -> None:
    name = "CommunauteProfessionnelleTerritorialeDeSante"
    corrections = concepts.concept(store, name, "fr", TODAY).summary.corrections

    assert corrections
    for correction in corrections:
        assert correction.law.prevails
        assert [s for s in correction.law.statements if not s.secondary]
        assert all(s.secondary for side in correction.heard for s in side.statements)


def test_the_codes_of_registers_and_their_known_faults_are_told(store: LocalStore) -> None:
    [code] = concepts.concept(store, "MaisonDeSante", "fr", TODAY).codes

    assert (code.code, code.match) == ("603", "exactMatch")
    assert "L.6223-3" in (code.note or "")


def test_a_neighbourhood_holds_forty_concepts_and_counts_the_others(store: LocalStore) -> None:
    found = concepts.neighbourhood(store, "CentreDeSante", "fr", TODAY)
    ends = {end for e in found.edges for end in (e.origin, e.target)}

    assert len(ends) == 40
    assert found.left_out > 0
    assert all(found.centre in (e.origin, e.target) for e in found.edges)
    assert [len(edges) for _, _, edges in found.relations]


def test_what_binds_on_the_day_is_nearer_than_what_does_not(store: LocalStore) -> None:
    found = concepts.neighbourhood(store, "MaisonDeSante", "fr", TODAY)
    earlier = concepts.neighbourhood(store, "MaisonDeSante", "fr", date(2010, 1, 1))

    def state(around: concepts.Neighbourhood, name: str) -> set[str]:
        return {e.state for e in around.edges if e.target.iri == str(term(name))}

    assert state(found, "PersonneMorale") == {"in-force"}
    assert state(earlier, "PersonneMorale") == {"to-come"}


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_questions_of_a_concept_name_it(store: LocalStore, lang: Lang) -> None:
    page = concepts.concept(store, "PlateformeTerritorialeDAppui", lang, TODAY)

    assert page.questions
    assert all("PTA" in question for question in page.questions)


def test_only_the_case_of_acronyms_counts_in_a_question(store: LocalStore) -> None:
    asked = questions_about(store, "fr", ["PROJET de sante"])

    assert "Qui signe le projet de santé d’une MSP ?" in asked
    assert not questions_about(store, "fr", ["msp"])


def test_a_fingerprint_tells_which_block_changed(store: LocalStore) -> None:
    page = concepts.concept(store, "MaisonDeSante", "fr", TODAY)
    mark = fingerprint(page, "fr")
    changed = fingerprint(replace(page, rules=page.rules[1:], label="autre"), "fr")

    def told(link: str) -> tuple[str, ...] | None:
        return verdict("abcdef0123", "abcdef", link, lambda _: mark).changed

    assert told(mark) == ()
    assert told(changed) == ("definition", "rules")


def test_without_a_fingerprint_only_the_same_dataset_is_known_to_be_exact() -> None:
    same = verdict("abcdef0123", "abcdef", None, lambda _: "")
    other = verdict("abcdef0123", "fedcba", None, lambda _: "")

    assert (same.same_dataset, same.changed) == (True, ())
    assert (other.same_dataset, other.changed) == (False, None)


@pytest.mark.parametrize(("asked", "told"), [("zz", None), (None, "fr-1"), ("abcdef", "de-" * 7)])
def test_a_damaged_permalink_is_said_to_be(asked: str | None, told: str | None) -> None:
    with pytest.raises(BadInput):
        verdict("abcdef0123", asked, told, lambda lang: f"{lang}-" + "-".join(["00000000"] * 6))


def test_the_lives_of_texts_share_one_scale(store: LocalStore) -> None:
    page = concepts.concept(store, "MaisonDeSante", "fr", TODAY)
    drawn = chart(page.texts, TODAY)

    assert drawn is not None
    assert [line.x for line in drawn.lines] == sorted(line.x for line in drawn.lines)
    assert all(330 <= line.x and line.x + line.width <= drawn.width for line in drawn.lines)
    assert {line.open for line in drawn.lines if line.state == "past"} == {False}
    assert chart(page.texts[:1], TODAY) is None


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("MSP-SIGNATURES", ["nb_professionnels", "projet_de_sante_signataires"]),
        ("CDS-PROJET", ["projet_de_sante_date"]),  # of a constraint in SPARQL
    ],
)
def test_a_rule_tells_the_columns_that_it_reads(
    store: LocalStore, name: str, columns: list[str]
) -> None:
    assert [c.name for c in concepts.rule(store, name, "fr", TODAY).columns] == columns


def test_what_is_told_plainly_is_in_our_words_and_begins_with_the_definition(
    store: LocalStore,
) -> None:
    page = concepts.concept(store, "CentreDeSante", "fr", TODAY)
    [defining] = [s for s in page.legal_definitions if s.state == "in-force"]

    assert page.summary.plain[0] == defining
    assert all(page.iri in (s.subject.iri, s.object and s.object.iri) for s in page.summary.plain)
    assert not concepts.concept(store, "ToutPublic", "fr", TODAY).summary.plain


def test_a_text_that_still_speaks_of_a_concept_has_not_ended_for_it(store: LocalStore) -> None:
    page = concepts.concept(store, "SocieteInterprofessionnelleDeSoinsAmbulatoires", "fr", TODAY)
    told = [e for e in page.timeline if e.text.label == "CSP, art. L. 4041-4"]

    assert [e.began for e in told] == [True, True, True]
    assert told[-1].day == date(2023, 12, 29)
    assert "trois ans" in told[-1].says[0]


def test_a_new_wording_of_a_defining_article_counts_for_all_that_it_defines(
    store: LocalStore,
) -> None:
    page = concepts.concept(store, "MaisonDeSante", "fr", TODAY)
    days = {e.day.year for e in page.timeline if e.text.label == "CSP, art. L. 6323-3"}
    listed = concepts.changes(store, "fr", TODAY, concept="MaisonDeSante", year=2019).shown

    assert days == {2007, 2009, 2011, 2016, 2019, 2021}
    assert "CSP, art. L. 6323-3" in {c.text.label for c in listed if c.day.year == 2019}
