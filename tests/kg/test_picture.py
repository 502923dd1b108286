"""The map of the first page: what is drawn is what the law of the day relates, and can be read."""

from __future__ import annotations

import re
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.concepts import home
from kg.concepts.names import Ref
from kg.concepts.picture import Link, Picture, draw
from kg.messages import LANGS, Lang
from kg.store import LocalStore

DAYS = [date(2026, 11, 22), date(2018, 1, 1), date(2012, 1, 1)]
REFS = [Ref(f"https://example.org/{name}", f"name of {name}", name) for name in "ABCDEFGHI"]
IN = Ref("https://example.org/in", "may include")


def drawn(*links: tuple[str, str]) -> Picture:
    """Return the picture of links written ``("A", "BC")``."""
    by_name = {ref.acronym: ref for ref in REFS}
    made = draw([Link(by_name[a], IN, tuple(by_name[b] for b in bs), ()) for a, bs in links])
    assert made is not None
    return made


def names(picture: Picture) -> list[str]:
    return sorted(n.ref.acronym or n.ref.label for box in picture.boxes for n in box.names)


def assert_readable(picture: Picture) -> None:
    """No box over another, nothing outside, each arrow ends on the top of a box."""
    for a, b in combinations(picture.boxes, 2):
        apart = a.x + a.width < b.x or b.x + b.width < a.x
        assert apart or a.y + a.height < b.y or b.y + b.height < a.y
    for box in picture.boxes:
        assert box.x >= 0
        assert box.x + box.width <= picture.width
        assert box.y + box.height <= picture.height
    for arrow in picture.arrows:
        x, y = map(int, re.match(r"M(-?\d+) (-?\d+)", arrow.tip).groups())
        assert any(b.x <= x <= b.x + b.width and abs(b.y - y) < 1 for b in picture.boxes)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("day", DAYS)
def test_what_is_drawn_is_what_the_list_says(store: LocalStore, day: date, lang: Lang) -> None:
    page = home(store, lang, day)
    told = {r for link in page.links for r in (link.origin, *link.targets)}

    assert page.picture is not None
    assert sorted(n.ref.iri for b in page.picture.boxes for n in b.names) == sorted(
        ref.iri for ref in told
    )
    assert len(page.picture.labels) == len(page.links)
    assert_readable(page.picture)


def test_the_map_is_that_of_the_day(store: LocalStore) -> None:
    maps = [
        {
            (x.origin.acronym or x.origin.label, t.acronym)
            for x in home(store, "fr", day).links
            for t in x.targets
        }
        for day in DAYS
    ]

    assert ("DAC", "PTA") in maps[0]
    assert ("DAC", "PTA") not in maps[1]
    assert ("CPTS", "ESP") in maps[1]
    assert ("pôle de santé", "MSP") in maps[2]
    assert ("pôle de santé", "MSP") not in maps[0]


def test_each_line_of_the_map_names_its_texts(store: LocalStore) -> None:
    links = home(store, "fr", DAYS[0]).links
    form = next(x for x in links if x.origin.acronym == "ESP")

    assert all(link.texts for link in links)
    assert [t.label for t in form.texts] == ["CSP, art. L. 1411-11-1"]


def test_nothing_is_drawn_where_nothing_is_known(store: LocalStore) -> None:
    assert home(store, "fr", date(1990, 1, 1)).picture is None


def test_who_leads_is_above_who_is_led_to() -> None:
    picture = drawn(("A", "BC"), ("B", "D"), ("A", "D"))
    y = {n.ref.acronym: box.y for box in picture.boxes for n in box.names}

    assert y["A"] < y["B"] < y["D"]
    assert len(picture.arrows) == 4


def test_what_is_reached_alike_and_leads_nowhere_shares_a_box() -> None:
    picture = drawn(("A", "BCDE"), ("B", "F"))

    assert sorted(len(box.names) for box in picture.boxes) == [1, 1, 1, 3]
    assert names(picture) == list("ABCDEF")


def test_two_pairs_that_need_not_cross_do_not() -> None:
    picture = drawn(("A", "D"), ("B", "C"), ("C", "E"), ("D", "F"))
    x = {n.ref.acronym: box.middle for box in picture.boxes for n in box.names}

    assert (x["A"] - x["B"]) * (x["D"] - x["C"]) > 0
    assert (x["D"] - x["C"]) * (x["F"] - x["E"]) > 0


def test_a_circle_is_drawn_all_the_same() -> None:
    picture = drawn(("A", "B"), ("B", "C"), ("C", "A"))

    assert names(picture) == ["A", "B", "C"]
    assert len(picture.arrows) == 3


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 7), st.sets(st.integers(1, 8), min_size=1)), min_size=1, max_size=9
    )
)
def test_any_hierarchy_makes_a_readable_picture(pairs: list[tuple[int, set[int]]]) -> None:
    merged: dict[int, set[int]] = {}
    for origin, targets in pairs:
        merged.setdefault(origin, set()).update(t for t in targets if t > origin)
    links = [
        Link(REFS[origin], IN, tuple(REFS[t] for t in sorted(targets)), ())
        for origin, targets in merged.items()
        if targets
    ]
    picture = draw(links)

    if picture is None:
        assert not links
    else:
        assert_readable(picture)
        assert set(names(picture)) == {r.acronym for x in links for r in (x.origin, *x.targets)}
