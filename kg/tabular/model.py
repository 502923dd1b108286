"""What travels between a file and the rules: uploads, columns, cells, rows, problems."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime

Raw = str | int | float | bool | date | datetime | None
"""What a spreadsheet or a CSV file holds in one cell."""
Value = str | int | bool | date | tuple[str, ...]
"""What a cell means once read in the form of its column."""

STRUCTURES, MEMBRES = "structures", "membres"


def fold(text: str) -> str:
    """Return *text* without case, accents or punctuation: ``Date d’ouverture`` → ``date_d_ouverture``."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).lower().replace("œ", "oe")
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as received. *name* is only ever shown, never opened."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the template.

    *form*: texte, nombre, date, oui-non or liste. An empty cell means “none”, except where *identity*
    (numbers, places, days that exist and are not told): there it means “unknown”.
    """

    iri: str
    name: str
    sheet: str
    form: str
    order: int
    identity: bool
    required: bool
    label: dict[str, str]
    definition: dict[str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as written (*text*) and as read (*value*; None where it could not be read)."""

    text: str
    value: Value | None


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell or row that cannot be used as it stands: *rule* names the complaint, *data* fills it."""

    rule: str
    sheet: str
    row: int
    column: str
    value: str
    data: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """One filled row. *row* is its number as the spreadsheet shows it; empty cells are absent."""

    row: int
    cells: dict[str, Cell]

    def text(self, column: str) -> str:
        """Return what is written in *column*, or an empty string."""
        return self.cells[column].text if column in self.cells else ""

    def value(self, column: str) -> Value | None:
        """Return what *column* means here, or None where empty or unreadable."""
        return self.cells[column].value if column in self.cells else None


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: where its header stands, its known and unknown columns, its rows."""

    sheet: str
    header_row: int
    columns: tuple[str, ...]
    unknown: tuple[str, ...]
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """What the files hold, with the cells that could not be read. *source* names the upload by its hash."""

    source: str
    structures: Table
    membres: Table | None
    problems: tuple[Problem, ...]
