"""For search engines: what to read, and since when it is so."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, redirect, render_template

from api.context import site
from api.discovery.common import published, tagged
from api.rendering import page_path
from kg import concepts, discovery

room = Blueprint("robots", __name__)

_LISTS = (
    "/", "/concepts", "/textes", "/regles", "/sources", "/desaccords", "/changements",
    "/comparer", "/dump",
)  # fmt: skip
"""Pages that show the dataset and are not of one thing."""

_TOOLS = ("/question", "/validation", "/sparql", "/usage")
"""Pages whose content is not the dataset: they change with the program."""


@room.get("/robots.txt")
def robots() -> Response:
    """Ask robots to read pages, and to leave queries, uploads and dumps to those who ask for them."""
    made = Response(render_template("robots.txt", site=site()), mimetype="text/plain")
    made.headers["Cache-Control"] = "public, max-age=86400"
    return made


@room.get("/favicon.ico")
def icon() -> Response:
    """Lead those who look for the icon where browsers once did to where it is."""
    return redirect("/static/icon.svg", 301)  # type: ignore[return-value]


@room.get("/sitemap.xml")
def sitemap() -> Response:
    """List the pages, with the day on which the law that each shows last changed.

    Where no change of the law is dated, or the page shows the whole: the day of the dataset.
    """
    store, today = published(), date.today()
    checked = discovery.facts(store).checked
    entries = [(path, checked) for path in _LISTS] + [(path, None) for path in _TOOLS]
    years = concepts.changes(store, "fr", today).years
    entries += [(f"/changements/{each.year}", checked) for each in years]
    for page in discovery.pages(store, today):
        path = page_path(page.iri)
        assert path is not None
        entries.append((path, page.changed or checked))
    text = render_template("sitemap.xml", site=site().rstrip("/"), entries=entries)
    made = Response(text, mimetype="application/xml")
    made.headers["Cache-Control"] = "public, max-age=3600"
    return tagged(made)
