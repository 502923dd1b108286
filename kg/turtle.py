"""Read Turtle; write it in the one canonical form of the house, so that a diff shows only what changed.

Prefixes and subjects sorted, one value a line, a closing `` ;`` and a lone ``.``; blank nodes nest in
the statement that uses them. Comments do not survive: a remark is a ``skos:editorialNote``.
"""

from __future__ import annotations

import re
from pathlib import Path

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, XSD
from rdflib.term import Node

from kg.errors import BadRecord
from kg.namespaces import PREFIXES

_INDENT = "    "
_LOCAL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_\-]*[A-Za-z0-9_])?")
_BARE = {
    str(XSD.integer): re.compile(r"[+-]?\d+"),
    str(XSD.boolean): re.compile(r"true|false"),
}


def read(path: Path) -> Graph:
    """Return the graph written in the Turtle file *path*.

    Raises:
        BadRecord: not Turtle; carries file and line.
    """
    graph = Graph(bind_namespaces="none")
    try:
        graph.parse(data=path.read_text(encoding="utf-8"), format="turtle")
    except Exception as error:  # rdflib raises many kinds, BadSyntax among them
        line = getattr(error, "lines", 0)
        raise BadRecord(path, line if isinstance(line, int) else 0, _first_line(error)) from error
    return graph


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def write(graph: Graph) -> str:
    """Return *graph* as canonical Turtle: the same triples always give the same text.

    Raises:
        ValueError: a blank node is used twice or never, which has no stable nested form: name it.
    """
    return _Writer(graph).text()


class _Writer:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.used: set[str] = set()

    def text(self) -> str:
        subjects = sorted({s for s in self.graph.subjects() if isinstance(s, URIRef)})
        blocks = [self.block(subject) for subject in subjects]
        self._refuse_shared_blank_nodes()
        prefixes = [f"@prefix {p}: <{PREFIXES[p]}> ." for p in sorted(self.used)]
        return "\n".join(prefixes) + "\n\n" + "\n".join(blocks)

    def _refuse_shared_blank_nodes(self) -> None:
        for node in {s for s in self.graph.subjects() if isinstance(s, BNode)}:
            if len(list(self.graph.subject_predicates(node))) != 1:
                raise ValueError("a blank node must be the value of exactly one statement")

    def block(self, subject: URIRef) -> str:
        return "\n".join([self.term(subject, 0), *self.predicates(subject, 1), "."]) + "\n"

    def predicates(self, subject: Node, depth: int) -> list[str]:
        pad = _INDENT * depth
        lines = []
        for predicate in sorted(set(self.graph.predicates(subject)), key=_type_first):
            name = "a" if predicate == RDF.type else self.term(predicate, depth)
            values = sorted(self.term(o, depth + 1) for o in self.graph.objects(subject, predicate))
            if len(values) == 1:
                inner = [self.term(o, depth) for o in self.graph.objects(subject, predicate)]
                lines.append(f"{pad}{name} {inner[0]} ;")
            else:
                lines.append(f"{pad}{name}")
                lines.extend(f"{pad}{_INDENT}{value} ," for value in values[:-1])
                lines.append(f"{pad}{_INDENT}{values[-1]} ;")
        return lines

    def term(self, node: Node, depth: int) -> str:
        if isinstance(node, URIRef):
            return self.name(node)
        if isinstance(node, Literal):
            return self.literal(node)
        if (node, RDF.first, None) in self.graph:
            items = [self.term(item, depth + 1) for item in Collection(self.graph, node)]
            pad = "\n" + _INDENT * (depth + 1)
            return "(" + "".join(pad + item for item in items) + "\n" + _INDENT * depth + ")"
        inner = self.predicates(node, depth + 1)
        return "\n".join(["[", *inner, _INDENT * depth + "]"])

    def name(self, node: URIRef) -> str:
        for prefix, namespace in PREFIXES.items():
            if node.startswith(namespace) and _LOCAL.fullmatch(node[len(namespace) :]):
                self.used.add(prefix)
                return f"{prefix}:{node[len(namespace) :]}"
        return f"<{node}>"

    def literal(self, node: Literal) -> str:
        if node.datatype and (bare := _BARE.get(str(node.datatype))) and bare.fullmatch(str(node)):
            return str(node)
        text = _quoted(str(node))
        if node.language:
            return f"{text}@{node.language}"
        if node.datatype and node.datatype != XSD.string:
            return f"{text}^^{self.name(node.datatype)}"
        return text


def _type_first(predicate: Node) -> tuple[bool, str]:
    return predicate != RDF.type, str(predicate)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    escaped = escaped.replace("\t", "\\t").replace("\r", "\\r")
    return f'"""{escaped}"""' if "\n" in text else f'"{escaped}"'
