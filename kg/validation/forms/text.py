"""The report as text, to be read on a terminal or aloud: by rule, gravest first."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from kg.messages import Lang, say
from kg.validation.compare import Change, Changes, Comparison
from kg.validation.report import Group, Part, Report, Result


def report(judged: Report, examples: int | None = None) -> str:
    """Return *judged*; with *examples*: briefly, at most so many results a rule and informations in one line."""
    return _page(_report(judged, examples))


def comparison(judged: Comparison, examples: int | None = None) -> str:
    """Return what another day would change, with at most *examples* changes a rule and kind."""
    return _page(_comparison(judged, examples))


def _page(lines: Iterator[str]) -> str:
    return "\n".join(_plain(line) for line in lines) + "\n"


def _plain(line: str) -> str:
    """Return *line* without what could move a cursor or turn the text around: values come from outside."""
    return "".join(
        " " if c in "\t\r\n\x0b\x0c\u2028\u2029" else c
        for c in line
        if c in "\t\r\n\x0b\x0c\u2028\u2029\u00ad\u200d"
        or unicodedata.category(c) not in ("Cc", "Cf")
    )


def _report(judged: Report, examples: int | None) -> Iterator[str]:
    lang = judged.lang
    yield judged.summary()
    yield from judged.ignored()
    groups = judged.groups()
    briefly = [g for g in groups if g.severity == "info"] if examples is not None else []
    for group in groups[: len(groups) - len(briefly)]:  # informations are the last
        yield ""
        severity = say(f"validation.{group.severity}", lang).upper()
        yield f"{severity} · {group.rule} · {group.title} ({group.count})"
        for part in judged.parts(group, examples):
            yield from _part(judged, part)
        yield from _left(group, examples, lang)
    if briefly:
        yield ""
        count = sum(group.count for group in briefly)
        yield f"{say('validation.info', lang).upper()} ({count})"
        for group in briefly:
            for place in group.places[:examples]:
                yield "  - " + _line(judged.results[place], judged)
            yield from _left(group, examples, lang)
    yield ""
    yield judged.origin()
    if briefly or (examples is not None and any(g.count > examples for g in groups)):
        yield say("validation.see-all", lang)


def _left(group: Group, examples: int | None, lang: Lang) -> Iterator[str]:
    if left := group.count - len(group.places[:examples]):
        yield "  " + say("validation.more", lang, count=left)


def _part(judged: Report, part: Part) -> Iterator[str]:
    """Yield what founds the results, each result, and the remedy: once if it is the same for all."""
    for basis in part.basis:
        yield f"  {basis.cite(judged.lang)}"
    for place in part.places:
        result = judged.results[place]
        yield "  - " + _line(result, judged)
        if len(part.fixes) > 1:
            yield "    " + say("validation.fix", judged.lang, fix=result.fix)
    if len(part.fixes) == 1:
        yield "  " + say("validation.fix", judged.lang, fix=part.fixes[0])


def _line(result: Result, judged: Report) -> str:
    return say("validation.line", judged.lang, place=judged.place(result), message=result.message)


def _comparison(judged: Comparison, examples: int | None) -> Iterator[str]:
    lang = judged.first.lang
    yield judged.summary()
    yield judged.first.summary()
    yield judged.second.summary()
    cut = False
    for group in judged.groups:
        yield ""
        yield from _changes(group, judged.first, examples)
        cut = cut or group.count > len(group.changes[:examples])
    yield ""
    yield judged.first.origin()
    if cut and examples is not None:
        yield say("validation.see-all", lang)


def _changes(group: Changes, judged: Report, examples: int | None) -> Iterator[str]:
    lang = judged.lang
    kind = say(f"validation.compare-{group.kind}", lang).upper()
    severity = say(f"validation.{group.severity}", lang)
    yield f"{kind} · {severity} · {group.rule} · {group.title} ({group.count})"
    shown = group.changes[:examples]
    cited: tuple[str, ...] = ()
    for change in shown:
        lines = tuple(_founded(change, lang))
        if lines != cited:
            yield from lines
            cited = lines
        yield "  - " + _line(change.result, judged)
    if left := group.count - len(shown):
        yield "  " + say("validation.more", lang, count=left)


def _founded(change: Change, lang: Lang) -> Iterator[str]:
    """Yield what founds the result, at both days where it is there at both."""
    for side, key in ((change.before, "compare-before"), (change.after, "compare-after")):
        for basis in side.basis if side else ():
            when = say(f"validation.{key}", lang) + " " if change.kind == "changes" else ""
            yield f"  {when}{basis.cite(lang)}"
