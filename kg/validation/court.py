"""Apply the rules: which judges whom on which day, what each knows, and what kept it silent."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kg.citations import long_date
from kg.tabular.model import MEMBRES, STRUCTURES
from kg.validation import engine
from kg.validation.clerk import Clerk
from kg.validation.facts import CLOSING, Facts, Missing, State
from kg.validation.report import Result
from kg.validation.rules import Rule
from kg.validation.structures import Member, Structure

_NAMED = 5
"""Complementary columns that a report names."""


class _Docket:
    """The rules that judge structures alike, and what is read of these. *heard*: how many were judged.

    *shown*: properties that are read of structures that no rule of the docket judges.
    """

    def __init__(
        self, rules: Sequence[Rule], facts: Facts, shown: frozenset[str] = frozenset()
    ) -> None:
        self.rules = {rule.iri: rule for rule in rules}
        self.gaps = [(rule, gap) for rule in rules for gap in facts.gaps(rule)]
        self.at_work = self.rules.keys() - {rule.iri for rule, _ in self.gaps}
        self.told = bool(self.at_work or shown)
        self.reading = facts.reading(shown.union(*(rule.properties for rule in rules)))
        self.readers: dict[str, list[Rule]] = defaultdict(list)
        for rule in self.rules.values():
            for prop in rule.properties:
                self.readers[prop].append(rule)
        self.heard = 0


@dataclass(frozen=True, slots=True)
class _Case:
    """A structure on the day on which the rules of a docket judge it."""

    state: State
    docket: _Docket


class Court:
    """The rules at work on one upload, one day; what they find is said by the *clerk*."""

    def __init__(self, facts: Facts, day: date, engine_name: str, clerk: Clerk) -> None:
        self.facts, self.day, self.clerk = facts, day, clerk
        self.rules = [r for r in facts.book.rules if r.at_creation or day in r.period]
        self.kinds: dict[str | None, list[Structure]] = defaultdict(list)
        for structure in facts.structures:
            self.kinds[structure.concept].append(structure)
        self.lacking = {
            (rule.iri, concept): facts.lacking(rule, concept)
            for concept, (first, *_) in self.kinds.items()
            for rule in self.rules
            if rule.targets & first.types
        }
        self.dockets: dict[tuple[str, ...], _Docket] = {}
        self.docket_of: dict[tuple[frozenset[str], date | bool | None], _Docket] = {}
        self.unknown: dict[tuple[str, Missing], int] = defaultdict(int)
        fed = {rule for (rule, _), columns in self.lacking.items() if not columns}
        useful = [r for r in self.rules if r.iri in fed and not facts.gaps(r)]
        self.standing, self.creation, self.together = (
            engine.prepare(
                [r.shape for r in useful if r.at_creation is first and r.across is last],
                engine_name,
            )
            for first, last in ((False, False), (True, False), (False, True))
        )

    # --- which rule judges whom, on which day

    def _judged_on(self, rule: Rule, structure: Structure) -> date | None:
        """Return the day on which *rule* judges *structure*, None where it does not."""
        if self.lacking.get((rule.iri, structure.concept)):
            return None
        return self._bound_on(rule, structure)

    def _bound_on(self, rule: Rule, structure: Structure) -> date | None:
        """Return the day on which *rule* would judge *structure*, were all its columns filled in.

        A rule about the closing itself judges those that have closed too: they may have closed late.
        """
        if not structure.types & rule.targets or structure.to_come_on(self.day):
            return None
        if rule.at_creation:
            opened = structure.opened
            return opened if opened is not None and opened in rule.period else None
        closed = structure.closed_on(self.day) and rule.subject != CLOSING
        return self.day if self.day in rule.period and not closed else None

    def to_come(self) -> list[Result]:
        """Say once how many structures open after the day: they are not judged."""
        later = sum(s.to_come_on(self.day) for s in self.facts.structures)
        if not later:
            return []
        row = self.facts.tables.structures.header_row
        data = {"count": later, "day": long_date(self.day, self.clerk.lang)}
        return [self.clerk.remark("STRUCTURE-A-VENIR", row, "date_ouverture", None, data=data)]

    def complementary(self) -> list[Result]:
        """Say once how many rules wait for columns that few files have, and the most useful of these."""
        wanted: Counter[str] = Counter()
        waiting = [] if self.facts.tables.foreign else self._waiting()
        for _, columns in waiting:
            wanted.update(columns)
        if not waiting:
            return []
        first = [self.facts.columns[prop] for prop, _ in wanted.most_common(_NAMED)]
        names = ", ".join(column.name for column in first)
        data = {"count": len(waiting), "columns": names + (", …" if len(wanted) > _NAMED else "")}
        table = self.facts.tables.structures
        if first[0].sheet == MEMBRES:
            table = self.facts.tables.membres or table
        row = table.header_row if table.sheet == first[0].sheet else None
        return [
            self.clerk.remark(
                "COLONNES-COMPLEMENTAIRES",
                row,
                first[0].name,
                None,
                sheet=first[0].sheet,
                data=data,
            )
        ]

    def _waiting(self) -> list[tuple[Rule, set[str]]]:
        """Return the rules that would judge somebody, were some complementary columns filled in: these."""
        found = []
        for rule in self.rules:
            wanted = {
                column.iri
                for concept, structures in self.kinds.items()
                if (lacking := self.lacking.get((rule.iri, concept)))
                and any(self._bound_on(rule, s) for s in structures)
                for column in lacking
            }
            if wanted:
                found.append((rule, wanted))
        return found

    def companies(self) -> list[Result]:
        """Say once how many centres tell of their company (SISA) in their own row: its rules judge its row."""
        told = [s for s in self.facts.structures if self.facts.tells_of_its_company(s)]
        if not told:
            return []
        row = self.facts.tables.structures.header_row
        return [
            self.clerk.remark(
                "SISA-SANS-LIGNE", row, "forme_juridique", None, data={"count": len(told)}
            )
        ]

    def hear(self, structures: Sequence[Structure]) -> list[Result]:
        """Return what is wrong with *structures*, each looked at alone."""
        standing, creation = [], []
        found: list[Result] = []
        for structure in structures:
            if structure.to_come_on(self.day):
                continue
            state = self.facts.on(structure, self.day)
            if not structure.closed_on(self.day):
                found += self._divergent(state)
            standing.append(_Case(state, self._docket(structure, at_creation=False)))
            if structure.opened is not None:
                docket = self._docket(structure, at_creation=True)
                if docket.rules:
                    state = self.facts.on(structure, structure.opened)
                    creation.append(_Case(state, docket))
            elif not structure.record.text("date_ouverture"):
                self._undated(structure)
        return [
            *found,
            *self._judge(standing, self.standing),
            *self._judge(creation, self.creation),
        ]

    def hear_together(self, structures: Sequence[Structure]) -> list[Result]:
        """Return what is wrong between *structures*: rules that compare them, each run once over all.

        Such a rule sees the open structures of the kinds that it names.
        """
        found: list[Result] = []
        for rule in (r for r in self.rules if r.across):
            named = rule.targets | rule.properties
            judging, seen = _Docket([rule], self.facts), _Docket([], self.facts, rule.properties)
            self.dockets[rule.iri,] = judging
            cases = [
                _Case(self.facts.on(s, self.day), judging if self._judged_on(rule, s) else seen)
                for s in structures
                if s.types & named and not s.to_come_on(self.day) and not s.closed_on(self.day)
            ]
            found += self._judge(cases, self.together)
        return found

    def _docket(self, structure: Structure, *, at_creation: bool) -> _Docket:
        moment = structure.opened if at_creation else structure.closed_on(self.day)
        kind = structure.types, moment  # all that `_judged_on` looks at
        if kind not in self.docket_of:
            rules = (r for r in self.rules if r.at_creation is at_creation and not r.across)
            judging = [rule for rule in rules if self._judged_on(rule, structure)]
            key = tuple(rule.iri for rule in judging)
            if key not in self.dockets:
                self.dockets[key] = _Docket(judging, self.facts)
            self.docket_of[kind] = self.dockets[key]
        return self.docket_of[kind]

    def _undated(self, structure: Structure) -> None:
        known = "date_ouverture" in self.facts.tables.structures.columns
        gap = Missing(STRUCTURES, "date_ouverture", "cell" if known else "column")
        for rule in self.rules:
            if rule.at_creation and self.lacking.get((rule.iri, structure.concept)) == []:
                self.unknown[rule.id, gap] += 1

    def _divergent(self, state: State) -> list[Result]:
        """Say where a column of counts and the sheet of members differ."""
        return [
            self.clerk.remark(
                "EFFECTIFS-DIVERGENTS",
                state.structure.record.row,
                column.name,
                state.structure,
                value=str(told),
                expected=str(counted),
                data={"told": told, "counted": counted},
            )
            for column, told, counted in self.facts.divergent(state)
        ]

    def _judge(self, cases: Sequence[_Case], validate: engine.Validator) -> list[Result]:
        """Return the breaches in *cases*, of the rules that know all that they need."""
        silent: set[tuple[str, str]] = set()
        triples = self._told(cases, silent)
        by_iri = {case.state.structure.iri: case for case in cases}
        members: dict[str, dict[str, Member]] = {}
        found = {}
        for finding in engine.findings(validate(triples)) if triples else ():
            case = by_iri.get(finding.focus)
            if case is None or finding.shape not in case.docket.at_work:
                continue
            if (finding.shape, finding.focus) in silent:
                continue
            if finding.focus not in members:
                members[finding.focus] = {m.iri: m for m in case.state.members}
            member = members[finding.focus].get(str(finding.value))
            # One breach, however many parts of the shape say it.
            place = finding.shape, finding.focus, member.record.row if member else 0
            if place not in found:
                found[place] = self.clerk.breach(
                    case.docket.rules[finding.shape], case.state, member
                )
        return list(found.values())

    def _told(self, cases: Sequence[_Case], silent: set[tuple[str, str]]) -> str:
        """Return what is known of *cases*, in N-Triples.

        Where a rule reads what is unknown, it goes into *silent* with the structure, and is counted.
        """
        lines = []
        for case in cases:
            state, docket = case.state, case.docket
            structure = state.structure
            docket.heard += 1
            values = {
                column.iri: self.facts.value(state, column.iri) for column in docket.reading.columns
            }
            for prop, value in values.items():
                if not isinstance(value, Missing):
                    continue
                # What cannot be read is complained of as such.
                unreadable = value.what == "cell" and structure.record.text(value.column)
                for rule in docket.readers[prop]:
                    silent.add((rule.iri, structure.iri))
                    if not unreadable:
                        self.unknown[rule.id, value] += 1
            if docket.told:
                lines.append(self.facts.triples(state, docket.reading, values))
        return "".join(lines)

    def unchecked(self) -> list[Result]:
        """Say once a rule and a column what kept it silent, and for how many structures."""
        for docket in self.dockets.values():
            for rule, gap in docket.gaps:
                if docket.heard:
                    self.unknown[rule.id, gap] += docket.heard
        rules = {rule.id: rule for rule in self.rules}
        beyond = self._beyond() if self.facts.tables.foreign else set()
        found = [
            self.clerk.unchecked(rules[name], gap, n)
            for (name, gap), n in self.unknown.items()
            if name not in beyond
        ]
        if beyond:
            data = {"count": len(beyond), "rules": ", ".join(sorted(beyond))}
            found.append(self.clerk.remark("REGLES-SANS-REPONSE", None, "", None, data=data))
        return found

    def _beyond(self) -> set[str]:
        """Return the rules that read what a file of this kind does not tell: no column can be added to it."""
        absent = {name for name, gap in self.unknown if gap.what != "cell"}
        return absent.union(rule.id for rule, _ in self._waiting())
