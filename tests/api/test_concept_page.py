"""The page of a concept: what it says first, how it is cited, and whether a permalink is still exact."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import fromstring

import pytest
from flask.testing import FlaskClient

from kg.concepts.concept import ConceptPage
from kg.concepts.permalink import fingerprint
from kg.messages import LANGS, Lang, say
from kg.store import LocalStore

HTML = {"Accept": "text/html"}
PATH = "/concept/MaisonDeSante"
SVG = "{http://www.w3.org/2000/svg}"


def permalink(client: FlaskClient, address: str) -> str:
    """Return the permalink that the page at *address* gives, without its host."""
    page = client.get(address, headers=HTML).text
    [found] = re.findall(r'<p class="copy">(http://[^<]+)</p>', page)
    parts = urlsplit(unescape(found))
    return f"{parts.path}?{parts.query}"


@pytest.mark.parametrize("lang", LANGS)
def test_the_summary_comes_before_the_texts(client: FlaskClient, lang: Lang) -> None:
    page = client.get(f"{PATH}?lang={lang}", headers=HTML).text
    order = [
        page.index(f'id="{block}"') for block in ("brief", "texts", "rules", "timeline", "cite")
    ]

    assert order == sorted(order)
    assert say("concept.plain", lang) in page


@pytest.mark.parametrize("lang", LANGS)
def test_a_permalink_is_exact_whatever_the_language_of_its_reader(
    client: FlaskClient, lang: Lang
) -> None:
    link = permalink(client, f"{PATH}?date=2020-01-01&lang=fr")

    page = client.get(link.replace("lang=fr", f"lang={lang}"), headers=HTML)

    assert page.status_code == 200
    assert say("concept.permalink-same", lang).replace(" :", "\u00a0:") in page.text


def test_a_permalink_names_what_changed_and_what_cannot_be_shown(client: FlaskClient) -> None:
    link = permalink(client, f"{PATH}?date=2020-01-01&lang=en")
    old = re.sub(r"dataset=[0-9a-f]+", "dataset=000000000000", link)
    definition, rest = re.fullmatch(r"(.*digest=en-)[0-9a-f]{8}(.*)", old).groups()  # type: ignore[union-attr]

    page = client.get(f"{definition}00000000{rest}", headers=HTML).text
    kept = client.get(old, headers=HTML).text

    assert (
        say("concept.permalink-changed", "en", blocks=say("concept.block-definition", "en")) in page
    )
    assert "dataset of that time (000000000000) is not kept" in page
    assert say("concept.permalink-same", "en") in kept
    assert "has changed since (000000000000" in kept


@pytest.mark.parametrize("lang", LANGS)
def test_a_damaged_permalink_is_refused_in_words(client: FlaskClient, lang: Lang) -> None:
    answer = client.get(f"{PATH}?digest=nonsense&lang={lang}", headers=HTML)

    assert answer.status_code == 400
    assert say("concept.permalink-damaged", lang).split(".")[0] in answer.text


def test_the_fingerprint_of_a_page_is_taken_once(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = []

    def counted(page: ConceptPage, lang: Lang) -> str:
        taken.append(page.term)
        return fingerprint(page, lang)

    monkeypatch.setattr("api.concept_page.fingerprint", counted)

    assert client.get(PATH, headers=HTML).status_code == 200
    assert taken == ["MaisonDeSante"]


def test_another_day_is_not_held_against_the_permalink(client: FlaskClient) -> None:
    page = client.get(permalink(client, f"{PATH}?date=2020-01-01"), headers=HTML).text
    form = page[page.index('class="as-of"') :]

    assert "digest" not in form[: form.index("</form>")]


@pytest.mark.parametrize("asked", [f"{PATH}.bib", f"{PATH}?format=bib"])
def test_the_page_is_cited_in_bibtex(client: FlaskClient, asked: str) -> None:
    answer = client.get(asked + ("&" if "?" in asked else "?") + "date=2026-11-22&lang=fr")

    assert answer.mimetype == "application/x-bibtex"
    assert answer.text.startswith("@misc{MaisonDeSante-2026-11-22-")
    assert "title = {{Maison de santé (MSP)}}" in answer.text
    assert "CSP, art. L. 6323-3, al. 1" in answer.text


def test_csl_json_is_negotiated_and_leads_to_the_permalink(
    client: FlaskClient, store: LocalStore
) -> None:
    kind = "application/vnd.citationstyles.csl+json"
    answer = client.get(f"{PATH}?date=2026-11-22&lang=fr", headers={"Accept": kind})
    [item] = json.loads(answer.data)
    asked = parse_qs(urlsplit(item["URL"]).query)

    assert answer.mimetype == kind
    assert item["version"] == store.version[:12]
    assert asked["date"] == ["2026-11-22"]
    assert client.get(item["URL"]).status_code == 200


def test_a_page_without_a_citation_has_none_of_its_formats(client: FlaskClient) -> None:
    assert client.get("/regle/MSP-SIGNATURES.bib").status_code == 406


def test_the_query_behind_a_block_runs_as_it_is(client: FlaskClient) -> None:
    page = client.get(f"{PATH}?lang=fr", headers=HTML).text
    links = {unescape(x) for x in re.findall(r'class="behind"><a href="([^"]+)"', page)}
    queries = [parse_qs(urlsplit(link).query)["query"][0] for link in links]

    assert len(queries) == 5
    for query in queries:
        answer = client.post("/sparql", data={"query": query}, headers={"Accept": "text/csv"})
        assert answer.status_code == 200
        assert answer.text.count("\n") > 1


def test_the_picture_asks_for_the_neighbours_that_the_list_gives(client: FlaskClient) -> None:
    found = client.get(
        "/api/neighbourhood?concept=MaisonDeSante&lang=fr&date=2026-11-22"
    ).get_json()
    page = client.get(f"{PATH}?lang=fr&date=2026-11-22", headers=HTML).text
    listed = page[page.index('class="around"') : page.index('id="questions"')]

    names = {
        e[end]["iri"].rpartition("/")[2] for e in found["edges"] for end in ("origin", "target")
    }
    assert len(names) > 20
    assert {n for n in names if f"/concept/{n}?" not in listed} == {"MaisonDeSante"}


@pytest.mark.parametrize(
    ("query", "status"), [("concept=Nope", 404), ("", 404), ("concept=MaisonDeSante&date=x", 400)]
)
def test_a_neighbourhood_that_cannot_be_is_refused(
    client: FlaskClient, query: str, status: int
) -> None:
    answer = client.get(f"/api/neighbourhood?{query}")

    assert answer.status_code == status
    assert answer.get_json()["ok"] is False


def test_what_quotes_the_law_is_never_given_as_plain_words(client: FlaskClient) -> None:
    page = client.get("/concept/CentreDeSante?lang=fr", headers=HTML).text
    plain = page[page.index(say("concept.plain", "fr")) : page.index(say("concept.law", "fr"))]
    law = page[page.index(say("concept.law", "fr")) : page.index('class="answers"')]

    assert "«" not in plain
    assert "sans hébergement" in law


def test_a_definition_of_today_is_not_given_for_a_day_when_the_law_defined_otherwise(
    client: FlaskClient,
) -> None:
    before = client.get(f"{PATH}?lang=en&date=2010-01-01", headers=HTML).text
    between = client.get(f"{PATH}?lang=en&date=2015-01-01", headers=HTML).text
    today = "A legal person formed between medical professionals"

    def plain(page: str) -> str:
        return page[page.index(say("concept.plain", "en")) : page.index(say("concept.law", "en"))]

    assert today not in plain(before)
    assert today in plain(between)
    assert say("concept.plain-today", "en") in plain(between)


@pytest.mark.parametrize("lang", LANGS)
def test_the_neighbourhood_is_a_picture_without_scripts_that_says_what_the_list_says(
    client: FlaskClient, lang: Lang
) -> None:
    page = client.get(f"{PATH}?lang={lang}&date=2020-01-01", headers=HTML).text
    [address] = re.findall(r'href="([^"]+)" type="image/svg\+xml">', page[page.index("<main") :])
    answer = client.get(unescape(address))
    drawn = fromstring(answer.data)
    linked = {a.text: a.get("href") for a in drawn.iter(f"{SVG}a") if a.text and a.text.strip()}
    listed = client.get(
        f"/api/neighbourhood?concept=MaisonDeSante&lang={lang}&date=2020-01-01"
    ).json
    around = [
        end for e in listed["edges"] for end in (e["origin"], e["target"])
        if end != listed["centre"]
    ]  # fmt: skip

    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Content-Language"] == lang
    assert {
        f"{r['label']} ({r['acronym']})" if r["acronym"] else r["label"] for r in around
    } == set(linked)
    assert all(client.get(urlsplit(to).path).status_code == 200 for to in linked.values())
    assert all(f"lang={lang}" in to and "date=2020-01-01" in to for to in linked.values())
    assert all(not e.tag.endswith(("script", "style", "image")) for e in drawn.iter())


def test_no_word_of_the_picture_leaves_it_or_covers_another(client: FlaskClient) -> None:
    for name in ("MaisonDeSante", "CPTS", "AgenceRegionaleDeSante", "PersonneMorale"):
        term = {"CPTS": "CommunauteProfessionnelleTerritorialeDeSante"}.get(name, name)
        drawn = fromstring(client.get(f"/concept/{term}.svg").data)
        width, height = (float(drawn.get(side)) for side in ("width", "height"))
        places = [
            (group.get("text-anchor"), float(text.get("y")))
            for group in drawn.iter(f"{SVG}g")
            for text in group.findall(f"{SVG}text")
        ]

        assert len(places) == len(set(places)) > 1
        for text in drawn.iter(f"{SVG}text"):
            assert 0 < float(text.get("x")) < width
            assert 0 < float(text.get("y")) < height


@pytest.mark.parametrize("name", ["Nope", "maisonDeSante", "x.y", "FormeJuridique/z"])
def test_what_is_no_concept_has_no_picture(client: FlaskClient, name: str) -> None:
    assert client.get(f"/concept/{name}.svg").status_code == 404
