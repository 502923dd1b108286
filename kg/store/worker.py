"""A process that does what is asked from outside: small memory, no network, killed when it is late.

It is run as a file, apart from the rest of the house, so that a new one is ready in some 60 ms:
it imports the engine and the standard library only. ``Workers`` starts it and speaks to it:

    request   4 bytes of length, then JSON {task, seconds, body, …}; then the *body* bytes announced
    answer    frames: 1 byte of kind, 4 bytes of length, payload
              D data · E end of a whole answer, JSON {done} · X no answer: JSON {problem, …}

Each task (``TASKS``) says what else it needs. Those that write are for the sandbox's store: each is one
transaction, so that the deadline, which kills, leaves all of it or nothing.
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
import re
import signal
import socket
import struct
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any
from xml.parsers import expat

import pyoxigraph as ox

CHUNK = 65_536
READY = b"R"
"""Said by one that lends, once it can."""
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
    limit_memory(memory)
    return forbid_programs()


def limit_memory(memory: int) -> None:
    """Bound the address space of this process to *memory* bytes, where the system can."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (ImportError, ValueError, OSError):  # Windows; macOS refuses RLIMIT_AS
        pass


def forbid_programs() -> bool:
    """On Linux, forbid sockets and programs to this process and its children; whether the kernel agrees."""
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


class NoXmlError(Exception):
    """The answer holds what XML cannot."""


class UnreadableError(Exception):
    """The part number *part* of a body is not RDF of its type; *line*, *column*: where, if that is known."""

    def __init__(self, error: SyntaxError | expat.ExpatError, part: int, data: bytes) -> None:
        super().__init__(str(error))
        self.part, self.line = part, error.lineno
        self.column = error.offset
        if isinstance(error, expat.ExpatError):  # in bytes, from 0
            lines = data.splitlines()[error.lineno - 1 : error.lineno] or [b""]
            self.column = len(lines[0][: error.offset].decode(errors="replace")) + 1


# The engine writes such characters as they are, and a property whose address has no end for a name so.
_NO_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|<oxprefix: ")
_LONGEST = 10  # bytes of the longest of them, less one


def as_xml(data: bytes, before: bytes = b"") -> bytes:
    """Return *data*, some XML of the engine that follows *before*, so that a reader finds what was meant.

    Raises:
        NoXmlError: a character that XML has no way to write, or a property that it cannot name.

    Source: Extensible Markup Language 1.0, sections 2.2 (characters) and 2.11 (ends of lines).
    """
    if _NO_XML.search(before[-_LONGEST:] + data):
        raise NoXmlError
    return data.replace(b"\r", b"&#13;")  # as it is, a reader would take it for the end of a line


def is_xml(media_type: str) -> bool:
    """Return whether what is written in *media_type* is XML."""
    return media_type.endswith("+xml")


class Frames:
    """The file that the engine writes an answer to: sends it on in frames of 64 kB."""

    def __init__(self, limit: int, *, xml: bool = False) -> None:
        self._limit, self._sent, self._waiting = limit, 0, bytearray()
        self._xml, self._last = xml, b""

    def write(self, data: bytes) -> int:
        """Take *data*. Raises SizeError over the limit, NoXmlError as ``as_xml``."""
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
            data = bytes(self._waiting)
            send(b"D", as_xml(data, self._last) if self._xml else data)
            self._last = data
            self._waiting.clear()


def send(kind: bytes, payload: bytes = b"") -> None:
    """Write one frame to the standard output."""
    sys.stdout.buffer.write(kind + struct.pack(">I", len(payload)) + payload)
    sys.stdout.buffer.flush()


def serve(store: ox.Store, size: int) -> None:
    """Do what the standard input asks until it closes."""
    requests = sys.stdin.buffer
    while len(header := requests.read(4)) == 4:
        request = json.loads(requests.read(struct.unpack(">I", header)[0]))
        body = requests.read(request["body"])
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, request["seconds"] + _GRACE)
        frames = Frames(size, xml=is_xml(request.get("format", "")))
        kind, said = answer(store, request, body, frames)
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
        send(kind, json.dumps(said).encode())


