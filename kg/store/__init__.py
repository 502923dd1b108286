"""Hold the dataset and query it. The only room that knows the engine (pyoxigraph).

``LocalStore`` runs *our own* queries, in this process. Queries from outside go through the gate
(``examine``), then to ``Workers``.
"""

from kg.store.binding import bind, is_iri
from kg.store.formats import GRAPHS, RESULTS, Format
from kg.store.gate import Form, examine
from kg.store.local import LocalStore, Row
from kg.store.workers import Answer, Workers

__all__ = [
    "GRAPHS",
    "RESULTS",
    "Answer",
    "Form",
    "Format",
    "LocalStore",
    "Row",
    "Workers",
    "bind",
    "examine",
    "is_iri",
]
