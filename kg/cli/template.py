"""``soins template``: the spreadsheet to fill in, empty or with invented rows."""

from __future__ import annotations

import argparse
from pathlib import Path

from kg import tabular
from kg.cli import add_data, add_lang
from kg.cli.opening import open_store
from kg.cli.validate import write
from kg.messages import as_lang
from kg.validation import Rulebook


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--format", choices=("xlsx", "csv"), default="xlsx", help="csv: a ZIP of two files"
    )
    parser.add_argument(
        "--example", action="store_true", help="fill it with invented rows that conform"
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", required=True, help="file to write"
    )
    add_lang(parser)
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Write the template."""
    columns = Rulebook.load(open_store(options.data)).columns
    rows = tabular.example() if options.example else {}
    if options.format == "csv":
        write(options.output, tabular.write_csv(columns, rows))
    else:
        write(options.output, tabular.write_workbook(columns, rows, as_lang(options.lang)))
    return 0
