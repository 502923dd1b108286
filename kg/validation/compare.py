"""What another day would change: the same files judged twice, result by result."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Literal

from kg.citations import long_date
from kg.messages import say
from kg.validation.report import SEVERITIES, Report, Result

Kind = Literal["appears", "disappears", "changes"]
KINDS: tuple[Kind, ...] = ("appears", "disappears", "changes")


@dataclass(frozen=True, slots=True)
class Change:
    """One result of one place: *before* at the first day, *after* at the second, never both None."""

    before: Result | None
    after: Result | None

    @property
    def kind(self) -> Kind:
        """Whether the result appears, disappears, or stays with another basis or severity."""
        if self.before is None:
            return "appears"
        return "disappears" if self.after is None else "changes"

    @property
    def result(self) -> Result:
        """The result as at the second day, else as at the first."""
        found = self.after or self.before
        assert found is not None, "a change has at least one side"
        return found


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes of one kind under one rule; *count* includes those left out."""

    rule: str
    title: str
    severity: str
    kind: Kind
    changes: tuple[Change, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The changes between two reports on the same files, by rule, gravest first."""

    first: Report
    second: Report
    groups: tuple[Changes, ...]

    @property
    def counts(self) -> dict[Kind, int]:
        """How many results appear, disappear, change."""
        found = dict.fromkeys(KINDS, 0)
        for group in self.groups:
            found[group.kind] += group.count
        return found

    def trimmed(self, limit: int) -> Comparison:
        """Return the comparison with at most *limit* changes a rule and kind; its counts stay whole."""
        return replace(
            self,
            first=self.first.trimmed(limit),
            second=self.second.trimmed(limit),
            groups=tuple(replace(g, changes=g.changes[:limit]) for g in self.groups),
        )

    def summary(self) -> str:
        """Return what changes, in one sentence."""
        lang = self.first.lang
        days = {
            "start": long_date(self.first.date, lang),
            "end": long_date(self.second.date, lang),
        }
        if not self.groups:
            return say("validation.compare-nothing", lang, **days)
        return say("validation.compare-summary", lang, **days, **self.counts)

    def to_json(self) -> dict[str, object]:
        """Return the report of the first day as in the public interface, and ``compare``: the changes."""
        lang = self.first.lang
        found: dict[str, list[dict[str, object]]] = {kind: [] for kind in KINDS}
        for group in self.groups:
            for change in group.changes:
                sides = {"before": change.before, "after": change.after}
                told = {key: side.to_json(lang) for key, side in sides.items() if side}
                found[group.kind].append(dict(told))
        return {
            **self.first.to_json(),
            "compare": {
                "date": self.second.date.isoformat(),
                "conforms": self.second.conforms,
                "counts": self.second.counts,
                "changes": dict(self.counts),
                **found,
            },
        }


Judged = Report | Comparison
"""What is judged: a report, or a comparison of two where there is a second day."""


def compare(first: Report, second: Report) -> Comparison:
    """Return what changes from *first* to *second*, two whole reports on the same files in one language.

    A result is the same where rule, sheet, row and column are; it changes where its severity does, or,
    unless it is a mere information, what founds it.

    Raises:
        ValueError: the reports are not on the same files, or one was trimmed.
    """
    if first.source_hash != second.source_hash or first.omitted or second.omitted:
        raise ValueError("two whole reports on the same files are compared")
    before, after = _by_place(first), _by_place(second)
    found: dict[tuple[int, str, Kind], list[Change]] = defaultdict(list)
    for place in dict.fromkeys((*before, *after)):
        for old, new in zip_longest(before.get(place, ()), after.get(place, ())):
            change = Change(old, new)
            if not (old and new) or _nature(old) != _nature(new):
                severity = SEVERITIES.index(change.result.severity)
                found[severity, change.result.rule, change.kind].append(change)
    return Comparison(
        first,
        second,
        tuple(
            Changes(
                rule,
                changes[0].result.title,
                SEVERITIES[severity],
                kind,
                tuple(sorted(changes, key=lambda c: (c.result.sheet, c.result.row or 0))),
                len(changes),
            )
            for (severity, rule, kind), changes in sorted(
                found.items(), key=lambda item: (*item[0][:2], KINDS.index(item[0][2]))
            )
        ),
    )


def _by_place(report: Report) -> dict[tuple[str, str, int | None, str], list[Result]]:
    found: dict[tuple[str, str, int | None, str], list[Result]] = defaultdict(list)
    for result in report.results:
        found[result.rule, result.sheet, result.row, result.column].append(result)
    return found


def _nature(result: Result | None) -> tuple[object, ...]:
    """Return what makes a result another one; what a mere information rests on changes nothing."""
    if result is None or result.severity == "info":
        return ("info",)
    return result.severity, *(basis.iri for basis in result.basis)
