"""Recognise the rows of a file: each structure with its kind, its members and what these count as."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from urllib.parse import quote

from rapidfuzz import fuzz, process

from kg.namespaces import SOINS, iri
from kg.tabular import Problem, Record, Table, Tables, fold
from kg.tabular.model import MEMBRES, STRUCTURES
from kg.validation.rules import Rulebook, Words

CARE_GROUPS = {str(SOINS[g]) for g in ("ProfessionnelMedical", "AuxiliaireMedical", "Pharmacien")}
_CEILINGS = (2022, 2023)
"""The years whose social security ceiling CPTS-INDEMNITES-PLAFOND knows (CSP, art. D. 1434-44)."""
_DOCTORS = ("medecin", "medecin-generaliste", "medecin-specialiste")
_GENERAL_PRACTICE = ("medecine_generale", "generaliste", "general_practice", "sm26", "sm53", "sm54")

_FEMININE = re.compile(
    r"(?<=\w)(?:\((?:i?[eè]re|euse|t?rice|se|n?n?e)\)|[·•./](?:i?[eè]re|euse|t?rice|se|n?n?e)\b)",
    re.I,
)
"""The feminine behind the name of a profession: ``Infirmier(ère)``, ``diététicien·ne``."""

folded = lru_cache(maxsize=4096)(fold)
"""The same few words come back row after row."""


@dataclass(frozen=True, slots=True)
class Member:
    """One row of the sheet of members, of the structure with that IRI. *groups*: what the profession counts as."""

    structure: str
    record: Record
    profession: str | None
    groups: frozenset[str]

    @property
    def iri(self) -> str:
        """The IRI, which is that of the structure and the row."""
        return f"{self.structure}/membre/{self.record.row}"

    def present_on(self, day: date) -> bool:
        """Whether the member belongs to the structure on *day* (the leaving day included)."""
        joined, left = self.record.value("date_entree"), self.record.value("date_sortie")
        return not (isinstance(joined, date) and joined > day) and not (
            isinstance(left, date) and left < day
        )


@dataclass(frozen=True, slots=True)
class Structure:
    """One row of the sheet of structures, with the rows of its members.

    *concept*: what it is; *types*: that, and all that it is thereby. None and nothing where unknown.
    """

    iri: str
    record: Record
    concept: str | None
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


class Roll:
    """The structures of *tables*, in order, and by their identifier; what could not be recognised, in ``problems``.

    *source* names the upload in the IRIs of its structures.
    """

    def __init__(self, tables: Tables, book: Rulebook, source: str) -> None:
        self.structures: list[Structure] = []
        self.by_identifier: dict[str, Structure] = {}
        self.problems: list[Problem] = []
        self._book, self._source = book, source
        self._worded = [column for column in book.columns if column.iri in book.values]
        self._neighbours: dict[tuple[int, str], str] = {}
        groups = book.types.groups
        self._types = {
            concept: groups.get(concept, frozenset()) | {concept}
            for concept in book.types.things.values()
        }
        self._read_structures(tables.structures)
        if tables.membres is not None:
            self._read_members(tables.membres)

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
            concept = self._book.types.things.get(folded(record.text("type")))
            if concept is None:
                if record.text("type"):
                    near = self._near(record.text("type"), self._book.types)
                    self._complain("TYPE-INCONNU", STRUCTURES, record, "type", nearest=near)
                types: frozenset[str] = frozenset()
            else:
                types = self._types[concept]
            number = quote(identifier or f"ligne-{record.row}", safe="")
            node = record.iri or str(
                iri(f"id/structure/{self._source}/{number}")
            )  # an URIRef never equals a str
            self._check_order(STRUCTURES, record, "date_ouverture", "date_fermeture")
            self._check_words(STRUCTURES, record)
            self._check_ceiling(record)
            found = Structure(node, record, concept, types)
            if identifier:
                self.by_identifier[identifier] = found
            self.structures.append(found)

    def _read_members(self, table: Table) -> None:
        words = self._book.professions
        kinds: dict[tuple[str | None, str], frozenset[str]] = {}  # one set for all that are alike
        for record in table.records:
            structure = self.by_identifier.get(record.text("structure"))
            if structure is None:
                rule = "STRUCTURE-INCONNUE" if record.text("structure") else "CELLULE-VIDE"
                self._complain(rule, MEMBRES, record, "structure")
                continue
            self._check_order(MEMBRES, record, "date_entree", "date_sortie")
            self._check_words(MEMBRES, record)
            written = record.text("profession")
            profession = words.things.get(folded(written)) or words.things.get(
                folded(_FEMININE.sub("", written))
            )
            if not written and not record.text("membre_structure"):
                self._complain("CELLULE-VIDE", MEMBRES, record, "profession")
            elif written and profession is None:
                near = self._near(written, words)
                self._complain(
                    "PROFESSION-INCONNUE", MEMBRES, record, "profession", "warning", nearest=near
                )
            kind = profession, record.text("specialite")
            if kind not in kinds:
                kinds[kind] = _groups(*kind, words)
            structure.members.append(Member(structure.iri, record, profession, kinds[kind]))

    def _check_order(self, sheet: str, record: Record, start: str, end: str) -> None:
        first, last = record.value(start), record.value(end)
        if isinstance(first, date) and isinstance(last, date) and last < first:
            told = {"start": start, "first": record.text(start)}
            self._complain("DATES-INVERSEES", sheet, record, end, **told)

    def _check_words(self, sheet: str, record: Record) -> None:
        """Complain of words that their column does not know: no rule can tell what they allow."""
        for column in self._worded:
            text = record.value(column.name) if column.sheet == sheet else None
            words = self._book.values[column.iri]
            if isinstance(text, str) and recognised(text, words) is None:
                known = ", ".join(words.labels[thing]["fr"] for thing in sorted(words.labels))
                near = self._near(text, words) or known
                self._complain("VALEUR-INCONNUE", sheet, record, column.name, "warning", known=near)

    def _check_ceiling(self, record: Record) -> None:
        """Tell of a yearly sum that cannot be compared: the ceiling of that year is not known here."""
        year = record.value("versement_annee")
        if isinstance(year, int) and year not in _CEILINGS and record.value("versement_maximal"):
            self._complain("PLAFOND-INCONNU", STRUCTURES, record, "versement_annee", "info")

    def _complain(
        self,
        rule: str,
        sheet: str,
        record: Record,
        column: str,
        severity: str = "violation",
        **data: object,
    ) -> None:
        text = record.text(column)[:200]
        self.problems.append(Problem(rule, sheet, record.row, column, text, data, severity))

    def _near(self, text: str, words: Words) -> str:
        """Return the neighbours of *text*, looked for once however often it is written."""
        asked = id(words), text
        if asked not in self._neighbours:
            self._neighbours[asked] = ", ".join(_nearest(text[:100], words))
        return self._neighbours[asked]


def recognised(text: str, words: Words) -> str | None:
    """Return the code of a word of a column; None where nobody knows the word.

    An official code that names nothing of ours is known all the same: it is its own code.
    """
    thing = words.things.get(folded(text))
    if thing is None:
        return text if text.isdigit() else None
    return thing.rpartition("/")[2]


def _groups(profession: str | None, speciality: str, words: Words) -> frozenset[str]:
    """Return what a member counts as: the group of the profession, doctor, general practitioner."""
    if profession is None:
        return frozenset()
    found = set(words.groups.get(profession, frozenset()))
    if found & CARE_GROUPS:
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
