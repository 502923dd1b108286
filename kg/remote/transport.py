"""One HTTP exchange with a deadline that holds, whatever the other side does. Not a redirect is followed."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from contextlib import closing
from functools import partial
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from types import TracebackType
from typing import Any, cast
from urllib.error import HTTPError
from urllib.request import (
    HTTPBasicAuthHandler,
    HTTPDefaultErrorHandler,
    HTTPDigestAuthHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPPasswordMgrWithDefaultRealm,
    HTTPSHandler,
    OpenerDirector,
    Request,
)

CONNECT = 3.0
"""Seconds to reach the store, before the deadline of the exchange itself begins to matter."""

_CHUNK = 65_536
_TLS = ssl.create_default_context()

# Virtuoso repeats each graph that a request names in a header of its answer, and we may name hundreds.
http.client._MAXHEADERS = 10_000  # type: ignore[attr-defined]


class Watch:
    """Cuts the connections of the block when *seconds* are over: a slow drip resets any other timeout."""

    def __init__(self, seconds: float) -> None:
        self.missed = False
        self.ends = time.monotonic() + seconds
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def over(self, connection: socket.socket) -> None:
        """Watch over *connection*."""
        connection.settimeout(max(self.ends - time.monotonic(), 0.01))
        self._sockets.append(connection)
        if self.missed:
            self._cut()

    def _cut(self) -> None:
        self.missed = True
        for connection in self._sockets:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # it has ended by itself
                continue

    def __enter__(self) -> Watch:
        self._timer.start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._timer.cancel()


class _Connection(HTTPConnection):
    def __init__(self, *arguments: Any, watch: Watch, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._watch = watch

    def connect(self) -> None:
        """Connect, then be watched over."""
        super().connect()
        self._watch.over(self.sock)


class _SecureConnection(HTTPSConnection):
    def __init__(self, *arguments: Any, watch: Watch, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._watch = watch

    def connect(self) -> None:
        """Connect, then be watched over."""
        super().connect()
        self._watch.over(self.sock)


class _Http(HTTPHandler):
    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self._watch = watch

    def http_open(self, req: Request) -> HTTPResponse:
        """Open *req*."""
        return self.do_open(partial(_Connection, watch=self._watch), req)


class _Https(HTTPSHandler):
    def __init__(self, watch: Watch) -> None:
        super().__init__(context=_TLS)
        self._watch = watch

    def https_open(self, req: Request) -> HTTPResponse:
        """Open *req*."""
        return self.do_open(partial(_SecureConnection, watch=self._watch), req, context=_TLS)


class TooLong(Exception):
    """The body passes the limit."""


def exchange(
    request: Request, watch: Watch, passwords: HTTPPasswordMgrWithDefaultRealm, limit: int
) -> tuple[HTTPResponse, bytes]:
    """Send *request*; return the head of the answer, and its whole body of at most *limit* bytes.

    The password goes to the addresses that *passwords* knows, when they ask for it, and nowhere else: no
    proxy of the environment, no redirect. An answer of any status is an answer.

    Raises:
        OSError: no connection, or it broke; also when *watch* has cut it.
        http.client.HTTPException: not HTTP, or the body ends before its end.
        TooLong: the body passes *limit*.
        ValueError: the store asks for a password in a way that is not known.
    """
    opener = OpenerDirector()
    for handler in (
        _Http(watch), _Https(watch), HTTPErrorProcessor(), HTTPDefaultErrorHandler(),
        HTTPBasicAuthHandler(passwords), HTTPDigestAuthHandler(passwords),
    ):  # fmt: skip
        opener.add_handler(handler)
    try:
        head = cast("HTTPResponse", opener.open(request, timeout=CONNECT))
    except HTTPError as error:
        # The library closes the answer with its error: it is read before that is forgotten.
        with closing(error):
            head = cast("HTTPResponse", error.fp)
            return head, _body(head, watch, limit)
    with closing(head):  # an answer without a body is closed already: no `with` of its own
        return head, _body(head, watch, limit)


def _body(head: HTTPResponse, watch: Watch, limit: int) -> bytes:
    body = bytearray()
    while chunk := head.read1(_CHUNK):
        body += chunk
        if len(body) > limit:
            raise TooLong
    if watch.missed:
        raise TimeoutError
    if (
        head.length and head.status < 300
    ):  # of the bytes that were announced, some are missing: the library says nothing
        raise http.client.IncompleteRead(bytes(body[-20:]), head.length)
    return bytes(body)
