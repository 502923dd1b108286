"""Read an XLSX workbook: its sheets as streams of cells, its dates by their formats."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from datetime import date, datetime
from zipfile import ZipFile

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from kg.errors import Unreadable
from kg.settings import Settings
from kg.tabular.archive import Attributes, Elements, opened, read
from kg.tabular.grid import CONTROL, Grid, Line, Merge, checked, spread
from kg.tabular.model import Raw, Upload

_WORKBOOK = "xl/workbook.xml"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DIGITS = "0123456789"
_PERCENT = -1  # among numbers of digits


def read_xlsx(upload: Upload, settings: Settings) -> list[Grid]:
    """Return the sheets of the workbook *upload*, in order.

    Formulas give the value that was last computed. A cell merged over several rows holds for each
    of them that is not empty.

    Raises:
        TooLarge: it would unpack beyond the limit, or has too many rows, columns or characters.
        Unreadable: cut, damaged or not understood.
    """
    with opened(upload, settings) as archive:
        book, targets = _contents(archive)
        strings, styles = _Strings(), _Styles()
        for found, part in ((strings, targets.strings), (styles, targets.styles)):
            if part in archive.NameToInfo:
                read(archive, part, found)
        epoch = MAC_EPOCH if book.mac else WINDOWS_EPOCH
        return [
            _grid(archive, name, part, _Sheet(strings, styles, epoch, settings))
            for name, part in _sheets(archive, book, targets)
        ]


def sheet_parts(archive: ZipFile) -> list[tuple[str, str]]:
    """Return the titles of the sheets of cells of the workbook *archive*, in order, each with its part."""
    return list(_sheets(archive, *_contents(archive)))


def _contents(archive: ZipFile) -> tuple[_Book, _Relations]:
    book, targets = _Book(), _Relations()
    read(archive, _WORKBOOK, book)
    read(archive, "xl/_rels/workbook.xml.rels", targets)
    return book, targets


def _sheets(archive: ZipFile, book: _Book, targets: _Relations) -> Iterator[tuple[str, str]]:
    for name, link in book.sheets:
        part = targets.sheets.get(link, "")
        if part in archive.NameToInfo:  # a sheet of charts has no cells
            yield name, part


def _grid(archive: ZipFile, name: str, part: str, sheet: _Sheet) -> Grid:
    read(archive, part, sheet)
    return Grid(name, spread(sheet.lines, sheet.merges), sheet.epoch)


def _unescaped(text: str) -> str:
    """Return *text* with the characters that XML cannot hold: Excel writes them ``_x000D_``."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(
        lambda m: chr(int(m[1], 16)) if not 0xD800 <= int(m[1], 16) < 0xE000 else m[0], text
    )


class _Book(Elements):
    """Names of the sheets with the links to their parts, and whether days are counted from 1904."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.mac = False

    def opened(self, name: str, attributes: Attributes) -> None:
        if name == "sheet":
            link = next((text for key, text in attributes.items() if key.endswith(" id")), "")
            self.sheets.append((attributes.get("name", ""), link))
        elif name == "workbookPr":
            self.mac = attributes.get("date1904") in ("1", "true")


class _Relations(Elements):
    """Link → part of the archive."""

    def __init__(self) -> None:
        self.sheets: dict[str, str] = {}
        self.strings = "xl/sharedStrings.xml"
        self.styles = "xl/styles.xml"

    def opened(self, name: str, attributes: Attributes) -> None:
        if name != "Relationship":
            return
        part = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", ""))).lstrip("/")
        kind = attributes.get("Type", "").rpartition("/")[2]
        if kind == "worksheet":
            self.sheets[attributes.get("Id", "")] = part
        elif kind == "sharedStrings":
            self.strings = part
        elif kind == "styles":
            self.styles = part


class _Texts(Elements):
    """Collects the text of ``t``, without the phonetic reading that some cells carry."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.listening = self.phonetic = False

    def opened(self, name: str, attributes: Attributes) -> None:
        if name == "t":
            self.listening = not self.phonetic
        elif name == "rPh":
            self.phonetic = True

    def closed(self, name: str) -> None:
        if name == "t":
            self.listening = False
        elif name == "rPh":
            self.phonetic = False

    def said(self, text: str) -> None:
        if self.listening:
            self.pieces.append(text)


