"""The knowledge graph of coordinated primary care law, without HTTP."""

__version__ = "0.1.0"
