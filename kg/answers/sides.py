"""Who does it, to whom, and how many of what: a statement that says it the other way round is no answer."""

from __future__ import annotations

import re
from itertools import pairwise

from kg.answers.choose import (
    ARTICLES,
    FORMS,
    LEAST,
    MOST,
    NATURES,
    OF,
    Reading,
    Search,
    asks_who,
    is_somebody,
)
from kg.answers.entities import Mention
from kg.answers.knowledge import Fact, Knowledge
from kg.answers.lists import JOINED, REQUIRED
from kg.answers.reading import COORDINATED, Question
from kg.namespaces import SOINS
from kg.words import stems

LISTS = frozenset({"entites", "passage", "decompte"})
FORM_OF = re.compile(
    r"\b(?:kind|type|sorte|forme?|modalit[ée])\b|consid[eé]r|\bcompt|\bcount", re.IGNORECASE
)
"""Words, in the singular, by which a question asks what takes the form of something."""
MADE_OF = frozenset({SOINS.comprend, SOINS.estComposeDe, SOINS.rassemble, SOINS.peutInclure})
DEBARRED = re.compile(
    r"\b(?:not (?:allowed|permitted|entitled)|pas le droit|interdi\w+|forbidden|prohibited)\b",
    re.IGNORECASE,
)
"""Words that ask what one may not do: what it is tells nothing of it."""
COMPOSED = re.compile(r"\b(?:compos\w+|consist\w*|made|makes? up|constitu[ée]\w*)\b", re.IGNORECASE)
GIVES = re.compile(
    r"\b(?:accord|attribu|octro|vers|distribu|grant|award|giv|pay|provid)\w*", re.IGNORECASE
)
PAYS = re.compile(
    r"\W*(?:que|qu['’]est-ce qu[e']|what (?:does|do|did))\b.*\b(?:financ|fund|paie|paye|pay|subvention)",
    re.IGNORECASE,
)
GIVEN = re.compile(r"(?:é|ée|és|ées|ed|en)$", re.IGNORECASE)
"""Endings of a participle: what is granted, not who grants."""
TO = frozenset("a au aux to par by for pour".split())
BY = frozenset({"par", "by"})
DOES = re.compile(
    r"\W*(?:que|qu['’]est-ce que)\b.*\bfai(?:t|sait)\b|\W*what (?:does|do|did)\b", re.IGNORECASE
)
BECOMES = re.compile(
    r"\W*(?:que (?:va |vont )?deven|que devien|qu['’]est devenu|que sont devenu|what (?:became|becomes|will become) of)",
    re.IGNORECASE,
)
FORWHOM = frozenset("pour for aupres envers avec with".split())
ROLES = frozenset({SOINS.aPourMission, SOINS.peutAvoirPourMission})
STATISTIC = re.compile(
    r"\b(?:exercent|travaillent|adh[èe]rent|existent|en france|in france|practi[sc]e|work)\b",
    re.IGNORECASE,
)
"""Words of a count of what there is, which no text fixes."""
LASTS = re.compile(r"\b(?:dure(?:nt|ra)?|dur[ée]es?|lasts?|lasting|duration)\b", re.IGNORECASE)
LASTING = re.compile(r"\bdur[ée]|\blast|\bvalable|\bvalid|\bconclu", re.IGNORECASE)
SHARES = re.compile(r"\b(?:parts|capital|shares|shareholders?|actionnaires?)\b", re.IGNORECASE)
PARTNERS = re.compile(r"\bassoci|\bpartner|\bmembre|\bmember", re.IGNORECASE)
OF_WHAT_FORM = re.compile(r"\W*de quoi\b", re.IGNORECASE)
"""Words that ask for what it takes the form of."""
BEEN = frozenset({"ete", "been"})
"""Words between an auxiliary and its verb that make it passive: "par quoi les MAIA ont-elles été remplacées"."""
DUTY_WORD = re.compile(
    r"(?:requi\w+|oblig\w+|impos\w+|doi(?:t|vent)|must|need\w*|mandatory|compulsory|faut|is|a|an|are|be|in)",
    re.IGNORECASE,
)
"""A word of a duty, or one that only helps it."""
BESIDES = re.compile(
    r"\b(?:en plus|en dehors|au-del[àa]|outre|hormis|hors|sauf|except(?:é|ed|)|[àa] part|autres? que|besides|beyond"
    r"|other than|apart from|in addition to|on top of)\b(?P<left>(?:[^\w,;:?]+\w+){1,4})",
    re.IGNORECASE,
)
"""Words that leave something aside, and what follows them."""


