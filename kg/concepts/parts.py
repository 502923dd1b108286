"""The small things that pages are made of: statements, passages, ranks, states on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rdflib import Literal, URIRef

from kg.citations import natural
from kg.concepts.names import Ref, day_of, need_ref, ref_of, select, tail, text_of
from kg.corpus import RANKS
from kg.dates import Period
from kg.errors import BadInput
from kg.messages import Lang, as_lang, say
from kg.namespaces import SOINS
from kg.store import Row, Store


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


def state_on(day: date, since: date | None, until: date | None) -> str:
    """Return ``in-force``, ``to-come``, ``past`` or ``undated`` (no bound known) for a period on *day*."""
    if since is None and until is None:
        return "undated"
    if day in Period(since, until):
        return "in-force"
    return "to-come" if since is not None and day < since else "past"


STATES = ("in-force", "undated", "to-come", "past")
"""From the most to the least useful to a reader of the day."""


def one_of(name: str, value: str, known: Iterable[str]) -> None:
    """Take *value* of the parameter *name* for one of *known*; empty, for none of them.

    Raises:
        BadInput: it is another.
    """
    choices = tuple(known)
    if value and value not in choices:
        raise BadInput("error.choice", name=name, value=value[:40], known=", ".join(choices))


def rank_order(rank: Ref | None) -> int:
    """Return the place of *rank* in the hierarchy of norms, 0 = loi."""
    name = tail(rank.iri) if rank else ""
    return RANKS.index(name) if name in RANKS else len(RANKS)


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
        Passage(
            tuple(dict.fromkeys(s.says for s in same)), same[0], tuple(tail(s.iri) for s in same)
        )
        for same in grouped.values()
    ]


def by_voice(items: Iterable[Statement]) -> list[tuple[Statement, list[Passage]]]:
    """Return the passages of each voice, by rank, then the voice that says most first.

    The first statement of a voice stands for it.
    """
    grouped: dict[str, list[Statement]] = {}
    for item in items:
        grouped.setdefault(item.voice.iri, []).append(item)
    voices = sorted(grouped.values(), key=lambda same: (rank_order(same[0].rank), -len(same)))
    return [(same[0], passages(same)) for same in voices]


def statements_about(store: Store, iri: URIRef, lang: Lang, day: date) -> tuple[Statement, ...]:
    """Return the affirmations that speak of *iri* (as concept, subject, object or voice), by rank."""
    return statements(select(store, "concept-statements", lang, about=iri), day)


def statements(rows: Iterable[Row], day: date) -> tuple[Statement, ...]:
    """Return the affirmations of *rows*, each once, by rank."""
    found: dict[str, Statement] = {}
    for row in rows:
        found.setdefault(str(row["statement"]), _statement(row, day))
    return tuple(sorted(found.values(), key=order))


def order(item: Statement) -> tuple[object, ...]:
    """Return the key that sorts statements by rank, voice, and place in the voice."""
    return (
        rank_order(item.rank), natural(item.voice.label), item.start or 0, reading(item), item.iri,
    )  # fmt: skip


def reading(item: Statement) -> tuple[object, ...]:
    """Return a sorting key in the order of the text: title, first paragraph, second…; definitions first."""
    place = item.place or ""
    return (
        not place.startswith("titre"), natural(place), item.relation_name != "definit",
        item.since or date.min,
    )  # fmt: skip


def known(level: Ref | None, lang: Lang, *, secondary: bool) -> Ref | None:
    """Return *level* of evidence; of a document, « verified » is said of its quotation: not of what it claims."""
    if level is None or not secondary or tail(level.iri) != "verifie":
        return level
    return Ref(level.iri, say("site.evidence-quoted", lang))


def _statement(row: Row, day: date) -> Statement:
    says, secondary = row["says"], row.get("voice_type") == SOINS.DocumentSource
    lang = as_lang(says.language if isinstance(says, Literal) else None)
    since, until = day_of(row, "since"), day_of(row, "until")
    start = text_of(row, "start")
    return Statement(
        iri=str(row["statement"]),
        says=str(says),
        voice=need_ref(row, "voice"),
        subject=need_ref(row, "subject"),
        relation=need_ref(row, "relation"),
        object=ref_of(row, "object"),
        value=text_of(row, "value"),
        quote=text_of(row, "quote"),
        place=text_of(row, "place"),
        rank=ref_of(row, "rank"),
        evidence=known(ref_of(row, "evidence"), lang, secondary=secondary),
        since=since,
        until=until,
        state=state_on(day, since, until),
        secondary=secondary,
        url=text_of(row, "voice_url"),
        voice_date=day_of(row, "voice_date"),
        start=int(start) if start else None,
    )
