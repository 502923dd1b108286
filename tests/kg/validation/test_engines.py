"""The engines: they agree with one another, run our shapes and nothing else, and keep nothing between runs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import XSD

from kg.errors import CannotRun, Unreadable
from kg.settings import Settings
from kg.tabular import Upload
from kg.validation import Report, Rulebook, engine, judge
from kg.validation.triples import statements
from tests import generator

EXAMPLES = Path(__file__).parents[2] / "shapes"
RULES = sorted(f.name for f in EXAMPLES.iterdir() if f.is_dir() and f.name[0].isupper())
DAY = date(2026, 11, 22)
JUDGE = sys.modules["kg.validation.judge"]  # the module: the package gives the function that name
EVERY = pytest.mark.parametrize("name", engine.ENGINES)


def judged(uploads: Sequence[Upload], book: Rulebook, name: str) -> Report:
    return judge(uploads, DAY, "fr", book, replace(Settings(), engine=name))


def written(found: generator.Generated) -> list[Upload]:
    return [Upload(name, data) for name, data in generator.write_csv(found).items()]


def example_of(rule: str, example: str) -> list[Upload]:
    files = [EXAMPLES / rule / f"{example}.csv", EXAMPLES / rule / f"membres-{example}.csv"]
    return [Upload(file.name, file.read_bytes()) for file in files if file.exists()]


# --- they agree


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("example", ["conforme", "fautif"])
def test_the_engines_agree_on_every_example(rule: str, example: str, book: Rulebook) -> None:
    uploads = example_of(rule, example)

    turbo, reference, other = (judged(uploads, book, name) for name in engine.ENGINES)

    assert reference.results == turbo.results
    assert reference.results == other.results


def test_two_engines_agree_on_a_thousand_structures_of_which_2_in_100_are_faulty(
    book: Rulebook,
) -> None:
    uploads = written(generator.generate(1000, faults=0.02, seed=1))

    turbo = judged(uploads, book, "turbo")

    assert not turbo.conforms
    assert judged(uploads, book, "shifty").results == turbo.results


def test_the_reference_agrees_on_the_faulty_ones_and_their_neighbours(book: Rulebook) -> None:
    # All thousand take it most of a minute: the bench does that.
    found = generator.generate(1000, faults=0.02, seed=1)
    faulty = {fault.structure for fault in found.faults}
    kept = [
        row
        for place, row in enumerate(found.structures)
        if row["identifiant"] in faulty or place % 50 == 0
    ]
    names = {row["identifiant"] for row in kept}
    members = [row for row in found.members if row["structure"] in names]
    uploads = written(generator.Generated(kept, members, found.faults))

    reference = judged(uploads, book, "pyshacl")

    assert not reference.conforms
    assert judged(uploads, book, "turbo").results == reference.results


# --- in chunks


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_the_size_of_the_chunks_changes_nothing(
    book: Rulebook, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    uploads = written(generator.generate(120, faults=0.5, seed=2))
    usual = judged(uploads, book, "turbo")
    monkeypatch.setattr(JUDGE, "CHUNK", size)

    assert judged(uploads, book, "turbo").results == usual.results


def test_a_rule_that_compares_structures_sees_beyond_a_chunk(
    book: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(JUDGE, "CHUNK", 1)
    rows = "".join(f"{n};CPTS;CPTS {n}\n" for n in range(3))
    uploads = [
        Upload("structures.csv", f"identifiant;type;nom\n{rows}".encode()),
        Upload(
            "membres.csv",
            b"structure;identifiant_membre;profession;motif_double_adhesion\n"
            b"0;A;infirmier;\n1;B;infirmier;\n2;A;infirmier;\n",
        ),
    ]

    report = judged(uploads, book, "turbo")

    found = [r for r in report.results if r.rule == "CPTS-DOUBLE-ADHESION"]
    assert [2, 4] == [result.row for result in found]


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_compares_structures_without_saying_so(
    rule: str, book: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a rule would miss, one structure at a time, what its own faulty example shows."""
    usual = judged(example_of(rule, "fautif"), book, "turbo")
    monkeypatch.setattr(JUDGE, "CHUNK", 1)

    assert judged(example_of(rule, "fautif"), book, "turbo").results == usual.results


