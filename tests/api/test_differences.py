"""The page of the differences between two versions of a text, and its twins."""

from __future__ import annotations

import csv
import io
import json

import pytest
from flask.testing import FlaskClient

PAGE = "/texte/csp/l6323-3/differences"
ASKED = "?de=2009-07-23&a=2011-08-12"


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("fr", ["Ce qui a changé", "Ce qui est nouveau", "Ce qui n’y est plus", "à compter du"]),
        ("en", ["What changed", "What is new", "What is gone", "para. 2"]),
    ],
)
def test_the_page_says_what_changed_by_which_text(
    client: FlaskClient, lang: str, said: list[str]
) -> None:
    page = client.get(f"{PAGE}{ASKED}&lang={lang}").text

    assert all(each in page for each in said)
    assert "<del>ainsi qu&#39;à des actions </del>" in page
    assert 'href="/texte/loi/2011-940' in page


def test_the_form_chooses_any_two_versions_without_scripts(client: FlaskClient) -> None:
    page = client.get(PAGE + ASKED + "&lang=en").text

    assert page.count('<option value="2009-07-23" selected>') == 1
    assert page.count('<option value="2011-08-12" selected>') == 1
    assert page.count("<option ") == 12


def test_the_twins_say_the_same(client: FlaskClient) -> None:
    told = client.get(f"{PAGE}.json{ASKED}").get_json()
    rows = list(csv.DictReader(io.StringIO(client.get(f"{PAGE}.csv{ASKED}").text)))
    turtle = client.get(f"{PAGE}.ttl{ASKED}").text

    assert [c["kind"] for c in told["changes"]] == [row["kind"] for row in rows]
    assert {row["by"] for row in rows} == {"Loi n° 2011-940 du 10 août 2011"}
    assert "personne-morale" in turtle
    assert json.dumps(told["versions"]).count('"since"') == 6


def test_a_day_in_the_path_tells_what_its_version_changed(client: FlaskClient) -> None:
    lasting = client.get("/texte/csp/l6323-3/2011-08-12/differences.json").get_json()
    asked = client.get(f"{PAGE}.json{ASKED}").get_json()

    assert lasting["changes"] == asked["changes"]


def test_an_unrecorded_version_is_said_to_be(client: FlaskClient) -> None:
    page = client.get("/texte/loi/2005-102/differences?de=2000-01-01&a=2020-01-01&lang=en").text

    assert "The corpus holds no provision of the version in force on 1 January 2020" in page


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/texte/csp/l6323-3/2011-02-30/differences", 400),
        (PAGE + "?de=hier", 400),
        (PAGE + "?a=2020-13-01", 400),
        ("/texte/csp/l1-1/differences", 404),
    ],
)
def test_what_cannot_be_compared_is_refused(client: FlaskClient, address: str, status: int) -> None:
    assert client.get(address, headers={"Accept": "text/html"}).status_code == status


@pytest.mark.parametrize("suffix", ["", ".json", ".jsonld", ".ttl", ".nt", ".rdf", ".csv"])
def test_every_twin_answers(client: FlaskClient, suffix: str) -> None:
    assert client.get(PAGE + suffix + ASKED).status_code == 200


def test_a_path_that_no_text_can_have_is_a_bad_request(client: FlaskClient) -> None:
    assert client.get("/texte/csp%1F/differences").status_code == 400
