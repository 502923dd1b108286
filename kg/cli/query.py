"""``soins query``: a SPARQL query over the dataset."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.cli import add_data, add_lang
from kg.cli.opening import add_store, open_dataset
from kg.errors import CannotRun, NotAcceptable
from kg.remote import RemoteEndpoint, RemoteStore
from kg.settings import Settings
from kg.store import GRAPHS, RESULTS, Endpoint, Workers, examine


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    names = [f.name for f in (*RESULTS, *GRAPHS)]
    parser.add_argument(
        "file", metavar="FILE", help="file of the query; - reads the standard input"
    )
    parser.add_argument("--format", choices=names, help="default: csv for SELECT and ASK, else ttl")
    add_store(parser, required=False)
    add_data(parser)
    add_lang(parser)


def run(options: argparse.Namespace) -> int:
    """Write the answer to the standard output."""
    settings = Settings(workers=1)
    query = _read(options.file)
    form = examine(query, settings)
    tabular = form in {"SELECT", "ASK"}
    offers = {f.name: f.media_type for f in (RESULTS if tabular else GRAPHS)}
    asked = options.format or ("csv" if tabular else "ttl")
    if asked not in offers:
        raise NotAcceptable(offers=", ".join(offers))
    with _endpoint(options, settings) as endpoint:
        for chunk in endpoint.answer(query, offers[asked]):
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
    return 0


@contextmanager
def _endpoint(options: argparse.Namespace, settings: Settings) -> Iterator[Endpoint]:
    store = open_dataset(options)
    if isinstance(store, RemoteStore):
        yield RemoteEndpoint(store, settings)
        return
    with Workers(store.path, settings) as workers:
        yield workers


def _read(name: str) -> str:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise CannotRun("error.no-file", path=name) from error
    except UnicodeDecodeError as error:
        raise CannotRun("sparql.encoding") from error
