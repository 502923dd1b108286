"""Real servers for the tests: Oxigraph's, Debian's Virtuoso, and one that lies, in front of either."""

from __future__ import annotations

import atexit
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from kg.remote import Address

PASSWORD = "un-secret-de-test"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _until_it_answers(address: str) -> None:
    for _ in range(300):
        with suppress(URLError, OSError):
            urlopen(f"{address}?query=ASK%7B%7D", timeout=1).close()
            return
        time.sleep(0.1)
    raise TimeoutError(address)


@contextmanager
def oxigraph() -> Iterator[Address]:
    """`oxigraph serve`, in memory."""
    port = free_port()
    program = Path(sys.executable).with_name("oxigraph")
    process = subprocess.Popen(
        [program, "serve", "--bind", f"127.0.0.1:{port}"], stderr=subprocess.DEVNULL
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _until_it_answers(f"{address}/query")
        yield Address(f"{address}/query", f"{address}/update")
    finally:
        process.kill()
        process.wait()


_INI = """\
[Database]
DatabaseFile = {folder}/v.db
ErrorLogFile = {folder}/v.log
LockFile = {folder}/v.lck
TransactionFile = {folder}/v.trx
xa_persistent_file = {folder}/v.pxa
[TempDatabase]
DatabaseFile = {folder}/t.db
TransactionFile = {folder}/t.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryExecutionTime = 15
"""


@contextmanager
def virtuoso(folder: Path, rows: int) -> Iterator[Address]:
    """Debian's Virtuoso, of a new database in *folder*, which cuts answers at *rows*."""
    http = free_port()
    for file in _new_database().iterdir():
        shutil.copy(file, folder)
    command = _virtuoso(folder, http, rows)
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{http}/sparql"
        _until_it_answers(address)
        yield Address(address, f"{address}-auth", "dba", PASSWORD)
    finally:
        process.kill()
        process.wait()


@cache
def _new_database() -> Path:
    """Return the folder of an empty database: Virtuoso's first run, with the passwords, makes it and ends."""
    folder = Path(tempfile.mkdtemp(prefix="virtuoso-"))
    atexit.register(shutil.rmtree, folder)
    secrets = ["+pwdold", "dba", "+pwddba", PASSWORD, "+pwddav", PASSWORD]
    command = [*_virtuoso(folder, free_port(), 0), *secrets]
    subprocess.run(command, cwd=folder, capture_output=True, timeout=120)
    return folder


def _virtuoso(folder: Path, http: int, rows: int) -> list[str]:
    """Return the command that runs Virtuoso in *folder*."""
    ini = folder / "virtuoso.ini"
    text = _INI.format(folder=folder, sql=free_port(), http=http, rows=rows)
    ini.write_text(text, encoding="ascii")
    return ["virtuoso-t", "+configfile", str(ini), "+foreground"]


def has_virtuoso() -> bool:
    return shutil.which("virtuoso-t") is not None


class Liar:
    """A server in front of a store, which passes on its answers as *mode* says; *seen* counts requests."""

    def __init__(self, behind: Address) -> None:
        self.mode, self.seen, self.authorizations = "well", 0, set[str]()
        liar = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.pass_on(None)

            def do_POST(self) -> None:
                self.pass_on(self.rfile.read(int(self.headers["Content-Length"])))

            def pass_on(self, data: bytes | None) -> None:
                liar.seen += 1
                liar.authorizations |= {self.headers["Authorization"] or ""} - {""}
                store = behind.query if self.path.startswith("/query") else behind.update or ""
                asked = Request(store + self.path[len("/query") :] if data is None else store, data)
                for name in ("Accept", "Content-Type"):
                    if self.headers[name]:
                        asked.add_header(name, self.headers[name])
                try:
                    with urlopen(asked) as answer:
                        status, kind, body = (
                            answer.status,
                            answer.headers.get_content_type(),
                            answer.read(),
                        )
                except HTTPError as error:
                    status, kind, body = error.code, "text/plain", error.read()
                with suppress(OSError):  # whoever asked has gone
                    self.lie(status, kind, body)
                self.close_connection = True

            def lie(self, status: int, kind: str, body: bytes) -> None:
                mode, _, detail = liar.mode.partition(" ")
                headers, announced = {}, len(body)
                if mode == "delay":
                    time.sleep(float(detail))
                elif mode == "status":
                    status, kind, body = int(detail), "text/plain", b"/etc/store.ini: fault"
                    announced = len(body)
                elif mode == "busy-once":
                    liar.mode = "well"
                    status, body, announced = int(detail), b"", 0
                elif mode == "retry-after":
                    status, headers = 429, {"Retry-After": detail}
                elif mode == "cut":
                    body = body[: len(body) // 2]
                elif mode == "cancelled":  # what `oxigraph serve --timeout-s` and others do
                    body = body[: len(body) // 2] + b"\nThe SPARQL operation has been cancelled"
                    announced = len(body)
                elif mode == "short":  # cut, and the length agrees
                    body = body[: len(body) // 2]
                    announced = len(body)
                elif mode == "header":
                    name, _, value = detail.partition("=")
                    headers = {name: value}
                elif mode == "html":
                    kind, body = "text/html", b"<!DOCTYPE html><title>Log in</title>"
                    announced = len(body)
                elif mode == "type":
                    kind = detail
                elif mode == "redirect":
                    status, headers, body, announced = 307, {"Location": detail}, b"", 0
                elif mode == "huge":
                    announced = 10**10
                self.send_response(status)
                self.send_header("Content-Type", kind)
                if mode != "no-length":
                    self.send_header("Content-Length", str(announced))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if mode == "drip":
                    for byte in body:
                        self.wfile.write(bytes([byte]))
                        time.sleep(0.05)
                while mode == "huge":
                    self.wfile.write(body + b" " * 65_536)
                if mode != "drip":
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        """Stop."""
        self.server.shutdown()
        self.server.server_close()
