"""Kill what is past its time. One thread watches over all: to start one for each query costs as much as many a query."""

from __future__ import annotations

import threading
import time
from math import inf
from types import TracebackType
from typing import Protocol, Self


class Killable(Protocol):
    """A process."""

    def kill(self) -> None:
        """End it at once."""


class Deadline:
    """Kills *process* unless the block ends within *seconds*; *missed* then says so."""

    def __init__(self, process: Killable, seconds: float) -> None:
        self.missed = False
        self._process, self._seconds = process, seconds

    def __enter__(self) -> Self:
        _WATCH.add(self, time.monotonic() + self._seconds)
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        _WATCH.remove(self)

    def miss(self) -> None:
        """Kill the process."""
        self.missed = True
        self._process.kill()


class _Watch:
    """The thread, and what it watches: deadline → when it is due."""

    def __init__(self) -> None:
        self._due: dict[Deadline, float] = {}
        self._wakes = inf
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def add(self, deadline: Deadline, due: float) -> None:
        """Watch *deadline*; the thread is woken only if it would sleep for too long."""
        with self._changed:
            self._due[deadline] = due
            if self._thread is None:
                self._thread = threading.Thread(target=self._keep, name="deadlines", daemon=True)
                self._thread.start()
            elif due < self._wakes:
                self._changed.notify()

    def remove(self, deadline: Deadline) -> None:
        """Watch it no longer: from now on it is not killed."""
        with self._changed:
            self._due.pop(deadline, None)

    def _keep(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for late in [one for one, due in self._due.items() if due <= now]:
                    del self._due[late]
                    late.miss()
                self._wakes = min(self._due.values(), default=inf)
                self._changed.wait(None if self._wakes == inf else self._wakes - now)


_WATCH = _Watch()
