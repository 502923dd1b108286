"""Compare the identifiers of structures with their own keys, with each other and with the official lists.

No text of law stands behind these results: they are about the quality of the data. A *violation* is a
number that cannot be what its column says (form or key), like a date that is not in the calendar.
A *warning* is a number that could exist and does not fit: unknown commune, closed category, one number in
two roles. The rest is information: a FINESS number keeps the département where it was first given.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kg import identifiers
from kg.citations import long_date
from kg.messages import Lang
from kg.tabular import Problem, Record
from kg.tabular.model import STRUCTURES
from kg.validation.facts import Facts
from kg.validation.rules import Rulebook
from kg.validation.structures import Structure

_NUMBERED_AS = {"977": "971", "978": "971"}
"""Saint-Barthélemy and Saint-Martin, once in Guadeloupe: FINESS still numbers them so."""
_SEVERITIES = {
    "CATEGORIE-FERMEE": "warning",
    "COMMUNE-INCONNUE": "warning",
    "EJ-ET-INVERSES": "warning",
    "FINESS-DOUBLE": "warning",
    "DEPARTEMENT-INCOHERENT": "info",
}
"""Severity of the complaints that are not violations."""


def identity_problems(facts: Facts, day: date, lang: Lang) -> list[Problem]:
    """Return what is wrong in the identifiers of *facts*, judged on *day*, names in *lang*.

    Numbers are compared without blanks, dots and hyphens: ``01 000 002 4`` is ``010000024``.
    """
    found: list[Problem] = []
    for structure in facts.structures:
        found += _numbers(structure.record)
        found += _communes(structure.record, facts.book)
        found += _category(structure, facts.book, day, lang)
    found += _roles([s.record for s in facts.structures])
    return found


def _problem(rule: str, record: Record, column: str, **data: object) -> Problem:
    text = record.text(column)[:200]
    severity = _SEVERITIES.get(rule, "violation")
    return Problem(rule, STRUCTURES, record.row, column, text, data, severity)


def _number(record: Record, column: str) -> str:
    return identifiers.compact(record.text(column))


def _numbers(record: Record) -> Iterator[Problem]:
    """Yield the numbers whose form or key is wrong: one complaint a number, the form first."""
    for column in ("finess_ej", "finess_et"):
        number = _number(record, column)
        if number and not identifiers.is_finess(number):
            yield _problem("FINESS-FORME", record, column)
        elif number and not identifiers.has_finess_key(number):
            yield _problem("FINESS-CLE", record, column, key=identifiers.check_digit(number[:-1]))
    siret = _number(record, "siret")
    if siret and not identifiers.is_siret(siret):
        yield _problem("SIRET-FORME", record, "siret")
    elif siret and not identifiers.has_siren_key(siret[:9]):
        key = identifiers.check_digit(siret[:8])
        yield _problem("SIREN-CLE", record, "siret", siren=siret[:9], key=key)
    elif siret and not identifiers.has_siret_key(siret):
        yield _problem("SIRET-CLE", record, "siret", key=identifiers.check_digit(siret[:-1]))


def _communes(record: Record, book: Rulebook) -> Iterator[Problem]:
    """Yield the codes that name no commune, and the FINESS number given in another département."""
    commune = _number(record, "commune_insee")
    if commune and commune not in book.communes:
        yield _problem("COMMUNE-INCONNUE", record, "commune_insee", code=commune[:40])
    listed = record.value("territoire")
    for code in listed if isinstance(listed, tuple) else ():
        if identifiers.compact(code) not in book.communes:
            yield _problem("COMMUNE-INCONNUE", record, "territoire", code=code[:40])
    number = _number(record, "finess_et")
    if commune in book.communes and identifiers.has_finess_key(number):
        given, place = (
            identifiers.departement_of_finess(number),
            identifiers.departement_of_commune(commune),
        )
        if given and given != _NUMBERED_AS.get(place, place):
            told = {"given": given, "commune": commune, "place": place}
            yield _problem("DEPARTEMENT-INCOHERENT", record, "finess_et", **told)


def _category(structure: Structure, book: Rulebook, day: date, lang: Lang) -> Iterator[Problem]:
    """Yield the FINESS category that was closed before *day*, where the structure is open on *day*."""
    category = book.categories.get(structure.record.text("type"))
    if category is None or category.period.end is None or day < category.period.end:
        return
    if structure.closed_on(day) or structure.to_come_on(day):
        return
    told = {
        "name": category.names[lang],
        "end": long_date(category.period.end, lang),
        "near": category.replaced_by or "",
    }
    yield _problem("CATEGORIE-FERMEE", structure.record, "type", **told)


def _roles(records: list[Record]) -> Iterator[Problem]:
    """Yield the numbers that are both a legal entity and an establishment, or two establishments."""
    establishments: dict[str, Record] = {}
    for record in records:
        number = _number(record, "finess_et")
        if identifiers.is_finess(number):
            first = establishments.setdefault(number, record)
            if first is not record:
                yield _problem("FINESS-DOUBLE", record, "finess_et", first=first.row)
    for record in records:
        number = _number(record, "finess_ej")
        if number in establishments:
            yield _problem("EJ-ET-INVERSES", record, "finess_ej", first=establishments[number].row)
