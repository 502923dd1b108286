"""A team told by its members, held against the minima of a structure: "un généraliste et deux infirmiers, ça suffit ?"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rdflib import URIRef

from kg.answers.choose import Reading, Search, is_above, voices
from kg.answers.entities import Mention
from kg.answers.knowledge import Fact, Knowledge
from kg.answers.lifetimes import speaks_on
from kg.answers.reading import NUMBERS, Question
from kg.namespaces import SOINS

CONFORMS = re.compile(
    r"\b(?:suffi\w*|assez|enough|sufficient|conforme?s?|compl(?:y|ies|iant)|r[ée]glementaire|l[ée]ga(?:l|le|ux|l?lement)"
    r"|valables?|valid|(?:on peut|peut-on|pouvons-nous|can we|could we|may we)(?! (?:aussi |encore |also )?(?:[êe]tre|devenir|be|become)\b))\b",
    re.IGNORECASE,
)
"""Words that ask of a whole team whether it will do; "peut-elle avoir" asks of one member only."""
NONE = frozenset("aucun aucune no sans without zero".split())
ALONE = frozenset("seul seule seulement uniquement only single just unique".split())


def case(question: Question, known: Knowledge) -> Iterator[Reading]:
    """Yield whether the members that *question* counts reach the minima of the structure that it names.

    Each member counts in every category above its profession. A plural without a number is not counted: what
    it could change is not answered.
    """
    if not CONFORMS.search(question.text) or question.denies:
        return
    asked = {m.thing: _minima(m.thing, question, known) for m in question.concepts()}
    bound = [thing for thing, found in asked.items() if found]
    if len(bound) != 1:
        return
    structure, minima = bound[0], asked[bound[0]]
    structures = [m for m in question.concepts() if m.thing == structure]
    people = [
        m for m in question.concepts() if SOINS.ProfessionnelDeSante in known.ancestors(m.thing)
    ]
    others = [m for m in question.concepts() if m not in [*people, *structures]]
    if not people or not all(_said(m.thing, minima, known) for m in others):
        return
    if any(SOINS.ProfessionnelDeSante not in known.ancestors(f.object) for f in minima if f.object):
        return  # the colleges of a council are not professions
    counted = {m: _number(m, question) for m in people}
    if any(n is None for n in counted.values()) or _left(question, known, structures, people):
        return
    short = [f for f in minima if _sum(f, counted, known) < int(str(f.value))]
    if any(f.object and is_above(m.thing, f.object, known) for f in short for m in people):
        return  # four doctors may be four general practitioners, or none
    first = {f.object for f in minima for m in people if f.object in known.ancestors(m.thing)}
    said = sorted(voices(short or minima), key=lambda f: f.object not in first)
    if short or len(people) > 1:
        yield Reading(
            "booleen", tuple(said), (8,), known.grammar.frame_of(SOINS.compteAuMoins),
            boolean=not short, number=int(str(said[0].value)) if short else None, subject=structure,
            notes=("short",) if short else ("enough",),
        )  # fmt: skip


def _said(thing: URIRef, minima: list[Fact], known: Knowledge) -> bool:
    return any(known.speaks_of(f, thing) for f in minima)


def _minima(structure: URIRef, question: Question, known: Knowledge) -> list[Fact]:
    """Return the minima of *structure* on the day, for each category in the highest voice."""
    found: dict[URIRef, Fact] = {}
    facts = [
        f
        for f in known.linked_to([structure])
        if f.subject == structure
        and f.relation == SOINS.compteAuMoins
        and f.object is not None
        and isinstance(f.value, int)
        and f.evidence != "conteste"
        and f.iri not in known.losing
        and speaks_on(f, question.day, known)
    ]
    for fact in voices(facts):
        assert fact.object is not None
        found.setdefault(fact.object, fact)
    return list(found.values())


def _number(mention: Mention, question: Question) -> int | None:
    """Return how many of *mention* the question has: the number before it; None where it does not say."""
    words = [t.word for t in question.tokens[max(0, mention.start - 3) : mention.start]]
    for word in reversed(words):
        if word.isdigit() and len(word) < 4:
            return int(word)
        if word in NONE:
            return 0
        if word in NUMBERS:
            return NUMBERS[word]
        if word in ("a", "an"):
            return 1
        if word not in ALONE:
            break
    plural = question.tokens[mention.end - 1].raw.lower().endswith(("s", "x"))
    return None if plural else 1


def _sum(minimum: Fact, counted: dict[Mention, int | None], known: Knowledge) -> int:
    return sum(n or 0 for m, n in counted.items() if minimum.object in known.ancestors(m.thing))


def _left(
    question: Question, known: Knowledge, structures: list[Mention], people: list[Mention]
) -> bool:
    """Say whether a word is neither counted, nor a word of the minimum, nor one that asks whether it conforms."""
    spots = frozenset(i for f, cue, _ in question.frames if _about_minima(f.relations) for i in cue)
    spots |= frozenset(i for _, cue in question.forms for i in cue) | question.kind_spots
    words = Search(question, known, form_spots=spots).left
    return any(not CONFORMS.fullmatch(w.raw) and w.word not in ALONE | NONE for w in words)


def _about_minima(relations: frozenset[URIRef]) -> bool:
    return bool(
        relations
        & {
            SOINS.compteAuMoins,
            SOINS.estComposeDe,
            SOINS.respecte,
            SOINS.estConformeA,
            SOINS.peutEtreInitiePar,
        }
    )
