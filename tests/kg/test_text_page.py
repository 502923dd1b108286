"""The page of a legal text: its versions on a line, who cites it and where, how it was checked."""

from __future__ import annotations

from datetime import date

import pytest

from kg.concepts.bars import picture
from kg.concepts.citation import bibtex, csl
from kg.concepts.text import TextPage, Version, reference, text
from kg.store import LocalStore

DAY = date(2026, 11, 22)


def version(since: date, until: date | None, state: str) -> Version:
    return Version("iri", since, until, state, None, (), None)


@pytest.fixture(scope="module")
def msp(store: LocalStore) -> TextPage:
    """The article on the maison de santé."""
    return text(store, "csp/l6323-3", "fr", DAY)


def test_bars_follow_each_other_and_end_with_the_line(msp: TextPage) -> None:
    shown = msp.picture
    assert shown

    ends = [bar.start + bar.width for bar in shown.bars]
    assert ends[:-1] == pytest.approx([bar.start for bar in shown.bars[1:]])
    assert ends[-1] == pytest.approx(100)
    assert [bar.number for bar in shown.bars] == [1, 2, 3, 4, 5, 6]
    assert [bar.state for bar in shown.bars] == ["past"] * 5 + ["in-force"]
    assert shown.day
    assert 0 < shown.day < 100


def test_one_version_has_no_picture() -> None:
    assert picture([version(date(2020, 1, 1), None, "in-force")], DAY) is None


def test_a_day_before_the_line_is_not_on_it() -> None:
    periods = [
        version(date(2020, 1, 1), date(2021, 1, 1), "to-come"),
        version(date(2021, 1, 1), None, "to-come"),
    ]

    shown = picture(periods, date(2001, 1, 1))

    assert shown
    assert shown.day is None
    assert len(shown.ticks) <= 5


def test_who_cites_the_text_is_told_by_provision(msp: TextPage) -> None:
    provisions = {
        each.text.label: [p.iri.rpartition("/")[2] for p in each.provisions] for each in msp.citing
    }

    assert {each.text for each in msp.citing} == set(msp.cited_by)
    assert provisions["CSP, art. L. 4041-2"]
    assert provisions["CSP, art. D. 6323-25-1"] == []


def test_creation_is_told_apart_from_amendment(store: LocalStore) -> None:
    page = text(store, "loi/2019-774", "fr", DAY)

    made = {each.text.label: each.first for each in page.made}
    assert made["CSP, art. L. 6327-6"]
    assert not made["CSP, art. L. 6327-1"]


def test_the_levels_of_evidence_are_counted_and_said_in_words(store: LocalStore) -> None:
    page = text(store, "decret/2021-295", "fr", DAY)

    told = {each.evidence.label: each for each in page.levels}
    assert sum(each.statements for each in page.levels) == len(page.statements)
    assert sum(each.versions for each in page.levels) == len(page.versions)
    assert told["dérivé"].definition == "Déduit de faits vérifiés, sans avoir été lu tel quel."


def test_a_definition_opens_its_paragraph(msp: TextPage) -> None:
    now = [s for s in msp.statements if s.state == "in-force"]

    assert next(s.relation_name for s in now if s.place == "al. 1") == "definit"


def test_the_citation_names_the_version_of_the_day(msp: TextPage, store: LocalStore) -> None:
    entry = csl(reference(msp, DAY))

    assert entry["title"] == "Article L. 6323-3 du code de la santé publique"
    assert entry["version"] == "en vigueur depuis le 25 décembre 2021"
    assert entry["container-title"] == "code de la santé publique"
    assert str(entry["note"]).endswith("/id/texte/csp/l6323-3/2021-12-25")
    act = reference(text(store, "loi/2019-774", "en", DAY), DAY)
    assert "date = {2019-07-24}" in bibtex(act)
    assert act.title.startswith("Loi n° 2019-774 du 24 juillet 2019")


def test_what_a_repealed_text_governed_is_told(store: LocalStore) -> None:
    page = text(store, "csp/l6321-1", "fr", DAY)

    assert page.state == "past"
    assert not page.subjects("regit")
    assert page.past_subjects("regit") or page.past_subjects("definit")
