"""Pages, their machine twins, the 303 that lead there, and what they must never let through."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from datetime import date
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import Graph, Literal
from rdflib.namespace import RDFS

import api
from api import assets, create_app
from api.context import Context
from kg import concepts
from kg.citations import long_date
from kg.concepts.names import Ref
from kg.errors import CannotRun
from kg.messages import LANGS, Lang, catalogue, say
from kg.namespaces import BASE, iri
from kg.settings import Settings
from kg.store import LocalStore

HTML = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
PAGES = [
    "/",
    "/concepts",
    "/concepts?q=equipe",
    "/concept/MaisonDeSante",
    "/concept/PlateformeTerritorialeDAppui",
    "/concept/Affirmation",
    "/textes",
    "/textes?rang=loi&etat=in-force",
    "/texte/csp/l6323-3",
    "/texte/csp/l6323-3/2015-01-01",
    "/texte/csp/l6323-3/differences",
    "/texte/loi/2016-41",
    "/regles",
    "/regle/MSP-SIGNATURES",
    "/sources",
    "/source/003-kit-elus-doubs",
    "/desaccords",
    "/changements",
    "/changements/2021",
    "/changements?concept=MSP",
    "/comparer?concept=MSP&concept=CPTS",
    "/vocabulaire/rang/loi",
    "/ontologie",
]
RDF = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld"}


class Page(HTMLParser):
    """What the tests look for in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.title = self.words = ""
        self._in_title = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the element."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._in_title = tag == "title"

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        self.words += data
        if self._in_title:
            self.title += data

    def all(self, tag: str) -> list[dict[str, str]]:
        """Return the attributes of each element named *tag*."""
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_in_both_languages(client: FlaskClient, path: str, lang: str) -> None:
    mark = "&" if "?" in path else "?"

    answer = client.get(f"{path}{mark}lang={lang}", headers=HTML)
    page = Page(answer.text)

    assert answer.status_code == 200
    assert page.all("html")[0]["lang"] == lang
    assert len(page.all("h1")) == 1
    assert answer.headers["Content-Language"] == lang


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_well_made(client: FlaskClient, path: str) -> None:
    """No duplicate id, no inline script, style or handler, no empty link, every field labelled."""
    page = Page(client.get(path, headers=HTML).text)
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]

    assert len(ids) == len(set(ids)), [i for i in ids if ids.count(i) > 1]
    run = [s for s in page.all("script") if s.get("type") != "application/ld+json"]  # that is data
    assert all(s.get("src", "").startswith("/static/") for s in run)  # none inline
    assert not page.all("style")
    assert not [a for _, attrs in page.tags for a in attrs if a == "style" or a.startswith("on")]
    assert all(attrs["href"] for attrs in page.all("a"))
    labelled = {attrs["for"] for attrs in page.all("label")}
    fields = [*page.all("input"), *page.all("select")]
    assert all(f.get("id") in labelled for f in fields if f.get("type") != "hidden")
    used = [attrs["aria-labelledby"] for _, attrs in page.tags if "aria-labelledby" in attrs]
    assert set(used) <= set(ids)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_calls_a_third_party(client: FlaskClient, path: str) -> None:
    page = Page(client.get(path, headers=HTML).text)
    loaded = [attrs.get("src", "") for tag, attrs in page.tags if tag != "a"]
    loaded += [a["href"] for a in page.all("link") if a["rel"] in ("stylesheet", "icon", "preload")]

    assert all(not urlsplit(address).netloc for address in loaded)


