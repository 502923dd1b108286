"""Rank what a search finds: the exact number or acronym, the exact name, beginnings, words, mended words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from rapidfuzz import fuzz, process

from kg.citations import natural
from kg.concepts.changes import events
from kg.concepts.names import Ref, names
from kg.concepts.parts import rank_order
from kg.errors import BadInput
from kg.messages import Lang
from kg.search.entries import KINDS, NOTED, NUMBER, Entry, Kind, counting
from kg.search.index import Cited, Index, index
from kg.store import Store
from kg.words import Token, stem, tidy, tokens

EXACT, NAMED, MENTIONED, BEGINS, AMONG, CITES, WORDS, SAID, SOME, ENDED, NEAR = range(11)
"""From the best to the least match: exact number or acronym; exact name; acronym that a note gives it;
beginning of a name; exact name among other words; rests on the text that is searched, or governs the concept
and changed in the year that is; every word in the names; every word somewhere; nearly every word, where only
rules and texts of the past have all; these; some of the words."""
MANY = 32
"""Words of a search that are read."""
MENDED = 8
"""Unknown words that are compared with the known ones."""
NEAREST = 8
"""What is shown when nothing matches."""
ALIKE = 60
"""RapidFuzz ratio from which a name is shown as near to what was searched."""

CLOSE = 0.75
"""Of the rarity of the words that the best has, what the others of nearly every word must have."""

Score = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found.

    *also*: the other name of it that was searched, even one that a note alone gives it. *says*: what tells it apart from its homonyms.
    *query*: the SPARQL of a competency question; None where the site answers it in words. *exact*: its number, acronym or name is what was searched.
    """

    kind: Kind
    iri: str
    label: str
    acronym: str | None
    also: str | None
    says: str | None
    rank: Ref | None
    state: str
    since: date | None
    until: date | None
    query: str | None
    exact: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The things found of one kind, best first, *count* in all."""

    kind: Kind
    count: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """What was found for *words*, on *day*.

    *mended*: the words as understood, where some were misspelt. *unknown*: the numbers of texts that
    the corpus has not. *near*: nothing matches, these are what comes closest. *partial*: nothing has all the
    words, these are what some of them name. *changed*: the year that was searched with the name of a concept.
    """

    words: str
    day: date
    mended: str | None
    unknown: tuple[str, ...]
    near: bool
    partial: bool
    changed: tuple[int, Ref] | None
    groups: tuple[Group, ...]

    @property
    def count(self) -> int:
        """How many things were found, shown or not."""
        return sum(group.count for group in self.groups)

    @property
    def homonyms(self) -> tuple[Hit, ...]:
        """The things that bear the very name that was searched, where they are several."""
        exact = tuple(h for g in self.groups for h in g.hits if h.exact and g.kind == "concept")
        return exact if len(exact) > 1 and not self.near else ()


def search(
    store: Store,
    text: str,
    lang: Lang,
    day: date,
    *,
    limit: int,
    longest: int,
    kind: str | None = None,
) -> Results:
    """Return what *text* finds, by kind, at most *limit* of each; of one *kind* where it is given.

    Raises:
        BadInput: more than *longest* characters.
    """
    if len(text) > longest:
        raise BadInput("search.too-long", limit=longest)
    table, written = index(store), tidy(text)
    cited = table.cited(written)
    said = _said(written, cited)
    mended = _mended(table, said) if said else None
    found = _found(table, mended or said, cited, day)
    near = not found
    if near:
        found, mended = _nearest(table, written, said, cited), None
    ranked = sorted(found, key=lambda entry: _order(entry, found[entry], lang, day))
    groups: dict[Kind, list[Entry]] = {}
    for entry in ranked:
        foreign = entry.kind == "question" and lang not in entry.labels
        if (kind is None or entry.kind == kind) and not foreign:
            groups.setdefault(entry.kind, []).append(entry)

    def hit(entry: Entry) -> Hit:
        return _hit(store, entry, lang, day, said, found[entry][0] <= MENTIONED)

    return Results(
        words=written,
        day=day,
        mended=" ".join(token.word for token in mended) if mended else None,
        unknown=tuple(c.written for c in cited if not c.texts),
        near=near and bool(groups),
        partial=bool(found) and {level for level, *_ in found.values()} == {AMONG},
        changed=_changed(store, mended or said, ranked, found, lang, day),
        groups=tuple(
            Group(each, len(held), tuple(hit(entry) for entry in held[:limit]))
            for each, held in groups.items()
        ),
    )


def _changed(
    store: Store,
    said: tuple[Token, ...],
    ranked: list[Entry],
    found: dict[Entry, Score],
    lang: Lang,
    day: date,
) -> tuple[int, Ref] | None:
    """Return the year that is *said* and the concept that is named beside it, where the law changed for it then."""
    year = next((int(token.word) for token in said if _is_year(token)), None)
    named = next((e for e in ranked if e.kind == "concept" and found[e][0] == AMONG), None)
    if year is None or named is None:
        return None
    if all(change.day.year != year for change in events(store, lang, day, named.iri)):
        return None
    return year, Ref(named.iri, _label(named, lang), named.acronym)


def _said(written: str, cited: list[Cited]) -> tuple[Token, ...]:
    """Return the words that count in what was searched, but for the numbers of known texts."""
    taken = [(c.start, c.end) for c in cited if c.texts]
    found = [
        token
        for token in tokens(written)[:MANY]
        if not any(start <= token.start and token.end <= end for start, end in taken)
    ]
    kept = set(counting(tuple(token.word for token in found)))
    return tuple(token for token in found if token.word in kept)


def _mended(table: Index, said: tuple[Token, ...]) -> tuple[Token, ...] | None:
    """Return *said* with its misspelt words replaced by known ones; None where there is none."""
    tried, made, changed = 0, [], False
    for token in said:
        word = table.mend(token) if tried < MENDED else None
        tried += token.stem not in table.by_stem
        made.append(replace(token, word=word, stem=stem(word)) if word else token)
        changed = changed or word is not None
    return tuple(made) if changed else None


def _found(
    table: Index, said: tuple[Token, ...], cited: list[Cited], day: date
) -> dict[Entry, Score]:
    """Return what matches, each with its best score: the lower the better.

    What names no text by number must have every word, or its name among them; what rests on a text that is
    named must have the other words, where anything has.
    """
    best: dict[Entry, Score] = {}

    def keep(entry: Entry, level: int, first: int = 0, second: int = 0) -> None:
        score = (level, first, second)
        best[entry] = min(best.get(entry, score), score)

    texts = [text for number in cited for text in number.texts]
    around = {entry for text in texts for entry in table.citing.get(text.iri, ())}
    named = table.named(said) if len(said) > 1 and not cited else {}
    years = {int(t.word) for t in said if _is_year(t)} if named else set()
    worded = _by_words(table, said, years)
    if texts:
        kept = around & worded.keys() or around
        worded = {entry: score for entry, score in worded.items() if entry in kept}
        for entry in kept:
            keep(entry, CITES, not entry.is_main)
    for entry, score in worded.items():
        keep(entry, *score)
    for place, text in enumerate(texts):
        keep(text, EXACT, place)
    for entry, count in named.items():
        keep(entry, AMONG, -count)
        for path in entry.governed:
            governing = table.by_iri.get(path)
            if governing and any(governing.is_of(year) for year in years):
                keep(governing, CITES, -count)
    if not cited and not years:
        _revive(table, said, best, day)
    return best


def _revive(table: Index, said: tuple[Token, ...], best: dict[Entry, Score], day: date) -> None:
    """Put what is not of the past before what is; where all is, add what has nearly every word and is not.

    The more words in one name, the better; then the rarer: « salarié » tells more than « santé ».
    """
    full = [entry for entry, (level, *_) in best.items() if CITES <= level <= SAID]
    dead = [e for e in full if e.kind in ("rule", "text") and e.state(day) == "past"]
    for entry in dead:
        _, first, second = best[entry]
        best[entry] = (ENDED, first, second)
    if not dead or len(dead) < len(full):
        return
    kinds, has = {entry.kind for entry in dead}, dict[Entry, list[float]]()
    for place, token in enumerate(said):
        with_it = table.matching(token, last=place == len(said) - 1, everywhere=True)
        for entry in with_it:
            if entry.kind in kinds and entry not in best:
                has.setdefault(entry, []).append(1 / len(with_it))
    roots, wanted = {token.stem for token in said}, max(2, len(said) - 1)
    told = {
        entry: (max(len(roots & set(name.stems)) for name in entry.names), sum(rarity))
        for entry, rarity in has.items()
        if len(rarity) >= wanted and entry.state(day) != "past"
    }
    enough = max((rarity for _, rarity in told.values()), default=0) * CLOSE
    close = [entry for entry in told if told[entry][1] >= enough]
    close.sort(key=lambda entry: told[entry], reverse=True)
    for place, entry in enumerate(close[:NEAREST]):
        best[entry] = (SOME, place, 0)


def _is_year(token: Token) -> bool:
    return len(token.word) == 4 and token.word.isdecimal() and token.word[:2] in ("19", "20")


def _by_words(table: Index, said: tuple[Token, ...], years: set[int]) -> dict[Entry, Score]:
    """Return what has all the words *said*; of *years* among them, what these tell something of will do."""
    best: dict[Entry, Score] = {}
    for entry in _with_all(table, said, years, everywhere=True):
        best[entry] = (SAID, NOTED, 0)
    for entry in _with_all(table, said, years, everywhere=False):
        role, more, begins = _closest(entry, said)
        best[entry] = (BEGINS if begins else WORDS, role, more)
    for entry, name in table.by_name.get(tuple(token.word for token in said), ()):
        level = MENTIONED if name.role == NOTED else EXACT if name.role == NUMBER else NAMED
        best[entry] = min(best.get(entry, (level, name.role, 0)), (level, name.role, 0))
    return best


def _with_all(
    table: Index, said: tuple[Token, ...], years: set[int], *, everywhere: bool
) -> set[Entry]:
    found: set[Entry] = set()
    for place, token in enumerate(said):
        # One letter alone begins too many words; after others it says where somebody is.
        last = place == len(said) - 1 and (place > 0 or len(token.word) > 1)
        with_it = table.matching(token, last=last, everywhere=everywhere)
        if years and _is_year(token):
            with_it |= {entry for entry in table.dated if entry.is_of(int(token.word))}
        found = found & with_it if place else with_it
    return found


def _closest(entry: Entry, said: tuple[Token, ...]) -> tuple[int, int, bool]:
    """Return how the name of *entry* closest to what is *said* names it, and how it is close.

    That is: its role, how many more words it has, and whether it begins with them.
    """
    *before, last = said
    found = []
    for name in entry.names:
        pairs = list(zip(name.words, name.stems, strict=True))
        if name.role == NOTED or not any(_is(last, *pair) for pair in pairs):
            continue
        if all(token.stem in name.stems for token in before):
            more = len(pairs) - len(said)
            aligned = all(t.stem == root for t, root in zip(before, name.stems, strict=False))
            begins = more >= 0 and aligned and _is(last, *pairs[len(before)])
            found.append((not begins, name.role, more))
    if not found:
        return NOTED, 0, False
    apart, role, more = min(found)
    return role, more, not apart


def _is(token: Token, word: str, root: str) -> bool:
    """Say whether *token* is *word*, another form of it, or its beginning."""
    return token.stem == root or word.startswith(token.word)


def _nearest(
    table: Index, written: str, said: tuple[Token, ...], cited: list[Cited]
) -> dict[Entry, Score]:
    """Return what comes closest where nothing matches: near numbers, some of the words, like names."""
    best: dict[Entry, Score] = {}
    for number in cited:
        for place, entry in enumerate(table.near_number(number.written, NEAREST)):
            best[entry] = (NEAR, place, 0)
    if best:
        return best
    counted: dict[Entry, int] = {}
    for token in said:
        for entry in table.matching(token, last=False, everywhere=True):
            counted[entry] = counted.get(entry, 0) + 1
    wanted = max(2, (len(said) + 1) // 2)  # one word out of many says little
    held = sorted((e for e in counted if counted[e] >= wanted), key=lambda e: -counted[e])
    if not held:
        names = {entry: entry.labels.get("fr", "") for entry in table.entries}
        like = process.extract(
            written, names, scorer=fuzz.WRatio, limit=NEAREST, score_cutoff=ALIKE
        )
        held = [entry for _, _, entry in like]
    return {entry: (NEAR, place, 0) for place, entry in enumerate(held[:NEAREST])}


def _order(entry: Entry, score: Score, lang: Lang, day: date) -> tuple[object, ...]:
    level, *rest = score
    # What has ended is still what its acronym says, or begins to say.
    past = level > NAMED and score[:2] != (BEGINS, NUMBER) and entry.state(day) == "past"
    rank = Ref(str(entry.rank), "") if entry.rank else None
    return (
        level, past, *rest, not entry.is_main, KINDS.index(entry.kind), rank_order(rank), _sorting(_label(entry, lang)),
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _sorting(label: str) -> tuple[tuple[int, int | str], ...]:
    return natural(label)


def _label(entry: Entry, lang: Lang) -> str:
    return entry.labels.get(lang) or next(iter(entry.labels.values()))


def _hit(
    store: Store, entry: Entry, lang: Lang, day: date, said: tuple[Token, ...], exact: bool
) -> Hit:
    label = _label(entry, lang)
    words = tuple(token.word for token in said)
    also = next((n.text for n in entry.names if n.words == words), None)
    title = entry.titles.get(lang)
    rank, scheme = (
        str(names(store, lang)[node][0]) if node in names(store, lang) else None
        for node in (entry.rank, entry.scheme if entry.kind == "term" else None)
    )
    return Hit(
        kind=entry.kind,
        iri=entry.iri,
        label=label,
        acronym=entry.acronym,
        also=also if also and also not in (label, entry.acronym) else None,
        says=title if title and title != label else entry.says.get(lang) or scheme,
        rank=Ref(str(entry.rank), rank) if rank else None,
        state=entry.state(day),
        since=entry.since(),
        until=entry.until(),
        query=entry.query,
        exact=exact,
    )
