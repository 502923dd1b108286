"""Every kind of page is for everyone: WCAG 2.2 AA, any screen and zoom, paper, and nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.messages import Lang
from tests.browser.kinds import ERRORS, KINDS, path_of

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
"""The rules of WCAG 2.1, levels A and AA, and what 2.2 adds (targets large enough to hit)."""
VIEWS: dict[Lang, tuple[int, str]] = {"fr": (1280, "light"), "en": (320, "dark")}
"""What each language is seen in: words change no colour and colours no structure, so two views of four do."""
RUN = """async chosen => {
  const result = await axe.run(document, {runOnly: chosen, resultTypes: ["violations"]});
  return result.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 200)}`));
}"""

MOVING = """[...document.querySelectorAll("*")].filter(element => {
  const style = getComputedStyle(element);
  return [style.transitionDuration, style.animationDuration].some(x => parseFloat(x) > 0.01);
}).map(element => element.outerHTML.slice(0, 120))"""
"""What moves although the visitor asked for less motion."""


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core."""
    if not AXE.is_file():
        pytest.skip("axe-core is not set up here: run `make setup`")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def screen(browser: Any) -> Iterator[Any]:
    """One window for all the pages; its visitor asked for less motion."""
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(90_000)  # the first question is the slowest, and machines are busy
    yield context
    context.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_for_everyone(site: str, screen: Any, axe: str, kind: str) -> None:
    page = screen.new_page()
    asked: list[str] = []
    problems: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    for lang, (width, scheme) in VIEWS.items():
        page.goto(site + path_of(kind, lang))
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, media="screen")
        page.evaluate(axe)
        problems += page.evaluate(RUN, WCAG) + page.evaluate(MOVING) + misfits(page)
    page.close()

    foreign = [url for url in asked if not url.startswith((site + "/", "data:"))]
    if kind in ERRORS:  # Chromium tells each page that is not 200
        problems = [problem for problem in problems if "Failed to load resource" not in problem]
    assert problems + foreign == []


def misfits(page: Any) -> list[str]:
    """Return what does not fit *page* on a telephone, zoomed, or on paper."""
    found = []
    for width in (640, 320):  # a screen of 1280 px zoomed at 200 %, and a telephone
        page.set_viewport_size({"width": width, "height": 700})
        if (needed := page.evaluate("document.documentElement.scrollWidth")) > width:
            found.append(f"{needed} px wide on a screen of {width} px")
    page.emulate_media(media="print")
    ink = page.evaluate("getComputedStyle(document.body).color")
    if ink != "rgb(0, 0, 0)":
        found.append(f"on paper, its ink is {ink}")
    for part in (".masthead nav", ".switch", ".finder", ".skip"):
        if page.is_visible(part):
            found.append(f"on paper, {part} is of no use")
    return found
