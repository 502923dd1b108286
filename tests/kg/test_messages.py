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
        rf"""["']((?:{"|".join(sorted(rooms))})\.[a-z0-9-]*[a-z0-9])(?<!\.html)(?<!\.css)(?<!\.js)["']"""
    )
    files = [
        *ROOT.glob("kg/**/*.py"),
        *ROOT.glob("api/**/*.py"),
        *ROOT.glob("api/templates/*.html"),
    ]

    used = {key for file in files for key in named.findall(file.read_text(encoding="utf-8"))}
    assert used - set(catalogue()) == set()


def test_no_sentence_is_left_over() -> None:
    """A key, or the beginning of a family of keys, is written somewhere; `places` is read whole, as a dictionary."""
    files = [
        file
        for made in ("kg/**/*.py", "api/**/*.py", "api/templates/**/*", "api/static/*.js")
        for file in ROOT.glob(made)
        if file.is_file()
    ]
    written = "\n".join(file.read_text(encoding="utf-8") for file in files).lower()
    quoted = set(re.findall(r"""["'`]([a-z][\w.-]*)""", written))

    left = []
    for key in catalogue():
        room, _, name = key.partition(".")
        parts = name.split("-")
        stems = ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]
        known = (x for s in stems for x in (s, s + "-", f"{room}.{s}", f"{room}.{s}-"))
        if room != "places" and quoted.isdisjoint(known):
            left.append(key)
    assert left == []


def test_the_data_fill_the_sentence() -> None:
    assert say("error.date", "en", value="x").startswith("“x” is not a date")
