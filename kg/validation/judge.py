"""From files to a report: read, recognise, apply the rules in force on the day, explain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from kg import tabular
from kg.errors import Unreadable
from kg.messages import Lang
from kg.settings import Settings
from kg.tabular import Upload
from kg.tabular.model import MEMBRES
from kg.tabular.values import revealed
from kg.validation.clerk import Clerk
from kg.validation.court import Court
from kg.validation.facts import Facts
from kg.validation.identities import identity_problems
from kg.validation.report import SEVERITIES, Report, Result, readable
from kg.validation.rules import Rulebook

CHUNK = 500
"""Structures that are judged together: enough for the engine to be quick, few enough for the memory."""

Progress = Callable[[int, int], None]
"""Told how many structures are judged, of how many."""


def judge(
    uploads: Sequence[Upload],
    day: date,
    lang: Lang,
    book: Rulebook,
    settings: Settings,
    progress: Progress | None = None,
) -> Report:
    """Return the judgement of *uploads* by the rules of *book* in force on *day*, said in *lang*.

    Standing rules judge the structures not known to open after *day* or to have closed by then;
    conditions of creation judge each structure that has opened, on its opening day.

    Raises:
        BadInput, WrongType, TooLarge, Unreadable: the files cannot be read; see ``kg.tabular.read``.
        Unreadable: no row to judge, or the engine could not finish.
        CannotRun: the engine that *settings* name is not there.
    """
    return examine(uploads, day, lang, book, settings, progress)[1]


def examine(
    uploads: Sequence[Upload],
    day: date,
    lang: Lang,
    book: Rulebook,
    settings: Settings,
    progress: Progress | None = None,
    *,
    source: str | None = None,
) -> tuple[Facts, Report]:
    """Return what *uploads* hold, and the judgement of it, as ``judge``.

    *source* names where they come from in the IRIs of the structures (else: the start of their hash).

    Raises:
        SoinsError: as ``judge``.
    """
    tables = tabular.read(uploads, book.columns, settings)
    if not tables.structures.records:
        raise Unreadable("validation.no-rows")
    source_hash = tabular.digest(uploads)
    facts = Facts(tables, book, source or source_hash[:12])
    problems = [*tables.problems, *facts.problems]
    problems.extend(identity_problems(facts, day, lang))
    clerk = Clerk(facts, day, lang, problems)
    court = Court(facts, day, settings.engine, clerk)
    results = [clerk.complaint(problem) for problem in problems]
    results += court.to_come()
    results += court.complementary()
    results += court.companies()
    total = len(facts.structures)
    for start in range(0, total, CHUNK):
        results += court.hear(facts.structures[start : start + CHUNK])
        if progress:
            progress(min(start + CHUNK, total), total)
    results += court.hear_together(facts.structures)
    results += court.unchecked()
    sheets = [t for t in (tables.structures, tables.membres) if t is not None]
    report = Report(
        lang=lang,
        date=day,
        rows=sum(len(sheet.records) for sheet in sheets),
        entities=len(facts.structures),
        unknown_columns=tuple((s.sheet, revealed(column)) for s in sheets for column in s.unknown),
        results=tuple(sorted(map(readable, results), key=_order)),
        files=tuple(revealed(upload.name) for upload in uploads),
        source_hash=source_hash,
        dataset=book.version,
        unit="entity" if tables.structures.entities else "line",
        sheets=not tables.foreign,
    )
    return facts, report


def _order(result: Result) -> tuple[int, str, bool, int, str]:
    severity = SEVERITIES.index(result.severity)
    return severity, result.rule, result.sheet == MEMBRES, result.row or 0, result.column
