"""An application behind the real server, for tests that need real sockets."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from api.server import server
from kg.settings import Settings


@contextmanager
def served(app: Flask) -> Iterator[int]:
    """Yield the port where *app* is served; every socket is closed at the end."""
    listening = server(app, Settings(port=0))
    thread = threading.Thread(target=listening.run, daemon=True)
    thread.start()
    try:
        yield listening.effective_port
    finally:
        listening.task_dispatcher.shutdown()  # first: a socket is not closed under an answer
        close_all, sockets = listening.asyncore.close_all, listening._map
        listening.trigger.pull_trigger(lambda: close_all(sockets, ignore_all=True))
        thread.join(10)
        gc.collect()  # what clients that hung up have left is gone here, not in a later test
