"""The endpoint describes itself: SPARQL 1.1 Service Description."""

from __future__ import annotations

from functools import lru_cache

from flask import request
from rdflib import RDF, RDFS, BNode, Graph, Namespace, URIRef

from api.context import context
from kg.store import GRAPHS, RESULTS, Endpoint

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
WRITERS = {"ttl": "turtle", "jsonld": "json-ld", "nt": "nt", "rdf": "xml"}
"""The formats of the description: our name → rdflib's."""


def description() -> Graph:
    """Return what this endpoint can do, and on which dataset."""
    found = Graph()
    found.bind("sd", SD)
    service, dataset, default = BNode(), BNode(), BNode()
    found.add((service, RDF.type, SD.Service))
    found.add((service, SD.endpoint, URIRef(request.base_url)))
    found.add((service, SD.supportedLanguage, SD.SPARQL11Query))
    if context().workers.writable:  # the sandbox, whose default graph is the unnamed one
        found.add((service, SD.supportedLanguage, SD.SPARQL11Update))
    else:
        found.add((service, SD.feature, SD.UnionDefaultGraph))
    for written in (*RESULTS, *GRAPHS):
        found.add((service, SD.resultFormat, URIRef(written.iri)))
    found.add((service, SD.defaultDataset, dataset))
    found.add((dataset, RDF.type, SD.Dataset))
    found.add((dataset, SD.defaultGraph, default))
    found.add((default, RDF.type, SD.Graph))
    endpoint = context().workers
    for name in _graphs(endpoint, endpoint.state):
        named = BNode()
        found.add((dataset, SD.namedGraph, named))
        found.add((named, RDF.type, SD.NamedGraph))
        found.add((named, SD.name, URIRef(name)))
    if (
        not context().workers.writable
    ):  # counted, and in the catalogue, is the published dataset only
        for place in (".well-known/void", "dcat"):
            found.add((dataset, RDFS.seeAlso, URIRef(request.url_root + place)))
    return found


@lru_cache(maxsize=1)
def _graphs(endpoint: Endpoint, _state: str) -> list[str]:
    """Return the names of the graphs of *endpoint*: the same while its state is."""
    return endpoint.graphs()
