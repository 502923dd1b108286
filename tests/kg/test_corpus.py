import re
from datetime import date
from pathlib import Path

import pytest
from rdflib import Literal
from rdflib.namespace import XSD

from kg import corpus
from kg.errors import BadRecord
from kg.namespaces import SOINS, iri, texte

RECORD = """\
kind: article
part_of: csp
number: L1
rank: loi
title: {fr: Titre, en: Title}
last_checked: 2026-11-22
versions:
  - {from: 2010-01-01, to: 2016-01-28, evidence: verifie}
  - {from: 2016-01-28, evidence: verifie}
affirmations:
  - id: premiere
    relation: definit
    object: MaisonDeSante
    since: 2010-01-01
    until: 2016-01-28
    says: {fr: Définit., en: Defines.}
    quote: "mots"
"""

CODE = "{kind: code, rank: loi, title: {fr: Code, en: Code}, last_checked: 2026-11-22}"


def load(folder: Path, record: str) -> corpus.Corpus:
    """Load a corpus of one article, ``csp/l1``, and its code."""
    file = folder / "textes/csp/l1.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(record, encoding="utf-8")
    (folder / "textes/csp.yaml").write_text(CODE, encoding="utf-8")
    return corpus.load(folder)


def test_an_affirmation_stands_on_the_versions_of_its_period(tmp_path: Path) -> None:
    (_, triples), *_ = corpus.graphs(load(tmp_path, RECORD))

    said = iri("id/affirmation/texte/csp/l1/premiere")
    assert list(triples.objects(said, SOINS.fondement)) == [texte("csp/l1/2010-01-01")]
    assert triples.value(said, SOINS.enVigueurJusqua) == Literal("2016-01-28", datatype=XSD.date)


def test_an_affirmation_may_end_on_the_deadline_that_its_text_sets(tmp_path: Path) -> None:
    deadline = """\
  - id: echeance
    relation: aPourEcheance
    value: 2013-07-01
    since: 2010-01-01
    says: {fr: Échéance., en: Deadline.}
    quote: "mots"
"""
    record = RECORD.replace("until: 2016-01-28", "until: 2013-07-01") + deadline
    (_, triples), *_ = corpus.graphs(load(tmp_path, record))

    said = iri("id/affirmation/texte/csp/l1/premiere")
    assert list(triples.objects(said, SOINS.fondement)) == [texte("csp/l1/2010-01-01")]
    assert triples.value(said, SOINS.enVigueurJusqua) == Literal("2013-07-01", datatype=XSD.date)


def test_an_affirmation_gives_its_plain_triple(tmp_path: Path) -> None:
    (_, triples), *_ = corpus.graphs(load(tmp_path, RECORD))

    assert (texte("csp/l1"), SOINS.definit, SOINS.MaisonDeSante) in triples


def test_a_disputed_affirmation_gives_no_plain_triple(tmp_path: Path) -> None:
    (_, triples), *_ = corpus.graphs(load(tmp_path, RECORD + "    evidence: conteste\n"))

    assert (texte("csp/l1"), SOINS.definit, SOINS.MaisonDeSante) not in triples


@pytest.mark.parametrize(
    ("change", "line", "problem"),
    [
        (("rank: loi", "rank: lois"), 1, "rank"),
        (("kind: article\n", ""), 1, "kind"),
        (("title: {fr: Titre, en: Title}", "title: {fr: Titre}"), 1, "fr and en"),
        (("last_checked: 2026-11-22\n", ""), 1, "last_checked"),
        (("rank: loi", "rank: loi\ncolour: red"), 1, "colour"),
        (("to: 2016-01-28", "to: 2016-02-28"), 1, "overlaps"),
        (("to: 2016-01-28, evidence", "to: 2009-01-28, evidence"), 8, "follow"),
        (("since: 2010-01-01", "since: 2010-01-02"), 11, "since"),
        (("until: 2016-01-28", "until: 2016-01-29"), 11, "until"),
        (("    relation: definit\n", ""), 11, "relation"),
        (("rank: loi", "rank: [loi"), 5, ""),
        (("rank: loi", "rank: loi\nrank: decret"), 1, "twice"),
        (("part_of: csp", "part_of: cps"), 1, "cps"),
        (("rank: loi", "rank: loi\nevidence: {colour: verifie}"), 1, "colour"),
        (('quote: "mots"', 'quote: "mots"\n    at: [x, 3]'), 11, "at"),
        (("fr: Titre", "fr: Ti\x07tre"), 1, "special characters"),
    ],
)
def test_a_wrong_record_is_refused_with_its_file_and_line(
    tmp_path: Path, change: tuple[str, str], line: int, problem: str
) -> None:
    assert change[0] in RECORD
    with pytest.raises(BadRecord) as caught:
        load(tmp_path, RECORD.replace(*change))

    assert caught.value.path == tmp_path / "textes/csp/l1.yaml"
    assert caught.value.line == line
    assert problem in caught.value.problem


def test_versions_carry_their_civil_days(tmp_path: Path) -> None:
    text = load(tmp_path, RECORD).textes[0]

    assert [(v.start, v.end) for v in text.versions] == [
        (date(2010, 1, 1), date(2016, 1, 28)),
        (date(2016, 1, 28), None),
    ]


def test_a_text_of_unknown_entry_into_force_never_speaks_before_its_signature(
    tmp_path: Path,
) -> None:
    undated = re.sub(
        r"versions:.*affirmations", "signed: 2015-03-01\naffirmations", RECORD, flags=re.S
    )
    undated = undated.replace("    since: 2010-01-01\n    until: 2016-01-28\n", "")
    (_, triples), *_ = corpus.graphs(load(tmp_path, undated))

    said = iri("id/affirmation/texte/csp/l1/premiere")
    assert triples.value(said, SOINS.enVigueurDepuis) == Literal("2015-03-01", datatype=XSD.date)
