"""The report: what was judged, on which day, what is wrong, why and how to correct it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from urllib.parse import unquote

from kg import __version__
from kg.citations import long_date
from kg.dates import Period
from kg.messages import Lang, say
from kg.namespaces import local_path
from kg.tabular.values import revealed

SEVERITIES = ("violation", "warning", "info")
EXAMPLES = 3
"""Results of a rule that are shown before the reader asks for all."""
LISTED = 1_000
"""Results of a rule that are said one by one: beyond, a file repeats one fault, and its count says it."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What founds a rule: a version of a text, a whole text, or a document that is no law."""

    iri: str
    text: dict[str, str]
    rank: str
    rank_label: dict[str, str]
    period: Period
    evidence: str
    url: str | None

    def to_json(self, lang: Lang) -> dict[str, object]:
        """Return the citation as in the public interface."""
        return {
            "text": self.text[lang],
            "iri": self.iri,
            "rank": self.rank,
            "from": _iso(self.period.start),
            "to": _iso(self.period.end),
            "evidence": self.evidence,
            "url": self.url,
        }

    def dates(self, lang: Lang) -> str:
        """Return the period in words, empty where none is known."""
        start, end = self.period.start, self.period.end
        if start is None:
            return ""
        if end is None:
            return say("validation.since", lang, start=long_date(start, lang))
        return say(
            "validation.period", lang, start=long_date(start, lang), end=long_date(end, lang)
        )

    def cite(self, lang: Lang) -> str:
        """Return the citation in words: ``CSP, art. L. 6323-3 (loi, en vigueur depuis le …)``."""
        details = ", ".join(part for part in (self.rank_label[lang], self.dates(lang)) if part)
        return f"{self.text[lang]} ({details})"


