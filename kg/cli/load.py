"""``soins load``: push the dataset to the store of another server."""

from __future__ import annotations

import argparse

from kg import build
from kg.cli import add_lang
from kg.cli.opening import add_store, address_of
from kg.cli.validate import Bar
from kg.messages import as_lang, say
from kg.remote import Line, load
from kg.resources import BUILT
from kg.settings import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_store(parser, required=True)
    add_lang(parser)


def run(options: argparse.Namespace) -> int:
    """Load, unless the store holds this version already.

    Raises:
        CannotRun, SoinsError: as ``load``.
    """
    lang, manifest = as_lang(options.lang), build.ensure()
    line = Line(address_of(options), Settings().result_size)
    with Bar(lang, "remote.progress") as bar:
        changed = load(line, BUILT, manifest, bar)
    figures = {"quads": manifest.quads, "graphs": manifest.graphs, "version": manifest.version[:12]}
    print(say("remote.loaded" if changed else "remote.same", lang, **figures))
    return 0
