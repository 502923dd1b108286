"""The picture of a neighbourhood: for those who ask for it; the list is there for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

PATH = "/concept/SocieteInterprofessionnelleDeSoinsAmbulatoires?lang=en&date=2026-11-22"


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page of a desktop, and what it complains of."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


def test_the_picture_is_loaded_drawn_unfolded_and_saved_when_asked_for(
    site: str, page: Any
) -> None:
    asked: list[str] = []
    problems: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(site + PATH)
    before = [url for url in asked if "cytoscape" in url or "/api/neighbourhood" in url]

    draw = page.get_by_role("button", name="Draw the neighbourhood")
    draw.focus()
    with page.expect_response("**/api/neighbourhood?*") as answered:
        page.keyboard.press("Enter")
    page.wait_for_selector(".drawing canvas", state="attached")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the picture").click()

    assert before == []
    assert "date=2026-11-22" in answered.value.url
    assert saved.value.suggested_filename.endswith(".png")
    assert page.locator(".picture [tabindex]").count() == 0  # nothing there takes the focus
    page.get_by_role("button", name="Close the drawing").click()
    assert page.locator(".picture").is_hidden()
    assert problems == []


def test_without_scripts_the_list_stands_alone(site: str, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + PATH)

    assert page.locator(".around a").count() > 10
    assert page.locator(".drawing button").count() == 0
    assert page.locator("figure.chart svg rect").count() > 1
    context.close()


def test_a_list_that_cannot_be_drawn_is_still_a_list(site: str, page: Any) -> None:
    page.route("**/static/vendor/cytoscape.js", lambda route: route.abort())
    page.goto(site + PATH)
    page.get_by_role("button", name="Draw the neighbourhood").click()
    page.get_by_text("The drawing could not be loaded").wait_for()

    assert page.locator(".around a").count() > 10
    assert page.get_by_role("button", name="Save the picture").is_hidden()
