"""The rules that a file of structures must satisfy: in words, with basis, rank, period, severity."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from rdflib import Literal, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from kg.citations import natural
from kg.concepts.names import Ref, day_of, need_ref, ref_of, select, tail, text_of
from kg.concepts.parts import rank_order, state_on
from kg.concepts.thing import describe
from kg.errors import NotFound
from kg.messages import Lang
from kg.namespaces import SOINS, iri
from kg.store import Row, Store

SEVERITIES = {"Violation": "violation", "Warning": "warning", "Info": "info"}


@dataclass(frozen=True, slots=True)
class Basis:
    """What founds a rule: a version of a text (with its period) or a source document."""

    ref: Ref
    since: date | None
    until: date | None
    url: str | None
    state: str


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """One rule. *creation*: judged at the opening day. *checkable*: it has a shape.

    Without a shape it has no *severity* but a *sort*. *unknown*: why it has no start.
    """

    iri: str
    id: str
    name: str
    says: str
    remedy: str | None
    severity: str | None
    sort: str | None
    note: str | None
    rank: Ref | None
    evidence: Ref | None
    since: date | None
    until: date | None
    unknown: str | None
    state: str
    creation: bool
    checkable: bool
    concerns: tuple[Ref, ...]
    basis: tuple[Basis, ...]

    @property
    def cited(self) -> list[Basis]:
        """One basis a text: the version in force on the day, else the last."""
        chosen: dict[str, Basis] = {}
        for item in self.basis:
            before = chosen.get(item.ref.label)
            if before is None or before.state != "in-force":
                chosen[item.ref.label] = item
        return list(chosen.values())


@dataclass(frozen=True, slots=True)
class RuleList:
    """Every rule, by rank; narrowed to *words*, to a *concept* and to a *rank* where given.

    *by*: ``concept`` or ``rang``, what they are grouped by. *concepts*, *ranks*: those that may be asked for.
    """

    rules: tuple[RuleEntry, ...]
    words: str = ""
    concept: str = ""
    rank: str = ""
    by: str = "concept"
    concepts: tuple[Ref, ...] = ()
    ranks: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the template that a rule reads: its name and sheet, what to write in it."""

    property: Ref
    name: str
    sheet: str
    definition: str | None


@dataclass(frozen=True, slots=True)
class RulePage:
    """One rule with its shape, in Turtle, and the columns of a file that it reads."""

    rule: RuleEntry
    shape: str | None
    columns: tuple[Column, ...]


def rules(store: Store, lang: Lang, day: date, about: str | None = None) -> RuleList:
    """Return the rules, those that concern the concept *about* only where it is given."""
    made = _all(store, lang, day)
    if about is not None:
        made = tuple(r for r in made if any(c.iri == about for c in r.concerns))
    return RuleList(made)


@lru_cache(maxsize=8)
def _all(store: Store, lang: Lang, day: date) -> tuple[RuleEntry, ...]:
    """Return every rule, by rank: each page of a day asks for some. The dataset never changes."""
    founding = {row["basis"]: row for row in select(store, "regle-basis", lang)}
    grouped: dict[str, list[Row]] = {}
    for row in select(store, "regle-all", lang):
        grouped.setdefault(str(row["rule"]), []).append(row)
    made = _main_concept_first([_rule(rows, founding, day) for rows in grouped.values()])
    return tuple(sorted(made, key=lambda r: (rank_order(r.rank), natural(r.id))))


def _main_concept_first(made: list[RuleEntry]) -> list[RuleEntry]:
    """Order what each rule concerns: what most rules concern, then by label."""
    count = Counter(c.iri for entry in made for c in entry.concerns)
    return [
        replace(e, concerns=tuple(sorted(e.concerns, key=lambda c: (-count[c.iri], c.label))))
        for e in made
    ]


def rule(store: Store, name: str, lang: Lang, day: date) -> RulePage:
    """Return the rule of that identifier.

    Raises:
        NotFound: there is none.
    """
    node = iri("id/regle/" + name)
    found = next((r for r in rules(store, lang, day).rules if r.iri == str(node)), None)
    if found is None:
        raise NotFound(name=name)
    shape = _shape(store, node) if found.checkable else None
    return RulePage(found, shape, _columns(store, node, lang))


def _columns(store: Store, node: URIRef, lang: Lang) -> tuple[Column, ...]:
    found = {
        Column(
            need_ref(row, "property"), str(row["column"]), str(row["sheet"]),
            text_of(row, "definition"),
        )
        for row in select(store, "regle-columns", lang, thing=node)
    }  # fmt: skip
    return tuple(sorted(found, key=lambda column: (column.sheet, column.name)))


def _shape(store: Store, node: URIRef) -> str:
    """Return the constraints of the shape; its words and sources are on the page already."""
    graph = describe(store, node)
    for triple in list(graph.triples((node, None, None))):
        own = str(triple[1]).startswith(str(SOINS)) or (
            isinstance(triple[2], Literal) and triple[2].language
        )
        if own or (triple[1] != RDF.type and tail(str(triple[1])) in ("identifier", "severity")):
            graph.remove(triple)
    return graph.serialize(format="turtle").strip()


def _rule(rows: list[Row], founding: dict[Node, Row], day: date) -> RuleEntry:
    first = rows[0]
    since, until = day_of(first, "since"), day_of(first, "until")
    concerns = {ref for row in rows if (ref := ref_of(row, "concern")) is not None}
    basis = {found for row in rows if (found := _basis(row, founding, day)) is not None}
    name = tail(str(first["rule"]))
    return RuleEntry(
        iri=str(first["rule"]),
        id=text_of(first, "id") or name,
        name=text_of(first, "name") or name,
        says=text_of(first, "says") or "",
        remedy=text_of(first, "remedy"),
        severity=SEVERITIES.get(tail(text_of(first, "severity") or "")),
        sort=text_of(first, "sort"),
        note=text_of(first, "note"),
        rank=ref_of(first, "rank"),
        evidence=ref_of(first, "evidence"),
        since=since,
        until=until,
        unknown=text_of(first, "unknown"),
        state=state_on(day, since, until),
        creation=text_of(first, "creation") == "true",
        checkable=any("shape" in row for row in rows),
        concerns=tuple(concerns),
        basis=tuple(sorted(basis, key=lambda b: (b.ref.label, b.since or date.min))),
    )


def _basis(row: Row, founding: dict[Node, Row], day: date) -> Basis | None:
    if "basis" not in row:
        return None
    given = need_ref(row, "basis")
    version = founding.get(row["basis"], {})
    since, until = day_of(version, "since"), day_of(version, "until")
    ref = Ref(given.iri, text_of(version, "text_label") or given.label)
    return Basis(ref, since, until, text_of(version, "text_url"), state_on(day, since, until))
