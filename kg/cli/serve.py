"""``soins serve``: the site, the endpoint, validation and questions, on one address."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from typing import NoReturn

from kg.cli import add_data
from kg.cli.opening import open_store
from kg.errors import CannotRun
from kg.settings import Settings


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
        "--timeout",
        type=float,
        default=defaults.query_deadline,
        metavar="SECONDS",
        help="deadline of a query from outside (default: %(default)s)",
    )
    parser.add_argument(
        "--workers",
        type=int,
        default=defaults.workers,
        help="processes that run queries from outside (default: %(default)s)",
    )
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Serve until stopped.

    Raises:
        CannotRun: the port is taken, or a folder cannot be written.
    """
    from waitress.server import create_server

    from api import create_app
    from api.context import Context

    settings = Settings(
        host=options.host,
        port=options.port,
        query_deadline=options.timeout,
        workers=options.workers,
    )
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("waitress.queue").setLevel(
        logging.ERROR
    )  # one line a queued request is noise
    signal.signal(signal.SIGTERM, _stop)  # so that the helpers below are closed as on Ctrl-C
    store = open_store(options.data)
    with Context.open(settings, store) as context:
        try:
            server = create_server(
                create_app(context),
                host=settings.host,
                port=settings.port,
                ident="soins-coordonnes",
                channel_timeout=30,
                connection_limit=100,
                max_request_body_size=settings.upload * 5,  # up to there, our own 413 answers
                threads=8,
            )
        except OSError as error:
            raise CannotRun("error.busy-port", host=settings.host, port=settings.port) from error
        print(f"soins-coordonnes: http://{settings.host}:{settings.port}/", flush=True)
        server.run()
    return 0


def _stop(_signal: int, _frame: object) -> NoReturn:
    sys.exit(0)
