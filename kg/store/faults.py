"""What a worker says went wrong, as an error of ours: a sentence in two languages, and where to look.

The engine explains itself in English, and in the words of its grammar. Here is what those words mean;
only where they are all that is known do they reach a reader, in quotation marks.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from typing import Any

from kg.errors import (
    BadInput,
    DiskFull,
    NotAcceptable,
    Overloaded,
    Refused,
    SoinsError,
    TooLarge,
    Unable,
)
from kg.namespaces import PREFIXES
from kg.store.formats import GRAPHS
from kg.store.gate import NOWHERE, undeclared

_log = logging.getLogger("soins")

Part = tuple[str, bytes]
"""Some RDF: media type, text."""

_READS = {"query", "read"}
_TEXTS = {"query", "update"}  # tasks whose body is SPARQL; that of the others is data
_PLACE = re.compile(r"error at (\d+):(\d+)")
_SIGNS = {  # what the engine says of SPARQL → our sentence; its other words are about its grammar
    "variable that is unbound": "sparql.unbound",
    "overrides an existing variable": "sparql.twice",
    "Duplicated variable name": "sparql.twice",
    "IRI parsing failed": "sparql.bad-iri",
    "not allowed in INSERT DATA": "store.no-variable",
    "not allowed in DELETE DATA": "store.no-variable",
}
_UNABLE = {  # what it cannot do, with a name in it
    re.compile(r"The custom function <(.*)> is not supported"): "sparql.no-function",
    re.compile(r"The graph <(.*)> already exists"): "store.graph-exists",
    re.compile(r"The graph <(.*)> does not exist"): "store.no-graph",
}
_PREFIX = re.compile(r"The prefix (.*): has not been declared")
_DATA = {  # what it says of data as a whole
    "remote contexts": "store.data-context",
    "Named graphs are not allowed": "store.data-named",
    "amplification": "store.data-entities",
}
_DATA_AT = {  # what it says of a place in them
    "Unexpected end": "store.data-end",
    "no element found": "store.data-end",  # XML
    "UTF-8": "store.data-utf8",
    "Invalid IRI": "store.data-iri",
    "absolute IRI": "store.data-iri",
}
_AROUND = 30  # characters shown before a fault; a few more after it


def fault(
    task: str, body: bytes, said: dict[str, Any], parts: Sequence[Part], limit: int
) -> SoinsError:
    """Return our error for the problem that a worker *said* it met while doing *task* with *body*.

    *parts* is what *body* is made of where it is data; *limit* the bytes that an answer may have.
    """
    kind, message = said["problem"], said.get("message", "")
    if kind == "too-big":
        return TooLarge("sparql.too-big", limit=limit)
    if kind == "full":
        return DiskFull("store.full")
    if kind == "no-xml":
        return NotAcceptable("sparql.no-xml")
    if kind == "failed" and task == "update" and NOWHERE in body.decode():
        return Refused("store.no-load")
    if kind == "syntax" and task in _TEXTS:
        return _of_sparql(body.decode(), message)
    if kind == "syntax":
        media_type, text = parts[said.get("part", 0)]
        return _of_data(media_type, text, message, said.get("line"), said.get("column"))
    if kind == "unable":
        for sign, key in _UNABLE.items():
            if found := sign.search(message):
                return Unable(key, name=found[1][:200])
        return Unable("sparql.unsupported", reason=message[:200])
    _log.error("the store failed on a query: %.200r", message)
    return crashed(task)


def late(task: str, seconds: float) -> Overloaded:
    """Return the error for *task*, which has been killed after so many *seconds*."""
    key = "sparql.deadline" if task in _READS else "store.deadline"
    return Overloaded(key, seconds=f"{seconds:g}")


def crashed(task: str) -> Overloaded:
    """Return the error for *task*, whose process has ended by itself: it took too much memory."""
    return Overloaded("sparql.crashed" if task in _READS else "store.crashed")


def _of_sparql(text: str, message: str) -> BadInput:
    """Return what is wrong with the query or update *text*, of which the engine says *message*."""
    place = _PLACE.search(message)
    line, column = (int(place[1]), int(place[2])) if place else (1, 1)
    key, unknown = _meaning(_SIGNS, message), undeclared(text)
    if not key and unknown and (unknown.line, unknown.column) <= (line, column):
        # The engine has words for a prefix only where it expected nothing else.
        declared = f"PREFIX {unknown.prefix}: <{PREFIXES.get(unknown.prefix, '…')}>"
        name, line, column = unknown.name[:80], unknown.line, unknown.column
        return BadInput(
            "sparql.prefix", line=line, column=column, name=name, declared=declared[:200]
        )
    text = _around(text, line, column)
    return BadInput(key or "sparql.syntax", line=line, column=column, text=text)


def _of_data(
    media_type: str, body: bytes, message: str, line: int | None, column: int | None
) -> BadInput:
    """Return what is wrong with the data *body*: a reader says *message*, and where, if it knows."""
    label = next(f.label for f in GRAPHS if f.media_type == media_type)
    key = _meaning(_DATA, message)
    if key or line is None or column is None:
        return BadInput(key or "store.data", format=label, reason=message[:200])
    if found := _PREFIX.search(message):
        declared = f"@prefix {found[1]}: <{PREFIXES.get(found[1], '…')}> ."
        return BadInput(
            "store.data-prefix",
            line=line,
            column=column,
            name=found[1][:80],
            declared=declared[:200],
        )
    text = _around(body.decode(errors="replace"), line, column)
    key = _meaning(_DATA_AT, message) or "store.data-syntax"
    return BadInput(key, format=label, line=line, column=column, text=text)


def _meaning(signs: dict[str, str], message: str) -> str | None:
    return next((key for sign, key in signs.items() if sign in message), None)


def _around(text: str, line: int, column: int) -> str:
    """Return what stands in *text* about this place, on one line."""
    start = sum(len(part) + 1 for part in text.split("\n")[: line - 1]) + column - 1
    return " ".join(text[max(start - _AROUND, 0) : start + 10].split())
