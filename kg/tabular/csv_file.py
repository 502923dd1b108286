"""Read a CSV file: any usual separator, UTF-8 first, Windows-1252 where it is not UTF-8."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator

from kg.errors import TooLarge, Unreadable, WrongType
from kg.settings import Settings
from kg.tabular.grid import Grid, Line, within
from kg.tabular.model import Upload

_SEPARATORS = ";,\t|"
_SAMPLE = 20


def read_csv(upload: Upload, settings: Settings, known: Callable[[str], bool]) -> Grid:
    """Return the rows of *upload*; *known* says whether a word is the name of a column.

    Raises:
        WrongType: the bytes are not text.
        Unreadable: wrong encoding, or a quotation mark that never closes (names the row).
        TooLarge: more rows, columns or characters than allowed.
    """
    text = _decode(upload)
    separator = max(_SEPARATORS, key=lambda mark: _score(text, mark, known))
    return Grid("", tuple(within(_lines(text, separator, settings), settings)))


def _decode(upload: Upload) -> str:
    data = upload.data
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("validation.encoding", name=upload.name, found="UTF-16", byte=0)
    if b"\0" in data:
        raise WrongType("validation.binary", name=upload.name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            raise Unreadable(
                "validation.encoding", name=upload.name, found="?", byte=error.start
            ) from None
    if any(ord(c) < 32 and c not in "\t\n\r\x0b\x0c" for c in text):
        raise WrongType("validation.binary", name=upload.name)
    return text


def _score(text: str, mark: str, known: Callable[[str], bool]) -> int:
    """Return how many names of columns the first lines hold when cut at *mark*."""
    lines = text[:100_000].splitlines()[:_SAMPLE]
    return max(
        (sum(known(word.strip(' "')) for word in line.split(mark)) for line in lines), default=0
    )


def _lines(text: str, separator: str, settings: Settings) -> Iterator[Line]:
    csv.field_size_limit(max(settings.cell * 4, 131_072))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
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
        yield number, {i: word.strip() for i, word in enumerate(words, 1) if word.strip()}
