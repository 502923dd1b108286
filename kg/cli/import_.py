"""``soins import``: judge files of structures, then keep those that conform in a graph of their own."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from kg import imports
from kg.citations import long_date
from kg.cli import add_data, add_date, add_lang
from kg.cli.opening import add_store, open_dataset
from kg.cli.validate import Bar, read_files, write
from kg.dates import parse_date
from kg.errors import BadInput, CannotRun
from kg.imports import Sorted
from kg.messages import Lang, as_lang, say
from kg.settings import Settings
from kg.store import Store
from kg.validation import Rulebook
from kg.validation import write as write_report


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="as for `soins validate`"
    )
    parser.add_argument("--source", metavar="NAME", help="who says so (default: after the file)")
    parser.add_argument(
        "--on-error", choices=("reject-row", "abort"), default="reject-row",
        help="keep the structures that conform, or nothing unless all do (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--rejects",
        type=Path,
        metavar="FILE",
        help="reasons of the rejects (default: rejets-NAME.csv)",
    )
    parser.add_argument("--list", action="store_true", help="list what was imported")
    parser.add_argument("--withdraw", metavar="NAME", help="take back all that this source says")
    add_date(parser)
    add_lang(parser)
    add_store(parser, required=False)
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Import, list or withdraw: 0 done, 1 when something was rejected."""
    lang = as_lang(options.lang)
    store = open_dataset(options)
    try:
        if options.list:
            return _list(store, lang)
        if options.withdraw:
            imports.withdraw(store, options.withdraw)
            print(say("import.withdrawn", lang, source=options.withdraw))
            return 0
        return _import(store, options, lang)
    except OSError as error:
        raise CannotRun("import.full", reason=error.strerror or str(error)) from error


def _list(store: Store, lang: Lang) -> int:
    found = imports.imports(store)
    for one in found:
        told = {"files": ", ".join(one.files), "at": one.at.isoformat(), "count": one.structures}
        day = long_date(one.day, lang)
        print(say("import.line", lang, source=one.source, day=day, **told))
    if not found:
        print(say("import.none", lang))
    return 0


def _import(store: Store, options: argparse.Namespace, lang: Lang) -> int:
    if not options.files:
        raise BadInput("import.nothing-asked")
    settings = Settings.local()
    uploads = read_files(options.files, settings)
    source = imports.name_of(uploads, options.source)
    day = parse_date(options.date) if options.date else date.today()
    book = Rulebook.load(store)
    with Bar(lang) as bar:
        done = imports.sort_out(uploads, source, day, lang, book, settings, bar)
    print(done.report.summary())
    if done.rejected:
        path = options.rejects or Path(f"rejets-{source}.csv")
        write(path, write_report(done.reasons, "csv"))
        print(say("import.rejected", lang, count=len(done.rejected), path=path))
    print(_kept(store, done, lang, abort=options.on_error == "abort"), file=sys.stdout)
    return 1 if done.rejected else 0


def _kept(store: Store, done: Sorted, lang: Lang, *, abort: bool) -> str:
    """Keep what may be kept; return the sentence that says what was."""
    if abort and done.rejected:
        return say("import.aborted", lang, count=len(done.rejected))
    if not done.kept:
        return say("import.nothing", lang)
    if not imports.keep(store, done):
        return say("import.unchanged", lang, source=done.source)
    return say("import.kept", lang, count=done.kept, graph=imports.graph_of(done.source))
