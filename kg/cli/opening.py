"""Open the dataset for a verb: build it if needed, load it if needed."""

from __future__ import annotations

import os
from pathlib import Path

from kg import build
from kg.resources import BUILT
from kg.store import LocalStore


def data_folder(asked: Path | None) -> Path:
    """Return the working folder: ``--data``, else ``$SOINS_DATA``, else the user's data folder."""
    if asked or (asked := _from("SOINS_DATA")):
        return asked
    return (_from("XDG_DATA_HOME") or Path.home() / ".local/share") / "soins-coordonnes"


def _from(variable: str) -> Path | None:
    value = os.environ.get(variable)
    return Path(value) if value else None


def open_store(asked: Path | None = None) -> LocalStore:
    """Return the up-to-date dataset, opened read-only.

    Raises:
        CannotRun: a folder cannot be written.
        BadRecord: a record of ours is wrong.
    """
    return LocalStore.open(data_folder(asked), BUILT, build.ensure())
