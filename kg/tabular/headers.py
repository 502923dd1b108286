"""Find which sheet of a file is which of the template, and where the names of its columns stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from kg.errors import BadInput, Unreadable
from kg.tabular.grid import Grid, Line
from kg.tabular.model import MEMBRES, STRUCTURES, Column, fold
from kg.tabular.values import written

_HEADER_WITHIN = 30


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet of which the first rows were read; the *rest* is read once."""

    name: str
    head: list[Line]
    rest: Iterator[Line]
    epoch: datetime


def page_of(grid: Grid) -> Page:
    """Return *grid* with its first rows read."""
    lines = iter(grid.lines)
    return Page(grid.name, list(islice(lines, _HEADER_WITHIN)), lines, grid.epoch)


@dataclass(frozen=True, slots=True)
class Header:
    """Where the names of the columns stand in *page*: position → name. *place*: among its first rows."""

    page: Page
    place: int
    row: int
    names: dict[int, str]

    @property
    def body(self) -> Iterator[Line]:
        """The rows that follow."""
        return chain(self.page.head[self.place + 1 :], self.page.rest)


def _header(page: Page, sheet: str, columns: Sequence[Column]) -> Header | None:
    """Return the header of *page* read as *sheet*: the row with most names of columns, or None."""
    known = {fold(c.name) for c in columns if c.sheet == sheet}
    best: tuple[int, int] | None = None
    for place, (_, cells) in enumerate(page.head):
        score = sum(fold(written(raw)) in known for raw in cells.values())
        if score and (best is None or score > best[0]):
            best = (score, place)
    if best is None:
        return None
    number, cells = page.head[best[1]]
    return Header(page, best[1], number, {at: written(raw) for at, raw in cells.items()})


def _missing(header: Header, sheet: str, columns: Sequence[Column]) -> list[str]:
    present = {fold(name) for name in header.names.values()}
    return [c.name for c in columns if c.sheet == sheet and c.required and c.name not in present]


def _repeated(header: Header, sheet: str, columns: Sequence[Column]) -> list[str]:
    """Return the columns named twice: nothing says which one holds."""
    written_names = [fold(name) for name in header.names.values()]
    return [c.name for c in columns if c.sheet == sheet and written_names.count(fold(c.name)) > 1]


def assign(pages: list[Page], columns: Sequence[Column]) -> dict[str, Header]:
    """Return the header of each sheet of the template, told apart by name, else by columns.

    Raises:
        BadInput: two sheets are the same one.
        Unreadable: no header, no structures, a required column missing, or one given twice.
    """
    found: dict[str, Header] = {}
    for page in pages:
        sheet = fold(page.name)
        if sheet not in (STRUCTURES, MEMBRES):
            sheet = _guess(page, columns) if not sheet or len(pages) == 1 else ""
        if not sheet or not (header := _header(page, sheet, columns)):
            continue
        if sheet in found:
            raise BadInput("validation.twice", sheet=sheet)
        found[sheet] = header
    # Sheets of other names: the first that has what is required.
    for sheet in (STRUCTURES, MEMBRES):
        if sheet in found or len(pages) == 1:
            continue
        headers = (_header(page, sheet, columns) for page in pages if _free(page, found))
        fitting = (h for h in headers if h and not _missing(h, sheet, columns))
        if header := next(fitting, None):
            found[sheet] = header
    if not found:
        required = ", ".join(c.name for c in columns if c.sheet == STRUCTURES and c.required)
        raise Unreadable("validation.no-header", columns=required)
    if STRUCTURES not in found:
        raise Unreadable("validation.no-structures")
    for sheet, header in found.items():
        if missing := _missing(header, sheet, columns):
            raise Unreadable("validation.missing-columns", sheet=sheet, columns=", ".join(missing))
        if twice := _repeated(header, sheet, columns):
            raise Unreadable("validation.repeated-columns", sheet=sheet, columns=", ".join(twice))
    return found


def _free(page: Page, found: dict[str, Header]) -> bool:
    return bool(page.name) and all(header.page is not page for header in found.values())


def _guess(page: Page, columns: Sequence[Column]) -> str:
    """Return which sheet of the template an unnamed *page* is, by its columns."""
    scores = {}
    for sheet in (STRUCTURES, MEMBRES):
        header = _header(page, sheet, columns)
        missing = len(_missing(header, sheet, columns)) if header else 9
        known = {fold(c.name) for c in columns if c.sheet == sheet}
        count = sum(fold(n) in known for n in header.names.values()) if header else 0
        scores[sheet] = (-missing, count)
    return max(scores, key=lambda sheet: scores[sheet])


def places_of(header: Header, sheet: str, columns: Sequence[Column]) -> dict[str, int]:
    """Return where the columns of the template are: name → position."""
    by_name = {c.name for c in columns if c.sheet == sheet}
    places = {fold(name): position for position, name in header.names.items()}
    return {name: position for name, position in places.items() if name in by_name}
