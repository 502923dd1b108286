"""Find the statements that answer a question: those that explain each of its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rdflib import URIRef

from kg.answers.entities import Mention
from kg.answers.frames import Frame
from kg.answers.knowledge import Fact, Knowledge
from kg.answers.lifetimes import speaks_on
from kg.answers.normalise import Token
from kg.answers.reading import NUMBERS, Question, explains
from kg.namespaces import SOINS

STRUCTURES = frozenset("structure dispositif equipe scheme team entity entite organisation".split())
COORDINATED = frozenset({SOINS.ExerciceCoordonne, SOINS.DispositifDeCoordination})
AGENTS = frozenset({SOINS.peutEtreGerePar, SOINS.peutEtreInitiePar})
AUXILIARIES = frozenset("may can could doe do did must should will".split())
PARTICLES = frozenset("par by dan into ver to avec with au en sou under".split())
ARTICLES = frozenset(
    "le la les l un une des du de d the a an ce cette ces this these its son sa ses".split()
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand the question, with the statements that answer it."""

    kind: str
    facts: tuple[Fact, ...]
    score: tuple[int, ...]
    query: str
    frame: Frame | None = None
    things: tuple[URIRef, ...] = ()
    boolean: bool | None = None
    number: int | None = None
    day: date | None = None
    subject: URIRef | None = None
    object: URIRef | None = None
    past: bool = False
    narrowed: bool = False
    notes: tuple[str, ...] = ()
    as_of: date | None = None
    others: tuple[Fact, ...] = field(default=())

    def result(self) -> tuple[Any, ...]:
        """Return what the reading answers: two readings with the same result do not compete."""
        return (self.kind, frozenset(self.things), self.boolean, self.number, self.day)


