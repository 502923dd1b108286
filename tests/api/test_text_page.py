"""The page of a legal text: versions, links to what changed, places in the language of the page, citation."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

PAGE = "/texte/csp/l6323-3"
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def english(client: FlaskClient) -> str:
    """The page of the article on the maison de santé, in English."""
    return client.get(f"{PAGE}?lang=en&date=2026-11-22", headers=HTML).text


def test_each_version_but_the_first_leads_to_what_it_changed(english: str) -> None:
    days = re.findall(r'href="/texte/csp/l6323-3/([\d-]+)/differences\?lang=en"', english)

    assert days == ["2009-07-23", "2011-08-12", "2016-01-28", "2019-07-27", "2021-12-25"]


def test_the_versions_are_a_list_first_and_a_picture_after(english: str) -> None:
    assert (
        0 < english.index('<ol class="timeline">') < english.index('<svg class="bars" role="img"')
    )
    assert 'aria-label="The versions on a line of time, from 2007 to 2026' in english


def test_no_place_of_ours_is_in_french_on_an_english_page(english: str) -> None:
    assert "para. 4 (para. 3 before 28 January 2016)" in english
    assert "al. 4" not in english


def test_the_page_says_how_its_provisions_are_known(client: FlaskClient) -> None:
    verified = client.get(f"{PAGE}?lang=fr", headers=HTML).text
    derived = client.get("/texte/circulaire/2010-07-27-maisons-de-sante?lang=fr", headers=HTML).text

    assert "Chaque disposition a été lue dans le texte" in verified
    assert "1 sur 4" in derived
    assert "Adresse officielle non relevée." in derived


@pytest.mark.parametrize(
    ("suffix", "said"),
    [
        (".bib", "version = {en vigueur du 12 août 2011 au 28 janvier 2016 (exclu)}"),
        (".csl.json", '"version": "en vigueur du 12 août 2011 au 28 janvier 2016 (exclu)"'),
    ],
)
def test_the_citation_of_a_version_for_reference_managers(
    client: FlaskClient, suffix: str, said: str
) -> None:
    answer = client.get(f"{PAGE}/2011-08-12{suffix}")

    assert answer.status_code == 200
    assert said in answer.text
