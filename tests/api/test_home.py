"""The first page: what this is, where to start, the map and its words, what changed, what is verified."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import api
from kg.messages import LANGS, Lang, catalogue, say

HTML = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


def page(client: FlaskClient, lang: Lang = "fr", day: str = "2026-11-22") -> str:
    return client.get(f"/?lang={lang}&date={day}", headers=HTML).text.replace("\u00a0", " ")


@pytest.mark.parametrize("lang", LANGS)
def test_search_question_and_map_come_before_all_else(client: FlaskClient, lang: Lang) -> None:
    text = page(client, lang)
    places = [
        text.index(part) for part in ("<h1", 'id="find"', 'id="ask"', "<svg", '<h2 id="profiles"')
    ]

    assert places == sorted(places)


def test_every_structure_of_the_picture_leads_to_its_page_and_is_in_the_list(
    client: FlaskClient,
) -> None:
    picture, _, after = page(client).partition("<svg")[2].partition("</svg>")
    links = set(re.findall(r'href="([^"]+)"', picture))
    listed = set(re.findall(r'href="([^"]+)"', after.partition("</ul>")[0]))

    assert len(links) >= 12
    assert links <= listed
    assert all(
        client.get(address.replace("&amp;", "&"), headers=HTML).status_code == 200
        for address in links
    )


def test_the_picture_is_said_by_the_list_to_who_does_not_see_it(client: FlaskClient) -> None:
    picture = page(client).partition("<svg")[2].partition("</svg>")[0]

    assert 'aria-hidden="true"' in picture.partition(">")[0]
    assert picture.count("<a ") == picture.count('tabindex="-1"')
    assert "style=" not in picture


@pytest.mark.parametrize("lang", LANGS)
def test_a_day_before_any_link_says_so(client: FlaskClient, lang: Lang) -> None:
    text = page(client, lang, "1990-01-01")

    assert "<svg" not in text
    assert (
        say("home.map-empty", lang, day="1er janvier 1990" if lang == "fr" else "1 January 1990")
        in text
    )


def test_what_is_to_come_and_what_changed_are_those_of_the_day(client: FlaskClient) -> None:
    told = client.get("/index.json?date=2018-01-01").json
    latest, to_come = ([n["day"] for n in told[part]] for part in ("latest", "to_come"))

    assert latest == sorted(latest, reverse=True)
    assert all(day <= "2018-01-01" for day in latest)
    assert to_come == sorted(to_come)
    assert "2018-04-01" in to_come  # the ordonnance of 12 January 2018 on health centres
    assert all(day > "2018-01-01" for day in to_come)


@pytest.mark.parametrize("lang", LANGS)
def test_every_profile_leads_somewhere(client: FlaskClient, lang: Lang) -> None:
    text = page(client, lang).partition('<h2 id="profiles"')[2].partition("</section>")[0]
    links = {a.replace("&amp;", "&") for a in re.findall(r'href="([^"]+)"', text)}

    assert text.count("<h3>") == 5
    assert len(links) >= 12
    assert all(client.get(address, headers=HTML).status_code == 200 for address in links)


def test_the_figures_are_those_of_the_graph(client: FlaskClient) -> None:
    told = client.get("/index.json").json

    assert told["counts"]["Regle"] == len(client.get("/regles.json").json["rules"])
    assert told["counts"]["Desaccord"] == len(client.get("/desaccords.json").json["cases"])
    assert sum(count for _, count in told["evidence"]) <= sum(
        told["counts"][kind] for kind in ("Affirmation", "Regle")
    )
    counts = {level["label"]: count for level, count in told["evidence"]}
    assert counts["citation vérifiée"] > 0
    assert counts["vérifié"] > counts["citation vérifiée"]


@pytest.mark.parametrize("lang", LANGS)
def test_the_first_page_is_light(client: FlaskClient, lang: Lang) -> None:
    """In bytes on the way; the fonts, style and script of every page take about 100 kB of the 150."""
    packed = client.get(f"/?lang={lang}", headers={**HTML, "Accept-Encoding": "gzip"})

    assert len(packed.data) < 20_000


def test_every_sentence_of_the_first_page_is_said_in_both_languages_and_used() -> None:
    text = (Path(api.__file__).parent / "templates" / "home.html").read_text(encoding="utf-8")
    used = set(re.findall(r'"(home\.[a-z-]+)"', text))
    families = tuple(key for key in used if key.endswith("-"))
    ours = {key for key in catalogue() if key.startswith("home.")}

    assert all(set(catalogue()[key]) == set(LANGS) for key in ours)
    assert {key for key in ours if key not in used and not key.startswith(families)} == set()
