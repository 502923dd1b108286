"""``soins export-site``: the whole site as files, for networks that no server may join."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from datetime import date
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from kg.cli import add_data, default_lang
from kg.cli.opening import open_store
from kg.dates import parse_date
from kg.errors import CannotRun
from kg.messages import LANGS, Lang, say


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="where to write it")
    parser.add_argument(
        "--lang", choices=(*LANGS, "both"), default="both", help="default: %(default)s"
    )
    parser.add_argument(
        "--date", metavar="YYYY-MM-DD", help="law as in force that day (default: today)"
    )
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Write the site into a draft beside the folder, which takes its place once whole.

    Raises:
        BadInput: the day is none.
        CannotRun: the folder holds something else, or cannot be written.
    """
    begun = time.monotonic()
    folder: Path = options.folder.absolute()
    day = parse_date(options.date) if options.date else date.today()
    langs = LANGS if options.lang == "both" else (options.lang,)
    _examine(folder)
    version = open_store(options.data).version  # built and loaded here, once
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            draft.chmod(0o755)
            _write(draft, langs, day, version, options.data)
            sizes = {file: file.stat().st_size for file in draft.rglob("*") if file.is_file()}
            _take_place(draft, folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotRun("export.cannot-write", path=str(folder), reason=reason) from error
    pages = sum(file.suffix == ".html" for file in sizes)
    told = say(
        "export.done", default_lang(), path=str(options.folder), pages=pages,
        files=len(sizes) - pages, size=f"{sum(sizes.values()) / 1e6:.0f}",
        seconds=f"{time.monotonic() - begun:.0f}",
    )  # fmt: skip
    print(told)
    return 0


def _examine(folder: Path) -> None:
    """Make sure that *folder* is not there, is empty, or holds a copy of ours.

    Raises:
        CannotRun: it is something else.
    """
    from api.static_site import MANIFEST

    if not folder.exists() and not folder.is_symlink():
        return
    if not folder.is_dir() or (any(folder.iterdir()) and not (folder / MANIFEST).is_file()):
        raise CannotRun("export.foreign", path=str(folder))


def _write(draft: Path, langs: Sequence[Lang], day: date, version: str, data: Path | None) -> None:
    """Write the site into *draft*, each language in a process of its own."""
    from api.static_site import MANIFEST

    spawn = multiprocessing.get_context("spawn")
    count = spawn.Value("i", 0)
    with ProcessPoolExecutor(len(langs), spawn, _begin, (count,)) as pool:
        work = [pool.submit(_write_language, lang, langs, day, draft, data) for lang in langs]
        _watch(work, count)
    for each in work:
        each.result()
    told = {"dataset": version, "date": day.isoformat(), "languages": list(langs)}
    (draft / MANIFEST).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


_count: Synchronized[int]


def _begin(count: Synchronized[int]) -> None:
    global _count
    _count = count


def _write_language(
    lang: Lang, langs: Sequence[Lang], day: date, draft: Path, data: Path | None
) -> None:
    from api import create_app
    from api.context import Context
    from api.static_site import HOST, StaticSite
    from kg.settings import Settings

    settings = Settings(names=(HOST,))
    with Context.open(settings, open_store(data)) as context:
        site = StaticSite(create_app(context), lang, langs, day, draft)

        def progress() -> None:
            with _count.get_lock():
                _count.value += 1

        site.write(progress)


def _watch(work: list[Future[None]], count: Synchronized[int]) -> None:
    """Show, on a terminal, how many files are written, until the *work* is done."""
    shown = sys.stderr.isatty()
    while wait(work, timeout=0.5).not_done:
        if shown:
            print(f"\r{count.value}", end="", file=sys.stderr, flush=True)
    if shown:
        print("\r\033[K", end="", file=sys.stderr, flush=True)


def _take_place(draft: Path, folder: Path) -> None:
    """Put *draft* in the place of *folder*, whose old copy goes."""
    old = None
    if folder.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        os.replace(folder, old)
    try:
        os.replace(draft, folder)
    except OSError:
        if old is not None:
            os.replace(old, folder)
        raise
    if old is not None:
        shutil.rmtree(old, ignore_errors=True)
