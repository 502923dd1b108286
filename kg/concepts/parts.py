"""The small things that pages are made of: references, ranks, statements, states on a day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rdflib import Literal, URIRef

from kg.citations import CODES, article_number
from kg.corpus import RANKS
from kg.dates import Period
from kg.messages import Lang
from kg.namespaces import SOINS, local_path
from kg.resources import query
from kg.store import LocalStore, Row


@dataclass(frozen=True, slots=True)
class Ref:
    """Something that can be linked to: its IRI, its name in the language of the page, its acronym."""

    iri: str
    label: str
    acronym: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What one voice says: in our words, with its quotation, rank, evidence and period.

    *secondary*: the voice is a document that speaks of the law, not the law. *state*: on the day asked
    for. *start*: first character of the quotation in a given document.
    """

    iri: str
    says: str
    voice: Ref
    subject: Ref
    relation: Ref
    object: Ref | None
    value: str | None
    quote: str | None
    place: str | None
    rank: Ref | None
    evidence: Ref | None
    since: date | None
    until: date | None
    state: str
    secondary: bool
    url: str | None
    voice_date: date | None
    start: int | None

    @property
    def relation_name(self) -> str:
        """The local name of the relation: ``definit``."""
        return tail(self.relation.iri)

    @property
    def contested(self) -> bool:
        """True when a higher voice contradicts the statement."""
        return self.evidence is not None and tail(self.evidence.iri) == "conteste"


def tail(iri: str) -> str:
    """Return the last segment of *iri*: ``loi``, ``MaisonDeSante``."""
    return re.split(r"[/#]", iri.rstrip("/#"))[-1]


def text_of(row: Row, name: str) -> str | None:
    """Return the value of *name* in *row* as text, None where unbound."""
    return str(row[name]) if name in row else None


def day_of(row: Row, name: str) -> date | None:
    """Return the ``xsd:date`` of *name* in *row*, None where unbound."""
    return date.fromisoformat(str(row[name])[:10]) if name in row else None


def ref_of(row: Row, name: str) -> Ref | None:
    """Return the reference made of ``name``, ``name_label`` and ``name_notation``; None where unbound."""
    if name not in row:
        return None
    iri = str(row[name])
    return Ref(iri, text_of(row, name + "_label") or name_of(iri), text_of(row, name + "_notation"))


def name_of(iri: str) -> str:
    """Return a name for a thing that the graph does not name: ``…/csp/l1411-11`` → ``CSP, art. L. 1411-11``."""
    kind, _, rest = (local_path(iri) or "").partition("texte/")
    code, _, number = rest.partition("/")
    if kind == "id/" and code in CODES and number:
        return f"{CODES[code][0]}, art. {article_number(number[0].upper() + number[1:])}"
    return tail(iri)


def need_ref(row: Row, name: str) -> Ref:
    """Return the reference of a variable that is always bound."""
    found = ref_of(row, name)
    assert found is not None, name
    return found


def state_on(day: date, since: date | None, until: date | None) -> str:
    """Return ``in-force``, ``to-come``, ``past`` or ``undated`` (no bound known) for a period on *day*."""
    if since is None and until is None:
        return "undated"
    if day in Period(since, until):
        return "in-force"
    return "to-come" if since is not None and day < since else "past"


STATES = ("in-force", "undated", "to-come", "past")
"""From the most to the least useful to a reader of the day."""


def rank_order(rank: Ref | None) -> int:
    """Return the place of *rank* in the hierarchy of norms, 0 = loi."""
    name = tail(rank.iri) if rank else ""
    return RANKS.index(name) if name in RANKS else len(RANKS)


def natural(text: str) -> tuple[tuple[int, int | str], ...]:
    """Return a sorting key in which ``L6323-3`` precedes ``L6323-12``."""
    pieces = re.findall(r"\d+|\D+", text.casefold())
    return tuple((0, int(p)) if p.isdigit() else (1, p) for p in pieces)


@dataclass(frozen=True, slots=True)
class Passage:
    """A quotation, and every sentence that it justifies over the same period."""

    says: tuple[str, ...]
    first: Statement
    anchors: tuple[str, ...]


def passages(items: Iterable[Statement]) -> list[Passage]:
    """Return *items* with those that share quotation, place and period put together, order kept."""
    grouped: dict[tuple[object, ...], list[Statement]] = {}
    for item in items:
        alone = item.iri if item.contested or not item.quote else None
        key = (item.voice.iri, item.quote, item.place, item.since, item.until, item.evidence, alone)
        grouped.setdefault(key, []).append(item)
    return [
        Passage(tuple(dict.fromkeys(s.says for s in same)), same[0], tuple(tail(s.iri) for s in same))
        for same in grouped.values()
    ]


def by_voice(items: Iterable[Statement]) -> list[tuple[Statement, list[Passage]]]:
    """Return the passages of each voice, voices in the order of *items*; the first statement stands for it."""
    grouped: dict[str, list[Statement]] = {}
    for item in items:
        grouped.setdefault(item.voice.iri, []).append(item)
    return [(same[0], passages(same)) for same in grouped.values()]


def statements_about(store: LocalStore, iri: URIRef, lang: Lang, day: date) -> tuple[Statement, ...]:
    """Return the affirmations that speak of *iri* (as concept, subject, object or voice), by rank."""
    found: dict[str, Statement] = {}
    for row in store.select(query("concept-statements"), about=iri, lang=Literal(lang)):
        found.setdefault(str(row["statement"]), _statement(row, day))
    return tuple(sorted(found.values(), key=_order))


def _order(item: Statement) -> tuple[object, ...]:
    return (
        rank_order(item.rank), STATES.index(item.state), natural(item.voice.acronym or item.voice.label),
        item.start or 0, item.since or date.min, item.iri,
    )  # fmt: skip


def _statement(row: Row, day: date) -> Statement:
    since, until = day_of(row, "since"), day_of(row, "until")
    start = text_of(row, "start")
    return Statement(
        iri=str(row["statement"]),
        says=str(row["says"]),
        voice=need_ref(row, "voice"),
        subject=need_ref(row, "subject"),
        relation=need_ref(row, "relation"),
        object=ref_of(row, "object"),
        value=text_of(row, "value"),
        quote=text_of(row, "quote"),
        place=text_of(row, "place"),
        rank=ref_of(row, "rank"),
        evidence=ref_of(row, "evidence"),
        since=since,
        until=until,
        state=state_on(day, since, until),
        secondary=row.get("voice_type") == SOINS.DocumentSource,
        url=text_of(row, "voice_url"),
        voice_date=day_of(row, "voice_date"),
        start=int(start) if start else None,
    )
