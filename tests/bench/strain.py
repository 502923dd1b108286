"""What the endpoint bears: hostile queries among honest ones, workers killed, hours of ordinary use.

Each run starts ``soins serve`` on the built dataset at its real settings, and looks at it from outside only.
"""

from __future__ import annotations

import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from servers import family, free_port, memory, running

CONCEPT = "https://w3id.org/soins-coordonnes/def/"
LABEL = "SELECT ?l { <%s> <http://www.w3.org/2004/02/skos/core#prefLabel> ?l } #%d"
TEXTS = "SELECT ?t { ?t <%sregit> <%s> } LIMIT 50 #%d"
NAMES = ["MaisonDeSante", "CentreDeSante", "EquipeDeSoinsPrimaires"]
HOSTILE = [
    "SELECT * " + "{" * 4_400,
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "DROP ALL",
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY STR(?c) STR(?f)",
    "SELECT * { ?a ?b ?c . ?d ?e ?f }",
    "SELECT * { ?a (<a:b>|!<a:b>)* ?c . ?c (<a:b>|!<a:b>)+ ?d }",
    'SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), "(a|a)*(b|b)*(.*)*x{1,500}y")) }',
    'SELECT (STRLEN(?i) AS ?n) { VALUES ?a { "' + "x" * 20_000 + '" } '
    + "".join(f"BIND(CONCAT(?{a},?{a},?{a},?{a},?{a},?{a},?{a},?{a}) AS ?{b}) " for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "}",
    "SELECT * { ?s ?p ?o ",
    "CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f }",
]  # fmt: skip

_NOBODY = 90.0  # seconds without a worker to kill: a store lost from memory is back before


@dataclass(slots=True)
class Seen:
    """Answers: how many of each status (0: the connection failed), and how long the good ones took, in s."""

    statuses: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)

    def ask(self, port: int, path: str) -> None:
        """Ask for *path* and note what came of it."""
        start = time.perf_counter()
        status = 0
        try:
            with urlopen(
                Request(f"http://127.0.0.1:{port}{path}", headers={"Accept": "*/*"}), timeout=60
            ) as answer:
                answer.read()
                status = answer.status
        except HTTPError as error:
            status = error.code
            error.close()
        except OSError:
            pass
        self.statuses[status] += 1
        if status == 200:
            self.times.append(time.perf_counter() - start)

    def told(self) -> str:
        """Return what was seen, in one line."""
        ordered = sorted(self.times) or [0.0]
        p95, p99 = (ordered[int(len(ordered) * part)] for part in (0.95, 0.99))
        median = statistics.median(ordered)
        return (
            f"{dict(sorted(self.statuses.items()))}, p50 {median * 1e3:.0f} ms, p95 {p95 * 1e3:.0f} ms, "
            f"p99 {p99 * 1e3:.0f} ms"
        )

    def p95(self) -> float:
        """Return the time that 95 of 100 good answers do not pass, in s."""
        return sorted(self.times)[int(len(self.times) * 0.95)] if self.times else 0.0


def query(text: str) -> str:
    """Return the address of the answer to *text*."""
    return "/sparql?query=" + quote(text, safe="")


def honest() -> str:
    """Return an address that an honest client may ask for: no two queries are the same."""
    chosen = random.random()
    name = random.choice(NAMES)
    if chosen < 0.2:
        return "/concept/" + name
    if chosen < 0.3:
        return query(TEXTS % (CONCEPT, CONCEPT + name, random.getrandbits(60)))
    return query(LABEL % (CONCEPT + name, random.getrandbits(60)))


