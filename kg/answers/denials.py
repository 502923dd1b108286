"""What makes a no without a statement that denies: a whole list, others let in, a rule still to come."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from rdflib import URIRef

from kg.answers.choose import (
    AGENTS,
    MODES,
    NATURES,
    Reading,
    Search,
    voices,
)
from kg.answers.knowledge import Fact
from kg.answers.lifetimes import BINDING
from kg.answers.reading import COORDINATED, ONLY, passive
from kg.answers.support import DUTIES, JOINING, PARTNER, PARTS, sound, verdict
from kg.namespaces import SOINS
from kg.words import Token

CITES = re.compile(
    r"\b(?:cit(?:e|ait|aient|ent)|mentionn\w+|nomm(?:e|ait)|[ée]num\w+|mentions?|mentioned|names?|named|lists?|listed)\b",
    re.IGNORECASE,
)
"""Words that ask whether a text names something."""
ACTORS = frozenset({SOINS.ProfessionnelDeSante, SOINS.ActeurDeSante, SOINS.ActeurDuSystemeDeSante})


def only_let_in(search: Search) -> Iterator[Reading]:
    """What some say is merged and the law only lets in: no duty, and yes on its condition."""
    question, known, concepts = search.question, search.known, search.concepts
    if len(concepts) != 2 or search.left or question.forbids:
        return
    let_in = [
        f
        for f in known.linked_to([concepts[0].thing])
        if f.relation == SOINS.peutInclure
        and f.links(concepts[1].thing)
        and f.order <= BINDING
        and sound(f, search)
    ]
    if let_in and search.role(concepts[0]) in (
        None,
        "object" if let_in[0].object == concepts[0].thing else "subject",
    ):
        yield verdict(search, voices(let_in), not question.duty, "may" if question.duty else "if")


def to_come(search: Search) -> Iterator[Reading]:
    """No: what the law requires had not begun on the day, and nothing in force required it then."""
    question, known, frame, concepts = search.question, search.known, search.frame, search.concepts
    cited = CITES.search(question.text) is not None  # what a text names is what it says, no more
    if (
        not (question.duty or cited)
        or question.forbids
        or question.numbers
        or search.left
        or len(concepts) != 2
    ):
        return
    assert frame is not None
    relations = DUTIES | PARTS if cited else DUTIES
    named = {m.thing for m in concepts} if cited else {concepts[0].thing}
    about = [
        f
        for f in known.linked_to([concepts[0].thing])
        if f.subject in named and f.relation in frame.relations & relations
    ]
    if cited:
        about = [f for f in about if f.links(concepts[1].thing)]
    later = [
        f
        for f in about
        if f.links(concepts[1].thing)
        and f.order <= BINDING
        and f.period.start
        and f.period.start > question.day
    ]
    if later and not [f for f in about if f.period.start and question.day in f.period]:
        start = min(f.period.start for f in later if f.period.start)
        yield replace(verdict(search, voices(later), False, "not-yet"), day=start, as_of=start)


def off_the_list(search: Search) -> Iterator[Reading]:
    """No: the text gives the whole list, and what is asked about is neither on it nor above or below what is."""
    question, known, frame, concepts = search.question, search.known, search.frame, search.concepts
    assert frame is not None
    if question.duty or question.forbids or question.numbers or search.left or question.only:
        return
    things = tuple(dict.fromkeys(m.thing for m in concepts))
    if len(things) != 2:
        return
    for listed in known.grammar.lists:
        if listed.relation not in frame.relations or listed.subject not in things:
            continue
        thing = things[1 - things.index(listed.subject)]
        if not listed.classes & known.ancestors(thing) or thing in listed.classes & MODES:
            continue
        if listed.relation in NATURES and things[0] != listed.subject:
            continue  # a company of a CPTS is not a CPTS as a company
        made = concepts[0] if passive(question.tokens, search.spots) else concepts[-1]
        if listed.relation in AGENTS and made.thing != listed.subject:
            continue  # who manages a centre is not whom a centre manages
        if listed.relation in PARTS and not _part_of(search, listed.subject):
            continue
        facts = [
            f
            for f in known.linked_to([listed.subject])
            if f.subject == listed.subject
            and f.relation == listed.relation
            and f.order <= BINDING
            and f.period.start is not None
            and sound(f, search)
        ]
        said = {  # whoever says it: what some text lets in is no "no"
            f.object
            for f in known.linked_to([listed.subject])
            if f.subject == listed.subject
            and f.relation in frame.relations
            and f.object is not None
        }
        near = any(o in known.ancestors(thing) or thing in known.ancestors(o) for o in said)
        if facts and not near:
            yield verdict(search, voices(facts), False, "closed")


def _part_of(search: Search, whole: URIRef) -> bool:
    """Say whether the question asks what is in *whole*, which a preposition then announces or a verb follows."""
    first = search.concepts[0].thing == whole
    inverse = PARTNER.search(search.question.text) or any(
        turned and frame.relations & PARTS for frame, _, turned in search.question.frames
    )
    return first != bool(inverse)


def shared_with(search: Search) -> list[Fact]:
    """Return the statements that bring others in where a question asks whether only one of those named may be there.

    It is the one after "seuls les", else the last one. A way of practising is compared with the other ways and with bodies, a profession with other professions.
    """
    known, concepts, frame = search.known, search.concepts, search.frame
    if frame is None or not frame.relations & (PARTS | JOINING) or len(concepts) < 2:
        return []
    words = _words_of_only(search)
    if any(t not in words for t in search.left):
        return []
    tokens = search.question.tokens
    last = max((i for i, t in enumerate(tokens) if t in words), default=-1)
    after = (m for m in concepts[:-1] if last >= 0 and m.start <= last + 2 and m.start > last)
    first = next((m for m in after if not COORDINATED & known.ancestors(m.thing)), concepts[-1])
    only = first.thing
    rest = [m for m in concepts if m != first]
    wholes = [m.thing for m in rest if COORDINATED & known.ancestors(m.thing)]
    if len(set(wholes)) != 1 or not ACTORS & known.ancestors(only):
        return []
    others: list[Fact] = []
    for fact in known.linked_to(wholes):
        thing = fact.object
        if (
            fact.subject != wholes[0]
            or fact.relation not in PARTS
            or thing is None
            or not sound(fact, search)
        ):
            continue
        person = SOINS.ProfessionnelDeSante in known.ancestors(thing)
        apart = not (person and (thing in MODES) != (only in MODES))
        if (
            apart
            and thing != only
            and only not in known.ancestors(thing)
            and thing not in known.ancestors(only)
        ):
            others.append(fact)
    named = {m.thing for m in rest} - set(wholes)
    if named:  # "je suis infirmier salarié": said of those who ask
        others = [f for f in others if f.object in named]
    return others


def _words_of_only(search: Search) -> list[Token]:
    """Return the words by which the question says "only": they ask for no statement that says them."""
    spans = [m.span() for m in ONLY.finditer(search.question.text)]
    return [t for t in search.question.tokens if any(s < t.end and t.start < e for s, e in spans)]
