"""Every way to understand a question that the graph can answer; each form of answer has its rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from kg.answers.choose import Reading, Search, distinct, voices
from kg.answers.events import begins, ended, events
from kg.answers.frames import Frame
from kg.answers.knowledge import Fact, Knowledge
from kg.answers.lifetimes import BINDING
from kg.answers.lists import number, which_ones
from kg.answers.reading import Question
from kg.answers.texts import dates, which_texts
from kg.answers.yesno import yes_or_no
from kg.namespaces import SOINS

TELLING = frozenset(
    {SOINS.aPourApproche, SOINS.estPlusLargeQue, SOINS.estConstitueAutourDe, SOINS.aPourObjet}
)
Maker = Callable[[Search], Iterator[Reading]]


def readings(question: Question, known: Knowledge) -> list[Reading]:
    """Return the readings of *question* that some statement answers, best first."""
    if question.is_closed and (told := events(question, known)) is not None:
        return told  # an event and its date: the day is what is asked, not the day of the law
    if (
        any(form.answers == "date" for form, _ in question.forms)
        and (told := ended(question, known)) is not None
    ):
        return told
    found: list[Reading] = []
    asked = [(form.answers, spots) for form, spots in question.forms]
    if question.is_closed:
        asked = [(kind, spots) for kind, spots in asked if kind in ("difference", "ecarts")]
        asked.append(("booleen", frozenset()))
    elif any(kind in _STRONG for kind, _ in asked):
        asked = [(kind, spots) for kind, spots in asked if kind in _STRONG]
    else:
        asked.append(("entites", frozenset()))
    for kind, spots in asked:
        frames: list[tuple[object, frozenset[int], bool]] = [
            *question.frames,
            (None, frozenset(), False),
        ]
        for frame, cue, inverse in frames:
            if isinstance(frame, Frame) and "recours" in frame.answers:
                continue
            search = Search(question, known, frame, cue, inverse, spots | question.kind_spots)  # type: ignore[arg-type]
            found.extend(_RULES[kind](search))
    if question.is_closed and any(r.frame is not None for r in found):
        found = [r for r in found if r.frame is not None]  # the relation asked, before any other
    if not found and not question.is_closed:
        for frame, cue, inverse in question.frames:
            if "recours" in frame.answers:
                spots = frozenset(i for _, spot in question.forms for i in spot)
                founders = Search(question, known, frame, cue, inverse, spots)
                found.extend(
                    _by_law(r) for r in which_ones(founders) if r.facts[0].order <= BINDING
                )
    if (
        not found and not question.is_closed
    ):  # "où se trouve PALEX": the word of the form is a cue too
        for frame, cue, inverse in question.frames:
            if any(cue & spots for form, spots in question.forms if form.answers == "textes"):
                found.extend(which_ones(Search(question, known, frame, cue, inverse)))
    return sorted(found, key=lambda r: (r.score, -len(r.facts)), reverse=True)


def _by_law(reading: Reading) -> Reading:
    """Return *reading* with what binding texts say only."""
    facts = tuple(f for f in reading.facts if f.order <= BINDING)
    things = {f.object for f in facts}
    return replace(
        reading, facts=facts, things=tuple(t for t in reading.things if t in things), narrowed=True
    )


def _definition(search: Search) -> Iterator[Reading]:
    """What is it, what do the letters stand for?"""
    known = search.known
    if search.frame is not None or not search.concepts:
        return
    concepts = search.concepts
    if search.left:
        return
    cue = search.form_spots
    after = [m for m in concepts if cue and m.start > min(cue)]
    wanted = after[0] if after else concepts[-1] if cue else concepts[0]
    born = known.born.get(wanted.thing)
    if born is not None and search.question.day < born:
        made = begins(wanted.thing, known)[:2]
        if made:
            yield Reading(
                "definition", tuple(made), search.score([], 1), "answer-statements", None,
                (wanted.thing,), subject=wanted.thing, narrowed=True, notes=("not-yet",),
                day=born, as_of=max(born, *(f.period.start or born for f in made)),
            )  # fmt: skip
        return
    about = [f for f in known.facts if f.object == wanted.thing and f.relation == SOINS.definit]
    own = [f for f in known.facts if f.subject == wanted.thing]
    near = [f for f in known.facts if wanted.thing in f.concerns or f.object == wanted.thing]
    for pool in (about, own, near):
        kept, past = search.in_force([f for f in pool if f.quote and f.evidence != "conteste"])
        if kept:
            facts = voices(kept)[:3]
            if pool is about:
                extra, _ = search.in_force([f for f in own if f.quote and f.evidence != "conteste"])
                facts = [*voices(kept)[:1], *voices(extra)[:9]]
            yield Reading(
                "definition", tuple(facts), search.score([], 1), "answer-statements", None,
                (wanted.thing,), subject=wanted.thing, past=past, narrowed=True,
            )  # fmt: skip
            return


def _difference(search: Search) -> Iterator[Reading]:
    """What sets two things apart?"""
    known = search.known
    things = distinct([m.thing for m in search.concepts])
    if search.frame is not None or len(things) != 2 or search.left:
        return
    facts: list[Fact] = []
    pair, _ = search.in_force([f for f in known.facts if f.links(things[0]) and f.links(things[1])])
    facts += voices(pair)
    for thing in things:
        own, _ = search.in_force(
            [f for f in known.facts if f.subject == thing and f.evidence != "conteste"]
        )
        facts += sorted(voices(own), key=lambda f: f.relation not in TELLING)[:6]
    if facts:
        yield Reading(
            "difference", tuple(dict.fromkeys(facts)), search.score([], 2), "answer-statements", None, things,
            narrowed=True,
        )  # fmt: skip


_STRONG = frozenset({"textes", "date", "nombre", "difference", "ecarts"})
_RULES: dict[str, Maker] = {
    "textes": which_texts,
    "date": dates,
    "nombre": number,
    "entites": which_ones,
    "definition": _definition,
    "difference": _difference,
    "booleen": yes_or_no,
}
