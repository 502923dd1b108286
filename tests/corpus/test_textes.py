"""The records of legal texts hold what the law says, word for word, from when to when."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from kg.corpus import Affirmation, Texte, load, versions_of

ROOT = Path(__file__).parents[2]
LEGI = ROOT.parent / "shared" / "law" / "legi"
READ_UNTIL = date(2023, 12, 6)
"""The official wording was read in data of this day: nothing later can be checked against it."""

NOT_RECORDED = {
    "csp/l1411-11": (("2004-08-11",), "number of another subject: regional public health plan"),
    "csp/l1411-12": (("2004-08-11",), "number of another subject: regional health conference"),
    "csp/l1434-12": (
        ("2010-04-01", "2015-03-22"),
        "number of another subject: medico-social scheme",
    ),
    "csp/l1434-3": (
        ("2010-04-01", "2011-08-12"),
        "number of another subject: opinions on the project",
    ),
    "csp/l1434-10": (("2010-04-01",), "number of another subject: interregional scheme"),
    "csp/l1434-13": (("2010-04-01",), "number of another subject: medico-social funds"),
    "csp/l6323-4": (("2016-01-28", "2021-11-01"), "repealed, then number of another subject"),
    "csp/d6323-1": (("2010-04-01",), "wording missing in the data"),
    "csp/d6323-12": (("2010-08-01",), "wording missing in the data"),
    "casf/l113-2": (("2000-12-23", "2002-01-01"), "these wordings do not speak of CLIC"),
    "casf/l113-3": (("2000-12-23",), "number of another subject: reference to a decree"),
    "casf/l313-3": (
        ("2000-12-23", "2002-01-03"),
        "these wordings do not let the département authorise the services of 11°",
    ),
    "casf/l312-7": (("2000-12-23", "2002-01-03"), "wordings before the grouping of that name"),
    "csp/l1434-6": (
        ("2010-04-01", "2010-05-08", "2011-12-23"),
        "number of another subject: funding of prevention",
    ),
    "csp/l1434-9": (("2010-04-01", "2013-06-01"), "number of another subject: hospital scheme"),
    "csp/l1434-11": (("2010-04-01",), "number of another subject"),
    "csp/l1411-1": (
        ("2000-06-22", "2002-03-05", "2004-08-11"),
        "these wordings do not speak of health pathways",
    ),
    "csp/d6323-2": (("2010-04-01",), "wording missing in the data"),
    "csp/d6323-3": (("2010-04-01",), "wording missing in the data"),
    "csp/d6323-4": (("2010-04-01",), "wording missing in the data"),
    "csp/d6323-5": (("2010-04-01",), "wording missing in the data"),
    "csp/d6323-6": (("2010-04-01",), "wording missing in the data"),
    "csp/d6323-11": (("2010-08-01",), "wording missing in the data"),
    "css/l162-14-1": (
        ("1991-08-01", "1999-12-30", "2002-03-07", "2003-12-19"),
        "these wordings do not name interprofessional agreements; one is missing in the data",
    ),
    "css/l162-14-2": (
        ("1991-08-01", "1999-12-30", "2002-03-07"),
        "number of another subject: fees; one wording is missing in the data",
    ),
    "css/l162-15": (
        ("1985-12-21", "1991-08-01", "1996-04-25", "1999-12-30", "2002-03-07", "2002-12-24"),
        "these wordings do not name interprofessional agreements",
    ),
    "css/d162-34": (("1991-07-16",), "number of another subject: yearly statistics"),
    "css/l162-32": (("1985-12-21",), "this wording speaks of dispensaries"),
    "css/l162-5-3": (("1997-01-01", "1999-12-30"), "number of another subject, then repealed"),
}
"""Official versions left out, with the reason."""

SAID_BEFORE_OR_AFTER = {
    "casf/l313-3#autorisation-2005": "before 2005 the same words did not cover the centres of 11°",
    "csp/l6323-5#fir-reseau": "the sentence stays, networks leave the list of its subjects",
    "csp/l6323-5#fir-dac": "the sentence was there, support schemes enter the list of its subjects",
    "csp/l6323-5#fir-dsr": "the sentence was there, regional schemes enter the list of its subjects",
    "css/l162-14-1-2#trente-pour-cent": "from 2012 the same share is asked of interprofessional agreements too",
    "css/l162-14-1-2#trente-pour-cent-2009": "from 2012 the same share is asked of interprofessional agreements too",
}
"""Statements that begin or end though their words do not, with the reason: their subject changed."""

NOT_IN_THE_OFFICIAL_FILES = (
    "casf/l149-5",
    "casf/l312-1",
    "csp/d1110-3-4",
    "csp/d1434-41",
    "csp/d6323-11-1",
    "csp/d6323-13",
    "csp/d6323-8-1",
    "csp/l1110-12",
    "csp/l2112-1",
    "csp/l4031-1",
    "csp/l4031-2",
    "csp/l4031-3",
    "csp/l4042-4",
    "csp/r1435-16",
    "css/d162-28-1",
    "css/l160-14",
    "css/l162-12-2-1",
    "css/l162-45",
    "css/r161-71",
    "css/r162-1-16",
)
"""Articles that the files at hand leave out: their record says what was read."""

CITED_BY_THE_SOURCES = (
    "csp/l1411-11-1",
    "csp/l1411-11",
    "csp/l1411-12",
    "csp/l6323-1",
    "csp/l6323-3",
    "csp/l1434-2",
    "csp/l1434-12",
    "loi/2016-41",
    "loi/2019-774",
    "ordonnance/2018-17",
    "decret/2018-143",
    "arrete/2018-02-27-centres-de-sante",
    "circulaire/2010-07-27-maisons-de-sante",
    "instruction/2019-218",
    "arrete/cahier-des-charges-maisons-de-sante",
)
RANK_OF_KIND = {
    "code": "loi",
    "loi": "loi",
    "ordonnance": "ordonnance",
    "decret": "decret",
    "arrete": "arrete",
    "circulaire": "circulaire",
    "instruction": "circulaire",
    "accord": "convention",
}

TEXTES = load(ROOT / "corpus").textes
BY_PATH = {text.path: text for text in TEXTES}
CODE_ARTICLES = [
    t
    for t in TEXTES
    if t.kind == "article"
    and t.part_of in ("csp", "casf", "css")
    and t.path not in NOT_IN_THE_OFFICIAL_FILES
]
QUOTED_IN_A_CODE = re.compile(
    r"article (?:créé|modifié|réécrit) : (CSP|CSS|CASF), art\. ([LRD])\. ([\d-]+)"
)
"""Where an act speaks through the article that it wrote: its own wording is not at hand."""
needs_official_wording = pytest.mark.skipif(
    not LEGI.is_dir(), reason="the official wording is not kept in the project"
)


def named(text: Texte) -> str:
    return text.path


def plain(words: str) -> str:
    """Return *words* with straight apostrophes and ordinary single spaces; nothing else changes."""
    for space in "\u00a0\u202f":
        words = words.replace(space, " ")
    return " ".join(words.replace("’", "'").split())


@cache
def official(code: str) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = json.loads(
        (LEGI / f"{code}.json").read_text("utf-8")
    )
    return found


def official_versions(text: Texte) -> dict[date, str | None]:
    """Return start → wording, None where the article ends."""
    found: dict[date, str | None] = {}
    for version in official(str(text.part_of))[str(text.number)]:
        alineas = version.get("alineas")
        wording = plain(" ".join(alineas)) if isinstance(alineas, list) else None
        found[date.fromisoformat(str(version["from"]))] = wording
    return found


def concepts_spoken_of(text: Texte) -> set[str]:
    return {str(a.object) for a in text.affirmations if a.relation in ("definit", "regit")}


@needs_official_wording
@pytest.mark.parametrize("text", CODE_ARTICLES, ids=named)
def test_every_quotation_of_an_article_is_found_in_every_version_it_covers(text: Texte) -> None:
    wordings = official_versions(text)

    lacking = [
        f"{affirmation.id} @ {version.start}"
        for affirmation in text.affirmations
        for version in versions_of(text, affirmation)
        if version.start <= READ_UNTIL
        and plain(affirmation.quote) not in (wordings.get(version.start) or "")
    ]

    assert lacking == []


def said_beyond(text: Texte, said: Affirmation) -> bool:
    """Return whether the wording just before *said*, or the one that ends it, has its words too."""
    wordings = official_versions(text)
    over = [v for v in versions_of(text, said) if v.start in wordings]
    if not over:
        return False
    earlier = [day for day in sorted(wordings) if day < over[0].start][-1:]
    later = [day for day in (over[-1].end,) if day in wordings]
    return any(plain(said.quote) in (wordings[day] or "") for day in (*earlier, *later))


@needs_official_wording
def test_a_statement_begins_and_ends_with_the_words_that_it_quotes() -> None:
    beyond = {
        f"{text.path}#{said.id}"
        for text in CODE_ARTICLES
        for said in text.affirmations
        if said_beyond(text, said)
    }

    assert beyond == set(SAID_BEFORE_OR_AFTER)


ENDS_SOMETHING = re.compile(r"\b(?:abroge|met fin|supprime)\b(?! pas)")


@pytest.mark.parametrize("text", TEXTES, ids=named)
def test_a_statement_that_expires_does_not_tell_an_ending(text: Texte) -> None:
    """“No longer holds: the ordinance repeals…” would read as if the repeal were lifted."""
    faulty = [
        said.id
        for said in text.affirmations
        if said.until and ENDS_SOMETHING.search(re.split(r", (?:dont|qui) ", said.says["fr"])[0])
    ]

    assert faulty == []


BARE_PLACE = re.compile(r"(?:al\.|\d+°)[^,I]*$")


@needs_official_wording
@pytest.mark.parametrize("text", CODE_ARTICLES, ids=named)
def test_a_place_follows_an_article_that_was_divided(text: Texte) -> None:
    """“al. 1” is no place of a wording that begins with “I”: the place says which wording has it."""
    wordings = official_versions(text)
    divided = {day for day, words in wordings.items() if re.match(r"I\. ?[-–—]", words or "")}

    faulty = [
        said.id
        for said in text.affirmations
        if BARE_PLACE.match(said.place or "")
        and divided & {version.start for version in versions_of(text, said)}
    ]

    assert faulty == []


def wrote(text: Texte, article: Texte, words: str) -> bool:
    """Return whether *text*, or the act it is part of, brought *words* into *article*."""
    makers = {text.path, text.part_of}
    wordings = official_versions(article)
    days = list(wordings)
    return any(
        words in (wordings[day] or "")
        and (day == days[0] or words not in (wordings[days[days.index(day) - 1]] or ""))
        for day in (v.start for v in article.versions if makers & {*v.by})
        if day in wordings
    )


@needs_official_wording
@pytest.mark.parametrize(
    "text", [t for t in TEXTES if t.part_of not in ("csp", "css", "casf")], ids=named
)
def test_an_act_that_speaks_through_a_code_quotes_words_that_it_brought_there(
    text: Texte,
) -> None:
    faulty = []
    for said in text.affirmations:
        if said.place and (found := QUOTED_IN_A_CODE.match(said.place)):
            code, letter, number = found.groups()
            if not wrote(text, BY_PATH[f"{code}/{letter}{number}".lower()], plain(said.quote)):
                faulty.append(said.id)

    assert faulty == []


@needs_official_wording
@pytest.mark.parametrize("text", CODE_ARTICLES, ids=named)
def test_every_version_of_an_article_starts_and_ends_when_the_official_data_say(
    text: Texte,
) -> None:
    dates = list(official_versions(text))

    for version in text.versions:
        if version.start > READ_UNTIL:
            continue
        assert version.start in dates
        following = dates[dates.index(version.start) + 1 :]
        if following:
            assert version.end == following[0]
        elif version.end is not None:
            assert version.end > READ_UNTIL


@needs_official_wording
@pytest.mark.parametrize("text", CODE_ARTICLES, ids=named)
def test_every_official_version_of_an_article_is_recorded_or_left_out_for_a_reason(
    text: Texte,
) -> None:
    left_out, _ = NOT_RECORDED.get(text.path, ((), ""))
    wanted = {d for d, wording in official_versions(text).items() if wording is not None}
    wanted -= {date.fromisoformat(day) for day in left_out}
    recorded = {v.start for v in text.versions if v.start <= READ_UNTIL}

    assert recorded == wanted


@pytest.mark.parametrize("text", [t for t in CODE_ARTICLES if t.part_of != "css"], ids=named)
def test_a_wording_that_the_official_data_do_not_hold_is_not_told_as_read(text: Texte) -> None:
    """The social security code was read again in 2026; the others were not."""
    unread = {v.start: v.evidence for v in text.versions if v.start > READ_UNTIL}

    assert "verifie" not in unread.values()


@pytest.mark.parametrize("text", TEXTES, ids=named)
def test_every_text_that_a_record_names_has_a_record(text: Texte) -> None:
    named_texts = {*text.cites, *(changer for v in text.versions for changer in v.by)}
    if text.part_of:
        named_texts.add(text.part_of)
    named_texts |= {a.object for a in text.affirmations if a.object and "/" in a.object}

    assert named_texts - set(BY_PATH) == set()


@pytest.mark.parametrize("path", CITED_BY_THE_SOURCES)
def test_every_text_that_the_sources_cite_is_recorded(path: str) -> None:
    assert path in BY_PATH


@pytest.mark.parametrize("text", [t for t in TEXTES if t.kind == "article"], ids=named)
def test_every_article_defines_or_governs_at_least_one_concept(text: Texte) -> None:
    assert concepts_spoken_of(text)


@pytest.mark.parametrize("text", TEXTES, ids=named)
def test_the_rank_of_a_text_agrees_with_its_kind(text: Texte) -> None:
    number = text.number or ""
    expected = RANK_OF_KIND.get(text.kind) or ("decret" if number[0] in "RD" else "loi")

    assert text.rank == expected


@pytest.mark.parametrize("text", TEXTES, ids=named)
def test_an_affirmation_quotes_less_than_25_words_and_says_where(text: Texte) -> None:
    faulty = [a.id for a in text.affirmations if not a.quote or len(a.quote.split()) >= 25]

    assert faulty == []


@pytest.mark.parametrize("text", TEXTES, ids=named)
def test_no_two_affirmations_of_a_text_share_an_id(text: Texte) -> None:
    ids = [a.id for a in text.affirmations]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("text", TEXTES, ids=named)
def test_a_date_or_an_identifier_says_how_it_is_known(text: Texte) -> None:
    facts = ("signed", "published", "nor", "eli", "url")

    unmarked = [f for f in facts if getattr(text, f) and f not in text.evidence]

    assert unmarked == []


@pytest.mark.parametrize("text", TEXTES, ids=named)
def test_an_official_link_leads_to_legifrance(text: Texte) -> None:
    for link in filter(None, (text.url, text.eli)):
        assert link.startswith("https://www.legifrance.gouv.fr/")


@pytest.mark.parametrize("text", TEXTES, ids=named)
def test_our_own_words_carry_curly_apostrophes(text: Texte) -> None:
    sayings = [text.title, text.note or {}, *(v.note or {} for v in text.versions)]
    sayings += [a.says for a in text.affirmations]

    assert not any("'" in words for says in sayings for words in says.values())


def affirmation(path: str, name: str) -> Affirmation:
    return next(a for a in BY_PATH[path].affirmations if a.id == name)


def test_la_maison_de_sante_est_une_personne_morale_depuis_le_12_aout_2011() -> None:
    assert affirmation("csp/l6323-3", "personne-morale").since == date(2011, 8, 12)


def test_la_cpts_est_une_association_depuis_le_14_mai_2021_seulement() -> None:
    assert affirmation("csp/l1434-12-1", "association-1901").since == date(2021, 5, 14)


def test_la_loi_ne_fixe_aucun_nombre_minimal_de_generalistes_en_maison_de_sante() -> None:
    minimums = [a for a in BY_PATH["csp/l6323-3"].affirmations if a.relation == "compteAuMoins"]

    assert minimums == []
    assert affirmation("circulaire/2010-07-27-maisons-de-sante", "minimum-generalistes").value == 2


def test_l_arrete_du_cahier_des_charges_est_introuvable_et_n_affirme_rien() -> None:
    text = BY_PATH["arrete/cahier-des-charges-maisons-de-sante"]

    assert (text.versions, text.affirmations, text.number) == ((), (), None)
    assert set(text.evidence.values()) == {"inconnu"}


def test_le_dispositif_d_appui_absorbe_pta_maia_et_reseaux_mais_pas_le_clic() -> None:
    absorbed = {
        a.object for a in BY_PATH["loi/2019-774/art-23"].affirmations if a.relation == "absorbe"
    }

    assert {"PlateformeTerritorialeDAppui", "Maia", "ReseauDeSante"} < absorbed
    assert "CentreLocalDInformationEtDeCoordination" not in absorbed


def test_plus_aucun_texte_ne_regit_une_pta_ou_une_maia_apres_le_27_juillet_2022() -> None:
    """Articles of codes aside, whose last wordings are checked against the official data."""
    after = [
        (text.path, said.id)
        for text in TEXTES
        if text.kind != "article" or text.part_of == "loi/2019-774"
        for said in text.affirmations
        if said.relation in ("definit", "regit")
        and said.object
        in ("PlateformeTerritorialeDAppui", "Maia", "CoordinationTerritorialeDAppui")
        and any(
            (said.until or v.end or date.max) > date(2022, 7, 27) for v in versions_of(text, said)
        )
    ]

    assert after == []


def test_la_loi_hpst_regit_le_centre_de_sante_jusqu_a_l_ordonnance_de_2018() -> None:
    assert affirmation("loi/2009-879", "regit-cds").until == date(2018, 4, 1)


def test_l_article_64_de_la_loi_de_2016_porte_la_marque_de_la_memoire() -> None:
    text = BY_PATH["loi/2016-41/art-64"]

    assert text.evidence["number"] == "de-memoire"
    assert {a.evidence for a in text.affirmations} == {"de-memoire"}


def test_les_textes_qui_regissent_le_centre_de_sante() -> None:
    governing = {t.path for t in TEXTES if "CentreDeSante" in concepts_spoken_of(t)}

    assert {
        "csp/l6323-1",
        *(f"csp/l6323-1-{n}" for n in range(1, 16)),
        "ordonnance/2018-17",
        "decret/2018-143",
        "arrete/2018-02-27-centres-de-sante",
    } <= governing
    assert governing.isdisjoint({"csp/l6323-3", "csp/l1434-12", "csp/l1411-11-1", "loi/2016-41"})
