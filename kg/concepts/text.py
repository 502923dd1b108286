"""One legal text: what it is, its versions, what it says on a day, what it relates to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rdflib import URIRef
from rdflib.namespace import DCTERMS, SKOS

from kg.citations import CODES, article_number, long_date, natural
from kg.concepts.bars import Picture, picture
from kg.concepts.citation import Reference, key_of
from kg.concepts.citing import Citing, citing
from kg.concepts.names import Ref, day_of, need_ref, ref_of, select, tail, text_of
from kg.concepts.parts import Statement, state_on, statements_about
from kg.concepts.thing import facts_of, refs, words
from kg.corpus import EVIDENCE
from kg.errors import NotFound
from kg.messages import Lang, say
from kg.namespaces import ELI, SOINS, texte
from kg.store import Row, Store


@dataclass(frozen=True, slots=True)
class Version:
    """One wording, in force from *since* (included) to *until* (excluded), and the texts that made it."""

    iri: str
    since: date
    until: date | None
    state: str
    evidence: Ref | None
    by: tuple[Ref, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class Checked:
    """How far one field of the record was checked: ``nor`` → verified."""

    field: str
    evidence: Ref


@dataclass(frozen=True, slots=True)
class Level:
    """A level of evidence in words, and how many provisions and versions of the text have it."""

    evidence: Ref
    definition: str
    statements: int
    versions: int


@dataclass(frozen=True, slots=True)
class Made:
    """A version of another text that this text made, by its first day; *first*: it had none before."""

    text: Ref
    since: date
    first: bool


@dataclass(frozen=True, slots=True)
class TextPage:
    """One legal text. *citation* is the line a French jurist copies, for the day asked for."""

    iri: str
    path: str
    label: str
    title: str | None
    names: tuple[str, ...]
    kind: Ref | None
    rank: Ref | None
    parent: Ref | None
    nor: str | None
    eli: str | None
    url: str | None
    signed: date | None
    published: date | None
    last_checked: date | None
    note: str | None
    state: str
    checked: tuple[Checked, ...]
    levels: tuple[Level, ...]
    versions: tuple[Version, ...]
    statements: tuple[Statement, ...]
    told: tuple[Statement, ...]
    articles: tuple[Ref, ...]
    cites: tuple[Ref, ...]
    cited_by: tuple[Ref, ...]
    citing: tuple[Citing, ...]
    made: tuple[Made, ...]
    citation: str
    picture: Picture | None

    def subjects(self, relation: str) -> list[Ref]:
        """Return what the text is said to ``definit`` or ``regit``, each once."""
        return self._objects(relation, "in-force", "undated")

    def past_subjects(self, relation: str) -> list[Ref]:
        """Return what the text ceased to ``definit`` or ``regit``."""
        still = self._objects(relation, "in-force", "undated", "to-come")
        return [ref for ref in self._objects(relation, "past") if ref not in still]

    def _objects(self, relation: str, *states: str) -> list[Ref]:
        found = {
            s.object: None
            for s in self.statements
            if s.relation_name == relation and s.object and s.state in states
        }
        return list(found)


@lru_cache(maxsize=64)
def text(store: Store, path: str, lang: Lang, day: date) -> TextPage:
    """Return the text of that path (``csp/l6323-3``) as the law stood on *day*. The dataset never changes.

    Raises:
        NotFound: no text has that path.
    """
    node = texte(path)
    facts = facts_of(store, node, lang)
    if not any(row["value"] == SOINS.TexteJuridique for row in facts):
        raise NotFound(name=path)
    versions = _versions(store, node, lang, day)
    inverse = select(store, "concept-inverse", lang, thing=node)
    about = statements_about(store, node, lang, day)
    own = tuple(s for s in about if s.voice.iri == str(node))
    label = (words(facts, lang, SKOS.prefLabel) or [path])[0]
    title = next(iter(words(facts, lang, DCTERMS.title)), None)
    french = (
        (words(facts, "fr", SKOS.prefLabel) or [path])[0],
        next(iter(words(facts, "fr", DCTERMS.title)), None),
    )
    return TextPage(
        iri=str(node),
        path=path,
        label=label,
        title=title,
        names=tuple(words(facts, "fr", SKOS.altLabel)),
        kind=next((r for r in refs(facts, _TYPE) if r.iri != str(SOINS.TexteJuridique)), None),
        rank=next(iter(refs(facts, SOINS.rang)), None),
        parent=next(iter(refs(facts, SOINS.faitPartieDe)), None),
        nor=next(iter(words(facts, lang, SOINS.nor)), None),
        eli=_link(facts, SOINS.identifiantEli),
        url=_link(facts, SOINS.pageOfficielle),
        signed=_day(facts, ELI.date_document),
        published=_day(facts, ELI.date_publication),
        last_checked=_day(facts, SOINS.verifieLe),
        note=next(iter(words(facts, lang, SKOS.editorialNote)), None),
        state=next(
            (s for s in ("in-force", "to-come", "past") if any(v.state == s for v in versions)),
            "undated",
        ),
        checked=_checked(store, node, lang),
        levels=_levels(store, lang, own, versions),
        versions=versions,
        statements=own,
        told=tuple(s for s in about if s.voice.iri != str(node)),
        articles=_sorted(refs(inverse, SOINS.faitPartieDe)),
        cites=_sorted(refs(facts, SOINS.cite)),
        cited_by=_sorted(refs(inverse, SOINS.cite)),
        citing=citing(store, node, path, lang, day),
        made=_made(store, node, lang),
        citation=citation(path, *french, versions, day),
        picture=picture(versions, day),
    )


def reference(page: TextPage, read: date) -> Reference:
    """Return what a bibliography says of the text, read here on the day *read*: its words are French."""
    current = next((v for v in page.versions if v.state == "in-force"), None)
    code, _, number = page.path.partition("/")
    title, _, version = page.citation.partition(", dans sa version ")
    return Reference(
        key=key_of(page.path, current.since.isoformat() if current else ""),
        kind="legislation",
        title=title,
        line=page.citation,
        url=page.url or page.iri,
        language="fr",
        accessed=read,
        issued=page.signed or page.published,
        container=CODES[code][1] if code in CODES and number else None,
        number=article_number(number[0].upper() + number[1:]) if code in CODES and number else None,
        version=version or None,
        note=current.iri if current else page.iri,
    )


_TYPE = URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def citation(
    path: str, label: str, title: str | None, versions: tuple[Version, ...], day: date
) -> str:
    """Return the French line that cites the text; an article's names its version in force on *day*.

    ``Article L. 6323-3 du code de la santé publique, dans sa version en vigueur depuis le 25 décembre
    2021``; ``Loi n° 2016-41 du 26 janvier 2016 de modernisation de notre système de santé``. *label* and
    *title* are the French ones: French law is cited in French on every page.
    """
    code, _, number = path.partition("/")
    if code in CODES and number:
        number = article_number(number[0].upper() + number[1:])
        start = say("site.cite-article", "fr", number=number, code=CODES[code][1])
    elif "/art-" in path:
        start = label
    else:
        return _named(label, title)
    current = next((v for v in versions if v.state == "in-force"), None)
    if current is None:
        return start
    if current.until is None:
        return say("site.cite-since", "fr", start=start, since=long_date(current.since, "fr"))
    dates = {"since": long_date(current.since, "fr"), "until": long_date(current.until, "fr")}
    return say("site.cite-between", "fr", start=start, **dates)


def _named(label: str, title: str | None) -> str:
    """Join *label* and *title*; the kind of text is said once: ``Loi n° … du … de modernisation…``."""
    if title is None or title.casefold() in label.casefold():
        return label
    kind, _, rest = title.partition(" ")
    if rest and label.casefold().startswith(kind.casefold() + " "):
        return f"{label} {rest}"
    return f"{label}, {title[0].lower()}{title[1:]}"


def _versions(store: Store, node: URIRef, lang: Lang, day: date) -> tuple[Version, ...]:
    grouped: dict[str, list[Row]] = {}
    for row in select(store, "texte-versions", lang, text=node):
        grouped.setdefault(str(row["version"]), []).append(row)
    made = []
    for name, rows in grouped.items():
        since, until = day_of(rows[0], "since"), day_of(rows[0], "until")
        assert since is not None
        by = {ref for row in rows if (ref := ref_of(row, "by")) is not None}
        made.append(
            Version(
                name, since, until, state_on(day, since, until), ref_of(rows[0], "evidence"),
                _sorted(list(by)), text_of(rows[0], "note"),
            )
        )  # fmt: skip
    return tuple(sorted(made, key=lambda v: v.since))


def _checked(store: Store, node: URIRef, lang: Lang) -> tuple[Checked, ...]:
    rows = select(store, "texte-evidence", lang, text=node)
    found = {str(row["field"]): need_ref(row, "evidence") for row in rows}
    return tuple(Checked(field, found[field]) for field in sorted(found))


def _levels(
    store: Store, lang: Lang, statements: tuple[Statement, ...], versions: tuple[Version, ...]
) -> tuple[Level, ...]:
    said = Counter(s.evidence for s in statements)
    dated = Counter(v.evidence for v in versions)
    defined = {
        ref: text_of(row, "definition") or ""
        for row in select(store, "texte-levels", lang)
        if (ref := ref_of(row, "level")) is not None
    }
    found = [Level(ref, told, said[ref], dated[ref]) for ref, told in defined.items()]
    return tuple(
        sorted(
            (each for each in found if each.statements or each.versions),
            key=lambda each: EVIDENCE.index(tail(each.evidence.iri)),
        )
    )


def _made(store: Store, node: URIRef, lang: Lang) -> tuple[Made, ...]:
    rows = select(store, "texte-made", lang, text=node)
    found = {
        Made(need_ref(row, "text"), day, "earlier" not in row)
        for row in rows
        if (day := day_of(row, "since"))
    }
    return tuple(sorted(found, key=lambda m: (natural(m.text.label), m.since)))


def _sorted(found: list[Ref]) -> tuple[Ref, ...]:
    return tuple(sorted(found, key=lambda ref: natural(ref.label)))


def _link(rows: list[Row], prop: URIRef) -> str | None:
    return next((str(row["value"]) for row in rows if row["property"] == prop), None)


def _day(rows: list[Row], prop: URIRef) -> date | None:
    return next((day_of(row, "value") for row in rows if row["property"] == prop), None)