def test_progress_is_told_chunk_by_chunk(book: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(JUDGE, "CHUNK", 2)
    uploads = written(generator.generate(5, faults=0))
    told: list[tuple[int, int]] = []

    judge(uploads, DAY, "fr", book, Settings(), lambda done, total: told.append((done, total)))

    assert [(2, 5), (4, 5), (5, 5)] == told


# --- what they run

SHAPE = """<urn:shape> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/shacl#PropertyShape> .
<urn:shape> <http://www.w3.org/ns/shacl#targetClass> <urn:Thing> .
<urn:shape> <http://www.w3.org/ns/shacl#path> <urn:name> .
<urn:shape> <http://www.w3.org/ns/shacl#minCount> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .
"""
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
NAMELESS = f"<urn:a> {TYPE} <urn:Thing> .\n"
NAMED = f'<urn:a> {TYPE} <urn:Thing> .\n<urn:a> <urn:name> "A" .\n'


@EVERY
def test_a_finding_names_the_shape_and_the_node(name: str) -> None:
    assert [engine.Finding("urn:shape", "urn:a", None)] == engine.run(NAMELESS, [SHAPE], name)


@EVERY
def test_prepared_shapes_keep_nothing_of_what_they_judged(name: str) -> None:
    validate = engine.prepare([SHAPE], name)

    found = [len(engine.findings(validate(data))) for data in (NAMELESS, NAMED, NAMELESS)]

    assert [1, 0, 1] == found


@EVERY
def test_a_graph_and_its_n_triples_are_judged_alike(name: str) -> None:
    validate = engine.prepare([SHAPE], name)

    as_graph = Graph().parse(data=NAMELESS, format="nt")

    assert engine.findings(validate(NAMELESS)) == engine.findings(validate(as_graph))


@EVERY
def test_shapes_that_the_data_bring_along_are_not_applied(name: str) -> None:
    foreign = SHAPE.replace("urn:shape", "urn:foreign")

    assert engine.run(NAMED + foreign.replace("urn:name", "urn:other"), [SHAPE], name) == []


@EVERY
def test_nothing_is_imported(name: str) -> None:
    imports = "<urn:shape> <http://www.w3.org/2002/07/owl#imports> <file:///nowhere/shapes.ttl> .\n"

    assert engine.run(NAMED + imports, [SHAPE + imports], name) == []


@EVERY
def test_nothing_is_inferred(name: str) -> None:
    data = NAMELESS.replace("urn:Thing", "urn:Other")
    domain = "<urn:name> <http://www.w3.org/2000/01/rdf-schema#domain> <urn:Thing> .\n"

    assert engine.run(data + '<urn:b> <urn:name> "B" .\n' + domain, [SHAPE], name) == []


@EVERY
def test_no_shape_finds_nothing(name: str) -> None:
    assert engine.run(NAMELESS, [], name) == []


FAILING = """<urn:shape> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/shacl#NodeShape> .
<urn:shape> <http://www.w3.org/ns/shacl#targetClass> <urn:Thing> .
<urn:shape> <http://www.w3.org/ns/shacl#sparql> _:s .
_:s <http://www.w3.org/ns/shacl#select> "SELECT $this WHERE { $this ?p ?o . MINUS { $this <urn:name> ?o } }" .
"""


@pytest.mark.parametrize("name", ["turbo", "pyshacl"])
def test_a_failure_of_the_engine_is_an_error_of_ours(name: str) -> None:
    with pytest.raises(Unreadable, match=r"validation\.engine"):
        engine.run(NAMELESS, [FAILING], name)


def test_an_engine_that_nobody_knows_is_refused_with_the_known_ones() -> None:
    with pytest.raises(CannotRun) as refusal:
        engine.prepare([SHAPE], "magic")

    assert {"name": "magic", "known": "turbo, pyshacl, shifty"} == refusal.value.data


def test_an_engine_that_is_not_installed_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "shifty", None)

    with pytest.raises(CannotRun, match=r"validation\.engine-absent"):
        engine.prepare([SHAPE], "shifty")


# --- what they are given


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
@settings(max_examples=200)
def test_any_text_of_a_cell_reaches_the_graph_as_it_is(text: str) -> None:
    line = statements("urn:a", "urn:p", text)

    assert [Literal(text)] == list(Graph().parse(data=line, format="nt").objects())
    assert engine.run(line, [SHAPE]) == []


def test_each_kind_of_value_has_its_datatype() -> None:
    values = (True, 1, date(2026, 11, 22), ("b", "a"), "", None)

    text = "".join(statements("urn:a", f"urn:{n}", value) for n, value in enumerate(values))

    assert {
        (URIRef("urn:0"), Literal(True)),
        (URIRef("urn:1"), Literal(1)),
        (URIRef("urn:2"), Literal("2026-11-22", datatype=XSD.date)),
        (URIRef("urn:3"), Literal("a")),
        (URIRef("urn:3"), Literal("b")),
    } == set(Graph().parse(data=text, format="nt").predicate_objects(URIRef("urn:a")))
