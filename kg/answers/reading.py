"""Read a question: what it names, how it asks, which words are left to explain."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from rdflib import URIRef

from kg.answers.clauses import clauses, closed
from kg.answers.entities import Mention, mend, mentions
from kg.answers.frames import Cue, Form, Frame
from kg.answers.knowledge import Fact, Knowledge
from kg.answers.references import KINDS, Claim, Named, references, unaccented, within
from kg.messages import Lang
from kg.namespaces import SOINS
from kg.words import SMALL, Token, language, tidy, tokens

TEXT_KINDS = {word: classes[0] for word, classes in KINDS.items()} | {
    "article": "Article", "provision": "Article",
}  # fmt: skip
"""Words for the kind of text that is asked for, and its class."""
LAW = frozenset({"loi", "law"})
NUMBERS = {
    "un": 1, "une": 1, "one": 1, "deu": 2, "two": 2, "troi": 3, "three": 3, "quatre": 4, "four": 4,
    "cinq": 5, "five": 5, "six": 6, "sept": 7, "seven": 7, "huit": 8, "eight": 8, "neuf": 9,
    "nine": 9, "dix": 10, "ten": 10,
}  # fmt: skip
NOT = re.compile(
    r"\bn(?:e\b|')[^,;?]{1,30}\b(?:pas|jamais|plus)\b|\b(?:not|never|cannot)\b|n't\b|\bsans\b|\bwithout\b",
    re.I,
)
DUTY = re.compile(
    r"\b(?:doit|doivent|faut|obligatoire\w*|oblig[ée]\w*|impose\w*|n[ée]cessairement|forc[ée]ment|necessarily|compulsorily|mandatorily|automatiquement|must|have to|has to|need|needs|required|mandatory|compulsory)\b",
    re.I,
)
ONLY = re.compile(
    r"\b(?:r[ée]serv[ée]e?s?|seulement|uniquement|exclusivement|only|solely|exclusively|restricted|reserved)\b"
    r"|\bseule?s?\s+(?:l[ea]s?\b|l['’]|des\b|une?\b)|\bles?\s+seule?s?\b|\bseule?s\s+(?:peuvent|doivent|sont)\b"
    r"|\bn(?:e\b|['’])(?![^,;?]{0,40}\b(?:pas|plus|jamais)\b)[^,;?]{1,40}?\bqu(?:e\s+|['’])(?:l[ea]s?\b|l['’]|des?\b|d['’]|une?\b|aux?\b|par\b|avec\b)",
    re.I,
)

FORBIDS = re.compile(
    r"\b(?:interdi\w*|prohib\w*|forbid\w*|forbad\w*|ban(?:s|ned)?|barred|outlaw\w*|ill[ée]ga\w*|unlawful\w*"
    r"|d[ée]fendue?s?|proscri\w*|exclu\w*)\b",
    re.IGNORECASE,
)


COORDINATED = frozenset({SOINS.ExerciceCoordonne, SOINS.DispositifDeCoordination})
PRONOUN = re.compile(
    r"\b(?:y|en|il|elle|ils|elles|notre|nos|leurs?|[cç]a|cela|it|its|our|they|their|them)\b",
    re.IGNORECASE,
)
"""Words by which a question speaks of what stands before it."""
MAY = re.compile(
    r"\b(?:peu(?:t|vent)|pou(?:vait|rrait)\w*|possib\w*|can|may|could|might)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as read; *negated*: the negation that was taken away ("still", or "truth" where it
    turns the answer); *broken*: a date of it is none; *aside*: the words that are no part of what is asked.
    """

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
    negated: str = ""
    broken: bool = False
    aside: frozenset[int] = frozenset()

    def concepts(self, spots: frozenset[int] = frozenset()) -> tuple[Mention, ...]:
        """Return the mentions of things that are not texts, but those that the cue at *spots* takes."""
        return tuple(m for m in self.mentions if not m.is_text and not m.positions <= spots)

    def texts(self) -> tuple[Mention, ...]:
        """Return the mentions of texts."""
        return tuple(m for m in self.mentions if m.is_text)

    @property
    def wants_texts(self) -> bool:
        """Whether its words ask for texts."""
        return any(form.answers == "textes" for form, _ in self.forms)

    def unplaced(self, explained: frozenset[int] = frozenset()) -> list[Token]:
        """Return the content words that nothing has explained yet."""
        return [self.tokens[i] for i in sorted(self.content - explained)]


