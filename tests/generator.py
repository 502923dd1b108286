"""Make as many structures and members as wanted: plausible, clearly invented, with faults that are known.

Every name ends with “(exemple)”, no person is named, SIREN numbers begin with 000 and the third digit of
FINESS numbers is a 9: their keys are right, and none was ever given. The communes are real.

    python tests/generator.py --count 1000 --format xlsx -o FOLDER
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from openpyxl import Workbook

Row = dict[str, str]
"""A row of the template: column → text. Days are ISO."""

STRUCTURES = """identifiant type nom finess_ej finess_et siret commune_insee date_ouverture date_fermeture
forme_juridique personne_morale gestionnaire gestionnaire_categorie projet_de_sante_date
projet_de_sante_transmis_ars projet_de_sante_signataires reglement_de_fonctionnement
engagement_de_conformite_date recepisse_ars_date activites agrement_ars_date hebergement tiers_payant
depassements_honoraires territoire habitants contrat_aci_date missions public_restreint initiative
integre_depuis""".split()
MEMBERS = """structure identifiant_membre profession specialite mode_exercice signataire_projet associe
date_entree""".split()

COMMUNES = """
01004 02168 03095 05023 06028 07010 08105 10081 11076 12145 13014 14047 15014 16073 17028 18087 19272
21617 22070 23096 24322 25031 26004 27056 28085 29024 30011 31033 32013 33003 34032 35024 36044 37050
38053 39198 40046 41018 42005 43157 44036 45028 46042 47001 49007 50025 51573 52121 53130
54323 55545 56007 58194 59005 60057 61001 62014 63063 64024 65440 66008 69027 70550 71014 72154 73008
74010 76005 77014 78005 79191 80001 81004 82112 83034 84003 85047 86041 87154 88160 89024 90010 91021
92002 93001 94001 95018
""".split()
_PLACES = """des Tilleuls|du Port|du Bocage|des Deux Rives|du Val|de la Gare|des Quatre Vents|du Vieux Pont|
des Coteaux|de la Fontaine|du Moulin|des Remparts|du Marais|de la Plaine|des Sources|du Grand Chêne""".replace(
    "\n", ""
).split("|")


def weighted(*choices: tuple[int, str]) -> list[str]:
    """Return each text as often as its weight: one draw then follows the weights."""
    return [text for weight, text in choices for _ in range(weight)]


_TYPES = weighted((32, "MSP"), (26, "CDS"), (24, "ESP"), (12, "CPTS"), (3, "ESS"), (3, "DAC"))
_CARE = weighted(
    (8, "infirmier"), (5, "masseur-kinésithérapeute"), (2, "sage-femme"), (2, "pharmacien"),
    (2, "orthophoniste"), (1, "pédicure-podologue"), (2, "chirurgien-dentiste"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Planted:
    """A fault put into a structure on purpose, and the rule that must find it."""

    structure: str
    kind: str
    rule: str


@dataclass(slots=True)
class Made:
    """One structure with its members, and its fault if it was given one."""

    row: Row
    members: list[Row]
    fault: Planted | None = None


@dataclass(slots=True)
class Generated:
    """The rows of the two sheets, and the faults that they hold."""

    structures: list[Row] = field(default_factory=list)
    members: list[Row] = field(default_factory=list)
    faults: list[Planted] = field(default_factory=list)


# --- what is right


def luhn(digits: str) -> str:
    """Return the digit that makes *digits* pass the Luhn check when put behind them."""
    doubled = (int(d) * (1 + (place % 2 == 0)) for place, d in enumerate(reversed(digits)))
    return str(-sum(n // 10 + n % 10 for n in doubled) % 10)


def finess(commune: str, number: int) -> str:
    """Return the invented FINESS number *number* (0 to 99,999) of the département of *commune*."""
    body = f"{commune[:2]}9{number:05d}"
    return body + luhn(body)


def siret(number: int) -> str:
    """Return an invented SIRET number for *number*."""
    siren = f"000{number % 100_000:05d}"
    body = f"{siren}{luhn(siren)}{number // 100_000 + 1:04d}"
    return body + luhn(body)


def structures(count: int, faults: float = 0.02, seed: int = 0) -> Iterator[Made]:
    """Yield *count* structures, of which about the share *faults* carries one fault each.

    The structure of a rank depends on *seed* and on that rank alone.
    """
    kinds = [name for name, fault in FAULTS.items() for _ in range(fault.weight)]
    for number in range(1, count + 1):
        chance = random.Random(f"{seed}/{number}")
        made = _structure(number, chance)
        if chance.random() < faults:
            fitting = [name for name in kinds if FAULTS[name].fits(made)]
            name = chance.choice(fitting)
            rule = FAULTS[name].plant(made, chance)
            made.fault = Planted(made.row["identifiant"], name, rule)
        yield made


def generate(count: int, faults: float = 0.02, seed: int = 0) -> Generated:
    """Return *count* structures with their members and the faults planted; see ``structures``."""
    found = Generated()
    for made in structures(count, faults, seed):
        found.structures.append(made.row)
        found.members += made.members
        if made.fault:
            found.faults.append(made.fault)
    return found


def _structure(number: int, chance: random.Random) -> Made:
    kind = chance.choice(_TYPES)
    round_, place = divmod(
        number, len(COMMUNES)
    )  # each has its département: its FINESS numbers are its own
    commune = COMMUNES[place]
    opened = date(2018, 6, 1) + timedelta(days=chance.randrange(7 * 365))
    if kind == "DAC":
        opened = max(opened, date(2021, 7, 1))
    if kind == "ESS":
        opened = max(opened, date(2020, 1, 6))
    written = opened - timedelta(days=chance.randrange(40, 200))
    row = {
        "identifiant": f"EX-{number:06d}",
        "type": kind,
        "nom": f"{kind} {chance.choice(_PLACES)} {number} (exemple)",
        "commune_insee": commune,
        "date_ouverture": opened.isoformat(),
        "projet_de_sante_date": written.isoformat(),
        "projet_de_sante_transmis_ars": "oui",
    }
    members = _members(row, number, kind, opened, chance)
    if kind in ("MSP", "CDS", "CPTS", "DAC"):
        row["siret"] = siret(number)
        row["personne_morale"] = "oui"
    if kind in ("MSP", "CDS"):
        row["finess_ej"] = finess(commune, round_ * 2)
        row["finess_et"] = finess(commune, round_ * 2 + 1)
        row |= {"hebergement": "non", "tiers_payant": "oui", "depassements_honoraires": "non"}
    if kind == "MSP":
        row["forme_juridique"] = "SISA"
        row["projet_de_sante_signataires"] = str(len(members))
        row["contrat_aci_date"] = (opened + timedelta(days=90)).isoformat()
    if kind == "CDS":
        row |= {
            "forme_juridique": "association loi 1901",
            "gestionnaire": f"Association {chance.choice(_PLACES)} (exemple)",
            "gestionnaire_categorie": "organisme à but non lucratif",
            "reglement_de_fonctionnement": "oui",
            "engagement_de_conformite_date": (opened - timedelta(days=30)).isoformat(),
            "recepisse_ars_date": (opened - timedelta(days=15)).isoformat(),
            "activites": "médecine générale|soins infirmiers",
        }
    if kind == "CPTS":
        row |= {
            "forme_juridique": "association loi 1901",
            "initiative": "professionnels de santé",
            "territoire": "|".join(sorted({commune, chance.choice(COMMUNES)})),
            "habitants": str(chance.randrange(20, 160) * 1000),
            "missions": "accès aux soins|parcours|prévention",
        }
    if kind == "DAC":
        row |= {
            "forme_juridique": "association loi 1901",
            "habitants": "310000",
            "missions": "réponse aux professionnels|réponse aux personnes et aux aidants|coordination territoriale",
        }
        del row["projet_de_sante_date"], row["projet_de_sante_transmis_ars"]
    return Made(row, members)


def _members(row: Row, number: int, kind: str, opened: date, chance: random.Random) -> list[Row]:
    if kind == "DAC":
        return []
    doctor = ("médecin", "médecine générale")
    people = [doctor, doctor, ("infirmier", "")]
    people += [(chance.choice(_CARE), "") for _ in range(chance.randrange(0, 7))]
    if kind == "CPTS":
        people += [(chance.choice(_CARE), "") for _ in range(6)]
    if kind == "ESS":
        people = [("médecin", "cardiologie"), ("médecin", "pneumologie"), ("infirmier", "")]
    found = []
    for rank, (profession, specialty) in enumerate(people, 1):
        member = {
            "structure": row["identifiant"],
            "identifiant_membre": f"m{number:06d}-{rank:02d}",
            "profession": profession,
            "mode_exercice": "salarié" if kind == "CDS" else "libéral",
            "date_entree": opened.isoformat(),
        }
        if specialty:
            member["specialite"] = specialty
        if kind == "MSP":
            member |= {"signataire_projet": "oui", "associe": "oui"}
        found.append(member)
    return found


# --- what is wrong


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault. *weight*: how often among all, on structures of the *types* it fits.

    *plant* spoils the structure and returns the rule expected to complain.
    """

    weight: int
    types: tuple[str, ...]
    plant: Callable[[Made, random.Random], str]

    def fits(self, made: Made) -> bool:
        """Whether *made* can have this fault."""
        return made.row["type"] in self.types


