"""Read the modules of the ontology, its vocabularies, frames and shapes; list its questions and checks."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import Graph, URIRef

from kg import turtle
from kg.namespaces import graph
from kg.resources import data_folder

_FOLDERS = {  # folder → path of its graphs
    ("ontology", "modules"): "ontologie",
    ("ontology", "vocabulaires"): "vocabulaire",
    ("ontology", "cadres"): "cadres",
    ("shapes", ""): "regles",
}


def turtle_files() -> list[Path]:
    """Return every Turtle file that we write by hand, sorted."""
    folders = (data_folder("ontology"), data_folder("shapes"))
    return sorted(file for folder in folders for file in folder.rglob("*.ttl"))


def modules() -> list[Path]:
    """Return the files that make the OWL ontology: its header, modules and vocabularies."""
    folder = data_folder("ontology")
    found = [
        *folder.glob("*.ttl"),
        *folder.glob("modules/*.ttl"),
        *folder.glob("vocabulaires/*.ttl"),
    ]
    return sorted(found)


def graphs() -> Iterator[tuple[URIRef, Graph]]:
    """Yield each named graph written in Turtle: header, modules, vocabularies, frames, shapes.

    Raises:
        BadRecord: a file is not Turtle.
    """
    for file in sorted(data_folder("ontology").glob("*.ttl")):
        yield graph("ontologie"), turtle.read(file)
    for (room, inner), path in _FOLDERS.items():
        for file in sorted((data_folder(room) / inner).glob("*.ttl")):
            yield graph(f"{path}/{file.stem}"), turtle.read(file)


@dataclass(frozen=True, slots=True)
class Question:
    """A competency question: its query, its exact answer, its wording in each language."""

    slug: str
    query: str
    header: list[str]
    rows: list[list[str]]
    fr: str
    en: str


def questions() -> list[Question]:
    """Return the competency questions: ``questions/NN-slug.rq`` and its ``.csv``.

    The first two comment lines of the query are the question: ``# fr: …`` and ``# en: …``.
    """
    found = []
    for file in sorted((data_folder("ontology") / "questions").glob("*.rq")):
        query = file.read_text(encoding="utf-8")
        wording = dict(line[2:].split(": ", 1) for line in query.splitlines()[:2])
        with file.with_suffix(".csv").open(encoding="utf-8", newline="") as answer:
            header, *rows = csv.reader(answer)
        found.append(Question(file.stem, query, header, rows, wording["fr"], wording["en"]))
    return found


@dataclass(frozen=True, slots=True)
class Theme:
    """Competency questions that go together, by number, and the name of what they are about."""

    fr: str
    en: str
    questions: tuple[Question, ...]


def themes() -> list[Theme]:
    """Return the themes in the order in which a reader meets them (``questions/themes.toml``).

    A question that no theme names is under the last one.
    """
    file = data_folder("ontology") / "questions" / "themes.toml"
    written = tomllib.loads(file.read_text(encoding="utf-8"))["theme"]
    place = {n: at for at, theme in enumerate(written) for n in _numbers(theme["questions"])}
    members: list[dict[int, Question]] = [{} for _ in written]
    for question in questions():
        number = int(question.slug.partition("-")[0])
        members[place.get(number, -1)][number] = question
    return [
        Theme(theme["fr"], theme["en"], tuple(inside[n] for n in sorted(inside)))
        for theme, inside in zip(written, members, strict=True)
    ]


def _numbers(text: str) -> list[int]:
    """Return the numbers that *text* lists: ``"1 5-7"`` → 1, 5, 6, 7."""
    found: list[int] = []
    for part in text.split():
        first, _, last = part.partition("-")
        found.extend(range(int(first), int(last or first) + 1))
    return found


def checks() -> list[tuple[str, str]]:
    """Return the hygiene queries as (slug, query): each must give no row, its first column a sentence."""
    folder = data_folder("ontology") / "checks"
    return [(file.stem, file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.rq"))]
