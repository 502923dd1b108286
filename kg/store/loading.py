"""Files in, a store on disk out: the dataset alone, then the dataset with what users imported.

Stores are never changed once in place, so that any number of processes may read them. Each has beside
it a note of what it holds, since a damaged store may open without a word, nearly empty.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pyoxigraph as ox

from kg.store.shelf import Shelf, Stamps, generation

_KEPT = (
    86_400  # seconds that a store stays after another took its place: a server may be reading it
)


def ready(data: Path, dataset: Path, version: str, shelf: Shelf, stamps: Stamps) -> Path:
    """Return the store of *dataset* (N-Quads, of this *version*) and of the *stamps* of *shelf*, made if needed.

    Where it has to be made with imports, the lock of *shelf* is held by the caller.

    Raises:
        OSError: *data* cannot be written.
    """
    data.mkdir(parents=True, exist_ok=True)
    base = data / f"store-{version[:16]}"
    if not whole(base):
        with _making(base) as draft:
            _fill(draft, dataset)
    if not stamps:
        _forget(data, base)
        return base
    path = place(data, version, stamps)
    if not whole(path):
        _derive(path, base, shelf, stamps)
    _forget(data, base, path)
    return path


def place(data: Path, version: str, stamps: Stamps) -> Path:
    """Return where the store of this *version* and these *stamps* is, or would be."""
    return data / "-".join(filter(None, ("store", version[:16], generation(stamps))))


def whole(path: Path) -> bool:
    """Return whether the store at *path* opens and holds as many quads as were put into it."""
    try:
        return len(ox.Store.read_only(str(path))) == int(_note(path)["quads"])
    except (OSError, ValueError, RuntimeError, KeyError, TypeError):
        return False


def _note_file(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _note(path: Path) -> dict[str, int]:
    found: dict[str, int] = json.loads(_note_file(path).read_text(encoding="ascii"))
    return found


@contextmanager
def _making(path: Path) -> Iterator[Path]:
    """Yield the place of a draft store; put it at *path*, with its note, when the block has filled it."""
    folder = Path(tempfile.mkdtemp(prefix="loading-", dir=path.parent))
    draft = folder / "store"
    try:
        yield draft
        if not whole(path):  # another process may have been as quick
            count = len(ox.Store.read_only(str(draft)))
            shutil.rmtree(path, ignore_errors=True)
            _note_file(path).write_text(json.dumps({"quads": count}), encoding="ascii")
            draft.rename(path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _derive(path: Path, base: Path, shelf: Shelf, stamps: Stamps) -> None:
    """Make the store at *path*: *base*, and each graph of *shelf*.

    All of them again at each change: to load a graph is quicker than to remove one, three times as
    measured, and one way is simpler than two.
    """
    with _making(path) as draft:
        ox.Store.read_only(str(base)).backup(str(draft))
        _add(draft, [shelf.file(source) for source in stamps])


def _add(draft: Path, files: list[Path]) -> None:
    """Load *files* into *draft*. The engine goes on tidying until its store is let go of: on return."""
    store = ox.Store(str(draft))
    for file in files:
        store.bulk_load(path=str(file), format=ox.RdfFormat.N_QUADS)
    store.flush()


def _fill(draft: Path, dataset: Path) -> None:
    """Bulk-load *dataset* twice: as it is, and all of it in the default graph.

    Two parts at a time, since the engine reads each on one core: a third less time on two cores.
    """
    store = ox.Store(str(draft))
    with ThreadPoolExecutor(2) as readers:
        # Lenient: IRIs are not checked again, our own build wrote them.
        load = partial(store.bulk_load, format=ox.RdfFormat.N_QUADS, lenient=True)
        list(readers.map(load, _parts(dataset)))
    store.flush()


def _parts(dataset: Path) -> Iterator[bytes]:
    """Yield the lines of *dataset*, then the same in the default graph: the union of ours, not of imports.

    Blank nodes are one only within a part: both copies of the few lines that have some go together.
    """
    with dataset.open("rb") as file:
        lines = file.readlines()
    with_blank = [line for line in lines if b"_:" in line]
    lines = [line for line in lines if b"_:" not in line]
    yield b"".join(lines)
    yield b"".join(map(_in_default_graph, lines))
    yield b"".join([*with_blank, *map(_in_default_graph, with_blank)])


def _in_default_graph(line: bytes) -> bytes:
    """Return a line of N-Quads less its last term, the graph."""
    return line[: line.rindex(b" <")] + b" .\n"


def _forget(data: Path, *kept: Path) -> None:
    """Remove the other stores, and the drafts of processes that died, once a day old."""
    for old in [*data.glob("store-*"), *data.glob("loading-*")]:
        if old.is_dir() and old not in kept and old.stat().st_mtime < time.time() - _KEPT:
            shutil.rmtree(old, ignore_errors=True)
            _note_file(old).unlink(missing_ok=True)
