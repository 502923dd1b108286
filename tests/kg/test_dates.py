from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.dates import Period, parse_date
from kg.errors import BadInput
from kg.messages import say


@pytest.mark.parametrize("text", ["2021-05-14", "14/05/2021", "14.5.2021", " 2021-05-14 "])
def test_a_day_is_read_in_each_of_its_forms(text: str) -> None:
    assert parse_date(text) == date(2021, 5, 14)


@pytest.mark.parametrize(
    "text",
    ["", "hier", "2021-02-30", "05/14/2021", "2021", "20210514", "٢٠٢١-05-14", "１４/05/2021"],
)
def test_what_is_not_a_day_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        parse_date(text)


@pytest.mark.parametrize("text", ["1788-12-31", "2201-01-01", "01/01/1700", "9999-12-31"])
def test_a_day_out_of_range_is_refused_with_its_own_sentence(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_date(text)
    sentence = say(refused.value.key, "fr", **refused.value.data)
    assert sentence == f"« {text} » est hors de portée : donnez un jour entre 1789 et 2200."


@given(st.dates(date(1789, 1, 1), date(2200, 12, 31)))
def test_every_day_survives_a_round_trip(day: date) -> None:
    assert parse_date(day.isoformat()) == day


def test_a_period_holds_its_first_day_and_not_its_last() -> None:
    period = Period(date(2016, 1, 28), date(2022, 7, 27))

    assert date(2016, 1, 28) in period
    assert date(2022, 7, 26) in period
    assert date(2022, 7, 27) not in period


def test_an_open_period_has_no_bound() -> None:
    assert date(1789, 1, 1) in Period()
