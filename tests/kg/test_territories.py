"""Territories come whole from the pinned npm package, each with its code and the larger ones it belongs to."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from rdflib import Literal, URIRef

from kg import build, territories
from kg.errors import CannotRun
from kg.messages import say
from kg.namespaces import graph, iri
from kg.resources import npm_package
from kg.store import LocalStore

ROOT = Path(__file__).parents[2]
PACKAGE = npm_package(territories.PACKAGE)
PREFIXES = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX soins: <https://w3id.org/soins-coordonnes/def/>
"""


def listed(name: str) -> list[dict[str, str]]:
    return json.loads((PACKAGE / "data" / f"{name}.json").read_bytes())


def parents(store: LocalStore, path: str) -> dict[str, str]:
    rows = store.select(
        PREFIXES + "SELECT ?whole ?name { $place soins:faitPartieDuTerritoire+ ?whole ."
        " ?whole rdfs:label ?name }",
        place=iri(f"id/territoire/{path}"),
    )
    return {str(r["whole"]).rpartition("territoire/")[2]: str(r["name"]) for r in rows}


@pytest.mark.parametrize(
    ("path", "larger"),
    [
        ("commune/53130", {"epci/200083392": "CA Laval Agglomération", "departement/53": "Mayenne", "region/52": "Pays de la Loire"}),
        ("commune/01001", {"epci/200069193": "CC de la Dombes", "departement/01": "Ain", "region/84": "Auvergne-Rhône-Alpes"}),
        ("commune/2A004", {"epci/242010056": "CA du Pays Ajaccien", "departement/2A": "Corse-du-Sud", "region/94": "Corse"}),
        ("commune/97411", {"epci/249740119": "CA Intercommunale du Nord de la Réunion (CINOR)", "departement/974": "La Réunion", "region/04": "La Réunion"}),
        ("commune/29083", {"departement/29": "Finistère", "region/53": "Bretagne"}),
        ("arrondissement-municipal/75112", {"commune/75056": "Paris", "epci/200054781": "Métropole du Grand Paris", "departement/75": "Paris", "region/11": "Île-de-France"}),
    ],
)  # fmt: skip
def test_a_place_has_its_epci_departement_and_region(
    store: LocalStore, path: str, larger: dict[str, str]
) -> None:
    assert parents(store, path) == larger


@pytest.mark.parametrize("code", ["99999", "53000", "1001", "75112"])
def test_a_code_that_is_no_commune_s_is_absent(store: LocalStore, code: str) -> None:
    """A postcode (53000), a code without its leading zero, an arrondissement: none is a commune."""
    query = PREFIXES + "ASK { ?place a soins:TerritoireCommunal ; dcterms:identifier $code }"

    assert store.ask(query, code=Literal("53130"))
    assert not store.ask(query, code=Literal(code))


def test_there_are_as_many_territories_as_the_package_lists(store: LocalStore) -> None:
    rows = store.select(
        PREFIXES
        + "SELECT ?kind (COUNT(?place) AS ?n) { GRAPH $g { ?place a ?kind } } GROUP BY ?kind",
        g=graph("territoires"),
    )
    kinds = Counter(commune["type"] for commune in listed("communes"))

    assert {str(r["kind"]).rpartition("/")[2]: int(str(r["n"])) for r in rows} == {
        "TerritoireRegional": len(listed("regions")),
        "TerritoireDepartemental": len(listed("departements")),
        "TerritoireIntercommunal": len(listed("epci")),
        "TerritoireCommunal": kinds["commune-actuelle"],
        "ArrondissementMunicipal": kinds["arrondissement-municipal"],
    }
    assert kinds["commune-actuelle"] > 34_000


def test_a_territory_takes_five_triples_at_most(store: LocalStore) -> None:
    rows = store.select(
        "SELECT ?place { GRAPH $g { ?place ?p ?o } } GROUP BY ?place HAVING (COUNT(*) > 5)",
        g=graph("territoires"),
    )

    assert rows == []


def test_codes_are_text_with_their_leading_zeros(store: LocalStore) -> None:
    rows = store.select(
        PREFIXES + "SELECT ?code { GRAPH $g { ?place dcterms:identifier ?code } }",
        g=graph("territoires"),
    )
    codes = {row["code"] for row in rows}

    assert {Literal("01"), Literal("01001"), Literal("2A004")} <= codes
    assert {str(code.datatype) for code in codes if isinstance(code, Literal)} <= {"None"}
    assert {len(str(code)) for code in codes} == {2, 3, 5, 9}


def test_every_larger_territory_is_itself_described(store: LocalStore) -> None:
    question = PREFIXES + (
        "ASK { ?place soins:faitPartieDuTerritoire ?whole FILTER NOT EXISTS { ?whole a ?kind } }"
    )

    assert not store.ask(question)


def test_a_place_that_the_sources_name_is_linked_to_its_concept(store: LocalStore) -> None:
    rows = store.select(
        PREFIXES
        + "SELECT ?place ?concept ?name { GRAPH $g { ?place skos:exactMatch ?concept ; rdfs:label ?place_name }"
        " ?concept skos:prefLabel ?name FILTER(STR(?name) = STR(?place_name) && LANG(?name) = 'fr') }",
        g=graph("territoires"),
    )

    assert {row["place"] for row in rows} == {
        iri("id/territoire/region/52"),
        iri("id/territoire/departement/25"),
        iri("id/territoire/departement/53"),
    }  # fmt: skip


def test_the_version_is_the_one_that_npm_installs() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    wanted = json.loads((ROOT / "package.json").read_text("utf-8"))["dependencies"]

    assert lock[f"node_modules/{territories.PACKAGE}"]["version"] == territories.VERSION
    assert wanted[territories.PACKAGE] == territories.VERSION


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]

    assert [name for name, entry in lock.items() if "resolved" in entry] == []


def test_without_the_package_the_build_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "npm_package", lambda name: tmp_path / name)

    with pytest.raises(CannotRun) as raised:
        build.build(tmp_path / "built")

    assert "make setup" in say(raised.value.key, "en", **raised.value.data)
    assert not (tmp_path / "built").exists()


def test_another_version_of_the_package_is_refused(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"version": "5.0.0"}', encoding="utf-8")

    with pytest.raises(CannotRun, match=r"error\.no-territories"):
        list(territories.read(tmp_path))


def test_a_list_that_is_missing_is_refused(tmp_path: Path) -> None:
    version = json.dumps({"version": territories.VERSION})
    (tmp_path / "package.json").write_text(version, encoding="utf-8")

    with pytest.raises(CannotRun, match=r"error\.no-territories"):
        list(territories.read(tmp_path))


def test_a_dataset_that_is_up_to_date_needs_no_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = build.ensure()
    monkeypatch.setattr(build, "npm_package", lambda name: tmp_path / name)

    assert build.ensure() == made


def test_no_territory_is_a_subject_of_the_question_layer(store: LocalStore) -> None:
    """35 000 names of communes would drown those of the law: « Plan », « Le Port »…"""
    from kg.concepts.names import names

    assert not [thing for thing in names(store, "fr") if _is_place(thing)]


def _is_place(thing: object) -> bool:
    return isinstance(thing, URIRef) and thing.startswith(iri("id/territoire/"))
