"""The list of rules, by concept or by rank, narrowed to what is asked for."""

from __future__ import annotations

from datetime import date

from kg.citations import natural
from kg.concepts.called import called
from kg.concepts.index import fold
from kg.concepts.names import Ref, tail
from kg.concepts.parts import one_of, rank_order
from kg.concepts.rule import RuleEntry, RuleList, rules
from kg.messages import Lang
from kg.store import Store


def rule_list(
    store: Store,
    lang: Lang,
    day: date,
    *,
    words: str = "",
    concept: str = "",
    rank: str = "",
    by: str = "concept",
) -> RuleList:
    """Return the rules that have every one of *words*, about *concept*, of *rank*, where these are given.

    *concept* is a name of it (``called``: ``MaisonDeSante``, ``MSP``), *rank* the last part of its IRI
    (``loi``). *by*: ``concept`` or ``rang``, what they are grouped by.

    Raises:
        BadInput: no rank is called so.
    """
    every = rules(store, lang, day).rules
    ranks = {rank_order(entry.rank): entry.rank for entry in every if entry.rank}
    one_of("rang", rank, [tail(ref.iri) for ref in ranks.values()])
    asked = set(called(store, concept, lang))
    wanted = fold(words).split()
    kept = tuple(
        entry
        for entry in every
        if all(word in fold(f"{entry.id} {entry.name} {entry.says}") for word in wanted)
        and (not concept or not asked.isdisjoint(entry.concerns))
        and (not rank or (entry.rank is not None and tail(entry.rank.iri) == rank))
    )
    concerned = {ref for entry in every for ref in entry.concerns}
    return RuleList(
        rules=kept,
        words=words.strip(),
        concept=next((tail(ref.iri) for ref in asked & concerned), concept),
        rank=rank,
        by="rang" if by == "rang" else "concept",
        concepts=tuple(sorted(concerned, key=lambda ref: fold(ref.label))),
        ranks=tuple(ranks[place] for place in sorted(ranks)),
    )


def groups(page: RuleList) -> list[tuple[Ref | None, list[RuleEntry]]]:
    """Return the rules of *page* by rank, or by the concept that they concern; None: every structure.

    A rule that concerns several is under the one asked for, else under the one that most rules concern.
    """
    found: dict[Ref | None, list[RuleEntry]] = {}
    for entry in page.rules:
        main = entry.concerns[0] if entry.concerns else None
        asked = next((ref for ref in entry.concerns if tail(ref.iri) == page.concept), main)
        found.setdefault(entry.rank if page.by == "rang" else asked, []).append(entry)
    if page.by == "rang":
        return sorted(found.items(), key=lambda each: rank_order(each[0]))
    return sorted(found.items(), key=lambda each: natural(fold(each[0].label if each[0] else "")))
