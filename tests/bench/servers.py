"""The servers that ``bench_sparql.py`` compares, each over the same file of triples; and their processes.

    python servers.py flask FILE PORT       Flask on plain rdflib
    python servers.py endpoint FILE PORT    rdflib-endpoint, over Oxigraph's store
    python servers.py ours FILE PORT        ours, as it serves a built dataset: read-only

The first two run in an environment of their own, where what they need is installed.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

GRAPH = "http://example.org/graph"


def flask_on_rdflib(file: str, port: int) -> None:
    """Serve *file* as a short tutorial would: rdflib in memory behind Flask and waitress."""
    from flask import Flask, Response, request
    from rdflib import Graph
    from waitress import serve

    graph = Graph().parse(file, format="nt")
    app = Flask(__name__)

    @app.get("/sparql")
    def sparql() -> Response:
        found = graph.query(request.args["query"]).serialize(format="json")
        return Response(found, mimetype="application/sparql-results+json")

    serve(app, host="127.0.0.1", port=port, threads=4, _quiet=True)


def rdflib_endpoint(file: str, port: int) -> None:
    """Serve *file* with rdflib-endpoint, its faster store chosen."""
    import uvicorn
    from rdflib import Dataset
    from rdflib_endpoint import SparqlEndpoint

    dataset = Dataset(store="Oxigraph", default_union=True)
    dataset.parse(file, format="ox-nt")  # oxrdflib's parser, which loads in bulk
    app = SparqlEndpoint(graph=dataset, path="/sparql")
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error")


def ours(file: str, port: int) -> None:
    """Serve *file* as the dataset of the site: one graph of its own, and the default graph."""
    from api import create_app
    from api.context import Context
    from api.server import server
    from kg.build import DATASET, Manifest
    from kg.settings import Settings
    from kg.store import LocalStore

    settings = Settings(port=port, client_queries=0, client_seconds=0)
    with tempfile.TemporaryDirectory(prefix="soins-bench-") as name:
        folder = Path(name)
        with Path(file).open() as triples, (folder / DATASET).open("w") as quads:
            quads.writelines(line[:-2] + f"<{GRAPH}> .\n" for line in triples)
        store = LocalStore.open(folder / "data", folder, Manifest("b" * 64, "0" * 64, 0, 1))
        with Context.open(settings, store) as context:
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
            server(create_app(context), settings).run()


def free_port() -> int:
    """Return a port of the loopback that nobody listens to now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], port: int, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Yield the process of *command* once something answers on *port*; end it and its children after.

    Raises:
        RuntimeError: it ended, or said nothing for two minutes.
    """
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(process, port)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(1_200):
        if process.poll() is not None:
            break
        try:
            with urlopen(f"http://127.0.0.1:{port}/", timeout=2):
                return
        except HTTPError:
            return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"no server: {process.args!r}")


def family(pid: int) -> list[int]:
    """Return *pid* and the processes below it (Linux)."""
    found = [pid]
    for parent in found:
        with suppress(OSError):  # it has just ended
            for task in Path(f"/proc/{parent}/task").glob("*/children"):
                found += map(int, task.read_text().split())
    return found


def memory(pid: int) -> int:
    """Return the bytes that *pid* and its children hold in memory of their own (Linux)."""
    total = 0
    for one in family(pid):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024
    return total


def processor(pid: int) -> float:
    """Return the seconds of processor that *pid* and its children have taken so far (Linux)."""
    ticks = 0
    for one in family(pid):
        try:
            words = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def quiet(pid: int) -> None:
    """Wait until *pid* has nothing more at work: queries whose client has gone may go on."""
    for _ in range(240):
        before = processor(pid)
        time.sleep(0.25)
        if processor(pid) - before < 0.05:
            return


if __name__ == "__main__":
    serve = {"flask": flask_on_rdflib, "endpoint": rdflib_endpoint, "ours": ours}[sys.argv[1]]
    serve(sys.argv[2], int(sys.argv[3]))