@pytest.mark.filterwarnings(
    "ignore:ConjunctiveGraph:DeprecationWarning"
)  # rdflib's own JSON-LD parser
@pytest.mark.parametrize("path", [p for p in PAGES if "?" not in p and p != "/"])
def test_every_page_has_machine_twins(client: FlaskClient, path: str) -> None:
    told = json.loads(client.get(path + ".json").text)
    table = list(csv.reader(io.StringIO(client.get(path + ".csv").text)))
    graphs = {f: Graph().parse(data=client.get(f"{path}.{f}").data, format=RDF[f]) for f in RDF}

    assert told["lang"] == "fr"
    assert len(table) >= 1
    assert len({len(graph) for graph in graphs.values()}) == 1
    assert len(graphs["ttl"]) > 0


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/concept/MaisonDeSante", lambda d: d["label"]),
        ("/texte/csp/l6323-3", lambda d: d["label"]),
        ("/source/003-kit-elus-doubs", lambda d: d["entry"]["ref"]["label"]),
        ("/regle/MSP-SIGNATURES", lambda d: d["rule"]["name"]),
        ("/vocabulaire/rang/loi", lambda d: d["label"]),
    ],
)
@pytest.mark.parametrize("lang", LANGS)
def test_the_json_twin_tells_what_the_page_tells(
    client: FlaskClient, path: str, title, lang: str
) -> None:
    told = client.get(f"{path}.json?lang={lang}").json
    page = Page(client.get(f"{path}?lang={lang}", headers=HTML).text)

    assert page.title.casefold().startswith(title(told).casefold())


@pytest.mark.parametrize(
    ("iri", "accept", "address"),
    [
        ("/def/MaisonDeSante", "text/html", "/concept/MaisonDeSante"),
        ("/def/MaisonDeSante", "*/*", "/concept/MaisonDeSante"),
        ("/def/MaisonDeSante", "text/turtle", "/concept/MaisonDeSante.ttl"),
        ("/def/MaisonDeSante", "application/ld+json", "/concept/MaisonDeSante.jsonld"),
        (
            "/def/MaisonDeSante",
            "application/json;q=0.9, text/html;q=0.1",
            "/concept/MaisonDeSante.json",
        ),
        ("/def/MaisonDeSante.nt", "text/html", "/concept/MaisonDeSante.nt"),
        ("/def/regit", "text/html", "/concept/regit"),
        ("/id/texte/csp/l6323-3", "text/html", "/texte/csp/l6323-3"),
        ("/id/texte/csp/l6323-3/2011-08-12", "text/html", "/texte/csp/l6323-3/2011-08-12"),
        ("/id/texte/csp/l6323-3", "application/rdf+xml", "/texte/csp/l6323-3.rdf"),
        ("/id/regle/MSP-SIGNATURES", "text/html", "/regle/MSP-SIGNATURES"),
        ("/id/rang/loi", "text/html", "/vocabulaire/rang/loi"),
        ("/id/rang/loi", "text/turtle", "/vocabulaire/rang/loi.ttl"),
        ("/id/source/003-kit-elus-doubs", "text/csv", "/source/003-kit-elus-doubs.csv"),
        ("/id/graphe/texte/csp/l6323-3", "text/html", "/vocabulaire/graphe/texte/csp/l6323-3"),
    ],
)
def test_a_name_leads_to_its_page_or_its_data(
    client: FlaskClient, iri: str, accept: str, address: str
) -> None:
    answer = client.get(iri, headers={"Accept": accept})

    assert answer.status_code == 303
    assert answer.headers["Location"] == address
    assert "Accept" in answer.headers["Vary"]
    assert client.get(address, headers={"Accept": accept}).status_code == 200


def test_a_redirection_keeps_language_day_and_permalink(client: FlaskClient) -> None:
    asked = "lang=en&date=2019-01-01&dataset=0123456789ab"
    answer = client.get(f"/def/MaisonDeSante?{asked}&x=1", headers=HTML)

    assert answer.headers["Location"] == f"/concept/MaisonDeSante?{asked}"


