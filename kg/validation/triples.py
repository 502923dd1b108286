"""Write values as N-Triples: the text that the engines read fastest."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from rdflib.namespace import RDF, XSD

from kg.tabular.model import Value

TYPE = str(RDF.type)
_TO_ESCAPE = re.compile(r'[\x00-\x1f"\\\x7f\ud800-\udfff]')


def link(subject: str, predicate: str, object_: str) -> str:
    """Return the triple of three IRIs."""
    return f"<{subject}> <{predicate}> <{object_}> .\n"


def statements(subject: str, predicate: str, value: Value | None) -> str:
    """Return what says *value* of *subject*: a triple for each item of a list, none for nothing."""
    start = f"<{subject}> <{predicate}> "
    return "".join(f"{start}{literal} .\n" for literal in _literals(value))


@lru_cache(maxsize=4096, typed=True)  # typed: True is not 1
def _literals(value: Value | None) -> tuple[str, ...]:
    match value:
        case None | "":
            return ()
        case bool():
            return (f'"{str(value).lower()}"^^<{XSD.boolean}>',)
        case int():
            return (f'"{value}"^^<{XSD.integer}>',)
        case date():
            return (f'"{value.isoformat()}"^^<{XSD.date}>',)
        case str():
            return (f'"{_TO_ESCAPE.sub(_escaped, value)}"',)
    return tuple(literal for item in value for literal in _literals(item))


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    if character in '"\\':
        return "\\" + character
    if "\ud800" <= character <= "\udfff":  # half a character: no text at all
        return "\ufffd"
    return f"\\u{ord(character):04X}"
