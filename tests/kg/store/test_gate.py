from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import BadInput, Refused, SoinsError, TooLarge
from kg.messages import say
from kg.settings import Settings
from kg.store import examine, examine_update
from kg.store.gate import NOWHERE

LIMITS = Settings()
OPEN = Settings(query_text=10**6, triple_patterns=10**6, operators=10**6)

SERVICES = [
    "SELECT * { SERVICE <http://e.org/> { ?s ?p ?o } }",
    "SELECT * { service silent <http://e.org/> { ?s ?p ?o } }",
    "SELECT * { SERVICE # comment\n <http://e.org/> { ?s ?p ?o } }",
    "PREFIX e: <http://e.org/> SELECT * { SERVICE e:x { ?s ?p ?o } }",
    "PREFIX : <http://e.org/> SELECT * { SERVICE:x { ?s ?p ?o } }",
    "SELECT * { SERVICESILENT<http://e.org/>{ ?s ?p ?o } }",
    "SELECT * { ?a ?b 1SERVICE<http://e.org/>{ ?s ?p ?o } }",
    "SELECT * { ?a ?b true.SERVICE<http://e.org/>{ ?s ?p ?o } }",
    "PREFIX : <http://e.org/> SELECT * { ?a ?b trueSERVICE:x { ?s ?p ?o } }",
    "PREFIX : <http://e.org/> ASK { ?a ?b ?c FILTER(?a<?b)SERVICE#>\n:x { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <http://e.org/> { ?s ?p ?o } } }",
    "SELECT * { { SELECT * { SERVICE ?where { ?s ?p ?o } } } }",
    "CONSTRUCT { ?s ?p ?o } { SERVICE <http://e.org/> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <http://e.org/> { ?s ?p ?o } }",
]

HARMLESS = [
    ("SELECT ?service { ?service <http://e.org/service> 'SERVICE <x> {}' }", "SELECT"),
    ("# SERVICE <http://e.org/>\nASK {}", "ASK"),
    ("PREFIX service: <http://e.org/service#> SELECT * { service:a service:b ?c }", "SELECT"),
    ("PREFIX service: <http://e.org/> SELECT * { GRAPH service:g { ?s ?p ?o } }", "SELECT"),
    ("PREFIX e: <http://e.org/> DESCRIBE e:insert e:load", "DESCRIBE"),
    ("BASE <http://e.org/> PREFIX : <> CONSTRUCT WHERE { :a :delete '''it's \"x\" {{{''' }", "CONSTRUCT"),
    ("SELECT * { ?s ?p ?o FILTER(?a<?b && ?c>?d) }", "SELECT"),
    ("SELECT * { ?s ?p \"a\\\"{{{\" }", "SELECT"),
    ("SELECT(COUNT(*)AS?n){?s?p?o}", "SELECT"),
]  # fmt: skip


def test_every_query_of_the_w3c_passes_and_federation_alone_is_refused(shared: Path) -> None:
    folder = shared / "conformance" / "sparql11"
    refused = []
    for file in sorted(folder.rglob("*.rq")):
        try:
            examine(file.read_text(encoding="utf-8"), LIMITS)
        except SoinsError as error:
            refused.append((file.parent.name, error.key))

    assert set(refused) == {
        ("service", "sparql.no-federation"),
        ("syntax-fed", "sparql.no-federation"),
    }


@pytest.mark.parametrize(("query", "form"), HARMLESS)
def test_words_in_names_strings_and_comments_are_harmless(query: str, form: str) -> None:
    assert examine(query, LIMITS) == form


@pytest.mark.parametrize("query", SERVICES)
def test_federation_is_refused_however_it_is_spelled(query: str) -> None:
    with pytest.raises(Refused, match=r"sparql\.no-federation"):
        examine(query, LIMITS)


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <a:a> <a:b> 1 }",
        "delete where { ?s ?p ?o }",
        "PREFIX e: <http://e.org/> WITH e:g DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "LOAD <http://e.org/>",
        "# SELECT\nLOAD SILENT <file:///etc/passwd>",
        "CLEAR ALL",
        "DROP ALL",
        "CREATE GRAPH <g:g>",
        "COPY <a:a> TO <a:b>",
        "MOVE <a:a> TO <a:b>",
        "ADD <a:a> TO <a:b>",
    ],
)
def test_updates_are_refused(update: str) -> None:
    with pytest.raises(Refused, match=r"sparql\.no-update"):
        examine(update, LIMITS)


