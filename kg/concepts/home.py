"""The first page: the map of the structures, and the families of concepts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.concepts.index import Branch, concepts, fold
from kg.concepts.names import Ref, need_ref, select, tail
from kg.messages import Lang
from kg.store import LocalStore

SHOWN = 8
"""Members of a family that the page names; the others are on the page of the family."""


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the map: one structure, what relates it, the others."""

    origin: Ref
    relation: Ref
    targets: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """A concept on top of the hierarchy, those below it that people know best, how many more there are."""

    ref: Ref
    definition: str | None
    members: tuple[Ref, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Home:
    """What the first page shows."""

    families: tuple[Family, ...]
    links: tuple[Link, ...]
    evidence: tuple[tuple[Ref, int], ...]


def home(store: LocalStore, lang: Lang) -> Home:
    """Return the first page."""
    branches = [branch for branch in concepts(store, lang).branches if branch.narrower]
    known = sorted(branches, key=_share_of_acronyms, reverse=True)
    families = tuple(_family(branch) for branch in known)
    return Home(families, _links(store, lang), evidence(store, lang))


def evidence(store: LocalStore, lang: Lang) -> tuple[tuple[Ref, int], ...]:
    """Return how many statements and rules stand on each level of evidence, the most first."""
    rows = select(store, "home-evidence", lang)
    return tuple((need_ref(row, "level"), int(str(row["count"]))) for row in rows)


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


def _links(store: LocalStore, lang: Lang) -> tuple[Link, ...]:
    made: dict[tuple[Ref, Ref], set[Ref]] = {}
    for row in select(store, "concept-links", lang):
        made.setdefault((need_ref(row, "relation"), need_ref(row, "from")), set()).add(
            need_ref(row, "to")
        )
    late = {origin for relation, origin in made if tail(relation.iri) == "absorbe"}

    def order(key: tuple[Ref, Ref]) -> tuple[object, ...]:
        relation, origin = key
        return (
            origin in late,
            origin.acronym is None,
            _ORDER.index(tail(relation.iri)),
            origin.label,
        )

    return tuple(
        Link(origin, relation, tuple(sorted(made[relation, origin], key=_name)))
        for relation, origin in sorted(made, key=order)
    )


def _name(ref: Ref) -> tuple[bool, str]:
    return (ref.acronym is None, fold(ref.acronym or ref.label))
