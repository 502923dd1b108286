"""FINESS files: whose rows are kept, where each value comes from, and which files are refused with which words."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kg import tabular
from kg.errors import BadInput, SoinsError, TooLarge, Unreadable, WrongType
from kg.messages import say
from kg.settings import Settings
from kg.tabular import Column, Record, Tables, Upload

Read = Callable[..., Tables]


def only(tables: Tables) -> Record:
    (record,) = tables.structures.records
    return record


def line(**told: str) -> str:
    """Return an etalab line: a health centre unless *told* otherwise, by number of field (from 0)."""
    fields = ["structureet", "539000059", "539000042", "CDS DU PORT", "CENTRE DE SANTE DU PORT"]
    fields += [""] * 27
    fields[12], fields[13], fields[18], fields[28] = "130", "53", "124", "2020-03-02"
    for place, text in told.items():
        fields[int(place.removeprefix("f"))] = text
    return ";".join(fields) + "\n"


HEAD = "finess;etalab;111;2026-05-12\n"


# --- etalab CSV


def test_a_row_of_the_etalab_file_is_the_line_of_the_file(read: Read) -> None:
    tables = read(HEAD + line(f18="355") + line())

    assert (3, "CENTRE DE SANTE DU PORT", date(2020, 3, 2), "53130") == (
        only(tables).row,
        only(tables).text("nom"),
        only(tables).value("date_ouverture"),
        only(tables).text("commune_insee"),
    )


def test_the_line_of_the_file_is_kept_after_a_name_on_two_lines(read: Read) -> None:
    tables = read(HEAD + line(f18="355", f3='"CENTRE\nHOSPITALIER"') + line())

    assert only(tables).row == 4


def test_other_categories_are_counted_and_left_aside(read: Read) -> None:
    problems = read(HEAD + line(f18="355") * 3 + line()).problems

    assert [("AUTRES-CATEGORIES", 0, {"total": 3})] == [(p.rule, p.row, p.data) for p in problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_the_etalab_file_is_read_in_both_of_its_encodings(read: Read, encoding: str) -> None:
    data = (HEAD + line(f4="MAISON DE SANTÉ DE L'ÉRABLE")).encode(encoding)

    assert only(read(data)).text("nom") == "MAISON DE SANTÉ DE L'ÉRABLE"


def test_doubled_quotes_are_read(read: Read) -> None:
    tables = read(HEAD + line(f4='"CDS ""LES ÉRABLES"""'))

    assert only(tables).text("nom") == 'CDS "LES ÉRABLES"'


def test_the_label_of_the_category_is_not_believed(read: Read) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(HEAD + line(f18="355", f19="Centre de Santé"))

    assert refusal.value.key == "validation.finess-none-of-ours"


def test_what_finess_does_not_tell_is_absent_and_what_one_row_lacks_is_unknown(read: Read) -> None:
    tables = read(HEAD + line(f22=""))

    assert "projet_de_sante_date" not in tables.structures.columns
    assert (None, "") == (only(tables).value("siret"), only(tables).text("siret"))


def test_lines_of_coordinates_are_passed_over(read: Read) -> None:
    tables = read(HEAD + line() + "geolocalisation;539000059;1;2;ATLASANTE;2026-05-12\n")

    assert len(tables.structures.records) == 1


# --- XML flows

ET = """<structureet><nofinesset>539000059</nofinesset><nofinessej>539000042</nofinessej>
<rs>CDS DU PORT</rs><rslongue xsi:nil="true"/><commune>130</commune><departement>53</departement>
<categetab>124</categetab><siret xsi:nil="true"/><dateouv>2020-03-02</dateouv>
<datefermeture xsi:nil="true"/></structureet>"""
EJ = """<structureej><nofiness>539000042</nofiness><rs>ASSOCIATION</rs>
<statutjuridique>60</statutjuridique><categetab>604</categetab></structureej>"""


def flow(*entries: str) -> str:
    name = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<fluxfiness {name}>\n{"".join(entries)}\n</fluxfiness>'


def test_an_establishment_of_the_flow_is_placed_at_the_line_where_it_starts(read: Read) -> None:
    other = ET.replace(">124<", ">355<")

    record = only(read(flow(other, "\n", ET)))

    assert (7, "CDS DU PORT", "53130") == (
        record.row,
        record.text("nom"),
        record.text("commune_insee"),
    )


