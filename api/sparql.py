"""The SPARQL endpoint: protocol 1.1 for programs, an editor for people. Reads only."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, make_response, render_template, request
from rdflib import RDF, BNode, Graph, Namespace, URIRef

from api.context import context, lang
from api.negotiation import HTML, choose
from kg import __version__, ontology
from kg.errors import BadInput, Overloaded, Refused, SoinsError, WrongType
from kg.namespaces import PREFIXES
from kg.store import GRAPHS, RESULTS, Form, Format, examine

room = Blueprint("sparql", __name__)

_FORM_TYPE, _QUERY_TYPE = "application/x-www-form-urlencoded", "application/sparql-query"
_SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
_DESCRIPTIONS = {"ttl": "turtle", "jsonld": "json-ld", "nt": "nt", "rdf": "xml"}
_CHANGING = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\s*\(", re.IGNORECASE)
_WRITTEN_AS = {  # offered under a plainer name too
    "application/json": {True: "application/sparql-results+json", False: "application/ld+json"},
    "application/xml": {True: "application/sparql-results+xml", False: "application/rdf+xml"},
}
_START = """\
SELECT DISTINCT ?texte ?titre WHERE {
  ?texte soins:regit ?c ; skos:prefLabel ?titre .
  ?c skos:notation "CDS" .
}
LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One protocol request."""

    query: str | None
    default_graphs: list[str]
    named_graphs: list[str]
    formats: list[str]

    def address(self, format_name: str) -> str:
        """Return the address of the same answer in another format."""
        graphs = [("default-graph-uri", g) for g in self.default_graphs]
        graphs += [("named-graph-uri", g) for g in self.named_graphs]
        return "/sparql?" + urlencode(
            [("query", self.query or ""), *graphs, ("format", format_name)]
        )


@room.route("/sparql", methods=["GET", "POST"], provide_automatic_options=False)
def sparql() -> Response:
    """Answer a query; without one, show the editor or describe the service.

    Source: SPARQL 1.1 Protocol, section 2.1; SPARQL 1.1 Service Description, section 2.
    """
    asked = _asked()
    try:
        if asked.query is None:
            return _without_query(asked)
        return _answer(asked, asked.query)
    except SoinsError as error:
        if not _for_people(asked):
            raise
        page = _page(asked, error=error)
        page.status_code = error.status
        if isinstance(error, Overloaded):
            page.headers["Retry-After"] = str(error.retry_after)
        return page


@room.route("/sparql", methods=["OPTIONS"])
def options() -> Response:
    """Tell a browser what scripts of other sites may send."""
    answer = Response(status=204)
    answer.headers["Allow"] = "GET, HEAD, OPTIONS, POST"
    answer.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST"
    answer.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match"
    answer.headers["Access-Control-Max-Age"] = "86400"
    return answer


@room.after_request
def _share(answer: Response) -> Response:
    """Let any site read: nothing here is private, and nothing here writes."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Access-Control-Expose-Headers"] = (
        "Content-Disposition, ETag, Retry-After, X-Dataset-Version"
    )
    answer.vary.update(["Accept", "Accept-Language"])
    return answer


def _asked() -> Asked:
    """Return what the request asks, from its address and its body.

    Raises:
        BadInput: not UTF-8, or more than one query.
        Refused: an update.
        WrongType: a body of another type.
    """
    request.max_content_length = 4 * context().settings.query_text  # as %XX: three times as long
    parameters = _parameters(request.query_string)
    if request.method == "POST":
        kind, charset = request.mimetype, request.mimetype_params.get("charset", "utf-8")
        if kind not in {_FORM_TYPE, _QUERY_TYPE} or charset.lower() not in {"utf-8", "utf8"}:
            raise WrongType("sparql.body-type", found=(request.content_type or "")[:60])
        body = request.get_data()
        if kind == _FORM_TYPE:
            parameters += _parameters(body)
        else:
            parameters.append(("query", _utf8(body)))
    found: dict[str, list[str]] = {}
    for name, value in parameters:
        found.setdefault(name, []).append(value)
    if "update" in found:
        raise Refused("sparql.no-update", word="update")
    queries = found.get("query", [])
    if len(queries) > 1:
        raise BadInput("sparql.many-queries")
    return Asked(
        query=queries[0] if queries else None,
        default_graphs=found.get("default-graph-uri", []),
        named_graphs=found.get("named-graph-uri", []),
        formats=[name for name in found.get("format", []) if name.strip()],
    )


