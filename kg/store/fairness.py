"""No address takes more than its share of the workers' time."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from kg.errors import TooMany

_MANY = 10_000  # addresses remembered before those that owe nothing are forgotten


@dataclass(slots=True)
class _Account:
    """What one address has at work or waiting, and the *seconds* that it owes as of *at*."""

    running: int = 0
    waiting: int = 0
    seconds: float = 0.0
    at: float = 0.0


class Fairness:
    """Accounts of addresses: *queries* at the same time, *seconds* of work a minute; 0 is no limit.

    *together* of an address work at once, the next wait up to *patience* seconds for one of their own to
    end: so one address never holds every worker, and 0 is no limit either.

    Time is a debt that melts at the rate of the limit, so that whoever comes rarely is never told to
    wait, and whoever has spent a minute's share at once knows for how long. Thread-safe.
    """

    def __init__(
        self,
        queries: int,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        *,
        together: int = 0,
        patience: float = 1.0,
    ) -> None:
        self._queries, self._seconds, self._clock = queries, seconds, clock
        self._together, self._patience = together, patience
        self._accounts: dict[str, _Account] = {}
        self._ended = threading.Condition()

    @contextmanager
    def turn(self, address: str) -> Iterator[None]:
        """Let *address* do the work of the block, and count its time; empty, it is ourselves: no limit.

        Raises:
            TooMany: the share is used up.
        """
        if not address:
            yield
            return
        account = self._enter(_household(address))
        start = self._clock()
        try:
            yield
        finally:
            with self._ended:
                account.running -= 1
                account.seconds += self._clock() - start
                self._ended.notify_all()

    def _enter(self, address: str) -> _Account:
        with self._ended:
            now = self._clock()
            if address not in self._accounts:
                self._forget(now)
            account = self._accounts.setdefault(address, _Account(at=now))
            self._melt(account, now)
            if self._queries and account.running + account.waiting >= self._queries:
                raise TooMany("sparql.too-many-at-once", limit=self._queries)
            over = account.seconds - self._seconds
            if self._seconds and over >= 0:
                wait = math.ceil(over * 60 / self._seconds) + 1
                limit = f"{self._seconds:g}"
                raise TooMany("sparql.too-much-time", retry_after=wait, limit=limit, wait=wait)
            self._wait(account)
            account.running += 1
            return account

    def _wait(self, account: _Account) -> None:
        """Wait until one more of *account* may work."""
        if not self._together:
            return
        account.waiting += 1
        try:
            free = self._ended.wait_for(
                lambda: account.running < self._together, timeout=self._patience
            )
        finally:
            account.waiting -= 1
        if not free:
            raise TooMany("sparql.too-many-at-once", limit=self._together)

    def _melt(self, account: _Account, now: float) -> None:
        paid = (now - account.at) * self._seconds / 60
        account.seconds, account.at = max(account.seconds - paid, 0.0), now

    def _forget(self, now: float) -> None:
        if len(self._accounts) < _MANY:
            return
        for address, account in list(self._accounts.items()):
            self._melt(account, now)
            if not (account.running or account.waiting or account.seconds):
                del self._accounts[address]


@lru_cache(maxsize=4096)
def _household(address: str) -> str:
    """Return what counts as one address: in IPv6 the network of 64 bits, where one machine has many."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, IPv6Address) and known.ipv4_mapped is None:
        return known.exploded[:19]
    return str(known.ipv4_mapped if isinstance(known, IPv6Address) else known)
