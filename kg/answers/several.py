"""Split a question that asks two things: "quelle loi a créé les CPTS et quel article les définit ?"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from kg.answers.choose import ARTICLES, OF
from kg.answers.entities import Mention
from kg.answers.knowledge import Knowledge
from kg.answers.model import Answer
from kg.answers.reading import COORDINATED, Question, read
from kg.messages import Lang, say
from kg.words import tidy

_ASKS = (
    r"(?:(?:à|a|de|avec|par|pour|sous|sur|dans|depuis|en|avant|chez)\s+)?(?:quel(?:le)?s?|qui|quoi|combien|quand|comment"
    r"|où|qu'est|qu'ont|que|which|what|who|whom|how|when|where)\b"
    r"|(?:peu(?:t|vent)|doi(?:t|vent)|est|sont|a|ont|faut)(?:-t)?-(?:il|elle|ils|elles|on|ce)\b"
    r"|(?:since|by|to|with|from|in|under)\s+(?:what|which|whom?|when)\b"
    r"|(?:must|can|may|does|do|did|is|are|has|have|should)\s+\w+"
)
_JOINT = re.compile(
    rf"(?:\s*[,;]?\s+(?:et|and|mais|but)\s+|\s*\?\s+(?:(?:et|and)\s+)?)(?=(?:{_ASKS}))",
    re.IGNORECASE,
)
_TOPIC = re.compile(
    r"(?P<topic>[^.,;:…?]+)\s*[.,;:…]+\s*(?P<asks>(?:what|who|which)\b[^?]*\b(?:them|it)\b.*)",
    re.IGNORECASE,
)
_ELLIPSIS = re.compile(
    r"(?:\s*[,?]\s*(?:et|and)\s+(?:celle|celui|that of|pour|for|what about|about)?\s*)(?P<other>[^,?]+?)\s*\?*$",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"(?P<dash>-t)?-(?P<subject>il|elle|ils|elles)\b|\b(?P<plain>qu'(?:il|elle)s?|ils?|elles?|it|they|them)\b",
    re.IGNORECASE,
)
_WHAT = re.compile(
    r"\b(?:quel(?:le)?s?|qui|quoi|combien|quand|comment|où|que|qu|which|what|who|how|when|where)\b'?",
    re.I,
)


def parts(text: str, lang: Lang, day: date, known: Knowledge) -> tuple[str, ...]:
    """Return the questions that *text* asks, each with its subject; one where it asks one thing.

    The second takes the subject of the first where it names no structure of its own.
    """
    text = _told_first(tidy(text), lang, day, known)
    joint = _JOINT.search(text)
    if joint is not None and joint.start() > 0 and joint.end() < len(text):
        first, second = text[: joint.start()], text[joint.end() :]
        if _JOINT.search(second) is not None:
            return (text,)
        head, tail = (read(part, lang, day, known) for part in (first, second))
        subject = _subject(head, known)
        if subject is None or not _asks(head):
            return (text,)
        return (_marked(first), _marked(_with(tail, head, subject, known)))
    if (left := _ELLIPSIS.search(text)) is not None and _WHAT.search(text[: left.start()]):
        first = text[: left.start()]
        head, tail = read(first, lang, day, known), read(left["other"], lang, day, known)
        if (
            len(head.mentions) == len(tail.mentions) == 1
            and not tail.unplaced()
            and not tail.frames
        ):
            mention = head.mentions[0]
            start, end = head.tokens[mention.start].start, head.tokens[mention.end - 1].end
            return (_marked(first), _marked(f"{first[:start]}{left['other']}{first[end:]}"))
    return (text,)


def _told_first(text: str, lang: Lang, day: date, known: Knowledge) -> str:
    """Return *text* with what is named first in the place of the pronoun: "MAIAs… what took them over?"."""
    found = _TOPIC.match(text)
    if found is None:
        return text
    topic = read(found["topic"], lang, day, known)
    if (
        len(topic.mentions) != 1
        or topic.unplaced()
        or read(found["asks"], lang, day, known).mentions
    ):
        return text
    name = topic.mentions[0]
    words = topic.text[topic.tokens[name.start].start : topic.tokens[name.end - 1].end]
    return re.sub(r"\b(?:them|it)\b", words, found["asks"], count=1, flags=re.IGNORECASE)


def _asks(head: Question) -> bool:
    """Say whether the first part is a question by itself, not a scene: "nous sommes dix, …"."""
    return bool(head.is_closed or head.forms or head.frames)


def _marked(text: str) -> str:
    return text.rstrip(" ,;?") + " ?"


def _subject(head: Question, known: Knowledge) -> str | None:
    """Return the words of *head* that name what it is about: its structure, with what is of it."""
    mentions = head.concepts() or head.texts()
    if not mentions:
        return None
    whole = [i for i, m in enumerate(mentions) if COORDINATED & known.ancestors(m.thing)]
    at = whole[0] if whole else 0
    first = mentions[at - 1] if at and _of(mentions[at - 1], mentions[at], head) else mentions[at]
    return head.text[head.tokens[first.start].start : head.tokens[mentions[at].end - 1].end]


def _of(thing: Mention, whole: Mention, head: Question) -> bool:
    between = {t.word for t in head.tokens[thing.end : whole.start]}
    return bool(between & OF) and between <= OF | ARTICLES


def _with(tail: Question, head: Question, subject: str, known: Knowledge) -> str:
    """Return the text of *tail* with *subject* in the place of its pronoun, or after it."""
    own = any(COORDINATED & known.ancestors(m.thing) for m in tail.concepts()) or tail.texts()
    if own:
        return tail.text
    if not (tail.content or tail.mentions):  # "et depuis quand ?" asks it of all that was said
        return f"{tail.text.rstrip(' ?')} {_WHAT.sub('', head.text)}"
    if (pronoun := _PRONOUN.search(tail.text)) is None:
        return f"{tail.text.rstrip(' ?')} {subject}"
    before, after = tail.text[: pronoun.start()], tail.text[pronoun.end() :]
    return f"{before} {'que ' if pronoun[0].lower().startswith('qu') else ''}{subject}{after}"


def joined(question: str, replies: list[Answer]) -> Answer | None:
    """Return the *replies* to the parts of *question* as one, None where no part is answered.

    What stays without an answer is said: half an answer is not passed for a whole one.
    """
    told = [r for r in replies if not r.abstained]
    if not told:
        return None
    first = told[0]
    missing = [
        say("answers.part-missing", r.lang, question=r.question) for r in replies if r.abstained
    ]

    def of_any(name: str) -> object:
        return next((v for r in told if (v := getattr(r, name)) is not None), None)

    entities = {e.iri: e for r in told for e in r.entities}
    return replace(
        first,
        question=question,
        text="\n".join([*(r.text for r in told), *missing]),
        entities=tuple(entities.values()),
        boolean=of_any("boolean"),  # type: ignore[arg-type]
        number=of_any("number"),  # type: ignore[arg-type]
        when=of_any("when"),  # type: ignore[arg-type]
        citations=tuple(dict.fromkeys(c for r in told for c in r.citations)),
        warnings=tuple(dict.fromkeys(w for r in told for w in r.warnings)),
        explained={"parts": [r.explained for r in replies]} if first.explained else None,
        parts=tuple(told) if len(told) > 1 else (),
        understood=first.understood if len(told) == 1 else "",
    )
