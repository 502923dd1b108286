"""Pass on to the store what is asked from outside, within the same limits as our own workers keep."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager

from kg.errors import (
    BadGateway,
    BadInput,
    GatewayTimeout,
    NotFound,
    Overloaded,
    Refused,
    TooLarge,
)
from kg.namespaces import BASE
from kg.remote.held import WHOLE, read, read_triples
from kg.remote.store import RemoteStore
from kg.settings import Settings
from kg.store import Answer, Part, examine, is_iri, mentions
from kg.store.fairness import Fairness


class RemoteEndpoint:
    """Answers from *store* as ``Workers`` do: as many queries at once, as many that wait, the same deadline.

    The store goes on with a query that is past its deadline, unless it has one of its own.
    """

    writable = False

    def __init__(self, store: RemoteStore, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self._free = threading.BoundedSemaphore(settings.workers)
        self._waiting = threading.BoundedSemaphore(settings.query_queue)
        self._fairness = Fairness(settings.client_queries, settings.client_seconds)

    @property
    def state(self) -> str:
        """Name what answers are given from."""
        return "-".join(filter(None, ("remote", self._store.version[:16], self._store.generation)))

    def answer(
        self,
        query: str,
        media_type: str,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        rows: int | None = None,
        seconds: float | None = None,
        client: str = "",
    ) -> Answer:
        """Return the answer to *query*, which has passed the gate, in *media_type*.

        Raises:
            BadInput: the store finds a fault in *query*, or a graph name is no IRI.
            TooLarge: the answer passes ``settings.result_size``.
            TooMany: *client* has had its share.
            Overloaded: too many at once, too slow, or the store says to come back.
            BadGateway: the store fails, or its answer is not whole.
        """
        form = examine(query, self._settings)
        for name in (*default_graphs, *named_graphs):
            if not is_iri(name):
                raise BadInput("store.bad-graph", name=name[:200])
        words = mentions(query)
        if not default_graphs and not named_graphs and not any(w.startswith("from") for w in words):
            default_graphs, named_graphs = [WHOLE], self._store.graphs if "graph" in words else ()
        if "base" not in words:
            query = f"BASE <{BASE}> {query}"
        most = self._settings.query_deadline
        seconds = most if seconds is None else min(seconds, most)
        with self._fairness.turn(client), self._turn(), _as_ours(self._settings.result_size):
            body = self._store.line.query(query, form, seconds, default_graphs, named_graphs)
            found = read(body) if form in {"SELECT", "ASK"} else read_triples(body)
            written = found.page(rows) if rows else found.written(media_type)
        answer = Answer()
        answer.gather(_once(written), len(written))
        return answer

    def graphs(self) -> list[str]:
        """Return the names of the graphs, in their order."""
        return sorted(map(str, self._store.graphs))

    def graph(self, name: str | None, media_type: str, *, client: str = "") -> Answer:
        """Return the whole graph *name* (None: the default graph) in *media_type*.

        Raises:
            NotFound: no such graph.
            BadInput, TooLarge, TooMany, Overloaded, BadGateway: as ``answer``.
        """
        if name is not None and name not in map(str, self._store.graphs):
            raise NotFound("store.no-graph", name=name)
        query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
        return self.answer(query, media_type, default_graphs=[name or WHOLE], client=client)

    def update(self, update: str) -> None:
        """Refuse: what enters is validated."""
        raise Refused("store.closed")

    def put(self, name: str | None, parts: Sequence[Part], *, replace: bool) -> bool:
        """Refuse: what enters is validated."""
        raise Refused("store.closed")

    def put_quads(self, part: Part) -> None:
        """Refuse: what enters is validated."""
        raise Refused("store.closed")

    def drop(self, name: str | None) -> None:
        """Refuse: what enters is validated."""
        raise Refused("store.closed")

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait a little for one of the places, among few.

        Raises:
            Overloaded: too many wait already, or none came free in time.
        """
        if not self._free.acquire(blocking=False):
            if not self._waiting.acquire(blocking=False):
                raise Overloaded("sparql.busy")
            try:
                if not self._free.acquire(timeout=self._settings.query_wait):
                    raise Overloaded("sparql.busy")
            finally:
                self._waiting.release()
        try:
            yield
        finally:
            self._free.release()


def _once(written: bytes) -> Generator[bytes, None, str]:
    yield written
    return "ok"


@contextmanager
def _as_ours(size: int) -> Iterator[None]:
    """Say of a query that asks too much what ``Workers`` say of it."""
    try:
        yield
    except GatewayTimeout as error:
        if "seconds" not in error.data:  # the store's own deadline
            raise
        raise Overloaded("sparql.deadline", seconds=error.data["seconds"]) from error
    except BadGateway as error:
        if error.key != "remote.too-big":
            raise
        raise TooLarge("sparql.too-big", limit=size) from error
