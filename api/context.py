"""What every room of the site needs of a request: the store, the language, the day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from flask import current_app, request

from kg.dates import parse_date
from kg.errors import BadInput
from kg.messages import LANGS, Lang, as_lang
from kg.settings import Settings
from kg.store import LocalStore, Workers


@dataclass(frozen=True, slots=True)
class Context:
    """What the application was started with."""

    settings: Settings
    store: LocalStore
    workers: Workers

    @classmethod
    @contextmanager
    def open(cls, settings: Settings, store: LocalStore) -> Iterator[Context]:
        """Yield a context whose helpers live as long as the block."""
        with Workers(store.path, settings) as workers:
            yield cls(settings, store, workers)


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
