"""The comparator: concepts side by side, each cell with its source, and what it says when it cannot."""

from __future__ import annotations

import csv
import io
import re

import openpyxl
import pytest
from flask.testing import FlaskClient

from api.twins import safe
from kg.concepts.comparison import ASPECTS, DEFAULT, MOST, structures
from kg.corpus import RANKS
from kg.messages import LANGS, Lang, catalogue, say
from kg.store import LocalStore

HTML = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
TWO = "/comparer?concept=MSP&concept=CPTS&date=2026-11-22"


def told(client: FlaskClient, address: str, row: str, concept: str) -> list[dict]:
    """Return the statements of the law in the cell of *concept* in *row*."""
    page = client.get(address + "&format=json").json
    cells = next(line["cells"] for line in page["lines"] if line["key"] == row)
    return next(cell["law"] for cell in cells if cell["concept"]["acronym"] == concept)


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_asked_for_compares_the_five_structures(client: FlaskClient, lang: Lang) -> None:
    page = client.get(f"/comparer?lang={lang}", headers=HTML)

    assert page.status_code == 200
    assert f"<h1>{say('comparison.title-of', lang, names=', '.join(DEFAULT))}</h1>" in page.text
    assert page.text.count('scope="col"') == 1 + len(DEFAULT)
    assert re.findall(r'href="#(row-\w+)"', page.text) == re.findall(r'id="(row-\w+)"', page.text)
    assert 'style="' not in page.text


def test_a_cell_says_what_the_text_says_with_rank_date_link_and_words(client: FlaskClient) -> None:
    said = told(client, TWO, "form", "CPTS")

    association = next(s for s in said if s["object"]["iri"].endswith("/AssociationLoi1901"))
    assert association["voice"]["label"] == "CSP, art. L. 1434-12-1"
    assert association["rank"]["iri"].endswith("/loi")
    assert association["since"] == "2021-05-14"
    assert association["quote"] in client.get(TWO, headers=HTML).text.replace("&#39;", "'")


def test_the_table_is_that_of_the_day(client: FlaskClient) -> None:
    before = TWO.replace("2026-11-22", "2020-06-01")

    assert told(client, before, "form", "CPTS") == []
    assert told(client, TWO, "form", "CPTS") != []


def test_no_statement_of_another_day_enters(client: FlaskClient) -> None:
    page = client.get("/comparer.json?date=2019-01-01").json
    said = [s for line in page["lines"] for cell in line["cells"] for s in cell["law"]]

    assert said
    assert all(s["since"] is None or s["since"] <= "2019-01-01" for s in said)
    assert all(s["until"] is None or s["until"] > "2019-01-01" for s in said)


@pytest.mark.parametrize("lang", LANGS)
def test_an_empty_cell_says_that_nothing_is_recorded(client: FlaskClient, lang: Lang) -> None:
    page = client.get(f"/comparer?concept=MSP&concept=DAC&lang={lang}", headers=HTML).text
    assert 'id="row-numbers"' in page
    numbers = page.partition('id="row-numbers"')[2].partition("</tr>")[0]

    assert say("comparison.none", lang) in numbers


@pytest.mark.parametrize(
    ("row", "concept", "rule"),
    [
        ("signature", "CPTS", "CPTS-CONVENTION-PARTIES"),
        ("signature", "DAC", "DAC-CPOM"),
        ("numbers", "CDS", "CDS-SANS-MINIMUM"),
        ("form", "DAC", "DAC-PERSONNE-MORALE"),
    ],
)
@pytest.mark.parametrize("lang", LANGS)
def test_a_rule_fills_a_cell_where_no_statement_of_its_text_does(
    client: FlaskClient, row: str, concept: str, rule: str, lang: Lang
) -> None:
    address = f"/comparer?concept=CPTS&concept=CDS&concept=DAC&date=2026-11-22&lang={lang}"
    said = told(client, address, row, concept)
    page = client.get(address, headers=HTML).text

    found = next(s for s in said if s["iri"].endswith("/regle/" + rule))
    assert found["says"] in client.get(f"/regle/{rule}.json?lang={lang}").json["rule"]["says"]
    assert found["voice"]["label"]
    assert found["since"] <= "2026-11-22"
    assert say("comparison.rule", lang, id=rule) in page


