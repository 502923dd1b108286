"""What the question layer knows of the graph: names, statements, texts, frames. Read once a dataset."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from rdflib import URIRef

from kg.answers.frames import Grammar
from kg.dates import Period
from kg.messages import Lang
from kg.namespaces import SOINS
from kg.words import stems, words

LONG_TITLE = 5
"""Words from which the title of a text names it."""
LAST = 99
"""Order of a rank whose place in the hierarchy is not known."""


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """One affirmation of the graph, with all that is needed to choose it and to cite it."""

    iri: URIRef
    subject: URIRef
    relation: URIRef
    object: URIRef | None
    value: int | bool | date | str | None
    voice: URIRef
    rank: URIRef
    order: int
    evidence: str
    period: Period
    quote: str
    place: str
    says: dict[Lang, str]
    official: str | None
    concerns: frozenset[URIRef]
    versions: tuple[URIRef, ...]
    words: frozenset[str]
    spoken: str

    def links(self, thing: URIRef) -> bool:
        """Say whether *thing* is subject or object."""
        return thing in (self.subject, self.object)


@dataclass(slots=True, eq=False)
class Knowledge:
    """The tables of one dataset."""

    labels: dict[URIRef, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    others: dict[URIRef, list[str]] = field(default_factory=lambda: defaultdict(list))
    notations: dict[URIRef, list[str]] = field(default_factory=lambda: defaultdict(list))
    titles: dict[URIRef, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    definitions: dict[URIRef, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    names: dict[tuple[str, ...], dict[URIRef, int]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    aliases: dict[URIRef, URIRef] = field(default_factory=dict)
    narrow: set[URIRef] = field(default_factory=set)
    texts: dict[URIRef, set[URIRef]] = field(default_factory=lambda: defaultdict(set))
    signed: dict[URIRef, date] = field(default_factory=dict)
    published: dict[URIRef, date] = field(default_factory=dict)
    parents: dict[URIRef, set[URIRef]] = field(default_factory=lambda: defaultdict(set))
    part_of: dict[URIRef, URIRef] = field(default_factory=dict)
    official: dict[URIRef, str] = field(default_factory=dict)
    versions: dict[URIRef, dict[URIRef, Period]] = field(default_factory=lambda: defaultdict(dict))
    made_by: dict[URIRef, set[URIRef]] = field(default_factory=lambda: defaultdict(set))
    ranks: dict[URIRef, URIRef] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    grammar: Grammar = field(default_factory=Grammar)
    vocabulary: frozenset[str] = frozenset()
    sorted_vocabulary: list[str] = field(default_factory=list)
    stems: frozenset[str] = frozenset()
    longest: int = 1
    lives: dict[URIRef, Period] = field(default_factory=dict)
    born: dict[URIRef, date] = field(default_factory=dict)
    rules: dict[tuple[URIRef, URIRef], list[Fact]] = field(default_factory=dict)
    losing: frozenset[URIRef] = frozenset()
    linked: dict[URIRef, list[int]] = field(default_factory=lambda: defaultdict(list))
    latest: date = date.min
    kept_phrases: dict[URIRef, frozenset[str]] = field(default_factory=dict)
    kept_longer: dict[tuple[URIRef, str], tuple[str, ...]] = field(default_factory=dict)
    kept_about: dict[URIRef, list[int]] = field(default_factory=dict)
    kept_spelled: dict[str, dict[URIRef, int]] = field(default_factory=dict)
    kept_voices: dict[URIRef, list[Fact]] = field(default_factory=dict)
    kept_titles: dict[URIRef, frozenset[str]] = field(default_factory=dict)
    kept_creators: frozenset[URIRef] = frozenset()
    kept_ancestors: dict[URIRef, frozenset[URIRef]] = field(default_factory=dict)

    def label(self, thing: URIRef, lang: Lang) -> str:
        """Return the name of *thing* in *lang*, or what its IRI ends with."""
        found = self.labels[thing]
        return found.get(lang) or found.get("fr") or thing.rpartition("/")[2]

    def phrases(self, thing: URIRef) -> frozenset[str]:
        """Return the names of *thing* as phrases of folded words, a space at each end."""
        if thing not in self.kept_phrases:
            names = {*self.labels[thing].values(), *self.others[thing], *self.notations[thing]}
            self.kept_phrases[thing] = frozenset(f" {' '.join(words(name))} " for name in names)
        return self.kept_phrases[thing]

    def speaks_of(self, fact: Fact, thing: URIRef) -> bool:
        """Say whether *fact* names *thing* in its words; "multiprofessional health centre" names no health centre."""
        for phrase in self.phrases(thing):
            if phrase in fact.spoken:
                bare = fact.spoken
                for longer in self._longer(thing, phrase):
                    bare = bare.replace(longer, " • ")
                if phrase in bare:
                    return True
        return False

    def _longer(self, thing: URIRef, phrase: str) -> tuple[str, ...]:
        """Return the names of which *phrase* is a part, of things that are no kind of *thing*, the longest first."""
        if (thing, phrase) not in self.kept_longer:
            found = [
                f" {name} "
                for name, things in self.spelled().items()
                if phrase in f" {name} "
                and f" {name} " != phrase
                and not any(
                    t in self.texts or thing in self.ancestors(self.aliases.get(t, t))
                    for t in things
                )
            ]
            self.kept_longer[thing, phrase] = tuple(sorted(found, key=len, reverse=True))
        return self.kept_longer[thing, phrase]

    def ancestors(self, thing: URIRef) -> frozenset[URIRef]:
        """Return *thing* and every more general concept."""
        if thing not in self.kept_ancestors:
            seen, queue = {thing}, [thing]
            while queue:
                for parent in self.parents.get(queue.pop(), ()):
                    if parent not in seen:
                        seen.add(parent)
                        queue.append(parent)
            self.kept_ancestors[thing] = frozenset(seen)
        return self.kept_ancestors[thing]

    def spelled(self) -> dict[str, dict[URIRef, int]]:
        """Return the names as written, in order, with what bears them."""
        if not self.kept_spelled:
            self.kept_spelled = {
                " ".join(key): things for key, things in sorted(self.names.items())
            }
        return self.kept_spelled

    def about(self, things: Iterable[URIRef]) -> list[Fact]:
        """Return the statements linked to one of *things*, that concern it or that it makes, in the order of the graph."""
        if not self.kept_about:
            for spot, fact in enumerate(self.facts):
                for thing in {fact.subject, fact.object, fact.voice, *fact.concerns} - {None}:
                    assert thing is not None
                    self.kept_about.setdefault(thing, []).append(spot)
        return [
            self.facts[i] for i in sorted({i for t in things for i in self.kept_about.get(t, ())})
        ]

    def beside(self, fact: Fact) -> list[Fact]:
        """Return the statements of the article that *fact* comes from, in the same days."""
        if not self.kept_voices:
            for other in self.facts:
                self.kept_voices.setdefault(other.voice, []).append(other)
        if SOINS.Article not in self.texts.get(fact.voice, ()):
            return []
        return [
            f
            for f in self.kept_voices[fact.voice]
            if f.period.start == fact.period.start
            or (fact.period.start is not None and fact.period.start in f.period)
        ]

    def title_words(self, text: URIRef) -> frozenset[str]:
        """Return the stems of the titles of *text*."""
        if text not in self.kept_titles:
            self.kept_titles[text] = frozenset().union(
                *(stems(t) for t in self.titles[text].values())
            )
        return self.kept_titles[text]

    def creators(self) -> frozenset[URIRef]:
        """Return the texts from which something comes; an article stands for its act too."""
        if not self.kept_creators:
            made = {f.object for f in self.facts if f.relation == SOINS.estIssuDe and f.object}
            self.kept_creators = frozenset(
                made | {self.part_of[t] for t in made & set(self.part_of)}
            )
        return self.kept_creators

    def linked_to(self, things: Iterable[URIRef]) -> list[Fact]:
        """Return the statements with one of *things* as subject or object, in the order of the graph."""
        spots = sorted({spot for thing in things for spot in self.linked.get(thing, ())})
        return [self.facts[spot] for spot in spots]

    def version_on(self, text: URIRef, day: date) -> tuple[URIRef, Period] | None:
        """Return the version of *text* in force on *day*, with its period."""
        return next(((v, p) for v, p in self.versions[text].items() if day in p), None)
