"""What the rows say of each structure on a given day: values, and what remains unknown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from urllib.parse import quote

from rapidfuzz import fuzz, process
from rdflib import Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.namespace import RDF, XSD

from kg.namespaces import SOINS, iri
from kg.tabular import Column, Problem, Record, Table, Tables, fold
from kg.tabular.model import MEMBRES, STRUCTURES, Value
from kg.validation.rules import Rule, Rulebook, Words

HAS_MEMBER = str(SOINS.aPourMembre)
GROUP = str(SOINS.groupeDeLaProfession)
CLOSING = str(SOINS.dateDeFermeture)
JUDGED_ON = str(SOINS.jourDuJugement)
KNOWN_OPENING = str(SOINS.ouvertureConnue)
SIGNATORIES = str(SOINS.nombreDeSignataires)
_SIGNED = str(SOINS.signataireDuProjet)
_PROFESSION = str(SOINS.profession)
_CARE_GROUPS = {str(SOINS[g]) for g in ("ProfessionnelMedical", "AuxiliaireMedical", "Pharmacien")}
_DOCTORS = ("medecin", "medecin-generaliste", "medecin-specialiste")
_GENERAL_PRACTICE = ("medecine_generale", "generaliste", "general_practice", "sm26", "sm53", "sm54")


@dataclass(frozen=True, slots=True)
class Member:
    """One row of the sheet of members. *groups*: what the profession counts as."""

    iri: str
    record: Record
    profession: str | None
    groups: frozenset[str]

    def present_on(self, day: date) -> bool:
        """Whether the member belongs to the structure on *day* (the leaving day included)."""
        joined, left = self.record.value("date_entree"), self.record.value("date_sortie")
        return not (isinstance(joined, date) and joined > day) and not (
            isinstance(left, date) and left < day
        )


@dataclass(frozen=True, slots=True)
class Structure:
    """One row of the sheet of structures, with the rows of its members."""

    iri: str
    record: Record
    types: frozenset[str]
    members: list[Member] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name, or the identifier where the name is empty."""
        return self.record.text("nom") or self.record.text("identifiant")

    @property
    def opened(self) -> date | None:
        """The opening day, where known."""
        found = self.record.value("date_ouverture")
        return found if isinstance(found, date) else None

    def closed_on(self, day: date) -> bool:
        """Whether the structure had closed by *day*."""
        found = self.record.value("date_fermeture")
        return isinstance(found, date) and found <= day

    def to_come_on(self, day: date) -> bool:
        """Whether the structure is known to open after *day*."""
        return self.opened is not None and self.opened > day


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a value is unknown. *what* is missing: the whole sheet, the column, or what the cell says."""

    sheet: str
    column: str
    what: Literal["sheet", "column", "cell"]


class Facts:
    """The structures of an upload, recognised; what could not be is in ``problems``."""

    def __init__(self, tables: Tables, book: Rulebook) -> None:
        self.book = book
        self.tables = tables
        self.problems: list[Problem] = []
        self.columns: dict[str, Column] = {column.iri: column for column in book.columns}
        self.structures: list[Structure] = []
        self.by_identifier: dict[str, Structure] = {}
        self._neighbours: dict[str, str] = {}
        self._read_structures(tables.structures)
        if tables.membres is not None:
            self._read_members(tables.membres)
        self.has_members = tables.membres is not None and bool(tables.membres.records)

    # --- recognising rows

    def _read_structures(self, table: Table) -> None:
        for record in table.records:
            identifier = record.text("identifiant")
            for required in ("identifiant", "type", "nom"):
                if not record.text(required):
                    self._complain("CELLULE-VIDE", STRUCTURES, record, required)
            if identifier and identifier in self.by_identifier:
                first = self.by_identifier[identifier].record.row
                self._complain("IDENTIFIANT-DOUBLE", STRUCTURES, record, "identifiant", first=first)
                continue
            concept = self.book.types.things.get(fold(record.text("type")))
            if concept is None:
                if record.text("type"):
                    near = self._near(record.text("type"), self.book.types)
                    self._complain("TYPE-INCONNU", STRUCTURES, record, "type", near=near)
                types: frozenset[str] = frozenset()
            else:
                types = self.book.types.groups.get(concept, frozenset()) | {concept}
            number = quote(identifier or f"ligne-{record.row}", safe="")
            node = str(
                iri(f"id/structure/{self.tables.source}/{number}")
            )  # an URIRef never equals a str
            self._check_order(STRUCTURES, record, "date_ouverture", "date_fermeture")
            found = Structure(node, record, types)
            if identifier:
                self.by_identifier[identifier] = found
            self.structures.append(found)

    def _read_members(self, table: Table) -> None:
        words = self.book.professions
        for record in table.records:
            structure = self.by_identifier.get(record.text("structure"))
            if structure is None:
                rule = "STRUCTURE-INCONNUE" if record.text("structure") else "CELLULE-VIDE"
                self._complain(rule, MEMBRES, record, "structure")
                continue
            self._check_order(MEMBRES, record, "date_entree", "date_sortie")
            written = record.text("profession")
            profession = words.things.get(fold(written))
            if not written and not record.text("membre_structure"):
                self._complain("CELLULE-VIDE", MEMBRES, record, "profession")
            elif written and profession is None:
                near = self._near(written, words)
                self._complain("PROFESSION-INCONNUE", MEMBRES, record, "profession", near=near)
            groups = _groups(profession, record.text("specialite"), words)
            node = f"{structure.iri}/membre/{record.row}"
            structure.members.append(Member(node, record, profession, groups))

    def _check_order(self, sheet: str, record: Record, start: str, end: str) -> None:
        first, last = record.value(start), record.value(end)
        if isinstance(first, date) and isinstance(last, date) and last < first:
            told = {"start": start, "first": record.text(start)}
            self._complain("DATES-INVERSEES", sheet, record, end, **told)

    def _complain(self, rule: str, sheet: str, record: Record, column: str, **data: object) -> None:
        text = record.text(column)[:200]
        self.problems.append(Problem(rule, sheet, record.row, column, text, data))

    def _near(self, text: str, words: Words) -> str:
        """Return the neighbours of *text*, looked for once however often it is written."""
        if text not in self._neighbours:
            self._neighbours[text] = ", ".join(_nearest(text[:100], words))
        return self._neighbours[text]

    # --- values

    def value(self, structure: Structure, prop: str, day: date) -> Value | Missing | None:
        """Return the value of *prop* for *structure* on *day*; None = there is none."""
        column = self.columns[prop]
        if prop != SIGNATORIES or not structure.record.text(column.name):
            counted = self.counted(structure, prop, day)
            if counted is not None:
                return counted
        if column.name not in self.tables.structures.columns:
            if prop in self.book.counts and self.has_members:
                return 0
            return Missing(STRUCTURES, column.name, "column")
        return self._cell(column, structure.record)

    def counted(self, structure: Structure, prop: str, day: date) -> int | None:
        """Return what the sheet of members gives for *prop* on *day*; None where it gives nothing."""
        if self.tables.membres is None or not structure.members:
            return None
        members = [m for m in structure.members if m.present_on(day)]
        if prop in self.book.counts:
            return sum(self.book.counts[prop] in m.groups for m in members)
        signed = self.columns[_SIGNED].name
        if prop == SIGNATORIES and signed in self.tables.membres.columns:
            return sum(m.record.value(signed) is True for m in members if m.groups & _CARE_GROUPS)
        return None

    def divergent(self, structure: Structure, day: date) -> list[tuple[Column, int, int]]:
        """Return the columns of counts that the sheet of members contradicts, with both numbers.

        More signatures than members who signed is no contradiction: others may sign a project.
        """
        found = []
        for prop in sorted({*self.book.counts, SIGNATORIES}):
            column = self.columns[prop]
            told = structure.record.value(column.name)
            counted = self.counted(structure, prop, day)
            if counted is None or not isinstance(told, int) or told == counted:
                continue
            if prop != SIGNATORIES or told < counted:
                found.append((column, told, counted))
        return found

    def _cell(self, column: Column, record: Record) -> Value | Missing | None:
        cell = record.cells.get(column.name)
        if cell is None:
            if column.identity:
                return Missing(column.sheet, column.name, "cell")
            return {"nombre": 0, "oui-non": False}.get(column.form)
        if cell.value is None:  # unreadable: the complaint about its form is enough
            return Missing(column.sheet, column.name, "cell")
        return self._recognised(column, cell.value)

    def _recognised(self, column: Column, value: Value) -> Value:
        """Return the code of a word of the column's vocabulary, else the value as it is."""
        words = self.book.values.get(column.iri)
        if words is None or not isinstance(value, str):
            return value
        thing = words.things.get(fold(value))
        return thing.rpartition("/")[2] if thing else value

    def missing(self, structure: Structure, rule: Rule, day: date) -> list[Missing]:
        """Return what *rule* reads and is unknown for *structure*: it cannot be judged without."""
        names = (_PROFESSION if prop == GROUP else prop for prop in rule.properties)
        columns = [self.columns[name] for name in sorted(set(names)) if name in self.columns]
        found = []
        table = self.tables.membres
        if any(column.sheet == MEMBRES for column in columns):
            if table is None or not table.records:
                found.append(Missing(MEMBRES, self.columns[rule.subject].name, "sheet"))
            else:
                absent = [c for c in columns if c.sheet == MEMBRES and c.name not in table.columns]
                found.extend(Missing(MEMBRES, column.name, "column") for column in absent)
        for column in columns:
            if column.sheet == STRUCTURES:
                gap = self.value(structure, column.iri, day)
                if isinstance(gap, Missing):
                    found.append(gap)
        return found

    # --- RDF

    def add_to(
        self, graph: Graph, structure: Structure, properties: frozenset[str], day: date
    ) -> None:
        """Add to *graph* what *properties* say of *structure* on *day*."""
        node = URIRef(structure.iri)
        for concept in structure.types:
            graph.add((node, RDF.type, URIRef(concept)))
        for prop in properties:
            column = self.columns.get(prop)
            if column is not None and column.sheet == STRUCTURES:
                value = self.value(structure, prop, day)
                if not isinstance(value, Missing):
                    _add(graph, node, prop, value)
        if JUDGED_ON in properties:
            _add(graph, node, JUDGED_ON, day)
        if KNOWN_OPENING in properties:
            _add(graph, node, KNOWN_OPENING, structure.opened)
        if HAS_MEMBER in properties:
            for member in structure.members:
                if member.present_on(day):
                    self._add_member(graph, node, member, properties)

    def _add_member(
        self, graph: Graph, structure: URIRef, member: Member, properties: frozenset[str]
    ) -> None:
        node = URIRef(member.iri)
        graph.add((structure, URIRef(HAS_MEMBER), node))
        graph.add((node, RDF.type, SOINS.Membre))
        if member.profession:
            for group in self.book.professions.groups.get(member.profession, ()):
                graph.add((node, URIRef(GROUP), URIRef(group)))
        for prop in properties:
            column = self.columns.get(prop)
            # An empty signature is counted as missing by the number of signatures, not row by row.
            if (
                column is not None
                and column.sheet == MEMBRES
                and column.name in member.record.cells
            ):
                value = self._cell(column, member.record)
                if not isinstance(value, Missing):
                    _add(graph, node, prop, value)


