"""The list of legal texts, by rank then number or by year, and the state of each on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from kg.citations import CODES, natural
from kg.concepts.index import fold
from kg.concepts.names import Ref, day_of, need_ref, ref_of, select, tail, text_of
from kg.concepts.parts import STATES, one_of, rank_order, state_on
from kg.errors import BadInput
from kg.messages import Lang
from kg.store import Row, Store


@dataclass(frozen=True, slots=True)
class TextEntry:
    """One line of the list. *since*, *until*: from its first to its last known version.

    *year*: of its signature, else of its publication, else of its first known version.
    """

    ref: Ref
    title: str | None
    kind: Ref | None
    rank: Ref | None
    parent: Ref | None
    url: str | None
    since: date | None
    until: date | None
    state: str
    year: int | None

    @property
    def code(self) -> Ref | None:
        """The code that it is an article of, if it is one."""
        return self.parent if self.parent and tail(self.parent.iri) in CODES else None


@dataclass(frozen=True, slots=True)
class TextList:
    """Every legal text; narrowed to *words*, to a *rank*, to a *state* and to a *year* where given.

    *by*: ``rang`` or ``annee``, what they are in order of. *ranks*, *years*: those that may be asked for.
    """

    words: str
    rank: str
    state: str
    year: str
    by: str
    ranks: tuple[Ref, ...]
    years: tuple[int, ...]
    texts: tuple[TextEntry, ...]

    def yearly(self) -> list[tuple[int | None, list[TextEntry]]]:
        """Return the texts of each year, in their order; those without a year together."""
        return [(year, list(found)) for year, found in groupby(self.texts, lambda e: e.year)]


def texts(
    store: Store,
    lang: Lang,
    day: date,
    *,
    words: str = "",
    rank: str = "",
    state: str = "",
    year: str = "",
    by: str = "rang",
) -> TextList:
    """Return the texts by rank then number, or *by* year, the last first.

    *words* are looked for in names, numbers and titles.

    Raises:
        BadInput: no rank, no state or no year is written so.
    """
    grouped: dict[str, list[Row]] = {}
    for row in select(store, "texte-all", lang):
        grouped.setdefault(str(row["text"]), []).append(row)
    made = sorted((_entry(rows, day) for rows in grouped.values()), key=_order)
    if by == "annee":
        made.sort(key=lambda e: -(e.year or 0))
    ranks = {rank_order(e.rank): e.rank for e in made if e.rank}
    one_of("rang", rank, [tail(ref.iri) for ref in ranks.values()])
    one_of("etat", state, STATES)
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        raise BadInput("error.year-asked", value=year[:40])
    wanted = _plain(words).split()
    kept = tuple(
        e
        for e in made
        if all(w in _plain(f"{e.ref.label} {e.ref.acronym} {e.title}") for w in wanted)
        and (not rank or (e.rank is not None and tail(e.rank.iri) == rank))
        and (not state or e.state == state)
        and (not year or str(e.year) == year)
    )
    return TextList(
        words=words.strip(),
        rank=rank,
        state=state,
        year=year,
        by="annee" if by == "annee" else "rang",
        ranks=tuple(ranks[n] for n in sorted(ranks)),
        years=tuple(sorted({e.year for e in made if e.year}, reverse=True)),
        texts=kept,
    )


def _plain(text: str) -> str:
    """``L. 6323-3`` and ``L6323-3`` are found by each other."""
    return fold(text).replace(". ", "").replace(".", "")


def _order(entry: TextEntry) -> tuple[object, ...]:
    code = entry.code
    return (
        rank_order(entry.rank),
        code is not None,
        code.label if code else "",
        natural(entry.ref.label),
    )


def _entry(rows: list[Row], day: date) -> TextEntry:
    first = rows[0]
    periods = {(start, day_of(row, "until")) for row in rows if (start := day_of(row, "since"))}
    states = {state_on(day, *period) for period in periods} or {"undated"}
    state = next(s for s in ("in-force", "to-come", "past", "undated") if s in states)
    ends = [end for _, end in periods]
    since = min((start for start, _ in periods), default=None)
    born = day_of(first, "signed") or day_of(first, "published") or since
    return TextEntry(
        ref=need_ref(first, "text"),
        title=text_of(first, "title"),
        kind=ref_of(first, "kind"),
        rank=ref_of(first, "rank"),
        parent=ref_of(first, "parent"),
        url=text_of(first, "url"),
        since=since,
        until=None if not ends or None in ends else max(e for e in ends if e),
        state=state,
        year=born.year if born else None,
    )
