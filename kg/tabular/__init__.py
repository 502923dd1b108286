"""Bytes of a workbook or of CSV files in, typed rows out. Knows columns, not the law.

``read`` is the one entrance; ``write_workbook`` and ``write_csv`` make the template that it reads.
"""

from kg.tabular.model import Cell, Column, Problem, Record, Table, Tables, Upload, fold
from kg.tabular.sheets import read
from kg.tabular.template import example, write_csv, write_workbook

__all__ = [
    "Cell", "Column", "Problem", "Record", "Table", "Tables", "Upload", "example", "fold",
    "read",
    "write_csv", "write_workbook",
]  # fmt: skip
