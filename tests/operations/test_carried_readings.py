"""Readings of the new holder's days are lost to nobody: they go over, and come back with the change."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from peewee import IntegrityError

from tests.cast import Cast
from tests.factories import make_reading, make_submission
from tests.issued_town import NOVEMBER, OCTOBER
from tests.months import closed, lines_of, make_rates, settle
from tests.operations.test_holder_changes import TODAY, changed
from tests.operations.test_holder_reversals import BUT, reversed_by
from tests.operations.test_reading_sheets import counting, save, undo
from tests.sheet_factories import make_reading_sheet
from tests.tables import everything
from vodokanal.billing.findings import LowerThanPrevious
from vodokanal.billing.readings import ReadingState, Source
from vodokanal.billing.settlements import RefusalReason, Settlement
from vodokanal.billing.volumes import cubic_metres
from vodokanal.models.accounts import Account
from vodokanal.models.database import write_tx
from vodokanal.models.holder_changes import HolderChange
from vodokanal.models.journal import JournalEntry
from vodokanal.models.meters import Meter
from vodokanal.models.readings import Reading, ReadingSettlement, Submission
from vodokanal.operations.carried_readings import carried_over
from vodokanal.operations.holder_refusals import DependedOnError
from vodokanal.operations.holder_reversals import dependent_tables
from vodokanal.operations.reading_sheets_undo import CarriedOverError

ARRIVED = datetime(2026, 11, 11, 17, tzinfo=UTC)


def given(cast: Cast, **values: Any) -> Reading:
    """What was noted at the old account for a day of the new holder."""
    usual = {"period": NOVEMBER, "value": "161.2", "taken_on": TODAY, "received_at": ARRIVED}
    return make_reading(values.pop("meter", cast.cold), **(usual | values))


def readings_of(account: Account) -> list[Reading]:
    query = Reading.select(Reading, Meter).join(Meter).where(Meter.account == account)
    return list(query.order_by(Reading.id))


def carried(cast: Cast, **values: Any) -> tuple[HolderChange, list[Reading]]:
    change = changed(cast, **({"readings": {}} | values))
    return change, readings_of(change.new_account)


def test_reading_goes_over_as_it_came(cast: Cast) -> None:
    old = given(cast, source=Source.TELEPHONE, employee=cast.dmitry)
    change, (new,) = carried(cast)
    assert Reading.get_by_id(old.id).state is ReadingState.REPLACED
    assert (new.value, new.taken_on, new.received_at, new.period) == (
        cubic_metres("161.2"),
        TODAY,
        ARRIVED,
        NOVEMBER,
    )
    assert (new.source, new.state, new.employee_id) == (
        Source.TELEPHONE,
        ReadingState.ACCEPTED,
        cast.dmitry.id,
    )
    assert carried_over(change) == [new]
    entry = JournalEntry.get(JournalEntry.action == "carry_readings")
    assert (entry.subject_id, json.loads(entry.after)) == (
        new.submission_id,
        {"00012345": "161.200"},
    )


def test_it_names_nobody_who_has_left(cast: Cast) -> None:
    old = given(cast, source=Source.RESIDENT, resident=cast.anna, findings='["odd"]')
    _change, (new,) = carried(cast)
    assert (new.resident_id, new.source, new.employee_id, new.findings) == (
        None,
        Source.OFFICE,
        cast.galina.id,
        "[]",
    )
    assert new.submission.account_id != cast.account.id
    assert new.submission.code != Submission.get_by_id(old.submission_id).code


def test_what_came_together_stays_together(cast: Cast) -> None:
    together = make_submission(account=cast.account, period=NOVEMBER)
    given(cast, submission=together)
    given(cast, submission=together, meter=cast.hot, value="105.7")
    _change, both = carried(cast)
    assert len({each.submission_id for each in both}) == 1
    assert [each.value for each in both] == [cubic_metres("161.2"), cubic_metres("105.7")]


def test_of_two_for_one_month_the_later_goes_over(cast: Cast) -> None:
    october = (Reading.meter == cast.cold) & (Reading.period == OCTOBER)
    Reading.update(state=ReadingState.REPLACED).where(october).execute()
    given(cast, period=OCTOBER, value="159", taken_on=date(2026, 11, 2))
    given(cast)
    _change, (new,) = carried(cast, on=date(2026, 11, 1))
    assert (new.period, new.value) == (NOVEMBER, cubic_metres("161.2"))


@pytest.mark.parametrize("state", [ReadingState.ASKED, ReadingState.HELD])
def test_doubtful_one_waits_for_an_employee(cast: Cast, state: ReadingState) -> None:
    given(cast, value="100", state=state)
    _change, (new,) = carried(cast)
    assert new.state is ReadingState.HELD
    # What is odd is told by the new account's own first reading.
    assert LowerThanPrevious.code in new.findings
    assert "160.58" in new.findings


def test_value_beyond_the_display_waits_as_well(cast: Cast) -> None:
    given(cast, value="9161", state=ReadingState.HELD)
    Meter.update(digits_before=3).where(Meter.id == cast.cold.id).execute()
    _change, (new,) = carried(cast)
    assert (new.state, new.findings) == (ReadingState.HELD, "[]")


def test_new_holder_is_charged_by_it(cast: Cast) -> None:
    settle(cast.account, make_rates())
    closed(OCTOBER, "2026-11-02T10:00", forced=True)
    given(cast)
    given(cast, meter=cast.hot, value="105.7")
    change, _readings = carried(cast, readings={cast.cold.id: "160,5", cast.hot.id: "105"})
    closed(NOVEMBER, "2026-12-02T10:00", forced=True)
    volumes = [lines_of(each, NOVEMBER)["cold"][2] for each in (cast.account, change.new_account)]
    assert volumes == [cubic_metres("2.5"), cubic_metres("0.7")]


def test_it_goes_over_once_more_with_the_next_holder(cast: Cast) -> None:
    before = everything(but=BUT)
    given(cast)
    first, _readings = carried(cast)
    later, (again,) = carried(cast, key="k2", account_id=first.new_account_id, on=TODAY)
    assert again.value == cubic_metres("161.2")
    (was,) = readings_of(first.new_account)
    assert was.state is ReadingState.REPLACED
    reversed_by(cast, later, key="back2")
    reversed_by(cast, first)
    assert len(everything(but=BUT)["reading"]) == len(before["reading"]) + 1


def test_everything_comes_back_with_the_change(cast: Cast) -> None:
    together = make_submission(account=cast.account, period=NOVEMBER)
    given(cast, submission=together, source=Source.RESIDENT, resident=cast.anna)
    given(cast, submission=together, meter=cast.hot, value="999", state=ReadingState.ASKED)
    before = everything(but=BUT)
    change, readings = carried(cast)
    assert len(readings) == 2
    assert dependent_tables(change) == []
    with pytest.raises(IntegrityError, match="never deleted"), write_tx():
        Reading.delete().where(Reading.id == readings[0].id).execute()
    back = reversed_by(cast, change)
    assert everything(but=BUT) == before
    assert carried_over(back) == []


def test_sheet_that_brought_them_is_undone_after_the_change(cast: Cast) -> None:
    sheet = make_reading_sheet(house=cast.account.premises.house)
    save(sheet, cast.cold, "161,2", by=cast.galina)
    change, (new,) = carried(cast)
    assert (new.source, new.value) == (Source.SHEET, cubic_metres("161.2"))
    with pytest.raises(CarriedOverError) as refused:
        undo(sheet, cast.galina)
    assert refused.value.number == "12-34"
    reversed_by(cast, change)
    undo(sheet, cast.galina)
    assert counting(cast.cold) == []


def test_decided_one_keeps_the_change(cast: Cast) -> None:
    given(cast, value="100", state=ReadingState.HELD)
    change, (new,) = carried(cast)
    ReadingSettlement.create(
        reading=new, how=Settlement.REFUSED, reason=RefusalReason.LOWER, settled_at=ARRIVED
    )
    with pytest.raises(DependedOnError) as caught:
        reversed_by(cast, change)
    assert caught.value.tables == ["reading_settlement"]
    assert Decimal(new.value) == 100
