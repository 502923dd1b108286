"""Citations to copy: what programs of bibliography read."""

from __future__ import annotations

from datetime import date

from kg.concepts.citation import Reference, bibtex, csl, key_of

READ = Reference(
    key=key_of("csp/l6323-3", "2021-12-25"),
    kind="legislation",
    title="Article L. 6323-3 & {suite}",
    line="Article L. 6323-3 du code de la santé publique",
    url="https://www.legifrance.gouv.fr/a_b?c=d&e=f%20g",
    language="fr",
    accessed=date(2026, 11, 22),
    container="Code de la santé publique",
)


def test_a_key_is_made_of_what_bibtex_takes() -> None:
    assert READ.key == "csp-l6323-3-2021-12-25"


def test_bibtex_escapes_words_and_leaves_addresses_alone() -> None:
    entry = bibtex(READ)

    assert r"  title = {{Article L. 6323-3 \& \{suite\}}}," in entry
    assert "  url = {https://www.legifrance.gouv.fr/a_b?c=d&e=f%20g}," in entry
    assert entry.startswith("@misc{csp-l6323-3-2021-12-25,\n")
    assert entry.endswith("\n}\n")
    assert "year" not in entry  # an unknown day is left out, never guessed


def test_csl_holds_only_what_is_known() -> None:
    assert csl(READ) == {
        "id": "csp-l6323-3-2021-12-25",
        "type": "legislation",
        "title": "Article L. 6323-3 & {suite}",
        "container-title": "Code de la santé publique",
        "accessed": {"date-parts": [[2026, 11, 22]]},
        "language": "fr",
        "URL": "https://www.legifrance.gouv.fr/a_b?c=d&e=f%20g",
    }
