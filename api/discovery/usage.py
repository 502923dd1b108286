"""The page of fair use: what this server allows each visitor, in the numbers of its settings."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, make_response, render_template

from api.context import context, lang
from api.discovery.common import size
from kg.messages import Lang, say
from kg.settings import Settings

room = Blueprint("usage", __name__)

SENTENCES = {
    "queries": ("deadline", "workers", "client", "result", "text", "memory"),
    "files": ("upload", "validation", "reports"),
    "questions": ("question",),
}
"""Section of the page → its sentences, ``discovery.usage-…``; their placeholders name settings."""

_BYTES = {"query_text", "result_size", "unpacked", "upload", "worker_memory"}


@room.get("/usage")
def usage() -> Response:
    """Say what this server allows."""
    language, told = lang(), _numbers(context().settings, lang())
    sentences = {
        part: [say(f"discovery.usage-{key}", language, **told) for key in keys]
        for part, keys in SENTENCES.items()
    }
    made = make_response(render_template("usage.html", sentences=sentences))
    made.headers["Content-Language"] = language
    made.vary.add("Accept-Language")
    return made


def _numbers(settings: Settings, language: Lang) -> dict[str, str]:
    """Return each number of *settings* in words: ``20 Mo``, ``100 000``."""
    found = {
        name: size(int(value), language) if name in _BYTES else _grouped(value)
        for name, value in asdict(settings).items()
        if isinstance(value, int | float)
    }
    return {**found, "hours": _grouped(settings.reports_kept / 3600)}


def _grouped(value: float) -> str:
    return f"{value:,.10g}".replace(",", "\N{NARROW NO-BREAK SPACE}")