def test_every_name_of_the_dataset_leads_to_a_page(client: FlaskClient, store: LocalStore) -> None:
    """Every IRI under our base: 303 to a page that answers 200, and statements to a place that is there.

    Territories have a test of their own below: 36 000 pages of one make would take minutes.
    """
    rows = store.select(
        "SELECT DISTINCT ?x { { ?x ?p ?o } UNION { ?s ?p ?x } UNION { ?s ?x ?o } UNION { GRAPH ?x { ?s ?p ?o } }"
        " FILTER(isIRI(?x) && STRSTARTS(STR(?x), $base) && !STRSTARTS(STR(?x), $places)) }",
        base=Literal(BASE),
        places=Literal(BASE + "id/territoire/"),
    )
    pages: dict[str, set[str]] = {}
    for path in sorted({"/" + str(row["x"]).removeprefix(BASE).partition("#")[0] for row in rows}):
        answer = client.get(path, headers=HTML)
        if path.startswith("/ontologie"):
            assert answer.status_code == 200, path
            continue
        assert answer.status_code == 303, path
        address, _, anchor = answer.headers["Location"].partition("#")
        pages.setdefault(address, set()).add(anchor)

    for address, anchors in pages.items():
        found = client.get(address, headers=HTML)
        ids = {attrs.get("id") for _, attrs in Page(found.text).tags} if anchors != {""} else set()
        assert found.status_code == 200, address
        assert anchors - {""} <= ids, address


def test_a_territory_of_each_kind_leads_to_a_page_with_its_name(
    client: FlaskClient, store: LocalStore
) -> None:
    """A sample: two of each kind and the few with more than five statements; all are written by the same lines."""
    rows = store.select(
        "SELECT ?kind (MIN(?x) AS ?first) (MAX(?x) AS ?last) { GRAPH $g { ?x a ?kind } } GROUP BY ?kind",
        g=iri("id/graphe/territoires"),
    )
    sample = {str(row[end]).removeprefix(BASE) for row in rows for end in ("first", "last")}
    sample |= {"id/territoire/departement/53", "id/territoire/region/52"}

    assert len(sample) == 12
    for path in sample:
        name = store.select("SELECT ?n { $x $p ?n }", x=iri(path), p=RDFS.label)[0]["n"]
        for lang in LANGS:
            answer = client.get(f"/{path}?lang={lang}", headers=HTML)
            assert answer.status_code == 303
            page = client.get(answer.headers["Location"], headers=HTML)
            assert page.status_code == 200
            assert Page(page.text).title.startswith(str(name))
        assert client.get(f"/vocabulaire/{path.removeprefix('id/')}.ttl").status_code == 200


def test_a_departement_shows_its_communes_by_name(client: FlaskClient) -> None:
    page = Page(client.get("/vocabulaire/territoire/departement/53", headers=HTML).text)

    assert "Laval" in page.words
    assert "Pays de la Loire" in page.words


def test_what_refers_to_a_thing_is_counted(client: FlaskClient) -> None:
    path = "/vocabulaire/rang/loi"
    [fact] = client.get(f"{path}.json").json["inverse"]  # type: ignore[index]
    shown = re.findall(r'</a> <span class="tag">(\d+)</span></dt>', client.get(path).text)

    assert str(len(fact["values"])) in shown
    assert len(fact["values"]) > 100


@pytest.mark.parametrize(
    "path",
    ["/concept/Nope", "/def/Nope", "/id/nope", "/texte/csp/l0", "/regle/NOPE", "/source/nope",
     "/desaccord/nope", "/vocabulaire/nope", "/concept/../etc/passwd", "/concept/a b"],
)  # fmt: skip
def test_an_unknown_name_is_404_for_people_and_machines(client: FlaskClient, path: str) -> None:
    page = client.get(path, headers=HTML)
    told = client.get(path, headers={"Accept": "application/json"})

    assert page.status_code == told.status_code == 404
    assert Page(page.text).all("html")[0]["lang"] == "fr"
    assert told.json is not None
    assert told.json["ok"] is False


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/concept/MaisonDeSant", "/concept/MaisonDeSante"),
        ("/def/centre_de_sante", "/concept/CentreDeSante"),
        ("/concept/MSP", "/concept/MaisonDeSante"),
        ("/texte/csp/l6323-33", "/texte/csp/l6323-3"),
        ("/regle/MSP-SIGNATURE", "/regle/MSP-SIGNATURES"),
        ("/source/kit-elus", "/source/003-kit-elus-doubs"),
    ],
)
def test_a_name_that_nobody_bears_offers_those_that_come_close(
    client: FlaskClient, path: str, meant: str, lang: Lang
) -> None:
    answer = client.get(f"{path}?lang={lang}&date=2020-01-01", headers=HTML)
    offered = re.findall(r'<li><a href="([^"]+)">', answer.text[answer.text.index("<main") :])

    assert answer.status_code == 404
    assert 0 < len(offered) <= 5
    assert urlsplit(unescape(offered[0])).path.startswith(meant[: meant.index("/", 1)])
    assert f"{meant}?lang={lang}&amp;date=2020-01-01" in offered
    assert all(client.get(unescape(to)).status_code == 200 for to in offered)


