"""A store to write to, for trying things and for conformance runs; it goes with the process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from kg.build import DATASET, Manifest
from kg.errors import CannotRun
from kg.store.local import LocalStore


@contextmanager
def sandbox(dataset: Path | None = None) -> Iterator[tuple[LocalStore, Path]]:
    """Yield an empty dataset for the pages, and the place of a store that ``Workers`` may write to.

    The store holds the RDF file *dataset*, if given: quads where they say, triples in the default
    graph. Nothing is flushed to the platter after a write: a killed worker loses nothing, and what a
    power cut would lose is a temporary folder.

    Raises:
        CannotRun: *dataset* cannot be read.
    """
    with TemporaryDirectory(prefix="soins-sandbox-") as folder:
        place = Path(folder, "sandbox")
        _fill(ox.Store(str(place)), dataset)
        built = Path(folder, "built")
        built.mkdir()
        (built / DATASET).touch()
        empty = Manifest(version="sandbox", inputs="", quads=0, graphs=0)
        yield LocalStore.open(Path(folder, "data"), built, empty), place


def _fill(store: ox.Store, dataset: Path | None) -> None:
    """Load *dataset*; the engine lets go of its folder on return."""
    if dataset is None:
        return
    form = ox.RdfFormat.from_extension(dataset.suffix.removeprefix("."))
    try:
        if form is None:
            raise ValueError(dataset.suffix)
        store.bulk_load(path=str(dataset), format=form)
    except (OSError, SyntaxError, ValueError) as error:
        raise CannotRun("store.bad-file", path=str(dataset), reason=str(error)) from error
