"""Processes forked from one that holds the store in memory: ready in some 20 ms, that memory shared.

The engine is four to thirteen times faster in memory than on disk, and loading takes seconds: one process
loads, and each worker is a copy of it, which may be killed like any other. Linux only.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import IO

from kg.store.worker import READY

_PATIENCE = 5.0  # seconds for a fork, which takes some 20 ms
_REST = 60.0  # seconds in which one that took longer is not asked: each query would wait again


class Lent:
    """A process that *lender* has lent, with what ``Workers`` needs of ``subprocess.Popen``.

    Raises:
        OSError: it did not come.
    """

    def __init__(self, lender: Lender, line: socket.socket) -> None:
        self.args = lender
        self._lock = threading.Lock()
        with line:  # the files keep it open
            line.settimeout(_PATIENCE)
            said, descriptors, _, _ = socket.recv_fds(line, 4, 2)
            if len(descriptors) != 2:
                raise OSError("no process came")
            line.settimeout(None)
            self.pid = int.from_bytes(said, "big")
            self._handle: int | None = descriptors[0]
            self.stdin: IO[bytes] = line.makefile("wb")
            self.stdout: IO[bytes] = line.makefile("rb")
            self.stderr: IO[bytes] = os.fdopen(descriptors[1], "rb")

    def poll(self) -> int | None:
        """Return None while it lives."""
        with self._lock:
            return 0 if self._handle is None or _readable(self._handle, 0) else None

    def kill(self) -> None:
        """End it at once."""
        with self._lock, suppress(ProcessLookupError):
            if self._handle is not None:
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def wait(self) -> int:
        """Wait for its end."""
        with self._lock:
            if self._handle is not None:
                _readable(self._handle)
                os.close(self._handle)
                self._handle = None
        return 0


class Lender:
    """The process, started by *command*, that holds a store in memory and lends copies of itself."""

    possible = sys.platform == "linux" and hasattr(os, "pidfd_open")

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        self._line, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                list(command),
                stdin=theirs.fileno(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
        self._lock = threading.Lock()
        self._loaded = False
        self._rests_until = 0.0

    def ended(self) -> bool:
        """Return whether it lives no more."""
        return self._process.poll() is not None

    def ready(self) -> bool:
        """Return whether it lends now: it has loaded, lives, and kept nobody waiting of late."""
        if not self._loaded:
            with self._lock:
                said = self._process.stdout
                assert said is not None
                if not said.closed and _readable(said.fileno(), 0):
                    self._loaded = said.read(len(READY)) == READY
        return self._loaded and not self.ended() and time.monotonic() >= self._rests_until

    def lend(self) -> Lent:
        """Return a new process.

        Raises:
            OSError: none came: this one has ended, the new one has, or the system gives none in time.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._line, [READY], [theirs.fileno()])
            except OSError:
                ours.close()
                raise
        try:
            return Lent(self, ours)
        except TimeoutError:
            self._rests_until = time.monotonic() + _REST
            raise

    def close(self) -> None:
        """End it; those that it has lent live on."""
        with self._lock:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._line.close()


def _readable(descriptor: int, wait: int | None = None) -> bool:
    """Return whether there is something to read, or nothing more to come, within *wait* milliseconds."""
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    return bool(waiting.poll(wait))
