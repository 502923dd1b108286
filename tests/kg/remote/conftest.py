"""The dataset without its territories, on this disk and in two servers of other hands.

The territories are four fifths of the dataset, all alike: Virtuoso takes them in a minute and a half.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from api import create_app
from api.context import Context
from kg import build
from kg.build import DATASET, Manifest
from kg.namespaces import graph
from kg.remote import Address, Line, RemoteStore, load
from kg.resources import BUILT
from kg.settings import Settings
from kg.store import LocalStore
from tests.kg.remote import serving

SIZE = 50_000_000


@dataclass(frozen=True)
class Small:
    """A folder as `soins build` leaves it."""

    folder: Path
    manifest: Manifest


def built(folder: Path, lines: list[bytes]) -> Small:
    (folder / DATASET).write_bytes(b"".join(lines))
    version = hashlib.sha256(b"".join(lines)).hexdigest()
    return Small(folder, Manifest(version, "0" * 64, len(lines), 0))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    build.ensure()
    end = f" <{graph('territoires')}> .\n".encode()
    with (BUILT / DATASET).open("rb") as file:
        lines = [line for line in file if not line.endswith(end)]
    return built(tmp_path_factory.mktemp("built"), lines)


@pytest.fixture(scope="session", params=["oxigraph", "virtuoso"])
def engine(
    request: pytest.FixtureRequest, small: Small, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Address]:
    """A server that holds the small dataset."""
    if request.param == "virtuoso" and not serving.has_virtuoso():
        pytest.skip("Virtuoso is not installed (on Debian: apt install virtuoso-opensource-7)")
    with (
        serving.oxigraph()
        if request.param == "oxigraph"
        else serving.virtuoso(tmp_path_factory.mktemp("virtuoso"), 1_000_000)
    ) as address:
        assert load(Line(address, SIZE), small.folder, small.manifest, lambda *_: None)
        yield address


@pytest.fixture(scope="session")
def line(engine: Address) -> Line:
    return Line(engine, SIZE)


@pytest.fixture(scope="session")
def remote(line: Line, small: Small, tmp_path_factory: pytest.TempPathFactory) -> RemoteStore:
    return RemoteStore(line, tmp_path_factory.mktemp("remote"), small.manifest)


@pytest.fixture(scope="session")
def local(small: Small, tmp_path_factory: pytest.TempPathFactory) -> LocalStore:
    return LocalStore.open(tmp_path_factory.mktemp("local"), small.folder, small.manifest)


def _client(store: LocalStore | RemoteStore) -> Iterator[FlaskClient]:
    with Context.open(Settings(validation_wait=60), store) as context:
        yield create_app(context).test_client()


@pytest.fixture(scope="session")
def here(local: LocalStore) -> Iterator[FlaskClient]:
    """A client of the application over the store of this disk."""
    yield from _client(local)


@pytest.fixture(scope="session")
def there(remote: RemoteStore) -> Iterator[FlaskClient]:
    """A client of the application over the server's."""
    yield from _client(remote)
