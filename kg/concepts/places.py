"""Where a provision stands in its text, said in English: records say it in French, with a few fixed words."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from kg.citations import long_date
from kg.messages import Lang, catalogue

_MONTHS = {long_date(date(2000, month, 2), "fr").split()[1]: month for month in range(1, 13)}
_DATE = re.compile(rf"(\d{{1,2}})(?:er)? ({'|'.join(_MONTHS)}) (\d{{4}})")
_WORDS = {said["fr"]: said["en"] for key, said in catalogue().items() if key.startswith("places.")}
"""The words of ours, French → English."""
_FIXED = re.compile(
    "|".join(rf"(?<!\w){re.escape(w)}(?!\w)" for w in sorted(_WORDS, key=len, reverse=True))
)
_NEUTRAL = re.compile(
    r"CSP|CSS|CASF|art\.|\b[LRDA]\.|\b[IVX]+\b|\b[A-Z]\b|\b[a-z]\b|\bbis\b|\d[\d-]*°?|[\s,;:.()]+"
)
"""What needs no translation: codes, numbers, letters, punctuation."""


@cache
def place_in(place: str, lang: Lang) -> tuple[str, Lang]:
    """Return *place* in *lang* where every word of it is one of ours, else as it is; and its language.

    ``al. 4 (al. 3 avant le 28 janvier 2016)`` → ``para. 4 (para. 3 before 28 January 2016)``.
    """
    if lang == "fr":
        return place, "fr"
    rest = _NEUTRAL.sub("", _FIXED.sub("", _DATE.sub("", place)))
    if rest:
        return place, "fr"
    dated = _DATE.sub(_english, place)
    said = _FIXED.sub(lambda match: _WORDS[match[0]], dated)
    return re.sub(r" (?=[:;])", "", said), lang


def _english(match: re.Match[str]) -> str:
    return long_date(date(int(match[3]), _MONTHS[match[2]], int(match[1])), "en")
