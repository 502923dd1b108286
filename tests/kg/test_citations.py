from dataclasses import dataclass, field
from datetime import date

import pytest

from kg.citations import find_citations, label_of, long_date, natural, notation_of


@dataclass
class Named:
    """A legal text, as far as its name goes."""

    path: str
    kind: str
    number: str | None = None
    part_of: str | None = None
    signed: date | None = None
    title: dict[str, str] = field(default_factory=lambda: {"fr": "titre", "en": "title"})


@pytest.mark.parametrize(
    "spelling",
    ["L6323-3", "L. 6323-3", "L 6323-3", "l6323-3", "L.6323-3", "L 6323 -3", "l. 6323 - 3", "art. L6323-3",
     "article L6323-3 du CSP", "L6323-3 csp"],
)  # fmt: skip
def test_an_article_is_found_in_any_spelling(spelling: str) -> None:
    assert [c.path for c in find_citations(f"que dit {spelling} ?")] == ["csp/l6323-3"]


@pytest.mark.parametrize(
    ("sentence", "paths"),
    [
        ("loi n° 2016-41 et ordonnance 2018-17", ["loi/2016-41", "ordonnance/2018-17"]),
        ("décret n°2018-143", ["decret/2018-143"]),
        ("instruction N° DGOS/DIR/CNAM/2019/218 du 09 octobre 2019", ["instruction/2019-218"]),
        ("instruction 2019/218", ["instruction/2019-218"]),
        ("article L162-14-1 du css", ["css/l162-14-1"]),
        ("la loi du 26 janvier 2016", []),
        ("MSP et ESP en 2018-2019", []),
    ],
)
def test_numbered_texts_are_found_where_they_are_named(sentence: str, paths: list[str]) -> None:
    assert [c.path for c in find_citations(sentence)] == paths


@pytest.mark.parametrize(
    ("text", "fr", "notation"),
    [
        (Named("csp/l6323-3", "article", "L6323-3", "csp"), "CSP, art. L. 6323-3", "L6323-3"),
        (
            Named("loi/2016-41", "loi", "2016-41", signed=date(2016, 1, 26)),
            "Loi n° 2016-41 du 26 janvier 2016",
            "2016-41",
        ),
        (
            Named("arrete/2018-02-27-centres-de-sante", "arrete", signed=date(2018, 2, 27)),
            "Arrêté du 27 février 2018",
            None,
        ),
        (
            Named("instruction/2019-218", "instruction", "DGOS/DIR/CNAM/2019/218", signed=date(2019, 10, 9)),
            "Instruction n° DGOS/DIR/CNAM/2019/218 du 9 octobre 2019",
            "2019-218",
        ),
    ],
)  # fmt: skip
def test_a_text_has_one_name(text: Named, fr: str, notation: str | None) -> None:
    assert label_of(text, "fr") == fr
    assert notation_of(text) == notation


def test_the_first_of_a_month_is_written_as_in_french() -> None:
    assert long_date(date(2024, 1, 1), "fr") == "1er janvier 2024"


def test_an_article_of_a_law_is_named_after_its_law() -> None:
    law = Named("loi/2019-774", "loi", "2019-774", signed=date(2019, 7, 24))
    article = Named("loi/2019-774/art-23", "article", "23", "loi/2019-774")

    assert label_of(article, "fr", law) == "Loi n° 2019-774 du 24 juillet 2019, art. 23"
    assert label_of(article, "en", law) == "Act No. 2019-774 of 24 July 2019, art. 23"
    assert notation_of(article) == "2019-774 art. 23"


def test_articles_sort_as_they_count() -> None:
    labels = ["L. 6323-1-10", "L. 6323-1-2", "L. 6323-1"]

    assert sorted(labels, key=natural) == ["L. 6323-1", "L. 6323-1-2", "L. 6323-1-10"]
