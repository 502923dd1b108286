"""The report as a SHACL results graph: Turtle and JSON-LD say the same, with place, basis and provenance."""

from __future__ import annotations

from datetime import date

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.compare import to_isomorphic
from rdflib.namespace import DCTERMS, PROV, RDF, SH

from kg.namespaces import SOINS, iri
from kg.settings import Settings
from kg.store import LocalStore
from kg.tabular import Upload
from kg.validation import Report, Rulebook, judge, write

FAULTY = b"identifiant;type;nom;hebergement;date_ouverture\n1;MSP;Les Tilleuls;oui;31/02/2022\n"


@pytest.fixture(scope="module")
def report(book: Rulebook) -> Report:
    return judge([Upload("a.csv", FAULTY)], date(2026, 11, 22), "fr", book, Settings())


@pytest.fixture(scope="module")
def graph(report: Report, book: Rulebook) -> Graph:
    return Graph().parse(data=write(report, "ttl", columns=book.columns), format="turtle")


@pytest.mark.filterwarnings(
    "ignore:ConjunctiveGraph is deprecated"
)  # rdflib's own parser of JSON-LD
def test_turtle_and_json_ld_say_the_same(report: Report, book: Rulebook, graph: Graph) -> None:
    data = write(report, "jsonld", columns=book.columns)

    assert to_isomorphic(Graph().parse(data=data, format="json-ld")) == to_isomorphic(graph)


def test_a_result_has_shape_focus_path_value_place_basis_and_remedy(
    report: Report, graph: Graph
) -> None:
    expected = next(r for r in report.results if r.rule == "MSP-HEBERGEMENT")
    node = graph.value(None, SH.sourceShape, iri("id/regle/MSP-HEBERGEMENT"))

    said = {predicate: graph.value(node, predicate) for predicate in graph.predicates(node)}
    assert said == {
        RDF.type: SH.ValidationResult,
        SH.sourceShape: iri("id/regle/MSP-HEBERGEMENT"),
        SH.sourceConstraintComponent: SH.NodeConstraintComponent,
        SH.resultSeverity: SH.Violation,
        SH.focusNode: URIRef(expected.focus or ""),
        SH.resultPath: SOINS.hebergement,
        SH.value: Literal("oui"),
        SH.resultMessage: Literal(expected.message, lang="fr"),
        DCTERMS.identifier: Literal("MSP-HEBERGEMENT"),
        SOINS.feuille: Literal("structures"),
        SOINS.ligne: Literal(2),
        SOINS.colonne: Literal("hebergement"),
        SOINS.attendu: Literal(expected.expected, lang="fr"),
        SOINS.fondement: URIRef(expected.basis[0].iri),
        SOINS.correction: Literal(expected.fix, lang="fr"),
        SOINS.jourDuJugement: Literal(date(2026, 11, 22)),
    }


def test_a_complaint_about_the_form_of_a_cell_has_no_shape(graph: Graph) -> None:
    node = graph.value(None, DCTERMS.identifier, Literal("FORMAT-DATE"))

    assert (node, SH.resultSeverity, SH.Violation) in graph
    assert (node, SH.sourceShape, None) not in graph


def test_every_result_is_well_formed(report: Report, graph: Graph) -> None:
    results = list(graph.subjects(RDF.type, SH.ValidationResult))

    once = (SH.focusNode, SH.resultSeverity, SH.sourceConstraintComponent, SH.resultMessage)
    assert len(results) == len(report.results)
    assert [r for r in results for p in once if len(list(graph.objects(r, p))) != 1] == []


def test_the_provenance_names_the_input_and_the_rules(report: Report, graph: Graph) -> None:
    node = graph.value(None, RDF.type, SH.ValidationReport)
    source = graph.value(node, PROV.wasDerivedFrom)
    used = set(graph.objects(graph.value(node, PROV.wasGeneratedBy), PROV.used))

    assert graph.value(source, DCTERMS.identifier) == Literal(f"sha256:{report.source_hash}")
    assert Literal(report.dataset) in {o for u in used for o in graph.objects(u)}


def test_its_words_and_terms_are_declared(store: LocalStore, graph: Graph) -> None:
    ours = {str(p) for p in graph.predicates() if str(p).startswith(str(SOINS))}
    known = {
        str(row["p"])
        for row in store.select(
            "SELECT DISTINCT ?p { ?p a ?kind ; <http://www.w3.org/2004/02/skos/core#definition> ?d }"
        )
    }

    assert ours - known == set()
