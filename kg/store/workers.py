"""Answer queries from outside in other processes, which may be killed without harm.

The engine cannot be interrupted, and a failed allocation or a stack overflow ends its process: so
that process is never the one that serves the site.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import struct
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Iterator, Sequence
from os import environ
from pathlib import Path
from queue import Empty, LifoQueue
from types import TracebackType
from typing import IO, Self

from kg.errors import BadInput, Overloaded, SoinsError, TooLarge
from kg.settings import Settings

_log = logging.getLogger("soins")
_IN_MEMORY = 1_000_000  # bytes of an answer kept in memory; the rest goes to a temporary file
_PLACE = re.compile(r"error at (\d+):(\d+)")
_SIGNS = {  # what the engine says → our sentence; its other words are about its grammar
    "Prefix not found": "sparql.prefix",
    "variable that is unbound": "sparql.unbound",
    "IRI parsing failed": "sparql.bad-iri",
}


class Answer:
    """A whole answer, ready to send: iterate once, or ``read()``; then it is gone.

    It is complete before its first byte leaves: an error never hides in the middle of a file, and a
    slow reader holds no worker. *length* in bytes; a long one waits in a temporary file.
    """

    def __init__(self) -> None:
        self.length = 0
        self._memory = bytearray()
        self._file: IO[bytes] | None = None

    def add(self, data: bytes) -> None:
        """Append *data*."""
        self.length += len(data)
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
        finally:
            self.close()

    def read(self) -> bytes:
        """Return the whole answer."""
        return b"".join(self)

    def close(self) -> None:
        """Forget the answer."""
        self._memory.clear()
        if self._file is not None:
            self._file.close()


class Workers:
    """A pool of worker processes over the store at *path*; thread-safe. Each starts when first needed."""

    def __init__(self, path: Path, settings: Settings) -> None:
        self._settings = settings
        arguments = [path, settings.worker_memory, settings.result_size]
        script = Path(__file__).with_name("worker.py")
        self._command = [sys.executable, "-P", str(script), *map(str, arguments)]
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._idle: LifoQueue[subprocess.Popen[bytes] | None] = LifoQueue()  # None: not started yet
        for _ in range(settings.workers):
            self._idle.put(None)
        self._waiting = threading.Semaphore(settings.query_queue)
        self._finalizer = weakref.finalize(self, _end_all, self._processes)

    def answer(
        self,
        query: str,
        media_type: str,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        rows: int | None = None,
    ) -> Answer:
        """Return the answer to *query*, which has passed the gate, in *media_type*.

        *default_graphs* and *named_graphs* are the dataset of the protocol request; both empty, the
        dataset is the whole store. With *rows*, the answer is the JSON of ``worker.page`` instead.

        Raises:
            BadInput: syntax error, a graph name that is no IRI, or an order that the engine cannot make.
            TooLarge: the answer passes ``settings.result_size``.
            Overloaded: no free worker, too slow, or too much memory.
        """
        seconds = self._settings.query_deadline
        chosen = bool(default_graphs or named_graphs)
        request = {
            "query": query,
            "format": media_type,
            "default_graph": list(default_graphs) if chosen else None,
            "named_graphs": list(named_graphs) if chosen else None,
            "rows": rows,
            "seconds": seconds,
        }
        worker = self._free()
        healthy, limit = False, None
        answer = Answer()
        try:
            if worker is None or worker.poll() is not None:
                worker = self._start(instead_of=worker)
            limit = _Deadline(worker, seconds)
            with limit:
                problem = _exchange(worker, json.dumps(request).encode(), answer)
            healthy = not limit.missed
        except (OSError, EOFError) as error:
            answer.close()
            if limit is not None and limit.missed:
                raise Overloaded("sparql.deadline", seconds=f"{seconds:g}") from error
            why = _last_words(worker)
            _log.warning("a worker ended during a query: %.300r", why)
            if "total order" in why:
                raise BadInput("sparql.order") from error
            raise Overloaded("sparql.crashed") from error
        finally:
            if not healthy:
                self._discard(worker)
            self._idle.put(worker if healthy else None)
        if problem:
            answer.close()
            raise _error(query, problem, self._settings.result_size)
        return answer

    def _free(self) -> subprocess.Popen[bytes] | None:
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

    def _start(self, instead_of: subprocess.Popen[bytes] | None) -> subprocess.Popen[bytes]:
        self._discard(instead_of)
        if not self._finalizer.alive:
            raise Overloaded("sparql.busy")
        process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,  # a dying process says why in a few lines, see _last_words
            env={
                **{name: text for name, text in environ.items() if not name.startswith("SOINS_")},
                "RUST_BACKTRACE": "0",
                "MALLOC_ARENA_MAX": "2",  # else each thread reserves address space, which is limited
            },
        )
        self._processes.add(process)
        return process

    def _discard(self, process: subprocess.Popen[bytes] | None) -> None:
        if process is not None:
            self._processes.discard(process)
            _end(process)


class _Deadline:
    """Kills *process* unless the block ends within *seconds*."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self.missed = False
        self._process, self._over, self._lock = process, False, threading.Lock()
        self._timer = threading.Timer(seconds, self._miss)
        self._timer.daemon = True

    def _miss(self) -> None:
        with self._lock:
            if not self._over:
                self.missed = True
                self._process.kill()

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        with self._lock:
            self._over = True
        self._timer.cancel()


def _exchange(
    worker: subprocess.Popen[bytes], request: bytes, answer: Answer
) -> dict[str, str] | None:
    """Send *request*, gather the frames into *answer*; return the problem the worker names, if any.

    Raises:
        EOFError, OSError: the worker has ended.
    """
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(struct.pack(">I", len(request)) + request)
    worker.stdin.flush()
    while True:
        kind, size = struct.unpack(">cI", _read(worker.stdout, 5))
        payload = _read(worker.stdout, size)
        if kind == b"D":
            answer.add(payload)
        elif kind == b"E":
            return None
        else:
            problem: dict[str, str] = json.loads(payload)
            return problem


def _read(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _last_words(process: subprocess.Popen[bytes] | None) -> str:
    """Return what a process that has ended, or is about to, wrote of its end."""
    if process is None or process.stderr is None:
        return ""
    process.kill()
    process.wait()
    return process.stderr.read(10_000).decode(errors="replace").strip()


def _error(query: str, problem: dict[str, str], limit: int) -> SoinsError:
    """Return our error for the *problem* that a worker met with *query*."""
    kind, message = problem["problem"], problem.get("message", "")
    if kind == "too-big":
        return TooLarge("sparql.too-big", limit=limit)
    if kind == "syntax":
        place = _PLACE.search(message)
        line, column = (int(place[1]), int(place[2])) if place else (1, 1)
        start = sum(len(text) + 1 for text in query.split("\n")[: line - 1]) + column - 1
        around = " ".join(query[max(start - 30, 0) : start + 10].split())
        key = next((key for sign, key in _SIGNS.items() if sign in message), "sparql.syntax")
        return BadInput(key, line=line, column=column, text=around)
    if kind == "unsupported":
        return BadInput("sparql.unsupported", reason=message[:200])
    _log.error("the store failed on a query: %.200r", message)
    return Overloaded("sparql.crashed")


def _end_all(processes: set[subprocess.Popen[bytes]]) -> None:
    while processes:
        _end(processes.pop())


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill *process* and close its pipes."""
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        assert stream is not None
        with contextlib.suppress(OSError):  # unsent bytes for a dead reader
            stream.close()
