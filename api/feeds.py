"""What changed in the law: a page, an Atom feed and a calendar of the same events."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, Response, render_template, request

from api.compression import compress
from api.context import context, day, lang, site
from api.rendering import page_path
from api.twins import answer, split_suffix
from kg import concepts, discovery
from kg.concepts import Change
from kg.errors import BadInput, NotFound
from kg.messages import say

room = Blueprint("feeds", __name__)

_ENTRIES = 100
"""Entries of a feed: the latest told."""


@room.get("/changements")
@room.get("/changements.<asked>")
def changes(asked: str | None = None) -> Response:
    """List what is to come and the latest years; ``?concept=`` lists all that concerns one concept, ``?annee=`` one year.

    Raises:
        BadInput: the year is not one.
    """
    wanted = request.args.get("annee", "")
    if wanted and not _is_year(wanted):
        raise BadInput("error.year-asked", value=wanted[:40])
    if wanted:
        return _page(f"/changements/{wanted}", asked, int(wanted))
    return _page("/changements", asked, None)


@room.get("/changements/<name>")
def year(name: str) -> Response:
    """List the events of one year; ``?concept=``, those that concern one concept."""
    name, asked = split_suffix(name)
    if not _is_year(name):
        raise NotFound(name=name)
    return _page(f"/changements/{name}", asked, int(name))


def _is_year(name: str) -> bool:
    return name.isascii() and name.isdigit() and len(name) == 4


@room.get("/changements.atom")
def atom() -> Response:
    """Give the latest events as a feed, in the language of the request; ``?concept=`` narrows it.

    Source: RFC 4287.
    """
    found = concepts.changes(
        context().store, lang(), day(), concept=request.args.get("concept", "")
    )
    latest = concepts.events(
        context().store, lang(), day(), found.concept.iri if found.concept else None
    )
    latest.sort(key=lambda change: (change.told, change.day, change.iri), reverse=True)
    text = render_template(
        "changements.xml", concept=found.concept, entries=latest[:_ENTRIES], site=site().rstrip("/"),
        updated=latest[0].told if latest else _checked(), address=_address, headline=headline,
    )  # fmt: skip
    return _sent(text.encode(), "application/atom+xml")


@room.get("/echeances.ics")
def calendar() -> Response:
    """Give what is to come as a calendar: wordings that begin or end, deadlines.

    ``?concept=`` narrows it; ``?passees=1`` adds what is past. Where nothing is to come, it gives the last day
    of change: some programs refuse a calendar without an event.

    Source: RFC 5545, RFC 7986.
    """
    found = concepts.changes(
        context().store, lang(), day(), concept=request.args.get("concept", "")
    )
    dated = concepts.events(
        context().store, lang(), day(), found.concept.iri if found.concept else None
    )
    past = request.args.get("passees") == "1"
    binding = [c for c in dated if c.is_binding]
    kept = binding if past else [c for c in binding if c.state == "to-come"]
    last = [c for c in binding if c.day == binding[-1].day]
    return _sent(_calendar(kept or last), "text/calendar")


def _page(path: str, asked: str | None, year: int | None) -> Response:
    concept = request.args.get("concept", "")
    store = context().store
    return answer(
        "changements.html", path, asked,
        lambda: concepts.changes(store, lang(), day(), concept=concept, year=year),
        lambda: concepts.describe_changes(store),
        lambda page: page.shown,
    )  # fmt: skip


def headline(change: Change) -> str:
    """Return the event in a line: what happens, to which text."""
    kind = "nouvelle" if change.replaces and change.version else change.kind
    return say(
        "changes.headline", lang(), kind=say(f"changes.kind-{kind}", lang()), text=change.text.label
    )


def _address(change: Change) -> str:
    """Return where the event is told: the page of its wording, else of its text."""
    path = page_path(change.version or change.text.iri)
    assert path is not None
    return f"{site().rstrip('/')}{path}?lang={lang()}"


def _calendar(changes: Iterable[Change]) -> bytes:
    """Return *changes* as an iCalendar, in the same bytes for the same dataset."""
    import icalendar  # a third of a second, and few ask for a calendar

    made = icalendar.Calendar()
    made.add("prodid", f"-//soins-coordonnes//{say('site.name', lang())}//{lang().upper()}")
    made.add("version", "2.0")
    made.add("name", say("changes.calendar-title", lang()))
    made.add("x-wr-calname", say("changes.calendar-title", lang()))
    stamp = datetime.combine(_checked(), time(), UTC)
    for change in changes:
        event = icalendar.Event()
        event.add("uid", f"{change.anchor}@w3id.org")
        event.add("dtstamp", stamp)
        event.add("dtstart", change.day)
        event.add("summary", headline(change))
        event.add("description", "\n".join(_lines(change)))
        event.add("url", _address(change))
        event.add("transp", "TRANSPARENT")  # the day stays free
        if named := [ref.acronym or ref.label for ref in change.concepts]:
            event.add("categories", named)
        made.add_component(event)
    if not made.subcomponents:  # a calendar holds one component at least: the zone of the law
        zone, standard = icalendar.Timezone(), icalendar.TimezoneStandard()
        zone.add("tzid", "UTC")
        standard.add("dtstart", datetime.combine(date(1970, 1, 1), time()))
        standard.add("tzoffsetfrom", timedelta())
        standard.add("tzoffsetto", timedelta())
        zone.add_component(standard)
        made.add_component(zone)
    return bytes(made.to_ical())


def _lines(change: Change) -> list[str]:
    """Return the event in sentences, without marks."""
    lines = [change.deadline] if change.deadline else []
    for title, sentences in (("begins", change.begins), ("ends", change.ends)):
        if sentences:
            lines += [say(f"changes.{title}", lang()), *(f"- {each}" for each in sentences)]
    if change.by:
        lines.append(f"{say('changes.by', lang())} {', '.join(ref.label for ref in change.by)}")
    return [*lines, say("site.unofficial", lang())]


def _checked() -> date:
    """Return the last day on which the dataset was checked: the same as long as the dataset is."""
    return discovery.facts(context().store).checked


def _sent(body: bytes, kind: str) -> Response:
    made = compress(Response(body, mimetype=kind))
    made.headers["Cache-Control"] = "no-cache"  # ask again, and get 304 as long as nothing changed
    made.headers["Content-Language"] = lang()
    made.headers["Access-Control-Allow-Origin"] = "*"  # readers of feeds live on other sites
    made.vary.update(["Accept-Encoding", "Accept-Language"])
    made.add_etag()
    made.make_conditional(request)
    return made
