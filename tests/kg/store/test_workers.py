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
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from kg.errors import (
    BadInput,
    CannotRun,
    DiskFull,
    NotAcceptable,
    NotFound,
    Overloaded,
    Refused,
    TooLarge,
    TooMany,
    Unable,
)
from kg.messages import LANGS, say
from kg.settings import Settings
from kg.store import GRAPHS, RESULTS, LocalStore, Workers, examine, examine_update, sandbox
from kg.store import worker as worker_module
from kg.store.worker import _ARCHITECTURES, Frames

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


def test_a_longer_answer_still_comes_as_it_is_made(tiny: LocalStore) -> None:
    with Workers(tiny.path, Settings(workers=1, whole=100_000)) as pool:
        answer = pool.answer("SELECT * { ?s ?p ?o }", JSON)

        assert answer.length is None
        assert answer.size < 200_000
        assert len(json.loads(answer.read())["results"]["bindings"]) == 20_000
        assert pool.answer("ASK {}", JSON).length


@pytest.mark.parametrize("why", ["deadline", "too-big", "crashed"])
def test_a_longer_answer_that_fails_breaks_off(tiny: LocalStore, why: str) -> None:
    size = 6_000_000 if why == "too-big" else 10**9
    limits = Settings(workers=1, whole=100_000, query_deadline=2, result_size=size)
    with Workers(tiny.path, limits) as pool:
        answer = pool.answer("SELECT * { ?a ?b ?c . ?d ?e ?f }", JSON)
        if why == "crashed":
            (process,) = pool._processes
            process.kill()
        with pytest.raises((Overloaded, TooLarge), match=why):
            answer.read()

        assert pool.answer("ASK {}", JSON).length


def test_who_goes_away_in_the_middle_leaves_a_free_worker(tiny: LocalStore) -> None:
    with Workers(tiny.path, Settings(workers=1, whole=100_000)) as pool:
        chunks = iter(pool.answer("SELECT * { ?a ?b ?c . ?d ?e ?f }", JSON))
        next(chunks)
        chunks.close()  # type: ignore[attr-defined]
        start = time.monotonic()

        assert pool.answer("ASK {}", JSON).length
        assert time.monotonic() - start < 2


def test_a_query_over_the_deadline_is_killed_and_the_next_is_well(workers: Workers) -> None:
    start = time.monotonic()
    with pytest.raises(Overloaded, match=r"sparql\.deadline"):
        workers.answer(CROSS, JSON)
    assert time.monotonic() - start < 2.5

    assert b"\xc3\xa97" in workers.answer(SMALL, JSON).read()


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of memory is Linux's")
def test_a_query_over_the_memory_is_stopped_and_the_next_is_well(tiny: LocalStore) -> None:
    limits = Settings(query_deadline=30, worker_memory=500_000_000, workers=1)
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
        ("SELECT ?s (COUNT(?o) AS ?n)\n{ ?s ?p ?o }", "sparql.unbound", 2, "?o }"),
        ("SELECT *\n{ <http://a b> ?p ?o }", "sparql.bad-iri", 2, "http://a b"),
        ("SELECT (1 AS ?o)\n{ ?s ?p ?o }", "sparql.twice", 2, "?o }"),
        ("SELECT *\n{ ?s ?p . ?s foaf:x ?o }", "sparql.syntax", 2, "?s ?p ."),
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
    ("query", "column", "name", "declared"),
    [
        (
            "SELECT *\n{ ?s a foaf:Person }",
            8,
            "foaf:Person",
            "PREFIX foaf: <http://xmlns.com/foaf/0.1/>",
        ),
        ("SELECT *\n{ ?s ex:p+ ?o } LIMIT 2", 6, "ex:p", "PREFIX ex: <…>"),
        ('SELECT *\n{ ?s ?p "1"^^ex:b ; a ?c }', 14, "ex:b", "PREFIX ex: <…>"),
        ("SELECT *\n{ ?s ?p _:b , ex: }", 15, "ex:", "PREFIX ex: <…>"),
    ],
)
def test_a_prefix_that_is_not_declared_is_named_with_the_line_to_add(
    workers: Workers, query: str, column: int, name: str, declared: str
) -> None:
    with pytest.raises(BadInput, match=r"sparql\.prefix") as met:
        workers.answer(query, JSON)

    assert met.value.data == {"line": 2, "column": column, "name": name, "declared": declared}


