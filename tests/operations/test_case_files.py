"""The case file of an account: everything of its months, nothing of anybody else."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.cast import Cast, actor_of
from tests.conftest import SECRET_KEY
from tests.factories import (
    make_access,
    make_email,
    make_holder_change,
    make_letter,
    make_occupancy,
)
from tests.ledgers import charge, correct, issue, pay, penalise, take_back
from tests.month_factories import make_absence, make_access_refusal, make_meter_check
from tests.months import ZONE
from vodokanal.billing.money import rubles
from vodokanal.billing.periods import Period
from vodokanal.models.journal import JournalEntry
from vodokanal.models.letters import LetterKind
from vodokanal.operations.case_files import (
    CaseFile,
    MonthsRefusedError,
    get_case_file,
    record_case_file,
)
from vodokanal.operations.disputes import NewDispute, open_dispute
from vodokanal.operations.journal import record
from vodokanal.operations.queue import open_queue

AT = datetime(2026, 11, 12, 9, tzinfo=UTC)
SEPTEMBER, OCTOBER, NOVEMBER = Period(2026, 9), Period(2026, 10), Period(2026, 11)


@pytest.fixture(autouse=True)
def _queue() -> None:
    open_queue(SECRET_KEY)


def file_of(cast: Cast, first: Period = OCTOBER, last: Period = NOVEMBER) -> CaseFile:
    return get_case_file(cast.account, first, last=last, zone=ZONE)


def test_everything_of_the_months_is_in_it(cast: Cast) -> None:
    account = cast.account
    charge(account, SEPTEMBER, "100")
    issue(SEPTEMBER, account)
    charge(account, OCTOBER, "173.78")
    correct(account, OCTOBER, "-25")
    penalise(account, OCTOBER, "1.25", of=SEPTEMBER)
    issue(OCTOBER, account)
    pay(account, NOVEMBER, "50")
    take_back(pay(account, NOVEMBER, "70"), NOVEMBER)
    pay(account, SEPTEMBER.previous, "1", received_on=date(2026, 8, 1))
    make_occupancy(account=account)
    make_absence(account=account)
    make_access_refusal(account=account)
    make_meter_check(cast.cold)
    new = NewDispute(account.id, OCTOBER, "cold-0", "Нас не было")
    dispute = open_dispute(actor_of(cast.anna), new, key="k", today=AT.date(), at=AT)
    file = file_of(cast)
    assert [each.period for each in file.months] == [OCTOBER]
    assert [len(each) for each in (file.holders, file.people, file.services)] == [1, 1, 3]
    assert [len(each) for each in (file.absences, file.refusals)] == [1, 1]
    assert [(each.meter, len(each.readings)) for each in file.meters] == [
        (cast.cold, 1),
        (cast.hot, 1),
    ]
    assert [len(each.checks) for each in file.meters] == [1, 0]
    assert file.statement.opening == rubles(100)
    assert [each.amount for each in file.payments] == [rubles(50), rubles(70)]
    assert file.disputes == [dispute]
    assert [each.action for each in file.journal] == ["open_dispute"]


def test_letters_are_those_about_the_account(cast: Cast) -> None:
    anna = make_email(cast.anna)
    issue(OCTOBER, cast.account)
    make_access(resident=anna, account=cast.vera_account)
    own = make_letter(
        anna,
        kind=LetterKind.RECEIPT_READY,
        subject_table="receipt",
        subject_id=cast.account.receipts.get().id,
        created_at=AT,
    )
    make_letter(anna, created_at=AT)
    make_letter(anna, created_at=datetime(2026, 1, 1, tzinfo=UTC))
    found = [(each.letter, each.subject) for each in file_of(cast).letters]
    assert found == [(own, cast.account.receipts.get())]


def test_journal_tells_of_the_account_and_its_rows_alone(cast: Cast) -> None:
    for subject in (cast.account, cast.cold, cast.account.premises, cast.vera_meter):
        record(actor_of(cast.galina), "update", subject=subject, at=AT)
    record(actor_of(cast.galina), "update", subject=cast.hot, at=datetime(2026, 9, 1, tzinfo=UTC))
    told = [(each.subject_table, each.subject_id) for each in file_of(cast).journal]
    assert told == [
        ("account", cast.account.id),
        ("meter", cast.cold.id),
        ("premises", cast.account.premises_id),
    ]


def test_account_without_anything_has_an_empty_file(cast: Cast) -> None:
    file = get_case_file(cast.vera_account, OCTOBER, last=NOVEMBER, zone=ZONE)
    assert (file.months, file.payments, file.letters, file.journal) == ([], [], [], [])


def test_who_prints_is_written_down(cast: Cast) -> None:
    record_case_file(actor_of(cast.dmitry), cast.account, first=OCTOBER, last=NOVEMBER, at=AT)
    entry = JournalEntry.get()
    assert (entry.action, entry.actor_name, entry.subject_id) == (
        "print_case_file",
        "Дмитрий Лебедев",
        cast.account.id,
    )
    assert entry.after == '{"from": "2026-10", "to": "2026-11"}'


@pytest.mark.parametrize("first", [NOVEMBER.next, NOVEMBER.plus(-120)])
def test_odd_months_are_refused(cast: Cast, first: Period) -> None:
    with pytest.raises(MonthsRefusedError):
        file_of(cast, first)


def test_journal_is_of_the_months_as_the_utility_counts_days(cast: Cast) -> None:
    night = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
    record(actor_of(cast.galina), "update", subject=cast.account, at=night)
    assert [each.at for each in file_of(cast, OCTOBER, OCTOBER).journal] == []
    assert [each.at for each in file_of(cast, NOVEMBER, NOVEMBER).journal] == [night]


def deed(cast: Cast, action: str, day: int) -> None:
    at = datetime(2026, 11, day, 9, tzinfo=UTC)
    record(actor_of(cast.galina), action, subject=cast.account, at=at)


def days_of_deeds(cast: Cast) -> list[tuple[str, int]]:
    return [(each.action, each.at.day) for each in file_of(cast, NOVEMBER).journal]


def test_journal_of_a_new_holder_begins_with_the_change(cast: Cast) -> None:
    deed(cast, "update", 3)
    begun = datetime(2026, 11, 5, 9, tzinfo=UTC)
    make_holder_change(old_account=cast.vera_account, new_account=cast.account, entered_at=begun)
    deed(cast, "change_holder", 5)
    assert days_of_deeds(cast) == [("change_holder", 5)]
