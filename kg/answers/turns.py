"""Turns of phrase: other ways to ask what a plain question asks, read from the graph (``ontology/cadres``).

"Whose idea was the ESP CLAP?" is answered as "Who may create ESP CLAP?": the plain question finds the evidence, under
all its rules; a turn of phrase only leads to it. Each word of the question must be one that somebody uses to ask
exactly that: so what is asked is never more than what is answered.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from math import log

from rdflib import URIRef

from kg.answers.clauses import closed
from kg.answers.entities import Mention
from kg.answers.frames import Turn
from kg.answers.knowledge import Knowledge
from kg.answers.reading import (
    COORDINATED,
    DUTY,
    FORBIDS,
    MAY,
    NOT,
    NUMBERS,
    ONLY,
    Question,
    numbers_in,
)
from kg.messages import Lang
from kg.namespaces import SOINS
from kg.words import SMALL, Token, fold, tidy, tokens

ALIKE = 0.65
"""Likeness from which a question is taken for a turn of phrase: 1 for the same words, 0 for none in common."""
COVERED = 0.6
"""Part of the words of the question, and of those of the turn of phrase, that they have in common at least."""
TIE = 0.04
"""Likeness by which two turns of phrase do not differ."""
LINKS = {
    word: kind
    for kind, words in {
        "by": "par by", "of": "de du des d of", "into": "dans au aux en a into in to", "with": "avec with", "than": "que than",
    }.items()
    for word in words.split()
}  # fmt: skip
"""Small words that say what the second thing is to the first: "absorbe X" is not "absorbé par X"."""
DETERMINERS: dict[Lang, frozenset[str]] = {
    "fr": frozenset("le la les l un une ce cet cette son sa notre nos votre".split()),
    "en": frozenset("the a an this that its our your".split()),
}
LESS = 0.3
"""Weight of a word that adds no condition, beside one that does."""
MOST = 6
"""Things named among which the slots are filled: a question names few."""
ASKS = {
    "qui": "who", "quoi": "what", "quel": "what", "quelle": "what", "combien": "count", "quand": "when", "où": "where",
    "comment": "how", "lequel": "what", "laquelle": "what", "which": "what", "what": "what", "who": "who", "whom": "who",
    "whose": "who", "where": "where", "when": "when", "how": "how", "many": "count", "much": "count",
}  # fmt: skip
"""Small words that tell what is asked, and what they ask for."""
ASKING = {fold(word): asked for word, asked in ASKS.items()}
PLAINLY = frozenset({"who", "count", "when", "where"})
"""What a turn of phrase asks for as the question does: "what" and "how" may be put in many ways."""
MARK = "slotmark"
"""A word that stands for a slot; no question has it."""
SLOT = re.compile(r"\{(\w)\}")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to ask: its words, its slots in the order in which they stand, what it asks for, its conditions.

    *named*: where each slot and each word stands, and what the small words before make it to what stands before.
    """

    turn: Turn
    slots: tuple[str, ...]
    words: frozenset[str]
    asks: frozenset[str]
    named: dict[str, tuple[int, str]]
    conditions: tuple[object, ...]
    closed: bool
    duty: bool
    may: bool

    def joins(self, named: Sequence[tuple[str, str]]) -> bool:
        """Say whether things *named* stand in it in the same order, joined by the same small words."""
        places = [self.named.get(name) for name, _ in named]
        if None in places:
            return False
        at = [place[0] for place in places if place is not None]
        links = [place[1] for place in places if place is not None]
        return at == sorted(at) and links[1:] == [link for _, link in named[1:]]

    def asks_as(self, question: Question, asks: frozenset[str]) -> bool:
        """Say whether it asks for what *question* does, with its negation, its limits and its numbers, no more strongly."""
        limits = (question.denies, question.forbids, question.only, question.numbers)
        if self.conditions != limits or self.asks & PLAINLY != asks & PLAINLY:
            return False
        if not question.is_closed:
            return not (self.closed and asks)
        may = MAY.search(question.text) is not None
        same = (self.duty or not question.duty) and (self.may or not may or question.duty)
        return self.closed and same


