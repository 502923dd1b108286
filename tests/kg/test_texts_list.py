"""The list of legal texts, by rank and by year."""

from __future__ import annotations

from datetime import date

import pytest

from kg.concepts import texts
from kg.errors import BadInput
from kg.messages import say
from kg.store import LocalStore

DAY = date(2026, 11, 22)


def test_texts_by_year_begin_with_the_last(store: LocalStore) -> None:
    page = texts(store, "fr", DAY, by="annee")

    years = [year for year, _ in page.yearly()]
    known = [year for year in years if year]
    assert known == sorted(known, reverse=True) == list(page.years)
    assert sum(len(found) for _, found in page.yearly()) == len(page.texts)


def test_the_year_of_a_text_is_that_of_its_signature(store: LocalStore) -> None:
    page = texts(store, "fr", DAY, year="2019", rank="loi")

    assert "Loi n° 2019-774 du 24 juillet 2019" in {each.ref.label for each in page.texts}
    assert {each.year for each in page.texts} == {2019}


def test_in_a_rank_acts_come_before_the_articles_of_each_code(store: LocalStore) -> None:
    codes = [
        each.code.label if each.code else "" for each in texts(store, "fr", DAY, rank="loi").texts
    ]

    assert codes == sorted(codes)
    assert len(set(codes)) == 4


@pytest.mark.parametrize(
    "asked", [{"rank": "x"}, {"state": "mort"}, {"year": "abc"}, {"year": "٢٠١٩"}]
)
def test_what_no_text_may_have_is_refused(store: LocalStore, asked: dict[str, str]) -> None:
    with pytest.raises(BadInput) as refused:
        texts(store, "fr", DAY, **asked)

    assert say(refused.value.key, "fr", **refused.value.data)


def test_a_year_without_a_text_is_an_empty_list(store: LocalStore) -> None:
    assert texts(store, "fr", DAY, year="1791").texts == ()
