"""The first page: the families of concepts, the map of the structures, what the graph holds."""

from __future__ import annotations

from dataclasses import dataclass

from kg.concepts.index import Branch, concepts
from kg.concepts.names import Ref, need_ref, select, tail
from kg.messages import Lang
from kg.store import LocalStore


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the map: one structure, what relates it, the others."""

    origin: Ref
    relation: Ref
    targets: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """What the first page shows."""

    families: tuple[Branch, ...]
    links: tuple[Link, ...]


def home(store: LocalStore, lang: Lang) -> Home:
    """Return the first page."""
    families = [branch for branch in concepts(store, lang).branches if branch.narrower]
    return Home(tuple(sorted(families, key=lambda b: -_acronyms(b))), _links(store, lang))


def _acronyms(branch: Branch) -> int:
    """Count the acronyms of a family: those that people know by theirs come first."""
    return bool(branch.ref.acronym) + sum(_acronyms(inner) for inner in branch.narrower)


_ORDER = ("peutInclure", "peutPrendreLaFormeDe", "absorbe")


def _links(store: LocalStore, lang: Lang) -> tuple[Link, ...]:
    made: dict[tuple[Ref, Ref], set[Ref]] = {}
    for row in select(store, "concept-links", lang):
        key = (need_ref(row, "relation"), need_ref(row, "from"))
        made.setdefault(key, set()).add(need_ref(row, "to"))
    late = {origin for relation, origin in made if tail(relation.iri) == "absorbe"}
    return tuple(
        Link(origin, relation, tuple(sorted(to, key=lambda r: (r.acronym or "~", r.label))))
        for (relation, origin), to in sorted(
            made.items(), key=lambda item: (item[0][1] in late, _ORDER.index(tail(item[0][0].iri)))
        )
    )
