"""Questions made to be answered wrongly (adversarial.toml): a refusal or a correction, evidence, and never a fault."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from kg.answers import Answer, answer, knowledge
from kg.answers.knowledge import Knowledge
from kg.errors import BadInput
from kg.namespaces import SOINS
from kg.store import LocalStore
from kg.words import words

DAY = date(2026, 11, 22)
WANTED = 500
"""Questions that there must be."""
DATA: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("adversarial.toml").read_text(encoding="utf-8")
)
FAMILIES: list[dict[str, Any]] = DATA["family"]
_SLOT = re.compile(r"\{(?P<name>\w+)(?:\.(?P<part>\w+))?\}")
Words = dict[str, list[Any]]


def slots(known: Knowledge) -> Words:
    """Return what each slot takes: the words of the file, and those made from the graph."""
    articles = sorted(str(t).rpartition("/")[2] for t in known.texts if "/csp/" in t)
    pairs = [
        {"asks": veil(question), "plain": question}
        for question in (*DATA["slots"]["true_fr"], *DATA["slots"]["true_en"])
        for veil in VEILS
    ]
    padding = "Nous sommes une petite équipe très motivée. "
    question = "Qu'est-ce qu'une CPTS ?"
    return {
        **DATA["slots"],
        "mirage": sorted(_mirages(known)),
        "absent_article": sorted(_absent_articles(articles)),
        "absent_text": sorted(_absent_texts(known, "loi n° ", "la ")),
        "absent_act": sorted(_absent_texts(known, "Act No. ", "")),
        "claimed": list(_claimed(known)),
        "turned": list(_turned(known)),
        "example_fr": [e.rstrip(" ?") for e in known.grammar.examples("fr")],
        "example_en": [e.rstrip("?") for e in known.grammar.examples("en")],
        "veiled": pairs,
        "long": [
            {"asks": padding * n + question + padding * m, "plain": question}
            for n, m in ((3, 0), (10, 0), (0, 10), (5, 5), (60, 0), (10_000, 0))
        ]
        + [{"asks": (question + " ") * n, "plain": question} for n in (2, 20, 200)]
        + [{"asks": question.replace("une", "une " + "très " * n), "plain": question} for n in (3, 90)],
    }  # fmt: skip


VEILS = (
    lambda q: "\u200b".join(q),
    lambda q: q.replace("P", "P\u200d").replace("a", "a\u00ad"),
    lambda q: re.sub(r"(?<=[A-Z])(?=[A-Z]{2})", "\u200b", q),
    lambda q: re.sub(r"(?<=[A-Z]{2})(?=[A-Z])", "\u00ad", q),
    lambda q: "\u202e" + q + "\u202c",
    lambda q: "\ufeff" + q + " 🙂🏥",
    lambda q: q.replace(" ", " 🦷 "),
    lambda q: "".join(c + "\u0336" for c in q),
    lambda q: q.translate(str.maketrans("aeopcACPTS", "аеорсАСРТЅ")),
    lambda q: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in q),
    lambda q: q.replace(" ", "\u00a0").replace("?", "？"),
    lambda q: q.replace("S", "S\u0301\u0302\u0303").replace("e", "e\u0332"),
    lambda q: q[::-1],
    lambda q: q.replace(" ", "\x00"),
    lambda q: q + "\x1b[31m\x07\x08",
    lambda q: q.upper().replace("S", "ß"),
    lambda q: "\u2067" + q[: len(q) // 2] + "\u2069" + q[len(q) // 2 :],
)
"""Ways to dress a question in characters that few people type."""


def _mirages(known: Knowledge) -> Iterator[str]:
    """Acronyms of the graph with two letters exchanged, that name nothing."""
    for thing, names in known.notations.items():
        for name in names if thing not in known.texts else ():
            for at in range(len(name) - 1):
                other = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
                if other.isalpha() and len(other) > 2 and words(other) not in known.names:
                    yield other


def _absent_articles(articles: list[str]) -> Iterator[str]:
    """Numbers of articles one step from those of the graph, that it does not hold."""
    for path in articles:
        letter, first, rest = path[0], path[1:5], path[5:]
        swapped = first[0] + first[2] + first[1] + first[3]
        for other in (
            f"{'r' if letter != 'r' else 'd'}{first}{rest}", f"{letter}{swapped}{rest}",
            f"{letter}{first}{rest}-99", f"{letter}{first}-{int(rest.split('-')[1]) + 40}",
        ):  # fmt: skip
            if other not in articles:
                yield f"{other[0].upper()}. {other[1:]}"
                yield other.upper()


def _absent_texts(known: Knowledge, kind: str, article: str) -> Iterator[str]:
    """Numbers and days of acts one step from those of the graph, that it does not hold."""
    numbers = {str(t).rpartition("/")[2] for t in known.texts if "/art-" not in t}
    days = set(known.signed.values())
    for number in sorted(numbers):
        if re.fullmatch(r"20\d{2}-\d{2,4}", number):
            year, rank = number.split("-")
            if (other := f"{year}-{int(rank) + 1}") not in numbers:
                yield f"{article}{kind}{other}"
    for day in sorted(days):
        if day.day < 28 and (after := day.replace(day=day.day + 1)) not in days:
            yield f"{article}{kind.split()[0]} {'du' if article else 'of'} {after:%d/%m/%Y}"


def _claimed(known: Knowledge) -> Iterator[dict[str, str]]:
    """Structures with acts that did not create them, nor rule on them."""
    linked: dict[Any, set[str]] = {}
    for fact in known.facts:
        for thing in {fact.subject, fact.object, *fact.concerns}:
            linked.setdefault(thing, set()).update(
                re.findall(r"\d{4}-\d+", f"{fact.voice} {fact.object} {fact.subject}")
            )
    acts = sorted(
        str(t).rpartition("/")[2] for t in known.texts if re.search(r"/loi/20\d\d-\d+$", t)
    )
    made = {f.subject for f in known.facts if f.relation == SOINS.estIssuDe}
    for thing in sorted(made):
        name = next(iter(known.notations.get(thing, ())), None)
        for act in acts if name else ():
            if act not in linked[thing]:
                yield {"act": f"loi n° {act}", "law": f"Act No. {act}", "name": str(name)}


def _turned(known: Knowledge) -> Iterator[dict[str, str]]:
    """What absorbs and what is absorbed, by their acronyms."""
    pairs = {(f.subject, f.object) for f in known.facts if f.relation == SOINS.absorbe}
    for whole, part in sorted(pairs, key=str):
        names = [next(iter(known.notations.get(t, ())), None) for t in (whole, part) if t]
        if None not in names and len(names) == 2:
            yield {"whole": str(names[0]), "part": str(names[1])}


def filled(template: str, chosen: dict[str, Any]) -> str:
    """Return *template* with its slots filled; what is no slot stays as it is."""

    def put(match: re.Match[str]) -> str:
        value = chosen.get(match["name"], match[0])
        return str(value[match["part"]] if match["part"] else value)

    return _SLOT.sub(put, template)


def asked(family: dict[str, Any], every: Words) -> list[tuple[str, str | None]]:
    """Return the questions of *family*, each with the same one without noise where there is one."""
    columns = []
    for at, template in enumerate(family["asks"]):
        names = sorted({m["name"] for m in _SLOT.finditer(template)} & every.keys())
        plain = family["plain"][at] if "plain" in family else None
        chosen = [dict(zip(names, row, strict=True)) for row in product(*(every[n] for n in names))]
        column = {filled(template, c): plain and filled(plain, c) for c in chosen}
        columns.append(sorted(column.items(), key=lambda item: _mixed(item[0])))
    longest = max(len(column) for column in columns)
    spread = [column[i] for i in range(longest) for column in columns if i < len(column)]
    return spread[: family.get("most", len(spread))]


def _mixed(text: str) -> bytes:
    """Return a key that mixes the questions, always in the same way."""
    return hashlib.sha256(text.encode()).digest()


def reply_to(store: LocalStore, question: str) -> Answer | None:
    """Return the answer, None where the question is too long: a clear error.

    Raises:
        BadInput: there is another error, which is a fault.
    """
    try:
        return answer(store, question, None, DAY)
    except BadInput as error:
        if error.key != "answers.too-long":
            raise
        return None


def fault(reply: Answer | None, family: dict[str, Any], plain: Answer | None) -> str | None:
    """Say what is wrong with *reply*, None where it is a refusal, a correction, or the answer without noise."""
    if reply is None:
        return None
    json.dumps(reply.json(), ensure_ascii=False).encode()
    if reply.abstained:
        told = (
            reply.citations
            or reply.entities
            or reply.boolean is not None
            or reply.number is not None
        )
        return "a refusal that asserts" if told else None
    if not reply.citations or not reply.sparql or any(len(c.quote) < 2 for c in reply.citations):
        return "no evidence"
    corrects = (
        (family.get("no") and reply.boolean is False)
        or reply.number in family.get("number", ())
        or any(text in reply.text for text in family.get("says", ()))
    )
    if corrects:
        return None
    if plain is not None and not plain.abstained:
        same = (plain.kind, plain.boolean, plain.number, plain.when, plain.entities)
        if (reply.kind, reply.boolean, reply.number, reply.when, reply.entities) == same:
            return None
    return f"says {reply.boolean} {reply.number} {reply.when}: {reply.text[:120]}"


@pytest.fixture(scope="module")
def questions(store: LocalStore) -> dict[str, list[tuple[str, str | None]]]:
    """The questions, by family."""
    every = slots(knowledge(store))
    return {family["id"]: asked(family, every) for family in FAMILIES}


def test_there_are_five_hundred_different_questions(
    questions: dict[str, list[tuple[str, str | None]]],
) -> None:
    every = [question for family in questions.values() for question, _ in family]

    assert len(every) == len(set(every)) >= WANTED
    assert not [q for q in every for m in _SLOT.finditer(q) if m["name"] in DATA["slots"]]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family["id"])
def test_nothing_wrong_is_asserted(
    store: LocalStore, questions: dict[str, list[tuple[str, str | None]]], family: dict[str, Any]
) -> None:
    wrong = {}
    for question, plain in questions[family["id"]]:
        bare = reply_to(store, plain) if plain else None
        if (found := fault(reply_to(store, question), family, bare)) is not None:
            wrong[question] = found

    assert wrong == {}


@pytest.mark.parametrize(
    "body",
    [
        rb'{"question": "Qu\u0027est-ce qu\u0027une CPTS \ud800 ?"}',
        rb'{"question": "CPTS\u0000?"}',
        rb'{"question": "\uffff\ufffe CPTS \udfff"}',
        '{"question": "\u202eСРТЅ 🏥"}'.encode(),
    ],
)
def test_no_character_is_a_fault_of_the_service(client: FlaskClient, body: bytes) -> None:
    posted = client.post("/api/ask", data=body, content_type="application/json")

    assert posted.status_code in (200, 400)
    assert posted.get_json()


@pytest.mark.parametrize(
    "raw", ["%ED%A0%80CPTS", "%00", "%FF%FE", "CPTS%0D%0ASet-Cookie:a=b", "%E2%80%AE"]
)
def test_no_bytes_in_an_address_are_a_fault(client: FlaskClient, raw: str) -> None:
    assert client.get(f"/api/ask?q={raw}").status_code in (200, 400)
    assert client.get(f"/question?q={raw}").status_code in (200, 400)
