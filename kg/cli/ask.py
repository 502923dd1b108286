"""``soins ask``: a question in French or English, its answer with evidence, or a refusal that says why."""

from __future__ import annotations

import argparse
import json
from datetime import date

from kg.answers.model import Citation
from kg.citations import long_date
from kg.cli import add_chooser, add_data, add_date
from kg.cli.opening import add_store, open_dataset
from kg.dates import parse_date
from kg.messages import Lang, say


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
    parser.add_argument(
        "--explain", action="store_true", help="as JSON, with how the question was understood"
    )
    add_chooser(parser)
    parser.add_argument("--json", action="store_true", help="the reply as /api/ask gives it")
    add_store(parser, required=False)
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Print the answer or the refusal.

    Raises:
        BadInput: empty or too long question, bad date.
    """
    from kg.answers import Chooser, answer
    from kg.settings import Settings

    day = parse_date(options.date) if options.date else date.today()
    store = open_dataset(options)
    reply = answer(
        store,
        options.question,
        options.lang,
        day,
        limit=Settings().question,
        explain=options.explain,
        chooser=Chooser(options.chooser) if options.chooser else None,
    )
    if options.json or options.explain:
        print(json.dumps(reply.json(), ensure_ascii=False, indent=1))
        return int(reply.abstained)
    print(reply.text)
    for part in reply.parts or (reply,):
        if part.understood:
            print("\n" + say("answers.understood", reply.lang, question=part.understood))
    for warning in reply.warnings:
        print(f"\n! {warning}")
    for cited in reply.citations:
        print(
            f"\n« {cited.quote} »\n  {cited.label} ({cited.rank_label}{_period(cited, reply.lang)})"
        )
    if reply.passages:
        print("\n" + say("answers.passages", reply.lang))
    for passage in reply.passages:
        print(f"  – {passage.text} ({passage.label})")
    if reply.suggestions:
        print("\n" + say("answers.page-examples", reply.lang))
    for question in reply.suggestions:
        print(f"  – {question}")
    if not reply.abstained:
        print("\n" + say("answers.page-as-of", reply.lang, day=long_date(reply.day, reply.lang)))
    return int(reply.abstained)


def _period(cited: Citation, lang: Lang) -> str:
    if cited.start is None:
        return ""
    start = long_date(cited.start, lang)
    if cited.end is None:
        return ", " + say("answers.since", lang, start=start)
    return ", " + say("answers.until", lang, start=start, end=long_date(cited.end, lang))
