"""Every way to understand a question that the graph can answer; each form of answer has its rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from kg.answers.choose import Reading, Search, distinct, voices
from kg.answers.knowledge import Fact, Knowledge
from kg.answers.lists import number, which_ones
from kg.answers.reading import Question, passive
from kg.answers.texts import dates, which_texts
from kg.namespaces import SOINS

_NEGATED = re.compile(
    r"\bn(?:e\b|['’])(?!.{1,40}\bque\b).{1,40}\b(?:pas|aucune?|jamais|ni)\b", re.IGNORECASE
)
TELLING = frozenset(
    {SOINS.aPourApproche, SOINS.estPlusLargeQue, SOINS.estConstitueAutourDe, SOINS.aPourObjet}
)
Maker = Callable[[Search], Iterator[Reading]]


def readings(question: Question, known: Knowledge) -> list[Reading]:
    """Return the readings of *question* that some statement answers, best first."""
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
            search = Search(question, known, frame, cue, inverse, spots | question.kind_spots)  # type: ignore[arg-type]
            found.extend(_RULES[kind](search))
    if (
        not found and not question.is_closed
    ):  # "où se trouve PALEX": the word of the form is a cue too
        for frame, cue, inverse in question.frames:
            if any(cue & spots for form, spots in question.forms if form.answers == "textes"):
                found.extend(which_ones(Search(question, known, frame, cue, inverse)))
    return sorted(found, key=lambda r: (r.score, -len(r.facts)), reverse=True)


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


def _boolean(search: Search) -> Iterator[Reading]:
    """Yes where a statement says so, no only where one says no; else nothing."""
    question, known, frame = search.question, search.known, search.frame
    concepts = search.concepts
    if not concepts or question.denies:
        return
    if frame is None and not search.left:
        return
    facts, past = search.facts()
    if len(concepts) < 2 and not search.left and not question.numbers:
        facts = [f for f in facts if isinstance(f.value, bool)]  # a subject alone asserts nothing
    strict = [f for f in facts if all(f.links(m.thing) or m.thing in f.concerns or (
        f.object is not None and f.object in known.ancestors(m.thing)) for m in concepts)]  # fmt: skip
    if not strict or past:
        return
    if question.only:
        others = [f for f in known.facts if f.subject == strict[0].subject and f.relation == strict[0].relation
                  and f.object != strict[0].object and question.day in f.period]  # fmt: skip
        if others:
            yield _said(search, voices([*strict, *others]), False, "only")
        return
    if len(concepts) > 1 and (role := search.role(concepts[0])) is not None:
        placed = [
            f for f in strict if (f.subject if role == "subject" else f.object) == concepts[0].thing
        ]
        if not placed:
            both = all(f.links(m.thing) for f in strict for m in concepts[:2])
            if both and frame is not None and "sens" in frame.answers:
                yield _said(search, voices(strict), False, "inverse")
            return
        strict = placed
    if frame is None and len(concepts) > 1:  # a frame that knows the direction has judged these
        judged = {r for announced, _, _ in question.frames for r in announced.relations}
        strict = [f for f in strict if f.relation not in judged]
        if not strict:
            return
    if len(concepts) > 1 and frame is not None and "agent" in frame.answers:
        made = concepts[0] if passive(question.tokens, search.spots) else concepts[1]
        strict = [
            f for f in strict if f.subject == made.thing and all(f.links(m.thing) for m in concepts)
        ]
        if not strict:
            return
    if question.numbers:
        counted = [f for f in strict if f.relation == SOINS.compteAuMoins]
        if counted:
            yield from _counted(search, counted)
            return
        strict = [f for f in strict if f.value in question.numbers]  # no maximum: no "no"
        if not strict:
            return
    best = voices(strict)[0]
    yes = _holds(best, search)
    if question.duty and str(best.relation).rpartition("/")[2].startswith("peut"):
        yield _said(search, voices(strict), False, "may")
        return
    against = [f for f in strict if _holds(f, search) != yes]
    reading = _said(search, [f for f in voices(strict) if f not in against], yes, "")
    yield replace(reading, others=tuple(against))


def _counted(search: Search, facts: list[Fact]) -> Iterator[Reading]:
    valued = [
        f for f in voices(facts) if isinstance(f.value, int) and not isinstance(f.value, bool)
    ]
    if valued and len(search.question.numbers) == 1:
        same = valued[0].value == search.question.numbers[0]
        yield replace(_said(search, valued, same, ""), number=valued[0].value)  # type: ignore[arg-type]


def _holds(fact: Fact, search: Search) -> bool:
    """Say whether *fact* affirms what is asked: a relation that denies, a false value or a negation says no."""
    frame = search.frame
    denied = frame.denies if frame is not None else fact.relation in search.known.grammar.denied()
    if denied or fact.value is False:
        return denied == (fact.value is False)
    if search.frame is not None and search.frame.relations:
        return True
    return not _NEGATED.search(fact.says["fr"]) and not _NEGATED.search(fact.quote)


def _said(search: Search, facts: list[Fact], yes: bool, note: str) -> Reading:
    pair = {(f.subject, f.object) for f in facts}
    subject, target = next(iter(pair)) if len(pair) == 1 else (None, None)
    return Reading(
        "booleen",
        tuple(facts),
        search.score(facts),
        "answer-between" if subject is not None and target is not None else "answer-statements",
        search.frame,
        boolean=yes,
        subject=subject,
        object=target,
        narrowed=True,
        notes=(note,) if note else (),
    )


_STRONG = frozenset({"textes", "date", "nombre", "difference", "ecarts"})
_RULES: dict[str, Maker] = {
    "textes": which_texts,
    "date": dates,
    "nombre": number,
    "entites": which_ones,
    "definition": _definition,
    "difference": _difference,
    "booleen": _boolean,
}
