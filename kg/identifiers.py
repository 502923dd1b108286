"""Official numbers: FINESS, SIREN, SIRET and Insee codes of communes. Forms and check digits, nothing more.

Every number is text: leading zeros count. Blanks around or inside a number are for the caller to remove
(``compact``). A number of the right form and key may still belong to nobody.
"""

from __future__ import annotations

import re

_FINESS = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{7}")
_SIREN = re.compile(r"[0-9]{9}")
_SIRET = re.compile(r"[0-9]{14}")
_COMMUNE = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{3}")
_CORSICA = str.maketrans("AB", "12")
_DOUBLED = dict(zip("0123456789", (0, 2, 4, 6, 8, 1, 3, 5, 7, 9), strict=True))
_LA_POSTE = "356000000"
_BLANKS = re.compile(r"[\s\u00a0\u202f.-]+")
_OVERSEAS = {
    "9701": "971", "9702": "972", "9703": "973", "9704": "974", "9805": "976", "9806": "986",
}  # fmt: skip
_MOVED = {"97123": "97701", "97127": "97801"}
_LETTERS = {"9A": "97", "9B": "97", "9C": "97", "9D": "97", "9F": "97", "9J": "98"}


def compact(text: str) -> str:
    """Return *text* in capitals without blanks, dots and hyphens: ``123 456 782`` → ``123456782``."""
    return text if text.isdigit() else _BLANKS.sub("", text).upper()


def luhn(digits: str) -> int:
    """Return the Luhn sum of *digits*: every second digit from the right is doubled; valid when 0 modulo 10.

    Source: ISO/IEC 7812-1, annex B (de mémoire).
    """
    plain, doubled = digits[::-2], digits[-2::-2]
    return sum(map(int, plain)) + sum(map(_DOUBLED.__getitem__, doubled))


def check_digit(digits: str) -> str:
    """Return the digit which, put after *digits*, makes a valid Luhn number.

    The letter of a Corsican FINESS number counts as in ``has_finess_key``.
    """
    return str(-luhn(digits.translate(_CORSICA) + "0") % 10)


def is_finess(text: str) -> bool:
    """Whether *text* has the form of a FINESS number: nine digits, or ``2A``/``2B`` and seven digits.

    Source: flow cs1400102 (nine characters); Corsican letters as in the numbers quoted by
    ``has_finess_key``.
    """
    return _FINESS.fullmatch(text) is not None


def has_finess_key(text: str) -> bool:
    """Whether the last digit of the FINESS number *text* is its Luhn key; in Corsica A counts 1 and B counts 2.

    The same for legal entities (EJ) and establishments (ET).
    Source: the description of the columns of the etalab file ("clé de Luhn"). No text found says how the
    letters count: derived from seventeen numbers of the prefectures' *recueils des actes
    administratifs* (2A and 2B, 2024 and 2025), which all pass so and in no other reading tried (see the test).
    """
    return is_finess(text) and luhn(text.translate(_CORSICA)) % 10 == 0


def is_siren(text: str) -> bool:
    """Whether *text* has the form of a SIREN: nine digits (de mémoire: code de commerce, art. R. 123-221)."""
    return _SIREN.fullmatch(text) is not None


def has_siren_key(text: str) -> bool:
    """Whether the last digit of the SIREN *text* is its Luhn key (de mémoire: Insee, répertoire Sirene)."""
    return is_siren(text) and luhn(text) % 10 == 0


def is_siret(text: str) -> bool:
    """Whether *text* has the form of a SIRET: fourteen digits, of which the first nine are a SIREN."""
    return _SIRET.fullmatch(text) is not None


def has_siret_key(text: str) -> bool:
    """Whether the last digit of the SIRET *text* is its Luhn key.

    La Poste (SIREN 356 000 000) has more establishments than its key leaves room for: there, the plain
    sum of the fourteen digits is a multiple of five; its head office keeps the Luhn key as well.
    Source: de mémoire (Insee, répertoire Sirene), both rules.
    """
    if not is_siret(text):
        return False
    if luhn(text) % 10 == 0:
        return True
    return text.startswith(_LA_POSTE) and sum(map(int, text)) % 5 == 0


def is_commune(text: str) -> bool:
    """Whether *text* has the form of an Insee code of a commune: five digits, or ``2A``/``2B`` and three.

    Source: code officiel géographique, as in the list of communes of the dataset.
    """
    return _COMMUNE.fullmatch(text) is not None


def departement_of_commune(code: str) -> str:
    """Return the code of the département of the commune *code*: ``53``, ``2A``, three digits overseas."""
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def departement_of_finess(number: str) -> str | None:
    """Return the département in which the FINESS *number* was given, None where its start does not tell.

    A number is not changed when the establishment moves, or when the map of départements changes.
    Source: the fourteen rows of the etalab file at hand (0101 Ain … 9701 Guadeloupe, 9702 Martinique,
    9703 Guyane, 9704 La Réunion, 9805 Mayotte, 9806 Wallis-et-Futuna).
    """
    if number.startswith(("97", "98")):
        return _OVERSEAS.get(number[:4])
    return number[:2]


def commune_of_finess(departement: str, commune: str) -> str | None:
    """Return the Insee code of a commune that FINESS writes in two parts, None where it cannot be one.

    *departement*: 01 to 95, 2A, 2B, or one of FINESS's own letters (9A Guadeloupe, 9B Martinique, 9C Guyane,
    9D La Réunion, 9F Mayotte, 9J Wallis-et-Futuna); *commune*: three digits, the last three of the code.
    FINESS still writes Saint-Barthélemy and Saint-Martin as communes of Guadeloupe: they are given their own code.
    Source: description of the columns of the etalab file; its fourteen rows; list of communes.
    """
    code = _LETTERS.get(departement, departement) + commune
    return _MOVED.get(code, code) if is_commune(code) else None
