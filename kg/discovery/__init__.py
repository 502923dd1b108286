"""What makes the dataset findable and takeable: dumps, statistics, catalogue, examples, list of pages.

Graphs and files only; the caller gives the address of the server, which may be any.
"""

from kg.discovery.catalogue import DATASET, Facts, catalogue, facts
from kg.discovery.dumps import WHOLE, Dump, Dumps
from kg.discovery.examples import examples
from kg.discovery.pages import Page, pages
from kg.discovery.statistics import prepare, void

__all__ = [
    "DATASET",
    "WHOLE",
    "Dump",
    "Dumps",
    "Facts",
    "Page",
    "catalogue",
    "examples",
    "facts",
    "pages",
    "prepare",
    "void",
]
