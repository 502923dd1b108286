"""Read the records of the corpus, refuse the malformed with file and line, give their RDF.

One record a text, in YAML: ``corpus/textes/<path>.yaml`` (the path is that of its IRI),
``corpus/sources/<name>.yaml``, ``corpus/desaccords/<id>.yaml``. What each key means is written in
``ontology/decisions/20261122-modele-du-graphe.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, SKOS, XSD

from kg.citations import label_of, notation_of
from kg.errors import BadRecord
from kg.messages import LANGS
from kg.namespaces import ELI, SOINS, graph, iri, source, term, texte

RANKS = (
    "loi", "ordonnance", "decret", "arrete", "circulaire", "convention", "recommandation",
    "source-secondaire",
)  # fmt: skip
EVIDENCE = ("verifie", "derive", "de-memoire", "conteste", "inconnu")
KINDS = {
    "code": "Code",
    "article": "Article",
    "loi": "Loi",
    "ordonnance": "Ordonnance",
    "decret": "Decret",
    "arrete": "Arrete",
    "circulaire": "Circulaire",
    "instruction": "Instruction",
    "accord": "Accord",
}
Texts = dict[str, str]
"""A sentence in each language: ``{"fr": "…", "en": "…"}``."""


@dataclass(frozen=True, slots=True)
class Affirmation:
    """One statement that one voice makes, with the quotation that justifies it."""

    id: str
    says: Texts
    relation: str
    quote: str
    evidence: str
    subject: str | None = None
    object: str | None = None
    value: str | int | bool | date | None = None
    concerns: tuple[str, ...] = ()
    place: str | None = None
    at: tuple[int, int] | None = None
    since: date | None = None
    until: date | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Version:
    """One wording of a text: in force from *start* (included) to *end* (excluded)."""

    start: date
    end: date | None
    by: tuple[str, ...]
    evidence: str
    note: Texts | None = None


@dataclass(frozen=True, slots=True)
class Texte:
    """One legal text or article, with its versions and what it says."""

    path: str
    kind: str
    rank: str
    title: Texts
    file: Path
    number: str | None = None
    part_of: str | None = None
    url: str | None = None
    nor: str | None = None
    eli: str | None = None
    signed: date | None = None
    published: date | None = None
    last_checked: date | None = None
    evidence: dict[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    note: Texts | None = None
    cites: tuple[str, ...] = ()
    versions: tuple[Version, ...] = ()
    affirmations: tuple[Affirmation, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One document that speaks of the law without being law."""

    name: str
    title: Texts
    publisher: str
    kind: Texts
    rank: str
    text: str
    sha256: str
    file: Path
    place: str | None = None
    date: date | None = None
    note: Texts | None = None
    affirmations: tuple[Affirmation, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a disagreement: the affirmations that hold it."""

    affirmations: tuple[str, ...]
    says: Texts


@dataclass(frozen=True, slots=True)
class Desaccord:
    """A point on which voices differ, its sides, which prevails and why."""

    id: str
    about: tuple[str, ...]
    point: Texts
    sides: tuple[Side, ...]
    prevails: int | None
    why: Texts
    file: Path


@dataclass(frozen=True, slots=True)
class Corpus:
    """All the records."""

    textes: tuple[Texte, ...]
    sources: tuple[Source, ...]
    desaccords: tuple[Desaccord, ...]


class _Lines(yaml.SafeLoader):
    """A safe loader whose mappings remember their line."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        mapping["__line__"] = node.start_mark.line + 1
        return mapping


class _Record:
    """A mapping of a record: each key is asked for once, by type; what is left over is refused."""

    def __init__(self, file: Path, data: object) -> None:
        if not isinstance(data, dict):
            raise BadRecord(file, 1, "expected a mapping")
        self.file, self.data = file, dict(data)
        self.line: int = self.data.pop("__line__", 1)

    def fail(self, problem: str) -> BadRecord:
        return BadRecord(self.file, self.line, problem)

    def take(self, key: str, kind: type | tuple[type, ...], required: bool = True) -> Any:
        value = self.data.pop(key, None)
        if value is None:
            if required:
                raise self.fail(f"missing key “{key}”")
            return None
        if not isinstance(value, kind):
            raise self.fail(f"“{key}”: unexpected {type(value).__name__}")
        return value

    def choice(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        value = self.take(key, str, required=default is None) or default
        if value not in allowed:
            raise self.fail(f"“{key}”: “{value}” is none of {', '.join(allowed)}")
        return str(value)

    def texts(self, key: str, required: bool = True) -> Any:
        value = self.take(key, dict, required)
        if value is None:
            return None
        value = {lang: text for lang, text in value.items() if lang != "__line__"}
        if sorted(value) != sorted(LANGS) or not all(isinstance(t, str) for t in value.values()):
            raise self.fail(f"“{key}” must have exactly fr and en")
        return {lang: " ".join(text.split()) for lang, text in value.items()}

    def names(self, key: str) -> tuple[str, ...]:
        value = self.data.pop(key, None)
        if value is None:
            return ()
        return tuple(str(item) for item in (value if isinstance(value, list) else [value]))

    def records(self, key: str) -> list[_Record]:
        return [_Record(self.file, item) for item in self.take(key, list, required=False) or []]

    def done(self) -> None:
        if self.data:
            raise self.fail(f"unknown key “{next(iter(self.data))}”")


def load(folder: Path) -> Corpus:
    """Return every record under *folder* (``corpus/``), sorted by path.

    Raises:
        BadRecord: a record is incomplete or contradicts itself; carries file and line.
    """
    return Corpus(
        tuple(_texte(r, folder / "textes") for r in _records(folder / "textes")),
        tuple(_source(r) for r in _records(folder / "sources")),
        tuple(_desaccord(r) for r in _records(folder / "desaccords")),
    )


def _records(folder: Path) -> Iterator[_Record]:
    for file in sorted(folder.rglob("*.yaml")):
        try:
            data = yaml.load(file.read_text(encoding="utf-8"), _Lines)  # _Lines is a SafeLoader
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise BadRecord(file, line, str(error.problem)) from error
        yield _Record(file, data)


def _texte(record: _Record, root: Path) -> Texte:
    kind = record.choice("kind", tuple(KINDS))
    versions = tuple(_version(r) for r in record.records("versions"))
    evidence = record.take("evidence", dict, required=False) or {}
    evidence.pop("__line__", None)
    for name, level in evidence.items():
        if level not in EVIDENCE:
            raise record.fail(f"evidence of “{name}”: “{level}” is none of {', '.join(EVIDENCE)}")
    found = Texte(
        path=record.file.relative_to(root).with_suffix("").as_posix(),
        kind=kind,
        rank=record.choice("rank", RANKS),
        title=record.texts("title"),
        file=record.file,
        number=record.take("number", str, required=kind == "article"),
        part_of=record.take("part_of", str, required=kind == "article"),
        url=record.take("url", str, required=False),
        nor=record.take("nor", str, required=False),
        eli=record.take("eli", str, required=False),
        signed=record.take("signed", date, required=False),
        published=record.take("published", date, required=False),
        last_checked=record.take("last_checked", date),
        evidence=evidence,
        names=record.names("names"),
        note=record.texts("note", required=False),
        cites=record.names("cites"),
        versions=versions,
        affirmations=tuple(_affirmation(r) for r in record.records("affirmations")),
    )
    record.done()
    _check_periods(found, record)
    return found


def _check_periods(found: Texte, record: _Record) -> None:
    for earlier, later in zip(found.versions, found.versions[1:], strict=False):
        if earlier.end is None or earlier.end > later.start:
            raise record.fail(f"version {earlier.start} overlaps version {later.start}")
    starts = {v.start for v in found.versions}
    ends = starts | {v.end for v in found.versions}
    for affirmation in found.affirmations:
        if found.versions and affirmation.since not in starts:
            raise BadRecord(found.file, affirmation.line, "“since” is not the start of a version")
        if affirmation.until is not None and affirmation.until not in ends:
            raise BadRecord(found.file, affirmation.line, "“until” is not a bound of a version")


def _version(record: _Record) -> Version:
    found = Version(
        start=record.take("from", date),
        end=record.take("to", date, required=False),
        by=record.names("by"),
        evidence=record.choice("evidence", EVIDENCE),
        note=record.texts("note", required=False),
    )
    record.done()
    if found.end is not None and found.end <= found.start:
        raise record.fail("“to” does not follow “from”")
    return found


def _affirmation(record: _Record) -> Affirmation:
    at = record.take("at", list, required=False)
    found = Affirmation(
        id=record.take("id", str),
        says=record.texts("says"),
        relation=record.take("relation", str),
        quote=record.take("quote", str, required=False) or "",
        evidence=record.choice("evidence", EVIDENCE, default="verifie"),
        subject=record.take("subject", str, required=False),
        object=record.take("object", str, required=False),
        value=record.take("value", (str, int, bool, date), required=False),
        concerns=record.names("concerns"),
        place=record.take("place", str, required=False),
        at=(int(at[0]), int(at[1])) if at else None,
        since=record.take("since", date, required=False),
        until=record.take("until", date, required=False),
        line=record.line,
    )
    record.done()
    return found


def _source(record: _Record) -> Source:
    found = Source(
        name=record.file.stem,
        title=record.texts("title"),
        publisher=record.take("publisher", str),
        kind=record.texts("kind"),
        rank=record.choice("rank", RANKS),
        text=record.take("text", str),
        sha256=record.take("sha256", str),
        file=record.file,
        place=record.take("place", str, required=False),
        date=record.take("date", date, required=False),
        note=record.texts("note", required=False),
        affirmations=tuple(_affirmation(r) for r in record.records("affirmations")),
    )
    record.done()
    for affirmation in found.affirmations:
        if affirmation.at is None or not affirmation.quote or affirmation.subject is None:
            raise BadRecord(
                found.file, affirmation.line, "a source's statement needs subject, quote, at"
            )
    return found


def _desaccord(record: _Record) -> Desaccord:
    sides = tuple(_side(r) for r in record.records("sides"))
    found = Desaccord(
        id=record.file.stem,
        about=record.names("about"),
        point=record.texts("point"),
        sides=sides,
        prevails=record.take("prevails", int, required=False),
        why=record.texts("why"),
        file=record.file,
    )
    record.done()
    if len(sides) < 2 or not found.about:
        raise record.fail("a disagreement needs “about” and at least two sides")
    if found.prevails is not None and not 1 <= found.prevails <= len(sides):
        raise record.fail("“prevails” is the number of a side, from 1")
    return found


def _side(record: _Record) -> Side:
    found = Side(record.names("affirmations"), record.texts("says"))
    record.done()
    return found


# --- RDF -----------------------------------------------------------------------------------------


def reference(name: str) -> URIRef:
    """Return the IRI that a record means by *name*.

    ``MaisonDeSante`` is a term; ``csp/l6323-3`` a text; ``source/003-kit-elus-doubs`` a source;
    ``csp/l6323-3#personne-morale`` an affirmation.
    """
    voice, _, affirmation = name.partition("#")
    if affirmation:
        path = voice if voice.startswith("source/") else "texte/" + voice
        return iri(f"id/affirmation/{path}/{affirmation}")
    if voice.startswith("source/"):
        return source(voice.removeprefix("source/"))
    return texte(voice) if "/" in voice or voice.islower() else term(voice)


def graphs(corpus: Corpus) -> Iterator[tuple[URIRef, Graph]]:
    """Yield each named graph of the corpus: one a text, one a source, one for the disagreements."""
    for text in corpus.textes:
        yield graph("texte/" + text.path), texte_graph(text)
    for document in corpus.sources:
        yield graph("source/" + document.name), source_graph(document)
    together = Graph()
    for desaccord in corpus.desaccords:
        _add_desaccord(together, desaccord)
    if corpus.desaccords:
        yield graph("desaccords"), together


def _say(g: Graph, subject: URIRef, predicate: URIRef, texts: Texts | None) -> None:
    for lang, text in (texts or {}).items():
        g.add((subject, predicate, Literal(text, lang=lang)))


def _day(g: Graph, subject: URIRef, predicate: URIRef, day: date | None) -> None:
    if day is not None:
        g.add((subject, predicate, Literal(day.isoformat(), datatype=XSD.date)))


def texte_graph(text: Texte) -> Graph:
    """Return what is known of *text*: the work, its versions, its affirmations."""
    g = Graph()
    work = texte(text.path)
    g.add((work, RDF.type, term(KINDS[text.kind])))
    g.add((work, RDF.type, SOINS.TexteJuridique))
    g.add((work, SOINS.rang, iri("id/rang/" + text.rank)))
    for lang in LANGS:
        g.add((work, SKOS.prefLabel, Literal(label_of(text, lang), lang=lang)))
    _say(g, work, DCTERMS.title, text.title)
    if notation := notation_of(text):
        g.add((work, SKOS.notation, Literal(notation)))
    for name in text.names:
        g.add((work, SKOS.altLabel, Literal(name, lang="fr")))
    _say(g, work, SKOS.editorialNote, text.note)
    if text.part_of:
        g.add((work, SOINS.faitPartieDe, texte(text.part_of)))
    if text.url:
        g.add((work, SOINS.pageOfficielle, URIRef(text.url)))
    if text.nor:
        g.add((work, SOINS.nor, Literal(text.nor)))
    if text.eli:
        g.add((work, SOINS.identifiantEli, URIRef(text.eli)))
    _day(g, work, ELI.date_document, text.signed)
    _day(g, work, ELI.date_publication, text.published)
    _day(g, work, SOINS.verifieLe, text.last_checked)
    for cited in text.cites:
        g.add((work, SOINS.cite, texte(cited)))
    for field_name, level in sorted(text.evidence.items()):
        node = URIRef(f"{work}#preuve-{field_name}")
        g.add((work, SOINS.aPourFaitVerifiable, node))
        g.add((node, RDF.type, SOINS.FaitVerifiable))
        g.add((node, SOINS.champ, Literal(field_name)))
        g.add((node, SOINS.preuve, iri("id/preuve/" + level)))
    for version in text.versions:
        _add_version(g, work, text, version)
    for affirmation in text.affirmations:
        _add_text_affirmation(g, work, text, affirmation)
    return g


def _add_version(g: Graph, work: URIRef, text: Texte, version: Version) -> None:
    node = texte(f"{text.path}/{version.start}")
    g.add((node, RDF.type, SOINS.Version))
    g.add((node, SOINS.versionDe, work))
    _day(g, node, SOINS.enVigueurDepuis, version.start)
    _day(g, node, SOINS.enVigueurJusqua, version.end)
    g.add((node, SOINS.preuve, iri("id/preuve/" + version.evidence)))
    for changer in version.by:
        g.add((node, SOINS.resulteDe, texte(changer)))
    _say(g, node, SKOS.editorialNote, version.note)


def _add_affirmation(g: Graph, node: URIRef, voice: URIRef, item: Affirmation) -> None:
    subject = reference(item.subject) if item.subject else voice
    relation = term(item.relation)
    g.add((node, RDF.type, SOINS.Affirmation))
    g.add((node, SOINS.sujet, subject))
    g.add((node, SOINS.relation, relation))
    _say(g, node, SOINS.enonce, item.says)
    g.add((node, SOINS.selon, voice))
    g.add((node, SOINS.preuve, iri("id/preuve/" + item.evidence)))
    concerned = [name for name in (item.subject, item.object, *item.concerns) if name]
    for name in concerned:
        if (found := reference(name)).startswith(str(SOINS)):
            g.add((node, SOINS.concerne, found))
    if item.quote:
        g.add((node, SOINS.citation, Literal(item.quote, lang="fr")))
    if item.place:
        g.add((node, SOINS.emplacement, Literal(item.place, lang="fr")))
    if item.value is not None:
        g.add((node, SOINS.valeur, Literal(item.value)))
    if item.object:
        target = reference(item.object)
        g.add((node, SOINS.objet, target))
        # The plain triple that clients query; a disputed statement stays inside its affirmation.
        if item.evidence != "conteste":
            g.add((subject, relation, target))


def _add_text_affirmation(g: Graph, work: URIRef, text: Texte, item: Affirmation) -> None:
    node = iri(f"id/affirmation/texte/{text.path}/{item.id}")
    _add_affirmation(g, node, work, item)
    g.add((node, SOINS.rang, iri("id/rang/" + text.rank)))
    _day(g, node, SOINS.enVigueurDepuis, item.since)
    _day(g, node, SOINS.enVigueurJusqua, _end(text, item))
    for version in versions_of(text, item):
        g.add((node, SOINS.fondement, texte(f"{text.path}/{version.start}")))


def versions_of(text: Texte, item: Affirmation) -> tuple[Version, ...]:
    """Return the versions of *text* in which *item* stands: from ``since`` to before ``until``."""
    return tuple(
        v
        for v in text.versions
        if item.since is not None
        and v.start >= item.since
        and (item.until is None or v.start < item.until)
    )


def _end(text: Texte, item: Affirmation) -> date | None:
    """An affirmation without ``until`` ends with the last version of its text."""
    return item.until or (text.versions[-1].end if text.versions else None)


def source_graph(document: Source) -> Graph:
    """Return what is known of *document*, and each of its statements in its own voice."""
    g = Graph()
    node = source(document.name)
    g.add((node, RDF.type, SOINS.DocumentSource))
    _say(g, node, SKOS.prefLabel, document.title)
    _say(g, node, DCTERMS.type, document.kind)
    g.add((node, DCTERMS.publisher, Literal(document.publisher)))
    g.add((node, SOINS.rang, iri("id/rang/" + document.rank)))
    g.add((node, SOINS.empreinte, Literal(document.sha256)))
    g.add((node, SOINS.fichier, Literal(document.text)))
    if document.place:
        g.add((node, DCTERMS.spatial, Literal(document.place, lang="fr")))
    _day(g, node, DCTERMS.date, document.date)
    _say(g, node, SKOS.editorialNote, document.note)
    for item in document.affirmations:
        said = iri(f"id/affirmation/source/{document.name}/{item.id}")
        _add_affirmation(g, said, node, item)
        g.add((said, SOINS.rang, iri("id/rang/" + document.rank)))
        g.add((said, PROV.wasQuotedFrom, node))
        if item.at:
            g.add((said, SOINS.citationDebut, Literal(item.at[0])))
            g.add((said, SOINS.citationFin, Literal(item.at[1])))
    return g


def _add_desaccord(g: Graph, item: Desaccord) -> None:
    node = iri("id/desaccord/" + item.id)
    g.add((node, RDF.type, SOINS.Desaccord))
    _say(g, node, SKOS.prefLabel, item.point)
    _say(g, node, SOINS.motif, item.why)
    for name in item.about:
        g.add((node, SOINS.concerne, reference(name)))
    for number, side in enumerate(item.sides, 1):
        position = iri(f"id/desaccord/{item.id}/{number}")
        g.add((node, SOINS.aPourPosition, position))
        g.add((position, RDF.type, SOINS.Position))
        g.add((position, SOINS.ordre, Literal(number)))
        _say(g, position, SOINS.enonce, side.says)
        for name in side.affirmations:
            g.add((position, SOINS.soutenuePar, reference(name)))
        if item.prevails == number:
            g.add((node, SOINS.prevaut, position))
