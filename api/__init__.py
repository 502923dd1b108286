"""The graph over HTTP: the application factory, and nothing else."""

from __future__ import annotations

from flask import Flask

from api import (
    comparison,
    discovery,
    errors,
    feeds,
    graph_store,
    head,
    headers,
    kept,
    operations,
    questions,
    rendering,
    search,
    sharing,
    site,
    sparql,
    update,
    validation,
)
from api.context import Context
from kg.settings import Settings

_LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]


def create_app(context: Context) -> Flask:
    """Return the Flask application over *context*; its blueprints translate, they do not think."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = context.settings.upload
    app.config["TRUSTED_HOSTS"] = _names(context.settings)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["soins"] = context
    app.before_request(context.refresh)
    errors.install(app)
    headers.install(app)
    sharing.install(app)
    rendering.install(app)
    head.install(app)
    app.register_blueprint(comparison.room)
    app.register_blueprint(discovery.room)
    app.register_blueprint(feeds.room)
    app.register_blueprint(graph_store.room)
    app.register_blueprint(operations.room)
    app.register_blueprint(questions.room)
    app.register_blueprint(search.room)
    app.register_blueprint(site.room)
    app.register_blueprint(sparql.room)
    app.register_blueprint(update.room)
    app.register_blueprint(validation.room)
    kept.install(app, context)
    return app


def _names(settings: Settings) -> list[str] | None:
    """Return the names that a request may call us by, None for any.

    On the loopback, a page of another site that has its own name point here is thus kept out. Where
    the server listens to a network, only its operator knows its names.
    """
    if settings.host in _LOOPBACK:
        return [*_LOOPBACK, *settings.names]
    return [settings.host, *settings.names] if settings.names else None
