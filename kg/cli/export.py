"""``soins export``: the dataset, or one of its graphs, as a file."""

from __future__ import annotations

import argparse
import gzip
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from kg import build
from kg.errors import BadInput, CannotRun, NotAcceptable
from kg.resources import BUILT
from kg.store import dumping


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--format", choices=sorted({*dumping.FORMATS, *dumping.GRAPH_FORMATS}),
        help="default: after the extension of -o, else nq (ttl for one graph)",
    )  # fmt: skip
    parser.add_argument(
        "--graph", metavar="PATH", help="only this graph, by its path: texte/csp/l6323-3"
    )
    parser.add_argument("--list", action="store_true", help="list the graphs and their triples")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write there; .gz compresses"
    )


def run(options: argparse.Namespace) -> int:
    """Write the dump, or list the graphs.

    Raises:
        BadInput: no such graph.
        CannotRun: the file cannot be written.
        NotAcceptable: a format that does not hold what is asked for.
    """
    build.ensure()
    dataset = BUILT / build.DATASET
    if options.list or options.graph:
        graphs = dumping.graphs(dataset)
        if options.list:
            for path, count in graphs.items():
                print(f"{count}\t{path}")
            return 0
        if options.graph not in graphs:
            raise BadInput("discovery.no-graph", name=options.graph)
    formats = dumping.GRAPH_FORMATS if options.graph else dumping.FORMATS
    asked = options.format or _extension(options.output) or formats[0]
    if asked not in formats:
        raise NotAcceptable(offers=", ".join(formats))
    with _open(options.output) as out:
        dumping.dump(dataset, out, asked, options.graph)
    return 0


def _extension(path: Path | None) -> str:
    """Return the extension that names a format: of ``dump.ttl.gz``, ``ttl``."""
    return Path(path.name.removesuffix(".gz")).suffix.removeprefix(".") if path else ""


@contextmanager
def _open(path: Path | None) -> Iterator[IO[bytes]]:
    """Yield what to write to: *path*, or the standard output."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.flush()
        return
    try:
        with path.open("wb") as file:
            if path.suffix == ".gz":
                with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
                    yield cast(IO[bytes], packed)
            else:
                yield file
    except OSError as error:
        raise CannotRun("validation.cannot-write", path=str(path), reason=error.strerror) from error
