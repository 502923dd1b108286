"""The ontology says each thing once, in two languages, with its source."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS

from kg import ontology, turtle
from kg.namespaces import BASE, ELI, SOINS, iri
from kg.resources import data_folder

PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
ACRONYMS = {
    "ESP": "EquipeDeSoinsPrimaires",
    "ESS": "EquipeDeSoinsSpecialises",
    "ESP-CLAP": "EquipeDeSoinsPrimairesClap",
    "MSP": "MaisonDeSante",
    "CDS": "CentreDeSante",
    "CPTS": "CommunauteProfessionnelleTerritorialeDeSante",
    "DAC": "DispositifDAppuiALaCoordination",
    "DSR": "DispositifSpecifiqueRegional",
    "PTA": "PlateformeTerritorialeDAppui",
    "MAIA": "Maia",
    "CLIC": "CentreLocalDInformationEtDeCoordination",
    "CTA": "CoordinationTerritorialeDAppui",
    "PAERPA": "Paerpa",
    "SISA": "SocieteInterprofessionnelleDeSoinsAmbulatoires",
    "ARS": "AgenceRegionaleDeSante",
}
RELATIONS = """
    definit regit faitPartieDe cite resulteDe versionDe peutPrendreLaFormeDe peutInclure absorbe
    estIssuDe aPourNatureJuridique aPourFormeJuridique compteAuMoins estComposeDe assure exclut elabore
    estSignePar peutEtreSignePar estTransmisA estCompatibleAvec respecte aPourMission aPourObjet
    peutEtreInitiePar peutEtreGerePar peutAdhererA appuie estPlusLargeQue neRemplacePas sAdresseA
    estImplanteEn estAssocieA peutDeclinerLocalement permetDe facilite aPourEcheance adhesionLibre
