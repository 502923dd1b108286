"""Every way to understand a question that the graph can answer; each form of answer has its rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from rdflib import URIRef

from kg.answers.choose import Reading, Search, distinct, voices
from kg.answers.entities import Mention
from kg.answers.knowledge import Fact, Knowledge
from kg.answers.reading import Question
from kg.namespaces import SOINS

ABOUT = frozenset({SOINS.definit, SOINS.regit})
_NEGATED = re.compile(r"\bn(?:e\b|['’])(?!.{1,40}\bque\b).{1,40}\b(?:pas|aucune?|jamais|ni)\b", re.IGNORECASE)
TELLING = frozenset({SOINS.aPourApproche, SOINS.estPlusLargeQue, SOINS.estConstitueAutourDe, SOINS.aPourObjet})
_CHOICE = re.compile(r"\b(?:lequel|laquelle|which of|which one)\b", re.IGNORECASE)
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
        frames: list[tuple[object, frozenset[int], bool]] = [*question.frames, (None, frozenset(), False)]
        for frame, cue, inverse in frames:
            search = Search(question, known, frame, cue, inverse, spots | question.kind_spots)  # type: ignore[arg-type]
            found.extend(_RULES[kind](search))
    return sorted(found, key=lambda r: (r.score, -len(r.facts)), reverse=True)


def _texts(search: Search) -> Iterator[Reading]:
    """Which texts say it, define it, govern it?"""
    question, known, frame = search.question, search.known, search.frame
    concepts = search.concepts
    if frame is None and len(concepts) == 1 and not search.left:
        yield from _governing(search, concepts[0], ABOUT)
        return
    if frame is not None and frame.relations <= ABOUT and frame.relations and len(concepts) == 1:
        if not search.left:
            yield from _governing(search, concepts[0], frame.relations)
        return
    if not concepts and not question.texts():
        return
    facts, past = search.facts(lambda fact: _texts_of(fact, search))
    named = [(t, f) for f in facts for t in _texts_of(f, search)]
    within = {m.thing for m in question.texts()}  # "quel article de la loi du 24 juillet 2019"
    named = [(t, f) for t, f in named if known.part_of.get(t) in within] or named
    if not named or not search.numbers_fit(facts, len({t for t, _ in named})):
        return
    if frame is None and not search.left and len(concepts) < 2:
        return
    top = min(f.order for _, f in named)
    best = [(t, f) for t, f in named if f.order == top] if _singular(question) else named
    things = distinct([t for t, _ in best])
    if len(things) > (2 if _singular(question) else 12):
        return
    kept = tuple(voices([f for _, f in best]))
    yield Reading(
        "textes", kept, search.score(list(kept)), "answer-statements", frame, things, past=past, narrowed=True
    )


def _singular(question: Question) -> bool:
    return not any(
        t.raw.lower() in ("textes", "articles", "quels", "quelles", "texts", "provisions", "lois", "laws", "acts")
        for t in question.tokens
    )


def _texts_of(fact: Fact, search: Search) -> list[URIRef]:
    """Return the texts that *fact* answers with, of the kinds asked for; an article stands for its law."""
    known = search.known
    if fact.relation in ABOUT:
        start: URIRef | None = fact.subject
    elif fact.object in known.texts:
        start = fact.object
    else:
        start = fact.voice
    if start not in known.texts:
        return []
    kinds = search.question.kinds
    if not kinds or kinds & known.texts[start]:
        return [start]
    whole = known.part_of.get(start)
    return [whole] if whole is not None and kinds & known.texts[whole] else []


def _governing(search: Search, concept: Mention, relations: frozenset[URIRef]) -> Iterator[Reading]:
    known, question = search.known, search.question
    pool = [
        f
        for f in known.facts
        if f.relation in relations
        and f.object == concept.thing
        and f.subject in known.texts
        and (f.period.start is None or f.period.start <= question.day)
    ]
    for text in question.texts():  # "du code de la santé publique", "de la loi de 2016"
        pool = [f for f in pool if search.speaks(f, text.thing)]
    named = [(t, f) for f in pool for t in _texts_of(f, search)]
    now = [(t, f) for t, f in named if question.day in f.period]
    if _singular(question) and now:
        defining = [(t, f) for t, f in now if f.relation == SOINS.definit]
        now = defining or now
        named = now
    if not named:
        return
    current = {t for t, _ in now}
    ordered = sorted(
        named, key=lambda p: (p[0] not in current, p[1].order, p[1].period.start is None, str(p[0]))
    )
    things = distinct([t for t, _ in ordered if t in current]) or distinct([t for t, _ in ordered])
    best: dict[URIRef, Fact] = {}
    for text, fact in ordered:
        kept = best.get(text)
        if kept is None or (question.day in fact.period and question.day not in kept.period):
            best[text] = fact
    frame = search.frame or known.grammar.frame_of(SOINS.regit)
    yield Reading(
        "textes",
        tuple(best.values()),
        search.score(list(best.values()), 1),
        "answer-texts",
        frame,
        things,
        object=concept.thing,
        past=not now,
    )


def _dates(search: Search) -> Iterator[Reading]:
    """When was it signed, published, created; since when; until when?"""
    question, known, frame = search.question, search.known, search.frame
    texts = question.texts()
    if frame is None and texts and not search.left and len(texts) == 1 and len(search.concepts) < 2:
        yield from _date_of_text(search, texts[0].thing)
        return
    if not search.concepts and not texts:
        return
    facts, past = search.facts()
    if not facts or not search.numbers_fit(facts, 0):
        return
    if question.kinds:  # "la loi qui prévoit les DAC", "l'ordonnance sur les centres de santé"
        found = distinct([t for f in facts for t in _texts_of(f, search)])
        if len(found) == 1:
            yield from _date_of_text(search, found[0])
        return
    if frame is None:
        return
    valued = [f for f in facts if hasattr(f.value, "isoformat")]
    if valued:
        best = voices(valued)[0]
        yield Reading(
            "date", (best,), search.score([best], 1), "answer-statements", frame,
            day=best.value, past=past, narrowed=True,  # type: ignore[arg-type]
            others=tuple(f for f in valued if f.value != best.value),
        )  # fmt: skip
        return
    made = [f for f in facts if f.object is not None and (f.object in known.signed or _signed(f.object, known))]
    if made:
        best = voices(made)[0]
        assert best.object is not None
        yield Reading(
            "date", (best,), search.score([best]), "answer-statements", frame, (best.object,),
            day=_signed(best.object, known), past=past, narrowed=True,
        )  # fmt: skip
        return
    dated = [f for f in facts if f.period.start is not None and f.order <= 4]
    if dated and len({f.period.start for f in dated}) == 1:
        best = voices(dated)[0]
        yield Reading(
            "date", (best,), search.score([best]), "answer-statements", frame,
            day=best.period.start, past=past, narrowed=True,
        )  # fmt: skip


def _signed(text: URIRef, known: Knowledge) -> object:
    whole = known.part_of.get(text)
    return known.signed.get(text) or (known.signed.get(whole) if whole is not None else None)


def _date_of_text(search: Search, text: URIRef) -> Iterator[Reading]:
    known, question = search.known, search.question
    said = {t.stem for t in question.tokens}
    if said & {"publ", "publication", "jo", "journal"} and text in known.published:
        day, note = known.published[text], "date-published"
    elif said & {"vigu", "vigueur", "force"}:
        version = known.version_on(text, question.day)
        if version is None or version[1].start is None:
            return
        day, note = version[1].start, "date-force"
    elif (signed := _signed(text, known)) is not None:
        day, note = signed, "date-signed"  # type: ignore[assignment]
    else:
        starts = [p.start for p in known.versions[text].values() if p.start]
        if not starts:
            return
        day, note = min(starts), "date-force"
    proof = voices([f for f in known.facts if text in (f.voice, f.object, f.subject)])
    proof += voices([f for f in known.facts if known.part_of.get(f.voice) == text])
    proof = [f for f in proof if f.quote]
    if proof:
        yield Reading(
            "date", (proof[0],), search.score([], 1), "answer-text-dates", None, (text,),
            day=day, subject=text, notes=(note,),
        )  # fmt: skip


def _number(search: Search) -> Iterator[Reading]:
    """How many, at least or in all?"""
    frame, question = search.frame, search.question
    if frame is None or not search.concepts:
        return
    facts, past = search.facts()
    if not facts:
        return
    valued = [f for f in facts if isinstance(f.value, int) and not isinstance(f.value, bool)]
    if valued:
        if len({f.object for f in valued}) > 1 or len({f.subject for f in valued}) > 1:
            return
        best = voices(valued)[0]
        yield Reading(
            "nombre", tuple(f for f in voices(valued) if f.value == best.value),
            search.score(valued, 1), "answer-of-subject", frame,
            number=best.value, subject=best.subject, object=best.object, past=past,  # type: ignore[arg-type]
            others=tuple(f for f in voices(valued) if f.value != best.value),
        )  # fmt: skip
    elif "decompte" in frame.answers:
        for reading in _list(search):
            if reading.kind == "entites" and "number" not in reading.notes:
                yield replace(reading, kind="decompte", number=len(reading.things))


def _list(search: Search) -> Iterator[Reading]:
    """Which ones, who, what: the role that the question leaves empty."""
    question, known, frame = search.question, search.known, search.frame
    if frame is None or (not search.concepts and not question.texts()):
        return
    if not frame.relations and not question.texts():
        return
    facts, past = search.facts()
    if not facts:
        return
    concepts = search.concepts
    if not concepts or (not frame.relations and question.texts()):
        if not frame.relations or frame.relations & {*ABOUT, SOINS.estIssuDe}:
            yield from _content(search, facts, past)
        return
    if len(concepts) == 2 and _CHOICE.search(question.text):
        both = [f for f in facts if all(f.links(m.thing) for m in concepts)]
        if both:
            things = distinct([f.subject for f in voices(both)])
            yield Reading(
                "entites", tuple(voices(both)), search.score(both, 1), "answer-statements", frame, things,
                past=past, narrowed=True,
            )  # fmt: skip
        return
    anchor = concepts[0]
    role = search.role(anchor)
    if len(concepts) > 1:  # a second name narrows; the first that is subject or object holds the place
        anchor = next((m for m in concepts if any(m.thing == f.subject for f in facts)), anchor)
        role = search.role(anchor)
    for wanted in ("subject", "object"):
        if role not in (None, wanted):
            continue
        kept = [f for f in facts if (f.subject if wanted == "subject" else f.object) == anchor.thing]
        if kept:
            yield _listed(search, anchor.thing, wanted, kept, past)
            return
    if role is not None and len(concepts) > 1 and (turned := [f for f in facts if f.links(anchor.thing)]):
        yield Reading(
            "inverse", tuple(voices(turned)), search.score(turned), "answer-statements", frame,
            boolean=False, narrowed=True, past=past, notes=("inverse",),
        )  # fmt: skip


def _listed(search: Search, anchor: URIRef, role: str, facts: list[Fact], past: bool) -> Reading:
    def things_of(chosen: list[Fact]) -> tuple[URIRef, ...]:
        values = [f.object if role == "subject" else f.subject for f in chosen]
        return search.of_class(distinct([v for v in values if v is not None and v != anchor]))

    ordered = voices(facts)
    if not search.numbers_fit(ordered, len(things_of(ordered))):
        ordered = search.counted(ordered)
    things = things_of(ordered)
    return Reading(
        "entites",
        tuple(ordered),
        search.score(facts),
        "answer-of-subject" if role == "subject" else "answer-of-object",
        search.frame,
        things,
        subject=anchor if role == "subject" else None,
        object=anchor if role == "object" else None,
        past=past,
        narrowed=bool(search.left) or len(search.concepts) > 1 or bool(search.question.texts()),
        notes=() if search.numbers_fit(ordered, len(things)) else ("number",),
    )


def _content(search: Search, facts: list[Fact], past: bool) -> Iterator[Reading]:
    """What a text defines, governs or says."""
    texts = {m.thing for m in search.question.texts()}
    frame = search.frame
    assert frame is not None
    own = [f for f in facts if f.voice in texts or f.subject in texts or f.object in texts]
    own = own or facts
    created = [f for f in own if f.object in texts]
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
        kind, tuple(ordered), search.score(own, kind == "passage" and bool(search.left)), "answer-statements", frame, things,
        past=past, narrowed=True, notes=notes,
    )  # fmt: skip


def _definition(search: Search) -> Iterator[Reading]:
    """What is it, what do the letters stand for?"""
    question, known = search.question, search.known
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
    question, known = search.question, search.known
    things = distinct([m.thing for m in search.concepts])
    if search.frame is not None or len(things) != 2 or search.left:
        return
    facts: list[Fact] = []
    pair, _ = search.in_force([f for f in known.facts if f.links(things[0]) and f.links(things[1])])
    facts += voices(pair)
    for thing in things:
        own, _ = search.in_force([f for f in known.facts if f.subject == thing and f.evidence != "conteste"])
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
        placed = [f for f in strict if (f.subject if role == "subject" else f.object) == concepts[0].thing]
        if not placed:
            if all(f.links(m.thing) for f in strict for m in concepts[:2]):
                yield _said(search, voices(strict), False, "inverse")
            return
        strict = placed
    if question.numbers:
        yield from _counted(search, strict)
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
    valued = [f for f in voices(facts) if isinstance(f.value, int) and not isinstance(f.value, bool)]
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
    "textes": _texts,
    "date": _dates,
    "nombre": _number,
    "entites": _list,
    "definition": _definition,
    "difference": _difference,
    "booleen": _boolean,
}
