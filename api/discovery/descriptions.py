"""Descriptions in RDF: VoID for programs, DCAT-AP for portals, the competency questions for editors."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from flask import Blueprint, Response, request

from api.compression import compress, encoding
from api.context import site
from api.discovery.common import dumps, published
from api.negotiation import HTML, choose
from kg import __version__, discovery
from kg.discovery import Dumps
from kg.store import Store

room = Blueprint("descriptions", __name__)

_WRITERS = {
    "text/turtle": "turtle",
    "application/ld+json": "json-ld",
    "application/rdf+xml": "xml",
    "application/n-triples": "nt",
}


@room.get("/.well-known/void")
@room.get("/.well-known/void.<asked>")
def void(asked: str | None = None) -> Response:
    """Describe the dataset: its size, its classes and properties, its graphs, where to query and take it."""
    return _rdf("void", asked)


@room.get("/dcat")
@room.get("/dcat.<asked>")
def dcat(asked: str | None = None) -> Response:
    """Give the catalogue that portals harvest: dataset, distributions, services."""
    return _rdf("dcat", asked)


@room.get("/requetes")
@room.get("/requetes.<asked>")
def queries(asked: str | None = None) -> Response:
    """Give the competency questions as queries to run; people are led to the editor, which shows them."""
    if _kind(asked, HTML) == HTML:
        answer = Response(status=303, headers={"Location": "/sparql"})
        answer.vary.add("Accept")
        return answer
    return _rdf("requetes", asked)


def _kind(asked: str | None, *more: str) -> str:
    names = [asked] if asked else request.args.getlist("format")
    return choose(request.headers.get("Accept"), [*_WRITERS, *more], names)


def _rdf(name: str, asked: str | None) -> Response:
    """Return the description *name* in the format asked for."""
    store, found, kind, address = published(), dumps(), _kind(asked), site()
    parts = (store.version, __version__, name, kind, address, encoding())
    tag = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
    if request.if_none_match.contains_weak(tag):
        answer = Response(status=304)
    else:
        answer = compress(Response(_written(name, store, found, address, kind), mimetype=kind))
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "no-cache"
    answer.vary.update(["Accept", "Accept-Encoding"])
    return answer


@lru_cache(maxsize=32)  # a second of work each; the same until the dataset or the address changes
def _written(name: str, store: Store, found: Dumps, address: str, kind: str) -> bytes:
    if name == "void":
        made = discovery.void(discovery.facts(store), found, address)
    elif name == "dcat":
        files = [found.get(each) for each in found.names()]
        made = discovery.catalogue(discovery.facts(store), files, address)
    else:
        made = discovery.examples(address + "sparql")
    return made.serialize(format=_WRITERS[kind], encoding="utf-8")
