"""Write the template that ``read`` understands: a workbook with a help sheet, or two CSV files."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from kg.messages import say
from kg.tabular.model import MEMBRES, STRUCTURES, Column

Rows = Mapping[str, Sequence[Mapping[str, str]]]
"""Sheet → example rows, each column name → text."""


def _names(columns: Sequence[Column], sheet: str) -> list[str]:
    return [c.name for c in sorted(columns, key=lambda c: c.order) if c.sheet == sheet]


def write_workbook(columns: Sequence[Column], rows: Rows, lang: str) -> bytes:
    """Return the XLSX template: ``structures``, ``membres`` and ``aide``, with *rows* already filled in."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in (STRUCTURES, MEMBRES):
        names = _names(columns, sheet)
        page = book.create_sheet(sheet)
        page.append(names)
        for row in rows.get(sheet, ()):
            page.append([_typed(row.get(name, "")) for name in names])
        page.freeze_panes = "B2"
        for position, name in enumerate(names, 1):
            page.cell(1, position).font = Font(bold=True)
            page.column_dimensions[get_column_letter(position)].width = max(12, len(name) + 2)
    _help(book, columns, lang)
    book.properties.created = book.properties.modified = datetime(
        2000, 1, 1
    )  # same template, same day
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _typed(text: str) -> str | int | None:
    return (
        int(text) if text.isdigit() and not text.startswith("0") and len(text) < 9 else text or None
    )


def _help(book: Workbook, columns: Sequence[Column], lang: str) -> None:
    page = book.create_sheet("aide")
    page.append(
        [say(f"validation.help-{key}", lang) for key in ("sheet", "column", "form", "meaning")]
    )
    for cell in page[1]:
        cell.font = Font(bold=True)
    for column in sorted(columns, key=lambda c: (c.sheet != STRUCTURES, c.order)):
        form = say(f"validation.form-{column.form}", lang)
        star = " *" if column.required else ""
        empty = say(
            "validation.empty-unknown" if column.identity else "validation.empty-none", lang
        )
        meaning = column.definition[lang] + ("" if column.required else " " + empty)
        page.append([column.sheet, column.name + star, form, meaning])
    for letter, width in zip("ABCD", (12, 32, 28, 110), strict=True):
        page.column_dimensions[letter].width = width


def write_csv(columns: Sequence[Column], rows: Rows) -> bytes:
    """Return a ZIP of ``structures.csv`` and ``membres.csv`` (UTF-8 with BOM, semicolons)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in (STRUCTURES, MEMBRES):
            names = _names(columns, sheet)
            text = io.StringIO()
            writer = csv.DictWriter(text, names, restval="", delimiter=";", lineterminator="\r\n")
            writer.writeheader()
            writer.writerows(rows.get(sheet, ()))
            info = zipfile.ZipInfo(f"{sheet}.csv", (2000, 1, 1, 0, 0, 0))
            archive.writestr(info, text.getvalue().encode("utf-8-sig"))
    return stream.getvalue()


def example() -> Rows:
    """Return invented rows that conform, for a template already filled in."""
    folder = Path(__file__).parent / "example"
    found = {}
    for sheet in (STRUCTURES, MEMBRES):
        with (folder / f"{sheet}.csv").open(encoding="utf-8", newline="") as lines:
            found[sheet] = list(csv.DictReader(lines))
    return found
