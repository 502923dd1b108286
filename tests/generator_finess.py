"""Write generated structures as FINESS files and as RDF: the same invented rows in nine more formats.

python -m tests.generator_finess --count 1000 --format finess-xml -o FOLDER
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pyoxigraph as ox
from rdflib import Graph, Namespace

from tests import generator
from tests.generator import Generated, Row

SOINS = Namespace("https://w3id.org/soins-coordonnes/def/")
CATEGORIES = {"MSP": "603", "CDS": "124", "CPTS": "604", "DAC": "606", "ESS": "647"}
"""Type → FINESS category. An ESP has none, and is in no FINESS file."""
STATUSES = {"SISA": "80", "association loi 1901": "60", "SAS": "95"}
CLASSES = {
    "MSP": "MaisonDeSante",
    "CDS": "CentreDeSante",
    "ESP": "EquipeDeSoinsPrimaires",
    "CPTS": "CommunauteProfessionnelleTerritorialeDeSante",
    "DAC": "DispositifDAppuiALaCoordination",
    "ESS": "EquipeDeSoinsSpecialises",
}
_MODULE = Path(__file__).parents[1] / "ontology/modules/donnees.ttl"


# --- FINESS


def establishments(found: Generated) -> Iterator[Row]:
    """Yield the structures that FINESS knows, with the numbers that all of them have there."""
    for number, row in enumerate(found.structures):
        if row["type"] in CATEGORIES:
            commune = row["commune_insee"]
            yield {
                "finess_ej": generator.finess(commune, 50_000 + 2 * number),
                "finess_et": generator.finess(commune, 50_001 + 2 * number),
                "date_fermeture": "",
                "siret": "",
                "forme_juridique": "",
                **row,
                "category": CATEGORIES[row["type"]],
                "departement": commune[:2],
                "commune": commune[2:],
            }


def write_finess_csv(found: Generated, encoding: str = "latin-1") -> dict[str, bytes]:
    """Return an etalab file: a first line, then 32 fields a line."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(("finess", "etalab", "111", "2026-05-12"))
    for row in establishments(found):
        fields = ["structureet", *[""] * 31]
        fields[1], fields[2], fields[3] = row["finess_et"], row["finess_ej"], row["nom"]
        fields[12], fields[13] = row["commune"], row["departement"]
        fields[18], fields[22], fields[28] = row["category"], row["siret"], row["date_ouverture"]
        writer.writerow(fields)
    return {"etalab.csv": text.getvalue().replace("’", "'").encode(encoding)}


def write_finess_xml(found: Generated) -> dict[str, bytes]:
    """Return the two flows: establishments, and their legal entities."""
    rows = list(establishments(found))
    places = [
        _entry(
            "structureet",
            nofinesset=row["finess_et"],
            nofinessej=row["finess_ej"],
            rs=row["nom"][:38],
            rslongue=row["nom"],
            commune=row["commune"],
            departement=row["departement"],
            categetab=row["category"],
            siret=row["siret"],
            dateouv=row["date_ouverture"],
            datefermeture=row["date_fermeture"],
        )
        for row in rows
    ]
    entities = [
        _entry(
            "structureej",
            nofiness=row["finess_ej"],
            rs=row["nom"],
            statutjuridique=STATUSES.get(row["forme_juridique"], ""),
            categetab="",
        )
        for row in rows
    ]
    return {"cs1400102.xml": _flow(places), "cs1400101.xml": _flow(entities)}


def _flow(entries: list[str]) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<fluxfiness'
    head += ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
    return (head + "".join(entries) + "</fluxfiness>\n").encode()


def _entry(name: str, **fields: str) -> str:
    lines = [
        f"    <{key}>{escape(text)}</{key}>\n" if text else f'    <{key} xsi:nil="true"/>\n'
        for key, text in fields.items()
    ]
    return f"  <{name}>\n{''.join(lines)}  </{name}>\n"


