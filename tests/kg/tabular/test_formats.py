"""What a file is, from its bytes alone."""

from __future__ import annotations

import contextlib
import io
import time
import zipfile
from pathlib import Path

import pytest

from kg import tabular
from kg.errors import SoinsError, WrongType
from kg.messages import say
from kg.tabular import Format, Upload
from kg.tabular.formats import recognise

SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"


def archive(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as found:
        for name, data in members.items():
            found.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"identifiant;type;nom\n", "csv"),
        (b"\xef\xbb\xbfidentifiant,type\n", "csv"),
        (b"# liste de 2026\nidentifiant;type\n", "csv"),
        (b"prefixe;base;a\n", "csv"),
        (b"[brouillon];type\n", "csv"),
        (archive(xl__workbook_xml=b""), "xlsx"),
        (archive(mimetype=SPREADSHEET, content_xml=b""), "ods"),
        (b"finess;etalab;111;2026-05-12\nstructureet;01\n", "finess-csv"),
        (b"structureet;010000024;010780054\n", "finess-csv"),
        (b'<?xml version="1.0"?>\n<!-- <RDF> -->\n<fluxfiness xmlns:x="y">', "finess-xml"),
        (b'{"schemaVersion": "v1.0.0", "gcc": []}', "finess-json"),
        (b'[\n {"informationsGeneralesEGE": {}}]', "finess-json"),
        (b"@prefix s: <http://e/> .\ns:a a s:B .\n", "turtle"),
        (b"# note\nPREFIX s: <http://e/>\ns:a a s:B .\n", "turtle"),
        (b"<http://e/a> a <http://e/B> ; <http://e/p> 1 .\n", "turtle"),
        (b"@prefix s: <http://e/> .\ns:g { s:a a s:B }\n", "trig"),
        (b'@prefix s: <http://e/> .\ns:a s:p "{" . # {\n', "turtle"),
        (b"<http://e/a> <http://e/p> <http://e/b> .\n", "n-triples"),
        (b'_:a <http://e/p> "b"@fr .\r\n', "n-triples"),
        (b'<http://e/a> <http://e/p> "b \\" c" <http://e/g> .\n', "n-quads"),
        (b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>', "rdf-xml"),
        (b'<?xml version="1.0"?><RDF xmlns="x">', "rdf-xml"),
        (b'{"@context": {}, "@id": "x"}', "json-ld"),
        (b'[{"@id": "x"}]', "json-ld"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_is_recognised_by_its_bytes(data: bytes, expected: str) -> None:
    assert recognise(Upload("essai.bin", data)) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("finess-etalab-csv/etalab-cs1100502-extrait-20260512-latin1.csv", "finess-csv"),
        ("finess-flux-xml/finess_cs1400101_stock_20211214-0333.xml", "finess-xml"),
        ("finess-plus/ege-cas-limites-202609.json", "finess-json"),
        ("finess-plus/extrait-structures-journalier-20260309.json", "finess-json"),
    ],
)
def test_official_files_are_recognised(shared: Path, path: str, expected: str) -> None:
    assert recognise(Upload("essai", (shared / "data" / path).read_bytes())) == expected


@pytest.mark.parametrize(
    ("data", "key", "found"),
    [
        (b"%PDF-1.7", "other-kind", "PDF"),
        (b"\x1f\x8b\x08\0", "other-kind", "gzip"),
        (b"<!DOCTYPE html><html lang='fr'>", "other-kind", "HTML"),
        (b"<office:document xmlns:office='x'>", "other-kind", "XML <document>"),
        (b'{"nom": "x"}', "other-kind", "JSON"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(9), "ole", None),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "locked",
            None,
        ),
        (archive(word__document_xml=b"x"), "not-workbook", None),
        (archive(mimetype=b"application/vnd.oasis.opendocument.text"), "not-workbook", None),
    ],
)
def test_another_kind_of_file_is_named(data: bytes, key: str, found: str | None) -> None:
    with pytest.raises(WrongType) as refusal:
        recognise(Upload("essai", data))

    assert (f"validation.{key}", found) == (refusal.value.key, refusal.value.data.get("found"))
    assert all(say(refusal.value.key, lang, **refusal.value.data) for lang in ("fr", "en"))


def test_text_is_read_as_its_sender_says() -> None:
    data = b"<http://e/a> <http://e/p> <http://e/b> .\n"

    assert recognise(Upload("essai", data, Format.TURTLE)) is Format.TURTLE


@pytest.mark.parametrize(
    ("data", "said"),
    [(archive(xl__workbook_xml=b""), Format.TURTLE), (b"identifiant;type\n", Format.XLSX)],
)
def test_a_workbook_is_never_text_nor_text_a_workbook(data: bytes, said: Format) -> None:
    with pytest.raises(WrongType) as refusal:
        recognise(Upload("essai", data, said))

    assert refusal.value.key == "validation.not-as-said"


def test_files_of_two_kinds_are_not_read_together(monkeypatch: pytest.MonkeyPatch) -> None:
    from kg.settings import Settings
    from kg.tabular import sheets

    monkeypatch.setitem(sheets.FOREIGN, Format.TURTLE, lambda *_: pytest.fail("read"))
    uploads = [Upload("a", b"identifiant;type\n"), Upload("b", b"@prefix s: <http://e/> .")]

    with pytest.raises(SoinsError) as refusal:
        tabular.read(uploads, (), Settings())

    assert refusal.value.key == "validation.mixed"


@pytest.mark.parametrize(
    "piece", [b"<", b"<!--", b"[ ", b'"', b"\\", b"#\n", b"<a:", b'_:a "', b"{ ", b"prefix "]
)
def test_hostile_text_is_recognised_at_once(piece: bytes) -> None:
    start = time.perf_counter()
    for data in (piece * 200_000, b"<http://e/" + piece * 200_000, b"@prefix " + piece * 200_000):
        with contextlib.suppress(SoinsError):
            recognise(Upload("essai", data))

    assert time.perf_counter() - start < 1
