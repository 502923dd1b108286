"""A dataset of a few quads, big enough to bring a query to its knees when it is multiplied by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.build import DATASET, Manifest
from kg.settings import Settings
from kg.store import LocalStore, Workers

GRAPH = "https://w3id.org/soins-coordonnes/id/graphe/essai"


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> LocalStore:
    """A store of 20,000 quads in one graph."""
    built, data = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("tiny")
    lines = [f'<http://e.org/{n}> <http://e.org/p> "é{n}"@fr <{GRAPH}> .\n' for n in range(20_000)]
    (built / DATASET).write_text("".join(lines), encoding="utf-8")
    return LocalStore.open(data, built, Manifest("0" * 64, "0" * 64, len(lines), 1))


@pytest.fixture(scope="session")
def workers(tiny: LocalStore) -> Iterator[Workers]:
    """Two workers with a short deadline."""
    limits = Settings(query_deadline=1.5, worker_memory=700_000_000, result_size=6_000_000)
    with Workers(tiny.path, limits) as pool:
        yield pool
