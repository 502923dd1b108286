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
from kg.store import examine

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
