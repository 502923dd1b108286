"""Read the tables of the question layer from a dataset, once."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from rdflib import Literal, URIRef
from rdflib.namespace import RDF, RDFS, SKOS
from rdflib.term import Node

from kg.answers.frames import load_grammar
from kg.answers.knowledge import LAST, LONG_TITLE, Fact, Knowledge
from kg.answers.lifetimes import OFFICIAL, begun, dated_rules
from kg.dates import Period
from kg.namespaces import ELI, SOINS
from kg.resources import query
from kg.store import Store, once
from kg.words import stems, words


@once
def knowledge(store: Store) -> Knowledge:
    """Return the tables of the dataset that *store* holds."""
    known = Knowledge()
    for row in store.select(query("answer-names")):
        _add_name(known, row)
    concerns: dict[Node, set[URIRef]] = defaultdict(set)
    founded: dict[Node, set[URIRef]] = defaultdict(set)
    bounds: dict[Node, dict[str, date]] = defaultdict(dict)
    for row in store.select(query("answer-links")):
        _add_link(
            known, row["thing"], str(row["property"]), row["value"], concerns, founded, bounds
        )
    for text, versions in known.versions.items():
        for version in versions:
            known.versions[text][version] = Period(**bounds[version])
        known.versions[text] = dict(sorted(versions.items()))
    for row in store.select(query("answer-facts")):
        known.facts.append(_fact(known, row, concerns, founded))
    told = {version for versions in known.versions.values() for version in versions}
    known.lives = {
        t: Period(**b) for t, b in bounds.items() if t not in told and isinstance(t, URIRef)
    }
    known.latest = max((f.period.start for f in known.facts if f.period.start), default=date.min)
    known.born = begun(known)
    known.rules = dated_rules(known.facts)
    rank = {fact.iri: fact.order for fact in known.facts}
    known.losing = frozenset(f for f in _losing(store) if rank.get(f, LAST) > OFFICIAL)
    for spot, fact in enumerate(known.facts):
        for thing in {fact.subject, fact.object} - {None}:
            assert isinstance(thing, URIRef)
            known.linked[thing].append(spot)
    known.grammar = load_grammar(store)
    known.vocabulary = _vocabulary(known)
    known.sorted_vocabulary = sorted(known.vocabulary)
    known.stems = frozenset().union(
        *(fact.words for fact in known.facts), *known.grammar.synonyms.values()
    )
    known.longest = max((len(name) for name in known.names), default=1)
    return known


def _losing(store: Store) -> frozenset[URIRef]:
    """Return the statements that only support sides which do not prevail, where one does."""
    sides: dict[Node, list[tuple[Node, bool]]] = defaultdict(list)
    for row in store.select(query("answer-disagreements"), lang=Literal("fr")):
        wins = str(row["prevaut"]) == "true"
        sides[row["desaccord"]].append((row["affirmation"], wins))
    lost: set[URIRef] = set()
    for held in sides.values():
        kept = {fact for fact, wins in held if wins}
        if kept:
            lost |= {fact for fact, _ in held if isinstance(fact, URIRef)} - kept
    return frozenset(lost)


def _add_name(known: Knowledge, row: dict[str, Node]) -> None:
    thing, name, role = row["thing"], row["name"], str(row["role"])
    if not isinstance(thing, URIRef) or not isinstance(name, Literal):
        return
    lang = name.language or ""
    if role == "label":
        known.labels[thing][lang] = str(name)
    elif role == "title":
        known.titles[thing][lang] = str(name)
    elif str(name) not in (
        kept := known.notations[thing] if role == "notation" else known.others[thing]
    ):
        kept.append(str(name))
        kept.sort()
    key = words(str(name))
    of_text = str(row["kind"]) == "text"
    if role == "title" and (
        len(key) < LONG_TITLE or "/art-" in thing or row.get("part") is not None
    ):
        return  # "La maison de santé" is the title of an article, not its name
    if key and not (of_text and role == "notation"):
        strength = {"notation": 3, "label": 2, "other": 1, "title": 1}[role]
        for said in (key, *_act_names(str(name), key)):
            known.names[said][thing] = max(strength, known.names[said].get(thing, 0))


def _act_names(name: str, key: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return how the French usual *name* of an act is said otherwise: "Touraine Act", and "HPST" alone."""
    if len(key) < 2 or key[0] != "loi":
        return []
    bare = key[1:]
    alone = [bare] if name.split()[-1].isupper() and len(bare) == 1 else []
    return [*alone, (*bare, "act"), (*bare, "law"), ("act", *bare), ("law", *bare)]


