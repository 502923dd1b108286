"""Read an ODS workbook (LibreOffice): rows and cells that repeat are counted before they are copied."""

from __future__ import annotations

from datetime import date

from kg.errors import TooLarge
from kg.settings import Settings
from kg.tabular.archive import Attributes, Elements, opened, read
from kg.tabular.grid import Grid, Line, Merge, checked, spread
from kg.tabular.model import Raw, Upload

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
_CELLS = ("table-cell", "covered-table-cell")
_NOTES = ("annotation", "note", "frame", "ruby-text")  # what stands in a cell and is not its text
_NUMBERS = ("float", "percentage", "currency")


def read_ods(upload: Upload, settings: Settings) -> list[Grid]:
    """Return the sheets of the workbook *upload*, in order.

    A cell merged over several rows holds for each of them that is not empty.

    Raises:
        TooLarge: it would unpack beyond the limit, or has too many rows, columns or characters.
        Unreadable: cut, damaged or not understood.
    """
    with opened(upload, settings) as archive:
        content = _Content(settings)
        read(archive, "content.xml", content)
        return [Grid(name, spread(lines, merges)) for name, lines, merges in content.sheets]


class _Content(Elements):
    """The filled rows of each sheet, and its merged cells."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.sheets: list[tuple[str, list[Line], list[Merge]]] = []
        self.tables = 0  # a cell may hold a table of its own, which is not read
        self.row = self.column = 0
        self.row_repeat = self.cell_repeat = 1
        self.cells: dict[int, Raw] = {}
        self.attributes: Attributes | None = None
        self.paragraphs: list[str] = []
        self.silent = self.length = 0

    def opened(self, name: str, attributes: Attributes) -> None:
        if name == "table":
            self.tables += 1
            if self.tables == 1:
                self.sheets.append((attributes.get(_TABLE + "name", ""), [], []))
                self.row = 0
        elif self.tables != 1:
            return
        elif name == "table-row":
            self.row_repeat = _count(attributes, "number-rows-repeated")
            self.column, self.cells = 0, {}
        elif name in _CELLS:
            self.cell_repeat = _count(attributes, "number-columns-repeated")
            self.attributes, self.paragraphs = attributes, []
            self.silent = self.length = 0
        elif self.attributes is not None:
            self._inside(name, attributes)

    def _inside(self, name: str, attributes: Attributes) -> None:
        if name in _NOTES:
            self.silent += 1
        elif self.silent:
            return
        elif name == "p":
            self.paragraphs.append("")
        elif name in ("tab", "line-break"):
            self.said("\t" if name == "tab" else "\n")
        elif name == "s":
            self.said(" " * min(int(attributes.get(_TEXT + "c", 1)), 100))

    def closed(self, name: str) -> None:
        if name == "table":
            self.tables -= 1
        elif self.tables != 1:
            return
        elif name in _CELLS:
            self._cell(self.attributes or {})
            self.attributes = None
        elif name in _NOTES and self.attributes is not None:
            self.silent -= 1
        elif name == "table-row":
            self._row()

    def said(self, text: str) -> None:
        if self.paragraphs and not self.silent and self.attributes is not None:
            self.length += len(text)
            if self.length > self.settings.cell:
                raise TooLarge("validation.long-cell", row=self.row + 1, size=self.settings.cell)
            self.paragraphs[-1] += text

    def _cell(self, attributes: Attributes) -> None:
        raw: Raw = None
        if self.paragraphs or _OFFICE + "value-type" in attributes:
            raw = _value(attributes, "\n".join(self.paragraphs))
        if raw is not None:
            # What lies beyond the limit is refused by its number: never copied out.
            last = min(self.column + self.cell_repeat, self.settings.columns + 1)
            for column in range(min(self.column + 1, last), last + 1):
                self.cells[column] = raw
            spanned = _count(attributes, "number-rows-spanned")
            if spanned > 1 and self.row_repeat == 1:
                merge = (self.column + 1, self.row + 1, self.row + spanned)
                self.sheets[-1][2].append(merge)
        self.column += self.cell_repeat

    def _row(self) -> None:
        if self.cells:
            checked(self.row + self.row_repeat, self.cells, self.settings)
            numbers = range(self.row + 1, self.row + self.row_repeat + 1)
            self.sheets[-1][1].extend((number, self.cells) for number in numbers)
        self.row += self.row_repeat


def _count(attributes: Attributes, name: str) -> int:
    """Return how many times; ValueError where it is no number from 1."""
    count = int(attributes.get(_TABLE + name, 1))
    if count < 1:
        raise ValueError(name)
    return count


def _value(attributes: Attributes, text: str) -> Raw:
    """Return what a cell holds by its kind; the *text* that it shows where that is not of its kind."""
    kind = attributes.get(_OFFICE + "value-type", "")
    try:
        if kind in _NUMBERS:
            value = attributes[_OFFICE + "value"]
            if kind == "percentage":
                return f"{round(float(value) * 100, 6):g}%"
            if text.startswith("0") and text.isdigit() and int(text) == float(value):
                return text  # 010008407: the zero is of its format, and of the identifier
            return int(value) if value.lstrip("-").isdigit() else float(value)
        if kind == "date":
            return date.fromisoformat(attributes[_OFFICE + "date-value"][:10])
        if kind == "boolean":
            return attributes[_OFFICE + "boolean-value"] == "true"
    except (KeyError, ValueError, OverflowError):
        pass
    return text if text.strip() else None
