"""The whole application on the stores of other hands: it says what it says over the store of this disk."""

from __future__ import annotations

import json
import re
from collections import Counter
from copy import copy
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import Graph
from rdflib.compare import isomorphic

from kg import ontology
from kg.cli import main
from kg.errors import CannotRun, Refused, TooLarge
from kg.namespaces import graph
from kg.remote import Address, Line, RemoteEndpoint, RemoteStore, load
from kg.remote.held import NOTE, Held
from kg.settings import Settings
from kg.store import LocalStore
from kg.validation import Rulebook
from tests.kg.remote.conftest import SIZE, Small, built

ROOT = Path(__file__).parents[3]
PAGES = """
/ /concepts /concept/MaisonDeSante /textes
/texte/csp/l6323-3 /texte/csp/l6323-3/2017-06-01 /texte/loi/2016-41 /regles /regle/MSP-SIGNATURES
/sources /source/003-kit-elus-doubs /desaccords /ontologie /vocabulaire/rang/loi
/vocabulaire/graphe/texte/csp/l6323-3
""".split()


def is_virtuoso(engine: Address) -> bool:
    return engine.user is not None


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_the_same_as_over_our_own_store(
    here: FlaskClient, there: FlaskClient, engine: Address, page: str
) -> None:
    addresses = [f"{page}?date=2024-01-01&lang=en&format=json"]  # all that the page shows
    if not is_virtuoso(engine):  # it takes seconds for each
        addresses.append(f"{page}?date=2024-01-01")
    for address in addresses:
        expected, found = here.get(address), there.get(address)

        assert expected.status_code == 200
        assert found.status_code == 200
        assert found.text == expected.text


def test_data_is_the_same_as_over_our_own_store(here: FlaskClient, there: FlaskClient) -> None:
    for page in ("/concept/MaisonDeSante.ttl", "/regle/MSP-SIGNATURES.ttl", "/textes.ttl"):
        expected, found = (Graph().parse(data=c.get(page).text) for c in (here, there))

        assert len(expected) > 10
        assert isomorphic(found, expected)


def test_what_is_not_in_the_dataset_is_not_found(there: FlaskClient) -> None:
    assert there.get("/concept/Rien").status_code == 404


@pytest.mark.parametrize(
    "question",
    [
        "textes CDS",
        "combien de généralistes faut-il dans une MSP ?",
        "depuis quand les CPTS existent-elles ?",
        "what is an ESP?",
        "combien de missions une CPTS a-t-elle ?",
        "quel est le salaire d'un coordinateur de CPTS ?",
    ],
)
def test_a_question_has_the_same_answer(
    here: FlaskClient, there: FlaskClient, question: str
) -> None:
    asked = {"q": question, "date": "2024-01-01"}

    expected = here.get("/api/ask", query_string=asked)

    assert there.get("/api/ask", query_string=asked).json == expected.json


def test_the_rules_are_read_the_same(local: LocalStore, remote: RemoteStore) -> None:
    expected, found = Rulebook.load(local), Rulebook.load(remote)

    assert len(expected.rules) > 50
    assert found.columns == expected.columns
    for mine, theirs in zip(expected.rules, found.rules, strict=True):
        shapes = (Graph().parse(data=rule.shape, format="nt") for rule in (mine, theirs))
        assert len({len(shape) for shape in shapes}) == 1, mine.id
        assert replace(theirs, shape="") == replace(mine, shape="")


@pytest.mark.parametrize("name", ["conforme", "fautif"])
def test_a_file_has_the_same_report(here: FlaskClient, there: FlaskClient, name: str) -> None:
    data = (ROOT / f"tests/shapes/MSP-SIGNATURES/{name}.csv").read_bytes()
    reports = [
        client.post("/api/validate?date=2024-01-01", data=data, content_type="text/csv").get_json()
        for client in (here, there)
    ]

    for report in reports:
        report.pop("job", None)  # its own address, where there is one
    assert reports[0]["rows"] > 0
    assert reports[1] == reports[0]


@pytest.mark.parametrize("question", ontology.questions(), ids=lambda q: q.slug)
def test_a_competency_question_has_the_same_rows(
    here: FlaskClient, there: FlaskClient, question: ontology.Question
) -> None:
    rows = []
    for client in (here, there):
        answer = client.post("/sparql", data={"query": question.query, "format": "json"})
        assert answer.status_code == 200, answer.text
        rows.append(
            Counter(_row(row) for row in answer.get_json(force=True)["results"]["bindings"])
        )

    if question.slug in COMPUTED:  # what Virtuoso computes to be true or false, it calls 1 or 0
        rows[0], rows[1] = (Counter(map(_as_number, found.elements())) for found in rows)
    assert rows[1] == rows[0]


COMPUTED = {"68-positions"}


def _as_number(row: tuple[tuple[str, str, str], ...]) -> tuple[tuple[str, str, str], ...]:
    number = {"true": "1", "false": "0"}
    return tuple((name, number.get(value, value), lang) for name, value, lang in row)


def _row(row: dict[str, dict[str, str]]) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        sorted((name, term["value"], term.get("xml:lang", "")) for name, term in row.items())
    )


