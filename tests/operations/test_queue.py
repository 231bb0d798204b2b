"""The alarm clock: rung within a transaction, heard after it, never in the writers' way."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from huey import Huey

from tests.conftest import SECRET_KEY
from tests.engines import Engine
from tests.statements import statements
from vodokanal.models.database import write_tx
from vodokanal.models.jobs import WakeUp
from vodokanal.operations.queue import ClosedQueueError, Kind, listen, open_queue, wake


@pytest.fixture
def heard(database: Engine) -> Iterator[list[Kind]]:
    """What a worker of this process was woken for."""
    open_queue(SECRET_KEY)
    calls: list[Kind] = []
    listen({kind: partial(calls.append, kind) for kind in Kind})
    yield calls
    listen({})


def clock(heard: list[Kind]) -> Huey:
    """What Huey's consumer runs on."""
    return listen({kind: partial(heard.append, kind) for kind in Kind})


def hear_all(huey: Huey) -> None:
    while (task := huey.dequeue()) is not None:
        huey.execute(task)


def test_call_is_heard_once(heard: list[Kind]) -> None:
    wake(Kind.LETTERS)
    wake(Kind.NIGHT)
    huey = clock(heard)
    hear_all(huey)
    hear_all(huey)
    assert sorted(heard) == [Kind.LETTERS, Kind.NIGHT]
    assert WakeUp.select().count() == 0


def test_call_is_rolled_back_with_its_transaction(heard: list[Kind]) -> None:
    with pytest.raises(ZeroDivisionError), write_tx():
        wake(Kind.LETTERS)
        raise ZeroDivisionError
    assert WakeUp.select().count() == 0


def test_call_takes_one_statement(heard: list[Kind]) -> None:
    with write_tx(), statements() as asked:
        wake(Kind.LETTERS)
    assert len(asked) == 1, asked


def test_empty_queue_costs_one_look_and_no_transaction(heard: list[Kind]) -> None:
    with statements() as asked:
        assert clock(heard).dequeue() is None
    assert [each.split()[0] for each in asked] == ["SELECT"]


def test_what_waits_is_taken_in_one_transaction(heard: list[Kind]) -> None:
    for _ in range(5):
        wake(Kind.LETTERS)
    huey = clock(heard)
    with statements() as asked:
        assert all(huey.dequeue() is not None for _ in range(5))
    assert [each.split()[0] for each in asked] == ["SELECT", "DELETE"]


def test_call_that_another_worker_takes_first_is_not_heard_here(
    heard: list[Kind], monkeypatch: pytest.MonkeyPatch
) -> None:
    wake(Kind.LETTERS)
    huey = clock(heard)
    query = type(huey.storage.tasks())
    asked = query.exists

    def late(self: object) -> bool:
        is_there = bool(asked(self))
        WakeUp.delete().execute()
        return is_there

    monkeypatch.setattr(query, "exists", late)
    assert huey.dequeue() is None


def test_call_that_nobody_signed_is_not_believed(heard: list[Kind]) -> None:
    wake(Kind.LETTERS)
    WakeUp.update(data=b"\x80\x05N.:0000").execute()
    with pytest.raises(ValueError, match="mismatch"):
        clock(heard).dequeue()
    assert WakeUp.select().count() == 0


def test_without_a_key_nobody_is_woken(database: Engine) -> None:
    open_queue("")
    with pytest.raises(ClosedQueueError):
        wake(Kind.LETTERS)
    open_queue(SECRET_KEY)
