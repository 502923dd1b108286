"""Bytes of a workbook, CSV, FINESS or RDF files in, typed rows out. Knows columns, not the law.

``read`` is the one entrance; ``write_workbook`` and ``write_csv`` make the template that it reads.
"""

from kg.tabular.grid import Layout
from kg.tabular.model import (
    Cell,
    Column,
    Format,
    Problem,
    Record,
    Table,
    Tables,
    Upload,
    digest,
    fold,
)
from kg.tabular.sheets import layouts, read
from kg.tabular.template import example, write_csv, write_workbook

__all__ = [
    "Cell", "Column", "Format", "Layout", "Problem", "Record", "Table", "Tables", "Upload", "digest",
    "example", "fold", "layouts", "read", "write_csv", "write_workbook",
]  # fmt: skip
