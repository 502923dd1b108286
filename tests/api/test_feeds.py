"""Changes of the law over HTTP: page, Atom feed, calendar."""

from __future__ import annotations

from datetime import date
from xml.etree.ElementTree import Element, fromstring

import icalendar
import pytest
from flask.testing import FlaskClient

from kg import concepts
from kg.messages import LANGS, Lang, say
from kg.store import LocalStore

ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client: FlaskClient, query: str = "") -> Element:
    answer = client.get(f"/changements.atom?{query}")
    assert answer.mimetype == "application/atom+xml"
    return fromstring(answer.data)


def entries(found: Element) -> list[Element]:
    return found.findall(f"{ATOM}entry")


def text(element: Element, name: str) -> str:
    return element.findtext(f"{ATOM}{name}") or ""


@pytest.mark.parametrize("query", ["", "lang=en", "concept=MSP&lang=fr", "date=1950-01-01"])
def test_a_feed_has_all_that_atom_asks_for(client: FlaskClient, query: str) -> None:
    """RFC 4287, 4.1.1 and 4.1.2: id, title, updated, author, a self link; each entry an alternate link."""
    found = feed(client, query)
    links = {link.get("rel"): link.get("href", "") for link in found.findall(f"{ATOM}link")}
    names = [text(entry, "id") for entry in entries(found)]

    assert all(text(found, name) for name in ("id", "title", "updated"))
    assert found.findtext(f"{ATOM}author/{ATOM}name")
    assert links["self"].startswith("http://localhost/changements.atom?")
    assert client.get(links["alternate"]).status_code == 200
    assert len(names) == len(set(names)) > 0
    for entry in entries(found):
        assert text(entry, "title")
        date.fromisoformat(text(entry, "updated").removesuffix("T00:00:00Z"))
        assert entry.find(f"{ATOM}link[@rel='alternate']") is not None
        content = entry.find(f"{ATOM}content")
        assert content is not None
        assert content.get("type") == "xhtml"
        assert [child.tag for child in content] == ["{http://www.w3.org/1999/xhtml}div"]
    assert text(found, "updated") == max(text(entry, "updated") for entry in entries(found))


def test_every_entry_leads_to_a_page(client: FlaskClient) -> None:
    found = feed(client)
    addresses = {
        link.get("href", "")
        for entry in entries(found)
        for link in entry.findall(f"{ATOM}link[@rel='alternate']")
    }

    assert len(addresses) > 50
    assert {client.get(address).status_code for address in addresses} == {200}


def test_names_of_entries_are_the_same_in_both_languages_and_on_any_day(
    client: FlaskClient,
) -> None:
    french, english, before = (
        {text(entry, "id"): text(entry, "updated") for entry in entries(feed(client, query))}
        for query in ("lang=fr", "lang=en", "lang=fr&date=2020-01-01")
    )

    assert french == english == before


def test_a_feed_of_a_concept_holds_only_what_concerns_it(client: FlaskClient) -> None:
    found = feed(client, "concept=DAC")
    terms = [
        {category.get("term") for category in entry.findall(f"{ATOM}category")}
        for entry in entries(found)
    ]

    assert terms
    assert all("DispositifDAppuiALaCoordination" in named for named in terms)


def calendar(client: FlaskClient, query: str = "") -> icalendar.Calendar:
    answer = client.get(f"/echeances.ics?{query}")
    assert answer.mimetype == "text/calendar"
    return icalendar.Calendar.from_ical(answer.data)


def test_the_calendar_tells_what_is_to_come_only(client: FlaskClient, store: LocalStore) -> None:
    day = date(2021, 12, 1)
    told = concepts.changes(store, "fr", day).to_come
    events = calendar(client, "date=2021-12-01&lang=fr").walk("VEVENT")

    assert [str(e["UID"]) for e in events] == [
        f"{change.anchor}@w3id.org" for change in told if change.is_binding
    ]
    assert all(e.decoded("DTSTART") > day for e in events)
    assert all(e["DTSTART"].params["VALUE"] == "DATE" for e in events)


