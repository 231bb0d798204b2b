"""The limit beside which the portal is measured: bare Flask on the same server."""

from __future__ import annotations

import sys

from flask import Flask
from granian.constants import Interfaces
from granian.server.mp import MPServer


def create_app() -> Flask:
    """An application that only says hello."""
    app = Flask(__name__)
    app.add_url_rule("/healthz", view_func=lambda: "hello")
    return app


if __name__ == "__main__":
    MPServer(
        "tests.bench.hello:create_app",
        interface=Interfaces.WSGI,
        port=int(sys.argv[1]),
        workers=2,
        blocking_threads=4,
        log_enabled=False,
    ).serve(target_loader=create_app, wrap_loader=False)
