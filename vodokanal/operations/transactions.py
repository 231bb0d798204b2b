"""`@writes`: an operation is one transaction, repeated when the database asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from peewee import OperationalError

from vodokanal.models.database import database, is_sqlite, write_tx

Args = ParamSpec("Args")
Result = TypeVar("Result")

TRIES = 3
# PostgreSQL: serialization failure, deadlock.
REPEATABLE = frozenset({"40001", "40P01"})


def writes(operation: Callable[Args, Result]) -> Callable[Args, Result]:
    """Runs the operation in `write_tx()`; only the outermost call is repeated."""

    @wraps(operation)
    def in_transaction(*args: Args.args, **kwargs: Args.kwargs) -> Result:
        tries = 1 if database.in_transaction() else TRIES
        while True:
            tries -= 1
            try:
                with write_tx():
                    return operation(*args, **kwargs)
            except OperationalError as error:
                if not tries or not _is_repeatable(error):
                    raise

    return in_transaction


@contextmanager
def at_one_moment() -> Iterator[None]:
    """Reads that all see the database as it was at the first of them, whoever writes meanwhile."""
    with database.atomic() if is_sqlite() else database.atomic("REPEATABLE READ"):
        yield


def _is_repeatable(error: BaseException | None) -> bool:
    while error is not None:
        if getattr(error, "sqlstate", None) in REPEATABLE:
            return True
        error = error.__cause__ or error.__context__
    return False
