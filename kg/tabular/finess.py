"""What the FINESS files have in common: establishments of all kinds, of which some are ours.

FINESS tells who and where: numbers, name, category, commune, days, sometimes the status of the legal entity.
It tells nothing of projects, members or prices: those columns are absent, and the rules that read
them say that they could not be checked. Codes are read, never labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.errors import BadInput, TooLarge, Unreadable
from kg.settings import Settings
from kg.tabular.grid import CONTROL
from kg.tabular.model import STRUCTURES, Cell, Column, Problem, Record, Table, Tables, Upload
from kg.tabular.values import read_cell


class Intake:
    """Takes establishments one by one, keeps those of our categories and counts the others.

    *told*: the columns that the file tells of, where a missing value is unknown and never “none”.
    *entities*: the rows are entities counted in order, not lines.
    """

    def __init__(
        self,
        uploads: Sequence[Upload],
        columns: Sequence[Column],
        settings: Settings,
        *,
        told: Sequence[str],
        entities: bool = False,
    ) -> None:
        self._uploads, self._settings, self._entities = uploads, settings, entities
        by_name = {c.name: c for c in columns if c.sheet == STRUCTURES}
        self._columns = [by_name[name] for name in told]
        self._codes = by_name["type"].codes
        self._records: list[Record] = []
        self._problems: list[Problem] = []
        self._others = 0

    def take(self, row: int, texts: Mapping[str, str]) -> None:
        """Keep the establishment at *row* that *texts* (column → text) describe, or count it.

        Raises:
            TooLarge: a value or the number of establishments is beyond the limits.
            Unreadable: a value holds what is no text.
        """
        if texts.get("type", "") not in self._codes:
            self._others += 1
            return
        if len(self._records) >= self._settings.rows:
            size = {"rows": self._settings.rows, "columns": self._settings.columns}
            raise TooLarge("validation.too-many", **size)
        cells = {}
        for column in self._columns:
            text = texts.get(column.name, "").strip()
            if len(text) > self._settings.cell:
                raise TooLarge("validation.long-cell", row=row, size=self._settings.cell)
            if CONTROL.search(text):
                raise Unreadable("validation.control", row=row)
            known = read_cell(column, text, row, self._problems) if text else Cell("", None)
            cells[column.name] = known
        self._records.append(Record(row, cells))

    def tables(self) -> Tables:
        """Return what was taken.

        Raises:
            Unreadable: no establishment at all, or none of ours.
        """
        if not self._records and not self._others:
            raise Unreadable("validation.finess-nothing", name=self._uploads[0].name)
        if not self._records:
            raise Unreadable(
                "validation.finess-none-of-ours",
                name=self._uploads[0].name,
                count=self._others,
                codes=", ".join(sorted(self._codes)),
            )
        if self._others:
            told: dict[str, object] = {"total": self._others}
            self._problems.append(
                Problem("AUTRES-CATEGORIES", STRUCTURES, 0, "type", "", told, "info")
            )
        names = tuple(column.name for column in self._columns)
        table = Table(STRUCTURES, 0, names, (), tuple(self._records), self._entities)
        return Tables(table, None, tuple(self._problems))


def only(uploads: Sequence[Upload]) -> Upload:
    """Return the one upload.

    Raises:
        BadInput: there are several: the file of establishments would be given twice.
    """
    if len(uploads) > 1:
        raise BadInput("validation.twice", sheet=STRUCTURES)
    return uploads[0]