def _put(column: str, text: str, rule: str) -> Callable[[Made, random.Random], str]:
    """Return what writes *text* in *column*. ``{type}`` in *rule* is the type of the structure."""

    def plant(made: Made, chance: random.Random) -> str:
        expected = rule.format(type=made.row["type"])
        made.row[column] = text
        return expected

    return plant


def _put_in_member(column: str, text: str, rule: str) -> Callable[[Made, random.Random], str]:
    def plant(made: Made, chance: random.Random) -> str:
        made.members[-1][column] = text  # the last one: never one of the two general practitioners
        return rule

    return plant


def _one_signature_less(made: Made, chance: random.Random) -> str:
    made.row["projet_de_sante_signataires"] = str(len(made.members) - 1)
    made.members[-1]["signataire_projet"] = ""
    return "MSP-SIGNATURES"


def _one_doctor(made: Made, chance: random.Random) -> str:
    made.members[0] |= {"profession": "infirmier", "specialite": ""}
    return "MSP-GENERALISTES"


def _closed_before_it_opens(made: Made, chance: random.Random) -> str:
    opened = date.fromisoformat(made.row["date_ouverture"])
    made.row["date_fermeture"] = (opened - timedelta(days=10)).isoformat()
    return "DATES-INVERSEES"


ALL = ("MSP", "CDS", "ESP", "CPTS", "ESS", "DAC")
WITH_PROJECT = ("MSP", "CDS", "ESP", "CPTS", "ESS")
FAULTS = {  # kind → how often, where, how; the weights add up to 100
    "signature absente": Fault(8, ("MSP",), _put_in_member("signataire_projet", "non", "MSP-SIGNATURE-MEMBRE")),
    "signatures trop peu nombreuses": Fault(6, ("MSP",), _one_signature_less),
    "un seul généraliste": Fault(5, ("MSP",), _one_doctor),
    "projet de santé absent": Fault(12, WITH_PROJECT, _put("projet_de_sante_date", "", "{type}-PROJET")),
    "projet non transmis": Fault(6, ("MSP", "CPTS"), _put("projet_de_sante_transmis_ars", "non", "{type}-TRANSMISSION-ARS")),
    "hébergement": Fault(3, ("MSP", "CDS"), _put("hebergement", "oui", "{type}-HEBERGEMENT")),
    "pas de tiers payant": Fault(5, ("CDS",), _put("tiers_payant", "non", "CDS-TIERS-PAYANT")),
    "dépassements": Fault(4, ("CDS",), _put("depassements_honoraires", "oui", "CDS-DEPASSEMENTS")),
    "salariat": Fault(5, ("CDS",), _put_in_member("mode_exercice", "libéral", "CDS-SALARIES")),
    "gestionnaire interdit": Fault(3, ("CDS",), _put("gestionnaire_categorie", "société commerciale", "CDS-GESTIONNAIRE")),
    "règlement absent": Fault(3, ("CDS",), _put("reglement_de_fonctionnement", "", "CDS-REGLEMENT")),
    "forme interdite": Fault(4, ("CPTS",), _put("forme_juridique", "SAS", "CPTS-ASSOCIATION")),
    "territoire absent": Fault(3, ("CPTS",), _put("territoire", "", "CPTS-TERRITOIRE")),
    "public restreint": Fault(2, ("DAC",), _put("public_restreint", "personnes âgées", "DAC-PUBLIC")),
    "date illisible": Fault(9, ALL, _put("date_ouverture", "31/02/2021", "FORMAT-DATE")),
    "nombre illisible": Fault(4, ("CPTS", "DAC"), _put("habitants", "environ 12 000", "FORMAT-NOMBRE")),
    "type inconnu": Fault(5, ALL, _put("type", "cabinet médical", "TYPE-INCONNU")),
    "profession inconnue": Fault(7, WITH_PROJECT, _put_in_member("profession", "magnétiseur", "PROFESSION-INCONNUE")),
    "dates inversées": Fault(6, ALL, _closed_before_it_opens),
}  # fmt: skip


