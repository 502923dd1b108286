"""The two sheets that an annotated workbook begins with: the verdict with one line a rule, then the findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from kg.messages import say
from kg.validation.forms.cells import AUTHOR, FILLS, Place, link, new_cell
from kg.validation.report import LISTED, Group, Report, Result

Places = Sequence[tuple[str, Place] | None]
"""The cell of each finding: title of the sheet and place; None where the file has no such cell."""


def commented(judged: Report) -> set[int]:
    """Return the findings that are commented and listed, by their place in the report."""
    return {place for group in judged.groups() for place in group.places[:LISTED]}


def summarise(book: Workbook, judged: Report, titles: Sequence[str], places: Places) -> None:
    """Write the verdict, what makes it again, and one line a rule, as the first sheet."""
    lang = judged.lang
    page = book.create_sheet(_title("validation.sheet-summary", judged, titles), 0)
    _widths(page, (14, 28, 46, 10, 16, 60, 70))
    page.append([new_cell(page, f"{AUTHOR} · {say('validation.report-title', lang)}", bold=True)])
    verdict = "validation.verdict-yes" if judged.conforms else "validation.verdict-no"
    page.append([new_cell(page, say(verdict, lang), bold=True)])
    page.append([new_cell(page, judged.summary())])
    page.append([new_cell(page, judged.origin())])
    for text in judged.ignored():
        page.append([new_cell(page, text)])
    groups = judged.groups()
    if any(group.count > min(len(group.places), LISTED) for group in groups):
        page.append([new_cell(page, say("validation.commented", lang, count=LISTED))])
    page.append([])
    _header(page, judged, ("severity", "rule", "title", "count", "first", "basis", "fix"))
    for group in groups:
        _append(page, _line_of(page, judged, group, places))


def _line_of(page: Worksheet, judged: Report, group: Group, places: Places) -> list[Cell]:
    parts = judged.parts(group, LISTED)
    basis = dict.fromkeys(b.cite(judged.lang) for part in parts for b in part.basis)
    fixes = dict.fromkeys(fix for part in parts for fix in part.fixes)
    first = next((places[n] for n in group.places if places[n]), None)
    severity = new_cell(page, say(f"validation.{group.severity}", judged.lang), wrap=True)
    severity.fill = FILLS[group.severity]
    return [
        severity,
        new_cell(page, group.rule, wrap=True),
        new_cell(page, group.title, wrap=True),
        new_cell(page, group.count, wrap=True),
        link(page, first),
        new_cell(page, "\n".join(basis), wrap=True),
        new_cell(page, "\n".join([*fixes][:3]), wrap=True),
    ]


def list_findings(book: Workbook, judged: Report, titles: Sequence[str], places: Places) -> None:
    """Write one line a finding, with a link to its cell, as the second sheet."""
    page = book.create_sheet(_title("validation.sheet-findings", judged, titles), 1)
    _widths(page, (16, 14, 28, 14, 8, 28, 28, 20, 24, 70, 60, 60))
    page.append(
        [new_cell(page, f"{AUTHOR} · {say('validation.findings-title', judged.lang)}", bold=True)]
    )
    keys = "cell severity rule sheet row column structure value expected message fix basis"
    _header(page, judged, keys.split())
    for number in sorted(commented(judged)):
        _append(page, list(_finding(page, judged, judged.results[number], places[number])))


def _finding(
    page: Worksheet, judged: Report, result: Result, place: tuple[str, Place] | None
) -> Iterator[Cell]:
    yield link(page, place)
    severity = new_cell(page, say(f"validation.{result.severity}", judged.lang), wrap=True)
    severity.fill = FILLS[result.severity]
    yield severity
    for text in (
        result.rule, place[0] if place else result.sheet, result.row, result.column, result.label,
        result.value, result.expected, result.message, result.fix,
        "\n".join(basis.cite(judged.lang) for basis in result.basis),
    ):  # fmt: skip
        yield new_cell(page, text, wrap=True)


def _title(key: str, judged: Report, titles: Sequence[str]) -> str:
    """Return the name of one of our sheets, changed where the user has a sheet of this name."""
    name = say(key, judged.lang)
    taken = {title.casefold() for title in titles}
    names = (name, *(f"{name} {number}" for number in range(2, len(taken) + 2)))
    return next(found for found in names if found.casefold() not in taken)


def _widths(page: Worksheet, widths: Sequence[int]) -> None:
    for position, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(position)].width = width


def _header(page: Worksheet, judged: Report, keys: Sequence[str]) -> None:
    page.append(
        [new_cell(page, say(f"validation.col-{key}", judged.lang), bold=True) for key in keys]
    )


def _append(page: Worksheet, cells: list[Cell]) -> None:
    """Append *cells*; a link is told where it stands, which is known only then."""
    page.append(cells)
    for one in cells:
        if one.hyperlink:
            one.hyperlink.ref = one.coordinate
