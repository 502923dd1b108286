from __future__ import annotations

import json
import os
import random
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pyoxigraph as ox
import pytest

from kg.errors import BadInput, Overloaded, TooLarge
from kg.settings import Settings
from kg.store import GRAPHS, RESULTS, LocalStore, Workers, examine
from kg.store.worker import _ARCHITECTURES

JSON = RESULTS[0].media_type
CSV = "text/csv"
SMALL = "SELECT ?o { <http://e.org/7> <http://e.org/p> ?o }"
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ORDERED = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f LIMIT 3"


@pytest.fixture
def canary() -> Iterator[tuple[str, list[object]]]:
    """An address that notes every connection, and the list of those."""
    met: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        over = threading.Event()

        def listen() -> None:
            while not over.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    met.append(connection.getpeername())

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/sparql", met
        over.set()
        thread.join()


@pytest.mark.parametrize("form", RESULTS)
def test_rows_come_in_every_format_as_the_engine_writes_them(
    workers: Workers, tiny: LocalStore, form: object
) -> None:
    media_type = form.media_type  # type: ignore[attr-defined]
    results = ox.Store.read_only(str(tiny.path)).query(SMALL)
    written = results.serialize(format=ox.QueryResultsFormat.from_media_type(media_type))  # type: ignore[union-attr]

    assert workers.answer(SMALL, media_type).read() == written


@pytest.mark.parametrize("form", GRAPHS)
def test_triples_come_in_every_format(workers: Workers, form: object) -> None:
    media_type = form.media_type  # type: ignore[attr-defined]
    data = workers.answer("DESCRIBE <http://e.org/7>", media_type).read()
    read = ox.parse(data, ox.RdfFormat.from_media_type(media_type))  # type: ignore[arg-type]

    assert [q.object for q in read] == [ox.Literal("é7", language="fr")]


def test_a_long_answer_comes_whole(workers: Workers) -> None:
    answer = workers.answer("SELECT * { ?s ?p ?o }", JSON)
    chunks = list(answer)

    assert len(chunks) > 1
    assert sum(map(len, chunks)) == answer.length
    assert len(json.loads(b"".join(chunks))["results"]["bindings"]) == 20_000


def test_a_query_over_the_deadline_is_killed_and_the_next_is_well(workers: Workers) -> None:
    start = time.monotonic()
    with pytest.raises(Overloaded, match=r"sparql\.deadline"):
        workers.answer(CROSS, JSON)
    assert time.monotonic() - start < 2.5

    assert b"\xc3\xa97" in workers.answer(SMALL, JSON).read()


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of memory is Linux's")
def test_a_query_over_the_memory_is_stopped_and_the_next_is_well(tiny: LocalStore) -> None:
    limits = Settings(query_deadline=30, worker_memory=700_000_000, workers=1)
    with Workers(tiny.path, limits) as pool:
        with pytest.raises(Overloaded, match=r"sparql\.crashed"):
            pool.answer(ORDERED, JSON)

        assert b"\xc3\xa97" in pool.answer(SMALL, JSON).read()


def test_a_stack_overflow_ends_the_worker_only(workers: Workers) -> None:
    with pytest.raises(Overloaded, match=r"sparql\.crashed"):
        workers.answer("SELECT * " + "{" * 20_000 + "}" * 20_000, JSON)

    assert workers.answer("ASK {}", JSON).read() == b'{"head":{},"boolean":true}'


def test_a_worker_killed_while_idle_is_replaced_without_a_word(tiny: LocalStore) -> None:
    with Workers(tiny.path, Settings(workers=1)) as pool:
        pid = _only_process(pool)
        os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)

        assert pool.answer("ASK {}", JSON).length


def test_a_worker_that_cannot_start_is_an_overload_and_is_tried_again(tiny: LocalStore) -> None:
    with Workers(tiny.path / "absent", Settings(workers=1)) as pool:
        for _ in range(3):
            with pytest.raises(Overloaded, match=r"sparql\.crashed"):
                pool.answer("ASK {}", JSON)


def test_an_answer_over_the_size_is_refused_not_cut(workers: Workers) -> None:
    with pytest.raises(TooLarge, match=r"sparql\.too-big"):
        workers.answer("SELECT * { ?s ?p ?o . ?t ?p ?q }", JSON)

    assert workers.answer("ASK {}", JSON).length


def test_more_queries_than_workers_wait_then_are_told_to_come_back(tiny: LocalStore) -> None:
    with (
        Workers(tiny.path, Settings(workers=1, query_deadline=2.5)) as pool,
        ThreadPoolExecutor() as threads,
    ):
        first = threads.submit(pool.answer, CROSS, JSON)
        time.sleep(0.2)
        with pytest.raises(Overloaded, match=r"sparql\.busy") as met:
            pool.answer("ASK {}", JSON)

        assert met.value.retry_after == 1
        assert isinstance(first.exception(), Overloaded)


def test_many_threads_get_each_their_own_answer(tiny: LocalStore) -> None:
    patient = Settings(query_wait=60, query_queue=8)  # on a busy machine a worker may take its time

    def ask(n: int) -> bool:
        found = workers.answer(f"SELECT ?o {{ <http://e.org/{n}> ?p ?o }}", CSV).read().decode()
        return found.split() == ["o", f"é{n}"]

    with Workers(tiny.path, patient) as workers, ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, range(400)))


