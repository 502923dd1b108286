"""What a file may look like and still be read; what is refused, and with which words."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from kg import tabular
from kg.errors import BadInput, SoinsError, TooLarge, Unreadable, WrongType
from kg.messages import say
from kg.settings import Settings
from kg.tabular import Column, Tables

Read = Callable[..., Tables]


def workbook(**sheets: list[list[object]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


HEADER: list[object] = ["identifiant", "type", "nom"]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_is_found(read: Read, separator: str) -> None:
    lines = [["identifiant", "type", "nom"], ["1", "MSP", "Les Tilleuls"]]

    tables = read("\n".join(separator.join(line) for line in lines))

    assert tables.structures.records[0].text("nom") == "Les Tilleuls"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_usual_encodings_are_read(read: Read, encoding: str) -> None:
    tables = read("identifiant;type;nom\n1;MSP;Santé d’été\n".encode(encoding))

    assert tables.structures.records[0].text("nom") == "Santé d’été"


def test_case_accents_and_order_of_the_header_do_not_matter(read: Read) -> None:
    tables = read("NOM;Hébergement;Type;IDENTIFIANT\nA;non;MSP;1\n")

    assert tables.structures.records[0].value("hebergement") is False


def test_title_and_blank_lines_are_skipped_and_rows_keep_their_number(read: Read) -> None:
    tables = read("Annuaire 2026\n\nidentifiant;type;nom\n\n1;MSP;A\n")

    assert (3, 5) == (tables.structures.header_row, tables.structures.records[0].row)


def test_rows_of_a_workbook_keep_the_number_that_the_spreadsheet_shows(read: Read) -> None:
    tables = read(workbook(structures=[["Titre"], [], HEADER, [], ["1", "MSP", "A"]]))

    assert (3, 5) == (tables.structures.header_row, tables.structures.records[0].row)


def test_unknown_columns_are_listed(read: Read) -> None:
    tables = read("identifiant;type;nom;couleur\n1;MSP;A;bleu\n")

    assert tables.structures.unknown == ("couleur",)


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("date_ouverture", "2020-02-29", date(2020, 2, 29)),
        ("date_ouverture", "29/02/2020", date(2020, 2, 29)),
        ("hebergement", "OUI", True),
        ("hebergement", "Vrai", True),
        ("hebergement", "1", True),
        ("hebergement", "faux", False),
        ("hebergement", "0", False),
        ("habitants", "62 000", 62000),
        ("habitants", "2.0", 2),
        ("missions", "accès | prévention", ("accès", "prévention")),
    ],
)
def test_a_cell_is_read_in_the_form_of_its_column(
    read: Read, column: str, text: str, value: object
) -> None:
    tables = read(f"identifiant;type;nom;{column}\n1;MSP;A;{text}\n")

    assert tables.structures.records[0].value(column) == value


def test_dates_numbers_and_booleans_of_a_workbook_are_read(read: Read) -> None:
    header = [*HEADER, "date_ouverture", "habitants", "hebergement"]
    row: list[object] = [12, "MSP", "A", datetime(2020, 1, 31), 62000.0, True]

    record = read(workbook(structures=[header, row])).structures.records[0]

    found = [record.value(name) for name in ("date_ouverture", "habitants", "hebergement")]
    assert ([date(2020, 1, 31), 62000, True], "12") == (found, record.text("identifiant"))


@pytest.mark.parametrize(
    ("column", "text", "rule"),
    [
        ("date_ouverture", "31/02/2020", "FORMAT-DATE"),
        ("habitants", "beaucoup", "FORMAT-NOMBRE"),
        ("habitants", "-3", "FORMAT-NOMBRE"),
        ("hebergement", "peut-être", "FORMAT-OUI-NON"),
    ],
)
def test_a_bad_cell_is_a_result_and_not_the_end(
    read: Read, column: str, text: str, rule: str
) -> None:
    problems = read(f"identifiant;type;nom;{column}\n1;MSP;A;{text}\n").problems

    assert [(rule, 2, column, text)] == [(p.rule, p.row, p.column, p.value) for p in problems]


def test_an_ill_typed_cell_of_a_workbook_is_a_result_and_not_the_end(read: Read) -> None:
    data = workbook(structures=[[*HEADER, "habitants"], ["1", "MSP", "A", 987654]])
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for member in old.namelist():
            new.writestr(member, old.read(member).replace(b"987654", b"cached"))

    problems = read(stream.getvalue()).problems

    assert [("FORMAT-NOMBRE", "habitants", "cached")] == [
        (p.rule, p.column, p.value) for p in problems
    ]


def test_two_csv_files_are_told_apart_by_their_columns(read: Read) -> None:
    tables = read("structure;profession\n1;infirmier\n", "identifiant;type;nom\n1;MSP;A\n")

    assert tables.membres is not None
    assert tables.membres.records[0].text("profession") == "infirmier"


def test_sheets_are_told_by_name_in_any_case(read: Read) -> None:
    data = workbook(
        Membres=[["structure", "profession"], ["1", "infirmier"]],
        STRUCTURES=[HEADER, ["1", "MSP", "A"]],
    )

    assert read(data).membres is not None


def test_a_workbook_of_one_sheet_holds_structures_whatever_its_name(read: Read) -> None:
    assert len(read(workbook(Feuil1=[HEADER, ["1", "MSP", "A"]])).structures.records) == 1


GOOD = workbook(structures=[HEADER, ["1", "MSP", "A"]])
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01"


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "kind", "key"),
    [
        (b"", BadInput, "validation.empty"),
        (b"\xef\xbb\xbf \r\n", BadInput, "validation.empty"),
        (PNG, WrongType, "validation.other-kind"),
        (b"a\0b", WrongType, "validation.binary"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), WrongType, "validation.ole"),
        (GOOD[: len(GOOD) // 2], Unreadable, "validation.damaged"),
        (zipped(word__document=b"x"), WrongType, "validation.not-workbook"),
        ("identifiant;type;nom\n1;MSP;A\n".encode("utf-16"), Unreadable, "validation.encoding"),
        (b"identifiant;type;nom\n1;MSP;\x81\n", Unreadable, "validation.encoding"),
        (b'identifiant;type;nom\n1;MSP;A\n2;MSP;"B\n3;MSP;C\n', Unreadable, "validation.csv-row"),
        (b"bonjour\n", Unreadable, "validation.no-header"),
        (b"identifiant;nom\n1;A\n", Unreadable, "validation.missing-columns"),
        (b"structure;profession\n1;infirmier\n", Unreadable, "validation.no-structures"),
        (zipped(xl__workbook=b"", **{"xl__workbook.xml": b"<a"}), Unreadable, "validation.damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_refused_in_words(
    read: Read, data: bytes, kind: type[SoinsError], key: str
) -> None:
    with pytest.raises(kind) as refusal:
        read(data)

    assert refusal.value.key == key
    assert all(say(key, lang, **refusal.value.data) for lang in ("fr", "en"))


def test_the_row_of_an_unclosed_quotation_mark_is_named(read: Read) -> None:
    with pytest.raises(Unreadable) as refusal:
        read('identifiant;type;nom\n1;MSP;A\n2;MSP;"B\n3;MSP;C\n')

    assert refusal.value.data == {"row": 3}


def test_missing_columns_are_named(read: Read) -> None:
    with pytest.raises(Unreadable) as refusal:
        read("identifiant;couleur\n1;bleu\n")

    assert refusal.value.data["columns"] == "type, nom"


def sheet_xml(cell: str) -> bytes:
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    data = workbook(structures=[HEADER, ["1", "MSP", "A"]])
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for member in old.namelist():
            text = old.read(member)
            if member.endswith("sheet1.xml"):
                text = f'<worksheet xmlns="{namespace}"><sheetData>{cell}</sheetData></worksheet>'.encode()
            new.writestr(member, text)
    return stream.getvalue()


@pytest.mark.parametrize(
    "cell",
    [
        '<row r="99999999"><c r="A99999999"><v>1</v></c></row>',
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="XFD1"><v>1</v></c></row>',
    ],
)
def test_one_far_cell_is_refused_by_its_number(read: Read, cell: str) -> None:
    with pytest.raises(TooLarge):
        read(sheet_xml(cell))


def test_a_workbook_that_swells_is_refused_before_it_is_read(read: Read) -> None:
    bomb = zipped(**{"xl__workbook.xml": bytes(5_000_000)})

    with pytest.raises(TooLarge):
        read(bomb)


@pytest.mark.parametrize("limit", ["rows", "columns", "cell"])
def test_each_limit_is_kept(read: Read, limit: str) -> None:
    settings = dataclasses.replace(Settings(), **{limit: 2})

    with pytest.raises(TooLarge):
        read("identifiant;type;nom\n1;MSP;Les Tilleuls\n2;MSP;B\n", settings=settings)


def test_the_empty_template_is_read_back(columns: tuple[Column, ...], read: Read) -> None:
    tables = read(tabular.write_workbook(columns, {}, "fr"))

    expected = [c.name for c in columns if c.sheet == "structures"]
    assert sorted(expected) == sorted(tables.structures.columns)


def test_a_cell_beyond_the_header_is_a_result_and_not_dropped(read: Read) -> None:
    problems = read("identifiant;type;nom\n1;MSP;A;;\n2;MSP;a;b;c\n").problems

    assert [("LIGNE-TROP-LONGUE", 3, "D", "b")] == [
        (p.rule, p.row, p.column, p.value) for p in problems
    ]


def test_a_cell_under_an_empty_header_is_a_result_too(read: Read) -> None:
    data = workbook(structures=[["identifiant", None, "type", "nom"], ["1", "note", "MSP", "A"]])

    assert [("LIGNE-TROP-LONGUE", 2, "B", "note")] == [
        (p.rule, p.row, p.column, p.value) for p in read(data).problems
    ]


def test_a_column_given_twice_is_named(read: Read) -> None:
    with pytest.raises(Unreadable) as refusal:
        read("identifiant;type;nom;Hébergement;hebergement\n1;MSP;A;oui;non\n")

    assert ("validation.repeated-columns", "hebergement") == (
        refusal.value.key,
        refusal.value.data["columns"],
    )
