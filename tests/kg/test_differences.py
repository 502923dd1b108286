"""What differs between two versions of a text, provision by provision."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from kg.concepts.differences import Change, Differences, differences
from kg.concepts.places import place_in
from kg.errors import NotFound
from kg.store import LocalStore

DAY = date(2026, 11, 22)
MSP = "csp/l6323-3"


def compared(store: LocalStore, path: str, first: date | None, second: date | None) -> Differences:
    return differences(store, path, "fr", DAY, first, second)


def objects(page: Differences, kind: str) -> set[str]:
    return {c.object.iri.rpartition("/")[2] for c in page.changes if c.kind == kind and c.object}


def one(page: Differences, name: str) -> Change:
    return next(c for c in page.changes if c.object and c.object.iri.endswith("/" + name))


def test_la_loi_de_2011_fait_de_la_maison_de_sante_une_personne_morale(store: LocalStore) -> None:
    page = compared(store, MSP, date(2009, 7, 23), date(2011, 8, 12))

    change = one(page, "PersonneMorale")
    assert (change.kind, change.on) == ("added", date(2011, 8, 12))
    assert [text.label for text in change.by] == ["Loi n° 2011-940 du 10 août 2011"]
    assert "Pharmacien" in objects(page, "added")
    assert "ActeurMedicoSocial" in objects(page, "removed")


def test_a_provision_that_says_the_same_in_other_words_has_changed(store: LocalStore) -> None:
    change = one(compared(store, MSP, date(2009, 7, 23), date(2011, 8, 12)), "Prevention")

    assert change.kind == "changed"
    assert change.before
    assert change.after
    assert "".join(p.text for p in change.words_before) == change.before.quote
    assert "".join(p.text for p in change.words_after) == change.after.quote
    gone = [p.text.strip() for p in change.words_before if p.differs]
    assert gone == ["ainsi qu'à des actions", "et"]


def test_a_provision_that_stands_in_both_versions_is_unchanged(store: LocalStore) -> None:
    page = compared(store, MSP, date(2009, 7, 23), date(2011, 8, 12))

    kept = {s.iri.rpartition("/")[2] for s in page.kept}
    assert "transmission" in kept
    assert not kept & {
        s.iri.rpartition("/")[2] for c in page.changes for s in (c.before, c.after) if s
    }


def test_any_two_versions_in_any_order_and_by_any_of_their_days(store: LocalStore) -> None:
    bounds = compared(store, MSP, date(2007, 12, 22), date(2021, 12, 25))
    within = compared(store, MSP, date(2024, 2, 29), date(2008, 5, 1))

    assert within.changes == bounds.changes
    assert len({c.on for c in bounds.changes}) > 1
    assert bounds.moment is None


def test_without_days_the_version_in_force_is_compared_with_the_one_before(
    store: LocalStore,
) -> None:
    page = compared(store, MSP, None, None)

    assert page.before.version
    assert page.after.version
    assert (page.before.version.since, page.after.version.since) == (
        date(2019, 7, 27),
        date(2021, 12, 25),
    )


def test_before_its_first_version_a_text_says_nothing_and_all_is_new(store: LocalStore) -> None:
    page = compared(store, MSP, date(1990, 1, 1), date(2008, 1, 1))

    assert page.before.version is None
    assert {c.kind for c in page.changes} == {"added"}
    assert len(page.changes) == page.after.recorded


def test_the_first_version_is_compared_with_the_eve_of_it(store: LocalStore) -> None:
    page = compared(store, MSP, None, date(2007, 12, 22))

    assert (page.before.day, page.before.version) == (date(2007, 12, 21), None)
    assert {c.kind for c in page.changes} == {"added"}


def test_a_version_whose_provisions_are_not_recorded_is_not_compared(store: LocalStore) -> None:
    page = compared(store, "loi/2005-102", date(2000, 1, 1), date(2020, 1, 1))

    assert page.after.recorded == 0
    assert not page.comparable
    assert page.changes == page.kept == ()


def test_every_change_between_successive_versions_has_a_day_and_keeps_the_count(
    store: LocalStore,
) -> None:
    for path in (MSP, "csp/l1434-12", "csp/l6323-1", "csp/l1411-11-1", "decret/2021-295"):
        versions = compared(store, path, None, None).versions
        for older, newer in pairwise(versions):
            page = compared(store, path, older.since, newer.since)
            changed, added, removed = (page.count(k) for k in ("changed", "added", "removed"))
            assert changed + removed + len(page.kept) == page.before.recorded, path
            assert changed + added + len(page.kept) == page.after.recorded, path
            assert all(c.on for c in page.changes)


def test_a_text_that_is_not_in_the_corpus_is_not_found(store: LocalStore) -> None:
    with pytest.raises(NotFound):
        compared(store, "csp/l1-1", None, None)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("al. 4 (al. 3 avant le 28 janvier 2016)", "para. 4 (para. 3 before 28 January 2016)"),
        ("titre ; accord lu par extraits", "title; agreement read in extracts"),
        ("article modifié : CSP, art. L. 1434-10", "amended article: CSP, art. L. 1434-10"),
        ("dernier alinéa", "last para."),
        ("I, 2°, b", "I, 2°, b"),
    ],
)
def test_a_place_is_said_in_english(place: str, said: str) -> None:
    assert place_in(place, "en") == (said, "en")
    assert place_in(place, "fr") == (place, "fr")


def test_a_place_with_other_words_stays_in_french() -> None:
    assert place_in("titre ; effet lu dans le code", "en") == (
        "titre ; effet lu dans le code",
        "fr",
    )
