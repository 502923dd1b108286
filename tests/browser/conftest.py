"""A real browser against a real server; skipped where there is no Chromium."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from typing import Any

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


ARGS = ["--no-sandbox"]  # the sandbox needs rights that a container has not


@pytest.fixture(scope="session")
def running() -> Iterator[Any]:
    """Playwright, for as long as browsers are needed."""
    with playwright.sync_playwright() as started:
        yield started


def launched(running: Any, *args: str) -> Browser:
    """Return Chromium of the system, without its window."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("no Chromium here (on Debian: apt install chromium)")
    return running.chromium.launch(executable_path=program, args=[*ARGS, *args])


@pytest.fixture(scope="session")
def browser(running: Any) -> Iterator[Browser]:
    """Chromium as it comes."""
    chromium = launched(running)
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def large_letters(running: Any) -> Iterator[Browser]:
    """Chromium of somebody who asked for letters twice as large, and nothing else."""
    chromium = launched(running, "--blink-settings=defaultFontSize=32,defaultFixedFontSize=26")
    yield chromium
    chromium.close()
