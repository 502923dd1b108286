"""Read the YAML records; refuse the malformed with file and line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from kg.corpus.records import (
    EVIDENCE,
    FIELDS,
    KINDS,
    RANKS,
    Affirmation,
    Corpus,
    Desaccord,
    Side,
    Source,
    Texte,
    Version,
)
from kg.errors import BadRecord
from kg.messages import LANGS
from kg.namespaces import local_path


class _Lines(yaml.SafeLoader):
    """A safe loader whose mappings remember their line."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        if twice := next((key for key in keys if keys.count(key) > 1), None):
            raise yaml.constructor.ConstructorError(
                None, None, f"key “{twice}” is written twice", node.start_mark
            )
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        mapping["__line__"] = node.start_mark.line + 1
        return mapping


class _Record:
    """A mapping of a record: each key is asked for once, by type; what is left over is refused."""

    def __init__(self, file: Path, data: object) -> None:
        if not isinstance(data, dict):
            raise BadRecord(file, 1, "expected a mapping")
        self.file, self.data = file, dict(data)
        self.line: int = self.data.pop("__line__", 1)

    def fail(self, problem: str) -> BadRecord:
        return BadRecord(self.file, self.line, problem)

    def take(self, key: str, kind: type | tuple[type, ...], required: bool = True) -> Any:
        value = self.data.pop(key, None)
        if value is None:
            if required:
                raise self.fail(f"missing key “{key}”")
            return None
        if not isinstance(value, kind):
            raise self.fail(f"“{key}”: unexpected {type(value).__name__}")
        return value

    def choice(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        value = self.take(key, str, required=default is None) or default
        if value not in allowed:
            raise self.fail(f"“{key}”: “{value}” is none of {', '.join(allowed)}")
        return str(value)

    def texts(self, key: str, required: bool = True) -> Any:
        value = self.take(key, dict, required)
        if value is None:
            return None
        value = {lang: text for lang, text in value.items() if lang != "__line__"}
        if sorted(value) != sorted(LANGS) or not all(isinstance(t, str) for t in value.values()):
            raise self.fail(f"“{key}” must have exactly fr and en")
        return {lang: " ".join(text.split()) for lang, text in value.items()}

    def names(self, key: str) -> tuple[str, ...]:
        value = self.data.pop(key, None)
        if value is None:
            return ()
        return tuple(str(item) for item in (value if isinstance(value, list) else [value]))

    def records(self, key: str) -> list[_Record]:
        return [_Record(self.file, item) for item in self.take(key, list, required=False) or []]

    def done(self) -> None:
        if self.data:
            raise self.fail(f"unknown key “{next(iter(self.data))}”")


def load(folder: Path) -> Corpus:
    """Return every record under *folder* (``corpus/``), sorted by path.

    Raises:
        BadRecord: a record is incomplete or contradicts itself; carries file and line.
    """
    textes = tuple(_texte(r, folder / "textes") for r in _records(folder / "textes"))
    paths = {text.path for text in textes}
    for text in textes:
        if text.part_of and text.part_of not in paths:
            raise BadRecord(text.file, 1, f"“part_of”: there is no text “{text.part_of}”")
    return Corpus(
        textes,
        tuple(_source(r) for r in _records(folder / "sources")),
        tuple(_desaccord(r) for r in _records(folder / "desaccords")),
    )


def _records(folder: Path) -> Iterator[_Record]:
    for file in sorted(folder.rglob("*.yaml")):
        try:
            data = yaml.load(file.read_text(encoding="utf-8"), _Lines)  # _Lines is a SafeLoader
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise BadRecord(file, line, str(error.problem)) from error
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise BadRecord(file, 1, str(error)) from error
        yield _Record(file, data)


def _texte(record: _Record, root: Path) -> Texte:
    kind = record.choice("kind", tuple(KINDS))
    versions = tuple(_version(r) for r in record.records("versions"))
    evidence = record.take("evidence", dict, required=False) or {}
    evidence.pop("__line__", None)
    for name, level in evidence.items():
        if name not in FIELDS:
            raise record.fail(f"evidence of “{name}”: no such field ({', '.join(FIELDS)})")
        if level not in EVIDENCE:
            raise record.fail(f"evidence of “{name}”: “{level}” is none of {', '.join(EVIDENCE)}")
    found = Texte(
        path=record.file.relative_to(root).with_suffix("").as_posix(),
        kind=kind,
        rank=record.choice("rank", RANKS),
        title=record.texts("title"),
        file=record.file,
        number=record.take("number", str, required=kind == "article"),
        part_of=record.take("part_of", str, required=kind == "article"),
        url=record.take("url", str, required=False),
        nor=record.take("nor", str, required=False),
        eli=record.take("eli", str, required=False),
        signed=record.take("signed", date, required=False),
        published=record.take("published", date, required=False),
        last_checked=record.take("last_checked", date),
        evidence=evidence,
        names=record.names("names"),
        note=record.texts("note", required=False),
        cites=record.names("cites"),
        versions=versions,
        affirmations=tuple(_affirmation(r) for r in record.records("affirmations")),
    )
    record.done()
    _check_periods(found, record)
    return found


def _check_periods(found: Texte, record: _Record) -> None:
    for earlier, later in zip(found.versions, found.versions[1:], strict=False):
        if earlier.end is None or earlier.end > later.start:
            raise record.fail(f"version {earlier.start} overlaps version {later.start}")
    starts = {v.start for v in found.versions}
    # A statement ends with a wording, or on the deadline that the text itself sets.
    deadlines = {a.value for a in found.affirmations if a.relation == "aPourEcheance"}
    ends = starts | {v.end for v in found.versions} | deadlines
    for affirmation in found.affirmations:
        if found.versions and affirmation.since not in starts:
            raise BadRecord(found.file, affirmation.line, "“since” is not the start of a version")
        if affirmation.until is not None and affirmation.until not in ends:
            raise BadRecord(found.file, affirmation.line, "“until” is not a bound of a version")


def _version(record: _Record) -> Version:
    found = Version(
        start=record.take("from", date),
        end=record.take("to", date, required=False),
        by=record.names("by"),
        evidence=record.choice("evidence", EVIDENCE),
        note=record.texts("note", required=False),
    )
    record.done()
    if found.end is not None and found.end <= found.start:
        raise record.fail("“to” does not follow “from”")
    return found


def _affirmation(record: _Record) -> Affirmation:
    at = record.take("at", list, required=False)
    if at is not None and not (len(at) == 2 and all(isinstance(place, int) for place in at)):
        raise record.fail("“at” is two numbers: first character, character after the last")
    found = Affirmation(
        id=record.take("id", str),
        says=record.texts("says"),
        relation=record.take("relation", str),
        quote=record.take("quote", str, required=False) or "",
        evidence=record.choice("evidence", EVIDENCE, default="verifie"),
        subject=record.take("subject", str, required=False),
        object=record.take("object", str, required=False),
        value=record.take("value", (str, int, bool, date), required=False),
        concerns=record.names("concerns"),
        place=record.take("place", str, required=False),
        at=(int(at[0]), int(at[1])) if at else None,
        since=record.take("since", date, required=False),
        until=record.take("until", date, required=False),
        line=record.line,
    )
    record.done()
    return found


def _source(record: _Record) -> Source:
    found = Source(
        name=record.file.stem,
        title=record.texts("title"),
        publisher=record.take("publisher", str),
        kind=record.texts("kind"),
        rank=record.choice("rank", RANKS),
        text=record.take("text", str),
        sha256=record.take("sha256", str),
        file=record.file,
        place=record.take("place", str, required=False),
        date=record.take("date", date, required=False),
        note=record.texts("note", required=False),
        affirmations=tuple(_affirmation(r) for r in record.records("affirmations")),
    )
    record.done()
    for affirmation in found.affirmations:
        if affirmation.at is None or not affirmation.quote or affirmation.subject is None:
            raise BadRecord(
                found.file, affirmation.line, "a source's statement needs subject, quote, at"
            )
    return found


def _desaccord(record: _Record) -> Desaccord:
    sides = tuple(_side(r) for r in record.records("sides"))
    found = Desaccord(
        id=record.file.stem,
        about=record.names("about"),
        point=record.texts("point"),
        sides=sides,
        prevails=record.take("prevails", int, required=False),
        why=record.texts("why"),
        file=record.file,
    )
    record.done()
    if len(sides) < 2 or not found.about:
        raise record.fail("a disagreement needs “about” and at least two sides")
    if found.prevails is not None and not 1 <= found.prevails <= len(sides):
        raise record.fail("“prevails” is the number of a side, from 1")
    return found


def _side(record: _Record) -> Side:
    found = Side(record.names("affirmations"), record.texts("says"))
    record.done()
    return found


def locate(folder: Path, iri: str) -> tuple[Path, int] | None:
    """Return the file and line of the record under *folder* that says *iri*, or None if none does."""
    path, _, said = (local_path(iri) or "").removeprefix("id/").partition("/")
    if path == "affirmation":
        path, _, said = said.partition("/")
    rooms = {"texte": "textes", "source": "sources", "desaccord": "desaccords"}
    while path in rooms and said:
        if (file := folder / rooms[path] / f"{said}.yaml").is_file():
            wanted = f"- id: {iri.rpartition('/')[2]}"
            lines = file.read_text(encoding="utf-8").splitlines()
            found = (n for n, line in enumerate(lines, 1) if line.strip() == wanted)
            return file, next(found, 1)
        said = said.rpartition("/")[0]
    return None
