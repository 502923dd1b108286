"""Speak the SPARQL 1.1 Protocol to one store, and believe nothing that it says by half."""

from __future__ import annotations

import logging
import math
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlsplit
from urllib.request import HTTPPasswordMgrWithDefaultRealm, Request

from SPARQLWrapper import JSON, POST, TURTLE, SPARQLWrapper

from kg.errors import BadGateway, BadInput, CannotRun, GatewayTimeout, Overloaded, SoinsError
from kg.remote.transport import TooLong, Watch, exchange
from kg.store import Form

_log = logging.getLogger("soins")

RESULTS = ("application/sparql-results+json", "application/json")
TRIPLES = ("application/n-triples", "text/plain", "text/ntriples")
_AGAIN = {429, 502, 503}
_PATIENCE = 2.0  # seconds that a thread of ours may wait for a store that says when to come back
_GET = 4_000  # characters of a query that go into an address
_REST = 30.0  # seconds without a request, after _FAILURES in a row
_FAILURES = 3


@dataclass(frozen=True, slots=True)
class Address:
    """Where a store is: its addresses for queries and, if it may be written to, for updates."""

    query: str
    update: str | None = None
    user: str | None = None
    password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        for address in filter(None, (self.query, self.update)):
            parts = urlsplit(address)
            # A password in an address ends in logs and in the list of processes.
            if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
                raise CannotRun("remote.address")


class _Wrapper(SPARQLWrapper):
    """SPARQLWrapper writes the request; the rest it leaves to the program's default opener, and we do not."""

    def request(self) -> Request:
        """Return the HTTP request."""
        return self._createRequest()


