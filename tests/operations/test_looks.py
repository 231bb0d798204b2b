"""A look into a cabinet: one employee, one device, one account, half an hour."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from tests.cast import Cast, actor_of
from vodokanal.models.journal import JournalEntry
from vodokanal.models.looks import CameFrom, CardOpening, Look, LookReason
from vodokanal.operations.looks import (
    LONGEST_LOOK,
    Onlooker,
    begin_look,
    end_look,
    find_look,
    note_opening,
)

AT = datetime(2026, 11, 12, 7, 42, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def galina(cast: Cast, device: int = 1) -> Onlooker:
    return Onlooker(actor_of(cast.galina), device)


def begin(cast: Cast) -> None:
    begin_look(galina(cast), cast.account, reason=LookReason.CALLED, at=AT)


def sees(who: Onlooker, number: str = "1234", *, at: datetime = AT) -> bool:
    return find_look(who, number, at=at) is not None


def test_look_is_told_of_with_its_reason(cast: Cast) -> None:
    begin(cast)
    entry = JournalEntry.get(JournalEntry.action == "begin_look")
    assert (entry.subject_table, entry.actor_name) == ("look", "Галина Орлова")
    assert json.loads(entry.after) == {"reason": "called", "account": "12-34"}


def test_look_lasts_half_an_hour_and_not_a_second_longer(cast: Cast) -> None:
    begin(cast)
    assert sees(galina(cast), at=AT + LONGEST_LOOK - SECOND)
    assert not sees(galina(cast), at=AT + LONGEST_LOOK)


def test_look_is_into_one_account_by_one_employee_on_one_device(cast: Cast) -> None:
    begin(cast)
    assert sees(galina(cast))
    assert not sees(galina(cast), "5678")
    assert not sees(galina(cast, device=2))
    assert not sees(Onlooker(actor_of(cast.olga), 1))


def test_look_is_ended_at_once_and_only_this_one(cast: Cast) -> None:
    begin(cast)
    begin_look(galina(cast), cast.vera_account, reason=LookReason.CHECK, at=AT)
    end_look(Onlooker(actor_of(cast.olga), 1), cast.account, at=AT + SECOND)
    assert sees(galina(cast), at=AT + SECOND)
    for later in (SECOND, 2 * SECOND):
        end_look(galina(cast), cast.account, at=AT + later)
    assert not sees(galina(cast), at=AT + SECOND)
    assert sees(galina(cast), "5678", at=AT + SECOND)
    assert Look.get(Look.account == cast.account).ends_at == AT + SECOND


def test_opening_of_a_card_is_one_row(cast: Cast) -> None:
    note_opening(cast.galina.id, cast.account.id, came_from=CameFrom.SEARCH, at=AT)
    row = CardOpening.get()
    assert (row.employee, row.account) == (cast.galina, cast.account)
    assert (row.came_from, row.opened_at) == (CameFrom.SEARCH, AT)
