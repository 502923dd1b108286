"""Write the canonical name of a legal text; read a citation in any spelling.

``L1411-11-1``, ``L. 1411-11``, ``L 1434 -12`` and ``art. l6323-3 du CSP`` are one kind of thing and
have one form here: the label a jurist writes (``CSP, art. L. 6323-3``), the notation (``L6323-3``) and
the path of the IRI (``csp/l6323-3``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from kg.messages import Lang, say

CODES = {
    "csp": ("CSP", "code de la santé publique"),
    "css": ("CSS", "code de la sécurité sociale"),
    "casf": ("CASF", "code de l'action sociale et des familles"),
}
"""Path segment of a code → its abbreviation and its full name."""

_MONTHS_FR = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
).split()
_MONTHS_EN = (
    "January February March April May June July August September October November December"
).split()


class NamedText(Protocol):
    """What a legal text must carry to be named."""

    @property
    def path(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def number(self) -> str | None: ...  # noqa: D102
    @property
    def signed(self) -> date | None: ...  # noqa: D102
    @property
    def part_of(self) -> str | None: ...  # noqa: D102
    @property
    def title(self) -> dict[str, str]: ...  # noqa: D102


def long_date(day: date, lang: str) -> str:
    """Return *day* as written in running text: ``1er janvier 2024``, ``1 January 2024``."""
    if lang == "en":
        return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {_MONTHS_FR[day.month - 1]} {day.year}"


def article_number(number: str) -> str:
    """Return the number of an article as jurists write it: ``L6323-3`` → ``L. 6323-3``."""
    if match := re.fullmatch(r"([LRDA])(\d.*)", number):
        return f"{match[1]}. {match[2]}"
    return number


def label_of(text: NamedText, lang: Lang, parent: NamedText | None = None) -> str:
    """Return the short name of *text* in *lang*: ``CSP, art. L. 6323-3``, ``Loi n° 2016-41 du …``.

    *parent* is the text that an article outside the codes is part of.
    """
    if text.kind == "article":
        number = article_number(text.number or "")
        if text.part_of in CODES:
            return f"{CODES[text.part_of][0]}, art. {number}"
        assert parent is not None, f"{text.path} is an article of no known text"
        return f"{label_of(parent, lang)}, art. {number}"
    if text.number and text.signed:
        day = long_date(text.signed, lang)
        return say(f"text.{text.kind}-number-date", lang, number=text.number, date=day)
    if text.kind in ("arrete", "circulaire") and text.signed:
        return say(f"text.{text.kind}-date", lang, date=long_date(text.signed, lang))
    return text.title[lang]


def notation_of(text: NamedText) -> str | None:
    """Return the bare number that names *text*: ``L6323-3``, ``2018-17``; None where it has none."""
    if text.kind == "code":
        return CODES[text.path][0]
    if text.kind == "article":
        parent = text.part_of or ""
        number = text.number or ""
        return number if parent in CODES else f"{parent.partition('/')[2]} art. {number}"
    return text.path.rpartition("/")[2] if text.number else None


@dataclass(frozen=True, slots=True)
class Citation:
    """A reference found in a sentence: the path of the text it names and where it stands."""

    path: str
    start: int
    end: int


_ARTICLE = re.compile(
    r"\b(?:art(?:icles?|\.)?\s*)?"
    r"(?P<part>[lrd])\s?\.?\s?"
    r"(?P<number>\d{3,4}(?:\s?-\s?\d{1,3}){0,3})\b"
    r"(?:\s+(?:du\s+)?(?P<code>csp|css|casf)\b)?",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"\b(?P<kind>loi|ordonnance|d[ée]cret|act|law|order|decree)\s*(?:n\s?[°ºo]\.?\s*|no\.?\s*|number\s+)?"
    r"(?P<number>(?:19|20)?\d{2}-\d{1,4})\b",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(
    r"\binstruction\s*(?:n\s?[°ºo]\.?\s*|no\.?\s*)?(?:[A-Z0-9]+/)*(?P<year>(?:19|20)\d{2})[/-](?P<number>\d{1,4})\b",
    re.IGNORECASE,
)
_KINDS = {"act": "loi", "law": "loi", "order": "ordonnance", "decree": "decret", "décret": "decret"}


def find_citations(sentence: str, default_code: str = "csp") -> list[Citation]:
    """Return the references to articles, laws, ordinances, decrees and instructions in *sentence*.

    An article without its code is taken in *default_code*: the code of this field.
    """
    found = []
    for match in _ARTICLE.finditer(sentence):
        number = re.sub(r"\s", "", match["number"])
        code = (match["code"] or default_code).lower()
        found.append(Citation(f"{code}/{match['part'].lower()}{number}", *match.span()))
    for match in _NUMBERED.finditer(sentence):
        kind = match["kind"].lower()
        found.append(Citation(f"{_KINDS.get(kind, kind)}/{match['number']}", *match.span()))
    for match in _INSTRUCTION.finditer(sentence):
        found.append(Citation(f"instruction/{match['year']}-{match['number']}", *match.span()))
    return sorted(found, key=lambda c: c.start)


def readings(path: str) -> tuple[str, ...]:
    """Return the paths that a citation may mean: an article whose code is not said may be in another code."""
    if path.startswith("csp/"):
        return (path, "css/" + path[4:], "casf/" + path[4:])
    return (path,)


def natural(text: str) -> tuple[tuple[int, int | str], ...]:
    """Return a sorting key in which ``L6323-3`` precedes ``L6323-12``."""
    pieces = re.findall(r"\d+|\D+", text.casefold())
    return tuple((0, int(p)) if p.isdigit() else (1, p) for p in pieces)
