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
    "absorbed-without-end": """
        affirmation:a soins:relation soins:absorbe ; soins:objet soins:A ; soins:selon texte:t .
        texte:t a soins:TexteJuridique .
    """,
    "affirmation-before-its-versions": """
        affirmation:a a soins:Affirmation ; soins:fondement texte:v ;
            soins:enVigueurDepuis '2016-01-27'^^xsd:date .
        texte:v soins:enVigueurDepuis '2016-01-28'^^xsd:date .
    """,
    "affirmation-incomplete": "affirmation:a a soins:Affirmation ; soins:enonce 'dit'@fr .",
    "affirmation-longer-than-its-versions": """
        affirmation:a a soins:Affirmation ; soins:fondement texte:v .
        texte:v soins:enVigueurDepuis '2016-01-28'^^xsd:date ; soins:enVigueurJusqua '2019-07-27'^^xsd:date .
    """,
    "affirmation-without-basis": """
        affirmation:a a soins:Affirmation ; soins:selon texte:t . texte:v soins:versionDe texte:t .
    """,
    "affirmation-without-quotation": "affirmation:a a soins:Affirmation ; soins:preuve preuve:verifie .",
    "article-without-version": "texte:t a soins:Article .",
    "broader-in-a-circle": "soins:A skos:broader soins:B . soins:B skos:broader soins:A .",
    "concept-outside-the-hierarchy": "soins:A skos:inScheme soins:concepts .",
    "concept-without-source": "soins:A skos:inScheme soins:concepts .",
    "disagreement-without-two-voices": """
        texte:d a soins:Desaccord ; soins:aPourPosition texte:p , texte:q .
        texte:p soins:soutenuePar affirmation:a . texte:q soins:soutenuePar affirmation:b .
        affirmation:a soins:selon texte:t . affirmation:b soins:selon texte:t .
    """,
    "form-outside-axiom": """
        soins:A soins:peutPrendreLaFormeDe soins:C ; rdfs:subClassOf [
            owl:onProperty soins:prendLaFormeDe ; owl:allValuesFrom [ owl:unionOf ( soins:B soins:D ) ]
        ] .
    """,
    "historic-without-successor": """
        soins:A skos:broader soins:DispositifDeCoordination ; soins:enVigueurJusqua '2022-07-27'^^xsd:date .
    """,
    "iri-not-described": "soins:A skos:broader <https://w3id.org/soins-coordonnes/id/nulle-part> .",
    "label-with-straight-apostrophe": 'soins:A skos:prefLabel "plateforme d\'appui"@fr .',
    "notation-used-twice": """
        soins:A skos:inScheme soins:concepts ; skos:notation 'CDS' .
        soins:B skos:inScheme soins:concepts ; skos:notation 'CDS' .
    """,
    "period-inverted": """
        texte:v soins:enVigueurDepuis '2020-01-02'^^xsd:date ; soins:enVigueurJusqua '2020-01-02'^^xsd:date .
    """,
    "property-without-label": "soins:p a owl:ObjectProperty ; skos:prefLabel 'propriété'@fr .",
    "quotation-too-long": f"affirmation:a soins:citation '{' '.join(['mot'] * 61)}' .",
    "rule-before-its-basis": """
        regle:R a soins:Regle ; soins:enVigueurDepuis '2018-03-02'^^xsd:date ; soins:fondement texte:v .
        texte:v soins:enVigueurDepuis '2018-04-01'^^xsd:date .
    """,
    "rule-for-no-concept": "regle:R a soins:Regle ; soins:concerne texte:t .",
    "rule-without-basis": "regle:R a soins:Regle ; soins:rang rang:loi ; soins:preuve preuve:verifie .",
    "rule-without-period": "regle:R a soins:Regle .",
    "severity-against-rank": """
        rang:circulaire soins:severite sh:Warning .
        regle:R a soins:Regle ; sh:severity sh:Violation ; soins:rang rang:circulaire ;
            soins:preuve preuve:verifie .
    """,
    "source-not-described": "soins:A dcterms:source texte:inconnu .",
    "undeclared-term": "texte:t soins:rjit soins:MaisonDeSante . soins:MaisonDeSante a owl:Class .",
    "version-gap-not-explained": """
        texte:v soins:versionDe texte:t ; soins:enVigueurJusqua '2010-08-01'^^xsd:date .
        texte:w soins:versionDe texte:t ; soins:enVigueurDepuis '2015-05-31'^^xsd:date .
    """,
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


def test_at_least_twenty_checks_each_have_a_planted_fault_and_the_reverse() -> None:
    assert len(CHECKS) >= 20
    assert sorted(CHECKS) == sorted(FAULTS)


@pytest.mark.parametrize("slug", sorted(FAULTS))
def test_the_check_finds_the_planted_fault(slug: str) -> None:
    store = ox.Store()
    store.load((PREFIXES + FAULTS[slug]).encode(), format=ox.RdfFormat.TURTLE)

    found = problems(CHECKS[slug], store)

    assert found
    assert all(sentence.endswith(".") for sentence in found)


@pytest.mark.parametrize("slug", sorted(CHECKS))
def test_our_graph_passes_the_check(ours: ox.Store, slug: str) -> None:
    assert problems(CHECKS[slug], ours) == []
