"""Passages near a refused question: full text over the statements, ranked by BM25. They answer nothing."""

from __future__ import annotations

import sqlite3
import threading

from kg.answers.knowledge import Fact, Knowledge
from kg.answers.loading import knowledge
from kg.answers.model import Passage
from kg.answers.reading import Question
from kg.store import Store, once
from kg.words import stems

MOST = 3
"""Passages shown with one refusal."""


class Index:
    """The statements of one dataset by the stems of their words, in a table of SQLite in memory."""

    def __init__(self, facts: list[Fact]) -> None:
        """Index *facts*: what each says in both languages, and its quotation."""
        self.facts = facts
        self._turn = threading.Lock()
        self._table = sqlite3.connect(":memory:", check_same_thread=False)
        self._table.execute("CREATE VIRTUAL TABLE passage USING fts5(words)")
        rows = ((spot, " ".join(sorted(fact.words))) for spot, fact in enumerate(facts, 1))
        self._table.executemany("INSERT INTO passage (rowid, words) VALUES (?, ?)", rows)

    def near(self, roots: list[str]) -> list[Fact]:
        """Return the statements that hold most of the stems *roots*, the rarest first; ties in the order of the graph."""
        if not roots:
            return []
        wanted = " OR ".join(f'"{root}"' for root in roots if root.isalnum())
        query = (
            "SELECT rowid FROM passage WHERE words MATCH ? ORDER BY bm25(passage), rowid LIMIT ?"
        )
        with self._turn:
            rows = self._table.execute(query, (wanted, 4 * MOST)).fetchall() if wanted else []
        return [self.facts[row - 1] for (row,) in rows]


@once
def index(store: Store) -> Index:
    """Return the index of the dataset that *store* holds."""
    return Index(knowledge(store).facts)


def passages(store: Store, asked: Question, known: Knowledge) -> tuple[Passage, ...]:
    """Return the passages nearest to the words and names of *asked*, one a voice and sentence."""
    words = {t.stem for t in asked.unplaced()}
    for mention in asked.mentions:
        words |= stems(known.label(mention.thing, asked.lang))
    found: dict[tuple[str, str], Passage] = {}
    for fact in index(store).near(sorted(words)):
        says = fact.says[asked.lang] or fact.says["fr"]
        label = known.label(fact.voice, asked.lang)
        found.setdefault((label, says), Passage(says, fact.quote, label, str(fact.voice)))
    return tuple(found.values())[:MOST]