def answer(
    store: ox.Store, request: dict[str, Any], body: bytes, output: Frames
) -> tuple[bytes, dict[str, Any]]:
    """Do *request*, its answer written into *output*; return the kind and the words of the last frame."""
    try:
        done = TASKS[request["task"]](store, request, body, output)
        output.flush()
    except SizeError:
        return b"X", {"problem": "too-big"}
    except NoXmlError:
        return b"X", {"problem": "no-xml"}
    except UnreadableError as error:
        place = {"part": error.part, "line": error.line, "column": error.column}
        return b"X", {"problem": "syntax", "message": str(error), **place}
    except SyntaxError as error:
        return b"X", {"problem": "syntax", "message": str(error)}
    except (ValueError, RuntimeError) as error:
        return b"X", {"problem": "unable", "message": str(error)}
    except (OSError, MemoryError) as error:
        full = "No space left" in str(error)
        return b"X", {"problem": "full" if full else "failed", "message": str(error)}
    return b"E", {"done": done}


def query(store: ox.Store, request: dict[str, Any], body: bytes, output: Frames) -> str:
    """Answer the query *body* over *default_graph* and *named_graphs*, in *format* or as a page of *rows*."""
    results = store.query(
        body.decode(),
        base_iri=request["base"],
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
    return "ok"


def update(store: ox.Store, request: dict[str, Any], body: bytes, output: Frames) -> str:
    """Carry out the update *body*."""
    store.update(body.decode(), base_iri=request["base"])
    return "ok"


def read_graph(store: ox.Store, request: dict[str, Any], body: bytes, output: Frames) -> str:
    """Write the graph *graph* (None: the default graph) in *format*."""
    if not exists(store, request["graph"]):
        return "absent"
    name = graph_name(request["graph"])
    rdf = ox.RdfFormat.from_media_type(request["format"])
    store.dump(output, rdf, from_graph=name)  # type: ignore[arg-type]
    return "ok"


def add_to_graph(store: ox.Store, request: dict[str, Any], body: bytes, output: Frames) -> str:
    """Add the triples of *body*, cut into *parts*, to *graph*."""
    known, name = exists(store, request["graph"]), graph_name(request["graph"])
    quads = parsed(request, body, named=False)
    added = [ox.Quad(quad.subject, quad.predicate, quad.object, name) for quad in quads]
    if not known:
        store.add_graph(name)
    store.extend(added)
    return "ok" if known else "created"


def add_quads(store: ox.Store, request: dict[str, Any], body: bytes, output: Frames) -> str:
    """Add the quads of *body*, cut into *parts*, each to the graph that it names."""
    store.extend(list(parsed(request, body, named=True)))
    return "ok"


def replace_graph(store: ox.Store, request: dict[str, Any], body: bytes, output: Frames) -> str:
    """Make *graph* hold what *body*, cut into *parts*, says, and nothing else.

    The engine's only transaction of several steps is an update, so it is written as one.
    """
    known = exists(store, request["graph"])
    quads = parsed(request, body, named=False)
    written = ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES)
    triples = (written or b"").decode()
    if request["graph"] is None:
        store.update(f"DROP DEFAULT ; INSERT DATA {{ {triples} }}")
    else:
        name = graph_name(request["graph"])
        store.update(
            f"DROP SILENT GRAPH {name} ; CREATE GRAPH {name} ;"
            f"INSERT DATA {{ GRAPH {name} {{ {triples} }} }}"
        )
    return "ok" if known else "created"


def drop_graph(store: ox.Store, request: dict[str, Any], body: bytes, output: Frames) -> str:
    """Remove *graph*; the default graph is only emptied."""
    if not exists(store, request["graph"]):
        return "absent"
    store.remove_graph(graph_name(request["graph"]))
    return "ok"


