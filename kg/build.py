"""Assemble the dataset: a pure function of ontology, shapes and corpus. Same input, same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS

from kg import corpus, ontology, territories
from kg.errors import CannotRun
from kg.namespaces import graph, iri, term
from kg.resources import BUILT, data_folder, npm_package

DATASET = "dataset.nq"
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was built: *version* = SHA-256 of the dataset, *inputs* = SHA-256 of what it was made from."""

    version: str
    inputs: str
    quads: int
    graphs: int


def manifest(folder: Path = BUILT) -> Manifest | None:
    """Return the manifest of the dataset in *folder*, or None where there is none."""
    try:
        return Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def ensure(folder: Path = BUILT) -> Manifest:
    """Return the manifest of an up-to-date dataset in *folder*, building it where it is missing or old.

    Raises:
        BadRecord: a record or a Turtle file is wrong.
        CannotRun: *folder* cannot be written, or the list of territories is not at hand.
    """
    found = manifest(folder)
    if found is not None and (folder / DATASET).is_file() and found.inputs == inputs_hash():
        return found
    return build(folder)


def build(folder: Path = BUILT) -> Manifest:
    """Write the dataset (sorted N-Quads) and its manifest into *folder*.

    Raises:
        BadRecord: a record or a Turtle file is wrong.
        CannotRun: *folder* cannot be written, or the list of territories is not at hand.
    """
    lines, names = dataset_lines()
    data = "".join(f"{line}\n" for line in lines).encode()
    made = Manifest(hashlib.sha256(data).hexdigest(), inputs_hash(), len(lines), names)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _replace(folder / DATASET, data)
        _replace(folder / MANIFEST, json.dumps(asdict(made), indent=1).encode() + b"\n")
    except OSError as error:
        raise CannotRun("error.read-only", path=str(folder), reason=error.strerror) from error
    return made


def _replace(path: Path, data: bytes) -> None:
    """Write whole or not at all: a reader never sees half a file."""
    draft = path.with_name(path.name + ".draft")
    draft.write_bytes(data)
    draft.replace(path)


def dataset_lines() -> tuple[list[str], int]:
    """Return the quads of the dataset as sorted N-Quads lines, and the number of named graphs."""
    lines = set(_territories())  # first: where their list is missing, nothing else need be made
    names = {graph("territoires")}
    for name, triples in _graphs():
        names.add(name)
        lines.update(_quads(name, triples))
    return sorted(lines), len(names)


def _graphs() -> Iterator[tuple[URIRef, Graph]]:
    yield from ontology.graphs()
    yield from corpus.graphs(corpus.load(data_folder("corpus")))


def _quads(name: URIRef, triples: Graph) -> list[str]:
    """Return the lines of one graph; its blank nodes get labels that depend on its content only."""
    found = ox.Dataset(
        ox.Quad(t.subject, t.predicate, t.object)
        for t in ox.parse(triples.serialize(format="nt", encoding="utf-8"), ox.RdfFormat.N_TRIPLES)
    )
    # RDFC-1.0 can explode on hostile graphs: it only ever sees our own.
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    prefix = "b" + hashlib.sha256(name.encode()).hexdigest()[:8]

    def own(node: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
        return f"_:{prefix}{node.value}" if isinstance(node, ox.BlankNode) else str(node)

    return [f"{own(q.subject)} {q.predicate} {own(q.object)} <{name}> ." for q in found]


def _territories() -> Iterator[str]:
    """Yield the lines of the graph of territories, written as they are read: 170 000 need no rdflib."""
    name = graph("territoires")
    part_of = term("faitPartieDuTerritoire")
    package = f"{territories.PACKAGE}@{territories.VERSION}"
    yield f"<{name}> <{OWL.versionInfo}> {ox.Literal(package)} <{name}> ."
    for place in territories.read(npm_package(territories.PACKAGE)):
        about = f"<{iri(place.path)}>"
        kind = term(territories.CLASSES[place.kind])
        yield f"{about} <{RDF.type}> <{kind}> <{name}> ."
        yield f"{about} <{RDFS.label}> {ox.Literal(place.name)} <{name}> ."
        yield f"{about} <{DCTERMS.identifier}> {ox.Literal(place.code)} <{name}> ."
        for parent in place.part_of:
            whole = iri(territories.path_of(*parent))
            yield f"{about} <{part_of}> <{whole}> <{name}> ."
        if concept := territories.NAMED_BY_SOURCES.get((place.kind, place.code)):
            yield f"{about} <{SKOS.exactMatch}> <{term(concept)}> <{name}> ."


def inputs_hash() -> str:
    """Return the SHA-256 of everything that the dataset is made from, the code that makes it included."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for root in (data_folder("ontology"), data_folder("shapes"), data_folder("corpus")):
        for file in sorted(root.rglob("*")):
            if file.suffix in {".ttl", ".yaml"}:
                digest.update(
                    file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes()
                )
    code = [*here.glob("*.py"), *here.glob("corpus/*.py"), *here.glob("messages/*")]
    for file in sorted(file for file in code if file.is_file()):
        digest.update(file.relative_to(here).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
