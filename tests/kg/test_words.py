"""Words compare whatever their case, accents, elisions, dots and plural."""

from __future__ import annotations

import pytest

from kg.words import language, stem, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("les Équipes de soins primaires", "LES EQUIPES DE SOIN PRIMAIRE"),
        ("l’article", "l'article"),
        ("M.A.I.A.", "MAIA"),
        ("des CPTS", "des cpts"),
        ("médico‑social", "medico-social"),
        ("companies", "company"),
    ],
)
def test_two_spellings_are_the_same_words(one: str, other: str) -> None:
    assert words(one) == words(other)


@pytest.mark.parametrize(("one", "other"), [("remplacee", "remplacer"), ("absorb", "absorbe")])
def test_two_forms_of_a_verb_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_acronyms_one_letter_apart_stay_apart() -> None:
    assert len({words(name) for name in ("MSP", "CSP", "ESP", "ESS", "CDS")}) == 5


@pytest.mark.parametrize(
    ("text", "lang"),
    [("textes CDS", "fr"), ("which texts govern a CDS?", "en"), ("c'est quoi une ESP ?", "fr")],
)
def test_the_language_is_that_of_the_small_words(text: str, lang: str) -> None:
    assert language(text) == lang