def misplaced(reading: Reading, question: Question, known: Knowledge) -> bool:
    """Say whether *reading* tells of the things named in another place than the question gives them."""
    if question.is_closed or not reading.facts:
        return False
    if reading.kind == "definition":
        return DEBARRED.search(question.text) is not None
    if reading.kind == "date":
        return _not_ended(reading, question, known)
    rules = _COUNTS if reading.kind == "nombre" else _LISTS if reading.kind in LISTS else ()
    return any(rule(reading, question, known) for rule in rules)


def _upward(reading: Reading, question: Question, known: Knowledge) -> bool:
    """What takes the form of an ESP is none of the forms of an ESP."""
    named = {m.thing for m in question.concepts()}
    classed = reading.frame is not None and bool(reading.frame.relations & FORMS)
    ways = FORMS | {SOINS.comprend} if classed or asks_who(question) else FORMS
    upward = FORM_OF.search(question.text) and not OF_WHAT_FORM.match(question.text)
    return not upward and all(
        f.relation in ways and f.object in named and f.subject not in named for f in reading.facts
    )


def _alongside(reading: Reading, question: Question, known: Knowledge) -> bool:
    """Who only works with a structure is no part of it."""
    asked = any(f.relations >= REQUIRED and c & question.content for f, c, _ in question.frames)
    return (
        asked
        and not JOINED.search(question.text)
        and all(f.relation == SOINS.estAssocieA for f in reading.facts)
    )


def _whole(reading: Reading, question: Question, known: Knowledge) -> bool:
    """What a health centre is made of is not the class that comprises it."""
    concepts = question.concepts()
    if len(concepts) != 1 or (made := COMPOSED.search(question.text)) is None:
        return False
    first = concepts[0]
    of = first.start > 0 and question.tokens[first.start - 1].word in OF
    noun = made[0].lower() == "composition"
    return (noun or not of) and all(
        f.object == first.thing and f.relation == SOINS.comprend for f in reading.facts
    )


def _other_way(reading: Reading, question: Question, known: Knowledge) -> bool:
    """What became of the DAC is not what it absorbs, nor a statement of another relation that has the word."""
    for frame, cue, inverse in question.frames:
        if "sens" not in frame.answers or not cue & question.content:
            continue
        within = {t.word for t in question.tokens[min(cue) : max(cue)]}
        search = Search(question, known, frame, cue, inverse or bool(within & BEEN))
        if not search.concepts or (role := search.role(search.concepts[0])) is None:
            continue
        thing = search.concepts[0].thing
        told = [f for f in reading.facts if f.relation in frame.relations]
        if told and all(thing in _ends(f) and _ends(f)[role == "object"] != thing for f in told):
            return True
        if not told and reading.score == (0,) and len(search.concepts) == 1:
            return True
    return False


def _became(reading: Reading, question: Question, known: Knowledge) -> bool:
    """What becomes of a scheme is not what it is by law."""
    return BECOMES.match(question.text) is not None and all(
        f.relation != SOINS.absorbe for f in reading.facts
    )


