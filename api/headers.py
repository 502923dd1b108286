"""The headers of every answer: what a browser may load, run and send on; which dataset answered."""

from __future__ import annotations

from flask import Flask, Response, request

from api.compression import compress
from api.context import context
from api.twins import FORMATS

# No inline script or style, no third party.
CSP = (
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'"
)

_PACKED = {*FORMATS.values(), "text/css", "text/javascript", "image/svg+xml"}


def install(app: Flask) -> None:
    """Give every answer of *app* its headers; send pages, their twins, scripts and styles shorter."""
    app.after_request(_headed)
    app.after_request(_shorter)


def _headed(answer: Response) -> Response:
    answer.headers.setdefault("Content-Security-Policy", CSP)
    answer.headers.setdefault("X-Content-Type-Options", "nosniff")
    answer.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    # Exports without a place of their own for it (Turtle, CSV, results of queries) tell it here.
    answer.headers["X-Dataset-Version"] = context().store.version
    if answer.status_code == 204:
        answer.headers.pop("Content-Type", None)  # of a body that is not there
    return answer


def _shorter(answer: Response) -> Response:
    """Pack pages, their twins, scripts and styles; a room that packs its own answers says Vary on it."""
    if (
        answer.mimetype not in _PACKED
        or (answer.is_streamed and request.endpoint != "static")
        or "Accept-Encoding" in answer.vary
    ):
        return answer
    answer.vary.add("Accept-Encoding")
    if tag := answer.get_etag()[0]:
        answer.set_etag(tag, weak=True)  # the same content, packed or not
    if answer.status_code not in (206, 304) and not answer.content_encoding:  # a part stays a part
        answer.direct_passthrough = False
        answer.make_sequence()  # a file is read here, so that it is closed with the answer
        compress(answer)
    return answer
