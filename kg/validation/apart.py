"""Work on uploads in a process of its own, that can be stopped: a file never holds or fells the server."""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from kg.errors import Overloaded, SoinsError
from kg.settings import Settings
from kg.validation.compare import Judged
from kg.validation.judge import Progress
from kg.validation.rules import Rulebook
from kg.validation.tasks import Case, judge_case, write_form

_log = logging.getLogger("soins")

PLACES = 2
_SLOTS = threading.BoundedSemaphore(PLACES)
"""Children at the same time in one server: each may take a whole core and its share of memory."""
_COMMAND = (sys.executable, "-P", "-m", "kg.validation.child")  # -P: nothing of the current folder
_LOOK = 0.1  # seconds between two looks at whether one who waits for a place still wants it


class Stopped(SoinsError):
    """Somebody asked that the work be stopped. HTTP 409."""

    key = "jobs.stopped-error"
    status = 409


class Leash:
    """Ends a piece of work from another thread, before it starts or while it runs; *why* is told after."""

    def __init__(self) -> None:
        self.why: str | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def pull(self, why: str = "asked") -> None:
        """End the work: *why* is ``asked`` or ``deadline``. Has no effect on what has ended."""
        with self._lock:
            if self.why is None:
                self.why = why
                if self._process is not None:
                    _kill(self._process)

    @contextmanager
    def hold(self, process: subprocess.Popen[bytes], seconds: float) -> Iterator[None]:
        """Let *process* be ended while the block runs, and after *seconds* in any case."""
        timer = threading.Timer(seconds, self.pull, ["deadline"])
        timer.daemon = True
        with self._lock:
            self._process = process
            if self.why is not None:
                _kill(process)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            with self._lock:
                self._process = None


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End *process* and those it may have started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def judge_apart(
    case: Case,
    book: Rulebook,
    settings: Settings,
    *,
    progress: Progress = lambda done, total: None,
    leash: Leash | None = None,
    wait: float | None = None,
) -> Judged:
    """Return what ``judge`` says of *case*, from a child limited in memory and time.

    *progress* is told ``(0, 0)`` once there is a place, then how far the work is. *wait* is how many
    seconds to wait for a place, ``settings.query_wait`` if absent: a thread that waits serves nobody.

    Raises:
        Overloaded: over the deadline, out of memory, or no free place.
        Stopped: *leash* was pulled.
        SoinsError: as ``judge``.
    """
    judged = run_apart(
        judge_case, (case, book), settings, progress=progress, leash=leash, wait=wait
    )
    assert isinstance(judged, Judged)
    return judged


def write_apart(judged: Judged, form: str, case: Case, book: Rulebook, settings: Settings) -> bytes:
    """Return *judged* in *form* as ``forms.write`` does, from a child: a workbook is opened again.

    Raises:
        Overloaded: over the deadline, out of memory, or no free place.
        BadInput: *form* is unknown, or shows no comparison.
    """
    arguments = (judged, form, case.uploads, book.columns)
    data = run_apart(write_form, arguments, settings)
    assert isinstance(data, bytes)
    return data


def run_apart(
    task: Callable[..., object],
    arguments: tuple[object, ...],
    settings: Settings,
    *,
    progress: Progress = lambda done, total: None,
    leash: Leash | None = None,
    wait: float | None = None,
) -> object:
    """Return what *task* (a function of a module of ours) makes of *arguments*, in a child as ``judge_apart``.

    It is given the *settings* and whom to tell of progress as well.

    Raises:
        SoinsError: as ``judge_apart``, or what *task* raises.
    """
    leash = leash or Leash()
    with _place(settings.query_wait if wait is None else wait, leash):
        progress(0, 0)
        known = replace(settings, token="")  # a hostile file finds no secret
        case = pickle.dumps((task, known, arguments))
        answer = _child(case, settings.validation_deadline, progress, leash)
    if leash.why == "asked":
        raise Stopped
    if leash.why == "deadline":
        raise Overloaded("validation.too-slow", seconds=int(settings.validation_deadline))
    if answer is None:
        raise Overloaded("validation.too-big")
    # The child runs our code and writes only what it made: its answer is as trusted as our own.
    well, content = pickle.loads(answer)
    if well:
        return content
    raise remade(*content)


@contextmanager
def _place(wait: float, leash: Leash) -> Iterator[None]:
    """Hold one of the places while the block runs.

    Raises:
        Overloaded: none came free within *wait* seconds.
        Stopped: *leash* was pulled meanwhile.
    """
    limit = time.monotonic() + wait
    while not _SLOTS.acquire(timeout=max(min(_LOOK, limit - time.monotonic()), 0)):
        if leash.why is not None:
            raise Stopped
        if time.monotonic() >= limit:
            raise Overloaded("validation.busy", retry_after=10)
    try:
        yield
    finally:
        _SLOTS.release()


def _child(case: bytes, seconds: float, progress: Progress, leash: Leash) -> bytes | None:
    """Return the pickled answer of a child to *case*, or None where it died without one."""
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            start_new_session=True,  # so that it dies with those it may have started
            env={name: text for name, text in os.environ.items() if not name.startswith("SOINS_")},
        )
        with process, leash.hold(process, seconds):
            answer = _listen(process, case, progress)
        end = complaints.seek(0, os.SEEK_END)
        if end and leash.why is None:
            complaints.seek(max(end - 2_000, 0))
            _log.warning("a validation ended (%s): %r", process.returncode, complaints.read())
        return answer if process.returncode == 0 else None


def _listen(process: subprocess.Popen[bytes], case: bytes, progress: Progress) -> bytes:
    """Send *case*, pass on the lines of progress, return what follows them."""
    assert process.stdin is not None
    assert process.stdout is not None
    with contextlib.suppress(BrokenPipeError):  # it has been ended already
        process.stdin.write(case)
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()
    for line in process.stdout:
        if line == b"R\n":
            return process.stdout.read()
        done, total = line.split()[1:]
        progress(int(done), int(total))
    return b""


def remade(kind: str, key: str, data: dict[str, object]) -> SoinsError:
    """Return the error that was told as the name of its class, its key and its data."""
    classes = {found.__name__: found for found in SoinsError.__subclasses__()}
    return classes.get(kind, SoinsError)(key, **data)
