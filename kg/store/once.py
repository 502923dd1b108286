"""Read from a store once what is asked for again and again."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from threading import Lock
from typing import TypeVar

from kg.store.contract import Store

T = TypeVar("T")


def once(read: Callable[[Store], T]) -> Callable[[Store], T]:
    """Return *read*, done once for each store, whoever asks at the same time; kept for the last eight stores."""
    kept, turn = lru_cache(maxsize=8)(read), Lock()

    @wraps(read)
    def found(store: Store) -> T:
        with turn:
            return kept(store)

    return found
