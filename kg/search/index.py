"""The tables that make a search quick: words, beginnings of words, numbers, what rests on what."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from kg.citations import find_citations, readings
from kg.namespaces import texte
from kg.search.entries import NUMBER, OTHER, Entry, Name, entries
from kg.store import Store, once
from kg.words import Token

LONG = 4
"""Letters from which a misspelt word is mended; acronyms are one letter apart and are never."""
CUTOFF = 80
"""RapidFuzz ratio from which a word is taken for a known one: one letter of five, two of ten."""
NAME = 12
"""Words of a name that are looked for among others."""
_BARE = re.compile(
    r"(?<![\w-])(?:(?P<part>[lrda])\*?\s?\.?\s?)?(?P<number>\d{2,4}(?:\s?-\s?\d{1,4}){1,4})(?![\w-])",
    re.IGNORECASE,
)
_INNER = re.compile(r"\bart(?:icle)?s?\.?\s*(?P<number>\d{1,3})(?![\d-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cited:
    """A number in a sentence: as written, where, and the texts that bear it (none: not in the corpus)."""

    written: str
    start: int
    end: int
    texts: tuple[Entry, ...]


class Index:
    """The entries of one dataset, by what they may be searched by."""

    def __init__(self, found: list[Entry]) -> None:
        """Read the words of *found*."""
        self.entries = found
        self.by_iri = {entry.iri: entry for entry in found}
        self.by_name: dict[tuple[str, ...], list[tuple[Entry, Name]]] = defaultdict(list)
        self.by_stem: dict[str, set[Entry]] = defaultdict(set)
        self.by_name_stem: dict[str, set[Entry]] = defaultdict(set)
        self.by_word: dict[str, set[Entry]] = defaultdict(set)
        self.by_number: dict[str, list[Entry]] = defaultdict(list)
        self.citing: dict[str, list[Entry]] = defaultdict(list)
        self.dated = [entry for entry in found if entry.kind in ("text", "rule") and entry.periods]
        for entry in found:
            for name in entry.names:
                self.by_name[name.words].append((entry, name))
                for word, root in zip(name.words, name.stems, strict=True):
                    self.by_word[word].add(entry)
                    self.by_name_stem[root].add(entry)
                if entry.kind == "text" and name.role == NUMBER:
                    self._add_number(name.text.lower(), entry)
            for root in entry.stems:
                self.by_stem[root].add(entry)
        self.vocabulary = sorted(self.by_word)
        self.long_words = [w for w in self.vocabulary if len(w) >= LONG and w.isalpha()]
        self.numbers = sorted(self.by_number)
        for entry in found:
            for name in entry.names:
                for number in self.cited(name.text):
                    entry.cites |= {text.iri for text in number.texts if text is not entry}
            for text in entry.cites:
                self.citing[text].append(entry)

    def _add_number(self, number: str, entry: Entry) -> None:
        self.by_number[number].append(entry)
        if re.match(r"[lrda]\d", number):  # the letter of an article may be left out
            self.by_number[number[1:]].append(entry)

    def beginning(self, start: str) -> list[str]:
        """Return the known words that begin with *start*."""
        low = bisect_left(self.vocabulary, start)
        return self.vocabulary[low : bisect_left(self.vocabulary, start + "\U0010ffff", low)]

    def mend(self, token: Token) -> str | None:
        """Return the known word that the unknown *token* must stand for, if there is one."""
        if len(token.word) < LONG or not token.word.isalpha():
            return None
        if token.stem in self.by_stem or self.beginning(token.word):
            return None
        best = process.extractOne(
            token.word, self.long_words, scorer=fuzz.ratio, score_cutoff=CUTOFF
        )
        return best[0] if best else None

    def matching(self, token: Token, *, last: bool, everywhere: bool) -> set[Entry]:
        """Return the entries with *token* in their names, or *everywhere*; the *last* may be a beginning."""
        found = set((self.by_stem if everywhere else self.by_name_stem).get(token.stem, ()))
        if last:
            for word in self.beginning(token.word):
                found |= self.by_word[word]
        return found

    def named(self, said: tuple[Token, ...]) -> dict[Entry, int]:
        """Return the concepts and texts that some of the words *said* name, each with the words of its name.

        The longest name wins: in ``maison de santé universitaire``, what a ``maison`` may be is not meant.
        """
        found: dict[Entry, int] = {}
        taken = 0
        for start in range(len(said)):
            for end in range(min(len(said), start + NAME), max(start, taken), -1):
                bearers = self.by_name.get(tuple(token.word for token in said[start:end]), ())
                meant = [
                    entry
                    for entry, name in bearers
                    if entry.kind in ("concept", "text") and name.role <= OTHER
                ]
                if meant:
                    found |= {entry: max(end - start, found.get(entry, 0)) for entry in meant}
                    taken = end
                    break
        return found

    def cited(self, sentence: str) -> list[Cited]:
        """Return what the tidy *sentence* names by number: ``L. 6323-3``, ``l6323-3 csp``, ``loi 2019-774``."""
        found: list[Cited] = []
        for citation in find_citations(sentence):
            number = citation.path.split("/")[1]
            texts = [self.by_iri.get(str(texte(path))) for path in readings(citation.path)]
            known = [t for t in texts if t] or self.by_number.get(number, [])
            if known or not self._begins(number):
                start, end = citation.start, citation.end
                found.append(Cited(sentence[start:end], start, end, tuple(known)))
        for match in _BARE.finditer(sentence):
            if any(c.start < match.end() and match.start() < c.end for c in found):
                continue
            number = (match["part"] or "").lower() + re.sub(r"\s", "", match["number"])
            known = self.by_number.get(number, [])
            if known or not self._begins(number):
                found.append(Cited(match[0], *match.span(), tuple(known)))
        return self._with_inner(found, sentence)

    def _begins(self, number: str) -> bool:
        """Say whether *number* is the beginning of a known one: somebody is still writing it."""
        at = bisect_left(self.numbers, number)
        return at < len(self.numbers) and self.numbers[at].startswith(number)

    def _with_inner(self, found: list[Cited], sentence: str) -> list[Cited]:
        """Return *found*, before it the article of one of its texts that is asked for ("article 23")."""
        for match in _INNER.finditer(sentence):
            if any(c.start < match.end() and match.start() < c.end for c in found):
                continue
            paths = [f"{text.iri}/art-{match['number']}" for c in found for text in c.texts]
            known = tuple(self.by_iri[path] for path in paths if path in self.by_iri)
            if known:
                return [Cited(match[0], *match.span(), known), *found]
        return found

    def near_number(self, written: str, count: int) -> list[Entry]:
        """Return the *count* texts whose number looks most like the one *written*."""
        number = re.sub(r"[^\w-]", "", written.lower())
        close = process.extract(number, self.numbers, scorer=fuzz.ratio, limit=count * 2)
        return list(dict.fromkeys(entry for key, *_ in close for entry in self.by_number[key]))[
            :count
        ]


@once
def index(store: Store) -> Index:
    """Return the index of the dataset that *store* holds."""
    return Index(entries(store))
