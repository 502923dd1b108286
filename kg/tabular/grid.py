"""A sheet before anything is understood of it, and the limits that every sheet keeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.errors import TooLarge
from kg.settings import Settings
from kg.tabular.model import Raw

Line = tuple[int, dict[int, Raw]]
"""Number of a row as the spreadsheet shows it, and its non-empty cells by column, from 1."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The non-empty rows of one sheet. *name* is empty for a CSV file."""

    name: str
    lines: tuple[Line, ...]


def within(lines: Iterable[Line], settings: Settings) -> Iterator[Line]:
    """Yield the non-empty *lines*.

    Raises:
        TooLarge: a row, a column or a cell lies beyond the limits; judged by its number, so that one
            cell at the far end of a sheet costs nothing.
    """
    for number, cells in lines:
        if number > settings.rows or any(column > settings.columns for column in cells):
            raise TooLarge("validation.too-many", rows=settings.rows, columns=settings.columns)
        if any(isinstance(raw, str) and len(raw) > settings.cell for raw in cells.values()):
            raise TooLarge("validation.long-cell", row=number, size=settings.cell)
        if cells:
            yield number, cells
