"""The comparator: a page, its machine twins, and the same table as a workbook."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, make_response, render_template, request
from rdflib import Graph, URIRef

from api.comparison_book import XLSX, workbook
from api.context import context, day, lang
from api.rendering import url_with
from api.twins import answer, choose
from kg.concepts import describe
from kg.concepts.called import nearest
from kg.concepts.comparison import DEFAULT, Comparison, compare, find, structures
from kg.concepts.names import Ref, tail
from kg.errors import BadInput, NotFound, SoinsError
from kg.messages import say

room = Blueprint("comparison", __name__)


@room.get("/comparer")
@room.get("/comparer.<asked>")
def comparison(asked: str | None = None) -> Response:
    """Show the concepts ``?concept=…&concept=…`` side by side; five of them where none is asked for."""
    xlsx = "xlsx" in (asked, request.args.get("format"))
    try:
        if xlsx:
            return _book(_compared())
        return answer(
            "comparer.html", "/comparer", asked, _compared,
            lambda: _described(find(context().store, _names(), lang())),
            lambda page: page.records(lang()),
            form=_form,
        )  # fmt: skip
    except (BadInput, NotFound) as problem:
        if xlsx or choose(asked) != "html":
            raise
        return _refused(problem)


def _refused(problem: SoinsError) -> Response:
    """Return the form with what is wrong; one concept alone is a step on the way, not a fault."""
    status = 200 if problem.key == "comparison.another" else problem.status
    shown = render_template(
        "comparer.html", page=None, form=_form, problem=problem, alternates=[], instead=_instead
    )
    made = make_response(shown, status)
    made.vary.update(["Accept", "Accept-Language"])
    return made


def _instead(unknown: str, near: Ref) -> str:
    """Return the address of the same comparison with *near* in place of the name that is *unknown*."""
    names = [tail(near.iri) if n.strip() == unknown else n for n in _names()]
    return url_with(concept=names)


def _names() -> list[str]:
    """Return the names asked for, cut to the length that a search may have."""
    longest = context().settings.search
    return [n[:longest] for n in request.args.getlist("concept") if n.strip()] or list(DEFAULT)


def _compared() -> Comparison:
    """Return the comparison that is asked for.

    Raises:
        BadInput: one concept only, or too many.
        NotFound: a name is unknown; ``close`` has what comes closest, ``near`` its names.
    """
    try:
        return compare(context().store, _names(), lang(), day())
    except NotFound as error:
        close = nearest(context().store, str(error.data["name"]), lang())
        if not close:
            raise
        near = ", ".join(ref.label for ref in close)
        raise NotFound("comparison.unknown-near", **error.data, near=near, close=close) from error


def _described(concepts: tuple[Ref, ...]) -> Graph:
    """Return the descriptions of *concepts* in one graph."""
    first, *others = (describe(context().store, URIRef(ref.iri)) for ref in concepts)
    for other in others:
        first += other
    return first


def _form() -> tuple[list[tuple[str, tuple[Ref, ...]]], set[str], str]:
    """Return what the form shows: the concepts to tick by family, those ticked, a name not understood."""
    store, language = context().store, lang()
    ticked: dict[str, Ref] = {}
    unknown = ""
    for name in _names():
        try:
            ticked.update((ref.iri, ref) for ref in find(store, [name], language))
        except NotFound:
            unknown = name
    families = [(family.label, members) for family, members in structures(store, language)]
    offered = {ref.iri for _, members in families for ref in members}
    if others := tuple(ref for ref in ticked.values() if ref.iri not in offered):
        families.append((say("comparison.others", language), others))
    return families, set(ticked), unknown


def _book(page: Comparison) -> Response:
    made = Response(workbook(page, lang(), day(), context().store.version), mimetype=XLSX)
    names = [column.concept.acronym or column.concept.label for column in page.columns]
    stem = "-".join([say("comparison.file", lang()), *names, day().isoformat()])
    file = quote(stem.replace(" ", "-"))
    made.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{file}.xlsx"
    made.headers["Content-Language"] = lang()
    made.vary.update(["Accept-Language"])
    return made
