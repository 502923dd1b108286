"""Which texts cite one text, and in which of their provisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rdflib import URIRef

from kg.citations import find_citations, natural, readings
from kg.concepts.names import Ref, day_of, need_ref, select, text_of
from kg.concepts.parts import STATES, state_on
from kg.messages import Lang
from kg.store import Row, Store


@dataclass(frozen=True, slots=True)
class Provision:
    """A provision that names the text: in our words, and where it stands."""

    iri: str
    says: str
    place: str | None
    since: date | None
    until: date | None
    state: str


@dataclass(frozen=True, slots=True)
class Citing:
    """A text that cites another; *provisions* is empty where none of those recorded names it."""

    text: Ref
    provisions: tuple[Provision, ...]


def citing(store: Store, node: URIRef, path: str, lang: Lang, day: date) -> tuple[Citing, ...]:
    """Return the texts that cite the one at *path*, by name; their provisions in force on *day* first."""
    grouped: dict[str, list[Row]] = {}
    for row in select(store, "texte-citing", lang, text=node):
        grouped.setdefault(str(row["citing"]), []).append(row)
    found = []
    for rows in grouped.values():
        said = {_provision(row, day) for row in rows if _names(row, path)}
        ordered = sorted(said, key=lambda p: (STATES.index(p.state), natural(p.place or ""), p.iri))
        found.append(Citing(need_ref(rows[0], "citing"), tuple(ordered)))
    return tuple(sorted(found, key=lambda each: natural(each.text.label)))


def _names(row: Row, path: str) -> bool:
    """Say whether the provision of *row* names the text at *path*, in its quotation or in our words."""
    words = f"{text_of(row, 'quote') or ''} {text_of(row, 'says') or ''}"
    return any(path in readings(cited.path) for cited in find_citations(words))


def _provision(row: Row, day: date) -> Provision:
    since, until = day_of(row, "since"), day_of(row, "until")
    return Provision(
        str(row["statement"]), str(row["says"]), text_of(row, "place"), since, until,
        state_on(day, since, until),
    )  # fmt: skip
