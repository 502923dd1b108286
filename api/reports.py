"""Every form of a report, the page included: a file of its own, without script, for screen and paper.

``kg.validation`` writes the other forms; the page is here because templates live in ``api``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from api.rendering import fine
from kg import validation
from kg.messages import say
from kg.settings import Settings
from kg.tabular import Column, Upload
from kg.validation import Comparison, Form, Judged
from kg.validation.report import EXAMPLES, LISTED

FORMS = {**validation.FORMS, "html": Form("text/html; charset=utf-8", "html", compares=True)}


def write(
    judged: Judged,
    form: str,
    uploads: Sequence[Upload] = (),
    columns: Sequence[Column] = (),
    settings: Settings | None = None,
) -> bytes:
    """Return *judged* in *form*, one of ``FORMS``; see ``kg.validation.write``.

    Raises:
        BadInput: an unknown form, or one that shows no comparison.
        SoinsError: the files cannot be read any more (``xlsx``).
    """
    if form == "html":
        return page(judged).encode()
    return validation.write(judged, form, uploads, columns, settings)


def page(judged: Judged) -> str:
    """Return *judged* as a page that needs nothing else."""
    shown = judged.trimmed(LISTED)
    comparison = shown if isinstance(shown, Comparison) else None
    report = shown.first if isinstance(shown, Comparison) else shown
    return (
        _templates()
        .get_template("report/page.html")
        .render(
            report=report,
            comparison=comparison,
            lang=report.lang,
            examples=EXAMPLES,
            say=lambda key, **data: say(key, report.lang, **data),
        )
    )


@cache
def _templates() -> Environment:
    found = Environment(
        loader=PackageLoader("api"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["fine"] = fine
    return found
