"""A validation as a job: followed, read again, stopped, removed; nobody else's, inert whatever it holds."""

from __future__ import annotations

import io
import re
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient

from api import create_app
from api.context import Context
from api.reports import FORMS
from kg.settings import Settings
from kg.store import LocalStore
from kg.validation import apart

FAULTY = b"identifiant;type;nom;hebergement\n1;MSP;MSP des Tilleuls;oui\n"
GOOD = FAULTY.replace(b"oui", b"non")
NEVER_ENDS = "import sys, time; sys.stdin.buffer.read(); print('P 1 4', flush=True); time.sleep(60)"


@pytest.fixture
def impatient(store: LocalStore) -> Iterator[FlaskClient]:
    """A client of a server that waits a tenth of a second for a report."""
    with Context.open(Settings(validation_wait=0.1), store) as context:
        yield create_app(context).test_client()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Children that never end by themselves."""
    monkeypatch.setattr(apart, "_COMMAND", (sys.executable, "-c", NEVER_ENDS))


def send(client: FlaskClient, data: bytes = FAULTY, query: str = "lang=fr") -> Any:
    return client.post(f"/api/validate?{query}", data=data, content_type="text/csv")


def test_a_report_tells_where_it_is_kept(client: FlaskClient) -> None:
    answer = send(client)

    assert 200 == answer.status_code
    assert answer.json["job"] == answer.headers["Location"]
    assert re.fullmatch(r"/validation/[\w-]{43}", answer.json["job"])
    again = client.get(answer.json["job"] + ".json").json
    assert answer.json == again


def test_long_work_answers_202_with_the_address_of_the_job(
    impatient: FlaskClient, slow: None
) -> None:
    answer = send(impatient)

    assert (202, True, "1") == (
        answer.status_code,
        answer.json["ok"],
        answer.headers["Retry-After"],
    )
    assert answer.json["job"] == answer.headers["Location"]
    assert {"done", "total", "percent"} == answer.json["progress"].keys()


def test_a_job_shows_how_far_it_is_to_programs_and_to_people(
    impatient: FlaskClient, slow: None
) -> None:
    job = send(impatient).json["job"]
    until_running(impatient, job)
    machine = impatient.get(job, headers={"Accept": "application/json"})
    page = impatient.get(job, headers={"Accept": "text/html"})

    assert (202, {"done": 1, "total": 4, "percent": 25}) == (
        machine.status_code,
        machine.json["progress"],
    )
    assert 200 == page.status_code
    assert all(
        part in page.text
        for part in ("Validation en cours", "25 %", 'http-equiv="refresh"', "<progress")
    )


def until_running(client: FlaskClient, job: str) -> None:
    limit = time.monotonic() + 20
    while not client.get(job + ".json").json.get("progress", {}).get("done"):
        assert time.monotonic() < limit
        time.sleep(0.05)


def test_stopping_a_job_frees_its_place_and_it_can_start_again(
    impatient: FlaskClient, slow: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = send(impatient).json["job"]
    until_running(impatient, job)

    asked = time.monotonic()
    answer = impatient.post(job, data={"action": "stop"})
    took = time.monotonic() - asked
    page = impatient.get(job, headers={"Accept": "text/html"})
    machine = impatient.get(job + ".json")
    monkeypatch.undo()
    impatient.post(job, data={"action": "again"})
    limit = time.monotonic() + 30
    while impatient.get(job + ".json").status_code == 202 and time.monotonic() < limit:
        time.sleep(0.1)

    assert (303, job) == (answer.status_code, answer.headers["Location"])
    assert took < 3
    assert "Validation arrêtée" in page.text
    assert 409 == machine.status_code
    assert False is impatient.get(job + ".json").json["conforms"]


@pytest.mark.parametrize(
    ("suffix", "start"),
    [
        (".json", b'{"ok":true'),
        (".csv", b"\xef\xbb\xbfseverity"),
        (".txt", b"Non conforme"),
        (".ttl", b"@prefix"),
        (".jsonld", b""),
        (".html", b"<!doctype html>"),
        (".xlsx", b"PK"),
        ("?format=text", b"Non conforme"),
        ("?format=xlsx", b"PK"),
    ],
)
def test_a_report_is_downloaded_in_every_form(
    client: FlaskClient, suffix: str, start: bytes
) -> None:
    job = send(client).json["job"]

    answer = client.get(job + suffix)

    assert (200, True) == (answer.status_code, answer.data.startswith(start))
    assert "no-store" == answer.headers["Cache-Control"]
    if suffix not in (".json", ".txt", "?format=text"):
        assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_every_form_is_offered_on_the_page(client: FlaskClient) -> None:
    job = send(client).json["job"]

    links = set(re.findall(rf'href="{job}\.(\w+)"', client.get(job).text))

    assert {form.extension for form in FORMS.values()} == links


def test_the_annotated_workbook_is_the_users_own(client: FlaskClient) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "structures"
    for row in FAULTY.decode().split("\n")[:2]:
        book.active.append(row.split(";"))
    file = io.BytesIO()
    book.save(file)
    file.seek(0)

    answer = client.post("/api/validate?lang=fr", data={"file": (file, "Mes structures.xlsx")})
    given = client.get(answer.json["job"] + ".xlsx")

    assert "Mes_structures" in given.headers["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(given.data))["structures"]
    assert sheet["D2"].comment is not None
    assert "L. 6323-3" in sheet["D2"].comment.text


def test_two_days_are_compared(client: FlaskClient) -> None:
    cpts = b"identifiant;type;nom;forme_juridique\n1;CPTS;A;GIE\n"

    answer = send(client, cpts, "lang=fr&date=2019-06-01&compare=2022-06-01")
    page = client.get(answer.json["job"])

    assert (True, False) == (answer.json["conforms"], answer.json["compare"]["conforms"])
    assert "Ce qui changerait au 1er juin 2022" in page.text
    assert ".ttl" not in re.findall(r'href="/validation/[\w-]+(\.\w+)"', page.text)
    assert 400 == client.get(answer.json["job"] + ".ttl").status_code


def test_the_same_file_is_judged_on_another_day_and_in_another_language(
    client: FlaskClient,
) -> None:
    cpts = b"identifiant;type;nom;forme_juridique\n1;CPTS;A;GIE\n"
    job = send(client, cpts, "lang=fr&date=2019-06-01").json["job"]

    answer = client.post(job, data={"action": "other", "date": "2022-06-01", "lang": "en"})
    page = client.get(answer.headers["Location"])

    assert 303 == answer.status_code
    assert job != answer.headers["Location"]
    assert "Does not conform to the law of 1 June 2022" in page.text


def test_the_form_leads_to_the_report(client: FlaskClient) -> None:
    answer = client.post("/validation", data={"file": (io.BytesIO(FAULTY), "a.csv"), "lang": "fr"})

    assert 303 == answer.status_code
    assert "Non conforme au droit du" in client.get(answer.headers["Location"]).text


def test_the_form_says_what_becomes_of_the_file(client: FlaskClient) -> None:
    text = client.get("/validation?lang=fr").text

    assert all(part in text for part in ("Rien n’entre dans le graphe", "24 heures", 'name="keep"'))


@pytest.mark.parametrize("path", ["/validation", "/api/validate"])
def test_nothing_is_kept_where_the_user_wants_so(
    client: FlaskClient, working_folder: Path, path: str
) -> None:
    def kept() -> set[str]:
        return {file.name for file in (working_folder / "rapports").iterdir()}

    send(client)
    before = kept()
    answer = client.post(path, data={"file": (io.BytesIO(FAULTY), "a.csv"), "keep": "0"})

    assert (200, before) == (answer.status_code, kept())
    assert "Location" not in answer.headers
    assert re.search(r"/validation/[\w-]{43}", answer.text) is None


@pytest.mark.parametrize("query", ["keep=oui", "compare=demain", "format=pdf"])
def test_a_wrong_parameter_is_refused(client: FlaskClient, query: str) -> None:
    assert 400 == send(client, GOOD, query).status_code


def test_removing_a_report_leaves_a_clear_404(client: FlaskClient, working_folder: Path) -> None:
    job = send(client).json["job"]

    answer = client.post(
        f"{job}?lang=fr", data={"action": "forget"}, headers={"Accept": "text/html"}
    )
    after = client.get(f"{job}?lang=en", headers={"Accept": "text/html"})
    machine = client.get(f"{job}.json?lang=en")

    assert "supprimés" in answer.text
    assert (404, True) == (after.status_code, "kept 24 hours at most" in after.text)
    assert (404, False) == (machine.status_code, machine.json["ok"])
    assert not (working_folder / "rapports" / job.rpartition("/")[2]).exists()


@pytest.mark.parametrize("suffix", ["", ".json", ".xlsx"])
@pytest.mark.parametrize("name", ["x", "a" * 43, "..%2f..%2fetc%2fpasswd", "é" * 43, "%00"])
def test_an_address_that_was_never_given_is_404(
    client: FlaskClient, name: str, suffix: str
) -> None:
    assert 404 == client.get(f"/validation/{name}{suffix}").status_code


@pytest.mark.parametrize("action", ["", "delete", "stop", "again", "forget", "other"])
def test_nothing_is_done_to_a_job_that_does_not_exist(client: FlaskClient, action: str) -> None:
    assert 404 == client.post("/validation/" + "a" * 43, data={"action": action}).status_code


def test_an_unknown_action_is_refused(client: FlaskClient) -> None:
    assert 400 == client.post(send(client).json["job"], data={"action": "x"}).status_code


def test_no_page_lists_the_jobs_and_no_other_route_reads_their_files(
    client: FlaskClient, working_folder: Path
) -> None:
    job = send(client).json["job"]
    name = job.rpartition("/")[2]

    pages = ["/", "/validation", "/validation/", "/regles", "/health", "/sparql"]
    assert [page for page in pages if name in client.get(page).text] == []
    files = [file.name for file in (working_folder / "rapports" / name).iterdir()]
    assert "case.pickle" in files
    for file in files:
        for path in (
            f"{job}/{file}", f"{job}.pickle", f"/rapports/{name}/{file}", f"/static/../rapports/{name}/{file}",
            f"/static/{working_folder}/rapports/{name}/{file}", f"/validation/..%2f{name}%2f{file}",
        ):  # fmt: skip
            assert client.get(path, follow_redirects=True).status_code in (400, 404), path


def test_nobody_keeps_indexes_or_passes_on_a_report(client: FlaskClient) -> None:
    job = send(client).json["job"]

    for answer in (client.get(job), client.get(job + ".csv"), client.get("/validation/x")):
        assert ("no-store", "same-origin", "noindex, nofollow") == (
            answer.headers["Cache-Control"],
            answer.headers["Referrer-Policy"],
            answer.headers["X-Robots-Tag"],
        )


HOSTILE = [
    '"><img src=x onerror=alert(1)>',
    "'; onmouseover='alert(1)",
    "{{ 7*7 }}{% raw %}",
    "</title><script>alert(1)</script>",
    "javascript:alert(1)",
    "\u202etxt.exe\u2066",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_cell_is_shown_as_text_in_every_form_of_page(
    client: FlaskClient, text: str
) -> None:
    cell = text.replace('"', '""')
    file = f'identifiant;type;nom;hebergement\n1;MSP;"{cell}";oui\n2;"{cell}";B;"{cell}"\n'

    job = send(client, file.encode()).json["job"]

    for page in (client.get(job), client.get(job + ".html")):
        assert "<img src=x" not in page.text
        assert "<script>alert" not in page.text
        assert re.search(r"<[^>]*\son\w+=", page.text) is None
        assert 'href="javascript' not in page.text
        assert "49{%" not in page.text


@pytest.mark.parametrize(
    "name", [*HOSTILE, "../../etc/passwd", "..\\..\\x.csv", "a\r\nX-Evil: 1.csv", "x" * 500]
)
def test_a_hostile_name_of_a_file_is_only_ever_shown(client: FlaskClient, name: str) -> None:
    for sign in '"\r\n':  # as browsers write them
        name = name.replace(sign, f"%{ord(sign):02X}")
    answer = client.post("/api/validate?lang=fr", data={"file": (io.BytesIO(FAULTY), name)})
    job = answer.json["job"]
    page, download = client.get(job), client.get(job + ".csv")

    assert re.search(r"<[^>]*\son\w+=", page.text) is None
    assert "<script>alert" not in page.text
    assert "X-Evil" not in download.headers
    disposition = download.headers["Content-Disposition"]
    assert all(sign not in disposition for sign in ("/", "\\", "..", "<", "\u202e")), disposition
    assert len(disposition) < 200


def test_a_file_in_the_workbook_stays_inside_it(client: FlaskClient) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../evil.txt", "x")
    packed.seek(0)

    answer = client.post("/api/validate", data={"file": (packed, "a.xlsx")})

    assert answer.status_code in (415, 422)


def test_too_many_jobs_are_told_to_come_back(impatient: FlaskClient, slow: None) -> None:
    answers = [send(impatient) for _ in range(8)]

    assert [202] * 6 + [503] * 2 == [answer.status_code for answer in answers]
    assert answers[-1].headers["Retry-After"] == "5"
    assert 200 == impatient.get("/health").status_code


def test_a_file_that_cannot_be_read_is_not_kept(client: FlaskClient, working_folder: Path) -> None:
    send(client)
    before = len(list((working_folder / "rapports").iterdir()))

    assert 422 == send(client, b"bonjour").status_code
    assert before == len(list((working_folder / "rapports").iterdir()))