@dataclass(frozen=True, slots=True)
class Search:
    """A question, what is known, and one frame under which to look."""

    question: Question
    known: Knowledge
    frame: Frame | None = None
    spots: frozenset[int] = frozenset()
    inverse: bool = False
    form_spots: frozenset[int] = frozenset()

    @property
    def concepts(self) -> tuple[Mention, ...]:
        """The things named, but those that the cue of the frame takes for itself."""
        return self.question.concepts(frozenset() if self.question.is_closed else self.spots)

    @property
    def left(self) -> list[Token]:
        """The content words to be explained by the statements themselves, numbers apart."""
        words = self.question.unplaced(self.spots | self.form_spots)
        return [
            w
            for w in words
            if w.word not in NUMBERS
            # A year in a yes/no question is a claim: a statement must say it.
            and not (w.word.isdigit() and (len(w.word) < 4 or not self.question.is_closed))
        ]

    def in_force(self, facts: list[Fact]) -> tuple[list[Fact], bool]:
        """Return the statements in force on the day; failing that, those that were; and which."""
        day = self.question.day
        now = [f for f in facts if speaks_on(f, day, self.known)]
        if now:
            return now, False
        past = [f for f in facts if f.period.end is not None and f.period.end <= day]
        if not past:
            return [], False
        last = max(f.period.end for f in past if f.period.end is not None)
        return [f for f in past if f.period.end == last], True

    def facts(self, keep: Callable[[Fact], object] = bool) -> tuple[list[Fact], bool]:
        """Return the statements that fit the frame, the names and the words, and that *keep* accepts."""
        found: list[tuple[int, Fact]] = []
        left = self.left
        named = [m.thing for m in self.concepts]
        for fact in self.known.linked_to(named) if named else self.known.facts:
            if (
                self.frame is not None
                and self.frame.relations
                and fact.relation not in self.frame.relations
            ):
                continue
            quality = self.fit(fact) if keep(fact) else None
            if quality is not None and explains(fact, left, self.known):
                found.append((quality, fact))
        kept, past = self.in_force([f for _, f in found])
        best = max((q for q, f in found if f in kept), default=0)
        kept = [f for q, f in found if f in kept and q == best]
        sure = [f for f in kept if f.evidence != "conteste"]
        return sure or kept, past

    def fit(self, fact: Fact) -> int | None:
        """Return how well *fact* fits the names of the question, None where it does not."""
        total, linked = 0, False
        concepts = self.concepts
        for mention in concepts:
            if fact.links(mention.thing):
                total, linked = total + 4, True
            elif fact.object is not None and fact.object in self.known.ancestors(mention.thing):
                total += 3  # what holds of doctors holds of a dentist, once the rest is there
            elif self.partly(fact, mention.thing):
                total += 3  # what some hospitals may do, "a hospital" may do
            elif mention.thing in fact.concerns:
                total += 2
            elif any(phrase in fact.spoken for phrase in self.known.phrases(mention.thing)):
                total += 1
            else:
                return None
        if concepts and not linked:
            return None
        texts = self.question.texts()
        heard = [self.speaks(fact, text.thing) for text in texts]
        # "articles L. 6327-1 à L. 6327-7": any of them; else each text narrows.
        alike = len(texts) > 1 and len({self.known.part_of.get(t.thing) for t in texts}) == 1
        if texts and not (any(heard) if alike else all(heard)):
            return None
        return total

    def partly(self, fact: Fact, thing: URIRef) -> bool:
        """Say whether *fact* permits to a kind of *thing* what a yes/no question asks of *thing*."""
        return (
            self.question.is_closed
            and fact.object is not None
            and thing in self.known.ancestors(fact.object)
            and fact.relation in AGENTS
        )

    def speaks(self, fact: Fact, text: URIRef) -> bool:
        """Say whether *fact* comes from *text*, is about it, or stands in a wording that it made."""
        known = self.known
        whole = known.part_of.get(fact.voice)
        made = {m for v in fact.versions[:1] for m in known.made_by.get(v, ())}
        made |= {p for m in made if (p := known.part_of.get(m))}
        target = known.part_of.get(fact.object) if fact.object is not None else None
        return text in (fact.voice, fact.subject, fact.object, whole, target) or text in made

    def role(self, mention: Mention) -> str | None:
        """Return the role that word order gives to *mention* under this frame, None where free."""
        if self.frame is None or not any(c.inverse for c in self.frame.cues) or not self.spots:
            return None
        words = self.question.tokens
        before = mention.end <= min(self.spots)
        if self.inverse:
            if before:
                return "object"
            at = mention.start - 1
            while at > max(self.spots) and words[at].word in ARTICLES:
                at -= 1
            return "subject" if words[at].word in PARTICLES else "object"
        if before or self._after_auxiliary(mention):
            return "subject"
        return "subject" if self._verb_first() else "object"

    def _after_auxiliary(self, mention: Mention) -> bool:
        """Say whether an auxiliary stands before *mention*: "what form may an ESP take"."""
        at = mention.start - 1
        while at > 0 and self.question.tokens[at].word in ARTICLES:
            at -= 1
        return at >= 0 and self.question.tokens[at].word in AUXILIARIES

    def _verb_first(self) -> bool:
        """Say whether the subject follows its verb: "qu'absorbe un DAC", "quels dispositifs absorbe le DAC"."""
        words = [t.word for t in self.question.tokens]
        verb = self.question.tokens[min(self.spots)]
        lead = words[: min(self.spots)]
        if not lead or "qui" in lead or "what" in lead or "which" in lead:
            return False
        if {"qu", "que"} & set(lead[-3:]):
            return True
        plural = any(t.raw.lower() in ("quels", "quelles") for t in self.question.tokens)
        single = any(t.raw.lower() in ("quel", "quelle") for t in self.question.tokens)
        ends = verb.raw.lower().endswith("nt")
        return (plural and not ends) or (single and ends)

    def counted(self, facts: list[Fact]) -> list[Fact]:
        """Return those of *facts* that speak of the number asked for ("les deux dispositifs")."""
        wanted = self.question.numbers
        kept = [f for f in facts if all(_says_number(f, n) for n in wanted)]
        return kept or facts

    def numbers_fit(self, facts: list[Fact], count: int) -> bool:
        """Say whether each number of the question is the count, a value or a word of the statements."""
        return all(
            n == count or all(f.value == n or _says_number(f, n) for f in facts)
            for n in self.question.numbers
        )

    def of_class(self, things: tuple[URIRef, ...]) -> tuple[URIRef, ...]:
        """Return the *things* of the class asked for ("quelles structures", "which teams"), else all."""
        asked = {t.word for t in self.question.tokens}
        if not asked & STRUCTURES:
            return things
        kept = tuple(t for t in things if self.known.ancestors(t) & COORDINATED)
        return kept or things

    def score(self, facts: list[Fact], bonus: int = 0) -> tuple[int, ...]:
        """Return how good a reading is: words placed by cues, then fewest left to the statements."""
        placed = len(self.spots & self.question.content)
        return (bonus, -len(self.left), placed, max((self.fit(f) or 0 for f in facts), default=0))


def voices(facts: list[Fact]) -> list[Fact]:
    """Return *facts* with the highest rank first, then by voice."""
    order = {"verifie": 0, "derive": 1, "de-memoire": 2, "conteste": 3}
    return sorted(
        facts, key=lambda f: (f.evidence == "conteste", f.order, order.get(f.evidence, 4), f.iri)
    )


def distinct(things: list[URIRef]) -> tuple[URIRef, ...]:
    """Return *things* once each, in order."""
    return tuple(dict.fromkeys(things))


def _says_number(fact: Fact, number: int) -> bool:
    """Say whether *fact* has *number* among its words, in figures or in letters."""
    return any(w in fact.words for w, n in (*NUMBERS.items(), (str(number), number)) if n == number)
