"""One test of the W3C against an endpoint. Each check returns what is wrong, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox
from rdflib import RDF, RDFS, BNode, Dataset, Graph, Namespace, URIRef
from rdflib.term import Node

from tests.conformance.endpoint import JSON, Endpoint, graph_path
from tests.conformance.manifests import MF, Case
from tests.conformance.tables import Table, of_graph, read, same

QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
_EVERYTHING = "SELECT ?g ?s ?p ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
_MEDIA_TYPES = {
    ".srx": "application/sparql-results+xml",
    ".srj": JSON,
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".ttl": "text/turtle",
    ".rdf": "application/rdf+xml",
    ".nt": "application/n-triples",
    ".nq": "application/n-quads",
}
_STATUSES = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}


class Checks:
    """The checks by kind of test. Addresses that a test wants fetched are replaced by *canary*."""

    def __init__(self, endpoint: Endpoint, canary: str) -> None:
        self._endpoint, self._canary = endpoint, canary

    def run(self, case: Case) -> str:
        """Return why *case* fails; empty when it passes.

        Raises:
            KeyError: a kind of test that is not known here.
        """
        syntax = re.fullmatch(r"(Positive|Negative)(Update)?SyntaxTest(11)?", case.kind)
        if syntax:
            return self._syntax(case, syntax[1] == "Positive", bool(syntax[2]))
        rdf = re.fullmatch(
            r"Test(Turtle|NQuads|XML)(Eval|PositiveSyntax|NegativeSyntax)", case.kind
        )
        if rdf:
            return self._rdf(case, rdf[1] == "NQuads", rdf[2])
        kinds: dict[str, Callable[[Case], str]] = {
            "QueryEvaluationTest": self._query,
            "CSVResultFormatTest": self._query,
            "UpdateEvaluationTest": self._update,
            "ProtocolTest": self._protocol,
            "GraphStoreProtocolTest": self._protocol,
            "ServiceDescriptionTest": self._description,
        }
        return kinds[case.kind](case)

    def _query(self, case: Case) -> str:
        action = case.value(MF.action)
        file = case.graph.value(action, QT.query)
        self._load(case, action, QT)
        result = case.suite.file(case.value(MF.result))
        expected = read(
            result.read_bytes(), _MEDIA_TYPES[result.suffix], str(case.value(MF.result))
        )
        accept = _MEDIA_TYPES[result.suffix]
        if result.suffix in {".ttl", ".rdf"}:
            accept = f"application/n-triples, {JSON}"
        status, headers, body = self._endpoint.query(self._text(case, file), accept)
        if status != 200:
            return f"status {status}: {body[:200]!r}"
        found = read(body, headers["content-type"].partition(";")[0])
        lax = case.value(MF.resultCardinality) == MF.LaxCardinality
        return "" if same(expected, found, lax=lax) else f"another answer: {body[:300]!r}"

    def federated(self, case: Case) -> str:
        """Return why a federated query is not refused."""
        file = case.graph.value(case.value(MF.action), QT.query) or case.value(MF.action)
        status, _, body = self._endpoint.query(self._text(case, file))
        return "" if status == 403 else f"status {status}: {body[:200]!r}"

    def _update(self, case: Case) -> str:
        action = case.value(MF.action)
        self._load(case, action, UT)
        status, _, body = self._endpoint.update(
            self._text(case, case.graph.value(action, UT.request))
        )
        if status != 204:
            return f"status {status}: {body[:200]!r}"
        rows = [
            {**dict(zip("spo", triple, strict=True)), **({"g": URIRef(name)} if name else {})}
            for name, file in self._files(case, case.value(MF.result), UT)
            for triple in Graph().parse(case.suite.file(file), publicID=str(file))
        ]
        return self._holds(Table(frozenset("gspo"), rows))

    def _syntax(self, case: Case, positive: bool, update: bool) -> str:
        """A text taken as valid may still be refused for what it asks (403, 422); 400 says it is not valid."""
        if update:
            self._endpoint.reset()
        text = self._text(case, case.value(MF.action))
        send = self._endpoint.update if update else self._endpoint.query_any
        status, _, body = send(text)
        right = status in {200, 204, 403, 422} if positive else status == 400
        return "" if right else f"status {status}: {body[:200]!r}"

    def _rdf(self, case: Case, quads: bool, kind: str) -> str:
        self._endpoint.reset()
        iri = str(case.value(MF.action))
        file = case.suite.file(case.value(MF.action))
        method, path = ("POST", "/store") if quads else ("PUT", graph_path(iri))
        status, _, body = self._endpoint.send(
            method, path, file.read_bytes(), Content_Type=_MEDIA_TYPES[file.suffix]
        )
        if kind == "NegativeSyntax":
            return "" if status == 400 else f"status {status}, not 400"
        if status not in {201, 204}:
            return f"status {status}: {body[:200]!r}"
        if kind == "PositiveSyntax":
            return ""
        result = case.suite.file(case.value(MF.result))
        if quads:
            dataset = Dataset()
            dataset.parse(result, format="nquads")
            rows = [
                {**dict(zip("spo", quad[:3], strict=True)), **({"g": quad[3]} if quad[3] else {})}
                for quad in dataset.quads()
            ]
        else:
            triples = of_graph(Graph().parse(result, format="nt"))
            rows = [{**row, "g": URIRef(iri)} for row in triples.rows]
        return self._holds(Table(frozenset("gspo"), rows))

    def _protocol(self, case: Case) -> str:
        graph, action = case.graph, case.value(MF.action)
        self._load(case, case.node, UT)
        location: tuple[str, str] = ("", "")
        for number, request in enumerate(graph.items(graph.value(action, HT.requests)), 1):
            path = str(graph.value(request, HT.absolutePath)).replace(*location)
            headers = {
                str(graph.value(h, HT.fieldName)).title().replace("-", "_"): str(
                    graph.value(h, HT.fieldValue)
                )
                for h in graph.items(graph.value(request, HT.headers) or RDF.nil)
            }
            body = _body(graph, request)
            if body is not None:
                body = body.replace(*(part.encode() for part in location))
            answer = graph.value(request, HT.resp)
            wanted = str(graph.value(answer, MF.expectedFormat) or "")
            if wanted == "RDF":
                headers.setdefault("Accept", "text/turtle")
            status, said, content = self._endpoint.send(
                str(graph.value(request, HT.methodName)),
                _local(case, path, headers, body),
                body,
                **headers,
            )
            expected = [str(s).rpartition("#")[2] for s in graph.objects(answer, MF.expectedStatus)]
            if expected and not any(_is(name, status) for name in expected):
                return f"request {number}: status {status}, not {expected}: {content[:200]!r}"
            problem = self._content(graph, answer, wanted, said, content)
            if problem:
                return f"request {number}: {problem}"
            place = graph.value(answer, MF.expectedLocation)
            if place is not None:
                if "location" not in said:
                    return f"request {number}: no Location"
                location = (str(place), said["location"])
        return ""

    def _content(
        self, graph: Graph, answer: Node | None, wanted: str, said: object, content: bytes
    ) -> str:
        """Return what is wrong with the *content* of an answer."""
        assert isinstance(said, dict)
        media_type = said.get("content-type", "").partition(";")[0]
        yes = graph.value(answer, MF.expectedBoolean)
        expected = _body(graph, answer)
        if yes is not None and read(content, media_type).yes is not (str(yes) == "true"):
            return f"answer {content!r}"
        kinds = {"boolean": bool, "tabular": type(None)}
        if wanted in kinds and not isinstance(read(content, media_type).yes, kinds[wanted]):
            return f"not {wanted}: {content!r}"
        if wanted == "RDF" and media_type != "text/turtle":
            return f"not RDF: {media_type}"
        if expected and expected.strip() and media_type == "text/turtle":
            other = read(expected, media_type, "http://www.example/")
            if not same(other, read(content, media_type, "http://www.example/")):
                return f"another graph: {content!r}"
        return ""

    def _description(self, case: Case) -> str:
        status, _, body = self._endpoint.send("GET", "/sparql", Accept="text/turtle")
        if status != 200:
            return f"status {status}"
        found = Graph().parse(data=body, format="turtle")
        (service,) = found.subjects(RDF.type, SD.Service)
        right = URIRef(f"{self._endpoint.address}/sparql") in found.objects(service, SD.endpoint)
        return "" if right else "no sd:endpoint with this address"

    def _text(self, case: Case, file: Node | None) -> str:
        """Return a query or an update, with the base that its file has, and the canary to call."""
        text = case.suite.file(file).read_bytes().decode()
        text = re.sub(r"(?i)(\bLOAD\s+(?:SILENT\s+)?)<[^>]*>", rf"\1<{self._canary}>", text)
        text = re.sub(
            r"(?i)(\bSERVICE\s+(?:SILENT\s+)?)<https?://[^>]*>", rf"\1<{self._canary}>", text
        )
        return f"BASE <{file}>\n{text}"

    def _files(self, case: Case, node: Node | None, prefix: Namespace) -> list[tuple[str, Node]]:
        """Return (graph, file) of what *node* wants in the store; "" is the default graph."""
        found = [("", file) for file in case.graph.objects(node, prefix.data)]
        for graph in case.graph.objects(node, prefix.graphData):
            if isinstance(graph, BNode):
                file = case.graph.value(graph, prefix.graph)
                assert file is not None
                found.append((str(case.graph.value(graph, RDFS.label)), file))
            else:
                found.append((str(graph), graph))
        return found

    def _load(self, case: Case, node: Node | None, prefix: Namespace) -> None:
        quads: list[ox.Quad] = []
        files = self._files(case, node, prefix)
        for name, file in files:
            path = case.suite.file(file)
            form = ox.RdfFormat.from_media_type(_MEDIA_TYPES[path.suffix])
            place = ox.NamedNode(name) if name else ox.DefaultGraph()
            for quad in ox.parse(
                path.read_bytes(), form, base_iri=str(file), rename_blank_nodes=True
            ):
                quads.append(ox.Quad(quad.subject, quad.predicate, quad.object, place))
        graphs = tuple(dict.fromkeys(name for name, _ in files if name))
        self._endpoint.reset(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"", graphs)

    def _holds(self, expected: Table) -> str:
        """Return how what the store holds is not *expected*."""
        _, _, body = self._endpoint.query(_EVERYTHING)
        return "" if same(expected, read(body, JSON)) else f"the store holds {body[:300]!r}"


def _is(name: str, status: int) -> bool:
    """Return whether *status* is what ``hts:`` *name* says: ``Created``, ``StatusCode4xx``."""
    if name.startswith("StatusCode"):
        return name.removeprefix("StatusCode")[0] == str(status)[0]
    return _STATUSES[name] == status


def _body(graph: Graph, node: Node | None) -> bytes | None:
    body = graph.value(node, HT.body)
    if body is None:
        return None
    encoding = str(graph.value(body, CNT.characterEncoding) or "UTF-8")
    return str(graph.value(body, CNT.chars)).encode(encoding)


def _local(case: Case, path: str, headers: dict[str, str], body: bytes | None) -> str:
    """Return where ours is what a manifest calls ``/sparql/`` (two services of ours) or ``/gsp``."""
    parts = urlsplit(path)
    query = f"?{parts.query}" if parts.query else ""
    if case.kind == "GraphStoreProtocolTest":
        rest = re.sub(r"^(/gsp|\$GRAPHSTORE\$|/store)", "", parts.path)
        return f"/store{rest}{query}"
    sent = parts.query + unquote((body or b"").decode("latin-1"))
    update = "update" in headers.get("Content_Type", "") or "update=" in sent
    if not update and "update" in str(case):
        update = "query" not in headers.get("Content_Type", "")
    return ("/update" if update else "/sparql") + query
