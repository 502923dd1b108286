"""Every page is led to, and every link arrives, at its place. (`test_site` follows each name of the dataset.)

Pages are asked for in process, and each once, for the three tests together. Of those that the same lines make by
the hundred — the versions of a text, the territories, the properties, a page with other parameters — one in some
is read: `SAMPLED` says which. So the crawl is a minute of work.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask.testing import FlaskClient
from rdflib import Literal
from rdflib.namespace import RDF

from api.rendering import page_path
from kg.namespaces import SOINS
from kg.store import LocalStore

HTML = {"Accept": "text/html"}
SAMPLED = {
    r".*\.(bib|csl\.json)": 25,  # the citation of a page
    r"/texte/.*/\d{4}-\d{2}-\d{2}": 25,  # the page of the text, as of that day
    r"/texte/.*/\d{4}-\d{2}-\d{2}/differences": 25,  # what the version of that day changed
    r"/concept/[a-z].*": 25,  # properties of the model; `test_site` reads each
    r"/vocabulaire/territoire/.*": 300,
    r"/vocabulaire/affirmation/.*": 100,  # read on the page of its voice
    r"/dump/.*": 200,  # files, of each graph in each format
}
"""Addresses of which there are many of one make → one in how many is read."""


@dataclass
class Page(HTMLParser):
    """What a page answers, the places in it, and where it leads."""

    status: int
    text: str = field(repr=False)
    ids: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.text)
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep places and links; machine twins and the other language are tested on a page of each kind."""
        known = {name: value or "" for name, value in attrs}
        self.ids.add(known.get("id", ""))
        twin = known.get("rel") == "alternate" or "hreflang" in known
        if tag == "a" and not twin and not urlsplit(known["href"]).netloc:
            self.links.add(known["href"])


class Site:
    """What was read of the site: each page once."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self._pages: dict[str, Page] = {}

    def get(self, address: str) -> Page:
        """Return the page at *address*."""
        if address not in self._pages:
            answer = self._client.get(address, headers=HTML)
            is_page = answer.mimetype == "text/html"
            self._pages[address] = Page(answer.status_code, answer.text if is_page else "")
        return self._pages[address]

    def places(self) -> dict[str, dict[str, str]]:
        """Return, by address, the places in it that links of ours name, and the page that does."""
        found: dict[str, dict[str, str]] = {}
        for here, page in list(self._pages.items()):
            for link in page.links:
                there, _, place = link.partition("#")
                found.setdefault(there or here, {})[unquote(place)] = here
        return found


@pytest.fixture(scope="module")
def site(client: FlaskClient) -> Site:
    """The site, read as the tests ask."""
    return Site(client)


@pytest.fixture(scope="module")
def reached(site: Site) -> dict[str, str]:
    """Each page that links lead to, from the home page on → the page that leads there."""
    found, waiting = {"/": ""}, deque(["/"])
    while waiting:
        here = waiting.popleft()
        for link in sorted(site.get(here).links):
            there = link.partition("#")[0] or here
            if there not in found:
                found[there] = here
                if sampled(there) == 1:
                    waiting.append(there)
    return found


def sampled(address: str) -> int:
    """Return of how many pages like that at *address* one is read; 0: none, it only has other parameters."""
    path, asks, _ = address.partition("?")
    if asks:
        return 0
    return next((one for make, one in SAMPLED.items() if re.fullmatch(make, path)), 1)


def make_of(address: str) -> tuple[str, ...]:
    """Return what an address with parameters has in common with others: first folder and names."""
    parts = urlsplit(address)
    return (parts.path.split("/")[1], *sorted(parse_qs(parts.query)))


def test_no_page_of_a_concept_text_rule_source_disagreement_or_term_is_an_orphan(
    store: LocalStore, reached: dict[str, str]
) -> None:
    """Links lead to each of them from the home page. Graphs are reached by their names."""
    kinds = (SOINS.TexteJuridique, SOINS.Regle, SOINS.DocumentSource, SOINS.Desaccord)
    things = [
        row
        for kind in kinds
        for row in store.select("SELECT ?x { ?x $type $kind }", type=RDF.type, kind=kind)
    ]
    terms = store.select(
        "SELECT DISTINCT ?x { ?x $type ?kind FILTER(STRSTARTS(STR(?x), $base)) }",
        type=RDF.type, base=Literal(SOINS),
    )  # fmt: skip
    pages = {page_path(str(row["x"])) for row in things + terms}

    assert len(terms) > 500
    assert len(pages) > 1000
    assert pages - set(reached) == set()


def test_every_link_arrives(site: Site, reached: dict[str, str]) -> None:
    broken = []
    by_make: dict[tuple[str, ...], str] = {}
    for number, there in enumerate(sorted(reached)):
        if not (one := sampled(there)):
            by_make.setdefault(make_of(there), there)
        elif number % one == 0:
            by_make[("", there)] = there
    for there in by_make.values():
        if site.get(there).status not in (200, 302):  # a dump leads to its version
            broken.append(f"{there}: {site.get(there).status}, from {reached[there]}")

    assert broken == []


def test_every_place_that_a_link_names_is_there(site: Site, reached: dict[str, str]) -> None:
    missing = [
        f"{there}#{place}, from {here}"
        for there, places in site.places().items()
        if sampled(there) == 1
        for place, here in places.items()
        if place not in site.get(there).ids | {""}
    ]

    assert missing == []
