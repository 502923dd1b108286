"""What is kept is what would be answered; nothing else is, and nothing for longer than it is true."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api import create_app
from api.context import Context
from kg.settings import Settings
from kg.store import sandbox

TOKEN = "a token that only this test knows, long enough"
WRITE = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/sparql-update"}
ALL = "SELECT ?o { ?s ?p ?o } ORDER BY ?o"


@pytest.fixture
def app() -> Iterator[Flask]:
    """A sandbox, and what its worker has been asked."""
    with (
        sandbox() as (store, place),
        Context.open(Settings(token=TOKEN, answers_kept=20_000), store, place) as context,
    ):
        yield create_app(context)


@pytest.fixture
def asked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The queries that reach a worker."""
    workers = app.extensions["soins"].workers
    answer, queries = workers.answer, list[str]()

    def listen(query: str, *rest: object, **more: object) -> object:
        queries.append(query)
        return answer(query, *rest, **more)

    monkeypatch.setattr(workers, "answer", listen)
    return queries


def get(client: FlaskClient, query: str = ALL, more: str = "", **headers: str) -> tuple[int, bytes, dict[str, str]]:  # fmt: skip
    answer = client.get("/sparql?" + more, query_string=None if more else {"query": query}, headers=headers)  # fmt: skip
    return answer.status_code, answer.data, dict(answer.headers)


def test_the_same_question_gets_the_same_bytes_and_headers_without_a_worker(
    app: Flask, asked: list[str]
) -> None:
    client = app.test_client()
    first, second = get(client), get(client)

    assert first == second
    assert first[0] == 200
    assert {"ETag", "Content-Security-Policy", "Access-Control-Allow-Origin", "Vary"} <= set(first[2])  # fmt: skip
    assert asked == [ALL]


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "text/csv"},
        {"Accept-Encoding": "gzip"},
        {"Accept-Language": "en"},
        {"Host": "127.0.0.1"},
    ],
)
def test_another_question_is_asked_anew(app: Flask, asked: list[str], headers: dict[str, str]) -> None:  # fmt: skip
    client = app.test_client()
    get(client)
    get(client, **headers)

    assert asked == [ALL, ALL]


def test_a_host_that_is_refused_is_refused_what_is_kept_too(app: Flask) -> None:
    client = app.test_client()
    get(client)

    assert get(client, Host="evil.example")[0] == 400


def test_a_write_is_seen_at_once(app: Flask) -> None:
    client = app.test_client()
    for n in range(3):
        client.post("/update", data=f"INSERT DATA {{ <a:{n}> <a:b> {n} }}", headers=WRITE)

        assert get(client)[1].count(b'"value"') == n + 1


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (NOW() AS ?x) {}",
        "SELECT (rand # one\n # two\n () AS ?x) {}",
        "SELECT (STRUUID() AS ?x) {}",
        "SELECT (UUID ( ) AS ?x) {}",
        "SELECT (BNODE() AS ?x) {}",
        "SELECT * {",
        "SELECT ?x { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    ],
)
def test_what_changes_and_what_fails_is_not_kept(app: Flask, query: str) -> None:
    client = app.test_client()
    get(client, query)
    get(client, query)

    assert len(app.wsgi_app._answers) == 0  # type: ignore[attr-defined]


def test_an_etag_known_to_the_client_is_still_answered_304(app: Flask) -> None:
    client = app.test_client()
    tag = get(client)[2]["ETag"]

    assert get(client, **{"If-None-Match": tag})[0] == 304


def test_pages_and_posts_are_not_kept(app: Flask) -> None:
    client = app.test_client()
    get(client, Accept="text/html")
    client.post("/sparql", data={"query": ALL})

    assert len(app.wsgi_app._answers) == 0  # type: ignore[attr-defined]


def test_what_is_kept_stays_within_its_bytes_the_oldest_going_first(app: Flask, asked: list[str]) -> None:  # fmt: skip
    client = app.test_client()
    queries = [f"ASK {{ }} #{n} {'x' * 1_000}" for n in range(40)]
    for query in queries:
        get(client, query)
    kept = app.wsgi_app
    asked.clear()
    get(client, queries[-1])
    get(client, queries[0])

    assert kept._size <= 20_000  # type: ignore[attr-defined]
    assert kept._size == sum(len(body) + sum(len(p or "") for p in key) for key, (_, _, body) in kept._answers.items())  # type: ignore[attr-defined]  # fmt: skip
    assert asked == [queries[0]]


def test_a_large_answer_is_not_kept(app: Flask, tmp_path: Path) -> None:
    client = app.test_client()
    get(client, f"SELECT ('{'x' * 1_000}' AS ?x) {{ VALUES ?a {{ {'1 ' * 1_200} }} }}")

    assert len(app.wsgi_app._answers) == 0  # type: ignore[attr-defined]
