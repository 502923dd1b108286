"""The concepts around one: what relates them, in which direction, and whether it still binds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from kg.concepts.names import Ref, day_of, names, need_ref, select
from kg.concepts.parts import STATES, state_on
from kg.concepts.thing import is_concept
from kg.errors import NotFound
from kg.messages import Lang
from kg.namespaces import term
from kg.store import Store

MOST = 40
"""Concepts of a neighbourhood, its centre included: more cannot be read in one picture."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation from one concept to another; *state* on the day asked for, the best of its statements."""

    origin: Ref
    relation: Ref
    target: Ref
    state: str

    def beside(self, centre: Ref) -> Ref:
        """Return the end that is not *centre*."""
        return self.target if self.origin == centre else self.origin


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The concepts one step away from *centre*; *left_out*: how many more there are."""

    centre: Ref
    edges: tuple[Edge, ...]
    left_out: int

    @property
    def relations(self) -> list[tuple[Ref, bool, list[Edge]]]:
        """The edges by relation and direction (True: from the centre), in the order of the edges."""
        grouped: dict[tuple[Ref, bool], list[Edge]] = {}
        for edge in self.edges:
            grouped.setdefault((edge.relation, edge.origin == self.centre), []).append(edge)
        return [(relation, outward, found) for (relation, outward), found in grouped.items()]


def neighbourhood(store: Store, name: str, lang: Lang, day: date) -> Neighbourhood:
    """Return the concepts related to ``soins:<name>``: those that the law relates most closely first.

    Raises:
        NotFound: no concept of the scheme has that name.
    """
    node = term(name)
    if not is_concept(store, node):
        raise NotFound(name=name)
    best: dict[tuple[Ref, Ref, Ref], str] = {}
    for row in select(store, "neighbourhood", lang, thing=node):
        key = need_ref(row, "from"), need_ref(row, "relation"), need_ref(row, "to")
        state = state_on(day, day_of(row, "since"), day_of(row, "until"))
        best[key] = min(best.get(key, state), state, key=STATES.index)
    edges = [Edge(*key, state) for key, state in best.items()]
    label, acronym = names(store, lang).get(node, (name, None))
    centre = Ref(str(node), str(label), str(acronym) if acronym else None)
    kept, left_out = _nearest(edges, centre)
    shown = [e for e in edges if e.beside(centre) in kept]
    return Neighbourhood(centre, tuple(sorted(shown, key=lambda e: _order(e, centre))), left_out)


def _nearest(edges: list[Edge], centre: Ref) -> tuple[set[Ref], int]:
    """Return the neighbours that fit, and how many do not: what binds first, then what is most related."""
    count = Counter(e.beside(centre) for e in edges)
    state: dict[Ref, int] = {}
    for edge in edges:
        other, place = edge.beside(centre), STATES.index(edge.state)
        state[other] = min(state.get(other, place), place)
    ordered = sorted(count, key=lambda r: (state[r], -count[r], r.acronym is None, r.label))
    return set(ordered[: MOST - 1]), max(0, len(ordered) - MOST + 1)


def _order(edge: Edge, centre: Ref) -> tuple[object, ...]:
    outward = edge.origin == centre
    return (not outward, edge.relation.label, STATES.index(edge.state), edge.beside(centre).label)
