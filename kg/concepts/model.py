"""The model: its header or one of its modules, and the terms that each module declares."""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import Graph, URIRef
from rdflib.namespace import OWL

from kg.concepts.index import fold
from kg.concepts.names import Ref, need_ref, select, tail, text_of
from kg.concepts.thing import ThingPage, describe, thing
from kg.messages import Lang
from kg.namespaces import ONTOLOGY, graph, local_path
from kg.store import Row, Store

_KINDS = {
    str(OWL.Class): "class",
    str(OWL.ObjectProperty): "object-property",
    str(OWL.DatatypeProperty): "datatype-property",
    str(OWL.AnnotationProperty): "annotation-property",
    str(OWL.NamedIndividual): "individual",
}
TERM_KINDS = list(_KINDS.values())
"""Kinds of terms, in the order of a page. A term of two kinds is of the first."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term: its *name* in IRIs, the *module* that declares it, its *kind* (``class``, ``individual``…)."""

    ref: Ref
    name: str
    module: Ref
    kind: str
    definition: str | None


@dataclass(frozen=True, slots=True)
class Module:
    """A module and its terms, by kind and label."""

    ref: Ref
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class ModelPage(ThingPage):
    """What the graph says of the header, with every module; or of one module, with that one."""

    modules: tuple[Module, ...]


def model(store: Store, node: URIRef, lang: Lang) -> ModelPage:
    """Return the page of the header of the ontology, or of the module *node*.

    Raises:
        NotFound: the dataset does not name it.
    """
    page, order = thing(store, node, lang), TERM_KINDS.index
    terms: dict[str, Term] = {}
    for found in map(_term, select(store, "model-terms", lang)):
        known = terms.setdefault(found.ref.iri, found)
        if order(found.kind) < order(known.kind):
            terms[found.ref.iri] = found
    made: dict[Ref, list[Term]] = {}
    for found in sorted(terms.values(), key=lambda t: (order(t.kind), fold(t.ref.label))):
        if node in (ONTOLOGY, URIRef(found.module.iri)):
            made.setdefault(found.module, []).append(found)
    titles = {module.iri: module.label for module in made}
    return ModelPage(
        page.iri, titles.get(page.iri, page.label), page.definition, page.facts, page.inverse,
        tuple(Module(ref, tuple(made[ref])) for ref in sorted(made, key=lambda r: fold(r.label))),
    )  # fmt: skip


def describe_model(store: Store, node: URIRef) -> Graph:
    """Return the description of the header or module *node*, and all that it declares."""
    return describe(store, node) + describe(store, graph(local_path(str(node)) or ""))


def _term(row: Row) -> Term:
    ref, module = need_ref(row, "term"), Ref(str(row["module"]), str(row["title"]))
    return Term(ref, tail(ref.iri), module, _KINDS[str(row["kind"])], text_of(row, "definition"))
