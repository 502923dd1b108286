"""What a yes or a no may rest on: whether a statement says it in the sense, the rank and the direction asked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rdflib import URIRef

from kg.answers.choose import (
    ARTICLES,
    OF,
    Reading,
    Search,
    covers,
    is_above,
)
from kg.answers.knowledge import Fact, Knowledge
from kg.answers.lifetimes import BINDING, speaks_on
from kg.answers.reading import Question, passive
from kg.namespaces import SOINS
from kg.words import Token, stems

NEGATED = re.compile(
    r"\bn(?:e\b|['’])(?!.{1,40}\bque\b).{1,40}\b(?:pas|aucune?|jamais|ni)\b|\binterdi|\bexclu(?!si)",
    re.IGNORECASE,
)
RESERVED = re.compile(
    r"\bla loi (?:ne |n['’])(?:(?:l|le|la|les)['’ ]?)?(?:exige|impose|demande|dit|pr[ée])",
    re.IGNORECASE,
)
"""Words of a statement by which it is not the law that says so."""
CONDITIONAL = re.compile(
    r"recommand|conseill|\binvit|contractualis|le cas échéant|\bp(?:eut|euvent|ouvai)"
    r"|devrai|souhait|facultati|à défaut|\bsauf\b|\bsi\b|\bs['’]il|priorité|optionnel",
    re.IGNORECASE,
)
COMPARED = re.compile(
    r"\b(?:plus|moins)\s+de\b|\b(?:more|fewer|less|higher|lower)\s+than\b|\bau[- ]delà\b|\bau plus\b|\bmaxim\w+"
    r"|\bat most\b|\bexact(?:ement|ly)\b",
    re.IGNORECASE,
)
AT_LEAST = re.compile(r"\bau\s+moins\s+de\b", re.IGNORECASE)
PARTS = frozenset(
    {
        SOINS.estComposeDe, SOINS.rassemble, SOINS.peutInclure, SOINS.compteAuMoins, SOINS.estAssocieA,
        SOINS.aPourAssocie, SOINS.estConstitueAutourDe, SOINS.comprend,
    }
)  # fmt: skip
MONEY = frozenset({SOINS.finance, SOINS.peutObtenir})
"""Relations of who pays and who is paid: the one says it of the payer, the other of the money."""
PAYING = re.compile(
    r"(?:financ(?:e|es|ent|er|ait|aient)|pa[iy](?:e|es|ent|er)|vers(?:e|ent|er)|funds?|pays?|financ(?:es?))$",
    re.IGNORECASE,
)
"""A verb whose subject pays."""
PAID = re.compile(
    r"(?:financ[ée]e?s?|pay[ée]e?s?|vers[ée]e?s?|funded|financed|paid)$", re.IGNORECASE
)
"""A participle of which who pays is the agent."""
DEGREE = re.compile(
    r"\b(?:bien|mieux|mal|trop|assez|peu|correctement|suffisamment|well|better|badly|poorly|enough|properly)\s+"
    r"(?:pay|pai|financ|r[ée]mun|dot[ée]|fund)(?!.*\b(?:par|by)\b)",
    re.IGNORECASE,
)
"""Words that ask how well somebody is paid."""
STAFF = frozenset(
    "professionnel membre personnel personne professional member staff people".split()
)
"""Words for the people of a whole, who are not the whole."""
JOINING = frozenset({SOINS.peutAdhererA, SOINS.adhereA})
DUTIES = frozenset(
    {
        SOINS.compteAuMoins, SOINS.elabore, SOINS.pratique, SOINS.aPourFormeJuridique, SOINS.aPourNatureJuridique,
        SOINS.estTransmisA, SOINS.respecte, SOINS.estCompatibleAvec, SOINS.estConformeA, SOINS.precise,
        SOINS.estSignePar, SOINS.assure, SOINS.exclut, SOINS.adhesionLibre,
        SOINS.aPourStatutDesProfessionnels,
    }
)  # fmt: skip
"""Relations by which a binding text obliges: the others name a power, a case or who may be there."""
PARTNER = re.compile(r"\bassoci[ée]e?s?\b|\bpartners?\b", re.IGNORECASE)
"""Words for the partner in a company, which a team does not have."""


def sound(fact: Fact, search: Search) -> bool:
    """Say whether *fact* is undisputed and may be said of the day asked about."""
    sure = fact.evidence != "conteste" and fact.iri not in search.known.losing
    return sure and speaks_on(fact, search.question.day, search.known)


def named_by(search: Search, fact: Fact) -> bool:
    """Say whether the words left over name the object of *fact*, which does not only permit it."""
    return not CONDITIONAL.search(fact.says["fr"]) and object_named(search, fact)


def object_named(search: Search, fact: Fact) -> bool:
    """Say whether the words left over name the object of *fact*."""
    return names(fact, search.left, search.known)


def names(fact: Fact, asked: Sequence[Token], known: Knowledge) -> bool:
    """Say whether each word *asked*, or a synonym, is in a name of the object of *fact*."""
    if fact.object is None:
        return False
    names = [*known.labels[fact.object].values(), *known.others[fact.object]]
    said = frozenset().union(*(stems(name) for name in names))
    return all(said & known.grammar.synonyms.get(w.stem, {w.stem}) for w in asked)


def about(search: Search, fact: Fact, thing: URIRef) -> bool:
    """Say whether *fact* speaks of *thing*, at one of its ends or besides."""
    if fact.links(thing) or thing in fact.concerns:
        return True
    return meets(search, fact, thing)


def meets(search: Search, fact: Fact, thing: URIRef) -> bool:
    """Say whether *thing* is subject or object, or stands below the object, or permission reaches part of it."""
    above = covers(fact, thing, search.known) or search.one_of(fact, thing)
    return fact.links(thing) or above or search.partly(fact, thing)


def in_part(search: Search, fact: Fact) -> bool:
    """Say whether *fact* holds of a part only of something that the question names."""
    return any(
        not fact.links(m.thing) and fact.object not in search.known.ancestors(m.thing)
        and search.partly(fact, m.thing) for m in search.concepts
    )  # fmt: skip


def supports(search: Search, fact: Fact) -> bool:
    """Say whether a yes or a no may rest on *fact*: undisputed, not a reserve, as strong as what is asked."""
    question = search.question
    if (
        fact.evidence == "conteste"
        or fact.iri in search.known.losing
        or (fact.order > BINDING and RESERVED.search(fact.says["fr"]))
    ):
        return False
    if (
        fact.relation in PARTS
        and PARTNER.search(question.text)
        and not PARTNER.search(fact.says["fr"])
    ):
        return False  # a member of a team is not a partner of it
    if fact.relation in MONEY and (DEGREE.search(question.text) or _of_its_people(search, fact)):
        return False  # what a centre may obtain is not the pay of its professionals
    narrower = any(
        not fact.links(m.thing) and m.thing not in fact.concerns and fact.object in search.known.ancestors(m.thing)
        for m in search.concepts
    )  # fmt: skip
    if fact.relation == SOINS.compteAuMoins:
        concerned = any(is_above(fact.object, m.thing, search.known) for m in search.concepts)
        return not concerned and not compares(question)
    if not question.duty or question.forbids or isinstance(fact.value, bool):
        return True
    if search.frame is not None and search.frame.denies:
        return True
    if permits(fact):
        return fact.order <= BINDING  # "it is permitted" says no to a duty: only the law does
    if narrower or fact.relation not in DUTIES:
        return False  # what one of a kind must do, or who may be there, obliges none of them
    return fact.order <= BINDING and not CONDITIONAL.search(fact.says["fr"])


def one_end(search: Search, fact: Fact) -> bool:
    """Say whether all that is named stands at the object of *fact*: it tells nothing of one to the other."""
    named = {m.thing for m in search.concepts}
    alone = len(named) > 1 and fact.subject not in named
    return alone and all(fact.object in search.known.ancestors(t) for t in named)


def over(search: Search, fact: Fact) -> bool:
    """Say whether *fact*, undated, permits something of a thing that had ended: it could once, it cannot now."""
    if not permits(fact) or fact.period.start is not None or fact.period.end is not None:
        return False
    lives = [search.known.lives.get(t) for t in (fact.subject, fact.object) if t is not None]
    return any(
        life is not None and life.end is not None and life.end <= search.question.day
        for life in lives
    )


def directed(search: Search, fact: Fact) -> bool:
    """Say whether the part and the whole stand in *fact* as in a question about membership."""
    concepts = search.concepts
    if fact.relation in MONEY and len(concepts) > 1 and not _paid_as_said(search, fact):
        return False
    turned = [
        f
        for f, _, inverse in search.question.frames
        if inverse and SOINS.peutInclure in f.relations
    ]
    if not turned or len(concepts) < 2:
        return True
    whole = concepts[-1].thing
    if fact.relation in PARTS:
        return fact.subject == whole
    return fact.relation not in JOINING or fact.object == whole


def _paid_as_said(search: Search, fact: Fact) -> bool:
    """Say whether the payer in *fact* is the one of the question, where its verb tells which one that is."""
    first, last = search.concepts[0], search.concepts[-1]
    verb = [
        t.raw
        for i, t in enumerate(search.question.tokens)
        if i in search.spots and first.end <= i < last.start
    ]
    payer = fact.subject if fact.relation == SOINS.finance else fact.object
    if passive(search.question.tokens, search.spots) and any(PAID.match(w) for w in verb):
        return payer != first.thing
    return not any(PAYING.match(w) for w in verb) or payer != last.thing


def _of_its_people(search: Search, fact: Fact) -> bool:
    """Say whether the question asks about the people of a whole that *fact* tells about."""
    tokens = search.question.tokens
    for mention in search.concepts:
        at = mention.start - 1
        while at >= 0 and tokens[at].word in ARTICLES | OF:
            at -= 1
        near = tokens[max(at, 0)], tokens[min(mention.end, len(tokens) - 1)]
        if fact.links(mention.thing) and any(t.word.rstrip("s") in STAFF for t in near):
            return True
    return False


def permits(fact: Fact) -> bool:
    """Say whether *fact* says what may be, not what is."""
    return str(fact.relation).rpartition("/")[2].startswith("peut")


def forbidding(search: Search, fact: Fact) -> bool:
    """Say whether *fact* is a prohibition."""
    denied = search.frame.denies if search.frame is not None else False
    return fact.relation in search.known.grammar.denied() or (
        denied and fact.relation == SOINS.exclut
    )


def holds(fact: Fact, search: Search) -> bool:
    """Say whether *fact* affirms what is asked: a relation that denies, a false value or a negation says no."""
    frame = search.frame
    denied = frame.denies if frame is not None else fact.relation in search.known.grammar.denied()
    if search.question.forbids and forbidding(search, fact):
        return True  # "is it forbidden": a prohibition says yes
    if denied or fact.value is False:
        return denied == (fact.value is False)
    if search.frame is not None and search.frame.relations:
        return True
    return not NEGATED.search(fact.says["fr"]) and not NEGATED.search(fact.quote)


def verdict(search: Search, facts: list[Fact], yes: bool, note: str) -> Reading:
    """Return the yes or the no that *facts* give; *note*: what tempers it."""
    pair = {(f.subject, f.object) for f in facts}
    subject, target = next(iter(pair)) if len(pair) == 1 else (None, None)
    return Reading(
        "booleen",
        tuple(facts),
        search.score(facts),
        search.frame,
        boolean=yes,
        subject=subject,
        object=target,
        notes=(note,) if note else (),
    )


def compares(question: Question) -> bool:
    """Say whether *question* compares a number with another bound than the least: "more than two", "exactly"."""
    return COMPARED.search(AT_LEAST.sub("", question.text)) is not None