@dataclass(slots=True)
class Bank:
    """The ways to ask in one language. *lexicon*: the words of each turn of phrase, in any language."""

    ways: list[Way] = field(default_factory=list)
    of_word: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    weights: dict[str, float] = field(default_factory=dict)
    rarest: float = 0
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
    found: dict[str, tuple[float, URIRef, tuple[str, ...]]] = {}
    best = 0.0
    for filling in _fillings(question, known):
        for way, likeness, same in _alike(question, filling, bank, known):
            best = max(best, likeness)
            text = way.turn.plain[question.lang]
            for slot, mention in zip(way.slots, filling, strict=True):
                text = text.replace(f"{{{slot}}}", _said(mention, question))
            if same and likeness > found.get(text, (0.0,))[0]:
                found[text] = likeness, way.turn.iri, way.slots
    kept = {t: f for t, f in found.items() if f[0] >= max(ALIKE, best - TIE)}
    for turn in {f[1] for f in kept.values()}:
        if len({f[2] for f in kept.values() if f[1] == turn}) > 1:
            return []  # the words do not tell which of the two things does it to the other
    return sorted((Plainer(t, f[0]) for t, f in kept.items()), key=lambda p: (-p.likeness, p.text))


def _fillings(question: Question, known: Knowledge) -> Iterator[tuple[Mention, ...]]:
    """Yield the things named that may fill the slots: none, one or two, in the order in which they stand."""
    named = [m for m in question.mentions if not _is_code(m, known)][:MOST]
    for count in range(3):
        yield from combinations(named, count)


def _is_code(mention: Mention, known: Knowledge) -> bool:
    """Say whether *mention* is a whole code: "du code de la santé publique" adds nothing to what is asked."""
    return SOINS.Code in known.texts.get(mention.thing, ())


def _said(mention: Mention, question: Question) -> str:
    first, last = question.tokens[mention.start], question.tokens[mention.end - 1]
    name = question.text[first.start : last.end]
    return name if "(" not in name else name.partition("(")[0].strip()  # "SISA (société…"


def _alike(
    question: Question, filling: tuple[Mention, ...], bank: Bank, known: Knowledge
) -> Iterator[tuple[Way, float, bool]]:
    """Yield the ways to ask that are like *question* outside *filling*, how like, and whether they ask the same.

    A word that names something, or that announces a relation, must be in the way itself; any other that adds to what is
    asked, in one of the same turn of phrase.
    """
    codes = [m for m in question.mentions if _is_code(m, known)]
    out = (question.aside - question.content) | {i for m in (*filling, *codes) for i in m.positions}
    strict = {i for m in question.mentions for i in m.positions}
    strict |= {i for f, cue, _ in question.frames if f.relations for i in cue} & question.content
    strict |= {i for i, t in enumerate(question.tokens) if len(t.word) > 3 and _tells(t.word)}
    strict |= {i for m in filling if (i := _qualifies(m, question, known)) is not None}
    said, needed, own = set[str](), set[str](), set[str]()
    asks = set[str]()
    for i, token in enumerate(question.tokens):
        if i in out or not _counts(token):
            continue
        word = _root(token, known)
        said.add(word)
        asks |= {ASKING[token.word]} if token.word in ASKING else set()
        if i in strict:
            own.add(word)
        elif i in question.content:
            needed.add(word)
    joined = [
        (_name(m, filling, question, known), _link(question.tokens[: m.start], question.lang))
        for m in question.mentions
        if m in filling or not m.positions <= out
    ]
    shared: dict[int, float] = defaultdict(float)
    for word in said:
        for at in bank.of_word.get(word, ()):
            shared[at] += bank.weights[word]
    size = sum(bank.weights.get(word, bank.rarest) for word in said)
    for at, weight in sorted(shared.items()):
        way = bank.ways[at]
        likeness = 2 * weight / (size + bank.sizes[at])
        if likeness < ALIKE or len(way.slots) != len(filling):
            continue
        yield (
            way,
            likeness,
            weight >= COVERED * max(size, bank.sizes[at])
            and own <= way.words
            and needed <= bank.lexicon[way.turn.iri]
            and way.joins(joined)
            and way.asks_as(question, frozenset(asks)),
        )


