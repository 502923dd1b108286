"""The forms of a report: for a terminal, a program, a spreadsheet, a graph. ``write`` is the one entrance.

The page (HTML) is in ``api.reports``, where templates live; it offers every form.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from kg.errors import BadInput
from kg.settings import Settings
from kg.tabular import Column, Upload
from kg.validation.compare import Comparison, Judged
from kg.validation.forms import graph, table, text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Form:
    """A form of report: its media type, the extension of its file, whether it can show a comparison."""

    media_type: str
    extension: str
    compares: bool = False


FORMS = {
    "text": Form("text/plain; charset=utf-8", "txt", compares=True),
    "json": Form("application/json", "json", compares=True),
    "csv": Form("text/csv; charset=utf-8", "csv", compares=True),
    "ttl": Form("text/turtle; charset=utf-8", "ttl"),
    "jsonld": Form("application/ld+json", "jsonld"),
    "xlsx": Form(XLSX, "xlsx"),
}


def write(
    judged: Judged,
    form: str,
    uploads: Sequence[Upload] = (),
    columns: Sequence[Column] = (),
    settings: Settings | None = None,
) -> bytes:
    """Return *judged* in *form*, one of ``FORMS``, whole.

    The workbook (``xlsx``) needs the files that were judged, the *columns* of the template and the limits
    that the files were read within; the graphs (``ttl``, ``jsonld``) need *columns*.

    Raises:
        BadInput: an unknown form, or one that shows no comparison.
        SoinsError: the files cannot be read any more (``xlsx``); see ``kg.tabular.read``.
    """
    if form not in FORMS:
        raise BadInput("validation.format", value=form[:20], forms=", ".join(FORMS))
    if isinstance(judged, Comparison):
        return _write_comparison(judged, form)
    if form == "text":
        return text.report(judged).encode()
    if form == "json":
        return _json(judged.to_json())
    if form == "csv":
        return table.report(judged)
    if form == "xlsx":
        from kg.validation.forms import workbook  # openpyxl takes its time

        return workbook.annotated(judged, uploads, columns, settings or Settings())
    return graph.turtle(judged, columns) if form == "ttl" else graph.json_ld(judged, columns)


def _write_comparison(judged: Comparison, form: str) -> bytes:
    if form == "text":
        return text.comparison(judged).encode()
    if form == "json":
        return _json(judged.to_json())
    if form == "csv":
        return table.comparison(judged)
    forms = ", ".join(name for name, found in FORMS.items() if found.compares)
    raise BadInput("validation.format-compare", value=form, forms=forms)


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
