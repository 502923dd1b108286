"""Whatever the bytes, a table or an error of ours: never another exception."""

from __future__ import annotations

import contextlib
import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import tabular
from kg.errors import SoinsError
from kg.settings import Settings
from kg.store import LocalStore
from kg.tabular import Column, Upload
from kg.validation import Rulebook

CALM = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
HEADER = b"identifiant;type;nom;date_ouverture;hebergement\n"


@pytest.fixture(scope="module")
def columns(store: LocalStore) -> tuple[Column, ...]:
    return Rulebook.load(store).columns


def read_or_refuse(data: bytes, columns: tuple[Column, ...]) -> None:
    with contextlib.suppress(SoinsError):
        tabular.read([Upload("essai", data)], columns, Settings())


@CALM
@given(data=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes, columns: tuple[Column, ...]) -> None:
    read_or_refuse(data, columns)


@CALM
@given(text=st.text(max_size=300))
def test_any_text_under_a_header_is_read_or_refused(text: str, columns: tuple[Column, ...]) -> None:
    read_or_refuse(HEADER + text.encode("utf-8", "surrogatepass"), columns)


@CALM
@given(place=st.integers(0, 5000), byte=st.integers(0, 255), length=st.integers(1, 6000))
def test_a_workbook_with_a_changed_byte_or_cut_is_read_or_refused(
    place: int, byte: int, length: int, columns: tuple[Column, ...]
) -> None:
    data = bytearray(tabular.write_workbook(columns, tabular.example(), "fr"))
    data[place % len(data)] = byte

    read_or_refuse(bytes(data[: max(length * 2, 40)]), columns)


@CALM
@given(data=st.binary(max_size=400))
def test_any_sheet_in_a_workbook_is_read_or_refused(
    data: bytes, columns: tuple[Column, ...]
) -> None:
    stream = io.BytesIO()
    good = tabular.write_workbook(columns, {}, "fr")
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(stream, "w") as new:
        for member in old.namelist():
            new.writestr(member, data if member.endswith("sheet1.xml") else old.read(member))

    read_or_refuse(stream.getvalue(), columns)
