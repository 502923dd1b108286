"""What travels between a file and the rules: uploads, columns, cells, rows, problems."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

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


class Format(StrEnum):
    """The formats that are read; their values are those of ``soins validate --input-format``."""

    XLSX = "xlsx"
    ODS = "ods"
    CSV = "csv"
    FINESS_CSV = "finess-csv"
    FINESS_XML = "finess-xml"
    FINESS_JSON = "finess-json"
    TURTLE = "turtle"
    TRIG = "trig"
    N_TRIPLES = "n-triples"
    N_QUADS = "n-quads"
    RDF_XML = "rdf-xml"
    JSON_LD = "json-ld"


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as received. *name* is only ever shown, never opened.

    *format*: what the sender says that it is; None = to be recognised.
    """

    name: str
    data: bytes
    format: Format | None = None


def digest(uploads: Sequence[Upload]) -> str:
    """Return the SHA-256 of the bytes of *uploads*, joined by a zero byte, in hexadecimal."""
    return hashlib.sha256(b"\0".join(upload.data for upload in uploads)).hexdigest()


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the template.

    *form*: texte, nombre, montant (euros), date, oui-non or liste. An empty cell means “none”, except where *identity*
    (numbers, places, days that exist and are not told): there it means “unknown”. A *complementary*
    column serves rules that few files can be asked for: where it is absent, its rules are not mentioned one by one.
    *codes*: of official nomenclatures, that say what the column says (type: FINESS categories).
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
    complementary: bool = False
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as written (*text*) and as read (*value*; None where it could not be read)."""

    text: str
    value: Value | None


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell or row that cannot be used as it stands: *rule* names the complaint, *data* fills it.

    *row* is 0 where the whole file is meant. *severity*: violation, warning or info.
    """

    rule: str
    sheet: str
    row: int
    column: str
    value: str
    data: dict[str, object] = field(default_factory=dict)
    severity: str = "violation"


class Cells(Mapping[str, Cell]):
    """The filled cells of one row among many that have the same columns: each keeps little.

    *places*: column → position, shared by the rows. *found*: at each position a cell, None where it is
    empty, or the bare text where that is also its value.
    """

    __slots__ = ("_found", "_places")

    def __init__(self, places: Mapping[str, int], found: tuple[Cell | str | None, ...]) -> None:
        self._places, self._found = places, found

    def __getitem__(self, column: str) -> Cell:
        found = self._found[self._places[column]]
        if found is None:
            raise KeyError(column)
        return Cell(found, found) if isinstance(found, str) else found

    def __iter__(self) -> Iterator[str]:
        return (name for name, place in self._places.items() if self._found[place] is not None)

    def __len__(self) -> int:
        return len(self._found) - self._found.count(None)


@dataclass(frozen=True, slots=True)
class Record:
    """One filled row. *row* is its number as the spreadsheet shows it; empty cells are absent.

    A cell without text or value is unknown. *iri* names the entity where the file itself does (RDF).
    """

    row: int
    cells: Mapping[str, Cell]
    iri: str = ""

    def text(self, column: str) -> str:
        """Return what is written in *column*, or an empty string."""
        found = self.cells.get(column)
        return found.text if found else ""

    def value(self, column: str) -> Value | None:
        """Return what *column* means here, or None where empty or unreadable."""
        found = self.cells.get(column)
        return found.value if found else None


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: where its header stands, its known and unknown columns, its rows.

    *header_row* is 0 where there is no header. *entities*: the rows are not lines of the file but
    entities, counted in its order.
    """

    sheet: str
    header_row: int
    columns: tuple[str, ...]
    unknown: tuple[str, ...]
    records: tuple[Record, ...]
    entities: bool = False


@dataclass(frozen=True, slots=True)
class Tables:
    """What the files hold, with the cells that could not be read."""

    structures: Table
    membres: Table | None
    problems: tuple[Problem, ...]

    @property
    def foreign(self) -> bool:
        """Whether the files are not sheets of the template: FINESS, RDF."""
        return not self.structures.header_row
