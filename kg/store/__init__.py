"""Hold the dataset and query it. The only room that knows the engine (pyoxigraph).

A ``Store`` runs *our own* queries: ``LocalStore`` does, in this process. Queries from outside go through
the gate (``examine``), then to an ``Endpoint``: ``Workers``.
"""

from kg.store.binding import PARAMETER, bind, is_iri
from kg.store.contract import Endpoint, Row, Store
from kg.store.faults import Part
from kg.store.formats import GRAPHS, RESULTS, Format
from kg.store.gate import Form, examine, examine_update, mentions
from kg.store.local import LocalStore
from kg.store.once import once
from kg.store.results import Results, Triples
from kg.store.sandbox import sandbox
from kg.store.shelf import SOURCE, Shelf
from kg.store.workers import Answer, Workers

__all__ = [
    "GRAPHS",
    "PARAMETER",
    "RESULTS",
    "SOURCE",
    "Answer",
    "Endpoint",
    "Form",
    "Format",
    "LocalStore",
    "Part",
    "Results",
    "Row",
    "Shelf",
    "Store",
    "Triples",
    "Workers",
    "bind",
    "examine",
    "examine_update",
    "is_iri",
    "mentions",
    "once",
    "sandbox",
]
