"""Read the etalab file of FINESS establishments (cs1100502), published until May 2026.

Lines ``structureet`` of 32 fields, separated by semicolons, without a header: the columns go by their place.
UTF-8 or ISO-8859-1. Lines of another kind (first line, coordinates) are passed over.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from kg.errors import TooLarge, Unreadable, WrongType
from kg.identifiers import commune_of_finess
from kg.settings import Settings
from kg.tabular.finess import Intake, only
from kg.tabular.model import Column, Tables, Upload

_FIELDS = 32
_ET, _EJ, _SHORT, _LONG, _COMMUNE, _DEPARTEMENT, _CATEGORY, _SIRET, _OPENED = (
    1, 2, 3, 4, 12, 13, 18, 22, 28,
)  # fmt: skip
_TOLD = "identifiant type nom finess_ej finess_et siret commune_insee date_ouverture".split()


def read_finess_csv(
    uploads: Sequence[Upload], columns: Sequence[Column], settings: Settings
) -> Tables:
    """Return the establishments of the file that are ours; a row is the line in the file.

    Raises:
        WrongType: the bytes are not text.
        Unreadable: a line has not 32 fields (a cut or altered file), or no establishment is ours.
        TooLarge: beyond the limits.
        BadInput: several files.
    """
    upload = only(uploads)
    intake = Intake(uploads, columns, settings, told=_TOLD)
    for line, fields in _lines(_decode(upload), settings):
        if fields[:1] != ["structureet"]:
            continue
        if len(fields) != _FIELDS:
            told = {"found": len(fields), "expected": _FIELDS}
            raise Unreadable("validation.finess-fields", row=line, **told)
        intake.take(
            line,
            {
                "identifiant": fields[_ET],
                "type": fields[_CATEGORY],
                "nom": fields[_LONG].strip() or fields[_SHORT],
                "finess_ej": fields[_EJ],
                "finess_et": fields[_ET],
                "siret": fields[_SIRET],
                "commune_insee": commune_of_finess(fields[_DEPARTEMENT], fields[_COMMUNE])
                or fields[_DEPARTEMENT] + fields[_COMMUNE],
                "date_ouverture": fields[_OPENED],
            },
        )
    return intake.tables()


def _decode(upload: Upload) -> str:
    try:
        text = upload.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = upload.data.decode("latin-1")
    if any(ord(c) < 32 and c not in "\t\n\r" for c in text):
        raise WrongType("validation.binary", name=upload.name)
    return text


def _lines(text: str, settings: Settings) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line on which it starts."""
    csv.field_size_limit(settings.cell)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    line = 1
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field larger" in str(error):
                raise TooLarge("validation.long-cell", row=line, size=settings.cell) from error
            raise Unreadable("validation.csv-row", row=line) from error
        yield line, fields
        line = reader.line_num + 1
