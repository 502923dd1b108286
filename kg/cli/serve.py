"""``soins serve``: the site, the endpoint, validation and questions, on one address."""

from __future__ import annotations

import argparse
import logging
import os
import secrets
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import NoReturn

from kg.answers import prepare
from kg.cli import add_chooser, add_data
from kg.cli.opening import add_store, open_dataset
from kg.errors import CannotRun, SoinsError
from kg.remote import RemoteStore
from kg.search import index
from kg.settings import Settings
from kg.store import LocalStore, Store, sandbox

_TOKEN = 32  # characters at least


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    defaults = Settings()
    parser.add_argument(
        "--host", default=defaults.host, help="address to listen on (default: %(default)s)"
    )
    parser.add_argument(
        "--port", type=int, default=defaults.port, help="port (default: %(default)s)"
    )
    parser.add_argument(
        "--name",
        action="append",
        default=[],
        help="a name that the server is asked by, beside its address; may be repeated",
    )
    parser.add_argument(
        "--proxy",
        default=defaults.proxy,
        metavar="ADDRESS",
        help="believe what the proxy at this address says of its clients (X-Forwarded-…)",
    )
    parser.add_argument(
        "--timeout",
        type=float,
        default=defaults.query_deadline,
        metavar="SECONDS",
        help="deadline of a query from outside (default: %(default)s)",
    )
    parser.add_argument(
        "--write-timeout",
        type=float,
        default=defaults.write_deadline,
        metavar="SECONDS",
        help="deadline of a write to the sandbox (default: %(default)s)",
    )
    parser.add_argument(
        "--workers",
        type=int,
        default=defaults.workers,
        help="processes that run queries from outside (default: %(default)s)",
    )
    parser.add_argument(
        "--result-size",
        type=int,
        default=defaults.result_size,
        metavar="BYTES",
        help="largest answer to a query from outside (default: %(default)s)",
    )
    parser.add_argument(
        "--whole",
        type=int,
        default=defaults.whole,
        metavar="BYTES",
        help="an answer up to this size is complete before it leaves; a longer one leaves as it is made,"
        " and is cut where it fails (default: %(default)s)",
    )
    parser.add_argument(
        "--client-queries",
        type=int,
        default=defaults.client_queries,
        metavar="N",
        help="queries of one address at the same time, 0: no limit (default: %(default)s)",
    )
    parser.add_argument(
        "--client-seconds",
        type=float,
        default=defaults.client_seconds,
        metavar="SECONDS",
        help="query time of one address a minute, 0: no limit (default: %(default)g)",
    )
    parser.add_argument(
        "--keep",
        type=float,
        default=defaults.reports_kept / 3600,
        metavar="HOURS",
        help="how long a file sent for validation and its report stay (default: %(default)g)",
    )
    add_chooser(parser)
    parser.add_argument(
        "--feedback",
        type=_address,
        default=defaults.feedback,
        metavar="URL",
        help="where a visitor may report an error (https:, http: or mailto:), linked from each page",
    )
    parser.add_argument(
        "--sandbox",
        action="store_true",
        help="serve an empty store, gone at the end, that the token in $SOINS_TOKEN may write to",
    )
    parser.add_argument(
        "--dataset", type=Path, metavar="FILE", help="with --sandbox: begin with this RDF file"
    )
    add_store(parser, required=False)
    add_data(parser)


def _address(text: str) -> str:
    if text and not text.startswith(("https://", "http://", "mailto:")):
        raise argparse.ArgumentTypeError("it begins with https:, http: or mailto:")
    return text


def run(options: argparse.Namespace) -> int:
    """Serve until stopped.

    Raises:
        CannotRun: the port is taken, a folder cannot be written, the token is too short, or the RDF file
            cannot be read.
    """
    from api import create_app
    from api.context import Context
    from api.discovery import make_ready
    from api.server import serve

    settings = Settings(
        host=options.host,
        port=options.port,
        names=tuple(options.name),
        proxy=options.proxy,
        query_deadline=options.timeout,
        write_deadline=options.write_timeout,
        workers=options.workers,
        result_size=options.result_size,
        whole=options.whole,
        client_queries=options.client_queries,
        client_seconds=options.client_seconds,
        reports_kept=options.keep * 3600,
        chooser=options.chooser,
        feedback=options.feedback,
        token=_token(made=options.sandbox),
    )
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("waitress.queue").setLevel(
        logging.ERROR
    )  # one line a queued request is noise
    signal.signal(signal.SIGTERM, _stop)  # so that the helpers below are closed as on Ctrl-C
    with _stores(options) as (store, place), Context.open(settings, store, place) as context:

        def ready() -> None:
            make_ready(context)
            Thread(target=_warm, args=(store,), daemon=True).start()
            print(f"soins-coordonnes: http://{settings.host}:{settings.port}/", flush=True)

        try:
            serve(create_app(context), settings, ready, context.end)
        except OSError as error:
            raise CannotRun("error.busy-port", host=settings.host, port=settings.port) from error
    return 0


def _warm(store: Store) -> None:
    """Read what the first question and the first search would wait for.

    Where the store fails, they ask it again and say so.
    """
    for read in (prepare, index):
        with suppress(SoinsError):
            read(store)


@contextmanager
def _stores(options: argparse.Namespace) -> Iterator[tuple[LocalStore | RemoteStore, Path | None]]:
    """Yield the store of the pages, and that of the endpoint where it is another: the sandbox."""
    if not options.sandbox:
        yield open_dataset(options), None
        return
    with sandbox(options.dataset) as stores:
        yield stores


def _token(*, made: bool) -> str:
    """Return the token of the environment; without one, a new one, shown once, where one is to be *made*.

    Raises:
        CannotRun: the token of the environment is too short.
    """
    given = os.environ.get("SOINS_TOKEN", "")
    if given and len(given) < _TOKEN:
        raise CannotRun("store.short-token")
    if not given and made:
        given = secrets.token_urlsafe(_TOKEN)
        print(f"soins-coordonnes: SOINS_TOKEN={given}", file=sys.stderr, flush=True)
    return given


def _stop(_signal: int, _frame: object) -> NoReturn:
    sys.exit(0)
