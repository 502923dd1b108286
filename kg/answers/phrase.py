"""Say an answer in words. The legal content comes from the graph; only the frame is ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from rdflib import URIRef

from kg.answers.choose import Reading
from kg.answers.knowledge import Fact, Knowledge
from kg.citations import long_date, natural
from kg.messages import Lang, say
from kg.namespaces import SOINS

UNREAD = ("derive", "de-memoire")
"""Evidence of a provision that was not read word for word."""
LAW = ("loi", "ordonnance")
UNITS = {
    "days": ("EnJours",), "months": ("EnMois", "ApresMois"), "years": ("EnAnnees",), "euros": ("MontantMaximal",),
}  # fmt: skip
"""Units of what a relation counts, by the end of its name."""
SENTENCES = 13
"""Statements repeated in the text of one answer."""


def sentence(reading: Reading, known: Knowledge, lang: Lang, day: date) -> str:
    """Return the answer of *reading* in words."""
    if reading.kind == "booleen" or reading.kind == "inverse":
        note = reading.notes[0] if reading.notes else ""
        head = say(
            f"answers.{'yes' if reading.boolean else 'no'}{'-' + note if note else ''}",
            lang,
            day=long_date(reading.day, lang) if reading.day else "",
            rank=known.label(reading.facts[0].rank, lang),
            things=_names(
                list(dict.fromkeys(f.object for f in reading.facts if f.object)), known, lang
            ),
        )
        return f"{head} {said_by(reading.facts[:3], known, lang)}"
    if reading.kind == "nombre":
        return f"{_number(reading, known, lang)} {said_by(reading.facts[:2], known, lang)}"
    if reading.kind == "decompte":
        things = _names(reading.things, known, lang)
        return say("answers.count", lang, number=reading.number, things=things)
    if reading.kind == "date":
        return _date(reading, known, lang)
    if reading.kind == "textes" and reading.query == "answer-texts":
        return _texts(reading, known, lang, day)
    if reading.kind == "definition":
        return _definition(reading, known, lang, day)
    if reading.kind == "difference":
        return said_by(reading.facts, known, lang)
    if reading.kind == "passage" or not reading.things:
        return said_by(reading.facts[:SENTENCES], known, lang)
    things = say("answers.list", lang, things=_names(reading.things, known, lang))
    return f"{things[:1].upper()}{things[1:]} {said_by(reading.facts[:SENTENCES], known, lang)}"


def _names(things: Sequence[URIRef], known: Knowledge, lang: Lang) -> str:
    return ", ".join(known.label(thing, lang) for thing in things)


def said_by(facts: Sequence[Fact], known: Knowledge, lang: Lang) -> str:
    """Return the statements with their voice: what several voices say, in the words of the highest."""
    found: dict[tuple[object, ...], str] = {}
    for fact in facts:
        says = fact.says[lang] or fact.says["fr"] or fact.quote
        place = (fact.subject, fact.relation, fact.object) if fact.object else (says,)
        if place not in found:
            voice = _voice(fact, known, lang)
            found[place] = say("answers.says", lang, says=says.rstrip("."), voice=voice)
    return " ".join(found.values())


def _voice(fact: Fact, known: Knowledge, lang: Lang) -> str:
    """Return the name of the voice, its rank where the name does not tell it, and since when."""
    label, rank = known.label(fact.voice, lang), known.label(fact.rank, lang)
    if not label.casefold().startswith(rank.split()[0].casefold()):
        label = say("answers.voice", lang, label=label, rank=rank)
    if fact.period.start:
        label = f"{label}, {_period(fact, known, lang)}"
    return say("answers.unread", lang, voice=label) if fact.evidence in UNREAD else label


def _number(reading: Reading, known: Knowledge, lang: Lang) -> str:
    fact = reading.facts[0]
    rank = fact.rank.rpartition("/")[2]
    return say(
        "answers.number-law" if rank in LAW else "answers.number-not-law",
        lang,
        number=_measured(reading, fact, lang),
        label=known.label(fact.voice, lang),
        rank=known.label(fact.rank, lang),
    )


def _measured(reading: Reading, fact: Fact, lang: Lang) -> str:
    """Return the number of *reading* with its unit, where its relation has one: months may be told in years."""
    number = _in_letters(reading.number, lang)
    relation = fact.relation.rpartition("/")[2]
    unit = next((unit for unit, ends in UNITS.items() if relation.endswith(ends)), None)
    if unit is None or reading.number is None:
        return number
    if unit == "months" and reading.number != fact.value:
        unit = "years"
    one, many = say(f"answers.{unit}", lang).split("|")
    return f"{number} {one if reading.number == 1 else many}"


def _in_letters(number: int | None, lang: Lang) -> str:
    letters = say("answers.digits", lang).split("|")
    if number is not None and 0 <= number < len(letters):
        return letters[number].capitalize()
    thousands = f"{number:,}" if number is not None else ""
    return thousands.replace(",", "\u202f") if lang == "fr" else thousands


def _date(reading: Reading, known: Knowledge, lang: Lang) -> str:
    assert reading.day is not None
    day = long_date(reading.day, lang)
    if reading.notes and reading.notes[0].startswith("date-") and reading.subject is not None:
        return say(
            f"answers.{reading.notes[0]}", lang, label=known.label(reading.subject, lang), day=day
        )
    latest = "answers.date-latest" if "latest" in reading.notes else "answers.date-fact"
    return say(latest, lang, day=day, says=said_by(reading.facts[:2], known, lang))


def _definition(reading: Reading, known: Knowledge, lang: Lang, day: date) -> str:
    thing = reading.things[0]
    if "not-yet" in reading.notes and reading.day is not None:
        begun, label = long_date(reading.day, lang), known.label(thing, lang)
        head = say("answers.not-yet", lang, label=label, day=long_date(day, lang), start=begun)
        return f"{head} {said_by(reading.facts[:2], known, lang)}"
    parts = []
    if known.notations[thing]:
        label = known.label(thing, lang)
        parts.append(
            say("answers.stands-for", lang, notation=known.notations[thing][0], label=label)
        )
    if (definition := known.definitions[thing].get(lang)) is not None:
        parts.append(definition)
    return " ".join([*parts, said_by(reading.facts[:SENTENCES], known, lang)])


def _texts(reading: Reading, known: Knowledge, lang: Lang, day: date) -> str:
    """Return the governing texts by rank with their dates, those in force first, the ended apart."""
    now = [f for f in reading.facts if day in f.period]
    ended = [f for f in reading.facts if f not in now]
    lines: list[str] = []
    for head, facts in (("answers.governing", now), ("answers.ended", ended)):
        if facts:
            lines += [say(head, lang), *_by_rank(facts, known, lang)]
    return "\n".join(lines)


def _by_rank(facts: Sequence[Fact], known: Knowledge, lang: Lang) -> list[str]:
    """Return one line a rank, the highest first; texts of one period share its dates."""
    ranks = list(dict.fromkeys(_rank(fact, known, lang) for fact in facts))
    found: dict[str, dict[str, list[str]]] = {rank: {} for rank in ranks}
    for fact in sorted(facts, key=lambda f: natural(known.label(f.subject, lang))):
        periods = found[_rank(fact, known, lang)]
        label, period = known.label(_text(fact), lang), _period(fact, known, lang)
        periods.setdefault(period, []).append(label)
    return [
        say("answers.texts-of-rank", lang, rank=rank, texts=", ".join(_dated(periods, lang)))
        for rank, periods in found.items()
    ]


def _dated(periods: dict[str, list[str]], lang: Lang) -> Iterator[str]:
    for period, labels in periods.items():
        yield say("answers.text", lang, label=", ".join(labels), period=period)


def _text(fact: Fact) -> URIRef:
    return fact.subject if fact.relation in (SOINS.definit, SOINS.regit) else fact.voice


def _rank(fact: Fact, known: Knowledge, lang: Lang) -> str:
    return known.label(known.ranks.get(_text(fact), fact.rank), lang)


def _period(fact: Fact, known: Knowledge, lang: Lang) -> str:
    start, end = fact.period.start, fact.period.end
    if start is None:
        signed = known.signed.get(fact.subject)
        return (
            say("answers.signed", lang, start=long_date(signed, lang))
            if signed
            else say("answers.undated", lang)
        )
    if end is None:
        return say("answers.since", lang, start=long_date(start, lang))
    return say("answers.until", lang, start=long_date(start, lang), end=long_date(end, lang))


def warnings(reading: Reading, known: Knowledge, lang: Lang, day: date) -> tuple[str, ...]:
    """Return what a reader must know: the past, other voices, weak evidence."""
    found = []
    if "not-yet" in reading.notes and reading.day is not None and reading.frame is None:
        found.append(say("answers.later", lang, start=long_date(reading.day, lang)))
        return tuple(found)
    if reading.past and reading.kind != "booleen" and not {"latest", "since"} & set(reading.notes):
        ends = [f.period.end for f in reading.facts if f.period.end]
        if ends:
            found.append(say("answers.past", lang, end=long_date(max(ends), lang)))
    for thing in dict.fromkeys(f.subject for f in reading.facts):
        life = known.lives.get(thing)
        if life is not None and life.end is not None and life.end <= day and thing in known.labels:
            ended = long_date(life.end, lang)
            found.append(say("answers.gone", lang, label=known.label(thing, lang), end=ended))
    for fact in reading.others[:4]:
        since = fact.period.start
        found.append(
            say(
                "answers.other",
                lang,
                label=known.label(fact.voice, lang),
                rank=known.label(fact.rank, lang),
                dated=f", {long_date(since, lang)}" if since else "",
                says=fact.says[lang] or fact.quote,
            )
        )
    if "number" in reading.notes:
        found.append(say("answers.corrected-number", lang, number=len(reading.things)))
    for level, key in (("de-memoire", "memory"), ("conteste", "disputed")):
        weak = [f for f in reading.facts if f.evidence == level]
        if weak:
            found.append(say(f"answers.{key}", lang, label=known.label(weak[0].voice, lang)))
    if reading.facts and all(f.rank.endswith("source-secondaire") for f in reading.facts):
        found.append(
            say("answers.secondary", lang, label=known.label(reading.facts[0].voice, lang))
        )
    return tuple(dict.fromkeys(found))
