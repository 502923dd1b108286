"""Our errors, once: one JSON shape for machines, one page for people, never a stack trace."""

from __future__ import annotations

import logging

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from api.context import lang
from kg.errors import BadInput, Overloaded, SoinsError
from kg.messages import Lang, say

_log = logging.getLogger("soins")
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
        page = render_template("error.html", status=status, sentences=sentences, lang=_lang())
        answer = make_response(page)
    else:
        answer = jsonify(ok=False, status=status, error=sentences[0], errors=sentences, **place)
    answer.status_code = status
    answer.vary.update(["Accept", "Accept-Language"])
    return answer
