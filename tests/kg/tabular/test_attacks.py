"""Files made to harm: each is refused in a sentence, soon, and without taking memory."""

from __future__ import annotations

import io
import os
import random
import resource
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kg.errors import SoinsError, TooLarge, Unreadable, WrongType
from kg.messages import say
from kg.settings import Settings
from kg.tabular import Tables
from tests.generator import ods_file

Read = Callable[..., Tables]
Make = Callable[..., bytes]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEADER: list[object] = ["identifiant", "type", "nom"]
MEMORY = 600_000_000  # more than the process has: what an attack may take of it


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Check that what is inside takes less time of the processor, and less memory than would hurt."""
    limits = resource.getrlimit(resource.RLIMIT_AS)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, limits[1]))
    start = time.process_time()
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)
    assert time.process_time() - start < seconds


def refused(read: Read, data: bytes | str, seconds: float, **options: Settings) -> SoinsError:
    """Return the error that *data* meets, which has its sentence in both languages."""
    with pytest.raises(SoinsError) as refusal, within(seconds):
        read(data, **options)
    assert all(say(refusal.value.key, lang, **refusal.value.data) for lang in ("fr", "en"))
    return refusal.value


@pytest.fixture
def sheet(workbook: Make, changed: Make) -> Callable[[str], bytes]:
    """Make a workbook whose only sheet has this body, in its own XML."""

    def make(body: str, before: str = "") -> bytes:
        xml = f'{before}<worksheet xmlns="{MAIN}">{body}</worksheet>'
        return changed(workbook(structures=[HEADER]), sheet1=xml.encode())

    return make


ENTITIES = "<!DOCTYPE a [<!ENTITY b '{}'>{}]>".format(
    "x" * 100, "".join(f"<!ENTITY c{i} '{f'&c{i - 1};' * 10 if i else '&b;'}'>" for i in range(9))
)
EXTERNAL = '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">'


@pytest.mark.parametrize("before", [ENTITIES, EXTERNAL], ids=["entities", "external"])
@pytest.mark.parametrize("member", ["sheet1", "sharedStrings", "workbook", "styles"])
def test_a_workbook_with_a_dtd_is_refused_at_once(
    read: Read, workbook: Make, changed: Make, before: str, member: str
) -> None:
    xml = f"{before}<a>&c8;</a>".encode()

    error = refused(read, changed(workbook(structures=[HEADER]), **{member: xml}), 1)

    assert ("validation.damaged", Unreadable) == (error.key, type(error))


@pytest.mark.parametrize("before", [ENTITIES, EXTERNAL], ids=["entities", "external"])
def test_an_ods_with_a_dtd_is_refused_at_once(read: Read, changed: Make, before: str) -> None:
    error = refused(read, changed(ods_file(""), content=f"{before}<a>&c8;</a>".encode()), 1)

    assert error.key == "validation.damaged"


def archive(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as found:
        for name, data in members.items():
            found.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return stream.getvalue()


def test_a_workbook_that_swells_beyond_100_megabytes_is_refused_before_it_does(read: Read) -> None:
    swollen = archive(xl__workbook_xml=b"<a/>", xl__worksheets__sheet1_xml=bytes(120_000_000))

    error = refused(read, swollen, 1)

    assert ("validation.unpacked", TooLarge) == (error.key, type(error))


def test_an_ods_that_swells_is_refused_before_it_does(read: Read) -> None:
    mime = b"application/vnd.oasis.opendocument.spreadsheet"

    error = refused(read, archive(mimetype=mime, content_xml=bytes(120_000_000)), 1)

    assert error.key == "validation.unpacked"


def test_a_size_that_lies_cuts_the_member_and_does_not_grow_it(
    read: Read, sheet: Callable[[str], bytes]
) -> None:
    data = sheet("<sheetData>" + " " * 900_000 + "</sheetData>")
    true = struct.pack("<I", len(f'<worksheet xmlns="{MAIN}"></worksheet>') + 900_000 + 23)
    lying = data.replace(true, struct.pack("<I", 1000))
    assert lying != data

    assert refused(read, lying, 1).key == "validation.damaged"


def test_members_that_overlap_count_each_for_its_size(read: Read) -> None:
    one = archive(xl__workbook_xml=bytes(50_000))
    place = one.index(b"PK\x01\x02")
    end = one.index(b"PK\x05\x06")
    entry = one[place:end]
    count = 3_000
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(entry) * count, place, 0)

    error = refused(read, one[:place] + entry * count + tail, 2)

    assert error.key == "validation.unpacked"


@pytest.mark.parametrize(
    "body",
    [
        '<row r="99999999"><c r="A99999999"><v>1</v></c></row>',
        f'<row r="{"9" * 4000}"><c><v>1</v></c></row>',
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="XFD1"><v>1</v></c></row>',
    ],
    ids=["row", "huge row", "corner", "column"],
)
def test_one_cell_far_away_is_refused_by_its_number(
    read: Read, sheet: Callable[[str], bytes], body: str
) -> None:
    error = refused(read, sheet(f"<sheetData>{body}</sheetData>"), 2)

    assert ("validation.too-many", TooLarge) == (error.key, type(error))


def test_an_empty_row_far_away_is_nothing(read: Read, sheet: Callable[[str], bytes]) -> None:
    names = "".join(f'<c t="str"><v>{name}</v></c>' for name in HEADER)
    data = sheet(f'<sheetData><row>{names}</row><row r="1048576" s="3"/></sheetData>')

    assert read(data).structures.records == ()


CELL = '<table:table-cell office:value-type="string"{}><text:p>x</text:p></table:table-cell>'
MANY = ' table:number-columns-repeated="1000000000"'


@pytest.mark.parametrize(
    "table",
    [
        f'<table:table-row table:number-rows-repeated="1000000000">{CELL.format("")}</table:table-row>',
        f"<table:table-row>{CELL.format(MANY)}</table:table-row>",
        "<table:table-row><table:table-cell table:number-columns-repeated='99999999'/>"
        f"{CELL.format('')}</table:table-row>",
        f"<table:table-row table:number-rows-repeated='1048575'/><table:table-row>{CELL.format('')}</table:table-row>",
    ],
    ids=["rows", "columns", "far column", "far row"],
)
def test_repetition_without_end_is_refused_by_its_number(read: Read, table: str) -> None:
    error = refused(read, ods_file(f'<table:table table:name="a">{table}</table:table>'), 1)

    assert error.key == "validation.too-many"


def test_a_full_sheet_of_repeated_cells_takes_no_memory(read: Read) -> None:
    wide = CELL.format(" table:number-columns-repeated='500'")
    row = f'<table:table-row table:number-rows-repeated="100000">{wide}</table:table-row>'

    error = refused(read, ods_file(f'<table:table table:name="a">{row}</table:table>'), 2)

    assert error.key == "validation.no-header"


def test_merged_cells_over_each_other_are_refused(
    read: Read, sheet: Callable[[str], bytes]
) -> None:
    rows = "".join(f'<row r="{n}"><c r="B{n}"><v>1</v></c></row>' for n in range(2, 30_000))
    first = '<row r="1"><c r="A1"><v>1</v></c></row>'
    merges = '<mergeCell ref="A1:A1048576"/>' * 30_000

    error = refused(
        read, sheet(f"<sheetData>{first}{rows}</sheetData><mergeCells>{merges}</mergeCells>"), 5
    )

    assert error.key == "validation.damaged"


def test_elements_without_bottom_are_refused(read: Read, sheet: Callable[[str], bytes]) -> None:
    assert refused(read, sheet("<a>" * 300_000), 1).key == "validation.damaged"


def test_a_tag_of_megabytes_is_refused(read: Read, sheet: Callable[[str], bytes]) -> None:
    noise = random.Random(0).randbytes(9_000_000).hex()  # that does not compress away

    assert refused(read, sheet(f'<row r="{noise}'), 2).key == "validation.damaged"


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_cell_of_megabytes_is_refused_with_its_row(
    read: Read, sheet: Callable[[str], bytes], kind: str
) -> None:
    long = random.Random(0).randbytes(5_000_000).hex()
    data = (
        sheet(f'<sheetData><row r="2"><c t="str"><v>{long}</v></c></row></sheetData>')
        if kind == "xlsx"
        else ods_file(
            "<table:table><table:table-row/><table:table-row><table:table-cell>"
            f"<text:p>{long}</text:p></table:table-cell></table:table-row></table:table>"
        )
    )

    error = refused(read, data, 3)

    assert ("validation.long-cell", 2) == (error.key, error.data["row"])


@pytest.mark.parametrize(
    ("cell", "column", "value"),
    [
        ("<c><v>cached</v></c>", "habitants", "cached"),
        ("<c><v>1e999</v></c>", "habitants", "inf"),
        ("<c><v>NaN</v></c>", "habitants", "nan"),
        (f"<c><v>{'9' * 5000}</v></c>", "habitants", "9" * 200),
        ('<c t="s"><v>99</v></c>', "habitants", "#99"),
        ('<c t="s"><v>-1000</v></c>', "habitants", "#-1000"),
        ('<c t="b"><v>maybe</v></c>', "hebergement", "maybe"),
        ('<c t="e"><v>#REF!</v></c>', "habitants", "#REF!"),
        ('<c t="d"><v>99999-01-01</v></c>', "date_ouverture", "99999-01-01"),
        ('<c s="999999"><v>x</v></c>', "date_ouverture", "x"),
        ('<c s="1"><v>99999999999</v></c>', "date_ouverture", "99999999999"),
        ('<c s="1"><v>-5</v></c>', "date_ouverture", "-5"),
        ('<c t="unheard"><v>x</v></c>', "habitants", "x"),
    ],
    ids=lambda value: value[:30],
)
def test_an_ill_typed_cell_is_a_result_and_not_the_end(
    read: Read, workbook: Make, changed: Make, cell: str, column: str, value: str
) -> None:
    days = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf/><xf numFmtId="14"/></cellXfs></styleSheet>'
    names = "".join(f'<c t="str"><v>{name}</v></c>' for name in (*HEADER, column))
    row = "".join(f'<c t="str"><v>{text}</v></c>' for text in ("1", "MSP", "A"))
    xml = (
        f'<worksheet xmlns="{MAIN}"><sheetData><row>{names}</row><row>{row}{cell}</row>'
        "</sheetData></worksheet>"
    )
    data = changed(workbook(structures=[HEADER]), sheet1=xml.encode(), styles=days.encode())

    assert [(column, value)] == [(p.column, p.value) for p in read(data).problems]


@pytest.mark.parametrize(
    "control", ["\0", "\x01", "\x08", "\x0b", "\x0c", "\x1b", "\x1f", "\ufffe"]
)
def test_a_control_character_is_refused_with_its_row(read: Read, control: str) -> None:
    error = refused(read, f"identifiant;type;nom\n1;MSP;A\n2;MSP;le{control}\n3;MSP;B\n", 1)

    assert ("validation.control", {"row": 3}, 422) == (error.key, error.data, error.status)


def test_a_control_character_of_a_workbook_is_refused_with_its_row(
    read: Read, workbook: Make
) -> None:
    data = workbook(structures=[HEADER, ["1", "MSP", "A"], ["2", "MSP", "a_x0007_b"]])

    error = refused(read, data, 1)

    assert ("validation.control", {"row": 3}) == (error.key, error.data)


def test_a_control_character_that_cells_share_is_refused_with_their_row(
    read: Read, workbook: Make, changed: Make
) -> None:
    strings = f'<sst xmlns="{MAIN}"><si><t>a_x0007_b</t></si></sst>'.encode()
    sheet = (
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="4"><c t="s"><v>0</v></c></row></sheetData>'
        "</worksheet>"
    ).encode()

    data = changed(workbook(structures=[HEADER]), sheet1=sheet, sharedStrings=strings)

    assert refused(read, data, 1).data == {"row": 4}


def test_the_line_ends_that_excel_writes_are_no_control_characters(
    read: Read, workbook: Make
) -> None:
    data = workbook(structures=[HEADER, ["1", "MSP", "deux_x000D_\nlignes"]])

    assert read(data).structures.records[0].text("nom") == "deux\r\nlignes"


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ("identifiant;type;nom\n1;MSP;" + "x" * 200_000, "validation.long-cell"),
        ("identifiant;type;nom\n1;MSP;" + "x" * 40_000, "validation.long-cell"),
        ("identifiant;type;nom\n" + ";" * 1_000_000 + "x\n", "validation.too-many"),
        ("identifiant;type;nom\n" + "1;MSP;A\n" * 100_001, "validation.too-many"),
        ("identifiant;type;nom\n" + '"' * 1_000_001, "validation.long-cell"),
        ("identifiant;type;nom\n" + ";" * 5_000_000, None),
        ("\n" * 5_000_000, "validation.empty"),
    ],
    ids=["field", "cell", "columns", "rows", "quotes", "empty row", "nothing"],
)
def test_a_csv_beyond_all_measure_is_refused_soon(read: Read, data: str, key: str | None) -> None:
    if key is None:
        with within(3):
            assert read(data).structures.records == ()
    else:
        assert refused(read, data, 3).key == key


def test_a_lone_carriage_return_ends_a_row(read: Read) -> None:
    assert len(read("identifiant;type;nom\r1;MSP;A\r2;MSP;B\r").structures.records) == 2


@pytest.mark.parametrize("byte_order_mark", [True, False])
def test_utf_16_is_named_or_is_no_text(read: Read, byte_order_mark: bool) -> None:
    data = "identifiant;type;nom\n1;MSP;A\n".encode("utf-16" if byte_order_mark else "utf-16-le")

    error = refused(read, data, 1)

    assert error.key == ("validation.encoding" if byte_order_mark else "validation.binary")


def test_a_member_is_read_by_its_name_and_never_put_on_the_disk(
    read: Read, workbook: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.BytesIO(workbook(structures=[HEADER, ["1", "MSP", "A"]]))
    with zipfile.ZipFile(stream, "a") as book:
        book.writestr("../../escaped.txt", "x")
        book.writestr(zipfile.ZipInfo("/tmp/absolute.txt"), "x")
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        book.writestr(link, "/etc/passwd")
        book.writestr("inner.zip", archive(xl__workbook_xml=bytes(100)))
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)

    assert len(read(stream.getvalue()).structures.records) == 1
    assert ["a", "b"] == [path.name for path in sorted(tmp_path.rglob("*"))]


def test_a_sheet_whose_part_is_a_path_outside_is_no_sheet(
    read: Read, workbook: Make, changed: Make
) -> None:
    data = workbook(structures=[HEADER])
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        links = book.read("xl/_rels/workbook.xml.rels")
    outside = links.replace(b"/xl/worksheets/sheet1.xml", b"../../../../etc/passwd")
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(
                name, outside if name.endswith(".rels") and "xl" in name else old.read(name)
            )

    assert refused(read, stream.getvalue(), 1).key == "validation.no-header"


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_workbook_cut_anywhere_is_refused(read: Read, workbook: Make, share: float) -> None:
    data = workbook(structures=[HEADER, ["1", "MSP", "A"]])

    assert refused(read, data[: int(len(data) * share)], 1).key == "validation.damaged"


def test_a_zip_locked_member_by_member_is_named_as_locked(read: Read, workbook: Make) -> None:
    data = workbook(structures=[HEADER])
    place = data.index(b"PK\x01\x02") + 8
    locked = data[:place] + bytes([data[place] | 1]) + data[place + 1 :]

    error = refused(read, locked, 1)

    assert ("validation.locked", WrongType) == (error.key, type(error))


def test_a_file_over_the_limit_is_refused_by_its_size(read: Read) -> None:
    error = refused(read, bytes(20_000_001), 1)

    assert ("error.too-large", 413) == (error.key, error.status)


def test_the_command_refuses_a_file_of_a_gigabyte_without_reading_it(
    tmp_path: Path, working_folder: Path, store: object
) -> None:
    big = tmp_path / "gros.csv"
    with big.open("wb") as hole:
        hole.truncate(1_000_000_000)
    # The peak of its own memory: that of getrusage holds what its parent had before it.
    watched = (
        "import sys; from kg.cli import main; code = main(sys.argv[1:]);"
        "print(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0]); sys.exit(code)"
    )
    program = [sys.executable, "-c", watched, "validate", str(big), "--data", str(working_folder)]

    done = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)

    assert 2 == done.returncode
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()
    assert int(done.stdout) < 500_000  # kB
