"""What a record of the corpus holds: plain values, no RDF, no files."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

RANKS = (
    "loi", "ordonnance", "decret", "arrete", "circulaire", "convention", "recommandation",
    "source-secondaire",
)  # fmt: skip
FIELDS = ("title", "number", "nor", "eli", "url", "signed", "published", "rank", "versions")
"""Fields of a text that may carry an evidence level of their own."""
EVIDENCE = ("verifie", "derive", "de-memoire", "conteste", "inconnu")
KINDS = {
    "code": "Code",
    "article": "Article",
    "loi": "Loi",
    "ordonnance": "Ordonnance",
    "decret": "Decret",
    "arrete": "Arrete",
    "circulaire": "Circulaire",
    "instruction": "Instruction",
    "accord": "Accord",
}
Texts = dict[str, str]
"""A sentence in each language: ``{"fr": "…", "en": "…"}``."""


@dataclass(frozen=True, slots=True)
class Affirmation:
    """One statement that one voice makes, with the quotation that justifies it."""

    id: str
    says: Texts
    relation: str
    quote: str
    evidence: str
    subject: str | None = None
    object: str | None = None
    value: str | int | bool | date | None = None
    concerns: tuple[str, ...] = ()
    place: str | None = None
    at: tuple[int, int] | None = None
    since: date | None = None
    until: date | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Version:
    """One wording of a text: in force from *start* (included) to *end* (excluded)."""

    start: date
    end: date | None
    by: tuple[str, ...]
    evidence: str
    note: Texts | None = None


@dataclass(frozen=True, slots=True)
class Texte:
    """One legal text or article, with its versions and what it says."""

    path: str
    kind: str
    rank: str
    title: Texts
    file: Path
    number: str | None = None
    part_of: str | None = None
    url: str | None = None
    nor: str | None = None
    eli: str | None = None
    signed: date | None = None
    published: date | None = None
    last_checked: date | None = None
    evidence: dict[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    note: Texts | None = None
    cites: tuple[str, ...] = ()
    versions: tuple[Version, ...] = ()
    affirmations: tuple[Affirmation, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One document that speaks of the law without being law."""

    name: str
    title: Texts
    publisher: str
    kind: Texts
    rank: str
    text: str
    sha256: str
    file: Path
    place: str | None = None
    date: date | None = None
    note: Texts | None = None
    affirmations: tuple[Affirmation, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a disagreement: the affirmations that hold it."""

    affirmations: tuple[str, ...]
    says: Texts


@dataclass(frozen=True, slots=True)
class Desaccord:
    """A point on which voices differ, its sides, which prevails and why."""

    id: str
    about: tuple[str, ...]
    point: Texts
    sides: tuple[Side, ...]
    prevails: int | None
    why: Texts
    file: Path


@dataclass(frozen=True, slots=True)
class Corpus:
    """All the records."""

    textes: tuple[Texte, ...]
    sources: tuple[Source, ...]
    desaccords: tuple[Desaccord, ...]
