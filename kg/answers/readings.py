"""Every way to understand a question that the graph can answer; each form of answer has its rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from rdflib import URIRef

from kg.answers.announced import strays
from kg.answers.cases import case
from kg.answers.choose import (
    ARTICLES,
    OF,
    OF_WHOM,
    Reading,
    Search,
    asks_professionals,
    asks_who,
    distinct,
    is_person,
    is_somebody,
    voices,
)  # fmt: skip
from kg.answers.dates import dates, of_versions
from kg.answers.entities import Mention
from kg.answers.events import begins, ended, events
from kg.answers.frames import Frame
from kg.answers.knowledge import Fact, Knowledge
from kg.answers.lifetimes import BINDING
from kg.answers.lists import number, which_ones
from kg.answers.reading import Question
from kg.answers.sides import misplaced
from kg.answers.statements import stated
from kg.answers.texts import PLACE, itself, of_kind, which_texts
from kg.answers.yesno import yes_or_no
from kg.namespaces import SOINS

TELLING = (
    SOINS.aPourApproche, SOINS.estPlusLargeQue, SOINS.estConstitueAutourDe, SOINS.aPourObjet, SOINS.aPourMission,
    SOINS.aPourNatureJuridique, SOINS.aPourFormeJuridique, SOINS.aPourStatutDesProfessionnels, SOINS.estComposeDe,
    SOINS.peutEtreGerePar, SOINS.peutEtreInitiePar, SOINS.compteAuMoins, SOINS.exclut,
)  # fmt: skip
"""Relations that tell what a thing is, the most telling first."""
MEANS = re.compile(
    r"\W*(?P<name>[^,;:?]+?)\W+(?:[cç]a|cela) (?:veut dire|signifie) quoi\b"
    r"|\W*what (?:does|do) (?P<english>[^,;:?]+?) (?:mean(?! by)|stand for)\b",
    re.IGNORECASE,
)
ASKED = re.compile(
    r"\W*(?:quel(?:le)?s?|which|what)\s+(?:(?:est|sont|étaient|is|are|were)\s+)?(?:(?:le|la|les|the)\s+)?",
    re.IGNORECASE,
)
PLACES = frozenset({SOINS.estPublieSur, SOINS.estImplanteEn, SOINS.peutExercerDans})
WHO_IS = re.compile(r"\W*(?:qui est|who is|who's)\b", re.IGNORECASE)
OR = re.compile(r"\b(?:ou|or)\b", re.IGNORECASE)
COUNTED = re.compile(
    r"\W*(?:(?:minimum |least |maximum |total )?number of|nombre (?:\w+ )?d(?=e\b|es\b|'))",
    re.IGNORECASE,
)
TRAITS, EACH = 10, 2
"""Statements about each of two things compared, and those of one relation."""
Maker = Callable[[Search], Iterator[Reading]]


def readings(question: Question, known: Knowledge, *, last: bool = True) -> list[Reading]:
    """Return the readings of *question* that some statement answers, best first.

    *last*: where nothing else does, a statement that says all its words.
    """
    if question.is_closed and COUNTED.match(question.text):
        question = replace(question, is_closed=False)  # "number of doctors?" is no yes or no
    if not question.is_closed and all(m.kind for m in question.concepts()) and question.concepts():
        return []  # what is said of a class tells one kind of it apart from no other: "what is an EHPAD"
    if counted := list(case(question, known)):
        return counted
    if meant := list(_meant(question, known)):
        return meant
    if (told := of_versions(question, known)) is not None:
        return told
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
    if not question.is_closed and any(f.answers == {"nombre"} for f, _, _ in question.frames):
        asked.append(
            ("nombre", frozenset())
        )  # "quel est le plafond": the frame alone asks for a number
    for announced, cue, _ in question.frames:
        if "texte" in announced.answers and not question.is_closed:
            found.extend(
                itself(Search(question, known, announced, cue, form_spots=_formed(question)))
            )
    frames: list[tuple[Frame | None, frozenset[int], bool]] = [
        *(f for f in question.frames if "recours" not in f[0].answers),
        (None, frozenset(), False),
    ]
    if (
        question.is_closed
        and question.numbers
        and (least := known.grammar.frame_of(SOINS.compteAuMoins))
    ):
        frames.append(
            (least, frozenset(), False)
        )  # a number of members announces its minimum by itself
    for kind, spots in (a for a in asked if a[0] in _RULES):
        for any_frame, cue, inverse in frames:
            search = Search(question, known, any_frame, cue, inverse, spots | question.kind_spots)
            found.extend(_RULES[kind](search))
    if question.is_closed and any(r.frame is not None for r in found):
        found = [r for r in found if r.frame is not None]  # the relation asked, before any other
    if not found and not question.is_closed:
        for frame, cue, inverse in question.frames:
            if "recours" in frame.answers and not question.kinds:
                spots = frozenset(i for _, spot in question.forms for i in spot)
                founders = Search(question, known, frame, cue, inverse, spots)
                found.extend(
                    _by_law(r) for r in which_ones(founders) if r.facts[0].order <= BINDING
                )
    if (
        not found and not question.is_closed
    ):  # "où se trouve PALEX": the word of the form is a cue too
        for frame, cue, inverse in question.frames:
            placed = PLACE.match(question.text) and frame.relations & PLACES
            if placed or any(
                cue & spots for form, spots in question.forms if form.answers == "textes"
            ):
                found.extend(which_ones(Search(question, known, frame, cue, inverse)))
    found = [*_of_head(question, known, found), *found]
    strong = any(kind in _STRONG for kind, _ in asked)
    if not (found or strong or question.is_closed or question.concepts()):  # "what's in L. 6327-4?"
        says = next(
            f
            for f in known.grammar.frames
            if f.answers == {"booleen", "passage"} and not f.relations
        )
        found.extend(which_ones(Search(question, known, says, form_spots=_formed(question))))
    if not found and len(question.mentions) == 1 and not (question.frames or question.unplaced()):
        found.extend(_definition(Search(question, known, form_spots=_formed(question))))  # "CPTS ?"
    if asks_who(question) and not OR.search(question.text):
        own = {m.thing for m in question.mentions}  # "who decides whether X joins Y" is not X
        found = [r for r in found if r.kind != "entites" or not set(r.things) <= own]
    resort = not found
    if resort and last:
        found.extend(stated(question, known))
    if asks_professionals(question):
        found = [
            r for r in found if r.kind != "entites" or any(is_person(t, known) for t in r.things)
        ]
    if WHO_IS.match(question.text):
        found = [r for r in found if r.kind != "definition"]  # a name is asked, not an office
    found = [r for r in found if not strays(r, question, known, literal=resort)]
    found = [r for r in found if not misplaced(r, question, known)]
    found = [r for r in found if of_kind(r, question, known)]
    if COUNTED.match(question.text):
        found = [r for r in found if r.kind not in ("entites", "passage", "textes", "definition")]
    who, of_whom = asks_who(question), OF_WHOM.search(question.text) is not None
    if of_whom:
        found = [r for r in found if r.kind != "definition"]
    if who or of_whom:
        found = [
            r for r in found if r.kind != "entites" or any(is_somebody(t, known) for t in r.things)
        ]
    if who:
        named = [r for r in found if any(is_somebody(t, known) for t in r.things)]
        found = named or found
    return _merged(sorted(found, key=lambda r: (r.score, -len(r.facts)), reverse=True))


def _of_head(question: Question, known: Knowledge, found: list[Reading]) -> Iterator[Reading]:
    """Yield the list of what is asked first, where only another relation was found: "quelles missions… par convention"."""
    start = ASKED.match(question.text)
    if question.is_closed or start is None or question.numbers:
        return
    first = next((i for i, t in enumerate(question.tokens) if t.start >= start.end()), None)
    heads = [
        (f, cue, turned)
        for f, cue, turned in question.frames
        if first in cue and {"entites", "passage"} <= f.answers and f.relations
    ]
    if not heads or any(r.frame in [f for f, _, _ in heads] for r in found):
        return
    for frame, cue, turned in heads:
        search = Search(question, known, frame, cue, turned, _formed(question), wide=True)
        for reading in which_ones(search):
            yield replace(reading, score=(1, *reading.score[1:]))


def _formed(question: Question) -> frozenset[int]:
    return frozenset(i for _, spot in question.forms for i in spot) | question.kind_spots


def _merged(found: list[Reading]) -> list[Reading]:
    """Return *found*, the best list joined with the lists as good whose frames share a relation with its own."""
    if not found or found[0].kind != "entites" or found[0].frame is None:
        return found
    best, frame = found[0], found[0].frame
    alike = [
        r
        for r in found[1:]
        if r.score == best.score and r.kind == best.kind and r.subject == best.subject and r.object == best.object
        and r.frame is not None and r.frame.relations & frame.relations and r.past == best.past
    ]  # fmt: skip
    if not alike:
        return found
    facts = voices(list(dict.fromkeys(f for r in (best, *alike) for f in r.facts)))
    things = distinct([t for r in (best, *alike) for t in r.things])
    joined = replace(best, facts=tuple(facts), things=things)
    return [joined, *(r for r in found[1:] if r not in alike)]


def _by_law(reading: Reading) -> Reading:
    """Return *reading* with what binding texts say only."""
    facts = tuple(f for f in reading.facts if f.order <= BINDING)
    things = {f.object for f in facts}
    return replace(reading, facts=facts, things=tuple(t for t in reading.things if t in things))


def _definition(search: Search) -> Iterator[Reading]:
    """What is it, what do the letters stand for?"""
    known = search.known
    if search.frame is not None or not search.concepts:
        return
    concepts = search.concepts
    if search.left or search.question.numbers:
        return
    cue = search.form_spots
    after = [m for m in concepts if cue and m.start > min(cue)]
    wanted = after[0] if after else concepts[-1] if cue else concepts[0]
    if any(_of(wanted, m, search) for m in concepts):
        return  # "the missions of a CPTS": not any mission
    told = any(f.relations and not spot & cue for f, spot, _ in search.question.frames)
    sure = 0 if told else 1  # "juridiquement, une MSP c'est quoi": its nature first
    born = known.born.get(wanted.thing)
    if born is not None and search.question.day < born:
        made = begins(wanted.thing, known)[:2]
        if made:
            yield Reading(
                "definition", tuple(made), search.score([], sure), None,
                (wanted.thing,), subject=wanted.thing, notes=("not-yet",),
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
                "definition", tuple(facts), search.score([], sure), None,
                (wanted.thing,), subject=wanted.thing, past=past,
            )  # fmt: skip
            return


def _meant(question: Question, known: Knowledge) -> Iterator[Reading]:
    """Yield what a name means where it is asked first, whatever else is asked: "DSR, ça veut dire quoi, et…"."""
    if (asked := MEANS.match(question.text)) is None:
        return
    start, end = asked.span("name" if asked["name"] else "english")
    inside = {i for i, t in enumerate(question.tokens) if start <= t.start < end}
    named = tuple(m for m in question.mentions if m.positions <= inside)
    tail = re.match(r"[^,;:?]*", question.text[asked.end() :])
    last = asked.end() + (tail.end() if tail else 0)
    other = {
        i
        for i in question.content
        if asked.end() <= question.tokens[i].start < last
        and question.tokens[i].word not in known.grammar.light
    }  # "… mean in aviation medicine" is another name
    if len(named) == 1 and not question.content & inside and not other:
        alone = replace(
            question, mentions=named, frames=(), content=frozenset(), numbers=(), is_closed=False
        )
        yield from _definition(Search(alone, known))


def _traits(thing: URIRef, search: Search) -> list[Fact]:
    """Return what is said of *thing*, each relation and object once, two objects a relation."""
    own, _ = search.in_force(
        [f for f in search.known.facts if f.subject == thing and f.evidence != "conteste"]
    )
    found: dict[tuple[URIRef, URIRef | None], Fact] = {}
    seen: dict[URIRef, int] = {}
    for fact in voices(own):
        place = (fact.relation, fact.object)
        if place not in found and seen.get(fact.relation, 0) < EACH:
            found[place] = fact
            seen[fact.relation] = seen.get(fact.relation, 0) + 1
    return list(found.values())


def _rank(relation: URIRef) -> int:
    return TELLING.index(relation) if relation in TELLING else len(TELLING)


def _of(thing: Mention, whole: Mention, search: Search) -> bool:
    """Say whether *whole* is the complement of *thing*: "les missions d'une CPTS"."""
    between = [t.word for t in search.question.tokens[thing.end : whole.start]]
    return bool(between) and between[0] in OF and set(between) <= OF | ARTICLES


def _difference(search: Search) -> Iterator[Reading]:
    """What sets two things apart?"""
    known = search.known
    things = distinct([m.thing for m in search.concepts])
    if search.frame is not None or len(things) != 2 or search.left:
        return
    pair, _ = search.in_force([f for f in known.facts if f.links(things[0]) and f.links(things[1])])
    facts = voices([f for f in pair if f.evidence != "conteste"])[:3]
    told = {thing: _traits(thing, search) for thing in things}
    shared = {f.relation for f in told[things[0]]} & {f.relation for f in told[things[1]]}
    for thing in things:
        # First what tells it, then what both have, so that they can be compared.
        traits = sorted(told[thing], key=lambda f: (_rank(f.relation), f.relation not in shared))
        facts += traits[:TRAITS]
    if facts:
        yield Reading(
            "difference", tuple(dict.fromkeys(facts)), search.score([], 2), None, things,
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
