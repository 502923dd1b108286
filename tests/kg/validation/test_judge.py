"""A judgement: the day, what is unknown, what is said, in both languages."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from kg import tabular
from kg.errors import Unreadable
from kg.messages import Lang, catalogue
from kg.settings import Settings
from kg.tabular import Upload
from kg.validation import Report, Rulebook, judge, write

Judge = Callable[..., Report]
TODAY = date(2026, 11, 22)


@pytest.fixture
def judged(book: Rulebook) -> Judge:
    def run(*files: str, day: date = TODAY, lang: Lang = "fr") -> Report:
        uploads = [Upload(f"{n}.csv", text.encode()) for n, text in enumerate(files)]
        return judge(uploads, day, lang, book, Settings())

    return run


def as_text(report: Report) -> str:
    return write(report, "text").decode()


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
    assert expected[lang] in as_text(report)
    assert ("MSP-HEBERGEMENT", 2, "hebergement", "loi") == (
        result.rule,
        result.row,
        result.column,
        result.basis[0].rank,
    )
    assert not any(word in as_text(report) for word in ("sh:", "http", "{", "xsd"))


def test_the_json_report_has_the_fields_of_the_public_interface(judged: Judge) -> None:
    report = json.loads(
        json.dumps(judged("identifiant;type;nom;hebergement\n1;MSP;A;oui\n").to_json())
    )

    assert {
        "ok", "conforms", "date", "lang", "files", "hash", "dataset", "tool", "rows", "entities", "counts",
        "results", "groups", "omitted", "unknown_columns",
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


def test_a_word_that_is_no_kind_of_structure_is_an_unknown_type(judged: Judge) -> None:
    report = judged("identifiant;type;nom\n1;projet de santé;A\n")

    assert [("violation", 2, "type")] == found(report, "TYPE-INCONNU")


OPENING = "identifiant;type;nom;hebergement;date_ouverture\n1;MSP;A;oui;2018-09-03\n2;MSP;B;oui;\n"


def test_a_structure_is_not_judged_before_its_opening_and_one_info_says_so(judged: Judge) -> None:
    before, after = (judged(OPENING, day=date(2018, 9, d)) for d in (2, 3))

    assert [("violation", 3, "hebergement")] == found(before, "MSP-HEBERGEMENT")
    assert [("info", 1, "date_ouverture")] == found(before, "STRUCTURE-A-VENIR")
    assert "2 septembre 2018 : 1." in next(
        r.message for r in before.results if r.rule == "STRUCTURE-A-VENIR"
    )
    assert [2, 3] == [r.row for r in after.results if r.rule == "MSP-HEBERGEMENT"]
    assert found(after, "STRUCTURE-A-VENIR") == []


def test_the_conditions_of_creation_wait_for_the_opening(judged: Judge) -> None:
    centre = (
        "identifiant;type;nom;date_ouverture;engagement_de_conformite_date\n1;CDS;A;2030-03-01;\n"
    )

    assert {"STRUCTURE-A-VENIR"} == {r.rule for r in judged(centre).results}
    assert not judged(centre, day=date(2030, 3, 1)).conforms


def test_the_example_of_the_template_gives_no_breach_before_the_openings(book: Rulebook) -> None:
    data = tabular.write_workbook(book.columns, tabular.example(), "fr")

    report = judge([Upload("a.xlsx", data)], date(2018, 1, 1), "fr", book, Settings())

    assert {"STRUCTURE-A-VENIR"} == {r.rule for r in report.results}


def test_what_was_counted_is_shown_and_not_the_column_left_aside(judged: Judge) -> None:
    msp = "identifiant;type;nom;nb_medecins_generalistes\n1;MSP;A;2\n"

    report = judged(msp, "structure;profession\n1;infirmier\n")

    breach = next(r for r in report.results if r.rule == "MSP-GENERALISTES")
    assert ("0", "2") == (breach.value, breach.expected)
    remark = next(r for r in report.results if r.rule == "EFFECTIFS-DIVERGENTS")
    assert ("info", 2, "nb_medecins_generalistes", "2", "0") == (
        remark.severity,
        remark.row,
        remark.column,
        remark.value,
        remark.expected,
    )


def test_numbers_that_agree_are_not_remarked(judged: Judge) -> None:
    msp = "identifiant;type;nom;nb_medecins_generalistes;nb_medecins\n1;MSP;A;2;2\n"

    assert found(judged(msp, MEMBERS), "EFFECTIFS-DIVERGENTS") == []


def test_a_project_may_bear_more_signatures_than_the_members_and_not_fewer(judged: Judge) -> None:
    members = "structure;profession;signataire_projet\n1;médecin;oui\n1;infirmier;oui\n"

    reports = [
        judged(f"identifiant;type;nom;projet_de_sante_signataires\n1;MSP;A;{n}\n", members)
        for n in (1, 3)
    ]

    assert [1, 0] == [len(found(report, "EFFECTIFS-DIVERGENTS")) for report in reports]


def test_what_an_absent_sheet_leaves_unknown_stands_on_no_row(judged: Judge) -> None:
    report = judged("identifiant;type;nom\n1;CDS;A\n")

    result = next(r for r in report.results if r.rule == "CDS-SALARIES")
    assert ("membres", None) == (result.sheet, result.row)
    assert result.to_json("fr")["row"] is None
    assert "ligne None" not in as_text(report)
    assert "feuille membres, colonne mode_exercice : " in as_text(report)


def test_a_column_absent_from_the_members_stands_on_their_header(judged: Judge) -> None:
    report = judged(
        "identifiant;type;nom\n1;CDS;A\n", "Membres\nstructure;profession\n1;infirmier\n"
    )

    assert [("info", 2, "mode_exercice")] == found(report, "CDS-SALARIES")


@pytest.mark.parametrize("rows", ["", "\n", ";;\n"])
def test_a_file_without_a_row_is_not_judged(judged: Judge, rows: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        judged("identifiant;type;nom\n" + rows)

    assert refusal.value.key == "validation.no-rows"


def test_an_unreadable_opening_day_is_not_called_empty(judged: Judge) -> None:
    report = judged(
        "identifiant;type;nom;date_ouverture;engagement_de_conformite_date\n1;CDS;A;2020/01/01;\n"
    )

    assert [("violation", 2, "date_ouverture")] == found(report, "FORMAT-DATE")
    assert [r.rule for r in report.results if r.column == "date_ouverture"] == ["FORMAT-DATE"]


def test_a_closing_before_the_opening_is_a_violation(judged: Judge) -> None:
    report = judged(
        "identifiant;type;nom;date_ouverture;date_fermeture\n1;MSP;A;2020-01-02;2020-01-01\n"
        "2;MSP;B;2020-01-02;2020-01-02\n",
        "structure;profession;date_entree;date_sortie\n2;infirmier;2020-02-01;31/01/2020\n",
    )

    results = [r for r in report.results if r.rule == "DATES-INVERSEES"]
    assert [("structures", 2, "date_fermeture"), ("membres", 2, "date_sortie")] == [
        (r.sheet, r.row, r.column) for r in results
    ]
    assert "31/01/2020" in results[1].message


def test_a_group_says_what_founds_each_row_on_its_own_day(judged: Judge) -> None:
    report = judged(
        "identifiant;type;nom;date_ouverture;engagement_de_conformite_date\n"
        "1;CDS;A;2020-03-01;\n2;CDS;B;2024-03-01;\n3;CDS;C;2020-04-01;\n"
    )

    group = next(g for g in report.groups() if g.rule == "CDS-ENGAGEMENT")
    parts = [
        (p.basis[0].period.start, [report.results[place].row for place in p.places])
        for p in report.parts(group)
    ]
    assert [(date(2018, 4, 1), [2, 4]), (date(2023, 5, 21), [3])] == parts
    assert all(f"rédaction en vigueur d{w}" in as_text(report) for w in ("u 1er avril", "epuis"))


def test_each_remedy_names_its_own_column(judged: Judge) -> None:
    text = as_text(judged("identifiant;type;nom\n1;;A\n2;MSP;\n"))

    assert "Renseignez type." in text
    assert "Renseignez nom." in text


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_sentence_has_a_bracketed_plural(book: Rulebook, lang: Lang) -> None:
    said = [texts[lang] for key, texts in catalogue().items() if key.startswith("validation.")]
    said += [t[lang] for r in book.rules for t in (r.title, r.message, r.fix, r.expected)]

    assert [text for text in said if re.search(r"\w\((s|e|es|x)\)", text)] == []


DENTAL = "identifiant;type;nom;date_ouverture;activites;agrement_ars_date\n1;CDS;A;{};soins dentaires;{}\n"


@pytest.mark.parametrize(
    ("opened", "approved", "day", "conforms"),
    [
        ("2015-03-02", "", date(2023, 11, 20), True),  # open before the law: six months to apply
        ("2015-03-02", "", date(2023, 11, 21), False),
        ("2023-05-20", "", date(2023, 8, 1), True),
        ("2023-05-21", "", date(2023, 8, 1), False),
        ("", "", date(2023, 8, 1), True),
        ("", "", date(2023, 11, 21), False),
        ("2023-05-21", "2023-09-01", date(2023, 8, 31), False),
        ("2023-05-21", "2023-09-01", date(2023, 9, 1), True),
        ("2015-03-02", "", date(2023, 5, 20), True),
    ],
)
def test_l_agrement_dentaire_oblige_les_nouveaux_centres_puis_tous(
    judged: Judge, opened: str, approved: str, day: date, conforms: bool
) -> None:
    report = judged(DENTAL.format(opened, approved), day=day)

    assert conforms is (found(report, "CDS-AGREMENT-DENTAIRE") == [])


@pytest.mark.parametrize(("opened", "conforms"), [("2018-03-31", True), ("2018-04-01", False)])
def test_le_recepisse_se_demande_aux_centres_ouverts_depuis_le_1er_avril_2018(
    judged: Judge, opened: str, conforms: bool
) -> None:
    report = judged(f"identifiant;type;nom;date_ouverture;recepisse_ars_date\n1;CDS;A;{opened};\n")

    assert conforms is (found(report, "CDS-RECEPISSE-2018") == [])


@pytest.mark.parametrize(
    ("commune", "day", "conforms"),
    [
        ("67482", TODAY, False),
        ("6748", TODAY, True),  # a lost zero: Alpes-Maritimes
        ("67482", date(2021, 5, 13), True),
        ("", TODAY, True),
    ],
)
def test_le_droit_local_oblige_les_cpts_d_alsace_moselle(
    judged: Judge, commune: str, day: date, conforms: bool
) -> None:
    report = judged(
        "identifiant;type;nom;commune_insee;forme_juridique\n"
        f"1;CPTS;A;{commune};association loi 1901\n",
        day=day,
    )

    assert report.conforms is conforms


def complementary(book: Rulebook, *names: str) -> Rulebook:
    columns = [replace(c, complementary=c.name in names) for c in book.columns]
    return replace(book, columns=tuple(columns))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_absent_complementary_columns_are_named_in_one_info_and_not_rule_by_rule(
    book: Rulebook, lang: Lang
) -> None:
    upload = Upload("a.csv", b"identifiant;type;nom\n1;MSP;A\n2;MSP;B\n")
    book = complementary(book, "hebergement", "signataire_projet")

    report = judge([upload], TODAY, lang, book, Settings())

    remark = next(r for r in report.results if r.rule == "COLONNES-COMPLEMENTAIRES")
    assert ("info", 1, (), True) == (remark.severity, remark.row, remark.basis, report.conforms)
    assert "hebergement, signataire_projet." in remark.message
    assert {"MSP-HEBERGEMENT", "MSP-SIGNATURE-MEMBRE"}.isdisjoint(r.rule for r in report.results)


def test_complementary_columns_of_rules_that_judge_nobody_are_not_mentioned(book: Rulebook) -> None:
    upload = Upload("a.csv", b"identifiant;type;nom\n1;DAC;A\n")

    report = judge([upload], TODAY, "fr", complementary(book, "hebergement"), Settings())

    assert found(report, "COLONNES-COMPLEMENTAIRES") == []


def test_a_complementary_column_that_is_there_is_judged(book: Rulebook) -> None:
    upload = Upload("a.csv", b"identifiant;type;nom;hebergement\n1;MSP;A;oui\n")

    report = judge([upload], TODAY, "fr", complementary(book, "hebergement"), Settings())

    assert [("violation", 2, "hebergement")] == found(report, "MSP-HEBERGEMENT")


def test_each_result_names_the_day_on_which_it_was_judged(judged: Judge) -> None:
    report = judged(
        "identifiant;type;nom;date_ouverture;engagement_de_conformite_date;hebergement\n"
        "1;CDS;A;2020-03-01;;oui\n"
    )

    days = {result["rule"]: result["date"] for result in report.to_json()["results"]}  # type: ignore[attr-defined]
    assert ("2020-03-01", "2026-11-22") == (days["CDS-ENGAGEMENT"], days["CDS-HEBERGEMENT"])


def test_une_condition_de_creation_se_juge_a_l_ouverture_quel_que_soit_le_jour_du_jugement(
    judged: Judge,
) -> None:
    centre = (
        "identifiant;type;nom;date_ouverture;engagement_de_conformite_date\n1;CDS;A;2020-03-01;\n"
    )

    found_on = [
        [(r.date, r.basis) for r in judged(centre, day=day).results if r.rule == "CDS-ENGAGEMENT"]
        for day in (date(2020, 3, 1), date(2022, 6, 1), TODAY)
    ]

    assert [found_on[0]] * 3 == found_on
    assert date(2020, 3, 1) == found_on[0][0][0]


def test_les_membres_se_comptent_au_jour_ou_la_regle_juge(judged: Judge) -> None:
    """At its opening the centre had a salaried member, on the day of the judgement it has a volunteer."""
    members = (
        "structure;profession;mode_exercice;date_entree;date_sortie\n"
        "1;infirmier;libéral;2019-01-01;2021-01-01\n1;infirmier;salarié;2021-01-02;\n"
    )
    centre = "identifiant;type;nom;date_ouverture\n1;CDS;A;2019-01-01\n"

    rows = [
        [r.row for r in judged(centre, members, day=day).results if "CDS-SALARIES" in r.rule]
        for day in (date(2020, 1, 1), TODAY)
    ]

    assert [[2], []] == rows


def test_a_rule_whose_start_is_not_known_judges_nothing_before_its_text_exists(
    book: Rulebook,
) -> None:
    rule = next(r for r in book.rules if r.id == "ACI-CPTS-MISSION-CRISES")

    assert rule.period.start == date(2021, 12, 20)
    assert all(rule.basis_on(rule.period.start))


PARTNERS = "structure;profession;associe\nS;médecin;oui\nS;médecin;{}\nS;infirmier;{}\n"


@pytest.mark.parametrize(
    ("doctor", "nurse", "broken"),
    [
        ("oui", "oui", set()),
        ("non", "oui", {"SISA-MEDECINS"}),
        ("non", "", {"SISA-MEDECINS", "SISA-AUXILIAIRE"}),
    ],
)
def test_une_sisa_compte_ses_associes_et_non_ses_membres(
    judged: Judge, doctor: str, nurse: str, broken: set[str]
) -> None:
    report = judged("identifiant;type;nom\nS;SISA;A\n", PARTNERS.format(doctor, nurse))

    assert broken == {r.rule for r in report.results if r.severity == "violation"}


def test_where_no_partner_is_told_each_member_of_a_company_counts(judged: Judge) -> None:
    members = "structure;profession;associe\nS;médecin;\nS;médecin;\nS;infirmier;\n"

    assert judged("identifiant;type;nom\nS;SISA;A\n", members).conforms


@pytest.mark.parametrize(
    ("column", "kind", "word", "rule"),
    [
        ("forme_juridique", "CPTS", "association loufoque", "CPTS-ASSOCIATION"),
        ("gestionnaire_categorie", "CDS", "tartempion", "CDS-GESTIONNAIRE"),
    ],
)
def test_a_word_that_its_column_does_not_know_is_said_and_not_judged(
    judged: Judge, column: str, kind: str, word: str, rule: str
) -> None:
    report = judged(f"identifiant;type;nom;{column}\n1;{kind};A;{word}\n2;{kind};B;SARL\n")

    assert [("warning", 2, column)] == found(report, "VALEUR-INCONNUE")
    assert [("violation", 3, column)] == found(report, rule)


def test_an_unknown_mode_of_practice_is_said_and_not_judged(judged: Judge) -> None:
    members = "structure;profession;mode_exercice\n1;infirmier;à la pige\n1;infirmier;libéral\n"

    report = judged("identifiant;type;nom\n1;CDS;A\n", members)

    assert [("warning", 2, "mode_exercice")] == found(report, "VALEUR-INCONNUE")
    assert [3] == [r.row for r in report.results if r.rule == "CDS-SALARIES"]


@pytest.mark.parametrize(
    "form",
    [
        "Asso 1901",
        "association déclarée",
        "association loi du 1er juillet 1901",
        "ASSOCIATION RECONNUE D UTILITE PUBLIQUE",
        "Association L.1901 non R.U.P.",
    ],
)
def test_an_association_has_many_names(judged: Judge, form: str) -> None:
    report = judged(f"identifiant;type;nom;forme_juridique\n1;CPTS;A;{form}\n")

    assert found(report, "VALEUR-INCONNUE") + found(report, "CPTS-ASSOCIATION") == []


def test_an_official_code_that_names_none_of_our_forms_is_known_and_judged(judged: Judge) -> None:
    report = judged("identifiant;type;nom;forme_juridique\n1;CPTS;A;70\n")

    assert found(report, "VALEUR-INCONNUE") == []
    assert [("violation", 2, "forme_juridique")] == found(report, "CPTS-ASSOCIATION")


def test_what_nothing_known_resembles_is_said_without_a_list(judged: Judge) -> None:
    report = judged("identifiant;type;nom\n1;qqqqq;A\n")

    fix = next(r.fix for r in report.results if r.rule == "TYPE-INCONNU")
    assert "Aucun de ceux qui sont connus ne lui ressemble." in fix


@pytest.mark.parametrize("number", ["", "2"])
def test_the_signatures_of_the_sheet_of_members_prevail(judged: Judge, number: str) -> None:
    members = (
        "structure;profession;signataire_projet\n1;médecin;oui\n1;infirmier;oui\n1;pharmacien;\n"
    )

    report = judged(
        f"identifiant;type;nom;projet_de_sante_signataires\n1;MSP;A;{number or 3}\n", members
    )

    breach = next(r for r in report.results if r.rule == "MSP-SIGNATURES")
    assert ("2", "3") == (breach.value, breach.expected)


def test_signatures_told_by_number_alone_are_kept(judged: Judge) -> None:
    members = "structure;profession;signataire_projet\n1;médecin;\n1;infirmier;\n"

    report = judged("identifiant;type;nom;projet_de_sante_signataires\n1;MSP;A;2\n", members)

    assert found(report, "MSP-SIGNATURES") == []


def test_a_complementary_column_filled_for_one_kind_asks_nothing_of_another(
    book: Rulebook,
) -> None:
    book = complementary(book, "hebergement")
    rows = "identifiant;type;nom;hebergement\n1;CDS;A;non\n2;MSP;B;\n"
    filled = "identifiant;type;nom;hebergement\n1;MSP;A;non\n2;MSP;B;oui\n"

    reports = [
        judge([Upload("a.csv", text.encode())], TODAY, "fr", book, Settings())
        for text in (rows, filled)
    ]

    assert ["COLONNES-COMPLEMENTAIRES" in {r.rule for r in report.results} for report in reports]
    assert [[], [("violation", 3, "hebergement")]] == [
        found(report, "MSP-HEBERGEMENT") for report in reports
    ]


def test_a_centre_that_tells_of_its_company_is_asked_for_a_row_of_the_company(
    judged: Judge,
) -> None:
    rows = "identifiant;type;nom;forme_juridique;nb_associes_liberaux\n1;MSP;A;SISA;{}\n"

    reports = [judged(rows.format(n)) for n in ("4", "")]

    assert [[("info", 1, "forme_juridique")], []] == [
        found(report, "SISA-SANS-LIGNE") for report in reports
    ]


@pytest.mark.parametrize(
    ("kind", "rule"), [("DAC", "DAC-RAPPORT-ANNUEL"), ("CDS", "CDS-INFORMATION-ANNUELLE")]
)
def test_un_rapport_posterieur_au_jour_ne_dit_rien_des_precedents(
    judged: Judge, kind: str, rule: str
) -> None:
    rows = f"identifiant;type;nom;date_ouverture;transmission_annuelle_date\n1;{kind};A;2020-01-02;2026-02-10\n"

    assert [found(judged(rows, day=day), rule) for day in (date(2024, 6, 1), TODAY)] == [[], []]


def test_un_projet_de_sante_posterieur_au_jour_n_existe_pas_encore(judged: Judge) -> None:
    rows = "identifiant;type;nom;projet_de_sante_date\n1;MSP;A;2020-01-01\n"

    eve, day = (judged(rows, day=on) for on in (date(2019, 12, 31), date(2020, 1, 1)))

    breach = next(r for r in eve.results if r.rule == "MSP-PROJET")
    assert "1er janvier 2020" in breach.message
    assert found(day, "MSP-PROJET") == []


@pytest.mark.parametrize(
    ("sum_", "year", "rule"),
    [
        ("43 992,00 €", "2023", None),
        ("43 992,01 €", "2023", "CPTS-INDEMNITES-PLAFOND"),
        ("45000", "2023", "CPTS-INDEMNITES-PLAFOND"),
        ("50 000 euros", "2024", "PLAFOND-INCONNU"),
    ],
)
def test_une_somme_se_compare_au_plafond_de_son_annee_au_centime_pres(
    judged: Judge, sum_: str, year: str, rule: str | None
) -> None:
    rows = f"identifiant;type;nom;versement_maximal;versement_annee\n1;CPTS;A;{sum_};{year}\n"

    rules = {r.rule for r in judged(rows).results if r.row == 2}

    expected = {rule} if rule else set()
    assert expected == rules & {"CPTS-INDEMNITES-PLAFOND", "PLAFOND-INCONNU", "FORMAT-MONTANT"}


def test_a_day_inside_a_sentence_is_written_out(judged: Judge) -> None:
    report = judged("identifiant;type;nom;date_ouverture\n1;CPTS;A;2015-06-01\n")

    breach = next(r for r in report.results if r.rule == "CPTS-CREATION")
    assert "1er juin 2015" in breach.message
    assert breach.value == "2015-06-01"
