"""``soins check``: our own house."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from kg import checks, turtle
from kg.cli import add_data
from kg.cli.opening import open_store


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--write", action="store_true", help="rewrite Turtle files in canonical form first"
    )
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Run every check, print each fault, and return 1 where there is one."""
    if options.write:
        for file in checks.not_canonical():
            file.write_text(turtle.write(turtle.read(file)), encoding="utf-8")
    store = open_store(options.data)
    todo: list[tuple[str, Callable[[], list[str]]]] = [
        ("Turtle in canonical form", checks.canonical),
        ("hygiene queries empty", lambda: checks.hygiene(store)),
        ("shapes over ontology and corpus", lambda: checks.own_shapes(store)),
        ("ontology consistent and coherent (HermiT)", checks.coherent),
    ]
    broken = False
    for name, check in todo:
        faults = check()
        broken = broken or bool(faults)
        print(f"{'FAULT' if faults else 'ok':5}  {name}")
        for fault in faults:
            print(f"       {fault}")
    shares = checks.evidence(store)
    total = sum(shares.values())
    print(
        "evidence of statements and rules: "
        + ", ".join(f"{n} {level}" for level, n in shares.items())
        + f", {total} in all"
    )
    return int(broken)
