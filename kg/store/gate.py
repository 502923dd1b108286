"""Judge a query or an update from outside before any engine sees it: one linear scan of its tokens.

The engine has no limit of its own: 4.4 kB of nested braces kill its process, SERVICE goes to the
network. The scan is a first barrier; the worker's sandbox and deadline are the second. It is no
parser: what it lets through may still be a syntax error.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from kg.errors import BadInput, Refused, TooLarge
from kg.store.binding import is_iri

Form = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]
NOWHERE = "<nowhere:refused>"
"""What LOAD is left to fetch: no scheme that the engine knows, so it fails before any connection."""

_FORMS: dict[str, Form] = {
    "select": "SELECT",
    "ask": "ASK",
    "construct": "CONSTRUCT",
    "describe": "DESCRIBE",
}
_PROLOGUE = {"prefix", "base", "version"}
_UPDATES = {"insert", "delete", "clear", "drop", "create", "copy", "move", "add", "load", "with"}
_BRANCHES = {"union", "optional", "minus", "filter", "bind", "exists", "in", "not"}

# Every repetition is possessive or of one class: no input makes it go back over what it has read.
_TOKEN = re.compile(
    r"""
      (?P<comment> \#[^\n\r]*+ )
    | (?P<string> \"{3}(?:[^"\\]++|\\[\s\S]|"(?!""))*+\"{3} | '{3}(?:[^'\\]++|\\[\s\S]|'(?!''))*+'{3}
                | "(?!"")(?:[^"\\\n\r]++|\\.)*+"            | '(?!'')(?:[^'\\\n\r]++|\\.)*+' )
    | (?P<iri> <[^<>"{}|^`\x00-\x20]*+> )
    | (?P<variable> [?$][\w\u00b7\u0300-\u036f\u203f\u2040]++ )
    | (?P<tag> @[\w-]++ )
    | (?P<number> \.?[0-9][0-9.]*+(?:[eE][+-]?[0-9]++)? )
    | (?P<word> (?:[^\W\d][\w.\-\u00b7\u0300-\u036f\u203f\u2040]*+)? )
      (?P<local> :(?:[\w.:%\-\u00b7\u0300-\u036f\u203f\u2040]|\\.)*+ )
    | (?P<keyword> [^\W\d][\w.\-\u00b7\u0300-\u036f\u203f\u2040]*+ )
    | (?P<open> [{(\[] ) | (?P<close> [})\]] ) | (?P<separator> [.;,] )
    | (?P<typed> \^\^ )
    | (?P<operator> &&|\|\||!=|<=|>=|[-+*/=<>!|&^?] )
    | (?P<quote> ["'] )
    """,
    re.VERBOSE,
)


class Limits(Protocol):
    """What the gate needs of ``Settings``."""

    @property
    def query_text(self) -> int: ...  # noqa: D102
    @property
    def update_text(self) -> int: ...  # noqa: D102
    @property
    def nesting(self) -> int: ...  # noqa: D102
    @property
    def triple_patterns(self) -> int: ...  # noqa: D102
    @property
    def operators(self) -> int: ...  # noqa: D102


def examine(query: str, limits: Limits) -> Form:
    """Return the form of *query*, a read query that is safe to hand to a worker.

    Triple patterns are counted by their separators, operators by their signs and words: an estimate,
    on the generous side.

    Raises:
        TooLarge: more bytes than ``limits.query_text``.
        BadInput: no query, too deep, too long, or a string that never ends.
        Refused: federation (SERVICE) or any form of update.
    """
    _measure(query, limits.query_text)
    scan = _QueryScan(query, limits)
    for token in _TOKEN.finditer(query):
        scan.read(token)
    if scan.form is None:
        raise BadInput("sparql.no-form")
    return scan.form


def examine_update(
    update: str,
    limits: Limits,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
) -> str:
    """Return *update*, safe to hand to a worker, its patterns bound to the dataset of the protocol.

    *default_graphs* and *named_graphs* are ``using-graph-uri`` and ``using-named-graph-uri``, which the
    engine takes in the text only: each WHERE gets its USING. What LOAD would fetch becomes ``NOWHERE``:
    LOAD fails, LOAD SILENT does nothing, and the engine still says what is wrong with the rest.

    Raises:
        TooLarge: more bytes than ``limits.update_text``.
        BadInput: too deep, a string that never ends, a graph that is no IRI, or two datasets at once.
        Refused: federation (SERVICE), or a LOAD in disguise.

    Source: SPARQL 1.1 Protocol, section 2.2.3; SPARQL 1.1 Update, section 3.1.4.
    """
    _measure(update, limits.update_text)
    for name in (*default_graphs, *named_graphs):
        if not is_iri(name):
            raise BadInput("store.bad-graph", name=name[:200])
    using = "".join(f"USING <{name}> " for name in default_graphs)
    using += "".join(f"USING NAMED <{name}> " for name in named_graphs)
    scan = _UpdateScan(update, limits, using)
    for token in _TOKEN.finditer(update):
        scan.read(token)
    for start, end, text in reversed(scan.changes):
        update = update[:start] + text + update[end:]
    return update


def mentions(query: str) -> set[str]:
    """Return the keywords of *query*, in lower case; names may touch them ("FROM:g"), and then count too.

    A prefix that the query declares is no keyword, whatever its name.
    """
    found: set[str] = set()
    declared: set[str] = set()
    previous = ""
    for token in _TOKEN.finditer(query):
        word = (token["word"] or token["keyword"] or "").lower()
        if token.lastgroup == "local" and previous == "prefix":
            declared.add(word)
        elif word:
            found.update(word.split("."))
        if token.lastgroup != "comment":
            previous = word
    return found - declared


@dataclass(frozen=True, slots=True)
class Undeclared:
    """A prefixed name, where it stands in its text (from 1), and its prefix, which is not declared before."""

    name: str
    prefix: str
    line: int
    column: int


def undeclared(text: str) -> Undeclared | None:
    """Return the first name of the query or update *text* whose prefix it does not declare."""
    declared: set[str] = {"_"}  # of blank nodes
    previous = ""
    for token in _TOKEN.finditer(text):
        if token.lastgroup == "local":
            prefix = token["word"]
            if previous == "prefix":
                declared.add(prefix)
            elif prefix not in declared:
                return Undeclared(token.group(), prefix, **_place(text, token))
        if token.lastgroup != "comment":
            previous = (token["keyword"] or "").lower()
    return None


def _place(text: str, token: re.Match[str]) -> dict[str, int]:
    line_start = text.rfind("\n", 0, token.start()) + 1
    line = text.count("\n", 0, token.start()) + 1
    return {"line": line, "column": token.start() - line_start + 1}


def _measure(text: str, limit: int) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:  # lone surrogates
        raise BadInput("sparql.encoding") from error
    if size > limit:
        raise TooLarge("sparql.too-long", limit=limit)


class _Scan(ABC):
    """What has been seen so far of one text: its brackets, and whether it asks another server."""

    def __init__(self, text: str, limits: Limits) -> None:
        self._text, self._limits = text, limits
        self._open: list[str] = []
        self._previous = ""  # the last keyword, or "" after any other token
        self._service_name = False  # the last token is a name such as service:x

    def read(self, token: re.Match[str]) -> None:
        kind, text = token.lastgroup, token.group()
        if kind == "comment":
            return
        keyword = ""
        if kind == "keyword":
            for keyword in text.lower().split("."):  # "true.FILTER": keywords may touch
                # The engine asks for no space between words ("1SERVICE"): look inside them.
                if "service" in keyword:
                    raise Refused("sparql.no-federation", **self._place(token))
                self._keyword(keyword, token)
        elif kind == "open":
            if text == "{" and self._service_name:  # "SERVICE:x {" may be the keyword and ":x"
                raise Refused("sparql.no-federation", **self._place(token))
            self._open.append(text)
            if len(self._open) > self._limits.nesting:
                limit = self._limits.nesting
                raise BadInput("sparql.too-deep", limit=limit, **self._place(token))
        elif kind == "close" and self._open:
            self._open.pop()
        elif kind == "quote":
            raise BadInput("sparql.open-string", **self._place(token))
        elif kind == "iri" and _hides_service(text):
            raise Refused("sparql.no-federation", **self._place(token))
        self._weigh(token, kind or "", text)
        self._service_name = (
            kind == "local"
            and bool(self._open)
            and self._previous != "graph"
            and token["word"].lower().endswith(("service", "servicesilent"))
        )
        self._previous = keyword

    @abstractmethod
    def _keyword(self, word: str, token: re.Match[str]) -> None:
        """Judge one keyword, in lower case."""

    @abstractmethod
    def _weigh(self, token: re.Match[str], kind: str, text: str) -> None:
        """Judge any token, once its bracket is opened or closed."""

    def _place(self, token: re.Match[str]) -> dict[str, int]:
        return _place(self._text, token)


class _QueryScan(_Scan):
    """A query: one form, not too wide."""

    def __init__(self, text: str, limits: Limits) -> None:
        super().__init__(text, limits)
        self.form: Form | None = None
        self._patterns = self._operators = 0

    def _keyword(self, word: str, token: re.Match[str]) -> None:
        if word in _BRANCHES:
            self._operators += 1
        if self.form is None and word not in _PROLOGUE:
            if word in _UPDATES:
                raise Refused("sparql.no-update", word=word.upper())
            if word not in _FORMS:
                raise BadInput("sparql.no-form")
            self.form = _FORMS[word]

    def _weigh(self, token: re.Match[str], kind: str, text: str) -> None:
        if kind == "keyword":
            self._patterns += text.count(".")
        elif kind == "open":
            self._patterns += text == "{"
        elif kind == "separator" or (kind in {"number", "local"} and text.endswith(".")):
            self._patterns += not self._open or self._open[-1] != "("
        elif kind == "operator":
            self._operators += 1
        if self._patterns > self._limits.triple_patterns:
            raise BadInput("sparql.too-many-patterns", limit=self._limits.triple_patterns)
        if self._operators > self._limits.operators:
            raise BadInput("sparql.too-many-operators", limit=self._limits.operators)


class _UpdateScan(_Scan):
    """An update: nothing loaded from elsewhere. Its data may be long: patterns are not counted."""

    def __init__(self, text: str, limits: Limits, using: str) -> None:
        super().__init__(text, limits)
        self.changes: list[tuple[int, int, str]] = []  # from, to, what to put there
        self._using = using
        self._loading = False  # LOAD has been read, and what it loads has not

    def _keyword(self, word: str, token: re.Match[str]) -> None:
        if "load" in word:
            if word not in {"load", "loadsilent"} or word != token.group().lower():
                raise Refused("store.no-load")
            self._loading = True
        elif self._using and not self._open:
            if word in {"using", "with"}:
                raise BadInput("store.two-datasets", **self._place(token))
            if word == "where":
                if self._previous == "delete":
                    raise BadInput("store.no-shorthand", **self._place(token))
                self.changes.append((token.start(), token.start(), self._using))

    def _weigh(self, token: re.Match[str], kind: str, text: str) -> None:
        name = token["word"].lower() if kind == "local" else ""
        if self._loading and kind != "keyword":
            self._loading = False
            if kind in {"iri", "local"}:
                self.changes.append((token.start(), token.end(), NOWHERE))
            elif text != ";":  # a fault of syntax, for the engine to say
                raise Refused("store.no-load")
        # "LOAD:x" may be the keyword and ":x"; after a keyword it can only be the name of a graph.
        elif name.endswith(("load", "loadsilent")) and not self._open and not self._previous:
            raise Refused("store.no-load")


def _hides_service(iri: str) -> bool:
    """Return whether *iri* may be "less than" and a comment: ``FILTER(?a<?b)SERVICE#>``."""
    text = iri.lower()
    closed = text.find(")")
    word = text.find("service", closed)
    return closed >= 0 and word >= 0 and "#" in text[word:]
