from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.cli import main, query
from kg.store import LocalStore


def test_the_command_writes_the_answer_to_the_standard_output(
    tiny: LocalStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.setattr(query, "open_dataset", lambda options: tiny)
    file = tmp_path / "query.rq"
    file.write_text("SELECT (1 AS ?one) {}", encoding="utf-8")
    codes = [main(["query", str(file)])]
    codes += [main(["query", str(file), "--format", "json"])]
    file.write_text("SELECT (1 AS ?one", encoding="utf-8")
    codes += [main(["query", str(file), "--lang", "en"])]
    codes += [main(["query", str(tmp_path / "none.rq"), "--lang", "en"])]
    out, err = capfdbinary.readouterr()
    rows, _, rest = out.partition(b"{")

    assert codes == [0, 0, 2, 2]
    assert rows == b"one\r\n1\r\n"
    assert json.loads(b"{" + rest)["results"]["bindings"][0]["one"]["value"] == "1"
    assert b"not valid SPARQL" in err
    assert b"none.rq" in err
