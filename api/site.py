"""The site: a page for each thing of the graph, its machine twins, and the 303 that lead there."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, request
from rdflib import URIRef

from api.context import context, day, lang
from api.rendering import page_path
from api.twins import Records, answer, choose, split_suffix
from kg import concepts
from kg.dates import parse_date
from kg.errors import BadInput, NotFound
from kg.namespaces import ONTOLOGY, SOINS, iri
from kg.store import LocalStore, is_iri

room = Blueprint("site", __name__)


@room.get("/")
@room.get("/index.<asked>")
def home(asked: str | None = None) -> Response:
    """Say what this is and lead to the rest."""
    store = context().store
    return answer(
        "home.html", "/", asked,
        lambda: concepts.home(store, lang()),
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
    )  # fmt: skip


@room.get("/textes")
@room.get("/textes.<asked>")
def text_list(asked: str | None = None) -> Response:
    """List the legal texts by rank; ``?q=``, ``?rang=`` and ``?etat=`` narrow the list."""
    store, words = context().store, _words()
    rank, state = request.args.get("rang", ""), request.args.get("etat", "")
    return answer(
        "textes.html", "/textes", asked,
        lambda: concepts.texts(store, lang(), day(), words=words, rank=rank, state=state),
        lambda: concepts.describe_group(store, SOINS.TexteJuridique),
        lambda page: page.texts,
    )  # fmt: skip


@room.get("/texte/<path:path>")
def text(path: str) -> Response:
    """Show one legal text; a day at the end of the path beats ``?date=``."""
    path, asked = split_suffix(path)
    work, _, last = path.rpartition("/")
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", last):
        shown = parse_date(last)
    else:
        work, shown = path, day()
    store, node = context().store, _node("id/texte/" + work)
    if not concepts.is_a(store, node, SOINS.TexteJuridique):
        return _thing("/texte/" + path, asked, node)  # cited, and not in the corpus
    return answer(
        "texte.html", "/texte/" + path, asked,
        lambda: concepts.text(store, work, lang(), shown),
        lambda: concepts.describe(store, node),
        lambda page: page.statements,
        shown=shown, as_of_action="/texte/" + work,
    )  # fmt: skip


@room.get("/regles")
@room.get("/regles.<asked>")
def rule_list(asked: str | None = None) -> Response:
    """List the rules by rank."""
    store = context().store
    return answer(
        "regles.html", "/regles", asked,
        lambda: concepts.rules(store, lang(), day()),
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
    """Show the header of the ontology, or of one of its modules."""
    if module is None:
        return _thing("/ontologie", asked, ONTOLOGY)
    module, asked = split_suffix(module)
    return _thing("/ontologie/" + module, asked, _node("ontologie/" + module))


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
    node, store = _node(f"{kind}/{name}"), context().store
    if not concepts.exists(store, node):
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
    kept = {name: value for name, value in request.args.items() if name in ("lang", "date")}
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
    page: Callable[[LocalStore, str], Any],
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
    store = context().store
    return answer(
        "chose.html", path, asked,
        lambda: concepts.thing(store, node, lang()),
        lambda: concepts.describe(store, node),
        lambda page: [f.property for f in page.facts],
    )  # fmt: skip


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


def _words() -> str:
    words = request.args.get("q", "")
    if len(words) > context().settings.search:
        raise BadInput("error.bad-request")
    return words
