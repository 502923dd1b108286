"""The frames of the graph ask questions of their own, by the thousand: each is understood as it was made, or refused.

A sample is asked with the suite; ``SOINS_GENERATED=all`` asks them all. ``-s`` prints the figures of each family.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from rdflib import Literal, URIRef

from kg.answers import Answer, Citation, answer, knowledge
from kg.answers.frames import Frame
from kg.answers.knowledge import Fact, Knowledge
from kg.answers.reading import read
from kg.messages import LANGS, Lang
from kg.namespaces import SOINS
from kg.resources import query
from kg.store import LocalStore, Store, once
from kg.words import words

DAY = date(2026, 11, 22)
WHOLE = os.environ.get("SOINS_GENERATED") == "all"
SAMPLE = 100
"""Questions asked of a family with the suite."""
STRAYED = 0.01
"""Share of the questions asked of any other thing that a statement outside the frame asked may answer."""
MENDED = 0.9
"""Share of the misspelt questions that must be answered like the one spelt well; the others are refused."""
SISTERS = frozenset(
    {
        ("initiative", "constitution"), ("inclusion", "adhesion"), ("existence", "booleen"),
        ("determination", "composition"), ("determination", "textes"), ("creation", "definit"),
    }
)  # fmt: skip
"""Frames asked whose question another may answer too: who founds is who the law names as members."""
UNKNOWN = ("brelin", "tournemole", "zupatron", "gavrille", "CPZQ", "Morlupie")
"""Nouns that no text holds."""


@dataclass(frozen=True)
class Made:
    """A question made from the graph, and what its answer must be about; *base*: the question that it rewords."""

    question: str
    lang: Lang
    thing: URIRef
    frame: Frame | None = None
    base: str | None = None


def sampled(made: Iterable[Made], most: int = SAMPLE) -> list[Made]:
    """Return the questions to ask, each once: all of them, or some, always the same."""
    once = {m.question: m for m in made}
    mixed = sorted(once.values(), key=lambda m: hashlib.sha256(m.question.encode()).digest())
    return mixed if WHOLE else mixed[:most]


def names(thing: URIRef, known: Knowledge, lang: Lang) -> list[str]:
    """Return the name and the acronym of *thing* that nothing else bears."""
    found = dict.fromkeys([known.labels[thing].get(lang, ""), *known.notations[thing][:1]])
    return [name for name in found if name and _bearers(name, known) == {thing}]


def _bearers(name: str, known: Knowledge) -> set[URIRef]:
    return {known.aliases.get(t, t) for t in known.names.get(words(name), {})}


def examples(known: Knowledge) -> Iterator[tuple[Frame, Lang, str, URIRef, int, int]]:
    """Yield the examples of the frames with each thing that they name, and the characters that name it.

    What the frame takes for its own cue ("missions") is no slot.
    """
    for frame in known.grammar.frames:
        for lang in LANGS:
            for text in frame.examples.get(lang, ()):
                asked = read(text, lang, DAY, known)
                spots = frozenset(i for f, s, _ in asked.frames if f.iri == frame.iri for i in s)
                for m in asked.concepts(spots):
                    first, last = asked.tokens[m.start], asked.tokens[m.end - 1]
                    yield frame, lang, text, m.thing, first.start, last.end


def renamed(known: Knowledge) -> Iterator[Made]:
    """Yield the examples, each thing under its other names."""
    for frame, lang, text, thing, start, end in examples(known):
        for name in names(thing, known, lang):
            yield Made(text[:start] + name + text[end:], lang, thing, frame, text)


def replaced(known: Knowledge) -> Iterator[Made]:
    """Yield the examples, each thing replaced by a noun that nothing bears."""
    for frame, lang, text, thing, start, end in examples(known):
        for noun in UNKNOWN:
            yield Made(text[:start] + noun + text[end:], lang, thing, frame, text)


def moved(known: Knowledge) -> Iterator[Made]:
    """Yield the examples that name one thing, asked of each other thing that a statement is about."""
    every = list(examples(known))
    alone = Counter((frame.iri, text) for frame, _, text, *_ in every)
    about = {t for f in known.facts for t in (f.subject, f.object) if t is not None}
    others = sorted(about - set(known.texts))
    for frame, lang, text, _, start, end in every:
        if alone[frame.iri, text] == 1 and frame.relations:
            for thing in others:
                for name in names(thing, known, lang)[-1:]:
                    yield Made(text[:start] + name + text[end:], lang, thing, frame)


DEFINED: dict[Lang, tuple[str, ...]] = {
    "fr": ("Qu'est-ce que {} ?", "C'est quoi {} ?", "{} : définition ?", "que veut dire {}"),
    "en": ("What is {}?", "What does {} mean?", "definition of {}", "Define {}"),
}
RULED: dict[Lang, tuple[str, ...]] = {
    "fr": ("Quels textes régissent {} ?", "textes {}", "Quels sont les textes applicables à {} ?"),
    "en": ("Which texts govern {}?", "texts on {}"),
}
TOLD: dict[Lang, tuple[str, ...]] = {
    "fr": ("Que dit l'article {} ?", "Que prévoit {} ?", "contenu de l'article {}"),
    "en": ("What does article {} say?", "content of article {}"),
}
CODES = {"csp": "", "css": " CSS", "casf": " du CASF"}


def defined(known: Knowledge) -> Iterator[Made]:
    """Yield the question of what a thing is, for all that has a definition or a statement."""
    for thing in sorted(known.labels):
        if thing not in known.texts and thing.startswith(str(SOINS)):
            yield from _forms(DEFINED, thing, known)


def ruled(known: Knowledge) -> Iterator[Made]:
    """Yield the question of which texts rule on a thing, for all that some text rules on."""
    ruling = [f for f in known.facts if f.relation in (SOINS.regit, SOINS.definit)]
    for thing in sorted({f.object for f in ruling if f.object is not None}):
        yield from _forms(RULED, thing, known)


def _forms(forms: dict[Lang, tuple[str, ...]], thing: URIRef, known: Knowledge) -> Iterator[Made]:
    for lang in LANGS:
        for name in names(thing, known, lang):
            for form in forms[lang]:
                yield Made(form.format(name), lang, thing)


def articles(known: Knowledge) -> Iterator[Made]:
    """Yield the question of what an article says, its number written as people write it."""
    for text in sorted(known.texts):
        found = re.search(r"/(csp|css|casf)/([lrd])(\d+)(-[\d-]+)$", text)
        if found is None:
            continue
        code, letter, number, rest = found.groups()
        for written in (
            f"{letter.upper()}. {number}{rest}", f"{letter.upper()}{number}{rest}", f"{letter} {number}{rest}",
            f"{letter.upper()}.{number} {rest.replace('-', '- ')}", f"{letter.upper()}. {number}{rest}".replace("-", "‑"),
        ):  # fmt: skip
            for lang in LANGS:
                for form in TOLD[lang]:
                    yield Made(form.format(written + CODES[code]), lang, text)


def telegraphic(known: Knowledge, store: LocalStore) -> Iterator[Made]:
    """Yield the words that announce a frame before and after each thing that its relations say something of."""
    cues: dict[str, set[Literal]] = defaultdict(set)
    for row in store.select(query("answer-frames")):
        if row["property"] == SOINS.indice and isinstance(row["value"], Literal):
            cues[str(row["frame"])].add(row["value"])
    for frame in known.grammar.frames:
        about = {f.subject for f in known.facts if f.relation in frame.relations}
        turns = any(cue.inverse for cue in frame.cues)
        for cue in sorted(cues[str(frame.iri)]) if frame.relations and not turns else ():
            lang: Lang = "en" if cue.language == "en" else "fr"
            for thing in sorted(about - set(known.texts)):
                for name in names(thing, known, lang)[-1:]:
                    yield Made(f"{cue} {name}", lang, thing, frame, f"{name} {cue}")


_KEPT: dict[tuple[LocalStore, str, Lang], Answer] = {}


def asked(store: LocalStore, question: str, lang: Lang) -> Answer:
    """Return the answer to *question*, asked once."""
    place = (store, question, lang)
    if place not in _KEPT:
        _KEPT[place] = answer(store, question, lang, DAY)
    return _KEPT[place]


def result(reply: Answer) -> tuple[Any, ...]:
    """Return what *reply* answers; all refusals are one."""
    if reply.abstained:
        return ()
    quotes = tuple((c.iri, c.quote) for c in reply.citations)
    said = (reply.kind, reply.boolean, reply.number, reply.when, reply.entities, quotes)
    return (*said, reply.text, reply.sparql)


@once
def quoted(store: Store) -> dict[tuple[str, str], list[Fact]]:
    """Return the statements of the graph by their voice and their quotation."""
    found: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in knowledge(store).facts:
        found[str(fact.voice), fact.quote].append(fact)
    return found


def agree(one: Answer, other: Answer) -> bool:
    """Say whether two answers say the same: a list may lack some of what the other holds."""
    mine, theirs = ({e.iri for e in reply.entities} for reply in (one, other))
    same = (one.boolean, one.number, one.when) == (other.boolean, other.number, other.when)
    return same and (mine <= theirs or theirs <= mine)


def statements(citation: Citation, store: Store) -> list[Fact]:
    """Return the statements that *citation* quotes, in the voice itself or in one of its wordings."""
    by = quoted(store)
    voices = (citation.iri, citation.iri.rpartition("/")[0])
    return [f for voice in voices for f in by.get((voice, citation.quote), ())]


def concerns(fact: Fact, thing: URIRef, known: Knowledge) -> bool:
    """Say whether *fact* is about *thing*, about its class or a kind of it, or says its name."""
    linked = {t for t in (fact.subject, fact.object, fact.voice) if t is not None}
    return (
        thing in linked | fact.concerns
        or bool(linked & known.ancestors(thing))
        or any(thing in known.ancestors(t) for t in linked)
        or any(phrase in fact.spoken for phrase in known.phrases(thing))
    )


def verdict(made: Made, reply: Answer, store: Store) -> str:
    """Say "right", "refused", "strayed" (about the thing, but not what was asked) or what is wrong."""
    if reply.abstained:
        return "refused"
    if not (reply.citations and reply.sparql and all(len(c.quote) > 1 for c in reply.citations)):
        return "no evidence"
    facts, known = [], knowledge(store)
    for citation in reply.citations:
        said = statements(citation, store)
        if not any(concerns(f, made.thing, known) for f in said):
            return f"about something else: {citation.label}"
        facts += said
    return "right" if made.frame is None or _answers(made.frame, reply, facts) else "strayed"


def _answers(frame: Frame, reply: Answer, facts: list[Fact]) -> bool:
    """Say whether one of *facts* is of the relations of *frame*, or says itself the words that announce it."""
    return (
        (frame.id, reply.frame) in SISTERS
        or any(f.relation in frame.relations for f in facts)
        or any(set(cue.stems) <= f.words for f in facts for cue in frame.cues)
    )


def told(family: str, verdicts: Iterable[str]) -> Counter[str]:
    """Return how many questions of *family* got each verdict, and print it."""
    counted = Counter(verdicts)
    print(f"{family}: {counted.total()} asked, {dict(counted.most_common())}")
    return counted


def judged(store: LocalStore, made: list[Made]) -> dict[str, str]:
    """Return the verdict on the answer to each question."""
    return {m.question: verdict(m, asked(store, m.question, m.lang), store) for m in made}


def test_another_name_of_a_thing_gets_the_same_answer(store: LocalStore) -> None:
    made = sampled(renamed(knowledge(store)))
    other = [
        m.question
        for m in made
        if m.base
        and result(asked(store, m.question, m.lang)) != result(asked(store, m.base, m.lang))
    ]
    told("renamed", ["other" if m.question in other else "same" for m in made])

    assert other == []


def test_a_question_asked_of_another_thing_is_about_this_thing_or_refused(
    store: LocalStore,
) -> None:
    verdicts = judged(store, sampled(moved(knowledge(store)), 2 * SAMPLE))
    told("moved", verdicts.values())
    strayed = {q: v for q, v in verdicts.items() if v not in ("right", "refused")}

    assert "no evidence" not in strayed.values()
    assert len(strayed) <= STRAYED * len(verdicts), strayed


def test_what_a_thing_is_tells_of_this_thing(store: LocalStore) -> None:
    known = knowledge(store)
    stated = {f.subject for f in known.facts if f.quote and DAY in f.period}
    verdicts = {}
    for m in sampled(defined(known)):
        reply = asked(store, m.question, m.lang)
        honest = "unknown" if m.thing not in stated else "refused"
        named = str(m.thing) in {e.iri for e in reply.entities}
        verdicts[m.question] = honest if reply.abstained else "right" if named else "wrong"
    counted = told("defined", verdicts.values())

    assert set(counted) <= {"right", "unknown"}, verdicts


def test_what_some_text_rules_on_is_answered_with_these_texts(store: LocalStore) -> None:
    known = knowledge(store)
    verdicts = judged(store, sampled(ruled(known)))
    told("ruled", verdicts.values())

    assert {q: v for q, v in verdicts.items() if v != "right"} == {}


def test_an_article_is_read_however_its_number_is_written(store: LocalStore) -> None:
    known = knowledge(store)
    speaking = {f.voice for f in known.facts if f.quote}
    made = sampled(articles(known))
    verdicts = judged(store, made)
    told("articles", verdicts.values())
    mute = {m.question for m in made if m.thing not in speaking}

    assert {
        q: v for q, v in verdicts.items() if v != "right" and not (v == "refused" and q in mute)
    } == {}


def unaccented(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


SPELLINGS: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "small letters": str.lower,
    "capital letters first": str.title,
    "no accents": unaccented,
    "typographic apostrophes": lambda q: q.replace("'", "’"),
    "no question mark": lambda q: q.rstrip(" ?"),
    "spaces": lambda q: "  " + q.replace(" ", "  ") + " ",
    "decomposed": lambda q: unicodedata.normalize("NFD", q),
}


CASED = re.compile(r"\b(?:[A-Z]{2}|[Oo]ù)\b")
"""Two letters name a thing in capitals only; "où" without its accent is "ou"."""


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_case_accents_and_spaces_change_nothing(store: LocalStore, spelling: str) -> None:
    known = knowledge(store)
    made = [
        m
        for family in (renamed, defined, ruled, articles)
        for m in sampled(family(known), SAMPLE // 12)
        if not CASED.search(m.question)
    ]
    other = [
        m.question
        for m in made
        if result(asked(store, SPELLINGS[spelling](m.question), m.lang))
        != result(asked(store, m.question, m.lang))
    ]
    told(spelling, ["other" if m.question in other else "same" for m in made])

    assert other == []


def misspelt(made: Made, known: Knowledge) -> Made | None:
    """Return *made* with a letter less in its longest word, None where it is another word or too short."""
    found = re.findall(r"[^\W\d_]{8,}", made.question)
    if not found:
        return None
    long = max(found, key=len)
    wrong = long[: len(long) // 2] + long[len(long) // 2 + 1 :]
    if set(words(wrong)) & known.vocabulary:
        return None
    text = made.question.replace(long, wrong)
    return Made(text, made.lang, made.thing, made.frame, made.question)


def test_a_misspelt_word_changes_nothing_or_is_refused(store: LocalStore) -> None:
    known = knowledge(store)
    made = [m for family in (renamed, defined, ruled) for m in sampled(family(known), SAMPLE // 3)]
    verdicts = {}
    for wrong in filter(None, (misspelt(m, known) for m in made)):
        assert wrong.base is not None
        reply = asked(store, wrong.question, wrong.lang)
        well = asked(store, wrong.base, wrong.lang)
        same = reply.abstained == well.abstained and agree(reply, well)
        verdicts[wrong.question] = "same" if same else "refused" if reply.abstained else "other"
    counted = told("misspelt", verdicts.values())

    assert [q for q, v in verdicts.items() if v == "other"] == []
    assert counted["same"] >= MENDED * counted.total()


def test_an_unknown_noun_in_its_place_makes_the_question_refused(store: LocalStore) -> None:
    made = sampled(replaced(knowledge(store)))
    answered = [m.question for m in made if not asked(store, m.question, m.lang).abstained]
    told("replaced", ["answered" if m.question in answered else "refused" for m in made])

    assert answered == []


def test_a_few_words_are_understood_in_either_order(store: LocalStore) -> None:
    known = knowledge(store)
    verdicts = {}
    for m in sampled(telegraphic(known, store)):
        assert m.base is not None
        first, second = asked(store, m.question, m.lang), asked(store, m.base, m.lang)
        found = {verdict(m, first, store), verdict(m, second, store)}
        same = first.abstained or second.abstained or agree(first, second)
        verdicts[m.question] = " and ".join(sorted(found)) if same else "another answer"
    told("telegraphic", verdicts.values())
    fine = {"right", "refused", "strayed", "refused and right"}

    assert {q: v for q, v in verdicts.items() if v not in fine} == {}
