"""Readings of the questions "which texts?"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from rdflib import URIRef

from kg.answers.choose import (
    ARTICLES,
    YEAR,
    Reading,
    Search,
    asks_who,
    distinct,
    is_somebody,
    voices,
)
from kg.answers.entities import Mention
from kg.answers.knowledge import Fact, Knowledge
from kg.answers.lifetimes import BINDING, life_of_text
from kg.answers.reading import Question, passive
from kg.citations import natural
from kg.namespaces import SOINS

ABOUT = frozenset({SOINS.definit, SOINS.regit})
DEFINES = frozenset({SOINS.definit})
"""The relation of the text that is asked for by "which article defines": what only rules on the thing does not."""

CREATES = re.compile(r"\b(?:cr[ée]e|institue|instaure)\b", re.IGNORECASE)
PLACE = re.compile(r"\W*(?:où|ou|where)\b", re.IGNORECASE)
WRITTEN = re.compile(
    r"\bd[ée]fini\w*|\bpr[ée]v(?:u|oi)\w*|\b[ée]crit\w*|\bdit\w*|\binscri\w*|\bmentionn\w*|\btextes?\b|\barticles?\b"
    r"|\bcode\b|\blois?\b|\bfix[ée]\w*|\blist\w*|\bdefin\w*|\bsays?\b|\bsaid\b|\bset out\b|\blaid\b"
    r"|\bwritten\b|\bprovided\b|\bstated\b|\blaws?\b|\bact\b|\bfound\b|\bdescri\w+|\br[ée]gl\w+|\brules?\b",
    re.IGNORECASE,
)
"""Words for what stands in a text: "where" with one of them asks which."""
ALLOWS = re.compile(
    r"\b(?:autoris\w*|permet\w*|permis\w*|allow\w*|authori[sz]\w*|permit\w*|entitle\w*|lets?|enabl\w*|le droit d\w*|can|may)\b",
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
HEAD = re.compile(
    r"\W*(?:(?:quel(?:le)?s?|which|what)(?: (?:est|sont|is|are|was|were))?\s+|(?:je|nous) (?:cherch\w+|voudr\w+|veux)\s+"
    r"|(?:donnez?|indiquez?|citez?|trouvez?)(?:[- ]moi)?\s+|(?:i'm|i am|we are) looking for\s+|(?:give|tell) me\s+"
    r"|(?:le |la |the )?(?:num[ée]ro|nom|titre|r[ée]f[ée]rence|name|number|title)s? (?:d[eu]s?|of)\s+)*"
    r"(?:l'|(?:les?|la|une?|the|an?|du|des)\s+)?"
    r"(?:(?P<kind>article|d[ée]cret|arr[êe]t[ée]|ordonnance|ordinance|loi|law|act|decree|order|circulaire|circular"
    r"|instruction)s?(?!\w)(?![' ]+est\b)|(?P<any>document|texte?)s?\b)",
    re.IGNORECASE,
)
"""The text that a question asks for, said first: "je cherche le décret…", "l'arrêté sur…", "le nom du document…"."""
CONTENTS = re.compile(
    r"\bquoi\b|\bqu(?:e |')[^?]{0,20}[- ]t?-?(?:il|elle)\b|\bwhat about\b", re.IGNORECASE
)
ONCE = re.compile(
    r"\b\w+ai(?:t|ent)\b|\b(?:anci\w+|avant|jadis|was|were|former\w*|used to|before|did)\b",
    re.IGNORECASE,
)
"""Words for what is no more: a question in the present is not about a repealed rule."""
TOWARDS = frozenset("ver en dan into to au aux par by".split())
"""What stands between what becomes something else and what it becomes: "des PTA vers les DAC"."""
_ASIDE = re.compile(
    r"\s*[:,]\s*(?:prévu|mentionné|visé|défini)e?s?\s+(?:par|à|dans)\b", re.IGNORECASE
)


def which_texts(search: Search) -> Iterator[Reading]:
    """Which texts say it, define it, govern it?"""
    question, known, frame = search.question, search.known, search.frame
    concepts = search.concepts
    if PLACE.match(question.text) and not WRITTEN.search(question.text):
        return  # "où se trouve", "where is it published", "where can it be read" ask for a place
    if _of_alternatives(question) or turned_round(question, known) or _gainsaid(search):
        return
    if _undergone(question, known):
        return
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
        lambda fact: texts_of(fact, search) and _bears(fact, search), titles=True
    )
    if not facts and frame is not None and SOINS.estIssuDe in frame.relations:
        facts, past = replace(
            search, frame=None, form_spots=search.form_spots | search.spots
        ).facts(_creates)
    named = [
        (t, f) for f in facts for t in texts_of(f, search) if not _later(t, question.day, known)
    ]
    within = {m.thing for m in question.texts()}  # "quel article de la loi du 24 juillet 2019"
    named = [(t, f) for t, f in named if known.part_of.get(t) in within] or named
    years = _years(question)
    named = [
        (t, f) for t, f in named if t not in within and (not years or _signed_in(t, years, known))
    ]
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
        frame,
        things,
        past=past,
    )


_OF_IT = re.compile(r"\s+(?:de|du|d'|of|in|from)\s*(?:la |l'|le |the )?", re.IGNORECASE)


def of_kind(reading: Reading, question: Question, known: Knowledge) -> bool:
    """Say whether *reading* answers with texts, of the kind asked for, where the question begins by asking for one."""
    head = HEAD.match(question.text)
    if CONTENTS.search(question.text):
        return True  # "le décret fixe quoi pour les CPTS": what it says is asked
    if head is None or question.is_closed or reading.kind not in ("entites", "passage", "textes"):
        return True
    asked = question.kinds if head["kind"] else frozenset[URIRef]()
    fixed = reading.frame is not None and SOINS.estDeterminePar in reading.frame.relations
    if reading.past and fixed and not question.dated and not ONCE.search(question.text):
        return False  # what fixes it today is asked
    if any(m.is_text and _at(question, m, head.end()) for m in question.mentions):
        return True  # "l'article L. 6323-3", "la loi Touraine": the text is named, not asked for
    acts = {
        m.thing for m in question.mentions if m.is_text and _of_it(question, m, head.end())
    }  # "quel article de la loi du 24 juillet 2019"
    return bool(reading.things) and all(
        t in known.texts
        and (not acts or known.part_of.get(t) in acts)
        and (
            not asked
            or any(asked & known.texts.get(w, set()) for w in (t, known.part_of.get(t)) if w)
        )
        for t in reading.things
    )


def _of_it(question: Question, mention: Mention, place: int) -> bool:
    """Say whether *mention* begins after a "de" at *place*: what is asked for is part of it."""
    start = question.tokens[mention.start].start
    return _OF_IT.fullmatch(question.text[place:start]) is not None


def _at(question: Question, mention: Mention, place: int) -> bool:
    """Say whether *mention* begins at the word that ends at *place*, or just after it."""
    start = question.tokens[mention.start].start
    return start <= place + 1


def turned_round(question: Question, known: Knowledge) -> bool:
    """Say whether what the verb says of two things is only said the other way round: "how did PTAs absorb the DACs"."""
    for frame, cue, inverse in question.frames:
        if "sens" not in frame.answers:
            continue
        search = Search(question, known, frame, cue, inverse)
        if len(search.concepts) < 2:
            continue
        role = "object" if _towards(search) else search.role(search.concepts[0])
        first, second = (m.thing for m in search.concepts[:2])
        said = [
            f for f in known.linked_to([first]) if f.relation in frame.relations and f.links(second)
        ]
        if role and said and all(getattr(f, role) != first for f in said):
            return True
    return False


def _towards(search: Search) -> bool:
    """Say whether the first thing named becomes the second: "les PTA vers les DAC"."""
    first, second = search.concepts[:2]
    between = {t.word for t in search.question.tokens[first.end : second.start]}
    return bool(between & TOWARDS) and between <= TOWARDS | ARTICLES


def _undergone(question: Question, known: Knowledge) -> bool:
    """Say whether an act does its verb to the one thing named, to which no statement says it done.

    "Quelle loi a absorbé les DAC": that they absorb others is no answer.
    """
    named = question.concepts()
    if len(named) != 1 or not question.kinds:
        return False
    thing = named[0]
    for frame, cue, _ in question.frames:
        if "sens" not in frame.answers or max(cue) >= thing.start:
            continue
        between = {t.word for t in question.tokens[max(cue) + 1 : thing.start]}
        if between <= ARTICLES and not passive(question.tokens, cue):
            said = known.linked_to([thing.thing])
            return not any(f.relation in frame.relations and f.object == thing.thing for f in said)
    return False


def _gainsaid(search: Search) -> bool:
    """Say whether the graph only says the contrary of what the question takes for granted of the two things named.

    No text forbids what a centre does, none allows nor imposes what it is forbidden.
    """
    question, known = search.question, search.known
    if question.denies or not (question.forbids or question.duty or ALLOWS.search(question.text)):
        return False
    pair = {m.thing for m in question.concepts()}
    said = [f for f in known.linked_to(list(pair)) if {f.subject, f.object} == pair]
    said, past = search.in_force([f for f in said if f.evidence != "conteste"])
    denied = known.grammar.denied()
    return bool(said) and not past and all((f.relation in denied) != question.forbids for f in said)


def _of_alternatives(question: Question) -> bool:
    """Say whether the "ou" by which a text would be asked stands between two names: "CDS ou MSP"."""
    spots = {s for form, s in question.forms if form.answers == "textes"}
    starts, ends = {m.start for m in question.mentions}, {m.end for m in question.mentions}
    words = question.tokens
    return bool(spots) and all(
        len(s) == 1 and words[i].raw.lower() == "ou" and i in ends and {i + 1, i + 2} & starts
        for s in spots
        for i in s
    )


def _years(question: Question) -> frozenset[int]:
    """Return the years that the question gives to what it looks for: "le texte national de 2010"."""
    words = (question.tokens[i].word for i in question.content)
    return frozenset(int(word) for word in words if YEAR.fullmatch(word))


def _signed_in(text: URIRef, years: frozenset[int], known: Knowledge) -> bool:
    whole = known.part_of.get(text, text)
    signed = known.signed.get(text) or known.signed.get(whole)
    return signed is not None and signed.year in years


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
    named = {m.thing for m in question.concepts()}
    if asks_who(question) and not any(
        is_somebody(t, known) for t in (fact.subject, fact.object) if t and t not in named
    ):
        return False  # "qui peut…, selon quel article": it names somebody
    taken = [m for m in question.concepts() if m not in search.concepts]
    if any(not _said(m.thing, fact, known) for m in taken):
        return False  # the missions of public service are not any missions
    bare = search.frame is None and not search.left and len(search.concepts) > 1
    if bare and not all(fact.links(m.thing) or m.thing in fact.concerns for m in search.concepts):
        return False  # where nothing but names is said: "personnel" in passing is no employee
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
    contents = any(f.relations == {SOINS.precise} for f, _, _ in question.frames)
    if contents and fact.relation == SOINS.precise:
        return any(fact.subject == m.thing for m in search.concepts)  # not what mentions it
    ends = {r for f, _, _ in question.frames if "fin" in f.answers for r in f.relations}
    return not ends or fact.relation in ends | {SOINS.absorbe}


def _said(thing: URIRef, fact: Fact, known: Knowledge) -> bool:
    return fact.links(thing) or thing in fact.concerns or known.speaks_of(fact, thing)


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


def texts_of(fact: Fact, search: Search) -> list[URIRef]:
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
        (t, f) for f in pool for t in texts_of(f, search) if not _later(t, question.day, known)
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
        frame,
        things,
        object=concept.thing,
        past=not now,
        query="answer-texts",
    )


def itself(search: Search) -> Iterator[Reading]:
    """The text named, by its number and date: "quel est le numéro de la loi Touraine ?"."""
    known, texts = search.known, search.question.texts()
    if len(texts) != 1 or SOINS.Code in known.texts[texts[0].thing]:
        return  # a code has no number
    text = texts[0].thing
    if search.question.kinds and not search.question.kinds & known.texts[text]:
        return  # "le numéro de l'article de la loi Touraine"
    own = [f for f in known.facts if f.quote and search.speaks(f, text)]
    said = known.title_words(text).union(*(f.words for f in own))
    about = all(
        any(m.thing in f.concerns or f.links(m.thing) for f in own) for m in search.concepts
    )
    if own and about and all(w.stem in said for w in search.left):
        yield Reading(
            "textes", (voices(own)[0],), search.score([], 1), search.frame, (text,)
        )  # fmt: skip
