"""The list of concepts: their hierarchy and the alphabet of all their names."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from rdflib import URIRef

from kg.citations import natural
from kg.concepts.names import Ref, need_ref, select, text_of
from kg.messages import Lang
from kg.store import Row, Store


@dataclass(frozen=True, slots=True)
class Branch:
    """A concept and the narrower ones."""

    ref: Ref
    definition: str | None
    narrower: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """One entry of the index: a name or acronym, and the concept that bears it."""

    name: str
    concept: Ref
    preferred: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """The names under one letter."""

    letter: str
    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class ConceptList:
    """Every concept, as a hierarchy and as an index; narrowed to *words* where given."""

    words: str
    branches: tuple[Branch, ...]
    letters: tuple[Letter, ...]


def fold(text: str) -> str:
    """Return *text* without case or accent: ``Équipe`` → ``equipe``."""
    apart = unicodedata.normalize("NFKD", text.replace("’", "'").casefold().replace("œ", "oe"))
    return "".join(c for c in apart if not unicodedata.combining(c))


def concepts(store: Store, lang: Lang, words: str = "") -> ConceptList:
    """Return the concepts; those with a name that contains every one of *words* where given."""
    rows = select(store, "concept-all", lang)
    names = _names(rows)
    if wanted := fold(words).split():
        names = [n for n in names if all(w in fold(n.name) for w in wanted)]
        kept = {n.concept.iri for n in names}
        rows = [row for row in rows if str(row["concept"]) in kept]
    return ConceptList(words.strip(), hierarchy(rows), _letters(names))


def hierarchy(rows: list[Row]) -> tuple[Branch, ...]:
    """Return the concepts of *rows* as a forest by ``skos:broader``; those without a known broader on top."""
    refs = {URIRef(str(row["concept"])): need_ref(row, "concept") for row in rows}
    said = {row["concept"]: text_of(row, "definition") for row in rows}
    below: dict[URIRef | None, set[URIRef]] = {}
    for row in rows:
        broader = URIRef(str(row["broader"])) if row.get("broader") in refs else None
        below.setdefault(broader, set()).add(URIRef(str(row["concept"])))
    placed = {child for parent, children in below.items() if parent for child in children}

    def branch(node: URIRef, above: frozenset[URIRef]) -> Branch:
        inside = [n for n in below.get(node, ()) if n not in above]
        return Branch(refs[node], said[node], ordered(inside, above | {node}))

    def ordered(nodes: list[URIRef], above: frozenset[URIRef]) -> tuple[Branch, ...]:
        return tuple(
            branch(n, above | {n}) for n in sorted(nodes, key=lambda n: fold(refs[n].label))
        )

    return ordered([n for n in refs if n not in placed], frozenset())


def _names(rows: list[Row]) -> list[Name]:
    found = set()
    for row in rows:
        concept = need_ref(row, "concept")
        found.add(Name(concept.label, concept, True))
        if concept.acronym:
            found.add(Name(concept.acronym, concept, False))
        if other := text_of(row, "name"):
            found.add(Name(other, concept, False))
    return sorted(found, key=lambda n: (natural(fold(n.name)), n.concept.iri))


def _letters(names: list[Name]) -> tuple[Letter, ...]:
    made: dict[str, list[Name]] = {}
    for name in names:
        initial = fold(name.name)[:1].upper()
        made.setdefault(initial if initial.isalpha() else "0–9", []).append(name)
    return tuple(Letter(letter, tuple(made[letter])) for letter in sorted(made))
