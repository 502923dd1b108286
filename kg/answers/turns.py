"""Turns of phrase: other ways to ask what a plain question asks, read from the graph (``ontology/cadres``)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from math import log

from rdflib import URIRef

from kg.answers.choose import MOST
from kg.answers.clauses import closed
from kg.answers.entities import mentions
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
    TEXT_KINDS,
    Question,
    numbers_in,
)
from kg.answers.texts import WRITTEN
from kg.messages import Lang
from kg.namespaces import SOINS
from kg.words import SMALL, Token, fold, tidy, tokens

ASKING = {
    fold(word): asked
    for asked, words in {
        "who": "qui who whom whose",
        "what": "quoi quel quelle lequel laquelle which what",
        "count": "combien nombre many much",
        "when": "quand when date jour day année year",
        "where": "où where",
        "how": "comment how",
        "why": "pourquoi why",
    }.items()
    for word in words.split()
}
"""Small words that tell what is asked, and what they ask for."""
NOW = re.compile(r"\b(?:à|a) ce jour\b|\bto date\b", re.IGNORECASE)
"""Words of today, which ask for no day."""
WITH = frozenset({"avec", "with"})
BEFORE_WHO = frozenset(fold(w) for w in "à de d par avec pour chez entre est c et".split())
"""Words after which "qui" asks who, where it does not begin the question."""
PLAINLY = frozenset({"who", "with", "count", "when", "where", "why"})
"""What a turn of phrase asks for as the question does: "what" and "how" may be put in many ways."""
ASIDE = re.compile(
    r"\b(?:en plus|en dehors|hors|sauf|autres? que|plus de|moins de|besides|except|other than|beyond|au[- ]del[àa]"
    r"|(?:more|less|fewer) than)\b",
    re.IGNORECASE,
)
"""Words that leave aside what is named, or go beyond it."""
SINCE = re.compile(r"\b(?:depuis|since)\b", re.IGNORECASE)
LIMIT = re.compile(
    r"\b(?:limite|deadline|au plus tard|latest|minim\w*|maxim\w*|at least|at most|au moins|au plus|plafond|ceiling|plancher)\b",
    re.IGNORECASE,
)
"""Words that ask for the least, the most, or the last day."""
LINKS = {
    fold(word): link
    for link, words in {
        "by": "par by",
        "of": "de du d of",
        "into": "dans au aux en a into in to",
        "with": "avec with",
        "than": "que than",
        "for": "pour for",
    }.items()
    for word in words.split()
}
"""Small words that say what a thing is to the one before: "absorbe X" is not "absorbé par X"."""
DETERMINERS: dict[Lang, frozenset[str]] = {
    "fr": frozenset("le la les l un une des ce cet cette son sa notre nos votre".split()),
    "en": frozenset("the a an this that its our your".split()),
}
TEXTS = frozenset({*TEXT_KINDS, "texte", "text", "disposition", "norme", "norm"})
"""Words for a text of law, of some kind or any."""
WHICH = frozenset("quel quelle which what whose".split())
"""Words, folded, before the name of what is asked for."""
STRUCTURES = COORDINATED | {SOINS.FormeJuridique}
"""Classes of things that a turn of phrase does not name unless the question does."""
LESS = 0.3
"""Weight of a word that adds no condition, beside one that does."""
SLOT = re.compile(r"\{(\w)\}")
MARK = "slotmark"
"""A word that stands for a slot; no question has it."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to ask, and its words: all that it takes to look it up.

    *slots*: in the order in which they stand. *head*: the word for what is asked for ("quel ministre"), or nothing.
    """

    turn: Turn
    text: str
    slots: tuple[str, ...]
    words: frozenset[str]
    head: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for, and under which conditions: negation, prohibition, "only", numbers, bounds."""

    asks: frozenset[str]
    conditions: tuple[object, ...]
    closed: bool
    texts: bool
    duty: bool
    may: bool
    limit: bool


