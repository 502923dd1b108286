"""What a store holds of ours, by its own account, and what it does that the standard leaves open.

Servers differ on the default graph: Oxigraph's is one graph of its own, Virtuoso's is everything that it
holds. So the dataset is put there a second time, in one named graph (``WHOLE``), and every request names its
default graph and, where it looks into graphs, those too.
"""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import URIRef
from rdflib.namespace import DCTERMS, VOID

from kg.errors import BadGateway, CannotRun
from kg.namespaces import graph
from kg.remote.line import Line
from kg.store import Results, Triples

WHOLE = graph("tout")
"""The union of the graphs of the dataset, imports excepted: the default graph."""

NOTE = graph("entrepot")
"""Which version the store holds, and in which graphs; the version is written last, and removed first."""

SECONDS = 60.0
"""For a question of ours that may cross the whole dataset."""

PROVEN = 100_000
"""Rows and one more that a store must have shown to give at once: Debian's Virtuoso stops at 10,000 unless told."""

_NOTE = (
    f"SELECT ?version ?count ?graph WHERE {{ GRAPH <{NOTE}> {{ <{WHOLE}> <{DCTERMS.hasPart}> ?graph . "
    f"OPTIONAL {{ <{WHOLE}> <{DCTERMS.identifier}> ?version ; <{VOID.triples}> ?count }} }} }}"
)
_NOTED = f"<{WHOLE}> <{DCTERMS.hasPart}> ?graph"


@dataclass(frozen=True, slots=True)
class Held:
    """The dataset as the store holds it: *version* None while it is not whole, *triples* of the union."""

    version: str | None
    triples: int
    graphs: tuple[URIRef, ...]


def held(line: Line) -> Held:
    """Return what the store says it holds.

    Raises:
        SoinsError: as ``Line.query``.
    """
    body = line.query(_NOTE, "SELECT", SECONDS, [WHOLE], [NOTE])
    rows = read(body).rows
    version = next((str(row["version"]) for row in rows if "version" in row), None)
    count = next((int(str(row["count"])) for row in rows if "count" in row), 0)
    return Held(version, count, tuple(sorted({URIRef(str(row["graph"])) for row in rows})))


def examine(line: Line, version: str) -> Held:
    """Return what the store holds, once it has shown that it can be relied on; note where it cuts answers.

    Raises:
        CannotRun: the dataset of this *version* is not there or not whole, or the store does not what we need.
        SoinsError: as ``Line.query``.
    """
    found = held(line)
    if found.version is None:
        raise CannotRun("remote.empty")
    if found.version != version:
        raise CannotRun("remote.version", held=found.version[:12], version=version[:12])
    if count(line) != found.triples:
        raise CannotRun("remote.not-whole")
    for question, default, named, expected in (
        (f"ASK {{ {_NOTED} }}", NOTE, (), True),
        (f"ASK {{ {_NOTED} }}", WHOLE, (), False),
        (f"ASK {{ GRAPH ?g {{ {_NOTED} }} }}", WHOLE, (NOTE,), True),
        (f"ASK {{ GRAPH ?g {{ {_NOTED} }} }}", WHOLE, (WHOLE,), False),
    ):
        if read(line.query(question, "ASK", SECONDS, [default], named)).truth is not expected:
            raise CannotRun("remote.graphs")
    made = line.query(
        f"CONSTRUCT {{ {_NOTED} }} WHERE {{ {_NOTED} }}", "CONSTRUCT", SECONDS, [NOTE]
    )
    if len(read_triples(made).all) != len(found.graphs):
        raise CannotRun("remote.graphs")
    _many(line, found.triples)
    return found


def _many(line: Line, triples: int) -> None:
    query = f"SELECT ?s WHERE {{ ?s ?p ?o }} LIMIT {PROVEN + 1}"
    try:
        given = len(read(line.query(query, "SELECT", SECONDS, [WHOLE])).rows)
    except BadGateway as error:
        if error.key != "remote.partial":
            raise
        given = 0
    if given < min(triples, PROVEN + 1):
        raise CannotRun("remote.cap", rows=PROVEN)


def count(line: Line) -> int:
    """Return how many triples the default graph holds."""
    query = "SELECT (COUNT(*) AS ?count) WHERE { ?s ?p ?o }"
    return int(str(read(line.query(query, "SELECT", SECONDS, [WHOLE])).rows[0]["count"]))


def read(body: bytes) -> Results:
    """Return the results that *body* holds.

    Raises:
        BadGateway: it is cut, or is something else.
    """
    try:
        return Results(body)
    except (SyntaxError, ValueError) as error:
        raise BadGateway("remote.cut") from error


def read_triples(body: bytes) -> Triples:
    """Return the triples that *body* holds.

    Raises:
        BadGateway: it is cut, is something else, or may be cut: as many triples as a store may stop at.
    """
    try:
        found = Triples(body)
    except (SyntaxError, ValueError) as error:
        raise BadGateway("remote.cut") from error
    if len(found.all) >= PROVEN:
        raise BadGateway("remote.partial")
    return found
