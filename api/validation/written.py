"""Judgement out: a report in the form asked for, or how far it is."""

from __future__ import annotations

import re
from pathlib import PurePath

from flask import Response, jsonify, make_response, render_template, request

from api.context import context
from api.reports import FORMS, write
from api.validation.common import book, private, speech
from kg.errors import BadInput, SoinsError
from kg.validation import Case, Comparison, Judged, State, Stopped, write_apart
from kg.validation.report import EXAMPLES

PAGE = "page"
"""What a browser shows, among the forms that are files."""

SHOWN = 50
"""Findings of a rule on the page; the others are in the files."""

_EXTENSIONS = {form.extension: name for name, form in FORMS.items()}
_RETRY = 1  # seconds between two looks at a job


def address(name: str) -> str:
    """Return where the job *name* is."""
    return f"/validation/{name}"


def form(asked: str) -> str:
    """Return the form of report named *asked*, or its extension.

    Raises:
        BadInput: there is none.
    """
    found = _EXTENSIONS.get(asked, asked)
    if found not in FORMS:
        raise BadInput("validation.format", value=asked[:20], forms=", ".join(FORMS))
    return found


def wanted(extension: str | None) -> str:
    """Return the form that the address asks for, else ``Accept``: the page, for a browser.

    Raises:
        BadInput: it asks for a form that does not exist.
    """
    if asked := extension or request.args.get("format"):
        return form(asked)
    types = {form.media_type.partition(";")[0]: name for name, form in FORMS.items()}
    types = {"text/html": PAGE, **{kind: name for kind, name in types.items() if name != "html"}}
    return types[request.accept_mimetypes.best_match(types, default="text/html")]


def failure(state: State) -> SoinsError:
    """Return the error that the end of a job without a report is."""
    return state.error or Stopped(
        "jobs.interrupted-error" if state.status == "interrupted" else None
    )


def progress(name: str, state: State) -> Response:
    """Return how far a job is, for programs: 202."""
    answer = jsonify(
        ok=True,
        job=address(name),
        status=state.status,
        progress={"done": state.done, "total": state.total, "percent": state.percent},
        expires=state.expires.isoformat(timespec="seconds"),
    )
    answer.status_code = 202
    answer.headers["Location"] = address(name)
    answer.headers["Retry-After"] = str(_RETRY)
    return private(answer)


def answer(judged: Judged, form: str, case: Case, name: str | None = None) -> Response:
    """Return *judged* in *form*, one of ``FORMS``; *name* is its job where it is kept."""
    if form == "json":
        kept = {"job": address(name)} if name else {}
        made = jsonify({**judged.to_json(), **kept})
    else:
        made = Response(_data(judged, form, case, name), content_type=FORMS[form].media_type)
        if form != "text":
            file = f"{_stem(case)}-{case.day.isoformat()}.{FORMS[form].extension}"
            made.headers.set("Content-Disposition", "attachment", filename=file)
    if name:
        made.headers["Location"] = address(name)
    return private(made)


def _data(judged: Judged, form: str, case: Case, name: str | None) -> bytes:
    found = context()
    if form != "xlsx":
        return write(judged, form, case.uploads, book().columns, found.settings)
    if name:
        return found.jobs.workbook(name, book())
    return write_apart(judged, form, case, book(), found.settings)


def _stem(case: Case) -> str:
    """Return a name for files made from the first upload: letters, digits, nothing that is a path."""
    stem = PurePath(case.uploads[0].name.replace("\\", "/")).stem
    return re.sub(r"[^\w-]+", "_", stem).strip("_")[:60] or "rapport"


def page(judged: Judged, name: str | None = None, state: State | None = None) -> Response:
    """Return the page of a report, with what a kept one allows."""
    compared = judged if isinstance(judged, Comparison) else None
    report = judged.first if isinstance(judged, Comparison) else judged
    forms = [f for f, made in FORMS.items() if made.compares or not compared]
    forms.sort(key=lambda form: form != "xlsx")  # what a person corrects comes first
    text = render_template(
        "validation_report.html",
        report=report,
        comparison=compared,
        forms=[(f, FORMS[f].extension) for f in forms],
        rule_pages={rule.id for rule in book().rules},
        address=address(name) if name else None,
        state=state,
        examples=EXAMPLES,
        shown=SHOWN,
        **speech(report.lang),
    )
    return private(make_response(text))
