"""The report as a SHACL results graph with its provenance (PROV-O): Turtle and JSON-LD.

Beside the SHACL terms, each result has its place (``soins:feuille``, ``soins:ligne``, ``soins:colonne``),
its ``soins:fondement`` and its ``soins:correction``. ``sh:conforms`` is the verdict of the other forms: no
violation, even where there are warnings. The graph tells no time of making: same input, same graph.

Both forms are written node by node: a graph held whole takes a minute at the findings of a country.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SH, XSD

from kg.namespaces import PREFIXES, SOINS, iri
from kg.tabular import Column
from kg.validation.report import Report, Result

_SEVERITIES = {"violation": SH.Violation, "warning": SH.Warning, "info": SH.Info}
_USED = {name: PREFIXES[name] for name in "dcterms owl prov rdf rdfs regle sh soins xsd".split()}

Node = tuple[URIRef, list[tuple[URIRef, URIRef | Literal]]]
"""A subject, and what is said of it."""


def turtle(judged: Report, columns: Sequence[Column]) -> bytes:
    """Return the results graph in Turtle; *columns* of the template give the properties at fault."""
    blocks = ["".join(f"@prefix {name}: <{start}> .\n" for name, start in _USED.items())]
    for subject, said in nodes(judged, columns):
        lines = [f"    {_short(predicate)} {_written(value)} ;\n" for predicate, value in said]
        blocks.append(f"{subject.n3()}\n{''.join(lines)}.\n")
    return "\n".join(blocks).encode()


def json_ld(judged: Report, columns: Sequence[Column]) -> bytes:
    """Return the results graph as JSON-LD, its prefixes as context."""
    graph = []
    for subject, said in nodes(judged, columns):
        about: dict[str, list[object]] = {}
        for predicate, value in said:
            if predicate == RDF.type:
                about.setdefault("@type", []).append(_short(URIRef(value)))
            else:
                about.setdefault(_short(predicate), []).append(_value(value))
        graph.append({"@id": str(subject), **about})
    found = {"@context": _USED, "@graph": graph}
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()


@cache
def _short(term: URIRef) -> str:
    """Return a term of a vocabulary or a rule by its prefix: their local names are plain."""
    for name, start in _USED.items():
        if term.startswith(start):
            return f"{name}:{term.removeprefix(start)}"
    return f"<{term}>"


def _written(value: URIRef | Literal) -> str:
    if isinstance(value, URIRef):
        ours = str(value).startswith((str(SH), str(PROV), str(SOINS)))
        return _short(value) if ours else value.n3()
    if value.datatype in (XSD.integer, XSD.boolean):
        return str(value)
    if value.datatype:
        return f'"{value}"^^{_short(value.datatype)}'
    return value.n3()


def _value(value: URIRef | Literal) -> object:
    if isinstance(value, URIRef):
        return {"@id": str(value)}
    if value.language:
        return {"@value": str(value), "@language": value.language}
    if value.datatype in (XSD.integer, XSD.boolean):
        return value.value
    return {"@value": str(value), "@type": _short(value.datatype)} if value.datatype else str(value)


# --- what is said


def nodes(judged: Report, columns: Sequence[Column]) -> Iterator[Node]:
    """Yield the report, its provenance, its results."""
    node = iri(f"id/rapport/{judged.source_hash[:12]}/{judged.date}")
    results = [URIRef(f"{node}#constat-{n:06d}") for n in range(1, len(judged.results) + 1)]
    file, rules = URIRef(f"{node}#fichier"), URIRef(f"{node}#regles")
    judging, program = URIRef(f"{node}#jugement"), URIRef(f"{node}#programme")
    yield (
        node,
        [
            (RDF.type, SH.ValidationReport),
            (RDF.type, PROV.Entity),
            (SH.conforms, Literal(judged.conforms)),
            (SOINS.jourDuJugement, Literal(judged.date)),
            (DCTERMS.language, Literal(judged.lang)),
            (DCTERMS.description, Literal(judged.summary(), lang=judged.lang)),
            (PROV.wasGeneratedBy, judging),
            (PROV.wasDerivedFrom, file),
            *((SH.result, result) for result in results),
        ],
    )
    yield (
        judging,
        [
            (RDF.type, PROV.Activity),
            (PROV.used, file),
            (PROV.used, rules),
            (PROV.wasAssociatedWith, program),
        ],
    )
    yield (
        file,
        [
            (RDF.type, PROV.Entity),
            (DCTERMS.identifier, Literal(f"sha256:{judged.source_hash}")),
            *((DCTERMS.title, Literal(name)) for name in judged.files),
        ],
    )
    yield rules, [(RDF.type, PROV.Entity), (OWL.versionInfo, Literal(judged.dataset))]
    yield (
        program,
        [
            (RDF.type, PROV.SoftwareAgent),
            (RDFS.label, Literal("soins-coordonnes")),
            (OWL.versionInfo, Literal(judged.tool)),
        ],
    )
    paths = {(column.sheet, column.name): URIRef(column.iri) for column in columns}
    for about, result in zip(results, judged.results, strict=True):
        yield about, list(_said(result, judged.lang, file, paths))
    labels = {result.focus: result.label for result in judged.results if result.focus}
    for focus, label in labels.items():
        yield URIRef(focus), [(RDFS.label, Literal(label))]


def _said(
    result: Result, lang: str, file: URIRef, paths: Mapping[tuple[str, str], URIRef]
) -> Iterator[tuple[URIRef, URIRef | Literal]]:
    yield RDF.type, SH.ValidationResult
    yield SH.resultSeverity, _SEVERITIES[result.severity]
    yield SH.focusNode, URIRef(result.focus) if result.focus else file
    if path := paths.get((result.sheet, result.column)):
        yield SH.resultPath, path
    if result.value:
        yield SH.value, Literal(result.value)
    yield SH.resultMessage, Literal(result.message, lang=lang)
    # A rule is one shape, however many constraints it is made of: what failed is conformance to it.
    yield SH.sourceConstraintComponent, SH.NodeConstraintComponent
    # A rule of law; complaints about the form of a file have neither shape nor basis.
    if result.basis:
        yield SH.sourceShape, iri(f"id/regle/{result.rule}")
    yield DCTERMS.identifier, Literal(result.rule)
    yield SOINS.feuille, Literal(result.sheet)
    if result.row is not None:
        yield SOINS.ligne, Literal(result.row)
    yield SOINS.colonne, Literal(result.column)
    if result.expected:
        yield SOINS.attendu, Literal(result.expected, lang=lang)
    for basis in result.basis:
        yield SOINS.fondement, URIRef(basis.iri)
    yield SOINS.correction, Literal(result.fix, lang=lang)
    yield SOINS.jourDuJugement, Literal(result.date)