# --- files

_SHEETS = (("structures", STRUCTURES), ("membres", MEMBERS))


def write_csv(found: Generated, separator: str = ";") -> dict[str, bytes]:
    """Return the two CSV files (UTF-8 with BOM) by name."""
    files = {}
    for (name, columns), rows in zip(_SHEETS, (found.structures, found.members), strict=True):
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, restval="", delimiter=separator)
        writer.writeheader()
        writer.writerows(rows)
        files[f"{name}.csv"] = text.getvalue().encode("utf-8-sig")
    return files


def write_xlsx(found: Generated) -> dict[str, bytes]:
    """Return a workbook of two sheets; days are cells of dates, counts are numbers."""
    book = Workbook(write_only=True)
    for (name, columns), rows in zip(_SHEETS, (found.structures, found.members), strict=True):
        page = book.create_sheet(name)
        page.append(columns)
        for row in rows:
            page.append([_typed(row.get(column, ""), column) for column in columns])
    stream = io.BytesIO()
    book.save(stream)
    return {"structures.xlsx": stream.getvalue()}


def _typed(text: str, column: str) -> str | int | date | None:
    if "date" in column:
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text or None
    if column in ("habitants", "projet_de_sante_signataires") and text.isdigit():
        return int(text)
    return text or None


ODS = "application/vnd.oasis.opendocument.spreadsheet"
_ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.2"'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    "<office:body><office:spreadsheet>"
)
_ODS_TAIL = "</office:spreadsheet></office:body></office:document-content>"


