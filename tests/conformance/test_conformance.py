"""A slice of the suites of the W3C through HTTP; the whole is ``make conformance``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.checks import Checks
from tests.conformance.endpoint import Endpoint, canary, sandbox
from tests.conformance.suites import GROUPS, KNOWN, cases

_EACH = {"protocol": 1, "graph store": 1, "service description": 1, "federation refused": 1}
"""Of these groups every test is run; of the others one in five."""


@pytest.fixture(scope="module")
def suites(shared: Path) -> Path:
    """The folder of the suites."""
    return shared / "conformance"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    """An empty sandbox."""
    with sandbox() as served:
        yield served


@pytest.mark.filterwarnings("ignore")  # rdflib warns of the ill-typed literals of the suites
@pytest.mark.parametrize("group", GROUPS)
def test_the_w3c_finds_no_fault_but_those_known_of_the_engine(
    suites: Path, endpoint: Endpoint, group: str
) -> None:
    wrong = {}
    with canary() as (address, met):
        checks = Checks(endpoint, address)
        check = checks.federated if group == "federation refused" else checks.run
        for case in list(cases(suites, group))[:: _EACH.get(group, 5)]:
            problem = check(case)
            if bool(problem) != (case.name in KNOWN):
                wrong[case.name] = problem

    assert wrong == {}
    assert endpoint.faults == []
    assert met == []
