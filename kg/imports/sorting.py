"""What of some files may be kept: every structure without a violation, with its members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import PurePath

from kg.errors import BadInput
from kg.imports.quads import of_import, of_structures, quads
from kg.messages import Lang
from kg.settings import Settings
from kg.store import SOURCE
from kg.tabular import Upload, fold
from kg.tabular.model import MEMBRES, STRUCTURES
from kg.validation import Report, Rulebook
from kg.validation.facts import Facts
from kg.validation.judge import Progress, examine


@dataclass(frozen=True, slots=True)
class Sorted:
    """What was judged of *source*, and what may be kept of it, in N-Quads.

    *kept* counts structures; *rejected* are the identifiers of those that break a rule, or the number
    of their row where they have none.
    """

    source: str
    report: Report
    quads: bytes
    kept: int
    rejected: tuple[str, ...]

    @property
    def reasons(self) -> Report:
        """The violations alone: why each structure was rejected."""
        results = tuple(r for r in self.report.results if r.severity == "violation")
        return replace(self.report, results=results)


def name_of(uploads: Sequence[Upload], asked: str | None = None) -> str:
    """Return the name of the source: *asked*, else after the first file.

    Raises:
        BadInput: the name has other signs than lower-case letters, digits and hyphens, or none.
    """
    name = asked or fold(PurePath(uploads[0].name).stem).replace("_", "-")[:64].strip("-")
    if not SOURCE.fullmatch(name):
        raise BadInput("import.source", value=name[:80])
    return name


def sort_out(
    uploads: Sequence[Upload],
    source: str,
    day: date,
    lang: Lang,
    book: Rulebook,
    settings: Settings,
    progress: Progress | None = None,
) -> Sorted:
    """Judge *uploads* on *day* and tell what may be kept of them.

    Raises:
        SoinsError: as ``kg.validation.judge``.
    """
    facts, report = examine(uploads, day, lang, book, settings, progress, source=source)
    faulty = _faulty(facts, report)
    kept = [s for s in facts.structures if s.record.row not in faulty and s.concept]
    rejected = [s for s in facts.structures if s.record.row in faulty or not s.concept]
    now = datetime.now(UTC).replace(microsecond=0)
    names = [upload.name for upload in uploads]
    provenance = of_import(
        source, report.source_hash, names, report.dataset, day, now, kept=len(kept)
    )
    return Sorted(
        source,
        report,
        quads(source, [*provenance, *of_structures(facts, kept)]),
        len(kept),
        tuple(s.record.text("identifiant") or str(s.record.row) for s in rejected),
    )


def _faulty(facts: Facts, report: Report) -> set[int]:
    """Return the rows of the structures that a violation touches, in their row or in one of a member."""
    members = facts.tables.membres
    owners = {r.row: r.text("structure") for r in members.records} if members else {}
    rows: set[int] = set()
    for result in report.results:
        if result.severity != "violation" or result.row is None:
            continue
        if result.sheet == STRUCTURES:
            rows.add(result.row)
        elif result.sheet == MEMBRES and (
            owner := facts.by_identifier.get(owners.get(result.row, ""))
        ):
            rows.add(owner.record.row)
    return rows
