"""A page is in one language: what is in the other says so, for those who hear the page.

Names of places and words between quotation marks need no mark (WCAG 2.1, 3.1.2: proper names); the rest is told by
the small words of a language, of which no sentence is without.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from kg.messages import LANGS, Lang
from tests.browser.kinds import KINDS, path_of

SMALL: dict[Lang, set[str]] = {
    "fr": set(
        "le la les des du une est dans pour par sur qui aux et ou avec que sont ce cette".split()
    ),
    "en": set("the of and to is by for that with are this which from not has".split()),
}
"""Language → small words that the other has not."""
NAMES = {"territory"}
"""Kinds of pages made of names."""
WITHOUT_END = {"meta", "link", "input", "br", "hr", "img", "path", "rect", "circle", "line"}
NOT_READ = {"script", "style", "code", "pre"}


class Words(HTMLParser):
    """The texts of a page, each with the language that it is said to be in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self._open: list[tuple[str, str]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go into an element, whose language is its own or that of what it is in."""
        if tag not in WITHOUT_END:
            around = self._open[-1][1] if self._open else ""
            self._open.append((tag, dict(attrs).get("lang") or around))

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if tag in {name for name, _ in self._open}:
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Keep a text that is read aloud."""
        if self._open and self._open[-1][0] not in NOT_READ:
            self.texts.append((self._open[-1][1], data))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in NAMES])
def test_what_is_in_the_other_language_says_so(client: FlaskClient, kind: str) -> None:
    unmarked = []
    for lang in LANGS:
        other: Lang = "en" if lang == "fr" else "fr"
        page = client.get(path_of(kind, lang), headers={"Accept": "text/html"}).text
        for said, text in Words(page).texts:
            words = set(re.findall(r"\w+", re.sub(r"“[^”]*”|«[^»]*»", "", text).lower()))
            foreign, own = words & SMALL[other], words & SMALL[lang]
            if said == lang and len(foreign) > 1 and len(foreign) > len(own):
                unmarked.append(f"{lang}: {text.strip()[:120]}")

    assert unmarked == []
