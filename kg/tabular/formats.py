"""Tell what a file is from its bytes: its name and its announced type are never believed."""

from __future__ import annotations

import io
import re
import zipfile

from kg.errors import BadInput, Unreadable, WrongType
from kg.tabular.model import Format, Upload

_BOM = b"\xef\xbb\xbf"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
"""The stream that holds a workbook under a password."""
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = "META-INF/manifest.xml"
_KNOWN = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
}
_BLANK = b" \t\r\n" + _BOM
_HEAD = 65_536

# Each pattern is anchored or without overlapping repetition: linear on any text.
_COMMENTS = re.compile(rb"(?:\s+|#[^\n]*(?:\n|$))*")
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)[\s/>]")
_MARKUP = re.compile(rb"<(?:\?|!|(?:[\w.-]+:)?[A-Za-z][\w.-]*[\s/>])")
_TURTLE = re.compile(rb"@prefix\b|@base\b|(?:prefix|base)\s[^;,\t|\n]*<|\[\s*\]?\s*a\s", re.I)
_JSON = re.compile(rb'\{\s*["}]|\[\s*[\[{"\]]')
_JSON_LD = re.compile(rb'"@(?:context|graph|id|type)"')
_FINESS_JSON = re.compile(
    rb'"(?:schemaVersion|gcc|gco|pmej|ege|informationsGenerales(?:EGE|PMEJ))"'
)
_FINESS_CSV = re.compile(rb"(?:finess;etalab|structuree[tj];|geolocalisation;)", re.I)
_TERM = rb'(?:<[^<>"{}|^`\\\s]*>|_:[^\s<>"]+|"(?:[^"\\\n]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^<>\s]*>)?)'
_STATEMENT = re.compile(rb"^[ \t]*((?:" + _TERM + rb"[ \t]*){3,4})\.[ \t]*(?:#.*)?$")
_QUOTED = re.compile(rb'"(?:[^"\\\n]|\\.)*"|<[^<>\s]*>|#[^\n]*')


def recognise(upload: Upload) -> Format:
    """Return the format of *upload*: what its bytes say, or for text what it was given with.

    Text that is nothing else is taken for CSV.

    Raises:
        BadInput: no byte to read.
        WrongType: a kind of file that is not read here (named where it is known), locked by a
            password, or not what it was given for.
        Unreadable: an archive that is cut or damaged.
    """
    data = upload.data
    if not data[:_HEAD].strip(_BLANK) and not data.strip(_BLANK):
        raise BadInput("validation.empty", name=upload.name)
    if data.startswith(_OLE):
        key = "validation.locked" if _LOCKED in data else "validation.ole"
        raise WrongType(key, name=upload.name)
    for signature, kind in _KNOWN.items():
        if data.startswith(signature):
            raise WrongType("validation.other-kind", name=upload.name, found=kind)
    if data.startswith(_ZIP):
        found = _workbook(upload)
    elif upload.format in (None, Format.XLSX, Format.ODS):
        found = _text(upload)
    else:
        return upload.format
    if upload.format not in (None, found):
        raise WrongType("validation.not-as-said", name=upload.name, said=upload.format, found=found)
    return found


def _workbook(upload: Upload) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(upload.data)) as archive:
            names = archive.NameToInfo
            kind = archive.open("mimetype").read(100) if "mimetype" in names else b""
            manifest = b""
            if kind.startswith(_ODS) and _MANIFEST in names:
                manifest = archive.open(_MANIFEST).read(1 << 20)
            locked = b"encryption-data" in manifest or any(m.flag_bits & 1 for m in names.values())
    except Exception as error:  # zipfile raises whatever a damaged archive makes it meet
        raise Unreadable("validation.damaged", name=upload.name) from error
    if locked:
        raise WrongType("validation.locked", name=upload.name)
    if "xl/workbook.xml" in names:
        return Format.XLSX
    if kind.startswith(_ODS) and "content.xml" in names:
        return Format.ODS
    raise WrongType("validation.not-workbook", name=upload.name)


def _text(upload: Upload) -> Format:
    head = upload.data[:_HEAD].removeprefix(_BOM).lstrip()
    if _FINESS_CSV.match(head):
        return Format.FINESS_CSV
    if _MARKUP.match(head):
        return _xml(upload, head)
    bare = head[_COMMENTS.match(head).end() :]  # type: ignore[union-attr]  # it matches nothing at least
    if _JSON.match(bare):
        if _FINESS_JSON.search(bare):
            return Format.FINESS_JSON
        if _JSON_LD.search(bare):
            return Format.JSON_LD
        raise WrongType("validation.other-kind", name=upload.name, found="JSON")
    if found := _statements(bare):
        return found
    if _TURTLE.match(bare) or re.match(rb"<[a-z][a-z0-9+.-]*:", bare, re.I):
        return Format.TRIG if b"{" in _QUOTED.sub(b"", bare) else Format.TURTLE
    return Format.CSV


def _xml(upload: Upload, head: bytes) -> Format:
    root = _ROOT.search(re.sub(rb"<!--.*?(?:-->|\Z)", b"", head, flags=re.S))
    name = root[1].decode() if root else "XML"
    if name == "fluxfiness":
        return Format.FINESS_XML
    if name == "RDF":
        return Format.RDF_XML
    found = "HTML" if name.lower() == "html" else f"XML <{name[:40]}>"
    raise WrongType("validation.other-kind", name=upload.name, found=found)


def _statements(head: bytes) -> Format | None:
    """Return N-Triples or N-Quads where the first lines are whole statements, one each."""
    lines = [line for line in head.split(b"\n")[:20] if line.strip() and not line.startswith(b"#")]
    if len(head) == _HEAD:
        lines = lines[:-1] or lines
    found = [_STATEMENT.match(line.rstrip(b"\r")) for line in lines]
    if not found or not all(found):
        return None
    quads = any(len(re.findall(_TERM, match[1])) == 4 for match in found if match)
    return Format.N_QUADS if quads else Format.N_TRIPLES
