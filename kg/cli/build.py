"""``soins build``: the dataset."""

from __future__ import annotations

import argparse

from kg import build


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--check", action="store_true", help="only say whether the built dataset is up to date"
    )


def run(options: argparse.Namespace) -> int:
    """Build, or check that what is built is what would be built."""
    if options.check:
        found = build.manifest()
        fresh = found is not None and found.inputs == build.inputs_hash()
        print("up to date" if fresh else "out of date: run `soins build`")
        return 0 if fresh else 1
    made = build.build()
    print(f"{made.quads} quads in {made.graphs} graphs, version {made.version[:16]}")
    return 0
