"""``soins validate``: judge files of structures; nothing is stored."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Self

from api import reports
from kg.cli import add_data, add_date, add_lang
from kg.cli.opening import open_store
from kg.dates import parse_date
from kg.errors import BadInput, CannotRun, TooLarge
from kg.messages import Lang, as_lang, say
from kg.settings import Settings
from kg.tabular import Format, Upload
from kg.validation import Comparison, Report, Rulebook, compare, judge
from kg.validation.engine import ENGINES
from kg.validation.forms import text
from kg.validation.report import EXAMPLES


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE",
        help="one workbook (XLSX, ODS), the CSV of structures and, if any, of members, FINESS or RDF files",
    )  # fmt: skip
    add_date(parser)
    add_lang(parser)
    parser.add_argument(
        "--compare", metavar="YYYY-MM-DD", help="show what judging on that day would change"
    )
    parser.add_argument(
        "--format", choices=tuple(reports.FORMS),
        help="form of the report (default: after the extension of -o, else text)",
    )  # fmt: skip
    parser.add_argument("--all", action="store_true", help="every finding, on a terminal too")
    parser.add_argument(
        "--input-format", choices=[kind.value for kind in Format], metavar="FORMAT",
        help="what the files are (default: recognised): %(choices)s",
    )  # fmt: skip
    parser.add_argument(
        "--engine", choices=tuple(ENGINES), default=Settings().engine,
        help="what applies the shapes (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the report there")
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Judge the files: 0 conforms, 1 does not."""
    settings = replace(Settings.local(), engine=options.engine)
    form = _form(options.format, options.output)
    if form == "xlsx" and options.output is None and sys.stdout.isatty():
        raise BadInput("validation.to-file")
    uploads = read_files(options.files, settings, options.input_format)
    day = parse_date(options.date) if options.date else date.today()
    other = parse_date(options.compare) if options.compare else None
    book = Rulebook.load(open_store(options.data))
    lang = as_lang(options.lang)
    with Bar(lang) as bar:
        report = judge(uploads, day, lang, book, settings, bar)
        judged: Report | Comparison = report
        if other:
            judged = compare(report, judge(uploads, other, lang, book, settings, bar))
    if form == "text" and options.output is None and sys.stdout.isatty() and not options.all:
        write(None, _brief(judged).encode())
    else:
        write(options.output, reports.write(judged, form, uploads, book.columns, settings))
    return 0 if report.conforms else 1


class Bar:
    """Progress on a terminal, one line that goes when the work is done; silent elsewhere."""

    def __init__(
        self, lang: Lang, sentence: str = "validation.progress", *, width: int = 30
    ) -> None:
        self._lang, self._sentence, self._width = lang, sentence, width
        self._shown = sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def __call__(self, done: int, total: int) -> None:
        """Show that *done* of *total* are done: structures judged, unless *sentence* says otherwise."""
        if self._shown:
            full = self._width * done // (total or 1)
            bar = "█" * full + "░" * (self._width - full)
            told = say(self._sentence, self._lang, done=done, total=total)
            print(f"\r\x1b[K{bar} {told}", end="", file=sys.stderr, flush=True)


def _brief(judged: Report | Comparison) -> str:
    if isinstance(judged, Comparison):
        return text.comparison(judged, EXAMPLES)
    return text.report(judged, EXAMPLES)


def _form(asked: str | None, output: Path | None) -> str:
    """Return the form asked for, else the one that the extension of *output* names, else text."""
    if asked or output is None:
        return asked or "text"
    extension = output.suffix.removeprefix(".").lower()
    return next((n for n, f in reports.FORMS.items() if f.extension == extension), "text")


def read_files(paths: Sequence[Path], settings: Settings, kind: str | None = None) -> list[Upload]:
    """Return the files as uploads; *kind*: what they are, where the user says it.

    Raises:
        CannotRun: a file is absent or cannot be read.
        TooLarge: a file is over the limit.
    """
    return [_upload(path, settings, Format(kind) if kind else None) for path in paths]


def _upload(path: Path, settings: Settings, kind: Format | None) -> Upload:
    try:
        if path.stat().st_size > settings.upload:
            raise TooLarge("error.too-large", size=settings.upload // 1_000_000)
        return Upload(path.name, path.read_bytes(), kind)
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