def test_past_deadlines_come_on_demand(client: FlaskClient) -> None:
    past = calendar(client, "passees=1&concept=DAC&lang=fr").walk("VEVENT")
    deadline = next(e for e in past if "echeance" in e["UID"])

    assert deadline.decoded("DTSTART") == date(2022, 7, 27)
    assert "au plus tard le 27 juillet 2022" in deadline["DESCRIPTION"]
    assert "DAC" in deadline["CATEGORIES"].cats


def test_the_lines_of_a_calendar_are_folded_and_end_as_the_rfc_says(client: FlaskClient) -> None:
    data = client.get("/echeances.ics?passees=1").data
    lines = data.split(b"\r\n")

    assert lines[-1] == b""
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    assert any(line.startswith(b" ") for line in lines)


def test_where_nothing_is_to_come_the_calendar_holds_the_last_day_of_change(
    client: FlaskClient, store: LocalStore
) -> None:
    """Some programs refuse a calendar without an event."""
    binding = [c for c in concepts.events(store, "fr", date(2100, 1, 1)) if c.is_binding]
    events = calendar(client, "date=2100-01-01").walk("VEVENT")

    assert {event.decoded("DTSTART") for event in events} == {binding[-1].day}


@pytest.mark.parametrize("lang", LANGS)
def test_a_year_may_be_narrowed_to_a_concept(client: FlaskClient, lang: Lang) -> None:
    year, both = (
        client.get(f"/changements/2021.json?{query}").json
        for query in ("", f"concept=CPTS&lang={lang}")
    )
    page = client.get(f"/changements/2021?concept=CPTS&lang={lang}").text

    assert 0 < len(both["past"]) < len(year["past"])
    assert all("CPTS" in {ref["acronym"] for ref in c["concepts"]} for c in both["past"])
    assert {c["day"][:4] for c in both["past"]} == {"2021"}
    name = both["concept"]["label"]
    title = say("changes.title-both", lang, concept=name, year=2021)
    assert f"<h1>{title}</h1>" in page.replace("\u00a0", " ").replace("\u202f", " ")


def test_the_year_may_be_asked_for_by_a_parameter(client: FlaskClient) -> None:
    asked = client.get("/changements.json?annee=2019").json

    assert asked["past"] == client.get("/changements/2019.json").json["past"]
    for value in ("abc", "٢٠١٩", "20190"):
        assert client.get("/changements", query_string={"annee": value}).status_code == 400


@pytest.mark.parametrize("path", ["/changements.atom", "/echeances.ics?passees=1"])
def test_a_feed_is_the_same_bytes_until_the_dataset_changes(client: FlaskClient, path: str) -> None:
    first, second = client.get(path), client.get(path)
    known = client.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert first.data == second.data
    assert known.status_code == 304


@pytest.mark.parametrize(
    "path",
    ["/changements?concept=Nope", "/changements.atom?concept=%3Cb%3E", "/echeances.ics?concept=x",
     "/changements/1066", "/changements/2021x"],
)  # fmt: skip
def test_an_unknown_concept_or_year_is_404(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_pages_lead_to_the_feeds(client: FlaskClient) -> None:
    home = client.get("/", headers={"Accept": "text/html"}).text
    concept = client.get("/concept/MaisonDeSante", headers={"Accept": "text/html"}).text

    assert 'type="application/atom+xml"' in home
    assert 'href="/changements.atom?concept=MaisonDeSante&amp;lang=fr"' in concept
    assert 'href="/changements"' in home


def test_search_engines_are_told_of_every_year(client: FlaskClient) -> None:
    told = client.get("/sitemap.xml").text
    years = client.get("/changements.json").json["years"]

    assert "<loc>http://localhost/changements</loc>" in told
    assert all(f"<loc>http://localhost/changements/{y['year']}</loc>" in told for y in years)
