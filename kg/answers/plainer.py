"""Ask a question more plainly: "Whose idea was the ESP CLAP?" asks "Who may create ESP CLAP?".

The plain question finds the evidence, under all its rules; a turn of phrase only leads to it. Each word of the question
must be one that somebody uses to ask exactly that: so what is asked is never more than what is answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from rdflib import URIRef

from kg.answers.entities import Mention
from kg.answers.knowledge import Knowledge
from kg.answers.reading import COORDINATED, Question
from kg.answers.texts import WRITTEN
from kg.answers.turns import Bank, Way, asked_for, bank, counts, link, root, sense
from kg.messages import Lang
from kg.namespaces import SOINS, texte
from kg.words import SMALL

ALIKE = 0.65
"""Likeness from which a question is taken for a turn of phrase: 1 for the same words, 0 for none in common."""
COVERED = 0.6
"""Part of the words of the question, and of those of the turn of phrase, that they have in common at least."""
TIE = 0.04
"""Likeness by which two turns of phrase do not differ."""
MOST = 5
"""Things named among which the slots are filled: a question names few."""


KINDS = COORDINATED | {
    SOINS.FormeJuridique, SOINS.Professionnel, SOINS.ActeurEtOrganisme, SOINS.InstanceDeConcertation,
}  # fmt: skip
"""Classes of things of which two stand in relations that can be turned round."""


@dataclass(frozen=True, slots=True)
class Plainer:
    """A plainer question for the one asked, and how like it the nearest way to ask that is."""

    text: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Rest:
    """A question without the things that fill the slots: its words, and what they tell.

    *names*: the words of the other things named, as spelt ("commune" is not "commun"). *own*: words that name something
    or announce a relation, which a way to ask must have itself. *needed*: others that add to what is asked, which some
    way to ask the same must have. *by*: whether each slot is who does it to another ("financé par X"). *things*: those
    named that might change places, slots by their rank, each with what joins it to what stands before.
    """

    words: frozenset[str]
    own: frozenset[str]
    names: frozenset[str]
    needed: frozenset[str]
    asks: frozenset[str]
    by: tuple[bool, ...]
    things: tuple[tuple[str, str], ...]

    def is_asked_by(self, way: Way, question: Question, ways: Bank, known: Knowledge) -> bool:
        """Say whether *way* asks what *question* does."""
        if not (self.own <= way.words and self.needed <= ways.lexicon[way.turn.iri]):
            return False
        meant = sense(way, question.lang, known)
        if not (meant.announces <= self.words and self.names <= meant.spelled):
            return False
        by = tuple(meant.named[str(slot)][1] == "by" for slot in range(len(way.slots)))
        return by == self.by and meant.joins(self.things) and meant.asks_as(question, self.asks)


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
    named = [m for m in question.mentions if not _is_code(m, known)][:MOST]
    yield ()
    yield from ((m,) for m in named)
    for first, second in combinations(named, 2):
        yield first, second
        if not (question.is_closed or _alike_in_kind(first, second, known)):
            yield second, first


def _alike_in_kind(one: Mention, other: Mention, known: Knowledge) -> bool:
    """Say whether two things are both teams, legal forms, persons, bodies or texts."""
    kinds = [known.ancestors(m.thing) & KINDS for m in (one, other)]
    return bool(kinds[0] & kinds[1]) or (one.is_text and other.is_text)


def _alike(
    question: Question, filling: tuple[Mention, ...], ways: Bank, known: Knowledge
) -> Iterator[tuple[Way, float]]:
    """Yield the ways to ask what *question* does of *filling*, and how like it they are."""
    rest = _rest(question, filling, ways, known)
    for way, likeness in ways.near(rest.words, len(filling), COVERED):
        if likeness >= ALIKE and rest.is_asked_by(way, question, ways, known):
            yield way, likeness


def _filled(way: Way, filling: tuple[Mention, ...], question: Question) -> str:
    """Return the plain question of *way*, its slots filled with the asker's own words."""
    text: str = way.turn.plain[question.lang]
    for slot, mention in zip(way.slots, filling, strict=True):
        first, last = question.tokens[mention.start], question.tokens[mention.end - 1]
        name = question.text[first.start : last.end].partition("(")[0].strip()  # "SISA (société…"
        text = text.replace(f"{{{slot}}}", name)
    return text


def _rest(question: Question, filling: tuple[Mention, ...], ways: Bank, known: Knowledge) -> Rest:
    lang: Lang = question.lang
    codes = [m for m in question.mentions if _is_code(m, known)]
    out = (question.aside - question.content) | {i for m in (*filling, *codes) for i in m.positions}
    light = known.grammar.neutral | known.grammar.light
    named = {i for m in question.mentions for i in m.positions}
    strict = set(named)
    strict |= {i for f, cue, _ in question.frames if f.relations for i in cue} & question.content
    strict |= {i for i, t in enumerate(question.tokens) if len(t.word) > 3 and _tells(t.word)}
    strict |= {i for m in filling if (i := _qualifies(m, question, known)) is not None}
    told = {
        i: word
        for i, t in enumerate(question.tokens)
        if i not in out and counts(t)
        # A word that adds nothing, and that no wording has, tells nothing.
        if (word := root(t, known)) in ways.weights or t.word not in light or i in strict
    }
    here = [m for m in question.mentions if m in filling or not m.positions <= out]
    return Rest(
        words=frozenset(told.values()),
        own=frozenset(word for i, word in told.items() if i in strict),
        names=frozenset(question.tokens[i].word for i in told if i in named),
        needed=frozenset(
            word
            for i, word in told.items()
            if i in question.content and question.tokens[i].word not in light
        ),
        asks=_asks(question, out),
        by=tuple(link(question.tokens[: m.start], lang) == "by" for m in filling),
        things=tuple(
            (_name(m, filling, question, known), link(question.tokens[: m.start], lang))
            for m in here
            if any(
                question.is_closed or _alike_in_kind(m, other, known)
                for other in here
                if other.thing != m.thing
            )
        ),
    )


def _asks(question: Question, out: frozenset[int] | set[int]) -> frozenset[str]:
    """Return what *question* asks for outside *out*; "where" it is written is which text."""
    asks = asked_for([t for i, t in enumerate(question.tokens) if i not in out])
    return asks - {"where"} if WRITTEN.search(question.text) else asks


def _is_code(mention: Mention, known: Knowledge) -> bool:
    """Say whether *mention* is the code of this law: "du code de la santé publique" adds nothing to what is asked."""
    return mention.thing == texte("csp") and mention.thing in known.texts


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
    """Return the rank of the slot that *mention* fills, or its first word that counts."""
    if mention in filling:
        return str(filling.index(mention))
    words = [t for t in question.tokens[mention.start : mention.end] if counts(t)]
    return root(words[0], known) if words else ""


def _tells(word: str) -> bool:
    """Say whether *word* narrows what is asked, whatever stands around it: a year, or that persons are asked for."""
    return word.isdigit() or word.startswith("profession")
