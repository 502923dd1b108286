"""No candidate rule and no conflict of the law files is lost: each is taken up, or a reason says why not."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
import yaml
from flask.testing import FlaskClient

from kg import corpus
from kg.dates import Period
from kg.resources import data_folder
from kg.store import LocalStore
from kg.validation import Rulebook

TABLE = data_folder("ontology") / "decisions/20261122-regles-candidates.md"
SORTS = {"definition", "procedure"}
ALONE = "regional scheme known from web pages that the corpus does not hold"
LABEL = "criteria of the State’s label, read on web pages only: no text of the corpus sets them"
NOT_RULES = {
    "C-CLAP-04": ALONE,
    "C-CLAP-05": ALONE,
    "C-ESS-04": "proposal of a negotiation, not found in the signed agreement: not to be used",
    "C-FS-01": LABEL,
    "C-FS-02": LABEL,
    "C-FS-03": LABEL,
    "C-FS-04": LABEL,
    "C-FS-05": LABEL,
}
"""Candidate → why it is no rule of the graph."""

DISAGREEMENTS = {
    "X01": "minimum-esp",
    "X02": "second-recours-esp",
    "X03": "minimum-msp",
    "X04": "nature-du-cahier-des-charges",
    "X05": "minimum-msp-et-sisa",
    "X06": "citation-l6323-3",
    "X07": "label-msp",
    "X08": "citation-l1411-11-1",
    "X09": "types-d-equipes-coordonnees",
    "X10": "textes-des-centres-de-sante",
    "X11": "loi-ma-sante-2022",
    "X12": "exercice-liberal-msp",
    "X13": "poles-de-sante",
    "X14": "nature-esp-clap",
    "X15": "two wordings of one article, “conforme” then “compatible”: MSP-COMPATIBILITE says it",
    "X16": "one agreement replaced by the next: their periods say it",
    "X17": "two wordings of one article, before and after the decree of 2024",
    "X18": "association-cpts",
    "X19": "a web page with a false quotation, not to be loaded",
    "X20": "two slips in the numbers that an instruction cites; records hold the right ones",
    "C01": "loi-ma-sante-2022",
    "C02": "initiative-cpts",
    "C03": "association-cpts",
    "C04": "double-adhesion-cpts",
    "C05": "echeance-dac",
    "C06": "clic-dans-le-dac",
    "C07": "nom-du-dac",
    "C08": "pta-des-pays-de-la-loire",
    "C09": "citation-l1434-12",
    "C10": "nombre-de-missions-cpts",
    "C11": "a note confuses publication and effect; the record of the agreement holds both dates",
    "C12": "fin-des-reseaux-et-maia",
    "C13": "composition-cpts",
    "C14": "cpts-et-exercice-coordonne",
    "C15": "texte-de-reference-cpts",
    "C16": "a rejected bill is no voice of the law: CPTS-ADHESION-LIBRE says it",
    "C17": "a name given up before the vote, read in the press only",
    "C18": "an amendment that nobody found: nothing is loaded, nothing to oppose",
    "C19": "sens-de-cta",
    "C20": "a page takes publication for signature; the record of the Act holds both dates",
    "C21": "a page that the corpus does not hold; CPTS-VALIDATION says what changed in 2019",
}
"""Conflict → the disagreement that keeps both sides, or why there is none."""


@pytest.fixture(scope="module")
def taken(store: LocalStore) -> dict[str, set[str]]:
    """Candidate → rules that take it up."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in store.select(
        """
        PREFIX soins: <https://w3id.org/soins-coordonnes/def/>
        PREFIX dcterms: <http://purl.org/dc/terms/>
        SELECT ?rule ?candidate WHERE {
          ?node a soins:Regle ; dcterms:identifier ?rule ; soins:candidat ?candidate
        }"""
    ):
        found[str(row["candidate"])].add(str(row["rule"]))
    return found