""".split()


@pytest.fixture(scope="module")
def whole() -> Graph:
    graph = Graph()
    for file in ontology.modules():
        graph += turtle.read(file)
    return graph


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return turtle.read(data_folder("shapes") / "ontologie.ttl")


def test_the_ontology_has_a_title_a_licence_and_a_version(whole: Graph):
    header = iri("ontologie")

    assert {title.language for title in whole.objects(header, DCTERMS.title)} == {"fr", "en"}
    assert (
        str(whole.value(header, DCTERMS.license)) == "https://creativecommons.org/licenses/by/4.0/"
    )
    assert whole.value(header, OWL.versionInfo) is not None


def test_the_header_imports_each_module(whole: Graph):
    modules = {
        iri(f"ontologie/{f.stem}") for f in (data_folder("ontology") / "modules").glob("*.ttl")
    }

    assert set(whole.objects(iri("ontologie"), OWL.imports)) == modules


@pytest.mark.parametrize(("acronym", "name"), ACRONYMS.items())
def test_each_acronym_of_the_sources_names_its_concept(whole: Graph, acronym: str, name: str):
    assert list(whole.subjects(SKOS.notation, Literal(acronym))) == [SOINS[name]]


@pytest.mark.parametrize("name", RELATIONS)
def test_each_relation_of_the_model_is_declared(whole: Graph, name: str):
    assert set(whole.objects(SOINS[name], RDF.type)) & set(PROPERTIES)


def test_a_property_is_of_one_kind_only(whole: Graph):
    kinds = Counter(p for kind in PROPERTIES for p in set(whole.subjects(RDF.type, kind)))

    assert [p for p, count in kinds.items() if count > 1] == []


def test_every_predicate_is_declared(whole: Graph):
    built_in = (str(RDF), str(RDFS), str(OWL))
    declared = {p for kind in PROPERTIES for p in whole.subjects(RDF.type, kind)}

    assert {p for p in whole.predicates() if not str(p).startswith(built_in)} - declared == set()


def test_a_term_is_declared_in_one_file_only():
    homes = Counter()
    for file in ontology.modules():
        declared = set(turtle.read(file).subjects(RDF.type, None))
        homes.update(
            term for term in declared if isinstance(term, URIRef) and term.startswith(BASE)
        )

    assert [str(term) for term, count in homes.items() if count > 1] == []


def test_no_property_has_an_inverse(whole: Graph):
    assert list(whole.subject_objects(OWL.inverseOf)) == []


def test_no_axiom_counts(whole: Graph):
    counting = (OWL.minCardinality, OWL.maxCardinality, OWL.cardinality, OWL.qualifiedCardinality)
    counting += (OWL.minQualifiedCardinality, OWL.maxQualifiedCardinality)

    assert [s for p in counting for s in whole.subjects(p)] == []


def test_dates_are_annotation_properties(whole: Graph):
    for prop in (SOINS.enVigueurDepuis, SOINS.enVigueurJusqua, SOINS.verifieLe, ELI.date_document):
        assert (prop, RDF.type, OWL.AnnotationProperty) in whole


def test_la_maison_et_le_centre_de_sante_ne_sont_pas_des_sous_classes_de_l_equipe(whole: Graph):
    for name in ("MaisonDeSante", "CentreDeSante"):
        ancestors = set(whole.transitive_objects(SOINS[name], RDFS.subClassOf))
        assert SOINS.EquipeDeSoinsPrimaires not in ancestors


def test_les_rangs_vont_de_la_loi_a_la_source_secondaire(whole: Graph):
    ranks = sorted(
        (int(o), str(s).rpartition("/")[2])
        for s, o in whole.subject_objects(SOINS.ordre)
        if "/id/rang/" in s
    )

    assert [name for _, name in ranks] == [
        "loi", "ordonnance", "decret", "arrete", "circulaire", "convention", "recommandation",
        "source-secondaire",
    ]  # fmt: skip


def test_french_text_uses_the_curly_apostrophe(whole: Graph):
    straight = [
        o for o in whole.objects() if isinstance(o, Literal) and o.language == "fr" and "'" in o
    ]

    assert straight == []


def test_words_quoted_in_a_definition_are_those_of_the_law(whole: Graph, shared: Path):
    codes = [json.loads(f.read_text("utf-8")) for f in (shared / "law/legi").glob("*.json")]
    law = " ".join(
        a
        for code in codes
        for versions in code.values()
        for v in versions
        for a in v.get("alineas", ())
    )
    quoted = [
        (concept.rpartition("/")[2], part)
        for concept in whole.subjects(SKOS.inScheme, SOINS.concepts)
        for text in whole.objects(concept, SKOS.definition)
        if isinstance(text, Literal) and text.language == "fr"
        for words in re.findall("« (.+?) »", text)
        for part in words.split(" […] ")
    ]

    assert len(quoted) > 20
    assert [(name, words) for name, words in quoted if plain(words) not in plain(law)] == []


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("’", "'")).casefold().strip()


def test_two_concepts_have_no_label_in_common(whole: Graph):
    labels = Counter()
    for concept in whole.subjects(SKOS.inScheme, SOINS.concepts):
        names = (o for p in (SKOS.prefLabel, SKOS.altLabel) for o in whole.objects(concept, p))
        labels.update({(str(o).casefold(), o.language) for o in names if isinstance(o, Literal)})

    assert [label for label, count in labels.items() if count > 1] == []


def test_two_professions_have_no_label_in_common(whole: Graph):
    labels = Counter()
    for profession in whole.subjects(RDF.type, SOINS.Profession):
        said = {
            str(o).casefold()
            for p in (SKOS.prefLabel, SKOS.altLabel)
            for o in whole.objects(profession, p)
        }
        labels.update(said)

    assert [label for label, count in labels.items() if count > 1] == []


def test_each_profession_has_the_code_of_the_national_nomenclature(whole: Graph, shared: Path):
    lines = (
        (shared / "data/nos-ans/tre-g15-profession-sante.csv").read_text("utf-8").splitlines()[1:]
    )
    official = {line.split(";")[0] for line in lines}
    professions = set(whole.subjects(RDF.type, SOINS.Profession))

    assert {str(c) for p in professions for c in whole.objects(p, DCTERMS.identifier)} == official


def test_the_ontology_conforms_to_its_own_shapes(whole: Graph, shapes: Graph):
    conforms, _, text = validate(whole, shacl_graph=shapes, advanced=False)

    assert conforms, text


@pytest.mark.parametrize(
    ("triple", "shape"),
    [
        ((SOINS.MaisonDeSante, SKOS.prefLabel, Literal("MSP", lang="fr")), "un-libelle-francais"),
        ((SOINS.MaisonDeSante, SKOS.notation, Literal("MS")), "un-sigle"),
        ((SOINS.Nouveau, SKOS.inScheme, SOINS.concepts), "concept-des-textes"),
        ((SOINS.nouveau, RDF.type, OWL.ObjectProperty), "terme"),
        ((iri("id/rang/bulle"), RDF.type, SOINS.Rang), "rang-severite"),
        ((iri("id/profession/fee"), RDF.type, SOINS.Profession), "profession-groupe"),
    ],
)
def test_a_planted_fault_violates_the_shape(
    whole: Graph, shapes: Graph, triple: tuple[URIRef, URIRef, Literal], shape: str
):
    faulty = Graph() + whole
    faulty.add(triple)

    conforms, report, _ = validate(faulty, shacl_graph=shapes, advanced=False)

    assert not conforms
    assert iri(f"id/forme/{shape}") in set(report.objects())
