"""The ZIP archive of a workbook, read without trusting it: size before content, XML as a stream."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from xml.parsers import expat

from kg.errors import SoinsError, TooLarge, Unreadable
from kg.settings import Settings
from kg.tabular.model import Upload

_RATIO = 100
_RATIO_FROM = 1_000_000  # small sheets of repeated text compress better than 100 to 1, harmlessly
_CHUNK = 1 << 20
_TOKEN = 1 << 20  # expat reads a token again at each chunk: a tag of 100 MB would take minutes
_DEPTH = 100

Attributes = Mapping[str, str]


class Elements:
    """What is made of a stream of XML: each element as it opens and closes, and the text between.

    Names of elements come without their namespace, those of attributes behind it and a space.
    """

    def opened(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def closed(self, name: str) -> None:
        """An element ends."""

    def said(self, text: str) -> None:
        """A piece of text, as long or short as the parser likes."""


class _Local(dict[str, str]):
    """Name of an element with its namespace → without."""

    def __missing__(self, name: str) -> str:
        found = name.rpartition(" ")[2]
        if len(self) < 1_000:
            self[name] = found
        return found


@contextmanager
def opened(upload: Upload, settings: Settings) -> Iterator[zipfile.ZipFile]:
    """Open the archive *upload*; what its reading then raises becomes an error of ours.

    Raises:
        TooLarge: it would unpack beyond the limit.
        Unreadable: it is cut or damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(upload.data)) as archive:
            members = archive.infolist()
            # zipfile never reads past the announced size: to lie about it cuts the member, it does not grow it.
            unpacked = sum(member.file_size for member in members)
            packed = sum(member.compress_size for member in members) or 1
            if unpacked > settings.unpacked or (
                unpacked > _RATIO_FROM and unpacked / packed > _RATIO
            ):
                size = settings.unpacked // 1_000_000
                raise TooLarge("validation.unpacked", name=upload.name, size=size)
            yield archive
    except SoinsError:
        raise
    except Exception as error:  # zipfile, zlib and expat raise whatever the bytes make them meet
        raise Unreadable("validation.damaged", name=upload.name) from error


def read(archive: zipfile.ZipFile, member: str, elements: Elements) -> None:
    """Send what the XML *member* says to *elements*, as it is read.

    No DTD, so no entity of its own and nothing from outside.

    Raises:
        ValueError: a DTD, elements too deep, or a tag too long.
        expat.ExpatError, zipfile.BadZipFile, KeyError: not well-formed, damaged, or absent.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = 0
    local = _Local()
    opened, closed = elements.opened, elements.closed  # called a million times

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEPTH:
            raise ValueError("elements too deep")
        opened(local[name], attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        closed(local[name])

    def refuse(*_: object) -> None:
        raise ValueError("a DTD")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = elements.said
    given = 0
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
            given += len(chunk)
            if given - max(parser.CurrentByteIndex, 0) > _TOKEN + len(chunk):
                raise ValueError("a tag too long")
        parser.Parse(b"", True)
