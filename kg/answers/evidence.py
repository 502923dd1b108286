"""Turn statements into citations, and things into entities with all their names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rdflib import URIRef

from kg.answers.knowledge import Fact, Knowledge
from kg.answers.model import Citation, Entity
from kg.messages import Lang

MOST = 12
"""Citations shown for one answer."""


def entity(thing: URIRef, known: Knowledge, lang: Lang) -> Entity:
    """Return *thing* with its label, other names and notations."""
    names = {*known.labels[thing].values(), *known.others[thing]}
    if thing in known.texts:
        names |= set(known.titles[thing].values())
    label = known.label(thing, lang)
    return Entity(str(thing), label, tuple(sorted(names - {label})), tuple(known.notations[thing]))


def citations(
    facts: Iterable[Fact], known: Knowledge, lang: Lang, day: date
) -> tuple[Citation, ...]:
    """Return one citation a voice and quotation, in the order of *facts*."""
    found: dict[tuple[URIRef, str], Citation] = {}
    for fact in facts:
        if fact.quote and (fact.voice, fact.quote) not in found:
            found[fact.voice, fact.quote] = _citation(fact, known, lang, day)
    return tuple(found.values())[:MOST]


def _citation(fact: Fact, known: Knowledge, lang: Lang, day: date) -> Citation:
    label = known.label(fact.voice, lang)
    whole = known.part_of.get(fact.voice)
    version = known.version_on(fact.voice, day)
    founded = fact.versions[-1] if fact.versions else fact.voice
    if version is not None and version[0] in fact.versions:
        founded = version[0]
    return Citation(
        text=known.titles[whole].get(lang) or known.label(whole, lang)
        if whole is not None
        else label,
        article=label.rpartition("art. ")[2] if whole is not None else None,
        quote=fact.quote,
        label=label,
        iri=str(founded),
        rank=fact.rank.rpartition("/")[2],
        rank_label=known.label(fact.rank, lang),
        start=fact.period.start,
        end=fact.period.end,
        evidence=fact.evidence,
        url=fact.official or (known.official.get(whole) if whole is not None else None),
        place=fact.place,
    )
