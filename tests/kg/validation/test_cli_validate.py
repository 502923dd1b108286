"""``soins validate`` and ``soins template``: exit codes, forms and languages."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from kg.cli import main
from kg.settings import Settings
from kg.tabular import Format

FAULTY = "identifiant;type;nom;hebergement\n1;MSP;MSP des Tilleuls;oui\n"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (FAULTY, 1),
        (FAULTY.replace("oui", "non"), 0),
        (FAULTY.splitlines()[0], 2),
        ("bonjour", 2),
        ("", 2),
    ],
)
def test_the_exit_code_tells_conforming_faulty_and_unreadable(
    working_folder: Path, tmp_path: Path, content: str, code: int
) -> None:
    file = tmp_path / "structures.csv"
    file.write_text(content, encoding="utf-8")

    assert main(["validate", str(file), "--data", str(working_folder)]) == code


def test_a_missing_file_is_named_on_one_line(
    working_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["validate", str(tmp_path / "absent.csv"), "--lang", "fr"])

    assert (2, 1) == (code, capsys.readouterr().err.count("\n"))


@pytest.mark.parametrize(("lang", "word"), [("fr", "Pour corriger"), ("en", "To correct")])
def test_a_faulty_row_gets_row_column_rule_text_and_remedy(
    working_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, word: str
) -> None:
    file = tmp_path / "structures.csv"
    file.write_text(FAULTY, encoding="utf-8")

    main(["validate", str(file), "--lang", lang, "--data", str(working_folder)])

    text = capsys.readouterr().out
    parts = ("MSP-HEBERGEMENT", "2", "hebergement", "CSP, art. L. 6323-3", word)
    assert [part for part in parts if part not in text] == []


def test_the_json_report_is_written_to_a_file(working_folder: Path, tmp_path: Path) -> None:
    file, report = tmp_path / "structures.csv", tmp_path / "rapport.json"
    file.write_text(FAULTY, encoding="utf-8")

    main(
        [
            "validate",
            str(file),
            "--format",
            "json",
            "-o",
            str(report),
            "--data",
            str(working_folder),
        ]
    )

    assert json.loads(report.read_text(encoding="utf-8"))["conforms"] is False


Run = Callable[..., int]


@pytest.fixture
def validate(working_folder: Path, tmp_path: Path) -> Run:
    """``soins validate`` over a faulty file, in French, with more options."""
    file = tmp_path / "structures.csv"
    file.write_text(FAULTY, encoding="utf-8")

    def run(*options: str) -> int:
        folder = ["--data", str(working_folder)]
        return main(["validate", str(file), "--lang", "fr", *folder, *options])

    return run


@pytest.mark.parametrize(
    ("extension", "start"),
    [
        ("txt", b"Non conforme au droit du "),
        ("json", b"{"),
        ("csv", b"\xef\xbb\xbfseverity;"),
        ("ttl", b"@prefix "),
        ("jsonld", b'{\n "@context"'),
        ("html", b"<!doctype html>"),
        ("xlsx", b"PK"),
    ],
)
def test_the_extension_of_the_output_chooses_the_form(
    validate: Run, tmp_path: Path, extension: str, start: bytes
) -> None:
    report = tmp_path / f"rapport.{extension}"

    assert validate("-o", str(report)) == 1
    assert report.read_bytes().startswith(start)


def test_the_form_asked_for_beats_the_extension(validate: Run, tmp_path: Path) -> None:
    report = tmp_path / "rapport.txt"

    validate("--format", "json", "-o", str(report))

    assert json.loads(report.read_text(encoding="utf-8"))["hash"]


def test_the_annotated_workbook_is_the_file_that_was_given(validate: Run, tmp_path: Path) -> None:
    report = tmp_path / "annote.xlsx"

    validate("-o", str(report))

    page = load_workbook(report)["structures"]
    assert page["C2"].value == "MSP des Tilleuls"
    assert page["D2"].comment is not None


def test_two_days_are_compared_and_the_first_gives_the_exit_code(
    working_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "structures.csv"
    file.write_text("identifiant;type;nom;forme_juridique\n1;CPTS;A;GIE\n", encoding="utf-8")
    call = ["validate", str(file), "--lang", "fr", "--data", str(working_folder)]

    code = main([*call, "--date", "2019-06-01", "--compare", "2022-06-01"])

    told = capsys.readouterr().out
    assert (code, told.splitlines()[0][:35]) == (0, "Du 1er juin 2019 au 1er juin 2022 :")
    assert "APPARAÎT · violation · CPTS-ASSOCIATION" in told


@pytest.mark.parametrize(
    "options",
    [
        ["--compare", "2022-02-31"],
        ["--date", "hier"],
        ["--compare", "2022-02-01", "--format", "ttl"],
        ["-o", "/absent/rapport.txt"],
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    validate: Run, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    code = validate(*options)

    said = capsys.readouterr()
    assert (code, said.out, said.err.count("\n")) == (2, "", 1)


def test_what_the_files_are_can_be_said(validate: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert validate("--input-format", "csv") == 1
    assert validate("--input-format", "turtle") == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_every_format_that_is_read_can_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["validate", "--help"])

    told = "".join(capsys.readouterr().out.split())
    assert [kind for kind in Format if kind.value not in told] == []


def _many(folder: Path) -> list[str]:
    file = folder / "structures.csv"
    file.write_text(FAULTY + "".join(f"{n};MSP;A;oui\n" for n in range(2, 7)), encoding="utf-8")
    return [sys.executable, "-m", "kg", "validate", str(file), "--lang", "fr", "--data"]


def test_in_a_pipe_the_report_is_whole_and_nothing_else_is_said(
    working_folder: Path, tmp_path: Path
) -> None:
    call = [*_many(tmp_path), str(working_folder)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.count("colonne hebergement : ") == 6


def test_on_a_terminal_progress_shows_and_the_report_is_brief_unless_asked_for_whole(
    working_folder: Path, tmp_path: Path
) -> None:
    call = [*_many(tmp_path), str(working_folder)]

    brief, whole = _on_terminal(call), _on_terminal([*call, "--all"])

    assert "structures jugées : 6 sur 6" in brief
    assert (brief.count("colonne hebergement : "), whole.count("colonne hebergement : ")) == (3, 6)
    assert "… et 3 de plus" in brief


def _on_terminal(call: list[str]) -> str:
    """Return what *call* writes to a terminal, output and progress together."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(call, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    read = b""
    while True:
        try:
            data = os.read(ours, 65_536)
        except OSError:  # the other side is closed
            break
        if not data:
            break
        read += data
    running.wait()
    os.close(ours)
    return read.decode()


