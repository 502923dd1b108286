"""The main paths of a visitor, with and without scripts: from the home page to what they came for.

The path of a workbook, of the comparator and of the SPARQL page have files of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

MOST_KEYS = 80
"""Presses of the tabulator that a visitor may need to come to something."""


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def page(site: str, browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page that asks nothing of others and has nothing to complain of, wherever it goes."""
    context = browser.new_context(
        java_script_enabled=request.param, viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(90_000)  # the first question is the slowest, and machines are busy
    opened = context.new_page()
    asked: list[str] = []
    problems: list[str] = []
    opened.on("request", lambda made: asked.append(made.url))
    opened.on("console", lambda message: problems.append(message.text))
    opened.on("pageerror", lambda error: problems.append(str(error)))
    yield opened
    context.close()
    foreign = [url for url in asked if not url.startswith((site + "/", "data:"))]
    assert problems + foreign == []


def tab_to(page: Any, wanted: str) -> None:
    """Press the tabulator until *wanted* has the focus; each stop on the way is to be seen."""
    for _ in range(MOST_KEYS):
        page.keyboard.press("Tab")
        here = page.locator(":focus")
        if here.count():
            style = here.evaluate(
                "e => [getComputedStyle(e).outlineStyle, e.outerHTML.slice(0, 99)]"
            )
            assert style[0] != "none", f"no mark of the focus on {style[1]}"
            if here.evaluate("(e, wanted) => e.matches(wanted)", wanted):
                return
    pytest.fail(f"{wanted} is not reached with the keyboard from {page.url}")


def search(page: Any, words: str) -> None:
    """Write *words* in the box of the home page and send them, without the mouse."""
    tab_to(page, "#find")
    page.keyboard.type(words)
    page.keyboard.press("Escape")  # the suggestions, where there are any
    page.keyboard.press("Enter")
    page.wait_for_url("**/recherche?**")


def test_what_a_cpts_is_is_found_with_the_keyboard(site: str, page: Any) -> None:
    page.goto(f"{site}/?lang=fr")
    search(page, "CPTS")
    tab_to(page, "main .entry a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/concept/**")

    assert "ommunauté professionnelle territoriale de santé" in page.inner_text("h1")
    assert page.locator(".definition blockquote").count() > 0


def test_the_texts_that_governed_health_centres_on_a_day_of_the_past_are_found(
    site: str, page: Any
) -> None:
    page.goto(f"{site}/?lang=fr")
    search(page, "centre de santé")
    page.click("main .entry a >> nth=0")
    page.wait_for_url("**/concept/CentreDeSante**")
    page.fill("#as-of-day", "2018-06-01")
    page.click("form.as-of button")
    page.wait_for_url("**date=2018-06-01**")

    governing = page.inner_text("main")
    assert "L. 6323-1" in governing
    assert "Ordonnance n° 2018-17" in governing.replace("\u00a0", " ")


def test_an_article_is_read_in_each_of_its_versions(site: str, page: Any) -> None:
    page.goto(f"{site}/?lang=fr")
    search(page, "l6323-3 csp")
    page.click("main .entry a >> nth=0")
    page.wait_for_url("**/texte/csp/l6323-3**")
    assert page.locator(".timeline > li").count() == 6
    page.click(".timeline a[href*='2011-08-12'] >> nth=0")
    page.wait_for_url("**/2011-08-12**")

    assert "personne morale" in page.inner_text("main")
    assert page.input_value("#as-of-day") == "2011-08-12"


def test_a_question_is_asked_with_the_keyboard_and_its_evidence_followed(
    site: str, page: Any
) -> None:
    page.goto(f"{site}/?lang=fr")
    tab_to(page, "#ask")
    page.keyboard.type("Quelle est la nature juridique d’une MSP ?")
    page.keyboard.press("Enter")
    page.wait_for_url("**/question?**")
    assert "personne morale" in page.inner_text("main .says >> nth=0")
    tab_to(page, "#evidence ~ .provision .cite a[href^='/texte/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/texte/**")

    assert "personne morale" in page.inner_text("main")


def test_a_question_beyond_the_texts_is_refused(site: str, page: Any) -> None:
    page.goto(f"{site}/question?lang=en")
    page.fill("#q", "What is the salary of a CPTS coordinator?")
    page.keyboard.press("Enter")
    page.wait_for_url("**/question?q=**")

    assert page.locator("main blockquote").count() == 0
    assert "cannot answer" in page.inner_text("main .says >> nth=0")


def test_a_disagreement_shows_its_sides_in_their_words(site: str, page: Any) -> None:
    page.goto(f"{site}/?lang=fr")
    page.click("main a[href^='/desaccords'] >> nth=0")
    page.wait_for_url("**/desaccords**")
    page.click("main .entry a >> nth=0")
    page.wait_for_url("**/desaccord/**")

    assert page.locator(".sides > li").count() >= 2
    assert page.locator(".sides blockquote").count() >= 2


def test_the_other_language_keeps_the_page_and_the_day_with_the_keyboard(
    site: str, page: Any
) -> None:
    page.goto(f"{site}/concept/MaisonDeSante?lang=fr&date=2015-03-01")
    tab_to(page, ".switch")
    page.keyboard.press("Enter")
    page.wait_for_url("**lang=en**")

    assert "/concept/MaisonDeSante?" in page.url
    assert "date=2015-03-01" in page.url
    assert page.get_attribute("html", "lang") == "en"
    assert page.input_value("#as-of-day") == "2015-03-01"


def test_the_day_of_a_concept_is_changed_and_stays_on_the_way(site: str, page: Any) -> None:
    page.goto(f"{site}/concept/PlateformeTerritorialeDAppui?lang=fr")
    page.fill("#as-of-day", "2017-01-01")
    page.click("form.as-of button")
    page.wait_for_url("**date=2017-01-01**")
    page.click("main a[href^='/texte/'] >> nth=0")
    page.wait_for_url("**/texte/**")

    assert page.input_value("#as-of-day") == "2017-01-01"


def test_changes_are_followed_by_a_feed_and_a_calendar(site: str, page: Any) -> None:
    page.goto(f"{site}/?lang=fr")
    page.click("main a[href^='/changements'] >> nth=0")
    page.wait_for_url("**/changements**")

    for link, kind in (("atom", "application/atom+xml"), ("ics", "text/calendar")):
        address = page.get_attribute(f"main a[href*='.{link}'] >> nth=0", "href")
        answer = page.request.get(site + address)
        assert answer.status == 200
        assert answer.headers["content-type"].startswith(kind)


def test_the_first_link_leads_past_the_menus(site: str, page: Any) -> None:
    page.goto(f"{site}/textes?lang=fr")
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("href") == "#main"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.locator("main :focus").count() == 1
