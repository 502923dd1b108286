"""Every sentence that people read from the program, French and English side by side in ``messages.toml``.

Sentences about the law are not here: they are data of the graph.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal, cast

Lang = Literal["fr", "en"]
LANGS: tuple[Lang, ...] = ("fr", "en")


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Return every message: ``{"error.date": {"fr": "…", "en": "…"}}``. Keys are ``table.key``."""
    tables = tomllib.loads(Path(__file__).with_name("messages.toml").read_text(encoding="utf-8"))
    return {f"{table}.{key}": texts for table, keys in tables.items() for key, texts in keys.items()}


def say(key: str, lang: str, /, **data: object) -> str:
    """Return the sentence *key* in *lang* with its ``{placeholders}`` filled from *data*.

    Raises:
        KeyError: unknown key or missing placeholder: a fault of the program, caught by the tests.
    """
    return catalogue()[key][lang].format_map(data)


def as_lang(text: str | None, default: Lang = "fr") -> Lang:
    """Return *text* when it names one of our languages, else *default*."""
    return cast(Lang, text) if text in LANGS else default
