"""Read the rows under a header: each cell in the form of its column, totals left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from openpyxl.utils import get_column_letter

from kg.tabular.headers import Header
from kg.tabular.model import (
    MEMBRES,
    STRUCTURES,
    Cell,
    Cells,
    Column,
    Problem,
    Raw,
    Record,
    Table,
    fold,
)
from kg.tabular.values import read_cell, written

_SEEN = 5_000  # values of one column that are remembered
_TELLING = {STRUCTURES: "type", MEMBRES: "profession"}
"""What a row of a sheet has, and a row of totals has not."""
_TOTAL = re.compile(
    r"\W{0,3}(?:sous[\s-]?)?tot(?:al|aux)\b(?P<only>(?:\s+g[ée]n[ée]r(?:al|aux))?\W{0,3}$)?", re.I
)


def read_rows(
    header: Header, sheet: str, columns: Sequence[Column], problems: list[Problem]
) -> Table:
    """Return the rows under *header* as *sheet*; complain in *problems* of what cannot be used."""
    by_name = {c.name: c for c in columns if c.sheet == sheet}
    known: dict[int, Column] = {}
    unknown: list[str] = []
    for position, name in header.names.items():
        column = by_name.get(fold(name))
        if column is None:
            unknown.append(name[:100])
        else:
            known[position] = column
    present = {column.name: place for place, column in enumerate(known.values())}
    readers = [
        (position, _Reader(column, header.page.epoch, problems))
        for position, column in known.items()
    ]
    telling = next((at for at, column in known.items() if column.name == _TELLING[sheet]), 0)
    records = []
    for number, cells in header.body:
        if _is_total(cells, telling):
            first = min(cells)
            place = known[first].name if first in known else get_column_letter(first)
            text = written(cells[first])
            problems.append(Problem("LIGNE-DE-TOTAL", sheet, number, place, text, severity="info"))
            continue
        found = tuple(
            reader.read(cells[position], number) if position in cells else None
            for position, reader in readers
        )
        if any(found):
            records.append(Record(number, Cells(present, found)))
        if stray := sorted(cells.keys() - header.names.keys()):
            text = written(cells[stray[0]])[:200]
            place = get_column_letter(stray[0])
            problems.append(Problem("LIGNE-TROP-LONGUE", sheet, number, place, text))
    return Table(sheet, header.row, tuple(present), tuple(unknown), tuple(records))


def _is_total(cells: dict[int, Raw], telling: int) -> bool:
    """Whether the row begins with “Total” and has not what makes it a record: the column *telling*.

    Where that holds a number, the row is a total only if “Total” is all that its first cell says.
    """
    first = cells[min(cells)]
    said = _TOTAL.match(first) if isinstance(first, str) else None
    if said is None or telling not in cells:
        return said is not None
    return said["only"] is not None and written(cells[telling]).isdecimal()


class _Reader:
    """Reads the cells of one column; those written alike are one object: files repeat themselves."""

    def __init__(self, column: Column, epoch: datetime, problems: list[Problem]) -> None:
        self.column, self.epoch, self.problems = column, epoch, problems
        self.seen: dict[object, Cell | str] = {}

    def read(self, raw: Raw, row: int) -> Cell | str:
        """Return the cell, or its text where that is its value."""
        key = raw if isinstance(raw, str) else (type(raw), raw)  # True is not 1
        if key in self.seen:
            return self.seen[key]
        told = len(self.problems)
        cell = read_cell(self.column, raw, row, self.problems, self.epoch)
        found = cell.text if cell.text == cell.value else cell
        if len(self.problems) == told:  # each cell is complained of in its own row
            if len(self.seen) >= _SEEN:
                self.seen.clear()
            self.seen[key] = found
        return found