@pytest.mark.parametrize(
    ("query", "graphs", "key"),
    [
        ("SELECT (<http://e.org/f>(1) AS ?x) {}", (), "sparql.no-function"),
        ("ASK {}", ("no iri",), "sparql.unsupported"),
    ],
)
def test_what_the_engine_cannot_run_is_bad_input(
    workers: Workers, query: str, graphs: tuple[str, ...], key: str
) -> None:
    with pytest.raises(BadInput, match=key):
        workers.answer(query, JSON, default_graphs=graphs)


CONTROLS = "\\u0001 \\u001B \\uFFFE \\uFFFF".split()


@pytest.mark.parametrize("character", CONTROLS)
@pytest.mark.parametrize(
    ("query", "media_type", "other"),
    [
        ('SELECT ("a%s" AS ?x) {{}}', "application/sparql-results+xml", JSON),
        ('CONSTRUCT {{ <a:a> <a:b> "a%s" }} {{}}', "application/rdf+xml", "text/turtle"),
    ],
)
def test_what_xml_cannot_hold_is_refused_in_xml_and_given_otherwise(
    workers: Workers, query: str, media_type: str, other: str, character: str
) -> None:
    query = query.format() % character
    with pytest.raises(NotAcceptable, match=r"sparql\.no-xml"):
        workers.answer(query, media_type)

    assert workers.answer(query, other).length


def test_a_property_that_xml_cannot_name_is_refused_in_xml(workers: Workers) -> None:
    with pytest.raises(NotAcceptable, match=r"sparql\.no-xml"):
        workers.answer('CONSTRUCT { <a:a> <a:/1> "x" } {}', "application/rdf+xml")


@pytest.mark.parametrize("media_type", ["application/sparql-results+xml", "application/rdf+xml"])
def test_a_reader_of_xml_finds_the_ends_of_lines_that_were_meant(
    workers: Workers, media_type: str
) -> None:
    rows = media_type.endswith("results+xml")
    query = '("a\\r\\n\\tb" AS ?x)' if rows else '<a:a> <a:b> "a\\r\\n\\tb"'
    form = f"SELECT {query} {{}}" if rows else f"CONSTRUCT {{ {query} }} {{}}"

    found = ElementTree.fromstring(workers.answer(form, media_type).read())

    assert "a\r\n\tb" in [each.text for each in found.iter()]


def test_a_character_of_two_frames_is_still_found() -> None:
    frames = Frames(10**6, xml=True)
    frames._last = b"a\xef\xbf"

    frames.write(b"\xbe")
    with pytest.raises(worker_module.NoXmlError):
        frames.flush()


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


COUNT = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
TURTLE = "text/turtle"


LIMITS = Settings(worker_memory=700_000_000)


@pytest.fixture
def writable() -> Iterator[Workers]:
    """The worker of an empty sandbox."""
    with sandbox() as (_, place), Workers(place, LIMITS, writable=True) as pool:
        yield pool


@pytest.fixture(scope="module")
def unchanged() -> Iterator[Workers]:
    """The worker of a sandbox with two triples, for what must not change it."""
    with sandbox() as (_, place), Workers(place, LIMITS, writable=True) as pool:
        pool.put("a:g", [(TURTLE, b"<a:a> <a:b> 1, 2 .")], replace=True)
        yield pool


def counted(pool: Workers) -> int:
    return int(pool.answer(COUNT, CSV).read().split()[1])


def test_what_is_written_is_read_and_answers_have_another_state(writable: Workers) -> None:
    before = writable.state
    writable.update("INSERT DATA { <a:a> <a:b> 1 }")

    assert counted(writable) == 1
    assert writable.state != before


def test_graphs_are_put_added_to_read_and_removed(writable: Workers) -> None:
    one, two = (TURTLE, b"<a> <b> 1 ."), (TURTLE, b"<a> <b> 2, [] .")
    name = "http://e.org/g"

    assert writable.put(name, [one], replace=True)
    assert not writable.put(name, [two], replace=False)
    assert counted(writable) == 3
    assert b"http://e.org/a" in writable.graph(name, TURTLE).read()
    assert not writable.put(name, [two], replace=True)
    assert counted(writable) == 2
    writable.drop(name)
    assert counted(writable) == 0
    with pytest.raises(NotFound):
        writable.graph(name, TURTLE)
    with pytest.raises(NotFound):
        writable.drop(name)


