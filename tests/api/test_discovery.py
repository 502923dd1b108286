"""What harvesters, portals, search engines and careful users find, and what they may rely on."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import signal
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pyoxigraph as ox
import pyshacl
import pytest
from flask.testing import FlaskClient
from rdflib import RDF, SH, Dataset, Graph, Literal, URIRef
from rdflib.compare import to_isomorphic
from rdflib.namespace import DCAT, DCTERMS, VOID

from api import create_app
from api.context import Context
from api.discovery.usage import SENTENCES
from kg import build, discovery, ontology
from kg.cli import main
from kg.discovery import DATASET, Dumps, statistics
from kg.errors import DiskFull, Overloaded
from kg.messages import LANGS, catalogue
from kg.namespaces import ONTOLOGY, PREFIXES, SCHEMA, graph, iri
from kg.resources import BUILT
from kg.settings import Settings
from kg.store import GRAPHS, LocalStore, dumping

BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
DESCRIPTIONS = ["/.well-known/void", "/dcat", "/requetes"]
READ_AS = {
    "text/turtle": "turtle",
    "application/ld+json": "json-ld",
    "application/rdf+xml": "xml",
    "application/n-triples": "nt",
}
ONE_GRAPH = "texte/csp/l6323-3"
MEDIA_TYPES = {made.name: made.media_type for made in GRAPHS}
SHAPES = Graph().parse(Path(__file__).parent / "dcat-ap.ttl")


def quads(data: bytes, format_name: str) -> set[ox.Quad]:
    return set(ox.parse(data, format=ox.RdfFormat.from_extension(format_name)))


@pytest.fixture(scope="module")
def whole() -> set[ox.Quad]:
    """The dataset, as it was built."""
    return quads((BUILT / build.DATASET).read_bytes(), "nq")


@pytest.fixture(scope="module")
def dcat(client: FlaskClient) -> Graph:
    """The catalogue."""
    return Graph().parse(data=client.get("/dcat").data, format="turtle")


# Descriptions.


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # rdflib's own reader of JSON-LD
@pytest.mark.parametrize("path", DESCRIPTIONS)
def test_a_description_says_the_same_in_every_format(client: FlaskClient, path: str) -> None:
    made = []
    for media_type, name in READ_AS.items():
        answer = client.get(path, headers={"Accept": media_type})
        assert (200, media_type) == (answer.status_code, answer.mimetype)
        made.append(to_isomorphic(Graph().parse(data=answer.data, format=name)))

    assert made[0] == made[1] == made[2] == made[3]


@pytest.mark.parametrize("path", DESCRIPTIONS)
def test_a_description_is_chosen_by_suffix_and_asked_again_for_nothing(
    client: FlaskClient, path: str
) -> None:
    first = client.get(f"{path}.jsonld")
    again = client.get(f"{path}.jsonld", headers={"If-None-Match": first.headers["ETag"]})
    packed = client.get(f"{path}.jsonld", headers={"Accept-Encoding": "gzip"})

    assert ("application/ld+json", 304) == (first.mimetype, again.status_code)
    assert gzip.decompress(packed.data) == first.data
    assert packed.headers["ETag"] != first.headers["ETag"]
    assert client.get(f"{path}.pdf").status_code == 406
    assert first.headers["Access-Control-Allow-Origin"] == "*"


def test_addresses_are_those_of_the_server_that_was_asked(client: FlaskClient) -> None:
    answer = client.get("/dcat", headers={"Host": "127.0.0.1:8000"})

    found = Graph().parse(data=answer.data, format="turtle")
    service = iri("dcat#sparql")
    assert found.value(service, DCAT.endpointURL) == URIRef("http://127.0.0.1:8000/sparql")


def test_a_name_of_no_server_is_refused(client: FlaskClient) -> None:
    for host in ('"><script>', "a b", "a\\b"):
        assert client.get("/dcat", headers={"Host": host}).status_code == 400


def test_void_counts_what_the_dataset_holds(client: FlaskClient, whole: set[ox.Quad]) -> None:
    found = Graph().parse(data=client.get("/.well-known/void").data, format="turtle")
    triples = {(q.subject, q.predicate, q.object) for q in whole}
    article = URIRef("https://w3id.org/soins-coordonnes/def/Article")
    articles = {s for s, p, o in triples if p.value == str(RDF.type) and o.value == str(article)}
    cites = URIRef("https://w3id.org/soins-coordonnes/def/cite")

    assert Literal(len(triples)) == found.value(DATASET, VOID.triples)
    part = found.value(predicate=VOID["class"], object=article)
    assert Literal(len(articles)) == found.value(part, VOID.entities)
    part = found.value(predicate=VOID.property, object=cites)
    assert Literal(sum(p.value == str(cites) for _, p, _ in triples)) == found.value(
        part, VOID.triples
    )
    subsets = {str(name) for name in found.objects(DATASET, VOID.subset)}
    assert subsets == {q.graph_name.value for q in whole}
    one = graph(ONE_GRAPH)
    count = sum(q.graph_name.value == str(one) for q in whole)
    assert Literal(count) == found.value(one, VOID.triples)
    assert len(list(found.objects(one, VOID.dataDump))) == 5


def test_the_catalogue_has_every_mandatory_and_recommended_property_of_dcat_ap(
    dcat: Graph,
) -> None:
    conforms, _, text = pyshacl.validate(dcat, shacl_graph=SHAPES)

    assert conforms, text


@pytest.mark.parametrize("shape", sorted(SHAPES.subjects(SH.minCount), key=str), ids=str)
def test_each_shape_of_the_profile_would_see_its_property_missing(
    dcat: Graph, shape: URIRef
) -> None:
    """A shape that nothing can break would prove nothing."""
    path = SHAPES.value(shape, SH.path)
    cut = Graph() + dcat
    if isinstance(path, URIRef):
        cut.remove((None, path, None))
    else:
        for name in ("hasURL", "hasEmail"):
            cut.remove((None, URIRef(f"http://www.w3.org/2006/vcard/ns#{name}"), None))

    conforms, _, _ = pyshacl.validate(cut, shacl_graph=SHAPES)

    assert not conforms


def test_the_catalogue_tells_the_version_and_the_dates(dcat: Graph, store: LocalStore) -> None:
    facts = discovery.facts(store)
    version = URIRef("http://www.w3.org/ns/dcat#version")

    assert str(dcat.value(DATASET, version)) == store.version
    assert dcat.value(DATASET, DCTERMS.modified) == Literal(facts.checked)
    assert facts.first < date(2002, 3, 5) < facts.checked <= date.today()


def test_each_distribution_of_the_catalogue_can_be_fetched_and_has_the_digest_announced(
    client: FlaskClient, dcat: Graph
) -> None:
    links = list(dcat.subject_objects(DCAT.downloadURL))
    spdx = "http://spdx.org/rdf/terms#"

    for node, link in links:
        data = client.get(str(link).removeprefix("http://localhost"), buffered=True).data
        checksum = dcat.value(node, URIRef(spdx + "checksum"))
        said = dcat.value(checksum, URIRef(spdx + "checksumValue"))
        assert hashlib.sha256(data).hexdigest() == str(said).lower()
        assert len(data) == int(str(dcat.value(node, DCAT.byteSize)))
    assert len(links) == 5


def test_each_competency_question_is_an_executable_example(client: FlaskClient) -> None:
    found = Graph().parse(data=client.get("/requetes").data, format="turtle")

    for question in ontology.questions():
        node = iri(f"requetes#{question.slug}")
        assert (node, RDF.type, SH.SPARQLExecutable) in found
        assert Literal(question.query) in set(found.objects(node, SH.select))
        assert found.value(node, SCHEMA.target) == URIRef("http://localhost/sparql")
        assert (node, SH.prefixes, ONTOLOGY) in found
    said = {str(word) for word in found.objects(predicate=SCHEMA.keywords)}
    assert said == {word for theme in ontology.themes() for word in (theme.fr, theme.en)}
    declared = {
        str(found.value(node, SH.prefix)): str(found.value(node, SH.namespace))
        for node in found.objects(ONTOLOGY, SH.declare)
    }
    assert declared == PREFIXES


def test_each_competency_question_has_one_theme() -> None:
    grouped = [q.slug for theme in ontology.themes() for q in theme.questions]

    assert sorted(grouped) == sorted(q.slug for q in ontology.questions())


def test_people_are_led_to_the_editor_which_shows_the_examples(client: FlaskClient) -> None:
    answer = client.get("/requetes", headers=BROWSER)

    assert (303, "/sparql") == (answer.status_code, answer.headers["Location"])


def test_the_service_description_leads_to_the_description_of_the_dataset(
    client: FlaskClient,
) -> None:
    assert "/.well-known/void" in client.get("/sparql?format=ttl").text


# Dumps.


@pytest.mark.parametrize("format_name", dumping.FORMATS)
def test_a_dump_of_the_whole_holds_the_dataset_and_nothing_else(
    client: FlaskClient, store: LocalStore, whole: set[ox.Quad], format_name: str
) -> None:
    answer = client.get(f"/dump/{store.version}/soins-coordonnes.{format_name}")

    found = quads(answer.data, format_name)
    if format_name in dumping.WITH_GRAPHS:
        assert found == whole
    else:
        assert found == {ox.Quad(q.subject, q.predicate, q.object) for q in whole}
    assert answer.mimetype == MEDIA_TYPES[format_name]
    assert answer.content_length == len(answer.data)


@pytest.mark.parametrize("format_name", dumping.GRAPH_FORMATS)
def test_a_dump_of_a_graph_holds_that_graph(
    client: FlaskClient, store: LocalStore, whole: set[ox.Quad], format_name: str
) -> None:
    answer = client.get(f"/dump/{store.version}/{ONE_GRAPH}.{format_name}")

    name = ox.NamedNode(str(graph(ONE_GRAPH)))
    wanted = {(q.subject, q.predicate, q.object) for q in whole if q.graph_name == name}
    found = quads(answer.data, format_name)
    assert wanted == {(q.subject, q.predicate, q.object) for q in found}


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_rdflib_reads_the_dumps_too(client: FlaskClient, store: LocalStore) -> None:
    """A second hand: what our engine writes is not only for our engine."""
    made = [
        Graph().parse(
            data=client.get(f"/dump/{store.version}/{ONE_GRAPH}.{name}").data, format=read_as
        )
        for name, read_as in (("ttl", "turtle"), ("nt", "nt"), ("rdf", "xml"))
    ]
    held = Dataset()
    held.parse(data=client.get(f"/dump/{store.version}/{ONE_GRAPH}.jsonld").data, format="json-ld")

    sizes = {len(one) for one in made} | {len(held.graph(graph(ONE_GRAPH)))}
    assert len(sizes) == 1


def test_the_n_quads_dump_is_the_dataset_byte_for_byte(
    client: FlaskClient, store: LocalStore
) -> None:
    data = client.get(f"/dump/{store.version}/soins-coordonnes.nq").data

    assert hashlib.sha256(data).hexdigest() == store.version


@pytest.mark.parametrize("name", ["soins-coordonnes.trig", f"{ONE_GRAPH}.rdf"])
def test_a_dump_comes_plain_or_packed_with_the_digest_of_each(
    client: FlaskClient, store: LocalStore, name: str
) -> None:
    address = f"/dump/{store.version}/{name}"
    plain, packed = (client.get(address + suffix, buffered=True) for suffix in ("", ".gz"))
    on_the_way = client.get(address, headers={"Accept-Encoding": "gzip"}, buffered=True)

    assert gzip.decompress(packed.data) == plain.data
    assert (packed.data, "gzip") == (on_the_way.data, on_the_way.headers["Content-Encoding"])
    assert on_the_way.mimetype == plain.mimetype
    for got, suffix in ((plain, ""), (packed, ".gz")):
        digest, saved_as = client.get(f"{address}{suffix}.sha256").text.split()
        assert hashlib.sha256(got.data).hexdigest() == digest
        assert saved_as in got.headers["Content-Disposition"]


def test_the_same_version_gives_the_same_bytes_wherever_it_is_made(
    store: LocalStore, tmp_path: Path
) -> None:
    made = [Dumps(tmp_path / place, BUILT, store.version) for place in "ab"]

    for name in (f"{ONE_GRAPH}.ttl", f"{ONE_GRAPH}.rdf", "vocabulaire/rangs.jsonld"):
        assert made[0].get(name) == made[1].get(name)


def test_what_takes_seconds_is_made_elsewhere_and_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = b"".join(
        b"<a:%d> <a:b> <a:c> <%s> .\n" % (n, graph("texte/essai").encode()) for n in range(9)
    )
    (tmp_path / build.DATASET).write_bytes(lines)
    manifest = build.Manifest("0" * 64, "0" * 64, 9, 1)
    (tmp_path / "manifest.json").write_text(json.dumps(asdict(manifest)), encoding="utf-8")
    dumps = Dumps(tmp_path / "dumps", tmp_path, manifest.version)
    discovery.prepare(dumps)
    assert dumps._expected is not None
    pid = dumps._expected.pid or 0
    os.kill(pid, signal.SIGSTOP)  # it takes its time

    with pytest.raises(Overloaded, match="busy"):
        dumps.get("soins-coordonnes.nt")
    assert dumps.get("texte/essai.nt").size == len(lines) - 9 * (len(graph("texte/essai")) + 3)
    os.kill(pid, signal.SIGCONT)
    dumps._expected.join(60)
    monkeypatch.setattr(dumps, "_run", None)  # nothing is left to do
    assert [dumps.get(name).graph for name in dumps.names()] == [None] * 5
    assert dumps.kept("void.nt", statistics.write_statistics)


def test_a_link_without_version_leads_to_the_latest(client: FlaskClient, store: LocalStore) -> None:
    answer = client.get(f"/dump/{ONE_GRAPH}.ttl.gz")

    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/dump/{store.version}/{ONE_GRAPH}.ttl.gz"
    assert answer.headers["Cache-Control"] == "no-cache"


def test_a_link_with_version_may_be_kept_for_ever_and_taken_in_parts(
    client: FlaskClient, store: LocalStore
) -> None:
    address = f"/dump/{store.version}/{ONE_GRAPH}.ttl.gz"
    first = client.get(address, buffered=True)
    part = client.get(address, headers={"Range": "bytes=0-9"}, buffered=True)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]}, buffered=True)

    assert first.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (206, first.data[:10]) == (part.status_code, part.data)
    assert again.status_code == 304


@pytest.mark.parametrize(
    "name",
    [
        "soins-coordonnes.rdf",
        "soins-coordonnes",
        "texte/csp/l0000.ttl",
        f"{ONE_GRAPH}.trig",
        "../manifest.json",
        "x" * 300 + ".ttl",
        "\u0000.ttl",
        ".ttl",
    ],
)
def test_what_is_no_dump_is_404(client: FlaskClient, store: LocalStore, name: str) -> None:
    for address in (f"/dump/{name}", f"/dump/{store.version}/{name}", f"/dump/{'0' * 64}/{name}"):
        assert client.get(address).status_code == 404


def test_the_icon_is_found_where_browsers_look_for_it(client: FlaskClient) -> None:
    found = client.get("/favicon.ico")

    assert found.status_code == 301
    with client.get(found.location) as icon:
        assert icon.mimetype == "image/svg+xml"


def test_dumps_of_the_version_before_stay_a_while(store: LocalStore, tmp_path: Path) -> None:
    name = f"{ONE_GRAPH}.ttl"
    for version in "abcd":
        Dumps(tmp_path, BUILT, store.version).get(name)
        (tmp_path / store.version).rename(tmp_path / version)

    now = Dumps(tmp_path, BUILT, store.version)
    now.get(name)

    assert [True, True] == [now.made(name, version) is not None for version in "cd"]
    assert now.made(name, "a") is None


def test_no_dump_of_another_version_is_passed_for_this_one(tmp_path: Path) -> None:
    old = Dumps(tmp_path, BUILT, "0" * 64)

    with pytest.raises(Overloaded, match="rebuilt"):
        old.get(f"{ONE_GRAPH}.ttl")


def test_dumps_go_on_when_another_version_is_built_beside_the_server(
    store: LocalStore, tmp_path: Path
) -> None:
    built, name = tmp_path / "built", f"{ONE_GRAPH}.ttl"
    built.mkdir()
    for file in (build.DATASET, build.MANIFEST):
        (built / file).write_bytes((BUILT / file).read_bytes())
    unheld = Dumps(tmp_path / "unheld", built, store.version)
    held = Dumps(tmp_path / "held", built, store.version).hold()
    late = Dumps(tmp_path / "late", built, "0" * 64).hold()

    draft = built / "draft"
    draft.write_text("<a:s> <a:p> <a:o> <a:g> .\n")
    draft.replace(built / build.DATASET)
    (built / build.MANIFEST).write_text('{"version": "1", "inputs": "", "quads": 1, "graphs": 1}')

    assert held.get(name) == Dumps(tmp_path / "own", BUILT, store.version).get(name)
    for refused in (unheld, late):
        with pytest.raises(Overloaded, match="rebuilt"):
            refused.get(name)


def test_a_dump_that_failed_leaves_nothing_behind(
    store: LocalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    found = Dumps(tmp_path, BUILT, store.version)
    found.graphs  # noqa: B018  read before the fault
    monkeypatch.setattr(dumping, "dump", full)

    with pytest.raises(DiskFull, match="No space"):
        found.get(f"{ONE_GRAPH}.ttl")

    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_the_list_of_dumps_names_each_file_and_each_graph(
    client: FlaskClient, store: LocalStore
) -> None:
    told = client.get("/dump.json").json

    assert [f["name"] for f in told["files"]] == [
        f"soins-coordonnes.{name}" for name in dumping.FORMATS
    ]
    manifest = build.manifest(BUILT)
    assert manifest is not None
    assert manifest.graphs == len(told["graphs"])
    assert manifest.quads == sum(g["triples"] for g in told["graphs"])
    assert client.head(told["files"][0]["address"]).status_code == 200
    assert told["version"] == store.version


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_of_dumps_is_for_people(client: FlaskClient, lang: str) -> None:
    page = client.get(f"/dump?lang={lang}", headers=BROWSER).text

    assert f'<html lang="{lang}">' in page
    assert catalogue()["discovery.dump-title"][lang] in page
    assert "soins-coordonnes.trig.gz" in page


def test_the_command_exports_the_same_bytes(
    client: FlaskClient,
    store: LocalStore,
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    file = tmp_path / "graph.ttl.gz"

    assert main(["export", "--graph", ONE_GRAPH, "-o", str(file)]) == 0
    assert main(["export", "--graph", ONE_GRAPH, "--format", "nt"]) == 0

    address = f"/dump/{store.version}/{ONE_GRAPH}"
    assert gzip.decompress(file.read_bytes()) == client.get(f"{address}.ttl").data
    assert capfdbinary.readouterr().out == client.get(f"{address}.nt").data


@pytest.mark.parametrize(
    "options",
    [["--graph", "none"], ["--format", "rdf"], ["-o", "/nowhere/x.nq"], ["-o", "x.csv"]],
)
def test_an_export_that_cannot_be_is_refused_in_a_sentence(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", *options]) == 2
    assert capsys.readouterr().err.startswith("soins: ")


def test_the_command_lists_the_graphs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--list"]) == 0

    lines = capsys.readouterr().out.splitlines()
    manifest = build.manifest(BUILT)
    assert manifest is not None
    assert manifest.graphs == len(lines)
    assert manifest.quads == sum(int(line.split("\t")[0]) for line in lines)


def test_the_sandbox_publishes_nothing_of_ours(tmp_path: Path) -> None:
    from kg.store import sandbox

    with (
        sandbox() as (empty, place),
        Context.open(Settings(token="x" * 32), empty, place) as context,
    ):
        client = create_app(context).test_client()

        statuses = {
            client.get(path).status_code
            for path in [*DESCRIPTIONS, "/dump", "/dump/x.nq", "/sitemap.xml"]
        }
        assert statuses == {404}
        assert client.get("/usage").status_code == 200


# Search engines and fair use.


def entries(client: FlaskClient) -> dict[str, str | None]:
    ns = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    tree: Element = fromstring(client.get("/sitemap.xml").data)
    return {
        str(url.findtext(f"{ns}loc")).removeprefix("http://localhost"): url.findtext(f"{ns}lastmod")
        for url in tree
    }


def test_the_map_of_the_site_dates_each_page_by_the_law_that_it_shows(client: FlaskClient) -> None:
    found = entries(client)

    assert found["/texte/csp/l6323-3"] == "2021-12-25"
    assert found["/regle/MSP-SIGNATURES"] is not None
    assert {"/", "/concepts", "/textes", "/usage", "/source/003-kit-elus-doubs"} <= found.keys()
    days = [day for day in found.values() if day]
    assert all("1900" < day <= date.today().isoformat() for day in days)
    assert len(found) > 500


@pytest.mark.parametrize("path", ["/sitemap.xml", "/openapi.json"])
def test_what_is_long_comes_packed_and_is_asked_again_for_nothing(
    client: FlaskClient, path: str
) -> None:
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    tag = packed.headers["ETag"]
    again = client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": tag})

    assert gzip.decompress(packed.data) == client.get(path).data
    assert (304, b"") == (again.status_code, again.data)


def test_every_page_of_the_map_answers(client: FlaskClient) -> None:
    """One in fifteen, since each takes a moment; which ones changes with the map."""
    paths = sorted(entries(client))[::15]

    wrong = [path for path in paths if client.get(path, headers=BROWSER).status_code != 200]
    assert wrong == []


def test_a_change_to_come_is_not_told_as_done(store: LocalStore) -> None:
    def changed(day: date) -> date | None:
        return next(
            p.changed for p in discovery.pages(store, day) if p.iri.endswith("id/texte/csp/l6323-3")
        )

    assert changed(date(2021, 12, 25)) == date(2021, 12, 25)
    before = changed(date(2021, 12, 25) - timedelta(days=1))
    assert before is not None
    assert before < date(2021, 12, 25)


def test_robots_are_told_where_the_map_is_and_what_to_leave(client: FlaskClient) -> None:
    text = client.get("/robots.txt").text

    assert "Sitemap: http://localhost/sitemap.xml" in text
    assert "Disallow: /sparql?" in text
    closed = re.findall(r"Disallow: (\S+)", text)
    assert not [p for p in entries(client) if p.startswith(tuple(closed))]


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_of_fair_use_gives_the_numbers_of_the_settings(
    store: LocalStore, lang: str
) -> None:
    """Each setting that a sentence names: changed, the page changes."""
    told = " ".join(
        catalogue()[f"discovery.usage-{key}"][lang] for keys in SENTENCES.values() for key in keys
    )
    names = set(re.findall(r"\{(\w+)\}", told)) - {"hours"}

    with Context.open(Settings(workers=1), store) as context:
        for name in sorted(names):
            changed = replace(Settings(workers=1), **{name: 777_000_000})
            app = create_app(replace(context, settings=changed))
            page = app.test_client().get(f"/usage?lang={lang}").text
            assert "777" in page, name
    assert {"query_deadline", "client_seconds", "upload", "rows", "question"} <= names


@pytest.mark.parametrize("path", ["/api/ask?q=textes+CDS&date=2024-01-01", "/api/search?q=msp"])
def test_an_answer_in_json_is_read_from_anywhere_and_not_sent_again(
    client: FlaskClient, path: str
) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert again.status_code == 304
    assert again.data == b""
