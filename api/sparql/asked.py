"""What a request asks of the endpoint, and in which format it wants the answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

from api.context import context
from api.negotiation import HTML, choose
from api.parameters import asked
from kg.errors import BadInput, Refused, SoinsError
from kg.store import GRAPHS, RESULTS, Form, Format, is_iri

_NUMBER = re.compile(r"(?:[0-9]{1,9}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})(?:[eE][0-9])?")

WRITTEN_AS = {  # offered under a plainer name too
    "application/json": {True: "application/sparql-results+json", False: "application/ld+json"},
    "application/xml": {True: "application/sparql-results+xml", False: "application/rdf+xml"},
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One protocol request. *seconds*: the deadline that the client sets, None without."""

    query: str | None
    default_graphs: list[str]
    named_graphs: list[str]
    formats: list[str]
    seconds: float | None

    def address(self, format_name: str) -> str:
        """Return the address of the same answer in another format."""
        graphs = [("default-graph-uri", g) for g in self.default_graphs]
        graphs += [("named-graph-uri", g) for g in self.named_graphs]
        return "/sparql?" + urlencode(
            [("query", self.query or ""), *graphs, ("format", format_name)]
        )


def read() -> Asked:
    """Return what the request asks, from its address and its body.

    Raises:
        BadInput: not UTF-8, more than one query, or a deadline that is none.
        Refused: an update.
        WrongType: a body of another type.
    """
    request.max_content_length = 4 * context().settings.query_text  # as %XX: three times as long
    found = asked("query", "application/sparql-query", "sparql.body-type")
    if "update" in found:
        raise Refused("sparql.no-update", word="update")
    queries = found.get("query", [])
    if len(queries) > 1:
        raise BadInput("sparql.many-queries")
    default_graphs, named_graphs = (
        found.get(f"{kind}-graph-uri", []) for kind in ("default", "named")
    )
    for name in (*default_graphs, *named_graphs):
        if not is_iri(name):
            raise BadInput("store.bad-graph", name=name[:80])
    return Asked(
        query=queries[0] if queries else None,
        default_graphs=default_graphs,
        named_graphs=named_graphs,
        formats=[name for name in found.get("format", []) if name.strip()],
        seconds=_seconds(found.get("timeout", [""])[-1]),
    )


def _seconds(text: str) -> float | None:
    if not text.strip():
        return None
    if not _NUMBER.fullmatch(text.strip()) or not float(text) > 0:
        raise BadInput("sparql.timeout", value=text[:20])
    return float(text)


def offers(form: Form) -> tuple[tuple[Format, ...], list[str]]:
    """Return the formats of *form*, and the media types to choose from."""
    formats = RESULTS if form in {"SELECT", "ASK"} else GRAPHS
    return formats, [*(f.media_type for f in formats), *WRITTEN_AS, HTML]


def for_people(asked: Asked) -> bool:
    """Return whether a browser asks to see a page."""
    every = [f.media_type for f in (*RESULTS, *GRAPHS)]
    try:
        return choose(request.headers.get("Accept"), [*every, HTML], asked.formats) == HTML
    except SoinsError:
        return False
