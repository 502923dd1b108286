"""The query of an answer, as it runs: what the question names is bound, what it asks for is a variable."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, fields

from rdflib import Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Node

from kg.answers.choose import Reading
from kg.answers.knowledge import Fact, Knowledge
from kg.answers.reading import Question
from kg.resources import query
from kg.store import PARAMETER, bind

Given = frozenset[URIRef] | None
"""The terms that a variable may take; None: any."""
Terms = Node | tuple[Node, ...]


def bound(reading: Reading, asked: Question, known: Knowledge) -> str:
    """Return the query of *reading* with its terms bound: whole, as it runs."""
    day = Literal((reading.as_of or asked.day).isoformat(), datatype=XSD.date)
    terms: dict[str, Terms] = {"day": day, "lang": Literal(asked.lang)}
    if reading.frame is not None:
        terms["frame"] = reading.frame.iri
    if reading.subject is not None:
        terms["text"] = reading.subject
    if reading.object is not None:
        terms["concept"] = reading.object
    if reading.query == "answer-statements":
        return _of_statements(reading, asked, known, terms)
    return bind(query(reading.query), terms)


@dataclass(frozen=True, slots=True)
class Pattern:
    """What the statements of an answer have in common with what the question names."""

    subjects: Given
    relations: frozenset[URIRef]
    objects: Given
    voices: Given
    about: Given

    def fits(self, fact: Fact) -> bool:
        """Say whether *fact* has the pattern."""
        return (
            fact.relation in self.relations
            and (self.subjects is None or fact.subject in self.subjects)
            and (self.objects is None or fact.object in self.objects)
            and (self.voices is None or fact.voice in self.voices)
            and (self.about is None or _touches(fact, self.about))
        )


def _touches(fact: Fact, things: Set[URIRef]) -> bool:
    """Say whether *fact* names one of *things*, or comes from it."""
    return not things.isdisjoint({fact.subject, fact.object, fact.voice, *fact.concerns} - {None})


def _pattern(facts: tuple[Fact, ...], asked: Question, known: Knowledge) -> Pattern:
    """Return the tightest pattern of *facts* whose terms are things named, or the classes above them."""
    named = {m.thing for m in asked.mentions}
    above = frozenset().union(*(known.ancestors(thing) for thing in named))
    texts = {m.thing for m in asked.texts()}

    def given(ends: set[URIRef | None], among: frozenset[URIRef]) -> Given:
        kept = frozenset(end for end in ends if end in among)
        return kept if len(kept) == len(ends) else None

    subjects = given({f.subject for f in facts}, above)
    objects = given({f.object for f in facts}, above)
    spoken = {f.voice for f in facts}
    of_texts = frozenset(v for v in spoken if v in texts or known.part_of.get(v) in texts)
    alone = subjects is None and objects is None
    return Pattern(
        subjects,
        frozenset(f.relation for f in facts),
        objects,
        given(set(spoken), of_texts) if texts and alone else None,
        frozenset(named) if alone and all(_touches(f, named) for f in facts) else None,
    )


def _of_statements(
    reading: Reading, asked: Question, known: Knowledge, terms: dict[str, Terms]
) -> str:
    """Return the query of the pattern that the statements of *reading* have, narrowed to them where it finds others."""
    pattern = _pattern(reading.facts, asked, known)
    day = reading.as_of or asked.day
    ends = pattern.subjects or pattern.objects or pattern.voices or pattern.about
    found = {
        f
        for f in (known.about(ends) if ends else known.facts)
        if pattern.fits(f)
        and (f.period.start is None or f.period.start <= day)
        and (reading.past or f.period.end is None or day < f.period.end)
    }
    lists = {field.name: getattr(pattern, field.name) for field in fields(pattern)}
    if found - set(reading.facts):  # what the words of the question narrow, no pattern says
        lists["narrowed"] = frozenset(f.iri for f in reading.facts)
    terms |= {name: tuple(sorted(kept)) for name, kept in lists.items() if kept is not None}
    if not reading.past:
        terms["until"] = terms["day"]
    lines = query(reading.query).splitlines(keepends=True)
    return bind("".join(li for li in lines if terms.keys() >= set(PARAMETER.findall(li))), terms)
