"""What a page may weigh on its way: the largest of each kind, with all that it loads.

Time is measured apart, on a machine at rest: `tests/bench/bench_pages.py`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from kg.messages import LANGS

PAGE = 150_000
"""Bytes of a page, packed; the target of most is a tenth."""

BROWSER = {"Accept": "text/html,*/*;q=0.8", "Accept-Encoding": "gzip"}

LARGEST = [
    "/",
    "/concepts",
    "/concept/CentreDeSante",
    "/concept/MaisonDeSante",
    "/concept/CommunauteProfessionnelleTerritorialeDeSante",
    "/textes",
    "/texte/csp/l6323-3",
    "/texte/loi/2016-41",
    "/regles",
    "/regle/ACI-PARTIES",
    "/sources",
    "/source/002-apmsl-equipes-coordonnees",
    "/desaccords",
    "/desaccord/nombre-de-missions-cpts",
    "/vocabulaire/preuve/verifie",
    "/vocabulaire/territoire/departement/62",
    "/recherche?q=sante",
    "/recherche?q=sante&kind=text",
    "/question?q=textes+CDS",
    "/comparer?concept=MaisonDeSante&concept=CentreDeSante"
    "&concept=CommunauteProfessionnelleTerritorialeDeSante&concept=EquipeDeSoinsPrimaires",
    "/changements",
    "/sparql",
    "/validation",
    "/usage",
]


def weight(client: FlaskClient, address: str) -> int:
    """Return the bytes of the body of *address* as a browser gets it."""
    with client.get(address, headers=BROWSER) as answer:
        assert answer.status_code == 200, address
        return len(answer.data)


def loaded(text: str) -> Iterator[str]:
    """Yield the addresses of the styles and scripts of the page *text*."""
    yield from re.findall(r'<link rel="stylesheet" href="([^"]+)"', text)
    yield from re.findall(r'<script src="([^"]+)"', text)


@pytest.mark.parametrize("path", LARGEST)
def test_a_page_weighs_less_than_150_kb(client: FlaskClient, path: str) -> None:
    for lang in LANGS:
        address = f"{path}{'&' if '?' in path else '?'}lang={lang}"

        assert weight(client, address) <= PAGE


def test_the_list_of_dumps_weighs_less_than_150_kb(client: FlaskClient) -> None:
    """They are made apart, and a busy machine says to come back."""
    deadline = time.monotonic() + 120
    while client.get("/dump", headers=BROWSER).status_code == 503 and time.monotonic() < deadline:
        time.sleep(2)

    assert weight(client, "/dump") <= PAGE


def test_what_every_page_loads_weighs_less_than_a_page(client: FlaskClient) -> None:
    """Styles and scripts of the frame, read once; fonts and what one page loads for itself are beside."""
    common = list(loaded(client.get("/usage", headers={"Accept": "text/html"}).text))

    assert "/static/site.css" in common
    assert sum(weight(client, file) for file in common) <= PAGE / 3