LOADS = [
    "LOAD <http://e.org/>",
    "load<http://e.org/>",
    "LOAD # comment\n <http://e.org/> INTO GRAPH <g:g>",
    "PREFIX e: <http://e.org/> LOAD e:x",
    "LOAD <file:///etc/passwd>",
    "INSERT DATA { <a:a> <a:b> 1 } ; LOAD <http://e.org/> ; CLEAR ALL",
    "LOAD SILENT <http://e.org/>",
    "LOADSILENT<http://e.org/>INTO GRAPH<g:g>",
]


@pytest.mark.parametrize("update", LOADS)
def test_what_load_would_fetch_is_taken_away(update: str) -> None:
    judged = examine_update(update, LIMITS)

    assert NOWHERE in judged
    assert "e.org/" not in judged.replace("PREFIX e: <http://e.org/>", "")
    assert "passwd" not in judged


@pytest.mark.parametrize(
    "update",
    [
        "PREFIX : <http://e.org/> LOAD:x",
        "PREFIX : <http://e.org/>LOADSILENT:x",
        "CLEAR ALL;LOAD:x",
        "LOAD ?where",
        "LOAD 'http://e.org/'",
        "CLEAR ALLLOAD <http://e.org/>",
    ],
)
def test_a_load_in_disguise_is_refused(update: str) -> None:
    with pytest.raises(Refused, match=r"store\.no-load"):
        examine_update(update, LIMITS)


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <a:load> <a:b> 'LOAD <http://e.org/>' } # LOAD <http://e.org/>",
        "PREFIX load: <http://e.org/> INSERT DATA { load:a load:b load:c . GRAPH load:g {} }",
        "PREFIX load: <http://e.org/> ADD load:a TO load:b",
        "PREFIX e: <http://e.org/load#> WITH e:load DELETE { ?load ?p ?o } WHERE { ?load ?p ?o }",
        "INSERT DATA {" + " <a:a> <a:b> 1 ." * 10_000 + "}",
    ],
)
def test_an_update_that_loads_nothing_is_left_as_it_is(update: str) -> None:
    assert examine_update(update, LIMITS) == update


@pytest.mark.parametrize("query", SERVICES)
def test_federation_is_refused_in_updates(query: str) -> None:
    pattern = query[query.index("{") :]
    prefix = query[: query.index(">") + 1] + " " if query.startswith("PREFIX") else ""
    with pytest.raises(Refused, match=r"sparql\.no-federation"):
        examine_update(f"{prefix}INSERT {{ ?s ?p ?o }} WHERE {pattern}", LIMITS)


def test_the_dataset_of_the_protocol_goes_before_each_where() -> None:
    update = (
        "INSERT { ?s ?p 1 } WHERE { { SELECT * WHERE { ?s ?p ?o } } } ; DELETE { ?s ?p 2 } WHERE {}"
    )

    assert examine_update(update, LIMITS, ["g:a"], ["g:b"]) == (
        "INSERT { ?s ?p 1 } USING <g:a> USING NAMED <g:b> WHERE { { SELECT * WHERE { ?s ?p ?o } } } ; "
        "DELETE { ?s ?p 2 } USING <g:a> USING NAMED <g:b> WHERE {}"
    )


