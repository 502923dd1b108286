"""A language model, where the operator names one: it may choose a frame from a closed list, and nothing else.

The rules still read the question with the frame it chose, every word is still explained by a statement or the
question is refused, and the answer comes from the graph. A model that is late, silent, talkative or wrong is
as good as none.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from http.client import HTTPException
from urllib.request import HTTPPasswordMgrWithDefaultRealm, Request

from kg.answers.choose import Reading
from kg.answers.frames import Frame
from kg.answers.knowledge import Knowledge
from kg.answers.reading import Question
from kg.answers.readings import readings
from kg.remote.transport import TooLong, Watch, exchange

SIZE = 64_000
"""Bytes of a model's reply that are read."""
TASK = (
    "You are given a question and a list of question frames, each with an id and a label. Reply with JSON only: "
    '{"frame": "<id>"} with the one id whose label is what the question asks, or {"frame": null} if none is. '
    "Never answer the question."
)


@dataclass(frozen=True, slots=True)
class Chooser:
    """A model at an OpenAI-compatible address (``…/v1``), and the seconds that it is waited for."""

    url: str
    model: str = "local"
    wait: float = 3.0

    def choose(self, question: str, frames: Sequence[Frame], labels: Sequence[str]) -> Frame | None:
        """Return the one of *frames* that the model chooses for *question*; None whatever goes wrong."""
        listed = [{"id": f.id, "label": label} for f, label in zip(frames, labels, strict=True)]
        asked = json.dumps({"question": question, "frames": listed}, ensure_ascii=False)
        body = {
            "model": self.model,
            "temperature": 0,
            "messages": [{"role": "system", "content": TASK}, {"role": "user", "content": asked}],
        }
        try:
            with Watch(self.wait) as watch:
                request = Request(
                    f"{self.url.rstrip('/')}/chat/completions",
                    data=json.dumps(body).encode(),
                    headers={"Content-Type": "application/json"},
                )
                head, reply = exchange(request, watch, HTTPPasswordMgrWithDefaultRealm(), SIZE)
            if head.status != 200:
                return None
            said = json.loads(json.loads(reply)["choices"][0]["message"]["content"])["frame"]
        except (
            OSError,
            HTTPException,
            TooLong,
            ValueError,
            LookupError,
            TypeError,
            RecursionError,
        ):
            return None
        return next((f for f in frames if f.id == said), None)


def helped(
    asked: Question, candidates: list[Reading], known: Knowledge, chooser: Chooser
) -> list[Reading]:
    """Return *candidates*, or what the rules read with the frame that *chooser* picks where they read nothing or too much."""
    if candidates:
        frames = list({r.frame.iri: r.frame for r in candidates if r.frame is not None}.values())
    else:
        frames = [f for f in known.grammar.frames if f.relations]
    if len(frames) < 2:
        return candidates
    frame = chooser.choose(asked.text, frames, [f.label.get(asked.lang, f.id) for f in frames])
    if frame is None:
        return candidates
    if candidates:
        return [r for r in candidates if r.frame == frame]
    told = replace(asked, frames=(*asked.frames, (frame, frozenset(), False)))
    return [r for r in readings(told, known, last=False) if r.frame == frame]
