"""Rows of our queries, and the names of what they hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rdflib import Literal, URIRef
from rdflib.namespace import RDFS
from rdflib.term import Node

from kg.citations import CODES, article_number
from kg.messages import Lang
from kg.namespaces import PREFIXES, iri, local_path
from kg.resources import query
from kg.store import Row, Store

_PLACES = str(iri("id/territoire/"))
Names = dict[Node, tuple[Node, Node | None]]


@dataclass(frozen=True, slots=True)
class Ref:
    """Something that can be linked to: its IRI, its name in the language of the page, its acronym."""

    iri: str
    label: str
    acronym: str | None = None


@lru_cache(maxsize=8)
def names(store: Store, lang: Lang) -> Names:
    """Return IRI → (name in *lang*, acronym or number) for all but territories. The dataset never changes."""
    rows = store.select(query("concept-names"), lang=Literal(lang))
    return {row["thing"]: (row["name"], row.get("notation")) for row in rows}


def _place(store: Store, thing: URIRef) -> tuple[Node, None] | None:
    """Return the name of a territory: a proper name, of no language, asked for only where one is shown."""
    return _place_name(store, thing) if thing.startswith(_PLACES) else None


@lru_cache(maxsize=4096)
def _place_name(store: Store, thing: URIRef) -> tuple[Node, None] | None:
    rows = store.select("SELECT ?name { $thing $label ?name }", thing=thing, label=RDFS.label)
    return (rows[0]["name"], None) if rows else None


def select(store: Store, name: str, lang: Lang, **parameters: Node) -> list[Row]:
    """Return the solutions of the query *name*; each IRI comes with its ``_label`` and ``_notation``."""
    return _about(store, name, lang, **parameters) if parameters else _all(store, name, lang)


@lru_cache(maxsize=32)
def _all(store: Store, name: str, lang: Lang) -> list[Row]:
    """Return what a query without parameters always returns; rows are read, never changed."""
    return _run(store, name, lang)


@lru_cache(maxsize=64)
def _about(store: Store, name: str, lang: Lang, **parameters: Node) -> list[Row]:
    """Return what a query returns for one thing, kept for its other days and its twins."""
    return _run(store, name, lang, **parameters)


def _run(store: Store, name: str, lang: Lang, **parameters: Node) -> list[Row]:
    known = names(store, lang)
    rows = store.select(query(name), lang=Literal(lang), **parameters)
    for row in rows:
        for variable, value in list(row.items()):
            if isinstance(value, URIRef) and (found := known.get(value) or _place(store, value)):
                row[variable + "_label"] = found[0]
                if found[1] is not None:
                    row[variable + "_notation"] = found[1]
    return rows


def tail(iri: str) -> str:
    """Return the last segment of *iri*: ``loi``, ``MaisonDeSante``."""
    return re.split(r"[/#]", iri.rstrip("/#"))[-1]


def text_of(row: Row, name: str) -> str | None:
    """Return the value of *name* in *row* as text, None where unbound."""
    return str(row[name]) if name in row else None


def day_of(row: Row, name: str) -> date | None:
    """Return the ``xsd:date`` of *name* in *row*, None where unbound."""
    return date.fromisoformat(str(row[name])[:10]) if name in row else None


def ref_of(row: Row, name: str) -> Ref | None:
    """Return the reference made of ``name``, ``name_label`` and ``name_notation``; None where unbound."""
    if name not in row:
        return None
    iri = str(row[name])
    return Ref(iri, text_of(row, name + "_label") or name_of(iri), text_of(row, name + "_notation"))


def name_of(iri: str) -> str:
    """Return a name for a thing that the graph does not name: ``…/csp/l1411-11`` → ``CSP, art. L. 1411-11``."""
    kind, _, rest = (local_path(iri) or "").partition("texte/")
    code, _, number = re.sub(r"/\d{4}-\d{2}-\d{2}$", "", rest).partition("/")
    if kind == "id/" and code in CODES and number:
        return f"{CODES[code][0]}, art. {article_number(number[0].upper() + number[1:])}"
    if not kind:
        for prefix, namespace in PREFIXES.items():
            if iri.startswith(namespace):
                return f"{prefix}:{iri.removeprefix(namespace)}"
    return tail(iri)


def need_ref(row: Row, name: str) -> Ref:
    """Return the reference of a variable that is always bound."""
    found = ref_of(row, name)
    assert found is not None, name
    return found
