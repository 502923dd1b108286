"""Find the legal texts that a question names by number or by date, and the day it speaks of."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from rdflib import URIRef

from kg.answers.knowledge import Knowledge
from kg.citations import find_citations, readings
from kg.namespaces import SOINS, texte

_MONTHS = {
    name: number
    for names in (
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "january february march april may june july august september october november december",
    )
    for number, name in enumerate(names.split(), 1)
}
KINDS = {
    "loi": ("Loi",), "act": ("Loi",), "law": ("Loi",), "statute": ("Loi",),
    "ordonnance": ("Ordonnance",), "ordinance": ("Ordonnance",),
    "decret": ("Decret",), "decree": ("Decret",),
    "arrete": ("Arrete",), "order": ("Arrete", "Ordonnance"),
    "circulaire": ("Circulaire",), "circular": ("Circulaire",), "instruction": ("Instruction",),
    "accord": ("Accord",), "agreement": ("Accord",),
}  # fmt: skip
"""Words for a kind of text, folded, and the classes they may mean, the likeliest first."""
_KINDS = KINDS | {"cahier": ("Circulaire", "Arrete"), "specifications": ("Circulaire", "Arrete")}
"""Those that a date may follow: specifications are known by the text that carries them."""
_DAY = re.compile(
    r"(?P<iso>(?<!\d)(?:19|20)\d{2}-\d{2}-\d{2}(?!\d))"
    r"|(?<!\d)(?P<d>\d{1,2})[/.](?P<m>\d{1,2})[/.](?P<y>(?:19|20)\d{2})(?!\d)"
    r"|(?<!\d)(?P<wd>\d{1,2})(?:er|st|nd|rd|th)?\s+(?P<wm>[a-z]+)\s+(?P<wy>(?:19|20)\d{2})(?!\d)"
    r"|\b(?P<em>[a-z]+)\s+(?P<ed>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<ey>(?:19|20)\d{2})(?!\d)"
)
_YEAR = re.compile(r"(?<![\d/-])(?P<year>(?:19|20)\d{2})(?![\d/-])")
_MONTH = re.compile(
    r"\b(?P<month>" + "|".join(_MONTHS) + r")\s+(?:of\s+)?(?P<year>(?:19|20)\d{2})(?!\d)"
)
_KIND = re.compile(r"\b(" + "|".join(_KINDS) + r")s?\b")
_ARTICLE_OF = re.compile(
    r"\b(?:art(?:icle)?s?\.?|section)\s*(?P<number>\d{1,3})(?![\d-])[^?;]{0,25}$"
)
_ARTICLE_AFTER = re.compile(r"^[\s,:(]*art(?:icle)?\.?\s*(?P<number>\d{1,3})(?![\d-])")
_AT = re.compile(
    r"\b(?:(?:en|in|au|on|as of|le|depuis|des|since|from|apres|after|avant|before)\s+(?:l'annee\s+|the\s+(?:year\s+)?)?"
    r"|(?:apres|avant)\s+la\s+reforme\s+(?:de\s+|d')?(?:l'annee\s+)?)$"
)
_REFORM = re.compile(r"(?:\s+reform\b)?")
"""What may follow the date of a reform: "before the 2019 reform"."""
_BEFORE = frozenset({"avant", "before"})
_AFTER = frozenset({"apres", "after"})
_KIND_AFTER = re.compile(r"\s+(?:[a-z]+\s+){0,2}?(" + "|".join(KINDS) + r")\b")
_NUMBER_AFTER = re.compile(r"\W*(?:n\W{0,2}|no\.? ?|number )?(\d{2,4}-\d+)\b")
"""The number of a text, after its date."""
_NUMBERED = re.compile(
    r"\b(" + "|".join(KINDS) + r")\s+(?:no?\.?\s*|number\s+)?(\d{2,4}-\d{2,5})(?![\d-])"
)
"""A text by its number without the sign: "ordinance 2018-17"."""
REACH = 60
"""Characters between the kind of a text and its date."""
WORDS = 4
"""Words between the kind of a text and its year."""


@dataclass(frozen=True, slots=True)
class Named:
    """A stretch of the question that names a text (None: one that the graph does not have)."""

    text: URIRef | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A date that the question states: its preposition, its first day, whether only the year is said."""

    word: str
    day: date
    year_only: bool

    @property
    def bounds(self) -> bool:
        """Say whether it says before or after a date, rather than on it."""
        return self.word in _BEFORE | _AFTER

    def holds(self, days: set[date]) -> bool | None:
        """Say whether something that happened on one of *days* did so then; None where they differ."""
        said = {self._fits(day) for day in days}
        if self.word not in _BEFORE and self.word not in _AFTER:
            return True in said if said else None
        return said.pop() if len(said) == 1 else None

    def _fits(self, day: date) -> bool:
        if self.word in _BEFORE:
            return day < self.day
        if self.word in _AFTER:
            return day.year > self.day.year if self.year_only else day > self.day
        return day.year == self.day.year if self.year_only else day == self.day