def test_the_flow_of_legal_entities_beside_gives_the_legal_form(read: Read) -> None:
    assert only(read(flow(EJ), flow(ET))).text("forme_juridique") == "60"
    assert "forme_juridique" not in read(flow(ET)).structures.columns


def test_the_flow_of_legal_entities_alone_gives_those_of_our_categories(read: Read) -> None:
    record = only(read(flow(EJ)))

    assert ("604", "539000042") == (record.text("type"), record.text("finess_ej"))


def test_the_day_that_stands_for_no_day_is_unknown(read: Read) -> None:
    record = only(read(flow(ET.replace("2020-03-02", "1900-01-01"))))

    assert record.value("date_ouverture") is None


def test_the_same_flow_twice_is_refused(read: Read) -> None:
    with pytest.raises(BadInput) as refusal:
        read(flow(ET), flow(ET))

    assert refusal.value.key == "validation.twice"


# --- FINESS+


def place(**told: Any) -> dict[str, Any]:
    return {
        "informationsGeneralesEGE": {
            "egeId": "9",
            "dateOuverture": "2020-03-02",
            "nomEgeCourt": "CDS DU PORT     ",
            "nomEgeLong": "CENTRE DE SANTE DU PORT     ",
            "numFinessEge": "539000059",
            "siret": None,
        },
        "categorieentiteGeographiqueExercice": "124",
        "adresse": [{"usageAdresse": "03", "cogCommune": "53130", "lieuDit": "\\ "}],
        **told,
    }


def plus(*places: dict[str, Any], **told: Any) -> str:
    owner = {
        "informationsGeneralesPMEJ": {
            "pmSmsseId": "1",
            "numFinessPm": "539000042",
            "denominationPm": "ASSOCIATION DU PORT",
            "statutJuridique": "60",
        },
        "ege": list(places),
    }
    return json.dumps({"schemaVersion": "v1.0.0", "gcc": [], "gco": [], "pmej": [owner]} | told)


def test_an_establishment_of_finess_plus_has_its_legal_entity(read: Read) -> None:
    record = only(read(plus(place(categorieentiteGeographiqueExercice="355"), place())))

    assert (2, "539000042", "60", "CENTRE DE SANTE DU PORT", "53130") == (
        record.row,
        record.text("finess_ej"),
        record.text("forme_juridique"),
        record.text("nom"),
        record.text("commune_insee"),
    )


def test_a_list_of_establishments_without_legal_entities_is_read(read: Read) -> None:
    record = only(read(json.dumps([place()])))

    assert ("539000059", None) == (record.text("finess_et"), record.value("forme_juridique"))


@pytest.mark.parametrize(
    ("addresses", "commune"),
    [
        ([("06", "01173"), ("03", "01313")], "01313"),
        ([("06", "01173"), ("02", "01173")], "01173"),
        ([("06", "01173"), ("02", "01313")], ""),
        ([("03", None), ("06", "\\ ")], ""),
    ],
)
def test_of_several_addresses_the_place_itself_is_kept(
    read: Read, addresses: list[tuple[str, str | None]], commune: str
) -> None:
    told = [{"usageAdresse": use, "cogCommune": code} for use, code in addresses]

    assert only(read(plus(place(adresse=told)))).text("commune_insee") == commune


@pytest.mark.parametrize("value", [None, [], {}, True, 3.5, "\\ ", "   "])
def test_a_value_that_is_none_is_unknown(read: Read, value: object) -> None:
    told = place()
    told["informationsGeneralesEGE"]["dateOuverture"] = value

    record = only(read(plus(told)))

    assert (None, "") == (record.value("date_ouverture"), record.text("date_ouverture"))


def test_a_cpts_without_establishment_is_known_by_its_group(read: Read) -> None:
    record = only(read(plus(gco=[{"pmSmsseId": "1", "typeGco": "001"}])))

    assert ("604", "ASSOCIATION DU PORT", "539000042") == (
        record.text("type"),
        record.text("nom"),
        record.text("identifiant"),
    )


def test_a_cpts_with_an_establishment_is_one_row(read: Read) -> None:
    community = place(categorieentiteGeographiqueExercice="604")

    assert only(read(plus(community, gco=[{"pmSmsseId": "1", "typeGco": "001"}]))).row == 1


def test_other_groups_are_no_cpts(read: Read) -> None:
    assert (
        len(read(plus(place(), gco=[{"pmSmsseId": "1", "typeGco": "003"}])).structures.records) == 1
    )


# --- refused