@pytest.mark.parametrize("day", ["1990-01-01", "2012-01-01", "2030-01-01"])
def test_no_row_is_lost_when_a_date_is_bounded_as_our_queries_do(
    there: FlaskClient, day: str
) -> None:
    """Virtuoso 7.2.5 loses some with `?since <= day`, where its range over the index starts too late."""
    counts = []
    for bound in (f'!(?since > "{day}"^^xsd:date)', f'STR(?since) <= "{day}"'):
        query = (
            "PREFIX soins: <https://w3id.org/soins-coordonnes/def/>"
            "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>"
            f"SELECT (COUNT(*) AS ?n) {{ ?s soins:enVigueurDepuis ?since FILTER ({bound}) }}"
        )
        answer = there.post("/sparql", data={"query": query, "format": "csv"})
        assert answer.status_code == 200, answer.text
        counts.append(int(answer.text.split()[1]))

    assert counts[0] == counts[1] > 10


def test_no_query_of_ours_gives_a_date_an_upper_bound_alone() -> None:
    questions = {question.slug: question.query for question in ontology.questions()}
    files = {file.stem: file.read_text() for file in (ROOT / "kg/queries").glob("*.rq")}
    alone = re.compile(r"FILTER\s*\(\s*\?\w+ <=? (?:\$day|\?jour|\"[0-9-]+\"\^\^xsd:date)")

    assert [name for name, query in (questions | files).items() if alone.search(query)] == []


SELECT = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?c ?n WHERE { ?c skos:notation ?n FILTER(LANG(?n) = "") } ORDER BY ?n ?c LIMIT 20
"""


@pytest.mark.parametrize("kind", ["json", "xml", "csv", "tsv"])
def test_rows_come_in_every_format(here: FlaskClient, there: FlaskClient, kind: str) -> None:
    asked = {"query": SELECT, "format": kind}

    expected, found = (client.get("/sparql", query_string=asked) for client in (here, there))

    assert found.status_code == 200
    assert found.mimetype == expected.mimetype
    assert found.text == expected.text


@pytest.mark.parametrize("kind", ["ttl", "nt", "rdf", "jsonld", "trig", "nq"])
def test_triples_come_in_every_format(there: FlaskClient, kind: str) -> None:
    query = (
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph('texte/csp/l6323-3')}> {{ ?s ?p ?o }} }}"
    )

    found = there.get("/sparql", query_string={"query": query, "format": kind})

    assert found.status_code == 200
    assert b"l6323-3" in found.data


@pytest.mark.parametrize(
    ("query", "truth"), [("ASK { ?s ?p ?o }", True), ("ASK { ?s ?s ?s }", False)]
)
def test_asking_gives_true_or_false(there: FlaskClient, query: str, truth: bool) -> None:
    found = there.get("/sparql", query_string={"query": query, "format": "json"})

    assert json.loads(found.data)["boolean"] is truth


def test_the_editor_shows_rows_and_triples(there: FlaskClient) -> None:
    for query in (SELECT, "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c } LIMIT 5"):
        page = there.get("/sparql", query_string={"query": query}, headers={"Accept": "text/html"})

        assert page.status_code == 200
        assert "<table" in page.text


def test_graphs_are_those_of_the_dataset_and_the_default_one_is_their_union(
    here: FlaskClient, there: FlaskClient
) -> None:
    for query in (
        "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }",
        "SELECT (COUNT(DISTINCT ?g) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }",
        f"SELECT (COUNT(*) AS ?n) FROM <{graph('texte/csp/l6323-3')}> WHERE {{ ?s ?p ?o }}",
        f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph('texte/csp/l6323-3')}> {{ ?s ?p ?o }} }}",
    ):
        found = [
            c.post("/sparql", data={"query": query, "format": "csv"}).text for c in (here, there)
        ]

        assert found[1] == found[0], query
        assert "\n0" not in found[0]


def test_a_graph_is_read_whole(here: FlaskClient, there: FlaskClient) -> None:
    asked = {"graph": graph("regles/structures"), "format": "nt"}
    found = [c.get("/store", query_string=asked) for c in (here, there)]

    assert isomorphic(*(Graph().parse(data=one.text, format="nt") for one in found))
    assert there.get("/store", query_string={"graph": NOTE}).status_code == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("SELECT * WHERE { ?s ?p }", 400),
        ("SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 403),
        ("DROP ALL", 403),
    ],
)
def test_what_is_refused_here_is_refused_there(there: FlaskClient, query: str, status: int) -> None:
    assert there.get("/sparql", query_string={"query": query}).status_code == status


def test_an_answer_over_the_size_is_refused_not_cut(engine: Address, remote: RemoteStore) -> None:
    store = copy(remote)
    store.line = Line(engine, 100_000)

    with pytest.raises(TooLarge):
        RemoteEndpoint(store, Settings()).answer(
            "SELECT * WHERE { ?s ?p ?o } LIMIT 5000", "text/csv"
        )


def test_writing_is_refused(there: FlaskClient, remote: RemoteStore) -> None:
    endpoint = RemoteEndpoint(remote, Settings())

    assert there.post("/update", data={"update": "CLEAR ALL"}).status_code == 403
    for write in (
        lambda: endpoint.update("CLEAR ALL"),
        lambda: endpoint.put(None, [], replace=True),
        lambda: endpoint.put_quads(("application/n-quads", b"")),
        lambda: endpoint.drop(None),
    ):
        with pytest.raises(Refused):
            write()


def test_what_is_there_already_is_not_loaded_again(line: Line, small: Small) -> None:
    assert not load(line, small.folder, small.manifest, lambda *_: None)


IMPORT = graph("import/essai")


def said(store: RemoteStore) -> tuple[int, bool, bool]:
    """What the import says, whether the dataset seems to say it too, and does with imports."""
    there = store.select("SELECT ?s WHERE { GRAPH $g { ?s ?p ?o } }", g=IMPORT)
    everywhere = "ASK { <http://e.org/1> ?p ?o }"
    return len(there), store.ask(everywhere), store.with_imports().ask(everywhere)


@pytest.fixture
def looked_at(remote: RemoteStore, small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store has shown once what it can do (seconds on Virtuoso): it is believed from then on."""
    held = Held(small.manifest.version, 0, tuple(remote._dataset))
    monkeypatch.setattr("kg.remote.store.examine", lambda *_: held)


