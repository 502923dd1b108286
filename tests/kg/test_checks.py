"""Each hygiene check is silent on our graph and speaks on a planted fault."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg import corpus, ontology
from kg.resources import data_folder

PREFIXES = """
@prefix affirmation: <https://w3id.org/soins-coordonnes/id/affirmation/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix preuve: <https://w3id.org/soins-coordonnes/id/preuve/> .
@prefix rang: <https://w3id.org/soins-coordonnes/id/rang/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix regle: <https://w3id.org/soins-coordonnes/id/regle/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix soins: <https://w3id.org/soins-coordonnes/def/> .
@prefix texte: <https://w3id.org/soins-coordonnes/id/texte/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
FAULTS = {
    "affirmation-incomplete": "affirmation:a a soins:Affirmation ; soins:enonce 'dit'@fr .",
    "affirmation-without-basis": """
        affirmation:a a soins:Affirmation ; soins:selon texte:t . texte:v soins:versionDe texte:t .
    """,
    "affirmation-without-quotation": "affirmation:a a soins:Affirmation ; soins:preuve preuve:verifie .",
    "article-without-version": "texte:t a soins:Article .",
    "broader-in-a-circle": "soins:A skos:broader soins:B . soins:B skos:broader soins:A .",
    "concept-without-source": "soins:A skos:inScheme soins:concepts .",
    "form-outside-axiom": """
        soins:A soins:peutPrendreLaFormeDe soins:C ; rdfs:subClassOf [
            owl:onProperty soins:prendLaFormeDe ; owl:allValuesFrom [ owl:unionOf ( soins:B soins:D ) ]
        ] .
    """,
    "iri-not-described": "soins:A skos:broader <https://w3id.org/soins-coordonnes/id/nulle-part> .",
    "notation-used-twice": """
        soins:A skos:inScheme soins:concepts ; skos:notation 'CDS' .
        soins:B skos:inScheme soins:concepts ; skos:notation 'CDS' .
    """,
    "period-inverted": """
        texte:v soins:enVigueurDepuis '2020-01-02'^^xsd:date ; soins:enVigueurJusqua '2020-01-02'^^xsd:date .
    """,
    "property-without-label": "soins:p a owl:ObjectProperty ; skos:prefLabel 'propriété'@fr .",
    "rule-without-basis": "regle:R a soins:Regle ; soins:rang rang:loi ; soins:preuve preuve:verifie .",
    "severity-against-rank": """
        rang:circulaire soins:severite sh:Warning .
        regle:R a soins:Regle ; sh:severity sh:Violation ; soins:rang rang:circulaire ;
            soins:preuve preuve:verifie .
    """,
    "source-not-described": "soins:A dcterms:source texte:inconnu .",
    "undeclared-term": "texte:t soins:rjit soins:MaisonDeSante . soins:MaisonDeSante a owl:Class .",
    "version-without-start": "texte:v a soins:Version ; soins:versionDe texte:t .",
    "versions-overlap": """
        texte:v soins:versionDe texte:t ; soins:enVigueurDepuis '2016-01-28'^^xsd:date .
        texte:w soins:versionDe texte:t ; soins:enVigueurDepuis '2019-07-27'^^xsd:date .
    """,
}
CHECKS = dict(ontology.checks())


def problems(query: str, store: ox.Store) -> list[str]:
    found = store.query(query)
    assert isinstance(found, ox.QuerySolutions)
    return [row[0].value for row in found]


@pytest.fixture(scope="module")
def ours() -> ox.Store:
    """The union of the graphs that we write: what the default graph of the dataset holds."""
    store = ox.Store()
    for make in (ontology.graphs(), corpus.graphs(corpus.load(data_folder("corpus")))):
        for number, (_, graph) in enumerate(make):
            data = graph.serialize(format="nt", encoding="utf-8").replace(b"_:", b"_:g%d" % number)
            store.load(data, format=ox.RdfFormat.N_TRIPLES)
    return store


def test_every_check_has_a_planted_fault_and_the_reverse():
    assert sorted(CHECKS) == sorted(FAULTS)


@pytest.mark.parametrize("slug", sorted(FAULTS))
def test_the_check_finds_the_planted_fault(slug: str):
    store = ox.Store()
    store.load((PREFIXES + FAULTS[slug]).encode(), format=ox.RdfFormat.TURTLE)

    found = problems(CHECKS[slug], store)

    assert found
    assert all(sentence.endswith(".") for sentence in found)


@pytest.mark.parametrize("slug", sorted(CHECKS))
def test_our_graph_passes_the_check(ours: ox.Store, slug: str):
    assert problems(CHECKS[slug], ours) == []
