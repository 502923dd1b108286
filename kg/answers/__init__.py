"""Questions in French and English, answered from the graph with evidence, or refused. No model, no guess."""

from kg.answers.answer import answer, prepare
from kg.answers.chooser import Chooser
from kg.answers.frames import Grammar
from kg.answers.loading import knowledge
from kg.answers.model import Answer, Citation, Entity

__all__ = ["Answer", "Chooser", "Citation", "Entity", "Grammar", "answer", "knowledge", "prepare"]
