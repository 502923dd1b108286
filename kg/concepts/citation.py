"""Citations to copy: the line a French jurist writes, BibTeX and CSL-JSON, for what has a page here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Reference:
    """What a bibliography says of a page.

    *kind*: its type in CSL 1.0.2 (``legislation``, ``webpage``…). *line*: the citation in French legal form.
    *issued*: the day of the text, signature or publication. *accessed*: the day it was read here.
    *container*: the whole it is part of, a code or a site; *number*: its number there, as written.
    """

    key: str
    kind: str
    title: str
    line: str
    url: str
    language: str
    accessed: date
    issued: date | None = None
    container: str | None = None
    number: str | None = None
    version: str | None = None
    note: str | None = None


def key_of(*parts: str) -> str:
    """Return a key that BibTeX takes: ``csp/l6323-3``, ``2021-12-25`` → ``csp-l6323-3-2021-12-25``."""
    return re.sub(r"[^A-Za-z0-9]+", "-", "-".join(parts)).strip("-")


def csl(reference: Reference) -> dict[str, object]:
    """Return *reference* as an item of CSL-JSON 1.0.2 (Zotero, Pandoc, citation processors)."""
    item: dict[str, object | None] = {
        "id": reference.key,
        "type": reference.kind,
        "title": reference.title,
        "container-title": reference.container,
        "number": reference.number,
        "version": reference.version,
        "issued": _parts(reference.issued),
        "accessed": _parts(reference.accessed),
        "language": reference.language,
        "URL": reference.url,
        "note": reference.note,
    }
    return {name: value for name, value in item.items() if value}


def bibtex(reference: Reference) -> str:
    """Return *reference* as a BibTeX entry.

    ``@misc``: the one type that every style prints; braces keep the case of titles.
    """
    fields = {
        "title": "{" + _tex(reference.title) + "}",
        "howpublished": reference.container and _tex(reference.container),
        "number": reference.number and _tex(reference.number),
        "year": reference.issued and str(reference.issued.year),
        "date": reference.issued and reference.issued.isoformat(),
        "version": reference.version and _tex(reference.version),
        "note": reference.note and _tex(reference.note),
        "url": reference.url,
        "urldate": reference.accessed.isoformat(),
        "language": {"fr": "french", "en": "english"}[reference.language],
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{reference.key},", *lines, "}", ""])


def _parts(day: date | None) -> dict[str, list[list[int]]] | None:
    return {"date-parts": [[day.year, day.month, day.day]]} if day else None


_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$",
    "#": r"\#", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


def _tex(text: str) -> str:
    """Return *text* as LaTeX prints it; accents stay: BibTeX files are read as UTF-8."""
    return "".join(_TEX.get(sign, sign) for sign in text)
