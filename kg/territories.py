"""Read the territories of France: regions, départements, EPCI, communes and municipal arrondissements.

They come from the npm package ``@etalab/decoupage-administratif`` (MIT), which repeats INSEE's *Code officiel
géographique* and the DGCL's list of EPCI (Licence Ouverte 2.0). ``make setup`` fetches it; nothing of it is
kept in this repository, and an installed wheel carries the dataset already built.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import CannotRun

PACKAGE = "@etalab/decoupage-administratif"
VERSION = "6.0.0"
"""The version that ``package-lock.json`` pins (a test compares): an input of the dataset, known without npm."""

CLASSES = {  # segment of the IRI → class
    "region": "TerritoireRegional",
    "departement": "TerritoireDepartemental",
    "epci": "TerritoireIntercommunal",
    "commune": "TerritoireCommunal",
    "arrondissement-municipal": "ArrondissementMunicipal",
}
NAMED_BY_SOURCES = {  # territory → the concept by which the source documents speak of it
    ("region", "52"): "PaysDeLaLoire",
    ("departement", "25"): "DepartementDuDoubs",
    ("departement", "53"): "Mayenne",
}


@dataclass(frozen=True, slots=True)
class Territory:
    """A territory: its kind and INSEE code (SIREN for an EPCI), and the larger ones it belongs to."""

    kind: str
    code: str
    name: str
    part_of: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> str:
        """The path of its IRI: ``id/territoire/commune/53130``."""
        return path_of(self.kind, self.code)


def path_of(kind: str, code: str) -> str:
    """Return the path of the IRI of a territory: ``id/territoire/departement/53``."""
    return f"id/territoire/{kind}/{code}"


def read(package: Path) -> Iterator[Territory]:
    """Yield every territory that the npm package in the folder *package* lists, the largest first.

    Raises:
        CannotRun: the package is not there, or in another version than ``VERSION``.
    """
    if _version(package) != VERSION:
        raise CannotRun("error.no-territories", package=PACKAGE, version=VERSION)
    for region in _list(package, "regions"):
        yield Territory("region", region["code"], region["nom"])
    for part in _list(package, "departements"):
        within = (("region", part["region"]),)
        yield Territory("departement", part["code"], part["nom"], within)
    grouping: dict[str, str] = {}
    for epci in _list(package, "epci"):
        grouping.update((member["code"], epci["code"]) for member in epci["membres"])
        yield Territory("epci", epci["code"], epci["nom"])
    for commune in _list(package, "communes"):
        code = commune["code"]
        if commune["type"] == "arrondissement-municipal":
            inside = (("commune", commune["commune"]),)
            yield Territory("arrondissement-municipal", code, commune["nom"], inside)
        elif commune["type"] == "commune-actuelle":  # delegated and associated ones are parts of it
            parents = [("departement", commune["departement"])]
            if code in grouping:
                parents.append(("epci", grouping[code]))
            yield Territory("commune", code, commune["nom"], tuple(parents))


def _version(package: Path) -> str | None:
    try:
        found = json.loads((package / "package.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return str(found.get("version"))


def _list(package: Path, name: str) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = json.loads((package / "data" / f"{name}.json").read_bytes())
    except (OSError, ValueError) as error:
        raise CannotRun("error.no-territories", package=PACKAGE, version=VERSION) from error
    return found
