"""The path of somebody who compares: chooses, reads, changes the day, takes the workbook away; without scripts."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kg.messages import Lang, say

VIEWS = [(1280, "light"), (800, "light"), (320, "dark")]


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_two_structures_are_chosen_compared_on_another_day_and_taken_away(
    site: str, browser: Any, width: int, scheme: str, lang: Lang
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{site}/concept/MaisonDeSante?lang={lang}")
    page.click(f"main a:text-is('{say('comparison.from-concept', lang)}')")
    said = page.inner_text("main [role=alert]").replace("\u00a0", " ")
    assert said == say("comparison.another", lang)

    page.check("#CentreDeSante")
    page.click("details.choose button")
    assert page.locator("thead th a").all_text_contents() == ["CDS", "MSP"]
    page.fill("#as-of-day", "2016-03-01")
    page.click(".as-of button")

    assert page.locator("thead th a").all_text_contents() == ["CDS", "MSP"]
    assert "2016" in page.inner_text("caption")
    with page.expect_download() as waiting:
        page.click(".downloads a")
    book = openpyxl.load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    assert "2016" in book.worksheets[0]["A1"].value
    context.close()


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_neither_page_is_wider_than_the_screen(
    site: str, browser: Any, width: int, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    widths = []
    for path in ("/", "/comparer", "/comparer?concept=MSP"):
        page.goto(f"{site}{path}")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        widths.append(page.evaluate("document.documentElement.scrollWidth"))

    assert widths == [width] * 3
    assert problems == []
    context.close()


def test_the_names_of_columns_and_rows_stay_in_sight(site: str, browser: Any) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{site}/comparer")
    page.mouse.wheel(0, 3000)
    page.wait_for_function("window.scrollY > 2000")

    assert page.locator("thead th").first.bounding_box()["y"] == 0
    page.set_viewport_size({"width": 800, "height": 900})
    page.focus(".table-wrap")
    page.evaluate("document.querySelector('.table-wrap').scrollLeft = 400")
    left = page.locator(".table-wrap").bounding_box()["x"]
    assert page.locator("tbody th").first.bounding_box()["x"] == left
    context.close()


def test_the_picture_leaves_its_place_to_the_list_on_a_phone(site: str, browser: Any) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 900})
    page = context.new_page()
    page.goto(f"{site}/?date=2026-11-22")

    assert not page.is_visible(".domain svg")
    assert page.is_visible(".said")
    context.close()


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_word_of_the_picture_leaves_its_box(site: str, browser: Any, lang: Lang) -> None:
    """Widths are estimated on the server: this measures them as drawn, with our fonts."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{site}/?lang={lang}&date=2026-11-22")
    page.evaluate("document.fonts.ready")
    out = page.evaluate(
        """() => [...document.querySelectorAll('.domain .box')].flatMap(box => {
            const frame = box.querySelector('rect').getBoundingClientRect();
            return [...box.querySelectorAll('text')].filter(text => {
                const words = text.getBoundingClientRect();
                return words.left < frame.left + 2 || words.right > frame.right - 2
                    || words.top < frame.top - 1 || words.bottom > frame.bottom + 1;
            }).map(text => text.textContent);
        })"""
    )

    assert out == []
    context.close()
