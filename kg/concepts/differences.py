"""What differs between two wordings of one text, provision by provision, and which text made it so."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal as OneOf

from kg.concepts.names import Ref
from kg.concepts.parts import Statement, order, statements_about
from kg.concepts.text import Version, text
from kg.dates import Period
from kg.messages import Lang
from kg.namespaces import texte
from kg.store import Store

Kind = OneOf["changed", "added", "removed"]
KINDS: tuple[Kind, ...] = ("changed", "added", "removed")
ALIKE = 0.5
"""Share of common words below which two quotations are shown whole, without marks."""
_WORD = re.compile(r"(?:\w+|[^\w\s])\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a quotation; *differs*: the quotation beside it does not have them there."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One provision that differs.

    *before*, *after*: what was and what is said; both where it *changed*. *on*: the day of the change.
    *by*: the texts that made it; empty where the corpus does not know, or where the provision ended
    on a *deadline* that its own text had set. *words_before*, *words_after*: the quotations, word by word.
    """

    kind: Kind
    subject: Ref
    relation: Ref
    object: Ref | None
    before: Statement | None
    after: Statement | None
    on: date | None
    by: tuple[Ref, ...]
    deadline: bool
    words_before: tuple[Piece, ...]
    words_after: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change as one row of a table."""

    kind: Kind
    on: date | None
    by: tuple[Ref, ...]
    subject: Ref
    relation: Ref
    object: Ref | None
    before: str | None
    quote_before: str | None
    after: str | None
    quote_after: str | None


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two days: the version in force then, and how many provisions we hold for it.

    *version* is None where none was in force; *recorded* 0 where its provisions are not in the corpus.
    """

    day: date
    version: Version | None
    recorded: int


@dataclass(frozen=True, slots=True)
class Differences:
    """Two days of one text, the earlier first. *kept*: the provisions that both hold.

    *comparable* is False where a version in force has no recorded provision: nothing can then be said.
    """

    iri: str
    path: str
    label: str
    title: str | None
    rank: Ref | None
    url: str | None
    versions: tuple[Version, ...]
    before: Side
    after: Side
    comparable: bool
    changes: tuple[Change, ...]
    kept: tuple[Statement, ...]

    def count(self, kind: Kind) -> int:
        """Return how many changes are of one kind."""
        return sum(change.kind == kind for change in self.changes)

    def groups(self, kind: Kind) -> list[list[Change]]:
        """Return the changes of one kind; those with the same quotations on the same day together."""
        found: dict[tuple[object, ...], list[Change]] = defaultdict(list)
        for c in self.changes:
            if c.kind == kind:
                found[c.words_before, c.words_after, c.on].append(c)
        return list(found.values())

    @property
    def moment(self) -> Change | None:
        """A change that tells the day and the texts of all, where they are the same for all."""
        moments = {(c.on, c.by, c.deadline) for c in self.changes}
        return self.changes[0] if len(moments) == 1 else None

    def lines(self) -> list[ChangeLine]:
        """Return the changes as rows."""
        rows = []
        for c in self.changes:
            said = [(s.says, s.quote) if s else (None, None) for s in (c.before, c.after)]
            rows.append(
                ChangeLine(c.kind, c.on, c.by, c.subject, c.relation, c.object, *said[0], *said[1])
            )
        return rows


