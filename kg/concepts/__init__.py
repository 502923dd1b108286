"""What pages show: one frozen dataclass a page, filled by queries in ``kg/queries``.

The JSON twin of a page is its dataclass. Days are ``date``; the state of a thing on the day asked for
is one of ``in-force``, ``to-come``, ``past``, ``undated``.
"""

from kg.concepts.concept import ConceptPage, concept
from kg.concepts.disagreement import Disagreement, DisagreementList, disagreement, disagreements
from kg.concepts.home import Home, evidence, home
from kg.concepts.index import ConceptList, concepts
from kg.concepts.rule import RuleList, RulePage, rule, rules
from kg.concepts.source import SourceList, SourcePage, source, sources
from kg.concepts.text import TextPage, text
from kg.concepts.texts import TextList, texts
from kg.concepts.thing import ThingPage, describe, describe_group, exists, is_a, is_concept, thing

__all__ = [
    "ConceptList",
    "ConceptPage",
    "Disagreement",
    "DisagreementList",
    "Home",
    "RuleList",
    "RulePage",
    "SourceList",
    "SourcePage",
    "TextList",
    "TextPage",
    "ThingPage",
    "concept",
    "concepts",
    "describe",
    "describe_group",
    "disagreement",
    "disagreements",
    "evidence",
    "exists",
    "home",
    "is_a",
    "is_concept",
    "rule",
    "rules",
    "source",
    "sources",
    "text",
    "texts",
    "thing",
]
