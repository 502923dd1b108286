"""What the rows say of each structure on a given day: values, and what remains unknown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kg.namespaces import SOINS
from kg.tabular import Column, Record, Tables
from kg.tabular.model import MEMBRES, STRUCTURES, Value
from kg.validation.rules import Rule, Rulebook
from kg.validation.structures import CARE_GROUPS, Member, Roll, Structure, recognised
from kg.validation.triples import TYPE, link, statements

HAS_MEMBER = str(SOINS.aPourMembre)
GROUP = str(SOINS.groupeDeLaProfession)
CLOSING = str(SOINS.dateDeFermeture)
JUDGED_ON = str(SOINS.jourDuJugement)
KNOWN_OPENING = str(SOINS.ouvertureConnue)
SIGNATORIES = str(SOINS.nombreDeSignataires)
_MEMBER = str(SOINS.Membre)
_SIGNED = str(SOINS.signataireDuProjet)
_PROFESSION = str(SOINS.profession)
_PARTNER = str(SOINS.associe)
_FORM = str(SOINS.formeJuridique)
SISA = str(SOINS.SocieteInterprofessionnelleDeSoinsAmbulatoires)


@dataclass(frozen=True, slots=True)
class State:
    """A structure as it stands on *day*: its members then, and what the sheet of members counts.

    *counts*: property → number; empty where the sheet says nothing of the structure.
    """

    structure: Structure
    day: date
    members: Sequence[Member]
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a value is unknown. *what* is missing: the whole sheet, the column, or what the cell says."""

    sheet: str
    column: str
    what: Literal["sheet", "column", "cell"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What *properties* ask of a structure and of its members: the columns that may answer, of each."""

    properties: frozenset[str]
    columns: tuple[Column, ...]
    of_members: tuple[Column, ...]


class Facts:
    """What is known of the structures of an upload; what could not be recognised is in ``problems``.

    *source* names the upload in the IRIs of its structures.
    """

    def __init__(self, tables: Tables, book: Rulebook, source: str) -> None:
        self.book = book
        self.tables = tables
        self.columns: dict[str, Column] = {column.iri: column for column in book.columns}
        roll = Roll(tables, book, source)
        self.structures, self.by_identifier = roll.structures, roll.by_identifier
        self.problems = roll.problems
        self._filled: dict[str | None, set[str]] = defaultdict(set)
        for structure in self.structures:
            self._filled[structure.concept].update(structure.record.cells)
        self.partner = self.columns[_PARTNER].name
        read: dict[bool, set[str]] = {True: set(), False: set()}
        for rule in book.rules:
            read[rule.targets == {SISA}] |= rule.properties
        self._of_companies = {
            column.name for column in book.columns if column.iri in read[True] - read[False]
        }
        self._partners_told = any(
            m.record.text(self.partner)
            for s in self.structures
            if SISA in s.types
            for m in s.members
        )
        self.has_members = tables.membres is not None and bool(tables.membres.records)

    def on(self, structure: Structure, day: date) -> State:
        """Return *structure* as it stands on *day*."""
        if self.tables.membres is None or not structure.members:
            return State(structure, day, (), {})
        members = [member for member in structure.members if member.present_on(day)]
        counted = members
        if self._partners_told and SISA in structure.types:  # CSP, art. L. 4041-4: its partners
            counted = [m for m in members if m.record.value(self.partner) is True]
        groups = Counter(group for member in counted for group in member.groups)
        counts = {prop: groups[group] for prop, group in self.book.counts.items()}
        signed = self.columns[_SIGNED].name
        if signed in self.tables.membres.columns and (
            any(m.record.text(signed) for m in structure.members)
            or not structure.record.text(self.columns[SIGNATORIES].name)
        ):
            counts[SIGNATORIES] = sum(
                m.record.value(signed) is True for m in members if m.groups & CARE_GROUPS
            )
        return State(structure, day, members, counts)

    def value(self, state: State, prop: str) -> Value | Missing | None:
        """Return the value of *prop*, a property of structures; None = there is none."""
        column, record = self.columns[prop], state.structure.record
        if prop in state.counts:
            return state.counts[prop]
        if column.name not in self.tables.structures.columns:
            if prop in self.book.counts and self.has_members:
                return 0
            return Missing(STRUCTURES, column.name, "column")
        return self._cell(column, record)

    def tells_of_its_company(self, structure: Structure) -> bool:
        """Whether a centre set up as a SISA holds data that only the rules of a SISA read."""
        form = self.columns[_FORM]
        written = structure.record.value(form.name)
        if SISA in structure.types or written is None or self._code(form, written) != "sisa":
            return False
        return not self._of_companies.isdisjoint(structure.record.cells) or any(
            member.record.text(self.partner) for member in structure.members
        )

    def divergent(self, state: State) -> list[tuple[Column, int, int]]:
        """Return the columns of counts that the sheet of members contradicts, with both numbers.

        More signatures than members who signed is no contradiction: others may sign a project.
        """
        found = []
        for prop, counted in sorted(state.counts.items()):
            column = self.columns[prop]
            told = state.structure.record.value(column.name)
            if not isinstance(told, int) or told == counted:
                continue
            if prop != SIGNATORIES or told < counted:
                found.append((column, told, counted))
        return found

    def _cell(self, column: Column, record: Record) -> Value | Missing | None:
        cell = record.cells.get(column.name)
        if cell is None:
            if column.identity:
                return Missing(column.sheet, column.name, "cell")
            return {"nombre": 0, "montant": 0, "oui-non": False}.get(column.form)
        if cell.value is None:  # unreadable: the complaint about its form is enough
            return Missing(column.sheet, column.name, "cell")
        found = self._code(column, cell.value)  # an unknown word is complained of, not judged
        return Missing(column.sheet, column.name, "cell") if found is None else found

    def recognised(self, column: Column, value: Value) -> Value:
        """Return the code of a word of the column's vocabulary, else the value as it is."""
        found = self._code(column, value)
        return value if found is None else found

    def _code(self, column: Column, value: Value) -> Value | None:
        words = self.book.values.get(column.iri)
        return recognised(value, words) if words and isinstance(value, str) else value

    def gaps(self, rule: Rule) -> list[Missing]:
        """Return what *rule* reads and the files do not have at all: it can judge nobody without.

        What the sheet of members may count is known structure by structure only.
        """
        names = (_PROFESSION if prop == GROUP else prop for prop in rule.properties)
        columns = [self.columns[name] for name in sorted(set(names)) if name in self.columns]
        table = self.tables.membres
        if (table is None or not table.records) and any(c.sheet == MEMBRES for c in columns):
            found = [Missing(MEMBRES, self.columns[rule.subject].name, "sheet")]
            columns = [column for column in columns if column.sheet == STRUCTURES]
        else:
            found = []
        absent = [c for c in columns if not self._answers(c)]
        return [*found, *(Missing(column.sheet, column.name, "column") for column in absent)]

    def lacking(self, rule: Rule, concept: str | None) -> list[Column]:
        """Return the complementary columns that *rule* reads and that the files lack for that kind.

        The template has every complementary column: one that is filled in for no structure of the
        kind asks nothing of it.
        """
        known = (self.columns.get(prop) for prop in sorted(rule.properties))
        filled = self._filled[concept]
        return [
            column
            for column in known
            if column is not None
            and column.complementary
            and not (self._present(column) and (column.sheet == MEMBRES or column.name in filled))
        ]

    def reading(self, properties: frozenset[str]) -> Reading:
        """Return what to read of structures and members for *properties*."""
        known = [self.columns[prop] for prop in sorted(properties) if prop in self.columns]
        return Reading(
            properties,
            tuple(c for c in known if c.sheet == STRUCTURES and self._answers(c)),
            tuple(c for c in known if c.sheet == MEMBRES and self._answers(c)),
        )

    def _answers(self, column: Column) -> bool:
        """Whether *column* is there, or may be counted from the members."""
        return self._present(column) or column.iri in self.book.counts or column.iri == SIGNATORIES

    def _present(self, column: Column) -> bool:
        members = self.tables.membres
        table = self.tables.structures if column.sheet == STRUCTURES else members
        return table is not None and column.name in table.columns

    # --- triples

    def triples(
        self, state: State, reading: Reading, values: Mapping[str, Value | Missing | None]
    ) -> str:
        """Return, in N-Triples, what *reading* asks of *state*; *values*: those of its columns."""
        structure, asked = state.structure, reading.properties
        node = structure.iri
        lines = [link(node, TYPE, concept) for concept in sorted(structure.types)]
        for prop, value in values.items():
            if not isinstance(value, Missing):
                lines.append(statements(node, prop, value))
        if JUDGED_ON in asked:
            lines.append(statements(node, JUDGED_ON, state.day))
        if KNOWN_OPENING in asked:
            lines.append(statements(node, KNOWN_OPENING, structure.opened))
        if HAS_MEMBER in asked:
            for member in state.members:
                lines.append(link(node, HAS_MEMBER, member.iri))
                lines.append(self._of_member(member, reading))
        return "".join(lines)

    def _of_member(self, member: Member, reading: Reading) -> str:
        node = member.iri
        lines = [link(node, TYPE, _MEMBER)]
        if member.profession and GROUP in reading.properties:
            groups = self.book.professions.groups.get(member.profession, frozenset())
            lines.extend(link(node, GROUP, group) for group in sorted(groups))
        for column in reading.of_members:
            # An empty signature is counted as missing by the number of signatures, not row by row.
            if column.name in member.record.cells:
                value = self._cell(column, member.record)
                if not isinstance(value, Missing):
                    lines.append(statements(node, column.iri, value))
        return "".join(lines)
