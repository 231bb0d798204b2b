"""The worker: does what rows say is due, woken by Huey and by its own look around."""

from __future__ import annotations

import logging
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from huey.consumer import Consumer, Scheduler

from vodokanal.cli import ready_to_serve
from vodokanal.models.database import (
    UnsafeDatabaseError,
    database,
    leave_connection,
    open_connection,
)
from vodokanal.models.upkeep import tidy_up
from vodokanal.monthly_jobs import MonthWatch, make_previews, tell_the_morning, work_on_months
from vodokanal.nightly_copies import is_copy_due, make_nightly_copy
from vodokanal.operations.housekeeping import (
    KEYS_KEPT,
    PREVIEWS_KEPT,
    Night,
    clear_away,
    finish_night,
    is_night_due,
    leave_night,
    night_of,
    take_night,
)
from vodokanal.operations.letters import has_due_letter
from vodokanal.operations.queue import Kind, listen, wake
from vodokanal.sent_files import clear_books_away, work_on_files
from vodokanal.web.clock import now, real_now
from vodokanal.web.configuration import KEY, settings
from vodokanal.web.identity import REMEMBERED
from vodokanal.web.logs import JsonFormatter, log_event
from vodokanal.web.mailing import DATABASE_TROUBLE, send_due_letters
from vodokanal.web.throttling import forget_ended

SWEEP_SECONDS = 30.0
# How long Huey rests at most; an idle worker costs one small query a second.
LOOK_SECONDS = 1.0
# How long a stopping worker may finish the letter or the slice that it has begun.
FINISH_SECONDS = 25.0


class Sweeper(Scheduler):
    """In the place of Huey's scheduler, of which we need nothing: looks around now and then."""

    look: Callable[[], None]

    def loop(self, now: object = None) -> None:
        self.look()
        self.stop_flag.wait(SWEEP_SECONDS)

    def shutdown(self) -> None:
        hang_up()


class AlarmClock(Consumer):
    """Huey's consumer: one thread for the work, one for the sweeper, ended by either signal."""

    scheduler_class = Sweeper

    def __init__(self, huey: Any, worker: Worker) -> None:
        self._worker = worker
        super().__init__(
            huey,
            workers=1,
            periodic=False,
            max_delay=LOOK_SECONDS,
            shutdown_timeout=FINISH_SECONDS,
            graceful_signal="TERM",
        )
        # By itself Huey drops its work on Ctrl-C, and starts another program on SIGHUP.
        self._signal_actions = {signal.SIGTERM: (False, True), signal.SIGINT: (False, True)}
        worker.stopping = self.stop_flag
        huey.on_shutdown()(hang_up)

    def start(self) -> None:
        """Begins, and says so once an order to stop would be heard."""
        super().start()
        log_event("worker_started")

    def _create_scheduler(self) -> Sweeper:
        sweeper: Sweeper = super()._create_scheduler()
        sweeper.look = self._worker.look_around
        return sweeper


def hang_up() -> None:
    """Gives back the connection of a thread that ends."""
    if not database.is_closed():
        database.close()


class Worker:
    """What is done when it is woken; each job may be called at any time, by anybody, twice."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._months = MonthWatch()
        self.stopping = Event()

    def goes_on(self) -> bool:
        """Whether nobody has told the worker to stop."""
        return not self.stopping.is_set()

    def look_around(self) -> None:
        """Wakes for whatever is due: left by the dead, put off until now, or the night."""
        try:
            with self._at_work():
                at = real_now()
                if has_due_letter(at):
                    wake(Kind.LETTERS)
                if is_night_due(night_of(at.astimezone(settings().zone)), at):
                    wake(Kind.NIGHT)
                if is_copy_due():
                    wake(Kind.COPY)
                self._months.look()
                self._months.look_at_morning()
        except DATABASE_TROUBLE as error:
            log_event("sweep_failed", level=logging.WARNING, error=type(error).__name__)

    def send_letters(self) -> None:
        """Sends every letter that is due."""
        with self._at_work():
            send_due_letters(self.goes_on)

    def keep_house(self) -> None:
        """Does the night's work unless it is done."""
        with self._at_work():
            at = real_now()
            night = Night(
                on=night_of(at.astimezone(settings().zone)),
                real_now=at,
                keys_before=now() - KEYS_KEPT,
                previews_before=now() - PREVIEWS_KEPT,
                sign_ins_before=at - REMEMBERED - timedelta(days=1),
            )
            run = take_night(night) if is_night_due(night.on, at) else None
            if run is None:
                return
            if not clear_away(run, night, goes_on=self.goes_on):
                leave_night(run, real_now=real_now())
                return
            forget_ended()
            clear_books_away(run)
            is_tidy = tidy_up()
            counts = finish_night(run, at=now(), real_now=real_now())
            log_event("night_done", date=night.on.isoformat(), is_tidy=is_tidy, **counts)

    def make_copy(self) -> None:
        """Makes the night's copy of all data unless it is made."""
        with self._at_work():
            make_nightly_copy(self.goes_on)

    def work_on_months(self) -> None:
        """Calculates and issues what is to be calculated and issued."""
        with self._at_work():
            work_on_months(self.goes_on)

    def make_previews(self) -> None:
        """Finds out what issued months would come to now, where somebody has asked."""
        with self._at_work():
            make_previews(self.goes_on)

    def work_on_files(self) -> None:
        """Looks through, imports and enters the files that were sent in."""
        with self._at_work():
            work_on_files(self.goes_on)

    def tell_the_morning(self) -> None:
        """Tells employees by letter that a month is late."""
        with self._at_work():
            tell_the_morning()

    @property
    def jobs(self) -> dict[Kind, Callable[[], None]]:
        """What is done for each kind of call."""
        return {
            Kind.LETTERS: self.send_letters,
            Kind.NIGHT: self.keep_house,
            Kind.COPY: self.make_copy,
            Kind.MONTH: self.work_on_months,
            Kind.MORNING: self.tell_the_morning,
            Kind.PREVIEW: self.make_previews,
            Kind.FILES: self.work_on_files,
        }

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        with self._app.app_context():
            open_connection()
            try:
                yield
            finally:
                leave_connection()


def work(app: Flask) -> None:
    """Works until it is told to stop; the letter or slice that has been begun is finished first.

    Raises:
        NotReadyError: an old schema, too few connections, or a demo town without demo mode.
        UnsafeDatabaseError: SQLite would lose what it has acknowledged.
    """
    _set_clock(app, ready_to_serve(app.config[KEY]))
    _tell_in_json()
    worker = Worker(app)
    huey = listen(worker.jobs)
    AlarmClock(huey, worker).run()
    log_event("worker_stopped")


@click.command("worker")
@with_appcontext
def worker_command() -> None:
    """Send letters, calculate months, keep house until stopped; any number may run."""
    here: Any = current_app
    try:
        work(here._get_current_object())
    except UnsafeDatabaseError as error:
        raise click.ClickException(str(error)) from None


def _set_clock(app: Flask, start: datetime | None) -> None:
    """Lets the demo's clock run on from its start; a parent process may have started it before."""
    chosen = app.config[KEY]
    if start is not None:
        since = time.time() if chosen.now_since is None else chosen.now_since
        app.config[KEY] = replace(chosen, now=start, now_since=since)


def _tell_in_json() -> None:
    """Lets Huey complain in lines like ours; of its days it need not tell."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("huey")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.WARNING)
