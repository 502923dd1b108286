"""Searching with a keyboard, with a small screen, with and without scripts."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest

VIEWS = [(1280, "light"), (320, "dark")]


@pytest.fixture
def page(browser: Any) -> Any:
    """A page of a desktop."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


def test_suggestions_are_gone_through_with_the_keyboard(site: str, page: Any) -> None:
    page.goto(f"{site}/textes?lang=fr&date=2020-01-01")
    box = page.locator("#finder")
    box.press_sequentially("l6323-3")
    page.wait_for_selector("#finder-list [role=option]")

    assert box.get_attribute("aria-expanded") == "true"
    assert "suggestions" in page.text_content("form.finder [aria-live]")
    box.press("ArrowDown")
    chosen = page.locator("#" + box.get_attribute("aria-activedescendant"))
    assert chosen.get_attribute("aria-selected") == "true"
    assert "L. 6323-3" in chosen.inner_text()
    box.press("Enter")
    page.wait_for_url("**/texte/csp/l6323-3?lang=fr&date=2020-01-01")


def test_escape_closes_the_suggestions_and_enter_then_searches(site: str, page: Any) -> None:
    page.goto(f"{site}/?lang=en")
    box = page.locator("#find")
    box.press_sequentially("CTA")
    page.wait_for_selector("#find-list [role=option]")
    box.press("Escape")

    assert not page.is_visible("#find-list")
    assert box.get_attribute("aria-expanded") == "false"
    box.press("Enter")
    page.wait_for_url("**/recherche?q=CTA&lang=en")
    assert "means several things" in page.inner_text("main")


def test_one_request_is_made_for_a_word_written_at_once(site: str, page: Any) -> None:
    asked: list[str] = []
    page.on("request", lambda request: "/api/search" in request.url and asked.append(request.url))
    page.goto(f"{site}/concepts?lang=fr")
    page.locator("#finder").press_sequentially("maison", delay=5)
    page.wait_for_selector("#finder-list [role=option]")

    assert len(asked) == 1
    assert "q=maison" in unquote(asked[0])


def test_what_has_no_suggestion_is_told(site: str, page: Any) -> None:
    page.goto(f"{site}/concepts?lang=fr")
    page.locator("#finder").press_sequentially("zzzzqqqq")
    page.wait_for_selector("form.finder [aria-live]:text('Aucune suggestion.')", state="attached")

    assert not page.is_visible("#finder-list")


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_page_of_search_is_wider_than_the_screen(
    site: str, browser: Any, width: int, scheme: str, lang: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    widths = []
    for path in ("/recherche", "/recherche?q=CDS", "/recherche?q=R4127-1", "/"):
        page.goto(f"{site}{path}{'&' if '?' in path else '?'}lang={lang}")
        widths.append(page.evaluate("document.documentElement.scrollWidth"))
    page.goto(f"{site}/concepts?lang={lang}")
    page.locator("#finder").press_sequentially("maison")
    page.wait_for_selector("#finder-list [role=option]")
    widths.append(page.evaluate("document.documentElement.scrollWidth"))

    assert widths == [width] * 5
    assert problems == []
    context.close()


def test_without_scripts_the_box_is_a_form(site: str, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/concepts?lang=fr&date=2019-01-01")
    page.fill("#finder", "loi 2019-774")
    page.click("form.finder button")

    assert "date=2019-01-01" in page.url
    assert "Loi n° 2019-774" in page.inner_text("main .entry >> nth=0")
    context.close()


def test_hostile_words_run_nothing(site: str, page: Any) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(f"{site}/concepts?lang=fr")
    page.locator("#finder").press_sequentially("<img src=x onerror=alert(1)>")
    page.wait_for_timeout(400)
    page.locator("#finder").press("Enter")
    page.wait_for_url("**/recherche?**")

    assert dialogs == []
    assert page.locator("main img").count() == 0
