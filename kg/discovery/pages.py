"""The pages that search engines should know, and when the law that each shows last changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kg.resources import query
from kg.store import Store


@dataclass(frozen=True, slots=True)
class Page:
    """A thing with a page of its own. *changed*: the last day on which a version of it began or ended."""

    iri: str
    changed: date | None


def pages(store: Store, today: date) -> list[Page]:
    """Return the things that have a page, sorted by IRI; changes after *today* have not happened."""
    found: dict[str, date | None] = {}
    for row in store.select(query("discovery-pages")):
        thing = str(row["thing"])
        known = found.setdefault(thing, None)
        if "day" in row:
            day = date.fromisoformat(str(row["day"]))
            if day <= today and (known is None or known < day):
                found[thing] = day
    return [Page(thing, day) for thing, day in sorted(found.items())]
