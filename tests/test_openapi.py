"""The server does what ``/openapi.json`` says, and ``/openapi.json`` says what the server does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

import api.discovery
from api import create_app
from api.context import Context
from kg import __version__, build
from kg.messages import LANGS
from kg.resources import BUILT
from kg.settings import Settings
from kg.store import LocalStore

NOT_JSON = {
    "static",
    "discovery.robots.icon",
    "discovery.robots.robots",
    "discovery.robots.sitemap",
    "discovery.usage.usage",
    "feeds.atom",
    "feeds.calendar",
    "questions.page",
    "search.page",
    "site.neighbourhood_picture",
    "site.thing",  # 303 to one of the others
    "validation.entrance.page",
    "validation.entrance.workbook",
    "validation.entrance.csv_files",
    "validation.jobs.act",  # the form of a page
    # Their own standards describe them: SPARQL 1.1 Protocol, SPARQL 1.1 Graph Store HTTP Protocol.
    "sparql.sparql",
    "update.update",
    "graph_store.read",
    "graph_store.replace",
    "graph_store.add",
    "graph_store.remove",
}
"""Views that give programs no JSON."""

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]
"""Not among them: that unknown parameters be refused. Ours are ignored, as the Web has it."""

SLOW = {"/api/validate": 5}
"""Operations that start a process, and how many times they are tried."""


@pytest.fixture(scope="module")
def document(client: FlaskClient) -> dict[str, Any]:
    """The description, as served."""
    found = client.get("/openapi.json?lang=en").json
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def described(client: FlaskClient) -> schemathesis.BaseSchema:
    """The description, ready to be tried on the application in this process."""
    return schemathesis.openapi.from_wsgi("/openapi.json?lang=en", client.application)


@schemathesis.serializer("text/csv")
def csv_body(_: schemathesis.SerializationContext, value: Any) -> bytes:
    return str(value).encode("utf-8", "surrogateescape")


def operations(document: dict[str, Any]) -> set[tuple[str, str]]:
    return {(path, method) for path, item in document["paths"].items() for method in item}


WRITTEN = yaml.safe_load((Path(api.discovery.__file__).parent / "openapi.yaml").read_text("utf-8"))


@pytest.mark.parametrize(("path", "method"), sorted(operations(WRITTEN)))
def test_every_answer_is_one_that_the_description_announces(
    described: schemathesis.BaseSchema, path: str, method: str
) -> None:
    operation = described[path][method]

    @given(operation.as_strategy())
    @settings(
        max_examples=SLOW.get(path, 12),
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def holds(case: schemathesis.Case) -> None:
        # In process nobody unpacks: the client of schemathesis says that it would.
        case.call_and_validate(checks=CHECKS, headers={"Accept-Encoding": "identity"})

    holds()


def views(client: FlaskClient) -> dict[str, set[tuple[str, str]]]:
    """Each view, with its (path, method) as OpenAPI writes them."""
    found: dict[str, set[tuple[str, str]]] = {}
    for rule in client.application.url_map.iter_rules():
        path = re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", str(rule))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            found.setdefault(rule.endpoint, set()).add((path, method.lower()))
    return found


def test_every_view_that_gives_json_is_described(
    client: FlaskClient, document: dict[str, Any]
) -> None:
    """A view with several addresses (``/concepts``, ``/concepts.json``) is described under one of them."""
    described = operations(document)

    missing = {name for name, routes in views(client).items() if not routes & described}
    assert missing == NOT_JSON


def test_everything_described_exists(client: FlaskClient, document: dict[str, Any]) -> None:
    routes = {route for routes in views(client).values() for route in routes}

    assert operations(document) - routes == set()


@pytest.mark.parametrize("lang", LANGS)
def test_the_description_speaks_the_language_asked_for(client: FlaskClient, lang: str) -> None:
    told = client.get(f"/openapi.json?lang={lang}").json

    assert told["info"]["title"] == {"fr": "Soins coordonnés", "en": "Coordinated care"}[lang]
    assert "'fr':" not in str(told)
    assert told["openapi"].startswith("3.1")
    assert told["info"]["version"] == __version__


def test_the_limits_described_are_those_of_the_settings(document: dict[str, Any]) -> None:
    question = document["paths"]["/api/ask"]["get"]["parameters"][0]

    assert question["schema"]["maxLength"] == Settings().question


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/api/ask", "/api/ask?q=textes+CDS&date=2020-07-16&lang=fr"),
        ("/api/ask", "/api/ask?q=minimum+number+of+GPs+in+an+MSP%3F&date=2026-11-22"),
        ("/api/ask", "/api/ask?q=quel+est+le+salaire+d'un+coordinateur+de+CPTS"),
        ("/concept/{name}", "/concept/MaisonDeSante?format=json"),
        ("/texte/{path}", "/texte/csp/l6323-3?format=json"),
        ("/dump", "/dump?format=json"),
    ],
)
def test_a_true_answer_has_the_schema_described(
    client: FlaskClient, described: schemathesis.BaseSchema, path: str, address: str
) -> None:
    """Words of chance are refused: here are questions that get an answer."""
    answer = client.get(address)

    assert answer.status_code == 200
    described[path]["get"].validate_response(schemathesis.Response.from_wsgi(answer))


@pytest.mark.parametrize("rows", [b"1;MSP;MSP des Tilleuls;oui", b"1;MSP;MSP des Tilleuls;non"])
def test_a_true_report_has_the_schema_described(
    client: FlaskClient, described: schemathesis.BaseSchema, rows: bytes
) -> None:
    sent = b"identifiant;type;nom;hebergement\n" + rows + b"\n"

    answer = client.post("/api/validate", data=sent, content_type="text/csv")

    assert answer.status_code == 200
    described["/api/validate"]["post"].validate_response(schemathesis.Response.from_wsgi(answer))


def test_a_true_import_has_the_schema_described(
    described: schemathesis.BaseSchema, tmp_path: Path
) -> None:
    store = LocalStore.open(tmp_path, BUILT, build.ensure())
    token = {"Authorization": "Bearer " + "x" * 32}
    sent = b"identifiant;type;nom;hebergement\n1;MSP;MSP des Tilleuls;non\n"

    with Context.open(Settings(token="x" * 32, workers=1), store) as context:
        client = create_app(context).test_client()
        answers = {
            ("/api/import", "post"): client.post(
                "/api/import?source=essai", data=sent, content_type="text/csv", headers=token
            ),
            ("/api/import", "get"): client.get("/api/import"),
            ("/api/import/{source}", "delete"): client.delete("/api/import/essai", headers=token),
        }

    for (path, method), answer in answers.items():
        assert answer.status_code == 200, answer.text
        described[path][method].validate_response(schemathesis.Response.from_wsgi(answer))
    assert len(answers["/api/import", "get"].json["imports"]) == 1
