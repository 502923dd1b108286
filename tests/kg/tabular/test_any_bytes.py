"""Whatever the bytes, tables or an error of ours, which can be said in both languages.

``SOINS_EXAMPLES=100000`` makes the long run; its examples are shared among these tests.
"""

from __future__ import annotations

import io
import os
import zipfile
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import tabular
from kg.errors import SoinsError
from kg.messages import LANGS, say
from kg.settings import Settings
from kg.tabular import Column, Tables, Upload
from tests import generator
from tests.generator import ods_file

# A failing example is shown with the columns of the template, which are long.
pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
CALM = settings(
    max_examples=int(os.environ.get("SOINS_EXAMPLES", "800")) // 8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SMALL = Settings(rows=200, columns=60, cell=2_000)
HEADER = "identifiant;type;nom;date_ouverture;hebergement;habitants;territoire"
SEED = generator.generate(3, faults=0.5)
WORKBOOK = generator.write_xlsx(SEED)["structures.xlsx"]
LIBRE = generator.write_ods(SEED)["structures.ods"]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

words = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        """1 MSP Total 2020-02-30 31/12/2021 31/12/21 43831 9999-12-31 0001-01-01 1e5 -3 1e999 NaN oui
        x é e\u0301 EX\u200b1 _x0000_ _xD800_ =A1 #REF! 49007|49015 | ; " 00 99999999999999999999 True
        ٣ Cеntre identifiant type nom 2020-01-01T00:00:00 \ufeff \ufffe \x1f""".split()
    ),
)


def read_or_refuse(data: bytes, columns: tuple[Column, ...]) -> Tables | None:
    """Read *data*; what is said of it, said in both languages, is whole."""
    try:
        tables = tabular.read([Upload("essai", data)], columns, SMALL)
    except SoinsError as error:
        check_said(error.key, error.data)
        return None
    for problem in tables.problems:
        told = {"value": problem.value, "column": problem.column, **problem.data}
        for part in ("title", "message", "expected", "fix"):
            check_said(f"validation.{problem.rule.lower()}-{part}", told)
    return tables


def check_said(key: str, data: dict[str, object]) -> None:
    for lang in LANGS:
        assert say(key, lang, **data)


@CALM
@given(data=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes, columns: tuple[Column, ...]) -> None:
    read_or_refuse(data, columns)


@CALM
@given(text=st.text(max_size=300), encoding=st.sampled_from(["utf-8", "cp1252", "utf-16"]))
def test_any_text_under_a_header_is_read_or_refused(
    text: str, encoding: str, columns: tuple[Column, ...]
) -> None:
    read_or_refuse(f"{HEADER}\n{text}".encode(encoding, "ignore"), columns)


@CALM
@given(rows=st.lists(st.lists(words, max_size=9), max_size=6), mark=st.sampled_from(";,\t|"))
def test_any_words_in_a_csv_are_read_or_refused(
    rows: list[list[str]], mark: str, columns: tuple[Column, ...]
) -> None:
    lines = [HEADER.split(";"), *rows]
    text = "\n".join(mark.join(line) for line in lines)

    read_or_refuse(text.encode("utf-8", "ignore"), columns)


def xml(text: str) -> str:
    """Return *text* as XML can hold it."""
    return quoteattr("".join(c for c in text if c >= " " and not "\ud800" <= c <= "\udfff"))[1:-1]


