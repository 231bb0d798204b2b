"""The alarm clock: operations ring it within their transaction, and the worker hears it.

The work itself is in rows. A call that is lost, as when a worker dies of it, costs no more than
waiting for the worker's next look around.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

from huey import Huey
from huey.constants import EmptyData
from huey.contrib.sql_huey import SqlStorage
from huey.serializer import SignedSerializer
from peewee import Database

from vodokanal.models.base import Table
from vodokanal.models.database import database, open_connection, write_tx
from vodokanal.models.jobs import WakeUp

NAME = "portal"
TASK = "wake"
SALT = "vodokanal.operations.queue"
MOST_AT_ONCE = 1000


class Kind(StrEnum):
    """What a worker can be woken for."""

    LETTERS = "letters"
    NIGHT = "night"
    COPY = "copy"
    MONTH = "month"
    MORNING = "morning"
    PREVIEW = "preview"
    FILES = "files"


class ClosedQueueError(Exception):
    """Nobody has said with which key calls are signed."""


class _Clock:
    """The key of this process, and what it does when it is woken; the web does nothing."""

    secret: str = ""
    jobs: Mapping[Kind, Callable[[], None]] = {}


_clock = _Clock()


class CallStorage(SqlStorage):
    """Huey's storage in our own table, beside the other writers.

    Its own way would take SQLite's lock with every look into an empty queue.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._heard: list[bytes] = []

    def create_models(self) -> tuple[None, None, type[Table], None]:
        """The one of Huey's four tables that is needed: nothing is scheduled, revoked or locked."""
        return None, None, WakeUp, None

    def check_conn(self) -> None:
        """A connection that works; within a transaction it is the transaction's."""
        if not database.in_transaction():
            open_connection()

    def enqueue(self, data: bytes, priority: float | None = None) -> None:
        """Adds a call to the transaction that is open, or at once."""
        self.check_conn()
        with write_tx():
            WakeUp.insert(queue=self.name, data=data, priority=priority or 0).execute()

    def dequeue(self) -> bytes | None:
        """The next call; those that wait are all taken at once, to hold up the writers once."""
        if not self._heard:
            self.check_conn()
            waiting = self.tasks(WakeUp.id).order_by(WakeUp.id).limit(MOST_AT_ONCE)
            if not waiting.exists():
                return None
            with write_tx():
                gone = WakeUp.delete().where(WakeUp.id.in_(waiting)).returning(WakeUp.data)
                self._heard = [row.data for row in gone.execute()]
        return self._heard.pop() if self._heard else None

    def peek_many(self, keys: object) -> dict[str, object]:
        """Nothing: no call is revoked."""
        return {}

    def pop_data(self, key: str) -> object:
        """Nothing: no call leaves a result."""
        return EmptyData


def open_queue(secret: str) -> None:
    """Says with which key this process signs its calls and believes those of others."""
    _clock.secret = secret


def listen(jobs: Mapping[Kind, Callable[[], None]]) -> Huey:
    """Makes this process do these jobs when it is woken; gives what Huey's consumer runs on."""
    _clock.jobs = jobs
    return _alarm(database.obj, _clock.secret)[0]


def wake(kind: Kind) -> None:
    """Wakes a worker once this transaction is committed; one statement.

    Raises:
        ClosedQueueError: `open_queue` was never called.
    """
    if not _clock.secret:
        raise ClosedQueueError
    _alarm(database.obj, _clock.secret)[1](kind.value)


# Anew for every database that the tables are pointed at, which is one outside of tests.
@lru_cache(maxsize=2)
def _alarm(engine: Database, secret: str) -> tuple[Huey, Callable[[str], Any]]:
    huey = Huey(
        NAME,
        results=False,
        storage_class=CallStorage,
        serializer=SignedSerializer(secret=secret, salt=SALT),
        database=engine,
        create_tables=False,
    )
    return huey, huey.task(name=TASK)(_do)


def _do(kind: str) -> None:
    _clock.jobs[Kind(kind)]()
