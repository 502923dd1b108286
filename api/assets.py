"""Copy what pages load from ``node_modules`` into ``api/static/vendor``: nothing comes from elsewhere.

Run by ``make`` after ``npm ci``: ``python -m api.assets``.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from kg.errors import CannotRun

VENDOR = Path(__file__).parent / "static" / "vendor"

_SERIF = "@fontsource-variable/source-serif-4"
_ITALIC = "@fontsource/source-serif-4"  # quotations need one weight: 20 kB, not 52
_SANS = "@fontsource-variable/source-sans-3"
_YASGUI = "@zazuko/yasgui"
FILES = {  # file in node_modules → its name in api/static/vendor; fonts: Latin subset, OFL 1.1
    f"{_SERIF}/files/source-serif-4-latin-wght-normal.woff2": "source-serif-4.woff2",
    f"{_ITALIC}/files/source-serif-4-latin-400-italic.woff2": "source-serif-4-italic.woff2",
    f"{_SERIF}/LICENSE": "source-serif-4-OFL.txt",
    f"{_SANS}/files/source-sans-3-latin-wght-normal.woff2": "source-sans-3.woff2",
    f"{_SANS}/LICENSE": "source-sans-3-OFL.txt",
    f"{_YASGUI}/build/yasgui.min.js": "yasgui.js",  # its parts are inside: loaded by the SPARQL page only
    f"{_YASGUI}/build/yasgui.min.css": "yasgui.css",
    "cytoscape/dist/cytoscape.esm.min.mjs": "cytoscape.js",  # loaded where somebody asks for the picture
    "cytoscape/LICENSE": "cytoscape-MIT.txt",
    "minisearch/dist/umd/index.js": "minisearch.js",  # the search of the copy in files
    "minisearch/LICENSE.txt": "minisearch-MIT.txt",
}
LICENCES = "yasgui-licences.txt"


def copy(modules: Path, vendor: Path = VENDOR) -> list[Path]:
    """Copy every file of ``FILES`` from *modules* into *vendor* and return the copies.

    Raises:
        CannotRun: a file is missing: ``npm ci`` has not run.
    """
    vendor.mkdir(parents=True, exist_ok=True)
    copies = []
    for inside, name in FILES.items():
        if not (modules / inside).is_file():
            raise CannotRun("error.no-file", path=str(modules / inside))
        copies.append(Path(shutil.copyfile(modules / inside, vendor / name)))
    licences = vendor / LICENCES
    licences.write_text("\n\n".join(_licences(modules, _YASGUI)), encoding="utf-8")
    return [*copies, licences]


def _licences(modules: Path, package: str) -> list[str]:
    """Return the licence of *package* and of each package that its build holds, by name."""
    found: dict[str, str] = {}
    waiting = [package]
    while waiting:
        folder = modules / (name := waiting.pop())
        if name in found or not (folder / "package.json").is_file():
            continue
        about = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        waiting.extend(about.get("dependencies", {}))
        texts = sorted(
            file.read_text(encoding="utf-8").strip()
            for file in folder.iterdir()
            if file.name.lower().startswith(("license", "licence"))
        )
        author = about.get("author", "")
        by = author if isinstance(author, str) else author.get("name", "")
        head = f"{name} {about['version']} ({about.get('license', '')}) {by}".strip()
        found[name] = "\n\n".join([head, *texts])
    return [found[name] for name in sorted(found)]


if __name__ == "__main__":
    for made in copy(Path(__file__).parents[1] / "node_modules"):
        print(f"{made.name}: {made.stat().st_size} bytes")
