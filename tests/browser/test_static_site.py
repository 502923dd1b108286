"""The site as files, opened from a folder: it is searched without a server, and asks nothing of anybody."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from api import create_app
from api.context import Context
from api.static_site import HOST, StaticSite
from kg.settings import Settings
from kg.store import LocalStore

ONLY = ("/", "/concept/MaisonDeSante", "/texte/csp/l6323-3")


def test_a_copy_is_searched_from_a_folder(browser: Any, store: LocalStore, tmp_path: Path) -> None:
    with Context.open(Settings(names=(HOST,)), store) as context:
        app = create_app(context)
        StaticSite(app, "fr", ("fr",), date(2026, 11, 22), tmp_path, ONLY).write()
    page = browser.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith("file:") else told.append(r.url))

    page.goto((tmp_path / "index.html").as_uri())
    page.get_by_role("link", name="Français").click()
    page.get_by_role("search").last.get_by_role("textbox").fill("L. 6323-3")
    page.keyboard.press("Enter")
    assert page.locator("#found a").first.inner_text() == "CSP, art. L. 6323-3"
    page.locator("#q").fill("maisom de sante")  # misspelt, without its accent
    page.locator("#found a").first.click()
    assert page.locator("h1").inner_text().startswith("Maison de santé")
    assert told == []
    page.close()


def test_json_ld_is_data_for_the_policy_of_the_pages(browser: Any, site: str) -> None:
    page = browser.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))

    page.goto(f"{site}/texte/csp/l6323-3")
    assert page.locator('script[type="application/ld+json"]').count() == 1
    assert [line for line in told if "Content Security Policy" in line] == []
    page.close()
