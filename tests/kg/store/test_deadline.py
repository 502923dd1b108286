from __future__ import annotations

import time

from kg.store.deadline import Deadline


class Process:
    """Notes when it is killed."""

    def __init__(self) -> None:
        self.killed = 0.0

    def kill(self) -> None:
        """Note when."""
        self.killed = time.monotonic()


def test_the_late_are_killed_in_time_whatever_the_order_they_came_in() -> None:
    seconds = [60.0, 0.3, 0.1, 0.2, 60.0]
    processes = [Process() for _ in seconds]
    deadlines = [Deadline(process, s) for process, s in zip(processes, seconds, strict=True)]
    start = time.monotonic()
    for deadline in deadlines:
        deadline.__enter__()
    time.sleep(0.6)
    for deadline in deadlines:
        deadline.__exit__(None, None, None)

    assert [deadline.missed for deadline in deadlines] == [False, True, True, True, False]
    for process, s in list(zip(processes, seconds, strict=True))[1:4]:
        assert s <= process.killed - start < s + 0.25


def test_who_is_done_in_time_is_left_alone() -> None:
    process = Process()
    for _ in range(100):
        with Deadline(process, 0.05) as limit:
            pass
        assert not limit.missed
    time.sleep(0.1)

    assert process.killed == 0.0
