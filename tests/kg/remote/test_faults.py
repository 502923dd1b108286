"""Whatever the store does, an error that says so, and never a part of an answer for the whole."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from api import create_app
from api.context import Context
from kg.build import DATASET
from kg.errors import CannotRun, SoinsError
from kg.remote import Address, Line, RemoteStore, load
from kg.remote.held import WHOLE
from kg.settings import Settings
from tests.kg.remote import serving
from tests.kg.remote.conftest import SIZE, Small, built

PATIENCE = 0.6


@pytest.fixture(scope="module")
def liar(small: Small) -> Iterator[serving.Liar]:
    """A liar in front of a store that holds the dataset."""
    with serving.oxigraph() as address:
        load(Line(address, SIZE), small.folder, small.manifest, lambda *_: None)
        liar = serving.Liar(address)
        yield liar
        liar.close()


@pytest.fixture(scope="module")
def store(
    liar: serving.Liar, small: Small, tmp_path_factory: pytest.TempPathFactory
) -> RemoteStore:
    """The liar's store: looked at once, while it told the truth."""
    line = Line(Address(f"{liar.address}/query"), 15_000_000)
    return RemoteStore(line, tmp_path_factory.mktemp("site"), small.manifest)


@pytest.fixture(scope="module")
def application(store: RemoteStore) -> Iterator[FlaskClient]:
    with Context.open(Settings(query_deadline=PATIENCE), store) as context:
        yield create_app(context).test_client()


@pytest.fixture
def site(liar: serving.Liar, store: RemoteStore, application: FlaskClient) -> Iterator[FlaskClient]:
    """The application over the liar, of whom nothing bad is known and who tells the truth until told otherwise."""
    store.line = Line(Address(f"{liar.address}/query"), 15_000_000, patience=PATIENCE)
    store._with_imports.line = store.line
    yield application
    liar.mode = "well"


