"""Open the dataset for a verb: build it if needed, load it if needed."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from kg import build
from kg.errors import CannotRun
from kg.remote import Address, Line, RemoteStore
from kg.resources import BUILT
from kg.settings import Settings
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


def add_store(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """Give *parser* the options that say where the store of another server is."""
    parser.add_argument(
        "--store",
        required=required,
        metavar="URL",
        help="SPARQL endpoint of the server that holds the dataset",
    )
    parser.add_argument("--update-url", metavar="URL", help="its address for updates")
    parser.add_argument(
        "--user", metavar="NAME", help="name to give there; the password is $SOINS_STORE_PASSWORD"
    )


def open_dataset(options: argparse.Namespace) -> LocalStore | RemoteStore:
    """Return the dataset: that of the store of another server where ``--store`` names one, else ours.

    Raises:
        SoinsError: as ``open_store`` and ``open_remote``.
    """
    return open_remote(options) if options.store else open_store(options.data)


def address_of(options: argparse.Namespace) -> Address:
    """Return where the store is.

    Raises:
        CannotRun: the address is none, or the password is missing.
    """
    password = os.environ.get("SOINS_STORE_PASSWORD", "")
    if options.user and not password:
        raise CannotRun("remote.no-password", user=options.user)
    return Address(options.store, options.update_url, options.user, password)


def open_remote(options: argparse.Namespace) -> RemoteStore:
    """Return the dataset in the store of another server, once it has been examined.

    Raises:
        CannotRun: the store does not hold the dataset, or not as we need it; a folder cannot be written.
        SoinsError: the store does not answer.
    """
    line = Line(address_of(options), Settings().result_size)
    folder = data_folder(options.data)
    try:
        return RemoteStore(line, folder, build.ensure())
    except OSError as error:
        raise CannotRun("error.read-only", path=str(folder), reason=str(error)) from error
