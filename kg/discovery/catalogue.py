"""The dataset in a catalogue, as European portals harvest it: DCAT-AP."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rdflib import RDF, XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS
from rdflib.term import Node

from kg.discovery.dumps import Dump
from kg.messages import LANGS, say
from kg.namespaces import BASE, iri
from kg.resources import query
from kg.store import Store
from kg.store.dumping import WITH_GRAPHS

CATALOGUE = iri("dcat#catalogue")
DATASET = iri("dcat#jeu-de-donnees")
_SERVICE = iri("dcat#sparql")

ISSUED = date(2026, 11, 22)
"""When the dataset was first published."""

_SPDX = Namespace("http://spdx.org/rdf/terms#")
_VERSION = URIRef(f"{DCAT}version")  # of DCAT 3; the library knows DCAT 2
_AVAILABILITY = URIRef("http://data.europa.eu/r5r/availability")
_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_AVAILABLE = URIRef(_AUTHORITY + "planned-availability/AVAILABLE")
_FILE_TYPES = _AUTHORITY + "file-type/"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_FILE_TYPE = {
    "nq": "RDF_N_QUADS",
    "trig": "RDF_TRIG",
    "jsonld": "JSON_LD",
    "nt": "RDF_N_TRIPLES",
    "ttl": "RDF_TURTLE",
}
"""Our formats in the list of file types of the Publications Office."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What one version of the dataset says of itself: the first day it covers, the last it was checked."""

    version: str
    first: date
    checked: date


def facts(store: Store) -> Facts:
    """Return the facts of the dataset of *store*."""
    row = store.select(query("discovery-dates"))[0]
    return Facts(
        store.version, date.fromisoformat(str(row["first"])), date.fromisoformat(str(row["checked"]))
    )  # fmt: skip


def catalogue(found: Facts, dumps: Iterable[Dump], site: str) -> Graph:
    """Return the catalogue, for the server at the address *site* (with its final slash).

    Source: DCAT-AP 3.0.0.
    """
    made = static("catalogue", site)
    for resource in (CATALOGUE, DATASET):
        made.add((resource, DCTERMS.issued, Literal(ISSUED)))
        made.add((resource, DCTERMS.modified, Literal(found.checked)))
    made.add((DATASET, DCTERMS.identifier, Literal(str(DATASET))))
    made.add((DATASET, _VERSION, Literal(found.version)))
    period = iri("dcat#periode")
    made.add((DATASET, DCTERMS.temporal, period))
    made.add((period, RDF.type, DCTERMS.PeriodOfTime))
    made.add((period, DCAT.startDate, Literal(found.first)))
    made.add((period, DCAT.endDate, Literal(found.checked)))
    for service in made.subjects(RDF.type, DCAT.DataService):
        _as_dataset(made, service)
    description = URIRef(site + "sparql?format=ttl")
    made.add((_SERVICE, DCAT.endpointDescription, description))
    for dump in dumps:
        _add_dump(made, dump, found, site)
    queried = iri("dcat#requetes")
    _add_distribution(made, queried, found, "discovery.queried", "SPARQL")
    made.add((queried, DCAT.accessURL, URIRef(site + "sparql")))
    made.add((queried, DCAT.accessService, _SERVICE))
    made.add((queried, DCTERMS["format"], URIRef(_FILE_TYPES + "SPARQLQRES")))
    made.add((URIRef(_FILE_TYPES + "SPARQLQRES"), RDF.type, DCTERMS.MediaTypeOrExtent))
    return made


def static(name: str, site: str) -> Graph:
    """Return ``<name>.ttl`` beside this file, for the server at the address *site*."""
    text = (Path(__file__).parent / f"{name}.ttl").read_text(encoding="utf-8")
    return Graph().parse(
        data=f"@prefix site: <{site}> .\n{text}", format="turtle", publicID=BASE
    )  # fmt: skip


def _as_dataset(made: Graph, service: Node) -> None:
    """Say of *service* what is said of the dataset that it serves."""
    made.add((service, DCAT.servesDataset, DATASET))
    shared = (
        DCTERMS.license, DCTERMS.accessRights, DCTERMS.publisher, DCAT.contactPoint, DCAT.theme,
        DCAT.keyword,
    )  # fmt: skip
    for term in shared:
        for value in made.objects(DATASET, term):
            made.add((service, term, value))


def _add_distribution(made: Graph, node: URIRef, found: Facts, key: str, label: str) -> None:
    """Say what every distribution says; *key* names its title, ``<key>-says`` its description."""
    made.add((DATASET, DCAT.distribution, node))
    made.add((node, RDF.type, DCAT.Distribution))
    for lang in LANGS:
        made.add((node, DCTERMS.title, Literal(say(key, lang, format=label), lang=lang)))
        made.add((node, DCTERMS.description, Literal(say(f"{key}-says", lang), lang=lang)))
    for term in (DCTERMS.license, DCTERMS.language):
        for value in made.objects(DATASET, term):
            made.add((node, term, value))
    made.add((node, DCTERMS.issued, Literal(found.checked)))
    made.add((node, DCTERMS.modified, Literal(found.checked)))
    made.add((node, _AVAILABILITY, _AVAILABLE))


def _add_dump(made: Graph, dump: Dump, found: Facts, site: str) -> None:
    node, written = iri(f"dcat#{dump.format}"), dump.written
    whole = "discovery.with-graphs" if written.name in WITH_GRAPHS else "discovery.union"
    _add_distribution(made, node, found, whole, written.label)
    made.add((node, DCAT.accessURL, URIRef(f"{site}dump/{dump.name}.gz")))
    made.add((node, DCAT.downloadURL, URIRef(f"{site}dump/{found.version}/{dump.name}.gz")))
    made.add((node, DCAT.byteSize, Literal(dump.packed_size, datatype=XSD.nonNegativeInteger)))
    for term, path in (
        (DCAT.mediaType, _MEDIA_TYPES + written.media_type),
        (DCAT.compressFormat, _MEDIA_TYPES + "application/gzip"),
        (DCTERMS["format"], _FILE_TYPES + _FILE_TYPE[written.name]),
    ):
        made.add((node, term, URIRef(path)))
        made.add((URIRef(path), RDF.type, DCTERMS.MediaType))
        made.add((URIRef(path), RDF.type, DCTERMS.MediaTypeOrExtent))
    checksum = iri(f"dcat#{dump.format}-sha256")
    made.add((node, _SPDX.checksum, checksum))
    made.add((checksum, RDF.type, _SPDX.Checksum))
    made.add((checksum, _SPDX.algorithm, _SPDX.checksumAlgorithm_sha256))
    made.add((checksum, _SPDX.checksumValue, Literal(dump.packed_sha256, datatype=XSD.hexBinary)))
