"""Readings of the questions "when?": a text, a deadline, since when a rule has stood."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from rdflib import URIRef

from kg.answers.choose import AUXILIARIES, Reading, Search, distinct, voices
from kg.answers.knowledge import Knowledge
from kg.answers.lifetimes import BINDING, since
from kg.answers.reading import Question
from kg.answers.texts import texts_of
from kg.namespaces import SOINS
from kg.words import words

SINCE = re.compile(
    r"\b(?:depuis|since|date de quand|à partir de|a partir de|from when|from what|starting when|deven\w+|becam?e)\b",
    re.IGNORECASE,
)


MAKES = re.compile(
    r"\bqui (?:(?:a|ont) )?(?:cr[ée]{1,2}|institu|instaur)\w*|\b(?:that|which) (?:has |have )?(?:creat|introduc|set up|establish)\w*"
    r"|\bcr[ée]ant\b|\bcreating\b",
    re.IGNORECASE,
)
"""Words for a text by what it created."""
THERE_IS = AUXILIARIES | frozenset("y a t il en on have has had there been peut peuvent".split())
UNTIL = re.compile(r"\bjusqu'|\b(?:un)?til\b", re.IGNORECASE)
LIMIT = re.compile(
    r"\blimite\b|\bau plus tard\b|\bdernier (?:jour|d[ée]lai)\b|\bdeadline\b|\bat the latest\b|\btime[- ]limit\b",
    re.IGNORECASE,
)
"""Words for the last day of something, which the day of a text or of a creation is not."""


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
    makes = MAKES.search(question.text) is not None
    if makes and question.kinds:  # "la loi qui a créé les centres de santé": not any law on them
        facts = [f for f in facts if f.relation == SOINS.estIssuDe]
    if (
        not facts
        and not makes
        and question.kinds
        and not search.left
        and search.concepts
        and len(titled := _by_title(search)) == 1
    ):
        yield from _date_of_text(search, titled[0])
    if not facts or not search.numbers_fit(facts, 0):
        return
    if question.kinds:  # "la loi qui prévoit les DAC", "l'ordonnance sur les centres de santé"
        found = distinct([t for f in facts for t in texts_of(f, search)])
        bearing = [t for t in found if _titled(t, search)]
        if len(bearing) == 1:  # "la loi sur les centres de santé": the one that bears their name
            found = (bearing[0],)
        if len(found) > 1:  # the one that created it, among all that mention it
            made = [f for f in facts if f.relation == SOINS.estIssuDe]
            found = distinct([t for f in made for t in texts_of(f, search)])
        if len(found) != 1 and not makes:
            found = _by_title(search)
        if len(found) == 1:
            yield from _date_of_text(search, found[0])
        return
    if frame is None:
        yield from _stands_since(search)
        return
    if SOINS.absorbe in frame.relations and not SINCE.search(question.text):
        return  # a merger has a deadline, told as the end of what is merged
    valued = [f for f in facts if hasattr(f.value, "isoformat")]
    if valued:
        best = voices(valued)[0]
        yield Reading(
            "date", (best,), search.score([best], 1), frame,
            day=best.value, past=past,  # type: ignore[arg-type]
            others=tuple(f for f in valued if f.value != best.value),
        )  # fmt: skip
        return
    if LIMIT.search(question.text) or UNTIL.search(question.text):
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
            "date", (best,), search.score([best]), frame, (best.object,),
            day=_signed(best.object, known), past=past,
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
    if not SINCE.search(question.text):
        return
    if len(search.concepts) < 2 and {question.tokens[i].word for i in search.spots} <= THERE_IS:
        return  # "depuis quand y a-t-il des CPTS": no rule is spoken of
    if dated and not past and len({since(f, known) for f in dated}) == 1:
        best = voices(dated)[0]
        start = since(best, known)
        rules = known.rules.get((best.subject, best.relation), [])
        first = [f for f in rules if f.object == best.object and f.period.start == start]
        yield Reading(
            "date", tuple(dict.fromkeys([*voices(first)[:1], best])), search.score([best]),
            frame, day=start, past=True, notes=("since",),
        )  # fmt: skip


def _stands_since(search: Search) -> Iterator[Reading]:
    """Since when a rule about all that is named has stood, where no frame knows its relation: "depuis quand l'agrément…"."""
    question, known = search.question, search.known
    if not SINCE.search(question.text) or len(search.concepts) < 2 or question.numbers:
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
        "date", tuple(voices(facts)), search.score(facts),        known.grammar.frame_of(facts[0].relation), day=since(facts[0], known), past=True,
        notes=("since",),
    )  # fmt: skip


REPEAL = re.compile(
    r"\bjusqu'|\b(?:abrog\w*|repeal\w*|until|till|cess\w* d'être en vigueur|ceased? to (?:apply|be in force))",
    re.I,
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
        any(f.links(m.thing) or m.thing in f.concerns or known.speaks_of(f, m.thing) for f in own)
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
                None,
                makers,
                past=True,
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
            None,
            (article,),
            day=day,
            subject=article,
            notes=(note,),
            query="answer-text-dates",
        )
    ]


def _by_title(search: Search) -> tuple[URIRef, ...]:
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
    if LIMIT.search(question.text) or UNTIL.search(question.text):
        return
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
            "date", (proof[0],), search.score([], 1), None, (text,), query="answer-text-dates",
            day=day, subject=text, notes=(note,),
        )  # fmt: skip
