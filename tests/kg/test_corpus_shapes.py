"""``shapes/corpus.ttl`` refuses an incomplete record, with its file and line; adding a law is one record."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from rdflib import Graph

from kg import checks, corpus, turtle
from kg.namespaces import SOINS, texte
from kg.resources import data_folder

CODE = "{kind: code, rank: loi, title: {fr: Code, en: Code}, last_checked: 2026-11-22}"
RECORD = """\
kind: article
part_of: csp
number: L1
rank: loi
title: {fr: Titre, en: Title}
last_checked: 2026-11-22
versions:
  - {from: 2010-01-01, evidence: verifie}
affirmations:
  - id: premiere
    relation: definit
    object: MaisonDeSante
    since: 2010-01-01
    says: {fr: Définit., en: Defines.}
    quote: "mots"
"""
LAW = """\
kind: loi
number: "2030-1"
rank: loi
title: {fr: Loi inventée, en: Invented Act}
signed: 2030-01-01
published: 2030-01-02
last_checked: 2026-11-22
versions:
  - {from: 2030-01-03, evidence: verifie}
affirmations:
  - id: regit
    relation: regit
    object: CentreDeSante
    since: 2030-01-03
    says: {fr: La loi régit les centres de santé., en: The Act governs health centres.}
    quote: "relative aux centres de santé"
"""


def faults(folder: Path, record: str) -> list[str]:
    """Return what the shapes say of a corpus of one article."""
    (folder / "corpus/textes/csp").mkdir(parents=True)
    (folder / "corpus/textes/csp/l1.yaml").write_text(record, encoding="utf-8")
    (folder / "corpus/textes/csp.yaml").write_text(CODE, encoding="utf-8")
    triples = Graph()
    for _, graph in corpus.graphs(corpus.load(folder / "corpus")):
        triples += graph
    for vocabulary in ("rangs", "preuves"):
        triples += turtle.read(data_folder("ontology") / f"vocabulaires/{vocabulary}.ttl")
    shapes = turtle.read(data_folder("shapes") / "corpus.ttl")
    return checks.judged(triples, [shapes], folder / "corpus")


def test_a_whole_record_breaks_nothing(tmp_path: Path) -> None:
    assert faults(tmp_path, RECORD) == []


@pytest.mark.parametrize(
    ("lost", "line", "shape"),
    [
        ('    quote: "mots"\n', 10, "affirmation-citation"),
        ("    object: MaisonDeSante\n", 10, "affirmation-objet"),
    ],
)
def test_an_incomplete_record_is_refused_with_its_file_and_line(
    tmp_path: Path, lost: str, line: int, shape: str
) -> None:
    assert lost in RECORD

    found = faults(tmp_path, RECORD.replace(lost, ""))
    assert [f for f in found if f.startswith(f"corpus/textes/csp/l1.yaml:{line} ") and shape in f]


def test_adding_a_law_is_one_record(tmp_path: Path) -> None:
    shutil.copytree(data_folder("corpus"), tmp_path / "corpus")
    (tmp_path / "corpus/textes/loi/2030-1.yaml").write_text(LAW, encoding="utf-8")

    found = dict(corpus.graphs(corpus.load(tmp_path / "corpus")))
    said = next(g for name, g in found.items() if name.endswith("loi/2030-1"))
    assert (texte("loi/2030-1"), SOINS.regit, SOINS.CentreDeSante) in said