def test_blank_nodes_of_two_files_are_not_the_same(writable: Workers) -> None:
    for _ in range(2):
        writable.put(None, [("application/n-triples", b"_:a <a:b> <a:c> .")], replace=False)

    assert counted(writable) == 2


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        (TURTLE, b"<a:a> <a:b> <a:c> . <a:a> <a:b>"),
        (TURTLE, b"<a:a> <a:b> '\xe9' ."),
        ("application/ld+json", b'{"@context": "http://127.0.0.1:9/context", "a": 1}'),
        ("application/ld+json", b'{"@graph": [{"@id": "a:a", "a:b": 1}], "@id": "a:g"}'),
        ("application/trig", b"<a:g> { <a:a> <a:b> <a:c> }"),
        (
            "application/rdf+xml",
            b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="a:">'
            b'<r:Description r:about="a:a"><a:b>1</a:b></r:Description>',
        ),
        (
            "application/rdf+xml",
            b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>"
            + b"".join(b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
            + b"]><x>&j;</x>",
        ),
    ],
    ids=["cut", "latin-1", "remote context", "named", "trig", "cut xml", "entities"],
)
@pytest.mark.parametrize("replace", [True, False])
def test_a_faulty_body_changes_nothing(
    unchanged: Workers, media_type: str, body: bytes, replace: bool
) -> None:
    good = (TURTLE, b"<a:a> <a:b> 3 .")
    with pytest.raises(BadInput):
        unchanged.put("a:g", [good, (media_type, body)], replace=replace)

    assert counted(unchanged) == 2


