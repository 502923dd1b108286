"""Do what is asked from outside in other processes, which may be killed without harm.

The engine cannot be interrupted, and a failed allocation or a stack overflow ends its process: so
that process is never the one that serves the site.
"""

from __future__ import annotations

import contextlib
import json
import logging
import struct
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Generator, Iterator, Sequence
from itertools import count
from os import environ
from pathlib import Path
from queue import Empty, LifoQueue
from typing import IO, Any, Self

from kg.errors import BadInput, NotFound, Overloaded
from kg.namespaces import BASE
from kg.settings import Settings
from kg.store.deadline import Deadline
from kg.store.fairness import Fairness
from kg.store.faults import Part, crashed, fault, late
from kg.store.lender import Lender, Lent

_log = logging.getLogger("soins")
_JSON = "application/sparql-results+json"
_IN_MEMORY = 1_000_000  # bytes of an answer kept in memory; the rest goes to a temporary file
# Seconds between two loads of the store into memory: each takes a processor for some of them, and one
# that always dies must not take it for good.
_RELOAD = 60.0

Worker = subprocess.Popen[bytes] | Lent
"""A process that speaks as ``worker.py`` says."""


class Answer:
    """An answer, ready to send: iterate once, or ``read()``; then it is gone.

    It is complete before its first byte leaves, so that an error is said and never hides in a file, and a
    slow reader holds no worker; a long one waits in a temporary file. Past ``settings.whole`` the *rest*
    comes as it is made: *length*, in bytes, is then unknown (None), and an error breaks off the iteration.
    """

    def __init__(self) -> None:
        self.length: int | None = None
        self.size = 0  # of what has been gathered
        self._memory = bytearray()
        self._file: IO[bytes] | None = None
        self._rest: Generator[bytes, None, str] | None = None

    def gather(self, work: Generator[bytes, None, str], whole: int) -> str:
        """Take what *work* yields, up to *whole* bytes; return what it says at its end, or ``ok`` before."""
        try:
            while self.size <= whole:
                self._add(next(work))
        except StopIteration as end:
            self.length = self.size
            return str(end.value)
        except BaseException:
            self.close()
            raise
        self._rest = work
        return "ok"

    def _add(self, data: bytes) -> None:
        self.size += len(data)
        self._memory += data
        if len(self._memory) > _IN_MEMORY:
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the reader
            self._file.write(self._memory)
            self._memory.clear()

    def __iter__(self) -> Iterator[bytes]:
        try:
            if self._file is not None:
                self._file.seek(0)
                while chunk := self._file.read(65_536):
                    yield chunk
            yield bytes(self._memory)
            if self._rest is not None:
                yield from self._rest
        finally:
            self.close()

    def read(self) -> bytes:
        """Return the whole answer."""
        return b"".join(self)

    def close(self) -> None:
        """Forget the answer, and stop whoever is still making it."""
        self._memory.clear()
        if self._file is not None:
            self._file.close()
        if self._rest is not None:
            self._rest.close()


