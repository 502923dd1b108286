"""From files to the two tables of the template: each format by its reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from kg.errors import BadInput, TooLarge, WrongType
from kg.settings import Settings
from kg.tabular.csv_file import read_csv
from kg.tabular.finess_csv import read_finess_csv
from kg.tabular.finess_json import read_finess_json
from kg.tabular.finess_xml import read_finess_xml
from kg.tabular.formats import recognise
from kg.tabular.grid import Grid, Layout, Line
from kg.tabular.headers import assign, page_of, places_of
from kg.tabular.model import (
    MEMBRES,
    STRUCTURES,
    Column,
    Format,
    Problem,
    Table,
    Tables,
    Upload,
    fold,
)
from kg.tabular.ods import read_ods
from kg.tabular.rdf_file import read_rdf
from kg.tabular.rows import read_rows
from kg.tabular.xlsx import read_xlsx

Foreign = Callable[[Sequence[Upload], Sequence[Column], Settings], Tables]
"""Reads files that are not in the form of the template, all of one family, into its two tables."""

FOREIGN: dict[Format, Foreign] = {
    Format.FINESS_CSV: read_finess_csv,
    Format.FINESS_XML: read_finess_xml,
    Format.FINESS_JSON: read_finess_json,
    Format.TURTLE: read_rdf,
    Format.TRIG: read_rdf,
    Format.N_TRIPLES: read_rdf,
    Format.N_QUADS: read_rdf,
    Format.RDF_XML: read_rdf,
    Format.JSON_LD: read_rdf,
}
"""Reader of each format other than workbooks and CSV; formats of one family share one reader."""


def read(uploads: Sequence[Upload], columns: Sequence[Column], settings: Settings) -> Tables:
    """Return the structures and members that *uploads* hold.

    They are one workbook, one or two CSV files, or files of one ``FOREIGN`` family.

    Raises:
        BadInput: nothing was sent, or two files say the same thing.
        WrongType: not a kind of file that is read here.
        TooLarge: beyond a stated limit.
        Unreadable: cut, damaged, wrong encoding, no header, a required column missing, or one given twice.
    """
    opened = _open(uploads, columns, settings)
    if isinstance(opened, Tables):
        return replace(opened, problems=_gathered(opened.problems))
    found = assign([page_of(grid) for grid in opened], columns)
    problems: list[Problem] = []
    tables = {sheet: read_rows(header, sheet, columns, problems) for sheet, header in found.items()}
    return Tables(tables[STRUCTURES], tables.get(MEMBRES), _gathered(problems))


def _gathered(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return *problems*, those that are counted said once a column: by the first, with their number."""
    counts = Counter(_counted(problem) for problem in problems)
    said = set()
    found = []
    for problem in problems:
        key = _counted(problem)
        if key is None:
            found.append(problem)
        elif key not in said:
            said.add(key)
            found.append(replace(problem, data={**problem.data, "count": counts[key]}))
    return tuple(found)


def _counted(problem: Problem) -> tuple[str, str, str] | None:
    return (problem.rule, problem.sheet, problem.column) if "count" in problem.data else None


def layouts(
    uploads: Sequence[Upload], columns: Sequence[Column], settings: Settings
) -> list[Layout]:
    """Return the sheets of *uploads* as they stand there, with the place of the columns of the template.

    Raises:
        SoinsError: as ``read``.
    """
    opened = _open(uploads, columns, settings)
    if isinstance(opened, Tables):
        return [_laid_out(t) for t in (opened.structures, opened.membres) if t is not None]
    pages = [page_of(grid) for grid in opened]
    found = assign(pages, columns)
    layouts = []
    for page in pages:
        lines = (*page.head, *page.rest)
        sheet = next((sheet for sheet, header in found.items() if header.page is page), "")
        places = places_of(found[sheet], sheet, columns) if sheet else {}
        layouts.append(Layout(sheet, page.name, places, lines))
    return layouts


def _laid_out(table: Table) -> Layout:
    """Return as a sheet what no spreadsheet held: a header, then the rows one under the other."""
    places = {name: position for position, name in enumerate(table.columns, 1)}
    lines: list[Line] = [(1, {position: name for name, position in places.items()})]
    rows = {table.header_row: 1}
    for number, record in enumerate(table.records, 2):
        lines.append((number, {places[name]: cell.text for name, cell in record.cells.items()}))
        rows[record.row] = number
    return Layout(table.sheet, "", places, tuple(lines), rows)


def _open(
    uploads: Sequence[Upload], columns: Sequence[Column], settings: Settings
) -> list[Grid] | Tables:
    """Return the sheets of workbooks and CSV files; of other files, what their reader makes of them."""
    if not uploads:
        raise BadInput("validation.no-file")
    if any(len(upload.data) > settings.upload for upload in uploads):
        raise TooLarge("error.too-large", size=settings.upload // 1_000_000)
    formats = [recognise(upload) for upload in uploads]
    readers = {FOREIGN.get(kind) for kind in formats}
    if len(readers) > 1:
        raise BadInput("validation.mixed", formats=", ".join(sorted(set(formats))))
    if reader := readers.pop():
        return reader(uploads, columns, settings)
    grids: list[Grid] = []
    for upload, kind in zip(uploads, formats, strict=True):
        grids.extend(_grids(upload, kind, columns, settings))
    return grids


def _grids(
    upload: Upload, kind: Format, columns: Sequence[Column], settings: Settings
) -> list[Grid]:
    if kind is Format.XLSX:
        return read_xlsx(upload, settings)
    if kind is Format.ODS:
        return read_ods(upload, settings)
    if kind is Format.CSV:
        names = {fold(column.name) for column in columns}
        return [read_csv(upload, settings, lambda word: fold(word) in names)]
    raise WrongType("validation.other-kind", name=upload.name, found=kind)
