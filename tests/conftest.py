"""What every test may ask for: the real dataset, opened once, and a client of the application."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg import build
from kg.resources import BUILT
from kg.settings import Settings
from kg.store import LocalStore
from kg.validation import Rulebook

SHARED = Path(__file__).parents[2] / "shared"
"""What is at hand beside a checkout, and absent elsewhere."""


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of facts and suites beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared is not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def working_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder that goes with the tests."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def store(working_folder: Path) -> LocalStore:
    """The real dataset, up to date."""
    return LocalStore.open(working_folder, BUILT, build.ensure())


@pytest.fixture(scope="session")
def book(store: LocalStore) -> Rulebook:
    """The rules of the real dataset."""
    return Rulebook.load(store)


@pytest.fixture(scope="session")
def client(store: LocalStore) -> Iterator[FlaskClient]:
    """A client of the application over the real dataset."""
    from api import create_app
    from api.context import Context

    settings = Settings(validation_wait=60)  # reports, not jobs, however busy the machine
    with Context.open(settings, store) as context:
        yield create_app(context).test_client()
