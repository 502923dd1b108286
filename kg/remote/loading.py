"""Push the dataset to a store by SPARQL 1.1 Update alone, which every store has, in steps that may be done again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from pathlib import Path

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, VOID, XSD

from kg.build import DATASET, Manifest
from kg.errors import CannotRun
from kg.namespaces import graph
from kg.remote.held import NOTE, SECONDS, WHOLE, count, held, read
from kg.remote.line import Line
from kg.store import dumping

_BATCH = 500  # triples of one update: Virtuoso refuses more than 10,000 lines, and plans each
_TOGETHER = 20  # graphs that one update copies or removes: there are hundreds, most of them small
_MINUTES = 600.0  # seconds for such an update

_Triples = Iterable[
    tuple[URIRef, str]
]  # graph, line of N-Triples; those of a graph follow each other

Progress = Callable[[int, int], None]
"""Told how many triples are there, of how many."""


def load(line: Line, built: Path, manifest: Manifest, progress: Progress) -> bool:
    """Make the store hold the dataset in *built*, and nothing else in our graphs; whether anything changed.

    Whatever stops it, the store does not say that it holds the dataset, and doing it again ends well.

    Raises:
        CannotRun: the store may not be written to, or does not hold what was sent.
        SoinsError: as ``Line.query``.
    """
    before, dataset = held(line), built / DATASET
    if before.version == manifest.version and count(line) == before.triples:
        return False
    sizes = {graph(path): size for path, size in dumping.graphs(dataset).items()}
    _note(
        line, f"DELETE WHERE {{ GRAPH <{NOTE}> {{ <{WHOLE}> <{DCTERMS.identifier}> ?version }} }}"
    )
    _note(line, f"DELETE WHERE {{ GRAPH <{NOTE}> {{ <{WHOLE}> <{VOID.triples}> ?count }} }}")
    parts = " . ".join(f"<{WHOLE}> <{DCTERMS.hasPart}> <{name}>" for name in sizes)
    _note(line, f"INSERT DATA {{ GRAPH <{NOTE}> {{ {parts} }} }}")
    _for_each(line, "DROP SILENT GRAPH <{}>", [WHOLE, *sorted({*before.graphs, *sizes})])
    for name in {*before.graphs} - {*sizes}:
        gone = f"<{WHOLE}> <{DCTERMS.hasPart}> <{name}>"
        _note(line, f"DELETE DATA {{ GRAPH <{NOTE}> {{ {gone} }} }}")
    done = 0
    for size in _insert(line, _triples(dataset)):
        done += size
        progress(done, manifest.quads)
    _for_each(line, f"ADD GRAPH <{{}}> TO GRAPH <{WHOLE}>", sorted(sizes))
    _verify(line, sizes)
    total = Literal(count(line), datatype=XSD.integer).n3()
    _note(
        line,
        f"INSERT DATA {{ GRAPH <{NOTE}> {{ <{WHOLE}> <{DCTERMS.identifier}> "
        f'"{manifest.version}" ; <{VOID.triples}> {total} }} }}',
    )
    return True


def copy(line: Line, name: URIRef, file: Path | None) -> None:
    """Make the graph *name* hold the quads of *file*, all of that graph, and nothing else; None empties it.

    Raises:
        SoinsError: as ``Line.update``.
        OSError: *file* cannot be read.
    """
    line.update(f"DROP SILENT GRAPH <{name}>", _MINUTES)
    if file is not None:
        with file.open(encoding="utf-8") as lines:
            for _ in _insert(line, ((name, _triple(quad)) for quad in lines)):
                continue


def _note(line: Line, update: str) -> None:
    line.update(update, SECONDS)


def _for_each(line: Line, update: str, names: Iterable[URIRef]) -> None:
    """Carry out *update* for each of the graphs *names*."""
    rest = iter(names)
    while some := list(islice(rest, _TOGETHER)):
        line.update(" ;\n".join(map(update.format, some)), _MINUTES)


def _triples(dataset: Path) -> _Triples:
    found: dict[str, list[str]] = defaultdict(list)
    with dataset.open(encoding="utf-8") as lines:
        for line in lines:
            found[line[line.rindex(" <") + 2 : -4]].append(_triple(line))
    for name, triples in sorted(found.items()):
        for triple in triples:
            yield URIRef(name), triple


def _triple(quad: str) -> str:
    return quad[: quad.rindex(" <")] + " .\n"


def _insert(line: Line, triples: _Triples) -> Iterator[int]:
    """Add *triples*; yield the size of each batch once it is there.

    Those of a graph with unnamed nodes go together, or the nodes would not be the same, and as a pattern:
    Virtuoso takes none in INSERT DATA.
    """
    unnamed: dict[URIRef, list[str]] = defaultdict(list)
    named = (
        (name, triple)
        for name, triple in triples
        if "_:" not in triple or unnamed[name].append(triple)  # type: ignore[func-returns-value]
    )
    while batch := list(islice(named, _BATCH)):
        line.update(f"INSERT DATA {{ {_grouped(batch)} }}", SECONDS)
        yield len(batch)
    for name, some in unnamed.items():
        line.update(f"INSERT {{ {_grouped((name, each) for each in some)} }} WHERE {{}}", SECONDS)
        yield len(some)


def _grouped(triples: _Triples) -> str:
    """Return *triples* as SPARQL writes quads."""
    return " ".join(
        f"GRAPH <{name}> {{ {''.join(triple for _, triple in some)} }}"
        for name, some in groupby(triples, lambda each: each[0])
    )


def _verify(line: Line, sizes: dict[URIRef, int]) -> None:
    query = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    rows = read(line.query(query, "SELECT", SECONDS, [WHOLE], list(sizes))).rows
    there = {URIRef(str(row["g"])): int(str(row["n"])) for row in rows}
    for name, size in sizes.items():
        if there.get(name) != size:
            raise CannotRun("remote.lost", graph=name, sent=size, held=there.get(name, 0))
