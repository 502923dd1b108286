"""Which suites are run, how much of each must pass, and what the engine is known to fail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.conformance.manifests import Case, Suite

GROUPS = {
    "query": ("sparql11", "manifest-sparql11-query.ttl"),
    "update": ("sparql11", "manifest-sparql11-update.ttl"),
    "results": ("sparql11", "manifest-sparql11-results.ttl"),
    "federation refused": ("sparql11", "manifest-sparql11-fed.ttl"),
    "protocol": ("sparql11-protocol", "protocol/manifest.ttl"),
    "graph store": ("sparql11-protocol", "graph-store-protocol/manifest.ttl"),
    "service description": ("sparql11-protocol", "service-description/manifest.ttl"),
    "turtle": ("rdf11", "rdf-turtle/manifest.ttl"),
    "n-quads": ("rdf11", "rdf-n-quads/manifest.ttl"),
    "rdf/xml": ("rdf11", "rdf-xml/manifest.ttl"),
}
"""Group → suite, manifest."""

_SCOPE = (
    "the engine does not bind the variable of GRAPH to graphs where its pattern says nothing of it"
)
_ABSENT = "the engine finds no zero-length path where the fixed end is not in the data"
_GROUP_CONCAT = (
    "the engine keeps the language that all values of GROUP_CONCAT share, and the test wants none"
)
_NUMBERS = "the engine stores numbers by value: 1.0 comes back as 1"
_CANONICAL = "the engine keeps XML literals as they are written, and the test wants them canonical"

KNOWN = {
    "aggregates#agg-groupconcat-04": _GROUP_CONCAT,
    "aggregates#agg-groupconcat-06": _GROUP_CONCAT,
    "aggregates#agg-empty-group-count-graph": _SCOPE,
    "bindings#graph": _SCOPE,
    "negation#graph-minus": _SCOPE,
    "functions#bnode01": "the engine makes one blank node of BNODE(text) in two rows",
    "property-path#zero_or_more_set_start": _ABSENT,
    "property-path#zero_or_more_set_end": _ABSENT,
    "property-path#zero_or_one_set_start": _ABSENT,
    "property-path#zero_or_one_set_end": _ABSENT,
    "csv-tsv-res#csv03": _NUMBERS,
    "csv-tsv-res#tsv03": _NUMBERS,
    "rdf-turtle#turtle-subm-26": _NUMBERS,
    "rdf-xml#xml-canon-test001": _CANONICAL,
    "rdf-xml#xml-canon-test002": _CANONICAL,
}
"""What the engine fails, and why: nothing else may fail, and none of these may begin to pass unseen."""


def cases(folder: Path, group: str) -> Iterator[Case]:
    """Yield the tests of *group*."""
    suite, manifest = GROUPS[group]
    yield from Suite.of(folder, suite).cases(manifest)
