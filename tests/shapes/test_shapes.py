"""Chaque règle a un exemple conforme et un exemple fautif : un dossier par règle."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from kg.resources import data_folder
from kg.settings import Settings
from kg.store import LocalStore
from kg.tabular import Upload
from kg.turtle import read, write
from kg.validation import Report, Rulebook, judge

HERE = Path(__file__).parent
DAY = date(2026, 11, 22)
RULES = sorted(
    folder.name for folder in HERE.iterdir() if folder.is_dir() and folder.name[0].isupper()
)


@pytest.fixture(scope="module")
def book(store: LocalStore) -> Rulebook:
    return Rulebook.load(store)


def judged(rule: str, example: str, book: Rulebook) -> Report:
    files = [HERE / rule / f"{example}.csv", HERE / rule / f"membres-{example}.csv"]
    uploads = [Upload(file.name, file.read_bytes()) for file in files if file.exists()]
    return judge(uploads, DAY, "fr", book, Settings())


def test_every_rule_with_a_shape_has_a_conforming_and_a_faulty_example(book: Rulebook) -> None:
    needed = ("conforme.csv", "fautif.csv", "attendu.csv")
    with_examples = {
        rule for rule in RULES if all((HERE / rule / name).exists() for name in needed)
    }

    assert {rule.id for rule in book.rules} == with_examples


@pytest.mark.parametrize("rule", RULES)
def test_un_exemple_conforme_ne_donne_rien_a_redire(rule: str, book: Rulebook) -> None:
    report = judged(rule, "conforme", book)

    assert report.conforms
    assert [r for r in report.results if r.rule == rule] == []


@pytest.mark.parametrize("rule", RULES)
def test_un_exemple_fautif_donne_exactement_ces_lignes(rule: str, book: Rulebook) -> None:
    with (HERE / rule / "attendu.csv").open(encoding="utf-8", newline="") as lines:
        expected = [tuple(row.values()) for row in csv.DictReader(lines)]

    report = judged(rule, "fautif", book)

    found = [
        (r.severity, r.sheet, str(r.row), r.column, r.value)
        for r in report.results
        if r.rule == rule
    ]
    assert expected == found


@pytest.mark.parametrize("rule", RULES)
def test_un_exemple_fautif_cite_un_texte_et_dit_comment_corriger(rule: str, book: Rulebook) -> None:
    results = [r for r in judged(rule, "fautif", book).results if r.rule == rule]

    assert all(r.basis and r.fix and r.message and "{" not in r.message for r in results)


def test_severity_follows_rank_and_evidence(store: LocalStore) -> None:
    wrong = store.select(
        """
        PREFIX soins: <https://w3id.org/soins-coordonnes/def/>
        PREFIX sh: <http://www.w3.org/ns/shacl#>
        PREFIX rang: <https://w3id.org/soins-coordonnes/id/rang/>
        PREFIX preuve: <https://w3id.org/soins-coordonnes/id/preuve/>
        SELECT ?rule WHERE {
          ?rule a soins:Regle ; sh:targetClass ?class ; soins:remede ?fix ;
            soins:rang ?rank ; soins:preuve ?evidence ; sh:severity ?severity .
          BIND (IF(?evidence = preuve:conteste, sh:Info,
                IF(?rank IN (rang:loi, rang:ordonnance, rang:decret, rang:arrete), sh:Violation,
                IF(?rank IN (rang:circulaire, rang:convention), sh:Warning, sh:Info))) AS ?expected)
          FILTER (?severity != ?expected)
        }"""
    )

    assert wrong == []


def test_every_rule_rests_on_a_text_of_the_corpus_for_its_whole_period(book: Rulebook) -> None:
    lost = []
    for rule in book.rules:
        starts = [b.period.start for b in rule.basis]
        if not rule.basis:
            lost.append(f"{rule.id}: no basis found in the corpus")
        elif (
            None not in starts
            and rule.period.start
            and min(s for s in starts if s) > rule.period.start
        ):
            lost.append(f"{rule.id}: in force before its first version")
        elif all(b.period.end for b in rule.basis) and rule.period.end is None:
            lost.append(f"{rule.id}: outlives its last version")

    assert lost == []


def test_every_basis_written_in_a_shape_exists_in_the_corpus(store: LocalStore) -> None:
    missing = store.select(
        """
        PREFIX soins: <https://w3id.org/soins-coordonnes/def/>
        SELECT ?rule ?basis WHERE {
          ?rule a soins:Regle ; soins:fondement ?basis .
          FILTER NOT EXISTS { ?basis a ?anything }
        }"""
    )

    assert missing == []


def test_every_column_that_a_rule_reads_is_a_column_of_the_template(book: Rulebook) -> None:
    known = {column.iri for column in book.columns}

    assert all(rule.subject in known for rule in book.rules)


@pytest.mark.parametrize(
    "file",
    [data_folder("ontology") / "modules/donnees.ttl"]
    + [
        data_folder("shapes") / f"{s}.ttl"
        for s in ("structures", "projets", "territoires", "evolutions")
    ],
    ids=lambda file: file.name,
)
def test_the_file_is_canonical_turtle(file: Path) -> None:
    assert write(read(file)) == file.read_text(encoding="utf-8")
