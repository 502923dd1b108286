from __future__ import annotations

import gzip
import resource
import time
from collections.abc import Iterator
from http.client import IncompleteRead
from pathlib import Path
from urllib.parse import quote, quote_plus
from urllib.request import urlopen

import brotli
import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from rdflib import Graph
from SPARQLWrapper import CSV, JSON, POST, POSTDIRECTLY, TURTLE, XML, SPARQLWrapper
from werkzeug.test import TestResponse

from api import create_app
from api.context import Context
from api.sparql.description import SD
from kg import ontology
from kg.build import DATASET, Manifest
from kg.messages import say
from kg.settings import Settings
from kg.store import LocalStore
from tests.api.serving import served

BASE = "https://w3id.org/soins-coordonnes/"
CDS = f"{BASE}def/CentreDeSante"
ARTICLE = f"{BASE}id/texte/csp/l6323-1"
GRAPH_NAME = f"{BASE}id/graphe/essai"
QUADS = f"""\
<{ARTICLE}> <{BASE}def/regit> <{CDS}> <{GRAPH_NAME}> .
<{CDS}> <http://www.w3.org/2004/02/skos/core#notation> "CDS" <{GRAPH_NAME}> .
<{CDS}> <http://www.w3.org/2004/02/skos/core#prefLabel> "Centre de santé"@fr <{GRAPH_NAME}> .
<{CDS}> <http://www.w3.org/2004/02/skos/core#scopeNote> "<script>alert(1)</script>" <{GRAPH_NAME}> .
<{CDS}> <http://www.w3.org/2000/01/rdf-schema#seeAlso> <javascript:alert(1)> <{GRAPH_NAME}> .
"""
INTERFACE = """\
PREFIX soins: <https://w3id.org/soins-coordonnes/def/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?texte WHERE { ?texte soins:regit ?c . ?c skos:notation "CDS" }
"""
ALL = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application over five quads, with a short deadline."""
    built, data = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("data")
    (built / DATASET).write_text(QUADS, encoding="utf-8")
    store = LocalStore.open(data, built, Manifest("a" * 64, "0" * 64, 5, 1))
    settings = Settings(query_deadline=1.0, page_rows=3, result_size=100_000)
    with Context.open(settings, store) as context:
        yield create_app(context)


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    """A client of that application."""
    return app.test_client()


@pytest.fixture(scope="module")
def endpoint(app: Flask) -> Iterator[str]:
    """The address of the application behind a real server."""
    with served(app) as port:
        yield f"http://127.0.0.1:{port}/sparql"


def get(
    client: FlaskClient, query: str, accept: str = "*/*", more: str = "", **headers: str
) -> TestResponse:
    return client.get(f"/sparql?query={quote(query)}{more}", headers={"Accept": accept, **headers})


def read(answer: TestResponse) -> list[ox.Quad]:
    return list(ox.parse(answer.data, ox.RdfFormat.from_media_type(answer.mimetype)))


@pytest.mark.parametrize("method", [None, POST])
@pytest.mark.parametrize("post", [None, POSTDIRECTLY])
def test_sparqlwrapper_gets_the_texts_that_govern_health_centres(
    endpoint: str, method: str | None, post: str | None
) -> None:
    wrapper = SPARQLWrapper(endpoint)
    wrapper.setQuery(INTERFACE)
    wrapper.setReturnFormat(JSON)
    if method:
        wrapper.setMethod(method)
        if post:
            wrapper.setRequestMethod(post)
    found = wrapper.query().convert()

    assert [row["texte"]["value"] for row in found["results"]["bindings"]] == [ARTICLE]


def test_sparqlwrapper_reads_xml_csv_and_turtle(endpoint: str) -> None:
    found = []
    for form, query in ((XML, INTERFACE), (CSV, INTERFACE), (TURTLE, f"DESCRIBE <{ARTICLE}>")):
        wrapper = SPARQLWrapper(endpoint)
        wrapper.setQuery(query)
        wrapper.setReturnFormat(form)
        answer = wrapper.query()
        text = answer.convert()
        found.append(ARTICLE in (text.toxml() if form == XML else text.decode()))

    assert found == [True, True, True]


@pytest.mark.parametrize(
    ("accept", "content"),
    [
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/json", "application/json"),
        ("application/sparql-results+xml", "application/sparql-results+xml; charset=utf-8"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
    ],
)
def test_rows_come_in_the_type_asked_for(client: FlaskClient, accept: str, content: str) -> None:
    answer = get(client, INTERFACE, accept)

    assert answer.status_code == 200
    assert answer.content_type == content
    assert ARTICLE in answer.text
    assert answer.content_length == len(answer.data)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["ttl", "nt", "rdf", "jsonld", "trig", "nq"])
def test_graphs_come_in_the_format_asked_for(client: FlaskClient, name: str) -> None:
    answer = get(client, "CONSTRUCT WHERE { ?s ?p ?o }", more=f"&format={name}")

    assert len(read(answer)) == 5


def test_csv_is_a_file_to_save(client: FlaskClient) -> None:
    answer = get(client, INTERFACE, "text/csv")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="resultat.csv"'


@pytest.mark.parametrize("charset", ["", "; charset=UTF-8"])
def test_a_query_may_be_posted_as_itself_or_as_a_form(client: FlaskClient, charset: str) -> None:
    direct = client.post(
        "/sparql", data=INTERFACE, content_type="application/sparql-query" + charset
    )
    form = client.post(
        "/sparql",
        data="query=" + quote(INTERFACE),
        content_type="application/x-www-form-urlencoded" + charset,
    )

    assert direct.json == form.json
    assert direct.json["results"]["bindings"]


def test_the_dataset_of_the_protocol_is_respected(client: FlaskClient) -> None:
    counts = [
        len(get(client, ALL, more=more).json["results"]["bindings"])
        for more in (
            "",
            f"&default-graph-uri={quote(GRAPH_NAME)}",
            f"&named-graph-uri={quote(GRAPH_NAME)}",
            "&default-graph-uri=http%3A%2F%2Fe.org%2Funknown",
        )
    ]

    assert counts == [5, 5, 0, 0]


@pytest.mark.parametrize(
    ("query", "status", "key"),
    [
        ("SELECT * { ?s ?p", 400, "sparql.syntax"),
        ("", 400, "sparql.no-form"),
        ("SELECT * " + "{" * 4_400, 400, "sparql.too-deep"),
        ("INSERT DATA { <a:a> <a:b> 1 }", 403, "sparql.no-update"),
        ("ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 403, "sparql.no-federation"),
        ("ASK {} #" + "x" * 64_000, 413, "sparql.too-long"),
        (
            "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }",
            413,
            "sparql.too-big",
        ),
        (
            "SELECT (COUNT(*) AS ?n) {" + "".join(f"?a{n} ?b{n} ?c{n} . " for n in range(14)) + "}",
            503,
            "sparql.deadline",
        ),
    ],
)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_each_fault_has_its_status_and_its_sentence_and_leaves_the_server_well(
    client: FlaskClient, query: str, status: int, key: str, lang: str
) -> None:
    answer = get(client, query, more="&lang=" + lang)
    beginning = say(key, lang, **_Anything()).split("\0")[0]

    assert answer.status_code == status
    assert answer.json["ok"] is False
    assert answer.json["error"].startswith(beginning)
    assert "Traceback" not in answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert client.get("/health").status_code == 200
    assert get(client, "ASK {}").json["boolean"] is True


class _Anything(dict[str, str]):
    def __init__(self) -> None:
        names = ("word", "line", "limit", "column", "text", "seconds")
        super().__init__(dict.fromkeys(names, "\0"))


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"ASK {}", "text/plain", 415),
        (b"query=ASK%20%7B%7D", None, 415),
        (b"ASK {}", "application/sparql-query; charset=UTF-16", 415),
        ("ASK {}".encode("utf-16"), "application/sparql-query", 400),
        (b"ASK { ?s ?p '\xe9' }", "application/sparql-query", 400),
        (b"query=%FF", "application/x-www-form-urlencoded", 400),
        (b"query=ASK%7B%7D&query=ASK%7B%7D", "application/x-www-form-urlencoded", 400),
        (b"update=DROP%20ALL", "application/x-www-form-urlencoded", 403),
        (b"&" * 5_000, "application/x-www-form-urlencoded", 400),
        (b"x" * 300_000, "application/sparql-query", 413),
        (b"", "application/sparql-query", 400),
        (b"", "application/x-www-form-urlencoded", 400),
    ],
)
def test_a_body_that_is_no_query_is_refused(
    client: FlaskClient, body: bytes, content_type: str | None, status: int
) -> None:
    answer = client.post("/sparql", data=body, content_type=content_type)

    assert answer.status_code == status
    assert answer.json["errors"]


@pytest.mark.parametrize(
    "address", ["?query=ASK%7B%7D&query=ASK%7B%7D", "?query=%FF", "?query=ASK{}%00"]
)
def test_an_address_that_is_no_query_is_refused(client: FlaskClient, address: str) -> None:
    assert client.get("/sparql" + address).status_code == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(client: FlaskClient, method: str) -> None:
    answer = client.open("/sparql?query=ASK%7B%7D", method=method)

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("more", ["&format=docx", "&format=ttl"])
def test_a_format_that_does_not_exist_is_refused_with_those_that_do(
    client: FlaskClient, more: str
) -> None:
    answer = get(client, ALL, more=more)

    assert answer.status_code == 406
    assert "text/csv" in answer.json["error"]


@pytest.mark.parametrize(
    ("accept", "found"),
    [
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("text/csv, application/sparql-results+json", "text/csv"),
        ("text/*", "text/csv"),
        ("application/*;q=0.2, text/tab-separated-values;q=0.3", "text/tab-separated-values"),
        ("*/*", "application/sparql-results+json"),
        ("text/csv;q=0, */*;q=0.1", "application/sparql-results+json"),
        ("image/png, text/csv;q=0.1", "text/csv"),
        ("q=2, ;;, text/csv", "text/csv"),
    ],
)
def test_of_a_list_of_types_the_best_is_sent(client: FlaskClient, accept: str, found: str) -> None:
    assert get(client, ALL, accept).mimetype == found


@pytest.mark.parametrize(
    ("encodings", "coding"),
    [
        ("gzip", "gzip"),
        ("gzip, br;q=0.5", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br", "br"),
        ("*", "br"),
        ("", None),
        ("deflate", None),
        ("gzip;q=0", None),
    ],
)
def test_an_answer_is_packed_as_its_reader_likes_best(
    client: FlaskClient, encodings: str, coding: str | None
) -> None:
    ordered = (
        f"{ALL} ORDER BY ?s ?p ?o"  # the stores on disk and in memory have each an order of theirs
    )
    plain = get(client, ordered)
    answer = get(client, ordered, **{"Accept-Encoding": encodings})

    assert answer.headers.get("Content-Encoding") == coding
    assert UNPACK[coding](answer.data) == plain.data
    assert (answer.headers["ETag"] != plain.headers["ETag"]) is bool(coding)
    assert answer.content_length == len(answer.data)
    assert "Accept-Encoding" in answer.vary


UNPACK = {"gzip": gzip.decompress, "br": brotli.decompress, None: bytes}


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_a_long_answer_is_packed_as_it_leaves(tmp_path: Path, coding: str) -> None:
    lines = [f"<a:{n}> <a:b> <a:{n}> <{GRAPH_NAME}> .\n" for n in range(20_000)]
    (tmp_path / DATASET).write_text("".join(lines), encoding="utf-8")
    store = LocalStore.open(tmp_path / "data", tmp_path, Manifest("b" * 64, "0" * 64, 20_000, 1))
    with Context.open(Settings(), store) as context:
        client = create_app(context).test_client()
        answer = get(client, ALL, **{"Accept-Encoding": coding})

        assert "Content-Length" not in answer.headers
        assert UNPACK[coding](answer.data) == get(client, ALL).data


def test_a_million_rows_leave_at_once_in_little_memory(tmp_path: Path) -> None:
    lines = [f"<a:{n}> <a:b> <a:{n}> <{GRAPH_NAME}> .\n" for n in range(1_000)]
    (tmp_path / DATASET).write_text("".join(lines), encoding="utf-8")
    store = LocalStore.open(tmp_path / "data", tmp_path, Manifest("d" * 64, "0" * 64, 1_000, 1))
    limits = Settings(result_size=1_000_000_000, whole=100_000, query_deadline=60)
    query = quote("SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f }", safe="")
    with Context.open(limits, store) as context, served(create_app(context)) as port:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.monotonic()
        with urlopen(f"http://127.0.0.1:{port}/sparql?query={query}&format=csv") as answer:
            rows = answer.readline().count(b"\n")
            first = time.monotonic() - start
            while data := answer.read(1_000_000):
                rows += data.count(b"\n")
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before

    assert first < 1
    assert rows == 1_000_001
    assert grown < 20_000  # kB


def test_an_answer_that_fails_on_its_way_is_cut_for_all_to_see(tmp_path: Path) -> None:
    lines = [f"<a:{n}> <a:b> <a:{n}> <{GRAPH_NAME}> .\n" for n in range(1_000)]
    (tmp_path / DATASET).write_text("".join(lines), encoding="utf-8")
    store = LocalStore.open(tmp_path / "data", tmp_path, Manifest("e" * 64, "0" * 64, 1_000, 1))
    query = quote("SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f }", safe="")
    limits = Settings(result_size=2_000_000, whole=100_000)
    with (
        Context.open(limits, store) as context,
        served(create_app(context)) as port,
        urlopen(f"http://127.0.0.1:{port}/sparql?query={query}&format=csv") as answer,
        pytest.raises(IncompleteRead),
    ):
        answer.read()


def test_a_client_that_cannot_see_a_cut_gets_the_whole_or_an_error(tmp_path: Path) -> None:
    lines = [f"<a:{n}> <a:b> <a:{n}> <{GRAPH_NAME}> .\n" for n in range(1_000)]
    (tmp_path / DATASET).write_text("".join(lines), encoding="utf-8")
    store = LocalStore.open(tmp_path / "data", tmp_path, Manifest("e" * 64, "0" * 64, 1_000, 1))
    query = quote("SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f }", safe="")
    limits = Settings(result_size=2_000_000, whole=100_000)
    with Context.open(limits, store) as context:
        answer = (
            create_app(context)
            .test_client()
            .get(
                f"/sparql?query={query}&format=csv",
                environ_overrides={"SERVER_PROTOCOL": "HTTP/1.0"},
            )
        )
    assert answer.status_code in (413, 503)


@pytest.mark.parametrize("value", ["-1", "0", "nan", "a", "1s", "1_0", "inf", "٣"])
def test_a_deadline_that_is_none_is_refused(client: FlaskClient, value: str) -> None:
    answer = get(client, "ASK {}", more=f"&timeout={value}")

    assert answer.status_code == 400
    assert "timeout" in answer.json["error"]


def test_a_client_may_lower_the_deadline(client: FlaskClient) -> None:
    slow = "SELECT (COUNT(*) AS ?n) {" + "".join(f"?a{n} ?b{n} ?c{n} . " for n in range(14)) + "}"
    answer = get(client, slow, more="&timeout=0.2&lang=en")

    assert answer.status_code == 503
    assert "0.2 s" in answer.json["error"]
    assert get(client, "ASK {}", more="&timeout=1e9").status_code == 200


def test_an_error_says_its_line_and_column_to_people_and_to_programs(client: FlaskClient) -> None:
    error = get(client, "SELECT * {\n ?s ?p <b> .. }", more="&lang=en").json

    assert error["line"] == 2
    assert f"line 2, column {error['column']}" in error["error"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_address_that_asks_too_much_is_told_to_wait(store: LocalStore, method: str) -> None:
    with Context.open(Settings(client_seconds=0.001), store) as context:
        client = create_app(context).test_client()
        query = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}
        first = client.open(
            "/sparql",
            method=method,
            query_string=query if method == "GET" else None,
            data=query if method == "POST" else None,
        )
        second = client.get("/sparql", query_string={"query": "ASK {}", "lang": "en"})
        other = client.get(
            "/sparql", query_string={"query": "ASK {}"}, environ_base={"REMOTE_ADDR": "192.0.2.1"}
        )

    assert first.status_code == 200
    assert second.status_code == 429
    assert int(second.headers["Retry-After"]) > 0
    assert second.headers["Retry-After"] in second.json["error"]
    assert other.status_code == 200


def test_scripts_of_any_site_may_read(client: FlaskClient) -> None:
    asked = client.options("/sparql", headers={"Origin": "https://e.org"})

    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in asked.headers
    assert asked.allow.as_set() == {"get", "head", "options", "post"}
    assert "Content-Type" in asked.headers["Access-Control-Allow-Headers"]
    assert "ETag" in get(client, "ASK {}").headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/sparql", "GET, HEAD, POST"),
        ("/api/ask", "GET, HEAD, POST"),
        ("/api/search", "GET, HEAD"),
        ("/store", "GET, HEAD"),
        ("/openapi.json", "GET, HEAD"),
        ("/concepts.json", "GET, HEAD"),
        ("/api/validate", ""),
        ("/api/import", ""),
        ("/update", ""),
    ],
)
def test_a_script_of_another_site_may_read_and_ask_and_no_more(
    client: FlaskClient, path: str, methods: str
) -> None:
    for method in ("GET", "POST", "PUT", "DELETE"):
        asked = client.options(
            path, headers={"Origin": "https://e.org", "Access-Control-Request-Method": method}
        )

        allowed = method in methods.split(", ")
        assert asked.status_code == 204
        assert "Content-Type" not in asked.headers
        assert (asked.headers.get("Access-Control-Allow-Origin") == "*") is allowed
        assert asked.headers.get("Access-Control-Allow-Methods", "") == (methods if allowed else "")


@pytest.mark.parametrize("accept", ["*/*", "text/turtle", "application/rdf+xml;q=0.5, */*;q=0.1"])
def test_without_a_query_the_service_describes_itself_and_its_graphs(
    client: FlaskClient, accept: str
) -> None:
    answer = client.get("/sparql", headers={"Accept": accept})
    found = Graph().parse(data=answer.data, format=answer.mimetype)

    assert answer.status_code == 200
    assert {str(name) for name in found.objects(None, SD.name)} == {GRAPH_NAME}


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/csv"])
def test_without_a_query_there_are_no_results(client: FlaskClient, accept: str) -> None:
    answer = client.get("/sparql", headers={"Accept": accept})

    assert answer.status_code == 400
    assert "query" in answer.json["error"]


def test_what_a_client_has_is_not_sent_again(client: FlaskClient) -> None:
    first = get(client, ALL)
    tag = first.headers["ETag"]

    assert get(client, ALL, **{"If-None-Match": tag}).status_code == 304
    assert get(client, ALL, "text/csv", **{"If-None-Match": tag}).status_code == 200
    assert "ETag" not in get(client, "SELECT (NOW() AS ?now) {}").headers
    assert {"Accept", "Accept-Language"} <= set(first.vary)


def test_head_answers_without_a_body(client: FlaskClient) -> None:
    answer = client.head("/sparql?query=" + quote(ALL))

    assert answer.status_code == 200
    assert answer.data == b""


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_browser_gets_an_editor_with_a_query_to_start_from(
    client: FlaskClient, lang: str
) -> None:
    page = client.get("/sparql?lang=" + lang, headers=BROWSER)

    assert page.status_code == 200
    assert page.mimetype == "text/html"
    assert '<label for="query">' in page.text
    assert "PREFIX soins:" in page.text
    assert say("sparql.title", lang) in page.text


@pytest.mark.parametrize("accept", ["text/turtle", "application/ld+json", "application/rdf+xml"])
def test_the_service_describes_itself(client: FlaskClient, accept: str) -> None:
    answer = client.get("/sparql", headers={"Accept": accept})
    found = ox.Store()
    found.extend(read(answer))
    query = """PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
        ASK { ?s a sd:Service ; sd:endpoint ?e ; sd:supportedLanguage sd:SPARQL11Query ;
        sd:feature sd:UnionDefaultGraph ; sd:defaultDataset/sd:defaultGraph ?g . }"""

    assert answer.mimetype == accept
    assert bool(found.query(query))


def test_a_page_shows_the_first_rows_says_so_and_links_the_files(client: FlaskClient) -> None:
    page = get(client, ALL, BROWSER["Accept"], more="&lang=fr").text

    assert "<caption>3 lignes</caption>" in page
    assert say("sparql.more", "fr", count=3) in page.replace("\u202f", " ").replace("\xa0", " ")
    assert page.count('<th scope="col">') == 3
    assert "format=csv" in page


def test_a_page_shows_hostile_values_as_text(client: FlaskClient) -> None:
    query = f"SELECT ?o {{ <{CDS}> ?p ?o FILTER(CONTAINS(STR(?o), 'alert')) }}"
    page = get(client, query, BROWSER["Accept"]).text

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_a_page_shows_yes_triples_and_nothing(client: FlaskClient) -> None:
    yes = get(client, "ASK {}", BROWSER["Accept"], more="&lang=fr").text
    triples = get(client, "CONSTRUCT WHERE { ?s ?p ?o }", BROWSER["Accept"]).text
    nothing = get(client, "ASK { <a:a> ?p ?o }", BROWSER["Accept"], more="&lang=fr").text

    assert "Oui." in yes
    assert '<th scope="col">predicate</th>' in triples
    assert "Non." in nothing


def test_a_page_keeps_the_faulty_query_and_says_what_is_wrong(client: FlaskClient) -> None:
    page = get(client, "SELECT * {\n ?s ?p <b>", BROWSER["Accept"], more="&lang=en")

    assert page.status_code == 400
    assert 'role="alert"' in page.text
    assert "line 2" in page.text
    assert "?s ?p &lt;b&gt;</textarea>" in page.text


def test_examples_are_the_competency_questions(client: FlaskClient) -> None:
    shown = client.get("/sparql?lang=en", headers=BROWSER).text
    missing = [
        q.slug
        for q in ontology.questions()
        if escape(q.en) not in unescape_spaces(shown) or quote_plus(q.query)[:200] not in shown
    ]

    assert missing == []


def unescape_spaces(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")