@pytest.mark.parametrize(
    "path", ["/concept/" + "x" * 3000, "/concept/%00", "/%3Cscript%3E", "/a?date=hier", "/…"]
)
def test_whatever_is_not_found_has_a_page(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers=HTML)

    assert answer.status_code in (400, 404)
    assert len(Page(answer.text).all("h1")) == 1
    assert "<script>" not in answer.text


def test_a_doubled_slash_leads_nowhere_else(client: FlaskClient) -> None:
    answer = client.get("/def//evil.example", headers=HTML)

    assert urlsplit(answer.headers.get("Location", "")).netloc in ("", "localhost")
    assert client.get("/def//evil.example", headers=HTML, follow_redirects=True).status_code == 404


def test_an_unknown_name_is_404_in_every_format(client: FlaskClient) -> None:
    assert {client.get(f"/concept/Nope.{f}").status_code for f in (*RDF, "json", "csv")} == {404}


@pytest.mark.parametrize("query", ["date=2019-02-30", "date=hier", "lang=de", "date=%00"])
def test_a_wrong_day_or_language_is_400(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/concept/MaisonDeSante?{query}", headers=HTML)

    assert answer.status_code == 400
    assert len(Page(answer.text).all("h1")) == 1


def test_a_day_before_any_text_says_that_none_is_in_force(client: FlaskClient) -> None:
    page = Page(client.get("/concept/MaisonDeSante?date=1990-01-01", headers=HTML).text)

    assert "1er janvier 1990" in page.words


def test_an_unknown_format_is_406_with_the_list(client: FlaskClient) -> None:
    by_query = client.get("/concept/MaisonDeSante?format=../../x")
    by_accept = client.get("/def/MaisonDeSante", headers={"Accept": "image/png"})

    assert by_query.status_code == by_accept.status_code == 406
    assert "text/turtle" in by_query.text


def test_a_page_is_html_where_accept_asks_for_what_we_have_not(client: FlaskClient) -> None:
    assert client.get("/concepts", headers={"Accept": "image/png"}).mimetype == "text/html"


@pytest.mark.parametrize(
    "path", ["/concept/MaisonDeSante", "/concept/MaisonDeSante.ttl", "/textes.json"]
)
def test_an_answer_known_already_is_304(client: FlaskClient, path: str) -> None:
    first = client.get(path, headers=HTML)
    again = client.get(path, headers={**HTML, "If-None-Match": first.headers["ETag"]})
    english = client.get(
        path + "?lang=en", headers={**HTML, "If-None-Match": first.headers["ETag"]}
    )

    assert again.status_code == 304
    assert not again.data
    assert english.status_code == 200
    assert {"Accept", "Accept-Language"} <= {v.strip() for v in again.headers["Vary"].split(",")}


def test_headers_announce_twins_and_forbid_the_rest(client: FlaskClient) -> None:
    headers = client.get("/concept/MaisonDeSante", headers=HTML).headers

    assert '</concept/MaisonDeSante.ttl>; rel="alternate"; type="text/turtle"' in headers["Link"]
    assert '</concept/MaisonDeSante>; rel="canonical"' in headers["Link"]
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"]


def test_the_other_language_keeps_path_and_day(client: FlaskClient) -> None:
    page = Page(client.get("/concept/MaisonDeSante?date=2015-03-01&lang=fr", headers=HTML).text)
    switch = next(a for a in page.all("a") if a.get("class") == "switch")

    assert switch["href"] == "/concept/MaisonDeSante?date=2015-03-01&lang=en"
    assert switch["hreflang"] == switch["lang"] == "en"


def test_accept_language_is_heard_and_lang_beats_it(client: FlaskClient) -> None:
    english = {**HTML, "Accept-Language": "en-GB,en;q=0.9"}

    assert 'lang="en"' in client.get("/textes", headers=english).text[:60]
    assert 'lang="fr"' in client.get("/textes?lang=fr", headers=english).text[:60]


def test_quotations_of_french_law_stay_marked_french_on_english_pages(client: FlaskClient) -> None:
    page = Page(client.get("/texte/csp/l6323-3?lang=en", headers=HTML).text)

    assert page.all("blockquote")
    assert all(quote.get("lang") == "fr" for quote in page.all("blockquote"))


def test_a_text_shows_the_version_of_the_day_and_its_citation(client: FlaskClient) -> None:
    told = client.get("/texte/csp/l6323-3/2017-06-01.json").json

    assert told is not None
    assert told["date"] == "2017-06-01"
    assert told["citation"] == (
        "Article L. 6323-3 du code de la santé publique, dans sa version en vigueur "
        "du 28 janvier 2016 au 27 juillet 2019 (exclu)"
    )


# --- hostile data ----------------------------------------------------------------------------------

NASTY = "<img src=x onerror=alert(1)></script>{{7*7}}"


@pytest.fixture
def app(store: LocalStore) -> Flask:
    with Context.open(Settings(), store) as context:
        return create_app(context)


def test_hostile_words_stay_words(client: FlaskClient) -> None:
    for path in ("/concepts", "/textes"):
        page = client.get(path, query_string={"q": NASTY}, headers=HTML)

        assert page.status_code == 200
        assert "<img" not in page.text
        assert "49" not in Page(page.text).words


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JAVASCRIPT:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)",
     "vbscript:x", "data:text/html;base64,x", "urn:x:y", "file:///etc/passwd", "//evil.example"],
)  # fmt: skip
def test_only_http_addresses_become_links(app: Flask, address: str) -> None:
    source = "{% import '_macros.html' as m with context %}{{ m.ref(r) }}"
    with app.test_request_context("/"):
        text = app.jinja_env.from_string(source).render(r=Ref(address, NASTY), **_injected(app))

    assert "<a" not in text
    assert "<img" not in text


