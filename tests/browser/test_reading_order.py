"""What a visitor wants first stands first, on a telephone and on paper; nothing is said twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def telephone(browser: Any) -> Iterator[Any]:
    """A page on a telephone, without scripts."""
    context = browser.new_context(viewport={"width": 320, "height": 700}, java_script_enabled=False)
    yield context.new_page()
    context.close()


def tops(page: Any, *parts: str) -> list[float]:
    """Return how far down *page* each of *parts* begins."""
    return [page.locator(part).first.bounding_box()["y"] for part in parts]


def test_the_official_text_and_the_contents_come_before_the_provisions(
    site: str, telephone: Any
) -> None:
    telephone.goto(f"{site}/texte/csp/l6323-3?lang=fr")
    order = tops(telephone, "h1", "a.button[rel=external]", "nav.toc", ".provision")
    assert order == sorted(order)


@pytest.mark.parametrize("path", ["concept/CentreDeSante", "regles", "source/003-kit-elus-doubs"])
def test_what_a_page_holds_is_told_before_its_body(site: str, telephone: Any, path: str) -> None:
    telephone.goto(f"{site}/{path}?lang=fr")
    aside, body = tops(telephone, "aside.side", ".body")
    assert aside < body


def test_beside_the_body_on_a_wide_screen(site: str, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{site}/texte/csp/l6323-3?lang=fr")
    aside, body = (page.locator(part).bounding_box() for part in ("aside.side", ".body"))
    page.close()
    assert aside["x"] >= body["x"] + body["width"]


def test_paper_says_the_day_in_words_and_where_the_official_text_is(
    site: str, browser: Any
) -> None:
    page = browser.new_page()
    page.goto(f"{site}/texte/csp/l6323-3?lang=fr&date=2019-06-01")
    page.emulate_media(media="print")
    told = page.inner_text(".as-of")
    link = page.locator("header.head a[rel=external]")
    after = link.evaluate("a => getComputedStyle(a, '::after').content")
    ink = link.evaluate("a => getComputedStyle(a).color")
    page.close()

    assert "1er juin 2019" in told.replace("\u00a0", " ")
    assert "legifrance.gouv.fr" in after
    assert ink == "rgb(0, 0, 0)"


def test_a_side_of_a_disagreement_quotes_a_passage_once(site: str, telephone: Any) -> None:
    telephone.goto(f"{site}/desaccord/nombre-de-missions-cpts?lang=en")
    for side in telephone.locator(".sides > li").all():
        blocks = [block.inner_text() for block in side.locator(":scope > div").all()]
        assert blocks
        assert len(blocks) == len(set(blocks))
    assert "None of these voices prevails" in telephone.inner_text("main")
    assert telephone.locator(".side-head").count() == 0


def test_a_day_of_changes_is_named_once_in_its_year(site: str, telephone: Any) -> None:
    telephone.goto(f"{site}/changements/2019?lang=fr")
    days = telephone.locator(".timeline > li > .when").all_inner_texts()
    assert len(days) == len(set(days)) > 5
    assert telephone.locator(".event[id]").count() > len(days)


def test_the_years_of_a_concept_open_without_scripts(site: str, telephone: Any) -> None:
    telephone.goto(f"{site}/changements?concept=CentreDeSante&lang=fr")
    hidden = telephone.locator("details.fold .timeline").first
    assert not hidden.is_visible()
    telephone.locator("details.fold > summary").first.click()
    assert hidden.is_visible()


def test_an_answer_about_disagreements_is_a_list_of_links_to_them(
    site: str, telephone: Any
) -> None:
    telephone.goto(f"{site}/question?q=Où+les+sources+se+contredisent-elles+%3F&lang=fr")
    links = telephone.locator("section[aria-labelledby=reply] h3 a[href*='/desaccord/']")
    assert links.count() >= 20


def test_of_each_rank_the_voice_that_says_most_comes_first(site: str, telephone: Any) -> None:
    telephone.goto(f"{site}/concept/MaisonDeSante?lang=fr")
    voices = telephone.locator("section[aria-labelledby=relations] > .voice")
    told = voices.evaluate_all(
        "all => all.map(v => [v.querySelector('.rank').className, v.querySelectorAll('.says').length])"
    )
    assert len(told) > 5
    for rank in {rank for rank, _ in told}:
        counts = [count for found, count in told if found == rank]
        assert counts == sorted(counts, reverse=True)
    assert voices.first.locator("h3 a").inner_text().endswith("art. L. 6323-3")
