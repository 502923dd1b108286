"""Whatever the bytes, in each FINESS and RDF format: rows or an error that can be said, never a crash.

``SOINS_EXAMPLES=100000`` makes the long run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import tabular
from kg.errors import SoinsError
from kg.messages import LANGS, say
from kg.settings import Settings
from kg.store import LocalStore
from kg.tabular import Format, Upload
from kg.validation import Rulebook
from kg.validation.facts import Facts
from kg.validation.identities import identity_problems
from tests import generator, generator_finess

CALM = settings(
    max_examples=int(os.environ.get("SOINS_EXAMPLES", "200")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
DAY = date(2026, 11, 22)
FORMS = list(generator_finess.WRITERS)
SMALL = Settings(rows=50, cell=2_000)
SEEDS = {
    form: next(iter(writer(generator.generate(4, faults=0.5)).values()))
    for form, writer in generator_finess.WRITERS.items()
}
TOKENS = [
    *(b'"', b"'", b"\\", b"<", b">", b"<<(", b")>>", b"{", b"}", b"[", b"]", b"(", b")", b";", b",", b"."),
    *(b"\0", b"\x01", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\r", b"\n", b'"""', b"&a;", b"&#x1;"),
    *(b"<!DOCTYPE a [<!ENTITY a 'b'>]>", b"<![CDATA[", b"]]>", b"<!--", b"<?a?>", b"</", b"\\ud800", b"\\u0001"),
    *(b"null", b"true", b"-1e999", b"9" * 4_500, b"NaN", b'"@context":"http://a/"', b'"@id":', b'"@list":['),
    *("é", "\u202e", "\u200b", "\U000e0041", "é", "2A", "٣", "ﬁ"),
    *(b"structureet;", b"<structureet>", b'"ege":[{', b'"gco":[{"pmSmsseId":"0","typeGco":"001"}],'),
    *(b" a <http://www.w3.org/ns/shacl#NodeShape> .", b"_:a ", b"@prefix : <a:> .", b"BASE <a:b>", b"^^<a:b>"),
    *(b"soins:aPourMembre ex:EX-000001 ; ", b"x" * 3_000, b"9999-99-99", b"0000-01-01", b"|", b"@fr"),
]  # fmt: skip
PIECE = st.one_of(
    st.sampled_from([t.encode() if isinstance(t, str) else t for t in TOKENS]),
    st.binary(max_size=6),
)
CHANGES = st.lists(
    st.tuples(st.integers(0, 20_000), st.integers(0, 40), PIECE), min_size=1, max_size=4
)


@pytest.fixture(scope="module")
def book(store: LocalStore) -> Rulebook:
    return Rulebook.load(store)


def take(book: Rulebook, data: bytes, form: Format | None) -> None:
    """Read *data* and compare its identifiers, or check that the refusal is said in both languages."""
    try:
        tables = tabular.read([Upload("essai", data, form)], book.columns, SMALL)
    except SoinsError as refusal:
        for lang in LANGS:
            say(refusal.key, lang, **refusal.data).encode()
    else:
        identity_problems(Facts(tables, book, "essai"), DAY, "fr")


def changed(data: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    for place, length, piece in changes:
        start = place % (len(data) + 1)
        data = data[:start] + piece + data[start + length :]
    return data


@pytest.mark.parametrize("form", FORMS)
def test_any_bytes_are_read_or_refused(form: str, book: Rulebook) -> None:
    @CALM
    @given(data=st.binary(max_size=300))
    def run(data: bytes) -> None:
        take(book, data, Format(form))

    run()


@pytest.mark.parametrize("form", FORMS)
def test_a_good_file_that_was_changed_is_read_or_refused(form: str, book: Rulebook) -> None:
    @CALM
    @given(changes=CHANGES, announced=st.booleans(), cut=st.integers(0, 60_000))
    def run(changes: list[tuple[int, int, bytes]], announced: bool, cut: int) -> None:
        data = changed(SEEDS[form], changes)
        data = data[:cut] if cut < len(data) else data
        take(book, data, Format(form) if announced else None)

    run()


def _pieces(*words: str) -> Callable[[], st.SearchStrategy[str]]:
    return lambda: st.lists(st.sampled_from(words), max_size=40).map(" ".join)


TURTLE = _pieces(
    "ex:a", "ex:b", "_:c", "[]", "[", "]", "(", ")", "a", "soins:MaisonDeSante", "soins:Membre", ";", ",", ".",
    "soins:aPourMembre", "soins:nomDeLaStructure", "soins:dateDOuverture", '"2020-01-01"^^xsd:date', "true", "7",
    "soins:territoireDAction", '"53130"', '"x"@fr', "sh:path", "sh:NodeShape", "<<(", ")>>", "soins:typeDeStructure",
    '"MSP"', "soins:finessEtablissement", '"539000059"', '""', "soins:identifiantDeLaStructure", "ex:g {", "}",
)  # fmt: skip


@CALM
@given(body=TURTLE(), form=st.sampled_from([Format.TURTLE, Format.TRIG]))
def test_any_sentence_of_turtle_is_read_or_refused(body: str, form: Format, book: Rulebook) -> None:
    head = SEEDS["turtle"].split(b"\n\n")[0] + b"\n@prefix sh: <http://www.w3.org/ns/shacl#> .\n"

    take(book, head + body.encode(), form)


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.sampled_from(["124", "604", "03", "001", "53130", "539000059", "2020-01-01", "\\", " "]),
        st.text(max_size=5),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(
                """pmej ege gco gcc informationsGeneralesPMEJ informationsGeneralesEGE pmSmsseId typeGco
                categorieentiteGeographiqueExercice numFinessEge numFinessPm adresse usageAdresse
                cogCommune nomEgeLong dateOuverture siret statutJuridique @id @type @context
                @graph""".split()
            ),
            inner,
            max_size=6,
        ),
    ),
    max_leaves=30,
)


@CALM
@given(content=JSON, form=st.sampled_from([Format.FINESS_JSON, Format.JSON_LD]))
def test_any_json_is_read_or_refused(content: object, form: Format, book: Rulebook) -> None:
    take(book, json.dumps(content).encode(), form)