FAULTS = {
    "delay 1.5": 504,
    "drip": 504,
    "status 500": 502,
    "status 502": 502,
    "status 503": 503,
    "status 504": 504,
    "status 401": 502,
    "status 403": 502,
    "status 404": 502,
    "retry-after 60": 503,
    "status 206": 502,
    "header X-SPARQL-MaxRows=10000": 502,
    "header X-SQL-State=S1TAT": 502,
    "header Content-Encoding=br": 502,
    "cut": 502,
    "cancelled": 502,
    "html": 502,
    "type text/csv": 502,
    "huge": 502,
    "redirect http://127.0.0.1:9/": 502,
}
READERS = {
    "page": "/texte/csp/l6323-3",
    "rdf": "/concept/MaisonDeSante.ttl",
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("mode", FAULTS)
def test_a_page_says_what_is_wrong_with_the_store(
    site: FlaskClient, liar: serving.Liar, mode: str, reader: str
) -> None:
    liar.mode = mode
    start = time.monotonic()

    page = site.get(READERS[reader], headers={"Accept": "text/html", "Accept-Language": "fr"})

    assert page.status_code == FAULTS[mode]
    assert (
        "Le serveur qui contient les données" in page.text or "La réponse du serveur" in page.text
    )
    assert "/etc/store.ini" not in page.text
    assert "127.0.0.1" not in page.text
    assert time.monotonic() - start < 3 * PATIENCE + 2  # a page asks more than once


QUERIES = {
    "SELECT": "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 500",
    "CONSTRUCT": "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 500",
}


@pytest.mark.parametrize("form", QUERIES)
@pytest.mark.parametrize("mode", FAULTS)
def test_the_endpoint_gives_no_part_of_an_answer(
    site: FlaskClient, liar: serving.Liar, mode: str, form: str
) -> None:
    liar.mode = mode
    expected = {"delay 1.5": 503, "drip": 503, "huge": 413}.get(mode, FAULTS[mode])

    found = site.get("/sparql", query_string={"query": QUERIES[form], "lang": "en"})

    assert found.status_code == expected
    assert found.is_json
    assert not found.json["ok"]


def test_triples_whose_end_nobody_tells_are_refused(site: FlaskClient, liar: serving.Liar) -> None:
    liar.mode = "no-length"

    found = site.get("/sparql", query_string={"query": QUERIES["CONSTRUCT"]})

    assert found.status_code == 502


def test_rows_cut_with_a_length_that_agrees_are_refused(
    site: FlaskClient, liar: serving.Liar
) -> None:
    liar.mode = "short"

    assert site.get("/sparql", query_string={"query": QUERIES["SELECT"]}).status_code == 502


def test_an_error_page_is_in_the_language_of_its_reader(
    site: FlaskClient, liar: serving.Liar
) -> None:
    liar.mode = "status 500"

    page = site.get("/textes?lang=en", headers={"Accept": "text/html"})

    assert page.status_code == 502
    assert "The server that holds the data failed (status 500)." in page.text


@pytest.mark.parametrize("status", [429, 502, 503])
def test_a_query_is_asked_a_second_time_and_no_more(
    site: FlaskClient, liar: serving.Liar, status: int
) -> None:
    liar.mode, liar.seen = f"busy-once {status}", 0

    asked = {"query": f"ASK {{ ?s ?p {status} }}"}  # nobody asked it before: no answer is kept
    assert site.get("/sparql", query_string=asked).status_code == 200
    assert liar.seen == 2


def test_an_update_is_never_sent_twice(liar: serving.Liar) -> None:
    line = Line(Address(f"{liar.address}/query", f"{liar.address}/update"), SIZE)
    liar.mode, liar.seen = "busy-once 503", 0

    with pytest.raises(SoinsError):
        line.update("INSERT DATA { }", 5)
    assert liar.seen == 1


def test_who_says_when_to_come_back_is_heard(site: FlaskClient, liar: serving.Liar) -> None:
    liar.mode, liar.seen = "retry-after 60", 0

    found = site.get(READERS["page"])

    assert (found.status_code, found.headers["Retry-After"]) == (503, "60")
    assert liar.seen == 1


def test_a_store_that_fails_three_times_is_left_alone_then_tried_again(
    liar: serving.Liar,
) -> None:
    now = 0.0
    line = Line(Address(f"{liar.address}/query"), SIZE, clock=lambda: now)
    liar.mode, liar.seen = "status 503", 0

    def asked() -> tuple[str, int]:
        try:
            line.query("ASK {}", "ASK")
        except SoinsError as error:
            return error.key, liar.seen
        return "well", liar.seen

    assert [asked() for _ in range(3)] == [
        ("remote.busy", 2),
        ("remote.resting", 3),
        ("remote.resting", 3),
    ]
    now = 31.0
    assert [asked() for _ in range(2)] == [("remote.resting", 4)] * 2
    now, liar.mode = 62.0, "well"
    assert [asked() for _ in range(2)] == [("well", 5), ("well", 6)]


def test_a_slow_query_of_somebody_does_not_stop_the_pages(
    site: FlaskClient, liar: serving.Liar
) -> None:
    liar.mode = "delay 0.5"
    for _ in range(4):
        asked = {"query": QUERIES["SELECT"], "timeout": "0.2"}
        assert site.get("/sparql", query_string=asked).status_code == 503
    liar.mode = "well"

    assert site.get("/texte/csp/l6323-3").status_code == 200


def test_the_password_goes_nowhere_else_and_into_no_word(
    liar: serving.Liar, caplog: pytest.LogCaptureFixture
) -> None:
    with serving.oxigraph() as behind:
        other = serving.Liar(behind)
        address = Address(f"{liar.address}/query", None, "nom", serving.PASSWORD)
        line = Line(address, SIZE)
        errors = []
        for mode in (f"redirect {other.address}/query", "status 401", "status 500"):
            liar.mode = mode
            with pytest.raises(SoinsError) as caught:
                line.query("ASK {}", "ASK")
            errors.append(f"{caught.value} {caught.value.data}")
        other.close()

    assert other.seen == 0
    assert serving.PASSWORD not in "".join(errors) + caplog.text + repr(address)


@pytest.mark.parametrize("url", ["ftp://e.org/", "http://a:b@e.org/", "e.org", "http:///x"])
def test_an_address_that_is_none_or_holds_a_password_is_refused(url: str) -> None:
    with pytest.raises(CannotRun):
        Address(url)


def test_a_load_that_is_broken_off_is_not_served_and_can_be_done_again(
    small: Small, tmp_path: Path
) -> None:
    lines = (small.folder / DATASET).read_bytes().splitlines(keepends=True)[:3000]
    part = built(tmp_path, lines)
    with serving.oxigraph() as address:
        line = Line(address, SIZE)

        def stop(done: int, _: int) -> None:
            if done > 1000:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            load(line, part.folder, part.manifest, stop)
        with pytest.raises(CannotRun, match=r"remote\.empty"):
            RemoteStore(line, tmp_path, part.manifest)
        assert load(line, part.folder, part.manifest, lambda *_: None)
        assert RemoteStore(line, tmp_path, part.manifest).ask("ASK { ?s ?p ?o }")


def test_a_store_that_lost_triples_is_not_served(small: Small, tmp_path: Path) -> None:
    lines = (small.folder / DATASET).read_bytes().splitlines(keepends=True)[:3000]
    part = built(tmp_path, lines)
    with serving.oxigraph() as address:
        line = Line(address, SIZE)
        load(line, part.folder, part.manifest, lambda *_: None)
        line.update(f"DELETE WHERE {{ GRAPH <{WHOLE}> {{ ?s a ?o }} }}", 10)

        with pytest.raises(CannotRun, match=r"remote\.not-whole"):
            RemoteStore(line, tmp_path, part.manifest)
        assert load(line, part.folder, part.manifest, lambda *_: None)


def test_virtuoso_is_refused_where_it_cuts_answers_in_silence_as_debian_sets_it(
    small: Small, tmp_path: Path
) -> None:
    if not serving.has_virtuoso():
        pytest.skip("Virtuoso is not installed (on Debian: apt install virtuoso-opensource-7)")
    lines = (small.folder / DATASET).read_bytes().splitlines(keepends=True)[:1200]
    part = built(tmp_path, lines)
    with serving.virtuoso(tmp_path, 1000) as address:
        line = Line(address, SIZE)
        load(line, part.folder, part.manifest, lambda *_: None)

        with pytest.raises(CannotRun, match=r"remote\.cap"):
            RemoteStore(line, tmp_path, part.manifest)
