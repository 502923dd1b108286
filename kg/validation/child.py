"""The child of ``kg.validation.apart``: one task from standard input to standard output.

standard input    pickle of (task, a function by its name; settings; arguments)
standard output   lines ``P done total`` while it works, then ``R`` and the pickle of the answer:
                  ``(True, what the task returns)`` or ``(False, (kind of error, key, data))``
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import sys
import traceback
from typing import IO

from kg.errors import SoinsError
from kg.store.worker import confine

_GRACE = 5  # seconds after which an orphan, whose parent can no longer kill it, kills itself


def main() -> None:
    """Read the case, confine this process, work, write the answer or the error."""
    task, settings, arguments = pickle.load(sys.stdin.buffer)
    parent = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    with contextlib.suppress(AttributeError):  # Windows has no alarm
        signal.alarm(int(settings.validation_deadline) + _GRACE)
    confine(settings.worker_memory)  # small memory, no network, no other program
    try:
        answer: object = True, task(*arguments, settings, _telling(parent))
    except SoinsError as error:
        answer = False, (type(error).__name__, error.key, error.data)
    except (MemoryError, ImportError) as error:  # a library may find no room to be loaded
        sys.exit(f"out of memory? {error}")
    except Exception:  # a fault of ours: told in the log of the parent, not to the user
        traceback.print_exc()
        answer = False, ("SoinsError", "error.internal", {})
    parent.write(b"R\n" + pickle.dumps(answer))
    parent.flush()


class _telling:  # noqa: N801 - a function with a memory
    """Tells the parent how far the work is, where the percentage changed."""

    def __init__(self, parent: IO[bytes]) -> None:
        self._parent, self._told = parent, -1

    def __call__(self, done: int, total: int) -> None:
        percent = 100 * done // total if total else 0
        if percent != self._told:
            self._told = percent
            self._parent.write(b"P %d %d\n" % (done, total))
            self._parent.flush()


if __name__ == "__main__":
    main()