@dataclass(frozen=True, slots=True)
class Result:
    """One thing to look at: where it stands, what is wrong, what founds it, what to do.

    *row* is None where the whole sheet is absent.
    """

    severity: str
    rule: str
    title: str
    sheet: str
    row: int | None
    column: str
    focus: str | None
    label: str
    value: str
    expected: str
    message: str
    fix: str
    basis: tuple[Basis, ...]
    date: date

    def to_json(self, lang: Lang) -> dict[str, object]:
        """Return the result as in the public interface."""
        return {
            "severity": self.severity,
            "rule": self.rule,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "focus": self.focus,
            "label": self.label,
            "value": self.value,
            "expected": self.expected,
            "message": self.message,
            "fix": self.fix,
            "basis": [basis.to_json(lang) for basis in self.basis],
            "date": self.date.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Group:
    """The results of one rule, by their place in the report; *count* includes those left out."""

    rule: str
    title: str
    severity: str
    places: tuple[int, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Part:
    """The results of a group that rest on the same texts; *fixes*: their remedies, each once."""

    basis: tuple[Basis, ...]
    places: tuple[int, ...]
    fixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The judgement of one upload on one day, in one language.

    What makes it again: *files* (names as given), *source_hash* (SHA-256 of their bytes, joined by a
    zero byte where there are two), *dataset* (version of the rules), *tool* (version of the program).
    *unit*: what the rows of the files are: lines, or entities in order (RDF, JSON). *sheets*: whether the
    files are sheets of the template; FINESS and RDF have lines or entities, and no sheet or column.
    *omitted* counts the results left out, by rule and severity: see ``trimmed``.
    """

    lang: Lang
    date: date
    rows: int
    entities: int
    unknown_columns: tuple[tuple[str, str], ...]
    results: tuple[Result, ...]
    omitted: tuple[tuple[str, str, int], ...] = ()
    files: tuple[str, ...] = ()
    source_hash: str = ""
    dataset: str = ""
    tool: str = __version__
    unit: Literal["line", "entity"] = "line"
    sheets: bool = True

    @property
    def conforms(self) -> bool:
        """No violation; warnings and infos do not count."""
        return not any(result.severity == "violation" for result in self.results)

    @property
    def counts(self) -> dict[str, int]:
        """How many results of each severity."""
        found = dict.fromkeys(SEVERITIES, 0)
        for result in self.results:
            found[result.severity] += 1
        for _, severity, count in self.omitted:
            found[severity] += count
        return found

    def trimmed(self, limit: int) -> Report:
        """Return the report with at most *limit* results a rule; its counts stay whole."""
        kept: list[Result] = []
        omitted = []
        for group in self.groups():
            kept += [self.results[place] for place in group.places[:limit]]
            if len(group.places) > limit:
                omitted.append((group.rule, group.severity, len(group.places) - limit))
        return replace(self, results=tuple(kept), omitted=tuple(omitted)) if omitted else self

    def groups(self) -> tuple[Group, ...]:
        """Return the results by rule, gravest first, in the order of the results."""
        found: dict[tuple[str, str], list[int]] = {}
        for place, result in enumerate(self.results):
            found.setdefault((result.rule, result.severity), []).append(place)
        more = {(rule, severity): count for rule, severity, count in self.omitted}
        return tuple(
            Group(
                rule,
                self.results[places[0]].title,
                severity,
                tuple(places),
                len(places) + more.get((rule, severity), 0),
            )
            for (rule, severity), places in found.items()
        )

    def parts(self, group: Group, limit: int | None = None) -> tuple[Part, ...]:
        """Return the first *limit* results of *group* by what founds them: the law changes, days differ."""
        found: dict[tuple[str, ...], list[int]] = {}
        for place in group.places[:limit]:
            key = tuple(basis.iri for basis in self.results[place].basis)
            found.setdefault(key, []).append(place)
        return tuple(
            Part(
                self.results[places[0]].basis,
                tuple(places),
                tuple(dict.fromkeys(self.results[place].fix for place in places)),
            )
            for places in found.values()
        )

    def to_json(self) -> dict[str, object]:
        """Return the report as in the public interface, and the columns that we do not know."""
        return {
            "ok": True,
            "conforms": self.conforms,
            "date": self.date.isoformat(),
            "lang": self.lang,
            "files": list(self.files),
            "hash": self.source_hash,
            "dataset": self.dataset,
            "tool": self.tool,
            "rows": self.rows,
            "entities": self.entities,
            "counts": self.counts,
            "omitted": sum(count for _, _, count in self.omitted),
            "unknown_columns": [{"sheet": s, "column": c} for s, c in self.unknown_columns],
            "results": [result.to_json(self.lang) for result in self.results],
            "groups": [
                {"rule": g.rule, "count": g.count, "examples": list(g.places[:EXAMPLES])}
                for g in self.groups()
            ],
        }

    def summary(self) -> str:
        """Return the verdict in one sentence."""
        key = "validation.conforms" if self.conforms else "validation.does-not-conform"
        return say(
            key,
            self.lang,
            day=long_date(self.date, self.lang),
            rows=self.rows,
            entities=self.entities,
            **self.counts,
        )

    def place(self, result: Result) -> str:
        """Return where *result* stands, in words; an entity has its own name, if any, beside its number."""
        if self.sheets:
            key = "line" if result.row else "sheet"
        else:
            key = f"{self.unit}-{result.sheet}" if result.row else "file"
        name = _own_name(result.focus or "")
        return say(
            f"validation.place-{key}",
            self.lang,
            sheet=result.sheet,
            row=result.row,
            named=f" ({name})" if name else "",
            column=result.column,
        )

    def ignored(self) -> list[str]:
        """Return a sentence for each column or property that we do not know."""
        key = "validation.unknown-column" if self.sheets else "validation.unknown-property"
        return [
            say(key, self.lang, sheet=sheet, column=column)
            for sheet, column in self.unknown_columns
        ]

    def origin(self) -> str:
        """Return what makes the report again, in words: files, hash, versions."""
        return say(
            "validation.origin",
            self.lang,
            files=", ".join(self.files),
            hash=self.source_hash,
            dataset=self.dataset[:12],
            tool=self.tool,
        )


def readable(result: Result) -> Result:
    """Return *result* where a character that would not be seen, or would turn the text around, shows its number."""
    texts = (result.label, result.value, result.expected, result.message, result.fix)
    if all(text.isprintable() for text in texts):  # nearly always
        return result
    label, value, expected, message, fix = map(revealed, texts)
    return replace(result, label=label, value=value, expected=expected, message=message, fix=fix)


def _own_name(focus: str) -> str:
    """Return what the file itself calls the structure *focus*: its number where we made the IRI of it."""
    path = local_path(focus) or ""
    return unquote(path.rpartition("/")[2]) if path.startswith("id/structure/") else focus


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
