"""The events of the law: each from the graph, each once, with what it changes."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from rdflib import URIRef

from kg import concepts
from kg.concepts import Change
from kg.concepts.changes import KINDS, SHOWN
from kg.errors import NotFound
from kg.namespaces import ELI, SOINS, texte
from kg.store import LocalStore

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def events(store: LocalStore) -> list[Change]:
    return concepts.events(store, "fr", TODAY)


def the(events: list[Change], anchor: str) -> Change:
    return next(change for change in events if change.anchor == anchor)


def test_every_date_of_a_text_or_a_wording_is_an_event(
    store: LocalStore, events: list[Change]
) -> None:
    counted = {
        kind: len(store.select("SELECT DISTINCT ?t ?d { ?t a $type ; $p ?d }", type=kinds, p=p))
        for kind, kinds, p in (
            ("signature", SOINS.TexteJuridique, ELI.date_document),
            ("publication", SOINS.TexteJuridique, ELI.date_publication),
            ("entree", SOINS.Version, SOINS.enVigueurDepuis),
        )
    }
    found = Counter(change.kind for change in events)

    assert {kind: found[kind] for kind in counted} == counted
    assert set(found) == set(KINDS)


def test_a_wording_that_ends_is_an_event_unless_another_follows(
    store: LocalStore, events: list[Change]
) -> None:
    ends = store.select(
        "SELECT ?t ?d { ?v $of ?t ; $until ?d FILTER NOT EXISTS { ?w $of ?t ; $since ?d } }",
        of=SOINS.versionDe, until=SOINS.enVigueurJusqua, since=SOINS.enVigueurDepuis,
    )  # fmt: skip
    found = {(change.text.iri, change.day) for change in events if change.kind == "fin"}

    assert found == {(str(row["t"]), date.fromisoformat(str(row["d"]))) for row in ends}


def test_every_bound_of_what_the_law_says_is_told_by_an_event(
    store: LocalStore, events: list[Change]
) -> None:
    rows = store.select(
        "SELECT ?says ?bound ?p { ?s a $kind ; $by ?t ; $enonce ?says ; ?p ?bound . ?t a $law"
        " FILTER(lang(?says) = 'fr' && ?p IN ($since, $until)) }",
        kind=SOINS.Affirmation, by=SOINS.selon, enonce=SOINS.enonce, law=SOINS.TexteJuridique,
        since=SOINS.enVigueurDepuis, until=SOINS.enVigueurJusqua,
    )  # fmt: skip
    begins = {(says, change.day.isoformat()) for change in events for says in change.begins}
    ends = {says for change in events for says in change.ends}

    assert len(rows) > 1000
    for row in rows:
        if row["p"] == SOINS.enVigueurDepuis:
            assert (str(row["says"]), str(row["bound"])) in begins
        else:
            assert str(row["says"]) in ends


def test_events_have_names_of_their_own_and_come_by_day(events: list[Change]) -> None:
    assert len({change.iri for change in events}) == len(events)
    assert [change.day for change in events] == sorted(change.day for change in events)


def test_une_nouvelle_redaction_dit_ce_qu_elle_remplace_et_le_texte_qui_l_a_faite(
    events: list[Change],
) -> None:
    change = the(events, "csp-l6323-3-2011-08-12-entree")

    assert URIRef(change.version or "") == texte("csp/l6323-3/2011-08-12")
    assert URIRef(change.replaces or "") == texte("csp/l6323-3/2009-07-23")
    assert [ref.iri for ref in change.by] == [str(texte("loi/2011-940"))]
    assert "MSP" in {ref.acronym for ref in change.concepts}


def test_l_echeance_des_dispositifs_d_appui_est_un_evenement(events: list[Change]) -> None:
    change = the(events, "loi-2019-774-art-23-2022-07-27-echeance-echeance")

    assert change.day == date(2022, 7, 27)
    assert change.deadline is not None
    assert "au plus tard le 27 juillet 2022" in change.deadline
    assert {"DAC", "MAIA", "PTA"} <= {ref.acronym for ref in change.concepts}


def test_an_event_is_known_from_its_publication_at_the_latest_on_its_day(
    events: list[Change],
) -> None:
    late = the(events, "loi-2025-1403-2026-01-01-entree")

    assert late.told == date(2025, 12, 31)
    assert all(change.told <= change.day for change in events)


def test_what_is_to_come_depends_on_the_day_asked_for(store: LocalStore) -> None:
    page = concepts.changes(store, "fr", date(2021, 12, 1))

    assert "csp-l6323-3-2021-12-25-entree" in {change.anchor for change in page.to_come}
    assert [c.day for c in page.to_come] == sorted(c.day for c in page.to_come)
    assert [c.day for c in page.past] == sorted((c.day for c in page.past), reverse=True)
    assert all(change.day > date(2021, 12, 1) for change in page.to_come)


def test_the_page_shows_whole_years_and_every_year_has_a_page(store: LocalStore) -> None:
    page = concepts.changes(store, "fr", TODAY)
    oldest = page.past[-1].day.year
    years = {y.year: y.count for y in page.years}

    assert SHOWN <= len(page.past) < page.count
    assert sum(c.day.year == oldest for c in page.past) == years[oldest]
    assert sum(years.values()) == page.count
    assert len(concepts.changes(store, "fr", TODAY, year=2021).shown) == years[2021]


@pytest.mark.parametrize("name", ["MSP", "msp", "MaisonDeSante"])
def test_a_concept_is_named_by_term_or_acronym(store: LocalStore, name: str) -> None:
    page = concepts.changes(store, "en", TODAY, concept=name)

    assert page.concept is not None
    assert page.concept.acronym == "MSP"
    assert page.count == len(page.shown) > 0
    assert all(page.concept in change.concepts for change in page.shown)


@pytest.mark.parametrize("narrowed", [{"concept": "Nope"}, {"year": 1066}])
def test_an_unknown_concept_or_year_is_not_found(store: LocalStore, narrowed: dict) -> None:
    with pytest.raises(NotFound):
        concepts.changes(store, "fr", TODAY, **narrowed)
