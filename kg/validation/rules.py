"""The rules, the columns and the words that files are read with: all of it data of the graph.

A ``Rulebook`` holds plain values only: it is loaded once from the store and travels to the process
that judges.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date

from rdflib import BNode, Graph, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from kg.dates import Period
from kg.messages import Lang
from kg.namespaces import ORG, SOINS
from kg.resources import query
from kg.store import Row, Store
from kg.tabular import Column, fold
from kg.validation.report import Basis

_SEVERITIES = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}
_TERM = re.compile(re.escape(str(SOINS)) + r"\w+")
Texts = dict[str, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it says, on whom it bears, when it binds, what founds it.

    *expected* is text, or the IRI of the property whose value on the row is expected (*expects*).
    *at_creation*: it judges a structure on its opening day; *across*: it compares structures.
    *shape* is its SHACL in N-Triples; *properties* are the properties that the shape reads.
    """

    iri: str
    id: str
    severity: str
    period: Period
    at_creation: bool
    across: bool
    subject: str
    targets: frozenset[str]
    properties: frozenset[str]
    expected: Texts
    expects: str | None
    title: Texts
    message: Texts
    fix: Texts
    basis: tuple[Basis, ...]
    shape: str

    def basis_on(self, day: date) -> tuple[Basis, ...]:
        """Return what founds the rule on *day*: versions in force, whole texts, documents."""
        return tuple(b for b in self.basis if day in b.period) or self.basis


