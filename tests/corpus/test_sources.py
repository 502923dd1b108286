"""The five source documents: what they say is quoted exactly, and where they differ is kept."""

from __future__ import annotations

import re
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from kg import corpus
from kg.corpus import Affirmation, Corpus, Source
from kg.resources import data_folder

CORPUS = data_folder("corpus")
NAMES = (
    "000-page-exercice-coordonne-pays-de-la-loire",
    "001-annexe-2-exercice-regroupe-coordonne",
    "002-apmsl-equipes-coordonnees",
    "003-kit-elus-doubs",
    "004-cpts-qui-sommes-nous",
)
LEAST = 40
"""The shortest of the five makes more statements than this."""

EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w{2,}")
TELEPHONE = re.compile(r"(?<![\w])(?:\+33|0)\s?[1-9](?:[ .-]?\d{2}){4}(?!\w)")


@pytest.fixture(scope="module")
def records() -> Corpus:
    return corpus.load(CORPUS)


@pytest.fixture(scope="module", params=NAMES)
def document(request: pytest.FixtureRequest, records: Corpus) -> Source:
    return next(d for d in records.sources if d.name == request.param)


@pytest.fixture
def given(document: Source, shared: Path) -> Path:
    """Return the text itself, where it is at hand beside the checkout."""
    path = shared / "sources" / document.text
    if not path.is_file():
        pytest.skip(f"the text {document.text} is not beside this checkout")
    return path


def names(records: Corpus) -> set[str]:
    """Return every affirmation, as records refer to it."""
    found = {f"source/{d.name}#{a.id}" for d in records.sources for a in d.affirmations}
    return found | {f"{t.path}#{a.id}" for t in records.textes for a in t.affirmations}


def held(records: Corpus) -> set[str]:
    """Return every affirmation that holds a side of a disagreement."""
    return {name for d in records.desaccords for side in d.sides for name in side.affirmations}


def stated(document: Source, **wanted: object) -> list[Affirmation]:
    """Return the statements of *document* whose fields have the values *wanted*."""
    return [
        a
        for a in document.affirmations
        if all(getattr(a, name) == value for name, value in wanted.items())
    ]


def test_the_five_documents_are_recorded(records: Corpus) -> None:
    assert tuple(d.name for d in records.sources) == NAMES


def test_every_quotation_is_found_at_its_offsets(document: Source, given: Path) -> None:
    text = given.read_bytes().decode("utf-8")

    misplaced = [a.id for a in document.affirmations if a.at and text[slice(*a.at)] != a.quote]

    assert misplaced == []


def test_the_checksum_is_that_of_the_text_given(document: Source, given: Path) -> None:
    assert document.sha256 == sha256(given.read_bytes()).hexdigest()


def test_a_document_makes_each_statement_once(document: Source) -> None:
    repeated = [i for i, n in Counter(a.id for a in document.affirmations).items() if n > 1]

    assert repeated == []


def test_a_document_is_read_sentence_by_sentence(document: Source) -> None:
    assert len(document.affirmations) >= LEAST


def test_a_statement_says_something_of_its_subject(document: Source) -> None:
    empty = [a.id for a in document.affirmations if a.object is None and a.value is None]

    assert empty == []


def test_a_quotation_is_short_and_on_one_line(document: Source) -> None:
    long = [a.id for a in document.affirmations if len(a.quote) > 200 or "\n" in a.quote]

    assert long == []


def test_only_the_kit_of_the_doubs_is_dated(records: Corpus) -> None:
    assert {d.name: str(d.date) for d in records.sources if d.date} == {
        "003-kit-elus-doubs": "2020-07-16"
    }


def test_an_undated_document_says_so(records: Corpus) -> None:
    silent = [
        d.name
        for d in records.sources
        if d.date is None
        and not (d.note and "non daté" in d.note["fr"] and "ndated" in d.note["en"])
    ]

    assert silent == []


def test_no_brochure_ranks_as_law(records: Corpus) -> None:
    assert {d.rank for d in records.sources} == {"source-secondaire"}


def test_records_hold_no_personal_contact() -> None:
    found = [
        (file.name, match.group())
        for folder in ("sources", "desaccords")
        for file in sorted((CORPUS / folder).glob("*.yaml"))
        for pattern in (EMAIL, TELEPHONE)
        for match in pattern.finditer(
            re.sub(r"(?m)^sha256: .*$", "", file.read_text(encoding="utf-8"))
        )
    ]

    assert found == []


def test_a_disagreement_cites_affirmations_that_exist(records: Corpus) -> None:
    assert sorted(held(records) - names(records)) == []


def test_every_side_of_a_disagreement_has_a_voice(records: Corpus) -> None:
    mute = [
        (d.id, n)
        for d in records.desaccords
        for n, s in enumerate(d.sides, 1)
        if not s.affirmations
    ]

    assert mute == []


def test_the_same_voice_does_not_hold_both_sides(records: Corpus) -> None:
    twice = [
        (d.id, name)
        for d in records.desaccords
        for name, n in Counter(x for s in d.sides for x in s.affirmations).items()
        if n > 1
    ]

    assert twice == []


def test_every_disputed_statement_stands_in_a_disagreement(records: Corpus) -> None:
    disputed = {
        f"source/{d.name}#{a.id}" for d in records.sources for a in stated(d, evidence="conteste")
    }

    assert disputed - held(records) == set()


@pytest.mark.parametrize(
    ("name", "subject", "relation", "other"),
    [
        (NAMES[3], "csp/l6323-1", "regit", "CentreDeSante"),
        (NAMES[3], "ordonnance/2018-17", "regit", "CentreDeSante"),
        (NAMES[3], "decret/2018-143", "regit", "CentreDeSante"),
        (NAMES[3], "arrete/2018-02-27-centres-de-sante", "regit", "CentreDeSante"),
        (NAMES[1], "EquipeDeSoinsPrimaires", "estIssuDe", "loi/2016-41"),
        (NAMES[0], "MaisonDeSante", "aPourNatureJuridique", "PersonneMorale"),
        (NAMES[4], "EquipeDeSoinsPrimaires", "peutPrendreLaFormeDe", "EquipeDeSoinsPrimairesClap"),
    ],
)
def test_a_document_says_what_it_is_asked_about(
    records: Corpus, name: str, subject: str, relation: str, other: str
) -> None:
    document = next(d for d in records.sources if d.name == name)

    assert stated(document, subject=subject, relation=relation, object=other)


def test_le_dac_absorbe_six_dispositifs_selon_l_apmsl(records: Corpus) -> None:
    apmsl = next(d for d in records.sources if d.name == NAMES[2])

    absorbed = {a.object for a in stated(apmsl, relation="absorbe")}

    assert absorbed == {
        "Maia",
        "PlateformeTerritorialeDAppui",
        "CentreLocalDInformationEtDeCoordination",
        "CoordinationTerritorialeDAppui",
        "Paerpa",
        "ReseauDeSante",
    }
