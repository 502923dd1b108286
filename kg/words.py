"""Fold a sentence into comparable words: case, accents, elisions, dots of acronyms, plurals."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from kg.messages import Lang

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+")
_DASHES = re.compile("[‐-―−]")
_APOSTROPHES = re.compile("[’‘ʼ`´]")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_UNSEEN = frozenset({"Cf", "Cs"})
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae"})

# Longest first; a stem keeps four letters at least.
_ENDINGS = tuple(
    sorted(
        (
            "issements issement ements ement ations ation itions ition iques ique atrices atrice ateurs "
            "ateur euses euse eurs eur ants ante antes ant ents ent ives ive ifs if ales ale aux als al "
            "elles elle els el ees ee es er ers ez e es s x ed ing ions ion ir it is ite ites"
        ).split(),
        key=len,
        reverse=True,
    )
)

_FRENCH = frozenset(
    "le la les l un une des du de d et est sont qui que quoi quel quelle quels quelles qu ce c au aux en "
    "dans par pour sur ou où se sa son ses il elle ils elles ne pas peut doit faut il y a t comment "
    "combien quand depuis selon avec entre plus leur".split()
)
_ENGLISH = frozenset(
    "the a an of is are was were what which who whom whose how many much does do did can may must should "
    "in on by for to from and or with be been has have it its they their that this under when where at "
    "into there".split()
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a sentence: as folded, its stem, and the characters it covers."""

    word: str
    stem: str
    start: int
    end: int
    raw: str


def tidy(text: str) -> str:
    """Return *text* with one kind of apostrophe, of dash and of space (same meaning, same case).

    What is not seen splits no word: a soft hyphen, a zero-width space or half a character goes, a control is a space.
    """
    text = _CONTROLS.sub(" ", unicodedata.normalize("NFKC", text))
    text = "".join(c for c in text if c.isascii() or unicodedata.category(c) not in _UNSEEN)
    return " ".join(_APOSTROPHES.sub("'", _DASHES.sub("-", text)).split())


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """Return *word* in lower case, without accents nor plural mark."""
    word = unicodedata.normalize("NFD", word.translate(_LIGATURES).lower().replace(".", ""))
    word = "".join(c for c in word if not unicodedata.combining(c))
    if len(word) > 3 and ((word[-1] == "s" and word[-2] != "s") or word.endswith("ux")):
        word = word[:-1]
    return word[:-2] + "y" if len(word) > 4 and word.endswith("ie") else word


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return the root of a folded *word*: ``remplacee`` and ``remplacer`` give ``remplac``."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return _soft(word[: -len(ending)])
    return _soft(word)


def _soft(root: str) -> str:
    """Return *root* without a last doubled consonant or ``i`` (``personnell``, ``medicosoci``)."""
    if len(root) > 5 and root[-1] == root[-2]:
        root = root[:-1]
    return root[:-1] if len(root) > 5 and root[-1] in "iy" else root


def tokens(text: str) -> tuple[Token, ...]:
    """Return the words of a tidy *text*, in order."""
    found = []
    for match in _WORD.finditer(text):
        word = fold(match[0])
        found.append(Token(word, stem(word), match.start(), match.end(), match[0]))
    return tuple(found)


def words(text: str) -> tuple[str, ...]:
    """Return the folded words of *text*."""
    return tuple(token.word for token in tokens(tidy(text)))


def stems(text: str) -> frozenset[str]:
    """Return the stems of the words of *text*."""
    return frozenset(token.stem for token in tokens(tidy(text)))


SMALL = frozenset(fold(word) for word in _FRENCH | _ENGLISH)
"""Words, folded, that only join the others: articles, prepositions, forms of "to be"…"""


def language(text: str) -> Lang:
    """Return the language that the function words of *text* belong to: French unless English wins."""
    plain = unicodedata.normalize("NFD", tidy(text).lower())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    found = re.findall(r"[a-z]+", plain)
    english = sum(word in _ENGLISH for word in found)
    french = sum(word in _FRENCH for word in found)
    return "en" if english > french else "fr"
