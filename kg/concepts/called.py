"""Which concept bears a name, as people write it; which ones bear a name like it."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz import fuzz, process

from kg.concepts.index import fold
from kg.concepts.names import Ref, need_ref, select, tail, text_of
from kg.messages import LANGS, Lang
from kg.store import Store

NEAREST = 5
"""Names that are proposed in place of an unknown one."""
ALIKE = 55
"""RapidFuzz ratio from which a name is near to what was asked for."""


def called(store: Store, name: str, lang: Lang) -> tuple[Ref, ...]:
    """Return the concepts called *name*: term, acronym or label, whatever the case and the accents.

    An address keeps its name when its reader changes the language: a label of the other one will do.
    Several only where the name does not tell them apart.
    """
    return _by_name(store, lang).get(fold(name.strip()), ())


def nearest(store: Store, name: str, lang: Lang) -> tuple[Ref, ...]:
    """Return the concepts with the names closest to *name*, best first, at most ``NEAREST``."""
    known = _by_name(store, lang)
    close = process.extract(
        fold(name), known.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None
    )
    found = dict.fromkeys(ref for near, _, _ in close for ref in known[near])
    return tuple(found)[:NEAREST]


@lru_cache(maxsize=4)
def _by_name(store: Store, lang: Lang) -> dict[str, tuple[Ref, ...]]:
    """Return folded name → the concepts that bear it; who bears it as term or acronym keeps it alone."""
    shown = {row["concept"]: need_ref(row, "concept") for row in select(store, "concept-all", lang)}
    own: dict[str, set[Ref]] = {}
    here: dict[str, set[Ref]] = {}
    abroad: dict[str, set[Ref]] = {}
    for tongue in LANGS:
        other = here if tongue == lang else abroad
        for row in select(store, "concept-all", tongue):
            named = need_ref(row, "concept")
            ref = shown[row["concept"]]
            for name in filter(None, (tail(named.iri), named.acronym)):
                own.setdefault(fold(name), set()).add(ref)
            for name in filter(None, (named.label, text_of(row, "name"))):
                other.setdefault(fold(name), set()).add(ref)
    return {name: tuple(refs) for name, refs in (abroad | here | own).items()}
