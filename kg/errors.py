"""The family of our errors: each carries data, so that a page, a JSON body or a terminal can say it."""

from __future__ import annotations

from pathlib import Path


class SoinsError(Exception):
    """Base of every error that we raise on purpose.

    *key* names the sentence in ``kg/messages/*.toml``; *data* fills its placeholders. ``str()`` gives
    the English sentence for developers; people get ``kg.messages.say(error.key, lang, **error.data)``.
    """

    key = "error.internal"
    status = 500

    def __init__(self, key: str | None = None, **data: object) -> None:
        self.key = key or type(self).key
        self.data = data
        super().__init__(self.key, data)

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.data.items())
        return f"{self.key} ({details})" if details else self.key


class BadInput(SoinsError):
    """What was given cannot be used: wrong form, wrong value, too large. HTTP 400."""

    status = 400


class Unable(BadInput):
    """Well written, and yet it cannot be done: an unknown function, a graph that is not there. HTTP 422."""

    status = 422


class Refused(SoinsError):
    """What was asked is understood and not allowed. HTTP 403."""

    status = 403


class NotFound(SoinsError):
    """No such thing in the graph. HTTP 404."""

    key = "error.not-found"
    status = 404


class NotAcceptable(SoinsError):
    """None of the representations asked for exists. HTTP 406; *offers* lists those that do."""

    key = "error.not-acceptable"
    status = 406


class TooLarge(SoinsError):
    """Larger than a stated limit. HTTP 413."""

    status = 413


class WrongType(SoinsError):
    """A file or body of a kind that this entrance does not take. HTTP 415."""

    status = 415


class Unreadable(SoinsError):
    """Right kind, but the content cannot be read. HTTP 422."""

    status = 422


class Overloaded(SoinsError):
    """Too slow, too big in memory, or no free worker. HTTP 503 with Retry-After (seconds)."""

    status = 503

    def __init__(self, key: str | None = None, *, retry_after: int = 1, **data: object) -> None:
        super().__init__(key, **data)
        self.retry_after = retry_after


class TooMany(Overloaded):
    """One address asks for more than its share. HTTP 429 with Retry-After (seconds)."""

    status = 429


class BadGateway(SoinsError):
    """The store that holds the dataset fails, or its answer is not whole. HTTP 502."""

    status = 502


class GatewayTimeout(SoinsError):
    """The store that holds the dataset does not answer in time. HTTP 504."""

    status = 504


class DiskFull(SoinsError):
    """No room left on the disk: nothing was stored. HTTP 507."""

    status = 507


class CannotRun(SoinsError):
    """The command could not do its work (exit code 2): busy port, read-only folder, no dataset…"""


class BadRecord(SoinsError):
    """A record of the corpus, a Turtle module or a query file of ours is wrong: names file and line."""

    key = "error.bad-record"

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(path=str(path), line=line, problem=problem)
        self.path, self.line, self.problem = path, line, problem

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.problem}"
