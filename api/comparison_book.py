"""The comparison as a workbook: the table, then a line for each source; no cell is a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import fields
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from api.rendering import outside
from api.twins import safe
from kg.citations import long_date
from kg.concepts.comparison import Cell, Column, Comparison, Record
from kg.concepts.names import Ref
from kg.concepts.parts import Statement
from kg.messages import Lang, say

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST = 32_767
"""Characters that a cell may have, by Excel’s specification."""
_A4 = 9  # ECMA-376, part 1, 18.3.1.63
_WIDTHS = (14, 22, 60, 28, 12, 16, 12, 12, 14, 60, 40)
"""Columns of the sheet of sources, in characters."""


def workbook(page: Comparison, lang: Lang, day: date, version: str) -> bytes:
    """Return *page*, made for *day* from the dataset *version*, as XLSX."""
    origin = say("comparison.origin", lang, day=long_date(day, lang), version=version[:12])
    book = Workbook()
    table, sources = book.worksheets[0], book.create_sheet()
    table.title = say("comparison.sheet-table", lang)
    names = [_name(column.concept) for column in page.columns]
    _fill(table, origin, [say("comparison.aspect", lang), *names], _rows(page, lang))
    _dress(table, (24, *(46 for _ in names)))
    sources.title = say("comparison.sheet-sources", lang)
    head = [say(f"comparison.head-{field.name}", lang) for field in fields(Record)]
    _fill(
        sources, origin, head, ([_plain(r, f.name) for f in fields(r)] for r in page.records(lang))
    )
    _dress(sources, _WIDTHS)
    book.properties.title = origin
    book.properties.created = book.properties.modified = datetime(
        2000, 1, 1
    )  # same table, same day
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _fill(sheet: Worksheet, origin: str, head: list[str], rows: Iterable[list[str]]) -> None:
    for row in ([origin], head, *rows):
        sheet.append([safe(text)[:_LONGEST] for text in row])


def _dress(sheet: Worksheet, widths: tuple[int, ...]) -> None:
    """Make *sheet* readable on the screen and on paper: its two first rows and first column stay."""
    wrapped, plain, bold = Alignment(wrap_text=True, vertical="top"), Font(), Font(bold=True)
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            cell.alignment = wrapped
            cell.font = bold if cell.row == 2 or cell.column == 1 else plain
            if isinstance(cell.value, str) and outside(cell.value):
                cell.hyperlink = cell.value
    for position, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(position)].width = width
    sheet.freeze_panes = "B3"
    sheet.print_title_rows = "1:2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToHeight = 0  # as many pages as it takes, one page wide
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _rows(page: Comparison, lang: Lang) -> list[list[str]]:
    rows = [[line.label, *(_cell(cell, lang) for cell in line.cells)] for line in page.lines]
    rows.append([say("comparison.row-texts", lang), *(_texts(c, lang) for c in page.columns)])
    rows.append([say("comparison.row-since", lang), *(_since(c) for c in page.columns)])
    return [[cell or say("comparison.none", lang) for cell in row] for row in rows]


def _name(ref: Ref) -> str:
    return f"{ref.acronym} ({ref.label})" if ref.acronym else ref.label


def _cell(cell: Cell, lang: Lang) -> str:
    """Return the words of a cell: a line a source, the law first, then documents and disagreements."""
    lines = [f"{' '.join(voice.says)} ({_source(voice.source, lang)})" for voice in cell.voices]
    lines += [
        say("comparison.document", lang, says=s.says, name=s.voice.label) for s in cell.documents
    ]
    lines += [f"{say('comparison.differ', lang)} {point.label}" for point in cell.disagreements]
    return "\n".join(lines)


def _source(said: Statement, lang: Lang) -> str:
    since = f"{say('site.period-since', lang)} {said.since.isoformat()}" if said.since else None
    rank = said.rank.label if said.rank else None
    return ", ".join(part for part in (said.voice.label, said.place, rank, since) if part)


def _texts(column: Column, lang: Lang) -> str:
    return "\n".join(
        ", ".join(
            part
            for part in (
                found.text.label,
                found.rank.label if found.rank else None,
                say("comparison.defines", lang) if found.defines else None,
            )
            if part
        )
        for found in column.texts
    )


def _since(column: Column) -> str:
    if column.since is None or column.first is None:
        return ""
    return f"{column.since.isoformat()}, {column.first.label}"


def _plain(record: Record, name: str) -> str:
    value = getattr(record, name)
    if isinstance(value, Ref):
        return value.label
    return "" if value is None else str(value)
