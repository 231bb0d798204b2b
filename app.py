"""The process entry: `python app.py` serves the portal, `flask --app app …` runs its commands.

With `--with-worker` the background worker runs beside the web, as one process more.
"""

from __future__ import annotations

import argparse
import ctypes
import errno
import logging
import os
import signal
import socket
import sys
import threading
import time
from typing import Any

from flask import Flask
from granian.constants import Interfaces
from granian.server.mp import MPServer, WorkerProcess

# Before the fork: a worker started again later runs the code that its parent runs.
import vodokanal.assembly
from vodokanal.cli import NotReadyError, ready_to_serve
from vodokanal.demo.credentials import greeting
from vodokanal.models.database import UnsafeDatabaseError
from vodokanal.settings import Settings, UnsafeSettingsError, read_settings
from vodokanal.web.logs import JsonFormatter
from vodokanal.worker import work

THREAD_IDLE_SECONDS = 600
# How long a stopping worker may finish what it has begun.
FINISH_SECONDS = 30
RESPAWN_SECONDS = 0.5
# How long an order to stop may stay unheard.
LISTEN_SECONDS = 1.0
PR_SET_PDEATHSIG = 1
STOPS = (signal.SIGINT, signal.SIGTERM)


def is_news(record: logging.LogRecord) -> bool:
    """Whether a line of Granian's says something: its advice on threads we have weighed."""
    return "Python threads" not in record.getMessage()


# The server's lines look like ours, and `make run` prints nothing else after its greeting.
LOGGING: dict[str, Any] = {
    "formatters": {"json": {"()": JsonFormatter}},
    "filters": {"news": {"()": lambda: is_news}},
    "handlers": {
        "errors": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["news"]}
    },
    "loggers": {"_granian": {"handlers": ["errors"], "propagate": False}},
}


class Alarm(threading.Event):
    """Wakes whoever waits for it, and each second.

    Python runs a signal's handler between two steps of its own: one that comes just before a
    wait without an end is heard only when that wait is over.
    """

    def wait(self, timeout: float | None = None) -> bool:
        """Waits a second at most; whether it has rung."""
        return super().wait(LISTEN_SECONDS if timeout is None else timeout)


class Server(MPServer):
    """Granian that always starts a dead worker again.

    By itself it takes a worker that dies twice within five seconds for a crash loop and ends
    the whole server; here the others serve on, and the dead one is started after a breath.
    The background worker is one more of them, which answers nobody.
    """

    has_background = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.main_loop_interrupt = Alarm()

    def _spawn_workers(self, *args: Any) -> None:
        spawn: Any = super()._spawn_workers
        spawn(*args)
        if self.has_background:
            worker: Any = self._spawn_worker(self.workers, *args)
            worker.start()
            self.wrks.append(worker)

    def _spawn_worker(self, idx: int, *args: Any, **options: Any) -> WorkerProcess:
        if idx == self.workers:
            begin: Any = WorkerProcess
            background: WorkerProcess = begin(self, idx, target=_work, args=())
            return background
        return super()._spawn_worker(idx, *args, **options)

    def _respawn_workers(self, workers: list[int], *args: Any, **options: Any) -> None:
        time.sleep(RESPAWN_SECONDS)
        super()._respawn_workers(workers, *args, **options)
        self.respawned_wrks.clear()

    def _stop_workers(self) -> None:
        # Those who serve may miss an order too. The background worker never does, and takes a
        # second one for haste.
        serving = self.wrks[: self.workers]
        threading.Thread(target=remind, args=[serving], daemon=True).start()
        stop: Any = super()._stop_workers
        stop()


def remind(told: list[Any]) -> None:
    """Tells workers to stop once more, each second until they have."""
    while told:
        time.sleep(LISTEN_SECONDS)
        told = [each for each in told if each.is_alive()]
        for each in told:
            each.terminate()


def create_app() -> Flask:
    """The application by the environment's settings; unsafe ones end in one sentence."""
    try:
        return vodokanal.create_app()
    except UnsafeSettingsError as error:
        sys.exit(str(error))


def serve(*, with_worker: bool) -> None:
    """Serves until told to stop; refuses unsafe settings and an old schema with one sentence."""
    os.environ.setdefault("VODOKANAL_NOW_SINCE", repr(time.time()))
    try:
        settings = read_settings()
        start = ready_to_serve(settings)
    except (UnsafeSettingsError, UnsafeDatabaseError) as error:
        sys.exit(str(error))
    except NotReadyError as error:
        sys.exit(error.message)
    _refuse_taken_port(settings)
    if start is not None:
        os.environ["VODOKANAL_NOW"] = start.isoformat()
    if settings.demo:
        sys.stdout.write(greeting(settings.site_url, start))
        sys.stdout.flush()
    _prepare_workers()
    server = _server(settings)
    server.has_background = with_worker
    server.serve(target_loader=create_app, wrap_loader=False)
    # All has ended well: an order to stop that comes twice must not look like a failure.
    for each in STOPS:
        signal.signal(each, signal.SIG_IGN)


def _work() -> None:
    work(create_app())


def _prepare_workers() -> None:
    """Lets every worker begin with a clean slate for signals, whenever it is forked."""
    os.register_at_fork(
        before=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, STOPS),
        after_in_parent=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS),
        after_in_child=_begin_worker,
    )


def _begin_worker() -> None:
    # The parent's handlers are inherited, and would swallow an order to stop while it loads.
    for each in STOPS:
        signal.signal(each, signal.SIG_DFL)
    # Ctrl-C goes to a whole process group. Only the parent may hear it and tell its workers:
    # two signals at once made every second stop hang until the workers were killed.
    os.setpgid(0, 0)
    # Workers share the port, so one that outlived its parent would answer beside the next server.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)


def _server(settings: Settings) -> Server:
    return Server(
        "app:create_app",
        interface=Interfaces.WSGI,
        address=settings.host,
        port=settings.port,
        workers=settings.workers,
        blocking_threads=settings.threads,
        blocking_threads_idle_timeout=THREAD_IDLE_SECONDS,
        respawn_failed_workers=True,
        workers_kill_timeout=FINISH_SECONDS,
        websockets=False,
        log_access=False,
        log_dictconfig=LOGGING,
    )


def _refuse_taken_port(settings: Settings) -> None:
    """Ends when somebody listens already: sharing the port would mix two portals' answers."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            sys.exit(f"{settings.host}:{settings.port} is taken: set VODOKANAL_PORT to another.")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Serves the portal.")
    parser.add_argument("--with-worker", action="store_true", help="run the worker beside it")
    return parser.parse_args()


if __name__ == "__main__":
    serve(with_worker=_arguments().with_worker)