def read(text: str, lang: Lang | None, today: date, known: Knowledge) -> Question:
    """Return *text* as read with what is *known*, on the day *today* unless it names another."""
    text = tidy(text)
    spoken = lang or language(text)
    sentence = mend(tokens(text), known)
    found = references(text, known, today)
    names = [m for m in mentions(sentence, frozenset(), known) if not m.is_text]
    kept = [  # "association under the 1901 Act" is a name, not an act
        named
        for named in found.texts
        if not any(_covered(sentence, named.start, named.end) < m.positions for m in names)
    ]
    found = replace(found, texts=tuple(kept))
    spots = {named: _covered(sentence, named.start, named.end) for named in found.texts}
    dated = frozenset(i for span in found.spans for i in _covered(sentence, *span))
    taken = frozenset(i for covered in spots.values() for i in covered) | dated
    things = [
        Mention(named.text, min(covered), max(covered) + 1, is_text=True)
        for named, covered in spots.items()
        if named.text is not None and covered
    ]
    usual = mentions(sentence, taken, known)
    inner = [_article_in(m, sentence, text, known) if m.is_text else None for m in usual]
    named = [*found.texts, *(n for n in inner if n is not None)]
    for mention, article in zip(usual, inner, strict=True):
        if article is None:
            things.append(mention)
        elif article.text is not None:
            place = _covered(sentence, article.start, article.end)
            things.append(Mention(article.text, min(place), max(place) + 1, is_text=True))
    things = [m for m in things if m.is_text or not _vague(m, sentence, known)]
    things = [m for m in things if not _of_text(m, sentence)]
    wholes = {known.part_of.get(m.thing) for m in things if m.is_text}
    code = {
        i for m in things if m.thing in wholes for i in m.positions
    }  # "L. 6327-4 du code de la santé publique"
    things = [m for m in things if m.thing not in wholes]
    things.sort(key=lambda m: m.start)
    titles = frozenset(
        m.start - 1 for m in things if m.is_text and _announces(sentence, m.start - 1)
    )
    named_spots = taken | code | titles | frozenset(i for m in things for i in m.positions)
    parts = clauses(text)
    scene = frozenset(i for span in parts.scene for i in _covered(sentence, *span))
    told = scene - {i for span in parts.askers for i in _covered(sentence, *span)}
    things = _asked_about(things, scene, told, parts.asking, known)
    second = _covered(sentence, *parts.either) if parts.either is not None else frozenset()
    based = {i for m in _BASED.finditer(text) for i in _covered(sentence, *m.span())}
    heard = tuple(t if i not in scene | second | based else _HIDDEN for i, t in enumerate(sentence))
    told_apart = named_spots | {i for i in range(len(sentence)) if _joins(sentence, i, things)}
    free = tuple(t if i not in told_apart else _HIDDEN for i, t in enumerate(heard))
    forms = tuple(
        (f, spot) for f in known.grammar.forms if (spot := _all(f.cues, free)) is not None
    )
    kinds = {
        i: TEXT_KINDS[t.word]
        for i, t in enumerate(free)
        if t.word in TEXT_KINDS and not (t.word in LAW and _anywhere(sentence, i))
    }
    if (
        kinds and "Article" not in kinds.values()
    ):  # an act that brought it "into the code" is not of the code
        things = [m for m in things if SOINS.Code not in known.texts.get(m.thing, ())]
    neutral = known.grammar.neutral
    asking = parts.asking
    return Question(
        text=text,
        lang=spoken,
        tokens=sentence,
        mentions=tuple(things),
        named=tuple(named),
        day=found.day or today,
        dated=found.day is not None,
        forms=forms,
        frames=tuple(_frames(known, heard, things)),
        kinds=frozenset(SOINS[name] for name in kinds.values()),
        kind_spots=frozenset(kinds),
        content=frozenset(
            i
            for i, t in enumerate(sentence)
            if i not in named_spots | second | (based if kinds else set())
            and (t.word not in neutral or _acronym(t, text))
            and (i not in scene or _proper(i, sentence))
        ),
        numbers=tuple(numbers_in(free)),
        is_closed=closed(
            asking,
            announced=any(f.answers == "textes" for f, _ in forms),
            either=parts.either is not None,
        ),
        denies=bool(NOT.search(asking)),
        duty=bool(DUTY.search(asking)),
        only=bool(ONLY.search(asking)),
        forbids=bool(FORBIDS.search(asking)),
        claims=found.claims,
        broken=found.broken,
        aside=scene | second | dated | code,
    )


def _asked_about(
    things: list[Mention],
    scene: frozenset[int],
    told: frozenset[int],
    asking: str,
    known: Knowledge,
) -> list[Mention]:
    """Return those of *things* that are asked about: not what only sets the scene, but what a pronoun stands for."""
    outside = [m for m in things if not m.positions & scene]
    teams = [m for m in things if m.positions & scene and known.ancestors(m.thing) & COORDINATED]
    if not outside:  # what is asked about is what the scene names: "combien de temps pour qu'il…"
        return teams or things
    meant = len({m.thing for m in teams}) == 1 and PRONOUN.search(asking) is not None
    if meant and not any(m.is_text or known.ancestors(m.thing) & COORDINATED for m in outside):
        return [m for m in things if m in teams or not m.positions & told]
    return [m for m in things if not m.positions & told]


