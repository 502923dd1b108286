"""One concept: names, definitions, texts, rules, relations, what sources say, disagreements, history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rdflib import URIRef
from rdflib.namespace import DCTERMS, OWL, RDFS, SKOS

from kg.citations import CODES, natural
from kg.concepts.changes import BEGINS, Change, events
from kg.concepts.disagreement import Disagreement, disagreements
from kg.concepts.names import Ref, need_ref, select, tail, text_of
from kg.concepts.neighbourhood import Neighbourhood, neighbourhood
from kg.concepts.parts import STATES, Statement, order, rank_order, statements_about
from kg.concepts.questions import questions_about
from kg.concepts.rule import RuleEntry, rules
from kg.concepts.summary import Summary, summary
from kg.concepts.thing import facts_of, is_concept, refs, words
from kg.dates import Period
from kg.errors import NotFound
from kg.messages import Lang
from kg.namespaces import SOINS, local_path, term
from kg.store import Store


@dataclass(frozen=True, slots=True)
class Governing:
    """A text that defines or governs the concept, and each statement that says why it applies."""

    text: Ref
    rank: Ref | None
    url: str | None
    state: str
    since: date | None
    until: date | None
    defines: bool
    why: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """A day on which what a text says of the concept began or ended."""

    day: date
    began: bool
    text: Ref
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """What a register calls the concept: *code* in *register*; *match*: exactMatch, broadMatch…"""

    code: str
    ref: Ref
    register: Ref
    match: str
    note: str | None


@dataclass(frozen=True, slots=True)
class ConceptPage:
    """One concept. *law*: everything that the law says of it; *secondary*: everything documents say.

    *sources*: the texts that the plain *definition* was written from.
    """

    iri: str
    term: str
    label: str
    acronym: str | None
    names: tuple[str, ...]
    definition: str | None
    sources: tuple[Ref, ...]
    notes: tuple[str, ...]
    historic: bool
    replaced_by: tuple[Statement, ...]
    successors: tuple[Ref, ...]
    legal_definitions: tuple[Statement, ...]
    summary: Summary
    texts: tuple[Governing, ...]
    rules: tuple[RuleEntry, ...]
    outgoing: tuple[Statement, ...]
    incoming: tuple[Statement, ...]
    mentioned: tuple[Statement, ...]
    secondary: tuple[Statement, ...]
    disagreements: tuple[Disagreement, ...]
    timeline: tuple[Event, ...]
    broader: tuple[Ref, ...]
    narrower: tuple[Ref, ...]
    related: tuple[Ref, ...]
    same_as: tuple[Ref, ...]
    codes: tuple[Code, ...]
    neighbourhood: Neighbourhood
    questions: tuple[str, ...]

    @property
    def told(self) -> list[Statement]:
        """All that the law says beyond definitions, by rank, text, and place in the text."""
        return sorted((*self.outgoing, *self.incoming, *self.mentioned), key=order)


@lru_cache(maxsize=64)
def concept(store: Store, name: str, lang: Lang, day: date) -> ConceptPage:
    """Return the page of the concept ``soins:<name>`` as the law stood on *day*. The dataset never changes.

    Raises:
        NotFound: no concept of the scheme has that name.
    """
    node = term(name)
    if not is_concept(store, node):
        raise NotFound(name=name)
    facts = facts_of(store, node, lang)
    inverse = select(store, "concept-inverse", lang, thing=node)
    about = statements_about(store, node, lang, day)
    law = [s for s in about if not s.secondary]
    telling = [s for s in law if s.relation_name not in ("definit", "regit")]
    defining = [s for s in law if s.relation_name == "definit" and _is(s.object, node)]
    replaced = [s for s in law if s.relation_name == "absorbe" and _is(s.object, node)]
    successors = refs(facts, DCTERMS.isReplacedBy, SOINS.remplacePar)
    cases = disagreements(store, lang, day, about=node).cases
    governing = [s for s in law if s.relation_name in ("definit", "regit") and _is(s.object, node)]
    label = (words(facts, lang, SKOS.prefLabel) or [name])[0]
    acronyms, others = words(facts, lang, SKOS.notation), words(facts, lang, SKOS.altLabel)
    return ConceptPage(
        iri=str(node),
        term=name,
        label=label,
        acronym=next(iter(acronyms), None),
        names=tuple(others),
        definition=next(iter(words(facts, lang, SKOS.definition, RDFS.comment)), None),
        sources=tuple(refs(facts, DCTERMS.source)),
        notes=tuple(words(facts, lang, SKOS.scopeNote)),
        historic=bool(replaced or successors) or bool(words(facts, lang, OWL.deprecated)),
        replaced_by=tuple(replaced),
        successors=tuple(successors),
        legal_definitions=tuple(sorted(defining, key=lambda s: STATES.index(s.state))),
        summary=summary(str(node), governing, telling, cases, day),
        texts=_texts(governing),
        rules=rules(store, lang, day, about=str(node)).rules,
        outgoing=tuple(s for s in telling if _is(s.subject, node)),
        incoming=tuple(s for s in telling if _is(s.object, node) and not _is(s.subject, node)),
        mentioned=tuple(s for s in law if not _is(s.subject, node) and not _is(s.object, node)),
        secondary=tuple(s for s in about if s.secondary),
        disagreements=cases,
        timeline=_timeline(law, _rewordings(store, lang, day, node, defining)),
        broader=tuple(refs(facts, SKOS.broader)),
        narrower=tuple(refs(inverse, SKOS.broader)),
        related=tuple(refs(facts, SKOS.related)),
        same_as=tuple(
            ref
            for ref in refs(
                facts, SKOS.exactMatch, SKOS.closeMatch, OWL.sameAs, OWL.equivalentClass
            )
            if local_path(ref.iri) is None  # ours are among the codes
        ),
        codes=_codes(store, node, lang),
        neighbourhood=neighbourhood(store, name, lang, day),
        questions=questions_about(store, lang, (label, *acronyms, *others)),
    )


def _codes(store: Store, node: URIRef, lang: Lang) -> tuple[Code, ...]:
    found = {
        Code(
            str(row["identifier"]), need_ref(row, "code"), need_ref(row, "register"),
            tail(str(row["match"])), text_of(row, "note"),
        )
        for row in select(store, "concept-codes", lang, thing=node)
    }  # fmt: skip
    return tuple(
        sorted(found, key=lambda c: (c.register.label, c.match != "exactMatch", natural(c.code)))
    )


def _is(ref: Ref | None, iri: str) -> bool:
    return ref is not None and ref.iri == str(iri)


def _texts(said: list[Statement]) -> tuple[Governing, ...]:
    """Group by text the statements that it defines or governs the concept."""
    grouped: dict[str, list[Statement]] = {}
    for item in said:
        # The subject is the text that governs; the voice may be another that says so.
        grouped.setdefault(item.subject.iri, []).append(item)
    made = [_governing(items) for items in grouped.values()]
    return tuple(sorted(made, key=_rank_then_weight))


def _rank_then_weight(text: Governing) -> tuple[object, ...]:
    """In one rank, the text that defines comes first, then the codes, then the acts that made them."""
    coded = (local_path(text.text.iri) or "").removeprefix("id/texte/").partition("/")[0] in CODES
    return (rank_order(text.rank), not text.defines, not coded, natural(text.text.label))


def _governing(items: list[Statement]) -> Governing:
    first = items[0]
    own = first.subject.iri == first.voice.iri
    starts = [s.since for s in items]
    ends = [s.until for s in items]
    return Governing(
        text=first.subject,
        rank=first.rank,
        url=first.url if own else None,
        state=min((s.state for s in items), key=STATES.index),
        since=None if None in starts else min(s for s in starts if s),
        until=None if None in ends else max(e for e in ends if e),
        defines=any(s.relation_name == "definit" for s in items),
        why=tuple(items),
    )


def _rewordings(
    store: Store, lang: Lang, day: date, node: URIRef, defining: list[Statement]
) -> list[Change]:
    """Return the wordings of the texts that define *node* which concern it."""
    texts = {s.voice.iri for s in defining}
    return [
        change
        for change in events(store, lang, day, str(node))
        if change.kind == BEGINS and change.text.iri in texts and change.begins
    ]


def _timeline(law: list[Statement], reworded: Iterable[Change]) -> tuple[Event, ...]:
    """Return what began and ended, by day; *reworded*: new wordings of texts that define the concept.

    A text that still speaks of the concept has not ended: its wording was replaced.
    """
    grouped: dict[tuple[date, bool, Ref], list[str]] = {}
    for change in reworded:
        grouped[change.day, True, change.text] = list(change.begins)
    for item in law:
        if item.since is not None:
            grouped.setdefault((item.since, True, item.voice), []).append(item.says)
        if item.until is not None and not any(
            s.voice == item.voice and item.until in Period(s.since, s.until) for s in law
        ):
            grouped.setdefault((item.until, False, item.voice), []).append(item.says)
    order = sorted(grouped, key=lambda key: (key[0], key[1], tail(key[2].iri)))
    return tuple(Event(*key, tuple(dict.fromkeys(grouped[key]))) for key in order)
