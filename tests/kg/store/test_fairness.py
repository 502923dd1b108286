from __future__ import annotations

import threading

import pytest

from kg.errors import TooMany
from kg.store.fairness import Fairness


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def work(fairness: Fairness, clock: Clock, address: str, seconds: float) -> None:
    with fairness.turn(address):
        clock.now += seconds


def test_an_address_has_so_many_queries_at_once_and_no_more() -> None:
    fairness = Fairness(queries=2, seconds=60)
    with fairness.turn("192.0.2.1"), fairness.turn("192.0.2.1"):
        with pytest.raises(TooMany, match="too-many-at-once"), fairness.turn("192.0.2.1"):
            pass
        with fairness.turn("192.0.2.2"):
            pass
    with fairness.turn("192.0.2.1"), fairness.turn("192.0.2.1"):
        pass


def test_an_address_that_has_used_its_time_hears_when_to_come_back_and_may_then() -> None:
    clock = Clock()
    fairness = Fairness(queries=5, seconds=60, clock=clock)
    for _ in range(3):
        with fairness.turn("192.0.2.1"), fairness.turn("192.0.2.1"), fairness.turn("192.0.2.1"):
            clock.now += 10
    with pytest.raises(TooMany, match="too-much-time") as met:
        work(fairness, clock, "192.0.2.1", 1)

    work(fairness, clock, "192.0.2.2", 1)
    clock.now += met.value.retry_after
    work(fairness, clock, "192.0.2.1", 1)


def test_one_query_after_another_is_never_too_much() -> None:
    clock = Clock()
    fairness = Fairness(queries=5, seconds=60, clock=clock)
    for _ in range(1_000):
        work(fairness, clock, "192.0.2.1", 9.9)


def test_a_query_that_fails_gives_its_place_back() -> None:
    fairness = Fairness(queries=1, seconds=60)
    for _ in range(3):
        with pytest.raises(KeyError), fairness.turn("192.0.2.1"):
            raise KeyError


def test_one_machine_in_ipv6_is_one_address_however_many_it_has() -> None:
    fairness = Fairness(queries=1, seconds=60)
    with fairness.turn("2001:db8::1"):
        with pytest.raises(TooMany), fairness.turn("2001:db8::2"):
            pass
        with fairness.turn("2001:db8:0:1::1"):
            pass


def test_we_ourselves_and_an_operator_who_says_so_have_no_limit() -> None:
    fairness, free = Fairness(queries=1, seconds=60), Fairness(queries=0, seconds=0)
    with fairness.turn(""), fairness.turn(""), free.turn("192.0.2.1"), free.turn("192.0.2.1"):
        pass


def test_addresses_that_owe_nothing_are_forgotten() -> None:
    clock = Clock()
    fairness = Fairness(queries=5, seconds=60, clock=clock)
    for number in range(30_000):
        work(fairness, clock, f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 0.001)

    assert len(fairness._accounts) <= 10_001


def test_one_address_never_holds_every_worker() -> None:
    fairness = Fairness(5, 0, together=2, patience=0.05)
    with fairness.turn("192.0.2.1"), fairness.turn("192.0.2.1"):
        with pytest.raises(TooMany), fairness.turn("192.0.2.1"):
            pass
        with fairness.turn("192.0.2.2"):
            pass


def test_who_waits_goes_on_when_one_of_its_own_ends() -> None:
    fairness = Fairness(5, 0, together=1, patience=5)
    done = threading.Event()

    def second() -> None:
        with fairness.turn("192.0.2.1"):
            done.set()

    with fairness.turn("192.0.2.1"):
        waiting = threading.Thread(target=second)
        waiting.start()
        assert not done.wait(0.05)
    waiting.join(5)
    assert done.is_set()


def test_an_address_of_old_written_as_a_new_one_is_itself() -> None:
    fairness = Fairness(1, 0)
    with fairness.turn("::ffff:192.0.2.1"):
        with fairness.turn("::ffff:192.0.2.2"):
            pass
        with pytest.raises(TooMany), fairness.turn("192.0.2.1"):
            pass
