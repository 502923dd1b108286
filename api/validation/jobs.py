"""A job at its address: how far it is, then its report and its forms, kept a while. Never listed."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request

from api.access import posting
from api.context import context
from api.validation import asked, written
from api.validation.common import book, hours, private, refusal, speech
from kg.dates import parse_date
from kg.errors import BadInput, SoinsError
from kg.messages import as_lang, say
from kg.validation import Case, Gone

room = Blueprint("jobs", __name__)


@room.get("/validation/<name>")
@room.get("/validation/<name>.<extension>")
def job(name: str, extension: str | None = None) -> Response:
    """Show how far the job is, then its report; other forms by suffix, ``?format=`` or ``Accept``."""
    try:
        return _job(name, extension)
    except Gone:
        return _gone(extension)
    except SoinsError as error:
        return refusal(error, asked.language())


def _job(name: str, extension: str | None) -> Response:
    jobs = context().jobs
    form = written.wanted(extension)
    state, case = jobs.state(name), jobs.case(name)
    if state.status == "done":
        if form == written.PAGE:
            return written.page(jobs.judged(name), name, state)
        return written.answer(jobs.judged(name), form, case, name)
    if form != written.PAGE:
        if state.under_way:
            return written.progress(name, state)
        return refusal(written.failure(state), case.lang)
    problem = None
    if not state.under_way:
        error = written.failure(state)
        problem = say(error.key, case.lang, **error.data)
    answer = render_template(
        "validation_job.html", state=state, problem=problem, address=written.address(name),
        **speech(case.lang),
    )  # fmt: skip
    return private(make_response(answer))


@room.post("/validation/<name>")
def act(name: str) -> Response:
    """Stop the job, judge its files again (on another day, in another language), or remove it."""
    jobs = context().jobs
    try:
        posting()
        case = jobs.case(name)
        action = request.form.get("action", "")
        if action == "stop":
            jobs.stop(name)
        elif action == "forget":
            jobs.forget(name)
            return _forgotten()
        elif action == "again":
            jobs.again(name, book())
        elif action == "other":
            name = jobs.submit(_other(case), book())
        else:
            raise BadInput("error.bad-request")
        jobs.wait(name, context().settings.validation_wait)
    except Gone:
        return _gone()
    except SoinsError as error:
        return refusal(error, asked.language())
    return private(make_response(redirect(written.address(name), 303)))


def _other(case: Case) -> Case:
    """Return the same files, to be judged on the day and in the language that the form asks for."""
    day, compared = asked.word("date"), asked.word("compare")
    return Case(
        case.uploads,
        parse_date(day) if day else case.day,
        as_lang(asked.word("lang"), case.lang),
        parse_date(compared) if compared else None,
    )


def _gone(extension: str | None = None) -> Response:
    """Say that nothing is kept under this address: 404."""
    if extension not in (None, "html") or written.wanted(None) != written.PAGE:
        return refusal(Gone(), asked.language())
    return private(make_response(_last_page(by_you=False), 404))


def _forgotten() -> Response:
    """Say that all is removed."""
    if written.wanted(None) != written.PAGE:
        return private(jsonify(ok=True))
    return private(make_response(_last_page(by_you=True)))


def _last_page(by_you: bool) -> str:
    return render_template("validation_gone.html", by_you=by_you, hours=hours())
