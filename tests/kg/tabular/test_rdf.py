"""RDF in our vocabulary: which subjects are rows, what a property says, which documents are refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import pytest

from kg import tabular
from kg.errors import SoinsError, TooLarge, Unreadable, WrongType
from kg.messages import say
from kg.settings import Settings
from kg.store import LocalStore
from kg.tabular import Column, Format, Record, Tables, Upload
from kg.validation import Rulebook

Read = Callable[..., Tables]
HEAD = """@prefix soins: <https://w3id.org/soins-coordonnes/def/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <https://exemple.invalid/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
MSP = 'ex:a a soins:MaisonDeSante ; soins:nomDeLaStructure "MSP" '


@pytest.fixture(scope="module")
def columns(store: LocalStore) -> tuple[Column, ...]:
    return Rulebook.load(store).columns


@pytest.fixture
def read(columns: tuple[Column, ...]) -> Read:
    def run(*contents: str | bytes, form: Format | None = None) -> Tables:
        uploads = [Upload("essai", c.encode() if isinstance(c, str) else c, form) for c in contents]
        return tabular.read(uploads, columns, Settings())

    return run


def only(tables: Tables) -> Record:
    (record,) = tables.structures.records
    return record


def test_an_entity_is_named_by_its_iri_and_counted_in_the_order_of_the_document(read: Read) -> None:
    tables = read(HEAD + "ex:z a soins:CentreDeSante .\n" + MSP + ".")

    assert [
        (1, "https://exemple.invalid/z", "CentreDeSante"),
        (2, "https://exemple.invalid/a", "MaisonDeSante"),
    ] == [(r.row, r.iri, r.text("type")) for r in tables.structures.records]
    assert tables.structures.entities


def test_the_identifier_is_the_one_that_is_given_else_the_iri(read: Read) -> None:
    tables = read(
        HEAD + MSP + '. ex:b a soins:CentreDeSante ; soins:identifiantDeLaStructure "7" .'
    )

    names = [record.text("identifiant") for record in tables.structures.records]
    assert names == ["https://exemple.invalid/a", "7"]


@pytest.mark.parametrize(
    ("subject", "own"),
    [
        ("ex:a", True),
        ("_:a", False),
        ("soins:CentreDeSante", False),
        ("<https://w3id.org/soins-coordonnes/id/texte/csp/l6323-3>", False),
        ("<https://w3id.org/soins-coordonnes/id/structure/x/1>", True),
    ],
)
def test_an_iri_of_our_concepts_and_texts_names_no_structure(
    read: Read, subject: str, own: bool
) -> None:
    record = only(read(HEAD + f"{subject} a soins:MaisonDeSante ."))

    assert bool(record.iri) == own


@pytest.mark.parametrize(
    ("turtle", "column", "value"),
    [
        ('soins:dateDOuverture "2020-03-02"^^xsd:date', "date_ouverture", date(2020, 3, 2)),
        ('soins:dateDOuverture "2020-03-02Z"^^xsd:date', "date_ouverture", date(2020, 3, 2)),
        ('soins:dateDOuverture "2020-03-02T10:00:00+01:00"', "date_ouverture", date(2020, 3, 2)),
        ('soins:dateDOuverture "02/03/2020"', "date_ouverture", date(2020, 3, 2)),
        ("soins:hebergement false", "hebergement", False),
        ('soins:hebergement "oui"', "hebergement", True),
        ("soins:nombreDHabitants 62000", "habitants", 62000),
        ('soins:territoireDAction "53130" , "53003"', "territoire", ("53130", "53003")),
        (
            "soins:communeDImplantation"
            " <https://w3id.org/soins-coordonnes/id/territoire/commune/53130>",
            "commune_insee",
            "53130",
        ),
        ('soins:gestionnaire "Ville"@fr , "Town"@en', "gestionnaire", "Ville"),
    ],
)
def test_a_property_is_read_in_the_form_of_its_column(
    read: Read, turtle: str, column: str, value: object
) -> None:
    tables = read(HEAD + MSP + f"; {turtle} .")

    assert ((), value) == (tables.problems, only(tables).value(column))


def test_what_one_entity_lacks_is_unknown_and_an_empty_text_says_that_there_is_none(
    read: Read,
) -> None:
    tables = read(
        HEAD + MSP + "; soins:dateDuProjetDeSante '2020-01-01' .\n"
        "ex:b a soins:MaisonDeSante .\n ex:c a soins:MaisonDeSante ; soins:dateDuProjetDeSante '' ."
    )

    _, unknown, none = tables.structures.records
    assert ("projet_de_sante_date" in unknown.cells, "projet_de_sante_date" in none.cells) == (
        True,
        False,
    )
    assert unknown.value("projet_de_sante_date") is None


