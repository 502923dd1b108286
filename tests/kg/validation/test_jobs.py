"""Jobs on disk: they outlive the server, go in time, and are nobody else's."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kg.errors import Overloaded
from kg.settings import Settings
from kg.tabular import Upload
from kg.validation import Case, Gone, Jobs, Report, Rulebook, apart

FILE = Upload("structures.csv", b"identifiant;type;nom\n1;MSP;MSP des Tilleuls\n")
CASE = Case((FILE,), date(2026, 11, 22), "fr")
NEVER_ENDS = "import sys, time; sys.stdin.buffer.read(); print('P 1 4', flush=True); time.sleep(60)"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "rapports"


@pytest.fixture
def jobs(folder: Path) -> Iterator[Jobs]:
    with Jobs(folder, Settings()) as found:
        yield found


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Children that never end by themselves."""
    monkeypatch.setattr(apart, "_COMMAND", (sys.executable, "-c", NEVER_ENDS))


def until(jobs: Jobs, name: str, done: int) -> None:
    """Wait until the job *name* has got as far as *done*."""
    limit = time.monotonic() + 20
    while jobs.state(name).done < done:
        assert time.monotonic() < limit, jobs.state(name)
        time.sleep(0.05)


def age(folder: Path, name: str, seconds: float) -> None:
    """Make the job *name* older by *seconds*."""
    born = time.time() - seconds
    os.utime(folder / name / "case.pickle", (born, born))


def test_a_job_gives_its_report(jobs: Jobs, book: Rulebook) -> None:
    name = jobs.submit(CASE, book)

    assert jobs.wait(name, 30).status == "done"
    assert isinstance(jobs.judged(name), Report)


def test_the_name_of_a_job_is_256_bits_and_never_twice_the_same(
    jobs: Jobs, book: Rulebook, slow: None
) -> None:
    names = {jobs.submit(CASE, book) for _ in range(4)}

    assert (4, {43}) == (len(names), {len(name) for name in names})


def test_nobody_else_of_the_machine_may_read_a_job(
    jobs: Jobs, book: Rulebook, folder: Path
) -> None:
    name = jobs.submit(CASE, book)
    jobs.wait(name, 30)

    assert {0o700} == {path.stat().st_mode & 0o777 for path in (folder, folder / name)}


def test_a_job_tells_how_far_it_is(jobs: Jobs, book: Rulebook, slow: None) -> None:
    name = jobs.submit(CASE, book)
    until(jobs, name, 1)

    state = jobs.state(name)
    assert ("running", 25, True) == (state.status, state.percent, state.under_way)


