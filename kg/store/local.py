"""The dataset on disk, opened read-only, for the queries that we wrote ourselves."""

from __future__ import annotations

import threading
from copy import copy
from pathlib import Path

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from kg.build import DATASET, Manifest
from kg.errors import CannotRun, Overloaded
from kg.namespaces import graph
from kg.store import loading
from kg.store.binding import bind
from kg.store.contract import Row
from kg.store.shelf import Shelf, Stamps, generation


class LocalStore:
    """A read-only view of the dataset and of the imports. Its default graph holds the dataset only.

    *version* is that of the dataset; *generation* names the state of the imports, empty without any.
    """

    def __init__(self, data: Path, built: Path, manifest: Manifest) -> None:
        self.version, self.folder = manifest.version, data
        self.shelf = Shelf(data / "imports")
        self._dataset = built / DATASET
        self._turning = threading.Lock()
        stamps = self.shelf.stamps()
        if stamps and not loading.whole(loading.place(data, self.version, stamps)):
            with self.shelf.lock():
                self._turn_to(self.shelf.stamps())
        else:
            self._turn_to(stamps)

    @classmethod
    def open(cls, data: Path, built: Path, manifest: Manifest) -> LocalStore:
        """Return the store of the dataset in *built*, loaded under *data* the first time.

        Raises:
            CannotRun: *data* cannot be written.
        """
        try:
            return cls(data, built, manifest)
        except OSError as error:
            raise CannotRun("error.read-only", path=str(data), reason=str(error)) from error

    def refresh(self) -> bool:
        """Turn to the store that holds what is on the shelf now; whether that is another one.

        While another process is still making it, this one goes on with what it has.
        """
        stamps = self.shelf.stamps()
        if stamps == self._stamps or not self._turning.acquire(blocking=False):
            return False
        try:
            with self.shelf.lock(wait=0):
                self._turn_to(self.shelf.stamps())
            return True
        except Overloaded:
            return False
        finally:
            self._turning.release()

    def changed(self) -> None:
        """Turn to the store of what this process has just changed on the shelf, whose lock it holds.

        Raises:
            OSError: the store cannot be made; the shelf keeps the change, and the next start makes it.
        """
        with self._turning:
            self._turn_to(self.shelf.stamps())

    def _turn_to(self, stamps: Stamps) -> None:
        path = loading.ready(self.folder, self._dataset, self.version, self.shelf, stamps)
        self._store = ox.Store.read_only(str(path))
        self._graphs: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None = None
        self.path, self._stamps, self.generation = path, stamps, generation(stamps)
        self._with_imports = copy(self)
        imported = (ox.NamedNode(graph(f"import/{source}")) for source in stamps)
        self._with_imports._graphs = [ox.DefaultGraph(), *imported]

    def with_imports(self) -> LocalStore:
        """Return the same store, whose default graph holds what was imported too: for pages about that."""
        return self._with_imports

    def select(self, query: str, **parameters: Node) -> list[Row]:
        """Return the solutions of the SELECT *query*, its ``$parameters`` bound.

        Raises:
            KeyError, ValueError: as ``bind``.
        """
        solutions = self._query(query, parameters)
        assert isinstance(solutions, ox.QuerySolutions)
        names = [variable.value for variable in solutions.variables]
        return [
            {
                name: to_rdflib(term)
                for name, term in zip(names, row, strict=True)
                if term is not None
            }
            for row in solutions
        ]

    def ask(self, query: str, **parameters: Node) -> bool:
        """Return the answer of the ASK *query*."""
        return bool(self._query(query, parameters))

    def construct(self, query: str, **parameters: Node) -> Graph:
        """Return the graph that the CONSTRUCT or DESCRIBE *query* makes."""
        made = Graph()
        triples = self._query(query, parameters)
        assert isinstance(triples, ox.QueryTriples)
        for t in triples:
            made.add((to_rdflib(t.subject), to_rdflib(t.predicate), to_rdflib(t.object)))
        return made

    def _query(
        self, query: str, parameters: dict[str, Node]
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        return self._store.query(bind(query, parameters), default_graph=self._graphs)


def to_rdflib(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    """Return an engine's term as an rdflib one."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Literal(term.value, lang=term.language)
        datatype = None if term.datatype.value.endswith("#string") else URIRef(term.datatype.value)
        return Literal(term.value, datatype=datatype)
    raise TypeError("quoted triples are not used in this graph")