def _of_whole(reading: Reading, question: Question, known: Knowledge) -> bool:
    """What the project of a centre contains is not what the centre contains."""
    if not all(f.relation in MADE_OF for f in reading.facts):
        return False
    concepts = question.concepts()
    cues = frozenset(i for _, c, _ in question.frames for i in c)
    for part, whole in pairwise(concepts):
        between = [t.word for t in question.tokens[part.end : whole.start]]
        if not between or between[0] not in OF or not set(between) <= OF | ARTICLES:
            continue
        if part.positions <= cues or len(concepts) > 2:
            continue
        if not any(f.links(part.thing) or part.thing in f.concerns for f in reading.facts):
            return True
    return False


def _payer(reading: Reading, question: Question, known: Knowledge) -> bool:
    """What a scheme grants, or who is paid by it, is not what it gets."""
    facts = [f for f in reading.facts if f.relation in (SOINS.finance, SOINS.peutObtenir)]
    if not facts or not question.concepts():
        return False
    first = question.concepts()[0]
    before = _before(first, question)
    gives = GIVES.search(question.text)
    active = gives is not None and not GIVEN.search(gives[0]) and before not in TO
    if not active and before not in BY and not PAYS.match(question.text):
        return False
    return all(
        (f.object if f.relation == SOINS.finance else f.subject) == first.thing for f in facts
    )


def _of_another(reading: Reading, question: Question, known: Knowledge) -> bool:
    """The missions of the community are not the role of the agency in it."""
    concepts = question.concepts()
    if len(concepts) < 2:
        return False
    first, second = concepts[:2]
    if not is_somebody(first.thing, known):
        return False
    if DOES.match(question.text) and _before(second, question) in FORWHOM:
        return all(f.subject != first.thing for f in reading.facts)
    at = _at_before(first, question)
    held = question.tokens[at + 1].word in OF if at + 1 < first.start else False
    cues = [c for f, c, _ in question.frames if f.relations & ROLES]
    if not held or not any(at in c for c in cues):
        return False
    return not any(f.links(first.thing) for f in reading.facts)


def _forbidden(reading: Reading, question: Question, known: Knowledge) -> bool:
    """What is forbidden is listed only to who asks for it."""
    asked = question.forbids or question.denies
    return not asked and all(f.relation == SOINS.exclut for f in reading.facts)


def _over(reading: Reading, question: Question, known: Knowledge) -> bool:
    """A rule that has ended does not answer in the present where others of the same kind stand."""
    if not reading.past or question.dated:
        return False
    same = {(f.subject, f.relation) for f in reading.facts if f.relation == SOINS.exclut}
    return any(
        (f.subject, f.relation) in same and f.period.end is None
        for f in known.linked_to([s for s, _ in same])
    )


def _form_by_duty(reading: Reading, question: Question, known: Knowledge) -> bool:
    """Who is required is no legal form: the word of a duty alone announces none."""
    if not question.duty or reading.frame is None or not reading.frame.relations & NATURES:
        return False
    cue = {i for f, c, _ in question.frames if f == reading.frame for i in c}
    return bool(cue) and all(DUTY_WORD.fullmatch(question.tokens[i].raw) for i in cue)


def _other_partners(reading: Reading, question: Question, known: Knowledge) -> bool:
    """Who may hold shares is who may be a partner."""
    return SHARES.search(question.text) is not None and not any(
        f.relation == SOINS.aPourAssocie
        or SHARES.search(f.says["fr"])
        or PARTNERS.search(f.says["fr"])
        for f in reading.facts
    )


def _left_aside(reading: Reading, question: Question, known: Knowledge) -> bool:
    """What a question leaves aside ("en plus du socle") is not what it asks for."""
    if (found := BESIDES.search(question.text)) is None:
        return False
    start, end = found.span("left")
    aside = {i for i, t in enumerate(question.tokens) if start <= t.start < end}
    words = {question.tokens[i].stem for i in aside & question.content}
    things = {m.thing for m in question.concepts() if m.positions & aside}
    said = any(words & stems(f.says.get(question.lang, "")) for f in reading.facts)
    return said or bool(things & set(reading.things))


