"""Frames, forms and neutral words of questions, read from the graph (``ontology/cadres``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field

from rdflib import Literal, URIRef
from rdflib.namespace import RDF, SKOS
from rdflib.term import Node

from kg.messages import Lang, as_lang
from kg.namespaces import SOINS
from kg.resources import query
from kg.store import Store
from kg.words import Token, fold, stem, tidy, tokens

GAP = 2
"""Words that may stand between two words of a cue."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that announce something, in this order, a few other words between them at most."""

    stems: tuple[str, ...]
    words: tuple[str, ...]
    inverse: bool = False

    def found(self, sentence: Sequence[Token]) -> frozenset[int] | None:
        """Return the positions of the cue in *sentence*, or None."""
        for start in range(len(sentence)):
            if (spot := self._from(sentence, start)) is not None:
                return frozenset(spot)
        return None

    def could(self, have: Set[str]) -> bool:
        """Say whether a sentence with the words and stems *have* can hold the cue: a quick look."""
        return all(w in have or r in have for r, w in zip(self.stems, self.words, strict=True))

    def _from(self, sentence: Sequence[Token], start: int) -> list[int] | None:
        spot: list[int] = []
        at = start
        for number, (root, word) in enumerate(zip(self.stems, self.words, strict=True)):
            reach = range(at, min(at + (GAP + 1 if number else 1), len(sentence)))
            # A word of three letters or fewer has no stem: it is itself.
            at_word = next(
                (
                    i
                    for i in reach
                    if sentence[i].word == word
                    or (
                        len(word) > 3 and sentence[i].stem == root and not _acting(sentence[i].word)
                    )
                ),
                None,
            )
            if at_word is None:
                return None
            spot.append(at_word)
            at = at_word + 1
        return spot


def _acting(word: str) -> bool:
    """Say whether *word* names who acts ("remplaçant"), which no verb announces."""
    return word.endswith(("ant", "ante"))


