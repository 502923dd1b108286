"""What we align with exists: each term of another vocabulary is one that its owner publishes."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, ORG, PROV, SH, SKOS

from kg import ontology, turtle
from kg.namespaces import ELI, IGEO, SCHEMA
from kg.resources import data_folder

PUBLISHED = {
    str(ELI): "eli-1.3.rdf",
    str(ORG): "org.ttl",
    str(SKOS): "skos.rdf",
    str(PROV): "prov-o.ttl",
    str(DCTERMS): "dcterms.ttl",
    str(IGEO): "insee-geo.ttl",
    str(SH): "shacl.ttl",
}


@pytest.fixture(scope="module")
def terms() -> set[URIRef]:
    whole = Graph()
    for file in ontology.modules():
        whole += turtle.read(file)
    return {term for triple in whole for term in triple if isinstance(term, URIRef)}


@pytest.mark.parametrize(("namespace", "file"), PUBLISHED.items())
def test_each_term_that_we_borrow_is_published(
    terms: set[URIRef], shared: Path, namespace: str, file: str
) -> None:
    path = shared / "data/ontologies" / file
    published = set(
        Graph().parse(path, format="xml" if path.suffix == ".rdf" else "turtle").subjects()
    )
    borrowed = {term for term in terms if term.startswith(namespace)}

    assert borrowed
    assert borrowed - published == set()


@pytest.mark.parametrize("namespace", [*PUBLISHED, str(SCHEMA)])
def test_the_module_of_alignments_uses_each_vocabulary(namespace: str) -> None:
    module = turtle.read(data_folder("ontology") / "modules/alignements.ttl")

    assert [t for t in module if any(str(node).startswith(namespace) for node in t)]
