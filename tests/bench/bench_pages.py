"""Time that the server takes for a page: median of three, of the largest page of each kind.

    python tests/bench/bench_pages.py [--most 100]

Exit code 1 when a page takes more than ``--most`` milliseconds: on a machine at rest, none does. The processor's own
time is printed beside: it is nearly the same on a busy machine.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from api import create_app
from api.context import Context
from kg import build
from kg.resources import BUILT
from kg.settings import Settings
from kg.store import LocalStore
from tests.api.test_budgets import BROWSER, LARGEST


def main() -> int:
    """Print milliseconds by page; return 1 when one is too slow."""
    options = argparse.ArgumentParser()
    options.add_argument("--most", type=float, default=100.0)
    most: float = options.parse_args().most
    with tempfile.TemporaryDirectory() as folder:
        store = LocalStore.open(Path(folder), BUILT, build.ensure())
        with Context.open(Settings(), store) as context:
            client = create_app(context).test_client()
            slow = 0
            for path in LARGEST:
                client.get(path, headers=BROWSER).close()  # indexes are made by the first visitor
                walls, works = [], []
                for _ in range(3):
                    wall, work = time.perf_counter(), time.process_time()
                    client.get(path, headers=BROWSER).close()
                    walls.append(1000 * (time.perf_counter() - wall))
                    works.append(1000 * (time.process_time() - work))
                median = statistics.median(walls)
                slow += median > most
                print(f"{median:7.0f} ms  {statistics.median(works):7.0f} ms of work  {path}")
    print(f"{slow} of {len(LARGEST)} pages above {most:.0f} ms")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
