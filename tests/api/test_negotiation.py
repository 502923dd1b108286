from __future__ import annotations

import time
from contextlib import suppress

import pytest

from api.negotiation import HTML, choose
from kg.errors import NotAcceptable
from kg.store import GRAPHS, RESULTS

TABLE = [*(f.media_type for f in RESULTS), "application/json", "application/xml", HTML]
GRAPH = [*(f.media_type for f in GRAPHS), HTML]
JSON, XML, CSV, TSV = TABLE[:4]
TURTLE, JSONLD, NT, RDFXML = GRAPH[:4]

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
CHROME = FIREFOX + ",application/signed-exchange;v=b3;q=0.7"
JENA_TABLE = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.9, "
    "text/tab-separated-values;q=0.7, text/csv;q=0.5, application/json;q=0.2, "
    "application/xml;q=0.2, */*;q=0.1"
)
JENA_GRAPH = (
    "application/rdf+thrift, application/n-triples;q=0.9, text/turtle;q=0.8, "
    "application/ld+json;q=0.5, application/rdf+xml;q=0.4, */*;q=0.1"
)
RDFLIB = "application/sparql-results+xml,application/rdf+xml,*/*"
WRAPPER_JSON = (
    "application/sparql-results+json,application/json,text/javascript,application/javascript"
)


@pytest.mark.parametrize(
    ("accept", "table", "graph"),
    [
        (None, JSON, TURTLE),
        ("", JSON, TURTLE),
        ("*/*", JSON, TURTLE),
        (FIREFOX, HTML, HTML),
        (CHROME, HTML, HTML),
        (JENA_TABLE, JSON, TURTLE),
        (JENA_GRAPH, JSON, NT),
        (RDFLIB, XML, RDFXML),
        (WRAPPER_JSON + ",*/*;q=0.1", JSON, TURTLE),
        ("text/csv, application/json;q=0.5, */*;q=0.1", CSV, TURTLE),
        ("text/*", CSV, TURTLE),
        ("TEXT/CSV;Q=1, Text/Turtle", CSV, TURTLE),
        ("application/turtle,text/turtle,text/csv", CSV, TURTLE),
        ("text/tab-separated-values;charset=utf-8, application/rdf+xml", TSV, RDFXML),
        (
            "application/json;q=0.5, text/html;q=0.4, application/ld+json",
            "application/json",
            JSONLD,
        ),
        ("*/*, text/turtle;q=0, application/sparql-results+json;q=0", XML, JSONLD),
        ("a/b;q=2, text/html;q=x", HTML, HTML),
        (";;;,,/,*,q=", JSON, TURTLE),
        ("text", JSON, TURTLE),
    ],
)
def test_real_headers_get_what_they_mean(accept: str | None, table: str, graph: str) -> None:
    assert (choose(accept, TABLE), choose(accept, GRAPH)) == (table, graph)


@pytest.mark.parametrize(
    "accept", ["image/png", "text/turtle;q=0", "*/*;q=0", "application/x-none"]
)
def test_what_nothing_satisfies_is_refused_with_the_offers(accept: str) -> None:
    with pytest.raises(NotAcceptable) as met:
        choose(accept, TABLE)

    assert JSON in str(met.value.data["offers"])


@pytest.mark.parametrize(
    ("asked", "table", "graph"),
    [
        (["json"], JSON, JSONLD),
        (["xml"], XML, RDFXML),
        (["tsv", TSV, "nt"], TSV, NT),
        (["CSV", "turtle"], CSV, TURTLE),
        ([CSV, RDFXML], CSV, RDFXML),
        (["html"], HTML, HTML),
        (["srj", "ntriples"], JSON, NT),
        (["srx", "rdf/xml"], XML, RDFXML),
        (["sparql-results+xml", "ld+json"], XML, JSONLD),
    ],
)
def test_the_format_asked_for_wins_over_the_header(
    asked: list[str], table: str, graph: str
) -> None:
    assert (choose("image/png", TABLE, asked), choose("image/png", GRAPH, asked)) == (table, graph)


@pytest.mark.parametrize("asked", ["ttl", "docx", "../../etc/passwd", "x" * 10_000])
def test_an_unknown_format_is_refused_whatever_the_header(asked: str) -> None:
    with pytest.raises(NotAcceptable):
        choose("*/*", TABLE, [asked])


@pytest.mark.parametrize("piece", ["a/b,", "text/html;q=0.1,", ";q=", "/", "*/*;", " ", ",", "a"])
def test_a_header_of_10_kb_takes_no_time(piece: str) -> None:
    start = time.perf_counter()
    with suppress(NotAcceptable):
        choose(piece * (10_000 // len(piece)), TABLE)
    assert time.perf_counter() - start < 0.05