def test_a_rule_says_nothing_twice_nor_before_its_time(client: FlaskClient) -> None:
    address = "/comparer?concept=MSP&concept=CPTS&date={}"
    msp = told(client, address.format("2026-11-22"), "signature", "MSP")
    statements = {s["voice"]["label"] for s in msp if "/regle/" not in s["iri"]}
    early = client.get(address.format("2017-01-01").replace("comparer", "comparer.json")).json

    assert "CSP, art. L. 6323-3" in statements
    assert not [s for s in msp if s["iri"].endswith("/regle/MSP-SIGNATURES")]
    assert "CPTS-CONVENTION-PARTIES" not in str(early)


def test_higher_rank_speaks_first_in_every_cell(client: FlaskClient) -> None:
    said = told(client, "/comparer?concept=CDS&concept=MSP&date=2026-11-22", "numbers", "CDS")

    assert [s["rank"]["iri"].rsplit("/", 1)[1] for s in said] == sorted(
        (s["rank"]["iri"].rsplit("/", 1)[1] for s in said), key=RANKS.index
    )
    assert said[0]["iri"].endswith("CDS-SANS-MINIMUM")


def test_of_a_document_the_quotation_is_verified_and_not_the_claim(client: FlaskClient) -> None:
    page = client.get("/comparer.json?concept=ESP&concept=MSP&lang=fr").json
    cells = [cell for line in page["lines"] for cell in line["cells"]]

    claims = {s["evidence"]["label"] for cell in cells for s in cell["documents"] if s["evidence"]}
    law = {s["evidence"]["label"] for cell in cells for s in cell["law"] if s["evidence"]}
    assert "citation vérifiée" in claims
    assert "vérifié" not in claims
    assert "vérifié" in law
    assert "citation vérifiée" not in law


def test_a_row_empty_for_all_is_told_and_not_shown(client: FlaskClient) -> None:
    page = client.get("/comparer.json?concept=DAC&concept=PTA").json

    assert say("comparison.row-numbers", "fr") in page["nothing"]
    assert "numbers" not in [line["key"] for line in page["lines"]]


@pytest.mark.parametrize("lang", LANGS)
def test_every_power_of_the_agency_is_in_its_row_in_both_languages(
    client: FlaskClient, lang: Lang
) -> None:
    """Also those that the graph does not tie to the agency itself: to an authorisation, to a decision."""
    said = told(
        client, f"/comparer?concept=CDS&concept=DAC&date=2026-11-22&lang={lang}", "agency", "CDS"
    )
    objects = {s["object"]["iri"].rsplit("/", 1)[1] for s in said if s["object"]}

    assert {"AgenceRegionaleDeSante", "Agrement", "DecisionDeSuspensionOuDeFermeture"} <= objects


def test_the_text_that_defines_a_concept_speaks_first_of_its_rank(client: FlaskClient) -> None:
    said = told(client, TWO, "signature", "MSP")

    assert [s["voice"]["label"] for s in said if "/regle/" not in s["iri"]] == [
        "CSP, art. L. 6323-3",
        "CSP, art. L. 6323-3",
        "CSP, art. L. 4041-2",
    ]


def test_a_cell_in_which_voices_differ_leads_to_the_disagreement(client: FlaskClient) -> None:
    page = client.get("/comparer?concept=ESP&concept=MSP&lang=fr", headers=HTML).text
    numbers = page.partition('id="row-numbers"')[2].partition("</tr>")[0]
    links = re.findall(r'href="(/desaccord/[^"?]+)', numbers)

    assert links
    assert client.get(links[0], headers=HTML).status_code == 200


def test_documents_stand_apart_from_the_law(client: FlaskClient) -> None:
    page = client.get("/comparer.json?concept=ESP&concept=MSP").json
    numbers = next(line for line in page["lines"] if line["key"] == "numbers")
    esp = numbers["cells"][0]

    assert esp["law"] == []  # the law sets no number; brochures do
    assert esp["documents"]
    assert all(s["secondary"] for s in esp["documents"])


