"""Judging in a process of its own: same answers, and an end that can be brought about."""

from __future__ import annotations

import os
import sys
import threading
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kg.errors import Overloaded, SoinsError, Unreadable
from kg.settings import Settings
from kg.tabular import Upload
from kg.validation import Case, Comparison, Report, Rulebook, apart, judge

TODAY = date(2026, 11, 22)
FILE = Upload("structures.csv", b"identifiant;type;nom\n1;MSP;MSP des Tilleuls\n")
CASE = Case((FILE,), TODAY, "fr")

SLOW = """
import os, subprocess, sys, time
sys.stdin.buffer.read()
helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
with open(sys.argv[1], "w") as file:
    file.write(f"{os.getpid()} {helper.pid}")
print("P 1 4", flush=True)
time.sleep(60)
"""


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A child that never ends, nor its helper; the file that will hold their numbers."""
    pids = tmp_path / "pids"
    monkeypatch.setattr(apart, "_COMMAND", (sys.executable, "-c", SLOW, str(pids)))
    return pids


def alive(pids: Path) -> list[int]:
    """The processes of *pids* that still run a second after (a signal takes its time)."""
    limit = time.monotonic() + 1
    numbers = [int(pid) for pid in pids.read_text().split()]
    while (found := [pid for pid in numbers if runs(pid)]) and time.monotonic() < limit:
        time.sleep(0.05)
    return found


def runs(pid: int) -> bool:
    """Whether the process *pid* is there, and no corpse."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_child_judges_as_this_process_does(book: Rulebook) -> None:
    assert judge(CASE.uploads, TODAY, "fr", book, Settings()) == apart.judge_apart(
        CASE, book, Settings()
    )


def test_a_child_compares_two_days_and_tells_how_far_it_is_of_both(book: Rulebook) -> None:
    told: list[tuple[int, int]] = []
    case = replace(CASE, compared=date(2010, 1, 1))

    judged = apart.judge_apart(case, book, Settings(), progress=lambda *now: told.append(now))

    assert isinstance(judged, Comparison)
    assert [(0, 0), (1, 2), (2, 2)] == told


def test_an_error_of_the_child_comes_back_as_itself(book: Rulebook) -> None:
    case = replace(CASE, uploads=(Upload("a.csv", b"bonjour"),))

    with pytest.raises(Unreadable) as refusal:
        apart.judge_apart(case, book, Settings())

    assert refusal.value.key == "validation.no-header"


