"""Validations under way and their reports, kept a while at addresses that nobody can guess.

A job is a folder: the case (to annotate the workbook, or to judge again), its state, its report. All
outlive the server; a job that the server's end interrupted says so.
"""

from __future__ import annotations

import contextlib
import json
import logging
import pickle
import threading
import weakref
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, Self

from kg.errors import Overloaded, SoinsError
from kg.settings import Settings
from kg.validation.apart import PLACES, Leash, Stopped, judge_apart, remade, write_apart
from kg.validation.compare import Judged
from kg.validation.drawers import CASE, Drawers, Gone, new_name, remove, write
from kg.validation.rules import Rulebook
from kg.validation.tasks import Case

_log = logging.getLogger("soins")

Status = Literal["waiting", "running", "done", "failed", "stopped", "interrupted"]

_STATE, _JUDGED, _WORKBOOK = "state.json", "report.pickle", "report.xlsx"
_SWEEP_EVERY = 600.0  # seconds


@dataclass(frozen=True, slots=True)
class State:
    """Where a job stands: how far (*done* of *total*), what went wrong."""

    status: Status
    expires: datetime
    done: int = 0
    total: int = 0
    error: SoinsError | None = None

    @property
    def under_way(self) -> bool:
        """Whether more is to come without anybody doing anything."""
        return self.status in ("waiting", "running")

    @property
    def percent(self) -> int:
        """How far, 0 to 100."""
        return min(100 * self.done // self.total, 100) if self.total else 0


@dataclass(slots=True)
class _Live:
    """A job that a thread of this process is working on."""

    leash: Leash = field(default_factory=Leash)
    over: threading.Event = field(default_factory=threading.Event)
    status: Status = "waiting"
    done: int = 0
    total: int = 0

    def tell(self, done: int, total: int) -> None:
        self.status, self.done, self.total = "running", done, total


class Jobs:
    """The jobs of one server, in *folder*; thread-safe."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._settings = settings
        self._drawers = Drawers(folder, settings)
        self._live: dict[str, _Live] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._finalizer = weakref.finalize(self, _end_all, self._closing, self._live)
        self.sweep()
        threading.Thread(
            target=_sweep_now_and_then, args=(weakref.ref(self), self._closing), daemon=True
        ).start()

    # --- a job's life

    def submit(self, case: Case, book: Rulebook) -> str:
        """Start judging *case* and return the name of its job: 256 bits that nobody can guess.

        Raises:
            Overloaded: too many are under way, or there is no room to keep the file.
        """
        name = new_name()
        live = self._admit(name)
        try:
            self._drawers.keep(name, case)
        except OSError as error:
            self._dismiss(name, live)
            raise Overloaded("jobs.no-room", retry_after=60) from error
        self._start(name, live, case, book)
        self.sweep()
        return name

    def again(self, name: str, book: Rulebook) -> None:
        """Judge the case of the job *name* again, unless it is under way.

        Raises:
            Gone: no such job.
            Overloaded: too many are under way.
        """
        case = self.case(name)
        with self._lock:
            if name in self._live:
                return
        self._start(name, self._admit(name), case, book)

    def stop(self, name: str) -> None:
        """End the work of the job *name*, if it is under way, and wait until its process is dead."""
        live = self._live.get(name)
        if live:
            live.leash.pull()
            live.over.wait(10)

    def forget(self, name: str) -> None:
        """Remove the job *name* with its file and its report, ending its work.

        Raises:
            Gone: no such job.
        """
        folder = self._drawers.place(name)
        self.stop(name)
        remove(folder)

    def wait(self, name: str, seconds: float) -> State:
        """Return the state of the job *name* once its work is over, or after *seconds*.

        Raises:
            Gone: no such job.
        """
        live = self._live.get(name)
        if live:
            live.over.wait(seconds)
        return self.state(name)

    # --- what is known of it

    def state(self, name: str) -> State:
        """Return where the job *name* stands.

        Raises:
            Gone: no such job.
        """
        folder = self._drawers.place(name)
        expires = self._drawers.expiry(folder)
        live = self._live.get(name)
        if live:
            return State(live.status, expires, live.done, live.total)
        try:
            known = json.loads((folder / _STATE).read_text(encoding="utf-8"))
        except (OSError, ValueError):  # not written yet: its server ended before its work did
            return State("interrupted", expires)
        error = known.get("error")
        return State(known["status"], expires, error=remade(*error) if error else None)

    def case(self, name: str) -> Case:
        """Return what the job *name* judges.

        Raises:
            Gone: no such job, or kept by an earlier version of the program.
        """
        case = self._drawers.load(name, CASE)
        if not isinstance(case, Case):
            raise Gone
        return case

    def judged(self, name: str) -> Judged:
        """Return the report of the job *name*, which is done.

        Raises:
            Gone: no such report, or kept by an earlier version of the program.
        """
        judged = self._drawers.load(name, _JUDGED)
        if not isinstance(judged, Judged):
            raise Gone
        return judged

    def workbook(self, name: str, book: Rulebook) -> bytes:
        """Return the user's own workbook with the report in it, made when first asked for.

        Raises:
            Gone: no such report.
            Overloaded, BadInput: as ``write_apart``.
        """
        with contextlib.suppress(OSError):
            return (self._drawers.place(name) / _WORKBOOK).read_bytes()
        data = write_apart(self.judged(name), "xlsx", self.case(name), book, self._settings)
        with contextlib.suppress(OSError):
            write(self._drawers.place(name) / _WORKBOOK, data)
        return data

    def sweep(self) -> None:
        """Remove what is over its time, then the oldest until number and size are within the limits."""
        self._drawers.sweep(self._live)

    def close(self) -> None:
        """End every work; the jobs stay, and say that they were interrupted."""
        self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- inside

    def _admit(self, name: str) -> _Live:
        with self._lock:
            if (
                self._closing.is_set()
                or len(self._live) >= PLACES + self._settings.validation_queue
            ):
                raise Overloaded("validation.busy", retry_after=5)
            live = self._live[name] = _Live()
            return live

    def _dismiss(self, name: str, live: _Live) -> None:
        with self._lock:
            self._live.pop(name, None)
        live.over.set()

    def _start(self, name: str, live: _Live, case: Case, book: Rulebook) -> None:
        (self._drawers.path / name / _STATE).unlink(missing_ok=True)
        threading.Thread(target=self._work, args=(name, live, case, book), daemon=True).start()

    def _work(self, name: str, live: _Live, case: Case, book: Rulebook) -> None:
        folder = self._drawers.path / name
        state: dict[str, object] = {"status": "done"}
        try:
            longest = self._settings.validation_deadline * (1 + self._settings.validation_queue)
            judged = judge_apart(
                case, book, self._settings, progress=live.tell, leash=live.leash, wait=longest
            )
            write(folder / _JUDGED, pickle.dumps(judged))
        except Stopped:
            state = {"status": "stopped"}
        except SoinsError as error:
            state = {"status": "failed", "error": [type(error).__name__, error.key, error.data]}
        except FileNotFoundError:  # forgotten meanwhile
            _log.info("a report was no longer wanted")
        except Exception:
            _log.exception("fault in a validation")
            state = {"status": "failed", "error": ["SoinsError", "error.internal", {}]}
        try:
            if not self._closing.is_set():
                write(folder / _STATE, json.dumps(state).encode())
        except OSError as error:
            _log.warning("the state of a validation was not written: %s", error.strerror)
        finally:
            self._dismiss(name, live)


def _end_all(closing: threading.Event, live: dict[str, _Live]) -> None:
    closing.set()
    for job in list(live.values()):
        job.leash.pull()
        job.over.wait(5)


def _sweep_now_and_then(known: weakref.ref[Jobs], closing: threading.Event) -> None:
    while not closing.wait(_SWEEP_EVERY):
        jobs = known()
        if jobs is None:
            return
        jobs.sweep()
        del jobs