@dataclass(frozen=True, slots=True)
class References:
    """What the question refers to by number and by date; *broken*: a date that no calendar has."""

    texts: tuple[Named, ...]
    day: date | None
    spans: tuple[tuple[int, int], ...]
    claims: tuple[Claim, ...] = ()
    broken: bool = False

    def unknown(self) -> tuple[Named, ...]:
        """Return the references to texts that the graph does not have."""
        return tuple(named for named in self.texts if named.text is None)


def references(question: str, known: Knowledge, today: date) -> References:
    """Return the texts and the day that the tidy *question* refers to."""
    plain = unaccented(question)
    found = [_cited(question, c.path, c.start, c.end, known) for c in find_citations(question)]
    found += [
        _cited(
            question, f"{KINDS[match[1]][0].lower()}/{match[2]}", match.start(), match.end(), known
        )
        for match in _NUMBERED.finditer(plain)
        if not any(n.start < match.end() and match.start() < n.end for n in found)
    ]
    day: date | None = None
    spans: list[tuple[int, int]] = []
    claims: list[Claim] = []
    broken = any(_no_day(match) for match in _DAY.finditer(plain))
    for match in _DAY.finditer(plain):
        signed = _date_of(match)
        if signed is None or _inside(match.span(), found):
            continue
        if (named := _by_date(plain, match, signed, known)) is not None:
            found.append(named)
        elif (at := _AT.search(plain[: match.start()])) is not None:
            day, spans = signed, [*spans, (at.start(), match.end())]
            claims.append(Claim(at[0].split()[0], signed, year_only=False))
    for match in _MONTH.finditer(plain):
        if _inside(match.span(), found) or any(s <= match.start() < e for s, e in spans):
            continue
        if (named := _by_month(plain, match, known)) is not None:
            found.append(named)
        elif (at := _AT.search(plain[: match.start()])) is not None:
            first = date(int(match["year"]), _MONTHS[match["month"]], 1)
            day = _last_of_month(at[0], first, today)
            spans.append((at.start(), match.end()))
            claims.append(Claim(at[0].split()[0], first, year_only=False))
    for match in _YEAR.finditer(plain):
        if _inside(match.span(), found) or any(s <= match.start() < e for s, e in spans):
            continue
        if (named := _by_year(plain, match, known)) is not None:
            found.append(named)
        elif (at := _AT.search(plain[: match.start()])) is not None:
            day = _day_of(at[0], int(match["year"]), today)
            spans.append((at.start(), match.end()))
            claims.append(Claim(at[0].split()[0], date(int(match["year"]), 1, 1), year_only=True))
    spans = [(start, _REFORM.match(plain, end).end()) for start, end in spans]  # type: ignore[union-attr]
    texts = tuple(sorted(found, key=lambda n: (n.start, n.end)))
    return References(texts, day, tuple(spans), tuple(claims), broken)


def unaccented(question: str) -> str:
    """Return *question* without case nor accents, character for character."""
    return "".join((unicodedata.normalize("NFD", c)[0]).lower()[:1] or c for c in question)


def _inside(span: tuple[int, int], found: list[Named]) -> bool:
    return any(named.start <= span[0] and span[1] <= named.end for named in found)


def _cited(question: str, path: str, start: int, end: int, known: Knowledge) -> Named:
    text = next((texte(p) for p in readings(path) if texte(p) in known.texts), None)
    kind, _, number = path.partition("/")
    if text is None and kind not in ("csp", "css", "casf"):
        text = next((t for t in sorted(known.texts) if str(t).endswith("/" + number)), None)
    return (
        within(unaccented(question), text, start, end, known) if text else Named(None, start, end)
    )


def _date_of(match: re.Match[str]) -> date | None:
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"])
        if match["d"]:
            return date(int(match["y"]), int(match["m"]), int(match["d"]))
        if match["wd"]:
            return date(int(match["wy"]), _MONTHS[match["wm"]], int(match["wd"]))
        return date(int(match["ey"]), _MONTHS[match["em"]], int(match["ed"]))
    except (KeyError, ValueError):
        return None


