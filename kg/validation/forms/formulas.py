"""The results of the formulas of a workbook, which openpyxl forgets when it saves: kept, as they were.

A spreadsheet program computes them again when it opens the file; whoever only reads it needs them.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

from openpyxl.utils import column_index_from_string, get_column_letter

from kg.tabular.archive import Attributes, Elements, read
from kg.tabular.xlsx import sheet_parts

Found = dict[str, dict[str, tuple[str, str]]]
"""Title of a sheet → cell → type of its result (``n``, ``str``, ``b``, ``e``…) and the result as written."""

_WITHOUT = re.compile(
    r'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f[^>]*/>|<f[^>]*>[^<]*</f>)<v\s*(?:/>|></v>)</c>'
)
"""A cell with a formula and no result, as openpyxl writes it."""


def results(data: bytes) -> Found:
    """Return the results that the workbook *data* (XLSX, accepted by the reader) holds for its formulas."""
    found: Found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for title, part in sheet_parts(archive):
            cells = _Results()
            read(archive, part, cells)
            if cells.found:
                found[title] = cells.found
    return found


def restored(data: bytes, kept: Found) -> bytes:
    """Return the workbook *data*, as openpyxl wrote it, with the results *kept* in their cells."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        titles = {part: title for title, part in sheet_parts(old) if title in kept}
        for member in old.namelist():
            content = old.read(member)
            if member in titles:
                content = _filled(content.decode(), kept[titles[member]]).encode()
            new.writestr(member, content)
    return stream.getvalue()


def _filled(sheet: str, cells: Mapping[str, tuple[str, str]]) -> str:
    def one(cell: re.Match[str]) -> str:
        place, attributes, formula = cell.groups()
        if place not in cells:
            return cell[0]
        kind, text = cells[place]
        return f'<c r="{place}"{attributes} t="{kind}">{formula}<v>{escape(text)}</v></c>'

    return _WITHOUT.sub(one, sheet)


class _Results(Elements):
    """What one sheet holds as the results of its formulas."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[str, str]] = {}
        self.row = self.column = 0
        self.kind, self.text = "", ""
        self.formula = self.listening = False

    def opened(self, name: str, attributes: Attributes) -> None:
        if name == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
        elif name == "c":
            place = attributes.get("r", "").rstrip("0123456789")
            self.column = column_index_from_string(place) if place else self.column + 1
            self.kind, self.text = attributes.get("t", "n"), ""
            self.formula = False
        elif name == "f":
            self.formula = True
        elif name == "v":
            self.listening = True

    def closed(self, name: str) -> None:
        if name == "v":
            self.listening = False
        # A shared text (``s``) is no result of a formula: its number would mean nothing in the new file.
        elif name == "c" and self.formula and self.text and self.kind != "s":
            place = f"{get_column_letter(self.column)}{self.row}"
            self.found[place] = self.kind, self.text

    def said(self, text: str) -> None:
        if self.listening:
            self.text += text
