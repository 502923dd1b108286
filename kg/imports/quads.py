"""What an import says, in N-Quads: its structures and members, and where it comes from (PROV-O)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from rdflib import URIRef
from rdflib.namespace import DCTERMS, PROV, RDFS, VOID, XSD

from kg import __version__
from kg.namespaces import SOINS, graph, iri
from kg.tabular import Column, Record
from kg.tabular.model import MEMBRES, STRUCTURES
from kg.validation.facts import Facts
from kg.validation.structures import Structure
from kg.validation.triples import TYPE, link, statements

_AS_LINKS = {str(SOINS.profession), str(SOINS.typeDeStructure)}
"""Columns whose recognised value is a thing of the graph: said by a link, not by their text."""


def graph_of(source: str) -> URIRef:
    """Return the named graph of what *source* says."""
    return graph(f"import/{source}")


def import_of(digest: str) -> URIRef:
    """Return the import of the content *digest* (SHA-256, in hexadecimal)."""
    return iri(f"id/import/{digest}")


def quads(source: str, triples: Iterable[str]) -> bytes:
    """Return *triples*, each in N-Triples, as N-Quads of the graph of *source*."""
    end = f" <{graph_of(source)}> .\n"
    # Cut at line feeds only: a literal may hold other separators (U+0085, U+2028) as they are.
    lines = sorted({line for some in triples for line in some.split("\n") if line})
    return "".join(line.removesuffix(" .") + end for line in lines).encode()


def of_structures(facts: Facts, structures: Iterable[Structure]) -> Iterator[str]:
    """Yield what the rows say of *structures* and of their members, cell by cell.

    The values are those that the shapes judge: codes for words of a vocabulary, typed days and numbers.
    """
    columns = {sheet: _by_name(facts.book.columns, sheet) for sheet in (STRUCTURES, MEMBRES)}
    for structure in structures:
        node = structure.iri
        if structure.concept:
            yield link(node, TYPE, structure.concept)
        yield statements(node, str(RDFS.label), structure.name)
        yield statements(node, str(DCTERMS.identifier), structure.record.text("identifiant"))
        yield from _cells(facts, node, structure.record, columns[STRUCTURES])
        for member in structure.members:
            yield link(node, str(SOINS.aPourMembre), member.iri)
            yield link(member.iri, TYPE, str(SOINS.Membre))
            if member.profession:
                yield link(member.iri, str(SOINS.profession), member.profession)
            yield from _cells(facts, member.iri, member.record, columns[MEMBRES])


def _by_name(columns: Iterable[Column], sheet: str) -> dict[str, Column]:
    return {column.name: column for column in columns if column.sheet == sheet}


def _cells(facts: Facts, node: str, record: Record, columns: dict[str, Column]) -> Iterator[str]:
    for name, cell in record.cells.items():
        column = columns.get(name)
        if column is not None and cell.value is not None and column.iri not in _AS_LINKS:
            yield statements(node, column.iri, facts.recognised(column, cell.value))


def of_import(
    source: str,
    digest: str,
    names: Iterable[str],
    dataset: str,
    day: date,
    at: datetime,
    *,
    kept: int,
) -> Iterator[str]:
    """Yield where the graph of *source* comes from: file, hash, time, tool, dataset and day of judgement.

    *at* in UTC; *kept* counts structures. Source of the terms: PROV-O, VoID (void:entities).
    """
    node, made = str(graph_of(source)), str(import_of(digest))
    file, law = f"{made}/fichier", str(iri(f"id/jeu-de-donnees/{dataset}"))
    tool = str(iri(f"id/logiciel/{__version__}"))
    identifier, used = str(DCTERMS.identifier), str(PROV.used)
    yield link(node, TYPE, str(PROV.Entity))
    yield statements(node, identifier, source)
    yield link(node, str(PROV.wasGeneratedBy), made)
    yield link(node, str(PROV.wasDerivedFrom), file)
    yield statements(node, str(VOID.entities), kept)
    yield link(made, TYPE, str(PROV.Activity))
    yield link(made, used, file)
    yield link(made, used, law)
    yield link(made, str(PROV.wasAssociatedWith), tool)
    yield f'<{made}> <{PROV.endedAtTime}> "{at.isoformat()}"^^<{XSD.dateTime}> .\n'
    yield statements(made, str(SOINS.jourDuJugement), day)
    yield link(file, TYPE, str(PROV.Entity))
    yield statements(file, identifier, digest)
    yield statements(file, str(RDFS.label), tuple(names))
    yield link(law, TYPE, str(VOID.Dataset))
    yield statements(law, identifier, dataset)
    yield link(tool, TYPE, str(PROV.SoftwareAgent))
    yield statements(tool, identifier, f"soins-coordonnes {__version__}")