@contextmanager
def site() -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Yield the port and the process of a server, warm: its store is in memory."""
    with tempfile.TemporaryDirectory(prefix="soins-bench-") as folder:
        port = free_port()
        command = [sys.executable, "-m", "kg", "serve", "--data", folder, "--port", str(port)]
        command += ["--client-queries", "0", "--client-seconds", "0"]  # all of us have one address
        with running(command, port) as process:
            for _ in range(200):
                Seen().ask(port, honest())
                time.sleep(0.5)
                if _calm(process.pid):
                    break
            for name in NAMES:
                Seen().ask(port, "/concept/" + name)
            yield port, process


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def _calm(pid: int) -> bool:
    """Return whether the store has come into memory, and answers from there."""
    commands = [_command(one) for one in family(pid)]
    lent = sum(" lend " in command for command in commands)
    return lent > 1 and not any(" read " in command for command in commands)


def hostile(count: int) -> bool:
    """Send *count* hostile queries, one after the other, while honest clients come five times a second."""
    bad, good = Seen(), Seen()
    with site() as (port, process):
        alone = Seen()
        for _ in range(60):
            alone.ask(port, honest())
        before = memory(process.pid)
        over = threading.Event()

        def come() -> None:
            while not over.wait(0.2):
                good.ask(port, honest())

        visitor = threading.Thread(target=come)
        visitor.start()
        most = 0
        for n in range(count):
            bad.ask(port, query(HOSTILE[n % len(HOSTILE)] + f" #{n}") + "&timeout=1")
            most = max(most, memory(process.pid))
        over.set()
        visitor.join()
        for _ in range(20):  # the last workers are new ones
            Seen().ask(port, honest())
        after = memory(process.pid)
        alive = process.poll() is None
    print(f"hostile: {bad.told()}")
    print(f"honest alone: {alone.told()}")
    print(f"honest meanwhile: {good.told()}")
    print(
        f"memory: {before / 1e6:.0f} MB before, {most / 1e6:.0f} at most, {after / 1e6:.0f} after"
    )
    fine = alive and good.p95() < 0.5 and after < before * 1.1 + 20e6
    return fine and not bad.statuses[500] and set(good.statuses) <= {200, 503}


def kill(count: int) -> bool:
    """Kill workers *count* times while four clients ask; only the query that was at work may fail, by 503."""
    good = Seen()
    with site() as (port, process), ThreadPoolExecutor(4) as clients:
        before = memory(process.pid)
        over = threading.Event()

        def come(_: int) -> None:
            while not over.is_set():
                good.ask(port, honest())

        coming = [clients.submit(come, n) for n in range(4)]
        try:
            killed = _kill_lent(process.pid, count)
        finally:
            over.set()
        for one in coming:
            one.result()
        last = Seen()
        for _ in range(20):
            last.ask(port, honest())
        after, alive = memory(process.pid), process.poll() is None
    print(f"{killed} workers killed: {good.told()}; afterwards {dict(last.statuses)}")
    print(f"memory: {before / 1e6:.0f} MB before, {after / 1e6:.0f} after")
    if killed < count:
        print(f"given up: for {_NOBODY:.0f} s there was no worker to kill")
    fine = alive and killed == count
    return fine and set(good.statuses) <= {200, 503} and set(last.statuses) == {200}


def _kill_lent(server: int, count: int) -> int:
    """Kill *count* workers of *server* that answer from memory; return how many were, before none came any more."""
    killed, last = 0, time.monotonic()
    while killed < count and time.monotonic() - last < _NOBODY:
        with suppress(OSError):  # who was looked at, or chosen, has just ended
            lenders = [one for one in family(server)[1:] if " lend " in _command(one)]
            # While the disk answers, what the lender has below it may be loading the store.
            workers = family(lenders[0])[1:] if lenders and _calm(server) else []
            if workers:
                os.kill(random.choice(workers), signal.SIGKILL)
                killed, last = killed + 1, time.monotonic()
        time.sleep(0.02)
    return killed


def soak(seconds: int, rate: int = 20) -> bool:
    """Ask *rate* times a second for *seconds*; nothing fails and memory stays."""
    good = Seen()
    with site() as (port, process), ThreadPoolExecutor(16) as clients:
        start, held = time.monotonic(), []
        for n in range(seconds * rate):
            time.sleep(max(0.0, start + n / rate - time.monotonic()))
            clients.submit(good.ask, port, honest())
            if n % (rate * 10) == 0:
                held.append(memory(process.pid) / 1e6)
        clients.shutdown(wait=True)
        held.append(memory(process.pid) / 1e6)
    print(f"{seconds} s at {rate} a second: {good.told()}")
    print("memory, MB, every 10 s: " + " ".join(f"{one:.0f}" for one in held))
    settled = held[len(held) // 5]
    return set(good.statuses) == {200} and held[-1] < settled * 1.05
