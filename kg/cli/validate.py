"""``soins validate``: judge files of structures; nothing is stored."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from kg.cli import add_data, add_date, add_lang
from kg.cli.opening import open_store
from kg.dates import parse_date
from kg.errors import CannotRun, TooLarge
from kg.messages import as_lang
from kg.settings import Settings
from kg.tabular import Upload
from kg.validation import Rulebook, judge


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE",
        help="one workbook (XLSX), or the CSV of structures and, if any, the CSV of members",
    )  # fmt: skip
    add_date(parser)
    add_lang(parser)
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="form of the report"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the report there")
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Judge the files: 0 conforms, 1 does not."""
    settings = Settings()
    uploads = [_upload(path, settings) for path in options.files]
    day = parse_date(options.date) if options.date else date.today()
    book = Rulebook.load(open_store(options.data))
    report = judge(uploads, day, as_lang(options.lang), book, settings)
    if options.format == "json":
        text = json.dumps(report.to_json(), ensure_ascii=False, indent=2) + "\n"
    else:
        text = report.to_text()
    write(options.output, text.encode())
    return 0 if report.conforms else 1


def _upload(path: Path, settings: Settings) -> Upload:
    try:
        if path.stat().st_size > settings.upload:
            raise TooLarge("error.too-large", size=settings.upload // 1_000_000)
        return Upload(path.name, path.read_bytes())
    except OSError as error:
        raise CannotRun("error.no-file", path=str(path)) from error


def write(path: Path | None, data: bytes) -> None:
    """Write *data* to *path*, or to standard output.

    Raises:
        CannotRun: *path* cannot be written.
    """
    if path is None:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return
    try:
        path.write_bytes(data)
    except OSError as error:
        raise CannotRun("validation.cannot-write", path=str(path), reason=error.strerror) from error
