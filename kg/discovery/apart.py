"""Long work in a process of its own, of low priority: pages go on being served meanwhile."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing.process import BaseProcess
from typing import Any, ParamSpec, TypeVar

from kg.errors import Overloaded, SoinsError

P = ParamSpec("P")
T = TypeVar("T")
Run = Callable[..., Any]
"""How a function is called with its arguments: here, or elsewhere, as ``apart`` does."""

_NICE = 5
_SPAWN = multiprocessing.get_context("spawn")


def apart(function: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
    """Return what *function* returns, or raise what it raises; it and its arguments can be pickled.

    Raises:
        Overloaded: the process was killed.
    """
    try:
        with ProcessPoolExecutor(1, _SPAWN, os.nice, (_NICE,)) as alone:
            return alone.submit(function, *arguments, **options).result()
    except BrokenProcessPool:
        raise Overloaded("discovery.busy", retry_after=10) from None


def begun(function: Callable[P, object], *arguments: P.args, **options: P.kwargs) -> BaseProcess:
    """Return the process in which *function* has begun its work; it ends with ours at the latest."""
    process = _SPAWN.Process(
        target=_quietly, args=(function, *arguments), kwargs=options, daemon=True
    )
    process.start()
    return process


def _quietly(function: Run, *arguments: Any, **options: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's: it ends us
    os.nice(_NICE)
    with suppress(SoinsError):  # whoever asks for what is missing hears of it
        function(*arguments, **options)