def with_sheet(body: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            sheet = f'<worksheet xmlns="{MAIN}">{body}</worksheet>'.encode()
            new.writestr(name, sheet if name.endswith("sheet1.xml") else old.read(name))
    return stream.getvalue()


cells = st.tuples(
    st.sampled_from(["n", "s", "str", "inlineStr", "b", "d", "e", "?"]),
    st.sampled_from(["", "0", "1", "2", "99", "x"]),
    st.one_of(st.none(), st.sampled_from(["A1", "B2", "XFD1048576", "C", "7", "é1", "ZZZZ9"])),
    words,
)


@CALM
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["", "1", "3", "150", "201", "0", "-5", "x"]),
            st.lists(cells, max_size=6),
        ),
        max_size=5,
    ),
    merges=st.lists(
        st.sampled_from(["A1:A3", "B1:C9", "A2:A99999999", "A:A", "", "a1:a2"]), max_size=3
    ),
)
def test_any_cells_of_an_xlsx_sheet_are_read_or_refused(
    rows: list[tuple[str, list[tuple[str, str, str | None, str]]]],
    merges: list[str],
    columns: tuple[Column, ...],
) -> None:
    names = "".join(f'<c t="str"><v>{name}</v></c>' for name in HEADER.split(";"))
    body = f"<sheetData><row>{names}</row>"
    for number, line in rows:
        body += f'<row r="{number}">' if number else "<row>"
        for kind, style, place, word in line:
            place = f' r="{place}"' if place is not None else ""
            body += f'<c t="{kind}" s="{style}"{place}><v>{xml(word)}</v></c>'
        body += "</row>"
    body += "</sheetData>" + "".join(f'<mergeCell ref="{area}"/>' for area in merges)

    read_or_refuse(with_sheet(body), columns)


@CALM
@given(data=st.binary(max_size=400))
def test_any_sheet_in_a_workbook_is_read_or_refused(
    data: bytes, columns: tuple[Column, ...]
) -> None:
    read_or_refuse(with_sheet(data.decode("latin-1")), columns)


repeats = st.sampled_from(["1", "1", "1", "2", "150", "999999999", "0", "-1", "x"])
kinds = st.sampled_from(["string", "float", "date", "boolean", "percentage", "time", "?"])


@CALM
@given(
    rows=st.lists(
        st.tuples(repeats, st.lists(st.tuples(kinds, repeats, repeats, words), max_size=6)),
        max_size=5,
    )
)
def test_any_cells_of_an_ods_sheet_are_read_or_refused(
    rows: list[tuple[str, list[tuple[str, str, str, str]]]], columns: tuple[Column, ...]
) -> None:
    names = "".join(
        f"<table:table-cell><text:p>{name}</text:p></table:table-cell>"
        for name in HEADER.split(";")
    )
    body = f'<table:table table:name="structures"><table:table-row>{names}</table:table-row>'
    for repeat, line in rows:
        body += f'<table:table-row table:number-rows-repeated="{repeat}">'
        for kind, wide, tall, word in line:
            value = xml(word)
            body += (
                f'<table:table-cell office:value-type="{kind}" office:value="{value}"'
                f' office:date-value="{value}" office:boolean-value="{value}"'
                f' table:number-columns-repeated="{wide}" table:number-rows-spanned="{tall}">'
                f"<text:p>{value}<text:s/><text:tab/></text:p></table:table-cell>"
            )
        body += "</table:table-row>"

    read_or_refuse(ods_file(body + "</table:table>"), columns)


@CALM
@given(
    seed=st.sampled_from([WORKBOOK, LIBRE]),
    changes=st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 255)), max_size=4),
    length=st.integers(30, 40_000),
)
def test_a_workbook_with_changed_bytes_or_cut_is_read_or_refused(
    seed: bytes, changes: list[tuple[int, int]], length: int, columns: tuple[Column, ...]
) -> None:
    data = bytearray(seed)
    for place, byte in changes:
        data[place % len(data)] = byte

    read_or_refuse(bytes(data[:length]), columns)


@CALM
@given(
    rows=st.lists(st.lists(st.text("aZ1éÉœ’-", max_size=6), min_size=7, max_size=7), max_size=4),
    mark=st.sampled_from(";,\t|"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]),
)
def test_separator_line_ends_and_encoding_change_nothing(
    rows: list[list[str]], mark: str, end: str, encoding: str, columns: tuple[Column, ...]
) -> None:
    # A word that UTF-8 would read otherwise says so in every encoding; “é” keeps Windows-1252 from being it.
    lines = [HEADER.split(";"), ["é", *rows[0][1:]] if rows else ["é"], *rows[1:]]

    plain = read_or_refuse("\n".join(";".join(line) for line in lines).encode(), columns)
    other = read_or_refuse(end.join(mark.join(line) for line in lines).encode(encoding), columns)

    assert plain is not None
    assert other is not None
    assert _said(plain) == _said(other)


def _said(tables: Tables) -> object:
    return [(r.row, dict(r.cells)) for r in tables.structures.records], tables.problems