def test_the_link_of_a_document_leads_to_its_very_sentence(client: FlaskClient) -> None:
    page = client.get("/comparer?concept=ESP&concept=MSP", headers=HTML).text
    path, anchor = re.search(r'href="(/source/[^"?#]+)#([^"]+)"', page).groups()

    assert f'id="{anchor}"' in client.get(path, headers=HTML).text


@pytest.mark.parametrize(
    "names",
    [("MSP", "CDS"), ("MaisonDeSante", "CentreDeSante"), ("maison de sante", "CENTRE DE SANTÉ")],
)
def test_a_concept_goes_by_term_acronym_or_name(client: FlaskClient, names: tuple[str]) -> None:
    page = client.get("/comparer.json", query_string={"concept": names}).json

    assert [c["concept"]["acronym"] for c in page["columns"]] == ["MSP", "CDS"]


@pytest.mark.parametrize("lang", LANGS)
def test_an_unknown_concept_is_said_with_the_nearest_names(client: FlaskClient, lang: Lang) -> None:
    address = f"/comparer?concept=CDS&concept=Maison+de+sentee&lang={lang}"
    page = client.get(address, headers=HTML)
    data = client.get(address, headers={"Accept": "application/json"})

    assert page.status_code == data.status_code == 404
    assert say("comparison.unknown", lang, name="Maison de sentee") in page.text.replace(
        "\u00a0", " "
    )
    assert f'<a href="/comparer?concept=CDS&amp;concept=MaisonDeSante&amp;lang={lang}"' in page.text
    assert 'value="Maison de sentee"' in page.text
    assert data.json["ok"] is False
    assert data.json["error"] != say("comparison.unknown", lang, name="Maison de sentee")


def test_hostile_names_stay_words(client: FlaskClient) -> None:
    nasty = '"><img src=x onerror=alert(1)>{{7*7}}\x00'
    page = client.get("/comparer", query_string={"concept": ["MSP", nasty]}, headers=HTML)

    assert page.status_code == 404
    assert "<img" not in page.text


@pytest.mark.parametrize("names", ["concept=MSP", "concept=MSP&concept=msp&concept="])
def test_one_concept_alone_asks_for_another(client: FlaskClient, names: str) -> None:
    page = client.get(f"/comparer?lang=fr&{names}", headers=HTML)
    data = client.get(f"/comparer.json?lang=fr&{names}", headers={"Accept": "application/json"})

    assert page.status_code == 200
    assert say("comparison.another", "fr") in page.text.replace("\u00a0", " ")
    assert re.search(r'value="MaisonDeSante" checked', page.text)
    assert data.status_code == 400


def test_more_than_a_table_holds_is_refused(client: FlaskClient, store: LocalStore) -> None:
    some = [r.iri.rsplit("/", 1)[1] for _, members in structures(store, "fr") for r in members]
    most = client.get("/comparer", query_string={"concept": some[:MOST]}, headers=HTML)
    more = client.get("/comparer", query_string={"concept": some[: MOST + 1]}, headers=HTML)

    assert most.status_code == 200
    assert more.status_code == 400
    assert str(MOST + 1) in more.text
    assert more.text.count(" checked") == MOST + 1


def test_the_day_and_the_language_are_changed_without_losing_the_choice(
    client: FlaskClient,
) -> None:
    page = client.get(TWO + "&lang=fr", headers=HTML).text
    day = page.partition('class="as-of"')[2].partition("</form>")[0]

    assert re.findall(r'name="concept" value="(\w+)"', day) == ["MSP", "CPTS"]
    assert "/comparer?concept=MSP&amp;concept=CPTS&amp;date=2026-11-22&amp;lang=en" in page


def test_the_table_for_spreadsheets_has_a_line_for_each_source(client: FlaskClient) -> None:
    page = client.get(TWO + "&format=json").json
    lines = list(csv.DictReader(io.StringIO(client.get(TWO + "&format=csv").text)))
    cells = [cell for line in page["lines"] for cell in line["cells"]]
    said = sum(len(c["law"]) + len(c["documents"]) or 1 for c in cells)
    texts = sum(len(column["texts"]) for column in page["columns"])

    assert said + texts == len(lines)
    assert {"concept", "aspect", "says", "text", "text_iri", "rank", "since"} <= lines[0].keys()