def _qualifies(mention: Mention, question: Question, known: Knowledge) -> int | None:
    """Return the place of the word that may narrow a person who is named: a "médecin du travail" is not any doctor."""
    above = known.ancestors(mention.thing)
    if SOINS.ActeurDuSystemeDeSante not in above or above & COORDINATED:
        return None
    at = mention.end
    while at < len(question.tokens) and question.tokens[at].word in SMALL:
        at += 1
    return at if at < len(question.tokens) else None


def _name(
    mention: Mention, filling: tuple[Mention, ...], question: Question, known: Knowledge
) -> str:
    """Return the slot that *mention* fills, or its first word that counts."""
    if mention in filling:
        return str(filling.index(mention))
    words = [t for t in question.tokens[mention.start : mention.end] if _counts(t)]
    return _root(words[0], known) if words else ""


def _link(before: Sequence[Token], lang: Lang) -> str:
    """Return what the small words that end *before* make the thing after them to the one it follows."""
    for token in reversed(before):
        if token.word not in DETERMINERS[lang]:
            return LINKS.get(token.word, "")
    return ""


def _tells(word: str) -> bool:
    """Say whether *word* narrows what is asked, whatever stands around it: a year, or that persons are asked for."""
    return word.isdigit() or word.startswith("profession")


def _counts(token: Token) -> bool:
    """Say whether *token* tells something of what is asked; numbers are compared apart."""
    if token.word in NUMBERS or (token.word.isdigit() and len(token.word) < 4):
        return False
    return token.word in ASKING or (token.word not in SMALL and len(token.word) > 1)


def _root(token: Token, known: Knowledge) -> str:
    """Return one word for all that mean the same."""
    return min(known.grammar.synonyms.get(token.stem, {token.stem}))


def _way(turn: Turn, text: str, lang: Lang, known: Knowledge) -> Way:
    """Return the way to ask that is written *text*, in the language *lang* of a plain question."""
    sentence, bare = _sentence(text)
    slots = tuple(SLOT.findall(text))
    marked = tokens(tidy(SLOT.sub(f" {MARK} ", text)))
    found = iter(range(len(slots)))
    named: dict[str, tuple[int, str]] = {}
    for at, token in enumerate(marked):
        name = str(next(found)) if token.word == MARK else _root(token, known)
        named.setdefault(name, (at, _link(marked[:at], lang)))
    said = [p.search(bare) is not None for p in (NOT, FORBIDS, ONLY)]
    plain = turn.plain[lang]
    return Way(
        turn,
        slots,
        frozenset(_root(t, known) for t in sentence if _counts(t)),
        frozenset(ASKING[t.word] for t in sentence if t.word in ASKING),
        named,
        (*said, tuple(numbers_in(sentence))),
        closed(SLOT.sub("•", plain), announced=False, either=False),
        any(DUTY.search(t) for t in (bare, plain)),
        any(MAY.search(t) for t in (bare, plain)),
    )


def _sentence(text: str) -> tuple[tuple[Token, ...], str]:
    bare = tidy(SLOT.sub(" ", text))
    return tokens(bare), bare


@lru_cache(maxsize=4)
def _bank(known: Knowledge, lang: Lang) -> Bank:
    bank = Bank()
    neutral: set[str] = set()
    for turn in known.grammar.turns:
        sentences = [_sentence(text)[0] for ways in turn.ways.values() for text in ways]
        told = [t for sentence in sentences for t in sentence if _counts(t)]
        bank.lexicon[turn.iri] = frozenset(_root(t, known) for t in told)
        neutral |= {_root(t, known) for t in told if t.word in known.grammar.neutral}
        if lang in turn.plain:
            bank.ways += [_way(turn, text, lang, known) for text in turn.ways.get(lang, ())]
    for at, way in enumerate(bank.ways):
        for word in way.words:
            bank.of_word[word].append(at)
    for word, places in bank.of_word.items():
        rare = log(1 + len(bank.ways) / len(places))
        bank.weights[word] = rare * (LESS if word in neutral else 1)
    bank.rarest = max(bank.weights.values(), default=0)
    bank.sizes = [sum(bank.weights[w] for w in way.words) for way in bank.ways]
    return bank
