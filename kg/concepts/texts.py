"""The list of legal texts, by rank then number, and the state of each on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kg.citations import natural
from kg.concepts.index import fold
from kg.concepts.names import Ref, day_of, need_ref, ref_of, select, text_of
from kg.concepts.parts import rank_order, state_on
from kg.messages import Lang
from kg.store import LocalStore, Row


@dataclass(frozen=True, slots=True)
class TextEntry:
    """One line of the list. *since*, *until*: from its first to its last known version."""

    ref: Ref
    title: str | None
    kind: Ref | None
    rank: Ref | None
    parent: Ref | None
    url: str | None
    since: date | None
    until: date | None
    state: str


@dataclass(frozen=True, slots=True)
class TextList:
    """Every legal text; narrowed to *words*, to a *rank* and to a *state* where given."""

    words: str
    rank: str
    state: str
    ranks: tuple[Ref, ...]
    texts: tuple[TextEntry, ...]


def texts(
    store: LocalStore, lang: Lang, day: date, *, words: str = "", rank: str = "", state: str = ""
) -> TextList:
    """Return the texts by rank then number; *words* are looked for in names, numbers and titles."""
    grouped: dict[str, list[Row]] = {}
    for row in select(store, "texte-all", lang):
        grouped.setdefault(str(row["text"]), []).append(row)
    made = sorted((_entry(rows, day) for rows in grouped.values()), key=_order)
    ranks = {rank_order(e.rank): e.rank for e in made if e.rank}
    wanted = _plain(words).split()
    kept = tuple(
        e
        for e in made
        if all(w in _plain(f"{e.ref.label} {e.ref.acronym} {e.title}") for w in wanted)
        and (not rank or (e.rank is not None and e.rank.iri.endswith("/" + rank)))
        and (not state or e.state == state)
    )
    return TextList(words.strip(), rank, state, tuple(ranks[n] for n in sorted(ranks)), kept)


def _plain(text: str) -> str:
    """``L. 6323-3`` and ``L6323-3`` are found by each other."""
    return fold(text).replace(". ", "").replace(".", "")


def _order(entry: TextEntry) -> tuple[object, ...]:
    return (rank_order(entry.rank), entry.parent is None, natural(entry.ref.label))


def _entry(rows: list[Row], day: date) -> TextEntry:
    first = rows[0]
    periods = {(start, day_of(row, "until")) for row in rows if (start := day_of(row, "since"))}
    states = {state_on(day, *period) for period in periods} or {"undated"}
    state = next(s for s in ("in-force", "to-come", "past", "undated") if s in states)
    ends = [end for _, end in periods]
    return TextEntry(
        ref=need_ref(first, "text"),
        title=text_of(first, "title"),
        kind=ref_of(first, "kind"),
        rank=ref_of(first, "rank"),
        parent=ref_of(first, "parent"),
        url=text_of(first, "url"),
        since=min((start for start, _ in periods), default=None),
        until=None if not ends or None in ends else max(e for e in ends if e),
        state=state,
    )
