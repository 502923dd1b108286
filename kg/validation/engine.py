"""Run SHACL shapes over a graph of rows. The only room that knows the engine (pyshacl)."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass

from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from kg.errors import Unreadable


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach: the shape, the node it bears on, the value at fault where there is one."""

    shape: str
    focus: str
    value: Node | None


def run(data: Graph, shapes: Iterable[str]) -> list[Finding]:
    """Return what in *data* breaks *shapes* (each in N-Triples), in a stable order.

    No inference, no imports, no rules, no JavaScript: what the shapes say and nothing else. The engine
    changes the graphs that it is given, so each run has its own shapes.

    Raises:
        Unreadable: the engine could not finish.
    """
    import pyshacl  # half a second to import: not before a rule has to be run

    own = Graph(bind_namespaces="none")
    own.parse(data="".join(shapes), format="nt")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, report, _ = pyshacl.validate(
            data,
            shacl_graph=own,
            inference="none",
            advanced=False,
            do_owl_imports=False,
            inplace=True,
        )
    if not isinstance(report, Graph):
        raise Unreadable("validation.engine")
    found = {
        Finding(
            str(report.value(node, SH.sourceShape)),
            str(report.value(node, SH.focusNode)),
            report.value(node, SH.value),
        )
        for outcome in report.subjects(RDF.type, SH.ValidationReport)
        for node in report.objects(outcome, SH.result)
        if isinstance(report.value(node, SH.sourceShape), URIRef)
    }
    return sorted(found, key=lambda f: (f.shape, f.focus, str(f.value)))
