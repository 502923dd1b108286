"""Numbers of real registers pass; a number altered in one digit does not."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import identifiers

CORSICAN = """2A0000170 2A0000386 2A0002606 2A0000261 2A0002051
2B0000020 2B0005342 2B0004246 2B0000442 2B0003107 2B0003057 2B0004238 2B0000939 2B0003628
2B0003073 2B0000459 2B0001341""".split()
"""Hospitals and homes named in acts of the Corsican health agency (recueils 2A-2024-027, 2A-2024-029,
2B-2024-02-015, 2B-2024-07-003, 2A-2025-178)."""

DIGITS = st.text("0123456789", min_size=8, max_size=8)
PREFIX = st.one_of(st.from_regex(r"[0-9]{2}", fullmatch=True), st.sampled_from(["2A", "2B"]))
SERIAL = st.text("0123456789", min_size=6, max_size=6)


def other_digit(text: str, place: int, step: int) -> str:
    """Return *text* with the digit at *place* moved by *step* (1 to 9)."""
    place %= len(text)
    if not text[place].isdigit():
        place = len(text) - 1
    return text[:place] + str((int(text[place]) + step) % 10) + text[place + 1 :]


@pytest.mark.parametrize("number", CORSICAN)
def test_a_corsican_finess_number_counts_a_for_1_and_b_for_2(number: str) -> None:
    assert identifiers.has_finess_key(number)


def test_no_other_value_of_the_corsican_letters_makes_every_number_valid() -> None:
    found = {
        (a, b)
        for a in range(10)
        for b in range(10)
        if all(
            identifiers.luhn(n.replace("A", str(a)).replace("B", str(b))) % 10 == 0
            for n in CORSICAN
        )
    }

    assert found == {(1, 2)}


@given(prefix=PREFIX, serial=SERIAL, place=st.integers(0, 8), step=st.integers(1, 9))
def test_a_finess_number_altered_in_one_digit_is_refused(
    prefix: str, serial: str, place: int, step: int
) -> None:
    number = prefix + serial + identifiers.check_digit(prefix + serial)

    altered = other_digit(number, place, step)

    assert (True, False) == (
        identifiers.has_finess_key(number),
        identifiers.has_finess_key(altered),
    )


@given(serial=SERIAL)
def test_the_two_corsican_letters_are_not_interchangeable(serial: str) -> None:
    number = "2A" + serial + identifiers.check_digit("2A" + serial)

    assert not identifiers.has_finess_key(number.replace("A", "B"))


@given(digits=DIGITS, place=st.integers(0, 8), step=st.integers(1, 9))
def test_a_siren_altered_in_one_digit_is_refused(digits: str, place: int, step: int) -> None:
    number = digits + identifiers.check_digit(digits)

    assert (True, False) == (
        identifiers.has_siren_key(number),
        identifiers.has_siren_key(other_digit(number, place, step)),
    )


@given(
    digits=DIGITS.filter(lambda text: text != "35600000"),
    office=st.text("0123456789", min_size=4, max_size=4),
    place=st.integers(8, 13),
    step=st.integers(1, 9),
)
def test_a_siret_altered_in_one_digit_is_refused(
    digits: str, office: str, place: int, step: int
) -> None:
    number = digits + identifiers.check_digit(digits) + office
    number += identifiers.check_digit(number)

    assert (True, False) == (
        identifiers.has_siret_key(number),
        identifiers.has_siret_key(other_digit(number, place, step)),
    )


@given(office=st.integers(0, 99_999))
def test_a_siret_of_la_poste_has_a_sum_of_digits_that_is_a_multiple_of_five(office: int) -> None:
    number = f"356000000{office:05d}"

    regular = sum(map(int, number)) % 5 == 0 or identifiers.luhn(number) % 10 == 0

    assert identifiers.has_siret_key(number) == regular


def test_the_exception_of_la_poste_is_for_la_poste_only() -> None:
    number = "73282932000072"  # sum of the digits: 45

    assert sum(map(int, number)) % 5 == 0
    assert not identifiers.has_siret_key(number)


@given(text=st.text(max_size=20))
def test_any_text_has_an_answer(text: str) -> None:
    found = [
        identifiers.has_finess_key(text),
        identifiers.has_siren_key(text),
        identifiers.has_siret_key(text),
        identifiers.is_commune(text),
    ]

    assert not any(found) or text.isascii()


def test_digits_of_other_scripts_are_no_digits() -> None:
    assert not identifiers.is_finess("٠١٠٠٠٠٠٢٤")


@pytest.mark.parametrize(
    ("code", "commune"),
    [
        (("01", "451"), "01451"),
        (("2A", "004"), "2A004"),
        (("9A", "105"), "97105"),
        (("9A", "123"), "97701"),
        (("9A", "127"), "97801"),
        (("9B", "209"), "97209"),
        (("9C", "302"), "97302"),
        (("9D", "411"), "97411"),
        (("9F", "606"), "97606"),
        (("9J", "613"), "98613"),
        (("9Z", "001"), None),
        (("01", ""), None),
    ],
)
def test_the_two_parts_of_a_finess_commune_make_an_insee_code(
    code: tuple[str, str], commune: str | None
) -> None:
    assert identifiers.commune_of_finess(*code) == commune


@pytest.mark.parametrize(
    ("number", "departement"),
    [
        ("010000024", "01"), ("2A0000170", "2A"), ("970102018", "971"), ("970210126", "972"),
        ("970300026", "973"), ("970400024", "974"), ("980501506", "976"), ("980600027", "986"),
        ("979900000", None),
    ],
)  # fmt: skip
def test_the_start_of_a_finess_number_tells_its_departement(
    number: str, departement: str | None
) -> None:
    assert identifiers.departement_of_finess(number) == departement


def test_every_real_number_at_hand_has_its_key(shared: Path) -> None:
    data = shared / "data"
    flows = "".join(f.read_text("utf-8") for f in sorted(data.glob("finess-flux-xml/*.xml")))
    plus = "".join(f.read_text("utf-8") for f in sorted(data.glob("finess-plus/e*.json")))
    text = (data / "finess-etalab-csv/etalab-cs1100502-extrait-20260512-utf8.csv").read_text(
        "utf-8"
    )
    rows = [r for r in csv.reader(io.StringIO(text), delimiter=";") if r[0] == "structureet"]
    names = (data / "cpts-dac-exemples/cpts-finess.csv").read_text("utf-8")
    finess = [n for row in rows for n in row[1:3]] + [r[:9] for r in names.splitlines()[1:]]
    finess += re.findall(r"<nofiness\w*>(\w+)<", flows)
    finess += re.findall(r'"numFiness\w+": (".*?")', plus)
    siret = [row[22] for row in rows if row[22]] + re.findall(r"<siret>(\w+)<", flows)
    siret += re.findall(r'"siret": (".*?")', plus)
    siren = re.findall(r"<siren>(\w+)<", flows) + re.findall(r'"siren": (".*?")', plus)
    finess, siret, siren = (
        [json.loads(n) if n.startswith('"') else n for n in numbers]
        for numbers in (finess, siret, siren)
    )

    wrong = [n for n in finess if not identifiers.has_finess_key(n)]
    wrong += [n for n in siret if not identifiers.has_siret_key(n)]
    wrong += [n for n in siren + [n[:9] for n in siret] if not identifiers.has_siren_key(n)]

    assert ([], 78, 25, 6) == (wrong, len(finess), len(siret), len(siren))


def test_every_commune_at_hand_has_the_form_of_a_code(shared: Path) -> None:
    with (shared / "data/cog-communes/communes.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter=";"))

    wrong = [r["code"] for r in rows if not identifiers.is_commune(r["code"])]
    elsewhere = [
        r["code"]
        for r in rows
        if r["type"] == "commune-actuelle"
        and identifiers.departement_of_commune(r["code"]) != r["departement"]
    ]

    assert (37_590, [], []) == (len(rows), wrong, elsewhere)
