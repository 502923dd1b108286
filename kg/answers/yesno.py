"""Yes and no: each from a statement that says so in the sense, the rank and the direction asked; else nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from kg.answers.choose import (
    ARTICLES,
    NATURES,
    Reading,
    Search,
    covers,
    voices,
)
from kg.answers.denials import ACTORS, off_the_list, only_let_in, shared_with, to_come
from kg.answers.entities import Mention
from kg.answers.knowledge import Fact
from kg.answers.lifetimes import BINDING
from kg.answers.reading import COORDINATED, MAY, passive
from kg.answers.support import (
    about,
    compares,
    directed,
    forbidding,
    holds,
    in_part,
    meets,
    named_by,
    names,
    object_named,
    one_end,
    over,
    permits,
    supports,
    verdict,
)
from kg.namespaces import SOINS

ONLY_IF = re.compile(
    r"\bn['’e].{1,60}\bque (?:si|par)\b|\bà condition\b|\bsous réserve\b", re.IGNORECASE
)
"""Words of a statement that sets a condition."""
CASE = re.compile(r"(?:Une activité|Si|Lorsqu\w*|Quand|En cas)\b")
"""The beginning of a statement that holds in one case only."""
FORESEEN = re.compile(
    r"\bdont\b.{1,60}\bpr[ée]v|\bpr[ée]vue?s? (?:au|par|dans)\b|\bs['’]il\b.{1,40}\bpr[ée]v",
    re.IGNORECASE,
)
"""Words of a permission that is given to those only whom something names."""
SAYS_SO = re.compile(
    r"\bpr[ée]v(?:u|oi|oy)|\bforesee|\bprovid(?:ed|es) for\b|\bplanned\b|\bmention|\bnomm[ée]|\bnamed\b",
    re.IGNORECASE,
)
"""Words of a question that says that condition itself."""
POSSIBLE = re.compile(MAY.pattern + r"|\bforme\b|\bforms?\b|\bkind\b", re.IGNORECASE)
FORM = re.compile(r"forme?s?", re.IGNORECASE)
FORMS = frozenset({SOINS.peutPrendreLaFormeDe})
ENOUGH = re.compile(r"\b(?:suffi\w*|enough|sufficient|seule?s?|single)\b", re.IGNORECASE)
SIGNED = frozenset({SOINS.estSignePar, SOINS.peutEtreSignePar})
ALLOWING = frozenset({SOINS.assure, SOINS.pratique, SOINS.estComposeDe})
DOING = frozenset({SOINS.assure, SOINS.peutAssurer, SOINS.pratique, SOINS.exclut})
LOOSE = frozenset({"law"})
"""Words for the law in the wide sense: every binding text."""


def yes_or_no(search: Search) -> Iterator[Reading]:
    """Yes where a statement says so, no only where one says no; else nothing."""
    question, frame = search.question, search.frame
    if not _asks(search):
        return
    if question.only and (shared := shared_with(search)):
        yield verdict(search, voices(shared), False, "only")
        return
    facts, past = search.facts()
    strict = _asserting(search, facts)
    if frame is not None and (past or not strict) and (closed := list(off_the_list(search))):
        yield from closed
        return
    if frame is not None and not strict:
        yield from to_come(search)
        merged = (f for f in facts if f.relation == SOINS.absorbe)
        if any(all(f.links(m.thing) for m in search.concepts) for f in merged):
            yield from only_let_in(search)
    if not strict or past:
        return
    if question.only and not isinstance(strict[0].value, bool):
        yield from _exclusive(search, strict)
        return
    placed = _placed(search, strict)
    if not placed and _turned(search, strict):
        yield verdict(search, voices(strict), False, "inverse")
    yield from _weighed(search, _of_agents(search, _of_other_frames(search, placed)))


def _asks(search: Search) -> bool:
    """Say whether the question, under this frame, is one that a statement may answer by yes or no."""
    concepts, frame = search.concepts, search.frame
    if not concepts or search.question.denies or _qualified(search):
        return False
    if len(concepts) > 1 and len({m.thing for m in concepts}) == 1:
        return False  # one thing named twice is not two things
    if frame is not None and _of_form_only(search):
        return False
    return "booleen" in frame.answers if frame is not None else _free(search)


def _of_form_only(search: Search) -> bool:
    """Say whether only the word "form" announces the frame, where it is part of "a form of", which says another thing."""
    tokens, frame = search.question.tokens, search.frame
    assert frame is not None
    return (
        all(FORM.fullmatch(tokens[i].raw) for i in search.spots)
        and not frame.relations & (FORMS | NATURES)
        and any(search.spots < s and f.relations & FORMS for f, s, _ in search.question.frames)
    )


def _asserting(search: Search, facts: list[Fact]) -> list[Fact]:
    """Return those of *facts* that say what is asked of all that is named, in the direction asked."""
    question, known, frame, concepts = search.question, search.known, search.frame, search.concepts
    if frame is None and not search.left:
        facts = [f for f in facts if f.relation in DOING]
    if len(concepts) < 2 and not search.left and not question.numbers:
        facts = [f for f in facts if isinstance(f.value, bool)]  # a subject alone asserts nothing
    strict = [f for f in facts if all(about(search, f, m.thing) for m in concepts)]
    strict = [f for f in strict if supports(search, f) and directed(search, f)]
    strict = [f for f in strict if not one_end(search, f) and not over(search, f)]
    if len(concepts) < 2 and search.left:  # a word of the sentence is not yet the thing asked about
        strict = [f for f in strict if isinstance(f.value, bool) or object_named(search, f)]
    if frame is None:
        return strict
    if frame.relations & SIGNED:  # who signs is named, not only said
        strict = [
            f
            for f in strict
            if any(f.object == m.thing or covers(f, m.thing, known) for m in concepts)
        ]
    if SOINS.aPourStatutDesProfessionnels in frame.relations:
        said = [question.tokens[i] for i in search.spots]
        status = [t for t in said if t.word not in known.grammar.neutral]
        strict = [f for f in strict if names(f, status, known)] or strict  # one status of several
    if frame.relations <= NATURES and len(concepts) > 1:  # an MSP may be a SISA, not a SISA an MSP
        strict = [f for f in strict if f.subject != concepts[-1].thing]
    return strict


def _exclusive(search: Search, strict: list[Fact]) -> Iterator[Reading]:
    """No, where "only" is asked and others stand in the same place; else nothing."""
    first, tokens = strict[0], search.question.tokens
    said = [t for m in search.concepts if m.thing == first.object for t in tokens[m.start : m.end]]
    others = [
        f
        for f in search.known.linked_to([first.subject])
        if (f.subject, f.relation) == (first.subject, first.relation)
        and f.object != first.object
        and not (said and names(f, said, search.known))  # an association of any law is one
        and search.question.day in f.period
    ]
    if others:
        yield verdict(search, voices([*strict, *others]), False, "only")


def _placed(search: Search, strict: list[Fact]) -> list[Fact]:
    """Return those of *strict* where the first thing named stands as word order puts it."""
    concepts = search.concepts
    role = search.role(concepts[0]) if len(concepts) > 1 else None
    if role is None:
        return strict
    above = search.known.ancestors(concepts[0].thing)  # what joins as a class joins as one of it
    return [f for f in strict if (f.subject if role == "subject" else f.object) in above]


def _turned(search: Search, strict: list[Fact]) -> bool:
    """Say whether *strict* say of one to the other what is asked of the other to the one."""
    both = all(f.links(m.thing) for f in strict for m in search.concepts[:2])
    return both and search.frame is not None and "sens" in search.frame.answers


def _of_other_frames(search: Search, facts: list[Fact]) -> list[Fact]:
    """Return those of *facts* that no frame announced has judged: it knows the relation asked."""
    if search.frame is not None:
        return facts
    judged = {r for announced, _, _ in search.question.frames for r in announced.relations}
    alone = len(search.concepts) == 1 and bool(judged)  # its object is named by the cue: "salariés"
    kept = [f for f in facts if (f.relation in judged) == alone and f.order <= BINDING + 1]
    return [f for f in kept if named_by(search, f)] if alone else kept


def _of_agents(search: Search, facts: list[Fact]) -> list[Fact]:
    """Return those of *facts* that may answer who acts: who is asked about must be known, and what is made its subject."""
    concepts = search.concepts
    if search.frame is None or "agent" not in search.frame.answers:
        return facts
    if len(concepts) < 2:
        return []  # a company is not a cooperative
    made = concepts[0] if passive(search.question.tokens, search.spots) else concepts[1]
    met = [f for f in facts if all(meets(search, f, m.thing) for m in concepts)]
    return [f for f in met if f.subject == made.thing]


def _weighed(search: Search, facts: list[Fact]) -> Iterator[Reading]:
    """Hold *facts* against the numbers of the question, then judge."""
    question = search.question
    counted = [f for f in facts if f.relation == SOINS.compteAuMoins]
    if counted and (question.numbers or ENOUGH.search(question.text)):
        yield from _counted(search, counted)
        return
    if question.numbers:
        facts = [f for f in facts if f.value in question.numbers]  # no maximum: no "no"
    if facts:
        yield from _judged(search, facts)


def _free(search: Search) -> bool:
    """Say whether a statement of any relation may answer: no frame knows the relation, its words explain the rest."""
    if search.question.duty:
        return False
    if not search.left:
        return _verbless(search)
    known = any("booleen" in f.answers and f.relations for f, _, _ in search.question.frames)
    known = known and len(search.concepts) > 1
    return not known


def _verbless(search: Search) -> bool:
    """Say whether the name of the activity holds the verb: "un centre peut-il soigner à domicile"."""
    spots = frozenset(i for _, spot, _ in search.question.frames for i in spot)
    return len(search.concepts) == 2 and not spots & search.question.content


def _judged(search: Search, strict: list[Fact]) -> Iterator[Reading]:
    question = search.question
    best = voices(strict)[0]
    yes = holds(best, search)
    free = best.relation == SOINS.adhesionLibre and best.value is True
    if question.duty and free and search.frame is not None and not search.frame.denies:
        yield verdict(search, [f for f in voices(strict) if f.value is True], False, "may")
        return
    if question.duty and not question.forbids and permits(best):
        if len(search.concepts) < 2 and not named_by(search, best):
            return  # the words that are left are not what it permits
        yield verdict(search, voices(strict), False, "may")
        return
    against = [f for f in strict if holds(f, search) != yes]
    with_it = [f for f in voices(strict) if f not in against]
    if question.forbids and not forbidding(search, best):
        if not yes or not (permits(best) or best.relation in ALLOWING) or in_part(search, best):
            return
        yes = False
    some = any(in_part(search, f) for f in with_it)
    note = "some" if yes and some else ""
    form = search.frame is not None and search.frame.relations & (NATURES | FORMS)
    if yes and form and permits(best) and not POSSIBLE.search(question.text):
        # What it may be is not always what it is; what the other may take the form of is one of its forms.
        yes, note = search.concepts[0].thing != best.subject, "can"
    if yes and not note and ONLY_IF.search(best.says["fr"]) and not MAY.search(question.text):
        note = "if"
    if yes and not note and not search.left and all(CASE.match(f.says["fr"]) for f in with_it[:1]):
        note = "if"
    if yes and not note and permits(best) and FORESEEN.search(best.says["fr"]):
        note = "" if SAYS_SO.search(question.text) else "if"
    reading = replace(verdict(search, with_it, yes, note), others=tuple(against))
    yield from _ranked(search, reading)


def _ranked(search: Search, reading: Reading) -> Iterator[Reading]:
    """Hold a yes to the rank that the question names: "la loi impose-t-elle…", "is it in a decree"."""
    if not reading.boolean or not search.question.kinds or search.question.texts():
        yield reading
        return
    asked = {t.word for t in search.question.tokens}
    kinds = {str(k).rpartition("/")[2].lower() for k in search.question.kinds}
    kinds &= {"loi", "ordonnance", "decret", "arrete", "circulaire", "instruction"}
    top = BINDING if asked & LOOSE else 2

    def fits(fact: Fact) -> bool:
        rank = fact.rank.rpartition("/")[2]
        return rank in kinds or ("loi" in kinds and fact.order <= top) or (
            rank == "circulaire" and "instruction" in kinds
        )  # fmt: skip

    right = [f for f in reading.facts if fits(f)]
    if not kinds or right:
        yield replace(reading, facts=tuple(right)) if kinds else reading
        return
    true = [f for f in reading.facts if f.order <= BINDING + 2]  # a brochure says nothing of ranks
    if true:
        yield replace(reading, facts=tuple(true), boolean=False, notes=("rank",))


def _counted(search: Search, facts: list[Fact]) -> Iterator[Reading]:
    question = search.question
    if compares(question):
        return
    valued = [
        f for f in voices(facts) if isinstance(f.value, int) and not isinstance(f.value, bool)
    ]
    if not valued or len(question.numbers) > 1 or len({f.object for f in valued}) > 1:
        return
    minimum = valued[0].value
    assert isinstance(minimum, int)
    if ENOUGH.search(question.text):
        said = question.numbers[0] if question.numbers else 1
        if said < minimum:
            yield replace(verdict(search, valued, False, ""), number=minimum)
        return  # enough of these does not make the whole enough
    same = minimum == question.numbers[0]
    yield from _ranked(search, replace(verdict(search, valued, same, ""), number=minimum))


def _qualified(search: Search) -> bool:
    """Say whether a word narrows one who is named: a "médecin du travail" is not any doctor."""
    tokens = search.question.tokens
    left = {t.start for t in search.left}
    return any(_narrowing(m, search, left) for m in search.concepts if m.end < len(tokens))


def _narrowing(mention: Mention, search: Search, left: set[int]) -> bool:
    above = search.known.ancestors(mention.thing)
    if not above & ACTORS or above & COORDINATED:
        return False
    tokens, at = search.question.tokens, mention.end
    while at < len(tokens) - 1 and tokens[at].word in ARTICLES | {"of", "en", "in", "a", "au"}:
        at += 1
    return tokens[at].start in left
