"""Read the FINESS XML flows: establishments (cs1400102), legal entities (cs1400101), or both together."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.xmlreader import AttributesImpl

from kg.errors import BadInput, TooLarge
from kg.identifiers import commune_of_finess
from kg.settings import Settings
from kg.tabular.finess import Intake
from kg.tabular.markup import Deep, follow
from kg.tabular.model import STRUCTURES, Column, Tables, Upload

Entry = tuple[int, dict[str, str]]
"""Line where an element starts, and the text of its children by name."""

_ET, _EJ = "structureet", "structureej"
_UNKNOWN_DAY = "1900-01-01"  # what the schema says that an empty date means
_TOLD = "identifiant type nom finess_ej finess_et siret commune_insee date_ouverture date_fermeture".split()
_TOLD_OF_ENTITIES = (
    "identifiant type nom finess_ej commune_insee date_fermeture forme_juridique".split()
)


def read_finess_xml(
    uploads: Sequence[Upload], columns: Sequence[Column], settings: Settings
) -> Tables:
    """Return the establishments that are ours; a row is the line of the file where the entry starts.

    With the flow of legal entities beside, each establishment has the legal form of its entity. Alone, that flow
    gives the legal entities whose own category is one of ours.

    Raises:
        Unreadable: not well-formed, cut, with a DTD or too deep; or nothing there is ours.
        TooLarge: beyond the limits.
        BadInput: the same flow twice.
    """
    establishments: list[Entry] = []
    entities: list[Entry] = []
    for upload in uploads:
        reader = _Flow(settings)
        follow(upload, reader)
        for kept, found in ((establishments, reader.found[_ET]), (entities, reader.found[_EJ])):
            if kept and found:
                raise BadInput("validation.twice", sheet=STRUCTURES)
            kept += found
    if not establishments and entities:
        intake = Intake(uploads, columns, settings, told=_TOLD_OF_ENTITIES)
        for line, entry in entities:
            intake.take(line, _entity(entry))
        return intake.tables()
    forms = {entry.get("nofiness", ""): entry.get("statutjuridique", "") for _, entry in entities}
    told = [*_TOLD, "forme_juridique"] if forms else _TOLD
    intake = Intake(uploads, columns, settings, told=told)
    for line, entry in establishments:
        form = forms.get(entry.get("nofinessej", ""), "")
        intake.take(line, {**_establishment(entry), "forme_juridique": form})
    return intake.tables()


def _establishment(entry: dict[str, str]) -> dict[str, str]:
    return {
        **_common(entry),
        "identifiant": entry.get("nofinesset", ""),
        "finess_et": entry.get("nofinesset", ""),
        "finess_ej": entry.get("nofinessej", ""),
        "siret": entry.get("siret", ""),
        "date_ouverture": _day(entry, "dateouv"),
    }


def _entity(entry: dict[str, str]) -> dict[str, str]:
    return {
        **_common(entry),
        "identifiant": entry.get("nofiness", ""),
        "finess_ej": entry.get("nofiness", ""),
        "forme_juridique": entry.get("statutjuridique", ""),
    }


def _common(entry: dict[str, str]) -> dict[str, str]:
    departement, commune = entry.get("departement", ""), entry.get("commune", "")
    return {
        "type": entry.get("categetab", ""),
        "nom": entry.get("rslongue") or entry.get("rs", ""),
        "commune_insee": commune_of_finess(departement, commune) or departement + commune,
        "date_fermeture": _day(entry, "datefermeture"),
    }


def _day(entry: dict[str, str], name: str) -> str:
    day = entry.get(name, "")
    return "" if day == _UNKNOWN_DAY else day


class _Flow(Deep):
    """Gathers the entries of one flow, which are the children of the root."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.found: dict[str, list[Entry]] = {_ET: [], _EJ: []}
        self._cell = settings.cell
        self._entry: dict[str, str] | None = None
        self._parts: list[str] | None = None
        self._size = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802  # name of the library
        super().startElement(name, attrs)
        if self.depth == 2 and name in self.found:
            self._entry = {}
            self.found[name].append((self.line, self._entry))
        elif self.depth == 3 and self._entry is not None:
            self._parts, self._size = [], 0

    def characters(self, content: str) -> None:
        if self._parts is not None:
            self._size += len(content)
            if self._size > self._cell:
                raise TooLarge("validation.long-cell", row=self.line, size=self._cell)
            self._parts.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802
        if self.depth == 3 and self._entry is not None and self._parts is not None:
            self._entry[name] = "".join(self._parts).strip()
            self._parts = None
        elif self.depth == 2:
            self._entry = None
        super().endElement(name)
