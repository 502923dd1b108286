"""What pages say of themselves to search engines: canonical address, languages, description, JSON-LD."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from kg.concepts.schema_org import LONGEST
from kg.messages import LANGS
from kg.namespaces import BASE, ELI, SOINS, texte

SCHEMA = Namespace("https://schema.org/")
HTML = {"Accept": "text/html"}
PAGES = {
    "/": "WebSite",
    "/concepts": "DefinedTermSet",
    "/concept/MaisonDeSante": "DefinedTerm",
    "/textes": "CollectionPage",
    "/texte/csp/l6323-3": "Legislation",
    "/texte/loi/2016-41": "Legislation",
    "/regles": "CollectionPage",
    "/regle/MSP-SIGNATURES": "CreativeWork",
    "/sources": "CollectionPage",
    "/source/003-kit-elus-doubs": "DigitalDocument",
    "/desaccords": "CollectionPage",
    "/changements": "CollectionPage",
    "/vocabulaire/rang/loi": "Thing",
    "/dump": "Dataset",
}


def linked(page: str) -> Any:
    """Return the JSON-LD of a page."""
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert len(found) == 1
    return json.loads(found[0])


def as_graph(data: Any) -> Graph:
    """Return *data* as triples; the context of schema.org is ours here: nothing is fetched."""
    remote, own = data["@context"]
    assert remote == "https://schema.org/"
    is_iri = {"@type": "@id"}
    names = ("sameAs", "url", "license", "legislationLegalForce", "item")
    local = {"@vocab": str(SCHEMA), **own, **dict.fromkeys(names, is_iri)}
    return Graph().parse(data=json.dumps({**data, "@context": local}), format="json-ld")


pytestmark = pytest.mark.filterwarnings(
    "ignore:ConjunctiveGraph:DeprecationWarning"
)  # rdflib's own JSON-LD parser


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("path", "kind"), PAGES.items())
def test_every_kind_of_page_says_what_it_is_about(
    client: FlaskClient, path: str, kind: str, lang: str
) -> None:
    page = client.get(f"{path}?lang={lang}", headers=HTML).text
    graph = as_graph(linked(page))
    [description] = re.findall(r'<meta name="description" content="([^"]*)">', page)

    assert set(graph.subjects(RDF.type, SCHEMA[kind]))
    assert 0 < len(unescape(description)) <= LONGEST + 1
    assert len(set(re.findall(r'<meta property="(og:\w+)"', page))) == 5


def test_descriptions_differ_from_page_to_page(client: FlaskClient) -> None:
    found = [
        re.findall(r'<meta name="description" content="([^"]*)">', client.get(p, headers=HTML).text)
        for p in PAGES
        if p not in ("/", "/concepts")
    ]

    assert len({one for [one] in found}) == len(found)


def test_a_text_is_described_in_the_words_of_schema_org_and_of_eli(client: FlaskClient) -> None:
    page = client.get("/texte/csp/l6323-3?date=2020-01-01", headers=HTML).text
    graph = as_graph(linked(page))
    work, version = texte("csp/l6323-3"), texte("csp/l6323-3/2019-07-27")

    assert (work, RDF.type, ELI.LegalResource) in graph
    assert (work, SCHEMA.about, SOINS.MaisonDeSante) in graph
    assert (work, SCHEMA.workExample, version) in graph
    assert (version, SCHEMA.legislationLegalForce, SCHEMA.InForce) in graph
    assert (version, SCHEMA.legislationDateVersion, Literal("2019-07-27")) in graph
    assert graph.value(version, ELI.date_no_longer_in_force).toPython().isoformat() == "2021-12-25"


def test_the_graph_and_the_json_ld_name_the_same_thing(client: FlaskClient) -> None:
    graph = as_graph(linked(client.get("/concept/MaisonDeSante", headers=HTML).text))
    node = SOINS.MaisonDeSante

    assert str(graph.value(node, SCHEMA.termCode)) == "MSP"
    assert graph.value(node, SCHEMA.inDefinedTermSet) == SOINS.concepts
    steps = {str(item) for item in graph.objects(None, SCHEMA.item)}
    assert steps == {BASE, BASE + "concepts", str(node)}


def test_the_first_page_tells_how_to_search(client: FlaskClient) -> None:
    graph = as_graph(linked(client.get("/", headers=HTML).text))
    [template] = graph.objects(None, SCHEMA.urlTemplate)

    assert str(template) == "http://localhost/recherche?q={search_term_string}"
    address = str(template).replace("{search_term_string}", "CDS")
    assert client.get(address, headers=HTML).status_code == 200


def test_the_dataset_leads_to_its_files(client: FlaskClient) -> None:
    graph = as_graph(linked(client.get("/dump", headers=HTML).text))
    addresses = {str(a) for a in graph.objects(None, SCHEMA.contentUrl)}

    assert len(addresses) == 5
    assert all(client.head(address).status_code == 200 for address in addresses)
    assert graph.value(URIRef(BASE + "dcat#jeu-de-donnees"), SCHEMA.version) is not None


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("/concept/MaisonDeSante", "/concept/MaisonDeSante"),
        ("/concept/MaisonDeSante?date=2020-01-01", "/concept/MaisonDeSante"),
        ("/concept/MaisonDeSante?lang=en&date=2020-01-01", "/concept/MaisonDeSante?lang=en"),
        ("/textes?q=loi&rang=loi", "/textes"),
        ("/changements?concept=MSP&lang=fr&utm_source=x", "/changements?concept=MSP&lang=fr"),
        ("/question?q=CDS", "/question"),
        ("/usage", "/usage"),
    ],
)
def test_a_page_has_one_lasting_address_and_its_other_languages(
    client: FlaskClient, asked: str, canonical: str
) -> None:
    page = client.get(asked, headers=HTML).text
    links = re.findall(r'<link rel="canonical" href="([^"]*)">', page)
    tongues = dict(re.findall(r'<link rel="alternate" hreflang="([^"]*)" href="([^"]*)">', page))

    assert [unescape(link) for link in links] == [canonical]
    assert tongues.keys() == {"fr", "en", "x-default"}
    assert "lang=" not in tongues["x-default"]
    for lang in LANGS:
        other = client.get(unescape(tongues[lang]), headers=HTML).text
        assert f'<html lang="{lang}">' in other
        assert f'<link rel="canonical" href="{tongues[lang]}">' in other


def test_hostile_words_never_leave_their_json(app_with_nasty_card: str) -> None:
    [inside] = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', app_with_nasty_card
    )

    assert not set("<>&'") & set(inside)
    assert json.loads(inside) == {"name": NASTY}
    assert app_with_nasty_card.count("<script") == 2  # ours, and that of the search


NASTY = "</script><script>alert(1)</script><!-- &amp; ' \u2028"


@pytest.fixture
def app_with_nasty_card(client: FlaskClient) -> str:
    app: Flask = client.application
    with app.test_request_context("/"):
        return render_template_string(
            "{% extends 'base.html' %}", card={"description": NASTY, "linked": {"name": NASTY}}
        )
