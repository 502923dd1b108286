"""SPARQL 1.1 Graph Store HTTP Protocol: whole graphs. Anybody reads; the token writes, in the sandbox."""

from __future__ import annotations

from urllib.parse import quote
from uuid import uuid4

from flask import Blueprint, Response, request

from api.access import writing
from api.compression import encoding, sent
from api.context import context
from api.negotiation import choose
from api.parameters import fields
from kg.errors import BadInput, WrongType
from kg.store import GRAPHS, Part, is_iri

room = Blueprint("graph_store", __name__)

_TRIPLES = [f.media_type for f in GRAPHS if f.name not in {"trig", "nq"}]
_QUADS = [f.media_type for f in GRAPHS if f.media_type not in _TRIPLES]
_FILES = "multipart/form-data"


@room.get("/store")
@room.get("/store/<path:_rest>")
def read(_rest: str = "") -> Response:
    """Return a graph whole."""
    name = _graph()
    formats = fields(request.query_string).get("format", [])
    media_type = choose(request.headers.get("Accept"), [f.media_type for f in GRAPHS], formats)
    tag = quote(f"{context().workers.state}:{media_type}:{encoding()}:{name}", safe="")
    if request.if_none_match.contains_weak(tag):
        answer = Response(status=304)
    else:
        client = request.remote_addr or "?"
        answer = sent(context().workers.graph(name, media_type, client=client), media_type)
    answer.set_etag(tag)
    return answer


@room.after_request
def _vary(answer: Response) -> Response:
    if request.method in {"GET", "HEAD"}:
        answer.vary.update(["Accept", "Accept-Encoding"])
    return answer


@room.put("/store")
@room.put("/store/<path:_rest>")
def replace(_rest: str = "") -> Response:
    """Make a graph hold the body and nothing else."""
    writing()
    new = context().workers.put(_graph(), _parts(), replace=True)
    return Response(status=201 if new else 204)


@room.post("/store")
@room.post("/store/<path:_rest>")
def add(_rest: str = "") -> Response:
    """Add the body to a graph: the one named, else those that its quads name, else a new one."""
    writing()
    workers = context().workers
    if _names():
        new = workers.put(_graph(), _parts(), replace=False)
        return Response(status=201 if new else 204)
    if request.mimetype in _QUADS:
        workers.put_quads((request.mimetype, request.get_data()))
        return Response(status=204)
    name = f"{request.base_url}/{uuid4()}"
    workers.put(name, _parts(), replace=False)
    return Response(status=201, headers={"Location": name})


@room.delete("/store")
@room.delete("/store/<path:_rest>")
def remove(_rest: str = "") -> Response:
    """Remove a graph; the default graph is emptied."""
    writing()
    context().workers.drop(_graph())
    return Response(status=204)


def _names() -> list[str | None]:
    """Return the graphs that the request names, by parameters or by its address; None is the default one."""
    found = fields(request.query_string)
    names: list[str | None] = [*found.get("graph", [])]
    if "default" in found:
        names.append(None)
    if request.path != "/store":
        names.append(request.base_url)
    return names


def _graph() -> str | None:
    """Return the one graph that the request names.

    Raises:
        BadInput: none, several, or no absolute IRI.

    Source: SPARQL 1.1 Graph Store HTTP Protocol, section 4.
    """
    names = _names()
    if len(names) != 1:
        raise BadInput("store.which-graph")
    (name,) = names
    if name is not None and not is_iri(name):
        raise BadInput("store.bad-graph", name=name[:200])
    return name


def _parts() -> list[Part]:
    """Return the body: one text, or those of a form with files.

    Raises:
        WrongType: a text of a type that holds no triples.
    """
    parts = [(request.mimetype, request.get_data())]
    if request.mimetype == _FILES:
        parts = [(file.mimetype, file.read()) for file in request.files.values()]
    for found, _ in parts:
        if found not in _TRIPLES:
            raise WrongType("store.rdf-type", types=", ".join(_TRIPLES), found=found[:60])
    return parts
