"""What happened to the law, day by day: texts signed and published, wordings that begin and end, deadlines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from rdflib import Graph, Literal
from rdflib.namespace import XSD
from rdflib.term import Node

from kg.citations import natural
from kg.concepts.called import called
from kg.concepts.names import Ref, day_of, need_ref, ref_of, select, tail, text_of
from kg.concepts.parts import rank_order
from kg.dates import Period
from kg.errors import NotFound
from kg.messages import Lang
from kg.namespaces import iri, local_path
from kg.resources import query
from kg.store import Row, Store

SIGNED, PUBLISHED, BEGINS, ENDS, DEADLINE = KINDS = (
    "signature", "publication", "entree", "fin", "echeance",
)  # fmt: skip
"""Kinds of events, in the order in which those of one text and day are told."""
SHOWN = 40
"""Events that the first page shows at least, whole years at a time."""


@dataclass(frozen=True, slots=True)
class Change:
    """One event of the law, on one day, for one text.

    *kind*: one of ``KINDS``; ``entree`` is the first day of a wording, ``fin`` the first day without one.
    *replaces*: the wording that this one follows. *by*: the texts that made it. *begins*, *ends*: the
    sentences that the text says from that day on, or no more. *deadline*: the sentence that sets it.
    *told*: its own day, or that of the publication of its text or of one that made it, when earlier.
    *state*: ``to-come`` or ``past``, on the day asked for.
    """

    iri: str
    kind: str
    day: date
    text: Ref
    title: str | None
    rank: Ref | None
    version: str | None
    replaces: str | None
    by: tuple[Ref, ...]
    begins: tuple[str, ...]
    ends: tuple[str, ...]
    deadline: str | None
    concepts: tuple[Ref, ...]
    evidence: Ref | None
    url: str | None
    told: date
    state: str

    @property
    def anchor(self) -> str:
        """Where it is on its page: the last part of its IRI."""
        return self.iri.rpartition("#")[2]

    @property
    def is_binding(self) -> bool:
        """True for what changes what must be done: not for a signature or a publication."""
        return self.kind in (BEGINS, ENDS, DEADLINE)


@dataclass(frozen=True, slots=True)
class Year:
    """A year, and how many events it has."""

    year: int
    count: int


@dataclass(frozen=True, slots=True)
class ChangeList:
    """Events to come, soonest first, then those past, latest first. *years*: all those that have events."""

    concept: Ref | None
    year: int | None
    to_come: tuple[Change, ...]
    past: tuple[Change, ...]
    years: tuple[Year, ...]
    count: int

    @property
    def shown(self) -> tuple[Change, ...]:
        """Every event that the page shows, in its order."""
        return self.to_come + self.past


def changes(
    store: Store, lang: Lang, day: date, *, concept: str = "", year: int | None = None
) -> ChangeList:
    """Return the events of the law, seen from *day*.

    *concept*: only those that concern the concept called so (``called``), all of them;
    *year*: only those of a year; without either, those to come and the latest years.

    Raises:
        NotFound: no concept has that name, or the year has no event.
    """
    about = _concept(store, lang, concept) if concept else None
    found = events(store, lang, day, about.iri if about else None)
    counts: dict[int, int] = defaultdict(int)
    for change in found:
        counts[change.day.year] += 1
    if year is not None and year not in counts:
        raise NotFound(name=str(year))
    to_come = [c for c in found if c.state == "to-come"]
    past = [c for c in reversed(found) if c.state == "past"]
    if year is not None:
        to_come, past = ([c for c in part if c.day.year == year] for part in (to_come, past))
    elif about is None and len(past) > SHOWN:
        past = [c for c in past if c.day.year >= past[SHOWN - 1].day.year]
    years = tuple(Year(each, counts[each]) for each in sorted(counts, reverse=True))
    return ChangeList(about, year, tuple(to_come), tuple(past), years, len(found))


def events(store: Store, lang: Lang, day: date, about: str | None = None) -> list[Change]:
    """Return the events that concern the concept *about*, or all, by day; their state is that on *day*."""
    return [
        replace(change, state="to-come" if day < change.day else "past")
        for change in _all(store, lang)
        if about is None or any(ref.iri == about for ref in change.concepts)
    ]


def describe_changes(store: Store) -> Graph:
    """Return what the graph says of these days: dates of texts, bounds of versions, deadlines."""
    return store.construct(query("changes-description"))


def _concept(store: Store, lang: Lang, name: str) -> Ref:
    """Return the one concept called *name*."""
    found = called(store, name, lang)
    if len(found) != 1:
        raise NotFound(name=name)
    return found[0]


@dataclass(frozen=True, slots=True)
class _Said:
    """A statement of a text, its concepts put together."""

    iri: str
    says: str
    period: Period
    defines: bool
    deadline: date | None
    evidence: Ref | None
    concepts: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class _Version:
    """A wording of a text, the texts that made it put together."""

    iri: str
    period: Period
    evidence: Ref | None
    by: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class _Bare:
    """An event before it is told: its kind, its day, what else is known of it."""

    kind: str
    day: date
    version: _Version | None = None
    replaces: _Version | None = None
    deadline: _Said | None = None


@lru_cache(maxsize=4)
def _all(store: Store, lang: Lang) -> tuple[Change, ...]:
    """Return every event by day; their state is that of no day. The dataset never changes."""
    said, versions = _statements(store, lang), _versions(store, lang)
    rows = select(store, "changes-texts", lang)
    published = {str(row["text"]): day_of(row, "published") for row in rows}
    found: dict[str, Change] = {}
    for row in rows:  # a text may have two titles: one is enough
        text = str(row["text"])
        for bare in _bare(row, versions.get(text, []), said.get(text, [])):
            change = _told(row, bare, said.get(text, []), has_versions=text in versions)
            known = [published.get(ref.iri) for ref in (change.text, *change.by)]
            change = replace(change, told=min([change.day, *(day for day in known if day)]))
            found.setdefault(change.iri, change)
    return tuple(sorted(found.values(), key=_order))


def _order(change: Change) -> tuple[object, ...]:
    return (
        change.day, rank_order(change.rank), natural(change.text.label), KINDS.index(change.kind),
        change.iri,
    )  # fmt: skip


def _bare(row: Row, versions: list[_Version], said: list[_Said]) -> Iterator[_Bare]:
    """Yield the events of one text."""
    for kind, field in ((SIGNED, "signed"), (PUBLISHED, "published")):
        if (day := day_of(row, field)) is not None:
            yield _Bare(kind, day)
    starts = {v.period.start for v in versions}
    before = {v.period.end: v for v in versions}
    for version in versions:
        if start := version.period.start:
            yield _Bare(BEGINS, start, version, before.get(start))
        if version.period.end and version.period.end not in starts:
            yield _Bare(ENDS, version.period.end, replaces=version)
    for item in said:
        if item.deadline:
            yield _Bare(DEADLINE, item.deadline, deadline=item)


def _told(row: Row, bare: _Bare, said: list[_Said], *, has_versions: bool) -> Change:
    """Return the event with what it changes: the statements of its text that begin or end with it."""
    text, day = need_ref(row, "text"), bare.day
    # What a text without a known entry into force says, it says from its publication, else its signature.
    first = PUBLISHED if "published" in row else SIGNED
    starting = bare.kind == BEGINS or (bare.kind == first and not has_versions)
    stopping = bare.kind in (BEGINS, ENDS)
    begins = [s for s in said if starting and s.period.start == day]
    ends = [s for s in said if stopping and s.period.end == day]
    if bare.deadline:  # a transition may end on the deadline itself, which makes no new wording
        bounds = (day, day + timedelta(days=1))
        ends = [s for s in said if s.period.end in bounds and s is not bare.deadline]
    speaking = [bare.deadline] if bare.deadline else begins + ends
    if bare.kind == BEGINS:  # a definition is read in the wording of its whole article
        speaking += [s for s in said if s.defines and day in s.period]
    speaking = speaking or [s for s in said if day in s.period] or said
    path = (local_path(text.iri) or "").removeprefix("id/texte/")
    name = [path.replace("/", "-"), day.isoformat(), bare.kind]
    name += [tail(bare.deadline.iri)] if bare.deadline else []
    return Change(
        iri=str(iri("changements#" + "-".join(name))),
        kind=bare.kind,
        day=day,
        text=text,
        title=text_of(row, "title"),
        rank=ref_of(row, "rank"),
        version=bare.version.iri if bare.version else None,
        replaces=bare.replaces.iri if bare.replaces else None,
        by=bare.version.by if bare.version else (),
        begins=_sentences(begins),
        ends=_sentences(ends),
        deadline=bare.deadline.says if bare.deadline else None,
        concepts=tuple(dict.fromkeys(ref for s in speaking for ref in s.concepts)),
        evidence=(bare.version or bare.replaces or bare.deadline or _NOTHING).evidence,
        url=text_of(row, "url"),
        told=day,
        state="",
    )


_NOTHING = _Version("", Period(), None, ())


def _sentences(said: Iterable[_Said]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(s.says for s in said))


def _statements(store: Store, lang: Lang) -> dict[str, list[_Said]]:
    """Return voice → its statements."""
    rows: dict[str, Row] = {}
    concepts: dict[str, dict[Ref, None]] = defaultdict(dict)
    for row in select(store, "changes-statements", lang):
        rows.setdefault(str(row["statement"]), row)
        if ref := ref_of(row, "concept"):
            concepts[str(row["statement"])][ref] = None
    found: dict[str, list[_Said]] = defaultdict(list)
    for name, row in sorted(rows.items()):
        found[str(row["voice"])].append(
            _Said(
                name,
                str(row["says"]),
                Period(day_of(row, "since"), day_of(row, "until")),
                tail(str(row["relation"])) == "definit",
                _deadline(row.get("value")),
                ref_of(row, "evidence"),
                tuple(sorted(concepts[name], key=lambda ref: (ref.acronym is None, ref.label))),
            )
        )
    return found


def _deadline(value: Node | None) -> date | None:
    is_day = isinstance(value, Literal) and value.datatype == XSD.date
    return date.fromisoformat(str(value)) if is_day else None


def _versions(store: Store, lang: Lang) -> dict[str, list[_Version]]:
    """Return text → its wordings, by day."""
    rows: dict[str, Row] = {}
    by: dict[str, dict[Ref, None]] = defaultdict(dict)
    for row in select(store, "changes-versions", lang):
        rows.setdefault(str(row["version"]), row)
        if ref := ref_of(row, "by"):
            by[str(row["version"])][ref] = None
    found: dict[str, list[_Version]] = defaultdict(list)
    for name, row in sorted(rows.items()):
        period = Period(day_of(row, "since"), day_of(row, "until"))
        made = tuple(sorted(by[name], key=lambda ref: natural(ref.label)))
        found[str(row["text"])].append(_Version(name, period, ref_of(row, "evidence"), made))
    return found
