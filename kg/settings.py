"""Limits and switches, with their defaults."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may change. Sizes in bytes, times in seconds."""

    host: str = "127.0.0.1"
    port: int = 8000
    query_deadline: float = 10.0
    query_wait: float = 1.0  # for a free worker
    query_queue: int = 4  # queries that may wait for one; the next are told to come back
    validation_deadline: float = 60.0
    worker_memory: int = 1_500_000_000
    workers: int = 2
    query_text: int = 64_000
    nesting: int = 64
    triple_patterns: int = 200
    operators: int = 1_000
    page_rows: int = 1_000
    result_size: int = 50_000_000
    upload: int = 20_000_000
    unpacked: int = 100_000_000
    rows: int = 100_000
    columns: int = 500
    cell: int = 32_000
    question: int = 500
    search: int = 500
