"""Yes and no: each from a statement that says so in the sense, the rank and the direction asked; else nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rdflib import URIRef

from kg.answers.choose import (
    AGENTS,
    ARTICLES,
    COORDINATED,
    MODES,
    NATURES,
    Reading,
    Search,
    covers,
    is_above,
    voices,
)
from kg.answers.entities import Mention
from kg.answers.knowledge import Fact, Knowledge
from kg.answers.lifetimes import BINDING, speaks_on
from kg.answers.reading import passive
from kg.namespaces import SOINS
from kg.words import Token, stems

NEGATED = re.compile(
    r"\bn(?:e\b|['’])(?!.{1,40}\bque\b).{1,40}\b(?:pas|aucune?|jamais|ni)\b|\binterdi|\bexclu(?!si)",
    re.IGNORECASE,
)
RESERVED = re.compile(
    r"\bla loi (?:ne |n['’])(?:(?:l|le|la|les)['’ ]?)?(?:exige|impose|demande|dit|pr[ée])",
    re.IGNORECASE,
)
"""Words of a statement by which it is not the law that says so."""
CONDITIONAL = re.compile(
    r"recommand|conseill|\binvit|contractualis|le cas échéant|\bp(?:eut|euvent|ouvai)"
    r"|devrai|souhait|facultati|à défaut|\bsauf\b|\bsi\b|\bs['’]il|priorité|optionnel",
    re.IGNORECASE,
)
ONLY_IF = re.compile(
    r"\bn['’e].{1,60}\bque (?:si|par)\b|\bà condition\b|\bsous réserve\b", re.IGNORECASE
)
"""Words of a statement that sets a condition."""
MODAL = re.compile(r"\b(?:peu(?:t|vent)|pou(?:vait|rrait)\w*|can|may|could|might)\b", re.IGNORECASE)
CITES = re.compile(
    r"\b(?:cit(?:e|ait|aient|ent)|mentionn\w+|nomm(?:e|ait)|[ée]num\w+|mentions?|mentioned|names?|named|lists?|listed)\b",
    re.IGNORECASE,
)
"""Words that ask whether a text names something."""
COMPARED = re.compile(
    r"\b(?:plus|moins)\s+de\b|\b(?:more|fewer|less|higher|lower)\s+than\b|\bau[- ]delà\b|\bau plus\b|\bmaxim\w+"
    r"|\bat most\b|\bexact(?:ement|ly)\b",
    re.IGNORECASE,
)
POSSIBLE = re.compile(MODAL.pattern + r"|\bpossib\w*|\bforme\b|\bforms?\b|\bkind\b", re.IGNORECASE)
FORMS = frozenset({SOINS.peutPrendreLaFormeDe})
AT_LEAST = re.compile(r"\bau\s+moins\s+de\b", re.IGNORECASE)
ENOUGH = re.compile(r"\b(?:suffi\w*|enough|sufficient|seule?s?|single)\b", re.IGNORECASE)
PARTS = frozenset(
    {
        SOINS.estComposeDe, SOINS.rassemble, SOINS.peutInclure, SOINS.compteAuMoins, SOINS.estAssocieA,
        SOINS.aPourAssocie, SOINS.estConstitueAutourDe, SOINS.comprend,
    }
)  # fmt: skip
SIGNED = frozenset({SOINS.estSignePar, SOINS.peutEtreSignePar})
JOINING = frozenset({SOINS.peutAdhererA, SOINS.adhereA})
DUTIES = frozenset(
    {
        SOINS.compteAuMoins, SOINS.elabore, SOINS.pratique, SOINS.aPourFormeJuridique, SOINS.aPourNatureJuridique,
        SOINS.estTransmisA, SOINS.respecte, SOINS.estCompatibleAvec, SOINS.estConformeA, SOINS.precise,
        SOINS.estSignePar, SOINS.assure, SOINS.exclut, SOINS.adhesionLibre,
        SOINS.aPourStatutDesProfessionnels,
    }
)  # fmt: skip
"""Relations by which a binding text obliges: the others name a power, a case or who may be there."""
ACTORS = frozenset({SOINS.ProfessionnelDeSante, SOINS.ActeurDeSante, SOINS.ActeurDuSystemeDeSante})
ALLOWING = frozenset({SOINS.assure, SOINS.pratique, SOINS.estComposeDe})
DOING = frozenset({SOINS.assure, SOINS.peutAssurer, SOINS.pratique, SOINS.exclut})
PARTNER = re.compile(r"\bassoci[ée]e?s?\b|\bpartners?\b", re.IGNORECASE)
"""Words for the partner in a company, which a team does not have."""
LOOSE = frozenset({"law"})
"""Words for the law in the wide sense: every binding text."""


def yes_or_no(search: Search) -> Iterator[Reading]:
    """Yes where a statement says so, no only where one says no; else nothing."""
    question, known, frame = search.question, search.known, search.frame
    concepts = search.concepts
    if not concepts or question.denies or _qualified(search):
        return
    if frame is None and not _free(search):
        return
    if frame is not None and "booleen" not in frame.answers:
        return
    if len(concepts) > 1 and len({m.thing for m in concepts}) == 1:
        return  # one thing named twice is not two things
    if question.only and (shared := _shared(search)):
        yield _said(search, voices(shared), False, "only")
        return
    facts, past = search.facts()
    if frame is None and not search.left:
        facts = [f for f in facts if f.relation in DOING]
    if len(concepts) < 2 and not search.left and not question.numbers:
        facts = [f for f in facts if isinstance(f.value, bool)]  # a subject alone asserts nothing
    strict = [f for f in facts if all(_about(search, f, m.thing) for m in concepts)]
    strict = [f for f in strict if _supports(search, f) and _directed(search, f)]
    strict = [f for f in strict if not _one_end(search, f) and not _over(search, f)]
    if frame is not None and frame.relations & SIGNED:  # who signs is named, not only said
        strict = [
            f
            for f in strict
            if any(f.object == m.thing or covers(f, m.thing, known) for m in concepts)
        ]
    if len(concepts) < 2 and search.left:  # a word of the sentence is not yet the thing asked about
        strict = [f for f in strict if isinstance(f.value, bool) or _object_named(search, f)]
    if frame is not None and SOINS.aPourStatutDesProfessionnels in frame.relations:
        said = [question.tokens[i] for i in search.spots]
        status = [t for t in said if t.word not in known.grammar.neutral]
        strict = [f for f in strict if _names(f, status, known)] or strict  # one status of several
    if frame is not None and frame.relations <= NATURES and len(concepts) > 1:
        strict = [
            f for f in strict if f.subject != concepts[-1].thing
        ]  # an MSP may be a SISA, not a SISA an MSP
    if (past or not strict) and frame is not None and (closed := list(_closed(search))):
        yield from closed
        return
    if not strict and frame is not None:
        yield from _to_come(search)
        if any(
            f.relation == SOINS.absorbe and all(f.links(m.thing) for m in concepts) for f in facts
        ):
            yield from _optional(search)
    if not strict or past:
        return
    if question.only and not isinstance(strict[0].value, bool):
        others = [f for f in known.facts if f.subject == strict[0].subject and f.relation == strict[0].relation
                  and f.object != strict[0].object and question.day in f.period]  # fmt: skip
        if others:
            yield _said(search, voices([*strict, *others]), False, "only")
        return
    if len(concepts) > 1 and (role := search.role(concepts[0])) is not None:
        above = known.ancestors(concepts[0].thing)  # what joins as a class joins as one of it
        placed = [f for f in strict if (f.subject if role == "subject" else f.object) in above]
        if not placed:
            both = all(f.links(m.thing) for f in strict for m in concepts[:2])
            if both and frame is not None and "sens" in frame.answers:
                yield _said(search, voices(strict), False, "inverse")
            return
        strict = placed
    if frame is None:  # a frame that knows the relation asked has judged the others
        judged = {r for announced, _, _ in question.frames for r in announced.relations}
        alone = len(concepts) == 1 and bool(judged)  # its object is named by the cue: "salariés"
        strict = [f for f in strict if (f.relation in judged) == alone and f.order <= BINDING + 1]
        if alone:
            strict = [f for f in strict if _named_by(search, f)]
        if not strict:
            return
    if frame is not None and "agent" in frame.answers and len(concepts) < 2:
        return  # who is asked about must be known: a company is not a cooperative
    if len(concepts) > 1 and frame is not None and "agent" in frame.answers:
        made = concepts[0] if passive(question.tokens, search.spots) else concepts[1]
        strict = [
            f for f in strict if f.subject == made.thing and all(_meets(search, f, m.thing) for m in concepts)
        ]  # fmt: skip
        if not strict:
            return
    counted = [f for f in strict if f.relation == SOINS.compteAuMoins]
    if counted and (question.numbers or ENOUGH.search(question.text)):
        yield from _counted(search, counted)
        return
    if question.numbers:
        strict = [f for f in strict if f.value in question.numbers]  # no maximum: no "no"
        if not strict:
            return
    yield from _judged(search, strict)


def _optional(search: Search) -> Iterator[Reading]:
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
        and _sound(f, search)
    ]
    if let_in and search.role(concepts[0]) in (
        None,
        "object" if let_in[0].object == concepts[0].thing else "subject",
    ):
        yield _said(search, voices(let_in), not question.duty, "may" if question.duty else "if")


def _to_come(search: Search) -> Iterator[Reading]:
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
        yield replace(_said(search, voices(later), False, "not-yet"), day=start, as_of=start)


def _closed(search: Search) -> Iterator[Reading]:
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
            and _sound(f, search)
        ]
        said = {f.object for f in facts if f.object is not None}
        near = any(o in known.ancestors(thing) or thing in known.ancestors(o) for o in said)
        if facts and not near:
            yield _said(search, voices(facts), False, "closed")


def _part_of(search: Search, whole: URIRef) -> bool:
    """Say whether the question asks what is in *whole*, which a preposition then announces or a verb follows."""
    first = search.concepts[0].thing == whole
    inverse = PARTNER.search(search.question.text) or any(
        turned and frame.relations & PARTS for frame, _, turned in search.question.frames
    )
    return first != bool(inverse)


def _shared(search: Search) -> list[Fact]:
    """Return the statements that bring others in where a question asks whether only the last one named may be there.

    A way of practising is compared with the other ways and with bodies, a profession with other professions.
    """
    known, concepts, frame = search.known, search.concepts, search.frame
    if frame is None or not frame.relations & (PARTS | JOINING) or search.left or len(concepts) < 2:
        return []
    only = concepts[-1].thing
    wholes = [m.thing for m in concepts[:-1] if COORDINATED & known.ancestors(m.thing)]
    if len(set(wholes)) != 1 or not ACTORS & known.ancestors(only):
        return []
    others: list[Fact] = []
    for fact in known.linked_to(wholes):
        thing = fact.object
        if (
            fact.subject != wholes[0]
            or fact.relation not in PARTS
            or thing is None
            or not _sound(fact, search)
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
    named = {m.thing for m in concepts[:-1]} - set(wholes)
    if named:  # "je suis infirmier salarié": said of those who ask
        others = [f for f in others if f.object in named]
    return others


def _sound(fact: Fact, search: Search) -> bool:
    sure = fact.evidence != "conteste" and fact.iri not in search.known.losing
    return sure and speaks_on(fact, search.question.day, search.known)


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


def _named_by(search: Search, fact: Fact) -> bool:
    """Say whether the words left over name the object of *fact*, which does not only permit it."""
    return not CONDITIONAL.search(fact.says["fr"]) and _object_named(search, fact)


def _object_named(search: Search, fact: Fact) -> bool:
    """Say whether the words left over name the object of *fact*."""
    return _names(fact, search.left, search.known)


def _names(fact: Fact, asked: Sequence[Token], known: Knowledge) -> bool:
    """Say whether each word *asked*, or a synonym, is in a name of the object of *fact*."""
    if fact.object is None:
        return False
    names = [*known.labels[fact.object].values(), *known.others[fact.object]]
    said = frozenset().union(*(stems(name) for name in names))
    return all(said & known.grammar.synonyms.get(w.stem, {w.stem}) for w in asked)


def _judged(search: Search, strict: list[Fact]) -> Iterator[Reading]:
    question = search.question
    best = voices(strict)[0]
    yes = _holds(best, search)
    free = best.relation == SOINS.adhesionLibre and best.value is True
    if question.duty and free and search.frame is not None and not search.frame.denies:
        yield _said(search, [f for f in voices(strict) if f.value is True], False, "may")
        return
    if question.duty and not question.forbids and _permits(best):
        if len(search.concepts) < 2 and not _named_by(search, best):
            return  # the words that are left are not what it permits
        yield _said(search, voices(strict), False, "may")
        return
    against = [f for f in strict if _holds(f, search) != yes]
    with_it = [f for f in voices(strict) if f not in against]
    if question.forbids and not _forbidding(search, best):
        if not yes or not (_permits(best) or best.relation in ALLOWING) or _part(search, best):
            return
        yes = False
    some = any(_part(search, f) for f in with_it)
    note = "some" if yes and some else ""
    form = search.frame is not None and search.frame.relations & (NATURES | FORMS)
    if yes and form and _permits(best) and not POSSIBLE.search(question.text):
        # What it may be is not always what it is; what the other may take the form of is one of its forms.
        yes, note = search.concepts[0].thing != best.subject, "can"
    if yes and not note and ONLY_IF.search(best.says["fr"]) and not MODAL.search(question.text):
        note = "if"
    reading = replace(_said(search, with_it, yes, note), others=tuple(against))
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
    if COMPARED.search(AT_LEAST.sub("", question.text)):
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
            yield replace(_said(search, valued, False, ""), number=minimum)
        return  # enough of these does not make the whole enough
    same = minimum == question.numbers[0]
    yield from _ranked(search, replace(_said(search, valued, same, ""), number=minimum))


def _about(search: Search, fact: Fact, thing: URIRef) -> bool:
    if fact.links(thing) or thing in fact.concerns:
        return True
    return _meets(search, fact, thing)


def _meets(search: Search, fact: Fact, thing: URIRef) -> bool:
    """Say whether *thing* is subject or object, or stands below the object, or permission reaches part of it."""
    above = covers(fact, thing, search.known) or search.one_of(fact, thing)
    return fact.links(thing) or above or search.partly(fact, thing)


def _part(search: Search, fact: Fact) -> bool:
    return any(
        not fact.links(m.thing) and fact.object not in search.known.ancestors(m.thing)
        and search.partly(fact, m.thing) for m in search.concepts
    )  # fmt: skip


def _supports(search: Search, fact: Fact) -> bool:
    """Say whether a yes or a no may rest on *fact*: undisputed, not a reserve, as strong as what is asked."""
    question = search.question
    if (
        fact.evidence == "conteste"
        or fact.iri in search.known.losing
        or (fact.order > BINDING and RESERVED.search(fact.says["fr"]))
    ):
        return False
    if (
        fact.relation in PARTS
        and PARTNER.search(question.text)
        and not PARTNER.search(fact.says["fr"])
    ):
        return False  # a member of a team is not a partner of it
    narrower = any(
        not fact.links(m.thing) and m.thing not in fact.concerns and fact.object in search.known.ancestors(m.thing)
        for m in search.concepts
    )  # fmt: skip
    if fact.relation == SOINS.compteAuMoins:
        concerned = any(is_above(fact.object, m.thing, search.known) for m in search.concepts)
        return not concerned and not COMPARED.search(AT_LEAST.sub("", question.text))
    if not question.duty or question.forbids or isinstance(fact.value, bool):
        return True
    if search.frame is not None and search.frame.denies:
        return True
    if _permits(fact):
        return fact.order <= BINDING  # "it is permitted" says no to a duty: only the law does
    if narrower or fact.relation not in DUTIES:
        return False  # what one of a kind must do, or who may be there, obliges none of them
    return fact.order <= BINDING and not CONDITIONAL.search(fact.says["fr"])


def _one_end(search: Search, fact: Fact) -> bool:
    """Say whether all that is named stands at the object of *fact*: it tells nothing of one to the other."""
    named = {m.thing for m in search.concepts}
    alone = len(named) > 1 and fact.subject not in named
    return alone and all(fact.object in search.known.ancestors(t) for t in named)


def _over(search: Search, fact: Fact) -> bool:
    """Say whether *fact*, undated, permits something of a thing that had ended: it could once, it cannot now."""
    if not _permits(fact) or fact.period.start is not None or fact.period.end is not None:
        return False
    lives = [search.known.lives.get(t) for t in (fact.subject, fact.object) if t is not None]
    return any(
        life is not None and life.end is not None and life.end <= search.question.day
        for life in lives
    )


def _directed(search: Search, fact: Fact) -> bool:
    """Say whether the part and the whole stand in *fact* as in a question about membership."""
    concepts = search.concepts
    turned = [
        f
        for f, _, inverse in search.question.frames
        if inverse and SOINS.peutInclure in f.relations
    ]
    if not turned or len(concepts) < 2:
        return True
    whole = concepts[-1].thing
    if fact.relation in PARTS:
        return fact.subject == whole
    return fact.relation not in JOINING or fact.object == whole


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


def _permits(fact: Fact) -> bool:
    return str(fact.relation).rpartition("/")[2].startswith("peut")


def _forbidding(search: Search, fact: Fact) -> bool:
    """Say whether *fact* is a prohibition."""
    denied = search.frame.denies if search.frame is not None else False
    return fact.relation in search.known.grammar.denied() or (
        denied and fact.relation == SOINS.exclut
    )


def _holds(fact: Fact, search: Search) -> bool:
    """Say whether *fact* affirms what is asked: a relation that denies, a false value or a negation says no."""
    frame = search.frame
    denied = frame.denies if frame is not None else fact.relation in search.known.grammar.denied()
    if search.question.forbids and _forbidding(search, fact):
        return True  # "is it forbidden": a prohibition says yes
    if denied or fact.value is False:
        return denied == (fact.value is False)
    if search.frame is not None and search.frame.relations:
        return True
    return not NEGATED.search(fact.says["fr"]) and not NEGATED.search(fact.quote)


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
