"""The last reading: one statement, whatever its relation, that says every word of an open question."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.answers.choose import (
    OF_EACH,
    Reading,
    Search,
    asks_who,
    distinct,
    is_above,
    is_somebody,
    voices,
)
from kg.answers.frames import Frame
from kg.answers.knowledge import Fact, Knowledge
from kg.answers.lists import AGE
from kg.answers.reading import COORDINATED, Question
from kg.answers.texts import ABOUT, turned_round
from kg.namespaces import SOINS

MEASURED = re.compile(
    r"\b(?:\w+ fois|fois par|trimestre|semestre|annuel\w*|mensuel\w*|mois|ans?|années?|jours?|heures?|semaines?"
    r"|plafond|euros?|%|minutes?)\b",
    re.IGNORECASE,
)
"""Words of a statement that measures something."""
DATED = re.compile(
    r"\b(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)\b|\b(?:19|20)\d\d\b",
    re.IGNORECASE,
)
"""Words of a statement that says a date."""
COUNTING = frozenset({SOINS.compteAuMoins, SOINS.compteAuPlus})
SINCE = frozenset({"depuis", "since"})
YEARS = frozenset({"an", "annee", "year"})
SLOTS = {"nombre": MEASURED, "date": DATED}


def stated(question: Question, known: Knowledge) -> Iterator[Reading]:
    """Yield what the statements that say every word of *question* answer: a number, a date, a list, a passage.

    A word is said by the statement, or by a cue of a frame about its relation. A form that asks for a number
    or a date gets it from the value, else the sentence that holds one; never from the day a rule began.
    """
    if question.is_closed or question.denies or not question.mentions:
        return
    kinds = {form.answers for form, _ in question.forms}
    spots = frozenset(i for _, spot in question.forms for i in spot) | question.kind_spots
    if SINCE & {t.word for t in question.tokens}:  # "since what year": words of the form
        spots |= {i for i in question.content if question.tokens[i].word in SINCE | YEARS}
    kinds |= {  # the word of a form announces nothing else: "by what day of the year"
        kind
        for f, cue, _ in question.frames
        if len(f.answers) == 1 and not cue <= spots
        for kind in f.answers
    }
    if kinds & {"textes", "difference", "ecarts"}:
        return
    if turned_round(question, known) or AGE.search(question.text):
        return
    search = Search(question, known, form_spots=spots)
    found = _found(search, spots) or _found(search, spots, wide=True)
    if "nombre" in kinds and not any(isinstance(f.value, int) for f in found):
        found = _found(search, spots, valued=True) or found
    for kind, measure in SLOTS.items():
        if kind in kinds and not asks_who(question):
            one = Search(question, known)
            fit = [
                f
                for f in found
                if (kind == "date" or one.measures(f))
                and one.fit(f) is not None
                and f.relation not in ABOUT
            ]
            yield from _measured(question, known, fit, kind, measure)
            return
    if len({(f.subject, f.relation) for f in found}) > 1:  # one thing said, by the highest voice
        found = [f for f in found if f.order == found[0].order]
    if len({(f.subject, f.relation) for f in found}) > 1:
        return
    if asks_who(question):  # somebody else than whom is named; a status is nobody
        named = {m.thing for m in question.mentions}
        found = [
            f
            for f in found
            if f.relation not in OF_EACH
            and any(is_somebody(t, known) for t in (f.subject, f.object) if t and t not in named)
        ]
    if found:
        yield _told(question, known, found)


def _found(
    search: Search, spots: frozenset[int], *, wide: bool = False, valued: bool = False
) -> list[Fact]:
    """Return the statements in force that say every word, those that fit the names best.

    *wide*: what a statement does not say itself, others of the same article may say; a word is its own at least.
    *valued*: those only that give a number, other than of members.
    """
    question, known = search.question, search.known
    by_relation: dict[object, frozenset[int]] = {}
    for frame, cue, _ in question.frames:
        for relation in frame.relations:
            by_relation[relation] = by_relation.get(relation, frozenset()) | cue
    scored: list[tuple[tuple[int, int], Fact]] = []
    named = [m.thing for m in question.mentions]
    denied = known.grammar.denied()
    ends = {r for f, _, _ in question.frames if "fin" in f.answers for r in f.relations}
    said = {t.word for t in question.tokens}
    for fact in known.about(named):
        if fact.evidence == "conteste" or fact.iri in known.losing or fact.relation in denied:
            continue  # what a statement denies answers no open question
        if valued and (type(fact.value) is not int or fact.relation in COUNTING):
            continue
        if ends and fact.relation not in ends:
            continue  # the end of something else is not its end
        if any(
            not (fact.links(m.thing) or m.thing in fact.concerns)
            and known.ancestors(m.thing) & COORDINATED
            for m in question.concepts()
        ):
            continue  # what one structure is tells nothing of another that it names in passing
        cue = by_relation.get(fact.relation, frozenset())
        if SINCE & said:
            cue &= question.content  # "since when have there been": an auxiliary announces nothing
        one = Search(question, known, form_spots=spots | cue, wide=wide)
        if fact.relation in COUNTING and fact.subject not in named:
            continue  # how many there must be of them depends on where
        if fact.relation in COUNTING and any(
            is_above(fact.object, m.thing, known) for m in question.concepts()
        ):
            continue
        own = [w for w in one.left if w.stem in fact.words or w.word in fact.words]
        if one.left and cue and not own:
            continue  # the words beside the verb are what is asked about: one at least is said as it is
        quality = one.fit(fact)
        links = sum(fact.links(m.thing) for m in question.concepts())
        if quality is None or not one.says(fact) or not (one.left or cue or links > 1):
            continue
        scored.append(((quality, len(one.left)), fact))
    kept, past = search.in_force([fact for _, fact in scored])
    if past:
        return []
    best = max((score for score, fact in scored if fact in kept), default=None)
    return voices([fact for score, fact in scored if score == best and fact in kept])


def _measured(
    question: Question, known: Knowledge, facts: list[Fact], kind: str, measure: re.Pattern[str]
) -> Iterator[Reading]:
    if kind == "nombre":
        valued = [f for f in facts if isinstance(f.value, int) and not isinstance(f.value, bool)]
    else:
        valued = [f for f in facts if hasattr(f.value, "isoformat")]
    top = [f for f in valued if f.order == min(v.order for v in valued)]
    if len({f.value for f in top}) == 1:
        value = top[0].value
        yield Reading(
            kind, tuple(top), (0,), _frame(known, top[0]),
            number=value if kind == "nombre" else None, day=value if kind == "date" else None,  # type: ignore[arg-type]
            others=tuple(f for f in valued if f.value != value),
        )  # fmt: skip
        return
    said = [f for f in facts if measure.search(f.says["fr"]) or measure.search(f.quote)]
    if not valued and len({(f.subject, f.relation) for f in said}) == 1:
        yield _passage(question, known, said)


def _told(question: Question, known: Knowledge, facts: list[Fact]) -> Reading:
    """Return a list where the statements share their subject and relation, else what they say."""
    places = {(f.subject, f.relation) for f in facts}
    things = distinct([f.object for f in facts if f.object is not None])
    named = {m.thing for m in question.mentions}
    if len(places) == 1 and len(things) > 1 and not named & set(things):
        return Reading(
            "entites", tuple(facts), (0,), _frame(known, facts[0]), things
        )  # fmt: skip
    return _passage(question, known, facts)


def _passage(question: Question, known: Knowledge, facts: list[Fact]) -> Reading:
    named = {m.thing for m in question.mentions}
    things = distinct([t for f in facts for t in (f.subject, f.object) if t and t not in named])
    return Reading(
        "passage", tuple(facts), (0,), _frame(known, facts[0]), things
    )  # fmt: skip


def _frame(known: Knowledge, fact: Fact) -> Frame | None:
    return known.grammar.frame_of(fact.relation)
