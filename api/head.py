"""What the head of every page says of it: its lasting address, its other languages, a description."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from flask import Flask, current_app, request

_CONTENT = ("concept",)
"""Parameters of an address that make another page; the others sort, date or search the same one."""


def install(app: Flask) -> None:
    """Inject ``lasting(lang)`` and ``exported`` into the templates of *app*."""
    app.context_processor(lambda: {"lasting": lasting, "exported": exported()})


def exported() -> tuple[str, ...]:
    """Return the languages in which the site is being written to files; none while it is served."""
    return tuple(current_app.config.get("EXPORTED", ()))


def lasting(lang: str | None = None, path: str | None = None) -> str:
    """Return the canonical address of the page at *path*, or of this one, in *lang*: no day, search or format.

    Without *lang*, in the language that the address asks for; if it asks for none, the address is that
    of the page in the language of its reader, which search engines call ``x-default``.
    """
    lang = request.args.get("lang") if lang is None else lang
    kept = [pair for pair in request.args.items(multi=True) if pair[0] in _CONTENT]
    text = urlencode([*kept, *([("lang", lang)] if lang else [])])
    return quote(path or request.path) + (f"?{text}" if text else "")
