"""What another day would change: results that appear, disappear, or rest on another text."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest

from api import reports
from kg.errors import BadInput
from kg.messages import LANGS, Lang
from kg.settings import Settings
from kg.tabular import Upload
from kg.validation import Comparison, Report, Rulebook, compare, judge, write
from kg.validation.forms import text

FILE = (
    "identifiant;type;nom;date_ouverture;forme_juridique;hebergement\n"
    "1;CPTS;CPTS du Val;2018-01-10;GIE;\n"
    "2;MSP;Les Tilleuls;2018-01-10;;oui\n"
    "3;MSP;Les Ormes;2021-01-10;;non\n"
)


def judged(book: Rulebook, day: date, content: str = FILE, lang: Lang = "fr") -> Report:
    return judge([Upload("s.csv", content.encode())], day, lang, book, Settings())


def between(book: Rulebook, first: date, second: date, lang: Lang = "fr") -> Comparison:
    return compare(judged(book, first, lang=lang), judged(book, second, lang=lang))


def kinds(found: Comparison, *severities: str) -> dict[str, str]:
    return {group.rule: group.kind for group in found.groups if group.severity in severities}


def test_l_obligation_d_association_apparait_en_2021_et_l_hebergement_change_de_redaction(
    book: Rulebook,
) -> None:
    found = between(book, date(2019, 6, 1), date(2022, 6, 1))

    told = kinds(found, "violation")
    assert told["CPTS-ASSOCIATION"] == "appears"
    assert told["MSP-HEBERGEMENT"] == "changes"


def test_what_appears_one_way_disappears_the_other(book: Rulebook) -> None:
    days = date(2019, 6, 1), date(2022, 6, 1)
    there, back = between(book, *days).counts, between(book, *reversed(days)).counts

    assert (there["appears"], there["disappears"], there["changes"]) == (
        back["disappears"],
        back["appears"],
        back["changes"],
    )
    assert there["appears"] > 0


def test_nothing_changes_between_two_days_of_one_wording(book: Rulebook) -> None:
    found = between(book, date(2026, 11, 21), date(2026, 11, 22))

    assert found.groups == ()
    assert "rien ne change" in found.summary()


def test_a_mere_information_does_not_change_basis(book: Rulebook) -> None:
    found = between(book, date(2019, 6, 1), date(2022, 6, 1))

    assert "changes" not in kinds(found, "info").values()


def test_two_files_are_not_compared(book: Rulebook) -> None:
    day = date(2026, 11, 22)
    with pytest.raises(ValueError, match="same files"):
        compare(judged(book, day), judged(book, day, FILE.replace("oui", "non")))


def test_counts_stay_whole_when_the_comparison_is_trimmed(book: Rulebook) -> None:
    found = between(book, date(2019, 6, 1), date(2022, 6, 1))

    assert found.trimmed(0).counts == found.counts
    assert all(group.changes == () for group in found.trimmed(0).groups)


def test_json_is_the_report_of_the_first_day_with_the_changes(book: Rulebook) -> None:
    told = json.loads(write(between(book, date(2019, 6, 1), date(2022, 6, 1)), "json"))

    assert (told["date"], told["compare"]["date"]) == ("2019-06-01", "2022-06-01")
    change = next(c for c in told["compare"]["changes"] if c["after"]["rule"] == "MSP-HEBERGEMENT")
    bases = [change[side]["basis"][0]["iri"] for side in ("before", "after")]
    assert bases[0] != bases[1]
    assert all("before" not in c for c in told["compare"]["appears"])


def test_csv_gives_a_line_before_and_a_line_after(book: Rulebook) -> None:
    data = write(between(book, date(2019, 6, 1), date(2022, 6, 1)), "csv").decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(data, newline=""), delimiter=";"))

    sides = [x["side"] for x in lines if (x["rule"], x["change"]) == ("MSP-HEBERGEMENT", "changes")]
    assert sides == ["before", "after"]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("form", ["text", "html"])
def test_a_person_reads_both_wordings(book: Rulebook, form: str, lang: Lang) -> None:
    found = between(book, date(2019, 6, 1), date(2022, 6, 1), lang)
    told = reports.write(found, form).decode()

    words = {"fr": ("Avant", "Après"), "en": ("Before", "After")}[lang]
    change = next(g for g in found.groups if g.kind == "changes").changes[0]
    assert change.before is not None
    wanted = (*words, change.before.basis[0].dates(lang), change.result.basis[0].dates(lang))
    assert [part for part in wanted if part not in told] == []


def test_a_brief_comparison_says_how_many_it_leaves_out(book: Rulebook) -> None:
    found = between(book, date(2019, 6, 1), date(2022, 6, 1))

    assert "de plus" in text.comparison(found, 0)
    assert "de plus" not in text.comparison(found)


@pytest.mark.parametrize("form", ["ttl", "jsonld", "xlsx"])
def test_a_form_that_shows_no_comparison_says_so(book: Rulebook, form: str) -> None:
    with pytest.raises(BadInput, match="format-compare"):
        write(between(book, date(2026, 11, 21), date(2026, 11, 22)), form)