def _add_link(
    known: Knowledge,
    thing: Node,
    name: str,
    value: Node,
    concerns: dict[Node, set[URIRef]],
    founded: dict[Node, set[URIRef]],
    bounds: dict[Node, dict[str, date]],
) -> None:
    if not isinstance(thing, URIRef):
        return
    if isinstance(value, URIRef):
        if name == str(SOINS.concerne):
            concerns[thing].add(value)
        elif name == str(SOINS.fondement):
            founded[thing].add(value)
        elif name == str(RDF.type):
            known.texts[thing].add(value)
        elif name == str(SOINS.rang):
            known.ranks[thing] = value
        elif name == str(SOINS.faitPartieDe):
            known.part_of[thing] = value
        elif name == str(SOINS.pageOfficielle):
            known.official[thing] = str(value)
        elif name == str(SOINS.versionDe):
            known.versions[value].setdefault(thing, Period())
        elif name == str(SOINS.resulteDe):
            known.made_by[thing].add(value)
        elif name in (str(SOINS.designe), str(SOINS.designeUneSorteDe)):
            known.aliases[thing] = value
            if name != str(SOINS.designe):
                known.narrow.add(thing)
        elif name in (str(RDFS.subClassOf), str(SKOS.broader)) and value.startswith(str(SOINS)):
            known.parents[thing].add(value)
    elif isinstance(value, Literal):
        if name == str(SKOS.prefLabel):
            known.labels[thing].setdefault(value.language or "", str(value))
        elif name == str(SKOS.definition):
            known.definitions[thing][value.language or ""] = str(value)
        elif name == str(ELI.date_document):
            known.signed[thing] = value.toPython()
        elif name == str(ELI.date_publication):
            known.published[thing] = value.toPython()
        elif name == str(SOINS.enVigueurDepuis):
            bounds[thing]["start"] = value.toPython()
        elif name == str(SOINS.enVigueurJusqua):
            bounds[thing]["end"] = value.toPython()


def _fact(
    known: Knowledge,
    row: dict[str, Node],
    concerns: dict[Node, set[URIRef]],
    founded: dict[Node, set[URIRef]],
) -> Fact:
    def text(name: str) -> str:
        return str(row.get(name, ""))

    def thing(name: str) -> URIRef:
        return URIRef(text(name))

    def day(name: str) -> date | None:
        found = row.get(name)
        return found.toPython() if isinstance(found, Literal) else None

    value, order = row.get("value"), row.get("order")
    subject, relation, voice = thing("subject"), thing("relation"), thing("voice")
    target = thing("object") if "object" in row else None
    about = frozenset(concerns[row["affirmation"]])
    quote = " ".join(words(text("quote")))
    # The title of an act is quoted where nothing else of it was read: it says nothing of what it rules.
    titled = any(quote in " ".join(words(title)) for title in known.titles[voice].values())
    spoken = [text("fr"), text("en"), "" if titled else text("quote")]
    spoken += known.labels[relation].values()
    for named in (subject, target):
        if named is not None:
            spoken += [*known.labels[named].values(), *known.others[named]]
    return Fact(
        iri=thing("affirmation"),
        subject=subject,
        relation=relation,
        object=target,
        value=value.toPython() if isinstance(value, Literal) else None,
        voice=voice,
        rank=thing("rank"),
        order=int(order) if isinstance(order, Literal) else LAST,
        evidence=text("evidence").rpartition("/")[2],
        period=Period(day("from"), day("to")),
        quote=text("quote"),
        place=text("place"),
        says={"fr": text("fr"), "en": text("en")},
        official=text("official") or None,
        concerns=about,
        versions=tuple(sorted(founded[row["affirmation"]])),
        words=frozenset().union(*(stems(s) for s in spoken)),
        spoken=" "
        + " ".join(
            w
            for part in (*spoken[:3], *known.titles[voice].values(), *known.others[voice])
            for w in (*words(part), "|")
        )
        + " ",
    )


def _vocabulary(known: Knowledge) -> frozenset[str]:
    """Return the long words that a misspelt one may stand for: those of names and cues."""
    found = {word for name in known.names for word in name}
    found |= known.grammar.words()
    return frozenset(word for word in found if len(word) >= 6 and not word.isdigit())
