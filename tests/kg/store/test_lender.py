"""Workers forked from a process that holds the store in memory: the same answers, the same limits."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kg.errors import BadInput, Overloaded
from kg.settings import Settings
from kg.store import RESULTS, LocalStore, Workers
from kg.store.lender import Lender, Lent
from tests.conformance.endpoint import canary

pytestmark = pytest.mark.skipif(not Lender.possible, reason="needs Linux")

JSON = RESULTS[0].media_type
SMALL = "SELECT ?o { <http://e.org/7> <http://e.org/p> ?o }"
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ORDERED = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f LIMIT 3"
LIMITS = Settings(workers=1, query_deadline=1.5, worker_memory=700_000_000)


def lent(pool: Workers) -> Lent:
    """Wait until *pool* answers from memory; return its only worker."""
    for _ in range(600):
        pool.answer("ASK {}", JSON).close()
        (process,) = pool._processes
        if isinstance(process, Lent):
            return process
        time.sleep(0.05)
    raise AssertionError("the store never came into memory")


@pytest.fixture
def pool(tiny: LocalStore) -> Iterator[Workers]:
    with Workers(tiny.path, LIMITS) as pool:
        lent(pool)
        yield pool


@pytest.mark.parametrize("form", RESULTS)
def test_memory_answers_as_the_disk_does(tiny: LocalStore, pool: Workers, form: object) -> None:
    media_type = form.media_type  # type: ignore[attr-defined]
    queries = [SMALL, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"]  # fmt: skip
    with Workers(tiny.path, replace(LIMITS, in_memory=0)) as disk:
        assert [pool.answer(query, media_type).read() for query in queries] == [
            disk.answer(query, media_type).read() for query in queries
        ]
        assert not any(isinstance(process, Lent) for process in disk._processes)


@pytest.mark.parametrize("name", ["SERVICE <{}>", "SERVICE SILENT <{}>"])
def test_behind_the_gate_the_kernel_still_forbids_the_network(pool: Workers, name: str) -> None:
    with canary() as (address, met):
        query = f"SELECT * {{ {name.format(address)} {{ ?s ?p ?o }} }}"
        if "SILENT" in name:
            pool.answer(query, JSON).close()
        else:
            with pytest.raises(Overloaded):
                pool.answer(query, JSON)

    assert met == []


@pytest.mark.parametrize(
    ("query", "why"), [(CROSS, r"sparql\.deadline"), (ORDERED, r"sparql\.crashed")]
)
def test_what_takes_too_much_is_stopped_and_the_next_is_ready_at_once(
    tiny: LocalStore, query: str, why: str
) -> None:
    patient = LIMITS if query == CROSS else replace(LIMITS, query_deadline=30)
    with Workers(tiny.path, patient) as pool:
        before = lent(pool)
        with pytest.raises(Overloaded, match=why):
            pool.answer(query, JSON)
        start = time.monotonic()

        assert b"\xc3\xa97" in pool.answer(SMALL, JSON).read()
        assert time.monotonic() - start < 0.5
        assert lent(pool).pid != before.pid
        assert not alive(before.pid)


def test_a_process_says_why_it_ended(pool: Workers) -> None:
    numbers = range(400)
    values = [f'"20{n % 90 + 10}-01-0{n % 9 + 1}"^^xsd:date' for n in numbers]
    values += [str(n) for n in numbers] + [f'"{n}"' for n in numbers]
    random.Random(1).shuffle(values)
    query = f"""PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
        SELECT ?v {{ VALUES ?v {{ {" ".join(values)} }} }} ORDER BY ?v"""

    with pytest.raises(BadInput, match=r"sparql\.order"):
        pool.answer(query, JSON)


def test_processes_killed_one_after_the_other_are_replaced_without_a_word(pool: Workers) -> None:
    for _ in range(20):
        kill(lent(pool).pid)

        assert b"\xc3\xa97" in pool.answer(SMALL, JSON).read()


def test_without_the_one_that_lends_the_disk_answers(pool: Workers) -> None:
    worker = lent(pool)
    assert pool._lender is not None
    pool._lender._process.kill()
    pool._lender._process.wait()
    kill(worker.pid)

    assert b"\xc3\xa97" in pool.answer(SMALL, JSON).read()
    assert not any(isinstance(process, Lent) for process in pool._processes)


def test_a_lent_process_that_dies_before_it_comes_takes_nothing_with_it(pool: Workers) -> None:
    worker, lender = lent(pool), pool._lender
    assert lender is not None
    pid = lender._process.pid
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    # Room for the socket that asks, none for what the child would send back: it ends in between.
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (_unused(pid) + 1, before[1]))
    kill(worker.pid)
    assert b"\xc3\xa97" in pool.answer(SMALL, JSON).read()
    assert not any(isinstance(process, Lent) for process in pool._processes)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, before)

    pool.answer(SMALL, JSON).close()
    assert [process.args for process in pool._processes] == [lender]


def test_one_that_lends_too_slowly_is_left_in_peace_for_a_while(
    pool: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.store.lender._PATIENCE", 0.5)
    monkeypatch.setattr("kg.store.lender._REST", 3.0)
    worker, lender = lent(pool), pool._lender
    assert lender is not None
    lender._process.send_signal(signal.SIGSTOP)
    kill(worker.pid)
    assert b"\xc3\xa97" in pool.answer(SMALL, JSON).read()
    (fallback,) = pool._processes
    assert not isinstance(fallback, Lent)

    pool.answer(SMALL, JSON).close()
    assert pool._processes == {fallback}
    lender._process.send_signal(signal.SIGCONT)
    assert lent(pool).args is lender


def test_one_that_lends_and_dies_comes_back_but_not_at_once(
    tiny: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    began: list[float] = []

    class Noted(Lender):
        def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
            began.append(time.monotonic())
            super().__init__(command, environment)

    monkeypatch.setattr("kg.store.workers.Lender", Noted)
    with Workers(tiny.path, LIMITS, reload=1.0) as pool:
        for loads in (1, 2):  # the first has lent, the second dies while it loads
            if loads == 1:
                lent(pool)
            assert pool._lender is not None
            pool._lender._process.kill()
            for _ in range(1_000):
                if len(began) > loads:
                    break
                assert b"\xc3\xa97" in pool.answer(SMALL, JSON).read()
                time.sleep(0.01)
        assert isinstance(lent(pool).args, Noted)

    first, second, third = began
    assert second - first >= 1
    assert third - second >= 1


def test_another_store_is_answered_from_at_once(pool: Workers, tmp_path: Path) -> None:
    import pyoxigraph as ox

    ox.Store(str(tmp_path / "other")).update("INSERT DATA { <a:a> <a:b> 1 }")
    pool.turn_to(tmp_path / "other")
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

    assert pool.answer(count, "text/csv").read() == b"n\r\n1\r\n"
    lent(pool)
    assert pool.answer(count, "text/csv").read() == b"n\r\n1\r\n"


def test_at_the_end_no_process_is_left(tiny: LocalStore) -> None:
    with Workers(tiny.path, LIMITS) as pool:
        pids = [lent(pool).pid, pool._lender._process.pid]  # type: ignore[union-attr]

    assert not any(map(alive, pids))


def _unused(pid: int) -> int:
    """Return the lowest number of a file that *pid* has not open."""
    taken = {int(file.name) for file in Path(f"/proc/{pid}/fd").iterdir()}
    return min(set(range(len(taken) + 1)) - taken)


def kill(pid: int) -> None:
    """Kill *pid* and see it gone."""
    with contextlib.suppress(ProcessLookupError):  # gone already
        os.kill(pid, signal.SIGKILL)
    assert not alive(pid)


def alive(pid: int) -> bool:
    """Return whether *pid* runs; one that has ended may wait a moment for who buries it."""
    for _ in range(40):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return False
        if state == "Z":
            return False
        time.sleep(0.05)
    return True
