"""Read a question: what it names, how it asks, which words are left to explain."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from rdflib import URIRef

from kg.answers.entities import Mention, mend, mentions
from kg.answers.frames import Cue, Form, Frame
from kg.answers.knowledge import Fact, Knowledge
from kg.answers.normalise import Token, language, tidy, tokens
from kg.answers.references import Claim, Named, references
from kg.messages import Lang
from kg.namespaces import SOINS

TEXT_KINDS = {
    "loi": "Loi", "act": "Loi", "law": "Loi", "statute": "Loi", "ordonnance": "Ordonnance", "ordinance": "Ordonnance",
    "decret": "Decret", "decree": "Decret", "arrete": "Arrete", "order": "Arrete",
    "circulaire": "Circulaire", "circular": "Circulaire", "instruction": "Instruction",
    "accord": "Accord", "agreement": "Accord", "article": "Article", "provision": "Article",
}  # fmt: skip
NUMBERS = {
    "un": 1, "une": 1, "one": 1, "deu": 2, "two": 2, "troi": 3, "three": 3, "quatre": 4, "four": 4,
    "cinq": 5, "five": 5, "six": 6, "sept": 7, "seven": 7, "huit": 8, "eight": 8, "neuf": 9,
    "nine": 9, "dix": 10, "ten": 10,
}  # fmt: skip
_WH_FR = re.compile(
    r"\b(?:quels?|quelles?|lequel|laquelle|lesquels|lesquelles|quoi|où|ou est|ou sont|quand|combien|comment"
    r"|pourquoi|qu'est|que\b.{0,8}\b(?:dit|dis|pr[ée]voit|d[ée]finit|devien|vise|doit|peut|change))\b"
    r"|^\W*(?:qui|que|qu)\b|\b(?:à|a|de|avec|par|pour|chez)\s+qui\b|\bqui\b(?=[^,]{0,30}\?$)|,\s*qui\b",
    re.IGNORECASE,
)
_WH_EN = re.compile(r"\b(?:what|which|who|whom|whose|where|when|how|why)\b", re.IGNORECASE)
_INVERTED = re.compile(
    r"\b(?:est|sont|était|étaient|peut|peuvent|pouvait|doit|doivent|a|ont|faut|va|vont|fait|\w+e|\w+ent|\w+it)"
    r"(?:-t)?[- ](?:il|elle|ils|elles|on|ce)\b|\best-ce qu",
    re.IGNORECASE,
)
_BOOL_FR = re.compile(r"\b(?:est|sont|peut|peuvent|doit|doivent|faut)\b", re.IGNORECASE)
_BOOL_EN = re.compile(
    r"(?:^|,\s*|:\s*)(?:can|may|must|do|does|did|is|are|was|were|has|have|should|could|shall|will)\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\bn(?:e\b|')[^,;?]{1,30}\b(?:pas|jamais|plus)\b|\b(?:not|never|cannot|n't)\b|\bsans\b|\bwithout\b",
    re.I,
)
_DUTY = re.compile(
    r"\b(?:doit|doivent|faut|obligatoire\w*|oblig[ée]\w*|impose\w*|must|have to|has to|need|needs|required|mandatory|compulsory)\b",
    re.I,
)
_ONLY = re.compile(
    r"\b(?:r[ée]serv[ée]e?s?|seulement|uniquement|exclusivement|only|solely|exclusively|restricted)\b",
    re.I,
)

_FORBIDS = re.compile(
    r"\b(?:interdi\w*|prohib\w*|forbid\w*|forbad\w*|ban(?:s|ned)?|barred|outlaw\w*|ill[ée]ga\w*|unlawful\w*"
    r"|d[ée]fendue?s?|proscri\w*|exclu\w*)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as read."""

    text: str
    lang: Lang
    tokens: tuple[Token, ...]
    mentions: tuple[Mention, ...]
    named: tuple[Named, ...]
    day: date
    dated: bool
    forms: tuple[tuple[Form, frozenset[int]], ...]
    frames: tuple[tuple[Frame, frozenset[int], bool], ...]
    kinds: frozenset[URIRef]
    kind_spots: frozenset[int]
    content: frozenset[int]
    numbers: tuple[int, ...]
    is_closed: bool
    denies: bool
    duty: bool
    only: bool
    forbids: bool
    claims: tuple[Claim, ...]

    def concepts(self, spots: frozenset[int] = frozenset()) -> tuple[Mention, ...]:
        """Return the mentions of things that are not texts, but those that the cue at *spots* takes."""
        return tuple(m for m in self.mentions if not m.is_text and not m.positions <= spots)

    def texts(self) -> tuple[Mention, ...]:
        """Return the mentions of texts."""
        return tuple(m for m in self.mentions if m.is_text)

    def unplaced(self, explained: frozenset[int] = frozenset()) -> list[Token]:
        """Return the content words that nothing has explained yet."""
        return [self.tokens[i] for i in sorted(self.content - explained)]


