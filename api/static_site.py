"""The whole site as files: every page in one language, its twins, a search without a server.

The pages are those that the application gives; here their links become relative, and lead to files.
What has to be computed on demand is replaced by a page that says so.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import cached_property, lru_cache
from html import escape, unescape
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit
from zlib import crc32

from flask import Flask, render_template

from api.context import context
from api.rendering import page_path
from kg.concepts.index import fold
from kg.messages import Lang
from kg.namespaces import BASE
from kg.search.entries import Entry, entries

MANIFEST = "soins-coordonnes.json"
"""The file at the root that says what the copy is of: it makes the folder ours to replace."""
HOST = urlsplit(BASE).netloc
"""The name under which the pages are asked for: what they call by a full address is on the lasting site."""

_STATIC = Path(__file__).parent / "static"
_SCRIPTS = ("vendor/minisearch.js", "export.js")
_ENTRIES = "recherche-donnees.js"
_ABSENT = "/hors-ligne"
_COMPUTED = ("/question", "/validation", "/sparql")
"""Pages of a tool: each is replaced by a page that says what the tool does and how to get it."""
_LEFT_OUT = re.compile(
    r"/(?:question|validation|sparql|api|dump|store|update|usage|health|openapi\.json|dcat|requetes"
    r"|\.well-known|recherche|static)(?:[/.?]|$)"
)
_COMMUNE = "/vocabulaire/territoire/"
"""36,000 pages of a name and a number each, that the law never speaks of: named, not linked."""
_TWINS = {".json", ".csv", ".ttl", ".bib", ".svg", ".atom", ".ics"}
"""Suffixes of the files that go with the pages; ``api.twins`` announces no other in a copy."""

_TAG = re.compile(
    r'(?P<before><(?P<tag>a|link|script|img|source|image|use|form)\b[^>]*?\s(?P<name>href|src|action)=")'
    r'(?P<address>[^"]*)(?P<after>"[^>]*>)'
)
_FULL = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_FORM = re.compile(r"<form\b(?![^>]*\bsuggests\b).*?</form>\s*", re.DOTALL)
_MODULE = re.compile(r'<script\b[^>]*\btype="module"[^>]*></script>\s*')
_ASSET = re.compile(r"url\(\"?([^)\"]+)\"?\)")
_UNSAFE = re.compile(r'[<>:"|?*\\]|[. ]$')

_RDF = ".ttl"
"""The one without a language."""

Progress = Callable[[], None]


class StaticSite:
    """The site of *app* in *lang*, at the law of *day*, in the folder *root*; *langs* are all those written.

    Files without a language are shared out between *langs*. Where *only* names the paths of some pages,
    the copy holds those, and other links lead to the page that says what a copy does not do.
    """

    def __init__(
        self, app: Flask, lang: Lang, langs: Sequence[Lang], day: date, root: Path,
        only: Collection[str] | None = None,
    ) -> None:  # fmt: skip
        self._app, self._lang, self._langs, self._day, self._root = app, lang, langs, day, root
        app.config["EXPORTED"] = tuple(langs)
        self._client = app.test_client()
        self._only, self._asked = only, dict[str, None]()
        self._assets: set[str] = set(_SCRIPTS)
        self._targets: dict[str, str | None] = {}  # every page has the same links around it

    def write(self, progress: Progress = lambda: None) -> None:
        """Write everything, calling *progress* after each file.

        Raises:
            OSError: a file cannot be written.
            RuntimeError: a page of ours leads to one that is not there: a fault of the site.
        """
        self._asked |= dict.fromkeys(self._only or ["/", *self._named])
        waiting = list(self._asked)
        while waiting:
            address = waiting.pop()
            waiting += self._write_answer(address)
            progress()
        self._write_own_pages()
        if self._lang == self._langs[0]:
            self._write_root()
        self._copy_assets()

    def _query(self, **more: str) -> dict[str, str]:
        return {"lang": self._lang, "date": self._day.isoformat(), **more}

    def _write_answer(self, address: str) -> list[str]:
        """Write the answer at *address* to its file; return the addresses that it leads to first."""
        split = urlsplit(address)
        query = self._query(**dict(parse_qsl(split.query)))
        answer = self._client.get(
            unquote(split.path), query_string=query, headers={"Accept": "text/html"},
            base_url=f"https://{HOST}",
        )  # fmt: skip
        if answer.status_code != 200:
            raise RuntimeError(f"{address} ({self._lang}): {answer.status_code}")
        known = len(self._asked)
        if answer.mimetype == "text/html":
            self._write_page(address, answer.text)
        else:
            self._save(self._file(address), answer.data)
        found = list(self._asked)[known:][::-1]
        # Its twins and its days first (the last are taken first): what they show is still at hand.
        near = (f"{address}.", f"{address}/")
        return sorted(found, key=lambda other: other.startswith(near))

    def _write_page(self, address: str, text: str) -> None:
        file = self._file(address)
        text = _MODULE.sub("", _FORM.sub("", text))
        text = _TAG.sub(lambda match: self._link(address, file, match), text)
        self._save(file, text.encode())

    # --- where links lead ---------------------------------------------------------------------------

    def _link(self, page: str, file: str, match: re.Match[str]) -> str:
        """Return the tag with its address made relative; without it, where there is nothing to lead to."""
        address, mark, anchor = unescape(match["address"]).partition("#")
        if not address or _FULL.match(address):
            return match[0]
        if not address.startswith("/"):
            address = urljoin(urlsplit(page).path, address)
        if address not in self._targets:
            self._targets[address] = self._target(address)
        target = self._targets[address]
        if target is not None:
            to = relative(file, target)
            if anchor and not target.endswith(f"{_ABSENT}.html"):
                to += mark + anchor
            return f"{match['before']}{escape(to)}{match['after']}"
        if match["tag"] == "a":
            before = match["before"].removesuffix(' href="')
            return before + match["after"].removeprefix('"')
        return ""  # a <link> to what is not here

    def _target(self, address: str) -> str | None:
        """Return the file that *address* leads to; ask for it if nobody has."""
        split = urlsplit(address)
        path, query = unquote(split.path), dict(parse_qsl(split.query))
        if path.startswith("/static/"):
            self._assets.add(path.removeprefix("/static/"))
            return path.removeprefix("/")
        if path == f"/{_ENTRIES}":
            return f"{self._lang}/{_ENTRIES}"
        lang = query.pop("lang", self._lang)
        if query.get("date") == self._day.isoformat():
            del query["date"]
        suffix = PurePosixPath(path).suffix
        other = re.search(r"\.(nt|rdf|jsonld|csl\.json|xlsx)$", path)
        if lang not in self._langs or other:
            return None
        if path in (*_COMPUTED, "/recherche", _ABSENT):
            return self._file(path, lang)
        if path.startswith(_COMMUNE):
            return None
        concept = query.keys() == {"concept"} and path == "/changements"
        page = path.removesuffix(suffix) if suffix in _TWINS else path
        if (
            _LEFT_OUT.match(path)
            or (query and not concept)
            or (self._only is not None and page not in self._only)
        ):
            return None if suffix in _TWINS else self._file(_ABSENT, lang)
        asked = quote(path) + (f"?{urlencode(query)}" if query else "")
        if (self._writer(path) if suffix == _RDF else lang) == self._lang:
            self._asked.setdefault(asked)
        return self._file(asked, lang)

    def _writer(self, path: str) -> Lang:
        """Return which of the languages writes the file at *path*, which has none: each has its share."""
        return self._langs[crc32(path.encode()) % len(self._langs)]

    def _file(self, address: str, lang: str | None = None) -> str:
        """Return the path of the file of *address*, in the folder of the copy."""
        split = urlsplit(address)
        path = unquote(split.path).strip("/") or "index"
        if concept := dict(parse_qsl(split.query)).get("concept"):
            path += f"/concept/{concept}"
        suffix = PurePosixPath(path).suffix
        if suffix not in _TWINS:
            path += ".html"
        parts = [_UNSAFE.sub(lambda m: f"%{ord(m[0]):02X}", part) for part in path.split("/")]
        if parts[0] == "concept" and parts[-1][:1].islower():
            parts[-1] = "_" + parts[-1]  # a property; some file systems confuse it with its class
        return "/".join(["donnees" if suffix == _RDF else lang or self._lang, *parts])

    def _save(self, name: str, data: bytes) -> None:
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    # --- pages of the copy itself ---------------------------------------------------------------------

    def _write_own_pages(self) -> None:
        for path in (*_COMPUTED, _ABSENT):
            self._write_own(path, "export_absent.html", absent=path.removeprefix("/"))
        self._write_own("/recherche", "export_recherche.html", letters=self._letters)
        here = self._file("/recherche")
        rows = [
            [
                label,
                entry.acronym,
                entry.kind,
                relative(here, self._file(path)),
                " ".join(name.text for name in entry.names),
            ]
            for label, entry, path in self._found
        ]
        data = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
        self._save(f"{self._lang}/{_ENTRIES}", f"const ENTRIES = {data};\n".encode())

    def _write_own(self, path: str, template: str, **more: object) -> None:
        with self._app.test_request_context(
            path, query_string=self._query(), base_url=f"https://{HOST}"
        ):
            self._app.preprocess_request()
            text = render_template(template, **more)
        self._write_page(path, text)

    @cached_property
    def _named(self) -> dict[str, Entry]:
        """Path of its page → each thing that the search finds."""
        with self._app.test_request_context(base_url=f"https://{HOST}"):
            found = entries(context().store)
        return {
            path: entry for entry in found if (path := page_path(entry.iri)) and not entry.query
        }

    @cached_property
    def _found(self) -> list[tuple[str, Entry, str]]:
        """What the search of the copy finds: label, entry, path of its page; by label."""
        made = [
            (entry.labels[self._lang], entry, path)
            for path, entry in self._named.items()
            if path in self._asked and self._lang in entry.labels
        ]
        return sorted(made, key=lambda found: (fold(found[0]), found[2]))

    @property
    def _letters(self) -> dict[str, list[tuple[str, Entry, str]]]:
        made: dict[str, list[tuple[str, Entry, str]]] = {}
        for found in self._found:
            initial = fold(found[0])[:1].upper()
            made.setdefault(initial if initial.isalpha() else "0–9", []).append(found)
        return made

    def _write_root(self) -> None:
        """Write the page that leads to each language."""
        with self._app.test_request_context(
            "/", query_string=self._query(), base_url=f"https://{HOST}"
        ):
            text = render_template("export_root.html", langs=self._langs)
        self._assets.update(("site.css", "icon.svg"))
        self._save("index.html", text.encode())

    def _copy_assets(self) -> None:
        """Copy the styles, fonts and scripts that the pages load."""
        waiting = sorted(self._assets)
        for name in waiting:
            source, to = _STATIC / name, self._root / "static" / name
            if name.endswith(".css"):
                inside = _ASSET.findall(source.read_text(encoding="utf-8"))
                waiting += [n for n in inside if ":" not in n and n not in waiting]
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, to)


def relative(page: str, target: str) -> str:
    """Return the address of the file *target* from the file *page*, both from the root of the copy."""
    return _way(page.rpartition("/")[0], target)


@lru_cache(maxsize=100_000)
def _way(folder: str, target: str) -> str:
    """Return the address of the file *target* from a page in *folder*: its neighbours lead there too."""
    up, down = folder.split("/") if folder else [], target.split("/")
    same = 0
    while same < len(up) and same < len(down) - 1 and up[same] == down[same]:
        same += 1
    return quote("/".join([*[".."] * (len(up) - same), *down[same:]]))
