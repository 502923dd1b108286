"""Read a CSV file: any usual separator, UTF-8 first, Windows-1252 where it is not UTF-8."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator

from kg.errors import TooLarge, Unreadable, WrongType
from kg.settings import Settings
from kg.tabular.grid import CONTROL, Grid, Line, checked
from kg.tabular.model import Raw, Upload

_SEPARATORS = ";,\t|"
_SAMPLE = 30
_CONTROLS = bytes(range(9)) + bytes(range(14, 32))
_CONTROL = re.compile(rb"[\0-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")


def read_csv(upload: Upload, settings: Settings, known: Callable[[str], bool]) -> Grid:
    """Return the rows of *upload*, read as they are asked for; *known* says whether a word is the name
    of a column.

    Raises:
        WrongType: the bytes are not text.
        Unreadable: wrong encoding; while reading, a quotation mark that never closes or a control
            character (names the row).
        TooLarge: while reading, more rows, columns or characters than allowed.
    """
    encoding = _encoding(upload)
    head = upload.data[:100_000].decode(encoding, "ignore")
    separator = max(_SEPARATORS, key=lambda mark: _score(head, mark, known))
    return Grid("", _lines(upload.data, encoding, separator, settings))


def _encoding(upload: Upload) -> str:
    data = upload.data
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("validation.encoding", name=upload.name, found="UTF-16", byte=0)
    head = data[:65_536]
    if len(head) - len(head.translate(None, _CONTROLS)) > len(head) // 20:
        raise WrongType("validation.binary", name=upload.name)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        try:
            data.decode("cp1252")
        except UnicodeDecodeError:
            raise Unreadable(
                "validation.encoding", name=upload.name, found="?", byte=error.start
            ) from None
        return "cp1252"
    return "utf-8-sig"


def _score(head: str, mark: str, known: Callable[[str], bool]) -> int:
    """Return how many names of columns the first lines hold when cut at *mark*."""
    lines = head.splitlines()[:_SAMPLE]
    return max(
        (sum(known(word.strip(' "')) for word in line.split(mark)) for line in lines), default=0
    )


def _lines(data: bytes, encoding: str, separator: str, settings: Settings) -> Iterator[Line]:
    csv.field_size_limit(max(settings.cell * 4, 131_072))
    # Decoded as it is read: the whole text would take four times the size of the file.
    text = io.TextIOWrapper(io.BytesIO(data), encoding, newline="")
    reader = csv.reader(text, delimiter=separator, strict=True)
    controls = bool(_CONTROL.search(data))  # one look at all, so that rows are seldom looked at
    number = 0
    while True:
        number += 1
        try:
            words = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field larger" in str(error):
                raise TooLarge("validation.long-cell", row=number, size=settings.cell) from error
            raise Unreadable("validation.csv-row", row=number) from error
        if controls and any(CONTROL.search(word) for word in words):
            raise Unreadable("validation.control", row=number)
        cells: dict[int, Raw] = {
            i: word.strip() for i, word in enumerate(words, 1) if word and not word.isspace()
        }
        if cells:
            yield checked(number, cells, settings)
