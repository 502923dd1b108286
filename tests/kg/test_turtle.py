"""Turtle has one form: what is written twice is written alike, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, RDFS, SKOS, XSD

from kg import ontology, turtle
from kg.errors import BadRecord
from kg.namespaces import SOINS


def parsed(text: str) -> Graph:
    graph = Graph(bind_namespaces="none")
    return graph.parse(data=text, format="turtle")


@pytest.mark.parametrize("file", ontology.turtle_files(), ids=lambda file: file.name)
def test_every_turtle_file_of_the_house_is_canonical(file: Path):
    assert file.read_text(encoding="utf-8") == turtle.write(turtle.read(file))


def test_subjects_are_sorted_and_each_value_has_its_line():
    graph = Graph()
    graph.add((SOINS.Bee, RDFS.label, Literal("b", lang="fr")))
    graph.add((SOINS.Ant, RDFS.label, Literal("a", lang="fr")))
    graph.add((SOINS.Ant, RDFS.label, Literal("a", lang="en")))
    graph.add((SOINS.Ant, RDF.type, SKOS.Concept))

    assert turtle.write(graph) == (
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "@prefix soins: <https://w3id.org/soins-coordonnes/def/> .\n"
        "\n"
        "soins:Ant\n"
        "    a skos:Concept ;\n"
        "    rdfs:label\n"
        '        "a"@en ,\n'
        '        "a"@fr ;\n'
        ".\n"
        "\n"
        "soins:Bee\n"
        '    rdfs:label "b"@fr ;\n'
        ".\n"
    )


def test_lists_and_nested_nodes_survive():
    text = """
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix soins: <https://w3id.org/soins-coordonnes/def/> .
        soins:A rdfs:subClassOf [
            a owl:Restriction ; owl:onProperty soins:p ;
            owl:allValuesFrom [ a owl:Class ; owl:unionOf ( soins:B [ owl:complementOf soins:C ] ) ]
        ] , soins:D .
    """

    written = turtle.write(parsed(text))

    assert isomorphic(parsed(text), parsed(written))
    assert written == turtle.write(parsed(written))


def test_numbers_and_booleans_are_bare_and_dates_typed():
    graph = Graph()
    graph.add((SOINS.A, SOINS.p, Literal(2)))
    graph.add((SOINS.A, SOINS.p, Literal(True)))
    graph.add((SOINS.A, SOINS.p, Literal("2016-01-28", datatype=XSD.date)))

    assert turtle.write(graph).splitlines()[3:] == [
        "soins:A",
        "    soins:p",
        '        "2016-01-28"^^xsd:date ,',
        "        2 ,",
        "        true ;",
        ".",
    ]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00")))
def test_any_text_comes_back_as_it_was(text: str):
    graph = Graph()
    graph.add((SOINS.A, SOINS.p, Literal(text)))

    (value,) = parsed(turtle.write(graph)).objects()

    assert str(value) == text


@given(st.text(st.sampled_from('\r\n\t"\\ é'), max_size=8))
def test_line_ends_survive_a_file(tmp_path_factory: pytest.TempPathFactory, text: str):
    graph = Graph()
    graph.add((SOINS.A, SOINS.p, Literal(text)))
    file = tmp_path_factory.mktemp("turtle") / "a.ttl"
    file.write_text(turtle.write(graph), encoding="utf-8", newline="")

    (value,) = turtle.read(file).objects()

    assert str(value) == text


def test_a_blank_node_used_twice_is_refused():
    graph, shared = Graph(), BNode()
    graph.add((SOINS.A, SOINS.p, shared))
    graph.add((SOINS.B, SOINS.p, shared))
    graph.add((shared, SOINS.p, Literal(1)))

    with pytest.raises(ValueError, match="exactly one statement"):
        turtle.write(graph)


def test_a_foreign_iri_is_written_in_full():
    graph = Graph()
    graph.add((URIRef("https://example.org/a b".replace(" ", "/")), RDF.type, SKOS.Concept))

    assert "<https://example.org/a/b>\n" in turtle.write(graph)


def test_a_file_that_is_not_turtle_is_refused_with_its_line(tmp_path: Path):
    file = tmp_path / "bad.ttl"
    file.write_text(
        "@prefix soins: <https://w3id.org/soins-coordonnes/def/> .\n\nsoins:A soins:p\n"
    )

    with pytest.raises(BadRecord) as error:
        turtle.read(file)

    assert error.value.path == file
    assert error.value.line >= 3
