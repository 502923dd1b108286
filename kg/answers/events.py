"""Readings of the questions about an event: was it created in 2018, does it still exist, when did it end?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from rdflib import URIRef

from kg.answers.choose import Reading, Search, voices
from kg.answers.knowledge import Fact, Knowledge
from kg.answers.lifetimes import BINDING
from kg.answers.reading import Question
from kg.namespaces import SOINS

LASTING = frozenset({"depuis", "des", "since", "from"})


def of_event(question: Question) -> bool:
    """Say whether a yes/no *question* claims a date for an event: that date is not the day of the law."""
    if not question.is_closed or not question.claims:
        return False
    dated = any(claim.word in LASTING for claim in question.claims)
    return dated or any(
        "fin" in f.answers or f.relations & {SOINS.estIssuDe, SOINS.absorbe}
        for f, _, _ in question.frames
    )


def events(question: Question, known: Knowledge) -> list[Reading] | None:
    """Return what a yes/no question about an event gets; None where it is not about one."""
    announced = {name for frame, _, _ in question.frames for name in _kinds(frame.answers)}
    created = any(SOINS.estIssuDe in frame.relations for frame, _, _ in question.frames)
    gone = "fin" in announced or any(SOINS.absorbe in f.relations for f, _, _ in question.frames)
    about = {m.thing for m in question.concepts()}
    if question.claims and "existence" in announced and not of_event(question):
        if len(about) != 1 or question.claims[0].bounds or _left(question, known):
            return []
        return _exists(question, next(iter(about)), known)  # "in 2018" is the day of the law
    if question.claims:
        lasting = any(claim.word in LASTING for claim in question.claims)
        if not (created or gone or lasting or "existence" in announced):
            return None
        if (
            len(about) != 1
            or len(question.claims) != 1
            or question.texts()
            or _left(question, known)
        ):
            return []
        return _compared(question, next(iter(about)), known, created=created or not gone)
    if "fin" in announced and "existence" not in announced and len(about) == 1:
        if question.texts() or question.numbers or _left(question, known):
            return None
        told = _exists(question, next(iter(about)), known)
        return [  # "a-t-elle disparu": yes where it does not exist any more
            replace(r, boolean=not r.boolean, notes=()) for r in told if "not-yet" not in r.notes
        ]
    if "existence" not in announced or question.duty or len(about) != 1 or _left(question, known):
        return None  # "have to be in the same place" is not to be in place
    return _exists(question, next(iter(about)), known)


def ended(question: Question, known: Knowledge) -> list[Reading] | None:
    """Return the day by which the thing asked about had ended; None where no end is asked."""
    frames = [f for f, _, _ in question.frames if "fin" in f.answers]
    about = {m.thing for m in question.concepts()}
    if not LASTING & {t.word for t in question.tokens}:
        merged = [f for f, _, _ in question.frames if SOINS.absorbe in f.relations]
        frames += merged
        pairs = {
            f.object for f in known.facts if f.relation == SOINS.absorbe and f.subject in about
        }
        if merged and len(about) == 2 and (taken := about & pairs):
            if not _merged_as_said(question, known, taken):
                return []
            about = taken & {t for t in taken if t is not None}
    if not frames or len(about) != 1 or question.kinds or _left(question, known):
        return None
    if question.numbers:
        return []  # "over 65": a number that nothing says narrows what is asked
    thing = next(iter(about))
    proof = _end(thing, known)
    if proof is None:
        return None
    reading = _told(question, [proof], None, "")
    late = ("latest",) if proof.subject != thing else ()
    return [replace(reading, kind="date", frame=frames[0], day=_day(proof), notes=late)]


def _merged_as_said(question: Question, known: Knowledge, taken: set[URIRef]) -> bool:
    """Say whether *taken* stands in the question as what is merged, not as what it is merged into."""
    for frame, cue, inverse in question.frames:
        if SOINS.absorbe in frame.relations:
            search = Search(question, known, frame, cue, inverse)
            first = search.concepts[0]
            role = search.role(first)
            if role is not None and (role == "object") != (first.thing in taken):
                return False
    return True


def begins(thing: URIRef, known: Knowledge) -> list[Fact]:
    """Return the binding statements that say what created *thing*, failing that what first defined it."""
    for relation in (SOINS.estIssuDe, SOINS.definit):
        made = [
            f
            for f in known.facts
            if f.relation == relation
            and (f.subject if relation == SOINS.estIssuDe else f.object) == thing
            and f.order <= BINDING
            and f.period.start is not None
        ]
        if made:
            first = min(f.period.start for f in made if f.period.start is not None)
            return voices([f for f in made if f.period.start == first])
    return []


def _compared(
    question: Question, thing: URIRef, known: Knowledge, *, created: bool
) -> list[Reading]:
    claim = question.claims[0]
    if created:
        proofs = [f for f in begins(thing, known) if f.relation == SOINS.estIssuDe]
        if not proofs:
            return []
        day = known.born.get(thing) or proofs[0].period.start
        days = {d for f in proofs for d in (f.period.start, *_signed(f, known)) if d}
        days |= {day} if day else set()
        holds = claim.holds(days)
        if holds is None or day is None:
            return []
        reading = _told(question, proofs, holds, "" if holds else "date")
        return [replace(reading, day=day)]
    proof = _end(thing, known)
    day = _day(proof) if proof is not None else None
    if proof is None or day is None:
        return []
    holds = claim.holds({day})
    if holds is None or (not holds and claim.day.year < day.year):
        return []  # "at the latest": an earlier day is neither said nor denied
    return [replace(_told(question, [proof], holds, "" if holds else "date"), day=day)]


def _exists(question: Question, thing: URIRef, known: Knowledge) -> list[Reading]:
    proof = _end(thing, known)
    life = known.lives.get(thing)
    if proof is not None and life is not None and life.end and question.day >= life.end:
        return [_told(question, [proof], False, "ended")]
    made = [
        f
        for f in known.facts
        if f.relation == SOINS.definit
        and f.object == thing
        and f.order <= BINDING
        and f.period.start is not None
        and question.day in f.period
    ]
    if made:
        return [_told(question, voices(made)[:2], True, "")]
    if (born := known.born.get(thing)) and question.day < born and (proofs := begins(thing, known)):
        return [replace(_told(question, proofs, False, "not-yet"), as_of=born, day=born)]
    return []


def _end(thing: URIRef, known: Knowledge) -> Fact | None:
    """Return the statement that gives the last day of *thing*, which has ended."""
    life = known.lives.get(thing)
    if life is None or life.end is None:
        return None
    said = [
        f
        for f in known.facts
        if f.relation == SOINS.aPourEcheance
        and (f.subject == thing or thing in f.concerns)
        and isinstance(f.value, date)
        and f.order <= BINDING
        and f.evidence != "conteste"
        and abs((f.value - life.end).days) <= 1
    ]
    said.sort(key=lambda f: f.subject != thing)
    own = [f for f in said if f.subject == said[0].subject]
    sure = [f for f in own if f.evidence == "verifie"] or own
    return voices(sure)[0] if sure else None


def _day(fact: Fact) -> date | None:
    return fact.value if isinstance(fact.value, date) else None


def _signed(fact: Fact, known: Knowledge) -> list[date]:
    texts = [
        t for t in (fact.object, known.part_of.get(fact.object or fact.voice)) if t is not None
    ]
    return [known.signed[t] for t in texts if t in known.signed]


def _left(question: Question, known: Knowledge) -> bool:
    """Say whether a word of *question* is neither a name, a date nor a cue of an event."""
    spots: frozenset[int] = question.kind_spots
    for frame, cue, _ in question.frames:
        if _kinds(frame.answers) or frame.relations & {SOINS.estIssuDe, SOINS.absorbe}:
            spots |= cue
    for _, cue in question.forms:
        spots |= cue
    return bool(Search(question, known, form_spots=spots).left)


def _kinds(answers: frozenset[str]) -> frozenset[str]:
    return answers & {"fin", "existence"}


def _told(question: Question, facts: list[Fact], yes: bool | None, note: str) -> Reading:
    starts = [f.period.start for f in facts if f.period.start is not None]
    late = [start for start in starts if start > question.day]
    return Reading(
        "booleen", tuple(facts), (9,), boolean=yes, past=True,
        notes=(note,) if note else (), as_of=max(late) if late else None,
    )  # fmt: skip
