"""What the tests of the readers share: the columns of the template, and files made by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from kg import tabular
from kg.settings import Settings
from kg.store import LocalStore
from kg.tabular import Column, Tables, Upload
from kg.validation import Rulebook

Read = Callable[..., Tables]


@pytest.fixture(scope="session")
def columns(store: LocalStore) -> tuple[Column, ...]:
    """The columns of the template."""
    return Rulebook.load(store).columns


@pytest.fixture
def read(columns: tuple[Column, ...]) -> Read:
    """Read contents as files sent together."""

    def run(*contents: str | bytes, settings: Settings | None = None) -> Tables:
        uploads = [Upload("essai", c.encode() if isinstance(c, str) else c) for c in contents]
        return tabular.read(uploads, columns, settings or Settings())

    return run


@pytest.fixture
def workbook() -> Callable[..., bytes]:
    """Make an XLSX workbook: sheet → rows."""

    def make(**sheets: list[list[object]]) -> bytes:
        book = Workbook()
        book.remove(book.worksheets[0])
        for name, rows in sheets.items():
            page = book.create_sheet(name)
            for row in rows:
                page.append(row)
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    return make


@pytest.fixture
def changed() -> Callable[..., bytes]:
    """Give a copy of an archive where the members named, by the end of their path, are others.

    Those that it lacks are added to the folder ``xl``.
    """

    def make(data: bytes, **members: bytes) -> bytes:
        stream = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(data)) as old,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for name in old.namelist():
                own = next((m for key, m in members.items() if name.endswith(f"{key}.xml")), None)
                new.writestr(name, old.read(name) if own is None else own)
            for key, member in members.items():
                if not any(name.endswith(f"{key}.xml") for name in old.namelist()):
                    new.writestr(f"xl/{key}.xml", member)
        return stream.getvalue()

    return make
