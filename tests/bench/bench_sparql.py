"""How fast the endpoint answers, beside other ways to serve the same triples, measured in one run.

    python tests/bench/bench_sparql.py [--triples 1000000] [--seconds 5] [--rounds 1] [--only NAME …]
    python tests/bench/bench_sparql.py --hostile 200 | --kill 500 | --soak 600

Same triples, same queries, the same `wrk` (Debian: apt install wrk) for: ours (``soins serve --sandbox``
and read-only), ``oxigraph serve`` (in memory, and on disk read-only), rdflib-endpoint (over Oxigraph's
store), Flask on plain rdflib. The others are installed once in an environment of their own, in a temporary
folder. Exit code 1 where a goal is missed. Read the ratios: the figures are this machine's.

Each query but the last carries a number never used before: no cache answers it. "again" is the small query
word for word, as pages and dashboards ask.

The second form asks ours only, on the built dataset, what it bears: see ``strain.py``.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

sys.path.insert(0, str(Path(__file__).parent))
import strain
from servers import free_port, memory, processor, quiet, running

HERE = Path(__file__).parent
PEERS = Path(tempfile.gettempdir(), "soins-bench-peers")
PACKAGES = ["rdflib-endpoint==0.6.3", "oxrdflib", "uvicorn", "flask", "waitress", "oxigraph"]

E = "http://example.org/"
PREFIXES = f"PREFIX e: <{E}> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
QUERIES = {
    "small": "SELECT ?label { e:c%d skos:prefLabel ?label } #@N@",
    "rows": "SELECT ?s ?label ?day { ?s e:label ?label ; e:opened ?day } LIMIT 5000 #@N@",
    "join": "SELECT ?s ?label ?place { ?s e:kind e:c%d ; e:label ?label ; e:place/skos:prefLabel ?place }"
    " LIMIT 100 #@N@",
    "count": "SELECT ?kind (COUNT(?s) AS ?n) (AVG(?m) AS ?mean) { ?s e:kind ?kind ; e:members ?m }"
    " GROUP BY ?kind #@N@",
    "again": "SELECT ?label { e:c7 skos:prefLabel ?label }",
}
KINDS, PLACES = 50, 500
CLIENTS = (1, 8)
JSON = "application/sparql-results+json"


def write_triples(file: Path, triples: int) -> None:
    """Write about *triples* triples: places, kinds, and structures of six triples each."""
    label = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
    with file.open("w", encoding="utf-8") as out:
        for n in range(KINDS):
            out.write(f'<{E}c{n}> {label} "Forme d’exercice {n}"@fr .\n')
        for n in range(PLACES):
            out.write(f'<{E}place{n}> {label} "Commune {n}"@fr .\n')
        xsd = "http://www.w3.org/2001/XMLSchema#"
        for n in range(triples // 6):
            s = f"<{E}s{n}>"
            out.write(
                f"{s} <{E}kind> <{E}c{n % KINDS}> .\n"
                f'{s} <{E}label> "Maison de santé {n} (exemple)"@fr .\n'
                f"{s} <{E}place> <{E}place{n * 7 % PLACES}> .\n"
                f'{s} <{E}number> "{n:09}" .\n'
                f'{s} <{E}opened> "20{n % 25:02}-{n % 12 + 1:02}-{n % 28 + 1:02}"^^<{xsd}date> .\n'
                f'{s} <{E}members> "{n % 40}"^^<{xsd}integer> .\n'
            )


@dataclass(frozen=True, slots=True)
class Figure:
    """What wrk saw: answers a second, milliseconds, what was no answer; processor, in ms an answer."""

    rate: float
    p50: float
    p99: float
    errors: int
    cpu: float


@dataclass(frozen=True, slots=True)
class Server:
    """One that is compared: its *name*, where it answers, the process that it is."""

    name: str
    port: int
    path: str
    pid: int

    def address(self, query: str) -> str:
        """Return where *query* is answered, from the slash on."""
        return f"{self.path}?query={quote(PREFIXES + query, safe='@')}"

    def ask(self, query: str) -> dict[str, Any]:
        """Return the answer to *query*."""
        address = f"http://127.0.0.1:{self.port}{self.address(query)}"
        with urlopen(Request(address, headers={"Accept": JSON}), timeout=120) as answer:
            found: dict[str, Any] = json.load(answer)
            return found


def texts(name: str) -> list[str]:
    """Return the query *name*, once for each kind where it asks about one."""
    query = QUERIES[name]
    return [query % n for n in range(KINDS)] if "%d" in query else [query]


def measure(server: Server, name: str, clients: int, seconds: int, folder: Path) -> Figure:
    """Return how *clients* connections fare with the query *name* at *server* for *seconds*."""
    addresses = folder / "addresses"
    addresses.write_text("\n".join(map(server.address, texts(name))))
    call = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "30s"]
    call += ["-s", str(HERE / "wrk.lua"), f"http://127.0.0.1:{server.port}", "--", str(addresses)]
    before = processor(server.pid)
    said = subprocess.run(call, capture_output=True, text=True, check=True).stdout
    figures = next(line for line in said.splitlines() if line.startswith("figures"))
    requests, duration, p50, p99, refused, errors = map(int, figures.split()[1:])
    cpu = processor(server.pid) - before
    quiet(server.pid)
    if not requests:  # too slow for this time: one, to its end
        start, before = time.perf_counter(), processor(server.pid)
        server.ask(texts(name)[0])
        wall = time.perf_counter() - start
        return Figure(1 / wall, wall * 1e3, wall * 1e3, 0, (processor(server.pid) - before) * 1e3)
    answers = requests - refused
    each = cpu * 1e3 / requests
    return Figure(answers / duration * 1e6, p50 / 1e3, p99 / 1e3, refused + errors, each)


def peers() -> Path:
    """Return the folder of programs of the environment where the others are, made the first time."""
    programs = PEERS / "bin"
    if not (programs / "rdflib-endpoint").exists():
        venv.create(PEERS, with_pip=True, clear=True)
        subprocess.run([programs / "pip", "install", "-q", *PACKAGES], check=True)
    return programs


@contextmanager
def servers(triples: Path, folder: Path, only: list[str]) -> Iterator[list[Server]]:
    """Yield the servers, each over *triples*, ready."""
    programs, here = peers(), str(HERE / "servers.py")
    disk = folder / "oxigraph"
    subprocess.run(
        [programs / "oxigraph", "load", "--location", disk, "--file", triples],
        check=True,
        capture_output=True,
    )
    sandbox = "-m kg serve --sandbox --client-queries 0 --client-seconds 0 --dataset"
    commands: dict[str, tuple[list[str], str]] = {
        "ours": ([sys.executable, here, "ours", str(triples), "PORT"], "/sparql"),
        "ours, sandbox": (
            [sys.executable, *sandbox.split(), str(triples), "--port", "PORT"],
            "/sparql",
        ),
        "oxigraph serve": ([f"{programs}/oxigraph", "serve", "--bind", "127.0.0.1:PORT"], "/query"),
        "oxigraph serve, disk": (
            f"{programs}/oxigraph serve-read-only --location {disk} --bind 127.0.0.1:PORT".split(),
            "/query",
        ),
        "rdflib-endpoint": (
            [f"{programs}/python", here, "endpoint", str(triples), "PORT"],
            "/sparql",
        ),
        "Flask on rdflib": ([f"{programs}/python", here, "flask", str(triples), "PORT"], "/sparql"),
    }
    with ExitStack() as stack:
        started = []
        for name, (command, path) in commands.items():
            if only and name not in only:
                continue
            port = free_port()
            process = stack.enter_context(
                running([word.replace("PORT", str(port)) for word in command], port)
            )
            if name == "oxigraph serve":  # empty: it is filled through its graph store
                body = Request(
                    f"http://127.0.0.1:{port}/store?default",
                    triples.read_bytes(),
                    {"Content-Type": "application/n-triples"},
                )
                urlopen(body, timeout=600).close()
            started.append(Server(name, port, path, process.pid))
            print(f"  {name}: ready, {memory(process.pid) / 1e6:.0f} MB", flush=True)
        yield started


def agree(ready: list[Server]) -> bool:
    """Say and return whether every server gives as many rows to every query as the first does."""
    good = True
    for name in QUERIES:
        query = texts(name)[-1]
        rows = [len(server.ask(query)["results"]["bindings"]) for server in ready]
        if len(set(rows)) > 1:
            good = False
            print(f"{name}: NOT THE SAME ROWS: {rows}")
    return good


Figures = dict[tuple[str, str, int], Figure]
"""By server, query, and clients at the same time."""


def compare(
    ready: list[Server], names: list[str], seconds: int, rounds: int, folder: Path
) -> Figures:
    """Print and return the figures of the queries *names*, each the median of *rounds*, taken in turn."""
    found: dict[tuple[str, str, int], list[Figure]] = {}
    for _ in range(rounds):
        for name in names:
            for clients in CLIENTS:
                for server in ready:
                    figure = measure(server, name, clients, seconds, folder)
                    found.setdefault((server.name, name, clients), []).append(figure)
    medians = {key: _median(figures) for key, figures in found.items()}
    for name in names:
        for clients in CLIENTS:
            print(
                f"\n{name}, {clients} at a time     answers/s   p50 ms   p99 ms  cpu ms  errors   ours is"
            )
            first = medians[ready[0].name, name, clients].rate
            for server in ready:
                one = medians[server.name, name, clients]
                times = f"{first / one.rate:7.2f} times" if one.rate else "   none finished"
                print(
                    f"  {server.name:22} {one.rate:10.1f} {one.p50:8.2f} {one.p99:8.2f} {one.cpu:7.2f} "
                    f"{one.errors:7} {times}"
                )
    return medians


def _median(figures: list[Figure]) -> Figure:
    return Figure(
        statistics.median(one.rate for one in figures),
        statistics.median(one.p50 for one in figures),
        statistics.median(one.p99 for one in figures),
        sum(one.errors for one in figures),
        statistics.median(one.cpu for one in figures),
    )


GOALS = [  # query, other, at least so many times its rate
    ("small", "rdflib-endpoint", 5),
    ("rows", "rdflib-endpoint", 20),
    ("rows", "oxigraph serve", 1 / 1.5),
    ("again", "oxigraph serve", 1 / 3),
]


def judge(figures: Figures) -> bool:
    """Print and return whether every goal is kept, at every number of clients."""
    kept = True
    print()
    for name, other, least in GOALS:
        for clients in CLIENTS:
            theirs = figures.get((other, name, clients))
            if theirs is None or ("ours", name, clients) not in figures:
                continue
            mine = figures["ours", name, clients]
            good = mine.rate >= least * theirs.rate
            kept &= good
            print(
                f"{name}, {clients} at a time: {mine.rate:.1f}/s, {other} {theirs.rate:.1f}/s; "
                f"goal {least:.2f} times: {'kept' if good else 'MISSED'}"
            )
    return kept


def main() -> int:
    """Measure, print, and return whether every goal is kept, as an exit code."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--triples", type=int, default=100_000, help="default: %(default)s")
    options.add_argument("--seconds", type=int, default=5, help="of each run (%(default)s)")
    options.add_argument("--rounds", type=int, default=1, help="default: %(default)s")
    options.add_argument("--only", action="append", default=[], metavar="NAME", help="a server")
    options.add_argument("--query", action="append", choices=QUERIES, help="only this one")
    options.add_argument("--hostile", type=int, metavar="QUERIES", help="among honest ones")
    options.add_argument("--kill", type=int, metavar="WORKERS", help="while clients ask")
    options.add_argument("--soak", type=int, metavar="SECONDS", help="at 20 requests a second")
    given = options.parse_args()
    for run, amount in (
        (strain.hostile, given.hostile),
        (strain.kill, given.kill),
        (strain.soak, given.soak),
    ):
        if amount:
            return 0 if run(amount) else 1
    if shutil.which("wrk") is None:
        print("bench_sparql: wrk is missing (on Debian: apt install wrk): nothing is measured")
        return 0
    with tempfile.TemporaryDirectory(prefix="soins-bench-") as name:
        folder = Path(name)
        triples = folder / "triples.nt"
        write_triples(triples, given.triples)
        print(f"{given.triples} triples")
        with servers(triples, folder, given.only) as ready:
            same = agree(ready)
            figures = compare(
                ready, given.query or list(QUERIES), given.seconds, given.rounds, folder
            )
        return 0 if judge(figures) and same else 1


if __name__ == "__main__":
    raise SystemExit(main())