def test_a_fault_of_ours_is_logged_and_not_told(
    book: Rulebook, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = (
        "from kg.validation import child, tasks\n"
        "def fault(*_): raise ValueError('a secret of ours')\n"
        "tasks.judge_case = fault\n"
        "child.main()\n"
    )
    monkeypatch.setattr(apart, "_COMMAND", (sys.executable, "-c", broken))

    with pytest.raises(SoinsError) as refusal:
        apart.judge_apart(CASE, book, Settings())

    assert ("error.internal", {}) == (refusal.value.key, refusal.value.data)
    assert "a secret of ours" in caplog.text


def test_what_a_library_prints_is_no_answer(
    book: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    chatty = (
        "from kg.validation import child, tasks\n"
        "judge = tasks.judge_case\n"
        "def talk(*case): print('R'); print('P 1 1', flush=True); return judge(*case)\n"
        "tasks.judge_case = talk\n"
        "child.main()\n"
    )
    monkeypatch.setattr(apart, "_COMMAND", (sys.executable, "-c", chatty))

    assert isinstance(apart.judge_apart(CASE, book, Settings()), Report)


def test_a_child_over_the_deadline_is_ended_with_its_helpers(book: Rulebook, slow: Path) -> None:
    with pytest.raises(Overloaded, match=r"validation\.too-slow"):
        apart.judge_apart(CASE, book, Settings(validation_deadline=1.5))

    assert alive(slow) == []


def test_a_child_that_somebody_stops_is_ended_with_its_helpers(book: Rulebook, slow: Path) -> None:
    leash = apart.Leash()

    def stop_once_started(done: int, _total: int) -> None:
        if done:
            threading.Thread(target=leash.pull).start()

    asked = time.monotonic()
    with pytest.raises(apart.Stopped):
        apart.judge_apart(CASE, book, Settings(), progress=stop_once_started, leash=leash)

    assert time.monotonic() - asked < 10
    assert alive(slow) == []


def test_one_who_waits_for_a_place_can_be_stopped_too(book: Rulebook) -> None:
    leash = apart.Leash()
    threading.Timer(0.2, leash.pull).start()
    for _ in range(apart.PLACES):
        apart._SLOTS.acquire()
    try:
        with pytest.raises(apart.Stopped):
            apart.judge_apart(CASE, book, Settings(), leash=leash, wait=30)
    finally:
        apart._SLOTS.release(apart.PLACES)


def test_what_is_stopped_before_it_starts_never_runs(book: Rulebook, slow: Path) -> None:
    leash = apart.Leash()
    leash.pull()

    with pytest.raises(apart.Stopped):
        apart.judge_apart(CASE, book, Settings(), leash=leash)

    time.sleep(0.5)
    assert not slow.exists() or alive(slow) == []


def test_a_child_without_memory_is_stopped(book: Rulebook) -> None:
    with pytest.raises(Overloaded):
        apart.judge_apart(CASE, book, Settings(worker_memory=50_000_000))


def test_nobody_waits_long_for_a_free_place(book: Rulebook) -> None:
    for _ in range(apart.PLACES):
        apart._SLOTS.acquire()
    try:
        asked = time.monotonic()
        with pytest.raises(Overloaded, match=r"validation\.busy"):
            apart.judge_apart(CASE, book, Settings(query_wait=0.2))
        assert time.monotonic() - asked < 2
    finally:
        apart._SLOTS.release(apart.PLACES)


def test_nothing_of_the_current_folder_is_run(
    book: Rulebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    false = tmp_path / "kg"
    false.mkdir()
    (false / "__init__.py").write_text("raise SystemExit('false kg')", encoding="utf-8")
    (tmp_path / "pickle.py").write_text("raise SystemExit('false pickle')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    judged = apart.judge_apart(CASE, book, Settings())
    assert isinstance(judged, Report)


def test_a_child_does_not_see_our_secrets(
    book: Rulebook, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    script = (
        "import os, sys\n"
        "open(sys.argv[1], 'w').write(os.environ.get('SOINS_TOKEN', 'nothing'))\n"
        "from kg.validation.child import main; main()\n"
    )
    monkeypatch.setenv("SOINS_TOKEN", "x" * 32)
    monkeypatch.setattr(apart, "_COMMAND", (sys.executable, "-c", script, str(seen)))

    apart.judge_apart(CASE, book, Settings())

    assert (seen.read_text(), os.environ["SOINS_TOKEN"]) == ("nothing", "x" * 32)


def test_a_fault_repeated_without_end_travels_a_thousand_times_and_is_counted_whole(
    book: Rulebook,
) -> None:
    rows = "".join(f"{n};MSP;A;oui\n" for n in range(1200))
    upload = Upload("a.csv", f"identifiant;type;nom;hebergement\n{rows}".encode())

    report = apart.judge_apart(replace(CASE, uploads=(upload,)), book, Settings())

    assert isinstance(report, Report)
    assert (1200, 1000) == (
        report.counts["violation"],
        sum(r.rule == "MSP-HEBERGEMENT" for r in report.results),
    )


def test_the_workbook_is_annotated_in_a_child(book: Rulebook) -> None:
    report = apart.judge_apart(CASE, book, Settings())

    assert apart.write_apart(report, "xlsx", CASE, book, Settings()).startswith(b"PK")
