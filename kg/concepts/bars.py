"""The picture of the versions of a text: bars on a line of years, in hundredths of its width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from kg.concepts.scale import Scale

MOST = 5
"""Years that are written under the line: more would touch each other on a telephone."""


class Dated(Protocol):
    """What has a period and a state."""

    @property
    def since(self) -> date: ...  # noqa: D102
    @property
    def until(self) -> date | None: ...  # noqa: D102
    @property
    def state(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Bar:
    """One period: where it begins on the line, how long it is, what it is on the day."""

    number: int
    start: float
    width: float
    state: str
    open: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A year written under the line."""

    year: int
    start: float


@dataclass(frozen=True, slots=True)
class Picture:
    """Bars, years, and where the day stands (None where it is off the line). *last*: the last year."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    day: float | None
    last: int


def picture(periods: Sequence[Dated], day: date) -> Picture | None:
    """Return the picture of *periods*, oldest first; None for one alone: it would show nothing.

    A period without end goes on to the end of the line: that of the year of *day* or of the last bound.
    """
    if len(periods) < 2:
        return None
    bounds = [p.since for p in periods] + [p.until for p in periods if p.until]
    first, last = min(bounds).year, max(*bounds, day).year + 1
    scale = Scale(first, last)

    def place(moment: date) -> float:
        return round(scale.at(moment, 100), 2)

    bars = []
    for number, period in enumerate(periods, 1):
        begin = place(period.since)
        end = place(period.until) if period.until else 100.0
        bars.append(Bar(number, begin, round(end - begin, 2), period.state, period.until is None))
    ticks = tuple(Tick(year, place(date(year, 1, 1))) for year in scale.years(MOST))
    inside = scale.start <= day < scale.end
    return Picture(tuple(bars), ticks, place(day) if inside else None, last - 1)
