"""The questions that people may ask of a concept as they are: examples of the frames that name it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from rdflib import Literal

from kg.concepts.names import select
from kg.messages import Lang
from kg.store import Store
from kg.words import fold

SHORT = 5
"""Letters of a name below which its case counts: ``ESS`` is an acronym, ``ess`` a piece of a word."""


def questions_about(store: Store, lang: Lang, names: Collection[str]) -> tuple[str, ...]:
    """Return the examples in *lang* that hold one of *names*, in the singular or the plural, in order."""
    acronyms = _any(name for name in names if len(name) < SHORT)
    others = _any(fold(name) for name in names if len(name) >= SHORT)
    asked = {
        str(row["question"])
        for row in select(store, "search-questions", lang)
        if isinstance(row["question"], Literal) and row["question"].language == lang
    }
    return tuple(sorted(q for q in asked if acronyms.search(q) or others.search(fold(q))))


def _any(names: Iterable[str]) -> re.Pattern[str]:
    """Return what finds one of *names* as a word; it finds nothing where there is none."""
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names)) or '(?!)'})(?:s|x)?\b")
