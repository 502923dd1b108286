"""What real clients say in ``Accept``, and what the name of a concept gives each of them.

A header under the name of a library is that of its code (rdflib, SPARQLWrapper, Jena, OWL API, feedparser were
read); the others are forms in use.
"""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

NAME = "/def/MaisonDeSante"
PAGE = "/concept/MaisonDeSante"

CLIENTS: dict[str, tuple[str | None, str]] = {
    # People
    "Firefox": (
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
    "Firefox before 2024": (
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", "html"),
    "Chrome, Edge": (
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
        "application/signed-exchange;v=b3;q=0.7", "html"),
    "Safari": ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
    "Internet Explorer 11": ("text/html, application/xhtml+xml, image/jxr, */*", "html"),
    "Lynx": ("text/html, text/plain, text/sgml, text/css, application/xhtml+xml, */*;q=0.01", "html"),
    "w3m": ("text/html, text/*;q=0.5, image/*, application/*, audio/*, video/*", "html"),
    # Programs without a wish: the page
    "curl, wget, requests, httpx, Go": ("*/*", "html"),
    "no header": (None, "html"),
    "Java": ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "html"),
    "JSON first": ("application/json, text/plain, */*", "json"),
    "jQuery": ("application/json, text/javascript, */*; q=0.01", "json"),
    # Crawlers and readers of feeds
    "Googlebot": (
        "text/html,application/xhtml+xml,application/signed-exchange;v=b3,application/xml;q=0.9,*/*;q=0.8",
        "html"),
    "Bingbot": ("*/*", "html"),
    "feedparser": (
        "application/atom+xml,application/rdf+xml,application/rss+xml,application/x-netcdf,"
        "application/xml;q=0.9,text/xml;q=0.2,*/*;q=0.1", "rdf"),
    "a page, else a feed": ("text/html, application/atom+xml;q=0.9, */*;q=0.1", "html"),
    # Linked data
    "rdflib, Turtle": ("text/turtle, application/x-turtle, */*;q=0.1", "ttl"),
    "rdflib, N3": ("text/n3, */*;q=0.1", "ttl"),
    "rdflib, RDF/XML": ("application/rdf+xml, */*;q=0.1", "rdf"),
    "rdflib, JSON-LD": ("application/ld+json, application/json;q=0.9, */*;q=0.1", "jsonld"),
    "quads, which a page is not": ("application/trig, text/turtle;q=0.5, */*;q=0.1", "ttl"),
    "Jena": (
        "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,"
        "*/*;q=0.3", "ttl"),
    "Jena with Thrift": (
        "application/rdf+thrift, application/n-triples;q=0.9, text/turtle;q=0.8, application/ld+json;q=0.5,"
        " application/rdf+xml;q=0.4, */*;q=0.1", "nt"),
    "N-Triples first": (
        "application/rdf+xml;q=0.6, application/n-triples, text/turtle;q=0.9, text/n3;q=0.8,"
        " application/ld+json;q=0.7, */*;q=0.1", "nt"),
    "OWL API, Protégé": (
        "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09",
        "rdf"),
    "RDF/XML before pages": (
        "application/rdf+xml, text/turtle;q=0.9, application/n-triples;q=0.8, text/html;q=0.5, */*;q=0.1",
        "rdf"),
    "Turtle before pages": ("text/turtle, application/rdf+xml;q=0.8, text/html;q=0.5, */*;q=0.1", "ttl"),
    "quads before triples": (
        "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,"
        "text/turtle;q=0.6,application/rdf+xml;q=0.5,text/n3;q=0.35,text/html;q=0.2", "jsonld"),
    "N3 by two names": (
        "text/n3, text/rdf+n3, application/rdf+xml;q=0.8, */*;q=0.5", "ttl"),
    "JSON-LD, then any JSON": ("application/ld+json, application/json", "jsonld"),
    "SPARQLWrapper": (
        "application/turtle,text/turtle,text/rdf+n3,application/n-triples,text/n3,application/rdf+xml", "ttl"),
    # Spreadsheets and programs of people
    "CSV only": ("text/csv", "csv"),
    "JSON, then any text": ("application/json, text/*, */*", "json"),
    "CSV before JSON": ("application/json;q=0.9, text/csv", "csv"),
}  # fmt: skip
"""Client → what it says, and the format that it is led to."""

REFUSED = ["image/avif,image/webp,*/*;q=0", "application/sparql-results+json", "application/pdf"]


def test_thirty_headers_are_told_apart() -> None:
    assert len({accept for accept, _ in CLIENTS.values()}) >= 30


@pytest.mark.parametrize("name", CLIENTS)
def test_a_client_is_led_to_what_it_reads(client: FlaskClient, name: str) -> None:
    accept, form = CLIENTS[name]
    headers = {"Accept": accept} if accept else {}
    answer = client.get(NAME, headers=headers)

    assert answer.status_code == 303
    assert answer.headers["Location"] == (PAGE if form == "html" else f"{PAGE}.{form}")
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize("accept", REFUSED)
def test_a_client_that_reads_nothing_of_ours_is_told_what_there_is(
    client: FlaskClient, accept: str
) -> None:
    answer = client.get(NAME, headers={"Accept": accept})

    assert answer.status_code == 406
    assert "text/turtle" in answer.text