@pytest.mark.parametrize("lang", LANGS)
def test_the_workbook_says_what_the_page_says(client: FlaskClient, lang: Lang) -> None:
    answer = client.get(f"{TWO}&lang={lang}&format=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    table, sources = book.worksheets
    rows = {row[0]: row[1:] for row in table.iter_rows(min_row=3, values_only=True)}

    assert answer.headers["Content-Disposition"].endswith("-MSP-CPTS-2026-11-22.xlsx")
    assert [cell.value.split()[0] for cell in table[2][1:]] == ["MSP", "CPTS"]
    assert "L. 1434-12-1" in rows[say("comparison.row-form", lang)][1]
    assert rows[say("comparison.row-numbers", lang)][1] == say("comparison.none", lang)
    assert "2016-01-28" in rows[say("comparison.row-since", lang)][1]
    assert sources.max_row > 50
    assert table.print_title_rows == "$1:$2"
    assert table.page_setup.orientation == "landscape"


def test_no_cell_of_the_workbook_is_a_formula(client: FlaskClient) -> None:
    book = openpyxl.load_workbook(io.BytesIO(client.get("/comparer.xlsx").data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]

    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells if safe(cell.value) != cell.value] == []


@pytest.mark.parametrize("suffix", ["ttl", "nt", "rdf", "jsonld"])
def test_the_comparison_has_rdf_twins(client: FlaskClient, suffix: str) -> None:
    answer = client.get(f"/comparer.{suffix}?concept=MSP&concept=CPTS")

    assert answer.status_code == 200
    assert b"MaisonDeSante" in answer.data
    assert b"CommunauteProfessionnelleTerritorialeDeSante" in answer.data


def test_every_relation_of_a_structure_has_a_row(store: LocalStore) -> None:
    """A relation that is new in the corpus must not be lost from the comparison."""
    rows = store.select(
        "PREFIX soins: <https://w3id.org/soins-coordonnes/def/>"
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"
        "SELECT DISTINCT ?r { VALUES ?family { soins:ExerciceCoordonne soins:DispositifDeCoordination }"
        " ?c skos:broader+ ?family . ?s soins:sujet ?c ; soins:relation ?r ; soins:selon/a soins:TexteJuridique }"
    )
    placed = {relation for aspect in ASPECTS for relation in aspect.told}

    assert {str(row["r"]).rsplit("/", 1)[1] for row in rows} - placed == set()


def test_every_relation_of_a_row_is_one_of_the_ontology(store: LocalStore) -> None:
    named = {r for a in ASPECTS for r in (*a.told, *a.met, *a.around)}
    rows = store.select(
        "SELECT DISTINCT ?p { ?p a ?kind FILTER(CONTAINS(STR(?kind), 'Property')) }"
    )

    assert named - {str(row["p"]).rsplit("/", 1)[-1] for row in rows} == set()


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_is_light(client: FlaskClient, lang: Lang) -> None:
    """In bytes on the way; the fonts, style and script of every page take about 100 kB of the 150."""
    packed = client.get(f"/comparer?lang={lang}", headers={**HTML, "Accept-Encoding": "gzip"})

    assert len(packed.data) < 45_000


def test_every_sentence_of_the_comparator_is_said_in_both_languages_and_used(
    client: FlaskClient,
) -> None:
    from api import comparison_book

    files = [comparison_book.__file__]
    folder = comparison_book.__file__.rpartition("/")[0]
    files += [f"{folder}/comparison.py", f"{folder}/templates/comparer.html"]
    files += [f"{folder}/templates/concept.html", f"{folder}/templates/base.html"]
    files += [f"{folder}/../kg/concepts/comparison.py"]
    text = ""
    for file in files:
        with open(file, encoding="utf-8") as source:
            text += source.read()
    used = set(re.findall(r"comparison\.[a-z0-9-]+", text))
    families = tuple(key for key in used if key.endswith("-"))
    ours = {key for key in catalogue() if key.startswith("comparison.")}

    assert all(set(catalogue()[key]) == set(LANGS) for key in ours)
    assert {key for key in ours if key not in used and not key.startswith(families)} == set()