class Line:
    """One store. *size*: bytes of an answer; *patience*: seconds for a query of ours.

    Thread-safe. A query is sent a second time where the store could not be reached or asks for it; an
    update never. After three failures in a row the store is left alone for 30 seconds; that somebody's
    query is slow, or is wrong, is no failure.
    """

    def __init__(
        self,
        address: Address,
        size: int,
        patience: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.address = address
        self._size, self._patience = size, patience
        self._passwords = HTTPPasswordMgrWithDefaultRealm()
        if address.user:
            for known in filter(None, (address.query, address.update)):
                self._passwords.add_password(None, known, address.user, address.password)
        self._breaker = _Breaker(clock)

    def query(
        self,
        query: str,
        form: Form,
        seconds: float | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> bytes:
        """Return the answer to *query*: SPARQL JSON for SELECT and ASK, else N-Triples.

        Without *seconds* it is one of ours, which is never slow on a store that is well.

        Raises:
            BadInput: the store finds a fault in the query.
            BadGateway: the answer is an error, is cut, is partial, is too big, or is something else.
            GatewayTimeout: no whole answer within *seconds*.
            Overloaded: the store says to come back later, or is left alone for a while.
        """
        tabular = form in {"SELECT", "ASK"}
        wrapper = _Wrapper(self.address.query, returnFormat=JSON if tabular else TURTLE)
        # Not setQuery(): its expression for the form goes exponential on some texts, and we know the form.
        wrapper.queryString, wrapper.queryType = query, form
        wrapper.setOnlyConneg(True)
        wrapper.addCustomHttpHeader("Accept", ", ".join(RESULTS[:1] if tabular else TRIPLES[:1]))
        for graph in default_graphs:
            wrapper.addParameter("default-graph-uri", graph)
        for graph in named_graphs:
            wrapper.addParameter("named-graph-uri", graph)
        if len(query) + sum(map(len, (*default_graphs, *named_graphs))) > _GET:
            wrapper.setMethod(POST)
        try:
            head, body = self._send(wrapper.request(), seconds or self._patience, again=True)
        except GatewayTimeout:
            if seconds is None:
                self._breaker.failed()
            raise
        self._judge(head, body, RESULTS if tabular else TRIPLES)
        return body

    def update(self, update: str, seconds: float) -> None:
        """Carry out *update*.

        Raises:
            CannotRun: there is no address for updates.
            BadInput, BadGateway, GatewayTimeout, Overloaded: as ``query``.
        """
        if self.address.update is None:
            raise CannotRun("remote.no-update")
        wrapper = _Wrapper(self.address.query, updateEndpoint=self.address.update)
        wrapper.queryString, wrapper.queryType = update, "INSERT"  # as good as any update
        wrapper.setMethod(POST)
        head, body = self._send(wrapper.request(), seconds, again=False)
        self._judge(head, body, ())

    def _send(self, request: Request, seconds: float, *, again: bool) -> tuple[HTTPResponse, bytes]:
        """Send *request*, and a second time where that may help; return head and body of the answer."""
        with Watch(seconds) as watch:
            while True:
                self._breaker.check()
                pause = random.uniform(0.05, 0.25)  # so that not all come back together
                try:
                    head, body = exchange(request, watch, self._passwords, self._size)
                except TooLong as error:
                    raise BadGateway("remote.too-big", limit=self._size) from error
                except (OSError, HTTPException, ValueError) as error:
                    problem = self._problem(error, watch, seconds)
                    if not again or isinstance(error, HTTPException | ValueError) or watch.missed:
                        raise problem from error
                else:
                    if head.status in {502, 503, 504}:
                        self._breaker.failed()
                    else:
                        self._breaker.ok()
                    if not again or head.status not in _AGAIN:
                        return head, body
                    after = _retry_after(head)
                    pause = pause if after is None else after
                    problem = Overloaded("remote.busy", retry_after=math.ceil(after or 1))
                if pause > _PATIENCE or time.monotonic() + pause > watch.ends:
                    raise problem
                time.sleep(pause)
                again = False

    def _problem(self, error: Exception, watch: Watch, seconds: float) -> SoinsError:
        """Return our error for one of the network; the log says more, and neither says the password."""
        _log.warning("the store %s: %s", self.address.query, type(error).__name__)
        if watch.missed or isinstance(error, TimeoutError):  # whichever clock was first
            return GatewayTimeout("remote.timeout", seconds=f"{seconds:g}")
        if isinstance(error, HTTPException):
            return BadGateway("remote.cut")
        if isinstance(error, ValueError):
            return BadGateway("remote.unauthorised")
        self._breaker.failed()
        return BadGateway("remote.unreachable")

    def _judge(self, head: HTTPResponse, body: bytes, types: Sequence[str]) -> None:
        """Raise the error that the answer is, unless it is whole and of one of *types* (none: any)."""
        status, kind = head.status, head.headers.get_content_type()
        if status == 206 or head.headers["X-SPARQL-MaxRows"] or head.headers["X-SQL-State"]:
            raise BadGateway("remote.partial")
        if status == 400:
            raise BadInput("remote.refused", reason=_first_words(body))
        if status in {401, 403}:
            raise BadGateway("remote.unauthorised")
        if status in {429, 503}:
            raise Overloaded("remote.busy", retry_after=math.ceil(_retry_after(head) or 1))
        if status == 504:
            raise GatewayTimeout("remote.status", status=status)
        if not 200 <= status < 300:
            _log.warning("the store %s: status %d", self.address.query, status)
            raise BadGateway("remote.status", status=status)
        if types and (kind not in types or head.headers["Content-Encoding"]):
            raise BadGateway("remote.type", found=kind[:60])
        if types == TRIPLES and not (head.chunked or head.headers["Content-Length"]):
            raise BadGateway("remote.cut")  # lines of triples do not say which is the last one


class _Breaker:
    """Leaves a store alone that has failed three times in a row, then lets one request at a time try."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._failures, self._until = 0, -math.inf

    def check(self) -> None:
        """Raise Overloaded while the store is left alone."""
        with self._lock:
            left = self._until - self._clock()
            if left > 0:
                raise Overloaded("remote.resting", retry_after=math.ceil(left))
            if self._failures >= _FAILURES:  # this one tries; who comes meanwhile waits
                self._until = self._clock() + _REST

    def failed(self) -> None:
        """Count a failure."""
        with self._lock:
            self._failures += 1
            if self._failures >= _FAILURES:
                self._until = self._clock() + _REST

    def ok(self) -> None:
        """Forget the failures."""
        with self._lock:
            self._failures, self._until = 0, -math.inf


def _retry_after(head: HTTPResponse) -> float | None:
    """Return the seconds that the store asks for; None where it says none, or a date."""
    text = (head.headers["Retry-After"] or "").strip()
    return float(text) if text.isdecimal() and len(text) < 6 else None


def _first_words(body: bytes) -> str:
    """Return the first line of what the store says of a query, for whoever wrote that query."""
    lines = body[:2_000].decode(errors="replace").strip().splitlines()
    return lines[0][:200] if lines else "400"
