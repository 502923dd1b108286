import re
from pathlib import Path

import pytest

from kg.messages import LANGS, catalogue, say

ROOT = Path(__file__).parents[2]
PLACEHOLDER = re.compile(r"\{(\w+)")


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_a_sentence_exists_in_both_languages_with_the_same_data(key: str) -> None:
    texts = catalogue()[key]

    assert sorted(texts) == sorted(LANGS)
    fr, en = (set(PLACEHOLDER.findall(texts[lang])) for lang in ("fr", "en"))
    assert fr == en


def test_every_sentence_that_the_code_names_exists() -> None:
    rooms = {key.partition(".")[0] for key in catalogue()}
    named = re.compile(
        rf"""["']((?:{"|".join(sorted(rooms))})\.[a-z0-9-]*[a-z0-9])(?<!\.html)["']"""
    )
    files = [
        *ROOT.glob("kg/**/*.py"),
        *ROOT.glob("api/**/*.py"),
        *ROOT.glob("api/templates/*.html"),
    ]

    used = {key for file in files for key in named.findall(file.read_text(encoding="utf-8"))}
    assert used - set(catalogue()) == set()


def test_the_data_fill_the_sentence() -> None:
    assert say("error.date", "en", value="x").startswith("“x” is not a date")
