"""``soins ask``: a question in French or English, its answer with evidence, or a refusal that says why."""

from __future__ import annotations

import argparse
import json
from datetime import date

from kg.cli import add_data, add_date
from kg.cli.opening import open_store


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.description = (
        "Ask a question. Exit code 0: answered; 1: refused (the reply says why); 2: could not run."
    )
    parser.add_argument("question", metavar="QUESTION", help="the question, in French or English")
    add_date(parser)
    # No default: a question is answered in its own language.
    parser.add_argument(
        "--lang", choices=("fr", "en"), help="language of the answer (default: the question's)"
    )
    parser.add_argument("--json", action="store_true", help="the reply as /api/ask gives it")
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Print the answer or the refusal.

    Raises:
        BadInput: empty or too long question, bad date.
    """
    from kg.answers import answer
    from kg.dates import parse_date
    from kg.settings import Settings

    day = parse_date(options.date) if options.date else date.today()
    store = open_store(options.data)
    reply = answer(store, options.question, options.lang, day, limit=Settings().question)
    if options.json:
        print(json.dumps(reply.json(), ensure_ascii=False, indent=1))
        return int(reply.abstained)
    print(reply.text)
    for warning in reply.warnings:
        print(f"\n! {warning}")
    for cited in reply.citations:
        since = f" · {cited.start.isoformat()} →" if cited.start else ""
        until = f" {cited.end.isoformat()}" if cited.end else ""
        print(f"\n{cited.label} · {cited.rank_label}{since}{until}\n  « {cited.quote} »")
    for question in reply.suggestions:
        print(f"  · {question}")
    print(f"\n{reply.day.isoformat()} · --json")
    return int(reply.abstained)