def read(text: str, lang: Lang | None, today: date, known: Knowledge) -> Question:
    """Return *text* as read with what is *known*, on the day *today* unless it names another."""
    text = tidy(text)
    spoken = lang or language(text)
    sentence = mend(tokens(text), known)
    found = references(text, known, today)
    spots = {named: _covered(sentence, named.start, named.end) for named in found.texts}
    dated = frozenset(i for span in found.spans for i in _covered(sentence, *span))
    taken = frozenset(i for covered in spots.values() for i in covered) | dated
    things = [
        Mention(named.text, min(covered), max(covered) + 1, is_text=True)
        for named, covered in spots.items()
        if named.text is not None and covered
    ]
    things += mentions(sentence, taken, known)
    things = [m for m in things if m.is_text or not _vague(m, sentence, known)]
    things.sort(key=lambda m: m.start)
    named_spots = taken | frozenset(i for m in things for i in m.positions)
    free = tuple(t if i not in named_spots else _HIDDEN for i, t in enumerate(sentence))
    forms = tuple(
        (f, spot) for f in known.grammar.forms if (spot := _all(f.cues, free)) is not None
    )
    kinds = {i: TEXT_KINDS[t.word] for i, t in enumerate(free) if t.word in TEXT_KINDS}
    neutral = known.grammar.neutral
    return Question(
        text=text,
        lang=spoken,
        tokens=sentence,
        mentions=tuple(things),
        named=found.texts,
        day=found.day or today,
        dated=found.day is not None,
        forms=forms,
        frames=tuple(_frames(known, sentence, things)),
        kinds=frozenset(SOINS[name] for name in kinds.values()),
        kind_spots=frozenset(kinds),
        content=frozenset(
            i for i, t in enumerate(sentence) if i not in named_spots and t.word not in neutral
        ),
        numbers=tuple(_numbers(free)),
        is_closed=_closed(text, announced=any(f.answers == "textes" for f, _ in forms)),
        denies=bool(_NOT.search(text)),
        duty=bool(_DUTY.search(text)),
        only=bool(_ONLY.search(text)),
        forbids=bool(_FORBIDS.search(text)),
        claims=found.claims,
    )


def _vague(mention: Mention, sentence: tuple[Token, ...], known: Knowledge) -> bool:
    """Say whether *mention* is one word that adds no condition: "professionnels", "structures"."""
    word = sentence[mention.start]
    return (
        mention.end - mention.start == 1
        and word.word in known.grammar.neutral
        and not word.raw.isupper()
    )


_HIDDEN = Token("•", "•", 0, 0, "•")


def _covered(sentence: tuple[Token, ...], start: int, end: int) -> frozenset[int]:
    return frozenset(i for i, t in enumerate(sentence) if t.start < end and start < t.end)


def _words(sentence: tuple[Token, ...]) -> frozenset[str]:
    return frozenset(w for t in sentence for w in (t.word, t.stem))


def _all(cues: tuple[Cue, ...], sentence: tuple[Token, ...]) -> frozenset[int] | None:
    have = _words(sentence)
    spots = [spot for cue in cues if cue.could(have) and (spot := cue.found(sentence)) is not None]
    return frozenset().union(*spots) if spots else None


def _frames(
    known: Knowledge, sentence: tuple[Token, ...], things: list[Mention]
) -> list[tuple[Frame, frozenset[int], bool]]:
    """Return each frame announced, the words that announce it, and whether by an inverse cue.

    A cue may take the whole of a name ("missions"), never a part of one ("appui" in a DAC's).
    """
    found = []
    have = _words(sentence)
    for frame in known.grammar.frames:
        spots: dict[frozenset[int], set[bool]] = {}
        for cue in frame.cues:  # longest first
            spot = cue.found(sentence) if cue.could(have) else None
            if spot is not None and all(_apart(m, spot, cue, sentence) for m in things):
                spots.setdefault(spot, set()).add(cue.inverse)
        if spots:
            main = next(iter(spots))  # other words of the same frame explain themselves too
            ways = spots[main]
            turned = passive(sentence, main) if len(ways) > 1 else True in ways
            found.append((frame, frozenset().union(*spots), turned))
    return found


def _apart(mention: Mention, spot: frozenset[int], cue: Cue, sentence: tuple[Token, ...]) -> bool:
    """Say whether *cue* leaves the name alone, or takes all of it word for word."""
    if not mention.positions & spot:
        return True
    return mention.positions <= spot and all(
        sentence[i].word in cue.words for i in mention.positions
    )


_BE = frozenset("est sont ete etre is are were was been be being seront sera etait etaient".split())
_AGENT = frozenset("par by dan into aux au".split())


def passive(sentence: tuple[Token, ...], spot: frozenset[int]) -> bool:
    """Say whether the verb at *spot* is passive: "sont intégrées", "absorbés par"."""
    first, last = min(spot), max(spot)
    before = {t.word for t in sentence[max(0, first - 4) : first]}
    after = {t.word for t in sentence[last + 1 : last + 2]}
    return bool(before & _BE or after & _AGENT)


def _numbers(sentence: tuple[Token, ...]) -> list[int]:
    found = []
    for token in sentence:
        if token.word.isdigit() and len(token.word) < 4:
            found.append(int(token.word))
        elif token.word in NUMBERS and token.word not in ("un", "une", "one"):
            found.append(NUMBERS[token.word])
    return found


def _closed(text: str, *, announced: bool) -> bool:
    """Say whether *text* asks for yes or no; *announced*: it also names a kind of text."""
    if _WH_EN.search(text):
        return False
    if _BOOL_EN.search(text):
        return True
    if _WH_FR.search(text):
        return False
    return bool(_INVERTED.search(text)) or (not announced and bool(_BOOL_FR.search(text)))


def explains(fact: Fact, words: list[Token], known: Knowledge) -> bool:
    """Say whether *fact* speaks of each of *words*, or of a synonym."""
    synonyms = known.grammar.synonyms
    return all(
        (
            fact.value is not None
            and not isinstance(fact.value, bool)
            and NUMBERS.get(w.word, w.word if not w.word.isdigit() else int(w.word)) == fact.value
        )
        or any(s in fact.words for s in synonyms.get(w.stem, {w.stem}))
        for w in words
    )
