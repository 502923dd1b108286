"""What another store answered, read to its end: rows for us, any format for others."""

from __future__ import annotations

import io
import json
import re

import pyoxigraph as ox
from rdflib import Graph

from kg.errors import NotAcceptable
from kg.store.contract import Row
from kg.store.local import to_rdflib
from kg.store.worker import NoXmlError, as_xml, is_xml, page, term

# Virtuoso calls unnamed nodes nodeID://b10001. Within a string of JSON, quotes are escaped: no text matches.
_LABEL = re.compile(rb'("type"\s*:\s*"bnode"\s*,\s*"value"\s*:\s*")(?:nodeID://)?')
_BOOLEAN = rb"http://www\.w3\.org/2001/XMLSchema#boolean"
_IN_JSON = re.compile(rb'("datatype"\s*:\s*"' + _BOOLEAN + rb'"\s*,\s*"value"\s*:\s*)"([01])"')
_IN_LINES = re.compile(rb'"([01])"(?=\^\^<' + _BOOLEAN + rb">)")
_CANONICAL = {
    b"0": b'"false"',
    b"1": b'"true"',
}  # as our own engine, and all that reads it, has them
_TRUTH = "__ASK_RETVAL"


class Results:
    """The SPARQL JSON of a SELECT or an ASK.

    Raises:
        SyntaxError, ValueError: it is cut, or is something else: here, or on reading.
    """

    def __init__(self, body: bytes) -> None:
        body = _IN_JSON.sub(lambda found: found[1] + _CANONICAL[found[2]], body)
        self._body = _LABEL.sub(rb"\1", body)
        found = self._parsed()
        if isinstance(found, ox.QueryBoolean):
            self.truth: bool | None = bool(found)
            self.rows: list[Row] = []
            return
        names = [variable.value for variable in found.variables]
        self.rows = [
            {n: to_rdflib(term) for n, term in zip(names, row, strict=True) if term is not None}
            for row in found
        ]
        self.truth = None
        if names == [_TRUTH]:  # so Virtuoso answers ASK: one row, or none
            self.truth = bool(self.rows)
            self._body = b'{"head":{},"boolean":%s}' % str(self.truth).lower().encode()

    def _parsed(self) -> ox.QuerySolutions | ox.QueryBoolean:
        return ox.parse_query_results(self._body, format=ox.QueryResultsFormat.JSON)

    def written(self, media_type: str) -> bytes:
        """Return it in *media_type*.

        Raises:
            NotAcceptable: XML cannot hold it.
        """
        form = ox.QueryResultsFormat.from_media_type(media_type)
        assert form is not None
        return _checked(self._parsed().serialize(format=form) or b"", media_type)

    def page(self, rows: int) -> bytes:
        """Return it as ``worker.page`` does."""
        return page(self._parsed(), rows)


class Triples:
    """The N-Triples of a CONSTRUCT or a DESCRIBE.

    Raises:
        SyntaxError: a line is no triple.
    """

    def __init__(self, body: bytes) -> None:
        body = _IN_LINES.sub(lambda found: _CANONICAL[found[1]], body)
        self.all = [quad.triple for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES)]

    def graph(self) -> Graph:
        """Return them as a graph."""
        made = Graph()
        for t in self.all:
            made.add((to_rdflib(t.subject), to_rdflib(t.predicate), to_rdflib(t.object)))
        return made

    def written(self, media_type: str) -> bytes:
        """Return them in *media_type*.

        Raises:
            NotAcceptable: XML cannot hold them.
        """
        form = ox.RdfFormat.from_media_type(media_type)
        assert form is not None
        out = io.BytesIO()
        ox.serialize(self.all, out, format=form)
        return _checked(out.getvalue(), media_type)

    def page(self, rows: int) -> bytes:
        """Return them as ``worker.page`` does."""
        names = ("subject", "predicate", "object")
        bindings = [
            {name: term(value) for name, value in zip(names, t, strict=True)}
            for t in self.all[:rows]
        ]
        found = {"head": {"vars": list(names)}, "results": {"bindings": bindings}}
        return json.dumps(found | {"more": len(self.all) > rows}).encode()


def _checked(written: bytes, media_type: str) -> bytes:
    try:
        return as_xml(written) if is_xml(media_type) else written
    except NoXmlError:
        raise NotAcceptable("sparql.no-xml") from None
