"""Questions over HTTP."""

from __future__ import annotations

import html
import re

import pytest
from flask.testing import FlaskClient

from api import create_app
from api.context import Context
from kg.cli import main
from kg.settings import Settings
from kg.store import LocalStore


def test_ask_answers_in_the_published_form(client: FlaskClient) -> None:
    reply = client.get(
        "/api/ask", query_string={"q": "qu'est-ce qui remplace les PTA ?"}
    ).get_json()

    assert reply["answer"]["entities"][0]["notation"] == ["DAC"]
    assert reply["abstained"] is False
    assert {
        "text",
        "article",
        "quote",
        "label",
        "iri",
        "rank",
        "from",
        "to",
        "evidence",
        "url",
    } <= set(reply["citations"][0])
    assert {"date", "lang", "warnings", "sparql"} <= set(reply)


def test_get_and_post_give_the_same_bytes(client: FlaskClient) -> None:
    body = {"question": "textes CDS", "date": "2020-01-01", "lang": "fr"}
    posted = client.post("/api/ask", json=body).data
    got = client.get(
        "/api/ask", query_string={"q": "textes CDS", "date": "2020-01-01", "lang": "fr"}
    ).data

    assert posted == got


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b'{"question": 3}', b'{"question": "x", "date": 3}', b'{"question": ""}',
        b"[" * 100_000, b'{"question": ' * 50_000, b'{"question": ' + b"9" * 5_000 + b"}",
    ],
)  # fmt: skip
def test_a_bad_body_is_refused(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/api/ask", data=body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.get_json()["ok"] is False


def test_ten_thousand_characters_are_refused_with_the_limit(client: FlaskClient) -> None:
    answer = client.get("/api/ask", query_string={"q": "a" * 10_000})

    assert answer.status_code == 400
    assert "500" in answer.get_json()["error"]


def test_an_unknown_language_or_day_is_refused(client: FlaskClient) -> None:
    assert client.get("/api/ask?q=textes CDS&lang=de").status_code == 400
    assert (
        client.post("/api/ask", json={"question": "textes CDS", "date": "hier"}).status_code == 400
    )


def test_the_page_asks_answers_and_quotes(client: FlaskClient) -> None:
    page = client.get("/question", query_string={"q": "qu'est-ce qui remplace les PTA ?"})

    assert page.status_code == 200
    assert "<blockquote" in page.text
    assert "2019-774" in page.text


def test_the_page_offers_questions(client: FlaskClient) -> None:
    assert "Qu’absorbe un DAC" in client.get("/question?lang=fr").text
    assert "What does a DAC absorb?" in client.get("/question?lang=en").text


def test_the_page_refuses_without_a_trace(client: FlaskClient) -> None:
    page = client.get("/question", query_string={"q": "<script>alert(1)</script>"})

    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_how_a_question_was_understood_is_told_on_demand(client: FlaskClient) -> None:
    asked = {"q": "qu'est-ce qui remplace les PTA ?", "lang": "fr"}
    plain = client.get("/api/ask", query_string=asked).get_json()
    told = client.get("/api/ask", query_string=asked | {"explain": "true"}).get_json()
    posted = client.post(
        "/api/ask", json={"question": asked["q"], "lang": "fr", "explain": True}
    ).get_json()

    assert told == posted
    assert told.pop("explain")
    assert told == plain


def test_an_explanation_is_asked_for_by_true_or_false(client: FlaskClient) -> None:
    assert client.get("/api/ask?q=CDS&explain=peut-être").status_code == 400
    assert client.post("/api/ask", json={"question": "CDS", "explain": 1}).status_code == 400


def test_a_refusal_offers_passages_that_are_no_answer(client: FlaskClient) -> None:
    page = client.get("/question?q=horaires de la pharmacie du centre de santé&lang=fr")

    assert "qui ne sont pas une réponse" in page.get_data(as_text=True)


def test_the_page_has_a_link_to_the_answer_of_that_day_in_that_language(
    client: FlaskClient,
) -> None:
    page = client.get("/question", query_string={"q": "qu'est-ce qu'une CPTS en 2018 ?"}).text

    link = re.search(r'href="(/question\?[^"]+date=[^"]+)"', page)
    assert link
    address = html.unescape(link[1])
    assert "lang=fr" in address
    assert _reply(client.get(address).text) == _reply(page)


def _reply(page: str) -> str:
    found = re.search(r'aria-labelledby="reply".*?</section>', page, re.DOTALL)
    assert found
    return re.sub(r'href="[^"]*"', "", found[0])


@pytest.mark.parametrize(("where", "count"), [("", 0), ("mailto:erreurs@exemple.fr", 2)])
def test_a_visitor_may_report_an_error_where_the_operator_says(
    store: LocalStore, where: str, count: int
) -> None:
    with Context.open(Settings(feedback=where), store) as context:
        page = create_app(context).test_client().get("/question?lang=fr&q=textes+CDS").text

    assert page.count("Signaler une erreur") == count
    assert page.count(f'href="{where}"') == count


def test_where_to_report_must_be_an_address(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["serve", "--feedback", "javascript:alert(1)"])

    assert stopped.value.code == 2
    assert "--feedback" in capsys.readouterr().err