def _acronym(token: Token, text: str) -> bool:
    """Say whether *token* is a small word all in capitals, which names something: "SES" is not "ses"."""
    return len(token.raw) > 2 and token.raw.isupper() and token.word in SMALL and not text.isupper()


def _proper(at: int, sentence: tuple[Token, ...]) -> bool:
    """Say whether the unknown word at *at* is a proper name: a country or a town narrows what is asked."""
    return at > 0 and sentence[at].raw[:1].isupper() and not sentence[at].raw.isupper()


def _anywhere(sentence: tuple[Token, ...], at: int) -> bool:
    """Say whether the law at *at* is the law at large: "c'est prévu où dans la loi" wants the article."""
    asked = {t.word for t in sentence} & {"ou", "where"}
    return bool(asked) and {t.word for t in sentence[max(0, at - 2) : at]} & {"dan", "in"} != set()


def _joins(sentence: tuple[Token, ...], at: int, things: list[Mention]) -> bool:
    """Say whether the word at *at* is "or" between two names: "PTA ou CPTS" asks for no place."""
    if sentence[at].word not in ("ou", "or") or not any(m.end == at for m in things):
        return False
    after = at + 1
    while after < len(sentence) and sentence[after].word in SMALL:
        after += 1
    return any(m.start == after for m in things)


def _announces(sentence: tuple[Token, ...], at: int) -> bool:
    """Say whether the word at *at* is "article", which is part of the reference that it stands before."""
    return at >= 0 and sentence[at].word in ("art", "article")


def _article_in(
    mention: Mention, sentence: tuple[Token, ...], text: str, known: Knowledge
) -> Named | None:
    """Return the numbered article of the text that *mention* names by its usual name: "article 40 de la loi HPST"."""
    start, end = sentence[mention.start].start, sentence[mention.end - 1].end
    found = within(unaccented(text), mention.thing, start, end, known)
    return found if found.text != mention.thing else None


def _of_text(mention: Mention, sentence: tuple[Token, ...]) -> bool:
    """Say whether *mention* is a kind of text: "a statute" is not the statutes of a company."""
    single = mention.end - mention.start == 1 and not mention.is_text
    return single and sentence[mention.start].raw.lower() in TEXT_KINDS


def _vague(mention: Mention, sentence: tuple[Token, ...], known: Knowledge) -> bool:
    """Say whether *mention* is one word that adds no condition: "professionnels", "structures"."""
    word = sentence[mention.start]
    return (
        mention.end - mention.start == 1
        and word.word in known.grammar.neutral
        and not word.raw.isupper()
    )


_BASED = re.compile(
    r"(?<=\b[sm]')appu\w+|(?<=\b(?:nous|vous) )appuy\w+|(?<=\bse )fond\w+", re.IGNORECASE
)
"""Verbs of what rests on a text, which is no support given: "sur quel article s'appuient les ESP"."""
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
    for frame, cues in known.grammar.could(_words(sentence)):
        spots: dict[frozenset[int], set[bool]] = {}
        for cue in cues:  # longest first
            spot = cue.found(sentence)
            if spot is not None and all(_apart(m, spot, cue, sentence) for m in things):
                spots.setdefault(spot, set()).add(cue.inverse)
        if spots:
            main = next(iter(spots))  # other words of the same frame explain themselves too
            ways = spots[main]
            both = len(ways) > 1 or (True not in ways and _turns(frame, main, sentence))
            turned = passive(sentence, main) if both else True in ways
            found.append((frame, frozenset().union(*spots), turned))
    return found


def _turns(frame: Frame, spot: frozenset[int], sentence: tuple[Token, ...]) -> bool:
    """Say whether the verb at *spot* has an inverse cue too: "ont remplacé", "ont été remplacés par"."""
    verbs = {sentence[i].stem for i in spot if len(sentence[i].word) > 3}
    return any(cue.inverse and verbs & set(cue.stems) for cue in frame.cues)


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


def numbers_in(sentence: tuple[Token, ...]) -> list[int]:
    """Return the numbers of *sentence*, in figures or in letters; "un" and "one" are articles."""
    found = []
    for token in sentence:
        if token.word.isdigit() and len(token.word) < 4:
            found.append(int(token.word))
        elif token.word in NUMBERS and token.word not in ("un", "une", "one"):
            found.append(NUMBERS[token.word])
    return found


def explains(fact: Fact, words: list[Token], known: Knowledge, *, titles: bool = False) -> bool:
    """Say whether *fact*, or the title of its voice where *titles* count, speaks of each of *words*, or of a synonym."""
    synonyms = known.grammar.synonyms
    said = fact.words | known.title_words(fact.voice) if titles else fact.words
    return all(
        (
            fact.value is not None
            and not isinstance(fact.value, bool)
            and NUMBERS.get(w.word, w.word if not w.word.isdigit() else int(w.word)) == fact.value
        )
        or any(s in said for s in synonyms.get(w.stem, {w.stem}))
        for w in words
    )
