"""The graph over HTTP: the application factory, and nothing else."""

from __future__ import annotations

from flask import Flask

from api import errors, headers, operations, questions, rendering, site, sparql, validation
from api.context import Context


def create_app(context: Context) -> Flask:
    """Return the Flask application over *context*; its blueprints translate, they do not think."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = context.settings.upload
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["soins"] = context
    errors.install(app)
    headers.install(app)
    rendering.install(app)
    app.register_blueprint(operations.room)
    app.register_blueprint(questions.room)
    app.register_blueprint(site.room)
    app.register_blueprint(sparql.room)
    app.register_blueprint(validation.room)
    return app
