"""What scripts on pages of other sites may ask and read (CORS), and how programs ask again for nothing (ETag).

Nothing that is read here is private, and no cookie speaks for a visitor: all may be read from anywhere but what
somebody has sent. To write takes the token, which no other site has; a form may come from our own pages only.

Source: Fetch, section 3.2 (CORS protocol).
"""

from __future__ import annotations

from flask import Flask, Response, request

_READ = frozenset({"GET", "HEAD"})
_ASKED = {"/sparql", "/api/ask"}
"""Where a question may come in a body too."""
_PRIVATE = ("/api/validate", "/api/import", "/validation/", "/update")
_MAY_SEND = "Accept, Accept-Language, Content-Type, If-None-Match, Range"
_MAY_SEE = (
    "Content-Disposition, Content-Encoding, Content-Language, ETag, Link, Repr-Digest, Retry-After, "
    "X-Dataset-Version"
)
_DAY = "86400"  # seconds


def install(app: Flask) -> None:
    """Say so on every answer of *app*."""
    app.after_request(_share)
    app.after_request(_tag)


def _shared() -> frozenset[str]:
    """Return the methods that scripts of other sites may use at the address of the request."""
    if request.path.startswith(_PRIVATE):
        return frozenset()
    return _READ | {"POST"} if request.path in _ASKED else _READ


def _share(answer: Response) -> Response:
    preflight = request.method == "OPTIONS"
    wanted = request.headers.get("Access-Control-Request-Method", "GET")
    if preflight:
        answer.status_code = 204
    if (wanted if preflight else request.method) not in _shared():
        return answer
    answer.headers["Access-Control-Allow-Origin"] = "*"
    if preflight:
        answer.headers["Access-Control-Allow-Methods"] = ", ".join(sorted(_shared()))
        answer.headers["Access-Control-Allow-Headers"] = _MAY_SEND
        answer.headers["Access-Control-Max-Age"] = _DAY
    else:
        answer.headers["Access-Control-Expose-Headers"] = _MAY_SEE
    return answer


def _tag(answer: Response) -> Response:
    """Give the JSON of our own programs' interface a tag of its bytes; 304 where the client has them."""
    if request.method in _READ and request.path.startswith("/api/") and answer.status_code == 200:
        answer.headers.setdefault("Cache-Control", "no-cache")
        answer.add_etag()
        answer.make_conditional(request)
    return answer
