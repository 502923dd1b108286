"""How fast, how far, how much memory: the figures that validation promises, measured in one run.

    python tests/bench/bench_validation.py [--largest 100000]

The data are generated, two in a hundred structures faulty. First, in this process, plain pySHACL on the
same shapes and the same triples against all that we do from the CSV bytes to the report, which must be
equal; then ``soins validate`` itself, as a user runs it. Exit code 1 where a promise is not kept.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyshacl

from kg import build
from kg.resources import BUILT
from kg.settings import Settings
from kg.store import LocalStore
from kg.tabular import Upload
from kg.validation import Report, Rulebook, judge

sys.path.insert(0, str(Path(__file__).parents[1]))
import generator

DAY = date(2026, 11, 22)
TIMES_FASTER = 20
MEMORY = 1_500_000_000
COUNTRY, COUNTRY_SECONDS = 9_300, 30  # structures, with some 60,000 members
UNEVEN = 1.5
"""How much dearer, at most, a structure may be among ten times more of them."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the command line: seconds of the clock and of the processors, bytes at the peak."""

    structures: int
    members: int
    wall: float
    cpu: float
    peak: int


def against_pyshacl(folder: Path, count: int) -> bool:
    """Compare at *count* structures; say the ratio and whether it is what was promised."""
    book = Rulebook.load(LocalStore.open(folder, BUILT, build.ensure()))
    files = generator.write_csv(generator.generate(count)).items()
    uploads = [Upload(name, data) for name, data in files]

    def run(engine: str) -> Report:
        return judge(uploads, DAY, "fr", book, replace(Settings.local(), engine=engine))

    run("turbo")  # imports
    start, start_cpu = time.perf_counter(), time.process_time()
    ours = run("turbo")
    wall, cpu = time.perf_counter() - start, time.process_time() - start_cpu
    inside = Stopwatch(pyshacl.validate)
    pyshacl.validate = inside  # only what it does itself, not our reading nor its parsing
    reference = run("pyshacl")
    equal = ours.results == reference.results
    ratio, ratio_cpu = inside.wall / wall, inside.cpu / cpu
    print(
        f"{count} structures, {len(book.rules)} rules, {len(ours.results)} findings, "
        f"{'the same' if equal else 'NOT THE SAME'} by both engines\n"
        f"  soins, CSV to report      {wall:8.2f} s   {cpu:8.2f} s of processor\n"
        f"  pySHACL, validation alone {inside.wall:8.2f} s   {inside.cpu:8.2f} s of processor\n"
        f"  ratio                     {ratio:8.1f}     {ratio_cpu:8.1f}   (promised: {TIMES_FASTER})"
    )
    return equal and ratio_cpu >= TIMES_FASTER


class Stopwatch:
    """A function, with the time that is spent in it."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function, self.wall, self.cpu = function, 0.0, 0.0

    def __call__(self, *given: Any, **named: Any) -> Any:
        """Call the function."""
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            return self._function(*given, **named)
        finally:
            self.wall += time.perf_counter() - wall
            self.cpu += time.process_time() - cpu


def from_command_line(folder: Path, count: int) -> Run:
    """Return what ``soins validate`` takes on *count* generated structures."""
    made = generator.generate(count)
    names = []
    for name, data in generator.write_csv(made).items():
        (folder / name).write_bytes(data)
        names.append(str(folder / name))
    members = len(made.members)
    del made
    call = [sys.executable, "-m", "kg", "validate", *names, "--date", DAY.isoformat()]
    call += ["--data", str(folder), "--format", "json", "-o", str(folder / "report.json")]
    start = time.perf_counter()
    process = os.spawnv(os.P_NOWAIT, sys.executable, call)
    _, status, used = os.wait4(process, 0)
    wall = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"soins validate ended with {status} on {count} structures")
    return Run(count, members, wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def told(run: Run) -> Run:
    """Print *run*, and return it."""
    print(
        f"  {run.structures:7} structures {run.members:7} members {run.wall:7.1f} s "
        f"{run.cpu:7.1f} s of processor {1000 * run.cpu / run.structures:6.2f} ms each "
        f"{run.peak / 1e6:6.0f} MB at the peak",
        flush=True,
    )
    return run


def main() -> int:
    """Measure, print, and return whether every promise is kept, as an exit code."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--largest", type=int, default=100_000, help="structures (default: %(default)s)"
    )
    largest = options.parse_args().largest
    with tempfile.TemporaryDirectory(prefix="soins-bench-") as name:
        folder = Path(name)
        kept = [against_pyshacl(folder, 1_000)]
        print("soins validate, start to end")
        start_up = told(from_command_line(folder, 1)).cpu
        counts = [count for count in (1_000, 10_000, 100_000) if count <= largest]
        runs = [told(from_command_line(folder, count)) for count in counts]
        country = told(from_command_line(folder, COUNTRY))
    for one, more in pairwise(runs):
        growth = (more.cpu - start_up) / (one.cpu - start_up)
        kept.append(growth <= UNEVEN * more.structures / one.structures)
        print(f"from {one.structures} to {more.structures}: {growth:.1f} times the work")
    kept.append(max(run.peak for run in runs) < MEMORY)
    kept.append(
        country.cpu < COUNTRY_SECONDS
    )  # one process: what the clock says where all is quiet
    print("every promise is kept" if all(kept) else "A PROMISE IS NOT KEPT")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    raise SystemExit(main())
