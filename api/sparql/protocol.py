"""SPARQL 1.1 Protocol, the operation "query": read, judge, have it answered, send."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from flask import Blueprint, Response, request

from api.compression import compress, encoding, sent
from api.context import context, lang
from api.negotiation import HTML, choose
from api.sparql.asked import WRITTEN_AS, Asked, for_people, offers, read
from api.sparql.description import WRITERS, description
from api.sparql.page import editor
from kg import __version__
from kg.errors import BadInput, Overloaded, Refused, SoinsError
from kg.store import GRAPHS, RESULTS, Form, examine

room = Blueprint("sparql", __name__)

_CHANGING = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)(?:\s|#[^\n\r]*+)*+\(", re.IGNORECASE)


@room.route("/sparql", methods=["GET", "POST"])
def sparql() -> Response:
    """Answer a query; without one, show the editor or describe the service.

    Source: SPARQL 1.1 Protocol, section 2.1; SPARQL 1.1 Service Description, section 2.
    """
    asked = read()
    try:
        if asked.query is None:
            return _without_query(asked)
        return _answer(asked, asked.query)
    except SoinsError as error:
        if not for_people(asked):
            raise
        page = editor(asked, error=error)
        page.status_code = error.status
        if isinstance(error, Overloaded):
            page.headers["Retry-After"] = str(error.retry_after)
        return page


@room.after_request
def _vary(answer: Response) -> Response:
    answer.vary.update(["Accept", "Accept-Encoding", "Accept-Language"])
    return answer


def _answer(asked: Asked, query: str) -> Response:
    """Return the answer to *query* in the best format.

    Raises:
        SoinsError: refused, malformed, too slow, too big, or no such format.
    """
    settings, workers = context().settings, context().workers
    formats, possible = offers(_form(query))
    media_type = choose(request.headers.get("Accept"), possible, asked.formats)
    tag = None if _CHANGING.search(query) else _tag(asked, media_type)
    if tag is not None and request.if_none_match.contains_weak(tag):
        answer = Response(status=304)
        answer.set_etag(tag)
        return answer
    terms: dict[str, Any] = {
        "default_graphs": asked.default_graphs,
        "named_graphs": asked.named_graphs,
        "seconds": asked.seconds,
        "client": request.remote_addr or "?",
    }
    if media_type == HTML:
        found = workers.answer(query, "", rows=settings.page_rows, **terms).read()
        answer = compress(editor(asked, found=json.loads(found), formats=formats))
    else:
        written = WRITTEN_AS.get(media_type, {}).get(formats is RESULTS, media_type)
        answer = sent(workers.answer(query, written, **terms), media_type)
        if media_type in {"text/csv", "text/tab-separated-values"}:
            name = next(f.name for f in formats if f.media_type == media_type)
            answer.headers["Content-Disposition"] = f'attachment; filename="resultat.{name}"'
    if tag is not None:
        answer.set_etag(tag)
    return answer


def _form(query: str) -> Form:
    """Return the form of *query*, once it has passed the gate.

    Raises:
        SoinsError: as ``examine``; in the sandbox, where updates have an address, one is no query: BadInput.
    """
    try:
        return examine(query, context().settings)
    except Refused as error:
        if error.key == "sparql.no-update" and context().workers.writable:
            raise BadInput("store.update-there", **error.data) from error
        raise


def _tag(asked: Asked, media_type: str) -> str:
    """Return the ETag of an answer: same state of the store, same question, same form, same bytes."""
    of_page = (lang(), __version__) if media_type == HTML else ()
    parts = (context().workers.state, encoding(), media_type, asked.query, asked.default_graphs)
    text = json.dumps([*parts, asked.named_graphs, *of_page])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _without_query(asked: Asked) -> Response:
    """Return the editor for people, the service description for whoever has no wish or wants RDF.

    Raises:
        BadInput: results are asked for, or a query was to be in the body: it is missing.
    """
    formats = {f.media_type: f.name for f in GRAPHS if f.name in WRITERS}
    if request.method == "POST":
        raise BadInput("sparql.no-query")
    possible = [*formats, HTML, *(f.media_type for f in RESULTS)]
    best = choose(request.headers.get("Accept"), possible, asked.formats)
    if best == HTML:
        return editor(asked)
    if best not in formats:
        raise BadInput("sparql.no-query")
    text = description().serialize(format=WRITERS[formats[best]], encoding="utf-8")
    return Response(text, mimetype=best)
