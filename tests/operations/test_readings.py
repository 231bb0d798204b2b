"""Sending readings: what is kept, when, for which month, and only once."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine

from tests.cast import COLD_LAST, COLD_NEXT, HOT_NEXT, Cast, actor_of
from tests.clock import moment
from tests.crowd import crowd
from tests.factories import make_house, make_meter, make_reading, make_setting
from tests.statements import statements
from vodokanal.billing.findings import AboveUsual, LowerThanPrevious, findings_from_json
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState, Source
from vodokanal.billing.refusals import (
    AccountClosedError,
    FutureReadingError,
    NotANumberError,
    TooManyDigitsError,
    WindowClosedError,
)
from vodokanal.models.accounts import Account
from vodokanal.models.journal import JournalEntry
from vodokanal.models.meters import Meter
from vodokanal.models.people import Employee, Resident
from vodokanal.models.readings import Reading, Submission
from vodokanal.models.submission_keys import SubmissionKey
from vodokanal.operations.intakes import Intake, get_intake
from vodokanal.operations.judging import (
    Delivery,
    NothingSentError,
    NotYourMeterError,
    ReadingsRefusedError,
)
from vodokanal.operations.readings import submit_readings
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError
from vodokanal.settings import Settings
from vodokanal.web.clock import moment_by

NOW = moment("2026-11-12T10:42")
NOVEMBER, DECEMBER = Period(2026, 11), Period(2026, 12)
ZONES = ("UTC", "Europe/Moscow", "Asia/Vladivostok", "America/New_York")


def send(
    cast: Cast,
    entries: Mapping[Meter, str],
    *,
    by: Resident | Employee | None = None,
    source: Source = Source.RESIDENT,
    taken_on: date | None = None,
    at: str = "2026-11-12T10:42",
    key: str = "key-1",
) -> str:
    typed = {meter.id: text for meter, text in entries.items()}
    return submit_readings(
        actor_of(by or cast.anna),
        get_intake(cast.account.id, today=moment(at).date()),
        delivery=Delivery(typed, source, taken_on),
        key=key,
        at=moment(at),
    )


def intake(cast: Cast) -> Intake:
    return get_intake(cast.account.id, today=NOW.date())


def november(meter: Meter) -> list[tuple[Decimal, ReadingState]]:
    """What is kept of a meter for November 2026, oldest first."""
    rows = Reading.select().where(Reading.meter == meter, Reading.period == NOVEMBER)
    return [(row.value, row.state) for row in rows.order_by(Reading.id)]


def sent() -> int:
    return int(Submission.select().where(Submission.period >= NOVEMBER).count())


def test_clean_readings_are_accepted_at_once(cast: Cast) -> None:
    send(cast, {cast.cold: COLD_NEXT, cast.hot: HOT_NEXT})
    assert november(cast.cold) == [(Decimal("161.2"), ReadingState.ACCEPTED)]
    assert november(cast.hot) == [(Decimal("105.7"), ReadingState.ACCEPTED)]


def test_submission_is_numbered_by_month_and_row(cast: Cast) -> None:
    number = send(cast, {cast.cold: COLD_NEXT})
    submission = Submission.select().order_by(Submission.id.desc()).get()
    assert number == f"2611-{submission.id:06d}"
    assert (submission.period, submission.received_at) == (NOVEMBER, NOW)
    assert len(submission.code) == 12


def test_reading_keeps_who_when_and_how(cast: Cast) -> None:
    send(cast, {cast.cold: COLD_NEXT}, by=cast.boris)
    row = Reading.get(Reading.meter == cast.cold, Reading.period == NOVEMBER)
    assert (row.resident_id, row.employee_id) == (cast.boris.id, None)
    assert (row.taken_on, row.received_at) == (NOW.date(), NOW)
    assert (row.source, row.findings) == (Source.RESIDENT, "[]")


def test_one_meter_may_be_sent_without_the_other(cast: Cast) -> None:
    send(cast, {cast.cold: " ", cast.hot: HOT_NEXT})
    assert (november(cast.cold), len(november(cast.hot))) == ([], 1)


def test_doubtful_value_does_not_hold_up_a_clean_one(cast: Cast) -> None:
    send(cast, {cast.cold: "150", cast.hot: HOT_NEXT})
    assert november(cast.cold) == [(Decimal(150), ReadingState.ASKED)]
    assert november(cast.hot) == [(Decimal("105.7"), ReadingState.ACCEPTED)]


def test_doubt_is_kept_as_code_and_value(cast: Cast) -> None:
    send(cast, {cast.cold: "150"})
    row = Reading.get(Reading.meter == cast.cold, Reading.period == NOVEMBER)
    assert findings_from_json(row.findings) == (LowerThanPrevious(COLD_LAST),)


def test_far_above_the_usual_is_asked_about(cast: Cast) -> None:
    send(cast, {cast.cold: "190"})
    row = Reading.get(Reading.meter == cast.cold, Reading.period == NOVEMBER)
    assert row.state is ReadingState.ASKED
    assert [type(each) for each in findings_from_json(row.findings)] == [AboveUsual]


def test_overdue_meter_is_recorded_not_charged(cast: Cast) -> None:
    Meter.update(verify_by=date(2026, 11, 1)).where(Meter.id == cast.cold.id).execute()
    send(cast, {cast.cold: COLD_NEXT})
    assert november(cast.cold) == [(Decimal("161.2"), ReadingState.RECORDED)]


def test_setting_cuts_litres_off(cast: Cast) -> None:
    make_setting("whole_cubic_metres", "yes")
    send(cast, {cast.cold: "161,999"})
    assert november(cast.cold) == [(Decimal(161), ReadingState.ACCEPTED)]


def test_every_refusal_is_collected_and_nothing_kept(cast: Cast) -> None:
    with pytest.raises(ReadingsRefusedError) as refused:
        send(cast, {cast.cold: "12,3,4", cast.hot: "123456789"})
    assert {meter: type(why) for meter, why in refused.value.refusals.items()} == {
        cast.cold.id: NotANumberError,
        cast.hot.id: TooManyDigitsError,
    }
    assert sent() == 0


def test_one_impossible_value_keeps_the_other_back_too(cast: Cast) -> None:
    with pytest.raises(ReadingsRefusedError):
        send(cast, {cast.cold: COLD_NEXT, cast.hot: "x"})
    assert (november(cast.cold), sent(), SubmissionKey.select().count()) == ([], 0, 0)


def test_after_a_refusal_the_same_key_may_bring_something_else(cast: Cast) -> None:
    with pytest.raises(ReadingsRefusedError):
        send(cast, {cast.cold: "x"}, key="form")
    send(cast, {cast.cold: COLD_NEXT}, key="form")
    assert len(november(cast.cold)) == 1


@pytest.mark.parametrize("text", ["", "  ", "\u00a0"])
def test_nothing_typed_is_nothing_sent(cast: Cast, text: str) -> None:
    with pytest.raises(NothingSentError):
        send(cast, {cast.cold: text, cast.hot: text})


def test_somebody_elses_meter_is_no_meter_of_yours(cast: Cast) -> None:
    with pytest.raises(NotYourMeterError):
        send(cast, {cast.cold: COLD_NEXT, cast.vera_meter: "5"})
    assert sent() == 0


def test_removed_meter_takes_no_more_readings(cast: Cast) -> None:
    Meter.update(removed_on=NOW.date()).where(Meter.id == cast.cold.id).execute()
    with pytest.raises(NotYourMeterError):
        send(cast, {cast.cold: COLD_NEXT})


def test_meter_of_the_house_belongs_to_no_account(cast: Cast) -> None:
    common = make_meter(house=make_house(), account=None)
    with pytest.raises(NotYourMeterError):
        send(cast, {common: "5"})


def test_reading_of_tomorrow_is_refused(cast: Cast) -> None:
    with pytest.raises(ReadingsRefusedError) as refused:
        send(cast, {cast.cold: COLD_NEXT}, taken_on=date(2026, 11, 13))
    assert isinstance(refused.value.refusals[cast.cold.id], FutureReadingError)


def test_same_form_twice_counts_once(cast: Cast) -> None:
    first = send(cast, {cast.cold: COLD_NEXT})
    assert send(cast, {cast.cold: COLD_NEXT}, at="2026-11-25T00:00") == first
    assert (sent(), len(november(cast.cold))) == (1, 1)


def test_used_key_with_other_numbers_is_refused(cast: Cast) -> None:
    send(cast, {cast.cold: COLD_NEXT})
    with pytest.raises(KeyReusedError):
        send(cast, {cast.cold: "161,3"})
    assert november(cast.cold) == [(Decimal("161.2"), ReadingState.ACCEPTED)]


def test_two_people_may_come_upon_the_same_key(cast: Cast) -> None:
    send(cast, {cast.cold: COLD_NEXT})
    send(cast, {cast.hot: HOT_NEXT}, by=cast.boris)
    assert sent() == 2


@pytest.mark.parametrize("key", ["", "x" * 65, "ключ", "a\x00b", "a b"])
def test_form_without_a_proper_key_is_refused(cast: Cast, key: str) -> None:
    with pytest.raises(MissingKeyError):
        send(cast, {cast.cold: COLD_NEXT}, key=key)


def test_same_numbers_again_have_the_same_proof(cast: Cast) -> None:
    first = send(cast, {cast.cold: COLD_NEXT}, key="one")
    assert send(cast, {cast.cold: "161.200"}, key="two") == first
    assert (sent(), len(november(cast.cold))) == (1, 1)


def test_corrected_value_leaves_the_earlier_one_in_history(cast: Cast) -> None:
    first = send(cast, {cast.cold: COLD_NEXT}, key="one")
    second = send(cast, {cast.cold: "161,5"}, key="two")
    assert first != second
    assert november(cast.cold) == [
        (Decimal("161.2"), ReadingState.REPLACED),
        (Decimal("161.5"), ReadingState.ACCEPTED),
    ]


def test_correcting_one_meter_leaves_the_other_with_its_proof(cast: Cast) -> None:
    first = send(cast, {cast.cold: COLD_NEXT, cast.hot: HOT_NEXT}, key="one")
    send(cast, {cast.cold: "161,5", cast.hot: HOT_NEXT}, key="two")
    hot = Reading.get(Reading.meter == cast.hot, Reading.period == NOVEMBER)
    assert hot.submission.number == first


@pytest.mark.parametrize("at", ["2026-11-10T00:00:00", "2026-11-20T23:59:59.999999"])
def test_window_takes_its_first_and_its_last_microsecond(cast: Cast, at: str) -> None:
    send(cast, {cast.cold: COLD_NEXT}, at=at)
    assert len(november(cast.cold)) == 1


@pytest.mark.parametrize(
    ("at", "opens_on"),
    [
        ("2026-11-09T23:59:59.999999", date(2026, 11, 10)),
        ("2026-11-21T00:00:00", date(2026, 12, 10)),
    ],
)
def test_a_microsecond_outside_it_is_closed(cast: Cast, at: str, opens_on: date) -> None:
    with pytest.raises(WindowClosedError) as closed:
        send(cast, {cast.cold: COLD_NEXT}, at=at)
    assert (closed.value.opens_on, sent()) == (opens_on, 0)


@pytest.fixture(params=ZONES)
def server_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The server's own time zone, which must not matter."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.parametrize(
    ("utc", "is_open"),
    [
        ("2026-11-09T20:59:59.999999+00:00", False),
        ("2026-11-09T21:00:00+00:00", True),
        ("2026-11-20T20:59:59.999999+00:00", True),
        ("2026-11-20T21:00:00+00:00", False),
    ],
)
def test_window_is_the_utilitys_whatever_the_servers_zone(
    cast: Cast, settings: Settings, server_zone: str, utc: str, is_open: bool
) -> None:
    with time_machine.travel(moment(utc), tick=False):
        at = moment_by(settings).isoformat()
    if is_open:
        send(cast, {cast.cold: COLD_NEXT}, at=at)
    else:
        with pytest.raises(WindowClosedError):
            send(cast, {cast.cold: COLD_NEXT}, at=at)
    assert sent() == is_open


def test_clock_set_back_two_hours_counts_nothing_twice(cast: Cast) -> None:
    first = send(cast, {cast.cold: COLD_NEXT}, at="2026-11-12T10:42")
    assert send(cast, {cast.cold: COLD_NEXT}, at="2026-11-12T08:42") == first
    send(cast, {cast.cold: "161,5"}, at="2026-11-12T08:43", key="two")
    assert [state for _, state in november(cast.cold)] == ["replaced", "accepted"]


def test_telephone_is_answered_outside_the_window_too(cast: Cast) -> None:
    send(
        cast,
        {cast.cold: COLD_NEXT},
        by=cast.galina,
        source=Source.TELEPHONE,
        taken_on=date(2026, 11, 20),
        at="2026-11-25T09:00",
    )
    row = Reading.get(Reading.meter == cast.cold, Reading.period == NOVEMBER)
    assert (row.taken_on, row.source) == (date(2026, 11, 20), Source.TELEPHONE)
    assert (row.resident_id, row.employee_id) == (None, cast.galina.id)


def test_setting_keeps_late_readings_for_the_next_month(cast: Cast) -> None:
    make_setting("outside_window", "next_period")
    number = send(cast, {cast.cold: COLD_NEXT}, at="2026-11-21T00:00")
    assert number.startswith("2612-")
    assert [row.period for row in Reading.select().where(Reading.period > NOVEMBER)] == [DECEMBER]


def test_journal_says_who_sent_what(cast: Cast) -> None:
    send(cast, {cast.cold: COLD_NEXT})
    entry = JournalEntry.select().order_by(JournalEntry.id.desc()).get()
    submission = Submission.select().order_by(Submission.id.desc()).get()
    assert (entry.actor_name, entry.action, entry.at) == (cast.anna.name, "submit_readings", NOW)
    assert (entry.subject_table, entry.subject_id) == ("submission", submission.id)
    assert entry.after == '{"00012345": "161.200"}'


@pytest.mark.slow("a hundred submissions, one after the other in the writers' queue")
def test_hundred_identical_submissions_make_one_reading(cast: Cast) -> None:
    numbers = crowd(25, lambda _: {send(cast, {cast.cold: COLD_NEXT}) for _ in range(4)})
    assert len(set().union(*numbers)) == 1  # type: ignore[arg-type]
    assert (sent(), len(november(cast.cold)), SubmissionKey.select().count()) == (1, 1, 1)


@pytest.mark.slow("thirty submissions, one after the other in the writers' queue")
def test_many_keys_with_the_same_numbers_make_one_reading(cast: Cast) -> None:
    numbers = crowd(30, lambda n: send(cast, {cast.cold: COLD_NEXT}, key=f"key-{n}"))
    assert len(set(numbers)) == 1
    assert (sent(), len(november(cast.cold))) == (1, 1)


@pytest.mark.slow("thirty submissions, one after the other in the writers' queue")
def test_of_many_different_numbers_one_counts_and_all_are_kept(cast: Cast) -> None:
    crowd(30, lambda n: send(cast, {cast.cold: f"161,{n:03d}"}, key=f"key-{n}"))
    states = [state for _, state in november(cast.cold)]
    assert sorted(states) == ["accepted"] + ["replaced"] * 29


def test_submission_takes_at_most_twelve_statements(cast: Cast) -> None:
    with statements() as asked:
        send(cast, {cast.cold: COLD_NEXT, cast.hot: HOT_NEXT})
    assert len(asked) <= 12, asked


def test_every_minute_between_two_windows_belongs_to_neither(cast: Cast) -> None:
    begin = moment("2026-11-21T00:00")
    for days in range(19):
        at = (begin + timedelta(days=days)).isoformat()
        with pytest.raises(WindowClosedError):
            send(cast, {cast.cold: COLD_NEXT}, at=at)


def test_years_of_silence_do_not_forget_the_last_reading(cast: Cast) -> None:
    silent = make_meter(account=cast.account, place="дача")
    make_reading(silent, period=Period(2022, 3), value="300")
    send(cast, {silent: "250"})
    assert november(silent) == [(Decimal("250.000"), ReadingState.ASKED)]


def close_account(cast: Cast) -> None:
    Account.update(closed_on=date(2026, 11, 1)).where(Account.id == cast.account.id).execute()


def test_resident_of_a_closed_account_sends_nothing_more(cast: Cast) -> None:
    close_account(cast)
    delivery = Delivery({cast.cold.id: COLD_NEXT}, Source.RESIDENT)
    with pytest.raises(AccountClosedError) as refusal:
        submit_readings(actor_of(cast.anna), intake(cast), delivery=delivery, key="k", at=NOW)
    assert refusal.value.on == date(2026, 11, 1)


def test_employee_enters_the_last_values_of_a_closed_account(cast: Cast) -> None:
    close_account(cast)
    delivery = Delivery({cast.cold.id: COLD_NEXT}, Source.VISIT)
    number = submit_readings(
        actor_of(cast.galina), intake(cast), delivery=delivery, key="k", at=NOW
    )
    assert number.startswith("2611-")
