"""``/api/import``: who may, what is kept, what the endpoint then sees, and how it is taken back."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from api import create_app
from api.context import Context
from kg import build
from kg.resources import BUILT
from kg.settings import Settings
from kg.store import LocalStore

TOKEN = "a" * 32
BEARER = {"Authorization": f"Bearer {TOKEN}"}
HEADER = "identifiant;type;nom;date_ouverture;forme_juridique;projet_de_sante_date;projet_de_sante_transmis_ars;territoire\n"
GOOD = "1;CPTS;CPTS du Val;2018-01-10;association loi 1901;2018-01-10;oui;49007\n"
BAD = "2;CPTS;CPTS du Pont;2018-01-10;GIE;2018-01-10;oui;49007\n"
COUNT = (
    "SELECT (COUNT(*) AS ?n) { GRAPH <https://w3id.org/soins-coordonnes/id/graphe/import/ars> "
    "{ ?s a ?type } }"
)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> LocalStore:
    """The real dataset in a folder of its own."""
    return LocalStore.open(tmp_path_factory.mktemp("own"), BUILT, build.ensure())


@pytest.fixture
def guest(own: LocalStore) -> Iterator[FlaskClient]:
    """A client of a server whose operator has set a token, with nothing imported."""
    with Context.open(Settings(token=TOKEN, workers=1), own) as context:
        yield create_app(context).test_client()
    for source in own.shelf.stamps():
        with own.shelf.lock():
            own.shelf.remove(source)
            own.changed()


def send(guest: FlaskClient, text: str, /, token: str | None = TOKEN, **fields: str):  # type: ignore[no-untyped-def]
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    data = {"file": (io.BytesIO(text.encode()), "cpts.csv"), "source": "ars", **fields}
    return guest.post("/api/import?date=2026-11-22&lang=fr", data=data, headers=headers)


def count(guest: FlaskClient) -> int:
    answer = guest.get("/sparql", query_string={"query": COUNT, "format": "json"})
    return int(json.loads(answer.data)["results"]["bindings"][0]["n"]["value"])


@pytest.mark.parametrize("token", [None, "", "b" * 32, TOKEN + "a", "é" * 32])
def test_without_the_token_nothing_is_even_read(guest: FlaskClient, token: str | None) -> None:
    answer = send(guest, HEADER + GOOD, token=token)

    assert answer.status_code == 403
    assert "jeton de l’exploitant" in answer.json["error"]
    assert guest.delete("/api/import/ars").status_code == 403
    assert count(guest) == 0


def test_a_server_without_a_token_takes_no_import(client: FlaskClient) -> None:
    answer = client.post("/api/import", data=HEADER + GOOD, content_type="text/csv", headers=BEARER)

    assert answer.status_code == 403
    assert "SOINS_TOKEN" in answer.json["error"]


def test_what_conforms_is_kept_seen_by_the_endpoint_and_withdrawn(guest: FlaskClient) -> None:
    answer = send(guest, HEADER + GOOD + BAD)

    assert answer.status_code == 200
    told = answer.json["import"]
    assert (told["structures"], told["changed"], told["rejected"]) == (1, True, ["2"])
    assert {r["rule"] for r in answer.json["results"] if r["severity"] == "violation"} == {
        "CPTS-ASSOCIATION"
    }
    assert count(guest) > 0
    (one,) = guest.get("/api/import").json["imports"]
    assert (one["source"], one["iri"], one["structures"]) == ("ars", told["iri"], 1)

    again = send(guest, HEADER + GOOD + BAD)
    assert again.json["import"]["changed"] is False

    assert guest.delete("/api/import/ars?simulate=1", headers=BEARER).status_code == 400
    assert guest.delete("/api/import/ars", headers=BEARER).json == {"ok": True, "withdrawn": "ars"}
    assert count(guest) == 0
    assert guest.delete("/api/import/ars", headers=BEARER).status_code == 404


@pytest.mark.parametrize("name", ["on-error", "on_error"])
def test_abort_keeps_nothing_unless_all_conform(guest: FlaskClient, name: str) -> None:
    answer = send(guest, HEADER + GOOD + BAD, **{name: "abort"})

    assert answer.status_code == 200
    assert answer.json["import"]["structures"] == 0
    assert count(guest) == 0


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"source": "../x"}, "nommer une source"),
        ({"on-error": "x"}, "reject-row"),
        ({"on_error": "x"}, "reject-row"),
        ({"onerror": "abort"}, "« onerror » n’existe pas ici"),
        ({"format": "ttl"}, "json"),
    ],
)
def test_a_wrong_field_is_a_sentence(guest: FlaskClient, fields: dict[str, str], key: str) -> None:
    answer = send(guest, HEADER + GOOD, **fields)

    assert answer.status_code == 400
    assert key in answer.json["error"]
    assert "--" not in answer.json["error"]  # no word of the command line
    assert count(guest) == 0


def test_a_file_that_cannot_be_read_changes_nothing(guest: FlaskClient) -> None:
    send(guest, HEADER + GOOD)
    answer = send(guest, "bonjour")

    assert answer.status_code == 422
    assert count(guest) > 0


def test_a_full_disk_is_507_and_changes_nothing(
    guest: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        answer = send(guest, HEADER + GOOD)
    assert answer.status_code == 507
    assert "Rien n’a été gardé" in answer.json["error"]
    assert count(guest) == 0


def test_a_running_server_serves_what_the_command_imported(
    guest: FlaskClient, own: LocalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kg.cli import main

    monkeypatch.chdir(tmp_path)
    (tmp_path / "ars.csv").write_text(HEADER + GOOD, encoding="utf-8")
    assert count(guest) == 0
    assert main(["import", "ars.csv", "--data", str(own.path.parent)]) == 0
    assert count(guest) > 0


def test_the_token_is_not_in_the_settings_that_are_shown() -> None:
    assert TOKEN not in repr(replace(Settings(), token=TOKEN))


def test_what_was_imported_has_a_page_that_says_so_and_goes_with_it(guest: FlaskClient) -> None:
    told = send(guest, HEADER + GOOD).json["import"]
    for name in ("id/structure/ars/1", told["iri"].partition("soins-coordonnes/")[2]):
        page = guest.get(f"/{name}", follow_redirects=True)
        assert page.status_code == 200
        assert "n’engage que sa source" in page.text
    data = guest.get("/id/structure/ars/1.ttl", follow_redirects=True)
    assert "CPTS du Val" in data.text

    guest.delete("/api/import/ars", headers=BEARER)
    assert guest.get("/id/structure/ars/1").status_code == 404


def test_imports_at_the_same_time_are_all_done_one_after_the_other(guest: FlaskClient) -> None:
    def one(number: int) -> tuple[int, bool]:
        client = guest.application.test_client()
        answer = send(client, HEADER + GOOD, source=f"ars-{number}")
        return answer.status_code, answer.json["import"]["changed"]

    with ThreadPoolExecutor(5) as pool:
        assert list(pool.map(one, range(5))) == [(200, True)] * 5
    assert len(guest.get("/api/import").json["imports"]) == 5


def test_a_second_server_on_the_same_folder_serves_and_sees_what_the_first_imports(
    guest: FlaskClient, own: LocalStore
) -> None:
    second = LocalStore.open(own.path.parent, BUILT, build.ensure())
    with Context.open(Settings(token=TOKEN, workers=1), second) as context:
        other = create_app(context).test_client()
        assert count(other) == 0

        send(guest, HEADER + GOOD)
        assert count(other) > 0

        assert send(other, HEADER + GOOD, source="dac").json["import"]["changed"]
        listed = [client.get("/api/import").json["imports"] for client in (guest, other)]
        assert [["ars", "dac"]] * 2 == [[one["source"] for one in found] for found in listed]
