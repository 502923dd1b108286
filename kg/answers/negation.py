"""Turn a negated yes/no question into the plain one: "ne peut-elle pas…", "is it true that… cannot…"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TRUTH = re.compile(
    r"\W*(?:est-(?:il|ce) (?:bien )?(?:vrai|exact|juste|correct)s? (?:que |qu')|(?:vrai|vraie) ou faux\W+(?:que |qu')?"
    r"|is it (?:really )?(?:true|correct|right|the case) (?:that )?|true or false\W+(?:that )?)",
    re.IGNORECASE,
)
"""Words that ask whether what follows is true."""
_FRENCH = re.compile(
    r"\b(?:ne |n')(?P<verb>\w+(?:-t)?(?:-(?:ils?|elles?|on|ce|je|nous|vous))?) pas\b", re.IGNORECASE
)
_ENGLISH = re.compile(
    r"\b(?P<verb>ca(?=n't|nnot)|can|could|may|must|do|does|did|is|are|was|were|has|have|should|need|will)"
    r"(?:n't|nnot| not)\b",
    re.IGNORECASE,
)
_LATE = re.compile(r"\W*(?:can|could|may|must|do|does|did|is|are|was|were|has|have|should)\b", re.I)
_NOT = re.compile(r" not\b", re.IGNORECASE)
_INVERTED = re.compile(r"-(?:ils?|elles?|on|ce|je|nous|vous)$", re.IGNORECASE)
_EST_CE = re.compile(r"\W*est-ce qu", re.IGNORECASE)
_MUST = re.compile(r"(?:doi|faut|must|should)", re.IGNORECASE)
"""Verbs whose negation forbids: "must not" is more than "need not"."""
_AUXILIARY = {"ca": "can"}


@dataclass(frozen=True, slots=True)
class Plain:
    """A question without its negation; *truth*: it asked whether the negative is true, so the answer turns."""

    text: str
    truth: bool


def plain(text: str) -> Plain | None:
    """Return the tidy *text* without the one negation of its verb, None where there is none or it is not clear.

    "Ne peut-elle pas" and "can't it" get the answer of "peut-elle". "Is it true that it cannot" gets the other one.
    A statement with a question mark is left alone: its yes would be anyone's guess.
    """
    truth = _TRUTH.match(text)
    body = text[truth.end() :] if truth else text
    if (found := _FRENCH.search(body)) is not None:
        verb = found["verb"]
        asked = _INVERTED.search(verb) or _EST_CE.match(body)
    elif (found := _ENGLISH.search(body)) is not None:
        verb = _AUXILIARY.get(found["verb"].lower(), found["verb"])
        asked = re.match(r"\W*$", body[: found.start()])
    elif _LATE.match(body) and (found := _NOT.search(body)) is not None:  # "is a CPTS not…"
        verb, asked = "", found
    else:
        return None
    if truth and _MUST.match(verb):
        return None
    if not truth and not asked:
        return None
    positive = f"{body[: found.start()]}{verb}{body[found.end() :]}"
    return Plain(positive.strip(), truth is not None)
