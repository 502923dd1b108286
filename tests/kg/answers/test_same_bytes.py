"""The same question gets the same bytes: again, in another process, in another order, in both languages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from flask.testing import FlaskClient

from kg.answers import knowledge
from kg.messages import LANGS
from kg.store import LocalStore

ELSEWHERE = """
import hashlib, json, sys
from pathlib import Path
from api import create_app
from api.context import Context
from kg import build
from kg.resources import BUILT
from kg.settings import Settings
from kg.store import LocalStore

asked = json.load(sys.stdin)
store = LocalStore.open(Path(sys.argv[1]), BUILT, build.ensure())
with Context.open(Settings(), store) as context:
    client = create_app(context).test_client()
    said = {json.dumps(a): client.get("/api/ask", query_string=a).data.decode() for a in reversed(asked)}
json.dump(said, sys.stdout)
"""
"""A program that opens the store again and asks what it reads, last question first."""
REFUSED = ("Quel est le salaire d'un coordinateur ?", "What is the budget of a DAC?")


def questions(store: LocalStore) -> list[dict[str, str]]:
    """Return the examples of the frames, in both languages whatever the language asked in, explained and refused ones too."""
    grammar = knowledge(store).grammar
    every = [*grammar.examples("fr")[::4], *grammar.examples("en")[::4], *REFUSED]
    return [
        {"q": question, "lang": lang, "date": day, "explain": "true"}
        for question in every
        for lang, day in zip(LANGS, ("2026-11-22", "2019-01-01"), strict=True)
    ]


def test_the_same_question_gets_the_same_bytes_after_a_restart(
    store: LocalStore, client: FlaskClient, tmp_path: Path
) -> None:
    asked = questions(store)
    first = {json.dumps(a): client.get("/api/ask", query_string=a).data for a in asked}
    again = {json.dumps(a): client.get("/api/ask", query_string=a).data for a in reversed(asked)}
    other = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(tmp_path)],
        input=json.dumps(asked), capture_output=True, text=True, encoding="utf-8", timeout=300, check=True,
        env={**os.environ, "PYTHONHASHSEED": "12345", "PYTHONUTF8": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    restarted = {key: text.encode() for key, text in json.loads(other.stdout).items()}

    assert len(first) >= 60
    assert again == first
    assert restarted == first
