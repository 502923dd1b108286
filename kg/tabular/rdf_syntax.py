"""Read the statements of RDF documents of others: six syntaxes, parsed strictly, nothing fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox

from kg.errors import Unreadable
from kg.settings import Settings
from kg.tabular.formats import recognise
from kg.tabular.json_file import load
from kg.tabular.markup import Deep, follow
from kg.tabular.model import Format, Upload

_SYNTAXES = {
    Format.TURTLE: ox.RdfFormat.TURTLE,
    Format.TRIG: ox.RdfFormat.TRIG,
    Format.N_TRIPLES: ox.RdfFormat.N_TRIPLES,
    Format.N_QUADS: ox.RdfFormat.N_QUADS,
    Format.RDF_XML: ox.RdfFormat.RDF_XML,
    Format.JSON_LD: ox.RdfFormat.JSON_LD,
}
HIDDEN = re.compile(
    "[\u0000-\u0020\u007f-\u00a0\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Invisible or turning the text around: in an IRI they only serve to make it look like another."""
# What may hold brackets that open nothing. Possessive, and an open end runs to the end: linear.
_QUOTED = re.compile(
    rb'"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?|'
    rb"'''(?:[^'\\]|\\.|'(?!''))*+(?:''')?|"
    rb'"(?:[^"\\\n]|\\.)*+"?|'
    rb"'(?:[^'\\\n]|\\.)*+'?|"
    rb"<[^<>\s\"{}|^`]*+>|#[^\n]*+",
    re.S,
)
_BRACKETS = re.compile(rb"<<|>>|[\[\]()]")


def statements(upload: Upload, settings: Settings) -> Iterator[ox.Quad]:
    """Yield what the document *upload* says; nothing is fetched, blank nodes get names of their own.

    Raises:
        Unreadable: not the syntax, not UTF-8, a remote context, a DTD, or terms inside terms too deep.
    """
    kind = recognise(upload)
    if kind is Format.RDF_XML:  # this parser expands entities without end, and takes cut files
        follow(upload, Deep(settings))
    data = upload.data.removeprefix(b"\xef\xbb\xbf")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        told = {"name": upload.name, "byte": error.start}
        raise Unreadable("validation.not-utf8", **told) from error
    if kind is Format.JSON_LD:
        _refuse_remote_context(upload)
    elif kind is not Format.RDF_XML:
        _refuse_depth(upload, settings)
    try:
        yield from ox.parse(data, format=_SYNTAXES[kind], rename_blank_nodes=True)
    except SyntaxError as error:
        row = error.lineno or 0
        key = "validation.rdf-line" if row else "validation.rdf"
        raise Unreadable(key, name=upload.name, said=kind, row=row) from error


def _refuse_depth(upload: Upload, settings: Settings) -> None:
    """Refuse brackets in brackets without end: the parser keeps each open one, and dies of triple terms."""
    depth = 0
    for mark in _BRACKETS.finditer(_QUOTED.sub(b" ", upload.data)):
        depth += 1 if mark[0] in (b"[", b"(", b"<<") else -1
        if depth > settings.nesting:
            raise Unreadable("validation.brackets", name=upload.name, depth=settings.nesting)


def _refuse_remote_context(upload: Upload) -> None:
    waiting = [load(upload)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            waiting.extend(item.values())
            context = item.get("@context")
            contexts = context if isinstance(context, list) else [context]
            found = [c for c in contexts if isinstance(c, str)]
            found += [c["@import"] for c in contexts if isinstance(c, dict) and "@import" in c]
            if found:
                told = {"name": upload.name, "iri": shown(str(found[0]))}
                raise Unreadable("validation.remote-context", **told)


def shown(iri: str) -> str:
    """Return *iri* with its hidden characters spelled out."""
    return HIDDEN.sub(lambda m: f"\\u{ord(m[0]):04X}", iri)[:200]