def _unsaid_kind(reading: Reading, question: Question, known: Knowledge) -> bool:
    """The missions of public service are not every mission: what the cue takes of a longer name must be said."""
    if reading.frame is None or not reading.frame.relations & ROLES:
        return False
    spots = {i for f, c, _ in question.frames if f == reading.frame for i in c}
    taken = [m for m in question.concepts() if m.positions <= spots and len(m.positions) > 1]
    return any(
        not any(f.links(m.thing) or _says(f, m, known) for f in reading.facts) for m in taken
    )


def _not_ended(reading: Reading, question: Question, known: Knowledge) -> bool:
    """The day by which others had to join a scheme is not the day it ended."""
    if reading.frame is None or "fin" not in reading.frame.answers:
        return False
    things = {m.thing for m in question.concepts()}
    life = known.lives.get(next(iter(things))) if len(things) == 1 else None
    cue = {i for f, c, _ in question.frames if f == reading.frame for i in c}
    told = question.content - cue - {i for _, spot in question.forms for i in spot}
    lasting = any(known.ancestors(t) & COORDINATED for t in things)
    return len(things) == 1 and lasting and not told and (life is None or life.end is None)


def _not_counted(reading: Reading, question: Question, known: Knowledge) -> bool:
    """Two communities that one may join are not two members of each."""
    facts = [f for f in reading.facts if f.relation == SOINS.peutAdhererA]
    spots = {i for form, cue in question.forms if form.answers == "nombre" for i in cue}
    if not facts or not spots:
        return False
    at = max(spots) + 1
    while at < len(question.tokens) and question.tokens[at].word in OF | ARTICLES:
        at += 1
    counted = next((m for m in question.concepts() if at in m.positions), None)
    return counted is None or all(f.object != counted.thing for f in facts)


def _statistic(reading: Reading, question: Question, known: Knowledge) -> bool:
    """How many practise there is not how many there must be."""
    asked = question.duty or MOST.search(question.text) or LEAST.search(question.text)
    bounds = {SOINS.compteAuMoins, SOINS.compteAuPlus}
    return (
        not asked
        and STATISTIC.search(question.text) is not None
        and all(f.relation in bounds for f in reading.facts)
    )


def _most_for_need(reading: Reading, question: Question, known: Knowledge) -> bool:
    """At most eight are no eight that are needed."""
    return (
        question.duty
        and not MOST.search(question.text)
        and all(f.relation == SOINS.compteAuPlus for f in reading.facts)
    )


def _delay_for_length(reading: Reading, question: Question, known: Knowledge) -> bool:
    """The time there is to do something is not how long the thing lasts."""
    return LASTS.search(question.text) is not None and not any(
        f.relation == SOINS.exigeUneDureeEnAnnees or LASTING.search(said)
        for f in reading.facts
        for said in (*f.says.values(), f.quote)
    )


_LISTS = (
    _upward, _alongside, _whole, _became, _of_whole, _other_way, _payer, _of_another, _forbidden, _over,
    _form_by_duty, _other_partners, _left_aside, _unsaid_kind,
)  # fmt: skip
_COUNTS = (_not_counted, _statistic, _most_for_need, _delay_for_length)


def _ends(fact: Fact) -> tuple[object, object]:
    return fact.subject, fact.object


def _at_before(
    mention: Mention, question: Question, skipped: frozenset[str] = ARTICLES | OF
) -> int:
    """Return the place of the first word before *mention* that is none of *skipped*; -1 where there is none."""
    at = mention.start - 1
    while at >= 0 and question.tokens[at].word in skipped:
        at -= 1
    return at


def _before(mention: Mention, question: Question) -> str:
    """Return the word before *mention* and its article."""
    at = _at_before(mention, question, ARTICLES - TO)
    return question.tokens[at].word if at >= 0 else ""


def _says(fact: Fact, mention: Mention, known: Knowledge) -> bool:
    return known.speaks_of(fact, mention.thing)
