"""The report as CSV, one line a result: for a spreadsheet (UTF-8 with BOM, semicolons) or a script.

Column names are those of the JSON report, whatever the language; texts are in the report's language.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from kg.messages import Lang
from kg.validation.compare import Comparison
from kg.validation.report import Report, Result

COLUMNS = (
    "severity", "rule", "title", "sheet", "row", "column", "label", "value", "expected", "message",
    "fix", "basis", "rank", "url", "date",
)  # fmt: skip


def report(judged: Report) -> bytes:
    """Return one line a result."""
    return _csv(COLUMNS, (_line(result, judged.lang) for result in judged.results))


def comparison(judged: Comparison) -> bytes:
    """Return one line a result that appears, disappears or changes: then one line before, one after."""
    lang = judged.first.lang
    lines = (
        (group.kind, side, *_line(result, lang))
        for group in judged.groups
        for change in group.changes
        for side, result in (("before", change.before), ("after", change.after))
        if result
    )
    return _csv(("change", "side", *COLUMNS), lines)


def _line(result: Result, lang: Lang) -> tuple[object, ...]:
    return (
        result.severity,
        result.rule,
        result.title,
        result.sheet,
        result.row,
        result.column,
        result.label,
        result.value,
        result.expected,
        result.message,
        result.fix,
        " | ".join(basis.cite(lang) for basis in result.basis),
        " | ".join(dict.fromkeys(basis.rank for basis in result.basis)),
        " | ".join(dict.fromkeys(basis.url for basis in result.basis if basis.url)),
        result.date.isoformat(),
    )


def _csv(header: Iterable[str], lines: Iterable[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_inert(value) for value in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def _inert(value: object) -> object:
    """Return *value* so that no spreadsheet takes it for a formula (CWE-1236)."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r", "\n")):
        return "'" + value
    return value
