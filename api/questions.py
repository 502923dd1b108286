"""Questions over HTTP: a page for people, JSON for programs."""

from __future__ import annotations

import json
from datetime import date

from flask import Blueprint, Response, make_response, render_template, request

from api import context as asked
from kg.answers import Answer, Chooser, answer, knowledge
from kg.dates import parse_date
from kg.errors import BadInput
from kg.messages import LANGS, Lang, as_lang

room = Blueprint("questions", __name__)


@room.get("/question")
def page() -> Response:
    """Show the question box; with ``?q=``, the answer or the refusal."""
    text = request.args.get("q", "")
    store, lang = asked.context().store, asked.lang()
    reply = problem = None
    status = 200
    if text.strip():
        try:
            reply = _reply(text, lang, asked.day())
        except BadInput as error:
            problem, status = error, 400
    examples = knowledge(store).grammar.examples(lang)
    shown = render_template(
        "question.html", question=text, reply=reply, problem=problem, examples=examples
    )
    made = make_response(shown, status)
    made.vary.update(["Accept-Language"])
    return made


@room.get("/api/ask")
def ask() -> Response:
    """Answer ``?q=``; with ``?explain=true``, how it was understood too."""
    text, spoken = request.args.get("q", ""), _lang(request.args.get("lang"))
    return _json(_reply(text, spoken, asked.day(), explain=_explain(request.args.get("explain"))))


@room.post("/api/ask")
def ask_body() -> Response:
    """Answer the question of a JSON body: ``{"question": …, "date": …, "lang": …, "explain": …}``.

    Raises:
        BadInput: the body is not such an object.
    """
    try:
        body = request.get_json(silent=True, force=True)
    except RecursionError:  # brackets in brackets, without end
        body = None
    if not isinstance(body, dict) or not isinstance(body.get("question"), str):
        raise BadInput("answers.body")
    values = {name: body.get(name) for name in ("date", "lang")}
    if any(value is not None and not isinstance(value, str) for value in values.values()):
        raise BadInput("answers.body")
    day = parse_date(values["date"]) if values["date"] else asked.day()
    explain = body.get("explain", False)
    if not isinstance(explain, bool):
        raise BadInput("answers.body")
    return _json(_reply(body["question"], _lang(values["lang"]), day, explain=explain))


def _explain(value: str | None) -> bool:
    """Return whether *value* asks for the explanation.

    Raises:
        BadInput: neither ``true`` nor ``false``.
    """
    if value not in (None, "", "true", "false"):
        raise BadInput("answers.explain")
    return value == "true"


def _lang(name: str | None) -> Lang | None:
    """Return the language asked for; None = that of the question.

    Raises:
        BadInput: not a language of ours.
    """
    if not name:
        return None
    if name not in LANGS:
        raise BadInput("error.lang", value=name[:20])
    return as_lang(name)


def _reply(text: str, lang: Lang | None, day: date, *, explain: bool = False) -> Answer:
    found = asked.context()
    settings = found.settings
    chooser = Chooser(settings.chooser) if settings.chooser else None
    return answer(
        found.store, text, lang, day, limit=settings.question, explain=explain, chooser=chooser
    )


def _json(reply: Answer) -> Response:
    made = make_response(json.dumps(reply.json(), ensure_ascii=False, indent=1) + "\n")
    made.content_type = "application/json; charset=utf-8"
    return made
