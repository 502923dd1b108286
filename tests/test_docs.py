"""The README is tested: every verb and route is in it, and its commands give what it shows."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg.cli import VERBS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_is_in_the_readme(verb: str) -> None:
    assert f"soins {verb}" in README


def test_every_route_is_in_the_readme(client: FlaskClient) -> None:
    routes = {
        re.split(r"[<.]", str(rule))[0].rstrip("/") or "/"
        for rule in client.application.url_map.iter_rules()
        if rule.endpoint != "static"
    }

    assert {route for route in routes if f"`{route}" not in README} == set()


def sessions() -> list[tuple[str, list[str]]]:
    """The commands of the README with the lines they must print; ``…`` stands for anything."""
    found = []
    for block in CONSOLE.findall(README):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = part.rstrip("\n").split("\n")
            found.append((command, lines))
    return found


@pytest.mark.parametrize(("command", "lines"), sessions(), ids=[c for c, _ in sessions()])
def test_a_command_of_the_readme_prints_what_the_readme_shows(
    command: str, lines: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    words = shlex.split(command)
    assert words[0] == "soins"
    done = subprocess.run(
        [sys.executable, "-m", "kg", *words[1:]],
        cwd=ROOT,
        env={
            **os.environ,
            "LANG": "fr_FR.UTF-8",
            "LC_ALL": "",
            "SOINS_DATA": str(tmp_path_factory.getbasetemp()),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    pattern = re.escape("\n".join(lines)).replace("…", ".*")
    assert re.fullmatch(pattern, (done.stdout + done.stderr).rstrip("\n"), re.DOTALL), (
        done.stdout + done.stderr
    )


def test_the_readme_shows_commands() -> None:
    assert len(sessions()) >= 4
