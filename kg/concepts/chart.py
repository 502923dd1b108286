"""The life of the texts about a concept, as lines on one scale of time: geometry only, the page draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from kg.concepts.names import Ref
from kg.concepts.scale import Scale

WIDTH, LABELS, LINE, HEAD = 1000, 330, 26, 30
"""Units of the drawing: its width, the part of it that names the texts, the height of a line and of the scale."""
LINES = 60
"""Texts drawn at most."""
YEARS = 8
"""Years written at most."""


class Lasting(Protocol):
    """What is drawn: a text and the period over which it speaks of the concept."""

    @property
    def text(self) -> Ref: ...  # noqa: D102
    @property
    def state(self) -> str: ...  # noqa: D102
    @property
    def since(self) -> date | None: ...  # noqa: D102
    @property
    def until(self) -> date | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Line:
    """One text: from *x*, over *width*, at the height *y*; *open*: it has no known end."""

    text: Ref
    state: str
    x: float
    width: float
    y: int
    open: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The lines, the years of the scale and the day asked for, in units of the drawing."""

    lines: tuple[Line, ...]
    years: tuple[tuple[int, float], ...]
    today: float
    width: int
    height: int


def chart(texts: Sequence[Lasting], day: date) -> Chart | None:
    """Return the lives of *texts*, by first day; None where fewer than two are dated: nothing to compare."""
    dated = [(t.since, t) for t in texts if t.since]
    if len(dated) < 2:
        return None
    shown = sorted(dated[:LINES], key=lambda pair: pair[0])
    first = min(day, shown[0][0]).year
    last = (
        max([day, *(since for since, _ in shown), *(t.until for _, t in shown if t.until)]).year + 1
    )
    scale = Scale(first, last)

    def at(when: date) -> float:
        return round(LABELS + scale.at(when, WIDTH - LABELS), 1)

    lines = tuple(
        Line(
            t.text, t.state, at(since), max(2.0, round(at(t.until or scale.end) - at(since), 1)),
            HEAD + LINE * number, t.until is None,
        )
        for number, (since, t) in enumerate(shown)
    )  # fmt: skip
    years = tuple((year, at(date(year, 1, 1))) for year in scale.years(YEARS))
    return Chart(lines, years, at(day), WIDTH, HEAD + LINE * len(lines) + 6)
