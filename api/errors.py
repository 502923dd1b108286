"""Our errors, once: one JSON shape for machines, one page for people, never a stack trace."""

from __future__ import annotations

import logging
import re
from datetime import date

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from api.context import context, lang
from kg.errors import BadInput, Overloaded, SoinsError
from kg.messages import Lang, say
from kg.search import KINDS, Hit, search

_log = logging.getLogger("soins")
NEAREST, EACH = 5, 3
"""Things that the page of a name that nobody bears offers instead; of one kind."""
_MEANT = {
    "concept": "concept",
    "def": "concept",
    "texte": "text",
    "regle": "rule",
    "source": "source",
    "desaccord": "disagreement",
}
"""Start of an address → the kind of thing that it names."""
_KEYS = {404: "error.not-found", 405: "error.method", 413: "error.too-large"}


def install(app: Flask) -> None:
    """Answer every error of *app* in the form that was asked for."""
    app.register_error_handler(SoinsError, _ours)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def _lang() -> Lang:
    try:
        return lang()
    except BadInput:
        return "fr"


def _ours(error: SoinsError) -> Response:
    answer = body(error.status, [say(error.key, _lang(), **error.data)], **_place(error))
    if isinstance(error, Overloaded):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    key = _KEYS.get(status, "error.bad-request" if status < 500 else "error.internal")
    size = (request.max_content_length or 0) // 1_000_000
    text = say(key, _lang(), name=request.path, method=request.method, size=size)
    answer = body(status, [text])
    if (allowed := getattr(error, "valid_methods", None)) is not None:
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


def _fault(error: Exception) -> Response:
    _log.exception("fault while answering %s", repr(request.path)[:200])
    return body(500, [say("error.internal", _lang())])


def _place(error: SoinsError) -> dict[str, object]:
    """Return where in a text of the request the error is, for editors that mark it."""
    return {name: error.data[name] for name in ("line", "column") if name in error.data}


def body(status: int, sentences: list[str], **place: object) -> Response:
    """Return the error as JSON, or as a page when a browser asks for HTML."""
    best = request.accept_mimetypes.best_match(["application/json", "text/html"])
    if best == "text/html" and not request.path.startswith("/api/"):
        near = _nearest(request.path) if status == 404 else []
        page = render_template(
            "error.html", status=status, sentences=sentences, lang=_lang(), near=near
        )
        answer = make_response(page)
    else:
        answer = jsonify(ok=False, status=status, error=sentences[0], errors=sentences, **place)
    answer.status_code = status
    answer.vary.update(["Accept", "Accept-Language"])
    return answer


def _nearest(path: str) -> list[Hit]:
    """Return what the words of *path* find, what it seems to name first; questions are no answer here."""
    named = re.sub(r"/\d{4}-\d\d-\d\d$|\.\w+$", "", path.strip("/")).removeprefix("id/")
    start, name = named.partition("/")[0], named.rpartition("/")[2]
    words = re.sub(r"(?<=[^\W\d_A-Z])(?=[A-Z])|_", " ", name)  # MaisonDeSante
    settings = context().settings
    found = search(
        context().store, words[: settings.search], _lang(), date.today(), limit=EACH,
        longest=settings.search,
    )  # fmt: skip
    groups = [group for group in found.groups if group.kind != "question"]
    groups.sort(key=lambda group: (group.kind != _MEANT.get(start), KINDS.index(group.kind)))
    return [hit for group in groups for hit in group.hits][:NEAREST]
