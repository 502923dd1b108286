"""Judge a query from outside before any engine sees it: one linear scan of its tokens.

The engine has no limit of its own: 4.4 kB of nested braces kill its process, SERVICE goes to the
network. The scan is a first barrier; the worker's sandbox and deadline are the second. It is no
parser: what it lets through may still be a syntax error.
"""

from __future__ import annotations

import re
from typing import Literal, Protocol

from kg.errors import BadInput, Refused, TooLarge

Form = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]

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
    try:
        size = len(query.encode())
    except UnicodeEncodeError as error:  # lone surrogates
        raise BadInput("sparql.encoding") from error
    if size > limits.query_text:
        raise TooLarge("sparql.too-long", limit=limits.query_text)
    scan = _Scan(query, limits)
    for token in _TOKEN.finditer(query):
        scan.read(token)
    if scan.form is None:
        raise BadInput("sparql.no-form")
    return scan.form


class _Scan:
    """What has been seen so far of one query."""

    def __init__(self, query: str, limits: Limits) -> None:
        self.form: Form | None = None
        self._query, self._limits = query, limits
        self._open: list[str] = []
        self._patterns = self._operators = 0
        self._previous = ""  # the last keyword, or "" after any other token
        self._service_name = False  # the last token is a name such as service:x

    def read(self, token: re.Match[str]) -> None:
        kind, text = token.lastgroup, token.group()
        if kind == "comment":
            return
        keyword = ""
        if kind == "keyword":
            for keyword in text.lower().split("."):  # "true.FILTER": keywords may touch
                self._keyword(keyword, token)
            self._patterns += text.count(".")
        elif kind == "open":
            self._opened(text, token)
        elif kind == "close" and self._open:
            self._open.pop()
        elif kind == "separator" or (kind in {"number", "local"} and text.endswith(".")):
            self._patterns += not self._open or self._open[-1] != "("
        elif kind == "operator":
            self._operators += 1
        elif kind == "quote":
            raise BadInput("sparql.open-string", line=self._line(token))
        elif kind == "iri" and _hides_service(text):
            raise Refused("sparql.no-federation", line=self._line(token))
        self._service_name = (
            kind == "local"
            and bool(self._open)
            and self._previous != "graph"
            and token["word"].lower().endswith(("service", "servicesilent"))
        )
        self._previous = keyword
        if self._patterns > self._limits.triple_patterns:
            raise BadInput("sparql.too-many-patterns", limit=self._limits.triple_patterns)
        if self._operators > self._limits.operators:
            raise BadInput("sparql.too-many-operators", limit=self._limits.operators)

    def _keyword(self, word: str, token: re.Match[str]) -> None:
        # The engine asks for no space between words ("1SERVICE", "SERVICESILENT"): look inside them.
        if "service" in word:
            raise Refused("sparql.no-federation", line=self._line(token))
        if word in _BRANCHES:
            self._operators += 1
        if self.form is None and word not in _PROLOGUE:
            if word in _UPDATES:
                raise Refused("sparql.no-update", word=word.upper())
            if word not in _FORMS:
                raise BadInput("sparql.no-form")
            self.form = _FORMS[word]

    def _opened(self, bracket: str, token: re.Match[str]) -> None:
        if bracket == "{" and self._service_name:  # "SERVICE:x {" may be the keyword and ":x"
            raise Refused("sparql.no-federation", line=self._line(token))
        self._open.append(bracket)
        self._patterns += bracket == "{"
        if len(self._open) > self._limits.nesting:
            raise BadInput("sparql.too-deep", limit=self._limits.nesting, line=self._line(token))

    def _line(self, token: re.Match[str]) -> int:
        return self._query.count("\n", 0, token.start()) + 1


def _hides_service(iri: str) -> bool:
    """Return whether *iri* may be "less than" and a comment: ``FILTER(?a<?b)SERVICE#>``."""
    text = iri.lower()
    closed = text.find(")")
    word = text.find("service", closed)
    return closed >= 0 and word >= 0 and "#" in text[word:]
