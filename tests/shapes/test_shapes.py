"""Chaque règle a un exemple conforme et un exemple fautif : un dossier par règle."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kg.namespaces import SOINS
from kg.resources import data_folder
from kg.settings import Settings
from kg.store import LocalStore
from kg.tabular import Upload, write_workbook
from kg.turtle import read, write
from kg.validation import Report, Rulebook, judge

HERE = Path(__file__).parent
DAY = date(2026, 11, 22)
OPENING, DAY_OF_JUDGEMENT = str(SOINS.dateDOuverture), str(SOINS.jourDuJugement)
RULES = sorted(
    folder.name for folder in HERE.iterdir() if folder.is_dir() and folder.name[0].isupper()
)


@pytest.fixture(scope="module")
def book(store: LocalStore) -> Rulebook:
    return Rulebook.load(store)


def uploads(rule: str, example: str) -> list[Upload]:
    files = [HERE / rule / f"{example}.csv", HERE / rule / f"membres-{example}.csv"]
    return [Upload(file.name, file.read_bytes()) for file in files if file.exists()]


def without_opening(upload: Upload) -> Upload:
    """Return *upload* less its opening dates: structures that were there on any day."""
    rows = [dict(row) for row in csv.DictReader(io.StringIO(upload.data.decode("utf-8")))]
    for row in rows:
        row.pop("date_ouverture", None)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return Upload(upload.name, text.getvalue().encode("utf-8"))


def judged(rule: str, example: str, book: Rulebook) -> Report:
    """Judge that *example* today, or on the last day of a rule that has ended."""
    (its,) = (r for r in book.rules if r.id == rule)
    end = None if its.at_creation else its.period.end
    day = end - timedelta(days=1) if end else DAY
    return judge(uploads(rule, example), day, "fr", book, Settings())


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
def test_la_regle_ne_juge_que_depuis_son_premier_jour(rule: str, book: Rulebook) -> None:
    alone = replace(book, rules=tuple(r for r in book.rules if r.id == rule))
    (its,) = alone.rules
    start = its.period.start
    if start is None or its.at_creation:
        pytest.skip("no first day, or judged on the day of opening")
    files = uploads(rule, "fautif")
    if OPENING not in its.properties:
        files = [without_opening(file) for file in files]

    eve, day = (
        [r.row for r in judge(files, on, "fr", alone, Settings()).results if r.rule == rule]
        for on in (start - timedelta(days=1), start)
    )

    assert eve == []
    assert day or DAY_OF_JUDGEMENT in its.properties  # a deadline of its own runs from that day


def test_une_colonne_complementaire_laissee_vide_ne_demande_rien(book: Rulebook) -> None:
    """The template writes them all: filling in the others must not condemn a structure."""
    row = {"identifiant": "1", "type": "MSP", "nom": "MSP des Tilleuls"}
    extra = {column.name for column in book.columns if column.complementary}
    workbook = write_workbook(book.columns, {"structures": [row]}, "fr")

    results = judge([Upload("modele.xlsx", workbook)], DAY, "fr", book, Settings()).results

    assert {r.rule for r in results if r.column in extra} == {"COLONNES-COMPLEMENTAIRES"}


def test_les_colonnes_complementaires_viennent_apres_les_autres(book: Rulebook) -> None:
    sheet = sorted((c for c in book.columns if c.sheet == "structures"), key=lambda c: c.order)
    kinds = [column.complementary for column in sheet]

    assert kinds == sorted(kinds)


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
    [data_folder("ontology") / "modules/donnees.ttl", *sorted(data_folder("shapes").glob("*.ttl"))],
    ids=lambda file: file.name,
)
def test_the_file_is_canonical_turtle(file: Path) -> None:
    assert write(read(file)) == file.read_text(encoding="utf-8")
