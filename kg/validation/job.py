"""The child of ``judge_apart``: one judgement from standard input to standard output."""

from __future__ import annotations

import pickle
import sys

from kg.errors import SoinsError
from kg.store.worker import confine
from kg.validation.judge import judge

KEPT = 1_000
"""Results of one rule that travel: beyond, a file repeats one fault, and its count says it."""


def main() -> None:
    """Read the case, confine this process, judge, write the report or the error."""
    uploads, day, lang, book, settings = pickle.load(sys.stdin.buffer)
    confine(settings.worker_memory)  # small memory, no network, no other program
    try:
        answer: object = judge(uploads, day, lang, book, settings).trimmed(KEPT)
    except SoinsError as error:
        answer = (type(error).__name__, error.key, error.data)
    sys.stdout.buffer.write(pickle.dumps(answer))


if __name__ == "__main__":
    main()
