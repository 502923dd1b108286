"""A judgement: the day, what is unknown, what is said, in both languages."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from kg import tabular
from kg.errors import Overloaded, Unreadable
from kg.messages import Lang
from kg.settings import Settings
from kg.store import LocalStore
from kg.tabular import Upload
from kg.validation import Report, Rulebook, judge, judge_apart

Judge = Callable[..., Report]
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def book(store: LocalStore) -> Rulebook:
    return Rulebook.load(store)


@pytest.fixture
def judged(book: Rulebook) -> Judge:
    def run(*files: str, day: date = TODAY, lang: Lang = "fr") -> Report:
        uploads = [Upload(f"{n}.csv", text.encode()) for n, text in enumerate(files)]
        return judge(uploads, day, lang, book, Settings())

    return run


def found(report: Report, rule: str) -> list[tuple[str, int, str]]:
    return [(r.severity, r.row, r.column) for r in report.results if r.rule == rule]


CPTS = (
    "identifiant;type;nom;date_ouverture;forme_juridique;projet_de_sante_date;projet_de_sante_transmis_ars;"
    "territoire\n1;CPTS;CPTS du Val;2018-01-10;GIE;2018-01-10;oui;49007\n"
)


@pytest.mark.parametrize(("day", "conforms"), [(date(2019, 6, 1), True), (date(2022, 6, 1), False)])
def test_une_cpts_sans_association_est_conforme_en_2019_et_ne_l_est_plus_en_2022(
    judged: Judge, day: date, conforms: bool
) -> None:
    assert judged(CPTS, day=day).conforms is conforms


def test_la_forme_d_association_oblige_le_14_mai_2021_et_non_la_veille(judged: Judge) -> None:
    days = (date(2021, 5, 13), date(2021, 5, 14))

    assert [True, False] == [judged(CPTS, day=day).conforms for day in days]


def test_une_association_d_alsace_moselle_convient_a_une_cpts(judged: Judge) -> None:
    assert judged(CPTS.replace("GIE", "association de droit local")).conforms


def test_the_basis_is_the_version_in_force_on_the_day(judged: Judge) -> None:
    msp = "identifiant;type;nom;hebergement\n1;MSP;A;oui\n"

    starts = [
        judged(msp, day=day).results[0].basis[0].period.start
        for day in (date(2012, 1, 1), date(2020, 1, 1), TODAY)
    ]

    assert [date(2011, 8, 12), date(2019, 7, 27), date(2021, 12, 25)] == starts


@pytest.mark.parametrize(("opened", "conforms"), [("2017-06-01", True), ("2020-03-01", False)])
def test_l_engagement_de_conformite_ne_se_demande_qu_aux_centres_ouverts_depuis_2018(
    judged: Judge, opened: str, conforms: bool
) -> None:
    centre = (
        "identifiant;type;nom;date_ouverture;engagement_de_conformite_date\n"
        f"1;CDS;Centre du Port;{opened};\n"
    )

    report = judged(centre)

    assert conforms is not any(r.rule == "CDS-ENGAGEMENT" for r in report.results)
    assert all(
        r.date == date.fromisoformat(opened) for r in report.results if r.rule == "CDS-ENGAGEMENT"
    )


def test_an_absent_column_gives_one_info_for_the_file(judged: Judge) -> None:
    report = judged("identifiant;type;nom\n1;MSP;A\n2;MSP;B\n")

    assert [("info", 1, "hebergement")] == found(report, "MSP-HEBERGEMENT")
    assert report.conforms
    assert "(structures concernées : 2)" in next(
        r.message for r in report.results if r.rule == "MSP-HEBERGEMENT"
    )


def test_an_empty_cell_of_a_present_column_means_none(judged: Judge) -> None:
    report = judged("identifiant;type;nom;projet_de_sante_date\n1;MSP;A;\n")

    assert [("violation", 2, "projet_de_sante_date")] == found(report, "MSP-PROJET")


def test_an_empty_identity_cell_is_unknown_and_not_a_violation(judged: Judge) -> None:
    report = judged("identifiant;type;nom;date_ouverture\n1;CPTS;A;\n")

    assert [("info", 1, "date_ouverture")] == found(report, "CPTS-CREATION")


def test_an_unreadable_cell_is_reported_once_and_breaks_no_rule(judged: Judge) -> None:
    report = judged("identifiant;type;nom;hebergement\n1;MSP;A;bof\n")

    assert [("violation", 2, "hebergement")] == found(report, "FORMAT-OUI-NON")
    assert found(report, "MSP-HEBERGEMENT") == []


def test_a_closed_structure_is_not_judged(judged: Judge) -> None:
    report = judged("identifiant;type;nom;hebergement;date_fermeture\n1;MSP;A;oui;2025-01-01\n")

    assert found(report, "MSP-HEBERGEMENT") == []
    assert report.entities == 1


MEMBERS = (
    "structure;profession;specialite;date_sortie\n"
    "1;médecin;médecine générale;\n1;10;Médecine générale;\n1;infirmière;;2024-01-01\n"
)


def test_members_are_counted_and_those_who_left_are_not(judged: Judge) -> None:
    msp = "identifiant;type;nom;nb_auxiliaires_medicaux\n1;MSP;A;7\n"

    report = judged(msp, MEMBERS)
    before = judged(msp, MEMBERS, day=date(2023, 6, 1))

    assert found(report, "MSP-GENERALISTES") == []
    assert [("warning", 2, "nb_auxiliaires_medicaux")] == found(report, "MSP-PARAMEDICAL")
    assert found(before, "MSP-PARAMEDICAL") == []


def test_the_number_of_signatures_expected_is_the_number_of_health_professionals(
    judged: Judge,
) -> None:
    members = MEMBERS + "1;assistante sociale;;\n"

    report = judged("identifiant;type;nom;projet_de_sante_signataires\n1;MSP;A;1\n", members)

    result = next(r for r in report.results if r.rule == "MSP-SIGNATURES")
    assert ("1", "2") == (result.value, result.expected)


def test_an_unknown_type_names_its_neighbours(judged: Judge) -> None:
    report = judged("identifiant;type;nom\n1;maison de sante pluri;A\n", lang="en")

    assert [("violation", 2, "type")] == found(report, "TYPE-INCONNU")
    assert "maison de santé" in report.results[0].fix


@pytest.mark.parametrize(
    "name", ["MSP", "msp", "Maison de santé", "maison de santé pluriprofessionnelle"]
)
def test_a_type_is_an_acronym_or_a_name(judged: Judge, name: str) -> None:
    report = judged(f"identifiant;type;nom;hebergement\n1;{name};A;oui\n")

    assert [("violation", 2, "hebergement")] == found(report, "MSP-HEBERGEMENT")


def test_a_repeated_identifier_is_a_violation(judged: Judge) -> None:
    report = judged("identifiant;type;nom\n1;MSP;A\n1;MSP;B\n")

    assert [("violation", 3, "identifiant")] == found(report, "IDENTIFIANT-DOUBLE")


def test_a_member_of_no_structure_is_a_violation(judged: Judge) -> None:
    report = judged("identifiant;type;nom\n1;MSP;A\n", "structure;profession\n7;infirmier\n")

    assert [("violation", 2, "structure")] == found(report, "STRUCTURE-INCONNUE")


def test_an_unknown_profession_is_a_warning(judged: Judge) -> None:
    report = judged("identifiant;type;nom\n1;MSP;A\n", "structure;profession\n1;infirmié\n")

    assert [("warning", 2, "profession")] == found(report, "PROFESSION-INCONNUE")
    assert found(report, "MSP-MEMBRES-GROUPES") == []


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_report_speaks_one_language_without_jargon(judged: Judge, lang: Lang) -> None:
    report = judged("identifiant;type;nom;hebergement\n1;MSP;A;oui\n", lang=lang)
    result = report.results[0]

    expected = {
        "fr": "CSP, art. L. 6323-3 (loi, rédaction",
        "en": "CSP, art. L. 6323-3 (statute, wording",
    }
    assert expected[lang] in report.to_text()
    assert ("MSP-HEBERGEMENT", 2, "hebergement", "loi") == (
        result.rule,
        result.row,
        result.column,
        result.basis[0].rank,
    )
    assert not any(word in report.to_text() for word in ("sh:", "http", "{", "xsd"))


def test_the_json_report_has_the_fields_of_the_public_interface(judged: Judge) -> None:
    report = json.loads(
        json.dumps(judged("identifiant;type;nom;hebergement\n1;MSP;A;oui\n").to_json())
    )

    assert {
        "ok", "conforms", "date", "rows", "entities", "counts", "results", "groups", "omitted", "unknown_columns",
    } == set(report)  # fmt: skip
    assert {
        "severity", "rule", "sheet", "row", "column", "focus", "label", "value", "expected", "message",
        "fix", "basis", "date",
    } == set(report["results"][0])  # fmt: skip
    assert {"text", "iri", "rank", "from", "to", "evidence", "url"} == set(
        report["results"][0]["basis"][0]
    )
    assert {"rule": "MSP-HEBERGEMENT", "count": 1, "examples": [0]} == report["groups"][0]


def test_the_example_of_the_template_conforms_without_a_remark(book: Rulebook) -> None:
    data = tabular.write_workbook(book.columns, tabular.example(), "fr")
    with zipfile.ZipFile(io.BytesIO(tabular.write_csv(book.columns, tabular.example()))) as archive:
        files = [Upload(name, archive.read(name)) for name in archive.namelist()]

    for uploads in ([Upload("modele.xlsx", data)], files):
        assert judge(uploads, TODAY, "fr", book, Settings()).results == ()


def test_a_child_judges_as_this_process_does(book: Rulebook) -> None:
    uploads = [Upload("a.csv", CPTS.encode())]

    assert judge(uploads, TODAY, "fr", book, Settings()) == judge_apart(
        uploads, TODAY, "fr", book, Settings()
    )


def test_an_error_of_the_child_comes_back_as_itself(book: Rulebook) -> None:
    with pytest.raises(Unreadable) as refusal:
        judge_apart([Upload("a.csv", b"bonjour")], TODAY, "fr", book, Settings())

    assert refusal.value.key == "validation.no-header"


def test_a_child_over_the_deadline_is_stopped(book: Rulebook) -> None:
    settings = replace(Settings(), validation_deadline=0.05)

    with pytest.raises(Overloaded):
        judge_apart([Upload("a.csv", CPTS.encode())], TODAY, "fr", book, settings)


def test_a_child_without_memory_is_stopped(book: Rulebook) -> None:
    settings = replace(Settings(), worker_memory=50_000_000)

    with pytest.raises(Overloaded):
        judge_apart([Upload("a.csv", CPTS.encode())], TODAY, "fr", book, settings)


def test_a_fault_repeated_without_end_travels_a_thousand_times_and_is_counted_whole(
    book: Rulebook,
) -> None:
    rows = "".join(f"{n};MSP;A;oui\n" for n in range(1200))
    upload = Upload("a.csv", f"identifiant;type;nom;hebergement\n{rows}".encode())

    report = judge_apart([upload], TODAY, "fr", book, Settings())

    assert (1200, 1000) == (
        report.counts["violation"],
        sum(r.rule == "MSP-HEBERGEMENT" for r in report.results),
    )


def test_a_word_that_is_no_kind_of_structure_is_an_unknown_type(judged: Judge) -> None:
    report = judged("identifiant;type;nom\n1;projet de santé;A\n")

    assert [("violation", 2, "type")] == found(report, "TYPE-INCONNU")
