"""Copy what pages load from ``node_modules`` into ``api/static/vendor``: nothing comes from elsewhere.

Run by ``make`` after ``npm ci``: ``python -m api.assets``.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from kg.errors import CannotRun

VENDOR = Path(__file__).parent / "static" / "vendor"

_SERIF = "@fontsource-variable/source-serif-4"
_SANS = "@fontsource-variable/source-sans-3"
FILES = {  # file in node_modules → its name in api/static/vendor; fonts: Latin subset, OFL 1.1
    f"{_SERIF}/files/source-serif-4-latin-wght-normal.woff2": "source-serif-4.woff2",
    f"{_SERIF}/files/source-serif-4-latin-wght-italic.woff2": "source-serif-4-italic.woff2",
    f"{_SERIF}/LICENSE": "source-serif-4-OFL.txt",
    f"{_SANS}/files/source-sans-3-latin-wght-normal.woff2": "source-sans-3.woff2",
    f"{_SANS}/LICENSE": "source-sans-3-OFL.txt",
}


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
    return copies


if __name__ == "__main__":
    for made in copy(Path(__file__).parents[1] / "node_modules"):
        print(f"{made.name}: {made.stat().st_size} bytes")
