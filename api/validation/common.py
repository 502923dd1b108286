"""What the parts of the room share: the rules, the language of a page, how long reports stay, who may keep an answer."""

from __future__ import annotations

import threading
from functools import cache

from flask import Response

from api import errors
from api.context import context
from api.rendering import fine
from kg.citations import long_date
from kg.errors import Overloaded, SoinsError
from kg.messages import Lang, say
from kg.store import Store
from kg.validation import Rulebook

_loading = threading.Lock()


def book() -> Rulebook:
    """Return the rules of the dataset that is served."""
    with _loading:  # many uploads may come first together: one of them loads the rules
        return _book(context().store)


@cache
def _book(store: Store) -> Rulebook:
    return Rulebook.load(store)


def hours() -> int:
    """Return how long a report is kept, as pages say it."""
    return round(context().settings.reports_kept / 3600)


def speech(language: Lang) -> dict[str, object]:
    """Return the names that make a page speak *language*, whatever the address asks for."""
    return {
        "lang": language,
        "other_lang": "en" if language == "fr" else "fr",
        "say": lambda key, **data: fine(say(key, language, **data)),
        "long": lambda value: long_date(value, language),
    }


def refusal(error: SoinsError, language: Lang) -> Response:
    """Return *error* in *language*, which the house's handler may not see: it may be a form's."""
    answer = errors.body(error.status, [say(error.key, language, **error.data)])
    if isinstance(error, Overloaded):
        answer.headers["Retry-After"] = str(error.retry_after)
    return private(answer)


def private(answer: Response) -> Response:
    """Return *answer* so that nobody keeps, indexes or passes on what it says, or where."""
    answer.headers["Cache-Control"] = "no-store"
    # To ourselves a browser still names the page: without, it would hide where our own forms come from.
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
