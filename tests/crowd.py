"""Many threads doing the same thing at the same moment, each on a connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from vodokanal.models.database import database, open_connection

Result = TypeVar("Result")
PATIENCE = 30.0


def crowd(size: int, task: Callable[[int], Result]) -> list[Result | Exception]:
    """What each of them got, or the error it met, in order of their numbers."""
    start = Barrier(size)

    def one(number: int) -> Result | Exception:
        open_connection()
        try:
            start.wait(PATIENCE)
            return task(number)
        except Exception as error:  # noqa: BLE001 - the test says which errors it expects
            return error
        finally:
            database.close()

    with ThreadPoolExecutor(size) as pool:
        return list(pool.map(one, range(size)))
