"""Say where ontology, shapes, corpus and the built dataset lie, in a checkout and in a wheel."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent
_PACKAGED = _HERE / "_data"
_CHECKOUT = _HERE.parent

BUILT = _HERE / "_built"
"""The built dataset and its manifest: git-ignored in a checkout, shipped in a wheel."""


def data_folder(name: str) -> Path:
    """Return the folder *name* ("ontology", "shapes" or "corpus").

    A wheel carries it in ``kg/_data/``; a checkout (editable or not) has it beside ``kg/``.
    """
    return (_PACKAGED if _PACKAGED.is_dir() else _CHECKOUT) / name


def npm_package(name: str) -> Path:
    """Return the folder of the npm package *name*, which ``make setup`` puts in a checkout and a wheel does without."""
    return _CHECKOUT / "node_modules" / name


def query(name: str) -> str:
    """Return the text of ``kg/queries/<name>.rq``."""
    return (_HERE / "queries" / f"{name}.rq").read_text(encoding="utf-8")
