"""The W3C suite of SHACL Core and SHACL-SPARQL (a selection, unmodified), through our one interface.

The folder of the suite stands beside the checkout; where it does not, the tests are skipped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlparse

import pyoxigraph
import pytest
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import RDF, SH, XSD
from rdflib.term import Node

from kg.errors import Unreadable
from kg.validation import engine

SUITE = Path(__file__).parents[4] / "shared/conformance/shacl"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
COMPARED = (
    SH.focusNode, SH.resultSeverity, SH.sourceConstraintComponent, SH.sourceShape, SH.value,
)  # fmt: skip

pytestmark = pytest.mark.skipif(
    not SUITE.is_dir(), reason="the folder ../shared is not beside this checkout"
)


def triples(file: Path) -> str:
    """The triples of *file* in N-Triples, their literals as they are written."""
    found = pyoxigraph.parse(
        file.read_bytes(), format=pyoxigraph.RdfFormat.TURTLE, base_iri=file.as_uri()
    )
    return str(
        pyoxigraph.serialize(
            (q.triple for q in found), format=pyoxigraph.RdfFormat.N_TRIPLES
        ).decode()
    )


def graph(text: str) -> Graph:
    """The triples of *text*, their literals as they are written."""
    found = Graph(bind_namespaces="none")
    for quad in pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_TRIPLES):
        found.add((node(quad.subject), node(quad.predicate), node(quad.object)))
    return found


def node(term: object) -> Node:
    if isinstance(term, pyoxigraph.BlankNode):
        return BNode(term.value)
    if isinstance(term, pyoxigraph.NamedNode):
        return URIRef(term.value)
    assert isinstance(term, pyoxigraph.Literal)
    if term.language:
        return Literal(term.value, lang=term.language)
    plain = term.datatype.value == str(XSD.string)
    datatype = None if plain else URIRef(term.datatype.value)
    return Literal(term.value, datatype=datatype, normalize=False)


def entries(manifest: Path) -> Iterator[Path]:
    """Every file of tests that *manifest* includes, itself or through others."""
    found = graph(triples(manifest))
    for included in sorted(found.objects(None, MF.include)):
        yield from entries(Path(unquote(urlparse(str(included)).path)))
    if (None, RDF.type, SHT.Validate) in found:
        yield manifest


FILES = list(entries(SUITE / "manifest.ttl")) if SUITE.is_dir() else []


def path(report: Graph, start: Node | None) -> str:
    """A property path in a form that two equal paths share."""
    if not isinstance(start, BNode):
        return str(start)
    if (start, RDF.first, None) in report:
        return "(" + " ".join(path(report, item) for item in report.items(start)) + ")"
    return "".join(
        f"{kind}[{path(report, value)}]" for kind, value in sorted(report.predicate_objects(start))
    )


def said(report: Graph) -> tuple[str, Counter[tuple[str, ...]]]:
    """What a report says, blank nodes without their names: whether it conforms, and each result."""
    (outcome,) = report.subjects(RDF.type, SH.ValidationReport)
    results = Counter(
        (
            *(
                "_:" if isinstance(value, BNode) else value.n3() if value is not None else ""
                for value in (report.value(result, compared) for compared in COMPARED)
            ),
            path(report, report.value(result, SH.resultPath)),
        )
        for result in report.objects(outcome, SH.result)
    )
    return str(report.value(outcome, SH.conforms)), results


def messages(report: Graph) -> set[str]:
    return {str(text) for text in report.objects(None, SH.resultMessage)}


def test_the_selection_has_98_tests_of_core_and_22_of_sparql() -> None:
    rooms = Counter(
        file.relative_to(SUITE).parts[0]
        for file in FILES
        for _ in graph(triples(file)).subjects(RDF.type, SHT.Validate)
    )

    assert {"core": 98, "sparql": 22} == rooms


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SUITE)))
def test_the_default_engine_gives_the_expected_report(file: Path) -> None:
    manifest = graph(triples(file))
    for test in manifest.subjects(RDF.type, SHT.Validate):
        action, expected = manifest.value(test, MF.action), manifest.value(test, MF.result)
        data, shapes = (
            triples(Path(unquote(urlparse(str(manifest.value(action, given))).path)))
            for given in (SHT.dataGraph, SHT.shapesGraph)
        )

        if expected == SHT.Failure:
            with pytest.raises(Unreadable):
                engine.prepare([shapes])(data)
            continue
        report = engine.prepare([shapes])(data)

        wanted = Graph() + manifest
        for other in set(wanted.subjects(RDF.type, SH.ValidationReport)) - {expected}:
            wanted.remove((other, RDF.type, SH.ValidationReport))
        assert said(wanted) == said(report)
        if (None, SH.resultMessage, None) in wanted:
            assert messages(wanted) <= messages(report)