def _add(graph: Graph, node: URIRef, prop: str, value: Value | None) -> None:
    for item in value if isinstance(value, tuple) else (value,):
        if item is None or item == "":
            continue
        if isinstance(item, date):
            graph.add((node, URIRef(prop), RdfLiteral(item.isoformat(), datatype=XSD.date)))
        else:
            graph.add((node, URIRef(prop), RdfLiteral(item)))


def _groups(profession: str | None, speciality: str, words: Words) -> frozenset[str]:
    """Return what a member counts as: the group of the profession, doctor, general practitioner."""
    if profession is None:
        return frozenset()
    found = set(words.groups.get(profession, frozenset()))
    if found & _CARE_GROUPS:
        found.add(str(SOINS.ProfessionnelDeSante))
    slug = profession.rpartition("/")[2]
    if slug in _DOCTORS:
        found.add(str(SOINS.Medecin))
        general = fold(speciality) in _GENERAL_PRACTICE or "medecine_generale" in fold(speciality)
        if general or (slug == "medecin-generaliste" and not speciality):
            found.add(str(SOINS.MedecinGeneraliste))
    return frozenset(found)


def _nearest(text: str, words: Words) -> list[str]:
    """Return up to three things whose words look like *text*, best first."""
    near = process.extract(
        fold(text), list(words.things), scorer=fuzz.WRatio, limit=6, score_cutoff=70
    )
    labels = [words.labels.get(words.things[word], {}).get("fr", word) for word, _, _ in near]
    return list(dict.fromkeys(labels))[:3]
