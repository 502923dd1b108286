"""Cells of an annotated workbook: text that is never a formula, colours of severity, comments, links."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.cell.cell import Cell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from kg.messages import say
from kg.tabular.grid import CONTROL
from kg.tabular.model import Raw
from kg.validation.report import Report

COLOURS = {"violation": "FFF4B6A8", "warning": "FFFBE3A0", "info": "FFCFE2F3"}
FILLS = {name: PatternFill("solid", fgColor=colour) for name, colour in COLOURS.items()}
_FORMULA = ("=", "+", "-", "@")
AUTHOR = "soins-coordonnes"
MARK = "— soins-coordonnes —"
"""Parts our words from the user's in a comment, so that they can be told apart when the file comes back."""
_LONGEST = 8_000
"""Characters of a comment: many findings on one cell are in the list of findings too."""

Place = tuple[int, int]
"""Row and column of a cell, from 1."""


def value_or_cell(page: Worksheet, value: Raw) -> Raw | Cell:
    """Return *value* as it is where it can only be data, which is written faster than a cell."""
    plain = not isinstance(value, str) or not (value.startswith(_FORMULA) or CONTROL.search(value))
    return value if plain else new_cell(page, value)


def new_cell(page: Worksheet, value: Raw, *, bold: bool = False, wrap: bool = False) -> Cell:
    """Return a cell that holds *value*; text is text, never a formula."""
    if isinstance(value, str):
        value = CONTROL.sub("", value)
    found = WriteOnlyCell(page, value)  # type: ignore[arg-type]  # its stub forgets days without a time
    if isinstance(value, str) and value.startswith(_FORMULA):
        found.data_type = "s"
        found.quotePrefix = True  # text still after the cell is edited
    if bold:
        found.font = Font(bold=True)
    if wrap:
        found.alignment = Alignment(wrap_text=True, vertical="top")
    return found


def said(judged: Report, numbers: Sequence[int]) -> str:
    """Return what a comment says of the findings *numbers*: each with its texts and its remedy."""
    parts = []
    for number in numbers:
        result = judged.results[number]
        severity = say(f"validation.{result.severity}", judged.lang).upper()
        parts.append(
            "\n".join(
                (
                    f"{severity} · {result.title} ({result.rule})",
                    result.message,
                    *(basis.cite(judged.lang) for basis in result.basis),
                    say("validation.fix", judged.lang, fix=result.fix),
                )
            )
        )
    return "\n\n".join(parts)


def comment(said: str, theirs: Comment | None) -> Comment:
    """Return our comment, after the words that the cell already had."""
    before = f"{theirs.text.rstrip()}\n\n" if theirs else ""
    text = CONTROL.sub("", f"{before}{MARK}\n{said}")
    if len(text) > _LONGEST:
        text = text[:_LONGEST].rstrip() + " …"
    lines = sum(1 + len(line) // 52 for line in text.splitlines())
    return Comment(
        text, theirs.author if theirs else AUTHOR, width=380, height=min(18 * lines + 12, 600)
    )


def link(page: Worksheet, place: tuple[str, Place] | None) -> Cell:
    """Return a cell that leads to *place*, or a dash where the file has no such cell."""
    if place is None:
        return new_cell(page, "–")
    title, (row, column) = place
    where = f"{get_column_letter(column)}{row}"
    found = new_cell(page, where)
    quoted = title.replace("'", "''")
    found.hyperlink = Hyperlink(ref="A1", location=f"'{quoted}'!{where}", display=where)
    found.font = Font(color="FF17514B", underline="single")
    found.alignment = Alignment(vertical="top")
    return found