@dataclass(frozen=True, slots=True)
class Sense:
    """What a way to ask asks for, and under which conditions.

    *announces*: its words that announce a relation. *spelled*: its words, folded, a space at each end. *places*: where
    each slot (by its rank) and each thing (by its IRI) stands, and what joins it to what stands before. *names*: the
    things that it or the plain question names. *closed*: whether yes or no is asked, *texts*: whether a text is, by the
    plain question.
    """

    asks: frozenset[str]
    announces: frozenset[str]
    spelled: str
    places: dict[str, tuple[int, str]]
    names: frozenset[URIRef]
    conditions: tuple[object, ...]
    closed: frozenset[bool]
    texts: bool
    duty: bool
    may: bool
    limit: bool

    def joins(self, things: Sequence[tuple[str, str]]) -> bool:
        """Say whether *things* (each with what joins it) stand in it in the same order, joined in the same way."""
        places = [self.places[name] for name, _ in things if name in self.places]
        if len(places) < len(things):
            return False
        at = [place for place, _ in places]
        return at == sorted(at) and [j for _, j in places[1:]] == [j for _, j in things[1:]]

    def names_more(self, named: frozenset[URIRef], known: Knowledge, *, plainly: bool) -> bool:
        """Say whether it names a structure or a legal form beside those *named*; *plainly*: or the plain question."""
        own = self.names if plainly else {thing for thing in self.names if thing in self.places}
        return any(known.ancestors(thing) & STRUCTURES for thing in own - named)

    def asks_as(self, asked: Asked) -> bool:
        """Say whether it asks for what the question does, with its conditions, no more strongly."""
        if (
            self.conditions != asked.conditions
            or self.asks & PLAINLY != asked.asks & PLAINLY
            or (asked.limit and not self.limit)
            or (asked.texts and not self.texts)
        ):
            return False
        if not asked.closed:
            return False in self.closed or not asked.asks
        same = (self.duty or not asked.duty) and (self.may or not asked.may or asked.duty)
        return True in self.closed and same


