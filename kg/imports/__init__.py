"""Files of structures into the store: judged first, then what conforms kept in a graph of its own.

``sort_out`` judges and tells what may be kept; ``keep`` keeps it, in one step; ``withdraw`` takes it back;
``imports`` lists what is kept. What is imported never enters the default graph: it says nothing of the law.
"""

from kg.imports.keeping import PATIENCE, Import, imports, keep, withdraw
from kg.imports.quads import graph_of, import_of
from kg.imports.sorting import Sorted, name_of, sort_out

__all__ = [
    "PATIENCE", "Import", "Sorted", "graph_of", "import_of", "imports", "keep", "name_of", "sort_out",
    "withdraw",
]  # fmt: skip
