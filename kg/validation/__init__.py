"""Judge files of structures against the rules in force, and say why, where and how to correct.

``judge`` runs in this process; ``judge_apart`` in a child that can be stopped, ``Jobs`` in the
background, with reports kept a while. ``compare`` tells what another day would change; ``write`` gives
a report or a comparison one of its ``FORMS``. Nothing enters the graph: see ``kg.imports``.
"""

from kg.validation.apart import Stopped, judge_apart, run_apart, write_apart
from kg.validation.compare import Comparison, Judged, compare
from kg.validation.drawers import Gone
from kg.validation.forms import FORMS, Form, write
from kg.validation.jobs import Jobs, State
from kg.validation.judge import judge
from kg.validation.report import Basis, Report, Result
from kg.validation.rules import Rulebook
from kg.validation.tasks import Case

__all__ = [
    "FORMS", "Basis", "Case", "Comparison", "Form", "Gone", "Jobs", "Judged", "Report", "Result",
    "Rulebook", "State", "Stopped", "compare", "judge", "judge_apart", "run_apart", "write",
    "write_apart",
]  # fmt: skip
