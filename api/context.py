"""What every room of the site needs of a request: the store, the language, the day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flask import current_app, request

from kg.dates import parse_date
from kg.errors import BadInput
from kg.messages import LANGS, Lang, as_lang
from kg.remote import RemoteEndpoint, RemoteStore
from kg.settings import Settings
from kg.store import Endpoint, LocalStore, Store, Workers, is_iri
from kg.validation import Jobs


@dataclass(frozen=True, slots=True)
class Context:
    """What the application was started with."""

    settings: Settings
    store: Store
    workers: Endpoint
    jobs: Jobs

    @classmethod
    @contextmanager
    def open(
        cls, settings: Settings, store: LocalStore | RemoteStore, sandbox: Path | None = None
    ) -> Iterator[Context]:
        """Yield a context whose helpers live as long as the block; the endpoint serves *sandbox* if given."""
        reports = store.folder / "rapports"
        with Jobs(reports, settings) as jobs:
            if isinstance(store, RemoteStore):
                yield cls(settings, store, RemoteEndpoint(store, settings), jobs)
                return
            with Workers(sandbox or store.path, settings, writable=sandbox is not None) as workers:
                yield cls(settings, store, workers, jobs)

    def end(self) -> None:
        """Break off the queries that are under way: the server stops."""
        if isinstance(self.workers, Workers):
            self.workers.close()

    def refresh(self) -> None:
        """Turn to what was imported or withdrawn since, by this process or another."""
        self.store.refresh()
        match self.store, self.workers:
            case LocalStore() as store, Workers(writable=False) as workers:
                if workers.state != store.path.name:
                    workers.turn_to(store.path)


def context() -> Context:
    """Return the context of the running application."""
    found = current_app.extensions["soins"]
    assert isinstance(found, Context)
    return found


def lang() -> Lang:
    """Return the language of the request: ``?lang=`` beats ``Accept-Language``; French otherwise.

    Raises:
        BadInput: ``?lang=`` names no language of ours.
    """
    asked = request.args.get("lang")
    if asked:
        if asked not in LANGS:
            raise BadInput("error.lang", value=asked[:20])
        return as_lang(asked)
    return as_lang(request.accept_languages.best_match(LANGS))


def day() -> date:
    """Return the day whose law is asked for: ``?date=``, or today.

    Raises:
        BadInput: ``?date=`` is not a day.
    """
    asked = request.args.get("date")
    return parse_date(asked) if asked else date.today()


def site() -> str:
    """Return the address of this server, as the client knows it, with its final slash.

    Raises:
        BadInput: the client gives a name that no server has.
    """
    address = request.url_root
    if not is_iri(address):
        raise BadInput("discovery.address")
    return address