@dataclass(frozen=True, slots=True)
class Words:
    """Folded word → the thing it names; and each thing → its label, its groups or super-classes."""

    things: dict[str, str]
    labels: dict[str, Texts]
    groups: dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Category:
    """A category of FINESS: its names, the days when it was given, the code that replaced it."""

    names: Texts
    period: Period
    replaced_by: str | None


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything that judging a file needs besides the file. *version*: of the dataset that it comes from.

    *categories*: of FINESS, by code; *communes*: their Insee codes.
    """

    rules: tuple[Rule, ...]
    columns: tuple[Column, ...]
    counts: dict[str, str]
    types: Words
    professions: Words
    values: dict[str, Words]
    version: str = ""
    categories: dict[str, Category] = field(default_factory=dict)
    communes: frozenset[str] = frozenset()

    @classmethod
    def load(cls, store: Store) -> Rulebook:
        """Return the rulebook that the dataset of *store* holds."""
        rows = store.select(query("validation-columns"))
        groups = store.select(query("validation-groups"))
        words = _words(store.select(query("validation-words")), groups)
        empty = Words({}, {}, {})
        rules = _rules(store)
        types = _organisations(words.pop("type", empty), rules)
        categories = {
            str(row["code"]): _category(row) for row in store.select(query("validation-categories"))
        }
        ours = frozenset(code for code in categories if code in types.things)
        columns = (_column(row) for row in rows)
        return cls(
            rules=rules,
            columns=tuple(replace(c, codes=ours) if c.name == "type" else c for c in columns),
            counts={str(row["property"]): str(row["counts"]) for row in rows if "counts" in row},
            types=types,
            professions=words.pop("profession", empty),
            values=words,
            version=store.version,
            categories=categories,
            communes=frozenset(str(store.select(query("validation-communes"))[0]["codes"]).split()),
        )

    def spelled(self, column: Column, text: str, lang: Lang) -> str:
        """Return *text* as people read it: an official code in *column* followed by its name."""
        words = self.values.get(column.iri)
        if words is None or not text.isdigit():
            return text
        name = words.labels.get(words.things.get(text, ""), {}).get(lang)
        return f"{text}, {name}" if name else text


def _column(row: Row) -> Column:
    return Column(
        iri=str(row["property"]),
        name=str(row["name"]),
        sheet=str(row["sheet"]),
        form=str(row["form"]),
        order=int(str(row["order"])),
        identity=str(row["identity"]) == "true",
        required=str(row["required"]) == "true",
        label={"fr": str(row["fr"]), "en": str(row["en"])},
        definition={"fr": str(row["definition_fr"]), "en": str(row["definition_en"])},
        complementary="complementary" in row and str(row["complementary"]) == "true",
    )


def _category(row: Row) -> Category:
    period = Period(_day(row, "since"), _day(row, "until"))
    return Category(_texts(row, "name"), period, str(row["next"]) if "next" in row else None)


def _words(rows: list[Row], groups: list[Row]) -> dict[str, Words]:
    """Return the words of each kind. Acronyms and codes beat names, names beat alternative labels."""
    things: dict[str, dict[str, str]] = defaultdict(dict)
    labels: dict[str, dict[str, Texts]] = defaultdict(dict)
    for row in rows:
        kind, thing, word = str(row["kind"]), str(row["thing"]), str(row["word"])
        things[kind].setdefault(fold(word), thing)
        if str(row["weight"]) == "1":
            labels[kind].setdefault(thing, {})[str(row["lang"])] = word
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in groups:
        found[str(row["kind"])][str(row["thing"])].add(str(row["group"]))
    return {
        kind: Words(words, labels[kind], {t: frozenset(g) for t, g in found[kind].items()})
        for kind, words in things.items()
    }


def _organisations(words: Words, rules: tuple[Rule, ...]) -> Words:
    """Keep of *words* those that name a kind of organisation: a row is no project and no profession."""
    accepted = {str(ORG.Organization)}.union(*(rule.targets for rule in rules))
    things = {
        word: thing
        for word, thing in words.things.items()
        if thing in accepted or words.groups.get(thing, frozenset()) & accepted
    }
    return Words(things, words.labels, words.groups)


def _rules(store: Store) -> tuple[Rule, ...]:
    shapes = store.construct(query("validation-shapes"))
    basis: dict[str, list[Basis]] = defaultdict(list)
    for row in store.select(query("validation-basis")):
        basis[str(row["rule"])].append(_basis(row))
    return tuple(
        _rule(row, shapes, tuple(basis[str(row["rule"])]))
        for row in store.select(query("validation-rules"))
    )


def _rule(row: Row, shapes: Graph, basis: tuple[Basis, ...]) -> Rule:
    node = URIRef(str(row["rule"]))
    shape = _closure(shapes, node)
    expects = row.get("expected_fr")
    return Rule(
        iri=str(node),
        id=str(row["id"]),
        severity=_SEVERITIES[URIRef(str(row["severity"]))],
        period=Period(_day(row, "since") or _first(basis), _day(row, "until")),
        at_creation=str(row["creation"]) == "true",
        across="across" in row and str(row["across"]) == "true",
        subject=str(row.get("subject") or row["path"]),
        targets=frozenset(str(t) for t in shape.objects(node, SH.targetClass)),
        properties=_properties(shape, node),
        expected=_texts(row, "expected") if "expected_fr" in row else {"fr": "", "en": ""},
        expects=str(expects) if isinstance(expects, URIRef) else None,
        title=_texts(row, "title"),
        message=_texts(row, "message"),
        fix=_texts(row, "fix"),
        basis=basis,
        shape=shape.serialize(format="nt"),
    )


def _first(basis: tuple[Basis, ...]) -> date | None:
    """Return the day before which nothing that founds a rule exists, where each says when it begins.

    A rule whose own start is not known judges nothing before it: no text yet could have asked for it.
    """
    starts = [found.period.start for found in basis]
    known = [start for start in starts if start is not None]
    return min(known) if known and len(known) == len(starts) else None


def _closure(shapes: Graph, node: Node) -> Graph:
    """Return the statements about *node* and about the blank nodes that hang from it."""
    found = Graph()
    for predicate, value in shapes.predicate_objects(node):
        found.add((node, predicate, value))
        if isinstance(value, BNode):
            found += _closure(shapes, value)
    return found


def _properties(shape: Graph, node: Node) -> frozenset[str]:
    """Return the terms of ours that *shape* reads: in its paths, its pairs of properties, its query."""
    found: set[str] = set()
    for predicate, value in shape.predicate_objects(None):
        if predicate not in (SH.targetClass, RDF.type):
            found.update(_TERM.findall(str(value)))
    return frozenset(found)


def _basis(row: Row) -> Basis:
    return Basis(
        iri=str(row["basis"]),
        text={"fr": str(row["fr"]), "en": str(row["en"])},
        rank=_last(row["rank"]),
        rank_label={"fr": str(row["rank_fr"]), "en": str(row["rank_en"])},
        period=Period(_day(row, "since"), _day(row, "until")),
        evidence=_last(row["evidence"]),
        url=str(row["url"]) if "url" in row else None,
    )


def _texts(row: Row, name: str) -> Texts:
    return {lang: str(row[f"{name}_{lang}"]) for lang in ("fr", "en")}


def _day(row: Row, name: str) -> date | None:
    return date.fromisoformat(str(row[name])) if name in row else None


def _last(node: Node) -> str:
    return str(node).rpartition("/")[2]