def test_an_address_cannot_leave_its_attribute(app: Flask) -> None:
    source = "{% import '_macros.html' as m with context %}{{ m.ref(r) }}"
    with app.test_request_context("/"):
        text = app.jinja_env.from_string(source).render(
            r=Ref("http://e/'onmouseover='alert(1)\"x", "x"), **_injected(app)
        )

    assert {name for name, _ in [*Page(text).all("a")[0].items()]} == {"href"}


def _injected(app: Flask) -> dict[str, object]:
    found: dict[str, object] = {}
    app.update_template_context(found)
    return found


def test_a_cell_never_starts_a_formula() -> None:
    from api.twins import safe

    assert [safe(c)[0] for c in ("=1+1", "+1", "-1", "@x", "\tx")] == ["'"] * 5


# --- sentences -------------------------------------------------------------------------------------

ROOT = Path(api.__file__).parent


def _used() -> set[str]:
    files = [
        *ROOT.rglob("*.html"),
        *ROOT.rglob("*.py"),
        *Path(concepts.__file__).parent.rglob("*.py"),
    ]
    return set(
        re.findall(
            r"""["'](site\.[a-z-]+)["']""", "\n".join(f.read_text(encoding="utf-8") for f in files)
        )
    )


def test_every_sentence_of_the_pages_is_in_the_catalogue_in_both_languages() -> None:
    exact = {key for key in _used() if not key.endswith("-")} - {"site.css"}  # a file

    assert exact <= set(catalogue())
    assert all(set(texts) == set(LANGS) for texts in catalogue().values())


def test_no_sentence_of_the_pages_is_left_unused() -> None:
    used = _used()
    families = tuple(key for key in used if key.endswith("-"))
    ours = {key for key in catalogue() if key.startswith("site.")}

    assert {key for key in ours if key not in used and not key.startswith(families)} == set()


def test_french_typography_of_the_pages() -> None:
    texts = [t["fr"] for key, t in catalogue().items() if key.startswith("site.")]

    assert not [t for t in texts if "'" in t]


# --- style -----------------------------------------------------------------------------------------


