"""Judge in a process of its own, that can be stopped: an upload never holds or fells the server."""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import date
from os import environ

from kg.errors import Overloaded, SoinsError
from kg.messages import Lang
from kg.settings import Settings
from kg.tabular import Upload
from kg.validation.report import Report
from kg.validation.rules import Rulebook

_SLOTS = threading.BoundedSemaphore(2)
"""Judgements at the same time in one server: each may take a whole core and its share of memory."""


def judge_apart(
    uploads: Sequence[Upload], day: date, lang: Lang, book: Rulebook, settings: Settings
) -> Report:
    """Return what ``judge`` returns, from a child limited in memory and time.

    Raises:
        Overloaded: over the deadline, out of memory, or no free place.
        SoinsError: as ``judge``.
    """
    if not _SLOTS.acquire(timeout=settings.query_wait):  # a thread that waits serves nobody
        raise Overloaded("validation.busy", retry_after=10)
    try:
        done = subprocess.run(
            [
                sys.executable,
                "-P",
                "-m",
                "kg.validation.job",
            ],  # -P: nothing from the current folder
            input=pickle.dumps((tuple(uploads), day, lang, book, settings)),
            capture_output=True,
            timeout=settings.validation_deadline,
            env={name: text for name, text in environ.items() if not name.startswith("SOINS_")},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Overloaded(
            "validation.too-slow", seconds=int(settings.validation_deadline)
        ) from error
    finally:
        _SLOTS.release()
    if done.returncode != 0:
        raise Overloaded("validation.too-big")
    # The child runs our code and writes only what it made: its answer is as trusted as our own.
    answer = pickle.loads(done.stdout)
    if isinstance(answer, Report):
        return answer
    kind, key, data = answer
    raise _error(kind, key, data)


def _error(kind: str, key: str, data: dict[str, object]) -> SoinsError:
    classes = {found.__name__: found for found in SoinsError.__subclasses__()}
    return classes.get(kind, SoinsError)(key, **data)
