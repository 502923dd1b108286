"""What pages show: one frozen dataclass a page, filled by queries in ``kg/queries``.

The JSON twin of a page is its dataclass. Days are ``date``; the state of a thing on the day asked for
is one of ``in-force``, ``to-come``, ``past``, ``undated``.
"""

from kg.concepts.changes import Change, ChangeList, changes, describe_changes, events
from kg.concepts.concept import ConceptPage, concept
from kg.concepts.differences import Differences, differences
from kg.concepts.disagreement import Disagreement, DisagreementList, disagreement, disagreements
from kg.concepts.home import Home, evidence, home
from kg.concepts.index import ConceptList, concepts
from kg.concepts.model import TERM_KINDS, ModelPage, describe_model, model
from kg.concepts.neighbourhood import Neighbourhood, neighbourhood
from kg.concepts.rule import RuleList, RulePage, rule, rules
from kg.concepts.rules import rule_list
from kg.concepts.source import SourceList, SourcePage, source, sources
from kg.concepts.text import TextPage, text
from kg.concepts.texts import TextList, texts
from kg.concepts.thing import ThingPage, describe, describe_group, exists, is_a, is_concept, thing

__all__ = [
    "TERM_KINDS",
    "Change",
    "ChangeList",
    "ConceptList",
    "ConceptPage",
    "Differences",
    "Disagreement",
    "DisagreementList",
    "Home",
    "ModelPage",
    "Neighbourhood",
    "RuleList",
    "RulePage",
    "SourceList",
    "SourcePage",
    "TextList",
    "TextPage",
    "ThingPage",
    "changes",
    "concept",
    "concepts",
    "describe",
    "describe_changes",
    "describe_group",
    "describe_model",
    "differences",
    "disagreement",
    "disagreements",
    "events",
    "evidence",
    "exists",
    "home",
    "is_a",
    "is_concept",
    "model",
    "neighbourhood",
    "rule",
    "rule_list",
    "rules",
    "source",
    "sources",
    "text",
    "texts",
    "thing",
]
