"""What the search finds: one entry for each thing that has a page, and one for each competency question."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Literal as OneOf
from typing import cast, get_args

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, SH, SKOS
from rdflib.term import Node

from kg import ontology
from kg.concepts.names import day_of, select
from kg.concepts.parts import STATES, state_on
from kg.dates import Period
from kg.messages import LANGS, Lang
from kg.namespaces import SOINS, iri
from kg.resources import query
from kg.store import Store
from kg.words import SMALL, stem, stems, words

Kind = OneOf["concept", "text", "rule", "question", "disagreement", "source", "term"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""The groups of results, in the order in which they come when nothing tells them apart."""

NUMBER, LABEL, OTHER, TITLE, NOTED = range(5)
"""How well a name names: number or acronym, preferred label, other name, title, acronym that a
note says to be a homonym."""
_NAMES: dict[Node, int] = {
    SKOS.notation: NUMBER, DCTERMS.identifier: NUMBER,
    SKOS.prefLabel: LABEL, SH.name: LABEL,
    SKOS.altLabel: OTHER, SKOS.hiddenLabel: OTHER, DCTERMS.publisher: OTHER, SOINS.nor: OTHER,
    DCTERMS.title: TITLE,
}  # fmt: skip
_SAYINGS = (SKOS.definition, SOINS.enonce, SOINS.motif, DCTERMS.type)
_BOUNDS: dict[Node, str] = {SOINS.enVigueurDepuis: "start", SOINS.enVigueurJusqua: "end"}
_ACRONYM = re.compile(r"\b[A-Z]{2,}\b")


@dataclass(frozen=True, slots=True)
class Name:
    """One name of an entry: as written, the words that count in it, their stems, how well it names."""

    text: str
    words: tuple[str, ...]
    stems: tuple[str, ...]
    role: int


@dataclass(slots=True, eq=False)
class Entry:
    """Something to find.

    *acronym*: its acronym, number or identifier. *scheme*: the vocabulary it is from. *cites*: the texts
    that define it, found it or are named in its names; *governed*: those that define or govern it. *query*:
    the SPARQL of a competency question.
    """

    kind: Kind
    iri: str
    labels: dict[Lang, str] = field(default_factory=dict)
    acronym: str | None = None
    names: list[Name] = field(default_factory=list)
    titles: dict[Lang, str] = field(default_factory=dict)
    says: dict[Lang, str] = field(default_factory=dict)
    stems: set[str] = field(default_factory=set)
    rank: URIRef | None = None
    scheme: URIRef | None = None
    periods: list[Period] = field(default_factory=list)
    cites: set[str] = field(default_factory=set)
    governed: set[str] = field(default_factory=set)
    query: str | None = None

    @property
    def is_main(self) -> bool:
        """True for the notions that people know by an acronym, before the other concepts."""
        return self.kind != "concept" or self.acronym is not None

    def add_name(self, text: str, role: int) -> None:
        """Add a name, once."""
        found = counting(words(text))
        name = Name(text, found, tuple(stem(word) for word in found), role)
        if found and name not in self.names:
            self.names.append(name)
            self.stems |= stems(text)

    def state(self, day: date) -> str:
        """Return ``in-force``, ``to-come``, ``past`` or ``undated`` on *day*."""
        states = {state_on(day, p.start, p.end) for p in self.periods}
        return next((state for state in STATES if state in states), "undated")

    def is_of(self, year: int) -> bool:
        """Say whether *year* tells something of it: a text has a version that begins or ends then, a rule holds."""
        if self.kind == "text":
            return any(
                d is not None and d.year == year for p in self.periods for d in (p.start, p.end)
            )
        return self.kind == "rule" and any(
            (p.start is None or p.start.year <= year)
            and (p.end is None or p.end > date(year, 1, 1))
            for p in self.periods
        )

    def since(self) -> date | None:
        """Return the first day on which any of its versions holds, None where not known."""
        return min((p.start for p in self.periods if p.start), default=None)

    def until(self) -> date | None:
        """Return the day on which the last of its versions ceases, None where it does not or is not known."""
        ends = [p.end for p in self.periods]
        return None if not ends or None in ends else max(e for e in ends if e)


def counting(found: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words that count among *found*; all of them where none does."""
    return tuple(word for word in found if word not in SMALL) or found


def entries(store: Store) -> list[Entry]:
    """Return every entry of the dataset that *store* holds."""
    made: dict[str, Entry] = {}
    bounds: dict[str, dict[str, date]] = defaultdict(dict)
    for row in store.select(query("search-entries")):
        thing, role = str(row["thing"]), row["property"]
        entry = made.setdefault(thing, Entry(cast(Kind, str(row["kind"])), thing))
        if role in _BOUNDS:
            bounds[thing][_BOUNDS[role]] = date.fromisoformat(str(row["value"]))
        else:
            _add(entry, role, row["value"])
    for thing, found in bounds.items():
        made[thing].periods.append(Period(**found))
    for row in select(store, "texte-all", "fr"):
        if since := day_of(row, "since"):
            period = Period(since, day_of(row, "until"))
            periods = made[str(row["text"])].periods
            if period not in periods:
                periods.append(period)
    return [entry for entry in made.values() if entry.labels] + _asked(store) + _questions()


def _add(entry: Entry, role: Node, value: Node) -> None:
    text = str(value)
    tongue = value.language if isinstance(value, Literal) else None
    lang = next((each for each in LANGS if each == tongue), None)
    if role == SOINS.rang:
        entry.rank = URIRef(text)
    elif role == SKOS.inScheme:
        entry.scheme = URIRef(text)
    elif role in (SOINS.definit, SOINS.fondement, SOINS.regit):
        work = re.sub(r"/\d{4}-\d{2}-\d{2}$", "", text)  # the text, whatever its version
        if role != SOINS.regit:
            entry.cites.add(work)
        if role != SOINS.fondement:
            entry.governed.add(work)
    elif role == SKOS.scopeNote:
        entry.stems |= stems(text)
        if "homonym" in text:  # in French as in English
            for acronym in _ACRONYM.findall(text):
                entry.add_name(acronym, NOTED)
    elif role in _SAYINGS:
        entry.stems |= stems(text)
        if lang:
            entry.says[lang] = text
    else:
        name = _NAMES[role]
        entry.add_name(text, name)
        if lang and name == LABEL:
            entry.labels[lang] = text
        elif lang and name == TITLE:
            entry.titles[lang] = text
        elif name == NUMBER and entry.acronym is None:
            entry.acronym = text


def _asked(store: Store) -> list[Entry]:
    """Return the questions that the site answers in words, each in one language."""
    made = []
    for row in store.select(query("search-questions")):
        question = row["question"]
        entry = Entry("question", str(row["frame"]))
        for lang in LANGS:
            if isinstance(question, Literal) and question.language == lang:
                entry.labels[lang] = str(question)
                entry.add_name(str(question), LABEL)
        made.append(entry)
    return made


def _questions() -> list[Entry]:
    """Return the competency questions, which a query answers, in both languages."""
    made = []
    for question in ontology.questions():
        entry = Entry("question", str(iri(f"requetes#{question.slug}")), query=question.query)
        for lang in LANGS:
            entry.labels[lang] = getattr(question, lang)
            entry.add_name(entry.labels[lang], LABEL)
        made.append(entry)
    return made
