"""Choose a representation: ``?format=`` first, then ``Accept``. Pure: knows neither Flask nor the graph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from kg.errors import NotAcceptable
from kg.store.formats import GRAPHS, RESULTS

HTML = "text/html"
_ACCEPT_LIMIT = 4_000  # characters read of an Accept header; browsers send some 150
_RANGE = re.compile(r"\s*([\w.+!#$&^-]+|\*)/([\w.+!#$&^-]+|\*)\s*(?:;(.*))?$", re.ASCII)
_QUALITY = re.compile(r"\s*q\s*=\s*([0-9.]{1,6})\s*$", re.IGNORECASE | re.ASCII)

_SHORT: dict[str, tuple[str, ...]] = {
    "html": (HTML,),
    **{f.name: (f.media_type,) for f in (*RESULTS, *GRAPHS)},
    "json": ("application/sparql-results+json", "application/json", "application/ld+json"),
    "xml": ("application/sparql-results+xml", "application/rdf+xml", "application/xml"),
    # what SPARQLWrapper, rdflib, Jena, RDF4J and Virtuoso say, and suffixes of files
    "srj": ("application/sparql-results+json",),
    "srx": ("application/sparql-results+xml",),
    "sparql-results+json": ("application/sparql-results+json",),
    "sparql-results+xml": ("application/sparql-results+xml",),
    "turtle": ("text/turtle",),
    "n3": ("text/turtle",),
    "ntriples": ("application/n-triples",),
    "n-triples": ("application/n-triples",),
    "nquads": ("application/n-quads",),
    "n-quads": ("application/n-quads",),
    "json-ld": ("application/ld+json",),
    "ld+json": ("application/ld+json",),
    "rdf+xml": ("application/rdf+xml",),
    "rdfxml": ("application/rdf+xml",),
    "rdf/xml": ("application/rdf+xml",),
}
_SAME = {  # other names of the same bytes
    "text/json": "application/json",
    "text/xml": "application/xml",
    "application/turtle": "text/turtle",
    "application/x-turtle": "text/turtle",
    "text/n3": "text/turtle",
    "text/rdf+n3": "text/turtle",
    "application/x-json+ld": "application/ld+json",
    "application/xhtml+xml": HTML,
}


def choose(accept: str | None, offers: Sequence[str], asked: Iterable[str] = ()) -> str:
    """Return the best of *offers* (media types, preferred first).

    *asked* are the values of ``?format=``, short names or media types: the first that is offered
    wins over *accept*, the ``Accept`` header. Without either, the first offer. In *accept*, equal
    qualities are settled by precision, then by place in the header, then by our order.

    Raises:
        NotAcceptable: nothing asked for is offered.
    """
    names = [name.strip().lower() for name in asked if name.strip()]
    for name in names:
        for media_type in _SHORT.get(name, (_SAME.get(name, name),)):
            if media_type in offers:
                return media_type
    if names:
        raise NotAcceptable(offers=", ".join(offers))
    return _best((accept or "")[:_ACCEPT_LIMIT], tuple(offers))


@lru_cache(maxsize=256)
def _best(accept: str, offers: tuple[str, ...]) -> str:
    """Return the best of *offers* by the header *accept*: clients send the same few."""
    ranges = _ranges(accept)
    if not ranges:
        return offers[0]
    best = max(
        ((*_rank(offer, ranges), -place, offer) for place, offer in enumerate(offers)),
        key=lambda ranked: ranked[:4],
    )
    if best[0] <= 0:
        raise NotAcceptable(offers=", ".join(offers))
    return best[4]


def _ranges(accept: str) -> list[tuple[str, str, float]]:
    """Return the (type, subtype, quality) of the header; what is malformed is left out."""
    found = []
    for part in accept.split(","):
        if match := _RANGE.match(part):
            quality = 1.0
            for parameter in (match[3] or "").split(";"):
                if given := _QUALITY.match(parameter):
                    quality = _number(given[1])
            name = f"{match[1]}/{match[2]}".lower()
            kind, _, subtype = _SAME.get(name, name).partition("/")
            found.append((kind, subtype, quality))
    return found


def _number(text: str) -> float:
    try:
        return min(float(text), 1.0)
    except ValueError:
        return 0.0


def _rank(offer: str, ranges: list[tuple[str, str, float]]) -> tuple[float, int, int]:
    """Return (quality, precision, place) of the most precise range that covers *offer*."""
    kind, _, subtype = offer.partition("/")
    best = (-1, 0, 0.0)  # precision, place, quality
    for place, (wanted, detail, quality) in enumerate(ranges):
        if wanted == "*" and detail == "*":
            precision = 0
        elif wanted == kind and detail in {"*", subtype}:
            precision = 1 + (detail != "*")
        else:
            continue
        best = max(best, (precision, -place, quality))
    return best[2], best[0], best[1]
