"""What workbooks of Excel and LibreOffice hold, and what is read of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from kg.errors import Unreadable, WrongType
from kg.tabular import Tables
from tests.generator import ods_file

Read = Callable[..., Tables]
Make = Callable[..., bytes]
HEADER: list[object] = ["identifiant", "type", "nom"]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def ods(*rows: str, name: str = "structures", more: str = "") -> bytes:
    lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    return ods_file(f'<table:table table:name="{name}">{lines}</table:table>{more}')


def text(*words: str, attributes: str = "") -> str:
    return "".join(
        f'<table:table-cell office:value-type="string"{attributes}><text:p>{w}</text:p></table:table-cell>'
        if w
        else "<table:table-cell/>"
        for w in words
    )


NAMES = text("identifiant", "type", "nom")

# --- XLSX


def test_a_sheet_in_another_namespace_is_read_alike(
    read: Read, workbook: Make, changed: Make
) -> None:
    sheet = (
        f'<x:worksheet xmlns:x="{MAIN.replace("schemas.openxmlformats.org", "purl.oclc.org/ooxml")}">'
        '<x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>identifiant</x:t></x:is></x:c>'
        '<x:c t="inlineStr"><x:is><x:r><x:t>ty</x:t></x:r><x:r><x:t>pe</x:t></x:r></x:is></x:c>'
        '<x:c t="str"><x:v>nom</x:v></x:c></x:row><x:row><x:c><x:v>7</x:v></x:c>'
        '<x:c t="str"><x:f>A1</x:f><x:v>MSP</x:v></x:c>'
        '<x:c t="inlineStr"><x:is><x:t>A</x:t><x:rPh><x:t>no</x:t></x:rPh></x:is></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    ).encode()

    record = read(changed(workbook(structures=[HEADER]), sheet1=sheet)).structures.records[0]

    assert ("7", "MSP", "A") == tuple(record.text(str(name)) for name in HEADER)


def test_texts_that_cells_share_are_read(read: Read, workbook: Make, changed: Make) -> None:
    strings = (
        f'<sst xmlns="{MAIN}"><si><t>identifiant</t></si><si><r><t>ty</t></r><r><t>pe</t></r></si>'
        "<si><t>nom</t><rPh><t>phonétique</t></rPh></si><si><t>Les Tilleuls</t></si></sst>"
    ).encode()
    rows = "".join(
        "<row>" + "".join(f'<c t="s"><v>{place}</v></c>' for place in places) + "</row>"
        for places in ((0, 1, 2), (3, 3, 3))
    )
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()

    data = changed(workbook(structures=[HEADER]), sheet1=sheet, sharedStrings=strings)

    assert ["Les Tilleuls"] * 3 == [c.text for c in read(data).structures.records[0].cells.values()]


def test_a_formula_that_was_never_computed_is_no_empty_cell(read: Read, workbook: Make) -> None:
    data = workbook(structures=[[*HEADER, "habitants"], ["1", "MSP", "A", "=2*1000"]])

    assert [("FORMAT-NOMBRE", "=2*1000")] == [(p.rule, p.value) for p in read(data).problems]


def test_the_zeros_that_a_format_shows_belong_to_the_identifier(read: Read) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append([*HEADER, "finess_et"])
    page.append(["1", "MSP", "A", 10008407])
    page["D2"].number_format = "000000000"

    assert read(saved(book)).structures.records[0].text("finess_et") == "010008407"


def test_days_are_counted_from_1904_where_the_workbook_says_so(read: Read) -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    page = book.active
    assert page is not None
    page.append([*HEADER, "date_ouverture", "date_fermeture"])
    page.append(["1", "MSP", "A", datetime(2020, 1, 31), 42398])

    record = read(saved(book)).structures.records[0]

    assert (date(2020, 1, 31), date(2020, 1, 30)) == (
        record.value("date_ouverture"),
        record.value("date_fermeture"),
    )


def test_a_number_in_a_column_of_days_is_the_day_of_a_spreadsheet(
    read: Read, workbook: Make
) -> None:
    data = workbook(structures=[[*HEADER, "date_ouverture"], ["1", "MSP", "A", 43831]])

    assert read(data).structures.records[0].value("date_ouverture") == date(2020, 1, 1)


def test_a_cell_merged_downwards_holds_for_each_of_its_rows(read: Read) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "structures"
    for row in (HEADER, ["1", "MSP", "A"]):
        page.append(row)
    members = book.create_sheet("membres")
    for cells in (["structure", "profession"], ["1", "médecin"], [None, "infirmier"], [None, None]):
        members.append(cells)
    members.merge_cells("A2:A4")

    found = read(saved(book)).membres

    assert found is not None
    assert [(2, "1"), (3, "1")] == [(r.row, r.text("structure")) for r in found.records]


def test_a_title_merged_over_the_columns_stays_a_title(read: Read) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in (["Annuaire des structures"], HEADER, ["1", "MSP", "A"]):
        page.append(row)
    page.merge_cells("A1:C1")

    assert read(saved(book)).structures.header_row == 2


@pytest.mark.parametrize(
    ("formatted", "shown"), [("hh:mm", "0.5"), ("0.00%", "50%"), ("#,##0", "0.5")]
)
def test_what_is_no_day_stays_a_number(read: Read, formatted: str, shown: str) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append([*HEADER, "date_ouverture"])
    page.append(["1", "MSP", "A", 0.5])
    page["D2"].number_format = formatted

    assert [("FORMAT-DATE", shown)] == [(p.rule, p.value) for p in read(saved(book)).problems]


def test_sheets_of_other_names_are_told_by_their_columns(read: Read, workbook: Make) -> None:
    data = workbook(
        Notice=[["Mode d’emploi"]],
        Équipes=[["structure", "profession"], ["1", "infirmier"]],
        Annuaire=[HEADER, ["1", "MSP", "A"]],
    )

    tables = read(data)

    assert tables.membres is not None
    assert (1, 1) == (len(tables.structures.records), len(tables.membres.records))


# --- ODS


def test_an_ods_workbook_is_read_with_its_types(read: Read) -> None:
    names = NAMES + text("date_ouverture", "habitants", "hebergement", "siret")
    day = '<table:table-cell office:value-type="date" office:date-value="2020-01-31T00:00:00"><text:p>31/01/20</text:p></table:table-cell>'
    number = '<table:table-cell office:value-type="float" office:value="62000"><text:p>62 000</text:p></table:table-cell>'
    no = '<table:table-cell office:value-type="boolean" office:boolean-value="false"><text:p>FAUX</text:p></table:table-cell>'
    zeros = '<table:table-cell office:value-type="float" office:value="100"><text:p>00100</text:p></table:table-cell>'

    record = read(ods(names, text("1", "MSP", "A") + day + number + no + zeros)).structures.records[
        0
    ]

    assert [date(2020, 1, 31), 62000, False, "00100"] == [
        record.value(name) for name in ("date_ouverture", "habitants", "hebergement", "siret")
    ]


def test_repeated_rows_and_cells_of_an_ods_are_counted(read: Read) -> None:
    blank = '<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
    twice = (
        f'<table:table-row table:number-rows-repeated="2">{text("1", "MSP", "A")}</table:table-row>'
    )
    tail = '<table:table-row table:number-rows-repeated="1048560"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    head = f"<table:table-row>{NAMES}</table:table-row>"
    data = ods_file(f'<table:table table:name="Feuille1">{head}{blank}{twice}{tail}</table:table>')

    assert [5, 6] == [r.row for r in read(data).structures.records]


def test_only_the_text_of_an_ods_cell_is_read(read: Read) -> None:
    noted = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>note</text:p>'
        "</office:annotation><text:p>MSP<text:s/>des<text:s text:c='1'/>Tilleuls</text:p>"
        "<text:p>site <text:span>nord</text:span></text:p></table:table-cell>"
    )

    record = read(ods(NAMES, text("1", "MSP") + noted)).structures.records[0]

    assert record.text("nom") == "MSP des Tilleuls\nsite nord"


def test_a_cell_of_an_ods_merged_downwards_holds_for_each_of_its_rows(read: Read) -> None:
    first = text("1", attributes=' table:number-rows-spanned="2"') + text("médecin")
    second = "<table:covered-table-cell/>" + text("infirmier")
    rows = "".join(
        f"<table:table-row>{row}</table:table-row>"
        for row in (text("structure", "profession"), first, second)
    )
    members = f'<table:table table:name="membres">{rows}</table:table>'

    found = read(ods(NAMES, text("1", "MSP", "A"), more=members)).membres

    assert found is not None
    assert ["1", "1"] == [r.text("structure") for r in found.records]


def test_an_ods_locked_by_a_password_is_named_as_such(read: Read, changed: Make) -> None:
    manifest = (
        b"<manifest:manifest xmlns:manifest='m'><manifest:encryption-data/></manifest:manifest>"
    )

    with pytest.raises(WrongType) as refusal:
        read(changed(ods(NAMES), manifest=manifest, content=b"\x8f\x01garbled"))

    assert refusal.value.key == "validation.locked"


@pytest.mark.parametrize("repeat", ["-1", "0", "x", "9" * 5000])
@pytest.mark.parametrize("what", ["rows-repeated", "columns-repeated", "rows-spanned"])
def test_a_repetition_that_is_no_number_from_1_is_damage(
    read: Read, what: str, repeat: str
) -> None:
    times = f'table:number-{what}="{repeat}"'
    row, cell = (times, "") if what == "rows-repeated" else ("", times)
    line = f"<table:table-row {row}>{text('1', attributes=' ' + cell)}</table:table-row>"

    with pytest.raises(Unreadable):
        read(ods_file(f'<table:table table:name="a">{line}</table:table>'))


# --- rows and cells of any format


@pytest.mark.parametrize("total", ["Total", "TOTAUX", "Total général", "Sous-total MSP", "* Total"])
def test_a_row_of_totals_is_no_structure_and_is_told(read: Read, total: str) -> None:
    tables = read(f"identifiant;type;nom;habitants\n1;MSP;A;3\n{total};;1 structure;3\n")

    assert [("LIGNE-DE-TOTAL", 3, "info")] == [(p.rule, p.row, p.severity) for p in tables.problems]
    assert 1 == len(tables.structures.records)


def test_a_structure_that_begins_with_total_is_a_structure(read: Read) -> None:
    assert 1 == len(read("identifiant;type;nom\nTotal-1;MSP;A\n").structures.records)
    assert 1 == len(read("identifiant;type;nom\nTotal-1;603;A\n").structures.records)


@pytest.mark.parametrize("total", ["Total", "TOTAL GENERAL", "Total général :"])
def test_a_total_may_have_its_number_under_the_type(read: Read, total: str) -> None:
    tables = read(f"identifiant;type;nom\n1;MSP;A\n{total};3\n")

    assert ["LIGNE-DE-TOTAL"] == [p.rule for p in tables.problems]
    assert 1 == len(tables.structures.records)


SHARE = "identifiant;type;nom;maitres_de_stage_pourcentage;nb_medecins\n"


@pytest.mark.parametrize("share", ["50", "50%", "50 %", "50\u202f%"])
def test_a_percentage_is_read_with_its_sign_where_one_is_expected(read: Read, share: str) -> None:
    (record,) = read(SHARE + f"1;MSPU;A;{share};2\n").structures.records

    assert 50 == record.value("maitres_de_stage_pourcentage")
    assert ["FORMAT-NOMBRE"] == [p.rule for p in read(SHARE + "1;MSPU;A;50;2%\n").problems]


def test_a_percentage_of_a_workbook_is_what_the_spreadsheet_shows(read: Read) -> None:
    book = Workbook()
    page = book.worksheets[0]
    page.append(SHARE.strip().split(";"))
    page.append(["1", "MSPU", "A", 0.57, 2])
    page["D2"].number_format = "0%"
    (record,) = read(saved(book)).structures.records
    assert 57 == record.value("maitres_de_stage_pourcentage")

    cell = '<table:table-cell office:value-type="percentage" office:value="0.57"><text:p>57 %</text:p></table:table-cell>'
    rows = (text(*SHARE.strip().split(";")), text("1", "MSPU", "A") + cell)
    (record,) = read(ods(*rows)).structures.records
    assert 57 == record.value("maitres_de_stage_pourcentage")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("31-01-2020", date(2020, 1, 31)),
        ("31.1.2020", date(2020, 1, 31)),
        ("2020-01-31T00:00:00", date(2020, 1, 31)),
        ("31/01/2020 00:00", date(2020, 1, 31)),
        ("43861", date(2020, 1, 31)),
    ],
)
def test_days_are_read_as_spreadsheets_write_them(read: Read, written: str, day: date) -> None:
    tables = read(f"identifiant;type;nom;date_ouverture\n1;MSP;A;{written}\n")

    assert tables.structures.records[0].value("date_ouverture") == day


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("12/03/21", "FORMAT-ANNEE"),
        ("12-03-21", "FORMAT-ANNEE"),
        ("12/03-2021", "FORMAT-DATE"),
        ("2021", "FORMAT-DATE"),
        ("1021-03-12", "ANNEE-INVRAISEMBLABLE"),
        ("٣١/٠١/٢٠٢٠", "FORMAT-DATE"),
    ],
)
def test_days_in_doubt_are_told(read: Read, written: str, rule: str) -> None:
    problems = read(f"identifiant;type;nom;date_ouverture\n1;MSP;A;{written}\n").problems

    assert [(rule, written)] == [(p.rule, p.value) for p in problems]


@pytest.mark.parametrize(
    ("column", "severity"),
    [("identifiant", "violation"), ("siret", "violation"), ("nom", "warning")],
)
@pytest.mark.parametrize("hidden", ["\u200b", "\u202e", "\ufeff", "\u00ad", "\u2066", "\u0085"])
def test_an_invisible_character_is_refused_in_an_identifier_and_told_in_a_label(
    read: Read, column: str, severity: str, hidden: str
) -> None:
    row = {"identifiant": "1", "type": "MSP", "nom": "A", "siret": "2", column: f"E{hidden}X"}

    problems = read(f"{';'.join(row)}\n{';'.join(row.values())}\n").problems

    assert [("CARACTERE-INVISIBLE", severity, f"E<U+{ord(hidden):04X}>X")] == [
        (p.rule, p.severity, p.value) for p in problems
    ]


def test_letters_that_look_latin_are_told(read: Read) -> None:
    problems = read("identifiant;type;nom\n1;MSP;Cеntre du Port\n").problems  # a Cyrillic е

    assert [("ECRITURES-MELEES", "warning", 2)] == [(p.rule, p.severity, p.row) for p in problems]


def test_a_greek_word_among_latin_words_is_nothing_odd(read: Read) -> None:
    assert read("identifiant;type;nom\n1;MSP;Centre Αθήνα du Port, 5 µg\n").problems == ()


def test_accents_apart_are_joined_and_the_original_is_told_once_a_column(read: Read) -> None:
    tables = read("identifiant;type;nom\ne\u0301;MSP;A\no\u0302;MSP;Sante\u0301\ni\u0302;MSP;B\n")

    assert "é" == tables.structures.records[0].text("identifiant")
    assert [
        ("TEXTE-RECOMPOSE", "identifiant", "e\u0301", 3),
        ("TEXTE-RECOMPOSE", "nom", "Sante\u0301", 1),
    ] == [(p.rule, p.column, p.value, p.data["count"]) for p in tables.problems]


def test_a_template_filled_by_libreoffice_or_excel_comes_back_alike(
    read: Read, workbook: Make
) -> None:
    data = workbook(structures=[HEADER, ["1", "MSP", "A"]])
    again = io.BytesIO()
    load_workbook(io.BytesIO(data)).save(again)

    records = [read(one).structures.records[0] for one in (data, again.getvalue())]
    assert dict(records[0].cells) == dict(records[1].cells)
