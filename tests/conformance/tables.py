"""Answers to compare: tables of RDF terms, equal up to the names of blank nodes and the writing of numbers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree

from rdflib import RDF, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.term import Node

RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
_ROW = Namespace("row:")
_SRX = "{http://www.w3.org/2005/sparql-results#}"
_DECIMALS = {XSD.integer, XSD.decimal}

Row = dict[str, Node]


@dataclass(frozen=True, slots=True)
class Table:
    """What a query answers: *names* and *rows*, or *yes*; a graph is a table of ``s p o``."""

    names: frozenset[str] = frozenset()
    rows: list[Row] = field(default_factory=list)
    yes: bool | None = None
    ordered: bool = False


def same(expected: Table, found: Table, *, lax: bool = False) -> bool:
    """Return whether both say the same. *lax*: a row may come once or several times."""
    if expected.yes is not None or found.yes is not None:
        return expected.yes == found.yes
    if lax:
        return _contents(expected) == _contents(found)
    if len(expected.rows) != len(found.rows):
        return False
    return isomorphic(_graph(expected, expected.ordered), _graph(found, expected.ordered))


def _contents(table: Table) -> set[frozenset[tuple[str, str]]]:
    return {
        frozenset((k, "_" if isinstance(v, BNode) else by_value(v).n3()) for k, v in row.items())
        for row in table.rows
    }


def _graph(table: Table, ordered: bool) -> Graph:
    """Return *table* as a graph, a blank node a row: two tables are the same when the graphs are."""
    graph = Graph()
    for index, row in enumerate(table.rows):
        node = BNode()
        graph.add((node, RDF.type, _ROW.Row))
        if ordered:
            graph.add((node, _ROW["#index"], Literal(index)))
        for name, value in row.items():
            graph.add((node, _ROW[name], by_value(value)))
    return graph


def by_value(term: Node) -> Node:
    """Return *term*, a number or an instant written in one way: ``1.50`` and ``1.5`` are the same decimal."""
    if not isinstance(term, Literal):
        return term
    if term.datatype is None:  # rdflib has languages in lower case or not, as it pleases
        return Literal(str(term), lang=term.language and term.language.lower())
    text, datatype = str(term).strip(), term.datatype
    try:
        if datatype in _DECIMALS:
            number = Decimal(text)
            text = format(number.normalize() if number else Decimal(0), "f")
        elif datatype in {XSD.double, XSD.float}:
            text = repr(float(text.replace("INF", "inf")))
        elif datatype == XSD.boolean:
            text = {"1": "true", "0": "false"}.get(text, text)
        elif datatype == XSD.dateTime:
            text = text.replace("+00:00", "Z")
    except (InvalidOperation, ValueError):
        text = str(term)
    if datatype == XSD.string:
        return Literal(text)
    return Literal(text, datatype=datatype, normalize=False)


def read(data: bytes, media_type: str, base: str = "") -> Table:
    """Return the table in *data*."""
    return {
        "application/sparql-results+json": _json,
        "application/sparql-results+xml": _xml,
        "text/csv": _csv,
        "text/tab-separated-values": _tsv,
    }.get(media_type, lambda data: _rdf(data, media_type, base))(data)


def of_graph(graph: Graph) -> Table:
    """Return the table of the triples of *graph*."""
    rows: list[Row] = [dict(zip("spo", triple, strict=True)) for triple in graph]
    return Table(frozenset("spo"), rows)


def _json(data: bytes) -> Table:
    found = json.loads(data)
    if "boolean" in found:
        return Table(yes=found["boolean"])

    def term(of: dict[str, str]) -> Node:
        if of["type"] == "uri":
            return URIRef(of["value"])
        if of["type"] == "bnode":
            return BNode(of["value"])
        return _literal(of["value"], of.get("datatype"), of.get("xml:lang"))

    rows = [{k: term(v) for k, v in row.items()} for row in found["results"]["bindings"]]
    return Table(frozenset(found["head"].get("vars", [])), rows)


def _xml(data: bytes) -> Table:
    root = ElementTree.fromstring(data)
    if (yes := root.find(f"{_SRX}boolean")) is not None:
        return Table(yes=(yes.text or "").strip() == "true")

    def term(of: ElementTree.Element) -> Node:
        text = of.text or ""
        if of.tag == f"{_SRX}uri":
            return URIRef(text)
        if of.tag == f"{_SRX}bnode":
            return BNode(text)
        language = of.get("{http://www.w3.org/XML/1998/namespace}lang")
        return _literal(text, of.get("datatype"), language)

    names = frozenset(v.get("name", "") for v in root.iter(f"{_SRX}variable"))
    rows = [
        {b.get("name", ""): term(b[0]) for b in row.iter(f"{_SRX}binding")}
        for row in root.iter(f"{_SRX}result")
    ]
    return Table(names, rows)


def _csv(data: bytes) -> Table:
    lines = list(csv.reader(io.StringIO(data.decode(), newline="")))
    head = lines[0] if lines else []

    def term(text: str) -> Node:
        return BNode(text[2:]) if text.startswith("_:") else Literal(text)

    rows = [{k: term(v) for k, v in zip(head, line, strict=False)} for line in lines[1:]]
    return Table(frozenset(head), rows)


def _tsv(data: bytes) -> Table:
    head, *lines = data.decode().replace("\r\n", "\n").removesuffix("\n").split("\n")
    names = [name.removeprefix("?") for name in head.split("\t")]

    def term(text: str) -> Node:
        if text.startswith("_:"):
            return BNode(text[2:])
        (triple,) = Graph().parse(data=f"<x:s> <x:p> {text} .", format="turtle")
        return triple[2]

    rows = [
        {k: term(v) for k, v in zip(names, line.split("\t"), strict=True) if v} for line in lines
    ]
    return Table(frozenset(names), rows)


def _rdf(data: bytes, media_type: str, base: str) -> Table:
    """Return a result set written in RDF, else the graph itself."""
    formats = {"application/rdf+xml": "xml", "application/n-triples": "nt"}
    graph = Graph().parse(data=data, format=formats.get(media_type, "turtle"), publicID=base)
    table = graph.value(None, RDF.type, RS.ResultSet)
    if table is None:
        return of_graph(graph)
    if (yes := graph.value(table, RS.boolean)) is not None:
        return Table(yes=str(yes) == "true")
    names = frozenset(map(str, graph.objects(table, RS.resultVariable)))
    indexed = [
        (graph.value(solution, RS.index), _solution(graph, graph.objects(solution, RS.binding)))
        for solution in graph.objects(table, RS.solution)
    ]
    if not indexed or any(index is None for index, _ in indexed):
        return Table(names, [row for _, row in indexed])
    indexed.sort(key=lambda pair: int(str(pair[0])))
    return Table(names, [row for _, row in indexed], ordered=True)


def _solution(graph: Graph, bindings: Iterable[Node]) -> Row:
    row = {}
    for binding in bindings:
        value = graph.value(binding, RS.value)
        assert value is not None
        row[str(graph.value(binding, RS.variable))] = value
    return row


def _literal(text: str, datatype: str | None, language: str | None) -> Literal:
    if language:
        return Literal(text, lang=language)
    return Literal(text, datatype=URIRef(datatype) if datatype else None, normalize=False)
