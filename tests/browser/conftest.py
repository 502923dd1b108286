"""A real browser against a real server; skipped where there is no Chromium."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator

import pytest

from api import create_app
from api.context import Context
from api.server import server
from kg.settings import Settings
from kg.store import LocalStore

playwright = pytest.importorskip("playwright.sync_api")

Browser = playwright.Browser
Page = playwright.Page


@pytest.fixture(scope="session")
def site(store: LocalStore) -> Iterator[str]:
    """The address of a server of the application."""
    settings = Settings(port=0)
    with Context.open(settings, store) as context:
        listening = server(create_app(context), settings)
        thread = threading.Thread(target=listening.run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.effective_port}"
        listening.close()
        thread.join(5)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium of the system, without its window."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("no Chromium here (on Debian: apt install chromium)")
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(
            executable_path=program,
            args=["--no-sandbox"],  # the sandbox needs rights that a container has not
        )
        yield chromium
        chromium.close()
