"""Keep what conforms, list it, take it back: each in one step, whatever kills the process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from rdflib.namespace import PROV

from kg.errors import NotFound
from kg.imports.quads import graph_of, import_of
from kg.imports.sorting import Sorted
from kg.resources import query
from kg.store import Store

PATIENCE = 20.0
"""Seconds that an import or a withdrawal waits for its turn: they are done one after the other."""

_KEPT = "SELECT ?made WHERE { GRAPH $graph { $graph $by ?made } }"  # Virtuoso says yes to ASK of no graph


@dataclass(frozen=True, slots=True)
class Import:
    """One imported source, as it stands: what it says is in *graph*, where it comes from in *iri*."""

    source: str
    iri: str
    graph: str
    digest: str
    files: tuple[str, ...]
    structures: int
    at: datetime
    day: date
    dataset: str
    tool: str

    def to_json(self) -> dict[str, object]:
        """Return the import for programs."""
        return {
            "source": self.source,
            "iri": self.iri,
            "graph": self.graph,
            "sha256": self.digest,
            "files": list(self.files),
            "structures": self.structures,
            "at": self.at.isoformat(),
            "date": self.day.isoformat(),
            "dataset": self.dataset,
            "tool": self.tool,
        }


def imports(store: Store) -> list[Import]:
    """Return what was imported, by name of source."""
    found: dict[str, Import] = {}
    for row in store.select(query("imports")):
        source = str(row["source"])
        before = found[source].files if source in found else ()
        found[source] = Import(
            source,
            str(row["import"]),
            str(row["graph"]),
            str(row["digest"]),
            (*before, str(row["name"])),
            int(str(row["structures"])),
            datetime.fromisoformat(str(row["at"])),
            date.fromisoformat(str(row["day"])),
            str(row["dataset"]),
            str(row["tool"]),
        )
    return list(found.values())


def keep(store: Store, done: Sorted) -> bool:
    """Keep what conforms of *done* as all that its source says; whether anything changed.

    The same file again changes nothing, not even its time; another file of the same source takes the
    place of the first.

    Raises:
        Overloaded: others were importing all the while.
        OSError: the folder cannot be written, or the disk is full: nothing has changed.
    """
    with store.shelf.lock(wait=PATIENCE):
        made = import_of(done.report.source_hash)
        kept = store.select(_KEPT, graph=graph_of(done.source), by=PROV.wasGeneratedBy)
        if any(row["made"] == made for row in kept):
            return False
        store.shelf.put(done.source, done.quads)
        store.changed()
        return True


def withdraw(store: Store, source: str) -> None:
    """Take back all that *source* says.

    Raises:
        NotFound: nothing of that name was imported.
        Overloaded: others were importing all the while.
    """
    with store.shelf.lock(wait=PATIENCE):
        try:
            removed = store.shelf.remove(source)
        except ValueError:
            removed = False
        if not removed:
            raise NotFound("import.unknown", source=source[:80])
        store.changed()
