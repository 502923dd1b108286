"""What a question announces must be what answers it: a statement of another relation does not, however near it is."""

from __future__ import annotations

import re

from kg.answers.choose import ARTICLES, AUXILIARIES, Reading
from kg.answers.knowledge import Fact, Knowledge
from kg.answers.reading import Question
from kg.answers.texts import PLACE
from kg.messages import Lang
from kg.namespaces import SOINS
from kg.words import Token, fold, stems

OPEN = frozenset({"entites", "passage", "nombre", "decompte", "textes"})
"""Kinds of readings that answer an open question by a relation."""
ASKING = frozenset(
    "quel quels quelle quelles combien dont avec sont doit doivent peut peuvent pouvait etre dans pour leur leurs"
    " elle elles quand comment which what whom whose when where many much does have must could would there from"
    " that this with under qui que who how why est par aux ont ses son any had has did for may can was are all"
    " year one".split()
)
"""Words by which any question asks: they announce no relation by themselves."""
WHOM = re.compile(r"\W*whom\b.*\bfor\W*$", re.IGNORECASE)
PUBLISHED = re.compile(r"\bpubli(?:[eé]|cation|sh)", re.IGNORECASE)
"""Words of a place, where the question begins with "where"."""
PRONOUNS = frozenset("il elle ils elles on t".split())
MODALS = frozenset("doit doivent devait devaient peut peuvent pouvait pouvaient a ont".split())
LEAST = 3
"""Letters of a word that announces something by itself."""


def strays(
    reading: Reading, question: Question, known: Knowledge, *, literal: bool = False
) -> bool:
    """Say whether *reading* leaves a word that announces another relation unexplained, or another subject.

    Such a word is explained by the frame that answers, by one that knows the relation of the answer, or by the
    statements, letter for letter. *literal*: no frame answers, so that a synonym is too little for any word
    ("object" is no purpose).
    """
    if reading.kind not in OPEN or question.is_closed or not reading.facts:
        return False
    if (
        PLACE.match(question.text)
        and PUBLISHED.search(question.text)
        and not any(f.relation == SOINS.estPublieSur for f in reading.facts)
    ):
        return True  # where it is published is no text that speaks of it
    if not _of_subject(reading, question, known):
        return True
    joined = len({m.thing for m in question.concepts()}) > 1  # two things named tell the relation
    return not joined and bool(_unsaid(reading, question, literal))


def _unsaid(reading: Reading, question: Question, literal: bool) -> list[Token]:
    """Return the words of the cues of relations that neither the frame nor the statements of *reading* explain."""
    relations = {f.relation for f in reading.facts}
    names = frozenset(i for m in question.mentions for i in m.positions)
    asked, taken = set[int](), set(question.kind_spots | names)
    for frame, cue, _ in question.frames:
        if frame == reading.frame or frame.relations & relations or not frame.relations:
            taken |= cue
        asked |= cue
    for _, spots in question.forms:
        taken |= spots
    if not literal or any(
        f.relations & relations and cue & question.content for f, cue, _ in question.frames
    ):
        # the frame that answers has had them explained
        taken |= question.content
    tokens = [question.tokens[i] for i in sorted(asked - taken)]
    if WHOM.match(question.text) and SOINS.sAdresseA not in relations:
        return [question.tokens[0]]  # "whom is it for" is announced by its first word
    left = [
        t for t in tokens if len(t.word) >= LEAST and t.word not in ASKING | AUXILIARIES | ARTICLES
    ]
    if not left:
        return []
    said = frozenset().union(*(_said(f, question.lang) for f in reading.facts))
    return [t for t in left if t.stem not in said]


def _said(fact: Fact, lang: Lang) -> frozenset[str]:
    return stems(fact.says.get(lang) or fact.quote) | stems(fact.quote)


def _of_subject(reading: Reading, question: Question, known: Knowledge) -> bool:
    """Say whether the thing of which the verb asks ("doit-elle", "must it") is an end of the statements."""
    for mention in question.concepts():
        before = mention.start - 1
        while before > 0 and question.tokens[before].word in ARTICLES:
            before -= 1
        asked = before > 0 and question.tokens[before].word in AUXILIARIES
        after = [fold(t.raw) for t in question.tokens[mention.end : mention.end + 2]]
        if asked or (len(after) == 2 and after[0] in MODALS and after[1] in PRONOUNS):
            above = known.ancestors(mention.thing)
            return any(({f.subject, f.object} | f.concerns) & above for f in reading.facts)
    return True