def write_finess_json(found: Generated) -> dict[str, bytes]:
    """Return a FINESS+ file, with the habits of the published ones."""
    content: dict[str, Any] = {"schemaVersion": "v1.0.0", "gcc": [], "gco": [], "pmej": []}
    for number, row in enumerate(establishments(found)):
        told: dict[str, Any] = {
            "egeId": str(number),
            "dateOuverture": row["date_ouverture"],
            "nomEgeCourt": row["nom"][:30].ljust(32),
            "nomEgeLong": row["nom"].ljust(60),
            "numFinessEge": row["finess_et"],
            "siret": row["siret"] or None,
        }
        if row["date_fermeture"]:
            told["dateFermeture"] = row["date_fermeture"]
        place = {"usageAdresse": "03", "lieuDit": "\\ ", "cogCommune": row["commune_insee"]}
        content["pmej"].append(
            {
                "informationsGeneralesPMEJ": {
                    "pmSmsseId": str(number),
                    "numFinessPm": row["finess_ej"],
                    "statutJuridique": STATUSES.get(row["forme_juridique"]),
                },
                "ege": [
                    {
                        "informationsGeneralesEGE": told,
                        "categorieentiteGeographiqueExercice": row["category"],
                        "adresse": [{"usageAdresse": "06", "cogCommune": "01001"}, place],
                    }
                ],
            }
        )
    return {"finess-plus.json": json.dumps(content, ensure_ascii=False, indent=1).encode()}


# --- RDF


@cache
def properties() -> dict[tuple[str, str], tuple[str, str]]:
    """Return for each sheet and column its property and its form, from our ontology."""
    graph = Graph().parse(_MODULE)
    return {
        (str(graph.value(prop, SOINS.feuille)), str(name)): (
            str(prop),
            str(graph.value(prop, SOINS.formeDeValeur)),
        )
        for prop, name in graph.subject_objects(SOINS.colonne)
    }


def turtle(found: Generated) -> str:
    """Return the structures and their members as Turtle. An empty cell that is given says “none”."""
    members: dict[str, list[Row]] = {}
    for member in found.members:
        members.setdefault(member["structure"], []).append(member)
    lines = [
        f"@prefix soins: <{SOINS}> .",
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .",
        "@prefix ex: <https://exemple.invalid/structure/> .",
        "",
    ]
    for row in found.structures:
        lines.append(f"ex:{row['identifiant']}")
        told = dict(row)
        if row["type"] in CLASSES:
            lines.append(f"    a soins:{CLASSES[told.pop('type')]} ;")
        lines += [f"    {said} ;" for said in _said("structures", told)]
        for member in members.get(row["identifiant"], ()):
            said = " ; ".join(
                _said("membres", {k: v for k, v in member.items() if k != "structure"})
            )
            lines.append(f"    soins:aPourMembre [ a soins:Membre ; {said} ] ;")
        lines.append(".")
    return "\n".join(lines) + "\n"


def _said(sheet: str, row: Row) -> Iterator[str]:
    for column, text in row.items():
        prop, form = properties()[sheet, column]
        texts = text.split("|") if form == "liste" else [text]
        values = ", ".join(_literal(item, form) for item in texts)
        yield f"soins:{prop.removeprefix(str(SOINS))} {values}"


def _literal(text: str, form: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    if form == "oui-non" and text in ("oui", "non"):
        return "true" if text == "oui" else "false"
    if form == "nombre" and text.isdigit():
        return text
    return f"{quoted}^^xsd:date" if form == "date" and text else quoted


def _rdf(name: str, syntax: ox.RdfFormat) -> Callable[[Generated], dict[str, bytes]]:
    def write(found: Generated) -> dict[str, bytes]:
        data = turtle(found).encode()
        if syntax is not ox.RdfFormat.TURTLE:
            quads = list(ox.parse(data, format=ox.RdfFormat.TURTLE))
            if syntax in (ox.RdfFormat.TRIG, ox.RdfFormat.N_QUADS):
                graph = ox.NamedNode("https://exemple.invalid/graphe")
                quads = [ox.Quad(q.subject, q.predicate, q.object, graph) for q in quads]
            written = ox.serialize(quads, format=syntax)
            assert written is not None
            data = written
        return {name: data}

    return write


WRITERS: dict[str, Callable[[Generated], dict[str, bytes]]] = {
    "finess-csv": write_finess_csv,
    "finess-xml": write_finess_xml,
    "finess-json": write_finess_json,
    "turtle": _rdf("structures.ttl", ox.RdfFormat.TURTLE),
    "trig": _rdf("structures.trig", ox.RdfFormat.TRIG),
    "n-triples": _rdf("structures.nt", ox.RdfFormat.N_TRIPLES),
    "n-quads": _rdf("structures.nq", ox.RdfFormat.N_QUADS),
    "rdf-xml": _rdf("structures.rdf", ox.RdfFormat.RDF_XML),
    "json-ld": _rdf("structures.jsonld", ox.RdfFormat.JSON_LD),
}
"""Format → writer of its files, by name."""
FINESS = ("finess-csv", "finess-xml", "finess-json")
RDF = tuple(form for form in WRITERS if form not in FINESS)


if __name__ == "__main__":
    generator.WRITERS.update(WRITERS)
    generator.main()
