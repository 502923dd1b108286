"""Every sentence that people read from the program, French and English side by side.

One TOML file a room: ``validation.toml`` holds the messages ``validation.…``. Sentences about the law
are not here: they are data of the graph.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

Lang = Literal["fr", "en"]
LANGS: tuple[Lang, ...] = ("fr", "en")


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Return every message: ``{"error.date": {"fr": "…", "en": "…"}}``."""
    found = {}
    for file in sorted(Path(__file__).parent.glob("*.toml")):
        for key, texts in tomllib.loads(file.read_text(encoding="utf-8")).items():
            found[f"{file.stem}.{key}"] = texts
    return found


def say(key: str, lang: str, /, **data: object) -> str:
    """Return the sentence *key* in *lang* with its ``{placeholders}`` filled from *data*.

    Raises:
        KeyError: unknown key or missing placeholder: a fault of the program, caught by the tests.
    """
    return catalogue()[key][lang].format(**data)


def as_lang(text: str | None, default: Lang = "fr") -> Lang:
    """Return *text* when it names one of our languages, else *default*."""
    return next((lang for lang in LANGS if lang == text), default)
