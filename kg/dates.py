"""Civil days and periods: start included, end excluded, an absent bound is open."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from kg.errors import BadInput

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_FRENCH = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", re.ASCII)
YEARS = range(1789, 2201)
"""Years that a day of law may have: no text here is older, and none is known so far ahead."""


def parse_date(text: str) -> date:
    """Return the day written as ``YYYY-MM-DD`` or ``jj/mm/aaaa``, in the digits of this alphabet.

    Raises:
        BadInput: neither form, no such day, or one outside ``YEARS``.
    """
    text = text.strip()
    try:
        if match := _ISO.fullmatch(text):
            year, month, day = match.groups()
        elif match := _FRENCH.fullmatch(text):
            day, month, year = match.groups()
        else:
            raise ValueError
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise BadInput("error.date", value=text[:40]) from None
    if found.year not in YEARS:
        raise BadInput("error.year", value=text, first=YEARS[0], last=YEARS[-1])
    return found


@dataclass(frozen=True, slots=True)
class Period:
    """Days from *start* (included) to *end* (excluded); ``None`` = no known bound."""

    start: date | None = None
    end: date | None = None

    def __contains__(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)
