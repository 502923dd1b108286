"""What the page of a concept needs of the request: its permalink, its citation, the queries behind it."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote, urlencode

from flask import request
from rdflib import Literal, URIRef

from api.context import context, day, lang
from api.head import exported
from kg import concepts
from kg.citations import long_date
from kg.concepts.chart import Chart, chart
from kg.concepts.citation import Reference, key_of
from kg.concepts.concept import ConceptPage
from kg.concepts.permalink import Verdict, fingerprint, verdict
from kg.messages import Lang, say
from kg.resources import query
from kg.store import bind

_QUERIES = {
    "facts": "concept-facts", "statements": "concept-statements", "rules": "regle-all",
    "disagreements": "desaccord-all", "neighbourhood": "neighbourhood", "codes": "concept-codes",
}  # fmt: skip
"""Block of the page → the query in ``kg/queries`` that fills it."""


def reference(page: ConceptPage) -> Reference:
    """Return how to cite *page*; the line is in French, as French law is cited in French everywhere."""
    shown, version = long_date(day(), "fr"), context().store.version[:12]
    address = permalink(page)
    return Reference(
        key=key_of(page.term, day().isoformat(), version),
        kind="webpage",
        title=_name(page),
        line=say(
            "concept.cite-line", "fr", name=_name(_french(page)), day=shown, version=version,
            address=address, read=long_date(date.today(), "fr"),
        ),
        url=address,
        language=lang(),
        accessed=date.today(),
        container=say("site.name", lang()),
        version=version,
        note=" ; ".join([say("concept.cite-law", "fr", day=shown), *laws(page)]),
    )  # fmt: skip


def laws(page: ConceptPage) -> list[str]:
    """Return the lines that cite the articles that define the concept on the day asked for, in French."""
    shown = long_date(day(), "fr")
    voices = (
        f"{s.voice.label}, {s.place}" if s.place else s.voice.label
        for s in _french(page).legal_definitions if s.state == "in-force"
    )  # fmt: skip
    return [say("concept.cite-on", "fr", text=voice, day=shown) for voice in dict.fromkeys(voices)]


def _french(page: ConceptPage) -> ConceptPage:
    return concepts.concept(context().store, page.term, "fr", day())


def _name(page: ConceptPage) -> str:
    name = page.label[:1].upper() + page.label[1:]
    return f"{name} ({page.acronym})" if page.acronym else name


def permalink(page: ConceptPage) -> str:
    """Return the lasting address of what *page* shows: with its day, its dataset and its fingerprint."""
    store = context().store
    stated = {
        "date": day().isoformat(), "lang": lang(), "dataset": store.version[:12],
        "digest": fingerprint(page, lang()),
    }  # fmt: skip
    # A copy in files has no address: the name of the concept leads to the lasting site.
    place = page.iri if exported() else f"{request.host_url}concept/{quote(page.term)}"
    return f"{place}?{urlencode(stated)}"


def followed(page: ConceptPage) -> Verdict | None:
    """Return what the permalink that led to *page* still says; None where none did.

    Raises:
        BadInput: it is damaged.
    """
    store = context().store
    told, asked = request.args.get("digest"), request.args.get("dataset")
    if not (told or asked):
        return None

    def current(language: Lang) -> str:
        own = page if language == lang() else concepts.concept(store, page.term, language, day())
        return fingerprint(own, language)

    return verdict(store.version, asked, told, current)


def queries(page: ConceptPage) -> dict[str, str]:
    """Return the address of the SPARQL page with each query of the page as it ran."""
    node = URIRef(page.iri)
    bound = {"thing": node, "about": node, "lang": Literal(lang())}
    return {
        block: "/sparql?" + urlencode({"query": bind(query(name), bound), "lang": lang()})
        for block, name in _QUERIES.items()
    }


def drawing(page: ConceptPage) -> Chart | None:
    """Return the lives of the texts of *page*, to be drawn."""
    return chart(page.texts, day())
