"""Writing through HTTP: SPARQL Update and the Graph Store Protocol, in the sandbox and outside it."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLUpdateStore

from api import create_app
from api.context import Context
from kg.settings import Settings
from kg.store import sandbox
from tests.api.serving import served

TOKEN = "a token of 32 characters, or more"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
GRAPH = "/store?graph=" + quote("http://e.org/g", safe="")
COUNT = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
UPDATE, TURTLE = "application/sparql-update", "text/turtle"
WRITES = [
    ("POST", "/update", UPDATE, b"INSERT DATA { <a:a> <a:b> 1 }"),
    ("POST", "/update", "application/x-www-form-urlencoded", b"update=CLEAR+ALL"),
    ("POST", "/update", UPDATE, b"LOAD <http://127.0.0.1:9/>"),
    ("PUT", GRAPH, TURTLE, b"<a:a> <a:b> 1 ."),
    ("POST", GRAPH, TURTLE, b"<a:a> <a:b> 1 ."),
    ("POST", "/store", "application/n-quads", b"<a:a> <a:b> 1 ."),
    ("PUT", "/store?default", TURTLE, b"<a:a> <a:b> 1 ."),
    ("DELETE", GRAPH, None, None),
    ("DELETE", "/store?default", None, None),
]


@pytest.fixture(scope="module")
def app_client() -> Iterator[FlaskClient]:
    """A client of the sandbox."""
    settings = Settings(token=TOKEN, query_deadline=2)
    with sandbox() as (store, place), Context.open(settings, store, place) as context:
        yield create_app(context).test_client()


@pytest.fixture
def box(app_client: FlaskClient) -> FlaskClient:
    """The same, empty."""
    assert (
        app_client.post("/update", data={"update": "DROP ALL"}, headers=BEARER).status_code == 204
    )
    return app_client


def count(client: FlaskClient) -> int:
    answer = client.post("/sparql", data={"query": COUNT}, headers={"Accept": "text/csv"})
    return int(answer.text.split()[1])


@pytest.mark.parametrize(("method", "path", "content_type", "body"), WRITES)
@pytest.mark.parametrize("given", [{}, BEARER], ids=["without token", "with a token"])
def test_outside_the_sandbox_every_write_is_refused(
    client: FlaskClient,
    method: str,
    path: str,
    content_type: str | None,
    body: bytes | None,
    given: dict[str, str],
) -> None:
    answer = client.open(path, method=method, data=body, content_type=content_type, headers=given)

    assert answer.status_code == 403
    assert "sandbox" in answer.json["error"]


@pytest.mark.parametrize(("method", "path", "content_type", "body"), WRITES)
@pytest.mark.parametrize(
    "given",
    [
        "",
        "Bearer",
        "Bearer ",
        f"Bearer {TOKEN[:-1]}",
        f"Bearer {TOKEN}x",
        f"Basic {TOKEN}",
        TOKEN,
        "Bearer \u00e9\u00ff",
    ],
)
def test_in_the_sandbox_every_write_asks_for_the_token(
    box: FlaskClient,
    method: str,
    path: str,
    content_type: str | None,
    body: bytes | None,
    given: str,
) -> None:
    before = count(box)
    headers = {"Authorization": given, "Cookie": f"token={TOKEN}"}
    answer = box.open(path, method=method, data=body, content_type=content_type, headers=headers)

    assert answer.status_code == 403
    assert TOKEN not in answer.text
    assert count(box) == before


def test_an_update_is_posted_as_itself_or_as_a_form(box: FlaskClient) -> None:
    insert = "INSERT DATA { <a> <b> 1 }"
    direct = box.post("/update", data=insert, content_type=UPDATE, headers=BEARER)
    form = box.post("/update", data={"update": insert.replace("1", "2")}, headers=BEARER)

    assert (direct.status_code, form.status_code, count(box)) == (204, 204, 2)


def test_an_update_may_name_its_dataset_in_the_protocol(box: FlaskClient) -> None:
    box.put(GRAPH, data="<a:a> <a:b> 1 .", content_type=TURTLE, headers=BEARER)
    form = {
        "update": "INSERT { ?s ?p 2 } WHERE { ?s ?p ?o }",
        "using-graph-uri": "http://e.org/g",
    }
    answer = box.post("/update", data=form, headers=BEARER)

    assert (answer.status_code, count(box)) == (204, 2)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"CLEAR XYZ", UPDATE, 400),
        (b"ASK {}", UPDATE, 400),
        (b"\xff", UPDATE, 400),
        (b"", "application/x-www-form-urlencoded", 400),
        (b"update=CLEAR+ALL&update=CLEAR+ALL", "application/x-www-form-urlencoded", 400),
        (b"CLEAR ALL", "text/plain", 415),
        (b"CLEAR ALL", None, 415),
        (b"CLEAR ALL", "application/sparql-update; charset=UTF-16", 415),
        (b"LOAD <http://127.0.0.1:9/>", UPDATE, 403),
        (b"LOAD <file:///etc/passwd>", UPDATE, 403),
        (b"INSERT { ?s ?p 1 } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", UPDATE, 403),
        (b"DROP GRAPH <a:none>", UPDATE, 422),
        (b"INSERT DATA {" + b"{" * 5_000, UPDATE, 400),
        (b"#" + b"x" * 1_000_000, UPDATE, 413),
    ],
)
def test_a_faulty_update_has_its_status_and_a_sentence(
    box: FlaskClient, body: bytes, content_type: str | None, status: int
) -> None:
    answer = box.post("/update", data=body, content_type=content_type, headers=BEARER)

    assert answer.status_code == status
    assert answer.json["error"]
    assert "passwd" not in answer.text
    assert box.get("/health").status_code == 200


def test_an_update_sent_as_a_query_hears_where_to_go(box: FlaskClient) -> None:
    answer = box.post("/sparql", data="CLEAR ALL", content_type="application/sparql-query")

    assert answer.status_code == 400
    assert "/update" in answer.json["error"]


def test_a_syntax_error_says_its_line_and_column_to_programs_too(box: FlaskClient) -> None:
    answer = box.post(
        "/update", data="CLEAR ALL ;\n CLEAR XYZ", content_type=UPDATE, headers=BEARER
    )

    assert (answer.json["line"], answer.json["column"]) == (2, 11)


def test_graphs_are_put_read_extended_and_removed(box: FlaskClient) -> None:
    statuses = [
        box.get(GRAPH).status_code,
        box.put(GRAPH, data="<a> <b> 1 .", content_type=TURTLE, headers=BEARER).status_code,
        box.put(GRAPH, data="<a> <b> 2 .", content_type=TURTLE, headers=BEARER).status_code,
        box.post(GRAPH, data="<a> <b> 3 .", content_type=TURTLE, headers=BEARER).status_code,
    ]
    read = box.get(GRAPH, headers={"Accept": "application/n-triples"})
    statuses += [box.head(GRAPH).status_code]
    statuses += [box.delete(GRAPH, headers=BEARER).status_code for _ in range(2)]

    assert statuses == [404, 201, 204, 204, 200, 204, 404]
    assert read.mimetype == "application/n-triples"
    assert len(read.text.splitlines()) == 2
    assert "<http://e.org/a>" in read.text  # relative IRIs are those of the graph


def test_the_default_graph_is_always_there(box: FlaskClient) -> None:
    put = box.put("/store?default", data="<a> <b> 1 .", content_type=TURTLE, headers=BEARER)

    assert put.status_code == 204
    assert count(box) == 1
    assert box.delete("/store?default", headers=BEARER).status_code == 204
    assert box.get("/store?default").data == b""


def test_an_address_under_the_store_is_a_graph(box: FlaskClient) -> None:
    put = box.put("/store/here/1", data="<a> <b> 1 .", content_type=TURTLE, headers=BEARER)
    names = box.post("/sparql", data={"query": "SELECT ?g { GRAPH ?g { ?s ?p ?o } }"}).json

    assert put.status_code == 201
    assert names["results"]["bindings"][0]["g"]["value"] == "http://localhost/store/here/1"


def test_a_graph_without_a_name_gets_one(box: FlaskClient) -> None:
    answer = box.post("/store", data="<a> <b> 1 .", content_type=TURTLE, headers=BEARER)

    assert answer.status_code == 201
    assert box.get(answer.headers["Location"]).status_code == 200


def test_quads_go_where_they_say(box: FlaskClient) -> None:
    body = "<a:a> <a:b> 1 . <a:g> { <a:a> <a:b> 2 }"
    answer = box.post("/store", data=body, content_type="application/trig", headers=BEARER)

    assert (answer.status_code, count(box)) == (204, 2)
    assert box.get("/store?graph=a:g").status_code == 200


@pytest.mark.parametrize("name", ["ttl", "nt", "rdf", "jsonld", "trig", "nq"])
def test_a_graph_comes_in_six_formats(box: FlaskClient, name: str) -> None:
    box.put(GRAPH, data="<a> <a:b> 1 .", content_type=TURTLE, headers=BEARER)
    answer = box.get(f"{GRAPH}&format={name}")

    assert answer.status_code == 200
    assert b"http://e.org/a" in answer.data
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("method", "path", "content_type", "status"),
    [
        ("GET", "/store", None, 400),
        ("GET", "/store?graph=no-iri", None, 400),
        ("GET", f"{GRAPH}&default", None, 400),
        ("GET", f"{GRAPH}&graph=a:b", None, 400),
        ("GET", f"{GRAPH}&format=docx", None, 406),
        ("PUT", "/store", TURTLE, 400),
        ("PUT", GRAPH, "text/plain", 415),
        ("PUT", GRAPH, None, 415),
        ("PUT", GRAPH, "application/n-quads", 415),
        ("POST", GRAPH, "application/trig", 415),
        ("POST", GRAPH, "application/pdf", 415),
        ("PUT", GRAPH, "application/rdf+xml", 400),
        ("PUT", GRAPH, "application/ld+json", 400),
        ("DELETE", "/store", None, 400),
        ("PATCH", GRAPH, None, 405),
    ],
)
def test_a_faulty_request_to_the_store_has_its_status(
    box: FlaskClient, method: str, path: str, content_type: str | None, status: int
) -> None:
    answer = box.open(path, method=method, data="<a> <b", content_type=content_type, headers=BEARER)

    assert answer.status_code == status
    assert answer.json["error"]
    assert count(box) == 0


def test_a_graph_that_a_client_has_is_not_sent_again_until_it_changes(box: FlaskClient) -> None:
    box.put(GRAPH, data="<a> <b> 1 .", content_type=TURTLE, headers=BEARER)
    tag = {"If-None-Match": box.get(GRAPH).headers["ETag"]}

    assert box.get(GRAPH, headers=tag).status_code == 304
    box.post(GRAPH, data="<a> <b> 2 .", content_type=TURTLE, headers=BEARER)
    assert box.get(GRAPH, headers=tag).status_code == 200


def test_an_answer_that_a_client_has_is_not_sent_again_until_the_data_change(
    box: FlaskClient,
) -> None:
    address = "/sparql?query=" + quote(COUNT)
    tag = {"If-None-Match": box.get(address).headers["ETag"]}

    assert box.get(address, headers=tag).status_code == 304
    box.post("/update", data={"update": "INSERT DATA { <a:a> <a:b> 1 }"}, headers=BEARER)
    assert box.get(address, headers=tag).status_code == 200


def test_a_graph_is_packed_for_who_reads_gzip(box: FlaskClient) -> None:
    body = "".join(f"<a:{n}> <a:b> {n} .\n" for n in range(100))
    box.put(GRAPH, data=body, content_type=TURTLE, headers=BEARER)
    packed = box.get(GRAPH, headers={"Accept-Encoding": "gzip"})
    plain = box.get(GRAPH)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert packed.content_length == len(packed.data) < len(plain.data)


def test_rdflib_reads_and_writes_as_its_own_store(app_client: FlaskClient) -> None:
    with served(app_client.application) as port:
        address = f"http://127.0.0.1:{port}"
        remote = SPARQLUpdateStore(
            f"{address}/sparql", f"{address}/update", headers=BEARER, returnFormat="json"
        )
        graph = Graph(remote, URIRef("http://e.org/rdflib"))
        graph.add((URIRef("a:a"), URIRef("a:b"), Literal('é\n"')))
        graph.add((URIRef("a:a"), URIRef("a:b"), Literal(2)))
        graph.remove((None, None, Literal(2)))

        assert list(graph) == [(URIRef("a:a"), URIRef("a:b"), Literal('é\n"'))]


@pytest.mark.parametrize("path", ["/update", GRAPH])
def test_no_page_of_another_site_may_write(box: FlaskClient, path: str) -> None:
    headers = {
        "Origin": "https://e.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    asked = box.options(path, headers=headers)
    sent = box.post(
        path, data=b"", content_type=TURTLE, headers={**BEARER, "Origin": "https://e.org"}
    )

    assert "Access-Control-Allow-Origin" not in asked.headers
    assert "Access-Control-Allow-Headers" not in asked.headers
    assert "Access-Control-Allow-Origin" not in sent.headers


def test_outside_the_sandbox_anybody_reads_a_graph(client: FlaskClient) -> None:
    graphs = client.post("/sparql", data={"query": "SELECT ?g { GRAPH ?g {} } LIMIT 1"}).json
    name = graphs["results"]["bindings"][0]["g"]["value"]
    answer = client.get("/store", query_string={"graph": name})

    assert answer.status_code == 200
    assert answer.mimetype == TURTLE
    assert client.get("/store?graph=a:none").status_code == 404


def test_the_sandbox_says_that_it_takes_updates(box: FlaskClient) -> None:
    text = box.get("/sparql", headers={"Accept": TURTLE}).text

    assert "sd:SPARQL11Update" in text
    assert "sd:UnionDefaultGraph" not in text


@pytest.mark.parametrize("path", ["/", "/concepts", "/textes", "/sparql", "/validation"])
def test_the_pages_of_the_sandbox_are_there_and_empty(box: FlaskClient, path: str) -> None:
    assert box.get(path, headers={"Accept": "text/html"}).status_code == 200
