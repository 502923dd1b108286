"""The dataset in a server's store, for the queries that we wrote ourselves."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from pathlib import Path

from rdflib import Graph, URIRef
from rdflib.term import Node

from kg.build import Manifest
from kg.errors import Overloaded, Refused, SoinsError
from kg.namespaces import graph
from kg.remote import loading
from kg.remote.held import WHOLE, examine, read, read_triples
from kg.remote.line import Line
from kg.store import Form, Row, Shelf, bind, mentions
from kg.store.shelf import Stamps, generation


class _NoShelf(Shelf):
    """The shelf of a store that we may not write to: nothing stands there, and nobody changes it."""

    def stamps(self) -> Stamps:
        """Return that nothing does."""
        return {}

    @contextmanager
    def lock(self, *, wait: float = math.inf) -> Iterator[None]:
        """Raise Refused."""
        raise Refused("remote.no-import")
        yield


class RemoteStore:
    """A view of the dataset in the store at the end of *line*. The shelf of imports is on this machine.

    What stands on the shelf is copied to the store, where the line may write to it; without an address
    for updates nothing is imported. One server process has the shelf; others may read the same store.
    """

    def __init__(self, line: Line, folder: Path, manifest: Manifest) -> None:
        """Raises CannotRun, SoinsError: as ``examine``; OSError: *folder* cannot be written."""
        self.line, self.folder, self.version = line, folder, manifest.version
        self.shelf = (Shelf if line.address.update else _NoShelf)(folder / "imports")
        self._dataset = examine(line, manifest.version).graphs
        self._turning = threading.Lock()
        self._stamps: Stamps = {}
        self._turn_to({})
        if self.shelf.stamps():
            with self.shelf.lock():
                self.changed()

    def _turn_to(self, stamps: Stamps) -> None:
        imported = [graph(f"import/{source}") for source in stamps]
        self.graphs: tuple[URIRef, ...] = (*self._dataset, *imported)
        self._stamps, self.generation = stamps, generation(stamps)
        self._default: Sequence[URIRef] = [WHOLE]
        self._with_imports = copy(self)
        self._with_imports._default = [WHOLE, *imported]

    def with_imports(self) -> RemoteStore:
        """Return the same store, read as if the imports were part of the dataset."""
        return self._with_imports

    def refresh(self) -> bool:
        """Copy what is on the shelf now, unless another is at it; whether anything changed."""
        if self.shelf.stamps() == self._stamps or not self._turning.acquire(blocking=False):
            return False
        self._turning.release()
        try:
            with self.shelf.lock(wait=0):
                self.changed()
            return True
        except (Overloaded, OSError):
            return False

    def changed(self) -> None:
        """Copy what this process has just changed on the shelf, whose lock it holds.

        Raises:
            OSError: it cannot be done; the shelf keeps the change, and the next request tries again.
        """
        with self._turning:
            stamps = self.shelf.stamps()
            try:
                for source in self._stamps.keys() | stamps.keys():
                    if stamps.get(source) != self._stamps.get(source):
                        file = self.shelf.file(source) if source in stamps else None
                        loading.copy(self.line, graph(f"import/{source}"), file)
            except SoinsError as error:
                raise OSError(str(error)) from error
            self._turn_to(stamps)

    def select(self, query: str, **parameters: Node) -> list[Row]:
        """Return the solutions of the SELECT *query*, its ``$parameters`` bound.

        Raises:
            KeyError, ValueError: as ``bind``.
            SoinsError: as ``Line.query``: never some of the solutions for all.
        """
        return read(self._query(bind(query, parameters), "SELECT")).rows

    def ask(self, query: str, **parameters: Node) -> bool:
        """Return the answer of the ASK *query*."""
        return bool(read(self._query(bind(query, parameters), "ASK")).truth)

    def construct(self, query: str, **parameters: Node) -> Graph:
        """Return the graph that the CONSTRUCT or DESCRIBE *query* makes."""
        return read_triples(self._query(bind(query, parameters), "CONSTRUCT")).graph()

    def _query(self, query: str, form: Form) -> bytes:
        named = self.graphs if "graph" in mentions(query) else ()
        return self.line.query(query, form, None, self._default, named)
