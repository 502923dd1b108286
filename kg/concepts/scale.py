"""A scale of time for a drawing: whole years, from left to right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Scale:
    """From the first day of the year *first* to that of the year *last*, which is left out."""

    first: int
    last: int

    @property
    def start(self) -> date:
        """The first day."""
        return date(self.first, 1, 1)

    @property
    def end(self) -> date:
        """The day after the last."""
        return date(self.last, 1, 1)

    def at(self, day: date, width: float) -> float:
        """Return where *day* stands on a scale of that *width*."""
        return width * (day - self.start).days / (self.end - self.start).days

    def years(self, most: int) -> range:
        """Return the years to write under the scale, evenly spaced: *most* at most."""
        return range(self.first, self.last, max(1, -(-(self.last - self.first) // most)))
