"""The dataset on disk, opened read-only, for the queries that we wrote ourselves."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from kg.build import DATASET, Manifest
from kg.errors import CannotRun
from kg.store.binding import bind

Row = dict[str, Node]
"""One solution: variable name → term; an unbound variable is absent."""


class LocalStore:
    """A read-only store of the dataset. Its default graph is the union of the named graphs."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.path = path
        self.version = manifest.version
        self._store = ox.Store.read_only(str(path))

    @classmethod
    def open(cls, data: Path, built: Path, manifest: Manifest) -> LocalStore:
        """Return the store of the dataset in *built*, loading it under *data* the first time.

        Raises:
            CannotRun: *data* cannot be written.
        """
        path = data / f"store-{manifest.version[:16]}"
        try:
            if not _whole(path):
                data.mkdir(parents=True, exist_ok=True)
                shutil.rmtree(path, ignore_errors=True)
                _load(built / DATASET, path)
                _forget(data, path)
        except OSError as error:
            raise CannotRun("error.read-only", path=str(data), reason=str(error)) from error
        return cls(path, manifest)

    def select(self, query: str, **parameters: Node) -> list[Row]:
        """Return the solutions of the SELECT *query*, its ``$parameters`` bound.

        Raises:
            KeyError, ValueError: as ``bind``.
        """
        solutions = self._store.query(bind(query, parameters))
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
        return bool(self._store.query(bind(query, parameters)))

    def construct(self, query: str, **parameters: Node) -> Graph:
        """Return the graph that the CONSTRUCT or DESCRIBE *query* makes."""
        made = Graph()
        triples = self._store.query(bind(query, parameters))
        assert isinstance(triples, ox.QueryTriples)
        for t in triples:
            made.add((to_rdflib(t.subject), to_rdflib(t.predicate), to_rdflib(t.object)))
        return made


def _count_file(path: Path) -> Path:
    return path.with_name(path.name + ".quads")


def _whole(path: Path) -> bool:
    """Return whether the store at *path* opens and holds as many quads as were loaded into it.

    A damaged store may open without a word, nearly empty.
    """
    try:
        expected = int(_count_file(path).read_text(encoding="ascii"))
        return len(ox.Store.read_only(str(path))) == expected
    except (OSError, ValueError, RuntimeError):
        return False


def _forget(data: Path, current: Path) -> None:
    """Remove the stores of earlier datasets, unless a server may still be serving them: a day old."""
    for old in data.glob("store-*"):
        if old.is_dir() and old != current and old.stat().st_mtime < time.time() - 86_400:
            shutil.rmtree(old, ignore_errors=True)
            _count_file(old).unlink(missing_ok=True)


def _load(dataset: Path, path: Path) -> None:
    """Bulk-load *dataset* beside *path*, then put it in place in one step, its count kept outside it."""
    draft = Path(tempfile.mkdtemp(prefix="loading-", dir=path.parent))
    try:
        store = ox.Store(str(draft / "store"))
        for part in _parts(dataset):
            # Lenient: IRIs are not checked again, our own build wrote them.
            store.bulk_load(input=part, format=ox.RdfFormat.N_QUADS, lenient=True)
        store.flush()
        _count_file(path).write_text(str(len(store)), encoding="ascii")
        del store
        if not path.exists():
            (draft / "store").rename(path)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _parts(dataset: Path) -> Iterator[bytes]:
    """Yield the lines of *dataset*, then the same in the default graph: the union of ours, not of imports.

    Blank nodes are one only within a part: both copies of the few lines that have some go together.
    """
    with dataset.open("rb") as file:
        lines = file.readlines()
    with_blank = [line for line in lines if b"_:" in line]
    lines = [line for line in lines if b"_:" not in line]
    yield b"".join(lines)
    yield b"".join(map(_in_default_graph, lines))
    yield b"".join([*with_blank, *map(_in_default_graph, with_blank)])


def _in_default_graph(line: bytes) -> bytes:
    """Return a line of N-Quads less its last term, the graph."""
    return line[: line.rindex(b" <")] + b" .\n"


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
