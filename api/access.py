"""Who may write: whoever bears the operator's token; to the sandbox all, elsewhere what is validated.

And from where a form may be sent.
"""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from flask import request

from api.context import context
from kg.errors import Refused

_WRITTEN = {  # first part of a path → the methods that only whoever bears the token may use there
    "update": {"POST"},
    "store": {"DELETE", "POST", "PUT"},
    "api/import": {"DELETE", "POST"},
}


def asks_for_token(method: str, path: str) -> bool:
    """Return whether only whoever bears the token may do this."""
    return any(
        method in methods and (path + "/").startswith(f"/{start}/")
        for start, methods in _WRITTEN.items()
    )


def writing() -> None:
    """Let the request write to the store as it likes, or refuse it.

    Raises:
        Refused: this is not the sandbox, or the token is missing or wrong.
    """
    if not context().workers.writable:
        raise Refused("store.closed")
    if not _bears_token():
        raise Refused("store.token")


def importing() -> None:
    """Let the request import or withdraw, or refuse it.

    Raises:
        Refused: the operator has set no token, this is the sandbox, or the token is missing or wrong.
    """
    if not context().settings.token or context().workers.writable:
        raise Refused("import.closed")
    if not _bears_token():
        raise Refused("import.token")


def posting() -> None:
    """Let a form be sent from a page of ours, or by a program; refuse what a page of another site sends.

    A browser names the site of the page in ``Origin``; programs do without.

    Raises:
        Refused: another site, or one that hides its name.
    """
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc.lower() != request.host.lower():
        raise Refused("error.origin")


def _bears_token() -> bool:
    return bears(request.headers.get("Authorization", ""), context().settings.token)


def bears(authorization: str, token: str) -> bool:
    """Return whether the header *authorization* bears *token*; nobody bears an empty one.

    No cookie ever does: no other site can borrow it.
    """
    scheme, _, given = authorization.partition(" ")
    same = hmac.compare_digest(given.strip().encode("latin-1", "replace"), token.encode())
    return bool(token) and same and scheme.lower() == "bearer"
