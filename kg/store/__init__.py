"""Hold the dataset and query it. The only room that knows the engine (pyoxigraph).

``LocalStore`` runs *our own* queries, in this process. Queries from outside go to ``Workers``.
"""

from kg.store.binding import bind
from kg.store.local import LocalStore, Row

__all__ = ["LocalStore", "Row", "bind"]
