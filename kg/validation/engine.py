"""Run SHACL shapes over triples. The only room that knows the engines.

``turbo`` (pyshacl-turbo) does the work; ``pyshacl`` is the reference that it must agree with, and the way
out where it fails; ``shifty`` is a second opinion of another hand, for developers.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from kg.errors import CannotRun, Unreadable

Triples = str | Graph
"""Triples as a graph, or in N-Triples: the fastest that an engine can be given."""
Validator = Callable[[Triples], Graph]
"""From triples to the SHACL report on them. It keeps nothing of what it was given before."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach: the shape, the node it bears on, the value at fault where there is one."""

    shape: str
    focus: str
    value: Node | None


def prepare(shapes: Iterable[str], engine: str = "turbo") -> Validator:
    """Return what applies *shapes* (each in N-Triples), by the *engine* of that name, as often as asked.

    No inference, no imports, no rules, no JavaScript: what the shapes say and nothing else.

    Raises:
        CannotRun: no engine has that name, or it is not installed.
        Unreadable: a shape is ill-formed; or, when called, the engine could not finish.
    """
    if engine not in ENGINES:
        raise CannotRun("validation.no-engine", name=engine, known=", ".join(ENGINES))
    text = "".join(shapes)
    return ENGINES[engine](text) if text else lambda data: Graph()


def run(data: Triples, shapes: Iterable[str], engine: str = "turbo") -> list[Finding]:
    """Return what in *data* breaks *shapes* (each in N-Triples), in a stable order.

    Raises:
        CannotRun, Unreadable: as ``prepare``.
    """
    return findings(prepare(shapes, engine)(data))


def findings(report: Graph) -> list[Finding]:
    """Return what a SHACL *report* says of shapes that have an IRI, in a stable order."""
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


def _turbo(shapes: str) -> Validator:
    import pyshacl_turbo as turbo  # a fifth of a second: not before a rule has to be run

    with _failures():
        compiled = turbo.compile_shapes(shapes, shacl_graph_format="nt", advanced=False)

    def validate(data: Triples) -> Graph:
        # Its own reader of N-Triples: ten times the speed of a graph built in Python.
        given = turbo.Input(data, "nt", None, {}) if isinstance(data, str) else data
        with _failures():
            _, report, _ = compiled.validate(given)
        return _checked(report)

    return validate


def _pyshacl(shapes: str) -> Validator:
    import pyshacl

    def validate(data: Triples) -> Graph:
        with _failures():
            _, report, _ = pyshacl.validate(
                _graph(data),
                shacl_graph=_graph(shapes),  # it changes the graphs that it is given
                inference="none",
                advanced=False,
                do_owl_imports=False,
                inplace=True,
            )
        return _checked(report)

    return validate


def _shifty(shapes: str) -> Validator:
    try:
        import shifty
    except ImportError as error:
        raise CannotRun("validation.engine-absent", name="shifty") from error

    def validate(data: Triples) -> Graph:
        with _failures():
            # "data": the shapes are no part of what is judged.
            _, report, _ = shifty.validate(
                _graph(data), _graph(shapes), graph_mode="data", infer=False
            )
        return _checked(report)

    return validate


ENGINES: dict[str, Callable[[str], Validator]] = {
    "turbo": _turbo,
    "pyshacl": _pyshacl,
    "shifty": _shifty,
}
"""Every engine by its name."""


def _graph(triples: Triples) -> Graph:
    if isinstance(triples, Graph):
        return triples
    return Graph(bind_namespaces="none").parse(data=triples, format="nt")


@contextmanager
def _failures() -> Iterator[None]:
    """Silence the warnings of a library, and make ours of its errors, which have no common root."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (RuntimeError, TypeError, ValueError) as error:
        raise Unreadable("validation.engine") from error


def _checked(report: object) -> Graph:
    if not isinstance(report, Graph):  # a failure is returned where a report is expected
        raise Unreadable("validation.engine")
    return report
