"""Find the statements that answer a question: those that explain each of its words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from rdflib import URIRef

from kg.answers.entities import Mention
from kg.answers.frames import Frame
from kg.answers.knowledge import Fact, Knowledge
from kg.answers.lifetimes import speaks_on
from kg.answers.reading import COORDINATED, NUMBERS, Question, explains, passive
from kg.namespaces import SOINS
from kg.words import Token, fold

STRUCTURES = frozenset("structure dispositif equipe scheme team entity entite organisation".split())
YEAR = re.compile(r"(?:19|20)\d\d")
MOST = re.compile(
    r"\b(?:maxi\w*|au plus|plafon\w+|at most|cap|ceiling|upper|no more)\b", re.IGNORECASE
)
LEAST = re.compile(r"\b(?:mini\w*|au moins|at least|lower|seuil|threshold)\b", re.IGNORECASE)
DUTY = re.compile(
    r"obligatoirement|necessairement|forcement|necessarily|compulsorily|mandatorily|automatiquement"
)
"""Adverbs, folded, that make a duty of the verb."""
UNITS = tuple(
    frozenset(fold(word) for word in unit.split())
    for unit in (
        "jour day",
        "semaine week",
        "mois month",
        "ans année year",
        "heure hour",
        "minute",
        "euro",
    )
)
"""Words for each unit in which a statement may count."""
NATURES = frozenset(
    {SOINS.aPourFormeJuridique, SOINS.aPourNatureJuridique, SOINS.peutAvoirPourFormeJuridique}
)
FORMS = frozenset({SOINS.peutPrendreLaFormeDe, SOINS.prendLaFormeDe})
"""Relations of a thing to the forms that it takes."""
ITS_FORMS = re.compile(r"\b(?:formes|forms)\b", re.IGNORECASE)
BECOME = frozenset(
    "devenu devenue devenus devenues deviennent become became happened disparu".split()
)
"""Verbs whose subject is what ended, though it follows them."""
OF_WHAT = frozenset({"become", "became"})
"""Those of them that need an "of" for it: "what became the DAC" asks for what ended."""
TIMES = UNITS[:6]
"""The units of time."""
LASTS = re.compile(
    r"\b(?:combien de temps|quelle dur[ée]e|quel d[ée]lai|how long)\b", re.IGNORECASE
)
PEOPLE = frozenset({SOINS.ProfessionnelDeSante, SOINS.ActeurDeSante})
OF_EACH = frozenset({SOINS.aPourStatutDesProfessionnels, SOINS.adhesionLibre})
"""Relations of a whole that hold of each of its professionals: the doctors of a centre, those free to join a CPTS."""
SOMEBODY = COORDINATED | {
    SOINS.ActeurEtOrganisme, SOINS.InstanceDeConcertation, SOINS.PublicEtPatient, SOINS.FormeJuridique,
}  # fmt: skip
WHO = re.compile(r"\W*(?:de |à |par |avec |with |by |to )?(?:qui|whom?)\b", re.IGNORECASE)
OF_WHOM = re.compile(r"\b(?:de|à|par|avec|chez) qui\b|\b(?:by|with|to|from) whom\b", re.IGNORECASE)
PROFESSIONALS = re.compile(
    r"\b(?:quel(?:le)?s?|which|what) (?:(?:\w+ )?professionals?|professionnel(?:le)?s?|professions?)\b",
    re.IGNORECASE,
)
MODES = frozenset(
    {
        SOINS.ProfessionnelDeSanteLiberal,
        SOINS.ProfessionnelDeSanteSalarie,
        SOINS.ProfessionnelDeSanteDeVille,
    }
)
"""Health professionals by the way they practise, not by profession."""
AGENTS = frozenset({SOINS.peutEtreGerePar, SOINS.peutEtreInitiePar})
AUXILIARIES = frozenset("may can could doe do did must should will".split())
PARTICLES = frozenset("par by dan into ver to avec with au en sou under".split())
OF = frozenset("de d du des of".split())
ARTICLES = frozenset(
    "le la les l un une des du de d the a an ce cette ces this these its son sa ses".split()
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand the question, with the statements that answer it."""

    kind: str
    facts: tuple[Fact, ...]
    score: tuple[int, ...]
    frame: Frame | None = None
    things: tuple[URIRef, ...] = ()
    boolean: bool | None = None
    number: int | None = None
    day: date | None = None
    subject: URIRef | None = None
    object: URIRef | None = None
    past: bool = False
    notes: tuple[str, ...] = ()
    as_of: date | None = None
    others: tuple[Fact, ...] = ()
    query: str = "answer-statements"

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
    wide: bool = False

    @property
    def concepts(self) -> tuple[Mention, ...]:
        """The things named, but those that the cue of the frame takes for itself.

        A yes/no question is about two things: the cue takes a third one only ("be a partner in").
        """
        free = self.question.concepts(self.spots)
        if self.question.is_closed and len(free) < 2:
            return self.question.concepts()
        return free

    @property
    def left(self) -> list[Token]:
        """The content words to be explained by the statements themselves, numbers apart."""
        words = self.question.unplaced(self.spots | self.form_spots)
        return [
            w
            for w in words
            if w.word not in NUMBERS
            and not (self.question.duty and DUTY.fullmatch(w.word))  # read as a duty already
            # A year in a yes/no question is a claim: a statement must say it. 1492 is no year of this law.
            and not (
                w.word.isdigit()
                and (len(w.word) < 4 or (not self.question.is_closed and YEAR.fullmatch(w.word)))
            )
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

    def facts(
        self, keep: Callable[[Fact], object] = bool, *, titles: bool = False
    ) -> tuple[list[Fact], bool]:
        """Return the statements that fit the frame, the names and the words, and that *keep* accepts.

        *titles*: a word may be said by the title of the voice, where a text is what is asked for.
        """
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
            said = self.wide and quality is not None and self.says(fact)
            if quality is not None and (said or explains(fact, left, self.known, titles=titles)):
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
            elif covers(fact, mention.thing, self.known) or self.one_of(fact, mention.thing):
                total += 3
            elif self.partly(fact, mention.thing):
                total += 3  # what some hospitals may do, "a hospital" may do
            elif mention.thing in fact.concerns:
                total += 2
            elif self.known.speaks_of(fact, mention.thing):
                total += 1
            elif not self.wide or not any(
                o.links(mention.thing) or mention.thing in o.concerns
                for o in self.known.beside(fact)
            ):
                return None
        if concepts and not linked:
            return None
        for (
            mention
        ) in self.question.concepts():  # a name that the cue took: better where it is said too
            if mention not in concepts:
                said = self.known.speaks_of(fact, mention.thing)
                said = said or fact.links(mention.thing)
                if self.question.is_closed and not said:
                    return None
                total += said and len(mention.positions) > 1
        texts = self.question.texts()
        heard = [self.speaks(fact, text.thing) for text in texts]
        # "articles L. 6327-1 à L. 6327-7": any of them; else each text narrows.
        alike = len(texts) > 1 and len({self.known.part_of.get(t.thing) for t in texts}) == 1
        if texts and not (any(heard) if alike else all(heard)):
            return None
        return total

    def one_of(self, fact: Fact, thing: URIRef) -> bool:
        """Say whether *thing* is a profession or a body of the class that *fact* is about."""
        above = self.known.ancestors(thing)
        if fact.relation in OF_EACH:  # of a whole that is named; "libéral" is no profession
            whole = fact.relation != SOINS.aPourStatutDesProfessionnels or any(
                m.thing == fact.subject for m in self.question.mentions
            )
            return whole and SOINS.ProfessionnelDeSante in above and thing not in MODES
        return fact.subject in above and bool(above & PEOPLE) and not above & COORDINATED

    def partly(self, fact: Fact, thing: URIRef) -> bool:
        """Say whether *fact* permits to a kind of *thing* what a yes/no question asks of *thing*."""
        return (
            self.question.is_closed
            and fact.object is not None
            and thing in self.known.ancestors(fact.object)
            and fact.relation in AGENTS
        )

    def says(self, fact: Fact) -> bool:
        """Say whether *fact* says each word left over, and each number."""
        left = self.left
        if self.wide:
            own = [w for w in left if explains(fact, [w], self.known)]
            if (
                not own
                and len(left) == len(self.question.unplaced(self.form_spots))
                and not self.form_spots
            ):
                return False
            left = [w for w in left if w not in own and not self._near(fact, w)]
        return explains(fact, left, self.known) and all(
            fact.value == n or _says_number(fact, n) for n in self.question.numbers
        )

    def _near(self, fact: Fact, word: Token) -> bool:
        """Say whether another statement of the same article says *word*."""
        return any(explains(other, [word], self.known) for other in self.known.beside(fact))

    def measures(self, fact: Fact) -> bool:
        """Say whether *fact* counts in each unit that the question names, the least or the most as it asks."""
        said = {w for t in self.question.tokens for w in (t.word, t.stem)}
        if fact.relation == SOINS.compteAuMoins and MOST.search(self.question.text):
            return False
        if fact.relation == SOINS.compteAuPlus and LEAST.search(self.question.text):
            return False
        timed = fact.relation != SOINS.aPourMontantMaximal  # "5 000 euros a day" is no duration
        if LASTS.search(self.question.text) and not (
            timed and any(unit & fact.words for unit in TIMES)
        ):
            return False
        return all(unit & fact.words for unit in UNITS if unit & said)

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
        asked_forms = self.frame.relations & FORMS and not self.question.is_closed
        if asked_forms and ITS_FORMS.search(self.question.text):
            return "subject"  # "the possible forms of an ESP"
        before = mention.end <= min(self.spots)
        if self.inverse:
            if before:
                return "object"
            at = mention.start - 1
            while at > max(self.spots) and words[at].word in ARTICLES:
                at -= 1
            if self._became():
                return "object"
            # "absorbés par X", "rejoindre X": X is the whole; "sont absorbées les X": the part.
            whole = words[at].word in PARTICLES or not passive(words, self.spots)
            return "subject" if whole else "object"
        if before or self._after_auxiliary(mention):
            return "subject"
        return "subject" if self._verb_first() else "object"

    def _became(self) -> bool:
        """Say whether what follows the verb is what ended: "qu'est devenu X", not "quels dispositifs sont devenus X"."""
        words = [fold(t.raw) for t in self.question.tokens]
        at = next((i for i in sorted(self.spots) if words[i] in BECOME), None)
        if at is None or {"qui", "en"} & set(words[: at + 2]):
            return False
        if any(t.word in STRUCTURES for t in self.question.tokens[:at]):
            return False
        return words[at] not in OF_WHAT or words[at + 1 : at + 2] == ["of"]

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

    @property
    def plural(self) -> bool:
        """Say whether the question asks for several things: "quelles structures", "which schemes"."""
        asked = [t for i, t in enumerate(self.question.tokens[:6]) if i not in self._named]
        return any(t.raw.lower() in ("quels", "quelles") for t in asked) or any(
            t.word in STRUCTURES and t.raw.lower().endswith("s") for t in asked
        )

    @property
    def _named(self) -> frozenset[int]:
        """The words of the names: the "scheme" of a coordination support scheme asks for no class."""
        return frozenset(i for m in self.question.mentions for i in m.positions)

    def of_class(self, things: tuple[URIRef, ...]) -> tuple[URIRef, ...]:
        """Return the *things* of the class asked for ("quelles structures", "which teams"), else all."""
        asked = {t.word for i, t in enumerate(self.question.tokens) if i not in self._named}
        if not asked & STRUCTURES:
            return things
        kept = tuple(t for t in things if self.known.ancestors(t) & COORDINATED)
        return kept or things

    def score(self, facts: list[Fact], bonus: int = 0) -> tuple[int, ...]:
        """Return how good a reading is: words placed by cues, then fewest left to the statements."""
        placed = len(self.spots & self.question.content)
        fit = max((self.fit(f) or 0 for f in facts), default=0)
        return (bonus, -len(self.left), placed, fit, self._exact())

    def _exact(self) -> int:
        """Return how many words announce the frame letter for letter: "constituer" is not "constitué"."""
        known = {word for cue in self.frame.cues for word in cue.words} if self.frame else set()
        return sum(self.question.tokens[i].word in known for i in self.spots)


def asks_who(question: Question) -> bool:
    """Say whether the question asks for somebody: a person or a body."""
    return WHO.match(question.text) is not None


def asks_professionals(question: Question) -> bool:
    """Say whether the question asks for professionals: "which professionals", "quelles professions"."""
    return PROFESSIONALS.search(question.text) is not None


def is_person(thing: URIRef, known: Knowledge) -> bool:
    """Say whether *thing* may answer "which professionals": a profession, not a body."""
    return SOINS.Professionnel in known.ancestors(thing)


def is_above(wider: URIRef | None, thing: URIRef, known: Knowledge) -> bool:
    """Say whether *wider* is a class above *thing*: two doctors of any specialty are not two cardiologists."""
    return wider != thing and wider in known.ancestors(thing)


def covers(fact: Fact, thing: URIRef, known: Knowledge) -> bool:
    """Say whether *fact* is about a class of people or bodies that *thing* is of.

    What holds of doctors holds of a dentist; who does some care does not do every kind of it, and what is a legal
    person is not every kind of one.
    """
    return (
        fact.object is not None
        and fact.object != SOINS.ActeurDuSystemeDeSante  # categories of them, not each one
        and fact.relation not in NATURES
        and fact.object in known.ancestors(thing)
        and is_somebody(thing, known)
    )


def is_somebody(thing: URIRef, known: Knowledge) -> bool:
    """Say whether *thing* may answer "who": an actor, a team, a scheme, a public, a company."""
    return bool(known.ancestors(thing) & SOMEBODY)


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
    if any(w in fact.words for w, n in NUMBERS.items() if n == number):
        return True
    figure = re.compile(rf"(?<![\d.-]){number}(?![\d-])")  # no part of "L. 1434-3"
    return any(figure.search(said) for said in (*fact.says.values(), fact.quote))