def write_ods(found: Generated) -> dict[str, bytes]:
    """Return the same workbook for LibreOffice."""
    tables = zip(_SHEETS, (found.structures, found.members), strict=True)
    body = "".join(
        _ods_table(name, columns, ([row.get(c, "") for c in columns] for row in rows))
        for (name, columns), rows in tables
    )
    return {"structures.ods": ods_file(body)}


def ods_file(tables: str) -> bytes:
    """Return the ODS file that holds *tables*, in its own XML."""
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        day = (2000, 1, 1, 0, 0, 0)
        archive.writestr(zipfile.ZipInfo("mimetype", day), ODS)  # first, and not compressed
        for name, text in (
            ("content.xml", _ODS_HEAD + tables + _ODS_TAIL),
            ("META-INF/manifest.xml", manifest),
        ):
            info = zipfile.ZipInfo(name, day)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text)
    return stream.getvalue()


def _ods_table(name: str, columns: list[str], rows: Iterable[list[str]]) -> str:
    lines = [_ods_row([(text, "") for text in columns])]
    lines += [_ods_row(list(zip(row, columns, strict=True))) for row in rows]
    return f'<table:table table:name="{name}">{"".join(lines)}</table:table>'


def _ods_row(cells: list[tuple[str, str]]) -> str:
    return f"<table:table-row>{''.join(_ods_cell(*cell) for cell in cells)}</table:table-row>"


def _ods_cell(text: str, column: str) -> str:
    typed = _typed(text, column)
    if typed is None:
        return "<table:table-cell/>"
    shown = f"<text:p>{escape(text)}</text:p></table:table-cell>"
    if isinstance(typed, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{text}">{shown}'
    if isinstance(typed, int):
        return f'<table:table-cell office:value-type="float" office:value="{text}">{shown}'
    return f'<table:table-cell office:value-type="string">{shown}'


WRITERS: dict[str, Callable[[Generated], dict[str, bytes]]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "ods": write_ods,
}
"""Format → writer of its files, by name."""


def main() -> None:
    """Write the files of a generated set, and the list of its faults in ``fautes.csv``."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--faults", type=float, default=0.02, help="share of faulty structures")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--format", choices=WRITERS, default="csv")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    options = parser.parse_args()
    found = generate(options.count, options.faults, options.seed)
    options.output.mkdir(parents=True, exist_ok=True)
    for name, data in WRITERS[options.format](found).items():
        (options.output / name).write_bytes(data)
    with (options.output / "fautes.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(("structure", "faute", "regle"))
        writer.writerows((f.structure, f.kind, f.rule) for f in found.faults)


if __name__ == "__main__":
    main()
