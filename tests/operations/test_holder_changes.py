"""Change of holder: the old tenure ends with everything it owes, the new one begins with nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.cast import ACCOUNT, COLD_LAST, Cast, actor_of
from tests.factories import (
    make_access,
    make_account,
    make_email,
    make_letter,
    make_occupancy,
    make_reading,
    make_resident,
    make_setting,
    make_sign_in,
    make_submission,
)
from tests.month_factories import (
    make_absence,
    make_access_refusal,
    make_meter_check,
    make_month,
    make_receipt,
)
from vodokanal.billing.findings import AboveUsual
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.billing.refusals import NotANumberError
from vodokanal.billing.volumes import cubic_metres
from vodokanal.models.accounts import (
    Account,
    AccountService,
    Holder,
    HolderKind,
    Occupancy,
    ReceiptDelivery,
)
from vodokanal.models.database import write_tx
from vodokanal.models.holder_changes import ChangeKind, HolderChange, HolderChangeMeter
from vodokanal.models.journal import JournalEntry
from vodokanal.models.letters import Letter, LetterState
from vodokanal.models.meters import Meter
from vodokanal.models.people import AccountAccess, Resident
from vodokanal.models.readings import Reading
from vodokanal.models.recalculations import Absence, AccessRefusal
from vodokanal.models.signins import SignIn
from vodokanal.operations.changes import changes_since, newest_entry
from vodokanal.operations.holder_changes import (
    NewChange,
    Paper,
    change_holder,
    change_that_began,
    change_that_ended,
    find_change,
    former_payer,
    tenure_on,
    tenures_of,
)
from vodokanal.operations.holder_control import (
    ControlRefusedError,
    DoubtfulControlError,
    HigherControlError,
    LowerControlError,
)
from vodokanal.operations.holder_refusals import (
    BeforeOpeningError,
    BegunThatDayError,
    IssuedMonthError,
    LaterFactError,
    LeftAlreadyError,
    NoNumberLeftError,
    NumberRefusedError,
    NumberTakenError,
    TooLateDayError,
)
from vodokanal.operations.submission_keys import KeyReusedError
from vodokanal.operations.tenures import NewHolder, Tenure

TODAY, ON = date(2026, 11, 12), date(2026, 11, 10)
LAST_DAY = date(2026, 11, 9)
AT = datetime(2026, 11, 12, 9, tzinfo=UTC)
NOVEMBER = Period(2026, 11)
GLEB = NewHolder("Громов Глеб Олегович", telephone="+7 900 111-22-33", email="gleb@mail.example")


def sale(cast: Cast, **given: Any) -> NewChange:
    """Anna sells to Gleb on the 10th, both meters are read."""
    read = {cast.cold.id: "160,5", cast.hot.id: "105"}
    paper = Paper("договор купли-продажи", "7", date(2026, 11, 5))
    usual = NewChange(cast.account.id, ON, ChangeKind.SALE, paper, Tenure(GLEB, 3, 1), read)
    return replace(usual, **given)


def changed(cast: Cast, *, key: str = "k1", **given: Any) -> HolderChange:
    actor = actor_of(cast.galina)
    return change_holder(actor, sale(cast, **given), key=key, today=TODAY, at=AT)


def meters_of(account: Account) -> list[Meter]:
    return list(Meter.select().where(Meter.account == account).order_by(Meter.kind))


def test_flat_keeps_its_number_and_the_old_account_its_past(cast: Cast) -> None:
    change = changed(cast)
    old, new = Account.get_by_id(cast.account.id), change.new_account
    assert (new.number, new.number_key, new.opened_on, new.closed_on) == (ACCOUNT, "1234", ON, None)
    assert (old.number, old.number_key, old.closed_on) == ("12-34-1", "12341", ON)
    assert new.premises_id == old.premises_id
    assert (old.receipt_delivery, new.receipt_delivery) == (
        ReceiptDelivery.EMAIL,
        ReceiptDelivery.PAPER,
    )
    assert (change.number, change.keeps_number, change.paper_number) == (ACCOUNT, True, "7")
    (entry,) = JournalEntry.select().where(
        JournalEntry.subject_table == "account", JournalEntry.subject_id == old.id
    )
    assert (entry.action, entry.actor_name) == ("change_holder", "Галина Орлова")


def test_new_holder_has_the_services_and_who_lives_there_now(cast: Cast) -> None:
    make_occupancy(account=cast.account, registered=2)
    new = changed(cast).new_account
    services = AccountService.select().where(AccountService.account == new)
    assert [(each.starts_on, each.ends_on) for each in services] == [(ON, None)] * 3
    ended = AccountService.select().where(AccountService.account == cast.account)
    assert {each.ends_on for each in ended} == {LAST_DAY}
    assert Occupancy.get(Occupancy.account == cast.account).ends_on == LAST_DAY
    people = Occupancy.get(Occupancy.account == new)
    assert (people.registered, people.owners, people.starts_on) == (3, 1, ON)
    holder = Holder.get(Holder.account == new)
    assert (holder.name, holder.telephone_key, holder.starts_on) == (GLEB.name, "9001112233", ON)
    # Whoever left goes on owing what the old account owes.
    assert Holder.get(Holder.account == cast.account).ends_on is None


def test_planned_end_of_a_service_goes_over(cast: Cast) -> None:
    AccountService.update(ends_on=date(2026, 11, 20)).execute()
    new = changed(cast).new_account
    services = AccountService.select().where(AccountService.account == new)
    assert {each.ends_on for each in services} == {date(2026, 11, 20)}


def test_meters_go_over_with_what_they_showed(cast: Cast) -> None:
    Meter.update(nickname="мой").where(Meter.id == cast.cold.id).execute()
    change = changed(cast)
    old = Meter.get_by_id(cast.cold.id)
    cold, hot = meters_of(change.new_account)
    assert (old.removed_on, old.final_reading) == (LAST_DAY, cubic_metres("160.5"))
    assert (cold.installed_on, cold.commissioned_on) == (ON, ON)
    assert (cold.initial_reading, cold.removed_on) == (cubic_metres("160.5"), None)
    assert (cold.serial, cold.place, cold.nickname) == (old.serial, old.place, "")
    assert (cold.verified_on, cold.verify_by) == (old.verified_on, old.verify_by)
    assert hot.initial_reading == cubic_metres("105")
    kept = HolderChangeMeter.get(HolderChangeMeter.old_meter == cast.cold)
    assert (kept.new_meter_id, kept.value, kept.is_estimated) == (
        cold.id,
        cubic_metres("160.5"),
        False,
    )


def test_meter_that_is_not_admitted_stays_so(cast: Cast) -> None:
    Meter.update(commissioned_on=None, failed_on=date(2026, 10, 20)).where(
        Meter.id == cast.hot.id
    ).execute()
    _cold, hot = meters_of(changed(cast).new_account)
    assert (hot.commissioned_on, hot.failed_on) == (None, date(2026, 10, 20))


def test_what_happened_to_a_meter_in_the_new_days_is_the_new_one_s(cast: Cast) -> None:
    later = date(2026, 11, 11)
    Meter.update(commissioned_on=later, failed_on=later).where(Meter.id == cast.hot.id).execute()
    _cold, hot = meters_of(changed(cast).new_account)
    assert (hot.commissioned_on, hot.failed_on) == (later, later)
    old = Meter.get_by_id(cast.hot.id)
    assert (old.commissioned_on, old.failed_on) == (None, None)


def test_without_readings_the_water_is_shared_by_days(cast: Cast) -> None:
    change = changed(cast, readings={cast.hot.id: "105"})
    kept = HolderChangeMeter.get(HolderChangeMeter.old_meter == cast.cold)
    shared = json.loads(kept.shared)
    assert (kept.is_estimated, shared["previous"], shared["previous_on"], shared["days"]) == (
        True,
        "158.000",
        "2026-10-15",
        25,
    )
    # 25 days of the usual 0,103 m³ a day.
    assert kept.value == cubic_metres("160.580")
    assert meters_of(change.new_account)[0].initial_reading == kept.value


def test_reading_of_the_new_days_says_how_much_of_it_was_the_old_one_s(cast: Cast) -> None:
    later = make_reading(cast.cold, period=NOVEMBER, value="161", taken_on=TODAY)
    changed(cast, readings={cast.hot.id: "105"})
    kept = HolderChangeMeter.get(HolderChangeMeter.old_meter == cast.cold)
    # 3 m³ in 28 days, of which 25 are the old holder's.
    assert kept.value == cubic_metres("160.678")
    assert json.loads(kept.shared)["later"] == "161.000"
    assert Reading.get_by_id(later.id).state is ReadingState.REPLACED


@pytest.mark.parametrize("state", [ReadingState.ASKED, ReadingState.HELD])
def test_doubtful_reading_of_the_new_days_is_not_what_the_old_one_pays_by(
    cast: Cast, state: ReadingState
) -> None:
    doubt = make_reading(cast.cold, period=NOVEMBER, value="9161", taken_on=TODAY, state=state)
    changed(cast, readings={cast.hot.id: "105"})
    kept = HolderChangeMeter.get(HolderChangeMeter.old_meter == cast.cold)
    assert (kept.value, json.loads(kept.shared)["later"]) == (cubic_metres("160.580"), None)
    assert Reading.get_by_id(doubt.id).state is ReadingState.REPLACED


def test_failed_meter_showed_nothing_more(cast: Cast) -> None:
    Meter.update(failed_on=date(2026, 10, 20)).where(Meter.id == cast.cold.id).execute()
    changed(cast, readings={})
    kept = HolderChangeMeter.get(HolderChangeMeter.old_meter == cast.cold)
    assert (kept.value, json.loads(kept.shared)["per_day"]) == (COLD_LAST, None)


def test_old_household_is_let_in_no_more(cast: Cast) -> None:
    make_sign_in(resident=cast.anna)
    make_sign_in(resident=cast.boris)
    make_access(resident=cast.boris, account=cast.vera_account)
    changed(cast)
    open_to = AccountAccess.select().where(AccountAccess.revoked_at.is_null())
    assert {each.account_id for each in open_to} == {cast.vera_account.id}
    ended = {row.resident_id: row.ended_at for row in SignIn.select()}
    assert ended == {cast.anna.id: AT, cast.boris.id: None}


def test_account_that_nobody_opened_is_left_as_well(cast: Cast) -> None:
    AccountAccess.update(revoked_at=AT).execute()
    sign_in = make_sign_in(resident=cast.anna)
    changed(cast)
    assert SignIn.get_by_id(sign_in.id).ended_at is None


def test_login_that_is_the_number_is_freed(cast: Cast) -> None:
    Resident.update(login=ACCOUNT).where(Resident.id == cast.anna.id).execute()
    make_resident(login="12-34-1")
    changed(cast)
    assert Resident.get_by_id(cast.anna.id).login == "12-34-1-2"


def test_with_a_new_number_the_old_one_keeps_number_and_login(cast: Cast) -> None:
    Resident.update(login="1234").where(Resident.id == cast.anna.id).execute()
    change = changed(cast, tenure=Tenure(GLEB, number="90-1"))
    old = Account.get_by_id(cast.account.id)
    assert (old.number, change.new_account.number, change.keeps_number) == (ACCOUNT, "90-1", False)
    assert Resident.get_by_id(cast.anna.id).login == "1234"


def test_letters_about_the_account_are_not_sent(cast: Cast) -> None:
    anna = make_email(cast.anna)
    about = {"resident": anna, "subject_id": make_submission(account=cast.account).id}
    receipt = make_receipt(account=cast.account)
    waiting = [
        make_letter(**about),
        make_letter(**{**about, "subject_table": "receipt", "subject_id": receipt.id}),
    ]
    sent, other = make_letter(**about, state=LetterState.SENT), make_letter()
    changed(cast)
    states = [Letter.get_by_id(each.id).state for each in (*waiting, sent, other)]
    assert states == [
        LetterState.DROPPED,
        LetterState.DROPPED,
        LetterState.SENT,
        LetterState.WAITING,
    ]


def test_what_is_still_going_on_ends_with_the_tenure(cast: Cast) -> None:
    days = {"left_on": date(2026, 11, 1), "came_back_on": date(2026, 11, 30)}
    make_absence(account=cast.account, **days)
    make_access_refusal(account=cast.account)
    changed(cast)
    assert Absence.get().came_back_on == ON
    assert AccessRefusal.get().ends_on == LAST_DAY


def test_heirs_may_be_unknown(cast: Cast) -> None:
    change = changed(cast, kind=ChangeKind.DEATH, tenure=Tenure(None))
    assert not Holder.select().where(Holder.account == change.new_account).exists()


def test_organisation_may_hold(cast: Cast) -> None:
    firm = NewHolder("ООО «Ромашка»", HolderKind.ORGANISATION, inn="7707083893")
    new = changed(cast, tenure=Tenure(firm)).new_account
    holder = Holder.get(Holder.account == new)
    assert (holder.kind, holder.inn) == (HolderKind.ORGANISATION, "7707083893")


def test_same_form_sent_again_changes_nothing(cast: Cast) -> None:
    first, again = changed(cast), changed(cast)
    assert first == again
    assert Account.select().where(Account.premises == cast.account.premises).count() == 2
    with pytest.raises(KeyReusedError):
        changed(cast, kind=ChangeKind.OTHER)


def test_open_month_of_both_is_calculated_anew(cast: Cast) -> None:
    with write_tx():
        before = newest_entry()
    new = changed(cast).new_account
    assert changes_since(before, period=NOVEMBER).accounts == {cast.account.id, new.id}


def test_second_clerk_learns_who_was_quicker(cast: Cast) -> None:
    change = changed(cast)
    with pytest.raises(LeftAlreadyError) as caught:
        changed(cast, key="k2")
    assert (caught.value.closed_on, caught.value.change) == (ON, change)


def test_holder_changes_once_a_day(cast: Cast) -> None:
    change = changed(cast)
    with pytest.raises(BegunThatDayError) as caught:
        changed(cast, key="k2", account_id=change.new_account_id, readings={})
    assert caught.value.change == change
    again = changed(cast, key="k3", account_id=change.new_account_id, readings={}, on=TODAY)
    numbers = [
        each.number
        for each in Account.select().where(Account.premises == again.new_account.premises)
    ]
    assert sorted(numbers) == [ACCOUNT, "12-34-1", "12-34-2"]


@pytest.mark.parametrize(
    ("on", "error"),
    [
        (date(2026, 11, 14), TooLateDayError(date(2026, 11, 13))),
        (date(2026, 10, 31), IssuedMonthError(NOVEMBER)),
        (date(2020, 1, 1), BeforeOpeningError(date(2020, 1, 1))),
    ],
)
def test_day_that_cannot_be_is_refused(cast: Cast, on: date, error: Exception) -> None:
    make_month(state=MonthState.ISSUED)
    with pytest.raises(type(error)) as caught:
        changed(cast, on=on)
    assert caught.value.args == error.args
    assert not HolderChange.select().exists()


def test_day_may_be_tomorrow(cast: Cast) -> None:
    assert changed(cast, on=date(2026, 11, 13)).new_account.opened_on == date(2026, 11, 13)


def test_what_begins_in_the_new_days_is_named(cast: Cast) -> None:
    check = make_meter_check(cast.cold, checked_on=ON)
    with pytest.raises(LaterFactError) as caught:
        changed(cast)
    assert (caught.value.row, caught.value.on) == (check, ON)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("157,9", LowerControlError),
        ("195", DoubtfulControlError),
        ("162", HigherControlError),
        ("много", NotANumberError),
    ],
)
def test_control_reading_that_cannot_be_is_refused(
    cast: Cast, text: str, error: type[Exception]
) -> None:
    if error is HigherControlError:
        make_reading(cast.cold, period=NOVEMBER, value="161", taken_on=TODAY)
    with pytest.raises(ControlRefusedError) as caught:
        changed(cast, readings={cast.cold.id: text})
    assert isinstance(caught.value.refusals[cast.cold.id], error)
    assert Meter.get_by_id(cast.cold.id).removed_on is None


def test_odd_reading_is_taken_when_somebody_is_sure(cast: Cast) -> None:
    changed(cast, readings={cast.cold.id: "195"}, is_sure=True)
    kept = HolderChangeMeter.get(HolderChangeMeter.old_meter == cast.cold)
    assert kept.value == cubic_metres("195")
    assert AboveUsual.code in kept.findings


def test_whole_cubic_metres_are_taken_whole(cast: Cast) -> None:
    make_setting("whole_cubic_metres", "yes")
    changed(cast, readings={cast.cold.id: "160,5"})
    values = [each.value for each in HolderChangeMeter.select().order_by(HolderChangeMeter.id)]
    assert values == [cubic_metres("160"), cubic_metres("104")]


@pytest.mark.parametrize(
    ("number", "error"),
    [
        ("56-78", NumberTakenError),
        ("#", NumberRefusedError),
        ("1" * 21, NumberRefusedError),
    ],
)
def test_number_that_cannot_be_is_refused(cast: Cast, number: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        changed(cast, tenure=Tenure(GLEB, number=number))


def test_number_of_the_past_is_free_and_fits(cast: Cast) -> None:
    make_account(number="12341")
    assert changed(cast).old_account.number == "12-34-2"
    long = make_account(number="9" * 19)
    with pytest.raises(NoNumberLeftError):
        changed(cast, key="k2", account_id=long.id, readings={})


def test_receipt_of_an_earlier_month_leads_to_who_had_the_number_then(cast: Cast) -> None:
    new = changed(cast).new_account
    assert tenure_on(new, date(2026, 10, 8)) == cast.account
    assert tenure_on(new, ON) == new
    assert tenure_on(cast.vera_account, date(2019, 1, 1)) == cast.vera_account
    other = changed(
        cast,
        key="k2",
        account_id=cast.vera_account.id,
        readings={},
        tenure=Tenure(GLEB, number="90-1"),
    ).new_account
    assert tenure_on(other, date(2026, 10, 8)) == other


@pytest.mark.parametrize(
    ("received_on", "period", "is_former"),
    [
        (LAST_DAY, None, True),
        (ON, None, False),
        (TODAY, Period(2026, 10), True),
        # The bill of that month with this number is the new holder's.
        (TODAY, NOVEMBER, False),
        (LAST_DAY, NOVEMBER, True),
    ],
)
def test_payment_of_the_old_days_is_the_former_payer_s(
    cast: Cast, received_on: date, period: Period | None, *, is_former: bool
) -> None:
    new = changed(cast).new_account
    days: Any = {"received_on": received_on, "period": period}
    assert former_payer(new, **days) == (cast.account if is_former else None)
    assert former_payer(cast.vera_account, **days) is None
    assert tenures_of(new) == [new, cast.account]


def test_change_is_found_from_both_accounts(cast: Cast) -> None:
    change = changed(cast)
    assert find_change(change.id) == change
    assert change_that_ended(cast.account.id) == change
    assert change_that_began(change.new_account_id) == change
    assert change_that_began(cast.account.id) is None
