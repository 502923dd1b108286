"""Search over HTTP: a page for people, JSON for programs and for the suggestions of the search box."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from api.context import context, day, lang
from api.rendering import link, page_path
from kg.errors import BadInput
from kg.messages import say
from kg.search import KINDS, Hit, Results, search

room = Blueprint("search", __name__)

FEW, MANY = 20, 1000
"""Results that the page shows in a group: among the others, and alone."""
SUGGESTED, MOST = 5, 50
"""Results of a group that programs get: unless they say, and at most."""


@room.get("/recherche")
def page() -> Response:
    """Show what ``?q=`` finds, by kind; ``?kind=`` shows all of one kind."""
    text, kind = request.args.get("q", ""), _kind()
    found = problem = None
    status = 200
    try:
        found = _search(text, MANY if kind else FEW, kind) if text.strip() else None
    except BadInput as error:
        problem, status = error, 400
    shown = render_template(
        "recherche.html", text=text, page=found, kind=kind, problem=problem, address=_address
    )
    made = make_response(shown, status)
    made.headers["Content-Language"] = lang()
    made.vary.update(["Accept-Language"])
    return made


@room.get("/api/search")
def suggestions() -> Response:
    """Give what ``?q=`` finds, at most ``?limit=`` of each kind."""
    found = _search(request.args.get("q", ""), _limit(), _kind())
    told = {
        "ok": True,
        "query": found.words,
        "lang": lang(),
        "date": found.day,
        "dataset": context().store.version,
        "count": found.count,
        "mended": found.mended,
        "unknown": found.unknown,
        "near": found.near,
        "partial": found.partial,
        "homonyms": [hit.iri for hit in found.homonyms],
        "groups": [
            {
                "kind": group.kind,
                "label": say(f"search.group-{group.kind}", lang()),
                "count": group.count,
                "hits": [_told(hit) for hit in group.hits],
            }
            for group in found.groups
        ],
    }
    body = json.dumps(told, ensure_ascii=False, default=date.isoformat)
    made = Response(body + "\n", mimetype="application/json")
    made.headers["Content-Language"] = lang()
    made.headers["Cache-Control"] = "no-cache"
    made.vary.update(["Accept-Language"])
    return made


def _search(text: str, limit: int, kind: str | None) -> Results:
    found = context()
    return search(
        found.store, text, lang(), day(), limit=limit, longest=found.settings.search, kind=kind
    )


def _told(hit: Hit) -> dict[str, Any]:
    """Return *hit* for programs: with the address of its page, and its rank and state in words."""
    told = asdict(hit)
    state = say(f"site.state-{hit.state}", lang()) if hit.state != "undated" else None
    asked = "SPARQL" if hit.query else None
    line = [part for part in (hit.rank.label if hit.rank else None, state, asked) if part]
    return told | {"page": _address(hit), "line": " · ".join(line)}


def _address(hit: Hit) -> str:
    """Return where *hit* leads: its page; for a question its answer, in words or by its query."""
    if hit.query is not None:
        return link("/sparql", query=hit.query)
    if hit.kind == "question":
        return link("/question", q=hit.label)
    return link(page_path(hit.iri) or "/")


def _kind() -> str | None:
    """Return the kind of results asked for, None for all.

    Raises:
        BadInput: not a kind of ours.
    """
    kind = request.args.get("kind")
    if kind and kind not in KINDS:
        raise BadInput("search.kind", value=kind[:20], known=", ".join(KINDS))
    return kind or None


def _limit() -> int:
    """Return how many results of each kind are asked for.

    Raises:
        BadInput: not a number from 1 to the most that we give.
    """
    asked = request.args.get("limit") or str(SUGGESTED)
    if not (asked.isascii() and asked.isdigit() and len(asked) < 5 and 1 <= int(asked) <= MOST):
        raise BadInput("search.limit", limit=MOST)
    return int(asked)
