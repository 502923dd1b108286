"""Judge files of structures against the rules in force, and say why, where and how to correct.

``judge`` runs in this process; ``judge_apart`` in a child that can be stopped. Nothing is stored.
"""

from kg.validation.apart import judge_apart
from kg.validation.judge import judge
from kg.validation.report import Basis, Report, Result
from kg.validation.rules import Rulebook

__all__ = ["Basis", "Report", "Result", "Rulebook", "judge", "judge_apart"]
