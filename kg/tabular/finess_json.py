"""Read FINESS+ (JSON of the Agence du numérique en santé): legal entities (PMEJ) with their establishments (EGE).

Coded against the published files, which the published schema does not describe: keys that are null or absent,
blanks at the end of names, a lone backslash for an empty value, several addresses for one establishment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kg.settings import Settings
from kg.tabular.finess import Intake, only
from kg.tabular.json_file import load
from kg.tabular.model import Column, Tables, Upload

_CPTS = "001"  # type of group (TRE_R372): a CPTS need not have an establishment
_CPTS_CATEGORY = "604"
_PLACE = "03"  # use of the address that every EGE of the published files has, the place itself
_TOLD = """identifiant type nom finess_ej finess_et siret commune_insee date_ouverture date_fermeture
forme_juridique""".split()


def read_finess_json(
    uploads: Sequence[Upload], columns: Sequence[Column], settings: Settings
) -> Tables:
    """Return the establishments and CPTS of the file; a row is the number of the entity, in order.

    A group of type CPTS is a structure of its own where its legal entity is in the file without an
    establishment of that category.

    Raises:
        Unreadable: not JSON in UTF-8, too deep, or nothing there is ours.
        TooLarge: beyond the limits.
        BadInput: several files.
    """
    content = load(only(uploads))
    intake = Intake(uploads, columns, settings, told=_TOLD, entities=True)
    groups = {
        _text(group, "pmSmsseId")
        for group in _objects(content, "gco")
        if _text(group, "typeGco") == _CPTS
    }
    row = 0
    for entity in [*_objects(content, "pmej"), {"ege": _alone(content)}]:
        owner = _object(entity, "informationsGeneralesPMEJ")
        number = _text(owner, "pmSmsseId")
        community = number in groups
        for establishment in _objects(entity, "ege"):
            row += 1
            texts = _establishment(establishment, owner)
            community = community and texts["type"] != _CPTS_CATEGORY
            intake.take(row, texts)
        if community:
            row += 1
            intake.take(row, _community(entity, owner))
            groups.discard(number)
    return intake.tables()


def _alone(content: Any) -> list[Any]:
    """Return the establishments that stand outside any legal entity: in a list, or in ``ege``."""
    return content if isinstance(content, list) else list(_objects(content, "ege"))


def _establishment(entry: dict[str, Any], owner: dict[str, Any]) -> dict[str, str]:
    told = _object(entry, "informationsGeneralesEGE")
    number = _text(told, "numFinessEge")
    return {
        "identifiant": number or _text(told, "egeId"),
        "type": _text(entry, "categorieentiteGeographiqueExercice"),
        "nom": _text(told, "nomEgeLong") or _text(told, "nomEgeCourt"),
        "finess_ej": _text(owner, "numFinessPm"),
        "finess_et": number,
        "siret": _text(told, "siret"),
        "commune_insee": _commune(entry),
        "date_ouverture": _text(told, "dateOuverture"),
        "date_fermeture": _text(told, "dateFermeture"),
        "forme_juridique": _text(owner, "statutJuridique"),
    }


def _community(entity: dict[str, Any], owner: dict[str, Any]) -> dict[str, str]:
    """Return a CPTS known by its group. The legal entity may be older: its day is not the opening."""
    number = _text(owner, "numFinessPm")
    return {
        "identifiant": number or _text(owner, "pmSmsseId"),
        "type": _CPTS_CATEGORY,
        "nom": _text(owner, "denominationLonguePmSmsse") or _text(owner, "denominationPm"),
        "finess_ej": number,
        "commune_insee": _commune(entity),
        "date_fermeture": _text(owner, "dateFermeture"),
        "forme_juridique": _text(owner, "statutJuridique"),
    }


def _commune(entry: dict[str, Any]) -> str:
    """Return the commune of the place itself, else the only one that is named, else nothing."""
    found: dict[str, str] = {}
    for address in _objects(entry, "adresse"):
        if code := _text(address, "cogCommune"):
            found.setdefault(_text(address, "usageAdresse"), code)
    if _PLACE in found:
        return found[_PLACE]
    codes = set(found.values())
    return codes.pop() if len(codes) == 1 else ""


def _text(entry: dict[str, Any], key: str) -> str:
    value = entry.get(key)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    text = str(value).strip()
    return "" if text == "\\" else text


def _object(entry: dict[str, Any], key: str) -> dict[str, Any]:
    value = entry.get(key)
    return value if isinstance(value, dict) else {}


def _objects(entry: Any, key: str) -> Iterator[dict[str, Any]]:
    value = entry.get(key) if isinstance(entry, dict) else None
    return (item for item in (value if isinstance(value, list) else ()) if isinstance(item, dict))
