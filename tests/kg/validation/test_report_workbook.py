"""The user's own workbook, annotated: marks in the right cells, nothing else touched, and it can come back."""

from __future__ import annotations

import io
import re
import time
import zipfile
from datetime import date
from functools import cache

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from kg.messages import Lang
from kg.settings import Settings
from kg.tabular import Upload
from kg.validation import Report, Rulebook, judge, write
from kg.validation.forms import summary, workbook

DAY = date(2026, 11, 22)
OURS = {"fr": ["Synthèse", "Constats"], "en": ["Summary", "Findings"]}
COLUMNS = ["Identifiant", "Type", "Nom", "Hébergement", "date ouverture", "note", "forme_juridique"]


@cache  # a ZIP keeps the hour: twice the same workbook is not twice the same bytes
def theirs() -> bytes:
    """A workbook as people make them: a title line, columns of their own, a formula, merged cells, notes."""
    found = Workbook()
    page = found.worksheets[0]
    page.title = "Mes maisons d'ici"
    page.append(["Structures de mon département"])
    page.merge_cells("A1:D1")
    page.append(COLUMNS)
    page.append(["1", "MSP", "Les Tilleuls", "oui", date(2019, 3, 1), "=1+1", "SISA"])
    page.append([])
    page.append(["2", "MSP", "Les Ormes", "non", "31/02/2022", "à revoir", "SISA"])
    page["D3"].comment = Comment("Vu avec le gestionnaire", "Paul")
    page["C3"].fill = PatternFill("solid", fgColor="FF00FF00")
    page.column_dimensions["C"].width = 42
    notes = found.create_sheet("Notes")
    notes["B2"] = "ne pas perdre"
    return saved(found)


def saved(found: Workbook) -> bytes:
    stream = io.BytesIO()
    found.save(stream)
    return stream.getvalue()


def judged(data: bytes, book: Rulebook, name: str = "a.xlsx", lang: Lang = "fr") -> Report:
    return judge([Upload(name, data)], DAY, lang, book, Settings())


def annotated(data: bytes, book: Rulebook, name: str = "a.xlsx", lang: Lang = "fr") -> bytes:
    report = judged(data, book, name, lang)
    return write(report, "xlsx", [Upload(name, data)], book.columns, Settings())


def values(found: Workbook) -> dict[str, dict[str, object]]:
    return {
        page.title: {c.coordinate: c.value for row in page.iter_rows() for c in row if c.value is not None}
        for page in found.worksheets
        if page.title not in OURS["fr"] + OURS["en"]
    }  # fmt: skip


def comments(data: bytes) -> dict[str, str]:
    return {
        cell.coordinate: cell.comment.text
        for page in load_workbook(io.BytesIO(data)).worksheets
        for row in page.iter_rows()
        for cell in row
        if cell.comment
    }


def test_the_marks_are_in_the_cells_at_fault_and_nowhere_else(book: Rulebook) -> None:
    found = comments(annotated(theirs(), book))

    assert set(found) == {"D3", "E5"}
    said = (
        "VIOLATION",
        "MSP-HEBERGEMENT",
        "CSP, art. L. 6323-3 (loi, rédaction",
        "Pour corriger : ",
    )
    assert [part for part in said if part not in found["D3"]] == []
    assert "31/02/2022" in found["E5"]


def test_the_user_s_cells_sheets_styles_and_formulas_stay(book: Rulebook) -> None:
    before = load_workbook(io.BytesIO(theirs()))
    after = load_workbook(io.BytesIO(annotated(theirs(), book)))

    page = after["Mes maisons d'ici"]
    assert values(after) == values(before)
    assert page["F3"].value == "=1+1"
    assert page["C3"].fill.fgColor.rgb == "FF00FF00"
    assert page.column_dimensions["C"].width == 42
    assert [str(merged) for merged in page.merged_cells.ranges] == ["A1:D1"]


