"""A model may choose a frame from a closed list; late, silent, talkative or wrong, it is as good as none."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kg.answers import Answer, Chooser, answer
from kg.store import LocalStore

DAY = date(2026, 11, 22)
UNREAD = "Who for a CPTS?"
"""The rules read nothing: it has no verb that a frame knows."""
Reply = Callable[[BaseHTTPRequestHandler], None]


def says(content: object, status: int = 200) -> Reply:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        text = content if isinstance(content, str) else json.dumps(content)
        body = json.dumps({"choices": [{"message": {"content": text}}]}).encode()
        handler.send_response(status)
        handler.end_headers()
        handler.wfile.write(body)

    return reply


def drips(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        try:
            handler.wfile.write(b" ")
            handler.wfile.flush()
        except OSError:
            return
        time.sleep(0.1)


class Model:
    """A fake model: what it was sent, and what it replies."""

    def __init__(self) -> None:
        self.sent: list[dict[str, object]] = []
        self.reply: Reply = says({"frame": None})
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                model.sent.append(json.loads(self.rfile.read(size)))
                model.reply(self)

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.chooser = Chooser(f"http://127.0.0.1:{self.server.server_port}/v1", wait=0.5)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def model() -> Iterator[Model]:
    found = Model()
    yield found
    found.server.shutdown()
    found.server.server_close()


def ask(store: LocalStore, question: str, chooser: Chooser | None) -> Answer:
    return answer(store, question, None, DAY, chooser=chooser)


def test_the_frame_chosen_is_read_by_the_rules_with_evidence(
    store: LocalStore, model: Model
) -> None:
    model.reply = says({"frame": "adhesion"})

    reply = ask(store, UNREAD, model.chooser)

    assert ask(store, UNREAD, None).abstained
    assert not reply.abstained
    assert reply.citations[0].quote
    assert "closed list" in reply.warnings[0]


def test_the_model_gets_the_question_and_a_closed_list_of_frames(
    store: LocalStore, model: Model
) -> None:
    ask(store, UNREAD, model.chooser)

    messages = model.sent[0]["messages"]
    assert isinstance(messages, list)
    sent = json.loads(messages[1]["content"])
    assert sent["question"] == UNREAD
    assert {"id", "label"} == set(sent["frames"][0])


@pytest.mark.parametrize(
    "reply",
    [
        says({"frame": "salaire"}),
        says({"frame": None}),
        says({"answer": "Oui, deux mille euros."}),
        says("Oui, bien sûr."),
        says([1, 2]),
        says({"frame": "adhesion"}, status=500),
        says("x" * 100_000),
        says("[" * 10_000),
        drips,
        lambda handler: handler.wfile.write(b"not HTTP"),
    ],
)
def test_a_bad_or_slow_model_is_as_good_as_none(
    store: LocalStore, model: Model, reply: Reply
) -> None:
    model.reply = reply
    start = time.monotonic()

    assert ask(store, UNREAD, model.chooser) == ask(store, UNREAD, None)
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("frame", ["forme", "financement", "compte-au-moins", "exclusion"])
def test_a_model_that_lies_makes_no_word_known(store: LocalStore, model: Model, frame: str) -> None:
    model.reply = says({"frame": frame})

    assert ask(store, "Quel est le salaire d'un coordinateur de CPTS ?", model.chooser).abstained


def test_a_question_that_is_answered_is_not_sent(store: LocalStore, model: Model) -> None:
    ask(store, "Combien de généralistes faut-il dans une MSP ?", model.chooser)

    assert model.sent == []


def test_a_model_that_is_not_there_changes_nothing(store: LocalStore) -> None:
    assert ask(store, UNREAD, Chooser("http://127.0.0.1:9/v1", wait=0.5)).abstained
