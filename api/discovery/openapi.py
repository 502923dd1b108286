"""The description of what programs may ask in JSON: ``openapi.yaml``, in the language of the request."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from flask import Blueprint, Response, jsonify

from api.context import context, lang, site
from api.discovery.common import tagged
from kg import __version__
from kg.messages import LANGS, Lang
from kg.settings import Settings

room = Blueprint("openapi", __name__)


@room.get("/openapi.json")
def openapi() -> Response:
    """Give the description."""
    document = _filled(_written(), lang(), context().settings)
    document["info"]["version"] = __version__
    document["servers"] = [{"url": site().rstrip("/")}]
    made = jsonify(document)
    made.headers["Cache-Control"] = "no-cache"
    made.headers["Content-Language"] = lang()
    made.vary.add("Accept-Language")
    return tagged(made)


@cache
def _written() -> Any:
    text = (Path(__file__).parent / "openapi.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def _filled(part: Any, language: Lang, settings: Settings) -> Any:
    """Return *part* in one language, with the numbers of *settings*."""
    if isinstance(part, list):
        return [_filled(item, language, settings) for item in part]
    if not isinstance(part, dict):
        return part
    if part.keys() == set(LANGS):
        return part[language]
    if part.keys() == {"setting"}:
        return getattr(settings, part["setting"])
    return {name: _filled(value, language, settings) for name, value in part.items()}
