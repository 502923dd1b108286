"""The command ``soins``: one module a verb. Heavy imports stay inside the verb that needs them.

Exit codes: 0 done or conforms, 1 does not conform, 2 could not run.
"""

from __future__ import annotations

import argparse
import importlib
import keyword
import logging
import os
import sys
from pathlib import Path

from kg import __version__
from kg.errors import SoinsError
from kg.messages import Lang, as_lang, say

VERBS = {
    "serve": "build if needed, then serve the site, the endpoint, validation and questions",
    "build": "assemble ontology, shapes and corpus into the dataset",
    "check": "check our own house: Turtle, hygiene queries, shapes, reasoner",
    "ask": "ask a question in French or English",
    "query": "run a SPARQL query",
    "validate": "judge files of structures; nothing is stored",
    "import": "judge files of structures, then keep those that conform in a graph of their own",
    "export": "write the dataset, or one of its graphs, to a file",
    "export-site": "write the whole site as files, to be read without a server",
    "load": "push the dataset to the store of another server",
    "template": "write the spreadsheet to fill in",
}


def main(argv: list[str] | None = None) -> int:
    """Run the verb in *argv* and return the exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    parser = argparse.ArgumentParser(
        prog="soins", description="The law of coordinated primary care in France."
    )
    parser.add_argument("--version", action="version", version=f"soins {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    asked = next((a for a in arguments if not a.startswith("-")), None)
    for name, help_line in VERBS.items():
        verb = verbs.add_parser(name, help=help_line, description=help_line)
        if name == asked:  # only the verb that runs is imported
            module = importlib.import_module(f"kg.cli.{_module(name)}")
            module.configure(verb)
            verb.set_defaults(run=module.run)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except SoinsError as error:
        lang = as_lang(getattr(options, "lang", None), default_lang())
        print(f"soins: {say(error.key, lang, **error.data)}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # `soins … | head`: the reader has gone, quietly
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 2
    except Exception as error:  # a fault of ours is no verdict on the file: never exit with 1
        logging.getLogger("soins").debug("fault", exc_info=True)
        lang = as_lang(getattr(options, "lang", None), default_lang())
        fault = f"{type(error).__name__}: {error}"
        print(f"soins: {say('error.fault', lang, fault=fault)}", file=sys.stderr)
        return 2


def _module(verb: str) -> str:
    """Return the module of *verb*: ``export_site``, ``import_``."""
    return verb.replace("-", "_") + "_" * keyword.iskeyword(verb)


def default_lang() -> Lang:
    """Return the language of the terminal: French where the locale says so, else English."""
    locale = (
        os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    )
    return "fr" if locale.startswith("fr") else "en"


def add_lang(parser: argparse.ArgumentParser) -> None:
    """Give *parser* the option ``--lang``."""
    parser.add_argument(
        "--lang", choices=("fr", "en"), default=default_lang(), help="language of the answer"
    )


def add_date(parser: argparse.ArgumentParser) -> None:
    """Give *parser* the option ``--date``."""
    parser.add_argument(
        "--date", metavar="YYYY-MM-DD", help="law as in force that day (default: today)"
    )


def add_data(parser: argparse.ArgumentParser) -> None:
    """Give *parser* the option ``--data``."""
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="working folder (default: $SOINS_DATA)"
    )


def add_chooser(parser: argparse.ArgumentParser) -> None:
    """Give *parser* the option ``--chooser``."""
    parser.add_argument(
        "--chooser",
        default="",
        metavar="URL",
        help="a model at this OpenAI-compatible address may choose the form of a question that is read in no way,"
        " or in several, from a closed list (default: nobody is asked)",
    )