def entries(shared: Path, room: str) -> set[str]:
    """Return the identifiers of that *room* of both law files."""
    return {
        entry["id"]
        for name in ("law-a", "law-b")
        for entry in yaml.safe_load((shared / "law" / f"{name}.yaml").read_text("utf-8"))[room]
    }


def rows(pattern: str) -> dict[str, str]:
    """Return the second column of the lines of the decision whose first matches *pattern*."""
    lines = re.findall(rf"(?m)^\| ({pattern}) \| (.*?) \|", TABLE.read_text(encoding="utf-8"))
    assert len(lines) == len(dict(lines)), "a line stands twice"
    return dict(lines)


def problems(store: LocalStore, pattern: str) -> list[str]:
    """Return the identifiers of the rules that satisfy *pattern*."""
    found = store.select(
        "PREFIX soins: <https://w3id.org/soins-coordonnes/def/>"
        "PREFIX sh: <http://www.w3.org/ns/shacl#>"
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"
        "PREFIX dcterms: <http://purl.org/dc/terms/>"
        "SELECT DISTINCT ?id WHERE {"
        f" ?rule a soins:Regle ; dcterms:identifier ?id . {pattern} }} ORDER BY ?id"
    )
    return [str(row["id"]) for row in found]


def test_every_candidate_is_a_rule_or_has_a_reason(
    shared: Path, taken: dict[str, set[str]]
) -> None:
    assert entries(shared, "constraints") == taken.keys() | NOT_RULES.keys()


def test_no_candidate_is_both_a_rule_and_none(taken: dict[str, set[str]]) -> None:
    assert taken.keys() & NOT_RULES.keys() == set()


def test_every_conflict_is_a_disagreement_or_has_a_reason(shared: Path) -> None:
    assert entries(shared, "conflicts") == DISAGREEMENTS.keys()


def test_every_disagreement_named_is_recorded_and_every_record_is_named() -> None:
    recorded = {d.id for d in corpus.load(data_folder("corpus")).desaccords}

    assert {name for name in DISAGREEMENTS.values() if " " not in name} == recorded


def test_the_table_of_the_decision_accounts_for_each_candidate(
    taken: dict[str, set[str]],
) -> None:
    said = {key: set(re.findall(r"`(.+?)`", cell)) for key, cell in rows(r"C-\S+|K\d\d").items()}

    assert said == {**taken, **{key: set() for key in NOT_RULES}}


def test_the_table_of_the_decision_accounts_for_each_conflict() -> None:
    said = {key: cell.strip("`") for key, cell in rows(r"[XC]\d\d").items()}

    assert said == {k: v if " " not in v else f"none: {v}" for k, v in DISAGREEMENTS.items()}


@pytest.mark.parametrize(
    "part",
    [
        "sh:name ?fr , ?en FILTER(LANG(?fr) = 'fr' && LANG(?en) = 'en')",
        "soins:enonce ?fr , ?en FILTER(LANG(?fr) = 'fr' && LANG(?en) = 'en')",
        "soins:fondement ?basis . ?basis a ?sort",
        "soins:rang ?rank . ?rank a soins:Rang",
        "soins:preuve ?evidence . ?evidence a soins:NiveauDePreuve",
        "soins:concerne ?concept . ?concept skos:inScheme soins:concepts",
    ],
    ids=lambda part: part.split()[0],
)
def test_every_rule_is_whole(store: LocalStore, part: str) -> None:
    assert problems(store, f"FILTER NOT EXISTS {{ ?rule {part} }}") == []


def test_a_rule_has_a_start_or_says_why_not(store: LocalStore) -> None:
    start = "EXISTS { ?rule soins:enVigueurDepuis ?start }"
    why = (
        "EXISTS { ?rule soins:periodeInconnue ?fr , ?en"
        " FILTER(LANG(?fr) = 'fr' && LANG(?en) = 'en') }"
    )

    assert problems(store, f"FILTER({start} && {why})") == []
    assert problems(store, f"FILTER(!{start} && !{why})") == []