@pytest.mark.parametrize(
    "turtle",
    [
        'soins:gestionnaire "A" , "B"',
        'soins:gestionnaire [ soins:nomDeLaStructure "A" ]',
        'soins:gestionnaire "A"@fr , "B"@fr',
        'soins:territoireDAction "53130" , [ ]',
        "a soins:CentreDeSante",
    ],
)
def test_a_value_that_is_not_one_is_a_result_and_not_the_end(read: Read, turtle: str) -> None:
    tables = read(HEAD + MSP + f"; {turtle} .")

    assert [("VALEUR-MULTIPLE", 1)] == [(p.rule, p.row) for p in tables.problems]


def test_an_ill_typed_literal_is_a_result_and_not_the_end(read: Read) -> None:
    tables = read(HEAD + MSP + '; soins:dateDOuverture "2020-02-31"^^xsd:date .')

    assert [("FORMAT-DATE", 1, "2020-02-31")] == [(p.rule, p.row, p.value) for p in tables.problems]


def test_members_hang_from_their_structure(read: Read) -> None:
    tables = read(
        HEAD
        + MSP
        + '; soins:aPourMembre [ a soins:Membre ; soins:profession "infirmier" ] , ex:m .\n'
        'ex:m a soins:Membre ; soins:profession "médecin" ; soins:structureMembre ex:a .'
    )

    assert tables.membres is not None
    assert [
        (1, "https://exemple.invalid/a", "infirmier"),
        (2, "https://exemple.invalid/a", "médecin"),
    ] == [(r.row, r.text("structure"), r.text("profession")) for r in tables.membres.records]


def test_properties_that_are_no_column_are_listed(read: Read) -> None:
    tables = read(HEAD + MSP + '; ex:couleur "bleu" ; soins:couleur "bleu" .')

    assert tables.structures.unknown == (
        "https://exemple.invalid/couleur",
        "https://w3id.org/soins-coordonnes/def/couleur",
    )


def test_shapes_in_the_data_are_not_applied_and_said(read: Read) -> None:
    tables = read(
        HEAD + MSP + ". ex:s a sh:NodeShape ; sh:targetClass soins:MaisonDeSante ; sh:closed true ."
    )

    assert [("FORMES-IGNOREES", {"total": 3}, "info")] == [
        (p.rule, p.data, p.severity) for p in tables.problems
    ]


def test_other_resources_are_counted_and_left_aside(read: Read) -> None:
    tables = read(HEAD + MSP + '. ex:p a ex:Personne ; ex:nom "P" . ex:q ex:nom "Q" .')

    assert [("AUTRES-RESSOURCES", {"total": 2})] == [(p.rule, p.data) for p in tables.problems]


def test_two_documents_about_one_entity_are_one_row(read: Read) -> None:
    tables = read(HEAD + MSP + ".", HEAD + "ex:a soins:hebergement true .")

    assert only(tables).value("hebergement") is True


def test_blank_nodes_of_two_documents_are_different_even_under_one_label(read: Read) -> None:
    text = "_:x <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/soins-coordonnes/def/MaisonDeSante> .\n"

    assert len(read(text, text, form=Format.N_TRIPLES).structures.records) == 2


def test_a_guillemet_in_a_text_is_no_term_inside_a_term(read: Read) -> None:
    name = "<<" * 200

    record = only(
        read(HEAD + f"ex:a a soins:MaisonDeSante ; soins:nomDeLaStructure '''{name}''' . # {name}")
    )

    assert record.text("nom") == name


# --- refused

RDFXML = """<?xml version="1.0"?>{}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:soins="https://w3id.org/soins-coordonnes/def/"><soins:MaisonDeSante rdf:about="urn:a">
 <soins:nomDeLaStructure>{}</soins:nomDeLaStructure></soins:MaisonDeSante></rdf:RDF>"""
