"""A report in each of its forms: what a person reads, what a program and a spreadsheet get."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from openpyxl import load_workbook

from api import reports
from kg import __version__
from kg.errors import BadInput
from kg.messages import LANGS, Lang
from kg.settings import Settings
from kg.store import LocalStore
from kg.tabular import Upload
from kg.validation import FORMS, Report, Rulebook, judge, write
from kg.validation.forms import text
from kg.validation.report import LISTED

DAY = date(2026, 11, 22)
FAULTY = (
    "identifiant;type;nom;hebergement;forme_juridique\n"
    "1;MSP;=cmd|' /C calc'!A0;oui;SISA\n"
    "2;MSP;<script>alert(1)</script>\u202e & Cie;oui;SISA\n"
    '3;MSP;"deux\nlignes";oui;SISA\n'
    "4;MSP;Les Tilleuls;oui;SISA\n"
    "5;CPTS;CPTS du Val;;GIE\n"
)
IRI = re.compile(r"https?://|\bsh:|w3id|urn:")


def judged(book: Rulebook, content: str = FAULTY, lang: Lang = "fr") -> Report:
    return judge([Upload("structures.csv", content.encode())], DAY, lang, book, Settings())


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


# --- what makes it again


def test_a_report_carries_what_makes_it_again(book: Rulebook, store: LocalStore) -> None:
    told = json.loads(write(judged(book), "json"))

    assert told["hash"] == hashlib.sha256(FAULTY.encode()).hexdigest()
    assert (told["dataset"], told["tool"]) == (store.version, __version__)
    assert (told["date"], told["lang"], told["files"]) == ("2026-11-22", "fr", ["structures.csv"])


@pytest.mark.parametrize("form", sorted({*reports.FORMS} - {"xlsx"}))  # a ZIP keeps the hour
def test_the_same_file_gives_the_same_report(book: Rulebook, form: str) -> None:
    first, second = (reports.write(judged(book), form, columns=book.columns) for _ in range(2))

    assert first == second


def test_an_unknown_form_is_refused(book: Rulebook) -> None:
    with pytest.raises(BadInput) as refused:
        write(judged(book), "pdf")

    assert set(FORMS) == set(str(refused.value.data["forms"]).split(", "))


# --- words


@pytest.mark.parametrize("lang", LANGS)
def test_no_technical_word_and_no_iri_in_what_a_rule_says(book: Rulebook, lang: Lang) -> None:
    said = [
        (rule.id, words)
        for rule in book.rules
        for words in (
            rule.title[lang],
            rule.message[lang],
            rule.fix[lang],
            "" if rule.expects else rule.expected[lang],
            *(basis.cite(lang) for basis in rule.basis),
        )
    ]

    assert [(rule, words) for rule, words in said if IRI.search(words)] == []


@pytest.mark.parametrize("lang", LANGS)
def test_no_technical_word_and_no_iri_in_the_report(book: Rulebook, lang: Lang) -> None:
    report = judged(book, lang=lang)
    lines = rows(write(report, "csv"))

    assert not IRI.search(write(report, "text").decode())
    assert [
        line for line in lines if IRI.search(" ".join(v for k, v in line.items() if k != "url"))
    ] == []
    assert not re.search(r"\bsh:|w3id", visible(reports.page(report)))


@pytest.mark.parametrize(
    ("lang", "word", "other"),
    [("fr", "Pour corriger", "To correct"), ("en", "To correct", "Pour corriger")],
)
@pytest.mark.parametrize("form", ["text", "html"])
def test_a_report_speaks_one_language(
    book: Rulebook, form: str, lang: Lang, word: str, other: str
) -> None:
    told = reports.write(judged(book, lang=lang), form).decode()

    assert (word in told, other in told) == (True, False)


# --- text


def test_the_gravest_come_first_with_three_examples_and_the_number_of_others(
    book: Rulebook,
) -> None:
    brief = text.report(judged(book), 3)

    kinds = re.findall(r"^(VIOLATION|AVERTISSEMENT|INFORMATION) ", brief, re.MULTILINE)
    assert kinds == sorted(kinds, key=["VIOLATION", "AVERTISSEMENT", "INFORMATION"].index)
    assert brief.count("colonne hebergement : ") == 3
    assert "… et 1 de plus" in brief
    assert "--all" in brief


def test_informations_take_one_line_each_until_all_is_asked_for(book: Rulebook) -> None:
    report = judged(book)
    found = [r for r in report.results if r.severity == "info"]
    brief, whole = text.report(report, 1000), text.report(report)

    assert [r.rule for r in found if r.message not in brief] == []
    assert [r.rule for r in found if r.fix in brief or r.fix not in whole] == []


def test_the_whole_text_leaves_nothing_out(book: Rulebook) -> None:
    whole = text.report(judged(book))

    assert whole.count("colonne hebergement : ") == 4
    assert "--all" not in whole


def test_values_neither_break_a_line_nor_turn_the_text_of_a_terminal_around(book: Rulebook) -> None:
    report = judged(book)
    hostile = replace(report.results[0], message="a\x1b[2Jb\u202ec\r\nd\u2066")
    whole = text.report(replace(report, results=(hostile,)))

    assert "a[2Jbc  d\n" in whole


# --- CSV


def test_csv_has_one_line_a_result_and_the_names_of_the_json_report(book: Rulebook) -> None:
    report = judged(book)
    data = write(report, "csv")

    assert data.startswith(b"\xef\xbb\xbfseverity;rule;title;sheet;row;column;")
    assert [line["message"] for line in rows(data)] == [r.message for r in report.results]


def test_no_cell_of_the_csv_is_a_formula(book: Rulebook) -> None:
    lines = rows(write(judged(book), "csv"))

    assert {line["label"] for line in lines if "cmd" in line["label"]} == {"'=cmd|' /C calc'!A0"}
    assert [v for line in lines for v in line.values() if v[:1] in tuple("=+-@\t\r")] == []


# --- page


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] != "style":
            self.words.append(data)


def parsed(page: str) -> _Page:
    found = _Page()
    found.feed(page)
    return found


def visible(page: str) -> str:
    return " ".join(parsed(page).words)


def test_the_page_needs_nothing_else_and_runs_nothing(book: Rulebook) -> None:
    page = reports.page(judged(book))
    found = parsed(page)

    assert {"script", "link", "img", "iframe", "object"} & set(found.tags) == set()
    assert [link for link in found.links if not link.startswith(("#rule-", "https://"))] == []
    assert "<script>alert(1)</script>" in visible(page)


def test_the_page_groups_by_rule_with_three_examples_and_the_others_on_demand(
    book: Rulebook,
) -> None:
    page = reports.page(judged(book))

    section = page[page.index("MSP-HEBERGEMENT") :]
    shown, _, others = section[: section.index("</section>")].partition("<details>")
    assert (shown.count('class="where"'), others.count('class="where"')) == (3, 1)
    assert "Voir les autres constats (1)" in others


def test_the_page_leads_from_a_finding_to_the_official_text(book: Rulebook) -> None:
    report = judged(book)
    urls = {b.url for r in report.results for b in r.basis if b.url}

    assert urls
    assert urls <= set(parsed(reports.page(report)).links)


def test_a_page_of_many_findings_lists_the_first_and_says_how_many(book: Rulebook) -> None:
    lines = "".join(f"{n};MSP;A;oui\n" for n in range(LISTED + 5))
    page = reports.page(judged(book, "identifiant;type;nom;hebergement\n" + lines))

    assert f"Les {LISTED} premiers constats sur {LISTED + 5}" in visible(page)


# --- what is not seen, and files that are no sheets


@pytest.mark.parametrize("form", sorted(reports.FORMS))
def test_a_character_that_turns_the_text_around_shows_its_number_in_every_form(
    book: Rulebook, form: str
) -> None:
    uploads = [Upload("\u202efdp.csv", FAULTY.encode())]
    report = judge(uploads, DAY, "fr", book, Settings())
    data = reports.write(report, form, uploads, book.columns, Settings())
    if form == "xlsx":
        found = load_workbook(io.BytesIO(data))
        ours = [found["Synthèse"], found["Constats"]]
        data = "".join(str(c.value) for p in ours for row in p for c in row).encode()

    shown = data.decode().replace("\\u202e", "\u202e").replace("&lt;", "<").replace("&gt;", ">")
    assert "\u202e" not in shown
    assert "<script>alert(1)</script><U+202E> & Cie" in shown.replace("&amp;", "&")


FILES = Path(__file__).parents[2] / "files"
OF_SHEETS = {
    "fr": re.compile(r"feuilles?\b|colonnes?\b|cellules?\b", re.I),
    "en": re.compile(r"\b(?:sheets?|columns?|cells?)\b", re.I),
}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "name",
    [
        "finess-etalab-fautif/input.csv",
        "finess-flux-fautif/input.xml",
        "finess-plus-fautif/input.json",
        "rdf-turtle-fautif/input.ttl",
        "rdf-xml-fautif/input.rdf",
    ],
)
def test_a_report_on_a_file_that_is_no_sheet_speaks_of_no_sheet(
    book: Rulebook, name: str, lang: Lang
) -> None:
    path = FILES / name
    report = judge([Upload(path.name, path.read_bytes())], DAY, lang, book, Settings())

    said = [report.place(r) + r.title + r.message for r in report.results] + report.ignored()
    assert [text for text in said if OF_SHEETS[lang].search(text)] == []
    assert [r.rule for r in report.results].count("REGLES-SANS-REPONSE") == 1
    assert "COLONNES-COMPLEMENTAIRES" not in [r.rule for r in report.results]


def test_the_rules_that_a_finess_file_cannot_answer_are_named_once(book: Rulebook) -> None:
    path = FILES / "finess-etalab-conforme/input.csv"
    report = judge([Upload(path.name, path.read_bytes())], DAY, "fr", book, Settings())

    (told,) = (r for r in report.results if r.rule == "REGLES-SANS-REPONSE")
    named = told.message.partition("(")[2].partition(")")[0].split(", ")
    assert f"Nombre de règles : {len(named)} (" in told.message
    assert {"MSP-SIGNATURES", "CDS-HEBERGEMENT", "CDS-BENEFICES"} <= set(named)
    assert {r.rule for r in report.results}.isdisjoint(named)
    assert report.place(told) == "ensemble du fichier"


def test_an_entity_without_a_name_is_called_by_its_number(book: Rulebook) -> None:
    turtle = "@prefix soins: <https://w3id.org/soins-coordonnes/def/> . [] a soins:MaisonDeSante ."
    report = judge([Upload("a.ttl", turtle.encode())], DAY, "fr", book, Settings())

    assert {"structure n° 1, nom", "structure n° 1, identifiant"} <= {
        report.place(r) for r in report.results
    }


@pytest.mark.parametrize(
    "written", ["Infirmier(ère)", "infirmier·ère", "Infirmier/ère", "Masseur(se)-kinésithérapeute"]
)
def test_a_profession_may_be_written_for_both_sexes(book: Rulebook, written: str) -> None:
    uploads = [
        Upload("s.csv", b"identifiant;type;nom\n1;MSP;A\n"),
        Upload("m.csv", f"structure;profession\n1;{written}\n".encode()),
    ]
    report = judge(uploads, DAY, "fr", book, Settings())

    assert "PROFESSION-INCONNUE" not in {r.rule for r in report.results}
