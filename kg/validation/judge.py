"""From files to a report: read, recognise, apply the rules in force on the day, explain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from rdflib import Graph

from kg import tabular
from kg.citations import long_date
from kg.errors import Unreadable
from kg.messages import Lang, say
from kg.settings import Settings
from kg.tabular import Problem, Upload
from kg.tabular.model import MEMBRES, STRUCTURES
from kg.validation import engine
from kg.validation.facts import (
    CLOSING,
    HAS_MEMBER,
    SIGNATORIES,
    Facts,
    Member,
    Missing,
    Structure,
)
from kg.validation.report import SEVERITIES, Report, Result
from kg.validation.rules import Rule, Rulebook

_COMPLAINTS = {"PROFESSION-INCONNUE": "warning"}
"""Severity of the complaints about rows that are not violations."""


def judge(
    uploads: Sequence[Upload], day: date, lang: Lang, book: Rulebook, settings: Settings
) -> Report:
    """Return the judgement of *uploads* by the rules of *book* in force on *day*, said in *lang*.

    Standing rules judge the structures not known to open after *day* or to have closed by then;
    conditions of creation judge each structure that has opened, on its opening day.

    Raises:
        BadInput, WrongType, TooLarge, Unreadable: the files cannot be read; see ``kg.tabular.read``.
        Unreadable: no row to judge.
    """
    tables = tabular.read(uploads, book.columns, settings)
    if not tables.structures.records:
        raise Unreadable("validation.no-rows")
    facts = Facts(tables, book)
    court = _Court(facts, day, lang)
    results = [court.complaint(p) for p in (*tables.problems, *facts.problems)]
    results += court.to_come()
    results += court.divergent()
    results += court.standing()
    results += court.creation()
    sheets = [t for t in (tables.structures, tables.membres) if t is not None]
    return Report(
        lang=lang,
        date=day,
        rows=sum(len(sheet.records) for sheet in sheets),
        entities=len(facts.structures),
        unknown_columns=tuple((s.sheet, column) for s in sheets for column in s.unknown),
        results=tuple(sorted(results, key=_order)),
    )


def _order(result: Result) -> tuple[int, str, bool, int, str]:
    severity = SEVERITIES.index(result.severity)
    return severity, result.rule, result.sheet == MEMBRES, result.row or 0, result.column


class _Court:
    """The rules at work on one upload, one day, in one language."""

    def __init__(self, facts: Facts, day: date, lang: Lang) -> None:
        self.facts, self.day, self.lang = facts, day, lang
        self.by_iri = {s.iri: s for s in facts.structures}
        sheets = [t for t in (facts.tables.structures, facts.tables.membres) if t is not None]
        self.records = {(t.sheet, record.row): record for t in sheets for record in t.records}

    # --- which rule judges whom, on which day

    def to_come(self) -> list[Result]:
        """Say once how many structures open after the day: they are not judged."""
        later = sum(s.to_come_on(self.day) for s in self.facts.structures)
        if not later:
            return []
        row = self.facts.tables.structures.header_row
        data = {"count": later, "day": long_date(self.day, self.lang)}
        return [self._remark("STRUCTURE-A-VENIR", row, "date_ouverture", None, data=data)]

    def divergent(self) -> list[Result]:
        """Say where a column of counts and the sheet of members differ."""
        found = []
        for structure in self.facts.structures:
            if structure.to_come_on(self.day) or structure.closed_on(self.day):
                continue
            for column, told, counted in self.facts.divergent(structure, self.day):
                kept = told if column.iri == SIGNATORIES else counted
                found.append(
                    self._remark(
                        "EFFECTIFS-DIVERGENTS",
                        structure.record.row,
                        column.name,
                        structure,
                        value=str(told),
                        expected=str(counted),
                        data={"told": told, "counted": counted, "kept": kept},
                    )
                )
        return found

    def standing(self) -> list[Result]:
        """Apply the rules in force on the day to the structures that are open.

        A rule about the closing itself judges those that have closed too: they may have closed late.
        """
        rules = [r for r in self.facts.book.rules if not r.at_creation and self.day in r.period]
        everyone = [(s, self.day) for s in self.facts.structures if not s.to_come_on(self.day)]
        open_ones = [(s, day) for s, day in everyone if not s.closed_on(day)]
        return [
            *self._apply([r for r in rules if r.subject != CLOSING], open_ones),
            *self._apply([r for r in rules if r.subject == CLOSING], everyone),
        ]

    def creation(self) -> list[Result]:
        """Apply each condition of creation to the structures that opened while it was in force."""
        found: list[Result] = []
        for rule in (r for r in self.facts.book.rules if r.at_creation):
            concerned = [s for s in self.facts.structures if s.types & rule.targets]
            opened = [(s, s.opened) for s in concerned if not s.to_come_on(self.day)]
            judged = [(s, d) for s, d in opened if d is not None and d in rule.period]
            found += self._apply([rule], judged)
            # An unreadable day is complained of as such.
            unknown = [s for s, d in opened if d is None and not s.record.text("date_ouverture")]
            if unknown:
                known = "date_ouverture" in self.facts.tables.structures.columns
                gap = Missing(STRUCTURES, "date_ouverture", "cell" if known else "column")
                found.append(self._unchecked(rule, gap, len(unknown)))
        return found

    def _apply(self, rules: list[Rule], judged: list[tuple[Structure, date]]) -> list[Result]:
        """Run *rules* over *judged*; where a rule reads what is unknown, say so once a column instead."""
        days = {structure.iri: day for structure, day in judged}
        gaps: dict[tuple[str, Missing], int] = defaultdict(int)
        silent: set[tuple[str, str]] = set()
        at_work: list[Rule] = []
        for rule in rules:
            concerned = [(s, d) for s, d in judged if s.types & rule.targets]
            for structure, day in concerned:
                missing = self.facts.missing(structure, rule, day)
                if missing:
                    silent.add((rule.iri, structure.iri))
                for gap in missing:
                    if gap.what != "cell" or not structure.record.text(gap.column):
                        gaps[rule.id, gap] += 1
            if any((rule.iri, s.iri) not in silent for s, _ in concerned):
                at_work.append(rule)
        by_iri = {rule.iri: rule for rule in rules}
        found = [
            self._unchecked(rule, gap, count)
            for rule in rules
            for (identifier, gap), count in gaps.items()
            if identifier == rule.id
        ]
        seen = set()
        for finding in self._run(at_work, judged):
            if (finding.shape, finding.focus) in silent or finding.focus not in days:
                continue
            rule, structure = by_iri[finding.shape], self.by_iri[finding.focus]
            member = next((m for m in structure.members if m.iri == str(finding.value)), None)
            place = (rule.id, structure.iri, member.record.row if member else 0)
            if place not in seen:  # one breach, however many parts of the shape say it
                seen.add(place)
                found.append(self._breach(rule, structure, member, days[structure.iri]))
        return found

    def _run(
        self, rules: list[Rule], judged: Iterable[tuple[Structure, date]]
    ) -> list[engine.Finding]:
        if not rules:
            return []
        properties = frozenset[str]().union(*(rule.properties for rule in rules))
        data = Graph(bind_namespaces="none")
        for structure, day in judged:
            self.facts.add_to(data, structure, properties | {HAS_MEMBER}, day)
        return engine.run(data, (rule.shape for rule in rules))

    # --- saying it

    def _breach(self, rule: Rule, structure: Structure, member: Member | None, day: date) -> Result:
        column = self.facts.columns[rule.subject]
        record = member.record if member else structure.record
        value = record.text(column.name)
        if not member:  # the number that was judged, which may come from the sheet of members
            computed = self.facts.value(structure, rule.subject, day)
            if isinstance(computed, int) and not isinstance(computed, bool):
                value = str(computed)
        expected = rule.expected[self.lang]
        if rule.expects:
            wanted = self.facts.value(structure, rule.expects, day)
            expected = "" if isinstance(wanted, Missing) or wanted is None else str(wanted)
        return Result(
            severity=rule.severity,
            rule=rule.id,
            title=rule.title[self.lang],
            sheet=column.sheet if member else STRUCTURES,
            row=record.row,
            column=column.name,
            focus=structure.iri,
            label=structure.name,
            value=value,
            expected=expected,
            message=rule.message[self.lang].format_map(
                {
                    "nom": structure.name,
                    "valeur": value or say("validation.empty-cell", self.lang),
                    "attendu": expected,
                }
            ),
            fix=rule.fix[self.lang],
            basis=rule.basis_on(day),
            date=day,
        )

    def _unchecked(self, rule: Rule, gap: Missing, count: int) -> Result:
        tables = self.facts.tables
        table = tables.membres if gap.sheet == MEMBRES else tables.structures
        data = {
            "column": gap.column,
            "sheet": gap.sheet,
            "count": count,
            "title": rule.title[self.lang],
        }
        return Result(
            severity="info",
            rule=rule.id,
            title=rule.title[self.lang],
            sheet=gap.sheet,
            row=table.header_row if table else None,
            column=gap.column,
            focus=None,
            label="",
            value="",
            expected=rule.expected[self.lang],
            message=say(f"validation.unknown-{gap.what}-message", self.lang, **data),
            fix=say(f"validation.unknown-{gap.what}-fix", self.lang, **data),
            basis=rule.basis_on(self.day),
            date=self.day,
        )

    def _remark(
        self,
        rule: str,
        row: int | None,
        column: str,
        structure: Structure | None,
        *,
        value: str = "",
        expected: str = "",
        data: dict[str, object],
    ) -> Result:
        """Return an information of ours, not of the law, about the sheet of structures."""
        key = f"validation.{rule.lower()}"
        data = {"column": column, **data}
        return Result(
            severity="info",
            rule=rule,
            title=say(f"{key}-title", self.lang),
            sheet=STRUCTURES,
            row=row,
            column=column,
            focus=structure.iri if structure else None,
            label=structure.name if structure else "",
            value=value,
            expected=expected,
            message=say(f"{key}-message", self.lang, **data),
            fix=say(f"{key}-fix", self.lang, **data),
            basis=(),
            date=self.day,
        )

    def complaint(self, problem: Problem) -> Result:
        """Return the result about a cell or row that cannot be read as it stands."""
        key = problem.rule.lower()
        data = {"value": problem.value, "column": problem.column, **problem.data}
        if data.get("near") == "":
            data["near"] = say("validation.no-suggestion", self.lang)
        record = self.records.get((problem.sheet, problem.row))
        naming = "identifiant" if problem.sheet == STRUCTURES else "structure"
        focus = self.facts.by_identifier.get(record.text(naming)) if record else None
        return Result(
            severity=_COMPLAINTS.get(problem.rule, "violation"),
            rule=problem.rule,
            title=say(f"validation.{key}-title", self.lang),
            sheet=problem.sheet,
            row=problem.row,
            column=problem.column,
            focus=focus.iri if focus else None,
            label=focus.name if focus else (record.text("nom") if record else ""),
            value=problem.value,
            expected=say(f"validation.{key}-expected", self.lang, **data),
            message=say(f"validation.{key}-message", self.lang, **data),
            fix=say(f"validation.{key}-fix", self.lang, **data),
            basis=(),
            date=self.day,
        )
