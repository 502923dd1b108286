"""One page, several representations: HTML for people; JSON, RDF and CSV for machines."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, fields, is_dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from flask import Response, make_response, render_template, request
from rdflib import Graph

from api import negotiation
from api.context import context, day, lang
from kg import __version__
from kg.concepts.names import Ref
from kg.errors import NotAcceptable

Records = Iterable[Any]

FORMATS = {
    "html": "text/html",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "csv": "text/csv",
}
"""Suffix or ``?format=`` → media type. A browser that takes anything gets the first."""


def split_suffix(name: str) -> tuple[str, str | None]:
    """Return *name* without the suffix of a format, and that format: ``X.ttl`` → ``X``, ``ttl``."""
    stem, dot, suffix = name.rpartition(".")
    return (stem, suffix) if dot and suffix in FORMATS else (name, None)


def choose(asked: str | None, strict: bool = False) -> str:
    """Return the format to answer in: suffix, else ``?format=``, else ``Accept``.

    An ``Accept`` that none of ours satisfies gets the page, or is refused when *strict*.

    Raises:
        NotAcceptable: the suffix or ``?format=`` is none of ours.
    """
    named = [asked] if asked else request.args.getlist("format")
    offers = list(FORMATS.values())
    wanted = [FORMATS.get(name, name) for name in named]
    try:
        kind = negotiation.choose(request.headers.get("Accept"), offers, wanted)
    except NotAcceptable:
        if wanted or strict:
            raise
        return "html"
    return list(FORMATS)[offers.index(kind)]


def answer(
    template: str,
    path: str,
    asked: str | None,
    page: Callable[[], Any],
    graph: Callable[[], Graph],
    records: Callable[[Any], Records],
    shown: date | None = None,
    **more: object,
) -> Response:
    """Return the representation that was asked for of the page at *path*.

    *asked* is the suffix of the address, if it had one; *page* gives the dataclass, *graph* its
    description, *records* the rows of its table; *shown* is the day shown where it is not that of
    the request; *more* goes to the template. Nothing is computed for a client that has it already.

    Raises:
        NotAcceptable: the suffix or ``?format=`` is none of ours.
        NotFound: from *page*.
    """
    offer, shown = choose(asked), shown or day()
    tag = _tag(path, offer)
    if request.if_none_match.contains(tag):
        made = Response(status=304)
    elif offer == "html":
        made = make_response(
            render_template(template, page=page(), alternates=_alternates(path), day=shown, **more)
        )
    else:
        found = page()  # even for RDF: an unknown name is 404 in every format
        if offer == "json":
            told = {"lang": lang(), "date": shown, "dataset": context().store.version}
            body = json.dumps(told | asdict(found), ensure_ascii=False, default=_plain)
        elif offer == "csv":
            body = _table(records(found))
        else:
            body = str(graph().serialize(format=_RDF[offer]))
        made = Response(body, mimetype=FORMATS[offer])
        if offer == "csv":
            name = path.rpartition("/")[2] or "soins-coordonnes"
            made.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.csv"
    return _headed(made, path, tag)


def _headed(made: Response, path: str, tag: str) -> Response:
    made.set_etag(tag)
    made.headers["Cache-Control"] = "no-cache"  # ask again, and get 304 as long as nothing changed
    made.headers["Content-Language"] = lang()
    made.vary.update(["Accept", "Accept-Language"])
    links = [f'<{quote(path)}>; rel="canonical"']
    links += [
        f'<{address}>; rel="alternate"; type="{kind}"' for _, kind, address in _alternates(path)
    ]
    made.headers["Link"] = ", ".join(links)
    return made


def _tag(path: str, offer: str) -> str:
    """Return the ETag: dataset, code, day, language, representation and what was asked."""
    parts = (
        context().store.version, __version__, day().isoformat(), lang(), offer, path,
        request.query_string.decode("latin-1"),
    )  # fmt: skip
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _alternates(path: str) -> list[tuple[str, str, str]]:
    """Return (suffix, media type, address) of each machine twin of the page at *path*."""
    stem = quote(path) if path != "/" else "/index"
    query = request.query_string.decode("latin-1") if request.args.keys() - {"format"} else ""
    tail = f"?{query}" if query else ""
    return [
        (name, kind, f"{stem}.{name}{tail}") for name, kind in FORMATS.items() if name != "html"
    ]


_RDF = {"jsonld": "json-ld", "ttl": "turtle", "nt": "nt", "rdf": "xml"}


def _plain(value: object) -> str:
    assert isinstance(value, date), type(value)
    return value.isoformat()


def _table(records: Records) -> str:
    rows = [dict(_cells(record)) for record in records]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _cells(record: Any) -> Iterable[tuple[str, str]]:
    """Yield (column, cell) of a dataclass; what is nested deeper than a reference stays in the JSON."""
    for field in fields(record):
        value = getattr(record, field.name)
        if isinstance(value, Ref):
            yield field.name, safe(value.label)
            yield field.name + "_iri", value.iri
        elif isinstance(value, tuple):
            if all(isinstance(item, str | Ref) for item in value):
                words = (item.label if isinstance(item, Ref) else item for item in value)
                yield field.name, safe(" | ".join(words))
        elif not is_dataclass(value):
            yield field.name, safe("" if value is None else str(value))


def safe(cell: str) -> str:
    """Return *cell* such that a spreadsheet does not run it as a formula (ASVS 1.2.10)."""
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
