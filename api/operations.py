"""For those who run the server: is it well, what does it serve?"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from api.context import context
from kg import __version__

room = Blueprint("operations", __name__)


@room.get("/health")
def health() -> Response:
    """Say that the server answers, and which dataset it serves."""
    store = context().store
    return jsonify(
        ok=True, dataset=store.version, imports=store.generation or None, version=__version__
    )
