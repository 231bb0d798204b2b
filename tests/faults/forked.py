"""The application in children that are killed at random moments: `forked.py CYCLES COOKIE`.

It is imported and warmed up once, before the forks, so that a life costs no start. The parent says
"ready", and "served" after the last kill; then one more child serves until standard input ends.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import sys
import time
from http import HTTPStatus
from typing import Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.faults.senders import PATH
from vodokanal import create_app
from vodokanal.models.database import database

SHORTEST_LIFE, LONGEST_LIFE = 0.03, 0.12


class Silent(WSGIRequestHandler):
    """Says nothing of every request."""

    def log(self, *words: Any) -> None:
        """Nobody reads it."""


def begun(app: Any, line: socket.socket) -> int:
    """A child that serves the application on the line; its pid."""
    child = os.fork()
    if child == 0:
        try:
            server = make_server(
                "127.0.0.1", 0, app, threaded=True, fd=line.fileno(), request_handler=Silent
            )
            server.serve_forever()
        finally:
            os._exit(1)
    return child


def ended(child: int) -> None:
    """Kills the child as the machine's memory guard would."""
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def warm_up(app: Flask, cookie: str) -> None:
    """Shows one page, so that templates and statements are ready in every child."""
    client = app.test_client()
    client.set_cookie("session", cookie)
    status = client.get(
        PATH, base_url=f"http://localhost:{os.environ['VODOKANAL_PORT']}"
    ).status_code
    if status != HTTPStatus.OK:
        raise LookupError(f"{PATH}: {status}")


def main() -> None:
    """Runs the lives."""
    cycles, cookie = int(sys.argv[1]), sys.argv[2]
    app = create_app()
    warm_up(app, cookie)
    database.close()
    address = ("127.0.0.1", int(os.environ["VODOKANAL_PORT"]))
    with socket.create_server(address, backlog=128) as line:
        print("ready", flush=True)
        for _ in range(cycles):
            child = begun(app, line)
            time.sleep(random.uniform(SHORTEST_LIFE, LONGEST_LIFE))
            ended(child)
        child = begun(app, line)
        print("served", flush=True)
        sys.stdin.read()
        ended(child)


if __name__ == "__main__":
    main()
