"""Small answers of the endpoint are kept, and given again word for word while the store is the same.

Pages of others ask the same few queries again and again. What is given again has passed everything once:
host, gate, limits, negotiation; it costs no worker and none of the application's own time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from api.context import Context

_PATH = "/sparql"
_LARGEST = 1_000_000  # bytes of an answer that is kept
_KNOWN = (
    "QUERY_STRING",
    "HTTP_HOST",
    "HTTP_ACCEPT",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_ACCEPT_LANGUAGE",
    "wsgi.url_scheme",
)
"""What an answer may depend on, beside the store: requests that agree on it have the same answer."""

Environ = dict[str, Any]
Key = tuple[str | None, ...]
Answer = tuple[str, list[tuple[str, str]], bytes]
"""Status, headers, body."""


def install(app: Flask, context: Context) -> None:
    """Have *app* keep what it answers."""
    app.wsgi_app = Kept(app.wsgi_app, context)  # type: ignore[method-assign]


class Kept:
    """The WSGI application *app*, whose answers are kept: up to ``settings.answers_kept`` bytes.

    Kept are answers to GET that carry an ETag, so that the same question has the same bytes, and no
    page. Those asked longest ago go first; all go when the store is another.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]], context: Context) -> None:
        self._app, self._context = app, context
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._size, self._state = 0, ""
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer, as WSGI says."""
        if (
            environ["PATH_INFO"] != _PATH
            or environ["REQUEST_METHOD"] != "GET"
            or "HTTP_IF_NONE_MATCH" in environ
        ):
            return self._app(environ, start_response)
        self._context.refresh()
        state = self._context.workers.state
        key = tuple(map(environ.get, _KNOWN))
        with self._lock:
            if state != self._state:
                self._answers.clear()
                self._size, self._state = 0, state
            known = self._answers.get(key)
            if known is not None:
                self._answers.move_to_end(key)
        if known is None:
            return self._new(environ, start_response, key, state)
        status, headers, body = known
        start_response(status, list(headers))
        return [body]

    def _new(
        self, environ: Environ, start_response: Callable[..., Any], key: Key, state: str
    ) -> Iterable[bytes]:
        """Have the application answer, and keep it if it is to be."""
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def listen(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            said[:] = [(status, list(headers))]
            return start_response(status, headers, *error)

        answer = self._app(environ, listen)
        (status, headers), *_ = said
        if not status.startswith("200 ") or not _to_keep(dict(headers)):
            return answer
        try:
            body = b"".join(answer)
        finally:
            if close := getattr(answer, "close", None):
                close()
        size = len(body) + sum(len(part or "") for part in key)
        with self._lock:
            if state == self._state == self._context.workers.state and key not in self._answers:
                self._answers[key] = status, headers, body
                self._size += size
                while self._size > self._context.settings.answers_kept:
                    old, (_, _, text) = self._answers.popitem(last=False)
                    self._size -= len(text) + sum(len(part or "") for part in old)
        return [body]


def _to_keep(headers: dict[str, str]) -> bool:
    length = headers.get("Content-Length", "")
    return (
        "ETag" in headers
        and length.isdigit()
        and int(length) <= _LARGEST
        and not headers["Content-Type"].startswith("text/html")
    )
