"""What lets programs, portals and search engines find the dataset and take it away."""

from flask import Blueprint

from api.context import Context
from api.discovery.common import dumps_of
from api.discovery.descriptions import room as descriptions
from api.discovery.dumps import room as dumps
from api.discovery.openapi import room as openapi
from api.discovery.robots import room as robots
from api.discovery.usage import room as usage
from kg.discovery import prepare

room = Blueprint("discovery", __name__)
for part in (descriptions, dumps, openapi, robots, usage):
    room.register_blueprint(part)


def make_ready(context: Context) -> None:
    """Begin to make what the first visitor of a new dataset would wait for; the sandbox publishes nothing."""
    if not context.workers.writable:
        prepare(dumps_of(context.store))
