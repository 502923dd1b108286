"""The SPARQL page in a real browser: the editor, its results, and what it asks of others: nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from api import assets
from kg.messages import Lang, catalogue, say

VIEWS = [(1280, "light"), (320, "dark")]
QUERY = "SELECT ?texte WHERE { ?texte soins:regit soins:CentreDeSante } LIMIT 60"
PREFIX = "PREFIX soins: <https://w3id.org/soins-coordonnes/def/>\n"
CODE = "document.querySelector('.yasqe .CodeMirror').CodeMirror"


@pytest.fixture(autouse=True)
def _set_up() -> None:
    if not (assets.VENDOR / "yasgui.js").is_file():
        pytest.skip("the front-end assets are not set up here: run `make setup`")


@pytest.fixture(params=VIEWS, ids=["wide", "narrow"])
def page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()


def write(page: Any, query: str) -> None:
    """Put *query* in the editor, the cursor at its end."""
    page.evaluate(f"text => {{ {CODE}.setValue(text); {CODE}.focus() }}", query)
    page.keyboard.press("Control+End")


def run(page: Any) -> None:
    page.click("#form button:not([type])")
    page.wait_for_selector("#answer:not([hidden]), #error:not([hidden])")
    page.wait_for_selector("#stop", state="hidden")


def rows(page: Any) -> list[str]:
    page.wait_for_selector(".yasr table tbody tr")
    found: list[str] = page.locator(".yasr table tbody tr").all_inner_texts()
    return found


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_visit_asks_nothing_of_a_third_party_and_breaks_no_policy(
    site: str, page: Any, lang: Lang
) -> None:
    asked: list[str] = []
    problems: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{site}/sparql?lang={lang}")

    write(page, PREFIX + "SELECT * WHERE { ?texte soins:re")
    page.keyboard.type("g")
    page.wait_for_selector(".CodeMirror-hint")
    page.keyboard.press("Escape")
    write(page, PREFIX + QUERY)
    run(page)
    rows(page)
    page.click(".yasr .select_response")
    page.wait_for_selector(".yasr .CodeMirror")
    width = page.evaluate("document.documentElement.scrollWidth")

    assert {url for url in asked if not url.startswith(site + "/")} == set()
    assert problems == []
    assert width == page.viewport_size["width"]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_results_come_as_a_table_with_links_to_our_pages_raw_and_as_files(
    site: str, page: Any, lang: Lang
) -> None:
    page.goto(f"{site}/sparql?lang={lang}")
    write(page, PREFIX + QUERY)
    run(page)

    assert len(rows(page)) == 50
    said = page.inner_text("#answer").replace("\u00a0", " ")
    first = say("sparql.editor-rows", lang).replace("_START_", "1").replace("_END_", "50")
    assert first.partition(" _")[0] in said
    assert re.match(r"\d+ (lignes en|rows in) ", page.inner_text("#status"))
    link = page.locator(".yasr td a").first
    assert link.get_attribute("href").startswith("/id/texte/")
    assert link.get_attribute("href").endswith(f"?lang={lang}")
    files = page.locator("#files a").evaluate_all("links => links.map(x => x.href)")
    assert ["json", "xml", "csv", "tsv"] == [
        parse_qs(urlsplit(x).query)["format"][0] for x in files
    ]
    page.fill(".yasr .tableFilter", "no-such-word")
    page.keyboard.press("Shift")
    page.wait_for_selector(f"text={say('sparql.editor-no-match', lang)}")
    page.click(".yasr .select_response")
    page.wait_for_selector(".yasr .CodeMirror")
    assert '"bindings"' in page.inner_text(".yasr .CodeMirror")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_words_of_the_page_are_of_its_language(site: str, page: Any, lang: Lang) -> None:
    page.goto(f"{site}/sparql?lang={lang}")
    write(page, PREFIX + QUERY)
    run(page)
    rows(page)

    labels = page.locator(".yasr [title], .yasr [aria-label]").evaluate_all(
        "all => all.flatMap(x => [x.title, x.ariaLabel])"
    )
    said = {*labels, *page.inner_text("#yasr").split("\n"), *page.inner_text("#yasr").split("\t")}
    foreign = {
        texts["en" if lang == "fr" else "fr"].strip()
        for key, texts in catalogue().items()
        if key.startswith("sparql.yasgui-") and texts["fr"] != texts["en"]
    }
    assert {(text or "").strip() for text in said} & foreign == set()


def test_an_error_is_said_in_a_sentence_and_shown_on_its_line(site: str, page: Any) -> None:
    page.goto(f"{site}/sparql?lang=fr")
    write(page, PREFIX + "SELECT * WHERE {\n  ?s soins:regit ;; nothing\n}")
    run(page)

    said = page.inner_text("#error")
    place = re.search(r"ligne (\d+), colonne (\d+)", said)
    assert place, said
    assert page.evaluate(f"{CODE}.getCursor().line") == int(place[1]) - 1
    assert page.locator(".wrong-line").count() == 1
    write(page, PREFIX + QUERY)
    assert page.locator(".wrong-line").count() == 0
    run(page)
    assert not page.is_visible("#error")


def test_a_result_too_long_for_the_page_is_offered_as_files_not_cut(site: str, page: Any) -> None:
    page.goto(f"{site}/sparql?lang=en")
    write(page, 'SELECT ?s ?p ?o ("{}" AS ?x) WHERE {{ ?s ?p ?o }} LIMIT 20000'.format("x" * 300))
    run(page)

    assert "too long for this page" in page.inner_text("#error")
    assert page.locator("#error a").count() == 4
    assert not page.is_visible("#answer")


def test_a_literal_is_shown_as_it_is(site: str, page: Any) -> None:
    """Neither as HTML, nor as a template, which Yasr would fill, nor translated."""
    page.goto(f"{site}/sparql?lang=fr")
    write(
        page,
        'SELECT ("<b>{{y}}</b>" AS ?All) (IRI("javascript:alert(1)") AS ?y) ("Table" AS ?z) {}',
    )
    run(page)

    assert "<b>{{y}}</b>" in rows(page)[0]
    assert "Table" in rows(page)[0].split()[-1]
    assert "All" in page.inner_text(".yasr thead")
    assert page.locator(".yasr td a[href^=javascript]").count() == 0


def test_terms_are_suggested_from_the_dataset_and_the_keyboard_is_never_trapped(
    site: str, page: Any
) -> None:
    page.goto(f"{site}/sparql?lang=fr")
    page.wait_for_selector(".yasqe .CodeMirror")
    write(page, "SELECT * WHERE { ?texte soins:regit ")
    page.keyboard.type("soins:MaisonDeS")
    page.wait_for_selector(".CodeMirror-hint")

    hints = page.locator(".CodeMirror-hint").all_inner_texts()
    assert "soins:MaisonDeSante" in hints
    assert page.evaluate(f"{CODE}.getValue()").startswith(PREFIX)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.yasqe')") is None
    assert page.locator(".CodeMirror-hint").count() == 0
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.closest('.yasqe') !== null")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.closest('.yasqe')") is None


def test_the_copied_link_opens_the_page_with_the_query_and_its_result(site: str, page: Any) -> None:
    page.goto(f"{site}/sparql?lang=en")
    write(page, PREFIX + QUERY)
    page.click("#copy")
    page.wait_for_selector(f"text={say('sparql.editor-copied', 'en')}")
    link = page.evaluate("navigator.clipboard.readText()")
    page.goto("about:blank")
    page.goto(link)

    assert page.evaluate(f"{CODE}.getValue()") == PREFIX + QUERY
    assert page.locator("#rows tbody tr").count() > 1


def test_an_example_fills_the_editor_and_runs(site: str, page: Any) -> None:
    page.goto(f"{site}/sparql?lang=fr")
    page.click(".examples summary")
    page.click("[data-example]")

    assert len(rows(page)) > 1
    assert page.evaluate(f"{CODE}.getValue()").startswith("# fr: ")
    other = parse_qs(urlsplit(page.get_attribute(".switch", "href")).query)
    assert other["lang"] == ["en"]
    assert other["query"][0].startswith("# fr: ")


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_without_scripts_the_form_and_the_examples_work(
    site: str, browser: Any, width: int, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{site}/sparql?lang=fr")
    assert not page.is_visible("#copy")
    with page.expect_navigation():
        page.click("#form button:not([type])")
    assert page.locator("#rows tbody tr").count() > 1

    page.click(".examples summary >> nth=1")
    with page.expect_navigation():
        page.click(".examples details[open] [data-example] >> nth=0")
    assert page.input_value("textarea[name=query]").startswith("# fr: ")
    assert page.locator("#rows tbody tr").count() > 1
    context.close()


def test_where_yasgui_does_not_come_the_form_works(site: str, page: Any) -> None:
    page.route("**/vendor/yasgui.js", lambda route: route.abort())
    page.goto(f"{site}/sparql?lang=fr")
    page.fill("textarea[name=query]", PREFIX + QUERY)
    page.click("#form button:not([type])")

    page.wait_for_selector("#rows tbody tr")
    assert page.locator("#rows tbody tr").count() > 1
