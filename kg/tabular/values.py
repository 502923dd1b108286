"""Read one cell in the form of its column."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta

from openpyxl.utils.datetime import WINDOWS_EPOCH

from kg.dates import YEARS
from kg.tabular.model import Cell, Column, Problem, Raw, Value, fold

_YES = {"oui", "vrai", "1", "yes", "true", "o", "y", "x"}
_NO = {"non", "faux", "0", "no", "false", "n"}
_NUMBER = re.compile(r"([0-9]{1,12})(?:[.,]0+)?")
_EUROS = re.compile(r"([0-9]{1,12})(?:[.,]([0-9]{1,2}))?\s*(?:€|euros?)?", re.IGNORECASE)
_THOUSANDS = re.compile(r"(?<=[0-9])[\s\u00a0\u202f](?=[0-9]{3}\b)")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_FRENCH = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}([/.-])[0-9]{1,2}\1[0-9]{2}")
_TIME = re.compile(r"[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?Z?$")
_SERIAL = re.compile(r"[1-9][0-9]{4}")
"""A day written as its number in a spreadsheet: five digits, from 1927 to 2173, which no year has."""
_PERCENTAGE = "_pourcentage"
"""How the name of a column of percentages ends: there ``50 %`` is 50."""
_IDENTIFIERS = {"identifiant", "structure", "identifiant_membre", "membre_structure"}
_OTHER_ALPHABET = "[\u0370-\u03ff\u0400-\u052f]"
_LATIN = "[A-Za-z\u00c0-\u024f]"
_MIXED = re.compile(f"{_LATIN}{_OTHER_ALPHABET}|{_OTHER_ALPHABET}{_LATIN}")
RULES = {
    "date": "FORMAT-DATE",
    "nombre": "FORMAT-NOMBRE",
    "montant": "FORMAT-MONTANT",
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


def read_cell(
    column: Column, raw: Raw, row: int, problems: list[Problem], epoch: datetime = WINDOWS_EPOCH
) -> Cell:
    """Return what *raw* says in *column*; complain in *problems* of what is unreadable or hidden in it.

    Text is composed (NFC), so that the same word is always written alike. *epoch*: the day 0 of days
    that are written as numbers.
    """

    def complain(rule: str, value: str, severity: str = "violation", **data: object) -> None:
        problems.append(Problem(rule, column.sheet, row, column.name, value[:200], data, severity))

    text = original = written(raw)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        if text != original:
            complain("TEXTE-RECOMPOSE", original, "info", count=1)
        # What looks like another name must not pass for it; in a label it is only odd.
        names = column.identity or column.name in _IDENTIFIERS
        severity = "violation" if names else "warning"
        if (visible := revealed(text)) != text:
            complain("CARACTERE-INVISIBLE", visible, severity)
        elif _MIXED.search(text):
            complain("ECRITURES-MELEES", text, severity)
        raw = text if isinstance(raw, str) else raw
    if column.name.endswith(_PERCENTAGE) and isinstance(raw, str):
        raw = raw.removesuffix("%").rstrip()
    try:
        value = parse(column.form, raw, epoch)
    except ValueError:
        short = column.form == "date" and _SHORT_YEAR.fullmatch(text)
        complain("FORMAT-ANNEE" if short else RULES[column.form], text)
        return Cell(text, None)
    if isinstance(value, date) and value.year not in YEARS:
        complain("ANNEE-INVRAISEMBLABLE", text, "warning")
    return Cell(text, value)


def revealed(text: str) -> str:
    """Return *text* where each invisible character shows its number: ``EX<U+200B>1``."""
    if text.isprintable():  # nearly always
        return text
    return "".join(
        f"<U+{ord(c):04X}>" if unicodedata.category(c) in ("Cf", "Cc") and c not in "\t\n\r" else c
        for c in text
    )


def parse(form: str, raw: Raw, epoch: datetime = WINDOWS_EPOCH) -> Value:
    """Return the value of the non-empty cell *raw* in *form*.

    Raises:
        ValueError: the cell does not have this form.
    """
    text = written(raw)
    if form == "date":
        return _day(raw, text, epoch)
    if form == "nombre":
        if match := _NUMBER.fullmatch(_THOUSANDS.sub("", text)):
            return int(match[1])
        raise ValueError(text)
    if form == "montant":  # in whole euros: a cent above a ceiling of whole euros is above it
        if match := _EUROS.fullmatch(_THOUSANDS.sub("", text)):
            return int(match[1]) + (int(match[2] or 0) > 0)
        raise ValueError(text)
    if form == "oui-non":
        word = fold(text)
        if word in _YES | _NO:
            return word in _YES
        raise ValueError(text)
    if form == "liste":
        return tuple(item.strip() for item in text.split("|") if item.strip())
    return text


def _day(raw: Raw, text: str, epoch: datetime) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if _SERIAL.fullmatch(text):
        return (epoch + timedelta(days=int(text))).date()
    text = _TIME.sub("", text)  # exports of databases write midnight behind the day
    if match := _ISO.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _FRENCH.fullmatch(text):
        return date(int(match[4]), int(match[3]), int(match[1]))
    raise ValueError(text)