@pytest.mark.usefixtures("looked_at")
def test_what_is_imported_stays_apart_changes_and_goes(
    line: Line, small: Small, tmp_path: Path
) -> None:
    store = RemoteStore(line, tmp_path, small.manifest)
    quads = [f"<http://e.org/{n}> <http://e.org/p> _:x{n} <{IMPORT}> .\n" for n in range(3)]
    states = [RemoteEndpoint(store, Settings()).state]

    for held in (quads, quads[:2]):
        with store.shelf.lock():
            store.shelf.put("essai", "".join(held).encode())
            store.changed()
        states.append(RemoteEndpoint(store, Settings()).state)
        assert said(store) == (len(held), False, True)
    again = RemoteStore(line, tmp_path, small.manifest)
    assert said(again) == (2, False, True)
    store.shelf.remove("essai")
    assert store.refresh()
    assert not store.refresh()
    assert said(store) == (0, False, False)
    assert len(set(states)) == 3


def test_the_terminal_asks_queries_and_imports_there_too(
    engine: Address,
    remote: RemoteStore,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr("kg.cli.opening.RemoteStore", lambda *_: remote)
    monkeypatch.setenv("SOINS_STORE_PASSWORD", engine.password)
    there = ["--store", engine.query, "--update-url", str(engine.update), "--data", str(tmp_path)]
    there += ["--user", engine.user] if engine.user else []
    file = ROOT / "tests/shapes/MSP-SIGNATURES/conforme.csv"

    assert main(["query", str(ROOT / "ontology/questions/14-nature-msp.rq"), *there]) == 0
    assert b"personne morale,2011-08-12" in capfdbinary.readouterr().out
    assert main(["ask", "textes CDS", "--date", "2024-01-01", *there]) == 0
    assert b"L. 6323-1" in capfdbinary.readouterr().out
    imported = ["import", str(file), "--source", "essai", "--date", "2024-01-01", *there]
    assert main(imported) == 0
    assert len(remote.shelf.stamps()) == 1
    assert main(["import", "--withdraw", "essai", *there]) == 0
    assert remote.shelf.stamps() == {}


@pytest.mark.usefixtures("looked_at")
def test_nothing_is_imported_without_an_address_for_updates(
    engine: Address, small: Small, tmp_path: Path
) -> None:
    store = RemoteStore(Line(Address(engine.query), SIZE), tmp_path, small.manifest)

    with pytest.raises(Refused), store.shelf.lock(wait=0):
        raise AssertionError
    assert not store.refresh()


def test_another_version_is_not_served(line: Line, tmp_path: Path) -> None:
    other = built(
        tmp_path, [b"<http://e.org/a> <http://e.org/b> <http://e.org/c> <http://e.org/g> .\n"]
    )

    with pytest.raises(CannotRun, match=r"remote\.version"):
        RemoteStore(line, tmp_path, other.manifest)


def test_what_the_store_says_of_a_faulty_query_is_passed_on(there: FlaskClient) -> None:
    found = there.get("/sparql", query_string={"query": "SELECT * WHERE { ?s ?p }"})

    assert len(found.get_json()["error"].partition(" : ")[2]) > 20


def test_a_query_over_the_deadline_is_given_up(there: FlaskClient) -> None:
    # The store does not hear that we have gone: it works on for the second or two that this takes.
    some = "{ SELECT ?%s WHERE { ?s ?p ?%s } LIMIT 3000 }"
    query = f"SELECT (COUNT(*) AS ?n) WHERE {{ {some % ('a', 'a')} {some % ('b', 'b')} FILTER(STR(?a) < STR(?b)) }}"

    found = there.get("/sparql", query_string={"query": query, "timeout": "0.1"})

    assert found.status_code == 503
    assert there.get("/vocabulaire/rang/loi").status_code == 200