def test_the_day_is_taken_into_account(working_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "structures.csv"
    file.write_text("identifiant;type;nom;forme_juridique\n1;CPTS;A;GIE\n", encoding="utf-8")
    call = ["validate", str(file), "--data", str(working_folder), "--date"]

    assert [0, 1] == [main([*call, day]) for day in ("2019-06-01", "2022-06-01")]


@pytest.mark.parametrize(("example", "code"), [([], 2), (["--example"], 0)])
def test_the_template_that_we_write_conforms_once_filled_in(
    working_folder: Path, tmp_path: Path, example: list[str], code: int
) -> None:
    book = tmp_path / "modele.xlsx"
    folder = ["--data", str(working_folder)]

    assert main(["template", "-o", str(book), *example, *folder]) == 0
    assert main(["validate", str(book), *folder]) == code


def test_the_csv_template_is_a_zip_of_two_files(working_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "modele.zip"

    main(["template", "--format", "csv", "-o", str(file), "--data", str(working_folder)])

    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == ["structures.csv", "membres.csv"]


def test_a_file_of_ones_own_may_be_larger_than_an_upload(
    working_folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "structures.csv"
    rows = "".join(f"{n};MSP;A;{'x' * 30_000}\n" for n in range(700))
    file.write_text("identifiant;type;nom;remarque\n" + rows, encoding="utf-8")

    assert file.stat().st_size > Settings().upload
    assert main(["validate", str(file), "--data", str(working_folder)]) == 0


@pytest.mark.parametrize("name", ["turbo", "pyshacl", "shifty"])
def test_every_engine_can_be_asked_for(working_folder: Path, tmp_path: Path, name: str) -> None:
    file = tmp_path / "structures.csv"
    file.write_text(FAULTY, encoding="utf-8")

    assert main(["validate", str(file), "--engine", name, "--data", str(working_folder)]) == 1