def _palettes() -> list[dict[str, str]]:
    """Return the colours of the light and of the dark page."""
    css = (ROOT / "static" / "site.css").read_text(encoding="utf-8")
    light, dark = re.findall(r":root \{([^}]*--paper[^}]*--mark[^}]*)\}", css)[:2]
    return [dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", part)) for part in (light, dark)]


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("palette", _palettes(), ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "sheet", "tint", "mark"])
@pytest.mark.parametrize("ink", ["ink", "soft", "link", "accent", "rubric"])
def test_words_stand_out_from_their_ground(palette: dict[str, str], ink: str, ground: str) -> None:
    """Contrast of at least 4.5 (WCAG 2.2, 1.4.3), in light and in dark."""
    low, high = sorted((_luminance(palette[ink]), _luminance(palette[ground])))

    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_everything_that_a_page_loads_is_a_file_of_ours(client: FlaskClient) -> None:
    page = Page(client.get("/", headers=HTML).text)
    css = (ROOT / "static" / "site.css").read_text(encoding="utf-8")
    loaded = {a["href"] for a in page.all("link") if a["href"].startswith("/static/")}
    loaded |= {"/static/" + name for name in re.findall(r'url\("([^"]+)"\)', css)}
    vendored = {"/static/vendor/" + name for name in assets.FILES.values()}

    assert {x for x in loaded if x.startswith("/static/vendor/")} <= vendored
    assert all((ROOT / x.removeprefix("/")).is_file() for x in loaded - vendored)


def test_vendored_files_come_from_the_locked_packages() -> None:
    lock = (ROOT.parent / "package-lock.json").read_text(encoding="utf-8")
    packages = {"/".join(name.split("/")[: 1 + name.startswith("@")]) for name in assets.FILES}

    assert all(f'"node_modules/{name}"' in lock for name in packages)


def test_missing_packages_are_named(tmp_path: Path) -> None:
    with pytest.raises(CannotRun):
        assets.copy(tmp_path, tmp_path / "vendor")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_concept_says_when_it_did_not_exist_yet(client: FlaskClient, lang: Lang) -> None:
    path = "/concept/CommunauteProfessionnelleTerritorialeDeSante"
    before = client.get(f"{path}?date=2012-01-01&lang={lang}").text
    after = client.get(f"{path}?date=2020-01-01&lang={lang}").text

    words = say("site.concept-not-yet", lang, day=long_date(date(2012, 1, 1), lang))
    assert words in before
    assert words[:30] not in after


def test_a_scheme_is_not_historic_while_it_lasts(client: FlaskClient) -> None:
    path = "/concept/PlateformeTerritorialeDAppui?lang=fr"

    assert say("site.concept-historic", "fr") not in client.get(f"{path}&date=2018-01-01").text
    assert say("site.concept-historic", "fr") in client.get(f"{path}&date=2023-01-01").text


@pytest.mark.parametrize(
    "address",
    ["/concept/%25zz", "/concept/a[b", "/texte/%25", "/def/%25zz", "/id/x%5B", "/concept/%C2%80",
     "/concept/%EF%BF%BE", "/id/%EE%80%80", "/texte/csp/l6323-3%22", "/concept/..%2f..%2fetc"],
)  # fmt: skip
def test_an_address_that_names_nothing_is_not_found_whatever_it_is_made_of(
    client: FlaskClient, address: str
) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/concept/MaisonDeSante.ttl",
        "/textes.csv",
        "/sparql?query=ASK{}",
        "/api/ask?q=textes+CDS",
    ],
)
def test_every_answer_names_its_dataset(
    client: FlaskClient, store: LocalStore, address: str
) -> None:
    assert client.get(address).headers["X-Dataset-Version"] == store.version


@pytest.mark.parametrize("path", ["/concept/CentreDeSante", "/concept/CentreDeSante.json", "/nope"])
def test_a_page_is_packed_for_who_reads_gzip(client: FlaskClient, path: str) -> None:
    plain = client.get(path, headers=HTML)
    packed = client.get(path, headers=HTML | {"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert plain.headers.get("ETag") == packed.headers.get("ETag")
