"""What the dataset is made of, counted: VoID, by rdflib's generator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, VOID
from rdflib.void import generateVoID

from kg.discovery.apart import begun
from kg.discovery.catalogue import DATASET, Facts, static
from kg.discovery.dumps import Dumps
from kg.namespaces import graph, iri
from kg.store import dumping

_STATISTICS = "void.nt"


def void(found: Facts, dumps: Dumps, site: str) -> Graph:
    """Return the VoID description of the dataset, for the server at *site* (with its final slash).

    The union of all graphs, with a partition for each class and each property; each graph as a subset,
    with its dumps.

    Raises:
        Overloaded: it is being made, or another version was built since.

    Source: Describing Linked Datasets with the VoID Vocabulary, W3C Note of 3 March 2011.
    """
    made = static("void", site)
    made.parse(data=dumps.kept(_STATISTICS, write_statistics), format="nt")
    made.add((DATASET, DCTERMS.modified, Literal(found.checked)))
    for name in dumps.names():
        made.add((DATASET, VOID.dataDump, URIRef(f"{site}dump/{name}")))
    for path, count in dumps.graphs.items():
        made.add((DATASET, VOID.subset, graph(path)))
        made.add((graph(path), RDF.type, VOID.Dataset))
        made.add((graph(path), VOID.triples, Literal(count)))
        for name in dumps.names(path):
            made.add((graph(path), VOID.dataDump, URIRef(f"{site}dump/{name}")))
    page = iri(".well-known/void")
    made.add((page, RDF.type, VOID.DatasetDescription))
    made.add((page, FOAF.primaryTopic, DATASET))
    return made


def prepare(dumps: Dumps) -> None:
    """Begin to make, elsewhere, what takes seconds and is the same for all who will ask: dumps, statistics."""
    dumps.expect(begun(make_ready, dumps.folder, dumps.built, dumps.version))


def make_ready(folder: Path, built: Path, version: str) -> None:
    """Make the dumps of the whole, and the statistics, where they are not made yet."""
    dumps = Dumps(folder, built, version, run=lambda function, *arguments: function(*arguments))
    for name in dumps.names():
        dumps.get(name)
    dumps.kept(_STATISTICS, write_statistics)


def write_statistics(dataset: Path, out: Path) -> None:
    """Write to *out*, as N-Triples, the statistics of the union of all graphs of the file *dataset*.

    The generator holds sets of every subject and object: some 100 MB.
    """
    made, _ = generateVoID(_Streamed(dataset), DATASET)
    made.serialize(out, format="nt", encoding="utf-8")


class _Streamed(Graph):
    """The triples of the dataset, read from its file as often as they are asked for.

    The generator compares and counts: only what it writes down, properties and classes, are made terms.
    The others stay as N-Triples writes them.
    """

    def __init__(self, dataset: Path) -> None:
        super().__init__()
        self._dataset = dataset

    def triples(self, triple: Any) -> Iterator[Any]:  # type: ignore[override]
        """Yield the triples with the predicate of the pattern *triple*, or all of them."""
        wanted, terms = triple[1], dict[str, URIRef]()
        for line in dumping.triples(self._dataset):
            subject, predicate, value = line.decode()[:-3].split(" ", 2)
            predicate = terms.setdefault(predicate, URIRef(predicate[1:-1]))
            if wanted is None or predicate == wanted:
                if predicate == RDF.type:
                    value = terms.setdefault(value, URIRef(value[1:-1]))
                yield subject, predicate, value