@dataclass(slots=True)
class Bank:
    """The ways to ask in one language; *of_word*: by number of slots and word, those that have it.

    *lexicon*: the words of each turn of phrase, in any language; *vocabulary*: all of them; *kinds*: the words for
    kinds of text.
    """

    ways: list[Way] = field(default_factory=list)
    of_word: dict[tuple[int, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    weights: dict[str, float] = field(default_factory=dict)
    rarest: float = 0
    sizes: list[float] = field(default_factory=list)
    lexicon: dict[URIRef, frozenset[str]] = field(default_factory=dict)
    vocabulary: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    def near(self, words: frozenset[str], slots: int, least: float) -> list[tuple[Way, float]]:
        """Return the ways with so many *slots* that share *least* of the weight of *words*, with their likeness.

        Common words alone bring no way near: those that are looked up are the heaviest, until what is left is too light.
        """
        weighed = sorted(((self.weights.get(w, self.rarest), w) for w in words), reverse=True)
        size = left = sum(weight for weight, _ in weighed)
        shared: dict[int, float] = {}
        for weight, word in weighed:
            opens = left >= least * size
            for at in self.of_word.get((slots, word), ()):
                if opens or at in shared:
                    shared[at] = shared.get(at, 0) + weight
            left -= weight
        return [
            (self.ways[at], 2 * weight / (size + self.sizes[at]))
            for at, weight in sorted(shared.items())
            if weight >= least * max(size, self.sizes[at])
        ]


def counts(token: Token) -> bool:
    """Say whether *token* tells something of what is asked; small numbers are compared apart."""
    if token.word in NUMBERS or (token.word.isdigit() and len(token.word) < 4):
        return False
    return token.word in ASKING or (token.word not in SMALL and len(token.word) > 1)


def _announcing(sentence: tuple[Token, ...], known: Knowledge) -> Iterator[str]:
    """Yield the words of *sentence* that announce a relation, whatever stands around them."""
    have = {w for t in sentence for w in (t.word, t.stem)}
    for frame, cues in known.grammar.could(have):
        for cue in cues if frame.relations else ():
            if (spot := cue.found(sentence)) is not None:
                told = (sentence[i] for i in spot)
                yield from (
                    root(t, known)
                    for t in told
                    if counts(t) and t.word not in ASKING and t.word not in known.grammar.neutral
                )


def _bounds(text: str) -> tuple[bool, ...]:
    """Say whether *text* sets an upper bound, leaves something aside, asks since when."""
    return tuple(bound.search(text) is not None for bound in (MOST, ASIDE, SINCE))


def asked_for(sentence: Sequence[Token], text: str) -> frozenset[str]:
    """Return what *sentence* of *text* asks for; "la loi qui a créé" does not ask who, "où est-ce écrit" not where."""
    found = set()
    for at, token in enumerate(sentence):
        relative = token.word == "qui" and at > 0 and sentence[at - 1].word not in BEFORE_WHO
        if token.word in ASKING and not relative:
            found.add(ASKING[token.word])
    if WRITTEN.search(text):
        found.discard("where")
    if NOW.search(text):
        found.discard("when")
    if "who" in found and WITH & {t.word for t in sentence}:
        found = found - {"who"} | {"with"}  # "qui y travaille" is not "avec qui il travaille"
    return frozenset(found)


def asked(question: Question, asks: frozenset[str]) -> Asked:
    """Return what *question*, which asks for *asks*, asks for and under which conditions."""
    limits = (question.denies, question.forbids, question.only, question.numbers)
    return Asked(
        asks=asks,
        conditions=(*limits, *_bounds(question.text)),
        closed=question.is_closed,
        texts=question.wants_texts,
        duty=question.duty,
        may=MAY.search(question.text) is not None,
        limit=LIMIT.search(question.text) is not None,
    )


def root(token: Token, known: Knowledge) -> str:
    """Return one word for all that mean the same."""
    return min(known.grammar.synonyms.get(token.stem, {token.stem}))


def link(before: Sequence[Token], lang: Lang) -> str:
    """Return what the small words that end *before* make the thing after them to the one it follows."""
    for token in reversed(before):
        if token.word not in DETERMINERS[lang]:
            return LINKS.get(token.word, "")
    return ""


@lru_cache(maxsize=4)
def bank(known: Knowledge, lang: Lang) -> Bank:
    """Return the ways to ask in *lang* that the graph carries."""
    made = Bank()
    neutral = set[str]()
    for turn in known.grammar.turns:
        lexicon = set[str]()
        for spoken, texts in turn.ways.items():
            for text in texts:
                sentence = tokens(_bare(text))
                told = [t for t in sentence if counts(t)]
                words = frozenset(root(t, known) for t in told)
                lexicon |= words
                neutral |= {root(t, known) for t in told if t.word in known.grammar.idle}
                if spoken == lang and lang in turn.plain:
                    made.ways.append(
                        Way(turn, text, tuple(SLOT.findall(text)), words, _head(sentence, known))
                    )
        made.lexicon[turn.iri] = frozenset(lexicon)
    places: dict[str, int] = defaultdict(int)
    for at, way in enumerate(made.ways):
        for word in way.words:
            made.of_word[len(way.slots), word].append(at)
            places[word] += 1
    for word, count in places.items():
        made.weights[word] = log(1 + len(made.ways) / count) * (LESS if word in neutral else 1)
    made.vocabulary = frozenset().union(*made.lexicon.values())
    made.kinds = frozenset(root(t, known) for word in TEXTS for t in tokens(word))
    made.rarest = max(made.weights.values(), default=0)
    made.sizes = [sum(made.weights[w] for w in way.words) for way in made.ways]
    return made


def _head(sentence: Sequence[Token], known: Knowledge) -> str:
    """Return the word for what *sentence* asks for, where it stands after "quel" or "which"."""
    after = (t for before, t in pairwise(sentence) if before.word in WHICH and counts(t))
    return next((root(t, known) for t in after), "")


def _bare(text: str) -> str:
    return tidy(SLOT.sub(" ", text))


@lru_cache(maxsize=4096)
def sense(way: Way, lang: Lang, known: Knowledge) -> Sense:
    """Return what *way* asks for: worked out for those that come near a question, and kept."""
    bare, plain = _bare(way.text), _bare(way.turn.plain[lang])
    sentence = tokens(bare)
    marked = tokens(tidy(SLOT.sub(f" {MARK} ", way.text)))
    slots = [at for at, token in enumerate(marked) if token.word == MARK]
    named = mentions(marked, frozenset(), known)
    starts = [
        *((str(rank), at) for rank, at in enumerate(slots)),
        *((m.thing, m.start) for m in named),
    ]
    said = [p.search(bare) is not None for p in (NOT, FORBIDS, ONLY)]
    told = tokens(plain)
    return Sense(
        asks=asked_for(sentence, bare),
        announces=frozenset(_announcing(sentence, known)),
        spelled=f" {' '.join(t.word for t in marked)} ",
        places={name: (at, link(marked[:at], lang)) for name, at in reversed(starts)},
        names=frozenset(m.thing for m in (*named, *mentions(told, frozenset(), known))),
        conditions=(*said, tuple(numbers_in(sentence)), *_bounds(bare)),
        closed=frozenset(closed(t, announced=False, either=False) for t in (bare, plain)),
        texts=any(t.word in TEXTS for t in told),
        duty=any(DUTY.search(t) for t in (bare, plain)),
        may=any(MAY.search(t) for t in (bare, plain)),
        limit=any(LIMIT.search(t) for t in (bare, plain)),
    )
