"""Read a workbook without trusting it: size before content, row numbers before rows."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet._reader import WorkSheetParser

from kg.errors import TooLarge, Unreadable, WrongType
from kg.settings import Settings
from kg.tabular.grid import Grid, Line, within
from kg.tabular.model import Upload

_RATIO = 100
_RATIO_FROM = 1_000_000  # small sheets of repeated text compress better than 100 to 1, harmlessly
_VALUE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}v"


def read_xlsx(upload: Upload, settings: Settings) -> list[Grid]:
    """Return the sheets of the workbook *upload*, in order.

    Raises:
        TooLarge: it would unpack beyond the limit, or has too many rows, columns or characters.
        WrongType: a ZIP archive that is no workbook.
        Unreadable: cut, damaged or not understood.
    """
    _check_archive(upload, settings)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # openpyxl warns of styles and extensions: no concern of ours
            book = load_workbook(io.BytesIO(upload.data), read_only=True, data_only=True)
            try:
                sheets = [sheet for sheet in book.worksheets if hasattr(sheet, "_get_source")]
                return [
                    Grid(str(sheet.title), tuple(within(_lines(sheet), settings)))
                    for sheet in sheets
                ]
            finally:
                book.close()
    except TooLarge:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers meet
        raise Unreadable("validation.damaged", name=upload.name) from error


def _check_archive(upload: Upload, settings: Settings) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(upload.data)) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unreadable("validation.damaged", name=upload.name) from error
    # zipfile never reads past the announced size: to lie about it cuts the member, it does not grow it.
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if unpacked > settings.unpacked or (unpacked > _RATIO_FROM and unpacked / packed > _RATIO):
        raise TooLarge("validation.unpacked", name=upload.name, size=settings.unpacked)
    if "xl/workbook.xml" not in names:
        raise WrongType("validation.not-workbook", name=upload.name)


class _Parser(WorkSheetParser):  # type: ignore[misc,unused-ignore]
    """The parser of openpyxl, for which an ill-typed cell is text and not the end of the file."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        try:
            found: dict[str, Any] = super().parse_cell(element)
            return found
        except (ValueError, OverflowError, IndexError, TypeError):
            raw = element.findtext(_VALUE)
            return {"row": self.row_counter, "column": self.col_counter, "value": raw}


def _lines(sheet: Any) -> Iterator[Line]:
    """Yield the rows that are written, without the empty ones that openpyxl puts between them."""
    book = sheet.parent
    with sheet._get_source() as stream:
        parser = _Parser(
            stream,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, cells in parser.parse():
            yield (
                number,
                {
                    cell["column"]: cell["value"]
                    for cell in cells
                    if cell["value"] is not None and str(cell["value"]).strip()
                },
            )
