"""How a question was understood: its links, frames, readings with their scores, and the words left over."""

from __future__ import annotations

from typing import Any

from rdflib import URIRef

from kg.answers.choose import Reading
from kg.answers.knowledge import Knowledge
from kg.answers.reading import Question

MOST = 10
"""Readings told."""


def explained(
    asked: Question, readings: list[Reading], cued: frozenset[int], known: Knowledge
) -> dict[str, Any]:
    """Return the understanding of *asked* as JSON: the best reading first, the words that *cued* do not explain last."""

    def words(spots: frozenset[int]) -> list[str]:
        return [asked.tokens[i].raw for i in sorted(spots)]

    def name(thing: URIRef) -> str:
        return known.label(thing, asked.lang)

    return {
        "date": asked.day.isoformat(),
        "closed": asked.is_closed,
        "links": [
            {
                "words": words(m.positions),
                "iri": str(m.thing),
                "label": name(m.thing),
                "text": m.is_text,
            }
            for m in asked.mentions
        ],
        "forms": [
            {"id": form.iri.rpartition("/")[2], "answers": form.answers, "words": words(spots)}
            for form, spots in asked.forms
        ],
        "frames": [
            {"id": frame.id, "words": words(spots), "inverse": inverse}
            for frame, spots, inverse in asked.frames
        ],
        "readings": [
            {
                "kind": r.kind,
                "frame": r.frame.id if r.frame is not None else None,
                "score": list(r.score),
                "boolean": r.boolean,
                "number": r.number,
                "date": r.day.isoformat() if r.day is not None else None,
                "entities": [name(t) for t in r.things],
                "statements": [str(f.iri) for f in r.facts],
            }
            for r in readings[:MOST]
        ],
        "unexplained": [t.raw for t in asked.unplaced(cued)],
    }