def with_results(data: bytes, cells: dict[str, str]) -> bytes:
    """Return the workbook *data* whose first sheet has *cells* (place → the cell in XML), as Excel saves it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = old.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                for place, cell in cells.items():
                    content, count = re.subn(f'<c r="{place}".*?</c>', lambda _, c=cell: c, content)
                    assert count == 1
            new.writestr(name, content)
    return stream.getvalue()


def test_the_results_of_formulas_stay_so_that_the_report_on_it_is_the_same(book: Rulebook) -> None:
    found = load_workbook(io.BytesIO(theirs()))
    page = found["Mes maisons d'ici"]
    page["D3"], page["G3"], page["E5"] = "=1", "=1", "=1"
    data = with_results(
        saved(found),
        {
            "D3": '<c r="D3" t="str"><f>IF(1&lt;2,"non","")</f><v>non</v></c>',
            "G3": '<c r="G3" t="str"><f>"A"&amp;"&lt;"</f><v>A&lt;</v></c>',
            "E5": '<c r="E5"><f>DATE(2022,2,28)</f><v>44620</v></c>',
            "F3": '<c r="F3" t="b"><f>1=1</f><v>1</v></c>',
        },
    )

    after = annotated(data, book)

    formulas = load_workbook(io.BytesIO(after))["Mes maisons d'ici"]
    computed = load_workbook(io.BytesIO(after), data_only=True)["Mes maisons d'ici"]
    assert ['=IF(1<2,"non","")', "=DATE(2022,2,28)"] == [formulas[c].value for c in ("D3", "E5")]
    assert ["non", "A<", 44620, True] == [computed[c].value for c in ("D3", "G3", "E5", "F3")]
    before, again = (
        [(r.rule, r.row, r.column, r.value) for r in judged(d, book).results] for d in (data, after)
    )
    assert before == again


def test_the_colour_tells_the_severity_and_a_comment_of_theirs_stays(book: Rulebook) -> None:
    page = load_workbook(io.BytesIO(annotated(theirs(), book)))["Mes maisons d'ici"]

    assert page["D3"].fill.fgColor.rgb == "FFF4B6A8"
    assert page["D3"].comment is not None
    assert page["D3"].comment.text.startswith("Vu avec le gestionnaire\n\n— soins-coordonnes —\n")
    assert page["D5"].fill.patternType is None


def test_a_name_with_what_xml_cannot_hold_spoils_no_workbook(book: Rulebook) -> None:
    data = b"identifiant;type;nom;siret\n1;CDS;A;x\n"

    assert "D2" in comments(annotated(data, book, "a\uffff\x01.csv"))


def test_several_findings_of_one_cell_make_one_comment(book: Rulebook) -> None:
    data = b"identifiant;type;nom;date_ouverture\n1;CDS;A;\n"
    report = judged(data, book, "a.csv")
    found = comments(write(report, "xlsx", [Upload("a.csv", data)], book.columns, Settings()))

    rules = [r.rule for r in report.results if (r.row, r.column) == (1, "date_ouverture")]
    assert len(rules) > 1
    assert [rule for rule in rules if f"({rule})" not in found["D1"]] == []


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_summary_and_the_findings_come_first_in_the_language_of_the_report(
    book: Rulebook, lang: Lang
) -> None:
    found = load_workbook(io.BytesIO(annotated(theirs(), book, lang=lang)))

    assert found.sheetnames == [*OURS[lang], "Mes maisons d'ici", "Notes"]
    assert found.active is not None
    assert found.active.title == OURS[lang][0]
    report = judged(theirs(), book, lang=lang)
    words = [c.value for row in found[OURS[lang][0]].iter_rows() for c in row]
    wanted = [report.summary(), report.origin(), *(g.title for g in report.groups())]
    assert [part for part in wanted if part not in words] == []


def test_a_finding_leads_to_its_cell_and_one_without_a_cell_is_listed_too(book: Rulebook) -> None:
    report = judged(theirs(), book)
    page = load_workbook(io.BytesIO(annotated(theirs(), book)))["Constats"]
    lines = list(page.iter_rows(min_row=3))

    assert [line[9].value for line in lines] == [r.message for r in report.results]
    links = {
        line[2].value: line[0].hyperlink.location if line[0].hyperlink else line[0].value
        for line in lines
    }
    assert links["MSP-HEBERGEMENT"] == "'Mes maisons d''ici'!D3"
    assert links["MSP-SIGNATURES"] == "–"  # its columns are absent


def test_the_annotated_workbook_once_corrected_conforms(book: Rulebook) -> None:
    found = load_workbook(io.BytesIO(annotated(theirs(), book)))
    page = found["Mes maisons d'ici"]
    page["D3"], page["E5"] = "non", "2022-02-28"

    report = judged(saved(found), book)

    assert (report.rows, report.entities) == (2, 2)  # our sheets are no data
    assert [r for r in report.results if r.column in ("hebergement", "date_ouverture")] == []


def test_old_marks_go_when_the_workbook_comes_back(book: Rulebook) -> None:
    first = load_workbook(io.BytesIO(annotated(theirs(), book, lang="en")))
    first["Mes maisons d'ici"]["D3"] = "non"

    again = annotated(saved(first), book)
    page = load_workbook(io.BytesIO(again))["Mes maisons d'ici"]

    assert load_workbook(io.BytesIO(again)).sheetnames == [*OURS["fr"], page.title, "Notes"]
    assert page["D3"].fill.patternType is None
    assert page["D3"].comment is not None
    assert page["D3"].comment.text == "Vu avec le gestionnaire"
    assert comments(again)["E5"].count("— soins-coordonnes —") == 1


def test_a_sheet_of_the_user_named_like_ours_stays(book: Rulebook) -> None:
    found = load_workbook(io.BytesIO(theirs()))
    found["Notes"].title = "Synthèse"
    after = load_workbook(io.BytesIO(annotated(saved(found), book)))

    assert after["Synthèse"]["B2"].value == "ne pas perdre"
    assert after.sheetnames[0] == "Synthèse 2"


def test_a_finding_on_merged_cells_is_on_the_first(book: Rulebook) -> None:
    found = load_workbook(io.BytesIO(theirs()))
    found["Mes maisons d'ici"].merge_cells("D3:D4")
    found["Mes maisons d'ici"].merge_cells("E5:F5")

    assert set(comments(annotated(saved(found), book))) == {"D3", "E5"}


# --- made from rows


CSV = (
    "identifiant;type;nom;hebergement;ma colonne\n"
    "1;MSP;=cmd|' /C calc'!A0;oui;@SUM(1)\n"
    "\n"
    "2;MSP;\x7fLes Ormes;oui;=1+1\n"
)


def test_a_csv_file_becomes_a_workbook_with_the_same_cells_at_the_same_places(
    book: Rulebook,
) -> None:
    data = annotated(CSV.encode(), book, "a.csv")
    page = load_workbook(io.BytesIO(data))["structures"]

    assert [c.value for c in page[2]] == ["1", "MSP", "=cmd|' /C calc'!A0", "oui", "@SUM(1)"]
    assert page["E4"].value == "=1+1"
    assert set(comments(data)) == {"D2", "D4"}


def test_no_cell_of_a_workbook_made_from_rows_is_a_formula(book: Rulebook) -> None:
    found = load_workbook(io.BytesIO(annotated(CSV.encode(), book, "a.csv")))

    cells = [c for page in found.worksheets for row in page.iter_rows() for c in row]
    assert [c.coordinate for c in cells if c.data_type == "f"] == []
    assert all(c.quotePrefix for c in cells if str(c.value).startswith(("=", "@")))


def test_two_csv_files_become_one_workbook(book: Rulebook) -> None:
    uploads = [
        Upload("s.csv", b"identifiant;type;nom\n1;MSP;A\n"),
        Upload("m.csv", "structure;profession\n1;infirmié\n".encode()),
    ]
    report = judge(uploads, DAY, "fr", book, Settings())
    data = write(report, "xlsx", uploads, book.columns, Settings())

    assert load_workbook(io.BytesIO(data)).sheetnames == [*OURS["fr"], "structures", "membres"]
    assert "infirmié" in comments(data)["B2"]


def test_a_workbook_too_large_to_be_held_is_made_anew_from_its_rows(
    book: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "HELD", 0)

    data = annotated(theirs(), book)
    page = load_workbook(io.BytesIO(data))["Mes maisons d'ici"]

    assert set(comments(data)) == {"D3", "E5"}
    assert [page["A2"].value, page["C5"].value] == ["Identifiant", "Les Ormes"]


def test_a_workbook_that_openpyxl_refuses_and_our_reader_reads_is_made_anew(book: Rulebook) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(theirs())) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                data = data.replace(
                    b'</row><row r="5"', b'<c r="H3" t="n"><v>abc</v></c></row><row r="5"'
                )
            new.writestr(name, data)

    data = annotated(stream.getvalue(), book)

    assert load_workbook(io.BytesIO(data))["Mes maisons d'ici"]["H3"].value == "abc"
    assert set(comments(data)) == {"D3", "E5", "H3"}  # a cell under no header


def test_one_far_cell_does_not_make_millions_of_cells(book: Rulebook) -> None:
    found = load_workbook(io.BytesIO(theirs()))
    found["Notes"].cell(99_999, 499).value = "loin"

    start = time.monotonic()
    annotated(saved(found), book)

    assert time.monotonic() - start < 20


def test_beyond_a_number_cells_are_only_coloured_and_the_summary_says_so(
    book: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "LISTED", 2)
    lines = "".join(f"{n};MSP;A;oui\n" for n in range(5))

    data = annotated(f"identifiant;type;nom;hebergement\n{lines}".encode(), book, "a.csv")
    found = load_workbook(io.BytesIO(data))

    assert set(comments(data)) == {"D2", "D3"}
    assert {found["structures"][f"D{row}"].fill.patternType for row in range(2, 7)} == {"solid"}
    assert any(
        "les 2 premiers" in str(c.value) for row in found["Synthèse"].iter_rows() for c in row
    )
