"""What a question says beside the things that it is about, and what sets a known way to ask apart from it."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from rdflib import URIRef

from kg.answers.entities import Mention
from kg.answers.knowledge import Knowledge
from kg.answers.reading import COORDINATED, Question
from kg.answers.turns import (
    STRUCTURES,
    WHICH,
    Asked,
    Bank,
    Way,
    asked,
    asked_for,
    counts,
    link,
    root,
    sense,
)
from kg.messages import Lang
from kg.namespaces import SOINS, texte
from kg.words import SMALL

SAME = 0.9
"""Likeness from which a question says all that the turn of phrase does."""
STRAY = 0.06
"""Likeness that a word of the question takes away which nobody uses to ask that."""
UNSAID = 0.05
"""Likeness that a word takes away which announces a relation in the turn of phrase, and is not in the question."""
KINDS = STRUCTURES | {
    SOINS.Professionnel, SOINS.ActeurEtOrganisme, SOINS.InstanceDeConcertation,
}  # fmt: skip
"""Classes of things that no other stands for, and of which two stand in relations that can be turned round."""


@dataclass(frozen=True, slots=True)
class Rest:
    """A question without the things that fill the slots: its words, and what they tell.

    *exact*: words that a way to ask must have itself; *narrow*: those that narrow a person, as they follow it. *heads*:
    what is asked for ("quel ministre"). *asked*: the same, what stands beside a name, and that persons are meant: some
    way to ask the same must have them. *stray*: all that adds to what is asked. *names*: the things named beside the
    slots; *named*: all. *things*: those that might change places, slots by their rank, each with what joins it to what
    stands before.
    """

    words: frozenset[str]
    exact: frozenset[str]
    narrow: frozenset[str]
    heads: frozenset[str]
    asked: frozenset[str]
    stray: frozenset[str]
    names: frozenset[URIRef]
    named: frozenset[URIRef]
    asks: Asked
    things: tuple[tuple[str, str], ...]

    @property
    def is_bare(self) -> bool:
        """Whether it says nothing of a thing named, or names none."""
        return not (self.named and self.stray)

    def apart(
        self, way: Way, likeness: float, lang: Lang, ways: Bank, known: Knowledge
    ) -> float | None:
        """Return what takes *way* apart from the question, of their *likeness*; None where it asks something else."""
        lexicon = ways.lexicon[way.turn.iri]
        stray = self.stray - lexicon
        if (
            not (self.exact <= way.words and self.asked <= lexicon)
            or not self._is_headed_as(way)
            or not self.stray <= ways.vocabulary  # an unknown word is never passed over
            or 2 * len(stray) >= len(self.stray) > 0
            or (way.words & ways.kinds and not self.words & ways.kinds)
        ):
            return None
        meant = sense(way, lang, known)
        if (
            not all(narrow in meant.spelled for narrow in self.narrow)
            or not self.names <= meant.names
            or meant.names_more(self.named, known, plainly=likeness < SAME)
            or not meant.joins(self.things)
            or not meant.asks_as(self.asks)
        ):
            return None
        return STRAY * len(stray) + UNSAID * len(meant.announces - self.words)

    def _is_headed_as(self, way: Way) -> bool:
        """Say whether *way* may ask for the same: "quel ministre" is no "quel document" of a minister."""
        if not way.head or way.head in self.heads:
            return True
        return not self.heads & way.words if self.heads else way.head in self.words


def rest(question: Question, filling: tuple[Mention, ...], ways: Bank, known: Knowledge) -> Rest:
    """Return what *question* says beside the things that fill the slots of *ways*."""
    words, lang = question.tokens, question.lang
    codes = [m for m in question.mentions if is_code(m, known)]
    out = (question.aside - question.content) | {i for m in (*filling, *codes) for i in m.positions}
    here = [m for m in question.mentions if m in filling or not m.positions <= out]
    own = [m for m in here if m.is_text or known.ancestors(m.thing) & KINDS]
    loose = {i for m in here if m not in own for i in m.positions}
    which = {i + 1 for i, t in enumerate(words) if t.word in WHICH}
    beside = {m.end if lang == "fr" else m.start - 1 for m in own}
    people = {i for i, t in enumerate(words) if t.word.startswith("profession")}
    exact = {i for i, t in enumerate(words) if len(t.word) > 3 and t.word.isdigit()}
    exact |= people & which
    narrow = {m: i for m in here if (i := _qualifier(m, question, known)) is not None}
    idle = known.grammar.idle
    told = {
        i: word
        for i, t in enumerate(words)
        if i not in out and counts(t)
        # A word that adds nothing, and that no wording has, tells nothing.
        if (word := root(t, known)) in ways.weights
        or t.word not in idle
        or i in exact | set(narrow.values())
    }
    adds = {i for i in told if i in question.content | loose and words[i].word not in idle}

    def roots(spots: Set[int]) -> frozenset[str]:
        return frozenset(told[i] for i in spots & told.keys())

    return Rest(
        words=frozenset(told.values()),
        exact=roots(exact),
        narrow=frozenset(
            f" {' '.join(t.word for t in words[m.end : i + 1])} "
            for m, i in narrow.items()
            if i in told
        ),
        heads=roots(which),
        asked=roots(((which | beside) & adds) | people),
        stray=roots(adds),
        names=frozenset(m.thing for m in own if m not in filling),
        named=frozenset(m.thing for m in question.mentions),
        asks=asked(
            question,
            asked_for([t for i, t in enumerate(words) if i not in out], question.text),
        ),
        things=tuple(
            (str(filling.index(m)) if m in filling else m.thing, link(words[: m.start], lang))
            for m in _turnable(own if question.is_closed else here, question, known)
        ),
    )


def _turnable(found: list[Mention], question: Question, known: Knowledge) -> list[Mention]:
    """Return those of *found* that might change places: any where yes or no is asked, else those of a kind."""
    kept = [
        m
        for m in found
        if question.is_closed
        or any(alike_in_kind(m, other, known) for other in found if other.thing != m.thing)
    ]
    return kept if len(kept) > 1 else []


def alike_in_kind(one: Mention, other: Mention, known: Knowledge) -> bool:
    """Say whether two things are both teams, legal forms, persons, bodies or texts."""
    kinds = [known.ancestors(m.thing) & KINDS for m in (one, other)]
    return bool(kinds[0] & kinds[1]) or (one.is_text and other.is_text)


def is_code(mention: Mention, known: Knowledge) -> bool:
    """Say whether *mention* is the code of this law: "du code de la santé publique" adds nothing to what is asked."""
    return mention.thing == texte("csp") and mention.thing in known.texts


def _qualifier(mention: Mention, question: Question, known: Knowledge) -> int | None:
    """Return the place of the word that may narrow a person who is named: a "médecin du travail" is not any doctor."""
    above = known.ancestors(mention.thing)
    if SOINS.ActeurDuSystemeDeSante not in above or above & COORDINATED:
        return None
    at = mention.end
    while at < len(question.tokens) and question.tokens[at].word in SMALL:
        at += 1
    return at if at < len(question.tokens) else None
