"""The HTTP server. The only module that knows waitress."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ErrorTask, Task, WSGITask
from waitress.utilities import RequestEntityTooLarge

from api.access import asks_for_token, bears
from kg.settings import Settings

THREADS = 16
"""More than the validations or the queries that may be under way or wait: some are always free for the rest."""

_SHORT, _LONG = 0.5, 3.0
"""Seconds, after the order to stop, for what is under way to end by itself; then, cut short, to be sent."""


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that leaves it to the application to refuse a body: one too large, or without the *token*."""

    def __init__(self, *arguments: Any, token: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._token = token

    def send_continue(self) -> None:
        """Ask for the body that the client announces, unless what it wants to write would be refused."""
        request: Any = self.request  # type: ignore[has-type]
        given = request.headers.get("AUTHORIZATION", "")
        if bears(given, self._token) or not asks_for_token(request.command, request.path):
            super().send_continue()
            return
        request.expect_continue, request.completed = False, True
        request.headers["CONNECTION"] = "close"  # the body may come all the same: it is not read
        self.request = self.parser_class(self.adj)
        self.requests.append(request)
        self.server.add_task(self)

    @staticmethod
    def error_task_class(channel: HTTPChannel, request: Any) -> Task:
        """Return what answers a *request* that could not be read."""
        if not isinstance(request.error, RequestEntityTooLarge):
            return ErrorTask(channel, request)
        # Nothing more of the body is read: the application refuses the length that was announced.
        request.headers["CONTENT_LENGTH"] = str(
            max(request.content_length, channel.adj.max_request_body_size)
        )
        task = WSGITask(channel, request)
        task.set_close_on_finish()
        return task


def server(app: Flask, settings: Settings, listening: dict[int, Any] | None = None) -> Any:
    """Return a waitress server of *app*, listening; ``run()`` serves. Its sockets come into *listening*.

    Raises:
        OSError: the address is taken.
    """
    listening = {} if listening is None else listening
    made = create_server(
        app,
        map=listening,
        host=settings.host,
        port=settings.port,
        ident="soins-coordonnes",
        channel_timeout=30,
        connection_limit=100,
        max_request_body_size=settings.upload * 5,  # up to there a client is read, to hear our 413
        threads=THREADS,
        log_socket_errors=False,  # who goes away, or is cut off by us, is no fault of the program
        # A client that does not read must not hold a thread: what it has asked for, be it several long
        # answers at once, waits in a temporary file, until nothing has moved for the time above.
        outbuf_high_watermark=settings.result_size * 100,
        **_behind(settings.proxy),
    )
    for one in listening.values():
        if isinstance(one, BaseWSGIServer):  # one for each address that the host's name has
            one.channel_class = partial(_Channel, token=settings.token)
    return made


def serve(
    app: Flask, settings: Settings, ready: Callable[[], None], end: Callable[[], None]
) -> None:
    """Serve *app*, from *ready* on, until SIGTERM or Ctrl-C; then answer who is being served, and return.

    Nobody new is let in. What has not ended by itself in half a second is cut short by *end*: it is told so, or
    its connection is broken off.

    Raises:
        OSError: the address is taken.
    """
    listening: dict[int, Any] = {}
    made = server(app, settings, listening)
    doors = [one for one in listening.values() if isinstance(one, BaseWSGIServer)]
    told = False

    def stop(_number: int, _frame: object) -> None:
        nonlocal told
        if told:
            raise KeyboardInterrupt
        told = True
        doors[0].pull_trigger()  # the loop below waits for something to come

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    ready()
    while not told:
        wasyncore.loop(made.adj.asyncore_loop_timeout, map=listening, count=1)
    for door in doors:
        door.del_channel()
        door.socket.close()
    _finish(listening, _SHORT)
    end()
    _finish(listening, _LONG)
    made.task_dispatcher.shutdown(timeout=_SHORT)
    wasyncore.close_all(listening, ignore_all=True)


def _finish(listening: dict[int, Any], seconds: float) -> None:
    """Send what remains to be sent, for so many *seconds* at most; close the connections that have it."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        channels = [one for one in listening.values() if isinstance(one, HTTPChannel)]
        for channel in channels:
            channel.will_close = not (channel.requests or channel.total_outbufs_len)
        if all(channel.will_close for channel in channels):
            return
        wasyncore.loop(0.05, map=listening, count=1)


def _behind(proxy: str) -> dict[str, Any]:
    """Return how the proxy at this address is believed when it says for whom, and as whom, it asks."""
    if not proxy:
        return {}
    return {
        "trusted_proxy": proxy,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
        "clear_untrusted_proxy_headers": True,
    }
