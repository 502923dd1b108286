"""Say in a person's words what the court found: each result with its place, its basis and its remedy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kg.citations import long_date
from kg.messages import Lang, say
from kg.tabular import Problem
from kg.tabular.model import MEMBRES, STRUCTURES
from kg.validation.facts import Facts, Missing, State
from kg.validation.report import Result
from kg.validation.rules import Rule
from kg.validation.structures import Member, Structure


class Clerk:
    """Writes the results of one upload, one day, in one language. *problems*: those that it may be told."""

    def __init__(self, facts: Facts, day: date, lang: Lang, problems: Sequence[Problem]) -> None:
        self.facts, self.day, self.lang = facts, day, lang
        complained_of = {(problem.sheet, problem.row) for problem in problems}
        self._records = {
            (table.sheet, record.row): record
            for table in (facts.tables.structures, facts.tables.membres)
            if table is not None
            for record in table.records
            if (table.sheet, record.row) in complained_of
        }

    def breach(self, rule: Rule, state: State, member: Member | None) -> Result:
        """Return the breach of *rule* by the structure as it stands in *state*, or by one *member* of it."""
        structure, day = state.structure, state.day
        column = self.facts.columns[rule.subject]
        record = member.record if member else structure.record
        value = record.text(column.name)
        if not member:  # the number that was judged, which may come from the sheet of members
            computed = self.facts.value(state, rule.subject)
            if isinstance(computed, int) and not isinstance(computed, bool):
                value = value if column.form == "montant" and value else str(computed)
        told = record.value(column.name)
        said = long_date(told, self.lang) if isinstance(told, date) else value
        expected = rule.expected[self.lang]
        if rule.expects:
            wanted = self.facts.value(state, rule.expects)
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
                    "valeur": self.facts.book.spelled(column, said, self.lang)
                    or say("validation.empty-cell", self.lang),
                    "attendu": expected,
                }
            ),
            fix=rule.fix[self.lang],
            basis=rule.basis_on(day),
            date=day,
        )

    def unchecked(self, rule: Rule, gap: Missing, count: int) -> Result:
        """Return the information that *gap* kept *rule* silent about *count* structures."""
        tables = self.facts.tables
        table = tables.membres if gap.sheet == MEMBRES else tables.structures
        what = "item" if tables.foreign else gap.what
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
            row=table.header_row or None if table else None,
            column=gap.column,
            focus=None,
            label="",
            value="",
            expected="" if rule.expects else rule.expected[self.lang],
            message=say(f"validation.unknown-{what}-message", self.lang, **data),
            fix=say(f"validation.unknown-{what}-fix", self.lang, **data),
            basis=rule.basis_on(self.day),
            date=self.day,
        )

    def remark(
        self,
        rule: str,
        row: int | None,
        column: str,
        structure: Structure | None,
        *,
        sheet: str = STRUCTURES,
        value: str = "",
        expected: str = "",
        data: dict[str, object],
    ) -> Result:
        """Return an information of ours, not of the law."""
        key = f"validation.{rule.lower()}"
        data = {"column": column, **data}
        return Result(
            severity="info",
            rule=rule,
            title=say(f"{key}-title", self.lang),
            sheet=sheet,
            row=row or None,
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
        if "nearest" in data:
            known = "nearest" if data["nearest"] else "nearest-none"
            data["nearest"] = say(f"validation.{known}", self.lang, names=data["nearest"])
        record = self._records.get((problem.sheet, problem.row))
        naming = "identifiant" if problem.sheet == STRUCTURES else "structure"
        focus = self.facts.by_identifier.get(record.text(naming)) if record else None
        return Result(
            severity=problem.severity,
            rule=problem.rule,
            title=say(f"validation.{key}-title", self.lang),
            sheet=problem.sheet,
            row=problem.row or None,
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
