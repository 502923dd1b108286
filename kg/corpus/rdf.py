"""Say the records in RDF, each in the named graph of its voice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, SKOS, XSD

from kg.citations import label_of, notation_of
from kg.corpus.records import KINDS, Affirmation, Corpus, Desaccord, Source, Texte, Texts, Version
from kg.messages import LANGS
from kg.namespaces import ELI, SOINS, graph, iri, source, term, texte

_OF_ITS_DAY = {
    "fr": "Un document dit ce qu’il dit à sa date, sans fixer de période.",
    "en": "A document says what it says on its day, and sets no period.",
}


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
    by_path = {text.path: text for text in corpus.textes}
    for text in corpus.textes:
        yield graph("texte/" + text.path), texte_graph(text, by_path.get(text.part_of or ""))
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


def texte_graph(text: Texte, parent: Texte | None) -> Graph:
    """Return what is known of *text*, a part of *parent*: the work, its versions, its affirmations."""
    g = Graph()
    work = texte(text.path)
    g.add((work, RDF.type, term(KINDS[text.kind])))
    g.add((work, RDF.type, SOINS.TexteJuridique))
    g.add((work, SOINS.rang, iri("id/rang/" + text.rank)))
    for lang in LANGS:
        g.add((work, SKOS.prefLabel, Literal(label_of(text, lang, parent), lang=lang)))
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
    _day(g, node, SOINS.enVigueurDepuis, item.since or _earliest(text))
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


def _earliest(text: Texte) -> date | None:
    """A text whose entry into force is not known never speaks before it was published or signed."""
    return text.published or text.signed


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
        _say(g, said, SOINS.periodeInconnue, _OF_ITS_DAY)
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
