"""``POST /api/validate`` and the page of validation: good files, bad files, and a server still well."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.reports import FORMS

XLSX = FORMS["xlsx"].media_type
FAULTY = b"identifiant;type;nom;hebergement\n1;MSP;MSP des Tilleuls;oui\n"
GOOD = FAULTY.replace(b"oui", b"non")
MEMBERS = b"structure;profession\n1;assistante sociale\n"


def attached(data: bytes, name: str = "structures.csv", **fields: Any) -> dict[str, Any]:
    return {"file": (io.BytesIO(data), name), **fields}


@pytest.mark.parametrize(("data", "conforms"), [(GOOD, True), (FAULTY, False)])
def test_the_answer_is_200_whether_or_not_it_conforms(
    client: FlaskClient, data: bytes, conforms: bool
) -> None:
    answer = client.post("/api/validate", data=attached(data))

    assert (200, conforms) == (answer.status_code, answer.json["conforms"])


@pytest.mark.parametrize(("lang", "word"), [("fr", "déclare"), ("en", "declares")])
def test_a_raw_csv_body_is_judged_in_the_language_asked_for(
    client: FlaskClient, lang: str, word: str
) -> None:
    answer = client.post(f"/api/validate?lang={lang}", data=FAULTY, content_type="text/csv")

    result = answer.json["results"][0]
    assert ("MSP-HEBERGEMENT", 2, "hebergement") == (
        result["rule"],
        result["row"],
        result["column"],
    )
    assert word in result["message"]


def test_the_file_of_members_is_read_beside_the_structures(client: FlaskClient) -> None:
    answer = client.post(
        "/api/validate", data=attached(GOOD, membres=(io.BytesIO(MEMBERS), "membres.csv"))
    )

    assert "MSP-MEMBRES-GROUPES" in [g["rule"] for g in answer.json["groups"]]


def test_the_template_with_examples_conforms(client: FlaskClient) -> None:
    book = client.get("/validation/modele.xlsx?example=1").data

    answer = client.post("/api/validate", data=book, content_type=XLSX)

    assert (True, []) == (answer.json["conforms"], answer.json["results"])


def test_the_day_is_taken_into_account(client: FlaskClient) -> None:
    cpts = b"identifiant;type;nom;forme_juridique\n1;CPTS;A;GIE\n"

    found = [
        client.post(f"/api/validate?date={day}", data=cpts, content_type="text/csv").json[
            "conforms"
        ]
        for day in ("2019-06-01", "2022-06-01")
    ]

    assert [True, False] == found


def test_the_report_exists_as_text(client: FlaskClient) -> None:
    answer = client.post("/api/validate?format=text&lang=fr", data=FAULTY, content_type="text/csv")

    assert answer.mimetype == "text/plain"
    assert "CSP, art. L. 6323-3" in answer.text


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
BAD = [
    (b"", "text/csv", 400),
    (b"", XLSX, 400),
    (PNG, XLSX, 415),
    (PNG, "text/csv", 415),
    (b"PK\x03\x04 cut", XLSX, 422),
    ("identifiant;type;nom\n1;MSP;é\n".encode("utf-16"), "text/csv", 422),
    (b"bonjour", "text/csv", 422),
    (b"identifiant;type;nom\n", "text/csv", 422),
    (b"identifiant;type;nom;nom\n1;MSP;A;B\n", "text/csv", 422),
    (GOOD, "image/png", 415),
    (GOOD, XLSX, 415),
]


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(("data", "content_type", "status"), BAD)
def test_a_bad_upload_gets_a_clear_error_and_leaves_the_server_well(
    client: FlaskClient, data: bytes, content_type: str, status: int, lang: str
) -> None:
    answer = client.post(f"/api/validate?lang={lang}", data=data, content_type=content_type)
    after = client.post("/api/validate", data=GOOD, content_type="text/csv")

    assert (status, False) == (answer.status_code, answer.json["ok"])
    assert answer.json["error"]
    assert after.json["conforms"] is True


def test_an_error_speaks_the_language_of_the_form(client: FlaskClient) -> None:
    answer = client.post("/api/validate", data=attached(b"", "vide.xlsx", lang="en"))

    assert "“vide.xlsx” is empty" in answer.json["error"]


@pytest.mark.parametrize("query", ["date=31/02/2020", "date=demain", "lang=de", "format=pdf"])
def test_a_wrong_parameter_is_named(client: FlaskClient, query: str) -> None:
    answer = client.post(f"/api/validate?{query}", data=GOOD, content_type="text/csv")

    assert answer.status_code == 400


def test_a_body_over_the_limit_is_refused(client: FlaskClient) -> None:
    answer = client.post("/api/validate", data=bytes(20_000_001), content_type="text/csv")

    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("path", "lang", "words"),
    [
        ("/api/validate", "fr", "C’est trop grand"),
        ("/api/validate", "en", "Too large"),
        ("/validation", "fr", "C’est trop grand"),
        ("/validation", "en", "Too large"),
    ],
)
def test_a_form_over_the_limit_is_refused_in_our_words(
    client: FlaskClient, path: str, lang: str, words: str
) -> None:
    answer = client.post(
        f"{path}?lang={lang}",
        data=bytes(30_000_000),
        content_type="multipart/form-data; boundary=x",
        headers={"Accept": "text/html"},
    )

    kind = "application/json" if path.startswith("/api") else "text/html"
    assert (413, kind, True) == (answer.status_code, answer.mimetype, words in answer.text)


@pytest.mark.parametrize("sent", ["../../../etc/x.csv", "C:/Users/x.csv", "/x.csv"])
def test_a_file_is_named_without_the_folders_of_its_sender(client: FlaskClient, sent: str) -> None:
    answer = client.post("/api/validate?lang=fr", data={"file": (io.BytesIO(b""), sent)})

    assert answer.status_code == 400
    assert "x.csv" in answer.text
    assert "etc" not in answer.text
    assert "Users" not in answer.text


@pytest.mark.parametrize("field", ["file", "membres"])
def test_two_files_in_one_field_are_refused(client: FlaskClient, field: str) -> None:
    two = [(io.BytesIO(GOOD), "a.csv"), (io.BytesIO(GOOD), "b.csv")]

    answer = client.post("/api/validate?lang=en", data={field: two})

    assert (400, True) == (answer.status_code, f"“{field}” carries 2 files" in answer.json["error"])


@pytest.mark.parametrize("data", [b"", b" \n", b"bonjour", PNG])
@pytest.mark.parametrize("content_type", ["text/csv", "application/octet-stream"])
def test_an_error_about_a_raw_body_in_english_has_no_french(
    client: FlaskClient, data: bytes, content_type: str
) -> None:
    answer = client.post("/api/validate?lang=en", data=data, content_type=content_type)

    assert not any(w in answer.json["error"] for w in ("fichier", "classeur", "structures.csv"))


def test_the_page_of_the_report_gives_each_remedy_and_no_row_for_an_absent_sheet(
    client: FlaskClient,
) -> None:
    text = client.post(
        "/validation",
        data=attached(b"identifiant;type;nom\n1;;A\n2;CDS;\n", lang="fr"),
        follow_redirects=True,
    ).text

    assert all(f"Renseignez {name}." in text for name in ("type", "nom"))
    assert ">None<" not in text
    assert re.search(r'<th scope="row"[^>]*>–', text)


def test_a_body_shorter_than_announced_is_refused(client: FlaskClient) -> None:
    answer = client.post(
        "/api/validate?lang=en",
        data=GOOD,
        content_type="text/csv",
        environ_overrides={"CONTENT_LENGTH": "500"},
    )

    assert (400, True) == (answer.status_code, "incomplete" in answer.json["error"])


def test_the_page_offers_a_form_and_the_template(client: FlaskClient) -> None:
    text = client.get("/validation?lang=fr").text

    assert 'enctype="multipart/form-data"' in text
    assert "/validation/modele.xlsx" in text


@pytest.mark.parametrize(("lang", "verdict"), [("fr", "Non conforme"), ("en", "Does not conform")])
def test_the_page_of_the_report_links_rule_and_text(
    client: FlaskClient, lang: str, verdict: str
) -> None:
    text = client.post("/validation", data=attached(FAULTY, lang=lang), follow_redirects=True).text

    parts = (
        verdict,
        f'lang="{lang}"',
        "/regle/MSP-HEBERGEMENT",
        "/texte/csp/l6323-3/2021-12-25",
        "<caption",
    )
    assert [part for part in parts if part not in text] == []


def test_the_page_of_the_report_shows_a_cell_as_text(client: FlaskClient) -> None:
    evil = FAULTY.replace(b"MSP des Tilleuls", b"<script>alert(1)</script>")

    answer = client.post("/validation", data=attached(evil), follow_redirects=True)
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text


def test_the_page_says_what_is_wrong_with_the_file(client: FlaskClient) -> None:
    answer = client.post("/validation", data=attached(PNG, "photo.xlsx", lang="en"))

    assert (415, True) == (answer.status_code, 'role="alert"' in answer.text)


def test_the_csv_template_is_an_archive(client: FlaskClient) -> None:
    assert client.get("/validation/modele.csv").data.startswith(b"PK")


def test_the_page_answers_head_as_get_without_its_body(client: FlaskClient) -> None:
    answer = client.head("/validation")

    assert (200, b"") == (answer.status_code, answer.data)


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 303),
        ("http://localhost", 303),
        ("https://e.org", 403),
        ("http://localhost.e.org", 403),
        ("null", 403),
    ],
)
def test_no_page_of_another_site_sends_our_forms(
    client: FlaskClient, origin: str | None, status: int
) -> None:
    headers = {"Origin": origin} if origin else {}
    job = client.post("/api/validate", data=FAULTY, content_type="text/csv").json["job"]

    sent = client.post("/validation", data=attached(FAULTY), headers=headers)
    acted = client.post(job, data={"action": "again"}, headers=headers)

    assert [status, status] == [sent.status_code, acted.status_code]