BOMB = (
    '<!DOCTYPE fluxfiness [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
REFUSED: dict[str, tuple[str | bytes, type[SoinsError], str]] = {
    "a cut line": (HEAD + line()[:60], Unreadable, "finess-fields"),
    "an open quotation mark": (HEAD + line(f3='"CDS'), Unreadable, "csv-row"),
    "binary": ((HEAD + line(f3="CDS\0")).encode(), WrongType, "binary"),
    "a header only": (HEAD, Unreadable, "finess-nothing"),
    "a very long field": (HEAD + line(f3="x" * 40_000), TooLarge, "long-cell"),
    "cut XML": (flow(ET)[:-20], Unreadable, "xml"),
    "an XML bomb": (flow(ET).replace("<flux", BOMB + "<flux"), Unreadable, "dtd"),
    "an external entity": (
        flow(ET).replace("<flux", '<!DOCTYPE fluxfiness SYSTEM "http://127.0.0.1/x"><flux'),
        Unreadable,
        "dtd",
    ),
    "deep XML": ("<fluxfiness>" + "<a>" * 100_000, Unreadable, "nested"),
    "a very long element": (flow(ET.replace("CDS DU", "x" * 40_000)), TooLarge, "long-cell"),
    "XML without entries": (flow(), Unreadable, "finess-nothing"),
    "cut JSON": (plus(place())[:-5], Unreadable, "json"),
    "deep JSON": ('{"pmej": ' + "[" * 200_000, Unreadable, "json"),
    "a number of 5,000 digits": ('{"pmej": ' + "9" * 5_000 + "}", Unreadable, "json"),
    "JSON that is not UTF-8": (
        plus(place()).encode().replace(b"PORT", b"\xe9"),
        Unreadable,
        "not-utf8",
    ),
    "a character of no XML": (plus(place()).replace("DU PORT", "\\uffff"), Unreadable, "control"),
    "half a character": (plus(place()).replace("DU PORT", "\\ud800"), Unreadable, "control"),
    "JSON after the published schema": (
        '{"schemaVersion": "v1", "pmej": [{"informationsGeneralesPmej": {}, "ege": {}}]}',
        Unreadable,
        "finess-nothing",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_finess_file_that_cannot_be_used_is_refused_with_a_sentence(
    read: Read, case: str
) -> None:
    content, kind, key = REFUSED[case]

    with pytest.raises(SoinsError) as refusal:
        read(content)

    assert (kind, f"validation.{key}") == (type(refusal.value), refusal.value.key)
    assert all(
        "{" not in say(refusal.value.key, lang, **refusal.value.data) for lang in ("fr", "en")
    )


def test_more_establishments_than_allowed_are_refused(read: Read) -> None:
    with pytest.raises(TooLarge):
        read(HEAD + line() * 11, settings=Settings(rows=10))


# --- real files


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("finess-etalab-csv/etalab-cs1100502-extrait-20260512-utf8.csv", 14),
        ("finess-etalab-csv/etalab-cs1100502-extrait-20260512-latin1.csv", 14),
        ("finess-flux-xml/finess_cs1400101_stock_20211214-0333.xml", 3),
        ("finess-flux-xml/finess_cs1400102_stock_20211214-0336.xml", 14),
        ("finess-plus/extrait-structures-journalier-20260309.json", 2),
        ("finess-plus/ege-cas-limites-202609.json", 4),
    ],
)
def test_the_real_extracts_hold_nothing_of_ours(
    read: Read, shared: Path, name: str, count: int
) -> None:
    with pytest.raises(Unreadable) as refusal:
        read((shared / "data" / name).read_bytes())

    assert ("validation.finess-none-of-ours", count) == (
        refusal.value.key,
        refusal.value.data["count"],
    )


def test_a_real_establishment_is_read_whole_once_its_category_is_ours(
    columns: tuple[Column, ...], shared: Path
) -> None:
    path = shared / "data/finess-plus/ege-cas-limites-202609.json"
    data = path.read_bytes().replace(b'"446"', b'"124"').replace(b'"190"', b'"603"')

    records = tabular.read([Upload("essai", data)], columns, Settings()).structures.records

    assert [
        (1, "124", "SAVS ASSOCIATION ECLAT", "01313", None),
        (
            3,
            "603",
            "CENTRE D'ACTION MEDICO-SOCIALE PRECOCE LES JACARANDAS",
            "97411",
            "77555989100285",
        ),
    ] == [
        (r.row, r.text("type"), r.text("nom"), r.text("commune_insee"), r.value("siret"))
        for r in records
    ]
