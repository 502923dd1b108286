"""The server under test, and a client that counts its faults."""

from __future__ import annotations

import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread
from urllib.parse import quote, urlsplit

JSON = "application/sparql-results+json"


class Endpoint:
    """A SPARQL service at *address*, written to with *token*. *faults*: requests that it answered 5xx."""

    def __init__(self, address: str, token: str) -> None:
        self.address, self._token = address, token
        self.faults: list[str] = []
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)

    def send(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Return status, headers (in lower case) and body of the answer. ``Content_Type`` is a header."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.putrequest(method, path)
        for name, value in {"Authorization": f"Bearer {self._token}", **fields}.items():
            self._connection.putheader(name, value)
        if body is not None:
            self._connection.putheader("Content-Length", str(len(body)))
        self._connection.endheaders(body)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 500:
            self.faults.append(f"{method} {path[:200]}: {answer.status} {content[:200]!r}")
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, content

    def query(self, query: str, accept: str = JSON) -> tuple[int, Mapping[str, str], bytes]:
        """Ask *query*."""
        kind = "application/sparql-query"
        return self.send("POST", "/sparql", query.encode(), Content_Type=kind, Accept=accept)

    def query_any(self, query: str) -> tuple[int, Mapping[str, str], bytes]:
        """Ask *query*, whatever its form."""
        return self.query(query, "*/*")

    def update(self, update: str) -> tuple[int, Mapping[str, str], bytes]:
        """Carry out *update*."""
        kind = "application/sparql-update"
        return self.send("POST", "/update", update.encode(), Content_Type=kind)

    def reset(self, quads: bytes = b"", graphs: tuple[str, ...] = ()) -> None:
        """Hold *quads* (N-Quads) and *graphs*, be they empty, and nothing else."""
        made = "".join(f" ; CREATE GRAPH <{name}>" for name in graphs)
        status, _, said = self.update("DROP ALL" + made)
        assert status == 204, said
        if quads:
            kind = "application/n-quads"
            status, _, said = self.send("POST", "/store", quads, Content_Type=kind)
            assert status == 204, said


def graph_path(iri: str) -> str:
    """Return the path of the graph *iri* in the graph store."""
    return f"/store?graph={quote(iri, safe='')}"


@contextmanager
def sandbox() -> Iterator[Endpoint]:
    """Yield ``soins serve --sandbox``, as its users start it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "kg", "serve", "--sandbox", "--port", str(port)]
    server = subprocess.Popen(
        command,
        env={**os.environ, "SOINS_TOKEN": token},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert server.stdout is not None
        assert b"http://" in server.stdout.readline()
        yield Endpoint(f"http://127.0.0.1:{port}", token)
    finally:
        server.terminate()
        server.communicate(timeout=10)


@contextmanager
def canary() -> Iterator[tuple[str, list[object]]]:
    """Yield an address that nobody may call, and the list of those who did."""
    met: list[object] = []
    over = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)

        def listen() -> None:
            while not over.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    met.append(connection.getpeername())

        thread = Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/canary", met
        time.sleep(0.1)
        over.set()
        thread.join()
