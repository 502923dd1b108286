"""The page of the model, and those of its modules."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from rdflib import Graph
from rdflib.namespace import OWL, RDF

from kg.messages import Lang
from kg.namespaces import SOINS
from kg.store import LocalStore

HTML = {"Accept": "text/html"}


def test_each_term_of_the_model_is_listed_once(client: FlaskClient, store: LocalStore) -> None:
    modules = client.get("/ontologie.json").get_json()["modules"]
    listed = [term["ref"]["iri"] for module in modules for term in module["terms"]]

    declared = store.select(
        "SELECT DISTINCT ?x { ?x $type ?kind FILTER(STRSTARTS(STR(?x), STR($base))) }",
        type=RDF.type, base=SOINS[""],
    )  # fmt: skip
    assert sorted(listed) == sorted(str(row["x"]) for row in declared)


@pytest.mark.parametrize(
    ("lang", "name", "heading", "meaning"),
    [
        ("fr", "Textes", "Relations", "Texte voté par le Parlement."),
        ("en", "Texts", "Relations", "A text passed by Parliament."),
    ],
)
def test_a_module_says_what_its_terms_mean(
    client: FlaskClient, lang: Lang, name: str, heading: str, meaning: str
) -> None:
    whole = client.get(f"/ontologie?lang={lang}", headers=HTML).text
    page = client.get(f"/ontologie/textes?lang={lang}", headers=HTML).text

    assert f'<a href="/ontologie/textes?lang={lang}">{name}</a>' in whole
    assert meaning not in whole
    assert f"<h1>{name}</h1>" in page
    assert f"<h2>{heading}</h2>" in page
    assert meaning in page
    assert "/concept/absorbe" not in page  # a term of another module


def test_the_twins_of_a_module_hold_its_terms(client: FlaskClient) -> None:
    graph = Graph().parse(data=client.get("/ontologie/textes.ttl").text, format="turtle")
    rows = client.get("/ontologie/textes.csv").text.splitlines()

    assert (SOINS.Loi, RDF.type, OWL.Class) in graph
    assert (SOINS.absorbe, RDF.type, None) not in graph
    assert rows[0] == "ref,ref_iri,name,module,module_iri,kind,definition"
    assert any(f"{SOINS.Loi},Loi,Textes," in row for row in rows)


def test_a_module_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get("/ontologie/nope", headers=HTML).status_code == 404