def _no_day(match: re.Match[str]) -> bool:
    """Say whether *match* is written as a date but is none: "30/02/2021"."""
    month = match["wm"] or match["em"]
    return (month is None or month in _MONTHS) and _date_of(match) is None


def _kind_before(plain: str, at: int) -> re.Match[str] | None:
    return next(reversed(list(_KIND.finditer(plain, max(0, at - REACH), at))), None)


def _of_kind(known: Knowledge, kind: str) -> list[URIRef]:
    classes = {SOINS[name] for name in _KINDS[kind]}
    return sorted(text for text, types in known.texts.items() if types & classes)


def _by_date(plain: str, match: re.Match[str], signed: date, known: Knowledge) -> Named | None:
    """Return the text of the kind written before the date *match* that bears this date."""
    kind = _kind_before(plain, match.start())
    if kind is None:
        return None
    texts = [t for t in _of_kind(known, kind[1]) if known.signed.get(t) == signed]
    if not texts:
        return Named(None, kind.start(), match.end())
    number = _NUMBER_AFTER.match(plain, match.end())
    own = number is not None and str(texts[0]).endswith(f"/{number[1]}")
    return within(
        plain, texts[0], kind.start(), number.end() if own and number else match.end(), known
    )


def _by_month(plain: str, match: re.Match[str], known: Knowledge) -> Named | None:
    """Return the one text of the kind written just before the month *match*: "cahier des charges de juillet 2010"."""
    kind = _kind_before(plain, match.start())
    if kind is None or len(plain[kind.end() : match.start()].split()) > WORDS:
        return None
    month = (int(match["year"]), _MONTHS[match["month"]])
    for name in _KINDS[kind[1]]:
        texts = [
            t
            for t, types in sorted(known.texts.items())
            if SOINS[name] in types and (d := known.signed.get(t)) and (d.year, d.month) == month
        ]
        if texts:
            named = within(plain, texts[0], kind.start(), match.end(), known)
            return named if len(texts) == 1 else None
    return None


def _by_year(plain: str, match: re.Match[str], known: Knowledge) -> Named | None:
    """Return the one text of the kind written beside the year *match* ("loi de 2016", "2016 Act")."""
    kind, start, end = _kind_before(plain, match.start()), match.start(), match.end()
    if kind is not None and len(plain[kind.end() : start].split()) <= WORDS:
        start = kind.start()
    elif (kind := _KIND_AFTER.match(plain, end)) is not None:
        end = kind.end()
    else:
        return None
    year = int(match["year"])
    texts = [t for t in _of_kind(known, kind[1]) if (d := known.signed.get(t)) and d.year == year]
    named = [within(plain, text, start, end, known) for text in texts]
    inner = [n for n in named if n.text not in (None, *texts)]
    if len(texts) > 1 and not inner:  # among the acts of a year, the one that created something
        made = known.creators()
        named = [n for n, text in zip(named, texts, strict=True) if text in made]
    found = inner or named
    return found[0] if len(found) == 1 else None


def within(plain: str, text: URIRef, start: int, end: int, known: Knowledge) -> Named:
    """Return the article of *text* that the words beside it number ("article 64 de", ", art. 64"), else *text*.

    An article that the graph does not have names no text: what the act says elsewhere is no answer.
    """
    if text in known.part_of:
        return Named(text, start, end)
    before, after = _ARTICLE_OF.search(plain[:start]), _ARTICLE_AFTER.match(plain[end:])
    article = before or after
    if article is None:
        return Named(text, start, end)
    inner = URIRef(f"{text}/art-{article['number']}")
    first, last = (before.start(), end) if before else (start, end + article.end())
    return Named(inner if inner in known.texts else None, first, last)


def _last_of_month(word: str, first: date, today: date) -> date:
    """Return the day that "in February 2022" or "before February 2022" speaks of: the last of it, or of the month before."""
    if word.split()[0] in _BEFORE:
        return first - timedelta(days=1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(following - timedelta(days=1), max(today, first))


def _day_of(word: str, year: int, today: date) -> date:
    """Return the day that "in 2018", "before 2018"… speak of: the last of the year, or of the year before."""
    before = word.split()[0] in ("avant", "before")
    return min(date(year - before, 12, 31), max(today, date(year, 1, 1)))
