"""A concept goes by every name that people write, and by those alone."""

from __future__ import annotations

import pytest

from kg.concepts.called import NEAREST, called, nearest
from kg.concepts.index import concepts
from kg.messages import LANGS, Lang
from kg.store import LocalStore


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "name",
    [
        "MSP",
        " msp ",
        "MaisonDeSante",
        "Maison de santé",
        "MAISON DE SANTE",
        "multiprofessional health centre",
    ],
)
def test_a_concept_is_called_by_term_acronym_or_label_in_either_language(
    store: LocalStore, name: str, lang: Lang
) -> None:
    [found] = called(store, name, lang)

    assert found.acronym == "MSP"
    assert found.label == {"fr": "maison de santé", "en": "multiprofessional health centre"}[lang]


@pytest.mark.parametrize("lang", LANGS)
def test_every_name_of_the_index_leads_to_its_concept(store: LocalStore, lang: Lang) -> None:
    """But where it is the acronym of another: CDS is the health centre, and the dental surgeon too."""
    names = [name for letter in concepts(store, lang).letters for name in letter.names]
    lost = [name for name in names if name.concept not in called(store, name.name, lang)]

    assert len(names) > 400
    assert all(ref.acronym == name.name for name in lost for ref in called(store, name.name, lang))


@pytest.mark.parametrize("name", ["", " ", "maison", "Nope"])
def test_half_a_name_is_nobody_s(store: LocalStore, name: str) -> None:
    assert called(store, name, "fr") == ()


def test_the_nearest_names_come_best_first(store: LocalStore) -> None:
    found = nearest(store, "maizon de sante", "fr")

    assert found[0].acronym == "MSP"
    assert 1 < len(found) <= NEAREST
    assert nearest(store, "zzzzzz", "fr") == ()
