"""The dataset as files: the whole and each graph, with digests, at lasting and at latest addresses."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from flask import Blueprint, Response, redirect, request, send_file

from api.compression import encoding
from api.context import context, lang, site
from api.discovery.common import dumps, size
from api.twins import answer
from kg import discovery
from kg.concepts import schema_org
from kg.discovery import DATASET, Dump, Dumps
from kg.errors import NotFound
from kg.messages import Lang, say
from kg.namespaces import BASE, graph

room = Blueprint("dumps", __name__)

_PACKED, _DIGEST = ".gz", ".sha256"
_CHUNK = 1 << 16
_FOR_EVER = "public, max-age=31536000, immutable"  # at an address with a version


@dataclass(frozen=True, slots=True)
class File:
    """A dump of the whole: where it is, its size in bytes and its SHA-256, plain and under gzip."""

    name: str
    format: str
    media_type: str
    address: str
    latest: str
    size: int
    sha256: str
    packed_size: int
    packed_sha256: str


@dataclass(frozen=True, slots=True)
class GraphFiles:
    """A named graph, its number of triples, the addresses of its dumps."""

    iri: str
    path: str
    triples: int
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DumpList:
    """Everything that can be taken away."""

    iri: str
    version: str
    files: tuple[File, ...]
    graphs: tuple[GraphFiles, ...]


@room.get("/dump")
@room.get("/dump.<asked>")
def listing(asked: str | None = None) -> Response:
    """List the dumps; in RDF, the catalogue."""
    found, store, address = dumps(), context().store, site()

    def made() -> list[Dump]:
        return [found.get(name) for name in found.names()]

    return answer(
        "dump.html", "/dump", asked,
        lambda: _list(found, made()),
        lambda: discovery.catalogue(discovery.facts(store), made(), address),
        lambda page: page.files,
        size=lambda count: size(count, lang()),
    )  # fmt: skip


def _list(found: Dumps, made: list[Dump]) -> DumpList:
    return DumpList(
        str(DATASET),
        found.version,
        tuple(
            File(
                one.name, one.written.label, one.written.media_type,
                _address(one.name, found.version), _address(one.name),
                one.size, one.sha256, one.packed_size, one.packed_sha256,
            )
            for one in made
        ),
        tuple(
            GraphFiles(str(graph(path)), path, count, tuple(map(_address, found.names(path))))
            for path, count in found.graphs.items()
        ),
    )  # fmt: skip


@schema_org.about.register
def _about(page: DumpList, lang: Lang, site: str | None) -> schema_org.Made:
    says = say("discovery.dump-lead", lang)
    files = [
        {
            "@type": "DataDownload",
            "name": file.format,
            "encodingFormat": file.media_type,
            "contentUrl": site + file.address.removeprefix("/"),
            "contentSize": f"{file.size} B",
            "sha256": file.sha256,
        }
        for file in page.files
        if site
    ]
    return says, [
        {
            "@type": "Dataset",
            "@id": page.iri,
            "url": BASE + "dump",
            "name": say("site.home-title", lang),
            "description": says,
            "version": page.version,
            "license": schema_org.LICENCE,
            "isAccessibleForFree": True,
            "distribution": files,
        }
    ]


def _address(name: str, version: str | None = None) -> str:
    return f"/dump/{version}/{quote(name)}" if version else f"/dump/{quote(name)}"


@room.get("/dump/<path:name>")
def latest(name: str) -> Response:
    """Lead to the dump *name* of the version that is served."""
    found = dumps()
    found.get(_stem(name))  # an unknown name leads nowhere
    made = redirect(_address(name, found.version), 302)
    made.headers["Cache-Control"] = "no-cache"
    return Response(made.response, made.status_code, made.headers)


@room.get("/dump/<string(length=64):version>/<path:name>")
def file(version: str, name: str) -> Response:
    """Give the dump *name*: plain, under gzip (``.gz``), or the SHA-256 of either (``.sha256``)."""
    found, stem = dumps(), _stem(name)
    dump = found.get(stem) if version == found.version else found.made(stem, version)
    if dump is None:
        raise NotFound(name=f"{version}/{name}")
    if name.endswith(_DIGEST):
        named = name.removesuffix(_DIGEST)
        digest = dump.packed_sha256 if named.endswith(_PACKED) else dump.sha256
        made = Response(f"{digest}  {_saved_as(named)}\n", mimetype="text/plain")
    else:
        made = _sent(dump, found.file(stem, version), name.endswith(_PACKED))
        made.headers.set("Content-Disposition", "attachment", filename=_saved_as(name))
    made.headers["Cache-Control"] = _FOR_EVER
    return made


def _stem(name: str) -> str:
    return name.removesuffix(_DIGEST).removesuffix(_PACKED)


def _saved_as(name: str) -> str:
    return name.replace("/", "-")


def _sent(dump: Dump, path: Path, packed: bool) -> Response:
    """Return the dump at *path*, as it lies there (*packed*) or as text; never whole in memory."""
    if packed:
        made = send_file(path, "application/gzip", etag=dump.packed_sha256)
        digest = dump.packed_sha256
    elif encoding("gzip"):  # as it lies there
        made = send_file(path, dump.written.media_type, etag=f"{dump.sha256}-gzip")
        made.headers["Content-Encoding"] = "gzip"
        digest = dump.packed_sha256
    else:
        made = Response(_text(path), mimetype=dump.written.media_type)
        made.content_length, digest = dump.size, dump.sha256
        made.set_etag(dump.sha256)
        made.make_conditional(request)
    if not packed:
        made.vary.add("Accept-Encoding")
    if made.status_code == 200:
        encoded = base64.b64encode(bytes.fromhex(digest)).decode()
        made.headers["Repr-Digest"] = f"sha-256=:{encoded}:"  # RFC 9530
    return made


def _text(path: Path) -> Iterator[bytes]:
    with gzip.open(path) as file:
        while chunk := file.read(_CHUNK):
            yield chunk
