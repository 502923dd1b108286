"""Realistic files, good and bad, each with the report that a careful reader expects of it.

A folder of ``tests/files`` holds the files of one upload (``input.*``) and ``expected.json``: the
essential of the report on the day that it names, or the key of the error. To see what the program says of
a folder, in its words and in that form: ``python tests/test_files.py FOLDER DATA [DAY]``. Read it before believing it.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import pytest

from kg import build
from kg.errors import SoinsError
from kg.messages import LANGS, say
from kg.resources import BUILT
from kg.settings import Settings
from kg.store import LocalStore
from kg.tabular import Upload
from kg.validation import Report, Rulebook, judge
from kg.validation.forms import write

FILES = Path(__file__).parent / "files"
DAY = "2026-11-22"


def uploads(folder: Path) -> list[Upload]:
    """Return the files of *folder*, the structures before the members."""
    found = sorted(folder.glob("input*"), key=lambda path: ("membres" in path.name, path.name))
    return [Upload(path.name, path.read_bytes()) for path in found]


def essential(report: Report) -> dict[str, object]:
    """Return what a reader would hold a report to."""
    found = report.to_json()
    lines = [[r.severity, r.rule, r.sheet, r.row, r.column] for r in report.results]
    return {
        "date": report.date.isoformat(),
        **{name: found[name] for name in ("conforms", "rows", "entities", "counts")},
        "unknown_columns": [list(pair) for pair in report.unknown_columns],
        "results": sorted(lines, key=str),
    }


def judged(folder: Path, day: str, book: Rulebook) -> tuple[dict[str, object], str]:
    """Return the essential of the report on *folder*, and its whole text in French."""
    try:
        report = judge(uploads(folder), date.fromisoformat(day), "fr", book, Settings())
    except SoinsError as error:
        told = {lang: say(error.key, lang, **error.data) for lang in LANGS}
        assert all(told.values())
        return {"error": error.key, "data": error.data}, told["fr"]
    return essential(report), write(report, "text").decode()


@pytest.fixture(scope="module")
def book(store: LocalStore) -> Rulebook:
    return Rulebook.load(store)


@pytest.mark.parametrize("folder", sorted(FILES.iterdir()), ids=lambda folder: folder.name)
def test_a_realistic_file_has_the_report_that_was_read_and_accepted(
    folder: Path, book: Rulebook
) -> None:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))

    found, _ = judged(folder, expected.get("date", DAY), book)

    if "error" in expected:  # what it says beyond its key: the data that are expected, and the file
        told = found.get("data", {})
        assert isinstance(told, dict)
        assert expected["error"] == found.get("error")
        assert {**told, **expected.get("data", {})} == told
    else:
        assert expected | {"results": sorted(expected["results"], key=str)} == found


def main() -> None:
    """Print the report on a folder, then its essential."""
    folder = Path(sys.argv[1])
    data = Path(sys.argv[2])
    book = Rulebook.load(LocalStore.open(data, BUILT, build.ensure()))
    found, text = judged(folder, sys.argv[3] if len(sys.argv) > 3 else DAY, book)
    print(text)
    lines = json.dumps(found, ensure_ascii=False, indent=1, default=str)
    print(lines)


if __name__ == "__main__":
    main()
