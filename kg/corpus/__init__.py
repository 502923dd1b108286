"""Read the records of the corpus, refuse the malformed with file and line, give their RDF.

One record a text, in YAML: ``corpus/textes/<path>.yaml`` (the path is that of its IRI),
``corpus/sources/<name>.yaml``, ``corpus/desaccords/<id>.yaml``. What each key means is written in
``ontology/decisions/20261122-modele-du-graphe.md``.
"""

from kg.corpus.rdf import graphs, reference, versions_of
from kg.corpus.reading import load, locate
from kg.corpus.records import (
    EVIDENCE,
    KINDS,
    RANKS,
    Affirmation,
    Corpus,
    Desaccord,
    Source,
    Texte,
    Version,
)

__all__ = [
    "EVIDENCE",
    "KINDS",
    "RANKS",
    "Affirmation",
    "Corpus",
    "Desaccord",
    "Source",
    "Texte",
    "Version",
    "graphs",
    "load",
    "locate",
    "reference",
    "versions_of",
]