@dataclass(frozen=True, slots=True)
class Frame:
    """A family of questions: its relations and the words that announce it."""

    iri: URIRef
    relations: frozenset[URIRef]
    cues: tuple[Cue, ...]
    answers: frozenset[str]
    denies: bool
    examples: dict[str, tuple[str, ...]]
    label: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The last segment of its IRI."""
        return self.iri.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Form:
    """How a question asks: the kind of answer that its words announce."""

    iri: URIRef
    answers: str
    cues: tuple[Cue, ...]
    kinds: frozenset[URIRef]


@dataclass(frozen=True, slots=True)
class ClosedList:
    """A list that a text gives in full: for things of *classes*, what no statement says is not so."""

    subject: URIRef
    relation: URIRef
    classes: frozenset[URIRef]


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """Turns of phrase by language, the plain question among them, which they all ask."""

    iri: URIRef
    plain: dict[Lang, str]
    ways: dict[Lang, tuple[str, ...]]


@dataclass(slots=True)
class Grammar:
    """All that questions are read with; *idle*: the words that add nothing, neutral or light."""

    frames: list[Frame] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    lists: list[ClosedList] = field(default_factory=list)
    neutral: frozenset[str] = frozenset()
    light: frozenset[str] = frozenset()
    idle: frozenset[str] = frozenset()
    synonyms: dict[str, frozenset[str]] = field(default_factory=dict)
    kept_first: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def could(self, have: Set[str]) -> list[tuple[Frame, list[Cue]]]:
        """Return the frames, in order, with those of their cues that a sentence with the words and stems *have* can hold."""
        if not self.kept_first:
            for rank, frame in enumerate(self.frames):
                for spot, cue in enumerate(frame.cues):
                    for first in {cue.words[0], cue.stems[0]}:
                        self.kept_first.setdefault(first, []).append((rank, spot))
        held: dict[int, list[Cue]] = {}
        for rank, spot in sorted({at for word in have for at in self.kept_first.get(word, ())}):
            cue = self.frames[rank].cues[spot]
            if cue.could(have):
                held.setdefault(rank, []).append(cue)
        return [(self.frames[rank], cues) for rank, cues in held.items()]

    def words(self) -> set[str]:
        """Return every word of a cue or of a turn of phrase, and the neutral words."""
        found = set(self.neutral)
        for cue in self._cues():
            found.update(cue.words)
        ways = (text for turn in self.turns for texts in turn.ways.values() for text in texts)
        found.update(t.word for text in ways for t in tokens(tidy(text)))
        return found

    def _cues(self) -> Iterator[Cue]:
        for frame in self.frames:
            yield from frame.cues
        for form in self.forms:
            yield from form.cues

    def frame_of(self, relation: URIRef) -> Frame | None:
        """Return the frame about *relation*, the one that is about the fewest."""
        about = [f for f in self.frames if relation in f.relations]
        return min(about, key=lambda f: (len(f.relations), f.iri), default=None)

    def denied(self) -> frozenset[URIRef]:
        """Return the relations whose statements answer no."""
        affirmed = {r for f in self.frames if not f.denies for r in f.relations}
        return frozenset(r for f in self.frames if f.denies for r in f.relations) - affirmed

    def examples(self, lang: Lang) -> list[str]:
        """Return example questions, one or more a frame."""
        return sorted(example for f in self.frames for example in f.examples.get(lang, ()))


def load_grammar(store: Store) -> Grammar:
    """Return the grammar that the graph carries."""
    rows: dict[Node, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
    for row in store.select(query("answer-frames")):
        rows[row["frame"]][str(row["property"])].append(row["value"])
    grammar = Grammar()
    neutral: set[str] = set()
    light: set[str] = set()
    synonyms: dict[str, set[str]] = defaultdict(set)
    for iri, facts in sorted(rows.items()):
        assert isinstance(iri, URIRef)
        kinds = facts[str(RDF.type)]
        if SOINS.Cadre in kinds:
            grammar.frames.append(_frame(iri, facts))
        elif SOINS.FormeDeQuestion in kinds:
            grammar.forms.append(_form(iri, facts))
        elif SOINS.Tournure in kinds:
            grammar.turns.append(_turn(iri, facts))
        elif SOINS.ListeClose in kinds:
            grammar.lists += [
                ClosedList(subject, relation, frozenset(_iris(facts, SOINS.closePour)))
                for subject in _iris(facts, SOINS.duSujet)
                for relation in _iris(facts, SOINS.deLaRelation)
            ]
        elif SOINS.Lexique in kinds:
            neutral |= _folded(facts, SOINS.motNeutre)
            light |= _folded(facts, SOINS.motAccessoire)
        elif SOINS.Synonymie in kinds:
            group = {t.stem for text in facts[str(SOINS.indice)] for t in tokens(tidy(str(text)))}
            for word in group:
                synonyms[word] |= group
    grammar.neutral = frozenset(neutral)
    grammar.light = frozenset(light)
    grammar.idle = grammar.neutral | grammar.light
    grammar.synonyms = {word: frozenset(group) for word, group in synonyms.items()}
    return grammar


def _folded(facts: dict[str, list[Node]], name: URIRef) -> set[str]:
    return {fold(t.raw) for text in facts[str(name)] for t in tokens(tidy(str(text)))}


def _iris(facts: dict[str, list[Node]], name: URIRef) -> list[URIRef]:
    return [value for value in facts[str(name)] if isinstance(value, URIRef)]


def _cues(facts: dict[str, list[Node]]) -> tuple[Cue, ...]:
    found = set()
    for name, inverse in ((SOINS.indice, False), (SOINS.indiceInverse, True)):
        for text in facts[str(name)]:
            found.add(cue(str(text), inverse=inverse))
    return tuple(sorted(found, key=lambda c: (-len(c.words), c.words)))


def cue(text: str, *, inverse: bool = False) -> Cue:
    """Return the cue written *text*."""
    found = tokens(tidy(text))
    return Cue(tuple(stem(t.word) for t in found), tuple(t.word for t in found), inverse)


def _frame(iri: URIRef, facts: dict[str, list[Node]]) -> Frame:
    examples: dict[str, list[str]] = defaultdict(list)
    for text in facts[str(SOINS.exempleDeQuestion)]:
        if isinstance(text, Literal):
            examples[text.language or "fr"].append(str(text))
    return Frame(
        iri=iri,
        relations=frozenset(r for r in facts[str(SOINS.surRelation)] if isinstance(r, URIRef)),
        cues=_cues(facts),
        answers=frozenset(str(kind) for kind in facts[str(SOINS.formeDeReponse)]),
        denies=any(str(v) == "true" for v in facts[str(SOINS.negation)]),
        label={
            text.language or "fr": str(text)
            for text in facts[str(SKOS.prefLabel)]
            if isinstance(text, Literal)
        },
        examples={lang: tuple(sorted(texts)) for lang, texts in examples.items()},
    )


def _turn(iri: URIRef, facts: dict[str, list[Node]]) -> Turn:
    plain = {as_lang(t.language): str(t) for t in _texts(facts, SOINS.questionSimple)}
    ways: dict[Lang, list[str]] = {lang: [text] for lang, text in plain.items()}
    for text in _texts(facts, SOINS.formulation):
        ways.setdefault(as_lang(text.language), []).append(str(text))
    return Turn(iri, plain, {lang: tuple(sorted(texts)) for lang, texts in ways.items()})


def _texts(facts: dict[str, list[Node]], name: URIRef) -> list[Literal]:
    return [value for value in facts[str(name)] if isinstance(value, Literal)]


def _form(iri: URIRef, facts: dict[str, list[Node]]) -> Form:
    return Form(
        iri=iri,
        answers=str(next(iter(facts[str(SOINS.formeDeReponse)]), "entites")),
        cues=_cues(facts),
        kinds=frozenset(k for k in facts[str(SOINS.genreDeTexte)] if isinstance(k, URIRef)),
    )
