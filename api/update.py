"""SPARQL 1.1 Protocol, the operation "update": with the token, in the sandbox."""

from __future__ import annotations

from flask import Blueprint, Response, request

from api.access import writing
from api.context import context
from api.parameters import asked
from kg.errors import BadInput
from kg.store import examine_update

room = Blueprint("update", __name__)


@room.post("/update")
def update() -> Response:
    """Carry out an update: all of it, or nothing.

    Source: SPARQL 1.1 Protocol, section 2.2.
    """
    writing()
    settings, workers = context().settings, context().workers
    request.max_content_length = 4 * settings.update_text  # as %XX: three times as long
    found = asked("update", "application/sparql-update", "store.update-type")
    updates = found.get("update", [])
    if not updates:
        raise BadInput("store.no-update")
    if len(updates) > 1:
        raise BadInput("store.many-updates")
    default_graphs = found.get("using-graph-uri", [])
    named_graphs = found.get("using-named-graph-uri", [])
    workers.update(examine_update(updates[0], settings, default_graphs, named_graphs))
    return Response(status=204)