class _Strings(_Texts):
    """The texts that cells share, and the places of those that hold a control character."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.controls: set[int] = set()

    def closed(self, name: str) -> None:
        super().closed(name)
        if name == "si":
            text = _unescaped("".join(self.pieces))
            if CONTROL.search(text):
                self.controls.add(len(self.found))
            self.found.append(text)
            self.pieces = []


class _Styles(Elements):
    """Which styles show a number as a day, as that many digits (``000000000``), or as a percentage."""

    def __init__(self) -> None:
        self.formats: dict[str, str] = {}
        self.kinds: list[tuple[bool, int]] = []
        self.inside = False

    def opened(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            self.formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self.inside = True
        elif name == "xf" and self.inside:
            self.kinds.append(self._kind(attributes.get("numFmtId", "0")))

    def closed(self, name: str) -> None:
        if name == "cellXfs":
            self.inside = False

    def _kind(self, identifier: str) -> tuple[bool, int]:
        number = int(identifier) if identifier.isascii() and identifier.isdigit() else 0
        code = self.formats.get(identifier) or BUILTIN_FORMATS.get(number, "General")
        # 27 to 36 and 50 to 58 are days in the East Asian versions: no code is given for them.
        east_asian = 27 <= number <= 36 or 50 <= number <= 58
        digits = len(code) if not code.strip("0") else 0
        return east_asian or is_date_format(code), _PERCENT if code.endswith("%") else digits

    def of(self, style: str) -> tuple[bool, int]:
        """Return whether the style numbered *style* is a day, and its number of digits, or ``_PERCENT``."""
        try:
            return self.kinds[int(style)]
        except (ValueError, IndexError):
            return False, 0


class _Sheet(_Texts):
    """The filled rows of a sheet, and its merged cells."""

    def __init__(
        self, strings: _Strings, styles: _Styles, epoch: datetime, settings: Settings
    ) -> None:
        super().__init__()
        self.strings, self.styles, self.epoch, self.settings = strings, styles, epoch, settings
        self.lines: list[Line] = []
        self.merges: list[Merge] = []
        self.row = self.column = 0
        self.cells: dict[int, Raw] = {}
        self.kind = self.style = self.formula = ""
        self.letters: dict[str, int] = {}

    def opened(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            place = attributes.get("r")
            self.column = self._column(place) if place else self.column + 1
            self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
            self.pieces, self.formula = [], ""
        elif name in ("v", "f"):
            self.listening = True
        elif name == "row":
            self.row = max(int(attributes.get("r", self.row + 1)), 1)
            self.column, self.cells = 0, {}
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        else:
            super().opened(name, attributes)

    def closed(self, name: str) -> None:
        if name == "v":
            self.listening = False
        elif name == "f":
            self.listening = False
            self.pieces, self.formula = [], "=" + "".join(self.pieces)
        elif name == "c":
            raw = self._value("".join(self.pieces))
            # Never computed: the cell is not known to be empty.
            if raw == "" and self.kind != "str":
                raw = self._own(self.formula)
            if raw != "" and not (isinstance(raw, str) and raw.isspace()):
                self.cells[self.column] = raw
        elif name == "row":
            if self.cells:
                self.lines.append(checked(self.row, self.cells, self.settings))
        else:
            super().closed(name)

    def _column(self, place: str) -> int:
        letters = place.rstrip(_DIGITS)
        if letters not in self.letters:
            self.letters[letters] = column_index_from_string(letters)
        return self.letters[letters]

    def _merge(self, area: str) -> None:
        first, _, last = area.partition(":")
        top, bottom = (int(p.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for p in (first, last or first))
        if bottom > top:
            self.merges.append((self._column(first), top, bottom))

    def _value(self, text: str) -> Raw:
        """Return what *text* is by the kind of its cell; itself where it is not of that kind."""
        try:
            if self.kind == "s":
                return self._shared(int(text))
            if self.kind in ("str", "inlineStr", "e"):
                return self._own(_unescaped(text))
            if self.kind == "b":
                return bool(int(text))
            if self.kind == "d":
                return date.fromisoformat(text[:10])
            return self._number(text)
        except (ValueError, IndexError, OverflowError):
            return text

    def _shared(self, place: int) -> str:
        if place in self.strings.controls:
            raise Unreadable("validation.control", row=self.row)
        if 0 <= place < len(self.strings.found):
            return self.strings.found[place]
        return f"#{place}"  # what the cell said is lost, and must not pass for a number

    def _own(self, text: str) -> str:
        if CONTROL.search(text):
            raise Unreadable("validation.control", row=self.row)
        return text

    def _number(self, text: str) -> Raw:
        is_day, digits = self.styles.of(self.style)
        number = int(text) if text.lstrip("-").isdigit() else float(text)
        if is_day and number >= 0:
            found = from_excel(number, self.epoch)
            return found if isinstance(found, datetime) else number
        if digits == _PERCENT:
            return f"{round(number * 100, 6):g}%"  # as the spreadsheet shows it
        if digits and float(number).is_integer():
            return str(int(number)).zfill(digits)
        return number
