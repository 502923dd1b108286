"""What a child process is asked to do here: each takes its arguments, the settings, and whom to tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kg.messages import Lang
from kg.settings import Settings
from kg.tabular import Column, Upload
from kg.validation.compare import Judged, compare
from kg.validation.forms import write
from kg.validation.judge import Progress, judge
from kg.validation.report import LISTED
from kg.validation.rules import Rulebook


@dataclass(frozen=True, slots=True)
class Case:
    """What to judge: the files, the day, the language of the report, another day to compare with."""

    uploads: tuple[Upload, ...]
    day: date
    lang: Lang
    compared: date | None = None


def judge_case(case: Case, book: Rulebook, settings: Settings, progress: Progress) -> Judged:
    """Judge *case*, on both of its days where it has two."""

    def first(done: int, total: int) -> None:
        progress(done, total if case.compared is None else 2 * total)

    def second(done: int, total: int) -> None:
        progress(total + done, 2 * total)

    report = judge(case.uploads, case.day, case.lang, book, settings, first)
    if case.compared is None:
        return report.trimmed(LISTED)
    other = judge(case.uploads, case.compared, case.lang, book, settings, second)
    return compare(report, other).trimmed(LISTED)


def write_form(
    judged: Judged,
    form: str,
    uploads: Sequence[Upload],
    columns: Sequence[Column],
    settings: Settings,
    _progress: Progress,
) -> bytes:
    """Return *judged* in *form*."""
    return write(judged, form, uploads, columns, settings)
