"""From files to the two tables of the template: which sheet is which, where its header is."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from kg.errors import BadInput, Unreadable, WrongType
from kg.settings import Settings
from kg.tabular.csv_file import read_csv
from kg.tabular.grid import Grid, Line
from kg.tabular.model import (
    MEMBRES,
    STRUCTURES,
    Cell,
    Column,
    Problem,
    Raw,
    Record,
    Table,
    Tables,
    Upload,
    fold,
)
from kg.tabular.values import RULES, parse, written
from kg.tabular.xlsx import read_xlsx

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER_WITHIN = 30


def read(uploads: Sequence[Upload], columns: Sequence[Column], settings: Settings) -> Tables:
    """Return the structures and members that *uploads* hold: one workbook, or one or two CSV files.

    Raises:
        BadInput: nothing was sent, or two files say the same thing.
        WrongType: not a workbook, not CSV.
        TooLarge: beyond a stated limit.
        Unreadable: cut, damaged, wrong encoding, no header, a required column missing, or one given twice.
    """
    if not uploads:
        raise BadInput("validation.no-file")
    grids: list[Grid] = []
    for upload in uploads:
        grids.extend(_grids(upload, columns, settings))
    found = _assign(grids, columns)
    source = hashlib.sha256(b"\0".join(u.data for u in uploads)).hexdigest()[:12]
    problems: list[Problem] = []
    tables = {sheet: _table(header, sheet, columns, problems) for sheet, header in found.items()}
    return Tables(source, tables[STRUCTURES], tables.get(MEMBRES), tuple(problems))


def _grids(upload: Upload, columns: Sequence[Column], settings: Settings) -> list[Grid]:
    if not upload.data.strip(b" \t\r\n\xef\xbb\xbf"):
        raise BadInput("validation.empty", name=upload.name)
    if upload.data.startswith(_ZIP):
        return read_xlsx(upload, settings)
    if upload.data.startswith(_OLE):  # old .xls, or a workbook locked by a password
        raise WrongType("validation.ole", name=upload.name)
    names = {fold(column.name) for column in columns}
    return [read_csv(upload, settings, lambda word: fold(word) in names)]


@dataclass(frozen=True, slots=True)
class _Header:
    """Where the names of the columns stand in *grid*: position → name, and the rows that follow."""

    grid: Grid
    row: int
    names: dict[int, str]
    body: tuple[Line, ...]


def _header(grid: Grid, sheet: str, columns: Sequence[Column]) -> _Header | None:
    """Return the header of *grid* read as *sheet*: the row with most names of columns, or None."""
    known = {fold(c.name) for c in columns if c.sheet == sheet}
    best: tuple[int, int] | None = None
    for index, (_, cells) in enumerate(grid.lines[:_HEADER_WITHIN]):
        score = sum(fold(written(raw)) in known for raw in cells.values())
        if score and (best is None or score > best[0]):
            best = (score, index)
    if best is None:
        return None
    number, cells = grid.lines[best[1]]
    names = {position: written(raw) for position, raw in cells.items()}
    return _Header(grid, number, names, grid.lines[best[1] + 1 :])


def _missing(header: _Header, sheet: str, columns: Sequence[Column]) -> list[str]:
    present = {fold(name) for name in header.names.values()}
    return [c.name for c in columns if c.sheet == sheet and c.required and c.name not in present]


def _repeated(header: _Header, sheet: str, columns: Sequence[Column]) -> list[str]:
    """Return the columns named twice: nothing says which one holds."""
    written_names = [fold(name) for name in header.names.values()]
    return [c.name for c in columns if c.sheet == sheet and written_names.count(fold(c.name)) > 1]


def _assign(grids: list[Grid], columns: Sequence[Column]) -> dict[str, _Header]:
    """Return the header of each sheet of the template, told apart by name, else by columns."""
    found: dict[str, _Header] = {}
    for grid in grids:
        sheet = fold(grid.name)
        if sheet not in (STRUCTURES, MEMBRES):
            sheet = _guess(grid, columns) if not sheet or len(grids) == 1 else ""
        if not sheet or not (header := _header(grid, sheet, columns)):
            continue
        if sheet in found:
            raise BadInput("validation.twice", sheet=sheet)
        found[sheet] = header
    if (
        not found and len(grids) > 1
    ):  # a workbook whose sheets have other names: the first that fits
        for grid in grids:
            header = _header(grid, STRUCTURES, columns)
            if header and not _missing(header, STRUCTURES, columns):
                found[STRUCTURES] = header
                break
    if not found:
        required = ", ".join(c.name for c in columns if c.sheet == STRUCTURES and c.required)
        raise Unreadable("validation.no-header", columns=required)
    if STRUCTURES not in found:
        raise Unreadable("validation.no-structures")
    for sheet, header in found.items():
        if missing := _missing(header, sheet, columns):
            raise Unreadable("validation.missing-columns", sheet=sheet, columns=", ".join(missing))
        if twice := _repeated(header, sheet, columns):
            raise Unreadable("validation.repeated-columns", sheet=sheet, columns=", ".join(twice))
    return found


def _guess(grid: Grid, columns: Sequence[Column]) -> str:
    """Return which sheet of the template an unnamed *grid* is, by its columns."""
    scores = {}
    for sheet in (STRUCTURES, MEMBRES):
        header = _header(grid, sheet, columns)
        missing = len(_missing(header, sheet, columns)) if header else 9
        known = {fold(c.name) for c in columns if c.sheet == sheet}
        count = sum(fold(n) in known for n in header.names.values()) if header else 0
        scores[sheet] = (-missing, count)
    return max(scores, key=lambda sheet: scores[sheet])


def _table(
    header: _Header, sheet: str, columns: Sequence[Column], problems: list[Problem]
) -> Table:
    by_name = {c.name: c for c in columns if c.sheet == sheet}
    known: dict[int, Column] = {}
    unknown: list[str] = []
    for position, name in header.names.items():
        column = by_name.get(fold(name))
        if column is None:
            unknown.append(name[:100])
        else:
            known[position] = column
    records = []
    for number, cells in header.body:
        read_cells = {
            column.name: _cell(column, cells[position], number, problems)
            for position, column in known.items()
            if position in cells
        }
        if read_cells:
            records.append(Record(number, read_cells))
        if stray := sorted(cells.keys() - header.names.keys()):
            text = written(cells[stray[0]])[:200]
            place = get_column_letter(stray[0])
            problems.append(Problem("LIGNE-TROP-LONGUE", sheet, number, place, text))
    present = tuple(c.name for c in known.values())
    return Table(sheet, header.row, present, tuple(unknown), tuple(records))


def _cell(column: Column, raw: Raw, row: int, problems: list[Problem]) -> Cell:
    text = written(raw)
    try:
        return Cell(text, parse(column.form, raw))
    except ValueError:
        rule = RULES[column.form]
        problems.append(Problem(rule, column.sheet, row, column.name, text[:200]))
        return Cell(text, None)
