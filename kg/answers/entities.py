"""Find the concepts and the named texts of a question: the longest known name wins; mend long words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process
from rdflib import URIRef

from kg.answers.knowledge import Knowledge
from kg.words import Token, stem

CUTOFF = 88
"""RapidFuzz ratio from which a long word is taken for a known one (``anchors/qa-method.md``, step 3)."""
LONG = 6
"""Letters from which a word may be mended; acronyms are one letter apart and are never."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A thing that the question names, and the words that name it; *kind*: they name a kind of it only."""

    thing: URIRef
    start: int
    end: int
    is_text: bool
    kind: bool = False

    @property
    def positions(self) -> frozenset[int]:
        """The words it covers."""
        return frozenset(range(self.start, self.end))


def mend(sentence: Sequence[Token], known: Knowledge) -> tuple[Token, ...]:
    """Return *sentence* with its misspelt long words replaced by the known words they stand for."""
    return tuple(_mended(token, known) for token in sentence)


def _mended(token: Token, known: Knowledge) -> Token:
    if len(token.word) < LONG or token.word in known.vocabulary or not token.word.isalpha():
        return token
    if token.stem in known.stems or token.word in known.grammar.light:
        return token
    best = process.extractOne(
        token.word, known.sorted_vocabulary, scorer=fuzz.ratio, score_cutoff=CUTOFF
    )
    if best is None:
        return token
    return replace(token, word=best[0], stem=stem(best[0]))


def mentions(sentence: Sequence[Token], taken: frozenset[int], known: Knowledge) -> list[Mention]:
    """Return the things named in *sentence* outside the positions already *taken*."""
    found: list[Mention] = []
    at = 0
    while at < len(sentence):
        mention = _longest(sentence, at, taken, known)
        if mention is None:
            at += 1
        else:
            found.append(mention)
            at = mention.end
    return _same_thing_once(found)


def _longest(
    sentence: Sequence[Token], at: int, taken: frozenset[int], known: Knowledge
) -> Mention | None:
    for end in range(min(len(sentence), at + known.longest), at, -1):
        if taken & set(range(at, end)):
            continue
        key = tuple(token.word for token in sentence[at:end])
        things = known.names.get(key)
        # Two letters name a thing where they are capitals: "GP", "MG", not "mg".
        if things and (end - at > 1 or len(key[0]) > 2 or sentence[at].raw.isupper()):
            # One name for a text and for a concept: the text is the more precise.
            thing = min(things, key=lambda t: (-things[t], t not in known.texts, t))
            whole = known.aliases.get(thing, thing)
            return Mention(whole, at, end, whole in known.texts, thing in known.narrow)
    return None


def _same_thing_once(found: list[Mention]) -> list[Mention]:
    """Merge "équipe de soins primaires (ESP)": one thing said twice in a row is one mention."""
    merged: list[Mention] = []
    for mention in found:
        if merged and merged[-1].thing == mention.thing and mention.start - merged[-1].end <= 1:
            merged[-1] = replace(merged[-1], end=mention.end)
        else:
            merged.append(mention)
    return merged
