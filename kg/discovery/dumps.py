"""The dumps of one version of the dataset: made when first asked for, then kept on disk, compressed."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast
from urllib.parse import quote

from kg import build
from kg.discovery.apart import Run, apart
from kg.errors import DiskFull, NotFound, Overloaded
from kg.store import dumping
from kg.store.formats import GRAPHS, Format

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from _typeshed import ReadableBuffer as Buffer

WHOLE = "soins-coordonnes"
"""The name of the dump of everything; that of a graph is its path: ``texte/csp/l6323-3``."""

_KEPT = 3  # versions: links to those just before go on working
_WAIT = 1.0  # seconds, for the dump that someone else asked for
_LEVEL = 6  # of gzip
_FORMATS = {made.name: made for made in GRAPHS}


@dataclass(frozen=True, slots=True)
class Dump:
    """One file. *size* in bytes and *sha256* are of the text; *packed_…* of the same under gzip.

    *graph*: the path of the graph, None for the whole.
    """

    name: str
    graph: str | None
    format: str
    size: int
    sha256: str
    packed_size: int
    packed_sha256: str

    @property
    def written(self) -> Format:
        """The format, with its media type."""
        return _FORMATS[self.format]


class Dumps:
    """The dumps of the *version* of the dataset that was built in *built*, kept in *folder*.

    Those of the whole are made together, the first time that one of them is asked for: it takes seconds, and
    *run* does it, elsewhere. Those of one graph take none, and do not wait for them.
    """

    def __init__(self, folder: Path, built: Path, version: str, run: Run = apart) -> None:
        self.folder, self.built, self.version = folder, built, version
        self._run = run
        self._whole, self._parts = threading.Lock(), threading.Lock()
        self._expected: BaseProcess | None = None

    def hold(self) -> Dumps:
        """Keep the dataset beside its dumps, and return this: another may be built while a server serves it.

        Where it cannot be kept, what is in *built* will do as long as it is of this version.
        """
        self._forget()
        if not self._held.is_file():
            with suppress(OSError, _Another), _draft(self._held) as draft:
                _share(self.built / build.DATASET, draft)
                with draft.open("rb") as file:
                    if hashlib.file_digest(file, "sha256").hexdigest() != self.version:
                        raise _Another
        return self

    @property
    def _held(self) -> Path:
        return self.folder / self.version / build.DATASET

    def expect(self, process: BaseProcess) -> None:
        """Take it that *process* makes those of the whole: nobody else begins while it lives."""
        self._expected = process

    @cached_property
    def graphs(self) -> dict[str, int]:
        """Each named graph by its path, and its number of triples.

        Raises:
            Overloaded: another version was built since.
        """
        return dumping.graphs(self._dataset())

    def names(self, graph: str | None = None) -> list[str]:
        """Return the names of the dumps of *graph*, or of the whole."""
        formats = dumping.GRAPH_FORMATS if graph else dumping.FORMATS
        return [f"{graph or WHOLE}.{format_name}" for format_name in formats]

    def get(self, name: str) -> Dump:
        """Return the dump *name* (``soins-coordonnes.trig``, ``texte/csp/l6323-3.ttl``), made if need be.

        Raises:
            DiskFull: it cannot be written; nothing is left of it.
            NotFound: there is none of this name.
            Overloaded: others are being made, or another version was built since.
        """
        if found := self.made(name):
            return found
        stem, _, format_name = name.rpartition(".")
        graph = None if stem == WHOLE else stem
        if (graph is not None and graph not in self.graphs) or name not in self.names(graph):
            raise NotFound(name=name)
        dataset = self._dataset()
        if graph is not None:
            with self._alone(self._parts):
                return _make(dataset, self.file(name), name, graph, format_name)
        with self._alone(self._whole):
            missing = {each: self.file(each) for each in self.names() if not self.made(each)}
            if missing:
                self._run(_make_whole, dataset, missing)
        return self.get(name)

    def made(self, name: str, version: str | None = None) -> Dump | None:
        """Return the dump *name* where it is at hand, of this *version* or of one before."""
        path = self.file(name, version)
        note = path.with_suffix(".json")
        try:
            path.stat()
            return Dump(**json.loads(note.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def kept(self, name: str, make: Callable[[Path, Path], None]) -> bytes:
        """Return the file *name* of this version; *make* writes it, from the dataset, the first time.

        Raises:
            DiskFull: it cannot be written; nothing is left of it.
            Overloaded: others are being made, or another version was built since.
        """
        path = self.folder / self.version / name
        if not path.is_file():
            dataset = self._dataset()
            with self._alone(self._whole):
                if not path.is_file():  # nobody made it while we waited
                    with _draft(path) as draft:
                        self._run(make, dataset, draft)
        return path.read_bytes()

    def file(self, name: str, version: str | None = None) -> Path:
        """Return where the dump *name* is, under gzip, once made."""
        return self.folder / (version or self.version) / (quote(name, safe="") + ".gz")

    def _dataset(self) -> Path:
        """Return the file to make dumps from: that of this version, and no other."""
        if self._held.is_file():
            return self._held
        found = build.manifest(self.built)
        if found is None or found.version != self.version:
            raise Overloaded("discovery.rebuilt", retry_after=60)
        return self.built / build.DATASET

    @contextmanager
    def _alone(self, lock: threading.Lock) -> Iterator[None]:
        """Let one thread at a time do the work of *lock*; that of the whole waits for who is expected to do it."""
        if lock is self._whole and self._expected is not None:
            self._expected.join(_WAIT)
            if self._expected.is_alive():
                raise Overloaded("discovery.busy", retry_after=5)
        if not lock.acquire(timeout=_WAIT):
            raise Overloaded("discovery.busy", retry_after=2)
        try:
            self._forget()
            yield
        except OSError as error:
            raise DiskFull("discovery.no-room", reason=error.strerror) from error
        finally:
            lock.release()

    def _forget(self) -> None:
        """Remove what is left of versions too old."""
        if (self.folder / self.version).is_dir():
            return
        found = [path for path in self.folder.glob("*") if path.is_dir()]
        found.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for old in found[_KEPT - 1 :]:
            shutil.rmtree(old, ignore_errors=True)


class _Another(Exception):
    """What was built is of another version."""


def _share(file: Path, name: Path) -> None:
    """Make *name* the bytes of *file*: the same on disk where it can be, for a build replaces its file whole."""
    name.unlink()
    try:
        os.link(file, name)
    except OSError:  # another disk, or a file of somebody else
        shutil.copyfile(file, name)


def _make_whole(dataset: Path, files: dict[str, Path]) -> None:
    """Make *files*, dumps of the whole by name."""
    for name, path in files.items():
        _make(dataset, path, name, None, name.rpartition(".")[2])


def _make(dataset: Path, path: Path, name: str, graph: str | None, format_name: str) -> Dump:
    with _draft(path) as draft, draft.open("wb") as file:
        packed = _Measure(file)
        # No name, no time: the same text gives the same bytes.
        with gzip.GzipFile("", "wb", _LEVEL, cast(IO[bytes], packed), mtime=0) as zipped:
            plain = _Measure(zipped)
            with io.BufferedWriter(plain, 1 << 16) as out:
                dumping.dump(dataset, out, format_name, graph)
    made = Dump(
        name, graph, format_name, plain.size, plain.sha256, packed.size, packed.sha256
    )  # fmt: skip
    with _draft(path.with_suffix(".json")) as draft:
        draft.write_text(json.dumps(asdict(made)), encoding="utf-8")
    return made


@contextmanager
def _draft(path: Path) -> Iterator[Path]:
    """Yield a file to write, which takes its place when the block has written it whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".draft-", dir=path.parent)
    os.close(handle)
    try:
        yield Path(name)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


class _Measure(io.RawIOBase):
    """A file that knows the length and the SHA-256 of what was written to it."""

    def __init__(self, out: IO[bytes] | gzip.GzipFile) -> None:
        self._out, self._hash, self.size = out, hashlib.sha256(), 0

    @property
    def sha256(self) -> str:
        """The digest of what was written."""
        return self._hash.hexdigest()

    def writable(self) -> bool:
        """Return that it can be written."""
        return True

    def write(self, data: Buffer) -> int:
        """Write *data*."""
        self._hash.update(data)
        size = memoryview(data).nbytes
        self.size += size
        self._out.write(data)
        return size
