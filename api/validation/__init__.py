"""Files in, judgement out: ``POST /api/validate`` and ``/api/import`` for programs, ``/validation`` for people."""

from flask import Blueprint

from api.validation.entrance import room as entrance
from api.validation.imports import room as imports
from api.validation.jobs import room as jobs

room = Blueprint("validation", __name__)
room.register_blueprint(entrance)
room.register_blueprint(imports)
room.register_blueprint(jobs)
