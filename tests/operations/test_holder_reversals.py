"""A change of holder is taken back exactly, as long as nothing of the new time rests on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.cast import Cast, actor_of
from tests.factories import (
    make_access,
    make_email,
    make_holder,
    make_letter,
    make_meter,
    make_note,
    make_occupancy,
    make_reading,
    make_resident,
    make_sign_in,
    make_submission,
)
from tests.month_factories import (
    make_absence,
    make_access_refusal,
    make_charge_line,
    make_correction,
    make_month,
    make_month_trouble,
    make_payment,
)
from tests.operations.test_holder_changes import AT, NOVEMBER, TODAY, changed
from tests.tables import everything
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.models.accounts import Account, AccountService
from vodokanal.models.database import write_tx
from vodokanal.models.holder_changes import HolderChange
from vodokanal.models.looks import CameFrom, CardOpening, Look, LookReason
from vodokanal.models.meters import Meter
from vodokanal.models.months import ChargeLine
from vodokanal.models.people import Resident
from vodokanal.models.signins import SignIn
from vodokanal.operations.changes import changes_since, newest_entry
from vodokanal.operations.holder_refusals import (
    DependedOnError,
    IssuedSinceError,
    ReversedAlreadyError,
    RowTouchedSinceError,
)
from vodokanal.operations.holder_reversals import dependent_tables, reverse_holder_change
from vodokanal.operations.looks import Onlooker, begin_look, note_opening
from vodokanal.operations.submission_keys import MissingKeyError

LATER = datetime(2026, 11, 12, 10, tzinfo=UTC)
# What tells of the change itself, and sessions, which never open again.
BUT = {
    "journal_entry",
    "submission_key",
    "holder_change",
    "holder_change_meter",
    "sign_in",
    "wake_up",
}


def reversed_by(cast: Cast, change: HolderChange, *, key: str = "back") -> HolderChange:
    actor = actor_of(cast.olga)
    return reverse_holder_change(actor, change.id, key=key, today=TODAY, at=LATER)


def everything_touched(cast: Cast) -> None:
    """One of all that a change of holder changes."""
    account = cast.account
    Account.update(gis_account_id="40-1", gis_service_id="s").execute()
    AccountService.update(ends_on=date(2026, 12, 1)).execute()
    Meter.update(commissioned_on=TODAY, failed_on=TODAY).where(Meter.id == cast.hot.id).execute()
    Resident.update(login="1234").where(Resident.id == cast.anna.id).execute()
    make_occupancy(account=account)
    make_absence(account=account, came_back_on=date(2026, 11, 30))
    make_access_refusal(account=account)
    make_reading(cast.cold, period=NOVEMBER, value="161", taken_on=TODAY)
    subject = make_submission(account=account).id
    make_letter(make_email(cast.anna), subject_id=subject, due_at=AT)


def test_everything_is_as_it_was(cast: Cast) -> None:
    everything_touched(cast)
    before = everything(but=BUT)
    change = changed(cast, readings={})
    assert everything(but=BUT) != before
    back = reversed_by(cast, change)
    assert everything(but=BUT) == before
    assert (back.new_account_id, back.reversed_at, back.reversed_by_id) == (
        None,
        LATER,
        cast.olga.id,
    )


def test_holder_may_be_changed_again_afterwards(cast: Cast) -> None:
    reversed_by(cast, changed(cast))
    assert changed(cast, key="again").new_account.number == "12-34"
    assert HolderChange.select().count() == 2


def test_session_that_was_ended_stays_so(cast: Cast) -> None:
    sign_in = make_sign_in(resident=cast.anna)
    reversed_by(cast, changed(cast))
    assert SignIn.get_by_id(sign_in.id).ended_at == AT


def test_same_form_sent_again_takes_back_once(cast: Cast) -> None:
    change = changed(cast)
    assert reversed_by(cast, change) == reversed_by(cast, change)
    with pytest.raises(ReversedAlreadyError):
        reversed_by(cast, change, key="other")
    with pytest.raises(MissingKeyError):
        reversed_by(cast, change, key="")


def test_open_month_of_the_old_account_is_calculated_anew(cast: Cast) -> None:
    change = changed(cast)
    with write_tx():
        before = newest_entry()
    reversed_by(cast, change)
    assert changes_since(before, period=NOVEMBER).accounts == {cast.account.id}


def test_drafts_of_the_open_month_go_with_the_account(cast: Cast) -> None:
    change = changed(cast)
    new = change.new_account
    make_charge_line(account=new, period=NOVEMBER)
    make_month_trouble(account=new, period=NOVEMBER)
    make_correction(account=new, posted_period=NOVEMBER, reason=RecalculationReason.TRUE_UP)
    assert dependent_tables(change) == []
    reversed_by(cast, change)
    assert not ChargeLine.select().exists()


def test_whoever_only_looked_at_the_new_account_prevents_nothing(cast: Cast) -> None:
    change, galina = changed(cast), actor_of(cast.galina)
    new = change.new_account
    note_opening(cast.galina.id, new.id, came_from=CameFrom.LIST, at=AT)
    begin_look(Onlooker(galina, 1), new, reason=LookReason.CHECK, at=AT)
    assert dependent_tables(change) == []
    reversed_by(cast, change)
    seen = [CardOpening.get().account_id, Look.get().account_id]
    assert seen == [cast.account.id, cast.account.id]


def test_note_and_access_that_are_over_prevent_nothing(cast: Cast) -> None:
    before = everything(but=BUT)
    change = changed(cast)
    make_note(account=change.new_account, removed_at=AT)
    make_access(account=change.new_account, resident=cast.vera, revoked_at=AT)
    assert dependent_tables(change) == []
    reversed_by(cast, change)
    assert everything(but=BUT) == before


NEWER: dict[str, Callable[[Account], Any]] = {
    "reading": lambda new: make_reading(Meter.get(Meter.account == new), period=NOVEMBER),
    "payment": lambda new: make_payment(account=new),
    "account_access": lambda new: make_access(account=new),
    "correction": lambda new: make_correction(account=new, posted_period=NOVEMBER),
    "holder": lambda new: make_holder(account=new),
    "account_note": lambda new: make_note(account=new),
    "meter": lambda new: make_meter(account=new),
}


@pytest.mark.parametrize("table", NEWER)
def test_what_rests_on_it_keeps_it(cast: Cast, table: str) -> None:
    change = changed(cast)
    NEWER[table](change.new_account)
    with pytest.raises(DependedOnError) as caught:
        reversed_by(cast, change)
    assert table in caught.value.tables
    assert HolderChange.get_by_id(change.id).reversed_at is None


def test_later_change_keeps_the_earlier_one(cast: Cast) -> None:
    before = everything(but=BUT)
    change = changed(cast)
    later = changed(cast, key="k2", account_id=change.new_account_id, readings={}, on=TODAY)
    with pytest.raises(DependedOnError) as caught:
        reversed_by(cast, change)
    assert caught.value.tables == ["holder_change"]
    reversed_by(cast, later, key="k3")
    reversed_by(cast, change)
    assert everything(but=BUT) == before


@pytest.mark.parametrize("state", [MonthState.ISSUING, MonthState.ISSUED])
def test_bills_that_are_out_keep_it(cast: Cast, state: MonthState) -> None:
    change = changed(cast)
    make_month(period=NOVEMBER, state=state)
    with pytest.raises(IssuedSinceError) as caught:
        reversed_by(cast, change)
    assert caught.value.period == Period(2026, 11)


def test_row_that_was_changed_since_is_not_put_back(cast: Cast) -> None:
    change = changed(cast)
    Meter.update(final_reading="999").where(Meter.id == cast.cold.id).execute()
    with pytest.raises(RowTouchedSinceError) as caught:
        reversed_by(cast, change)
    assert caught.value.table == "meter"
    assert Account.select().where(Account.id == change.new_account_id).exists()


def test_login_that_is_somebody_else_s_by_now_keeps_it(cast: Cast) -> None:
    Resident.update(login="12-34").where(Resident.id == cast.anna.id).execute()
    change = changed(cast)
    make_resident(login="12-34")
    with pytest.raises(RowTouchedSinceError) as caught:
        reversed_by(cast, change)
    assert caught.value.table == "resident"
