"""The list of rules, narrowed and grouped."""

from __future__ import annotations

from datetime import date

import pytest

from kg.concepts.rule import RuleList
from kg.concepts.rules import groups, rule_list
from kg.errors import BadInput
from kg.store import LocalStore

DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def every(store: LocalStore) -> RuleList:
    """All the rules."""
    return rule_list(store, "fr", DAY)


@pytest.mark.parametrize("name", ["MSP", "MaisonDeSante"])
def test_the_rules_of_a_concept_by_its_acronym_or_its_name(store: LocalStore, name: str) -> None:
    page = rule_list(store, "fr", DAY, concept=name)

    assert page.concept == "MaisonDeSante"
    assert "MSP-SIGNATURES" in {entry.id for entry in page.rules}
    assert [ref.label for ref, _ in groups(page) if ref] == ["maison de santé"]


def test_the_rules_of_a_rank(store: LocalStore, every: RuleList) -> None:
    page = rule_list(store, "fr", DAY, rank="circulaire")

    assert 0 < len(page.rules) < len(every.rules)
    assert {entry.rank.iri.rpartition("/")[2] for entry in page.rules if entry.rank} == {
        "circulaire"
    }


def test_the_rules_with_a_word(store: LocalStore) -> None:
    assert "CDS-TIERS-PAYANT" in {
        r.id for r in rule_list(store, "fr", DAY, words="TIERS PAYANT").rules
    }
    assert rule_list(store, "fr", DAY, words="zzz").rules == ()


def test_each_rule_is_in_one_group(store: LocalStore, every: RuleList) -> None:
    by_rank = rule_list(store, "fr", DAY, by="rang")

    for page in (every, by_rank):
        assert sorted(e.id for _, found in groups(page) for e in found) == sorted(
            e.id for e in every.rules
        )
    assert [ref.iri for ref, _ in groups(by_rank) if ref] == [ref.iri for ref in by_rank.ranks]


def test_an_unknown_rank_is_refused_with_those_there_are(store: LocalStore) -> None:
    with pytest.raises(BadInput) as refused:
        rule_list(store, "fr", DAY, rank="x")

    assert "circulaire" in str(refused.value.data["known"])
