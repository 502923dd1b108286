"""A sheet before anything is understood of it, and the limits that every sheet keeps."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from openpyxl.utils.datetime import WINDOWS_EPOCH

from kg.errors import TooLarge
from kg.settings import Settings
from kg.tabular.model import Raw

Line = tuple[int, dict[int, Raw]]
"""Number of a row as the spreadsheet shows it, and its non-empty cells by column, from 1."""
Merge = tuple[int, int, int]
"""A cell merged downwards: its column, its first row and its last."""

CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML cannot hold, so no workbook of ours: a file that has one is refused, with the row.

Halves of characters come from the escapes of JSON.
"""


@dataclass(frozen=True, slots=True)
class Grid:
    """The non-empty rows of one sheet. *name* is empty for a CSV file, whose *lines* are read once.

    *epoch*: the day 0 of days written as numbers.
    """

    name: str
    lines: Iterable[Line]
    epoch: datetime = WINDOWS_EPOCH


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet of a file, as it stands there, and where the columns of the template are in it.

    *sheet*: which of the template's, or empty; *title*: its name in the file, empty where it has none;
    *columns*: name → position, from 1; *rows*: number of a row in the file → in *lines*, where they differ.
    """

    sheet: str
    title: str
    columns: dict[str, int]
    lines: tuple[Line, ...]
    rows: dict[int, int] | None = None


def checked(row: int, cells: dict[int, Raw], settings: Settings) -> Line:
    """Return the line of *cells*, not empty.

    Raises:
        TooLarge: the row, a column or a cell lies beyond the limits; judged by its number, so that one
            cell at the far end of a sheet costs nothing.
    """
    if row > settings.rows or max(cells) > settings.columns:
        raise TooLarge("validation.too-many", rows=settings.rows, columns=settings.columns)
    for raw in cells.values():
        if isinstance(raw, str) and len(raw) > settings.cell:
            raise TooLarge("validation.long-cell", row=row, size=settings.cell)
    return row, cells


def spread(lines: list[Line], merges: Iterable[Merge]) -> list[Line]:
    """Return *lines*, sorted, where a cell merged downwards stands in each row that it covers.

    A row that holds nothing else stays empty: a merged cell alone makes no row. What is merged
    sideways stays in its first column, as in any title.

    Raises:
        ValueError: cells merged over each other, which cost time and are of no workbook.
    """
    lines.sort(key=lambda line: line[0])
    numbers = [number for number, _ in lines]
    left = 2_000_000 + 40 * len(lines)
    for column, top, bottom in merges:
        first, last = bisect_left(numbers, top), bisect_left(numbers, bottom + 1)
        if first == last or numbers[first] != top or column not in lines[first][1]:
            continue
        raw = lines[first][1][column]
        for place in range(first + 1, last):
            number, cells = lines[place]
            left -= 1
            if column not in cells:  # rows that repeat share their cells
                left -= len(cells)
                lines[place] = (number, {**cells, column: raw})
            if left < 0:
                raise ValueError("merged cells over each other")
    return lines
