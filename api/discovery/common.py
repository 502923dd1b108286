"""What the parts of the room share: the dumps of what this server serves."""

from __future__ import annotations

from functools import cache

from flask import Response, request

from api.compression import compress
from api.context import context
from kg.discovery import Dumps
from kg.errors import NotFound
from kg.messages import Lang
from kg.resources import BUILT
from kg.store import Store


def published() -> Store:
    """Return the store of the dataset that is served.

    Raises:
        NotFound: this is the sandbox, which publishes nothing.
    """
    found = context()
    if found.workers.writable:
        raise NotFound(name=request.path)
    return found.store


def dumps() -> Dumps:
    """Return the dumps of the dataset that is served.

    Raises:
        NotFound: as ``published``.
    """
    return dumps_of(published())


@cache
def dumps_of(store: Store) -> Dumps:
    """Return the dumps of the dataset of *store*, whatever is built from now on."""
    return Dumps(store.folder / "dumps", BUILT, store.version).hold()


def tagged(answer: Response) -> Response:
    """Return *answer*, packed where the client takes it, with an ETag of its bytes; 304 where it has them."""
    made = compress(answer)
    made.vary.add("Accept-Encoding")
    made.add_etag()
    made.make_conditional(request)
    return made


def size(count: int, language: Lang) -> str:
    """Return *count* bytes in words, rounded to three figures: ``1,74 Mo``, ``20 MB``."""
    unit, letter = next(
        (unit, letter)
        for unit, letter in ((10**9, "G"), (10**6, "M"), (10**3, "k"), (1, ""))
        if count >= unit or unit == 1
    )
    text = f"{count / unit:.3g}"
    if language == "fr":
        return f"{text.replace('.', ',')} {letter}o"
    return f"{text} {letter}B"
