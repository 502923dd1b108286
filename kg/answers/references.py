"""Find the legal texts that a question names by number or by date, and the day it speaks of."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from rdflib import URIRef

from kg.answers.knowledge import Knowledge
from kg.citations import find_citations
from kg.namespaces import SOINS, texte

_MONTHS = {
    name: number
    for names in (
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "january february march april may june july august september october november december",
    )
    for number, name in enumerate(names.split(), 1)
}
_KINDS = {
    "loi": ("Loi",),
    "act": ("Loi",),
    "law": ("Loi",),
    "ordonnance": ("Ordonnance",),
    "ordinance": ("Ordonnance",),
    "decret": ("Decret",),
    "decree": ("Decret",),
    "arrete": ("Arrete",),
    "order": ("Arrete", "Ordonnance"),
    "circulaire": ("Circulaire",),
    "circular": ("Circulaire",),
    "instruction": ("Instruction",),
    "cahier": ("Circulaire", "Arrete"),
    "specifications": ("Circulaire", "Arrete"),
    "accord": ("Accord",),
    "agreement": ("Accord",),
}
_DAY = re.compile(
    r"(?P<iso>(?<!\d)(?:19|20)\d{2}-\d{2}-\d{2}(?!\d))"
    r"|(?<!\d)(?P<d>\d{1,2})[/.](?P<m>\d{1,2})[/.](?P<y>(?:19|20)\d{2})(?!\d)"
    r"|(?<!\d)(?P<wd>\d{1,2})(?:er|st|nd|rd|th)?\s+(?P<wm>[a-z]+)\s+(?P<wy>(?:19|20)\d{2})(?!\d)"
    r"|\b(?P<em>[a-z]+)\s+(?P<ed>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<ey>(?:19|20)\d{2})(?!\d)"
)
_YEAR = re.compile(r"(?<![\d/-])(?P<year>(?:19|20)\d{2})(?![\d/-])")
_KIND = re.compile(r"\b(" + "|".join(_KINDS) + r")s?\b")
_ARTICLE_OF = re.compile(r"\bart(?:icle)?s?\.?\s*(?P<number>\d{1,3})(?!\d)[^?;]{0,25}$")
_AT = re.compile(
    r"\b(?:en|in|au|on|as of|le|depuis|des|since|from|apres|after|avant|before)\s+(?:l'annee\s+|the\s+(?:year\s+)?)?$"
)
_BEFORE = frozenset({"avant", "before"})
_AFTER = frozenset({"apres", "after"})
REACH = 60
"""Characters between the kind of a text and its date."""


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
    """What the question refers to by number and by date."""

    texts: tuple[Named, ...]
    day: date | None
    spans: tuple[tuple[int, int], ...]
    claims: tuple[Claim, ...] = ()

    def unknown(self) -> tuple[Named, ...]:
        """Return the references to texts that the graph does not have."""
        return tuple(named for named in self.texts if named.text is None)


def references(question: str, known: Knowledge, today: date) -> References:
    """Return the texts and the day that the tidy *question* refers to."""
    plain = _plain(question)
    found = [_cited(question, c.path, c.start, c.end, known) for c in find_citations(question)]
    day: date | None = None
    spans: list[tuple[int, int]] = []
    claims: list[Claim] = []
    for match in _DAY.finditer(plain):
        signed = _date_of(match)
        if signed is None or _inside(match.span(), found):
            continue
        if (named := _by_date(plain, match, signed, known)) is not None:
            found.append(named)
        elif (at := _AT.search(plain[: match.start()])) is not None:
            day, spans = signed, [*spans, (at.start(), match.end())]
            claims.append(Claim(at[0].split()[0], signed, year_only=False))
    for match in _YEAR.finditer(plain):
        if _inside(match.span(), found) or any(s <= match.start() < e for s, e in spans):
            continue
        if (named := _by_year(plain, match, known)) is not None:
            found.append(named)
        elif (at := _AT.search(plain[: match.start()])) is not None:
            day = _day_of(at[0], int(match["year"]), today)
            spans.append((at.start(), match.end()))
            claims.append(Claim(at[0].split()[0], date(int(match["year"]), 1, 1), year_only=True))
    texts = tuple(sorted(found, key=lambda n: (n.start, n.end)))
    return References(texts, day, tuple(spans), tuple(claims))


def _plain(question: str) -> str:
    """Return *question* without case nor accents, character for character."""
    return "".join((unicodedata.normalize("NFD", c)[0]).lower()[:1] or c for c in question)


def _inside(span: tuple[int, int], found: list[Named]) -> bool:
    return any(named.start <= span[0] and span[1] <= named.end for named in found)


def _cited(question: str, path: str, start: int, end: int, known: Knowledge) -> Named:
    candidates = [path]
    if path.startswith("csp/"):  # the default code: another one may have the article
        candidates += ["css/" + path[4:], "casf/" + path[4:]]
    text = next((texte(p) for p in candidates if texte(p) in known.texts), None)
    kind, _, number = path.partition("/")
    if text is None and kind not in ("csp", "css", "casf"):
        text = next((t for t in sorted(known.texts) if str(t).endswith("/" + number)), None)
    article = _ARTICLE_OF.search(_plain(question[:start]))
    if (
        text is not None
        and article
        and (inner := URIRef(f"{text}/art-{article['number']}")) in known.texts
    ):
        return Named(inner, article.start(), end)
    return Named(text, start, end)


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
    return _named(plain, texts[0], kind.start(), match.end(), known)


def _by_year(plain: str, match: re.Match[str], known: Knowledge) -> Named | None:
    """Return the one text of the kind written just before the year *match*, where there is one."""
    kind = _kind_before(plain, match.start())
    if kind is None or len(plain[kind.end() : match.start()].split()) > 4:
        return None
    year = int(match["year"])
    texts = [t for t in _of_kind(known, kind[1]) if (d := known.signed.get(t)) and d.year == year]
    if kind[1] in ("loi", "act", "law") and len(texts) > 1:
        said = [t for t in texts if any(f.voice == t or f.object == t for f in known.facts)]
        texts = said if len(said) == 1 else texts
    return _named(plain, texts[0], kind.start(), match.end(), known) if len(texts) == 1 else None


def _named(plain: str, text: URIRef, start: int, end: int, known: Knowledge) -> Named:
    article = _ARTICLE_OF.search(plain[:start])
    if article and (inner := URIRef(f"{text}/art-{article['number']}")) in known.texts:
        return Named(inner, article.start(), end)
    return Named(text, start, end)


def _day_of(word: str, year: int, today: date) -> date:
    """Return the day that "in 2018", "before 2018"… speak of: the last of the year, or of the year before."""
    before = word.split()[0] in ("avant", "before")
    return min(date(year - before, 12, 31), max(today, date(year, 1, 1)))
