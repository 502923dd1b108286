"""Put terms, and only terms, into a query template."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyoxigraph as ox
from rdflib import Literal, URIRef
from rdflib.term import Node

PARAMETER = re.compile(r"\$([a-z_]+)")
"""A parameter of a query template."""


def bind(template: str, parameters: Mapping[str, Node | tuple[Node, ...]]) -> str:
    """Return *template* with each ``$name`` written as the term of that name, or as its terms side by side.

    A template marks its parameters ``$name`` and its variables ``?name``. A value is written by the
    engine's own serialiser, so no text can leave its literal or its IRI. The result is a whole query:
    pages show it as it ran.

    Raises:
        KeyError: a parameter is missing.
        ValueError: an IRI that SPARQL cannot write.
    """

    def written(match: re.Match[str]) -> str:
        given = parameters[match[1]]
        return " ".join(map(to_engine, given)) if isinstance(given, tuple) else to_engine(given)

    return PARAMETER.sub(written, template)


def to_engine(node: Node) -> str:
    """Return *node* in N-Triples form, checked by the engine."""
    if isinstance(node, URIRef):
        return str(ox.NamedNode(node))
    if isinstance(node, Literal):
        if node.language:
            return str(ox.Literal(str(node), language=node.language))
        datatype = ox.NamedNode(node.datatype) if node.datatype else None
        return str(ox.Literal(str(node), datatype=datatype))
    raise ValueError(f"only IRIs and literals are parameters, not {type(node).__name__}")


def is_iri(text: str) -> bool:
    """Return whether the engine can write *text* as an IRI."""
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True
