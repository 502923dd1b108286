"""The editor: a query, what came of it, and examples to start from."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import urlencode

from flask import Response, make_response, render_template, request

from api.compression import compress
from api.context import context, lang
from api.headers import CSP
from api.rendering import fine
from api.sparql.asked import Asked
from kg import ontology
from kg.errors import BadInput, SoinsError
from kg.messages import Lang, catalogue
from kg.namespaces import BASE, PREFIXES
from kg.resources import query
from kg.store import GRAPHS, RESULTS, Format

_START = """\
SELECT DISTINCT ?texte ?titre WHERE {
  ?texte soins:regit ?c ; skos:prefLabel ?titre .
  ?c skos:notation "CDS" .
  FILTER(LANG(?titre) = "%s")
}
LIMIT 100
"""

_RESIZER = "'sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk='"
"""The one style that Yasgui writes into a page: handles to make columns wider (column-resizer). Its other
styles are set by script on elements, which no policy forbids."""

_LARGEST = 5_000_000
"""Characters of a result that the table of the page takes: some 20,000 rows, a second of a browser's time."""


def editor(
    asked: Asked,
    *,
    error: SoinsError | None = None,
    found: dict[str, Any] | None = None,
    formats: tuple[Format, ...] = (),
) -> Response:
    """Return the editor with what came of the query: nothing yet, an error, or rows."""
    page = render_template(
        "sparql.html",
        query=_start(_language()) if asked.query is None else asked.query,
        error=error,
        found=found,
        short=_short,
        downloads=[(f.label, asked.address(f.name)) for f in formats],
        themes=_themes(),
        editor=_editor(_language()),
        settings=context().settings,
        results=", ".join(f.label for f in RESULTS),
        graphs=", ".join(f.label for f in GRAPHS),
        endpoint=request.base_url,
    )
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = f"{CSP}; style-src 'self' {_RESIZER}"
    return answer if found else compress(answer)  # with rows, it is tagged, then packed


@cache
def _themes() -> list[dict[str, Any]]:
    """Return the competency questions as examples, by theme: wording and address, in each language."""
    return [
        {
            "fr": theme.fr,
            "en": theme.en,
            "examples": [
                {"fr": q.fr, "en": q.en, "address": "/sparql?" + urlencode({"query": q.query})}
                for q in theme.questions
            ],
        }
        for theme in ontology.themes()
    ]


@cache
def _editor(language: Lang) -> dict[str, Any]:
    """Return what ``static/sparql.js`` needs: words, prefixes, formats, the query for terms."""
    return {
        "words": {
            **_said("editor-", language),
            "none": catalogue()["sparql.rows-0"][language],
            "one": catalogue()["sparql.rows-1"][language],
            "many": catalogue()["sparql.rows"][language],
        },
        "yasgui": {
            catalogue()[f"sparql.yasgui-{name}"]["en"]: text
            for name, text in _said("yasgui-", language).items()
        },
        "prefixes": PREFIXES,
        "base": BASE,
        "formats": {
            "rows": [(f.label, f.name) for f in RESULTS],
            "graph": [(f.label, f.name) for f in GRAPHS],
        },
        "largest": _LARGEST,
        "terms": query("editor-terms"),
    }


def _said(start: str, language: Lang) -> dict[str, str]:
    """Return the sentences of this room whose key begins with *start*, without it."""
    start = "sparql." + start
    return {
        key.removeprefix(start): fine(texts[language])
        for key, texts in catalogue().items()
        if key.startswith(start)
    }


def _language() -> Lang:
    """Return the language of the page, French where another is asked for: the page says that error."""
    try:
        return lang()
    except BadInput:
        return "fr"


def _start(language: Lang) -> str:
    """Return the query that an empty editor opens with: a few rows, in the language of the page."""
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    return prefixes + "\n" + _START % language


def _short(iri: str) -> str:
    """Return *iri* as a prefixed name where one of our prefixes fits."""
    fits = [(len(start), name, start) for name, start in PREFIXES.items() if iri.startswith(start)]
    if not fits:
        return iri
    _, name, start = max(fits)
    return f"{name}:{iri.removeprefix(start)}"
