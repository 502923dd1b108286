"""What the rooms above need of a store, wherever it is: on this disk, or a server's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from rdflib import Graph
from rdflib.term import Node

from kg.store.faults import Part
from kg.store.shelf import Shelf
from kg.store.workers import Answer

Row = dict[str, Node]
"""One solution: variable name → term; an unbound variable is absent."""


class Store(Protocol):
    """The dataset and the imports, for the queries that we wrote. The default graph holds the dataset only.

    *version* is that of the dataset; *generation* names the state of the imports, empty without any;
    *folder* is where the program keeps what it works with; *shelf* holds the imports as files.
    """

    version: str
    generation: str
    folder: Path
    shelf: Shelf

    def __hash__(self) -> int: ...

    def with_imports(self) -> Store:
        """Return the same store, read as if the imports were part of the dataset."""

    def select(self, query: str, **parameters: Node) -> list[Row]:
        """Return the solutions of the SELECT *query*, its ``$parameters`` bound.

        Raises:
            KeyError, ValueError: as ``bind``.
        """

    def ask(self, query: str, **parameters: Node) -> bool:
        """Return the answer of the ASK *query*."""

    def construct(self, query: str, **parameters: Node) -> Graph:
        """Return the graph that the CONSTRUCT or DESCRIBE *query* makes."""

    def refresh(self) -> bool:
        """Turn to what is on the shelf now, unless another is at it; whether anything changed."""

    def changed(self) -> None:
        """Turn to what this process has just changed on the shelf, whose lock it holds.

        Raises:
            OSError: it cannot be done; the shelf keeps the change, and the next start makes it.
        """


class Endpoint(Protocol):
    """Answers what is asked from outside, once it has passed the gate.

    *writable* says whether it takes writes, as the sandbox does; *state* names what answers are given
    from: while it is the same, so are they.
    """

    writable: bool

    def __hash__(self) -> int: ...

    @property
    def state(self) -> str: ...  # noqa: D102

    def answer(
        self,
        query: str,
        media_type: str,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        rows: int | None = None,
        seconds: float | None = None,
        client: str = "",
    ) -> Answer:
        """Return the answer to *query* in *media_type*: whole, or an error. As ``Workers.answer``."""

    def graphs(self) -> list[str]:
        """Return the names of the graphs that may be asked for."""

    def graph(self, name: str | None, media_type: str, *, client: str = "") -> Answer:
        """Return the whole graph *name* (None: the default graph) in *media_type*."""

    def update(self, update: str) -> None:
        """Carry out *update*: all of it or, at any error, nothing."""

    def put(self, name: str | None, parts: Sequence[Part], *, replace: bool) -> bool:
        """Put the triples of *parts* into the graph *name*; return whether the graph is new."""

    def put_quads(self, part: Part) -> None:
        """Add each quad of *part* to the graph that it names."""

    def drop(self, name: str | None) -> None:
        """Remove the graph *name*; the default graph, None, is emptied."""
