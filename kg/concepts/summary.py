"""What to learn of a concept in a minute: what it is, since when, by which texts, what changed, what is said wrongly.

All of it is drawn from the statements of the graph; nothing here is written for one concept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kg.concepts.disagreement import Disagreement, Side
from kg.concepts.names import Ref
from kg.concepts.parts import Statement, order, rank_order

TELLING = (
    "aPourNatureJuridique estComposeDe aPourFormeJuridique peutAvoirPourFormeJuridique peutPrendreLaFormeDe "
    "peutEtreInitiePar peutEtreGerePar sAdresseA aPourObjet elabore estSignePar respecte exclut aPourMission "
    "peutAvoirPourMission absorbe"
).split()
"""Relations in the order in which a newcomer asks: what is it, who is in it, in which form, who starts and runs it, for
whom, what it must and may not do, what it is for, what it took over."""
CHANGES = 3
"""Days of change that are told; the timeline of the page tells the others."""
FIGURES = 5
CORRECTIONS = 3
SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Point:
    """A relation, and each statement of law that answers it."""

    relation: Ref
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A day on which statements began to bind, or ceased to."""

    day: date
    began: tuple[Statement, ...]
    ended: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """A point that documents tell otherwise than the law: what they say, what the law says."""

    iri: str
    point: str
    heard: tuple[Side, ...]
    law: Side


@dataclass(frozen=True, slots=True)
class Summary:
    """The top of the page of a concept.

    *state*: ``in-force``, ``to-come`` or ``past``, of the best of the texts about it, on the day; the
    *points* and *figures* are of that state. *since*: the first day on which a text of law defined or
    governed it. *ranks*: how many texts define or govern it on the day, by rank. *plain*: what is said
    of it in our words, where its definition is a quotation of the law: its definitions, then its relations.
    """

    state: str
    plain: tuple[Statement, ...]
    since: date | None
    until: date | None
    ranks: tuple[tuple[Ref, int], ...]
    points: tuple[Point, ...]
    figures: tuple[Statement, ...]
    changes: tuple[Change, ...]
    to_come: tuple[Change, ...]
    corrections: tuple[Correction, ...]


def summary(
    concept: str,
    governing: Sequence[Statement],
    telling: Sequence[Statement],
    cases: Iterable[Disagreement],
    day: date,
) -> Summary:
    """Return the summary of the concept whose IRI is *concept*.

    *governing*: the statements of law that a text defines or governs it; *telling*: the others that
    speak of it; *cases*: the disagreements about it.
    """
    states = [_present(s.state) for s in governing] or [_present(s.state) for s in telling]
    state = min(states, key=_STATES.index, default="in-force")
    shown = [s for s in telling if _present(s.state) == state and not s.contested]
    own = [s for s in shown if s.subject.iri == concept]
    starts = [s.since for s in governing if s.since]
    ends = [s.until for s in governing]
    days = _changes([s for s in (*governing, *telling) if _about(s, concept)])
    points = _points(own)
    return Summary(
        state=state,
        plain=_plain(governing, points),
        since=min(starts, default=None),
        until=max((e for e in ends if e), default=None) if None not in ends else None,
        ranks=_ranks([s for s in governing if _present(s.state) == "in-force"]),
        points=points,
        figures=_figures(shown, concept, {s.subject.iri for s in governing}),
        changes=tuple(c for c in reversed(days) if c.day <= day)[:CHANGES],
        to_come=tuple(c for c in days if c.day > day)[:CHANGES],
        corrections=tuple(
            sorted((found for case in cases if (found := _correction(case))), key=_voices)
        )[:CORRECTIONS],
    )


_STATES = ("in-force", "to-come", "past")


def _present(state: str) -> str:
    """A statement without bounds holds on any day."""
    return "in-force" if state == "undated" else state


def _about(item: Statement, concept: str) -> bool:
    return concept in (item.subject.iri, item.object.iri if item.object else None)


def _plain(governing: Sequence[Statement], points: Sequence[Point]) -> tuple[Statement, ...]:
    """The sentences that tell most of the concept itself: its definitions in force, its first relations.

    A relation with several answers would be told by halves: the list of points tells it.
    """
    defining = [s for s in governing if s.relation_name == "definit" and s.state == "in-force"]
    whole = [p.statements[0] for p in points if len({s.object for s in p.statements}) == 1]
    chosen = {s.says: s for s in (*defining, *whole)}
    return tuple(chosen.values())[:SENTENCES]


def _ranks(governing: list[Statement]) -> tuple[tuple[Ref, int], ...]:
    texts = {s.subject.iri: s.rank for s in governing}
    count = Counter(rank for rank in texts.values() if rank)
    return tuple(sorted(count.items(), key=lambda pair: rank_order(pair[0])))


def _points(own: list[Statement]) -> tuple[Point, ...]:
    made = []
    for name in TELLING:
        said = sorted((s for s in own if s.relation_name == name and s.object), key=order)
        if said:
            made.append(Point(said[0].relation, tuple(said)))
    return tuple(made)


def _figures(shown: list[Statement], concept: str, texts: set[str]) -> tuple[Statement, ...]:
    """Statements with a number: of the concept itself, then of what the texts about it speak of."""
    numbers = [
        s for s in shown
        if s.value and s.value[0].isdigit() and (_about(s, concept) or s.voice.iri in texts)
    ]  # fmt: skip
    chosen = {s.says: s for s in sorted(numbers, key=order, reverse=True)}
    return tuple(sorted(chosen.values(), key=lambda s: (not _about(s, concept), order(s))))[
        :FIGURES
    ]


def _changes(items: list[Statement]) -> list[Change]:
    """Group by day what began and what ended; what only changed its wording is neither."""
    began: dict[date, list[Statement]] = {}
    ended: dict[date, list[Statement]] = {}
    for item in items:
        if item.since:
            began.setdefault(item.since, []).append(item)
        if item.until:
            ended.setdefault(item.until, []).append(item)
    made = []
    for day in sorted({*began, *ended}):
        made.append(
            Change(
                day,
                tuple(sorted(began.get(day, ()), key=order)),
                tuple(sorted(ended.get(day, ()), key=order)),
            )
        )
    return made


def _correction(case: Disagreement) -> Correction | None:
    """A disagreement that the law settles against documents; None for any other."""
    law = next((s for s in case.sides if s.prevails and _law(s)), None)
    heard = tuple(s for s in case.sides if not s.prevails and s.statements and not _law(s))
    return Correction(case.iri, case.point, heard, law) if law and heard else None


def _voices(item: Correction) -> tuple[int, str]:
    """What most documents tell wrongly comes first."""
    said = {s.voice.iri for side in item.heard for s in side.statements}
    return (-len(said), item.point)


def _law(side: Side) -> bool:
    return any(not s.secondary for s in side.statements)
