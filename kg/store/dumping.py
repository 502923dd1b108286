"""The dataset out again, in any format, one line at a time: never whole in memory.

Made from the file that was built and not from the store, so that the same version gives the same bytes
everywhere, and imports stay outside.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pyoxigraph as ox

from kg.namespaces import PREFIXES, graph

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

FORMATS = ("nq", "trig", "jsonld", "nt", "ttl")
"""Formats of the whole."""

GRAPH_FORMATS = ("ttl", "nt", "rdf", "jsonld", "nq")
"""Formats of one graph."""

WITH_GRAPHS = {"nq", "trig", "jsonld"}
"""Formats that say in which graph each triple stands."""

_ENGINE = {
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
    "ttl": ox.RdfFormat.TURTLE,
    "rdf": ox.RdfFormat.RDF_XML,
}  # the two others are lines of the file
_PREFIXED = {"trig", "ttl"}


def graphs(dataset: Path) -> dict[str, int]:
    """Return each named graph of *dataset* by its path (``texte/csp/l6323-3``), and its number of triples."""
    found: Counter[bytes] = Counter()
    with dataset.open("rb") as file:
        for line in file:
            found[line[line.rindex(b" <") + 2 : -4]] += 1
    start = len(graph(""))
    return {name.decode()[start:]: count for name, count in sorted(found.items())}


def triples(dataset: Path, path: str | None = None) -> Iterator[bytes]:
    """Yield the lines of N-Triples of the graph *path*, or of the union of all graphs, each once."""
    before = b""
    for line in _lines(dataset, path):
        triple = line[: line.rindex(b" <")] + b" .\n"
        if (
            triple != before
        ):  # the file is sorted: the same triple of two graphs is on two lines running
            yield triple
        before = triple


def dump(dataset: Path, out: IO[bytes], format_name: str, path: str | None = None) -> None:
    """Write to *out* the graph *path* of *dataset*, or all of it where None, in one of the formats above."""
    keeps_graphs = format_name in WITH_GRAPHS
    lines = _lines(dataset, path) if keeps_graphs else triples(dataset, path)
    if format_name not in _ENGINE:
        out.writelines(lines)
        return
    read_as = ox.RdfFormat.N_QUADS if keeps_graphs else ox.RdfFormat.N_TRIPLES
    # Lenient: IRIs are not checked again, our own build wrote them.
    quads = ox.parse(io.BufferedReader(_Reader(lines)), format=read_as, lenient=True)
    if format_name not in _PREFIXED:
        ox.serialize(quads, out, format=_ENGINE[format_name])
        return
    # The engine writes the prefixes in an order of chance: ours go instead.
    head = b"".join(f"@prefix {name}: <{iri}> .\n".encode() for name, iri in PREFIXES.items())
    out.write(head)
    with io.BufferedWriter(_AfterHead(out, len(head))) as written:
        ox.serialize(quads, written, format=_ENGINE[format_name], prefixes=PREFIXES)


def _lines(dataset: Path, path: str | None) -> Iterator[bytes]:
    end = f" <{graph(path)}> .\n".encode() if path is not None else b""
    with dataset.open("rb") as file:
        for line in file:
            if line.endswith(end):
                yield line


class _Reader(io.RawIOBase):
    """Lines, read as a file is."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines, self._rest = lines, b""

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill *buffer* from the lines, and return the number of bytes; 0 at their end."""
        data = self._rest or next(self._lines, b"")
        size = min(len(data), len(buffer))
        buffer[:size], self._rest = data[:size], data[size:]
        return size


class _AfterHead(io.RawIOBase):
    """What is written to it, less the first *head* bytes, goes on to *out*."""

    def __init__(self, out: IO[bytes], head: int) -> None:
        self._out, self._left = out, head

    def writable(self) -> bool:
        """Return that it can be written."""
        return True

    def write(self, data: Buffer) -> int:
        """Write *data*, less what remains of the head."""
        view = memoryview(data)
        cut = min(self._left, view.nbytes)
        self._left -= cut
        self._out.write(view[cut:])
        return view.nbytes
