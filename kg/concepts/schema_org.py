"""What a page is about, in the words of schema.org, for search engines; texts in those of ELI too.

A card says nothing that the page does not say. Source: https://schema.org/Legislation, which was made
from the ELI ontology; https://schema.org/DefinedTerm.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import singledispatch
from typing import Any

from kg.concepts.changes import ChangeList
from kg.concepts.concept import ConceptPage
from kg.concepts.disagreement import Disagreement, DisagreementList
from kg.concepts.home import Home
from kg.concepts.index import ConceptList
from kg.concepts.names import Ref
from kg.concepts.rule import RuleList, RulePage
from kg.concepts.source import SourceList, SourcePage
from kg.concepts.text import Made as Amended
from kg.concepts.text import TextPage, Version
from kg.concepts.texts import TextList
from kg.concepts.thing import ThingPage
from kg.messages import LANGS, Lang, say
from kg.namespaces import BASE, ELI, SOINS

LONGEST = 300
"""Characters of a description: search engines show half of it."""

LICENCE = "https://creativecommons.org/licenses/by/4.0/"

Node = dict[str, Any]
"""An object of JSON-LD."""
Made = tuple[str, list[Node]]
"""What a page is about: a description, then the nodes that say it, the main one first."""

_FORCE = {"in-force": "InForce", "past": "NotInForce", "to-come": "NotInForce"}


@dataclass(frozen=True, slots=True)
class Card:
    """A page for who has not opened it: a sentence or two, and JSON-LD."""

    description: str
    linked: Node


def card(page: object, lang: Lang, site: str | None = None) -> Card | None:
    """Return the card of *page* in *lang*, None for a page that is about nothing in particular.

    *site*: the address of the server with its final slash, None where there is no server to search.
    """
    made = about(page, lang, site)
    if made is None:
        return None
    description, nodes = made
    graph = [_clean({"inLanguage": lang, **nodes[0]}), *map(_clean, nodes[1:])]
    return Card(
        _short(description), {"@context": ["https://schema.org/", {"eli": ELI}], "@graph": graph}
    )


@singledispatch
def about(page: object, lang: Lang, site: str | None) -> Made | None:
    """Return what *page* is about, None for nothing in particular; each kind of page registers its own."""
    return None


@about.register
def _home(page: Home, lang: Lang, site: str | None) -> Made:
    says = say("site.home-lead", lang)
    node: Node = {
        "@type": "WebSite", "@id": BASE, "url": site or BASE, "name": say("site.name", lang),
        "description": says, "inLanguage": list(LANGS), "license": LICENCE,
    }  # fmt: skip
    if site:
        node["potentialAction"] = {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": f"{site}recherche?q={{search_term_string}}",
            },
            "query-input": "required name=search_term_string",
        }
    return says, [node]


@about.register
def _concept(page: ConceptPage, lang: Lang, site: str | None) -> Made:
    defined = next((s.says for s in page.legal_definitions if s.state == "in-force"), None)
    says = page.definition or defined or page.label
    node = {
        **_name("DefinedTerm", page.iri, page.label, says),
        "termCode": page.acronym,
        "alternateName": list(page.names),
        "inDefinedTermSet": _set(lang),
        "sameAs": [ref.iri for ref in page.same_as],
        "subjectOf": [
            _ref("Legislation", g.text) for g in page.texts if g.state in ("in-force", "undated")
        ],
    }
    return says, [node, _path(lang, ("concepts", "site.concepts"), page.label, page.iri)]


@about.register
def _concepts(page: ConceptList, lang: Lang, site: str | None) -> Made:
    named = _set(lang)
    return say("site.home-lead", lang), [
        {**named, "url": BASE + "concepts", "description": say("site.home-lead", lang)}
    ]


def _set(lang: Lang) -> Node:
    return {
        "@type": "DefinedTermSet",
        "@id": str(SOINS.concepts),
        "name": f"{say('site.name', lang)} : {say('site.concepts', lang).lower()}",
    }


@about.register
def _text(page: TextPage, lang: Lang, site: str | None) -> Made:
    says = page.title if page.title and page.title != page.label else page.citation
    now = [s for s in page.statements if s.state in ("in-force", "undated")]
    now.sort(
        key=lambda s: s.relation_name not in ("definit", "regit")
    )  # the purpose, then the rest
    description = " ".join([f"{page.label} — {says}.", *(s.says for s in now)])
    node = {
        **_name(["Legislation", "eli:LegalResource"], page.iri, page.label, says),
        "alternateName": list(page.names),
        "legislationIdentifier": page.nor or page.label,
        "legislationType": page.kind.label if page.kind else None,
        "legislationJurisdiction": "FR",
        "legislationDate": _day(page.signed),
        "datePublished": _day(page.published),
        "legislationLegalForce": _force(page.state),
        "legislationChanges": [_ref("Legislation", made.text) for made in _once(page)],
        "isPartOf": _ref("Legislation", page.parent) if page.parent else None,
        "hasPart": [_ref("Legislation", ref) for ref in page.articles],
        "citation": [_ref("Legislation", ref) for ref in page.cites],
        "about": [_ref("DefinedTerm", ref) for ref in _subjects(page)],
        "sameAs": [address for address in (page.eli, page.url) if address],
        "workExample": [_clean(_version(page, version)) for version in page.versions],
        "inLanguage": "fr",  # the text, in whatever language we speak of it
        "eli:date_document": _date(page.signed),
        "eli:date_publication": _date(page.published),
    }
    return description, [node, _path(lang, ("textes", "site.texts"), page.label, page.iri)]


def _once(page: TextPage) -> list[Amended]:
    return list({made.text.iri: made for made in page.made}.values())


def _subjects(page: TextPage) -> Iterable[Ref]:
    return dict.fromkeys([*page.subjects("definit"), *page.subjects("regit")])


def _version(page: TextPage, version: Version) -> Node:
    since, until = version.since.isoformat(), version.until.isoformat() if version.until else ".."
    return {
        **_name("Legislation", version.iri, f"{page.label} ({since})", None),
        "legislationDateVersion": since,
        "legislationLegalForce": _force(version.state),
        "temporalCoverage": f"{since}/{until}",
        "eli:first_date_entry_in_force": _date(version.since),
        "eli:date_no_longer_in_force": _date(version.until),
    }


def _force(state: str) -> str | None:
    return f"https://schema.org/{_FORCE[state]}" if state in _FORCE else None


@about.register
def _texts(page: TextList, lang: Lang, site: str | None) -> Made:
    return _list("textes", "site.texts-title", "site.texts-lead", lang)


@about.register
def _rule(page: RulePage, lang: Lang, site: str | None) -> Made:
    rule = page.rule
    node = {
        **_name("CreativeWork", rule.iri, rule.name, rule.says),
        "identifier": rule.id,
        "isBasedOn": [_ref("Legislation", basis.ref) for basis in rule.cited],
        "about": [_ref("DefinedTerm", ref) for ref in rule.concerns],
    }
    return rule.says, [node, _path(lang, ("regles", "site.rules"), rule.name, rule.iri)]


@about.register
def _rules(page: RuleList, lang: Lang, site: str | None) -> Made:
    return _list("regles", "site.rules-title", "site.rules-lead", lang)


@about.register
def _source(page: SourcePage, lang: Lang, site: str | None) -> Made:
    entry = page.entry
    told = [s.says for s in page.statements]
    node = {
        **_name("DigitalDocument", page.iri, entry.ref.label, entry.kind),
        "publisher": {"@type": "Organization", "name": entry.publisher}
        if entry.publisher
        else None,
        "datePublished": _day(entry.date),
        "inLanguage": "fr",
    }
    says = " ".join([f"{entry.ref.label}.", *told])
    return says, [node, _path(lang, ("sources", "site.sources-title"), entry.ref.label, page.iri)]


@about.register
def _sources(page: SourceList, lang: Lang, site: str | None) -> Made:
    return _list("sources", "site.sources-title", "site.sources-lead", lang)


@about.register
def _disagreement(page: Disagreement, lang: Lang, site: str | None) -> Made:
    says = " ".join([page.point, page.why or ""])
    node = {
        **_name("CreativeWork", page.iri, page.point, page.why),
        "about": [_ref("DefinedTerm", ref) for ref in page.about],
    }
    where = ("desaccords", "site.disagreements-title")
    return says, [node, _path(lang, where, page.point, page.iri)]


@about.register
def _disagreements(page: DisagreementList, lang: Lang, site: str | None) -> Made:
    return _list("desaccords", "site.disagreements-title", "site.disagreements-lead", lang)


@about.register
def _changes(page: ChangeList, lang: Lang, site: str | None) -> Made:
    return _list("changements", "changes.title", "changes.lead", lang)


@about.register
def _thing(page: ThingPage, lang: Lang, site: str | None) -> Made:
    return page.definition or page.label, [_name("Thing", page.iri, page.label, page.definition)]


def _list(path: str, title: str, lead: str, lang: Lang) -> Made:
    says = say(lead, lang)
    return says, [_name("CollectionPage", BASE + path, say(title, lang), says)]


def _name(kind: str | list[str], iri: str, name: str, says: str | None) -> Node:
    return {"@type": kind, "@id": iri, "url": iri, "name": name, "description": says}


def _ref(kind: str, ref: Ref) -> Node:
    return {"@type": kind, "@id": ref.iri, "name": ref.label}


def _path(lang: Lang, above: tuple[str, str], name: str, iri: str) -> Node:
    """Return how the page is reached from the first: *above* is the path and the title of its list."""
    steps = [(BASE, say("site.name", lang)), (BASE + above[0], say(above[1], lang)), (iri, name)]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "item": item, "name": step}
            for place, (item, step) in enumerate(steps, 1)
        ],
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _date(day: date | None) -> Node | None:
    return {"@type": "http://www.w3.org/2001/XMLSchema#date", "@value": _day(day)} if day else None


def _clean(node: Node) -> Node:
    """Return *node* without what is unknown."""
    return {name: value for name, value in node.items() if value not in (None, [], "")}


def _short(text: str) -> str:
    """Return the beginning of *text*, whole words, up to ``LONGEST`` characters."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition(" ")[0] + "…"
