"""The first page: the map of the structures, what changed lately, what there is, the families of concepts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby, islice

from kg.concepts.changes import Change, events
from kg.concepts.index import Branch, concepts, fold
from kg.concepts.names import Ref, day_of, need_ref, select, tail
from kg.concepts.parts import known, rank_order, state_on
from kg.concepts.picture import Link, Picture, draw
from kg.messages import Lang
from kg.store import Store

SHOWN = 8
"""Members of a family that the page names; the others are on the page of the family."""
DAYS, TEXTS = 3, 3
"""Days of change that the page shows before and after its own, and texts that it names for each."""


@dataclass(frozen=True, slots=True)
class Family:
    """A concept on top of the hierarchy, those below it that people know best, how many more there are."""

    ref: Ref
    definition: str | None
    members: tuple[Ref, ...]
    more: int


@dataclass(frozen=True, slots=True)
class News:
    """A day on which the law changes, some of the texts that change, how many more there are."""

    day: date
    changes: tuple[Change, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Home:
    """What the first page shows. *counts*: things of each kind; *evidence*: statements and rules of each level."""

    links: tuple[Link, ...]
    latest: tuple[News, ...]
    to_come: tuple[News, ...]
    counts: dict[str, int]
    evidence: tuple[tuple[Ref, int], ...]
    families: tuple[Family, ...]

    @property
    def picture(self) -> Picture | None:
        """The links, drawn."""
        return _drawn(self.links)


_drawn = lru_cache(maxsize=32)(draw)
"""The law has few different maps, and people look at today's."""


def home(store: Store, lang: Lang, day: date) -> Home:
    """Return the first page as the law stood on *day*."""
    branches = [branch for branch in concepts(store, lang).branches if branch.narrower]
    known = sorted(branches, key=_share_of_acronyms, reverse=True)
    binding = [change for change in events(store, lang, day) if change.is_binding]
    return Home(
        links=_links(store, lang, day),
        latest=_news(change for change in reversed(binding) if change.state == "past"),
        to_come=_news(change for change in binding if change.state == "to-come"),
        counts={
            tail(str(row["kind"])): int(str(row["count"]))
            for row in select(store, "home-counts", lang)
        },
        evidence=evidence(store, lang),
        families=tuple(_family(branch) for branch in known),
    )


def evidence(store: Store, lang: Lang) -> tuple[tuple[Ref, int], ...]:
    """Return how many statements and rules stand on each level of evidence, the most first.

    What documents say, once verified, is counted apart: it is verified that they say it.
    """
    found: list[tuple[Ref, int]] = []
    for row in select(store, "home-evidence", lang):
        level, count, told = need_ref(row, "level"), int(str(row["count"])), int(str(row["told"]))
        quoted = known(level, lang, secondary=True)
        if quoted is None or quoted == level:
            found.append((level, count))
        else:
            found += [(level, count - told), (quoted, told)]
    return tuple(sorted(found, key=lambda each: -each[1]))


def _news(changes: Iterable[Change]) -> tuple[News, ...]:
    """Return the first days of *changes*, the highest texts of each."""
    made = []
    for day, of_day in islice(groupby(changes, key=lambda change: change.day), DAYS):
        found = sorted(of_day, key=lambda change: rank_order(change.rank))
        texts = {change.text.iri: change for change in reversed(found)}
        shown = [change for change in found if texts[change.text.iri] is change]
        made.append(News(day, tuple(shown[:TEXTS]), len(shown[TEXTS:])))
    return tuple(made)


def _below(branch: Branch) -> Iterator[Ref]:
    for inner in branch.narrower:
        yield inner.ref
        yield from _below(inner)


def _share_of_acronyms(branch: Branch) -> float:
    """Families whose members go by acronyms are those that people come for."""
    below = list(_below(branch))
    return sum(ref.acronym is not None for ref in below) / len(below)


def _family(branch: Branch) -> Family:
    below = list(dict.fromkeys(_below(branch)))
    first = sorted(below, key=lambda ref: ref.acronym is None)[:SHOWN]  # stable: order of the tree
    members = tuple(sorted(first, key=lambda ref: fold(ref.acronym or ref.label)))
    return Family(branch.ref, branch.definition, members, len(below) - len(members))


_ORDER = ("peutInclure", "peutPrendreLaFormeDe", "absorbe")


def _links(store: Store, lang: Lang, day: date) -> tuple[Link, ...]:
    """Return what the texts in force on *day* relate; *texts* of a link by rank."""
    targets: dict[tuple[Ref, Ref], set[Ref]] = {}
    texts: dict[tuple[Ref, Ref], dict[Ref, int]] = {}
    for row in select(store, "home-links", lang):
        if state_on(day, day_of(row, "since"), day_of(row, "until")) in ("in-force", "undated"):
            key = need_ref(row, "relation"), need_ref(row, "from")
            targets.setdefault(key, set()).add(need_ref(row, "to"))
            texts.setdefault(key, {})[need_ref(row, "text")] = rank_order(need_ref(row, "rank"))
    late = {origin for relation, origin in targets if tail(relation.iri) == "absorbe"}

    def order(key: tuple[Ref, Ref]) -> tuple[object, ...]:
        relation, origin = key
        return (
            origin in late,
            origin.acronym is None,
            _ORDER.index(tail(relation.iri)),
            origin.label,
        )

    return tuple(
        Link(
            origin,
            relation,
            tuple(sorted(targets[relation, origin], key=_name)),
            _by_rank(texts[relation, origin]),
        )
        for relation, origin in sorted(targets, key=order)
    )


def _name(ref: Ref) -> tuple[bool, str]:
    return (ref.acronym is None, fold(ref.acronym or ref.label))


def _by_rank(texts: dict[Ref, int]) -> tuple[Ref, ...]:
    """Return *texts* by rank, then by name: stores differ on the order of what ties."""
    return tuple(sorted(texts, key=lambda text: (texts[text], _name(text))))
