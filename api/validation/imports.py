"""Files in, to stay: ``/api/import``, with the operator's token. What conforms is kept, and can be withdrawn."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from api.access import importing
from api.context import context
from api.validation import asked
from api.validation.common import book, private, refusal
from kg import imports
from kg.errors import BadInput, DiskFull, SoinsError
from kg.imports import Sorted, sort_out
from kg.validation import run_apart
from kg.validation.report import LISTED

room = Blueprint("imports", __name__)

_CHOICES = ("reject-row", "abort")
_KNOWN = ("file", "membres", "source", "on-error", "on_error", "date", "lang", "format")


@room.get("/api/import")
def listed() -> Response:
    """List what was imported: no secret, the graphs are open."""
    return jsonify(ok=True, imports=[one.to_json() for one in imports.imports(context().store)])


@room.post("/api/import")
def take() -> Response:
    """Judge the body or the attached files, keep what conforms; the report says what was kept."""
    language = asked.language()
    try:
        importing()
        return private(_take())
    except SoinsError as error:
        return refusal(error, language)
    except OSError as error:
        return refusal(_full(error), language)


@room.delete("/api/import/<source>")
def withdraw(source: str) -> Response:
    """Take back all that *source* says."""
    importing()
    asked.only("lang")
    try:
        imports.withdraw(context().store, source)
    except OSError as error:
        raise _full(error) from error
    return private(jsonify(ok=True, withdrawn=source))


def _take() -> Response:
    asked.only(*_KNOWN)
    if (form := asked.word("format") or "json") != "json":
        raise BadInput("validation.format", value=form[:20], forms="json")
    choice = asked.word("on-error") or asked.word("on_error") or _CHOICES[0]
    if choice not in _CHOICES:
        raise BadInput("import.on-error", value=choice[:20])
    case = asked.case()
    source = imports.name_of(case.uploads, asked.word("source"))
    found = context()
    arguments = (case.uploads, source, case.day, case.lang, book())
    done = run_apart(sort_out, arguments, found.settings, wait=imports.PATIENCE)
    assert isinstance(done, Sorted)
    kept = done.kept and not (choice == "abort" and done.rejected)
    changed = bool(kept) and imports.keep(found.store, done)
    told = {
        "source": source,
        "iri": imports.import_of(done.report.source_hash) if kept else None,
        "graph": imports.graph_of(source) if kept else None,
        "structures": done.kept if kept else 0,
        "changed": changed,
        "rejected": list(done.rejected),
    }
    return jsonify({**done.report.trimmed(LISTED).to_json(), "import": told})


def _full(error: OSError) -> DiskFull:
    """Return what to say of a disk that takes nothing more."""
    return DiskFull("import.full", reason=error.strerror or str(error))
