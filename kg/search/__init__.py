"""Search over all that has a page: concepts, texts, rules, questions, disagreements, sources, vocabularies.

The index is in memory, built once a dataset; nothing is asked of the store afterwards.
"""

from kg.search.entries import KINDS
from kg.search.index import index
from kg.search.results import Group, Hit, Results, search

__all__ = ["KINDS", "Group", "Hit", "Results", "index", "search"]