@pytest.mark.parametrize(
    ("query", "key", "line", "near"),
    [
        ("SELECT *\n{ ?s ?p ?o\n LIMIT 3", "sparql.syntax", 3, "LIMIT 3"),
        ("SELECT ?s WHERE ?s", "sparql.syntax", 1, "WHERE ?s"),
        ("SELECT *\n{ ?s a foaf:Person }", "sparql.prefix", 2, "foaf:Person"),
        ("SELECT ?s (COUNT(?o) AS ?n)\n{ ?s ?p ?o }", "sparql.unbound", 2, "?o }"),
        ("SELECT *\n{ <http://a b> ?p ?o }", "sparql.bad-iri", 2, "http://a b"),
    ],
)
def test_a_syntax_error_names_its_line_and_what_stands_there(
    workers: Workers, query: str, key: str, line: int, near: str
) -> None:
    with pytest.raises(BadInput, match=key) as met:
        workers.answer(query, JSON)

    assert met.value.data["line"] == line
    assert near in str(met.value.data["text"])


@pytest.mark.parametrize(
    ("query", "graphs"),
    [
        ("SELECT (<http://e.org/f>(1) AS ?x) {}", ()),
        ("ASK {}", ("no iri",)),
    ],
)
def test_what_the_engine_cannot_run_is_bad_input(
    workers: Workers, query: str, graphs: tuple[str, ...]
) -> None:
    with pytest.raises(BadInput, match=r"sparql\.unsupported"):
        workers.answer(query, JSON, default_graphs=graphs)


def test_the_default_graph_is_the_union_and_the_protocol_may_choose_another(
    workers: Workers,
) -> None:
    graph = "https://w3id.org/soins-coordonnes/id/graphe/essai"
    named = "SELECT ?g { GRAPH ?g { <http://e.org/7> ?p ?o } }"

    def rows(query: str, **dataset: tuple[str, ...]) -> int:
        return workers.answer(query, CSV, **dataset).read().count(b"\n") - 1  # type: ignore[arg-type]

    assert rows(SMALL) == 1
    assert rows(SMALL, default_graphs=(graph,)) == 1
    assert rows(SMALL, default_graphs=("http://e.org/unknown",)) == 0
    assert rows(SMALL, named_graphs=(graph,)) == 0
    assert rows(named, named_graphs=(graph,)) == 1
    assert rows(named, default_graphs=(graph,)) == 0


def test_a_page_gets_its_rows_and_hears_of_more(workers: Workers) -> None:
    found = json.loads(workers.answer("SELECT ?s ?p ?o { ?s ?p ?o }", "", rows=3).read())

    assert found["more"]
    assert found["head"]["vars"] == ["s", "p", "o"]
    assert [row["o"]["xml:lang"] for row in found["results"]["bindings"]] == ["fr"] * 3


@pytest.mark.parametrize("name", ["SERVICE <{}>", "SERVICE SILENT <{}>"])
@pytest.mark.skipif(
    sys.platform != "linux" or os.uname().machine not in _ARCHITECTURES,
    reason="the kernel's filter is for Linux on two architectures",
)
def test_behind_the_gate_the_kernel_still_forbids_the_network(
    workers: Workers, canary: tuple[str, list[object]], name: str
) -> None:
    address, met = canary
    with suppress(Overloaded):  # SILENT gives an empty row instead
        workers.answer(f"SELECT * {{ {name.format(address)} {{ ?s ?p ?o }} }}", JSON).close()
    time.sleep(0.1)

    assert met == []


@pytest.mark.parametrize("place", ["FROM <{}>", "FROM NAMED <{}>"])
def test_from_is_a_name_and_fetches_nothing(
    workers: Workers, canary: tuple[str, list[object]], place: str
) -> None:
    address, met = canary
    query = f"SELECT ?s {place.format(address)} {{ ?s ?p ?o }}"
    examine(query, Settings())

    assert workers.answer(query, CSV).read() == b"s\r\n"
    assert met == []


def test_the_gate_and_the_engine_agree_on_what_an_iri_may_hold() -> None:
    store = ox.Store()
    for character in '"<>^`{|} \t\n\x00\\':
        with pytest.raises(SyntaxError):
            store.query(f"SELECT * {{ <http://e.org/{character}> ?p ?o }}")


def test_closing_ends_every_process_for_good(tiny: LocalStore) -> None:
    pool = Workers(tiny.path, Settings(workers=1))
    pid = _only_process(pool)
    pool.close()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(Overloaded):
        pool.answer("ASK {}", JSON)


def _only_process(pool: Workers) -> int:
    pool.answer("ASK {}", JSON).close()
    (process,) = pool._processes
    return process.pid


def test_an_order_that_the_engine_cannot_make_is_said(workers: Workers) -> None:
    """The engine stops on enough dates among numbers: the sender is told how to write it."""
    numbers = range(400)
    values = [f'"20{n % 90 + 10}-01-0{n % 9 + 1}"^^xsd:date' for n in numbers]
    values += [str(n) for n in numbers] + [f'"{n}"' for n in numbers]
    random.Random(1).shuffle(values)
    query = f"""PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
        SELECT ?v {{ VALUES ?v {{ {" ".join(values)} }} }} ORDER BY"""

    with pytest.raises(BadInput, match=r"sparql\.order"):
        workers.answer(f"{query} ?v", JSON)
    assert workers.answer(f"{query} STR(?v)", JSON).length > 0


def test_who_comes_when_enough_wait_is_told_at_once(tiny: LocalStore) -> None:
    with (
        Workers(
            tiny.path, Settings(workers=1, query_queue=0, query_wait=30, query_deadline=2)
        ) as one,
        ThreadPoolExecutor(1) as other,
    ):
        slow = other.submit(one.answer, CROSS, JSON)
        time.sleep(0.5)
        asked = time.monotonic()
        with pytest.raises(Overloaded, match=r"sparql\.busy"):
            one.answer(SMALL, JSON)

        assert time.monotonic() - asked < 1
        with pytest.raises(Overloaded, match=r"sparql\.deadline"):
            slow.result()
