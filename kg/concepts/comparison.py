"""Concepts side by side: what the law of a day says of each, aspect by aspect, with its source.

Aspects are sets of relations, the same for every concept: nothing here knows what a structure is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from rdflib import URIRef

from kg.citations import natural
from kg.concepts.called import called
from kg.concepts.index import Branch, hierarchy
from kg.concepts.names import Ref, names, select, tail, text_of
from kg.concepts.parts import Statement, rank_order, state_on, statements_about
from kg.concepts.rule import rules
from kg.errors import BadInput, NotFound
from kg.messages import Lang, say
from kg.namespaces import SOINS
from kg.store import Store

DEFAULT = ("ESP", "MSP", "CDS", "CPTS", "DAC")
"""What is compared when nothing is asked for, by acronym."""
LAW = "/id/texte/"
"""In the IRI of a text of law, or of one of its versions."""
MOST = 6
"""Concepts that one table holds: beyond, no screen and no sheet of paper shows it."""


@dataclass(frozen=True, slots=True)
class Aspect:
    """A row of the table: the relations that fill it.

    *told*: relations of which the concept is the subject; *met*: of which it is the object; *around*:
    relations between two other things, where the concept is spoken of; *thing*: all that the law says of
    the concept and of that thing. A statement may stand in two rows: a project sent to the agency is a
    document, and a power of the agency. *rules*: French words of the rules that belong here, in the name of
    a text of which nothing else is said in the cell.
    """

    key: str
    told: frozenset[str] = frozenset()
    met: frozenset[str] = frozenset()
    around: frozenset[str] = frozenset()
    thing: str | None = None
    rules: re.Pattern[str] | None = None

    def takes(self, relation: str, role: str, with_thing: bool) -> bool:
        """Return True when a statement of *relation*, in which the concept has that *role*, belongs here."""
        taken = {"subject": self.told, "object": self.met, "spoken-of": self.around}[role]
        return with_thing or relation in taken


def _aspect(
    key: str,
    told: str = "",
    met: str = "",
    around: str = "",
    thing: str | None = None,
    rules: str | None = None,
) -> Aspect:
    words = re.compile(rules, re.IGNORECASE) if rules else None
    return Aspect(
        key,
        frozenset(told.split()),
        frozenset(met.split()),
        frozenset(around.split()),
        thing,
        words,
    )


_TIMES_AND_SUMS = r"(?!.*\b(?:fois|mois|ans|jours?|heures?|minutes|euros|moitié|tard|signée?s?)\b)"


ASPECTS = (
    _aspect("nature", "aPourNature aPourNatureJuridique aPourNom", "definit"),
    _aspect(
        "members",
        "estComposeDe estConstitueAutourDe rassemble aPourStatutDesProfessionnels adhesionLibre",
        around="adhereA",
    ),
    _aspect(
        "numbers",
        "compteAuMoins compteAuPlus",
        rules=_TIMES_AND_SUMS + r".*\b(?:au moins|au plus|minimum|maximum|nombre)\b",
    ),
    _aspect(
        "form",
        "aPourFormeJuridique peutAvoirPourFormeJuridique",
        rules=r".*\b(?:forme juridique|personne morale unique|société civile|constituée en association)\b",
    ),
    _aspect("creation", "peutEtreInitiePar peutEtreGerePar associeASaGouvernance"),
    _aspect(
        "signature",
        "estSignePar peutEtreSignePar",
        around="estSignePar peutEtreSignePar",
        rules=r".*\b(?:signe|signée?s?|signataires?|conclue? (?:par|avec)|a conclu)\b",
    ),
    _aspect("agency", thing="AgenceRegionaleDeSante"),
    _aspect("territory", "estImplanteEn exigeUnSiteUnique aPourApproche", thing="Territoire"),
    _aspect(
        "documents",
        "elabore respecte estDeterminePar dispose",
        around="precise estTransmisA aPourAnnexe estCompatibleAvec estConformeA estReputeValide "
        "respecte aPourDelaiDOppositionEnMois",
    ),
    _aspect(
        "control",
        "estSoumisA exclut aPourDelaiEnJours aPourDelaiEnAnnees aPourMontantMaximal",
        around="estSoumisA permetDe",
    ),
    _aspect("funding", "peutObtenir conclut pratique", "finance sAdresseA precise"),
    _aspect(
        "missions",
        "aPourMission peutAvoirPourMission assure peutAssurer aPourObjet contribueA permetDe repondA "
        "offre facilite relie appuie aPourMoyen",
        around="aPourObjet",
    ),
    _aspect("public", "sAdresseA restreintSonPublic"),
    _aspect("inside", "peutInclure peutPrendreLaFormeDe comprend"),
    _aspect(
        "outside",
        "peutAdhererA peutMobiliser estAssocieA estPlusLargeQue neRemplacePas estRattacheA",
        "peutInclure peutMobiliser peutPrendreLaFormeDe comprend associeASaGouvernance appuie organise estAssocieA "
        "estRattacheA estPlusLargeQue peutAdhererA relie facilite neRemplacePas "
        "peutExercerDans",
    ),
    _aspect("origin", "estIssuDe aPourEcheance"),
    _aspect("succession", "absorbe", "absorbe"),
)
"""The rows, in the order in which people ask."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point on which voices differ."""

    iri: str
    label: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What is said of one concept in one row: by the law, by documents, and where voices differ."""

    concept: Ref
    law: tuple[Statement, ...]
    documents: tuple[Statement, ...]
    disagreements: tuple[Point, ...]

    @property
    def voices(self) -> list[Voice]:
        """What the law says, put together by text and period."""
        grouped: dict[tuple[object, ...], list[Statement]] = {}
        for s in self.law:
            key = (s.voice.iri, s.since, s.until, s.evidence, _rule_of(s))
            grouped.setdefault(key, []).append(s)
        return [_voice(same) for same in grouped.values()]


@dataclass(frozen=True, slots=True)
class Voice:
    """What one text says over one period: *source* cites it, without a place where there are several.

    *rule*: the rule that says it, where no statement does.
    """

    source: Statement
    says: tuple[str, ...]
    quoted: tuple[Statement, ...]
    rule: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    key: str
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Founding:
    """A text in force that defines or governs a concept, in what words of ours, since when."""

    text: Ref
    rank: Ref | None
    defines: bool
    says: str
    since: date | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Column:
    """One concept: the texts in force that found it, by rank, and the first that the corpus knows."""

    concept: Ref
    texts: tuple[Founding, ...]
    first: Ref | None
    since: date | None


@dataclass(frozen=True, slots=True)
class Record:
    """One cell's worth of one source: a line of the table for spreadsheets.

    *says* is empty where the graph records nothing.
    """

    concept: Ref
    aspect: str
    says: str
    text: Ref | None = None
    place: str | None = None
    rank: Ref | None = None
    since: date | None = None
    until: date | None = None
    evidence: Ref | None = None
    quote: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Concepts side by side. *nothing*: the rows in which the graph records nothing for any of them."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    nothing: tuple[str, ...]

    def records(self, lang: Lang) -> Iterator[Record]:
        """Yield the statements of the table, row by row, the law first; then the texts, by rank."""
        for line in self.lines:
            for cell in line.cells:
                said = (*cell.law, *cell.documents)
                yield from (_record(line, cell, s) for s in said)
                if not said:
                    yield Record(cell.concept, line.label, "")
        aspect = say("comparison.row-texts", lang)
        for column in self.columns:
            for found in column.texts:
                yield Record(
                    column.concept, aspect, found.says, found.text,
                    rank=found.rank, since=found.since, url=found.url,
                )  # fmt: skip


def _voice(same: list[Statement]) -> Voice:
    places = {s.place for s in same}
    quoted = {s.quote: s for s in reversed(same) if s.quote}
    return Voice(
        same[0] if len(places) == 1 else replace(same[0], place=None),
        tuple(dict.fromkeys(s.says for s in same)),
        tuple(reversed(quoted.values())),
        _rule_of(same[0]),
    )


def _rule_of(said: Statement) -> str | None:
    """Return the IRI of the rule that stands for a statement, None for a true one."""
    return said.iri if said.relation.iri == str(SOINS.enonce) else None


def _record(line: Line, cell: Cell, said: Statement) -> Record:
    return Record(
        cell.concept, line.label, said.says, said.voice, said.place, said.rank, said.since,
        said.until, said.evidence, said.quote, said.url,
    )  # fmt: skip


def compare(store: Store, names: Sequence[str], lang: Lang, day: date) -> Comparison:
    """Return the comparison of the concepts *names* as the law stood on *day*.

    Raises:
        BadInput: one concept only, or more than ``MOST``.
        NotFound: no concept has one of these names; the name is in ``data``.
    """
    chosen = find(store, names, lang)
    if len(chosen) < 2:
        raise BadInput("comparison.another")
    if len(chosen) > MOST:
        raise BadInput("comparison.most", most=MOST, count=len(chosen))
    differing = _differing(store, lang)
    rows = zip(ASPECTS, *(_by_aspect(store, ref.iri, lang) for ref in chosen), strict=True)
    lines = [
        Line(
            aspect.key,
            say(f"comparison.row-{aspect.key}", lang),
            tuple(
                _cell(ref, s, _ruled(store, aspect, ref, lang, day), differing, day)
                for ref, s in zip(chosen, said, strict=True)
            ),
        )
        for aspect, *said in rows
    ]
    full = [line for line in lines if any(c.law or c.documents for c in line.cells)]
    return Comparison(
        columns=tuple(_column(store, ref, lang, day) for ref in chosen),
        lines=tuple(full),
        nothing=tuple(line.label for line in lines if line not in full),
    )


def find(store: Store, names: Iterable[str], lang: Lang) -> tuple[Ref, ...]:
    """Return the concepts called *names*, as ``called`` understands them.

    A name given twice counts once; an empty one not at all.

    Raises:
        NotFound: none, or more than one, has a name.
    """
    found: dict[str, Ref] = {}
    for name in names:
        if name.strip():
            if len(named := called(store, name, lang)) != 1:
                raise NotFound("comparison.unknown", name=name.strip())
            found.setdefault(named[0].iri, named[0])
    return tuple(found.values())


_FAMILIES = ("ExerciceCoordonne", "DispositifDeCoordination")


@lru_cache(maxsize=4)
def structures(store: Store, lang: Lang) -> tuple[tuple[Ref, tuple[Ref, ...]], ...]:
    """Return the concepts that people compare most, by family: ways of working together, then of coordinating."""
    branches = {tail(b.ref.iri): b for b in hierarchy(select(store, "concept-all", lang))}
    return tuple((branches[name].ref, tuple(_below(branches[name]))) for name in _FAMILIES)


def _below(branch: Branch) -> Iterator[Ref]:
    for inner in branch.narrower:
        yield inner.ref
        yield from _below(inner)


@lru_cache(maxsize=64)
def _told(store: Store, concept: str, lang: Lang) -> tuple[Statement, ...]:
    """Return all that is said of *concept*, on whatever day: the dataset never changes."""
    return statements_about(store, URIRef(concept), lang, date.min)


@lru_cache(maxsize=4)
def _differing(store: Store, lang: Lang) -> dict[str, set[Point]]:
    """Return statement → the points of disagreement on which it takes a side."""
    made: dict[str, set[Point]] = {}
    for row in select(store, "desaccord-all", lang):
        if (statement := text_of(row, "statement")) is not None:
            iri = str(row["case"])
            made.setdefault(statement, set()).add(Point(iri, text_of(row, "point") or tail(iri)))
    return made


@lru_cache(maxsize=64)
def _by_aspect(store: Store, concept: str, lang: Lang) -> tuple[tuple[Statement, ...], ...]:
    """Return what is said of *concept*, on whatever day, a tuple for each of ``ASPECTS``."""
    things = {a.thing: _about(store, concept, str(SOINS[a.thing])) for a in ASPECTS if a.thing}
    rows: list[list[Statement]] = [[] for _ in ASPECTS]
    for s in _told(store, concept, lang):
        relation, role = s.relation_name, _role(s, concept)
        for aspect, row in zip(ASPECTS, rows, strict=True):
            with_thing = relation != "regit" and s.iri in things.get(aspect.thing or "", ())
            if aspect.takes(relation, role, with_thing):
                row.append(s)
    defining = {
        s.voice.iri for s in _founding(store, concept, lang) if s.relation_name == "definit"
    }

    def order(said: Statement) -> tuple[int, bool]:
        """By rank; the text that defines the concept speaks first."""
        return rank_order(said.rank), said.voice.iri not in defining

    return tuple(tuple(sorted(row, key=order)) for row in rows)


def _about(store: Store, concept: str, thing: str) -> set[str]:
    """Return the statements of *concept* that are about *thing* too.

    Of a document, those of which it is the subject or object: documents speak of everything at once. Of
    the law, also those that concern it, or that name it by the head word of its French name, which
    comes first there (« agence »), whatever the language of the page.
    """
    concerned = {s.iri for s in _told(store, thing, "fr")}
    head = re.compile(r"\b" + re.escape(str(names(store, "fr")[URIRef(thing)][0]).split()[0]))
    return {
        s.iri
        for s in _told(store, concept, "fr")
        if (s.iri in concerned and (not s.secondary or _role(s, thing) != "spoken-of"))
        or (not s.secondary and _role(s, concept) != "object" and head.search(s.says))
    }


def _role(said: Statement, concept: str) -> str:
    if said.subject.iri == concept:
        return "subject"
    return "object" if said.object is not None and said.object.iri == concept else "spoken-of"


def _valid(said: Iterable[Statement], day: date) -> Iterator[Statement]:
    """Yield the statements in force on *day*, and those of documents, which have no period."""
    for s in said:
        state = state_on(day, s.since, s.until)
        if state in ("in-force", "undated"):
            yield replace(s, state=state)


def _ruled(
    store: Store, aspect: Aspect, ref: Ref, lang: Lang, day: date
) -> Iterator[tuple[str, Statement]]:
    """Yield what the rules of *aspect* in force on *day* say of the concept *ref*, each with its text.

    A rule that reads the law otherwise than some do is no voice of the law: it stays on its own page.
    """
    if aspect.rules is None:
        return
    french = {rule.iri: f"{rule.name} {rule.says}" for rule in rules(store, "fr", day).rules}
    general_first = sorted(rules(store, lang, day, ref.iri).rules, key=lambda r: len(r.concerns))
    for rule in general_first:
        bases = [b for b in rule.cited if b.state == "in-force" and LAW in b.ref.iri]
        contested = rule.evidence is not None and tail(rule.evidence.iri) == "conteste"
        if (
            bases
            and not contested
            and rule.state == "in-force"
            and aspect.rules.match(french[rule.iri])
        ):
            first = bases[0]
            relation = Ref(str(SOINS.enonce), "")
            yield first.ref.label, Statement(
                iri=rule.iri, says=rule.says, voice=first.ref, subject=ref, relation=relation,
                object=None, value=None, quote=None, place=None, rank=rule.rank,
                evidence=rule.evidence, since=rule.since, until=rule.until, state=rule.state,
                secondary=False, url=first.url, voice_date=None, start=None,
            )  # fmt: skip


def _cell(
    ref: Ref,
    said: Iterable[Statement],
    ruled: Iterable[tuple[str, Statement]],
    differing: dict[str, set[Point]],
    day: date,
) -> Cell:
    mine = tuple(_valid(said, day))
    heard = {s.voice.label for s in mine}
    law = [s for s in mine if not s.secondary]
    law += [s for text, s in ruled if text not in heard]
    points = {point for s in mine for point in differing.get(s.iri, ())}
    return Cell(
        ref,
        tuple(sorted(law, key=lambda s: rank_order(s.rank))),
        tuple(s for s in mine if s.secondary),
        tuple(sorted(points, key=lambda p: p.label)),
    )


def _column(store: Store, ref: Ref, lang: Lang, day: date) -> Column:
    said = _founding(store, ref.iri, lang)
    founding: dict[str, Founding] = {}
    for s in sorted(_valid(said, day), key=lambda s: s.relation_name != "definit"):
        own = s.url if s.voice == s.subject else None  # the voice may be another text, that says so
        founding.setdefault(
            s.subject.iri,
            Founding(s.subject, s.rank, s.relation_name == "definit", s.says, s.since, own),
        )
    texts = sorted(
        founding.values(),
        key=lambda f: (rank_order(f.rank), not f.defines, natural(f.text.label)),
    )
    first = min(
        ((s.since, s.subject) for s in said if s.since), key=lambda pair: pair[0], default=None
    )
    return Column(ref, tuple(texts), first[1] if first else None, first[0] if first else None)


@lru_cache(maxsize=64)
def _founding(store: Store, concept: str, lang: Lang) -> tuple[Statement, ...]:
    """Return what says that a text of law defines or governs *concept*, on whatever day."""
    return tuple(
        s
        for s in _told(store, concept, lang)
        if s.relation_name in ("definit", "regit")
        and not s.secondary
        and _role(s, concept) == "object"
    )
