"""Ask a question more plainly: "Whose idea was the ESP CLAP?" asks "Who may create ESP CLAP?".

The plain question finds the evidence, under all its rules; a turn of phrase only leads to it. It need not have every word
of the question, but what the question asks for, names, bounds or denies: so what is asked is never more than what is
answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from rdflib import URIRef

from kg.answers.entities import Mention
from kg.answers.knowledge import Knowledge
from kg.answers.reading import Question
from kg.answers.rest import alike_in_kind, is_code, rest
from kg.answers.turns import Bank, Way, bank

ALIKE = 0.5
"""Likeness from which a question is taken for a turn of phrase: 1 for the same words, 0 for none in common."""
BARE = 0.65
"""The same where nothing is said of the things named, or where yes or no would be the whole answer."""
COVERED = 0.42
"""Part of the words of the question, and of those of the turn of phrase, that they have in common at least."""
TIE = 0.04
"""Likeness by which two turns of phrase do not differ."""
MOST = 5
"""Things named among which the slots are filled: a question names few."""


@dataclass(frozen=True, slots=True)
class Plainer:
    """A plainer question for the one asked, and how like it the nearest way to ask that is."""

    text: str
    likeness: float


def plainer(question: Question, known: Knowledge) -> list[Plainer]:
    """Return the plainer questions that *question* is another way to ask: the likest, and those that tie with it."""
    ways = bank(known, question.lang)
    found: dict[str, float] = {}
    turned: dict[str, tuple[URIRef, tuple[str, ...]]] = {}
    for filling in _fillings(question, known):
        for way, likeness in _alike(question, filling, ways, known):
            text = _filled(way, filling, question)
            found[text] = max(likeness, found.get(text, 0.0))
            turned[text] = way.turn.iri, way.slots
    least = max(found.values(), default=0) - TIE
    told = [Plainer(text, likeness) for text, likeness in found.items() if likeness >= least]
    asked = {turned[p.text] for p in told}
    if question.is_closed and len(asked) > len({turn for turn, _ in asked}):
        return []  # the words do not tell which of the two does it to the other
    return sorted(told, key=lambda p: (-p.likeness, p.text))


def _fillings(question: Question, known: Knowledge) -> Iterator[tuple[Mention, ...]]:
    """Yield the things named that may fill the slots: none, one or two.

    Two of a kind in the order in which they stand: either might do to the other what is asked; so in a yes/no question,
    where the evidence may say no of them turned round. Else (a profession and a team, an article and what it speaks of)
    the evidence tells which is which.
    """
    named = [m for m in question.mentions if not is_code(m, known)][:MOST]
    yield ()
    yield from ((m,) for m in named)
    for first, second in combinations(named, 2):
        yield first, second
        if not (question.is_closed or alike_in_kind(first, second, known)):
            yield second, first


def _alike(
    question: Question, filling: tuple[Mention, ...], ways: Bank, known: Knowledge
) -> Iterator[tuple[Way, float]]:
    """Yield the ways to ask what *question* does of *filling*, and how like it they are."""
    left = rest(question, filling, ways, known)
    least = BARE if left.is_bare or question.is_closed else ALIKE
    for way, likeness in ways.near(left.words, len(filling), COVERED):
        apart = left.apart(way, likeness, question.lang, ways, known) if likeness >= least else None
        if apart is not None and likeness - apart >= least:
            yield way, likeness - apart


def _filled(way: Way, filling: tuple[Mention, ...], question: Question) -> str:
    """Return the plain question of *way*, its slots filled with the asker's own words."""
    text: str = way.turn.plain[question.lang]
    for slot, mention in zip(way.slots, filling, strict=True):
        first, last = question.tokens[mention.start], question.tokens[mention.end - 1]
        name = question.text[first.start : last.end].partition("(")[0].strip()  # "SISA (société…"
        text = text.replace(f"{{{slot}}}", name)
    return text
