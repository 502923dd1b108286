"""What a request asks to judge, from the address, the form or the body."""

from __future__ import annotations

from datetime import date
from pathlib import PureWindowsPath

from flask import request
from werkzeug.exceptions import ClientDisconnected

from api.context import lang
from kg.dates import parse_date
from kg.errors import BadInput, WrongType
from kg.messages import LANGS, Lang, as_lang, say
from kg.tabular import Format, Upload
from kg.validation import Case

_TYPES: dict[str, Format | None] = {
    "application/octet-stream": None,
    "application/csv": None,
    "text/csv": None,
    "text/plain": None,
    "application/json": None,
    "application/xml": None,
    "text/xml": None,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": Format.XLSX,
    "application/vnd.oasis.opendocument.spreadsheet": Format.ODS,
    "text/turtle": Format.TURTLE,
    "application/trig": Format.TRIG,
    "application/n-triples": Format.N_TRIPLES,
    "application/n-quads": Format.N_QUADS,
    "application/rdf+xml": Format.RDF_XML,
    "application/ld+json": Format.JSON_LD,
}
"""Types of bodies that are taken, and the format that each announces; None = recognised by its bytes."""


def case() -> Case:
    """Return what to judge.

    Raises:
        BadInput: a parameter is wrong; nothing was sent, less than was announced, or too many files.
        WrongType: a type of body that is not taken here.
    """
    uploads = tuple(_uploads())
    compared = word("compare")
    return Case(uploads, _day(), _lang(), parse_date(compared) if compared else None)


def kept() -> bool:
    """Return whether the file and its report are to be kept a while: yes, unless ``keep=0``.

    Raises:
        BadInput: ``keep`` is neither 0 nor 1.
    """
    asked = word("keep") or "1"
    if asked not in ("0", "1"):
        raise BadInput("jobs.keep", value=asked[:20])
    return asked == "1"


def word(name: str) -> str | None:
    """Return a parameter of the form, else of the address."""
    return request.form.get(name) or request.args.get(name) or None


def only(*known: str) -> None:
    """Refuse a request with a parameter or a file that is not *known*: on a write, no slip may pass.

    Raises:
        BadInput: names the first such parameter.
    """
    for name in (*request.args, *request.form, *request.files):
        if name not in known:
            raise BadInput("error.parameter", name=name[:40], known=", ".join(known))


def language() -> Lang:
    """Return the language to speak of errors in: the one asked for where it is one of ours.

    Raises:
        BadInput: the form is cut.
    """
    try:
        return as_lang(word("lang"), lang())
    except BadInput:
        return "fr"
    except ClientDisconnected as error:
        raise BadInput("error.incomplete") from error


def _lang() -> Lang:
    asked = word("lang")
    if asked and asked not in LANGS:
        raise BadInput("error.lang", value=asked[:20])
    return as_lang(asked, lang())


def _day() -> date:
    asked = word("date")
    return parse_date(asked) if asked else date.today()


def _uploads() -> list[Upload]:
    """Return the attached files, or the body by its type."""
    try:
        if request.mimetype == "multipart/form-data":
            return [upload for field in ("file", "membres") for upload in _attached(field)]
        data = request.get_data(cache=False)
    except ClientDisconnected as error:
        raise BadInput("error.incomplete") from error
    if request.content_length is not None and len(data) != request.content_length:
        raise BadInput("error.incomplete")
    if not data:
        raise BadInput("validation.no-body")
    if request.mimetype not in _TYPES:
        raise WrongType("validation.content-type", found=request.mimetype[:80] or "?")
    return [Upload(say("validation.unnamed", language()), data, _TYPES[request.mimetype])]


def _attached(field: str) -> list[Upload]:
    """Return the file of a field of the form, if any."""
    # A browser sends an empty part for a field left empty.
    sent = [f for f in request.files.getlist(field) if f.filename]
    if len(sent) > 1:
        raise BadInput("validation.too-many-files", field=field, count=len(sent))
    return [Upload(_without_folders(f.filename or ""), f.read()) for f in sent]


def _without_folders(name: str) -> str:
    """Return the name of a file as a report shows it, whatever folders a client puts before it."""
    return PureWindowsPath(name).name or name
