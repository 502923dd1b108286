"""Read one cell in the form of its column."""

from __future__ import annotations

import re
from datetime import date, datetime

from kg.dates import parse_date
from kg.errors import BadInput
from kg.tabular.model import Raw, Value, fold

_YES = {"oui", "vrai", "1", "yes", "true", "o", "y", "x"}
_NO = {"non", "faux", "0", "no", "false", "n"}
_NUMBER = re.compile(r"(\d{1,12})(?:[.,]0+)?")
_THOUSANDS = re.compile(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}\b)")
RULES = {
    "date": "FORMAT-DATE",
    "nombre": "FORMAT-NOMBRE",
    "oui-non": "FORMAT-OUI-NON",
}
"""Form of a column → name of the complaint about a cell that does not have it."""


def written(raw: Raw) -> str:
    """Return *raw* as a person reads it in the cell: ``2.0`` → ``2``, a day → ``2024-01-31``."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "oui" if raw else "non"
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    return str(raw).strip()


def parse(form: str, raw: Raw) -> Value:
    """Return the value of the non-empty cell *raw* in *form*.

    Raises:
        ValueError: the cell does not have this form.
    """
    text = written(raw)
    if form == "date":
        return _day(raw, text)
    if form == "nombre":
        if match := _NUMBER.fullmatch(_THOUSANDS.sub("", text)):
            return int(match[1])
        raise ValueError(text)
    if form == "oui-non":
        word = fold(text)
        if word in _YES | _NO:
            return word in _YES
        raise ValueError(text)
    if form == "liste":
        return tuple(item.strip() for item in text.split("|") if item.strip())
    return text


def _day(raw: Raw, text: str) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    try:
        return parse_date(text)
    except BadInput:
        raise ValueError(text) from None
