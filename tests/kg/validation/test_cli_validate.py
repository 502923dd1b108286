"""``soins validate`` and ``soins template``: exit codes, forms and languages."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from kg.cli import main

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
