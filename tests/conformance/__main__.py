"""Run every suite and print the figures: ``python -m tests.conformance FOLDER``."""

from __future__ import annotations

import logging
import sys
import time
from collections import Counter
from pathlib import Path

from tests.conformance.checks import Checks
from tests.conformance.endpoint import canary, sandbox
from tests.conformance.suites import GROUPS, KNOWN, cases


def main(folder: Path) -> int:
    """Return 0 when the bar is reached, else 1."""
    passed: Counter[str] = Counter()
    total: Counter[str] = Counter()
    wrong: list[str] = []
    start = time.monotonic()
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)  # the suites have ill-typed literals
    with canary() as (address, met), sandbox() as endpoint:
        checks = Checks(endpoint, address)
        for group in GROUPS:
            for case in cases(folder, group):
                check = checks.federated if group == "federation refused" else checks.run
                problem = check(case)
                total[group] += 1
                passed[group] += not problem
                if bool(problem) != (case.name in KNOWN):
                    wrong.append(f"{case.name}: {problem or 'passes now: take it off the list'}")
        faults = endpoint.faults
    for group, (name, _) in GROUPS.items():
        print(f"{group:<24} {passed[group]:>4} of {total[group]:>4}   {name}")
    print(f"{sum(passed.values())} of {sum(total.values())} in {time.monotonic() - start:.0f} s;")
    print(f"answers 5xx: {len(faults)}; connections to the outside: {len(met)}")
    for line in [*wrong, *faults]:
        print(f"  {line}")
    return int(bool(wrong or faults or met))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
