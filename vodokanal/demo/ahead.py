"""A town made by a second process, while the first one keeps what is ready."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection

from vodokanal.operations.towns import Batch

# The child shares what has been imported; nothing of it is written.
FORK = get_context("fork")


class TownBrokeOffError(Exception):
    """The process that makes the town ended before its last batch."""


@dataclass(frozen=True)
class MadeAhead:
    """The same batches; the next one is being made while the caller keeps the one before."""

    batches: Iterable[Batch]

    def __iter__(self) -> Iterator[Batch]:
        reading, writing = FORK.Pipe(duplex=False)
        ends = {"writing": writing, "reading": reading}
        child = FORK.Process(target=_make, args=(self.batches,), kwargs=ends, daemon=True)
        child.start()
        writing.close()
        try:
            with closing(reading):
                # A pipe holds less than a batch, so the child is never more than one ahead.
                while batch := _next(reading):
                    yield batch
        finally:
            child.join()


def _make(batches: Iterable[Batch], *, writing: Connection, reading: Connection) -> None:
    # Otherwise the child would wait for ever for a parent that is gone.
    reading.close()
    with suppress(BrokenPipeError, KeyboardInterrupt):
        for batch in batches:
            if batch:
                writing.send(batch)
        writing.send({})


def _next(reading: Connection) -> Batch:
    try:
        batch: Batch = reading.recv()
    except EOFError:
        raise TownBrokeOffError from None
    return batch
