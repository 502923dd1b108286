"""Where jobs are kept on disk: a folder each, behind a name that nobody can guess, until its time is over.

Whatever kills the process, a drawer and each file in it are whole or absent.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import re
import secrets
import shutil
import time
from collections.abc import Container, Iterator
from datetime import UTC, datetime
from pathlib import Path

from kg.errors import NotFound
from kg.settings import Settings
from kg.validation.tasks import Case

CASE = "case.pickle"
"""What a drawer begins with: its age is that of the job."""
_NAME = re.compile(r"[A-Za-z0-9_-]{43}")
_DRAFT = ".draft-"
_DRAFT_AGE = 3_600.0  # seconds after which nobody is still writing a draft


class Gone(NotFound):
    """No such job, or no more. HTTP 404."""

    key = "jobs.gone"


def new_name() -> str:
    """Return a name for a job: 256 bits that nobody can guess."""
    return secrets.token_urlsafe(32)


class Drawers:
    """The jobs kept in the folder *path*, within the limits of *settings*."""

    def __init__(self, path: Path, settings: Settings) -> None:
        self.path, self._settings = path, settings

    def keep(self, name: str, case: Case) -> None:
        """Write the drawer of a new job: it appears whole, or not at all.

        Raises:
            OSError: no room, or the folder cannot be written; nothing is left.
        """
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.path / f"{_DRAFT}{name}"
        draft.mkdir(mode=0o700)
        try:
            (draft / CASE).write_bytes(pickle.dumps(case))
            draft.rename(self.path / name)
        except OSError:
            shutil.rmtree(draft, ignore_errors=True)
            raise

    def place(self, name: str) -> Path:
        """Return the drawer of the job *name*.

        Raises:
            Gone: there is none, or its time is over.
        """
        if not _NAME.fullmatch(name):
            raise Gone
        folder = self.path / name
        try:
            if time.time() < self.expiry(folder).timestamp():
                return folder
        except OSError:
            pass
        raise Gone

    def expiry(self, folder: Path) -> datetime:
        """Return when the drawer *folder* goes: its case is written once.

        Raises:
            OSError: there is no such drawer.
        """
        born = (folder / CASE).stat().st_mtime
        return datetime.fromtimestamp(born + self._settings.reports_kept, UTC)

    def _folders(self) -> Iterator[Path]:
        """Yield the drawers of jobs, and drafts of them."""
        with contextlib.suppress(OSError):  # none was ever kept; or nothing can be done about it
            for folder in list(self.path.iterdir()):
                if _NAME.fullmatch(folder.name.removeprefix(_DRAFT)):
                    yield folder

    def load(self, name: str, file: str) -> object:
        """Return what *file* of the job *name* holds: only this program writes there.

        Raises:
            Gone: no such job or file, or it is damaged or of an earlier version of the program.
        """
        try:
            return pickle.loads((self.place(name) / file).read_bytes())
        except Gone:
            raise
        except Exception as error:  # absent, cut, or of a version with other classes
            raise Gone from error

    def sweep(self, busy: Container[str]) -> None:
        """Remove what is over its time, then the oldest until number and size are within the limits.

        *busy*: names of the jobs that are worked on; they stay.
        """
        now = time.time()
        kept: list[tuple[float, int, Path]] = []
        for folder in self._folders():
            with contextlib.suppress(OSError):
                age = now - folder.stat().st_mtime
                if folder.name.startswith(_DRAFT):
                    if age > _DRAFT_AGE:
                        shutil.rmtree(folder, ignore_errors=True)
                elif folder.name in busy:
                    continue
                elif now >= self.expiry(folder).timestamp():
                    remove(folder)
                else:
                    size = sum(file.stat().st_size for file in folder.iterdir())
                    kept.append((self.expiry(folder).timestamp(), size, folder))
        kept.sort(reverse=True)  # the youngest first
        total = 0
        for place, (_, size, folder) in enumerate(kept):
            total += size
            if place >= self._settings.reports or total > self._settings.reports_size:
                remove(folder)


def write(file: Path, data: bytes) -> None:
    """Write *file* whole, or not at all.

    Raises:
        OSError: the disk is full, or the drawer is gone.
    """
    draft = file.with_name(f"{_DRAFT}{secrets.token_hex(4)}")
    try:
        draft.write_bytes(data)
        draft.replace(file)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def remove(folder: Path) -> None:
    """Remove *folder*, out of sight at once."""
    hidden = folder.with_name(f"{_DRAFT}{folder.name}")
    with contextlib.suppress(OSError):
        os.rename(folder, hidden)
        shutil.rmtree(hidden, ignore_errors=True)
