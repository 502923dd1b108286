"""When things began and ended, and whether a statement may speak on a given day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from rdflib import URIRef

from kg.answers.knowledge import Fact, Knowledge
from kg.dates import Period
from kg.namespaces import SOINS

BINDING = 4
"""Order of the lowest rank that binds: act, ordinance, decree, order."""

OFFICIAL = 6
"""Order of the lowest rank that speaks with authority: circular, agreement."""


def begun(known: Knowledge) -> dict[URIRef, date]:
    """Return the first day of each concept and text, where the graph gives one."""
    found: dict[URIRef, date] = {}
    for text in known.texts:
        starts = [p.start for p in known.versions.get(text, {}).values() if p.start]
        whole = known.part_of.get(text)
        day = min(starts) if starts else known.published.get(text) or known.signed.get(text)
        if day is None and whole is not None:
            day = known.published.get(whole) or known.signed.get(whole)
        if day is not None:
            found[text] = day
    for relation in (SOINS.estIssuDe, SOINS.definit):
        made: dict[URIRef, date] = {}
        for fact in known.facts:
            thing = fact.subject if relation == SOINS.estIssuDe else fact.object
            start = fact.period.start
            if fact.relation == relation and fact.order <= BINDING and thing and start:
                made[thing] = min(start, made.get(thing, start))
        for thing, start in made.items():
            found.setdefault(thing, start)
    for thing, life in known.lives.items():
        if life.start is not None:
            found[thing] = life.start
    return found


def speaks_on(fact: Fact, day: date, known: Knowledge) -> bool:
    """Say whether *fact* may be said of *day*; undated, it stands only where no dated rule began later."""
    if fact.period.start is not None or fact.period.end is not None:
        return day in fact.period
    for thing in (fact.subject, fact.object):
        if thing is not None and (born := known.born.get(thing)) is not None and day < born:
            return False
    rules = known.rules.get((fact.subject, fact.relation), ())
    if any(rule.object == fact.object and day in rule.period for rule in rules):
        return True
    return not any(rule.period.start is not None and day < rule.period.start for rule in rules)


def dated_rules(facts: Iterable[Fact]) -> dict[tuple[URIRef, URIRef], list[Fact]]:
    """Return the dated statements of official texts, by subject and relation."""
    found: dict[tuple[URIRef, URIRef], list[Fact]] = {}
    for fact in facts:
        if fact.order <= OFFICIAL and (fact.period.start or fact.period.end):
            found.setdefault((fact.subject, fact.relation), []).append(fact)
    return found


def since(fact: Fact, known: Knowledge) -> date | None:
    """Return the day since which the rule of *fact* has stood without a gap, in whatever text."""
    start = fact.period.start
    moved = start is not None
    while moved and start is not None:
        earlier = [
            rule.period.start
            for rule in known.rules.get((fact.subject, fact.relation), ())
            if rule.object == fact.object
            and rule.period.start is not None
            and rule.period.start < start
            and (rule.period.end is None or rule.period.end >= start)
        ]
        moved = bool(earlier)
        start = min(earlier, default=start)
    return start


def life_of_text(fact: Fact, text: URIRef, known: Knowledge) -> Fact:
    """Return *fact*, undated, with the period of the *text* that it is about."""
    if fact.period.start is not None or fact.period.end is not None:
        return fact
    periods = list(known.versions.get(text, {}).values())
    start = known.born.get(text)
    ends = [p.end for p in periods if p.end is not None]
    end = max(ends) if ends and len(ends) == len(periods) else None
    return replace(fact, period=Period(start, end)) if end is not None else fact
