"""One page, several representations: HTML for people; JSON, RDF and CSV for machines."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, fields, is_dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from flask import Response, make_response, render_template, request
from rdflib import Graph

from api import negotiation
from api.context import context, day, lang, site
from api.head import exported, lasting
from kg import __version__
from kg.concepts.citation import Reference, bibtex, csl
from kg.concepts.names import Ref
from kg.concepts.schema_org import card
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

CITED = {"bib": "application/x-bibtex", "csl.json": "application/vnd.citationstyles.csl+json"}
"""The same for the citation of a page, where it gives one: bibliographies ask DOI for these types too."""


def split_suffix(name: str) -> tuple[str, str | None]:
    """Return *name* without the suffix of a format, and that format: ``X.ttl`` → ``X``, ``ttl``."""
    for suffix in (*CITED, *FORMATS):  # .csl.json before .json
        if name.endswith("." + suffix):
            return name.removesuffix("." + suffix), suffix
    return name, None


def choose(asked: str | None, strict: bool = False, *, cited: bool = False) -> str:
    """Return the format to answer in: suffix, else ``?format=``, else ``Accept``.

    *cited*: the page gives a citation of itself, in the formats of ``CITED`` too. An ``Accept`` that
    none of ours satisfies gets the page, or is refused when *strict*.

    Raises:
        NotAcceptable: the suffix or ``?format=`` is none of ours.
    """
    named = [asked] if asked else request.args.getlist("format")
    formats = FORMATS | CITED if cited else FORMATS
    offers = list(formats.values())
    wanted = [formats.get(name, name) for name in named]
    try:
        kind = negotiation.choose(request.headers.get("Accept"), offers, wanted)
    except NotAcceptable:
        if wanted or strict:
            raise
        return "html"
    return list(formats)[offers.index(kind)]


def answer(
    template: str,
    path: str,
    asked: str | None,
    page: Callable[[], Any],
    graph: Callable[[], Graph],
    records: Callable[[Any], Records],
    shown: date | None = None,
    cite: Callable[[Any], Reference] | None = None,
    **more: object,
) -> Response:
    """Return the representation that was asked for of the page at *path*.

    *asked* is the suffix of the address, if it had one; *page* gives the dataclass, *graph* its
    description, *records* the rows of its table, *cite* its citation, for those that give one (as
    ``reference`` in the template, its formats as ``cited``); *shown* is the day shown where it is not
    that of the request; *more* goes to the template. Nothing is computed for a client that has it already.

    Raises:
        NotAcceptable: the suffix or ``?format=`` is none of ours.
        NotFound: from *page*.
    """
    offer, shown = choose(asked, cited=cite is not None), shown or day()
    tag = _tag(path, offer)
    if request.if_none_match.contains_weak(tag):
        made = Response(status=304)
    elif offer == "html":
        found = page()
        if cite is not None:
            more |= {"reference": cite(found), "cited": _alternates(path, CITED)}
        more["card"] = card(found, lang(), None if exported() else site())
        made = make_response(
            render_template(template, page=found, alternates=_alternates(path), day=shown, **more)
        )
    else:
        found = page()  # even for RDF: an unknown name is 404 in every format
        if offer == "json":
            told = {"lang": lang(), "date": shown, "dataset": context().store.version}
            body = json.dumps(told | asdict(found), ensure_ascii=False, default=_plain)
        elif offer == "csv":
            body = _table(records(found))
        elif cite is not None and offer == "bib":
            body = bibtex(cite(found))
        elif cite is not None and offer == "csl.json":
            body = json.dumps([csl(cite(found))], ensure_ascii=False, indent=1) + "\n"
        else:
            body = str(graph().serialize(format=_RDF[offer]))
        made = Response(body, mimetype=(FORMATS | CITED)[offer])
        if offer in ("csv", *CITED):
            name = quote(path.rpartition("/")[2] or "soins-coordonnes")
            made.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}.{offer}"
    return _headed(made, path, tag)


def _headed(made: Response, path: str, tag: str) -> Response:
    made.set_etag(tag)
    made.headers["Cache-Control"] = "no-cache"  # ask again, and get 304 as long as nothing changed
    made.headers["Content-Language"] = lang()
    made.vary.update(["Accept", "Accept-Language"])
    links = [f'<{lasting(path=path)}>; rel="canonical"']
    links += [
        f'<{address}>; rel="alternate"; type="{kind}"' for _, kind, address in _alternates(path)
    ]
    made.headers["Link"] = ", ".join(links)
    return made


def _tag(path: str, offer: str) -> str:
    """Return the ETag: dataset and imports, code, day, language, representation and what was asked."""
    store = context().store
    parts = (
        store.version, store.generation, __version__, day().isoformat(), lang(), offer, path,
        request.query_string.decode("latin-1"),
    )  # fmt: skip
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _alternates(path: str, formats: dict[str, str] = FORMATS) -> list[tuple[str, str, str]]:
    """Return (suffix, media type, address) of each machine twin of the page at *path*."""
    stem = quote(path) if path != "/" else "/index"
    query = request.query_string.decode("latin-1") if request.args.keys() - {"format"} else ""
    tail = f"?{query}" if query else ""
    return [
        (name, kind, f"{stem}.{name}{tail}")
        for name, kind in formats.items()
        if name != "html" and (not exported() or _copied(path, name))
    ]


def _copied(path: str, name: str) -> bool:
    """Say whether a copy of the site in files holds this twin.

    JSON and Turtle, which says what the other formats of RDF say; the table of a list; the citation.
    One wording of a text has its citation only: the rest is in the files of the text.
    """
    if re.search(r"/\d{4}-\d{2}-\d{2}$", path):
        return name == "bib"
    return name in ("json", "ttl", "bib") or (name == "csv" and path.count("/") == 1)


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
