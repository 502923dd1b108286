"""Official codes are text, as the State writes them; what is closed says when; each leads to its concept."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS

from kg import ontology, turtle
from kg.namespaces import SOINS, iri

SCHEMES = {
    "categories-finess": r"\d{3}",
    "statuts-finess": r"\d{2}",
    "specialites": r"SM\d{2}",
    "modes-exercice": r"[BILS]",
    "secteurs-activite": r"SA\d{2}",
    "types-de-groupe": r"\d{3}",
    "engagements": r"[A-Z]{3}",
}
MAPPINGS = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.relatedMatch)


@pytest.fixture(scope="module")
def whole() -> Graph:
    graph = Graph()
    for file in ontology.modules():
        graph += turtle.read(file)
    return graph


def members(whole: Graph, scheme: str) -> dict[str, URIRef]:
    return {
        str(whole.value(thing, DCTERMS.identifier)): thing
        for thing in whole.subjects(SKOS.inScheme, iri(f"id/{scheme}"))
        if isinstance(thing, URIRef)
    }


def day(whole: Graph, thing: URIRef, prop: URIRef) -> str:
    return str(whole.value(thing, prop) or "")


@pytest.mark.parametrize(("scheme", "form"), SCHEMES.items())
def test_a_code_is_text_of_the_official_form_and_ends_its_iri(
    whole: Graph, scheme: str, form: str
) -> None:
    for code, thing in members(whole, scheme).items():
        literals = list(whole.objects(thing, DCTERMS.identifier))

        assert literals == [Literal(code)]
        assert re.fullmatch(form, code)
        assert thing.endswith(f"/{code}")
        assert whole.value(thing, SKOS.notation) is None


def test_les_statuts_gardent_leur_zero(whole: Graph) -> None:
    assert {"01", "02", "03", "08"} <= set(members(whole, "statuts-finess"))


@pytest.mark.parametrize(
    ("path", "concept"),
    [
        ("categorie-finess/124", "CentreDeSante"),
        ("categorie-finess/603", "MaisonDeSante"),
        ("categorie-finess/604", "CommunauteProfessionnelleTerritorialeDeSante"),
        ("categorie-finess/606", "DispositifDAppuiALaCoordination"),
        ("categorie-finess/647", "EquipeDeSoinsSpecialises"),
        ("statut-finess/80", "SocieteInterprofessionnelleDeSoinsAmbulatoires"),
        ("statut-finess/03", "Commune"),
        ("type-de-groupe/001", "CommunauteProfessionnelleTerritorialeDeSante"),
    ],
)
def test_a_code_that_matters_is_that_of_its_concept(whole: Graph, path: str, concept: str) -> None:
    assert SOINS[concept] in set(whole.objects(iri(f"id/{path}"), SKOS.exactMatch))


def test_l_etiquette_fautive_de_603_est_expliquee_et_non_reprise(whole: Graph) -> None:
    maison = iri("id/categorie-finess/603")

    assert [str(o) for o in whole.objects(maison, SKOS.prefLabel) if "6223" in str(o)] == []
    assert any("L. 6323-3" in str(note) for note in whole.objects(maison, SKOS.scopeNote))


@pytest.mark.parametrize("code", ["125", "130", "289", "439"])
def test_une_ancienne_categorie_de_centre_de_sante_est_close_et_remplacee(
    whole: Graph, code: str
) -> None:
    old = iri(f"id/categorie-finess/{code}")

    assert day(whole, old, SOINS.enVigueurJusqua) == "2013-12-19"
    assert whole.value(old, DCTERMS.isReplacedBy) == iri("id/categorie-finess/124")


def test_every_code_says_how_far_it_was_checked(whole: Graph) -> None:
    things = [t for scheme in SCHEMES for t in members(whole, scheme).values()]

    assert [t for t in things if whole.value(t, SOINS.preuve) is None] == []
    assert len(things) > 80


def test_every_mapping_leads_to_something_of_the_ontology(whole: Graph) -> None:
    targets = {
        target
        for scheme in SCHEMES
        for thing in members(whole, scheme).values()
        for mapping in MAPPINGS
        for target in whole.objects(thing, mapping)
    }

    assert [t for t in targets if (t, RDF.type, None) not in whole] == []


@pytest.mark.parametrize(
    ("scheme", "file"),
    [
        ("categories-finess", "categories-etablissement.csv"),
        ("statuts-finess", "statuts-juridiques.csv"),
    ],
)
def test_dates_are_those_of_the_official_nomenclature(
    whole: Graph, shared: Path, scheme: str, file: str
) -> None:
    text = (shared / "data/finess-nomenclatures" / file).read_text("utf-8")
    official = {row["code"]: row for row in csv.DictReader(text.splitlines(), delimiter=";")}
    ours = members(whole, scheme)
    known = set(ours) & set(official)

    assert {
        code: (day(whole, ours[code], SOINS.enVigueurDepuis), day(whole, ours[code], SOINS.enVigueurJusqua))
        for code in known
    } == {code: (official[code]["datedeb"], official[code]["datefin"]) for code in known}  # fmt: skip
    assert set(ours) - known <= {"618", "649", "650"}  # younger than the nomenclature of May 2025


def test_the_code_of_a_form_is_the_status_that_matches_it(whole: Graph) -> None:
    """The column of legal forms and the FINESS statuses tell the same codes."""
    statuses = members(whole, "statuts-finess")
    forms = set(whole.subjects(SKOS.inScheme, iri("id/formes-juridiques")))

    for form in forms:
        for code in whole.objects(form, DCTERMS.identifier):
            matches = {o for m in MAPPINGS for o in whole.objects(statuses[str(code)], m)}
            assert form in matches


def test_a_national_list_has_its_canonical_name(whole: Graph) -> None:
    named = {str(s).rpartition("/")[2] for s in whole.subjects(SOINS.systemeDeCodes)}

    assert named == {*SCHEMES, "professions"} - {"statuts-finess"}
