"""A town made by a second process is the same town."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.demo.conftest import NOW, ROLE_IDS
from vodokanal.demo import town as town_module
from vodokanal.demo.ahead import MadeAhead, TownBrokeOffError
from vodokanal.demo.town import Town
from vodokanal.models.places import District
from vodokanal.operations.towns import Batch


@dataclass
class Broken:
    """A town whose making fails after its first batch."""

    def __iter__(self) -> Iterator[Batch]:
        yield {District: [{"name": "Центр"}]}
        raise SystemExit


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(town_module, "ACCOUNTS_IN_A_BATCH", 30)


def test_batches_are_the_same() -> None:
    town = Town(NOW, {}, ROLE_IDS, accounts=70, months=1)
    assert list(MadeAhead(town)) == [batch for batch in town if batch]


def test_batches_can_be_asked_for_twice() -> None:
    ahead = MadeAhead(Town(NOW, {}, ROLE_IDS, accounts=5, months=1))
    assert list(ahead) == list(ahead)


def test_town_that_breaks_off_is_no_town() -> None:
    batches = iter(MadeAhead(Broken()))
    assert next(batches) == {District: [{"name": "Центр"}]}
    with pytest.raises(TownBrokeOffError):
        next(batches)


def test_caller_may_leave_in_the_middle() -> None:
    batches = iter(MadeAhead(Town(NOW, {}, ROLE_IDS, accounts=120, months=1)))
    first = next(batches)
    del batches
    assert first
