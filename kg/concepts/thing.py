"""Anything with an IRI: does it exist, what does the graph say of it, its concise description."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SKOS
from rdflib.term import Node

from kg.concepts.names import Ref, name_of, ref_of, select, tail
from kg.errors import NotFound
from kg.messages import Lang
from kg.namespaces import PREFIXES, SOINS
from kg.resources import query
from kg.store import Row, Store

_LABELS = (SKOS.prefLabel, RDFS.label)


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a property: a thing, or words in a language; *inner*: the values of an unnamed node."""

    ref: Ref | None
    text: str | None = None
    lang: str | None = None
    inner: tuple[tuple[Ref, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A property and its values, or, seen from the other end, the things that have it."""

    property: Ref
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class ThingPage:
    """Anything with an IRI: its name, its facts, what refers to it."""

    iri: str
    label: str
    definition: str | None
    facts: tuple[Fact, ...]
    inverse: tuple[Fact, ...]


def exists(store: Store, iri: URIRef) -> bool:
    """Return True when the dataset names *iri* as subject, object, property or graph."""
    return store.ask(query("concept-exists"), thing=iri)


def is_a(store: Store, iri: URIRef, kind: URIRef) -> bool:
    """Return True when *iri* is an instance of the class *kind*."""
    return store.ask("ASK { $thing $type $kind }", thing=iri, type=RDF.type, kind=kind)


def is_concept(store: Store, iri: URIRef) -> bool:
    """Return True when *iri* is a concept of the scheme, not a class or property of the model."""
    question = "ASK { $thing $scheme $concepts }"
    return store.ask(question, thing=iri, scheme=SKOS.inScheme, concepts=SOINS.concepts)


def facts_of(store: Store, iri: URIRef, lang: Lang) -> list[Row]:
    """Return the rows property, value and labels of *iri*; words of the other language left out."""
    rows = select(store, "concept-facts", lang, thing=iri)
    return [row for row in rows if _lang_of(row["value"]) in (None, lang, "fr")]


def words(rows: list[Row], lang: Lang, *properties: URIRef) -> list[str]:
    """Return the literals in *lang* (or without language) of the first of *properties* that has any."""
    for wanted in properties:
        found = {
            str(row["value"])
            for row in rows
            if row["property"] == wanted and _lang_of(row["value"]) in (None, lang)
        }
        if found:
            return sorted(found)
    return []


def refs(rows: list[Row], *properties: URIRef) -> list[Ref]:
    """Return the things that *properties* lead to, by label."""
    found = {ref_of(r, "value") for r in rows if r["property"] in properties and _named(r["value"])}
    return sorted((f for f in found if f is not None), key=lambda f: f.label.casefold())


def thing(store: Store, iri: URIRef, lang: Lang) -> ThingPage:
    """Return the page of *iri*.

    Raises:
        NotFound: the dataset does not name it.
    """
    if not exists(store, iri):
        raise NotFound(name=tail(iri))
    rows = facts_of(store, iri, lang)
    labels = words(rows, lang, *_LABELS)
    definition = words(rows, lang, SKOS.definition, SKOS.scopeNote, RDFS.comment)
    skipped = {*_LABELS, SKOS.definition} if definition else set(_LABELS)
    return ThingPage(
        iri=str(iri),
        label=labels[0] if labels else name_of(iri),
        definition=definition[0] if definition else None,
        facts=_facts([r for r in rows if r["property"] not in skipped], lang),
        inverse=_facts(select(store, "concept-inverse", lang, thing=iri), lang),
    )


def describe(store: Store, iri: URIRef) -> Graph:
    """Return the concise description of *iri*: its triples and what is affirmed of it."""
    return _named_prefixes(store.construct(query("concept-description"), thing=iri))


def describe_group(store: Store, group: URIRef) -> Graph:
    """Return the triples of every member of the class or scheme *group*."""
    return _named_prefixes(store.construct(query("concept-list-description"), group=group))


def _named_prefixes(graph: Graph) -> Graph:
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace, replace=True)
    return graph


def _facts(rows: list[Row], lang: Lang) -> tuple[Fact, ...]:
    def key(row: Row) -> str:
        return str(row["property"])

    made = []
    for _, group in groupby(sorted(rows, key=key), key=key):
        found = list(group)
        prop = ref_of(found[0], "property")
        assert prop is not None
        made.append(Fact(prop, _values(found, lang)))
    return tuple(made)


def _values(rows: list[Row], lang: Lang) -> tuple[Value, ...]:
    own = [row for row in rows if _lang_of(row["value"]) in (None, lang)]
    made: dict[Node, Value] = {}
    for row in own or rows:  # French where the page's language has nothing
        value = row["value"]
        if isinstance(value, BNode):
            before = made[value].inner if value in made else ()
            inner = ref_of(row, "inner_property")
            shown = (inner, _inner_text(row["inner_value"])) if inner else None
            fresh = () if shown is None or shown in before else (shown,)
            made[value] = Value(None, inner=before + fresh)
        elif isinstance(value, Literal):
            made[value] = Value(None, str(value), value.language)
        else:
            made[value] = Value(ref_of(row, "value"))
    return tuple(
        sorted(made.values(), key=lambda v: (v.ref.label if v.ref else v.text or "").casefold())
    )


def _inner_text(value: Node) -> str:
    return (
        "…"
        if isinstance(value, BNode)
        else tail(value)
        if isinstance(value, URIRef)
        else str(value)
    )


def _named(value: Node) -> bool:
    return isinstance(value, URIRef)


def _lang_of(value: Node) -> str | None:
    return value.language if isinstance(value, Literal) else None
