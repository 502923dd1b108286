"""Files in, judgement out: ``POST /api/validate`` for programs, ``/validation`` for people. Nothing is kept."""

from __future__ import annotations

from datetime import date
from functools import cache

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import ClientDisconnected

from api import errors
from api.context import context, day, lang
from kg import tabular
from kg.dates import parse_date
from kg.errors import BadInput, Overloaded, SoinsError, WrongType
from kg.messages import LANGS, Lang, as_lang, say
from kg.store import LocalStore
from kg.tabular import Upload
from kg.validation import Report, Rulebook, judge_apart

room = Blueprint("validation", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_RAW = ("text/csv", "application/csv", "application/octet-stream", XLSX)
_FORMATS = ("json", "text")
_SHOWN = 200


@cache
def _book(store: LocalStore) -> Rulebook:
    return Rulebook.load(store)


@room.post("/api/validate")
def validate() -> Response:
    """Judge the body or the attached files; 200 whether or not they conform."""
    language = _fallback_lang()
    try:
        wanted = _asked("format") or "json"
        if wanted not in _FORMATS:
            raise BadInput("validation.format", value=wanted[:20])
        report = _judge()
    except SoinsError as error:  # in the language of the form, which the house's handler cannot see
        return _refuse(error, language)
    if wanted == "text":
        answer = Response(report.to_text(), content_type="text/plain; charset=utf-8")
    else:
        answer = jsonify(report.to_json())
    answer.headers["Cache-Control"] = "no-store"
    return answer


@room.route("/validation", methods=["GET", "POST"])
def page() -> Response:
    """Show the form; on POST, the report, or the form again with what is wrong."""
    if request.method == "GET":
        return make_response(render_template("validation.html", report=None, problem=None))
    language = _fallback_lang()
    try:
        report = _judge()
    except SoinsError as error:
        problem = say(error.key, language, **error.data)
        answer = make_response(
            render_template("validation.html", report=None, problem=problem, **_speech(language))
        )
        answer.status_code = error.status
        return answer
    rules = {rule.id for rule in _book(context().store).rules}
    answer = make_response(
        render_template(
            "validation.html",
            report=report,
            problem=None,
            shown=_SHOWN,
            rule_pages=rules,
            **_speech(report.lang),
        )
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _speech(language: Lang) -> dict[str, object]:
    """Return the names that make a page speak the language chosen in the form."""
    other = "en" if language == "fr" else "fr"
    return {
        "lang": language,
        "other_lang": other,
        "say": lambda key, **data: say(key, language, **data),
    }


@room.get("/validation/modele.xlsx")
def workbook() -> Response:
    """Give the template as a workbook; ``?example=1`` fills it with invented rows."""
    rows = tabular.example() if request.args.get("example") else {}
    data = tabular.write_workbook(_book(context().store).columns, rows, lang())
    return _download(data, XLSX, "modele.xlsx")


@room.get("/validation/modele.csv")
def csv_files() -> Response:
    """Give the template as two CSV files in a ZIP; ``?example=1`` fills them with invented rows."""
    rows = tabular.example() if request.args.get("example") else {}
    return _download(
        tabular.write_csv(_book(context().store).columns, rows), "application/zip", "modele-csv.zip"
    )


def _download(data: bytes, content_type: str, name: str) -> Response:
    answer = Response(data, content_type=content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _judge() -> Report:
    uploads = _uploads()
    asked = _asked("lang")
    if asked and asked not in LANGS:
        raise BadInput("error.lang", value=asked[:20])
    language = as_lang(asked, lang())
    found = context()
    return judge_apart(uploads, _asked_day(), language, _book(found.store), found.settings)


def _uploads() -> list[Upload]:
    """Return the attached files, or the body by its type.

    Raises:
        BadInput: nothing was sent, less than was announced, or two files in one field.
        WrongType: a type of body that is not taken here.
    """
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
    if request.mimetype not in _RAW:
        raise WrongType("validation.content-type", found=request.mimetype[:80] or "?")
    return [Upload(say("validation.unnamed", _fallback_lang()), data)]


def _attached(field: str) -> list[Upload]:
    """Return the file of a field of the form, if any."""
    # A browser sends an empty part for a field left empty.
    sent = [f for f in request.files.getlist(field) if f.filename]
    if len(sent) > 1:
        raise BadInput("validation.too-many-files", field=field, count=len(sent))
    return [Upload(f.filename or "", f.read()) for f in sent]


def _asked(name: str) -> str | None:
    """Return a parameter of the address, else of the form."""
    if request.args.get(name):
        return request.args[name]
    return request.form.get(name) if request.mimetype == "multipart/form-data" else None


def _asked_day() -> date:
    asked = None if request.args.get("date") else _asked("date")
    return parse_date(asked) if asked else day()


def _fallback_lang() -> Lang:
    """Return the language to speak of errors in: the one asked for where it is one of ours."""
    try:
        return as_lang(_asked("lang"), lang())
    except BadInput:
        return "fr"
    except ClientDisconnected as error:
        raise BadInput("error.incomplete") from error


def _refuse(error: SoinsError, language: Lang) -> Response:
    answer = errors.body(error.status, [say(error.key, language, **error.data)])
    if isinstance(error, Overloaded):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer
