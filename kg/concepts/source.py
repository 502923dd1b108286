"""Documents that speak of the law without being law: what each says, in its own voice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kg.concepts.disagreement import Disagreement, disagreements
from kg.concepts.names import Ref, day_of, need_ref, ref_of, select, tail, text_of
from kg.concepts.parts import Statement, statements_about
from kg.errors import NotFound
from kg.messages import Lang
from kg.namespaces import source as source_iri
from kg.store import Row, Store


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One line of the list of documents; *date* is None where the document bears none."""

    ref: Ref
    name: str
    publisher: str | None
    kind: str | None
    date: date | None
    place: str | None
    rank: Ref | None


@dataclass(frozen=True, slots=True)
class SourceList:
    """Every document."""

    sources: tuple[SourceEntry, ...]


@dataclass(frozen=True, slots=True)
class SourcePage:
    """One document: what it is, its statements in the order of its pages, where others contradict it."""

    iri: str
    entry: SourceEntry
    note: str | None
    file: str | None
    hash: str | None
    statements: tuple[Statement, ...]
    disagreements: tuple[Disagreement, ...]


def sources(store: Store, lang: Lang) -> SourceList:
    """Return the documents, by name."""
    return SourceList(tuple(_entry(row) for row in _rows(store, lang)))


def source(store: Store, name: str, lang: Lang, day: date) -> SourcePage:
    """Return the document *name*.

    Raises:
        NotFound: there is none.
    """
    node = source_iri(name)
    row = next((row for row in _rows(store, lang) if row["source"] == node), None)
    if row is None:
        raise NotFound(name=name)
    said = [s for s in statements_about(store, node, lang, day) if s.voice.iri == str(node)]
    own = {s.iri for s in said}
    cases = disagreements(store, lang, day, held_by=own).cases
    return SourcePage(
        iri=str(node),
        entry=_entry(row),
        note=text_of(row, "note"),
        file=text_of(row, "file"),
        hash=text_of(row, "hash"),
        statements=tuple(sorted(said, key=lambda s: (s.start or 0, s.iri))),
        disagreements=cases,
    )


def _rows(store: Store, lang: Lang) -> list[Row]:
    unique = {row["source"]: row for row in select(store, "source-all", lang)}
    return sorted(unique.values(), key=lambda row: str(row["source"]))


def _entry(row: Row) -> SourceEntry:
    ref = need_ref(row, "source")
    return SourceEntry(
        ref, tail(ref.iri), text_of(row, "publisher"), text_of(row, "kind"), day_of(row, "date"),
        text_of(row, "place"), ref_of(row, "rank"),
    )  # fmt: skip
