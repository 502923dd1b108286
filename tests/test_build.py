"""The build is a pure function of the folders: same input, same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from kg import build


def test_two_builds_in_two_processes_give_the_same_bytes(tmp_path: Path) -> None:
    code = "import sys, pathlib; from kg import build; print(build.build(pathlib.Path(sys.argv[1])).version)"
    versions = []
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / seed)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        versions.append(done.stdout)

    assert versions[0] == versions[1]
    assert (tmp_path / "1" / build.DATASET).read_bytes() == (
        tmp_path / "2" / build.DATASET
    ).read_bytes()


def test_a_dataset_is_rebuilt_only_when_its_inputs_change(tmp_path: Path) -> None:
    first = build.ensure(tmp_path)
    written = (tmp_path / build.DATASET).stat().st_mtime_ns

    assert build.ensure(tmp_path) == first
    assert (tmp_path / build.DATASET).stat().st_mtime_ns == written
