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
from kg.answers.reading import COORDINATED, Question
from kg.answers.turns import FORMS, WHICH, Bank, Way, asked_for, bank, counts, link, root, sense
from kg.messages import Lang
from kg.namespaces import SOINS, texte
from kg.words import SMALL

ALIKE = 0.5
"""Likeness from which a question is taken for a turn of phrase: 1 for the same words, 0 for none in common."""
COVERED = 0.42
"""Part of the words of the question, and of those of the turn of phrase, that they have in common at least."""
SAME = 0.9
"""Likeness from which a question says all that the turn of phrase does."""
STRAY = 0.06
"""Likeness that a word of the question takes away which nobody uses to ask that."""
UNSAID = 0.05
"""Likeness that a word takes away which announces a relation in the turn of phrase, and is not in the question."""
BARE = 0.65
"""The same where nothing else is said of the things named, or where yes or no would be the whole answer."""
TIE = 0.04
"""Likeness by which two turns of phrase do not differ."""
MOST = 5
"""Things named among which the slots are filled: a question names few."""
KINDS = FORMS | {
    SOINS.Professionnel, SOINS.ActeurEtOrganisme, SOINS.InstanceDeConcertation,
}  # fmt: skip
"""Classes of things that no other stands for, and of which two stand in relations that can be turned round."""


@dataclass(frozen=True, slots=True)
class Plainer:
    """A plainer question for the one asked, and how like it the nearest way to ask that is."""

    text: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Rest:
    """A question without the things that fill the slots: its words, and what they tell.

    *exact*: words that a way to ask must have itself; *narrow*: those that narrow a person, as they follow. *heads*: what is asked for
    ("quel ministre"); *asked*: the same and what stands beside a name, which some way to ask the same must have. *stray*: all that adds to what is asked. *names*: the other things named, *named*: all.
    *things*: those named that might change places, slots by their rank, each with what joins it to what stands before.
    """

    words: frozenset[str]
    exact: frozenset[str]
    narrow: frozenset[str]
    heads: frozenset[str]
    asked: frozenset[str]
    stray: frozenset[str]
    names: frozenset[URIRef]
    named: frozenset[URIRef]
    asks: frozenset[str]
    things: tuple[tuple[str, str], ...]

    def apart(
        self, way: Way, likeness: float, question: Question, ways: Bank, known: Knowledge
    ) -> float | None:
        """Return what takes *way* apart from *question*, of their *likeness*; None where it asks something else."""
        lexicon = ways.lexicon[way.turn.iri]
        stray = self.stray - lexicon
        if (
            not self.exact <= way.words
            or not self.asked <= lexicon
            or (way.head and way.head not in self.heads and self.heads & way.words)
            or (way.head and not self.heads and way.head not in self.words)
            or not self.stray <= ways.vocabulary
            or 2 * len(stray) >= len(self.stray) > 0
            or (way.words & ways.kinds and not self.words & ways.kinds)
        ):
            return None
        meant = sense(way, question.lang, known)
        if (
            not all(narrow in meant.spelled for narrow in self.narrow)
            or not self.names <= meant.names
            or meant.names_more(self.named, known, plainly=likeness < SAME)
            or not meant.joins(self.things)
            or not meant.asks_as(question, self.asks)
        ):
            return None
        return STRAY * len(stray) + UNSAID * len(meant.announces - self.words)


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
    told = rest.named and (rest.stray or rest.names) and not question.is_closed
    least = ALIKE if told else BARE
    for way, likeness in ways.near(rest.words, len(filling), COVERED):
        apart = rest.apart(way, likeness, question, ways, known) if likeness >= least else None
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


def _rest(question: Question, filling: tuple[Mention, ...], ways: Bank, known: Knowledge) -> Rest:
    lang: Lang = question.lang
    codes = [m for m in question.mentions if _is_code(m, known)]
    out = (question.aside - question.content) | {i for m in (*filling, *codes) for i in m.positions}
    light = known.grammar.neutral | known.grammar.light
    here = [m for m in question.mentions if m in filling or not m.positions <= out]
    own = [m for m in here if m.is_text or _is_own(m.thing, known)]
    other = {i for m in here if m not in own for i in m.positions}
    which = {i + 1 for i, t in enumerate(question.tokens) if t.word in WHICH}
    beside = {m.end if lang == "fr" else m.start - 1 for m in own}
    people = {i for i, t in enumerate(question.tokens) if t.word.startswith("profession")}
    exact = {i for i, t in enumerate(question.tokens) if len(t.word) > 3 and t.word.isdigit()}
    exact |= people & which
    narrow = {m: i for m in here if (i := _qualifies(m, question, known)) is not None}
    told = {
        i: word
        for i, t in enumerate(question.tokens)
        if i not in out and counts(t)
        # A word that adds nothing, and that no wording has, tells nothing.
        if (word := root(t, known)) in ways.weights
        or t.word not in light
        or i in exact | set(narrow.values())
    }
    adds = {
        i for i in told if i in question.content | other and question.tokens[i].word not in light
    }
    pairs = [
        m
        for m in (own if question.is_closed else here)
        if question.is_closed
        or any(_alike_in_kind(m, other, known) for other in here if other.thing != m.thing)
    ]
    return Rest(
        words=frozenset(told.values()),
        exact=frozenset(told[i] for i in exact & told.keys()),
        narrow=frozenset(
            f" {' '.join(t.word for t in question.tokens[m.end : i + 1])} "
            for m, i in narrow.items()
            if i in told
        ),
        heads=frozenset(told[i] for i in which & told.keys()),
        asked=frozenset(told[i] for i in ((which | beside) & adds) | (people & told.keys())),
        stray=frozenset(told[i] for i in adds),
        names=frozenset(m.thing for m in own if m not in filling),
        named=frozenset(m.thing for m in question.mentions),
        asks=asked_for([t for i, t in enumerate(question.tokens) if i not in out], question.text),
        things=tuple(
            (
                str(filling.index(m)) if m in filling else m.thing,
                link(question.tokens[: m.start], lang),
            )
            for m in pairs
            if len(pairs) > 1
        ),
    )


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


def _is_own(thing: URIRef, known: Knowledge) -> bool:
    """Say whether no other stands for *thing*: a structure, a person, a body; not "les patients"."""
    return bool(known.ancestors(thing) & KINDS)
