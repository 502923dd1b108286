"""The headers of every answer: what a browser may load, run and send on; which dataset answered."""

from __future__ import annotations

from flask import Flask, Response

from api.context import context

# No inline script or style, no third party; an editor may still make itself a worker from its own file.
CSP = (
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'"
)


def install(app: Flask) -> None:
    """Give every answer of *app* its headers."""
    app.after_request(_headed)


def _headed(answer: Response) -> Response:
    answer.headers.setdefault("Content-Security-Policy", CSP)
    answer.headers.setdefault("X-Content-Type-Options", "nosniff")
    answer.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    # Exports without a place of their own for it (Turtle, CSV, results of queries) tell it here.
    answer.headers["X-Dataset-Version"] = context().store.version
    return answer