TASKS: dict[str, Callable[[ox.Store, dict[str, Any], bytes, Frames], str]] = {
    "query": query,
    "update": update,
    "read": read_graph,
    "add": add_to_graph,
    "add-quads": add_quads,
    "replace": replace_graph,
    "drop": drop_graph,
}
"""What may be asked. Each returns ``ok``, ``created`` or ``absent``."""


def exists(store: ox.Store, name: str | None) -> bool:
    """Return whether the graph *name* is in *store*; the default graph always is."""
    return name is None or store.contains_named_graph(ox.NamedNode(name))


def graph_name(name: str | None) -> ox.NamedNode | ox.DefaultGraph:
    """Return *name* as the engine's; None is the default graph."""
    return ox.DefaultGraph() if name is None else ox.NamedNode(name)


def parsed(request: dict[str, Any], body: bytes, *, named: bool) -> Iterator[ox.Quad]:
    """Read *body*: *parts* gives the media type and the length of each. Unless *named*, no graph may be.

    Of RDF/XML the engine takes a cut file for whole, and entities that multiply: expat refuses both.

    Raises:
        UnreadableError: a part is not RDF of its type.
    """
    start = 0
    for number, (media_type, size) in enumerate(request["parts"]):
        part, start = body[start : start + size], start + size
        try:
            if media_type == "application/rdf+xml":
                expat.ParserCreate().Parse(part, True)
            yield from ox.parse(
                part,
                ox.RdfFormat.from_media_type(media_type),
                base_iri=request["base"],
                without_named_graphs=not named,
                rename_blank_nodes=True,  # "_:a" of this body is not the "_:a" of an earlier one
            )
        except (SyntaxError, expat.ExpatError) as error:
            raise UnreadableError(error, number, part) from error


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


def in_memory(path: str) -> ox.Store:
    """Return what the store at *path* holds, in memory. No thread of the engine stays in this process."""
    source, sink = os.pipe()
    if os.fork() == 0:  # the engine's threads over the disk are this child's, and end with it
        os.close(source)
        os.nice(10)
        with os.fdopen(sink, "wb") as output:
            ox.Store.read_only(path).dump(output, ox.RdfFormat.N_QUADS)
        os._exit(0)
    os.close(sink)
    store = ox.Store()
    with os.fdopen(source, "rb") as quads:
        store.bulk_load(quads, format=ox.RdfFormat.N_QUADS)
    if os.waitstatus_to_exitcode(os.wait()[1]):
        raise SystemExit("the store on disk could not be read to its end")
    return store


def lend(store: ox.Store, memory: int, size: int) -> None:
    """For each socket that comes over the standard input, fork a process that serves *store* on it.

    The child first sends back its number and, as descriptors, a handle on itself and what it will say of
    its end.
    *memory* is what it may take beyond what it shares with us.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who has the handle learns of the end from it
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    with socket.socket(fileno=os.dup(0)) as line:
        while descriptors := socket.recv_fds(line, 1, 1)[1]:
            if os.fork() == 0:
                break
            os.close(descriptors[0])
        else:
            return
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    last_words, sink = os.pipe()
    with socket.socket(fileno=descriptors[0]) as line:
        pid = os.getpid()
        socket.send_fds(line, [struct.pack(">I", pid)], [os.pidfd_open(pid), last_words])
        for standard in (0, 1):
            os.dup2(line.fileno(), standard)
    os.dup2(sink, 2)
    os.closerange(3, 100)
    limit_memory(address_space() + memory)
    serve(store, size)


def address_space() -> int:
    """Return the bytes of address space that this process has (Linux)."""
    with open("/proc/self/statm", encoding="ascii") as text:
        return int(text.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Serve the store named by the arguments: path, access (read, write or lend), memory, size of an answer."""
    path, access, memory, size = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's: it closes us
    try:
        if access == "lend":
            forbid_programs()
            lend(in_memory(path), memory, size)
        else:
            confine(memory)  # before the store starts threads, so that they inherit it
            serve(ox.Store(path) if access == "write" else ox.Store.read_only(path), size)
    except BrokenPipeError:
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
