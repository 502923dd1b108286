"""``shapes/ontologie.ttl`` refuses a rule that lacks a part, or whose texts were not in force while it binds."""

from __future__ import annotations

import pytest
from rdflib import Graph

from kg import checks, turtle
from kg.resources import data_folder

PREFIXES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix soins: <https://w3id.org/soins-coordonnes/def/> .
@prefix rang: <https://w3id.org/soins-coordonnes/id/rang/> .
@prefix preuve: <https://w3id.org/soins-coordonnes/id/preuve/> .
@prefix texte: <https://w3id.org/soins-coordonnes/id/texte/> .
@prefix regle: <https://w3id.org/soins-coordonnes/id/regle/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
texte:avant soins:enVigueurDepuis "2010-01-01"^^xsd:date ; soins:enVigueurJusqua "2015-01-01"^^xsd:date .
texte:apres soins:enVigueurDepuis "2015-01-01"^^xsd:date .
texte:plus-tard soins:enVigueurDepuis "2016-01-01"^^xsd:date .
texte:ailleurs soins:enVigueurDepuis "2001-01-01"^^xsd:date ; soins:enVigueurJusqua "2002-01-01"^^xsd:date .
soins:tiersPayant soins:colonne "tiers_payant" .
"""
RULE = """\
regle:R a soins:Regle , sh:PropertyShape ;
  sh:targetClass soins:CentreDeSante ;
  sh:path soins:tiersPayant ;
  sh:hasValue true ;
  sh:name "Nom"@fr , "Name"@en ;
  sh:message "« {nom} » ne va pas."@fr , "“{nom}” is wrong."@en ;
  sh:severity sh:Violation ;
  soins:enonce "Énoncé."@fr , "Statement."@en ;
  soins:remede "Corrigez."@fr , "Correct."@en ;
  soins:conditionDeCreation false ;
  soins:enVigueurDepuis "2012-01-01"^^xsd:date ;
  soins:fondement texte:avant , texte:apres ;
  soins:rang rang:loi ;
  soins:preuve preuve:verifie .
"""
START = 'soins:enVigueurDepuis "2012-01-01"^^xsd:date'


def faults(rule: str) -> set[str]:
    """Return the names of the shapes that *rule* breaks."""
    triples = Graph()
    triples.parse(data=PREFIXES + rule, format="turtle")
    for vocabulary in ("rangs", "preuves"):
        triples += turtle.read(data_folder("ontology") / f"vocabulaires/{vocabulary}.ttl")
    shapes = turtle.read(data_folder("shapes") / "ontologie.ttl")
    found = checks.judged(triples, [shapes], data_folder("corpus"))
    return {line.rpartition("/")[2] for line in found if "regle/R" in line}


def test_a_whole_rule_breaks_nothing() -> None:
    assert faults(RULE) == set()


@pytest.mark.parametrize(
    ("old", "new", "broken"),
    [
        (' , "Name"@en', "", "regle-nom"),
        (' , "Statement."@en', "", "regle-enonce"),
        (' , "“{nom}” is wrong."@en', "", "regle-message"),
        ('"“{nom}” is wrong."@en', '"This is wrong."@en', "regle-message"),
        ('"Corrigez."@fr , ', "", "regle-remede"),
        ("sh:path soins:tiersPayant", "sh:path soins:aPourMembre", "regle-colonne"),
        ("soins:conditionDeCreation false ;", "", "regle-jugement"),
        ("sh:severity sh:Violation", "sh:severity sh:Warning", "regle-severite"),
        ("sh:severity sh:Violation ;", "", "regle-severite"),
        ("preuve:verifie", "preuve:conteste", "regle-severite"),
        ("soins:fondement texte:avant , texte:apres ;", "", "regle-fondement"),
        ("soins:rang rang:loi ;", "", "regle-rang"),
        ("preuve:verifie", "preuve:certain", "regle-preuve"),
        (f"{START} ;", "", "regle-periode"),
        ("texte:avant , texte:apres", "texte:apres", "regle-fondement-au-debut"),
        ("texte:avant , texte:apres", "texte:avant", "regle-fondement-sans-trou"),
        ("texte:avant , texte:apres", "texte:avant , texte:plus-tard", "regle-fondement-sans-trou"),
        ("texte:apres ;", "texte:apres , texte:ailleurs ;", "regle-fondement-hors-periode"),
        (START, f'{START} ; soins:enVigueurJusqua "2014-01-01"^^xsd:date', "regle-fondement-hors-periode"),
    ],
)  # fmt: skip
def test_a_rule_without_this_part_is_refused(old: str, new: str, broken: str) -> None:
    assert old in RULE

    assert broken in faults(RULE.replace(old, new))


def test_a_rule_in_words_needs_no_message_and_no_remedy() -> None:
    words = RULE
    for part in (
        "sh:targetClass soins:CentreDeSante ;",
        "sh:path soins:tiersPayant ;",
        "sh:hasValue true ;",
        'sh:message "« {nom} » ne va pas."@fr , "“{nom}” is wrong."@en ;',
        "sh:severity sh:Violation ;",
        'soins:remede "Corrigez."@fr , "Correct."@en ;',
        "soins:conditionDeCreation false ;",
        " , sh:PropertyShape",
    ):
        words = words.replace(part, "")

    assert faults(words) == set()


def test_each_shape_on_rules_is_shown_red_once() -> None:
    shapes = turtle.read(data_folder("shapes") / "ontologie.ttl")
    named = {str(s).rpartition("/")[2] for s in shapes.subjects() if "/forme/regle-" in str(s)}
    cases = next(m for m in test_a_rule_without_this_part_is_refused.pytestmark).args[1]

    assert named == {broken for _, _, broken in cases}