def differences(
    store: Store, path: str, lang: Lang, day: date, first: date | None, second: date | None
) -> Differences:
    """Return what differs in the text at *path* between two days, in either order.

    Where *second* is not given, it is *day*; where *first* is not, the day on which the version before
    that of *second* began, or the eve of the first version.

    Raises:
        NotFound: no text has that path.
    """
    later = second or day
    page = text(store, path, lang, later)
    earlier = first or _start_before(page.versions, later)
    earlier, later = min(earlier, later), max(earlier, later)
    said = [s for s in statements_about(store, texte(path), lang, later) if s.voice.iri == page.iri]
    old = [s for s in said if _holds(s, earlier)]
    new = [s for s in said if _holds(s, later)]
    before, after = (
        Side(moment, next((v for v in page.versions if _holds(v, moment)), None), len(found))
        for moment, found in ((earlier, old), (later, new))
    )
    comparable = all(side.recorded or not side.version for side in (before, after))
    changes, kept = _compared(old, new, page.versions) if comparable else ((), ())
    return Differences(
        iri=page.iri,
        path=path,
        label=page.label,
        title=page.title,
        rank=page.rank,
        url=page.url,
        versions=page.versions,
        before=before,
        after=after,
        comparable=comparable,
        changes=changes,
        kept=kept,
    )


def _start_before(versions: tuple[Version, ...], day: date) -> date:
    """Return the first day of the version before the one in force on *day*, else the eve of the first."""
    begun = [version.since for version in versions if version.since <= day]
    if not begun:
        return day
    return begun[-2] if len(begun) > 1 else begun[0] - timedelta(days=1)


def _holds(thing: Statement | Version, day: date) -> bool:
    """Say whether *thing* is in force on *day*; what has no date holds whenever its text speaks."""
    return day in Period(thing.since, thing.until)


def _compared(
    old: list[Statement], new: list[Statement], versions: tuple[Version, ...]
) -> tuple[tuple[Change, ...], tuple[Statement, ...]]:
    """Return what differs and what stands in both."""
    both = {s.iri for s in old} & {s.iri for s in new}
    kept = [s for s in new if s.iri in both]
    apart: dict[tuple[str, str, str | None], tuple[list[Statement], list[Statement]]]
    apart = defaultdict(lambda: ([], []))
    for place, found in enumerate((old, new)):
        for s in found:
            if s.iri not in both:
                key = (s.subject.iri, s.relation.iri, s.object.iri if s.object else None)
                apart[key][place].append(s)
    changes = []
    for before, after in apart.values():
        for was, now in zip_longest(before, after):
            if was and now and (was.quote, was.value) == (now.quote, now.value):
                kept.append(now)  # the same words: only our sentence differs
            else:
                changes.append(_change(was, now, versions))
    changes.sort(key=lambda c: (KINDS.index(c.kind), c.on or date.min, _reading(c)))
    return tuple(changes), tuple(sorted(kept, key=order))


def _change(was: Statement | None, now: Statement | None, versions: tuple[Version, ...]) -> Change:
    shown = now or was
    assert shown is not None
    on = now.since if now else shown.until
    made = next((v for v in versions if v.since == on), None)
    ends = {version.until for version in versions}
    before, after = _word_by_word(was.quote if was else None, now.quote if now else None)
    return Change(
        kind="changed" if was and now else "added" if now else "removed",
        subject=shown.subject,
        relation=shown.relation,
        object=shown.object,
        before=was,
        after=now,
        on=on,
        by=made.by if made else (),
        deadline=now is None and on is not None and made is None and on not in ends,
        words_before=before,
        words_after=after,
    )


def _reading(change: Change) -> tuple[object, ...]:
    shown = change.after or change.before
    assert shown is not None
    return order(shown)


def _word_by_word(
    before: str | None, after: str | None
) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return the two quotations cut where they differ; whole where there is only one, or little in common."""
    if before is None or after is None:
        return (
            (Piece(before, False),) if before else (),
            (Piece(after, False),) if after else (),
        )
    old, new = _WORD.findall(before), _WORD.findall(after)
    matcher = SequenceMatcher(None, [w.strip() for w in old], [w.strip() for w in new], False)
    if matcher.ratio() < ALIKE:
        return (Piece(before, False),), (Piece(after, False),)
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, start, end, begin, stop in matcher.get_opcodes():
        for pieces, words in ((left, old[start:end]), (right, new[begin:stop])):
            if words:
                pieces.append(Piece("".join(words), tag != "equal"))
    return tuple(left), tuple(right)
