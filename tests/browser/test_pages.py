"""Every kind of page is for everyone: WCAG 2.2 AA, any screen and zoom, paper, and nothing from elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.messages import Lang
from kg.validation import apart
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


CUT = """[...document.querySelectorAll("main *, header *, footer *")].filter(element => {
  const style = getComputedStyle(element);
  if (!element.textContent.trim() || element.closest(".yasqe, svg, select")) return false;
  if (style.clipPath !== "none" || !["hidden", "clip"].includes(style.overflowX)) return false;
  return element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
}).map(element => element.outerHTML.slice(0, 120))"""
"""What hides part of its own words; what is hidden on purpose, for those who hear the page, is clipped whole."""
FAULTY = Path(__file__).parents[1] / "shapes/MSP-SIGNATURES/fautif.csv"


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
    page, asked, problems = watched(screen)
    for lang in VIEWS:
        page.goto(site + path_of(kind, lang))
        problems += faults(page, axe, lang)
    page.close()

    foreign = [url for url in asked if not url.startswith((site + "/", "data:"))]
    if kind in ERRORS:  # Chromium tells each page that is not 200
        problems = [problem for problem in problems if "Failed to load resource" not in problem]
    assert problems + foreign == []


@pytest.mark.parametrize("lang", VIEWS)
def test_the_pages_of_a_validation_are_for_everyone(
    site: str, screen: Any, axe: str, lang: Lang, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page that waits, that of a validation that was stopped, and the report with a comparison."""
    page, asked, problems = watched(screen)
    monkeypatch.setattr(apart, "_COMMAND", (sys.executable, "-c", "import time; time.sleep(90)"))
    page.set_extra_http_headers({"Accept-Language": lang})
    send(page, site, lang)
    page.wait_for_selector("progress")
    problems += faults(page, axe, lang)
    page.click("button[value=stop]")
    page.wait_for_selector("button[value=again]")
    problems += faults(page, axe, lang)
    monkeypatch.undo()

    send(page, site, lang, compare="2019-06-01")
    page.wait_for_selector("article.report .changes", timeout=60_000)
    problems += faults(page, axe, lang)
    assert page.locator("html").get_attribute("lang") == lang
    headings = page.locator("article.report h2").evaluate_all(
        "all => all.map(h => h.className || h.id)"
    )
    assert headings.index("changes-title") > 0, (
        "what to correct comes before what another day would change"
    )
    page.close()

    foreign = [url for url in asked if not url.startswith((site + "/", "data:"))]
    assert problems + foreign == []


@pytest.mark.parametrize("kind", KINDS)
def test_letters_twice_as_large_fit(site: str, large_letters: Any, kind: str) -> None:
    """WCAG 1.4.4: nothing leaves the screen, nothing is cut, when text alone is at 200 %."""
    page = large_letters.new_page(viewport={"width": 1280, "height": 900})
    page.goto(site + path_of(kind, "fr"))
    size = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    needed = page.evaluate("document.documentElement.scrollWidth")
    cut = page.evaluate(CUT)
    page.close()

    assert size > 32
    assert needed == 1280
    assert cut == []


def watched(screen: Any) -> tuple[Any, list[str], list[str]]:
    """Return a page of *screen*, the addresses that it asks for, and what its console complains of."""
    page = screen.new_page()
    asked: list[str] = []
    problems: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    return page, asked, problems


def send(page: Any, site: str, lang: Lang, compare: str = "") -> None:
    """Send a file with a fault, on the form of *lang*."""
    page.goto(f"{site}/validation?lang={lang}")
    page.set_input_files("#file", FAULTY)
    page.fill("input[name=compare]", compare)
    page.click("main form.upload button")


def faults(page: Any, axe: str, lang: Lang) -> list[str]:
    """Return what keeps somebody from reading *page*, seen as *lang* is."""
    width, scheme = VIEWS[lang]
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme, media="screen")
    page.evaluate(axe)
    found: list[str] = page.evaluate(RUN, WCAG) + page.evaluate(MOVING)
    found += misfits(page)
    page.emulate_media(media="screen")
    return found


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
