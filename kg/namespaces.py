"""The base IRI, every IRI we mint and every prefix we print. Nothing else in the house spells them."""

from __future__ import annotations

from rdflib import Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SH, SKOS, XSD

BASE = "https://w3id.org/soins-coordonnes/"
SOINS = Namespace(BASE + "def/")
ELI = Namespace("http://data.europa.eu/eli/ontology#")
ORG = Namespace("http://www.w3.org/ns/org#")
SCHEMA = Namespace("https://schema.org/")
IGEO = Namespace("http://rdf.insee.fr/def/geo#")

ONTOLOGY = URIRef(BASE + "ontologie")

PREFIXES: dict[str, str] = {
    "dcterms": str(DCTERMS),
    "eli": str(ELI),
    "foaf": str(FOAF),
    "igeo": str(IGEO),
    "org": str(ORG),
    "owl": str(OWL),
    "preuve": BASE + "id/preuve/",
    "prov": str(PROV),
    "rang": BASE + "id/rang/",
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "regle": BASE + "id/regle/",
    "schema": str(SCHEMA),
    "sh": str(SH),
    "skos": str(SKOS),
    "soins": str(SOINS),
    "xsd": str(XSD),
}


def iri(path: str) -> URIRef:
    """Return the IRI of *path* under the base: ``iri("id/texte/csp/l6323-3")``."""
    return URIRef(BASE + path)


def term(name: str) -> URIRef:
    """Return the IRI of a term of the ontology: ``term("MaisonDeSante")``."""
    return SOINS[name]


def texte(path: str) -> URIRef:
    """Return the IRI of a legal text or of one of its versions: ``texte("csp/l6323-3")``."""
    return iri("id/texte/" + path)


def source(name: str) -> URIRef:
    """Return the IRI of a source document: ``source("003-kit-elus-doubs")``."""
    return iri("id/source/" + name)


def graph(path: str) -> URIRef:
    """Return the IRI of a named graph: ``graph("texte/csp/l6323-3")``."""
    return iri("id/graphe/" + path)


def local_path(resource: str) -> str | None:
    """Return the path of *resource* under our base (``def/…``, ``id/…``), or None for another's IRI."""
    return resource.removeprefix(BASE) if resource.startswith(BASE) else None
