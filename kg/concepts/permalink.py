"""Whether the page of a concept still says what it said: one fingerprint a block, carried by its permalink.

A fingerprint is taken of what the page states, not of its layout: a new release of the site that shows
the same statements otherwise leaves it as it was. What was stated before cannot be shown again: the
dataset of that day is not kept here.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kg.concepts.concept import ConceptPage
from kg.concepts.parts import Statement
from kg.errors import BadInput
from kg.messages import Lang, as_lang

BLOCKS = ("definition", "texts", "relations", "rules", "disagreements", "sources")
_DIGITS = 8
"""Hexadecimal digits a block: two wordings of it look the same once in four thousand million."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a permalink can still say.

    *same_dataset*: None where the link names none. *changed*: the blocks that differ, in the order of
    ``BLOCKS``; None where the link carries no fingerprint, so that it cannot be known.
    """

    dataset: str | None
    same_dataset: bool | None
    changed: tuple[str, ...] | None


def fingerprint(page: ConceptPage, lang: Lang) -> str:
    """Return the fingerprint of what *page*, in *lang*, states: ``fr-1f0c2a9b-…``, a part for each of ``BLOCKS``."""
    stated: dict[str, object] = {
        "definition": [
            page.label, page.acronym, page.names, page.definition, page.notes,
            _stated(page.legal_definitions),
        ],
        "texts": _stated(s for text in page.texts for s in text.why),
        "relations": _stated((*page.outgoing, *page.incoming, *page.mentioned)),
        "rules": [
            (r.id, r.name, r.says, r.remedy, str(r.since), str(r.until), r.state, r.severity,
             [b.ref.iri for b in r.basis])
            for r in page.rules
        ],
        "disagreements": [
            (c.id, c.point, c.why, [(side.says, side.prevails) for side in c.sides])
            for c in page.disagreements
        ],
        "sources": _stated(page.secondary),
    }  # fmt: skip
    return "-".join([lang, *(_digest(stated[block]) for block in BLOCKS)])


def verdict(
    dataset: str, asked: str | None, told: str | None, current: Callable[[Lang], str]
) -> Verdict:
    """Return what can be said of a permalink that names the version *asked* and the fingerprint *told*.

    *dataset* is the version at hand; *current* gives the fingerprint of the page as it is now, in a language.

    Raises:
        BadInput: the link is damaged: no version or no fingerprint can be written so.
    """
    if asked and not re.fullmatch(r"[0-9a-f]{6,64}", asked):
        raise BadInput("concept.permalink-damaged")
    same = dataset.startswith(asked) if asked else None
    if not told:
        return Verdict(asked, same, () if same else None)
    lang = as_lang(told[:2])
    then, now = told.split("-"), current(lang).split("-")
    if len(then) != len(now) or not re.fullmatch(r"(?:fr|en)(?:-[0-9a-f]{8})+", told):
        raise BadInput("concept.permalink-damaged")
    changed = tuple(b for b, x, y in zip(BLOCKS, then[1:], now[1:], strict=True) if x != y)
    return Verdict(asked, same, changed)


def _stated(statements: Iterable[Statement]) -> Sequence[object]:
    return sorted(
        (
            s.iri, s.says, s.quote or "", s.place or "", s.value or "", s.rank.iri if s.rank else "",
            s.evidence.iri if s.evidence else "", str(s.since), str(s.until), s.state,
        )
        for s in statements
    )  # fmt: skip


def _digest(stated: object) -> str:
    text = json.dumps(stated, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
