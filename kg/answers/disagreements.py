"""Where sources contradict one another: an answer of its own, and a warning on other answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from rdflib import Literal, URIRef
from rdflib.term import Node

from kg.answers.evidence import citations
from kg.answers.knowledge import Fact, Knowledge
from kg.answers.loading import knowledge
from kg.answers.model import Answer, Entity
from kg.answers.reading import Question, read
from kg.messages import Lang, say
from kg.resources import query
from kg.store import Store, bind
from kg.words import tidy


@dataclass(slots=True)
class Point:
    """One point of disagreement, in one language."""

    iri: URIRef
    label: str
    why: str
    concepts: set[Node] = field(default_factory=set)
    sides: dict[int, tuple[str, bool]] = field(default_factory=dict)
    held_by: dict[Node, int] = field(default_factory=dict)


@lru_cache(maxsize=16)
def points(store: Store, lang: Lang) -> tuple[Point, ...]:
    """Return every point of disagreement, in *lang*."""
    found: dict[Node, Point] = {}
    for row in store.select(query("answer-disagreements"), lang=Literal(lang)):
        node = row["desaccord"]
        assert isinstance(node, URIRef)
        point = found.setdefault(node, Point(node, str(row["point"]), str(row.get("motif", ""))))
        if "concept" in row:
            point.concepts.add(row["concept"])
        side = int(str(row["ordre"]))
        point.sides[side] = (str(row["position"]), str(row["prevaut"]) == "true")
        point.held_by[row["affirmation"]] = side
    return tuple(found.values())


def disagreements(store: Store, asked: Question, known: Knowledge) -> Answer | None:
    """Return where the sources differ, on the concepts that *asked* names or on all; None if nowhere."""
    wanted = {m.thing for m in asked.concepts()}
    kept = [p for p in points(store, asked.lang) if not wanted or wanted & p.concepts]
    return _sides(kept, asked, known)


def of_title(store: Store, asked: Question, known: Knowledge) -> Answer | None:
    """Return the point of disagreement whose title asks the same as *asked*; None where there is none."""
    text, gist = tidy(asked.text).casefold(), _gist(asked) if asked.mentions else None
    kept = [
        point
        for point, title in _titles(store, asked.lang, asked.day)
        if gist == title or tidy(point.label).casefold() == text
    ]
    return _sides(kept, asked, known)


@lru_cache(maxsize=32)
def _titles(store: Store, lang: Lang, day: date) -> tuple[tuple[Point, tuple[object, ...]], ...]:
    """Return each point with what its title asks: read once, not for each question that is refused."""
    known = knowledge(store)
    return tuple((p, _gist(read(p.label, lang, day, known))) for p in points(store, lang))


def _gist(question: Question) -> tuple[object, ...]:
    """Return what *question* asks, whatever the order of its words: the same things, the same words."""
    things = frozenset(m.thing for m in question.mentions)
    said = frozenset(t.stem for t in question.unplaced())
    return things, said, question.numbers, question.is_closed, question.duty, question.only


def _sides(kept: list[Point], asked: Question, known: Knowledge) -> Answer | None:
    """Return the sides of each point *kept*, with their evidence."""
    facts = [f for p in kept for f in known.facts if f.iri in p.held_by]
    quotes = citations(facts, known, asked.lang, asked.day)
    if not kept or not quotes:
        return None
    return Answer(
        question=asked.text,
        lang=asked.lang,
        day=asked.day,
        kind="text",
        text="\n".join(_told(point) for point in kept),
        abstained=False,
        entities=tuple(Entity(str(p.iri), p.label) for p in kept),
        citations=quotes,
        sparql=bind(query("answer-disagreements"), {"lang": Literal(asked.lang)}),
        frame="ecarts",
    )


def _told(point: Point) -> str:
    sides = sorted(point.sides.items(), key=lambda s: (not s[1][1], s[0]))
    return f"{point.label} — {' / '.join(text for _, (text, _) in sides)} {point.why}".strip()


def points_about(store: Store, facts: set[Fact], about: set[URIRef], lang: Lang) -> tuple[str, ...]:
    """Return a warning for each disagreement in which one of *facts* takes a side."""
    named = {fact.iri for fact in facts}
    return tuple(
        say("answers.disagreement", lang, point=point.label, why=point.why)
        for point in points(store, lang)
        if named & set(point.held_by) and (not about or about & point.concepts)
    )
