"""The tree of concepts, gone through by keyboard; nested lists without scripts."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def page(browser: Any, site: str) -> Any:
    """The list of concepts on a desktop, its tree made."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.goto(f"{site}/concepts?lang=fr")
    opened.wait_for_selector("[role=tree]")
    yield opened
    opened.close()


def focused(page: Any) -> str:
    """Return the words of the item that has the focus."""
    return str(page.evaluate("document.activeElement.textContent"))


def first_shut(page: Any) -> Any:
    """Return the first item that is shut, the same one once it is open."""
    owned = page.locator("[role=treeitem][aria-expanded=false]").first.get_attribute("aria-owns")
    return page.locator(f"[aria-owns={owned}]")


def test_arrows_open_enter_leave_and_shut_a_branch(page: Any) -> None:
    shut = first_shut(page)
    name = shut.inner_text()
    shut.focus()

    page.keyboard.press("ArrowRight")
    assert shut.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowRight")
    inside = focused(page)
    assert inside != name
    page.keyboard.press("ArrowLeft")
    assert focused(page) == name
    page.keyboard.press("ArrowLeft")
    assert shut.get_attribute("aria-expanded") == "false"
    page.keyboard.press("ArrowDown")
    assert focused(page) not in (inside, name)


def test_the_tree_is_one_stop_of_the_tab_key_and_letters_go_to_names(page: Any) -> None:
    assert page.locator("[role=tree] [tabindex='0']").count() == 1

    page.locator("[role=treeitem]").first.focus()
    page.keyboard.press("d")
    assert focused(page).startswith("d")
    page.keyboard.press("Home")
    assert focused(page) == page.locator("[role=treeitem]").first.inner_text()
    assert page.locator("[role=tree] [tabindex='0']").count() == 1


def test_a_click_on_the_sign_opens_and_one_on_the_name_leads_to_the_page(page: Any) -> None:
    shut = first_shut(page)
    shut.locator("xpath=preceding-sibling::span").click()

    assert shut.get_attribute("aria-expanded") == "true"
    shut.click()
    page.wait_for_url("**/concept/**")


def test_without_scripts_every_concept_is_in_the_lists(browser: Any, site: str, page: Any) -> None:
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(f"{site}/concepts?lang=fr")

    links = plain.locator(".tree a")
    assert links.count() == page.locator(".tree a").count() > 300
    assert links.last.is_visible()
    plain.context.close()
