"""The SPARQL endpoint: protocol 1.1 for programs, an editor for people, a description for harvesters."""

from api.sparql.protocol import room

__all__ = ["room"]
