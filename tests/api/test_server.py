"""The real server on a real socket: uploads that are cut, too large or too many leave it well."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from api import create_app
from api.context import Context
from api.server import serve, server
from kg.settings import Settings
from kg.store import LocalStore
from tests.kg.remote.serving import free_port

ROWS = "".join(f"{n};MSP;MSP numéro {n};oui\n" for n in range(300))
FILE = f"identifiant;type;nom;hebergement\n{ROWS}".encode()

TOKEN = "x" * 32


@pytest.fixture(scope="module")
def port(store: LocalStore) -> Iterator[int]:
    """A server of the application on a port of its own."""
    settings = Settings(port=0, token=TOKEN)
    with Context.open(settings, store) as context:
        listening = server(create_app(context), settings)
        thread = threading.Thread(target=listening.run, daemon=True)
        thread.start()
        yield listening.effective_port
        listening.close()
        listening.task_dispatcher.shutdown()
        thread.join(5)


def speak(port: int, request: bytes, *, end: bool = False) -> bytes:
    """Send *request* as it is and return all that comes back; *end* closes our side first."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(request)
        if end:
            line.shutdown(socket.SHUT_WR)
        answer = b""
        while part := line.recv(65_536):
            answer += part
        return answer


def head(port: int, *lines: str, path: str = "/api/validate?lang=en") -> bytes:
    return "\r\n".join(
        [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *lines, "", ""]
    ).encode()


def well(port: int) -> float:
    """Ask how the server is and return how long it took to say."""
    asked = time.monotonic()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("GET", "/health")
    assert line.getresponse().status == 200
    line.close()
    return time.monotonic() - asked


@pytest.mark.parametrize("size", [20_000_001, 150_000_000, 1_073_741_824, 10**15])
@pytest.mark.parametrize("kind", ["text/csv", "multipart/form-data; boundary=x"])
def test_a_body_that_is_announced_too_large_is_refused_before_it_is_read(
    port: int, size: int, kind: str
) -> None:
    lines = (f"Content-Length: {size}", f"Content-Type: {kind}")
    # Up to five times the limit the body is read and thrown away, so that a browser hears the answer.
    body = bytes(size) if size < Settings().upload * 5 else b""

    asked = time.monotonic()
    answer = speak(port, head(port, *lines, "Connection: close") + body)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"] == "Too large: 20 MB at most."
    assert time.monotonic() - asked < 5


def test_a_person_reads_the_refusal_of_a_large_file_on_a_page(port: int) -> None:
    answer = speak(
        port,
        head(
            port, "Content-Length: 1073741824", "Accept: text/html",
            "Content-Type: multipart/form-data; boundary=x", path="/validation?lang=fr",
        ),
    ).decode()  # fmt: skip

    assert answer.startswith("HTTP/1.1 413 ")
    assert "C’est trop grand : 20 Mo au plus." in answer.replace("\u00a0", " ")


def test_a_body_without_a_length_is_refused_when_it_passes_the_limit(port: int) -> None:
    chunk = b"100000\r\n" + bytes(0x100000) + b"\r\n"
    sent = head(port, "Transfer-Encoding: chunked", "Content-Type: text/csv", "Connection: close")
    sent += chunk * 25 + b"0\r\n\r\n"

    assert speak(port, sent).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: 5000", "Content-Type: text/csv"),
        ("Transfer-Encoding: chunked", "Content-Type: text/csv"),
        ("Content-Length: 5000", "Content-Type: multipart/form-data; boundary=x"),
    ],
)
def test_a_body_that_is_cut_is_never_judged(port: int, lines: tuple[str, ...]) -> None:
    part = b"fff\r\n" + FILE[:200] if "chunked" in lines[0] else FILE[:200]

    answer = speak(port, head(port, *lines, "Connection: close") + part, end=True)

    assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")
    assert well(port) < 5


def test_thirty_uploads_at_once_leave_the_server_answering(port: int) -> None:
    request = head(
        port, f"Content-Length: {len(FILE)}", "Content-Type: text/csv", "Connection: close"
    )

    with ThreadPoolExecutor(31) as pool:
        sent = [pool.submit(speak, port, request + FILE) for _ in range(30)]
        waits = []
        while not all(one.done() for one in sent):
            waits.append(well(port))
            time.sleep(0.1)

    answers = [one.result() for one in sent]
    statuses = {answer.split(b" ", 2)[1] for answer in answers}
    assert statuses <= {b"200", b"202", b"503"}
    refused = [answer for answer in answers if answer.startswith(b"HTTP/1.1 503")]
    assert [answer for answer in refused if b"Retry-After" not in answer] == []
    assert max(waits) < 5


@pytest.mark.parametrize(
    ("line", "token", "said"),
    [
        ("POST /api/import?source=a", "", b"HTTP/1.1 403"),
        ("PUT /store?default", "y" * 32, b"HTTP/1.1 403"),
        ("POST /update", "", b"HTTP/1.1 403"),
        ("POST /api/import?source=a", TOKEN, b"HTTP/1.1 100"),
        ("POST /api/validate", "", b"HTTP/1.1 100"),
    ],
)
def test_who_may_not_write_is_told_so_before_sending_the_body(
    port: int, line: str, token: str, said: bytes
) -> None:
    asked = [f"{line} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Authorization: Bearer {token}"]
    asked += ["Expect: 100-continue", "Content-Type: text/csv", "Content-Length: 1000000", "", ""]
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall("\r\n".join(asked).encode())

        assert connection.recv(65_536).startswith(said)


HARD = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


def test_who_is_being_served_when_the_server_stops_is_told_so_or_cut_off_and_it_stops_soon(
    store: LocalStore, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(port=free_port(), whole=100_000, query_deadline=60)
    asked, answers = threading.Barrier(3, timeout=60), {}

    def ask(query: str) -> None:
        line = http.client.HTTPConnection("127.0.0.1", settings.port, timeout=60)
        line.request("POST", "/sparql", query, {"Content-Type": "application/sparql-query"})
        if query == HARD:
            asked.wait()
        answer = line.getresponse()
        try:
            text = answer.read(1000)
            if query == LONG:
                asked.wait()
            answers[query] = answer.status, (text + answer.read()).decode()
        except http.client.IncompleteRead:
            answers[query] = answer.status, "cut"
        line.close()

    def stop() -> None:
        asked.wait()
        time.sleep(1)  # until both are at work
        told.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGTERM)

    told: list[float] = []
    threads = [threading.Thread(target=ask, args=(query,)) for query in (HARD, LONG)]
    threads.append(threading.Thread(target=stop))
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with Context.open(settings, store) as context:
            ready = [thread.start for thread in threads]
            serve(create_app(context), settings, lambda: [go() for go in ready], context.end)
            taken = time.monotonic() - told[0]
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for thread in threads:
        thread.join(10)

    assert answers[LONG] == (200, "cut")
    assert answers[HARD][0] == 503
    assert "s’arrête" in answers[HARD][1]
    assert taken < 4
    assert not [record for record in caplog.records if record.exc_info]
