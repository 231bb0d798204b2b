"""Workers that die one step later each: `workers.py URL INSTANCE letters|night STRIDE`.

A step is a line of the code between the call and the note that all is done. Prints how many died;
the last one lives through its work. What they sent or cleared away is left to be looked at.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable, Collection
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

from flask import Flask

from tests.conftest import SECRET_KEY
from tests.factories import BEFORE, make_letter
from tests.source import PACKAGE
from vodokanal import create_app
from vodokanal.models.database import open_connection
from vodokanal.models.jobs import JobRun
from vodokanal.models.letters import Letter
from vodokanal.operations import housekeeping
from vodokanal.operations.queue import Kind, listen, wake
from vodokanal.settings import Settings
from vodokanal.worker import Worker

# Where the steps are: on the way of a call, of a letter, of a night, and in the transactions.
STEPS = frozenset(
    str(PACKAGE / name)
    for name in (
        "gateways/mail.py",
        "models/database.py",
        "models/upkeep.py",
        "operations/housekeeping.py",
        "operations/letters.py",
        "operations/queue.py",
        "operations/transactions.py",
        "web/mailing.py",
        "worker.py",
    )
)
COPIED = ("kind", "resident", "language", "subject_table", "subject_id")
SURVIVED, FAILED = 0, 1


def die_after(steps: int, *, where: Collection[str] = STEPS) -> None:
    """Kills this process when so many lines of these files have been executed."""
    left = [steps]

    def line(_frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line":
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
        return line

    def called(frame: FrameType, _event: str, _argument: object) -> Any:
        return line if frame.f_code.co_filename in where else None

    sys.settrace(called)


def one_letter() -> None:
    """Another letter about the same, and the call that it waits."""
    known = Letter.select().first() or make_letter()
    Letter.create(**{name: known.__data__[name] for name in COPIED}, created_at=BEFORE)
    wake(Kind.LETTERS)


def same_night() -> None:
    """The call for the night, which the dead worker's lease does not keep any longer."""
    JobRun.update(leased_until=BEFORE).execute()
    wake(Kind.NIGHT)


def one_life(app: Flask, prepare: Callable[[], None], *, steps: int) -> int:
    """How a worker ended that does what is due until it dies."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    try:
        open_connection()
        prepare()
        worker = Worker(app)
        huey = listen({Kind.LETTERS: worker.send_letters, Kind.NIGHT: worker.keep_house})
        die_after(steps)
        while (task := huey.dequeue()) is not None:
            huey.execute(task)
        sys.settrace(None)
        os._exit(SURVIVED)
    finally:
        os._exit(FAILED)


def main() -> None:
    """Lets workers die until one has lived."""
    url, instance, job, stride = sys.argv[1:]
    logging.disable()
    housekeeping.SLICE = 20
    app = create_app(Settings(Path(instance), url, SECRET_KEY, site_url="http://localhost"))
    prepare = one_letter if job == Kind.LETTERS else same_night
    for number, steps in enumerate(count(1, int(stride))):
        ended = one_life(app, prepare, steps=steps)
        if ended != signal.SIGKILL:
            sys.stdout.write(f"{number}\n")
            sys.exit(os.waitstatus_to_exitcode(ended))


if __name__ == "__main__":
    main()
