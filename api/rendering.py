"""What every template may say: sentences, links that keep language and day, dates in words.

Injected names: ``say(key, **data)``, ``lang``, ``other_lang``, ``today``, ``day``, ``dataset_version``,
``search_length`` (characters that a search may have), ``feedback`` (where to report an error, or empty),
``url_with(**params)`` (this page with parameters changed), ``link(path, **params)`` (another page of
ours, the language and day asked for kept), ``href(iri)`` (where an IRI leads, or None),
``local_path(iri)`` and ``long(day)`` (a day in words).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from flask import Flask, request

from api.context import context, day, lang
from kg.citations import long_date
from kg.concepts.parts import by_voice, passages
from kg.concepts.places import place_in
from kg.concepts.rules import groups
from kg.errors import BadInput
from kg.messages import Lang, say
from kg.namespaces import local_path

_PAGES = {
    "def": "concept", "id/texte": "texte", "id/source": "source", "id/regle": "regle",
    "id/desaccord": "desaccord",
}  # fmt: skip
"""Where IRIs lead: start of the path of the IRI → start of the path of its page."""


def install(app: Flask) -> None:
    """Inject our helpers into the templates of *app*."""
    app.context_processor(_helpers)
    app.jinja_env.tests["contains"] = lambda text, part: part in text
    app.jinja_env.filters.update(
        rule_groups=groups,
        passages=passages,
        by_voice=by_voice,
        place_in=place_in,
        unmarked=unmarked,
        fine=fine,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def page_path(iri: str) -> str | None:
    """Return the path of the page of an IRI of ours, or None for another's.

    ``…/def/MaisonDeSante`` → ``/concept/MaisonDeSante``; kinds without a page of their own
    (ranks, evidence, affirmations, graphs…) share ``/vocabulaire/<path after id/>``.
    """
    inside = local_path(iri)
    if inside is None:
        return None
    inside = inside.partition("#")[0]
    for start, page in _PAGES.items():
        if inside.startswith(start + "/"):
            rest = inside.removeprefix(start + "/")
            # A side of a disagreement is on the page of the disagreement.
            return f"/{page}/" + quote(rest.partition("/")[0] if page == "desaccord" else rest)
    if inside.startswith("id/"):
        return "/vocabulaire/" + quote(inside.removeprefix("id/"))
    return "/" + inside if inside.partition("/")[0] == "ontologie" else None


def outside(iri: str) -> str | None:
    """Return *iri* when a browser may follow it (http, https), else None."""
    try:
        parts = urlsplit(iri)
    except ValueError:
        return None
    return iri if parts.scheme in ("http", "https") and parts.netloc else None


def fine(sentence: str) -> str:
    """Return *sentence* with the spaces of French punctuation unbreakable: no line starts with a colon."""
    return re.sub(r" (?=[:;?!»])|(?<=«) ", "\u00a0", sentence)


def unmarked(quotation: str) -> str:
    """Return *quotation* without the Markdown of the file it was found in (bold, bullets, headings)."""
    lines = (re.sub(r"^\s*(?:[-*•]|#+)\s+", "", line) for line in quotation.splitlines())
    return re.sub(r"\*\*|__", "", " ".join(lines)).strip()


def link(path: str, **params: object) -> str:
    """Return the address of a page of ours; the language and the day asked for are kept."""
    kept = {name: request.args[name] for name in ("lang", "date") if request.args.get(name)}
    return _address(path, {**kept, **params})


def url_with(**params: object) -> str:
    """Return the address of this page with *params* changed; ``None`` takes one away."""
    return _address(quote(request.path), {**request.args.to_dict(flat=False), **params})


def _address(path: str, params: dict[str, Any]) -> str:
    path, mark, anchor = path.partition("#")
    given = {name: value for name, value in params.items() if value is not None}
    text = urlencode(given, doseq=True)  # a list is a parameter given several times
    return path + ("?" + text if text else "") + mark + anchor


def _helpers() -> dict[str, object]:
    language, asked = _lang(), _day()

    def href(iri: str) -> str | None:
        path = page_path(iri)
        return link(path) if path else outside(iri)

    return {
        "say": lambda key, **data: fine(say(key, language, **data)),
        "lang": language,
        "other_lang": "en" if language == "fr" else "fr",
        "today": date.today(),
        "day": asked,
        "dataset_version": context().store.version,
        "search_length": context().settings.search,
        "feedback": context().settings.feedback,
        "url_with": url_with,
        "link": link,
        "href": href,
        "local_path": local_path,
        "long": lambda value: long_date(value, language),
    }


def _lang() -> Lang:
    try:
        return lang()
    except BadInput:
        return "fr"


def _day() -> date:
    """Return the day asked for, or today: an error page must not raise the same error twice."""
    try:
        return day()
    except BadInput:
        return date.today()
