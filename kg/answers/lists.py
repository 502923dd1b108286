"""Readings of the questions "which ones?", "who?" and "how many?"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from rdflib import URIRef

from kg.answers.choose import (
    LEAST,
    MOST,
    Reading,
    Search,
    asks_who,
    distinct,
    is_above,
    is_somebody,
    voices,
)
from kg.answers.clauses import chooses
from kg.answers.knowledge import Fact
from kg.answers.lifetimes import BINDING
from kg.answers.reading import COORDINATED
from kg.answers.reading import DUTY as DUTIES
from kg.answers.support import PARTNER
from kg.answers.texts import ABOUT
from kg.namespaces import SOINS
from kg.words import stems

BOUNDS = frozenset({SOINS.compteAuMoins, SOINS.compteAuPlus})
_WHO = re.compile(r"^\W*(?:qui|who)\b", re.IGNORECASE)
YEARS = re.compile(r"\b(?:ans|années?|annees?|years?)\b", re.IGNORECASE)
TIMED = re.compile(
    r"\b(?:combien de (?:temps|mois|jours)|d[ée]lais?|dur[ée]e|how long|time limit|deadline)\b",
    re.IGNORECASE,
)
"""Words that ask for a time, which no count of things answers."""
JOINED = re.compile(r"\bassoci|\bpartner|\binvolv|\bavec\b|\bwith\b", re.IGNORECASE)
"""Words that ask who works with a structure, not only who is of it."""
ANYTHING = re.compile(
    r"activit[ée]s?|activit(?:y|ies)|pratiques|practices|choses?|things?", re.IGNORECASE
)
"""Nouns that name no kind of thing."""
REQUIRED = frozenset({SOINS.compteAuMoins, SOINS.estConstitueAutourDe})
"""Relations to what a structure must have."""
_CHOICE = re.compile(r"\b(?:lequel|laquelle|which of|which one)\b", re.IGNORECASE)


AGE = re.compile(r"\bdepuis combien\b", re.IGNORECASE)
"""Words for the time since something began, which no text counts."""


def number(search: Search) -> Iterator[Reading]:
    """How many, at least or in all?"""
    frame = search.frame
    if frame is None or not search.concepts or AGE.search(search.question.text):
        return
    facts, past = search.facts()
    if not facts:
        return
    valued = [f for f in facts if isinstance(f.value, int) and not isinstance(f.value, bool)]
    if not frame.answers & {"nombre", "decompte"}:
        return  # the year of a deadline counts nothing
    taken = search.spots | search.form_spots
    verbs = [
        f.relations
        for f, spot, _ in search.question.frames
        if "nombre" in f.answers and not spot & taken
    ]
    valued = [f for f in valued if all(f.relation in r for r in verbs)]  # "how long… to say no"
    if valued and not all(search.measures(f) for f in valued):
        valued = [f for f in valued if search.measures(f)]
        if not valued:
            return
    if valued:
        if any(is_above(f.object, m.thing, search.known) for m in search.concepts for f in valued):
            return  # two doctors of any specialty are not two general practitioners
        valued = [f for f in valued if search.numbers_fit([f], -1)]
        if not valued:
            return
        valued = _named_best(search, valued)
        if len({f.object for f in valued}) > 1 or len({f.subject for f in valued}) > 1:
            return
        best = voices(valued)[0]
        number = in_unit(best, search)
        if number is None:
            return
        other = _other_bound(best, search)
        same = [f for f in voices(valued) if f.value == best.value]
        yield Reading(
            "nombre", (best, *other, *(f for f in same if f != best)),
            search.score(valued, 1), frame,
            number=number, subject=best.subject, object=best.object, past=past,
            others=tuple(f for f in voices(valued) if f.value != best.value),
        )  # fmt: skip
    elif "decompte" in frame.answers and not TIMED.search(search.question.text):
        for reading in which_ones(search):
            if reading.kind == "entites" and "number" not in reading.notes:
                yield _counted(search, reading)


def _other_bound(fact: Fact, search: Search) -> list[Fact]:
    """Return the other bound of what *fact* counts, where the question asks for neither: thirty-four to fifty."""
    asked = search.question.text
    if fact.relation not in BOUNDS or MOST.search(asked) or LEAST.search(asked):
        return []
    beside = [
        f
        for f in search.known.linked_to([fact.subject])
        if (f.subject, f.object) == (fact.subject, fact.object)
        and f.relation in BOUNDS - {fact.relation}
        and f.order == fact.order
    ]
    kept, past = search.in_force(beside)
    return [] if past else voices(kept)[:1]


def in_unit(fact: Fact, search: Search) -> int | None:
    """Return the number of *fact* in the unit asked for: 36 months are 3 years; None where it is no whole number."""
    assert isinstance(fact.value, int)
    if "Mois" not in fact.relation or not YEARS.search(search.question.text):
        return fact.value
    return fact.value // 12 if fact.value % 12 == 0 else None


def _counted(search: Search, reading: Reading) -> Reading:
    """Return *reading* as a count: of one relation, in the words of the highest rank."""
    first = reading.facts[0]
    facts = [f for f in reading.facts if f.relation == first.relation]
    if first.order <= BINDING:
        facts = [f for f in facts if f.order <= BINDING]
    role = "object" if reading.subject is not None else "subject"
    things = distinct(
        [t for f in facts if (t := getattr(f, role)) is not None and t in reading.things]
    )
    return replace(
        reading,
        kind="decompte",
        facts=tuple(facts),
        things=things,
        number=len(things),
    )


def _named_best(search: Search, facts: list[Fact]) -> list[Fact]:
    """Return those of *facts* whose object is named by most words: "nombre de membres" wants the members."""
    asked = {search.question.tokens[i].stem for i in search.question.content}
    asked |= {
        search.question.tokens[i].stem
        for m in search.concepts
        if not all(f.subject == m.thing for f in facts)
        for i in m.positions
    }
    names = search.known.labels

    def shared(fact: Fact) -> int:
        labels = names[fact.object].values() if fact.object is not None else ()
        return max((len(stems(label) & asked) for label in labels), default=0)

    best = max(shared(f) for f in facts)
    return [f for f in facts if shared(f) == best]


def which_ones(search: Search) -> Iterator[Reading]:
    """Which ones, who, what: the role that the question leaves empty."""
    question, frame = search.question, search.frame
    if frame is None or (not search.concepts and not question.texts()):
        return
    if not frame.relations and not question.texts():
        return
    if frame.denies and question.forbids:  # "which activities are forbidden": whatever is
        spots = frozenset(i for i, t in enumerate(question.tokens) if ANYTHING.fullmatch(t.raw))
        search = replace(search, form_spots=search.form_spots | spots)
    facts, past = _parts(search) if frame.relations >= REQUIRED else search.facts()
    if not facts:
        return
    concepts = search.concepts
    if not frame.answers & {"entites", "passage", "decompte"}:
        return  # what a statement denies is not a list
    if SOINS.estIssuDe in frame.relations and _WHO.search(question.text) and not question.texts():
        return  # a law is not a "who"
    if not concepts or (question.texts() and (not frame.relations or frame.relations <= ABOUT)):
        if not frame.relations or frame.relations & {*ABOUT, SOINS.estIssuDe}:
            yield from _content(search, facts, past)
        return
    if len(concepts) == 2 and (chooses(question.text) or _CHOICE.search(question.text)):
        both = [f for f in facts if all(f.links(m.thing) for m in concepts)]
        if both:
            things = distinct([f.subject for f in voices(both)])
            yield Reading(
                "entites", tuple(voices(both)), search.score(both, 1), frame, things,
                past=past,
            )  # fmt: skip
        if both or all(COORDINATED & search.known.ancestors(m.thing) for m in concepts):
            return
    anchor = concepts[0]
    role = search.role(anchor)
    if (
        len(concepts) > 1
    ):  # a second name narrows; the first that is subject or object holds the place
        anchor = next((m for m in concepts if any(m.thing == f.subject for f in facts)), anchor)
        role = search.role(anchor)
    for wanted in ("subject", "object"):
        if role not in (None, wanted):
            continue
        if wanted == "object" and "agent" in frame.answers and asks_who(question):
            continue  # who runs a commune is not what a commune runs
        kept = [
            f for f in facts if (f.subject if wanted == "subject" else f.object) == anchor.thing
        ]
        if PARTNER.search(question.text):  # the class that comprises it is no partner of it
            kept = [f for f in kept if f.relation != SOINS.comprend]
        if kept:
            listed = _kinds(search, _listed(search, anchor.thing, wanted, kept, past))
            if listed is not None:
                yield listed
            return
    if (
        role is not None
        and not asks_who(question)
        and "sens" in frame.answers
        and not chooses(question.text)
        and len(concepts) > 1
        and (turned := [f for f in facts if f.links(anchor.thing)])
    ):
        yield Reading(
            "inverse", tuple(voices(turned)), search.score(turned), frame,
            boolean=False, past=past, notes=("inverse",),
        )  # fmt: skip


def _parts(search: Search) -> tuple[list[Fact], bool]:
    """Return what a thing is made of: not who works with it, and where a duty is asked only what it must have."""
    asked = search.question
    if asked.duty and not asked.is_closed:
        spots = frozenset(i for i, t in enumerate(asked.tokens) if DUTIES.fullmatch(t.raw))
        search = replace(search, form_spots=search.form_spots | spots)
        return search.facts(
            lambda f: (
                f.relation in REQUIRED
                and f.object is not None
                and SOINS.PublicEtPatient not in search.known.ancestors(f.object)
            )
        )
    if JOINED.search(asked.text):
        return search.facts()
    return search.facts(lambda f: f.relation != SOINS.estAssocieA)


def _kinds(search: Search, found: Reading) -> Reading | None:
    """Return *found*, or the kinds of a class where all it says is the class that the question names."""
    named = {m.thing for m in search.concepts}
    things = set(found.things)
    if not things or not things <= named or search.frame is None:
        return found
    known, role = search.known, "object" if found.object is None else "subject"
    anchor = found.subject or found.object
    below = [
        f
        for f in known.linked_to([anchor] if anchor else [])
        if f.relation in search.frame.relations
        and (t := getattr(f, role)) is not None
        and t not in named
        and named & known.ancestors(t) - {anchor}
        and f.evidence != "conteste"
    ]
    kept, past = search.in_force(below)
    if not kept or past:  # what the text says that the class comprises
        role = "object"
        kept, past = search.in_force(
            [f for f in known.linked_to(sorted(things)) if f.relation == SOINS.comprend and f.subject in things]
        )  # fmt: skip
        kept = [f for f in kept if f.voice in {o.voice for o in found.facts}]
    if not kept or past:
        return None
    ordered = voices(kept)
    return replace(
        found,
        facts=tuple(ordered),
        things=distinct([getattr(f, role) for f in ordered]),
        past=False,
    )


def _plain_first(facts: list[Fact], search: Search) -> list[Fact]:
    """Return *facts* with the general rule before the special one: what speaks of a thing not named comes after."""
    named = {m.thing for m in search.question.mentions}

    def special(fact: Fact) -> bool:
        return bool(fact.concerns - named - {fact.subject, fact.object})

    binding = [f for f in facts if f.order <= BINDING]
    return [*sorted(binding, key=special), *(f for f in facts if f not in binding)]


def _listed(search: Search, anchor: URIRef, role: str, facts: list[Fact], past: bool) -> Reading:
    def things_of(chosen: list[Fact]) -> tuple[URIRef, ...]:
        values = [f.object if role == "subject" else f.subject for f in chosen]
        return search.of_class(distinct([v for v in values if v is not None and v != anchor]))

    if asks_who(search.question):
        some = [
            f
            for f in facts
            if (t := f.object if role == "subject" else f.subject) and is_somebody(t, search.known)
        ]
        facts = some or facts
    ordered = _plain_first(voices(facts), search)
    if not search.numbers_fit(ordered, len(things_of(ordered))):
        ordered = _as_many(search, ordered, things_of) or search.counted(ordered)
    things = things_of(ordered)
    if "passage" in (search.frame.answers if search.frame else ()) and any(
        f.object is None for f in ordered
    ):
        things = ()  # what is told in words is no list of things
    return Reading(
        "entites" if things else "passage",
        tuple(ordered),
        search.score(facts),
        search.frame,
        things,
        subject=anchor if role == "subject" else None,
        object=anchor if role == "object" else None,
        past=past,
        notes=() if search.numbers_fit(ordered, len(things)) else ("number",),
    )


def _as_many(
    search: Search, facts: list[Fact], things_of: Callable[[list[Fact]], tuple[URIRef, ...]]
) -> list[Fact]:
    """Return those of *facts* by which one binding text names as many things as the question: "les 3 missions"."""
    for first in facts:
        same = [f for f in facts if (f.relation, f.voice) == (first.relation, first.voice)]
        if first.order <= BINDING and search.question.numbers == (len(things_of(same)),):
            return same
    return []


def _in_each(facts: list[Fact], texts: set[URIRef]) -> list[Fact]:
    """Return those of *facts* about what each of *texts* speaks of: "the scheme governed by articles A to B"."""
    by_text = [{f.object for f in facts if text in (f.voice, f.subject)} for text in texts]
    shared = set.intersection(*by_text)
    return [f for f in facts if f.object in shared]


def _content(search: Search, facts: list[Fact], past: bool) -> Iterator[Reading]:
    """What a text defines, governs or says."""
    texts = {m.thing for m in search.question.texts()}
    frame = search.frame
    assert frame is not None
    own = [f for f in facts if f.voice in texts or f.subject in texts or f.object in texts]
    own = own or facts
    created = [f for f in own if f.object in texts]
    if len(texts) > 1 and not search.plural:
        own = _in_each(own, texts) or own
    ordered = voices(own)
    made = bool(frame.relations and created)
    if made:
        ordered = voices(created)

    def things_of(chosen: list[Fact]) -> tuple[URIRef, ...]:
        values = [f.subject if made else f.object for f in chosen]
        return search.of_class(distinct([v for v in values if v is not None and v not in texts]))

    if not search.numbers_fit(ordered, len(things_of(ordered))):
        ordered = search.counted(ordered)
    things = things_of(ordered)
    kind = "passage" if "passage" in frame.answers else "entites"
    notes = () if search.numbers_fit(ordered, len(things)) else ("number",)
    yield Reading(
        kind, tuple(ordered), search.score(own, kind == "passage" and bool(search.left)), frame, things,
        past=past, notes=notes,
    )  # fmt: skip
