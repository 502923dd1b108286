"""Answer a question from the graph, or refuse and say why. The same question always gets the same answer."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from rapidfuzz import fuzz, process
from rdflib import URIRef

from kg.answers.choose import Reading
from kg.answers.chooser import Chooser, helped
from kg.answers.disagreements import disagreements, of_title, points_about
from kg.answers.events import of_event
from kg.answers.evidence import citations, entity
from kg.answers.explain import explained
from kg.answers.knowledge import Knowledge
from kg.answers.lifetimes import BINDING
from kg.answers.loading import knowledge
from kg.answers.model import Answer
from kg.answers.negation import plain
from kg.answers.passages import passages
from kg.answers.phrase import said_by, sentence, warnings
from kg.answers.plainer import Plainer, plainer
from kg.answers.queries import bound
from kg.answers.reading import Question, read
from kg.answers.readings import readings
from kg.answers.several import joined, parts
from kg.answers.turns import asked_for, bank
from kg.citations import long_date
from kg.errors import BadInput
from kg.messages import LANGS, Lang, say
from kg.store import Store
from kg.words import language, tidy

LIMIT = 500
"""Characters of a question (``settings.question``)."""
ORDER = re.compile(
    r"\W*(?:answer|reply|r[ée]pond(?:s|ez)|ignorez?|oubliez?|forget|pretend|suppos\w+|imagin\w+|assum\w+)\b(?=[^?]*[:,.])",
    re.IGNORECASE,
)
"""An order to the one who answers, before what is asked: it is no question about the law."""
_KINDS = {
    "textes": "entities", "entites": "entities", "booleen": "boolean", "inverse": "boolean",
    "nombre": "number", "decompte": "number", "date": "date", "definition": "text",
    "difference": "text", "passage": "text",
}  # fmt: skip


def prepare(store: Store) -> None:
    """Read from *store* what its first question would wait for: seconds."""
    for lang in LANGS:
        bank(knowledge(store), lang)


def answer(
    store: Store,
    question: str,
    lang: Lang | None,
    day: date,
    *,
    limit: int = LIMIT,
    explain: bool = False,
    chooser: Chooser | None = None,
) -> Answer:
    """Return the answer to *question* by the law in force on *day*; *lang* None = that of the question.

    *explain*: with how the question was understood. *chooser*: asked for a frame where no reading stands out;
    None: nobody is.

    Raises:
        BadInput: the question is empty or longer than *limit* characters.
    """
    if not question.strip():
        raise BadInput("answers.empty")
    if len(question) > limit:
        raise BadInput("answers.too-long", size=len(question), limit=limit)
    known = knowledge(store)
    spoken = lang or language(question)
    asking = parts(question, spoken, day, known)
    if len(asking) > 1:
        replies = [_one(store, part, spoken, day, known, explain, chooser) for part in asking]
        if (reply := joined(question, replies)) is not None:
            return reply
    asked = question if len(asking) > 1 else asking[0]
    return replace(
        _one(store, asked, spoken, day, known, explain, chooser), question=tidy(question)
    )


def _one(
    store: Store,
    question: str,
    lang: Lang | None,
    day: date,
    known: Knowledge,
    explain: bool,
    chooser: Chooser | None,
) -> Answer:
    """Return the answer to a question about one thing."""
    asked = _read(question, lang, day, known)
    if of_event(asked):
        asked = replace(asked, day=day)
    candidates = readings(asked, known)
    reply = _chosen(store, asked, candidates, known, day)
    if reply.abstained and not (_unasked(asked) or of_event(asked)):
        reply = _told_plainly(plainer(asked, known), store, asked, known, day) or reply
    if reply.abstained and chooser is not None and asked.concepts() and not _unknown_text(asked):
        candidates = helped(asked, candidates, known, chooser)
        reply = _by_model(_chosen(store, asked, candidates, known, day))
    if reply.abstained and not (
        _unknown_text(asked) or asked.broken or asked.dated or asked.negated
    ):
        reply = of_title(store, asked, known) or reply
    if reply.abstained:
        reply = replace(reply, passages=passages(store, asked, known))
    reply = replace(reply, question=tidy(question))
    return (
        replace(reply, explained=explained(asked, candidates, _cued(asked), known))
        if explain
        else reply
    )


def _read(question: str, lang: Lang | None, day: date, known: Knowledge) -> Question:
    """Return *question* as read, a negation of its verb taken away."""
    bare = plain(tidy(question))
    if bare is None:
        return read(question, lang or language(question), day, known)
    spoken = lang or language(f"{question} {bare.text}")
    asked = read(bare.text, spoken, day, known)
    return replace(asked, negated="truth" if bare.truth else "still", is_closed=True)


def _told_plainly(
    turned: list[Plainer], store: Store, asked: Question, known: Knowledge, today: date
) -> Answer | None:
    """Return the answer to the plainer questions of which *asked* is a turn of phrase; None where they differ."""
    found: dict[bool, list[Answer]] = {True: [], False: []}
    asks = asked_for(asked.tokens, asked.text)
    for way in turned:
        again = _read(way.text, asked.lang, asked.day, known)
        again = replace(again, dated=asked.dated, negated=asked.negated or again.negated)
        reply = _chosen(store, again, readings(again, known), known, today)
        fits = (reply.kind == "number" or "count" not in asks) and (
            not asked.wants_texts or _are_texts(reply, asked.kinds, known)
        )
        fits = fits and (not asks if reply.boolean is not None else not asked.is_closed)
        if fits and not reply.abstained:
            alike = again.kinds == asked.kinds  # "quel article" before "quel texte"
            found[alike].append(replace(reply, understood=way.text))
    replies = found[True] or found[False]
    same = {(r.kind, r.boolean, r.number, r.when, frozenset(r.entities)) for r in replies}
    return replies[0] if len(same) == 1 else None


def _are_texts(reply: Answer, kinds: frozenset[URIRef], known: Knowledge) -> bool:
    """Say whether *reply* names the texts that a question asks for, of one of *kinds* where it names some."""
    found = [known.texts.get(URIRef(e.iri), set()) for e in reply.entities]
    return reply.kind == "entities" and all(kinds & text if kinds else text for text in found)


def _chosen(
    store: Store, asked: Question, candidates: list[Reading], known: Knowledge, today: date
) -> Answer:
    """Return the answer of the best of *candidates*, or a refusal."""
    if (reason := _unasked(asked)) is not None:
        return _refusal(asked, known, reason)
    if any(form.answers == "ecarts" for form, _ in asked.forms) and (
        found := disagreements(store, asked, known)
    ):
        return found
    if not candidates:
        return _refusal(asked, known, "no-fact")
    best = candidates[0]
    rivals = [r for r in candidates if r.score == best.score and r.result() != best.result()]
    if rivals and not _same_side(best, rivals):
        return _refusal(asked, known, "ambiguous")
    if best.kind in ("entites", "passage") and "number" in best.notes:
        return _refusal(asked, known, "no-fact")
    return _answered(store, asked, best, known, today)


def _unasked(asked: Question) -> str | None:
    """Return why nothing that is known is asked: a text that is unknown, an order, code, a date that is none."""
    if _unknown_text(asked):
        return "unknown-text"
    if ORDER.match(asked.text) or "{" in asked.text:
        return "no-fact"
    return "bad-date" if asked.broken else None


def _unknown_text(asked: Question) -> bool:
    return any(named.text is None for named in asked.named)


def _by_model(reply: Answer) -> Answer:
    """Return *reply*, which says that a model chose how the question was read."""
    note = say("answers.chosen", reply.lang)
    return reply if reply.abstained else replace(reply, warnings=(note, *reply.warnings))


def _same_side(best: Reading, rivals: list[Reading]) -> bool:
    """Say whether the rivals only add to, or take from, the list that *best* gives."""
    if best.boolean is not None:
        return all(r.boolean is best.boolean for r in rivals)
    mine = set(best.things)
    return all(
        r.kind == best.kind and (mine <= set(r.things) or set(r.things) <= mine) for r in rivals
    )


def _answered(
    store: Store, asked: Question, reading: Reading, known: Knowledge, today: date
) -> Answer:
    lang = asked.lang
    reading = _turned(reading, asked)
    sparql = bound(reading, asked, known)
    rows = {row.get("affirmation") for row in store.select(sparql)}
    proved = [f for f in reading.facts if f.iri in rows or reading.query == "answer-text-dates"]
    quotes = citations([*proved, *reading.others], known, lang, asked.day)
    if not quotes:
        return _refusal(asked, known, "no-fact")
    about = {m.thing for m in asked.mentions}
    notes = warnings(reading, known, lang, asked.day) + points_about(
        store, set(reading.facts) | set(reading.others), about, lang
    )
    if asked.dated and asked.day > max(today, known.latest):
        notes = (say("answers.to-come", lang, day=long_date(asked.day, lang)), *notes)
    return Answer(
        question=asked.text,
        lang=lang,
        day=asked.day,
        kind=_KINDS[reading.kind],
        text=sentence(reading, known, lang, asked.day),
        abstained=False,
        entities=tuple(entity(t, known, lang) for t in reading.things),
        boolean=reading.boolean,
        number=reading.number,
        when=reading.day if reading.kind != "definition" else None,
        citations=quotes,
        sparql=sparql,
        warnings=tuple(dict.fromkeys(notes)),
        frame=reading.frame.id if reading.frame is not None else reading.kind,
    )


def _turned(reading: Reading, asked: Question) -> Reading:
    """Return *reading*, found for the question without its negation, as the answer to the one asked."""
    if not asked.negated or reading.boolean is None:
        return reading
    if asked.negated == "truth":
        yes = not reading.boolean
        note = "true-closed" if "closed" in reading.notes else "true" if yes else "untrue"
        return replace(reading, boolean=yes, notes=(note,))
    return replace(reading, notes=reading.notes or (("still",) if reading.boolean else ()))


def _refusal(asked: Question, known: Knowledge, reason: str) -> Answer:
    lang = asked.lang
    said = [say("answers.none", lang)]
    words = [t.raw for t in asked.unplaced(_cued(asked))]
    if reason == "unknown-text":
        names = ", ".join(asked.text[n.start : n.end] for n in asked.named if n.text is None)
        said.append(say("answers.unknown-text", lang, names=names))
    elif words and reason != "bad-date":
        said.append(say("answers.unplaced", lang, words=", ".join(dict.fromkeys(words))))
    else:
        said.append(say(f"answers.{reason}", lang))
    if (later := _later_rule(asked, known)) is not None:
        said.append(say("answers.later-rule", lang, says=later))
    near = [entity(t, known, lang) for t in _nearest(asked, known)]
    if near:
        said.append(say("answers.near", lang, names=", ".join(e.label for e in near)))
    return Answer(
        question=asked.text,
        lang=lang,
        day=asked.day,
        kind="abstain",
        text=" ".join(said),
        abstained=True,
        nearest=tuple(near),
        suggestions=tuple(_suggestions(asked, known)),
    )


def _later_rule(asked: Question, known: Knowledge) -> str | None:
    """Return the rule that answers *asked* on a later day, where it had not begun on the day asked about."""
    found = readings(replace(asked, day=date.max, claims=()), known, last=False)
    facts = [
        f
        for f in (found[0].facts if found else ())
        if f.period.start is not None and f.period.start > asked.day and f.order <= BINDING
    ]
    return said_by(facts[:2], known, asked.lang) if facts else None


def _cued(asked: Question) -> frozenset[int]:
    spots = [s for _, s, _ in asked.frames] + [s for _, s in asked.forms] + [asked.kind_spots]
    return frozenset(i for spot in spots for i in spot)


def _nearest(asked: Question, known: Knowledge) -> list[URIRef]:
    found = list(dict.fromkeys(m.thing for m in asked.mentions))
    names = known.spelled()
    for token in asked.unplaced(_cued(asked))[:4]:
        if len(token.word) < 5:
            continue
        for name, _, _ in process.extract(
            token.word, list(names), scorer=fuzz.ratio, score_cutoff=75, limit=2
        ):
            found += [known.aliases.get(t, t) for t in sorted(names[name])]
    return list(dict.fromkeys(t for t in found if t in known.labels))[:5]


def _suggestions(asked: Question, known: Knowledge) -> list[str]:
    announced = {frame.iri for frame, _, _ in asked.frames}
    first = [
        e
        for f in known.grammar.frames
        if f.iri in announced
        for e in f.examples.get(asked.lang, ())
    ]
    return list(dict.fromkeys([*sorted(first), *known.grammar.examples(asked.lang)]))[:6]
