"""The site: a page for each thing of the graph, its machine twins, and the 303 that lead there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, render_template, request
from rdflib import URIRef

from api import concept_page
from api.context import context, day, lang, site
from api.head import exported
from api.rendering import link, page_path
from api.twins import FORMATS, Records, answer, choose, split_suffix
from kg import concepts
from kg.concepts.fan import fan
from kg.concepts.text import reference
from kg.dates import parse_date
from kg.errors import BadInput, NotFound
from kg.namespaces import ONTOLOGY, SOINS, iri
from kg.store import Store, is_iri

room = Blueprint("site", __name__)

_KEPT = ("lang", "date", "dataset", "digest")
"""What a redirection keeps of an address: a permalink by the name of a thing stays one."""


@room.get("/")
@room.get("/index.<asked>")
def home(asked: str | None = None) -> Response:
    """Say what this is and lead to the rest."""
    store = context().store
    return answer(
        "home.html", "/", asked,
        lambda: concepts.home(store, lang(), day()),
        lambda: concepts.describe(store, ONTOLOGY),
        lambda page: [b.ref for b in page.families],
    )  # fmt: skip


@room.get("/concepts")
@room.get("/concepts.<asked>")
def concept_list(asked: str | None = None) -> Response:
    """List the concepts, by hierarchy and by name; ``?q=`` narrows to names that contain the words."""
    store, words = context().store, _words()
    return answer(
        "concepts.html", "/concepts", asked,
        lambda: concepts.concepts(store, lang(), words),
        lambda: concepts.describe_group(store, SOINS.concepts),
        lambda page: [name for letter in page.letters for name in letter.names],
    )  # fmt: skip


@room.get("/concept/<path:name>")
def concept(name: str) -> Response:
    """Show one concept; a class or property of the model has a simpler page."""
    name, asked = split_suffix(name)
    store, node = context().store, _node("def/" + name)
    if not concepts.is_concept(store, node):
        return _thing("/concept/" + name, asked, node)
    return answer(
        "concept.html", "/concept/" + name, asked,
        lambda: concepts.concept(store, name, lang(), day()),
        lambda: concepts.describe(store, node),
        lambda page: [
            *(s for text in page.texts for s in text.why),
            *page.outgoing, *page.incoming, *page.mentioned, *page.secondary,
        ],
        cite=concept_page.reference, verdict_of=concept_page.followed,
        laws_of=concept_page.laws, queries_of=concept_page.queries, chart_of=concept_page.drawing,
    )  # fmt: skip


@room.get("/api/neighbourhood")
def neighbourhood() -> Response:
    """Give the concepts around ``?concept=`` as JSON: what the picture of a page is drawn from."""
    found = concepts.neighbourhood(context().store, request.args.get("concept", ""), lang(), day())
    told = {"lang": lang(), "date": day().isoformat(), "dataset": context().store.version}
    made = Response(json.dumps(told | asdict(found), ensure_ascii=False), mimetype=FORMATS["json"])
    made.vary.update(["Accept-Language"])
    return made


@room.get("/concept/<path:name>.svg")
def neighbourhood_picture(name: str) -> Response:
    """Draw the concepts around one: a picture that needs no script, to be read, kept or printed."""
    store = context().store
    found = concepts.neighbourhood(store, name, lang(), day())

    def address(iri: str) -> str:
        """Return the full address of a notion, its lasting name in a copy: the picture travels alone."""
        return iri if exported() else site().rstrip("/") + link(page_path(iri) or "/")

    drawn = render_template("voisinage.svg", page=found, drawn=fan(found, lang()), address=address)
    made = Response(drawn, mimetype="image/svg+xml")
    made.headers["Content-Language"] = lang()
    made.vary.update(["Accept-Language"])
    return made


@room.get("/textes")
@room.get("/textes.<asked>")
def text_list(asked: str | None = None) -> Response:
    """List the legal texts by rank, or by year (``?par=annee``).

    ``?q=``, ``?rang=``, ``?etat=`` and ``?annee=`` narrow the list.
    """
    store, words = context().store, _words()
    rank, state, year, by = (
        request.args.get(name, "") for name in ("rang", "etat", "annee", "par")
    )
    return answer(
        "textes.html", "/textes", asked,
        lambda: concepts.texts(
            store, lang(), day(), words=words, rank=rank, state=state, year=year, by=by
        ),
        lambda: concepts.describe_group(store, SOINS.TexteJuridique),
        lambda page: page.texts,
    )  # fmt: skip


@room.get("/texte/<path:path>")
def text(path: str) -> Response:
    """Show one legal text; a day at the end of the path beats ``?date=``."""
    path, asked = split_suffix(path)
    work, asked_day = _text_and_day(path)
    shown = asked_day or day()
    store, node = context().store, _node("id/texte/" + work)
    if not concepts.is_a(store, node, SOINS.TexteJuridique):
        return _thing("/texte/" + path, asked, node)  # cited, and not in the corpus
    return answer(
        "texte.html", "/texte/" + path, asked,
        lambda: concepts.text(store, work, lang(), shown),
        lambda: concepts.describe(store, node),
        lambda page: page.statements,
        shown=shown, cite=lambda page: reference(page, date.today()), as_of_action="/texte/" + work,
    )  # fmt: skip


@room.get("/texte/<path:path>/differences")
@room.get("/texte/<path:path>/differences.<asked>")
def text_differences(path: str, asked: str | None = None) -> Response:
    """Show what differs in one legal text between two days, ``?de=`` and ``?a=``, in either order.

    A day at the end of the path stands for ``?a=``: what the version in force that day changed.
    """
    store, (work, shown) = context().store, _text_and_day(path)
    node = _node("id/texte/" + work)
    first, second = (
        parse_date(given) if (given := request.args.get(name)) else None for name in ("de", "a")
    )
    return answer(
        "differences.html", f"/texte/{path}/differences", asked,
        lambda: concepts.differences(store, work, lang(), day(), first, second or shown),
        lambda: concepts.describe(store, node),  # every provision, with its period
        lambda page: page.lines(),
    )  # fmt: skip


@room.get("/regles")
@room.get("/regles.<asked>")
def rule_list(asked: str | None = None) -> Response:
    """List the rules by concept, or by rank (``?par=rang``).

    ``?q=``, ``?concept=`` and ``?rang=`` narrow the list.
    """
    store, words = context().store, _words()
    concept, rank, by = (request.args.get(name, "") for name in ("concept", "rang", "par"))
    return answer(
        "regles.html", "/regles", asked,
        lambda: concepts.rule_list(
            store, lang(), day(), words=words, concept=concept, rank=rank, by=by
        ),
        lambda: concepts.describe_group(store, SOINS.Regle),
        lambda page: page.rules,
    )  # fmt: skip


@room.get("/regle/<path:name>")
def rule(name: str) -> Response:
    """Show one rule: its words, basis, period and shape."""
    return _one(
        "regle", name, SOINS.Regle,
        lambda store, name: concepts.rule(store, name, lang(), day()),
        lambda page: [page.rule],
    )  # fmt: skip


@room.get("/sources")
@room.get("/sources.<asked>")
def source_list(asked: str | None = None) -> Response:
    """List the documents that speak of the law without being law."""
    store = context().store
    return answer(
        "sources.html", "/sources", asked,
        lambda: concepts.sources(store, lang()),
        lambda: concepts.describe_group(store, SOINS.DocumentSource),
        lambda page: page.sources,
    )  # fmt: skip


@room.get("/source/<path:name>")
def source(name: str) -> Response:
    """Show one document and what it says, in its own voice."""
    return _one(
        "source", name, SOINS.DocumentSource,
        lambda store, name: concepts.source(store, name, lang(), day()),
        lambda page: page.statements,
    )  # fmt: skip


@room.get("/desaccords")
@room.get("/desaccords.<asked>")
def disagreement_list(asked: str | None = None) -> Response:
    """List the points on which voices differ."""
    store = context().store
    return answer(
        "desaccords.html", "/desaccords", asked,
        lambda: concepts.disagreements(store, lang(), day()),
        lambda: concepts.describe_group(store, SOINS.Desaccord),
        lambda page: page.cases,
    )  # fmt: skip


@room.get("/desaccord/<path:name>")
def disagreement(name: str) -> Response:
    """Show the sides of one disagreement, which prevails and why."""
    return _one(
        "desaccord", name, SOINS.Desaccord,
        lambda store, name: concepts.disagreement(store, name, lang(), day()),
        lambda page: [s for side in page.sides for s in side.statements],
    )  # fmt: skip


@room.get("/ontologie")
@room.get("/ontologie.<asked>")
@room.get("/ontologie/<path:module>")
def ontology(asked: str | None = None, module: str | None = None) -> Response:
    """Show the header of the ontology and the terms of each module; or one module and what its terms mean."""
    path = "ontologie"
    if module is not None:
        name, asked = split_suffix(module)
        path += "/" + name
    store, node = context().store, _node(path)
    return answer(
        "ontologie.html", "/" + path, asked,
        lambda: concepts.model(store, node, lang()),
        lambda: concepts.describe_model(store, node),
        lambda page: [term for module in page.modules for term in module.terms],
        kinds=concepts.TERM_KINDS,
    )  # fmt: skip


@room.get("/vocabulaire/<path:name>")
def vocabulary(name: str) -> Response:
    """Show a thing that has no page of its own: a rank, a profession, a graph, an affirmation…"""
    name, asked = split_suffix(name)
    return _thing("/vocabulaire/" + name, asked, _node("id/" + name))


@room.get("/def/<path:name>", defaults={"kind": "def"})
@room.get("/id/<path:name>", defaults={"kind": "id"})
def thing(kind: str, name: str) -> Response:
    """Lead from the name of a thing to its page, or to its data when data is asked for (303)."""
    name, asked = split_suffix(name)
    node = _node(f"{kind}/{name}")
    if not concepts.exists(_store_of(node), node):
        raise NotFound(name=name)
    offer = choose(asked, strict=True)
    path, anchor = page_path(str(node)), ""
    if name.startswith("affirmation/"):
        # A statement is read on the page of its voice; its data is its own.
        voice, _, anchor = name.removeprefix("affirmation/").rpartition("/")
        path = f"/{quote(voice)}" if offer == "html" else path
    assert path is not None
    if offer != "html":
        path, anchor = f"{path}.{offer}", ""
    kept = {name: value for name, value in request.args.items() if name in _KEPT}
    address = (
        path + ("?" + urlencode(kept) if kept else "") + ("#" + quote(anchor) if anchor else "")
    )
    made = Response(status=303, headers={"Location": address})
    made.vary.update(["Accept", "Accept-Language"])
    return made


def _one(
    kind: str,
    name: str,
    of: URIRef,
    page: Callable[[Store, str], Any],
    records: Callable[[Any], Records],
) -> Response:
    """Return the page of ``id/<kind>/<name>`` if it is one *of* its class, else what the graph says of it."""
    name, asked = split_suffix(name)
    store, node, path = context().store, _node(f"id/{kind}/{name}"), f"/{kind}/{name}"
    if not concepts.is_a(store, node, of):
        return _thing(path, asked, node)
    return answer(
        f"{kind}.html", path, asked,
        lambda: page(store, name),
        lambda: concepts.describe(store, node),
        records,
    )  # fmt: skip


def _thing(path: str, asked: str | None, node: URIRef) -> Response:
    store = _store_of(node)
    return answer(
        "chose.html", path, asked,
        lambda: concepts.thing(store, node, lang()),
        lambda: concepts.describe(store, node),
        lambda page: [f.property for f in page.facts],
        imported=store is not context().store,
    )  # fmt: skip


def _store_of(node: URIRef) -> Store:
    """Return the dataset, or, for what only an import names, the dataset with the imports."""
    store = context().store
    return store if concepts.exists(store, node) else store.with_imports()


def _node(path: str) -> URIRef:
    """Return the IRI of *path* under our base.

    Raises:
        BadInput: control characters.
        NotFound: no IRI can be written so.
    """
    if re.search(r"[\x00-\x1f\x7f]", path):
        raise BadInput("error.bad-request")
    node = iri(path)
    if not is_iri(node):
        raise NotFound(name=path)
    return node


def _text_and_day(path: str) -> tuple[str, date | None]:
    """Return the path of a text without the day at its end, and that day.

    Raises:
        BadInput: there is no such day.
    """
    work, _, last = path.rpartition("/")
    return (work, parse_date(last)) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", last) else (path, None)


def _words() -> str:
    words = request.args.get("q", "")
    if len(words) > context().settings.search:
        raise BadInput("error.bad-request")
    return words