def _parameters(data: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(_utf8(data), keep_blank_values=True, errors="strict", max_num_fields=1_000)
    except UnicodeDecodeError as error:
        raise BadInput("sparql.encoding") from error
    except ValueError as error:
        raise BadInput("error.bad-request") from error


def _utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("sparql.encoding") from error


def _offers(form: Form) -> tuple[tuple[Format, ...], list[str]]:
    """Return the formats of *form*, and the media types to choose from."""
    formats = RESULTS if form in {"SELECT", "ASK"} else GRAPHS
    return formats, [*(f.media_type for f in formats), *_WRITTEN_AS, HTML]


def _for_people(asked: Asked) -> bool:
    """Return whether a browser asks to see a page."""
    every = [f.media_type for f in (*RESULTS, *GRAPHS)]
    try:
        return choose(request.headers.get("Accept"), [*every, HTML], asked.formats) == HTML
    except SoinsError:
        return False


def _answer(asked: Asked, query: str) -> Response:
    """Return the answer to *query* in the best format.

    Raises:
        SoinsError: refused, malformed, too slow, too big, or no such format.
    """
    settings, workers = context().settings, context().workers
    formats, offers = _offers(examine(query, settings))
    media_type = choose(request.headers.get("Accept"), offers, asked.formats)
    tag = None if _CHANGING.search(query) else _tag(asked, media_type)
    if tag is not None and request.if_none_match.contains(tag):
        answer = Response(status=304)
        answer.set_etag(tag)
        return answer
    graphs: dict[str, Any] = {
        "default_graphs": asked.default_graphs,
        "named_graphs": asked.named_graphs,
    }
    if media_type == HTML:
        found = workers.answer(query, "", rows=settings.page_rows, **graphs).read()
        answer = _page(asked, found=json.loads(found), formats=formats)
    else:
        written = _WRITTEN_AS.get(media_type, {}).get(formats is RESULTS, media_type)
        whole = workers.answer(query, written, **graphs)
        answer = Response(whole, mimetype=media_type)
        answer.content_length = whole.length
        if media_type in {"text/csv", "text/tab-separated-values"}:
            name = next(f.name for f in formats if f.media_type == media_type)
            answer.headers["Content-Disposition"] = f'attachment; filename="resultat.{name}"'
    if tag is not None:
        answer.set_etag(tag)
    return answer


def _tag(asked: Asked, media_type: str) -> str:
    """Return the ETag of an answer: same dataset, same question, same form, same bytes."""
    of_page = (lang(), __version__) if media_type == HTML else ()
    parts = (context().store.version, media_type, asked.query, asked.default_graphs)
    text = json.dumps([*parts, asked.named_graphs, *of_page])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _without_query(asked: Asked) -> Response:
    """Return the editor for people, the service description where RDF is asked for.

    Raises:
        BadInput: neither: the query is missing.
    """
    formats = {f.media_type: f.name for f in GRAPHS if f.name in _DESCRIPTIONS}
    other = "application/sparql-results+json"  # what "*/*" falls on
    best = other
    if request.method == "GET":
        best = choose(request.headers.get("Accept"), [other, *formats, HTML], asked.formats)
    if best == HTML:
        return _page(asked)
    if best not in formats:
        raise BadInput("sparql.no-query")
    text = _description().serialize(format=_DESCRIPTIONS[formats[best]], encoding="utf-8")
    return Response(text, mimetype=best)


def _description() -> Graph:
    """Return the SPARQL 1.1 Service Description of this endpoint."""
    found = Graph()
    found.bind("sd", _SD)
    service, dataset, default = BNode(), BNode(), BNode()
    found.add((service, RDF.type, _SD.Service))
    found.add((service, _SD.endpoint, URIRef(request.base_url)))
    found.add((service, _SD.supportedLanguage, _SD.SPARQL11Query))
    found.add((service, _SD.feature, _SD.UnionDefaultGraph))
    for written in (*RESULTS, *GRAPHS):
        found.add((service, _SD.resultFormat, URIRef(written.iri)))
    found.add((service, _SD.defaultDataset, dataset))
    found.add((dataset, RDF.type, _SD.Dataset))
    found.add((dataset, _SD.defaultGraph, default))
    found.add((default, RDF.type, _SD.Graph))
    return found


def _page(
    asked: Asked,
    *,
    error: SoinsError | None = None,
    found: dict[str, Any] | None = None,
    formats: tuple[Format, ...] = (),
) -> Response:
    """Return the editor with what came of the query: nothing yet, an error, or rows."""
    page = render_template(
        "sparql.html",
        query=_start() if asked.query is None else asked.query,
        error=error,
        found=found,
        short=_short,
        downloads=[(f.label, asked.address(f.name)) for f in formats],
        examples=_examples(),
        settings=context().settings,
        results=", ".join(f.label for f in RESULTS),
        graphs=", ".join(f.label for f in GRAPHS),
        endpoint=request.base_url,
    )
    return make_response(page)


@cache
def _examples() -> list[dict[str, str]]:
    """Return the competency questions as examples: wording and address, in each language."""
    return [
        {"fr": q.fr, "en": q.en, "address": "/sparql?" + urlencode({"query": q.query})}
        for q in ontology.questions()
    ]


def _start() -> str:
    """Return the query that an empty editor opens with."""
    return "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items()) + "\n" + _START


def _short(iri: str) -> str:
    """Return *iri* as a prefixed name where one of our prefixes fits."""
    fits = [(len(start), name, start) for name, start in PREFIXES.items() if iri.startswith(start)]
    if not fits:
        return iri
    _, name, start = max(fits)
    return f"{name}:{iri.removeprefix(start)}"
