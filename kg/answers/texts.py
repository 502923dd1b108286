"""Readings of the questions "which texts?" and "when?"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from rdflib import URIRef

from kg.answers.choose import Reading, Search, distinct, voices
from kg.answers.entities import Mention
from kg.answers.knowledge import Fact, Knowledge
from kg.answers.lifetimes import BINDING, life_of_text, since
from kg.answers.reading import Question
from kg.citations import natural
from kg.namespaces import SOINS
from kg.words import words

ABOUT = frozenset({SOINS.definit, SOINS.regit})
DEFINES = frozenset({SOINS.definit})
"""The relation of the text that is asked for by "which article defines": what only rules on the thing does not."""

_SINCE = re.compile(
    r"\b(?:depuis|since|date de quand|à partir de|a partir de|from when|from what|starting when|deven\w+|becam?e)\b",
    re.IGNORECASE,
)
CREATES = re.compile(r"\b(?:cr[ée]e|institue|instaure)\b", re.IGNORECASE)
PLACE = re.compile(r"\W*(?:où|ou|where)\b", re.IGNORECASE)
WRITTEN = re.compile(
    r"\bd[ée]fini\w*|\bpr[ée]v(?:u|oi)\w*|\b[ée]crit\w*|\bdit\w*|\binscri\w*|\bmentionn\w*|\btextes?\b|\barticles?\b"
    r"|\bcode\b|\blois?\b|\blire\b|\bfix[ée]\w*|\blist\w*|\bdefin\w*|\bsays?\b|\bsaid\b|\bset out\b|\bread\b|\blaid\b"
    r"|\bwritten\b|\bprovided\b|\bstated\b|\blaws?\b|\bact\b|\bfound\b|\bdescri\w+|\br[ée]gl\w+|\brules?\b",
    re.IGNORECASE,
)
"""Words for what stands in a text: "where" with one of them asks which."""
ALLOWS = re.compile(
    r"\b(?:autoris\w*|permet\w*|permis\w*|allow\w*|authori[sz]\w*|permit\w*|entitle\w*|le droit d\w*|can|may)\b",
    re.IGNORECASE,
)
"""Words of a question about what permits: a prohibition does not."""
FORBIDS = re.compile(r"\binterdi|\bexclu(?!si)", re.IGNORECASE)
NEGATED = re.compile(r"\bn(?:e\b|['’]).{1,40}\b(?:pas|aucune?|jamais|ni)\b", re.IGNORECASE)
PERMITS = re.compile(r"\bp(?:eut|euvent|ouvai\w+)\b", re.IGNORECASE)
"""Words of a statement that permits."""
REFERENCE = re.compile(
    r"\btextes? de r[ée]f[ée]rence\b|\breference texts?\b|\btexts? of reference\b", re.IGNORECASE
)
"""Words for the main texts only: what defines the thing, and what a source calls its reference."""
REFERRED = re.compile(r"\br[ée]f[ée]rence\b", re.IGNORECASE)
_ASIDE = re.compile(
    r"\s*[:,]\s*(?:prévu|mentionné|visé|défini)e?s?\s+(?:par|à|dans)\b", re.IGNORECASE
)


def which_texts(search: Search) -> Iterator[Reading]:
    """Which texts say it, define it, govern it?"""
    question, known, frame = search.question, search.known, search.frame
    concepts = search.concepts
    if PLACE.match(question.text) and not WRITTEN.search(question.text):
        return  # "où se trouve", "where is it published" ask for a place
    if frame is None and concepts and (aside := _ASIDE.search(question.text)) is not None:
        # "… des schémas régionaux : prévus par quel article ?" asks about what stands just before.
        before = [m for m in concepts if question.tokens[m.end - 1].end <= aside.start()]
        if before:
            yield from _governing(search, before[-1], ABOUT)
        return
    defines = any(f.relations == DEFINES for f, _, _ in question.frames)
    if frame is None and len(concepts) == 1 and not search.left:
        yield from _governing(search, concepts[0], DEFINES if defines else ABOUT)
        return
    if frame is not None and frame.relations <= ABOUT and frame.relations and len(concepts) == 1:
        if not search.left:
            wanted = DEFINES if defines else frame.relations
            yield from _governing(search, concepts[0], wanted)
        return
    if not concepts and not question.texts():
        return
    facts, past = search.facts(
        lambda fact: _texts_of(fact, search) and _bears(fact, search), titles=True
    )
    if not facts and frame is not None and SOINS.estIssuDe in frame.relations:
        facts, past = replace(
            search, frame=None, form_spots=search.form_spots | search.spots
        ).facts(_creates)
    named = [
        (t, f) for f in facts for t in _texts_of(f, search) if not _later(t, question.day, known)
    ]
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
        "textes",
        kept,
        search.score(list(kept)),
        "answer-statements",
        frame,
        things,
        past=past,
        narrowed=True,
    )


def _creates(fact: Fact) -> bool:
    """Say whether *fact* tells what its text creates, in words."""
    return fact.relation in ABOUT and CREATES.search(fact.says["fr"]) is not None


def _bears(fact: Fact, search: Search) -> bool:
    """Say whether the verb of the question bears on what *fact* says.

    A text that permits imposes nothing, one that speaks of two things does not join them, and a word for the end
    of something is answered by what says its end: "supprime l'agrément" does not end who needed it.
    """
    question = search.question
    known = search.known
    denied = fact.relation in known.grammar.denied() or FORBIDS.search(fact.says["fr"])
    if ALLOWS.search(question.text) and not question.forbids:
        about = {m.thing for m in search.concepts} - {fact.subject}
        if denied or any(
            o.relation in known.grammar.denied() and o.object in about for o in known.beside(fact)
        ):
            return False  # what forbids permits nothing, nor does another line of its article
    if question.forbids and not denied and not NEGATED.search(fact.says["fr"]):
        return False
    if question.duty and not question.forbids:
        if PERMITS.search(fact.says["fr"]) or str(fact.relation).rpartition("/")[2].startswith(
            "peut"
        ):
            return False
        if fact.relation in ABOUT and len(search.concepts) > 1:
            return False
    ends = {r for f, _, _ in question.frames if "fin" in f.answers for r in f.relations}
    return not ends or fact.relation in ends | {SOINS.absorbe}


def _later(text: URIRef, day: date, known: Knowledge) -> bool:
    """Say whether *text* was not there yet on *day*."""
    born = known.born.get(text)
    return born is not None and day < born and known.signed.get(text, born) > day


def _singular(question: Question) -> bool:
    return not any(
        t.raw.lower()
        in ("textes", "articles", "quels", "quelles", "texts", "provisions", "lois", "laws", "acts")
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
    if any(n > 99 for n in question.numbers):
        return  # "en l'an 800": no number of texts
    pool = [
        life_of_text(f, f.subject, known)
        for f in known.linked_to([concept.thing])
        if f.relation in relations
        and f.object == concept.thing
        and f.subject in known.texts
        and (f.period.start is None or f.period.start <= question.day)
        and not _later(f.subject, question.day, known)
    ]
    if REFERENCE.search(question.text):
        pool = [
            f
            for f in pool
            if (f.relation == SOINS.definit and f.order <= BINDING) or REFERRED.search(f.says["fr"])
        ]
    for named_text in question.texts():  # "du code de la santé publique", "de la loi de 2016"
        pool = [f for f in pool if search.speaks(f, named_text.thing)]
    named = [
        (t, f) for f in pool for t in _texts_of(f, search) if not _later(t, question.day, known)
    ]
    now = [(t, f) for t, f in named if question.day in f.period]
    if _singular(question) and now:
        defining = [(t, f) for t, f in now if f.relation == SOINS.definit]
        now = defining or now
        named = now
    if not named:
        return
    current = {t for t, _ in now}
    ordered = sorted(
        named,
        key=lambda p: (p[0] not in current, p[1].order, p[1].period.start is None, natural(p[0])),
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


def itself(search: Search) -> Iterator[Reading]:
    """The text named, by its number and date: "quel est le numéro de la loi Touraine ?"."""
    known, texts = search.known, search.question.texts()
    if len(texts) != 1:
        return
    text = texts[0].thing
    own = [f for f in known.facts if f.quote and search.speaks(f, text)]
    said = known.title_words(text).union(*(f.words for f in own))
    about = all(
        any(m.thing in f.concerns or f.links(m.thing) for f in own) for m in search.concepts
    )
    if own and about and all(w.stem in said for w in search.left):
        yield Reading(
            "textes", (voices(own)[0],), search.score([], 1), "answer-statements", search.frame, (text,), narrowed=True
        )  # fmt: skip


def dates(search: Search) -> Iterator[Reading]:
    """When was it signed, published, created; since when; until when?"""
    question, known, frame = search.question, search.known, search.frame
    texts = question.texts()
    of_text = frame is None or (not frame.relations and "date" in frame.answers)
    if of_text and texts and not search.left and len(texts) == 1 and len(search.concepts) < 2:
        yield from _date_of_text(search, texts[0].thing)
        return
    if frame is not None and not frame.relations and not question.kinds:
        return
    if not search.concepts and not texts:
        return
    facts, past = search.facts()
    if (
        not facts
        and question.kinds
        and not search.left
        and search.concepts
        and len(titled := by_title(search)) == 1
    ):
        yield from _date_of_text(search, titled[0])
    if not facts or not search.numbers_fit(facts, 0):
        return
    if question.kinds:  # "la loi qui prévoit les DAC", "l'ordonnance sur les centres de santé"
        found = distinct([t for f in facts for t in _texts_of(f, search)])
        bearing = [t for t in found if _titled(t, search)]
        if len(bearing) == 1:  # "la loi sur les centres de santé": the one that bears their name
            found = (bearing[0],)
        if len(found) > 1:  # the one that created it, among all that mention it
            made = [f for f in facts if f.relation == SOINS.estIssuDe]
            found = distinct([t for f in made for t in _texts_of(f, search)])
        found = found if len(found) == 1 else by_title(search)
        if len(found) == 1:
            yield from _date_of_text(search, found[0])
        return
    if frame is None:
        yield from _stands_since(search)
        return
    if SOINS.absorbe in frame.relations and not _SINCE.search(question.text):
        return  # a merger has a deadline, told as the end of what is merged
    valued = [f for f in facts if hasattr(f.value, "isoformat")]
    if valued:
        best = voices(valued)[0]
        yield Reading(
            "date", (best,), search.score([best], 1), "answer-statements", frame,
            day=best.value, past=past, narrowed=True,  # type: ignore[arg-type]
            others=tuple(f for f in valued if f.value != best.value),
        )  # fmt: skip
        return
    created = [
        f
        for f in facts
        if f.object is not None and (f.object in known.signed or _signed(f.object, known))
    ]
    if created:
        best = voices(created)[0]
        assert best.object is not None
        yield Reading(
            "date", (best,), search.score([best]), "answer-statements", frame, (best.object,),
            day=_signed(best.object, known), past=past, narrowed=True,
        )  # fmt: skip
        return
    dated = [
        f
        for f in facts
        if f.period.start is not None
        and f.order <= BINDING
        and all(f.links(m.thing) for m in search.concepts)
    ]
    # The day a rule began is told to who asks since when it stands: it is not the day of what it speaks of.
    if not _SINCE.search(question.text):
        return
    if dated and not past and len({since(f, known) for f in dated}) == 1:
        best = voices(dated)[0]
        start = since(best, known)
        rules = known.rules.get((best.subject, best.relation), [])
        first = [f for f in rules if f.object == best.object and f.period.start == start]
        yield Reading(
            "date", tuple(dict.fromkeys([*voices(first)[:1], best])), search.score([best]),
            "answer-statements", frame, day=start, past=True, narrowed=True, notes=("since",),
        )  # fmt: skip


def _stands_since(search: Search) -> Iterator[Reading]:
    """Since when a rule about all that is named has stood, where no frame knows its relation: "depuis quand l'agrément…"."""
    question, known = search.question, search.known
    if not _SINCE.search(question.text) or len(search.concepts) < 2 or question.numbers:
        return
    duty = frozenset(i for f, cue, _ in question.frames if f.answers == {"booleen"} for i in cue)
    if replace(search, form_spots=search.form_spots | duty).left:
        return
    named = {m.thing for m in search.concepts}
    facts = [
        f
        for f in known.linked_to(named)
        if f.order <= BINDING
        and f.evidence != "conteste"
        and f.period.start is not None
        and question.day in f.period
        and sum(f.links(thing) for thing in named) > 1
        and all(f.links(thing) or thing in f.concerns for thing in named)
    ]
    if not facts or len({(f.subject, f.relation, f.object, since(f, known)) for f in facts}) > 1:
        return
    yield Reading(
        "date", tuple(voices(facts)), search.score(facts), "answer-statements",
        known.grammar.frame_of(facts[0].relation), day=since(facts[0], known), past=True, narrowed=True,
        notes=("since",),
    )  # fmt: skip


REPEAL = re.compile(
    r"\b(?:abrog\w*|repeal\w*|cess\w* d'être en vigueur|ceased? to (?:apply|be in force))", re.I
)
ENTRY = re.compile(
    r"\b(?:entr[ée]e? en vigueur|entr\w+ en vigueur|into force|introdui\w*|introduced?|ins[ée]r[ée]e?\w*|inserted"
    r"|cr[ée]{1,2}\w*|created?|creation|first)\b",
    re.IGNORECASE,
)


def of_versions(question: Question, known: Knowledge) -> list[Reading] | None:
    """Return the day that the one article named was repealed or began, or what made it; None where neither is asked.

    What else is named must be what the article speaks of.
    """
    texts = {m.thing for m in question.texts()}
    versions = known.versions.get(next(iter(texts))) if len(texts) == 1 else None
    if not versions or question.is_closed:
        return None
    article = next(iter(texts))
    dated = any(form.answers == "date" for form, _ in question.forms) or "date" in {
        t.word for t in question.tokens
    }
    repeal, entry = REPEAL.search(question.text), ENTRY.search(question.text)
    makes = question.kinds - {SOINS.Article}
    if not (repeal or entry) or not (dated or makes):
        return None
    own = [f for f in known.facts if article in (f.voice, f.subject)]
    about = all(
        any(
            f.links(m.thing)
            or m.thing in f.concerns
            or any(phrase in f.spoken for phrase in known.phrases(m.thing))
            for f in own
        )
        for m in question.concepts()
    )
    ordered = sorted(versions.items(), key=lambda v: v[1].start or date.min)
    last = ordered[-1][1].end
    first, start = ordered[0][0], ordered[0][1].start
    if not own or not about:
        return []
    proof = voices([f for f in own if f.quote and first in f.versions])[:1]
    proof = proof or voices([f for f in own if f.quote])[:1]
    score = Search(question, known).score([], 3)
    if makes:
        makers = distinct(
            [
                t
                for m in sorted(known.made_by.get(first, ()))
                for t in (m, known.part_of.get(m))
                if t is not None and makes & known.texts.get(t, set())
            ]
        )
        if repeal or not makers or not proof:
            return []
        return [
            Reading(
                "textes",
                tuple(proof),
                score,
                "answer-statements",
                None,
                makers,
                past=True,
                narrowed=True,
                as_of=max(proof[0].period.start or question.day, start or question.day),
            )
        ]
    day = last if repeal else start
    if day is None or not proof:
        return []
    note = "date-repealed" if repeal else "date-force"
    return [
        Reading(
            "date",
            tuple(proof),
            score,
            "answer-text-dates",
            None,
            (article,),
            day=day,
            subject=article,
            notes=(note,),
        )
    ]


def by_title(search: Search) -> tuple[URIRef, ...]:
    """Return the texts of the kinds asked for whose title names all that is asked about; not what amends them."""
    known = search.known
    kinds = search.question.kinds
    named = [t for t in sorted(known.texts) if kinds & known.texts[t] and _titled(t, search)]
    starts = [p.strip() for m in search.concepts for p in known.phrases(m.thing)]
    first = [
        t
        for t in named
        if any(
            " ".join(words(title)).startswith(s)
            for title in known.titles[t].values()
            for s in starts
        )
    ]
    return tuple(first or named)


def _titled(text: URIRef, search: Search) -> bool:
    """Say whether the title of *text* names all that is asked about."""
    titles = [f" {' '.join(words(title))} " for title in search.known.titles[text].values()]
    return all(
        any(phrase in title for phrase in search.known.phrases(m.thing) for title in titles)
        for m in search.concepts
    )


def _signed(text: URIRef, known: Knowledge) -> date | None:
    whole = known.part_of.get(text)
    return known.signed.get(text) or (known.signed.get(whole) if whole is not None else None)


PUBLISHED = re.compile(
    r"\bpubli\w*|\bparu\w*|\bparution\b|\bJO(?:RF)?\b|\bjournal\b", re.IGNORECASE
)


def _date_of_text(search: Search, text: URIRef) -> Iterator[Reading]:
    known, question = search.known, search.question
    said = {t.stem for t in question.tokens}
    if PUBLISHED.search(question.text) and text in known.published:
        day, note = known.published[text], "date-published"
    elif said & {"vigu", "vigueur", "force"}:
        version = known.version_on(text, question.day)
        if version is None or version[1].start is None:
            return
        day, note = version[1].start, "date-force"
    elif (signed := _signed(text, known)) is not None:
        day, note = signed, "date-signed"
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