def test_a_job_that_is_stopped_says_so_and_can_start_again(
    jobs: Jobs, book: Rulebook, slow: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = jobs.submit(CASE, book)
    until(jobs, name, 1)
    jobs.stop(name)
    stopped = jobs.state(name).status
    monkeypatch.undo()
    jobs.again(name, book)

    assert ("stopped", "done") == (stopped, jobs.wait(name, 30).status)


def test_a_file_that_cannot_be_read_fails_with_its_reason(jobs: Jobs, book: Rulebook) -> None:
    name = jobs.submit(Case((Upload("a.csv", b"bonjour"),), CASE.day, "fr"), book)

    state = jobs.wait(name, 30)
    assert ("failed", "validation.no-header") == (state.status, state.error and state.error.key)


def test_a_report_outlives_the_server(folder: Path, book: Rulebook) -> None:
    with Jobs(folder, Settings()) as before:
        name = before.submit(CASE, book)
        before.wait(name, 30)
        report = before.judged(name)

    with Jobs(folder, Settings()) as after:
        assert (report, "done") == (after.judged(name), after.state(name).status)


def test_the_end_of_the_server_interrupts_a_job_which_can_start_again(
    folder: Path, book: Rulebook, slow: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Jobs(folder, Settings()) as before:
        name = before.submit(CASE, book)
        until(before, name, 1)
    monkeypatch.undo()

    with Jobs(folder, Settings()) as after:
        interrupted = after.state(name).status
        after.again(name, book)
        assert ("interrupted", "done") == (interrupted, after.wait(name, 30).status)


def test_a_job_goes_when_its_time_is_over(jobs: Jobs, book: Rulebook, folder: Path) -> None:
    name = jobs.submit(CASE, book)
    jobs.wait(name, 30)
    age(folder, name, 86_401)

    with pytest.raises(Gone):
        jobs.state(name)
    jobs.sweep()
    assert list(folder.iterdir()) == []


def test_what_is_over_its_time_goes_when_the_server_starts(folder: Path, book: Rulebook) -> None:
    with Jobs(folder, Settings()) as before:
        name = before.submit(CASE, book)
        before.wait(name, 30)
    age(folder, name, 86_401)

    with Jobs(folder, Settings()):
        assert list(folder.iterdir()) == []


def test_what_is_over_its_time_goes_without_any_visit(
    folder: Path, book: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.validation.jobs._SWEEP_EVERY", 0.2)
    with Jobs(folder, Settings()) as jobs:
        name = jobs.submit(CASE, book)
        jobs.wait(name, 30)
        age(folder, name, 86_401)
        time.sleep(1)

        assert list(folder.iterdir()) == []


@pytest.mark.parametrize("limit", [{"reports": 2}, {"reports_size": 1}])
def test_the_oldest_goes_first_when_too_much_is_kept(
    folder: Path, book: Rulebook, limit: dict[str, int]
) -> None:
    with Jobs(folder, Settings()) as jobs:
        names = [jobs.submit(CASE, book) for _ in range(3)]
        for place, name in enumerate(names):
            jobs.wait(name, 30)
            age(folder, name, 100 - place)

    with Jobs(folder, Settings(**limit)):
        left = {path.name for path in folder.iterdir()}
    assert left == (set(names[1:]) if "reports" in limit else set())


def test_what_a_writer_that_died_left_behind_goes(folder: Path) -> None:
    left = folder / (".draft-" + "x" * 43)
    left.mkdir(parents=True)
    os.utime(left, (1, 1))

    with Jobs(folder, Settings()):
        assert list(folder.iterdir()) == []


def test_what_is_not_a_job_stays(folder: Path) -> None:
    (folder / "notes").mkdir(parents=True)
    os.utime(folder / "notes", (1, 1))

    with Jobs(folder, Settings()):
        assert [path.name for path in folder.iterdir()] == ["notes"]


def test_forgetting_a_job_ends_it_and_leaves_nothing(
    jobs: Jobs, book: Rulebook, folder: Path, slow: None
) -> None:
    name = jobs.submit(CASE, book)
    until(jobs, name, 1)

    jobs.forget(name)

    assert list(folder.iterdir()) == []
    with pytest.raises(Gone):
        jobs.state(name)


def test_too_many_jobs_are_told_to_come_back(jobs: Jobs, book: Rulebook, slow: None) -> None:
    for _ in range(apart.PLACES + Settings().validation_queue):
        jobs.submit(CASE, book)

    with pytest.raises(Overloaded) as refusal:
        jobs.submit(CASE, book)
    assert refusal.value.retry_after > 0


def test_a_full_disk_refuses_the_file_and_holds_no_place(
    jobs: Jobs, book: Rulebook, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        for _ in range(10):
            with pytest.raises(Overloaded, match=r"jobs\.no-room"):
                jobs.submit(CASE, book)

    assert list(folder.iterdir()) == []
    assert jobs.wait(jobs.submit(CASE, book), 30).status == "done"


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "x" * 43, "x" * 42, "/etc/passwd", "é" * 43]
)
def test_any_other_name_is_gone(jobs: Jobs, name: str) -> None:
    with pytest.raises(Gone):
        jobs.state(name)


@pytest.mark.parametrize("damage", [b"", b"not a pickle", b"\x80\x04N."])
def test_a_damaged_report_is_gone(jobs: Jobs, book: Rulebook, folder: Path, damage: bytes) -> None:
    name = jobs.submit(CASE, book)
    jobs.wait(name, 30)
    (folder / name / "report.pickle").write_bytes(damage)

    with pytest.raises(Gone):
        jobs.judged(name)


def test_a_state_on_disk_is_whole_or_absent(jobs: Jobs, book: Rulebook, folder: Path) -> None:
    name = jobs.submit(CASE, book)
    jobs.wait(name, 30)

    assert sorted(path.name for path in (folder / name).iterdir()) == [
        "case.pickle",
        "report.pickle",
        "state.json",
    ]
    assert json.loads((folder / name / "state.json").read_text()) == {"status": "done"}


def test_no_thread_is_left_when_the_server_ends(folder: Path, book: Rulebook, slow: None) -> None:
    before = threading.active_count()
    with Jobs(folder, Settings()) as jobs:
        until(jobs, jobs.submit(CASE, book), 1)
    time.sleep(1)

    assert threading.active_count() <= before
