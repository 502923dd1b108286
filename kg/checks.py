"""Check our own house: what we write must satisfy what we ask of others.

Each check returns sentences for developers, one a fault; none = the house is in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rdflib import Graph

from kg import concepts, corpus, ontology, reasoning, turtle
from kg.namespaces import graph
from kg.resources import data_folder
from kg.store import Store
from kg.validation import engine


def not_canonical() -> list[Path]:
    """Return the Turtle files that the canonical writer would write otherwise."""
    return [
        file
        for file in ontology.turtle_files()
        if turtle.write(turtle.read(file)) != file.read_text(encoding="utf-8")
    ]


def canonical() -> list[str]:
    """Every Turtle file has the one canonical form (``soins check --write`` gives it)."""
    root = data_folder("ontology").parent
    return [f"{file.relative_to(root)} is not in canonical form" for file in not_canonical()]


def hygiene(store: Store) -> list[str]:
    """No query of ``ontology/checks/`` returns a row."""
    return [
        f"{slug}: {next(iter(row.values()), '?')}"
        for slug, text in ontology.checks()
        for row in store.select(text)
    ]


def own_shapes(store: Store) -> list[str]:
    """The dataset satisfies ``shapes/ontologie.ttl`` and ``shapes/corpus.ttl``.

    Raises:
        Unreadable: the engine could not finish.
    """
    everything = store.construct(  # less the territories, which nobody here writes
        "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(?g != $places) }",
        places=graph("territoires"),
    )
    shapes = [_shapes(store, name) for name in ("ontologie", "corpus")]
    if not all(shapes):
        return ["no shape stands in shapes/ontologie.ttl or shapes/corpus.ttl"]
    return judged(everything, shapes, data_folder("corpus"))


def judged(triples: Graph, shapes: Sequence[Graph], records: Path) -> list[str]:
    """Return what in *triples* breaks *shapes*, with the file and line of the record that says it."""
    found = []
    for finding in engine.run(triples, [shape.serialize(format="nt") for shape in shapes]):
        place = corpus.locate(records, finding.focus)
        where = f"{place[0].relative_to(records.parent)}:{place[1]}" if place else finding.focus
        found.append(f"{where} breaks {finding.shape}")
    return found


def _shapes(store: Store, name: str) -> Graph:
    return store.construct(
        "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH $g { ?s ?p ?o } }", g=graph(f"regles/{name}")
    )


def coherent() -> list[str]:
    """HermiT finds the ontology consistent, and no class empty by definition.

    Raises:
        CannotRun: there is no Java on this machine.
    """
    report = reasoning.classify(ontology.modules(), reasoning.find_java())
    if not report.consistent:
        return ["the ontology contradicts itself"]
    return [f"{name} can have no member" for name in report.unsatisfiable]


def evidence(store: Store) -> dict[str, int]:
    """Return how many affirmations and rules stand on each level of evidence: label → count."""
    return {level.label: count for level, count in concepts.evidence(store, "en")}
