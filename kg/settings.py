"""Limits and switches, with their defaults."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may change. Sizes in bytes, times in seconds."""

    host: str = "127.0.0.1"
    port: int = 8000
    names: tuple[str, ...] = ()  # under which it is asked, beside *host*: another name is refused
    proxy: str = ""  # address of the proxy in front, which says for whom it asks
    query_deadline: float = 10.0
    write_deadline: float = 120.0  # of an update, or of data sent to the sandbox
    query_wait: float = 1.0  # for a free worker
    query_queue: int = 8  # queries that may wait for one; the next are told to come back
    client_queries: int = 5  # of one address at the same time; 0: no limit
    client_seconds: float = 60.0  # of queries of one address a minute; 0: no limit
    engine: str = "turbo"  # of validation: or pyshacl, or shifty
    validation_deadline: float = 60.0
    validation_wait: float = 2.0  # for a report, before answering with the address of the job
    validation_queue: int = 4  # validations that may wait for a place; the next come back later
    reports_kept: float = 86_400.0  # since the upload
    reports: int = 500  # kept at the same time; the oldest go first
    reports_size: int = 2_000_000_000
    worker_memory: int = 1_500_000_000
    workers: int = 3  # one address holds all but one at most
    in_memory: int = 250_000_000  # stores up to this size on disk: also in memory, 4 times larger
    query_text: int = 64_000
    update_text: int = 1_000_000  # larger data goes to the Graph Store
    nesting: int = 64
    triple_patterns: int = 200
    operators: int = 1_000
    page_rows: int = 1_000
    result_size: int = 50_000_000
    answers_kept: int = 32_000_000  # small answers to queries from outside, given again as they are
    whole: int = 50_000_000  # of an answer gathered before it leaves: an error can still be said
    upload: int = 20_000_000
    unpacked: int = 100_000_000
    rows: int = 100_000
    columns: int = 500
    cell: int = 32_000
    question: int = 500
    chooser: str = (
        ""  # OpenAI-compatible address of a model that may choose a frame; empty: nobody is asked
    )
    search: int = 500
    feedback: str = ""  # address where a visitor may report an error; empty: pages offer none
    # Who bears the token may write to the sandbox; empty: nobody.
    token: str = field(default="", repr=False)

    @classmethod
    def local(cls) -> Self:
        """Return the limits of the command line, where people judge files of theirs on their machine."""
        return cls(upload=500_000_000, unpacked=2_000_000_000, rows=2_000_000)
