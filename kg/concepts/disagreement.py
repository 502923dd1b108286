"""Points on which voices differ: the sides, who holds each, which prevails and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rdflib import URIRef

from kg.concepts.names import Ref, ref_of, select, tail, text_of
from kg.concepts.parts import Statement, statements
from kg.errors import NotFound
from kg.messages import Lang
from kg.namespaces import iri
from kg.store import Row, Store


@dataclass(frozen=True, slots=True)
class Side:
    """One answer to the point, and the statements that give it."""

    number: int
    says: str
    prevails: bool
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A point on which voices differ."""

    iri: str
    id: str
    point: str
    why: str | None
    about: tuple[Ref, ...]
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class DisagreementList:
    """Every disagreement, by point."""

    cases: tuple[Disagreement, ...]


def disagreements(
    store: Store,
    lang: Lang,
    day: date,
    *,
    about: URIRef | None = None,
    held_by: set[str] | None = None,
    name: str | None = None,
) -> DisagreementList:
    """Return the disagreements.

    Those about the thing *about*, those with a side held by one of the statements *held_by*, the one
    whose identifier is *name*, where these are given.
    """
    rows = select(store, "desaccord-all", lang)
    kept = {
        row["case"]
        for row in rows
        if (about is None or row.get("about") == about)
        and (held_by is None or str(row.get("statement")) in held_by)
        and (name is None or row["case"] == iri("id/desaccord/" + name))
    }
    rows = [row for row in rows if row["case"] in kept]
    held = {str(row["statement"]) for row in rows if "statement" in row}
    said = select(store, "desaccord-statements", lang)
    told = statements((row for row in said if str(row["statement"]) in held), day)
    names = sorted({URIRef(str(row["case"])) for row in rows})
    made = [_case(told, case, [r for r in rows if r["case"] == case]) for case in names]
    return DisagreementList(tuple(sorted(made, key=lambda c: c.point.casefold())))


def disagreement(store: Store, name: str, lang: Lang, day: date) -> Disagreement:
    """Return the disagreement of that identifier.

    Raises:
        NotFound: there is none.
    """
    found = disagreements(store, lang, day, name=name).cases
    if not found:
        raise NotFound(name=name)
    return found[0]


def _case(said: tuple[Statement, ...], case: URIRef, mine: list[Row]) -> Disagreement:
    sides: dict[int, Side] = {}
    for number in sorted({int(str(row["order"])) for row in mine}):
        own = [row for row in mine if int(str(row["order"])) == number]
        held = {str(row["statement"]) for row in own if "statement" in row}
        sides[number] = Side(
            number,
            text_of(own[0], "says") or "",
            any(row.get("prevails") == row["side"] for row in own),
            tuple(s for s in said if s.iri in held),
        )
    about = {ref for row in mine if (ref := ref_of(row, "about")) is not None}
    return Disagreement(
        iri=str(case),
        id=tail(case),
        point=text_of(mine[0], "point") or tail(case),
        why=text_of(mine[0], "why"),
        about=tuple(sorted(about, key=lambda r: r.label.casefold())),
        sides=tuple(sides.values()),
    )