@pytest.mark.parametrize(
    ("update", "error"),
    [
        ("CLEAR XYZ", BadInput),
        ("INSERT DATA { <a:a> <a:b> 3 } ; DROP GRAPH <a:none>", Unable),
        ("INSERT DATA { <a:a> <a:b> 3 } ; CREATE GRAPH <a:g>", Unable),
        ("INSERT DATA { <a:a> <a:b> 3 } ; LOAD <http://127.0.0.1:80/>", Refused),
        ("INSERT DATA { <a:a> <a:b> 3 } ; LOAD <file:///etc/passwd>", Refused),
        ("INSERT { <a:a> <a:b> ?x } WHERE { BIND(<a:f>(1) AS ?x) }", Unable),
    ],
)
def test_an_update_that_fails_changes_nothing(
    unchanged: Workers, update: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        unchanged.update(examine_update(update, Settings()))

    assert counted(unchanged) == 2


def test_a_write_has_a_deadline_of_its_own() -> None:
    limits = Settings(query_deadline=0.001, write_deadline=60)
    triples = "".join(f"<a:{n}> <a:b> <a:c> .\n" for n in range(3000))
    with sandbox() as (_, place), Workers(place, limits, writable=True) as pool:
        assert pool.put("a:g", [("text/turtle", triples.encode())], replace=True)
        pool.update(f"INSERT DATA {{ {triples} }}")


@pytest.mark.parametrize(
    ("media_type", "body", "key", "place"),
    [
        (TURTLE, "<a:a> <a:b> 'é' ;\n <a:b> foaf:x .", "data-prefix", (2, 8)),
        (TURTLE, "<a:a> <a:b> 'é' , <a c> .", "data-iri", (1, 19)),
        (TURTLE, "<a:a> <a:b> 'é' ,\n", "data-end", (2, 1)),
        (TURTLE, "<a:a> <a:b> 'é' ,\n .. <a:c> .", "data-syntax", (2, 2)),
        (TURTLE, b"<a:a> <a:b>\n 'abc\xe9' .", "data-utf8", (2, 6)),
        ("application/n-triples", "<a:a> <a:b> <a:c> .\n<a:a> b <a:c> .", "data-syntax", (2, 7)),
        ("application/ld+json", '{\n"a:c": [1, 2,, 3]}', "data-syntax", (2, 14)),
        ("application/ld+json", '{"@context": "http://127.0.0.1:9/c"}', "data-context", None),
        ("application/ld+json", '{"@id": "a:g", "@graph": [{"a:b": 1}]}', "data-named", None),
        ("application/ld+json", '{"@id": 3}', "data", None),
        ("application/rdf+xml", "<é>\n<é><b></a></é></é>", "data-syntax", (2, 8)),
        ("application/rdf+xml", "<a>\n", "data-end", (2, 1)),
    ],
)
def test_a_fault_of_data_is_a_sentence_with_its_place(
    unchanged: Workers,
    media_type: str,
    body: str | bytes,
    key: str,
    place: tuple[int, int] | None,
) -> None:
    data = body.encode() if isinstance(body, str) else body
    good = (TURTLE, b"<a:a> <a:b> 3 .")
    with pytest.raises(BadInput) as met:
        unchanged.put("a:g", [good, (media_type, data)], replace=True)

    assert met.value.key == f"store.{key}"
    assert (met.value.data.get("line"), met.value.data.get("column")) == (place or (None, None))
    for lang in LANGS:
        assert say(met.value.key, lang, **met.value.data)


@pytest.mark.parametrize(
    ("update", "key"),
    [
        ("CREATE GRAPH <a:g>", "store.graph-exists"),
        ("CLEAR GRAPH <a:none>", "store.no-graph"),
        ("INSERT DATA { <a:a> <a:b> ?x }", "store.no-variable"),
        ("INSERT DATA { <a:a> <a:b> foaf:x }", "sparql.prefix"),
        ("INSERT { <a:a> <a:b> ?x } WHERE { BIND(<a:f>(1) AS ?x) }", "sparql.no-function"),
    ],
)
def test_a_fault_of_an_update_is_a_sentence(unchanged: Workers, update: str, key: str) -> None:
    with pytest.raises(BadInput, match=key) as met:
        unchanged.update(update)

    for lang in LANGS:
        assert say(met.value.key, lang, **met.value.data)


def test_load_silent_does_nothing_and_calls_nobody(
    unchanged: Workers, canary: tuple[str, list[object]]
) -> None:
    address, met = canary
    unchanged.update(examine_update(f"LOAD SILENT <{address}>", Settings()))

    assert counted(unchanged) == 2
    assert met == []


def test_an_update_over_the_deadline_leaves_nothing_and_what_was_there_stays(
    writable: Workers,
) -> None:
    values = " ".join(str(n) for n in range(1_000))
    long = " ".join(f"VALUES ?{name} {{ {values} }}" for name in "xyz")
    writable.update("INSERT DATA { <a:a> <a:b> 1 }")
    writable._settings = replace(writable._settings, write_deadline=1)
    with pytest.raises(Overloaded, match=r"store\.deadline"):
        # The first operation is done when the second, which takes no memory, passes the deadline.
        writable.update(
            "INSERT DATA { <a:a> <a:b> 2 } ;"
            f" INSERT {{ <a:a> <a:b> ?n }} WHERE {{ SELECT (COUNT(*) AS ?n) WHERE {{ {long} }} }}"
        )

    assert counted(writable) == 1


def test_a_worker_killed_at_any_time_loses_no_acknowledged_update(writable: Workers) -> None:
    generator, acknowledged = random.Random(7), 0
    killed = threading.Event()
    start = time.monotonic()
    counted(writable)
    life = 0.3 + time.monotonic() - start  # a process must start, however busy the machine

    def kill() -> None:
        while not killed.wait(generator.uniform(0.02, life)):
            for process in list(writable._processes):
                process.kill()

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        for number in range(int(os.environ.get("SOINS_KILLS", "6")) * 15):
            with suppress(Overloaded):
                writable.update(
                    f"INSERT DATA {{ <a:{number}> <a:p> 1, 2, 3 . <a:done> <a:is> {number} }}"
                )
                acknowledged += 1
    finally:
        killed.set()
        thread.join()
    # A kill between the transaction and its acknowledgement leaves it whole: never less, never a part.
    kept = writable.answer("SELECT (COUNT(*) AS ?n) { <a:done> <a:is> ?n }", CSV).read().split()

    assert int(kept[1]) >= acknowledged > 0
    assert counted(writable) == 4 * int(kept[1])


def test_a_full_disk_is_said_and_the_store_opened_again(
    writable: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def update(self, *_: object, **__: object) -> None:
            raise OSError("IO error: No space left on device: While appending to file")

    request = {"task": "update", "base": "a:"}
    kind, said = worker_module.answer(Full(), request, b"", Frames(10))  # type: ignore[arg-type]
    assert (kind, said["problem"]) == (b"X", "full")

    pid = _only_process(writable)

    def exchange(*_: object) -> Iterator[bytes]:
        yield b""
        return said

    monkeypatch.setattr("kg.store.workers._exchange", exchange)
    with pytest.raises(DiskFull):
        writable.update("INSERT DATA { <a:a> <a:b> 1 }")
    monkeypatch.undo()
    assert _only_process(writable) != pid


def test_an_operator_begins_with_a_file(tmp_path: Path) -> None:
    file = tmp_path / "data.nq"
    file.write_text("<a:a> <a:b> <a:c> .\n<a:a> <a:b> <a:d> <a:g> .\n", encoding="utf-8")
    with sandbox(file) as (_, place), Workers(place, Settings(), writable=True) as pool:
        rows = pool.answer("SELECT ?o { ?s ?p ?o }", CSV).read().split()

        assert rows == [b"o", b"a:c"]
        assert counted(pool) == 2


@pytest.mark.parametrize("name", ["data.nq", "data.docx", "absent.ttl"])
def test_a_file_that_is_no_rdf_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "data.nq").write_text("hello", encoding="utf-8")
    (tmp_path / "data.docx").write_text("hello", encoding="utf-8")
    with pytest.raises(CannotRun, match=r"store\.bad-file"), sandbox(tmp_path / name):
        pass


def test_an_address_has_its_share(tiny: LocalStore) -> None:
    limits = Settings(client_queries=1, query_deadline=1.5)
    with Workers(tiny.path, limits) as pool, ThreadPoolExecutor(1) as other:
        slow = other.submit(pool.answer, CROSS, JSON, client="192.0.2.1")
        time.sleep(0.3)
        with pytest.raises(TooMany):
            pool.answer("ASK {}", JSON, client="192.0.2.1")
        assert pool.answer("ASK {}", JSON, client="192.0.2.2").length
        assert isinstance(slow.exception(), Overloaded)


@pytest.mark.parametrize(("seconds", "said"), [(0.2, "0.2"), (60, "1.5")])
def test_a_client_may_lower_the_deadline_and_not_raise_it(
    workers: Workers, seconds: float, said: str
) -> None:
    with pytest.raises(Overloaded, match=r"sparql\.deadline") as met:
        workers.answer(CROSS, JSON, seconds=seconds)

    assert met.value.data["seconds"] == said


def test_writers_at_the_same_time_lose_nothing() -> None:
    patient = Settings(query_wait=60, query_queue=8)
    add = "DELETE { <a:n> <a:is> ?n } INSERT { <a:n> <a:is> ?m } WHERE { <a:n> <a:is> ?n BIND(?n + 1 AS ?m) }"
    with sandbox() as (_, place), Workers(place, patient, writable=True) as pool:
        pool.update("INSERT DATA { <a:n> <a:is> 0 }")
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda _: pool.update(add), range(600)))

        assert pool.answer("SELECT ?n { <a:n> <a:is> ?n }", CSV).read().split() == [b"n", b"600"]


def test_no_query_fails_while_the_store_is_another_and_another(
    tiny: LocalStore, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    ox.Store.read_only(str(tiny.path)).backup(str(other))
    over = threading.Event()
    with Workers(tiny.path, Settings(query_wait=60, query_queue=8)) as pool:

        def turn() -> None:
            for place in [other, tiny.path] * 10:
                pool.turn_to(place)
                time.sleep(0.1)
            over.set()

        thread = threading.Thread(target=turn)
        thread.start()
        with ThreadPoolExecutor(4) as threads:
            answered = 0
            while not over.is_set():
                found = threads.map(lambda _: pool.answer(SMALL, CSV).read(), range(20))
                assert set(found) == {"o\r\né7\r\n".encode()}
                answered += 20
        thread.join()

    assert answered > 0