class Workers:
    """A pool of worker processes over the store at *path*; thread-safe. Each starts when first needed.

    *writable*: one process, which reads and writes; else as many as the settings say, which only read.
    *reload*: seconds between two loads of the store into memory, at least.
    *state* names what answers are given from: while it is the same, so are they.
    """

    def __init__(
        self, path: Path, settings: Settings, *, writable: bool = False, reload: float = _RELOAD
    ) -> None:
        self.writable = writable
        self.state = ""
        self._settings = settings
        self._writes = count(1)
        self._reload = reload
        self._load_from = 0.0  # by the monotonic clock: not before
        self._lender: Lender | None = None
        self._lenders: set[Lender] = set()
        self._lending = threading.Lock()
        self._processes: set[Worker] = set()
        self.turn_to(path)
        self._idle: LifoQueue[Worker | None] = LifoQueue()  # None: not started yet
        for _ in range(1 if writable else settings.workers):
            self._idle.put(None)
        self._waiting = threading.Semaphore(settings.query_queue)
        self._fairness = Fairness(
            settings.client_queries,
            settings.client_seconds,
            together=max(settings.workers - 1, 1) if settings.client_queries else 0,
            patience=settings.query_wait,
        )
        self._finalizer = weakref.finalize(self, _end_all, self._processes, self._lenders)

    def turn_to(self, path: Path) -> None:
        """Answer from the store at *path* from now on; a query at work ends on the one it began with."""
        self._command = self._call(path, "write" if self.writable else "read")
        fits = Lender.possible and _size(path) <= self._settings.in_memory
        with self._lending:
            self._lend = self._call(path, "lend") if fits and not self.writable else None
            self._stop_lending()
            self._load_from = 0.0
        self.state = path.name

    def _call(self, path: Path, access: str) -> list[str]:
        limits = self._settings.worker_memory, self._settings.result_size
        script = Path(__file__).with_name("worker.py")
        return [sys.executable, "-P", str(script), str(path), access, *map(str, limits)]

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

        *default_graphs* and *named_graphs* are the dataset of the protocol request; both empty, the
        dataset is the whole store. With *rows*, the answer is the JSON of ``worker.page`` instead.
        *seconds* lowers the deadline. *client* is the address that asks, which has its share and no
        more; empty, it is ourselves.

        Raises:
            BadInput: syntax error, a graph name that is no IRI, or an order that the engine cannot make.
            Unable: valid, but the engine has no such function.
            TooLarge: the answer passes ``settings.result_size``.
            TooMany: *client* has had its share.
            NotAcceptable: XML, and the answer holds what XML cannot.
            Overloaded: no free worker, too slow, or too much memory.
        """
        chosen = bool(default_graphs or named_graphs)
        words = {
            "format": media_type,
            "default_graph": list(default_graphs) if chosen else None,
            "named_graphs": list(named_graphs) if chosen else None,
            "rows": rows,
        }
        most = self._settings.query_deadline
        seconds = most if seconds is None else min(seconds, most)
        return self._ask("query", words, seconds, query.encode(), client=client)[1]

    def graphs(self) -> list[str]:
        """Return the names of the graphs, in their order.

        Raises:
            Overloaded: as ``answer``.
        """
        found = json.loads(self.answer("SELECT ?g { GRAPH ?g {} }", _JSON).read())
        return sorted(row["g"]["value"] for row in found["results"]["bindings"])

    def graph(self, name: str | None, media_type: str, *, client: str = "") -> Answer:
        """Return the whole graph *name* (None: the default graph) in *media_type*.

        Raises:
            NotFound: no such graph.
            BadInput: *name* is no IRI.
            TooLarge, TooMany, NotAcceptable, Overloaded: as ``answer``.
        """
        words = {"graph": name, "format": media_type}
        done, answer = self._ask("read", words, self._settings.query_deadline, client=client)
        if done == "absent":
            raise NotFound("store.no-graph", name=name)
        return answer

    def update(self, update: str) -> None:
        """Carry out *update*, which has passed the gate: all of it or, at any error, nothing.

        Raises:
            BadInput: syntax error.
            Unable: a graph that is not there, or is there already; an unknown function.
            Refused: a LOAD.
            DiskFull: nothing is stored.
            Overloaded: as ``answer``.
        """
        self._write("update", {}, update.encode())

    def put(self, name: str | None, parts: Sequence[Part], *, replace: bool) -> bool:
        """Put the triples of *parts* into the graph *name*, instead of what it held or beside it.

        Returns whether the graph is new. None is the default graph.

        Raises:
            BadInput: *name* is no IRI, or a part cannot be read: nothing is stored.
            DiskFull, Overloaded: as ``update``.
        """
        words = {"graph": name, "base": name or BASE}
        return self._write("replace" if replace else "add", words, parts=parts) == "created"

    def put_quads(self, part: Part) -> None:
        """Add each quad of *part* to the graph that it names.

        Raises:
            BadInput, DiskFull, Overloaded: as ``put``.
        """
        self._write("add-quads", {}, parts=[part])

    def drop(self, name: str | None) -> None:
        """Remove the graph *name*; the default graph, None, is emptied.

        Raises:
            NotFound: no such graph.
            BadInput, DiskFull, Overloaded: as ``put``.
        """
        if self._write("drop", {"graph": name}) == "absent":
            raise NotFound("store.no-graph", name=name)

    def _write(
        self, task: str, words: dict[str, Any], body: bytes = b"", parts: Sequence[Part] = ()
    ) -> str:
        """Change the store; answers given from now on have another state, even where it failed."""
        assert self.writable
        try:
            return self._ask(task, words, self._settings.write_deadline, body, parts)[0]
        finally:
            self.state = f"{self.state.partition('@')[0]}@{next(self._writes)}"

    def _ask(
        self,
        task: str,
        words: dict[str, Any],
        seconds: float,
        body: bytes = b"",
        parts: Sequence[Part] = (),
        client: str = "",
    ) -> tuple[str, Answer]:
        """Have a worker do *task*; return what it says of it and the answer that it writes."""
        body = body or b"".join(data for _, data in parts)
        sizes = [(media_type, len(data)) for media_type, data in parts]
        request = {"base": BASE, **words, "task": task, "seconds": seconds, "parts": sizes}
        answer = Answer()
        work = self._work(request, body, parts, client)
        return answer.gather(work, self._settings.whole), answer

    def _work(
        self, request: dict[str, Any], body: bytes, parts: Sequence[Part], client: str
    ) -> Generator[bytes, None, str]:
        """Have a worker do *request*; yield the answer as it comes, return what the worker says at its end."""
        task = request["task"]
        with self._fairness.turn(client):
            worker = self._free()
            healthy, limit = False, None
            try:
                if worker is None or worker.poll() is not None or not self._current(worker):
                    worker = self._start(instead_of=worker)
                with Deadline(worker, request["seconds"]) as limit:
                    said = yield from _exchange(worker, request, body)
                # A store that met a full disk stays read-only: the next process opens it again.
                healthy = not limit.missed and said.get("problem") != "full"
            except (OSError, EOFError) as error:
                if limit is not None and limit.missed:
                    raise late(task, request["seconds"]) from error
                if not self._finalizer.alive:
                    raise Overloaded("sparql.stopping") from error
                why = _last_words(worker)
                _log.warning("a worker ended during a query: %.300r", why)
                if "total order" in why:
                    raise BadInput("sparql.order") from error
                raise crashed(task) from error
            finally:
                if not healthy:
                    self._discard(worker)
                self._idle.put(worker if healthy else None)
        if "problem" in said:
            raise fault(task, body, said, parts, self._settings.result_size)
        return str(said["done"])

    def _free(self) -> Worker | None:
        """Return a free worker, or None for one to start. Few may wait: a thread that waits serves nobody.

        Raises:
            Overloaded: too many wait already, or none came free in time.
        """
        with contextlib.suppress(Empty):
            return self._idle.get_nowait()
        if not self._waiting.acquire(blocking=False):
            raise Overloaded("sparql.busy")
        try:
            return self._idle.get(timeout=self._settings.query_wait)
        except Empty:
            raise Overloaded("sparql.busy") from None
        finally:
            self._waiting.release()

    def close(self) -> None:
        """End the processes, for good."""
        self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _source(self) -> list[str] | Lender:
        """Return where a worker comes from now: the store in memory, once it is there, or the one on disk."""
        lender = self._lender
        if lender is not None and lender.ready():
            return lender
        self._load()
        return self._command

    def _current(self, worker: Worker) -> bool:
        """Return whether a new worker would be no better than *worker*."""
        source = self._source()
        return worker.args is source or worker.args is self._lender

    def _start(self, instead_of: Worker | None) -> Worker:
        self._discard(instead_of)
        if not self._finalizer.alive:
            raise Overloaded("sparql.stopping")
        source = self._source()
        if isinstance(source, Lender):
            try:
                return self._known(source.lend())
            except OSError as error:
                _log.warning("the store in memory lent nobody, one reads the disk: %s", error)
        process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,  # a dying process says why in a few lines, see _last_words
            env=_environment(),
        )
        return self._known(process)

    def _known(self, process: Worker) -> Worker:
        self._processes.add(process)
        return process

    def _load(self) -> None:
        """Have the store loaded into memory, where it fits; again, but not at once, where that was lost."""
        with self._lending:
            if self._lender is not None and self._lender.ended():
                _log.warning("the store in memory is lost, the one on disk answers meanwhile")
                self._stop_lending()
            now = time.monotonic()
            if self._lend is not None and self._lender is None and now >= self._load_from:
                self._load_from = now + self._reload
                try:
                    self._lender = Lender(self._lend, _environment())
                except OSError as error:
                    _log.warning("the store cannot be loaded into memory: %s", error)
                else:
                    self._lenders.add(self._lender)

    def _stop_lending(self) -> None:
        if self._lender is not None:
            self._lenders.discard(self._lender)
            self._lender.close()
            self._lender = None

    def _discard(self, process: Worker | None) -> None:
        if process is not None:
            self._processes.discard(process)
            _end(process)


def _environment() -> dict[str, str]:
    """Return the environment of a worker."""
    return {
        **{name: text for name, text in environ.items() if not name.startswith("SOINS_")},
        "RUST_BACKTRACE": "0",
        "MALLOC_ARENA_MAX": "2",  # else each thread reserves address space, which is limited
    }


def _size(path: Path) -> int:
    """Return the bytes of the files in the folder *path*."""
    return sum(file.stat().st_size for file in path.glob("*") if file.is_file())


def _exchange(
    worker: Worker, request: dict[str, Any], body: bytes
) -> Generator[bytes, None, dict[str, Any]]:
    """Send *request* and *body*, yield the frames of data that come back, return what the last one says.

    Raises:
        EOFError, OSError: the worker has ended.
    """
    assert worker.stdin is not None
    assert worker.stdout is not None
    head = json.dumps({**request, "body": len(body)}).encode()
    worker.stdin.write(struct.pack(">I", len(head)) + head + body)
    worker.stdin.flush()
    while True:
        kind, size = struct.unpack(">cI", _read(worker.stdout, 5))
        payload = _read(worker.stdout, size)
        if kind != b"D":
            said: dict[str, Any] = json.loads(payload)
            return said
        yield payload


def _read(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _last_words(process: Worker | None) -> str:
    """Return what a process that has ended, or is about to, wrote of its end."""
    if process is None or process.stderr is None:
        return ""
    process.kill()
    process.wait()
    return process.stderr.read(10_000).decode(errors="replace").strip()


def _end_all(processes: set[Worker], lenders: set[Lender]) -> None:
    while processes:
        _end(processes.pop())
    while lenders:  # after those that they have lent, whose ends they hear of
        lenders.pop().close()


def _end(process: Worker) -> None:
    """Kill *process* and close its pipes."""
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        assert stream is not None
        with contextlib.suppress(OSError):  # unsent bytes for a dead reader
            stream.close()