@pytest.mark.parametrize(
    ("update", "graph", "key"),
    [
        ("INSERT { ?s ?p 1 } USING <g:b> WHERE { ?s ?p ?o }", "g:a", "store.two-datasets"),
        ("WITH <g:b> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "g:a", "store.two-datasets"),
        ("DELETE WHERE { ?s ?p ?o }", "g:a", "store.no-shorthand"),
        ("INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }", "a> DROP ALL #", "store.bad-graph"),
        ("INSERT DATA " + "{" * 65, "", "sparql.too-deep"),
        ("INSERT DATA { <a:a> <a:b> 'x }", "", "sparql.open-string"),
    ],
)
def test_a_faulty_update_is_told_why(update: str, graph: str, key: str) -> None:
    with pytest.raises(BadInput, match=key):
        examine_update(update, LIMITS, [graph] if graph else [])


def test_a_long_update_is_judged_in_time_and_a_longer_one_refused() -> None:
    update = "INSERT DATA {" + " <a:a> <a:b> 'c' ." * 55_000 + "}"
    start = time.perf_counter()
    examine_update(update, LIMITS)
    assert time.perf_counter() - start < 3

    with pytest.raises(TooLarge):
        examine_update(update + " " * 100_000, LIMITS)


def test_every_update_of_the_w3c_is_left_as_it_is_but_for_what_it_loads(shared: Path) -> None:
    changed = []
    for file in (shared / "conformance" / "sparql11").rglob("*.ru"):
        update = file.read_text(encoding="utf-8")
        if examine_update(update, LIMITS) != update:
            changed.append("LOAD" in update)

    assert changed == [True] * 10


@pytest.mark.parametrize("text", ["", " ", "hello", "42", "{}", "PREFIX a: <b:c>", "SELEC * {}"])
def test_what_is_no_query_is_told_so(text: str) -> None:
    with pytest.raises(BadInput, match=r"sparql\.no-form"):
        examine(text, LIMITS)


@pytest.mark.parametrize("bracket", ["{", "(", "[", "{ ?s ?p [", "OPTIONAL {", "FILTER EXISTS {"])
def test_nesting_over_the_limit_is_refused(bracket: str) -> None:
    with pytest.raises(BadInput, match=r"sparql\.too-deep"):
        examine("SELECT * {" + bracket * LIMITS.nesting, LIMITS)


def test_nesting_up_to_the_limit_passes() -> None:
    depth = LIMITS.nesting

    assert examine("SELECT * " + "{" * depth + "}" * depth, LIMITS) == "SELECT"


def test_a_query_over_the_size_is_refused() -> None:
    with pytest.raises(TooLarge):
        examine("ASK {} #" + "é" * 32_000, LIMITS)


@pytest.mark.parametrize(
    "pattern", ["?s ?p ?o . ", "?s ?p ?o ; ?q ?r . ", "?s ?p 1.", "?s ?p e:o."]
)
def test_too_many_patterns_are_refused(pattern: str) -> None:
    with pytest.raises(BadInput, match=r"sparql\.too-many-patterns"):
        examine("SELECT * {" + pattern * 201 + "}", LIMITS)


@pytest.mark.parametrize("piece", ["1+", "!", "1-", "?x||", "<a:b>/", "{}UNION", "OPTIONAL{}"])
def test_too_many_operators_are_refused(piece: str) -> None:
    with pytest.raises(BadInput, match=r"sparql\.too-many-"):
        examine("SELECT * {" + piece * 1_001, LIMITS)


def test_lists_of_values_are_not_patterns() -> None:
    values = "SELECT * { ?s ?p ?o VALUES (?s ?n) {" + "(<http://e.org/x> 1.5) " * 1_000 + "}"
    tested = "FILTER(?n IN (" + ", ".join(map(str, range(1_000))) + ")) }"

    assert examine(values + tested, LIMITS) == "SELECT"


@pytest.mark.parametrize(
    "piece",
    [
        *"\"'<{([.?\\#:@^&é\n",
        '"""',
        "'''",
        '"\\',
        "a.",
        "a-",
        "1.",
        "1e",
        "<a",
        "a:",
        "a:\\-",
        " a",
        "''' '' ",
        '"""a"""',
        "<?b)service",
        "x:{",
        "\u0300",
        '"" ',
        "\\u0022",
    ],
)
def test_no_hostile_text_of_100_kb_takes_a_second(piece: str) -> None:
    start = time.perf_counter()
    with suppress(SoinsError):
        examine("SELECT " + piece * (100_000 // len(piece)), OPEN)
    assert time.perf_counter() - start < 1


@given(st.text(alphabet="{}()[]<>\"'\\#:@?.;,\n abLOADSILENT1é", max_size=200))
def test_any_update_is_judged_or_refused_with_a_sentence(text: str) -> None:
    sentence = "judged"
    try:
        examine_update(text, LIMITS, ["g:g"])
    except SoinsError as error:
        sentence = say(error.key, "fr", **error.data)

    assert sentence


@given(st.text(alphabet="{}()[]<>\"'\\#:@?.;,\n abSERVICE1é", max_size=200))
def test_any_text_is_judged_or_refused_with_a_sentence(text: str) -> None:
    sentence = "judged"
    try:
        examine("SELECT " + text, LIMITS)
    except SoinsError as error:
        sentence = say(error.key, "fr", **error.data)

    assert sentence


def test_a_lone_surrogate_is_bad_input() -> None:
    with pytest.raises(BadInput, match=r"sparql\.encoding"):
        examine("ASK { ?s ?p '\ud800' }", LIMITS)
