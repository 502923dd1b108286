"""The graphs that users imported, kept as files: the store is made from the dataset and from these."""

from __future__ import annotations

import hashlib
import math
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import Overloaded

SOURCE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
"""What names the source of an import, and so its file, its graph and its structures."""
_SUFFIX = ".nq"
_LOOK = 0.05  # seconds between two looks at the lock: the kernel has no wait with an end

Stamps = dict[str, str]
"""Source → what changes whenever its file is replaced: size, time, inode."""


class Shelf:
    """One file of N-Quads a source, in the folder *path*.

    A file appears, is replaced or goes in one step, so that whatever kills the process leaves the old
    state or the new one.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def stamps(self) -> Stamps:
        """Return what stands on the shelf."""
        found: Stamps = {}
        try:
            with os.scandir(self.path) as entries:
                for entry in entries:
                    if entry.name.endswith(_SUFFIX) and not entry.name.startswith("."):
                        at = entry.stat()
                        stamp = f"{at.st_size}-{at.st_mtime_ns}-{at.st_ino}"
                        found[entry.name.removesuffix(_SUFFIX)] = stamp
        except FileNotFoundError:
            return {}
        return dict(sorted(found.items()))

    def file(self, source: str) -> Path:
        """Return where the graph of *source* is kept, or would be.

        Raises:
            ValueError: *source* is not a name as ``SOURCE`` has it.
        """
        if not SOURCE.fullmatch(source):
            raise ValueError(f"not a name of source: {source!r}")
        return self.path / f"{source}{_SUFFIX}"

    def put(self, source: str, quads: bytes) -> None:
        """Keep *quads* as what *source* says, instead of what it said; on the platter on return.

        Raises:
            OSError: the folder cannot be written, or the disk is full: nothing has changed.
        """
        final = self.file(source)
        self.path.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=".draft-", dir=self.path)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(quads)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).replace(final)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
        self._settle()

    def remove(self, source: str) -> bool:
        """Forget what *source* said; whether it had said anything."""
        try:
            self.file(source).unlink()
        except FileNotFoundError:
            return False
        self._settle()
        return True

    def _settle(self) -> None:
        folder = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextmanager
    def lock(self, *, wait: float = math.inf) -> Iterator[None]:
        """Hold the one right to change the shelf or the store, among all threads and processes.

        The kernel gives it back when the process dies. *wait*: for how many seconds to wait for it.

        Raises:
            Overloaded: someone else still held it at the end of *wait*.
        """
        import fcntl  # not on Windows, where everything but imports works

        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / ".lock").open("ab") as file:
            limit = time.monotonic() + wait
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= limit:
                        raise Overloaded("import.busy", retry_after=5) from None
                time.sleep(_LOOK)
            self._sweep()
            yield

    def _sweep(self) -> None:
        """Remove the drafts of writers that died: whoever holds the lock is the only writer."""
        for draft in self.path.glob(".draft-*"):
            draft.unlink(missing_ok=True)


def generation(stamps: Stamps) -> str:
    """Return a short name of the state *stamps*; empty where nothing was imported."""
    if not stamps:
        return ""
    return hashlib.sha256(repr(sorted(stamps.items())).encode()).hexdigest()[:12]
