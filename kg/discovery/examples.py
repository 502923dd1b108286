"""The competency questions as examples that programs read: SHACL's SPARQL executables."""

from __future__ import annotations

from rdflib import RDF, RDFS, SH, XSD, Graph, Literal, URIRef

from kg import ontology
from kg.messages import LANGS
from kg.namespaces import ONTOLOGY, PREFIXES, SCHEMA, iri
from kg.ontology import Question, Theme
from kg.settings import Settings
from kg.store import examine

_SORTS = {  # form of the query → class, property that holds it
    "SELECT": (SH.SPARQLSelectExecutable, SH.select),
    "ASK": (SH.SPARQLAskExecutable, SH.ask),
    "CONSTRUCT": (SH.SPARQLConstructExecutable, SH.construct),
}


def examples(endpoint: str) -> Graph:
    """Return the competency questions, to be put to *endpoint*, and the prefixes that they use.

    Source: SHACL, section 5.2 (prefixes); SHACL-AF (executables); the layout is that of the public
    SPARQL examples of the Swiss Institute of Bioinformatics, which editors read.
    """
    made = Graph()
    for name, namespace in PREFIXES.items():
        made.bind(name, namespace)
        declared = iri(f"requetes#prefixe-{name}")
        made.add((ONTOLOGY, SH.declare, declared))
        made.add((declared, RDF.type, SH.PrefixDeclaration))
        made.add((declared, SH.prefix, Literal(name)))
        made.add((declared, SH.namespace, Literal(namespace, datatype=XSD.anyURI)))
    for theme in ontology.themes():
        for question in theme.questions:
            _add(made, question, theme, endpoint)
    return made


def _add(made: Graph, question: Question, theme: Theme, endpoint: str) -> None:
    node = iri(f"requetes#{question.slug}")
    kind, holder = _SORTS[examine(question.query, Settings())]
    made.add((node, RDF.type, SH.SPARQLExecutable))
    made.add((node, RDF.type, kind))
    made.add((node, holder, Literal(question.query)))
    made.add((node, SH.prefixes, ONTOLOGY))
    made.add((node, SCHEMA.target, URIRef(endpoint)))
    for lang in LANGS:
        wording = Literal(getattr(question, lang), lang=lang)
        made.add((node, RDFS.label, wording))
        made.add((node, RDFS.comment, wording))
        made.add((node, SCHEMA.keywords, Literal(getattr(theme, lang), lang=lang)))
