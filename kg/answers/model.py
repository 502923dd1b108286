"""What a question gets: an answer with its evidence, or a refusal that says why. One JSON form for both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from kg.messages import Lang


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing that answers, with the names it is known by."""

    iri: str
    label: str
    alternatives: tuple[str, ...] = ()
    notation: tuple[str, ...] = ()

    def json(self) -> dict[str, Any]:
        """Return the entity as the API gives it."""
        return {
            "iri": self.iri,
            "label": self.label,
            "altLabels": list(self.alternatives),
            "notation": list(self.notation),
        }


@dataclass(frozen=True, slots=True)
class Citation:
    """The voice, the wording and the words that justify an answer."""

    text: str
    article: str | None
    quote: str
    label: str
    iri: str
    rank: str
    rank_label: str
    start: date | None
    end: date | None
    evidence: str
    url: str | None
    place: str

    def json(self) -> dict[str, Any]:
        """Return the citation: the fields of questions/README and those of a report's ``basis``."""
        return {
            "text": self.text,
            "article": self.article,
            "quote": self.quote,
            "label": self.label,
            "place": self.place,
            "iri": self.iri,
            "rank": self.rank,
            "from": self.start.isoformat() if self.start else None,
            "to": self.end.isoformat() if self.end else None,
            "evidence": self.evidence,
            "url": self.url,
        }


@dataclass(frozen=True, slots=True)
class Passage:
    """A statement near a refused question: what its voice says, which does not answer."""

    text: str
    quote: str
    label: str
    iri: str

    def json(self) -> dict[str, str]:
        """Return the passage as the API gives it."""
        return {"text": self.text, "quote": self.quote, "label": self.label, "iri": self.iri}


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to a question; *abstained* says that it is a refusal.

    *parts*: the replies to each thing asked, where there are several. *understood*: the plainer question that was
    answered, where the one asked is another way to put it.
    """

    question: str
    lang: Lang
    day: date
    kind: str
    text: str
    abstained: bool
    entities: tuple[Entity, ...] = ()
    boolean: bool | None = None
    number: int | None = None
    when: date | None = None
    citations: tuple[Citation, ...] = ()
    sparql: str | None = None
    warnings: tuple[str, ...] = ()
    frame: str | None = None
    nearest: tuple[Entity, ...] = ()
    suggestions: tuple[str, ...] = ()
    passages: tuple[Passage, ...] = ()
    explained: dict[str, Any] | None = None
    parts: tuple[Answer, ...] = ()
    understood: str = ""

    def json(self) -> dict[str, Any]:
        """Return the reply as ``/api/ask`` gives it; ``explain`` only where it was asked for.

        ``parts`` only where several things were asked: each with its own query.
        """
        told: dict[str, Any] = {} if self.explained is None else {"explain": self.explained}
        if self.parts:
            told["parts"] = [
                {
                    "question": p.question,
                    "understood": p.understood or None,
                    "text": p.text,
                    "sparql": p.sparql,
                }
                for p in self.parts
            ]
        return {
            "question": self.question,
            "lang": self.lang,
            "date": self.day.isoformat(),
            "abstained": self.abstained,
            "answer": {
                "kind": self.kind,
                "entities": [entity.json() for entity in self.entities],
                "boolean": self.boolean,
                "number": self.number,
                "date": self.when.isoformat() if self.when else None,
                "text": self.text,
            },
            "citations": [citation.json() for citation in self.citations],
            "sparql": self.sparql,
            "warnings": list(self.warnings),
            "frame": self.frame,
            "understood": self.understood or None,
            "nearest": [entity.json() for entity in self.nearest],
            "suggestions": list(self.suggestions),
            "passages": [passage.json() for passage in self.passages],
            **told,
        }
