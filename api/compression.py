"""Send answers shorter to clients that say they read Brotli or gzip."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterable, Iterator

import brotli
from flask import Response, request

from kg.errors import SoinsError
from kg.store import Answer

_log = logging.getLogger("soins")
_CODINGS = ("br", "gzip")  # the shorter first: for whoever likes both as much
_LEVEL = 5  # of either; beyond, time doubles for a few per cent
_SHORT, _LONG = 500, 1_000_000
"""Bytes: below, nothing is gained; up to the second, packed in memory, so that the length is known and
the connection kept."""


def encoding(*possible: str) -> str:
    """Return the content coding, of those *possible* (ours by default), that this request likes best.

    Empty where it takes none of them.
    """
    accepted = request.accept_encodings
    best = max(possible or _CODINGS, key=lambda coding: accepted[coding])
    return best if accepted[best] > 0 else ""


def sent(whole: Answer, media_type: str) -> Response:
    """Return *whole* in *media_type*, packed where the client takes it.

    HTTP/1.0 ends an answer without a length by closing: one that is cut on its way would pass for whole,
    so it is gathered first.

    Raises:
        Overloaded: the end of it could not be had.
    """
    if whole.length is None and request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
        return compress(Response(whole.read(), mimetype=media_type))
    if whole.length is None:
        return compress(Response(_or_cut(whole), mimetype=media_type))
    answer = Response(whole, mimetype=media_type)
    answer.content_length = whole.length
    return compress(answer)


def _or_cut(whole: Answer) -> Iterator[bytes]:
    """Yield *whole*; where its end cannot be had, break off the connection: that is all a client can be told.

    Raises:
        ConnectionAbortedError: as said.
    """
    try:
        yield from whole
    except SoinsError as error:
        _log.warning("an answer is cut on its way: %s", error)
        raise ConnectionAbortedError from None


def compress(answer: Response) -> Response:
    """Return *answer*, packed where the client takes it; without a length it is long.

    The caller has its ETag tell both apart, and says Vary on it.
    """
    length = answer.content_length
    if not encoding() or (length is not None and length < _SHORT):
        return answer
    answer.headers["Content-Encoding"] = encoding()
    if length is not None and length <= _LONG:
        answer.set_data(b"".join(_packed([answer.get_data()], encoding())))
    else:
        answer.response = _packed(answer.iter_encoded(), encoding())
        answer.headers.pop("Content-Length", None)
    return answer


def _packed(chunks: Iterable[bytes], coding: str) -> Iterator[bytes]:
    if coding == "br":
        brotli_packer = brotli.Compressor(quality=_LEVEL)
        add, end = brotli_packer.process, brotli_packer.finish
    else:
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        add, end = packer.compress, packer.flush
    for chunk in chunks:
        if packed := add(chunk):
            yield packed
    yield end()
