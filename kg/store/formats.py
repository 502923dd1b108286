"""The formats that answers are written in: short name, media type, W3C identifier."""

from __future__ import annotations

from dataclasses import dataclass

_IRI = "http://www.w3.org/ns/formats/"


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write an answer. *name* is the file suffix and the value of ``?format=``."""

    name: str
    media_type: str
    label: str
    iri: str


RESULTS = (
    Format("json", "application/sparql-results+json", "JSON", _IRI + "SPARQL_Results_JSON"),
    Format("xml", "application/sparql-results+xml", "XML", _IRI + "SPARQL_Results_XML"),
    Format("csv", "text/csv", "CSV", _IRI + "SPARQL_Results_CSV"),
    Format("tsv", "text/tab-separated-values", "TSV", _IRI + "SPARQL_Results_TSV"),
)
"""For SELECT and ASK. The W3C defines CSV and TSV for SELECT only; ASK gives ``true`` or ``false``."""

GRAPHS = (
    Format("ttl", "text/turtle", "Turtle", _IRI + "Turtle"),
    Format("jsonld", "application/ld+json", "JSON-LD", _IRI + "JSON-LD"),
    Format("nt", "application/n-triples", "N-Triples", _IRI + "N-Triples"),
    Format("rdf", "application/rdf+xml", "RDF/XML", _IRI + "RDF_XML"),
    Format("trig", "application/trig", "TriG", _IRI + "TriG"),
    Format("nq", "application/n-quads", "N-Quads", _IRI + "N-Quads"),
)
"""For CONSTRUCT and DESCRIBE."""
