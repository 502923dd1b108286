"""The manifests of the W3C: which tests there are, on which files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.term import Node

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
_HOME = "https://w3c.github.io/rdf-tests/"


@dataclass(frozen=True, slots=True)
class Suite:
    """A folder of the suites, and the IRI that its files have."""

    folder: Path
    base: str

    @classmethod
    def of(cls, suites: Path, name: str) -> Suite:
        """Return the suite *name* among *suites*."""
        home = "rdf/" if name == "rdf11" else "sparql/"
        return cls(suites / name, f"{_HOME}{home}{name}/")

    def file(self, iri: Node | None) -> Path:
        """Return where the file *iri* is."""
        text = str(iri)
        assert text.startswith(self.base), text
        return self.folder / unquote(text.removeprefix(self.base))

    def cases(self, manifest: str) -> Iterator[Case]:
        """Yield the tests of *manifest* and of those that it includes, in their order."""
        iri = URIRef(self.base + manifest)
        graph = Graph().parse(self.file(iri), format="turtle", publicID=iri)
        for included in graph.items(graph.value(iri, MF.include) or RDF.nil):
            yield from self.cases(str(included).removeprefix(self.base))
        for entry in graph.items(graph.value(iri, MF.entries) or RDF.nil):
            kind = graph.value(entry, RDF.type)
            yield Case(self, graph, entry, str(kind).rpartition("#")[2])


@dataclass(frozen=True, slots=True)
class Case:
    """One test: its *node* in the *graph* of its manifest."""

    suite: Suite
    graph: Graph
    node: Node
    kind: str

    def __str__(self) -> str:
        return str(self.node)

    @property
    def name(self) -> str:
        """Folder and name: ``aggregates#agg01``."""
        iri = str(self.node)
        folder = iri.partition("#")[0].removesuffix(".ttl").removesuffix("/manifest")
        return f"{folder.rpartition('/')[2]}#{iri.rpartition('#')[2]}"

    def value(self, predicate: Node) -> Node | None:
        """Return what the manifest says of the test."""
        return self.graph.value(self.node, predicate)
