"""Read RDF in our own vocabulary: properties are columns, types are concepts, each entity is a row.

Nothing is inferred, canonicalised or kept. A property that an entity does not have is unknown; an empty text
says that there is none. Entities are counted in the order of the document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox
from rdflib.namespace import RDF, SH

from kg.errors import TooLarge, Unreadable
from kg.namespaces import BASE, SOINS
from kg.settings import Settings
from kg.tabular.grid import CONTROL
from kg.tabular.model import (
    MEMBRES,
    STRUCTURES,
    Cell,
    Column,
    Problem,
    Record,
    Table,
    Tables,
    Upload,
)
from kg.tabular.rdf_syntax import HIDDEN, shown, statements
from kg.tabular.values import read_cell

_TYPE, _HAS_MEMBER, _MEMBER = str(RDF.type), str(SOINS.aPourMembre), str(SOINS.Membre)
_SHAPES, _OURS = str(SH), str(SOINS)
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T[\d:.]+)?(?:Z|[+-]\d{2}:\d{2})?")

Subject = ox.NamedNode | ox.BlankNode
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(slots=True)
class _Entity:
    """What the document says of one subject: types of ours, values by property, other properties."""

    types: dict[str, None] = field(default_factory=dict)
    values: dict[str, dict[Term, None]] = field(default_factory=dict)
    others: dict[str, None] = field(default_factory=dict)
    shape: bool = False


def read_rdf(uploads: Sequence[Upload], columns: Sequence[Column], settings: Settings) -> Tables:
    """Return the structures and members that *uploads* describe, all of them one graph.

    Raises:
        Unreadable: not the syntax, not UTF-8, a remote context, a DTD, terms inside terms too deep, an IRI with
            hidden characters, or nothing in our vocabulary.
        TooLarge: beyond the limits.
    """
    document = _Document(columns, settings)
    for upload in uploads:
        for quad in statements(upload, settings):
            document.add(quad)
    return document.tables(uploads)


def _name(subject: Subject) -> str:
    """Return the IRI by which the report may call *subject*: not one of ours, which names something else."""
    iri = subject.value if isinstance(subject, ox.NamedNode) else ""
    return "" if iri.startswith(BASE) and not iri.startswith(BASE + "id/structure/") else iri


class _Document:
    """The statements of the uploads, gathered by subject in their order."""

    def __init__(self, columns: Sequence[Column], settings: Settings) -> None:
        self._columns, self._settings = columns, settings
        self._properties = {c.iri for c in columns}
        self._entities: dict[Subject, _Entity] = {}
        self._checked: set[str] = set()  # properties come again and again
        self._shapes = 0
        self._problems: list[Problem] = []

    def add(self, quad: ox.Quad) -> None:
        """Take one statement.

        Raises:
            Unreadable: an IRI with hidden characters, a text with control characters.
            TooLarge: a term beyond the limit.
        """
        subject, predicate, value = quad.subject, quad.predicate.value, quad.object
        if predicate not in self._checked:
            self._check(quad.predicate)
            self._checked.add(predicate)
        for term in (subject, value, quad.graph_name):
            self._check(term)
        if isinstance(subject, ox.Triple):
            return
        entity = self._entities.get(subject)
        if entity is None:
            if isinstance(subject, ox.BlankNode) and not self._ours(predicate):
                return  # lists and other scaffolding: there may be millions
            entity = self._entities[subject] = _Entity()
        if predicate.startswith(_SHAPES) or (
            predicate == _TYPE
            and isinstance(value, ox.NamedNode)
            and value.value.startswith(_SHAPES)
        ):
            entity.shape = True
            self._shapes += 1
        elif predicate == _TYPE:
            if isinstance(value, ox.NamedNode) and value.value.startswith(_OURS):
                entity.types[value.value] = None
        elif predicate in self._properties or predicate == _HAS_MEMBER:
            entity.values.setdefault(predicate, {})[value] = None
        else:
            entity.others[predicate] = None

    def _ours(self, predicate: str) -> bool:
        """Whether *predicate* says something to us, of whatever subject."""
        known = predicate in self._properties or predicate in (_TYPE, _HAS_MEMBER)
        return known or predicate.startswith(_SHAPES)

    def _check(self, term: object) -> None:
        if not isinstance(term, ox.NamedNode | ox.Literal):
            return
        text = term.value
        if len(text) > self._settings.cell:
            raise TooLarge("validation.long-value", size=self._settings.cell)
        if text.isprintable():  # nearly always
            return
        if isinstance(term, ox.Literal) and CONTROL.search(text):
            raise Unreadable("validation.control-in-rdf", value=shown(text[:40]))
        if isinstance(term, ox.NamedNode) and HIDDEN.search(text):
            raise Unreadable("validation.hidden", iri=shown(text))

    # --- from subjects to rows

    def tables(self, uploads: Sequence[Upload]) -> Tables:
        """Return the rows of both sheets.

        Raises:
            Unreadable: no entity in our vocabulary.
            TooLarge: too many of them.
        """
        structures = [s for s, e in self._entities.items() if self._is(e, STRUCTURES)]
        if not structures:
            raise Unreadable("validation.rdf-nothing", name=uploads[0].name)
        self._names = {s: self._identifier(s, self._entities[s]) for s in structures}
        members = [
            (owner, member)
            for owner in structures
            for member in self._entities[owner].values.get(_HAS_MEMBER, ())
            if isinstance(member, ox.NamedNode | ox.BlankNode)
        ]
        if len(structures) + len(members) > self._settings.rows:
            size = {"rows": self._settings.rows, "columns": self._settings.columns}
            raise TooLarge("validation.too-many", **size)
        self._remarks({*structures, *(member for _, member in members)})
        named = [(s, {"identifiant": self._names[s]}) for s in structures]
        theirs = [(member, {"structure": self._names[owner]}) for owner, member in members]
        sheet = self._table(STRUCTURES, named)
        other = self._table(MEMBRES, theirs) if theirs else None
        return Tables(sheet, other, tuple(self._problems))

    def _is(self, entity: _Entity, sheet: str) -> bool:
        """Whether *entity* is a row of *sheet*: by its type, else by its properties."""
        if entity.types:
            return (_MEMBER in entity.types) == (sheet == MEMBRES)
        return any(c.iri in entity.values for c in self._columns if c.sheet == sheet)

    def _identifier(self, subject: Subject, entity: _Entity) -> str:
        """Return what the document calls *subject*: its identifier, else its IRI; nothing for a blank node."""
        column = next(c for c in self._columns if c.name == "identifiant")
        for value in entity.values.get(column.iri, ()):
            if isinstance(value, ox.Literal) and value.value.strip():
                return value.value.strip()
        return subject.value if isinstance(subject, ox.NamedNode) else ""

    def _table(self, sheet: str, rows: Sequence[tuple[Subject, dict[str, str]]]) -> Table:
        """Return the sheet of the subjects of *rows*, each with what is already known of it by column.

        Present are the columns that some entity has, and the required ones.
        """
        blank = _Entity()
        entities = [self._entities.get(subject, blank) for subject, _ in rows]
        columns = [
            column
            for column in self._columns
            if column.sheet == sheet
            and (column.required or any(column.iri in e.values for e in entities))
        ]
        records = tuple(
            Record(
                number,
                self._cells(columns, number, entity, known),
                _name(subject),
            )
            for number, ((subject, known), entity) in enumerate(zip(rows, entities, strict=True), 1)
        )
        others = tuple(dict.fromkeys(name for e in entities for name in e.others))[:100]
        names = tuple(column.name for column in columns)
        return Table(sheet, 0, names, others, records, entities=True)

    def _cells(
        self, columns: Sequence[Column], row: int, entity: _Entity, known: dict[str, str]
    ) -> dict[str, Cell]:
        """Return the cells of *entity*: what others have and it has not is unknown."""
        cells = {}
        for column in columns:
            if text := known.get(column.name):
                cells[column.name] = Cell(text, text)
            elif column.name == "type" and entity.types:
                cells[column.name] = self._type(column, row, list(entity.types))
            elif values := list(entity.values.get(column.iri, ())):
                cell = self._cell(column, row, values)
                if cell is not None:
                    cells[column.name] = cell
            else:
                cells[column.name] = Cell("", None)
        return cells

    def _type(self, column: Column, row: int, types: list[str]) -> Cell:
        names = [iri.removeprefix(_OURS) for iri in types]
        if len(names) == 1:
            return Cell(names[0], names[0])
        return self._useless(column, row, ", ".join(names))

    def _cell(self, column: Column, row: int, values: list[Term]) -> Cell | None:
        """Return what *values* say in *column*; None where they say that there is nothing."""
        texts = [self._text(value) for value in values]
        # A text in several languages: the French one.
        if column.form != "liste" and len(values) > 1:
            texts = [
                t
                for t, v in zip(texts, values, strict=True)
                if isinstance(v, ox.Literal) and v.language == "fr"
            ]
        if None in texts or not texts or (column.form != "liste" and len(texts) > 1):
            return self._useless(column, row, ", ".join(self._text(v) or "[]" for v in values))
        text = "|".join(t for t in texts if t)
        if len(text) > self._settings.cell:
            raise TooLarge("validation.long-value", size=self._settings.cell)
        if column.form == "date" and (day := _DAY.fullmatch(text)):
            text = day[1]
        return read_cell(column, text, row, self._problems) if text else None

    def _useless(self, column: Column, row: int, text: str) -> Cell:
        told = Problem("VALEUR-MULTIPLE", column.sheet, row, column.name, text[:200])
        self._problems.append(told)
        return Cell(text[:200], None)

    def _text(self, value: Term) -> str | None:
        """Return *value* as text: a structure of the file by its identifier, another IRI by its last part."""
        if isinstance(value, ox.Literal):
            return value.value.strip()
        if isinstance(value, ox.NamedNode):
            known = self._names.get(value)
            return known or re.split(r"[/#:]", value.value.rstrip("/#"))[-1]
        return None

    def _remarks(self, rows: set[object]) -> None:
        """Say once what was left aside: shapes, and things that are not described as structures."""
        left = sum(
            isinstance(subject, ox.NamedNode) and subject not in rows and not entity.shape
            for subject, entity in self._entities.items()
        )
        for rule, total in (("FORMES-IGNOREES", self._shapes), ("AUTRES-RESSOURCES", left)):
            if total:
                told: dict[str, object] = {"total": total}
                self._problems.append(Problem(rule, STRUCTURES, 0, "type", "", told, "info"))
