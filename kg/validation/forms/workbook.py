"""The user's own workbook, annotated: cells coloured by severity, a comment a cell, a summary, the findings.

A workbook (XLSX) comes back with its values, formulas and their results, styles and other sheets; macros, and the drawings
that openpyxl does not carry, do not. One that is too large to be held whole is made anew from its rows,
as are CSV and ODS (same rows, same columns, values only), FINESS and RDF (the rows that were read).
A workbook that we annotated before loses our old marks first. Findings of one rule beyond ``LISTED`` colour
their cell, without a comment.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import column_index_from_string
from openpyxl.utils.exceptions import CellCoordinatesException
from openpyxl.worksheet.worksheet import Worksheet

from kg.settings import Settings
from kg.tabular import Column, Layout, Upload, layouts
from kg.validation.forms.cells import (
    AUTHOR,
    COLOURS,
    FILLS,
    MARK,
    Place,
    comment,
    new_cell,
    said,
    value_or_cell,
)
from kg.validation.forms.formulas import restored, results
from kg.validation.forms.summary import Places, commented, list_findings, summarise
from kg.validation.report import Report, Result

HELD = 25_000_000
"""Bytes of unpacked sheets that are held whole in memory (some sixty times as much); beyond, rows are copied."""

Marks = dict[str, dict[Place, list[int]]]
"""Title of a sheet → cell → its findings, by their place in the report."""


def annotated(
    judged: Report, uploads: Sequence[Upload], columns: Sequence[Column], settings: Settings
) -> bytes:
    """Return *uploads* as one workbook that shows where *judged* finds what.

    Raises:
        SoinsError: the files cannot be read; see ``kg.tabular.read``.
    """
    pages = layouts(uploads, columns, settings)
    titles = [page.title or page.sheet for page in pages]
    marks, places = _locate(judged, pages, titles)
    own = _opened(uploads[0].data) if len(uploads) == 1 and _fits(uploads[0].data) else None
    if own:
        _forget(own)
        _annotate(own, judged, marks)
    book = own or Workbook(write_only=True)
    summarise(book, judged, titles, places)
    list_findings(book, judged, titles, places)
    if not own:
        for page, title in zip(pages, titles, strict=True):
            _copy(book, judged, page, title, marks[title])
    book.active = 0
    stream = io.BytesIO()
    book.save(stream)
    made = stream.getvalue()
    kept = results(uploads[0].data) if own else {}
    return restored(made, kept) if kept else made


def _fits(data: bytes) -> bool:
    """Whether *data* is a workbook (XLSX) small enough to be held whole. The reader has accepted it."""
    if not data.startswith(b"PK"):
        return False
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
    return (
        any(member.filename == "xl/workbook.xml" for member in members)
        and sum(member.file_size for member in members) <= HELD
    )


def _opened(data: bytes) -> Workbook | None:
    """Return the workbook; None where openpyxl is stricter than our reader: its rows are copied then."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that openpyxl does not carry
            return load_workbook(io.BytesIO(data))
    except Exception:  # whatever its parsers meet
        return None


# --- where


def _locate(judged: Report, pages: Sequence[Layout], titles: Sequence[str]) -> tuple[Marks, Places]:
    """Return the findings of each cell, and the cell of each finding."""
    by_sheet = {page.sheet: (page, title) for page, title in zip(pages, titles, strict=True)}
    marks: Marks = {title: defaultdict(list) for title in titles}
    places: list[tuple[str, Place] | None] = []
    for number, result in enumerate(judged.results):
        page, title = by_sheet.get(result.sheet, (None, ""))
        place = _place(page, result) if page else None
        places.append((title, place) if place else None)
        if place:
            marks[title][place].append(number)
    return marks, places


def _place(page: Layout, result: Result) -> Place | None:
    row = page.rows.get(result.row or 0) if page.rows is not None else result.row
    column = page.columns.get(result.column)
    if column is None and result.column.isupper():  # a cell under no header is named by its letter
        try:
            column = column_index_from_string(result.column)
        except (ValueError, CellCoordinatesException):
            return None
    return (row, column) if row and column else None


# --- the user's own workbook


def _forget(book: Workbook) -> None:
    """Take our old marks out of *book*: sheets, comments, colours."""
    for page in list(book.worksheets):
        if str(page.cell(1, 1).value).startswith(AUTHOR):
            book.remove(page)
            continue
        for cell in page._cells.values():  # those that exist: one far cell must not make millions
            if cell.comment and MARK in cell.comment.text:
                theirs = cell.comment.text.partition(MARK)[0].rstrip()
                author = cell.comment.author
                cell.comment = Comment(theirs, author) if theirs else None
                if cell.fill.fgColor.rgb in COLOURS.values():
                    cell.fill = PatternFill()


def _annotate(book: Workbook, judged: Report, marks: Marks) -> None:
    listed = commented(judged)
    for title, cells in marks.items():
        if not cells or title not in book.sheetnames:
            continue
        page = book[title]
        for (row, column), numbers in cells.items():
            found = _first(page, row, column)
            found.fill = FILLS[judged.results[numbers[0]].severity]
            if text := said(judged, [n for n in numbers if n in listed]):
                found.comment = comment(text, found.comment)


def _first(page: Worksheet, row: int, column: int) -> Cell:
    """Return the cell, or the one that shows it where cells are merged."""
    cell = page.cell(row, column)
    if isinstance(cell, MergedCell):
        merged = next(r for r in page.merged_cells.ranges if cell.coordinate in r)
        cell = page.cell(merged.min_row, merged.min_col)
    assert isinstance(cell, Cell), "the first of merged cells is a cell"
    return cell


# --- a workbook made from rows


def _copy(
    book: Workbook, judged: Report, page: Layout, title: str, marks: Mapping[Place, list[int]]
) -> None:
    """Write *page*, a row at its own number, streamed: a large file is never held whole."""
    sheet = book.create_sheet(title)
    listed = commented(judged)
    at = 0
    marked: dict[int, set[int]] = defaultdict(set)
    for number, column in marks:
        marked[number].add(column)
    lines = dict(page.lines)
    for number in sorted({*lines, *marked}):
        for _ in range(at + 1, number):
            sheet.append([])
        at = number
        cells = lines.get(number, {})
        width = max((*cells, *marked[number]), default=0)
        row = [value_or_cell(sheet, cells.get(position)) for position in range(1, width + 1)]
        for column in marked[number]:
            numbers = marks[number, column]
            row[column - 1] = found = new_cell(sheet, cells.get(column))
            found.fill = FILLS[judged.results[numbers[0]].severity]
            if text := said(judged, [n for n in numbers if n in listed]):
                found.comment = comment(text, None)
        sheet.append(row)
