"""A process that answers queries from outside: small memory, no network, killed when it is late.

It is run as a file, apart from the rest of the house, so that a new one is ready in some 60 ms:
it imports the engine and the standard library only. ``Workers`` starts it and speaks to it:

    request   4 bytes of length, then JSON {query, format, default_graph, named_graphs, rows, seconds}
    answer    frames: 1 byte of kind, 4 bytes of length, payload
              D data · E end of a whole answer · X no answer: JSON {problem, …}
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
import signal
import struct
import sys
from itertools import islice
from typing import Any

import pyoxigraph as ox

CHUNK = 65_536
_GRACE = 5  # seconds after which an orphan, whose parent can no longer kill it, kills itself

# Linux system calls that a worker never needs: socket, execve, execveat, io_uring_setup.
_ARCHITECTURES = {
    "x86_64": (0xC000003E, (41, 59, 322, 425)),
    "aarch64": (0xC00000B7, (198, 221, 281, 425)),
}


def confine(memory: int) -> bool:
    """Bound the memory of this process and, on Linux, forbid sockets and programs for good.

    Returns whether the kernel took the filter. Elsewhere the gate and the deployment must do.
    """
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (ImportError, ValueError, OSError):  # Windows; macOS refuses RLIMIT_AS
        pass
    known = _ARCHITECTURES.get(platform.machine())
    if sys.platform != "linux" or known is None:
        return False
    return _filter(*known)


def _filter(architecture: int, forbidden: tuple[int, ...]) -> bool:
    """Install a seccomp filter: EACCES for *forbidden* calls and for any foreign call convention.

    Source: linux/seccomp.h, linux/filter.h; Documentation/userspace-api/seccomp_filter.rst.
    """
    load, equal, greater, answer = 0x20, 0x15, 0x35, 0x06
    allow, deny = 0x7FFF0000, 0x00050000 | 13  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | EACCES
    size = len(forbidden)
    code = [
        (load, 0, 0, 4),  # seccomp_data.arch
        (equal, 0, size + 3, architecture),
        (load, 0, 0, 0),  # seccomp_data.nr
        (greater, size + 1, 0, 0x40000000),  # the x32 numbers of x86-64
        *((equal, size - index, 0, number) for index, number in enumerate(forbidden)),
        (answer, 0, 0, allow),
        (answer, 0, 0, deny),
    ]
    program = b"".join(struct.pack("=HBBI", *step) for step in code)
    buffer = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    pointer = ctypes.byref(Program(len(code), ctypes.addressof(buffer)))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    zero = ctypes.c_ulong(0)
    no_new_privileges, set_seccomp, mode_filter = 38, 22, ctypes.c_ulong(2)
    if prctl(no_new_privileges, ctypes.c_ulong(1), zero, zero, zero) != 0:
        return False
    return bool(prctl(set_seccomp, mode_filter, pointer, zero, zero) == 0)


class SizeError(Exception):
    """The answer passes the size limit."""


class Frames:
    """The file that the engine writes an answer to: sends it on in frames of 64 kB."""

    def __init__(self, limit: int) -> None:
        self._limit, self._sent, self._waiting = limit, 0, bytearray()

    def write(self, data: bytes) -> int:
        """Take *data*. Raises SizeError over the limit."""
        self._sent += len(data)
        if self._sent > self._limit:
            raise SizeError
        self._waiting += data
        if len(self._waiting) >= CHUNK:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Send what waits."""
        if self._waiting:
            send(b"D", bytes(self._waiting))
            self._waiting.clear()


def send(kind: bytes, payload: bytes = b"") -> None:
    """Write one frame to the standard output."""
    sys.stdout.buffer.write(kind + struct.pack(">I", len(payload)) + payload)
    sys.stdout.buffer.flush()


def serve(store: ox.Store, size: int) -> None:
    """Answer requests from the standard input until it closes."""
    requests = sys.stdin.buffer
    while len(header := requests.read(4)) == 4:
        request = json.loads(requests.read(struct.unpack(">I", header)[0]))
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, request["seconds"] + _GRACE)
        problem = answer(store, request, Frames(size))
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
        send(b"X", json.dumps(problem).encode()) if problem else send(b"E")


def answer(store: ox.Store, request: dict[str, Any], output: Frames) -> dict[str, str] | None:
    """Write the answer to *request* into *output*; return the problem if there is one."""
    try:
        results = store.query(
            request["query"],
            default_graph=graphs(request["default_graph"]),
            named_graphs=graphs(request["named_graphs"]),
        )
        if request["rows"]:
            output.write(page(results, request["rows"]))
        elif isinstance(results, ox.QueryTriples):
            rdf = ox.RdfFormat.from_media_type(request["format"])
            results.serialize(output, rdf)  # type: ignore[arg-type]
        else:
            table = ox.QueryResultsFormat.from_media_type(request["format"])
            results.serialize(output, table)  # type: ignore[arg-type]
        output.flush()
    except SizeError:
        return {"problem": "too-big"}
    except SyntaxError as error:
        return {"problem": "syntax", "message": str(error)}
    except (ValueError, RuntimeError) as error:
        return {"problem": "unsupported", "message": str(error)}
    except (OSError, MemoryError) as error:
        return {"problem": "failed", "message": str(error)}
    return None


def graphs(names: list[str] | None) -> Any:
    """Return *names* as the engine's graph names; nothing is ever fetched from them."""
    return None if names is None else [ox.NamedNode(name) for name in names]


def page(results: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, rows: int) -> bytes:
    """Return at most *rows* rows for a page, in the W3C's JSON shape, and whether there are more."""
    if isinstance(results, ox.QueryBoolean):
        return json.dumps({"head": {}, "boolean": bool(results)}).encode()
    if isinstance(results, ox.QuerySolutions):
        names = [variable.value for variable in results.variables]
        lines = [list(row) for row in islice(results, rows + 1)]
    else:
        names = ["subject", "predicate", "object"]
        lines = [[t.subject, t.predicate, t.object] for t in islice(results, rows + 1)]
    bindings = [
        {name: term(value) for name, value in zip(names, line, strict=True) if value is not None}
        for line in lines[:rows]
    ]
    found = {"head": {"vars": names}, "results": {"bindings": bindings}, "more": len(lines) > rows}
    return json.dumps(found).encode()


def term(value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> dict[str, str]:
    """Return *value* in the shape of SPARQL 1.1 Query Results JSON, section 3.2.2."""
    if isinstance(value, ox.NamedNode):
        return {"type": "uri", "value": value.value}
    if isinstance(value, ox.BlankNode):
        return {"type": "bnode", "value": value.value}
    if isinstance(value, ox.Literal):
        written = {"type": "literal", "value": value.value}
        if value.language:
            return {**written, "xml:lang": value.language}
        return {**written, "datatype": value.datatype.value}
    return {"type": "literal", "value": str(value)}


def main() -> None:
    """Open the store named by the arguments (path, memory, size of an answer) and serve it."""
    path, memory, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's: it closes us
    confine(memory)  # before the store starts threads, so that they inherit it
    try:
        serve(ox.Store.read_only(path), size)
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":
    main()