def test_a_rule_without_a_shape_says_its_sort(store: LocalStore) -> None:
    shape = "EXISTS { ?rule a ?shape FILTER(?shape IN (sh:NodeShape, sh:PropertyShape)) }"
    sorts = ", ".join(f"'{sort}'" for sort in sorted(SORTS))

    assert (
        problems(
            store,
            f"OPTIONAL {{ ?rule soins:sorteDeRegle ?sort }} "
            f"FILTER(!({shape}) && (!BOUND(?sort) || ?sort NOT IN ({sorts})))",
        )
        == []
    )


def test_a_rule_without_a_shape_judges_nothing(store: LocalStore) -> None:
    alone = set(problems(store, "?rule soins:sorteDeRegle ?sort"))

    assert alone
    assert alone & {rule.id for rule in Rulebook.load(store).rules} == set()


def test_the_decision_says_why_each_rule_in_words_has_no_shape(store: LocalStore) -> None:
    part = TABLE.read_text(encoding="utf-8").split("## Left in words")[1].split("\n## ")[0]
    told = re.findall(r"`([A-Z][A-Z0-9-]+)`", "".join(re.findall(r"(?m)^\| (.*?) \|", part)))

    assert sorted(told) == problems(store, "?rule soins:sorteDeRegle ?sort")


@pytest.fixture(scope="module")
def periods(store: LocalStore) -> dict[str, tuple[Period, list[Period]]]:
    """Dated rule → its period and those of the versions that found it."""
    found: dict[str, tuple[Period, list[Period]]] = {}
    for row in store.select(
        """
        PREFIX soins: <https://w3id.org/soins-coordonnes/def/>
        PREFIX dcterms: <http://purl.org/dc/terms/>
        SELECT ?id ?start ?end ?since ?until WHERE {
          ?rule a soins:Regle ; dcterms:identifier ?id ; soins:enVigueurDepuis ?start ; soins:fondement ?basis .
          ?basis soins:versionDe ?text ; soins:enVigueurDepuis ?since .
          OPTIONAL { ?rule soins:enVigueurJusqua ?end }
          OPTIONAL { ?basis soins:enVigueurJusqua ?until }
        }"""
    ):
        day = {k: date.fromisoformat(str(v)) for k, v in row.items() if k != "id"}
        own = Period(day["start"], day.get("end"))
        found.setdefault(str(row["id"]), (own, []))[1].append(
            Period(day["since"], day.get("until"))
        )
    return found


def test_a_version_covers_the_start_of_the_rule(
    periods: dict[str, tuple[Period, list[Period]]],
) -> None:
    assert [
        i
        for i, (own, basis) in periods.items()
        if not any(own.start and own.start in b for b in basis)
    ] == []


def test_each_basis_is_in_force_within_the_rule(
    periods: dict[str, tuple[Period, list[Period]]],
) -> None:
    apart = [
        i
        for i, (own, basis) in periods.items()
        for b in basis
        if (own.end and b.start and b.start >= own.end)
        or (b.end and own.start and b.end <= own.start)
    ]

    assert apart == []


def test_a_rule_lasts_no_longer_than_its_basis(
    periods: dict[str, tuple[Period, list[Period]]],
) -> None:
    longer = [
        i
        for i, (own, basis) in periods.items()
        if all(b.end and (own.end is None or b.end < own.end) for b in basis)
    ]

    assert longer == []


def test_a_disputed_rule_is_an_information_on_its_page(client: FlaskClient) -> None:
    page = client.get("/regle/ESS-SPECIALISTE?lang=fr", headers={"Accept": "text/html"}).text

    assert "contesté" in page
    assert "information" in page
    assert "exigence" not in page


def test_the_page_of_a_rule_shows_its_trap_and_why_it_has_no_start(client: FlaskClient) -> None:
    page = client.get("/regle/CPTS-SANS-MAXIMUM?lang=en", headers={"Accept": "text/html"}).text

    assert "a maximum of one membership would be wrong" in page
    assert "An absence of limit has no date" in page