BOMB = (
    '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
JSONLD = '{"@context": %s, "@id": "urn:a", "@type": "https://w3id.org/soins-coordonnes/def/MaisonDeSante"}'
REFUSED: dict[str, tuple[str | bytes, type[SoinsError], str]] = {
    "billion laughs": (RDFXML.format(BOMB, "&i;"), Unreadable, "dtd"),
    "quadratic entities": (
        RDFXML.format(f'<!DOCTYPE r [<!ENTITY a "{"a" * 50_000}">]>', "&a;" * 50_000),
        Unreadable,
        "dtd",
    ),
    "external entity": (
        RDFXML.format('<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]>', "&a;"),
        Unreadable,
        "dtd",
    ),
    "cut RDF/XML": (RDFXML.format("", "x")[:-20], Unreadable, "xml"),
    "deep RDF/XML": (
        RDFXML.format("", "<soins:MaisonDeSante><soins:gestionnaire>" * 50_000),
        Unreadable,
        "nested",
    ),
    "RDF/XML in another encoding": (
        RDFXML.format("", "é").replace('"1.0"', '"1.0" encoding="ISO-8859-1"').encode("latin-1"),
        Unreadable,
        "not-utf8",
    ),
    "relative IRI in RDF/XML": (RDFXML.format("", "x").replace("urn:a", "a"), Unreadable, "rdf"),
    "relative IRI in Turtle": (HEAD + "<a> a soins:MaisonDeSante .", Unreadable, "rdf-line"),
    "cut Turtle": (HEAD + MSP + "; soins:hebergement tr", Unreadable, "rdf-line"),
    "Turtle that is not UTF-8": (
        (HEAD + MSP + ".").encode().replace(b'"MSP"', b'"\xe9"'),
        Unreadable,
        "not-utf8",
    ),
    "triple terms in triple terms": (
        HEAD + "ex:a ex:b " + "<<( ex:a ex:b " * 100_000 + "ex:c" + " )>>" * 100_000 + " .",
        Unreadable,
        "brackets",
    ),
    "lists in lists": (HEAD + "ex:a ex:b " + "(" * 2_000_000, Unreadable, "brackets"),
    "blank nodes in blank nodes": (HEAD + "ex:a ex:b " + "[ ex:b " * 200_000, Unreadable, "brackets"),
    "remote context": (JSONLD % '"http://127.0.0.1/x"', Unreadable, "remote-context"),
    "remote context in a list": (
        JSONLD % '[{}, "http://127.0.0.1/x"]',
        Unreadable,
        "remote-context",
    ),
    "imported context": (
        JSONLD % '{"@import": "http://127.0.0.1/x"}',
        Unreadable,
        "remote-context",
    ),
    "deep JSON-LD": ('{"@id": ' + "[" * 100_000, Unreadable, "json"),
    "nothing of ours": (HEAD + 'ex:a ex:b "c" .', Unreadable, "rdf-nothing"),
    "a literal with a control character": (
        HEAD + MSP + '; soins:gestionnaire "A\\u0001" .',
        Unreadable,
        "control-in-rdf",
    ),
    "a literal with a character of no XML": (
        HEAD + MSP + '; soins:gestionnaire "A\\uFFFF" .',
        Unreadable,
        "control-in-rdf",
    ),
    "an IRI that turns the text around": (
        HEAD + "<https://exemple.invalid/\u202ea> a soins:MaisonDeSante .",
        Unreadable,
        "hidden",
    ),
    "an IRI with an invisible character": (
        HEAD + "<https://exemple.invalid/\u200ba> a soins:MaisonDeSante .",
        Unreadable,
        "hidden",
    ),
    "an IRI with a quotation mark": (
        HEAD + '<https://exemple.invalid/"> a soins:MaisonDeSante .',
        Unreadable,
        "rdf-line",
    ),
    "a very long value": (HEAD + MSP + f'; soins:gestionnaire "{"x" * 40_000}" .', TooLarge, "long-value"),
    "a very long list": (
        HEAD + MSP + "; soins:missions " + " , ".join(f'"{n:06d}"' for n in range(9_000)) + " .",
        TooLarge,
        "long-value",
    ),
    "other XML": ("<html></html>", WrongType, "other-kind"),
    "other JSON": ('{"a": 1}', WrongType, "other-kind"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_document_that_cannot_be_used_is_refused_at_once_with_a_sentence(
    read: Read, case: str
) -> None:
    content, kind, key = REFUSED[case]
    start = time.monotonic()

    with pytest.raises(SoinsError) as refusal:
        read(content)

    assert (kind, f"validation.{key}") == (type(refusal.value), refusal.value.key)
    assert all(
        "{" not in say(refusal.value.key, lang, **refusal.value.data) for lang in ("fr", "en")
    )
    assert time.monotonic() - start < 5


def test_a_hidden_character_is_spelled_out_in_the_refusal(read: Read) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(HEAD + "<https://exemple.invalid/\u202ea> a soins:MaisonDeSante .")

    assert refusal.value.data["iri"] == "https://exemple.invalid/\\u202Ea"


def test_a_hundred_thousand_blank_nodes_are_harmless(read: Read) -> None:
    start = time.monotonic()

    tables = read(HEAD + MSP + ". " + "[] ex:p [ ex:q [] ] . " * 33_000)

    assert only(tables).row == 1
    assert time.monotonic() - start < 10


def test_many_open_quotation_marks_cost_no_more_than_their_length(read: Read) -> None:
    start = time.monotonic()

    with pytest.raises(SoinsError):
        read(HEAD + MSP + "; soins:gestionnaire " + '"""\\' * 200_000)

    assert time.monotonic() - start < 5
