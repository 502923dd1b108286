"""Search over HTTP."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from kg.search import KINDS


def test_the_json_is_grouped_and_ready_to_show(client: FlaskClient) -> None:
    found = client.get("/api/search?q=L.+6323-3&lang=en&limit=2&date=2020-01-01").get_json()

    assert [group["kind"] for group in found["groups"]][:2] == ["text", "concept"]
    text = found["groups"][0]["hits"][0]
    assert text["page"] == "/texte/csp/l6323-3?lang=en&date=2020-01-01"
    assert text["line"].endswith(" · in force")
    assert all(len(group["hits"]) <= 2 for group in found["groups"])
    assert found["count"] == sum(group["count"] for group in found["groups"])


def test_a_question_leads_to_its_answer_in_words_or_by_its_query(client: FlaskClient) -> None:
    found = client.get(
        "/api/search?q=quels+textes+r%C3%A9gissent&kind=question&limit=50"
    ).get_json()
    hits = found["groups"][0]["hits"]

    by_query = next(hit for hit in hits if hit["query"])
    in_words = next(hit for hit in hits if not hit["query"])
    assert by_query["page"].startswith("/sparql?query=")
    assert by_query["line"] == "SPARQL"
    assert in_words["page"].startswith("/question?q=")
    for hit in (by_query, in_words):
        assert client.get(hit["page"], headers={"Accept": "text/html"}).status_code == 200


def test_the_json_says_which_hits_are_homonyms(client: FlaskClient) -> None:
    found = client.get("/api/search?q=CDS&lang=fr").get_json()

    assert [iri.rpartition("/")[2] for iri in found["homonyms"]] == [
        "CentreDeSante",
        "ChirurgienDentiste",
    ]


@pytest.mark.parametrize(
    "address",
    ["?q=" + "a" * 501, "?q=x&limit=0", "?q=x&limit=51", "?q=x&limit=²", "?q=x&limit=a", "?q=x&kind=y",
     "?q=x&lang=de", "?q=x&date=demain"],
)  # fmt: skip
def test_what_cannot_be_used_is_refused(client: FlaskClient, address: str) -> None:
    answer = client.get("/api/search" + address)

    assert answer.status_code == 400
    assert answer.get_json()["ok"] is False


def test_nothing_searched_finds_nothing(client: FlaskClient) -> None:
    assert client.get("/api/search").get_json()["groups"] == []
    assert client.get("/recherche").status_code == 200


@pytest.mark.parametrize(
    ("lang", "said"),
    [("fr", "« CDS » veut dire plusieurs choses"), ("en", "“CDS” means several things")],
)
def test_the_page_says_that_an_acronym_has_several_meanings(
    client: FlaskClient, lang: str, said: str
) -> None:
    page = client.get(f"/recherche?q=CDS&lang={lang}").text.replace("\u00a0", " ")

    assert said in page
    assert f'<html lang="{lang}">' in page


def test_the_counts_of_the_page_are_those_of_the_json(client: FlaskClient) -> None:
    page = client.get("/recherche?q=sant%C3%A9&lang=fr").text
    found = client.get("/api/search?q=sant%C3%A9&lang=fr").get_json()

    counts = dict(re.findall(r'<h2 id="(\w+)">[^<]*<span class="tag">(\d+)</span>', page))
    assert counts == {group["kind"]: str(group["count"]) for group in found["groups"]}
    assert set(counts) <= set(KINDS)


def test_the_page_of_one_kind_shows_all(client: FlaskClient) -> None:
    page = client.get("/recherche?q=sant%C3%A9&lang=fr&kind=rule").text
    found = client.get("/api/search?q=sant%C3%A9&lang=fr&kind=rule").get_json()

    assert page.count('<p class="entry">') == found["count"] > 20


def test_the_day_stays_in_the_links_and_in_the_box(client: FlaskClient) -> None:
    page = client.get("/recherche?q=CPTS&date=2018-01-01").text

    links = re.findall(r'<p class="entry"><a href="([^"]+)"', page)
    assert links
    assert all("date=2018-01-01" in each for each in links)
    assert '<input type="hidden" name="date" value="2018-01-01">' in page


def test_an_absent_number_is_said_to_be_absent(client: FlaskClient) -> None:
    page = client.get("/recherche?q=R4127-1&lang=fr").text.replace("\u00a0", " ")

    assert "« R4127-1 » n’est pas dans le corpus." in page
    assert "Ce qui s’en approche le plus :" in page


def test_a_concept_and_a_year_lead_to_what_changed_then(client: FlaskClient) -> None:
    page = client.get("/recherche?q=MSP+2019&lang=fr").text

    address = re.search(r'href="(/changements/2019[^"]*)"', page)
    assert address
    assert "CSP, art. L. 6323-3" in client.get(address[1].replace("&amp;", "&")).text


@pytest.mark.parametrize(
    ("lang", "said"), [("fr", "Rien n’a tous ces mots"), ("en", "Nothing has all these words")]
)
def test_the_page_says_that_a_part_of_the_words_was_found(
    client: FlaskClient, lang: str, said: str
) -> None:
    found = client.get(f"/api/search?q=salaire+bureau+hopital&lang={lang}").get_json()

    assert found["partial"]
    assert said in client.get(f"/recherche?q=salaire+bureau+hopital&lang={lang}").text


def test_too_long_a_search_is_explained_on_the_page(client: FlaskClient) -> None:
    answer = client.get("/recherche?lang=en&q=" + "a" * 501)

    assert answer.status_code == 400
    assert "500 characters at most" in answer.text


@pytest.mark.parametrize("path", ["/recherche", "/api/search"])
def test_hostile_words_are_shown_as_words(client: FlaskClient, path: str) -> None:
    answer = client.get(path, query_string={"q": "<script>alert(1)</script>\"'><img src=x>"})

    assert answer.status_code == 200
    if answer.mimetype == "text/html":
        assert "<script>alert" not in answer.text
        assert "<img" not in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/concepts", "/texte/csp/l6323-3", "/recherche", "/nulle-part"]
)
def test_every_page_has_one_search_box_that_works_without_scripts(
    client: FlaskClient, path: str
) -> None:
    page = client.get(path, headers={"Accept": "text/html"}).text

    assert page.count('action="/recherche" method="get"') == 1
