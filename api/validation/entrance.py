"""Files in: ``POST /api/validate`` for programs, ``/validation`` for people, the template to fill in."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request

from api.access import posting
from api.context import context, lang
from api.reports import FORMS
from api.validation import asked, written
from api.validation.common import book, hours, private, refusal, speech
from kg import tabular
from kg.errors import SoinsError
from kg.messages import say
from kg.validation import Case, Judged, judge_apart

room = Blueprint("entrance", __name__)


@room.post("/api/validate")
def validate() -> Response:
    """Judge the body or the attached files: 200 whether or not they conform, 202 if it takes long."""
    language = asked.language()
    try:
        form = written.form(asked.word("format") or "json")
        case, kept = asked.case(), asked.kept()
        if not kept:
            return written.answer(_now(case), form, case)
        jobs = context().jobs
        name, judged = _later(case)
    except SoinsError as error:  # in the language of the form, which the house's handler cannot see
        return refusal(error, language)
    if judged is None:
        return written.progress(name, jobs.state(name))
    return written.answer(judged, form, case, name)


@room.route("/validation", methods=["GET", "POST"])
def page() -> Response:
    """Show the form; on POST, lead to the report, or show the form again with what is wrong."""
    if request.method != "POST":  # HEAD is a GET without its body
        return make_response(_form())
    language = asked.language()
    try:
        posting()
        case, kept = asked.case(), asked.kept()
        if not kept:
            return written.page(_now(case))
        name, _ = _later(case)
    except SoinsError as error:
        problem = say(error.key, language, **error.data)
        answer = make_response(_form(problem=problem, **speech(language)), error.status)
        return private(answer)
    return private(make_response(redirect(written.address(name), 303)))


def _form(**data: object) -> str:
    size = context().settings.upload // 1_000_000
    return render_template(
        "validation.html", **{"problem": None, "hours": hours(), "size": size, **data}
    )


def _now(case: Case) -> Judged:
    """Judge without keeping anything."""
    return judge_apart(case, book(), context().settings)


def _later(case: Case) -> tuple[str, Judged | None]:
    """Start a job and return its name, with the report where it is there within the time to wait.

    Raises:
        Overloaded: too many jobs are under way.
        SoinsError: the file cannot be judged, which was found within that time: nothing is kept.
    """
    jobs = context().jobs
    name = jobs.submit(case, book())
    state = jobs.wait(name, context().settings.validation_wait)
    if state.status == "failed":
        jobs.forget(name)
        raise written.failure(state)
    return name, jobs.judged(name) if state.status == "done" else None


@room.get("/validation/modele.xlsx")
def workbook() -> Response:
    """Give the template as a workbook; ``?example=1`` fills it with invented rows."""
    rows = tabular.example() if request.args.get("example") else {}
    data = tabular.write_workbook(book().columns, rows, lang())
    return _download(data, FORMS["xlsx"].media_type, "modele.xlsx")


@room.get("/validation/modele.csv")
def csv_files() -> Response:
    """Give the template as two CSV files in a ZIP; ``?example=1`` fills them with invented rows."""
    rows = tabular.example() if request.args.get("example") else {}
    return _download(tabular.write_csv(book().columns, rows), "application/zip", "modele-csv.zip")


def _download(data: bytes, content_type: str, name: str) -> Response:
    answer = Response(data, content_type=content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
