"""Turns of phrase: other ways to ask what a plain question asks, read from the graph (``ontology/cadres``).

"Whose idea was the ESP CLAP?" is answered as "Who may create ESP CLAP?": the plain question finds the evidence, under
all its rules; a turn of phrase only leads to it. Each word of the question must be one that somebody uses to ask
exactly that: so what is asked is never more than what is answered.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from math import log

from kg.answers.entities import Mention
from kg.answers.frames import Turn
from kg.answers.knowledge import Knowledge
from kg.answers.reading import DUTY, FORBIDS, MAY, NOT, NUMBERS, ONLY, Question, numbers_in
from kg.messages import Lang
from kg.words import SMALL, Token, fold, tidy, tokens

ALIKE = 0.5
"""Likeness from which a question is taken for a turn of phrase: 1 for the same words, 0 for none in common."""
EXACT = 0.97
"""Likeness from which the turn of phrase goes before any other reading."""
TIE = 0.04
"""Likeness by which two turns of phrase do not differ."""
LESS = 0.3
"""Weight of a word that adds no condition, beside one that does."""
MOST = 6
"""Things named among which the slots are filled: a question names few."""
ASKS = frozenset(
    fold(word)
    for word in (
        "qui quoi quel quelle quels quelles combien quand où comment lequel laquelle which what who whom whose where"
        " when how many much"
    ).split()
)
"""Small words that tell what is asked."""
SLOT = re.compile(r"\{(\w)\}")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to ask: its words, and its slots in the order in which they stand."""

    turn: Turn
    slots: tuple[str, ...]
    words: frozenset[str]
    conditions: tuple[object, ...]
    duty: bool
    may: bool

    def asks_as(self, question: Question) -> bool:
        """Say whether it has the negation, the limits and the numbers of *question*, and is no weaker nor stronger."""
        limits = (question.denies, question.forbids, question.only, question.numbers)
        if self.conditions != limits:
            return False
        if not question.is_closed:
            return True
        may = MAY.search(question.text) is not None
        return (self.duty or not question.duty) and (self.may or not may or question.duty)


@dataclass(slots=True)
class Bank:
    """The ways to ask in one language. *lexicon*: the words of each turn of phrase, in any language."""

    ways: list[Way] = field(default_factory=list)
    of_word: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    weights: dict[str, float] = field(default_factory=dict)
    sizes: list[float] = field(default_factory=list)
    lexicon: dict[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plainer:
    """A plainer question for the one asked, and how like it the nearest way to ask that is."""

    text: str
    likeness: float


def plainer(question: Question, known: Knowledge) -> list[Plainer]:
    """Return the plainer questions that *question* is another way to ask: the likest, and those that tie with it."""
    bank = _bank(known, question.lang)
    found: dict[str, float] = {}
    for filling in _fillings(question):
        for way, likeness in _alike(question, filling, bank, known):
            text = way.turn.plain[question.lang]
            for slot, mention in zip(way.slots, filling, strict=True):
                text = text.replace(f"{{{slot}}}", _said(mention, question))
            found[text] = max(likeness, found.get(text, 0))
    best = max(found.values(), default=0)
    kept = [Plainer(t, n) for t, n in found.items() if n >= max(ALIKE, best - TIE)]
    return sorted(kept, key=lambda p: (-p.likeness, p.text))


def _fillings(question: Question) -> Iterator[tuple[Mention, ...]]:
    """Yield the things named that may fill the slots: none, one or two, in the order in which they stand."""
    named = question.mentions[:MOST]
    for count in range(3):
        yield from combinations(named, count)


def _said(mention: Mention, question: Question) -> str:
    first, last = question.tokens[mention.start], question.tokens[mention.end - 1]
    return question.text[first.start : last.end]


def _alike(
    question: Question, filling: tuple[Mention, ...], bank: Bank, known: Knowledge
) -> Iterator[tuple[Way, float]]:
    """Yield the ways to ask that have the words of *question* outside *filling*, with their likeness."""
    neutral = known.grammar.neutral
    out = question.aside | {i for m in filling for i in m.positions}
    named = {i for m in question.mentions for i in m.positions} - out
    said: set[str] = set()
    needed: set[str] = set()
    for i, token in enumerate(question.tokens):
        if i in out or not _counts(token):
            continue
        word = _root(token, known)
        said.add(word)
        if i in named or i in question.content or token.word not in neutral | ASKS:
            needed.add(word)
    shared: dict[int, float] = defaultdict(float)
    for word in said:
        for at in bank.of_word.get(word, ()):
            shared[at] += bank.weights[word]
    size = sum(bank.weights.get(word, 0) for word in said)
    for at, weight in sorted(shared.items()):
        way = bank.ways[at]
        likeness = 2 * weight / (size + bank.sizes[at])
        if (
            likeness >= ALIKE
            and len(way.slots) == len(filling)
            and way.asks_as(question)
            and needed <= bank.lexicon[way.turn.iri]
        ):
            yield way, likeness


def _counts(token: Token) -> bool:
    """Say whether *token* tells something of what is asked; numbers are compared apart."""
    if token.word.isdigit() or token.word in NUMBERS:
        return False
    return token.word in ASKS or (token.word not in SMALL and len(token.word) > 1)


def _root(token: Token, known: Knowledge) -> str:
    """Return one word for all that mean the same."""
    return min(known.grammar.synonyms.get(token.stem, {token.stem}))


def _way(turn: Turn, slots: tuple[str, ...], roots: frozenset[str], text: str, plain: str) -> Way:
    sentence = tokens(text)
    said = [p.search(text) is not None for p in (NOT, FORBIDS, ONLY)]
    duty, may = (any(p.search(t) for t in (text, plain)) for p in (DUTY, MAY))
    return Way(turn, slots, roots, (*said, tuple(numbers_in(sentence))), duty, may)


@lru_cache(maxsize=4)
def _bank(known: Knowledge, lang: Lang) -> Bank:
    bank = Bank()
    lexicon: dict[str, set[str]] = defaultdict(set)
    neutral: set[str] = set()
    for turn in known.grammar.turns:
        for spoken, ways in turn.ways.items():
            for text in ways:
                bare = tidy(SLOT.sub(" ", text))
                sentence = tokens(bare)
                roots = frozenset(_root(t, known) for t in sentence if _counts(t))
                lexicon[turn.iri] |= roots
                neutral |= {_root(t, known) for t in sentence if t.word in known.grammar.neutral}
                if spoken == lang and lang in turn.plain and roots:
                    slots = tuple(SLOT.findall(text))
                    bank.ways.append(_way(turn, slots, roots, bare, turn.plain[lang]))
    for at, way in enumerate(bank.ways):
        for word in way.words:
            bank.of_word[word].append(at)
    for word, places in bank.of_word.items():
        rare = log(1 + len(bank.ways) / len(places))
        bank.weights[word] = rare * (LESS if word in neutral else 1)
    bank.sizes = [sum(bank.weights[w] for w in way.words) for way in bank.ways]
    bank.lexicon = {iri: frozenset(words) for iri, words in lexicon.items()}
    return bank
