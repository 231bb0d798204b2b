"""The morning's letter: from three days before the bills, once a date, to who can issue the month."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import Cast
from tests.clock import moment
from tests.conftest import SECRET_KEY
from tests.months import closed, make_rates, settle
from vodokanal.billing.periods import Period
from vodokanal.models.jobs import JobRun, WakeUp
from vodokanal.models.letters import Letter
from vodokanal.models.people import Employee
from vodokanal.models.terms import PaymentTerm
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.letters import send_again, take_letter
from vodokanal.operations.month_mornings import (
    EMPLOYEE_GONE,
    MONTH_ISSUED,
    find_standing_news,
    is_morning_due,
    morning_of,
    write_standing_letters,
)
from vodokanal.operations.month_standing import Standing
from vodokanal.operations.queue import open_queue

OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)
AT = moment("2026-12-02T08:00")
NEAR = date(2026, 12, 2)


@pytest.fixture
def late(cast: Cast) -> Cast:
    """A utility whose November waits, with the addresses of everybody but the office."""
    open_queue(SECRET_KEY)
    settle(cast.account, make_rates())
    closed(OCTOBER, "2026-10-25T10:00")
    for person in (cast.dmitry, cast.olga, cast.kirill):
        address = f"{person.login}@water.example"
        Employee.update(email=address).where(Employee.id == person.id).execute()
    return cast


def written(on: date = NEAR) -> int:
    return write_standing_letters(on, at=AT, real_now=AT)


@pytest.mark.parametrize(("local", "expected"), [("2026-12-02T07:59", 1), ("2026-12-02T08:00", 2)])
def test_morning_begins_at_eight(local: str, expected: int) -> None:
    assert morning_of(moment(local)) == date(2026, 12, expected)


def test_who_may_issue_and_has_an_address_gets_a_letter(late: Cast) -> None:
    assert written() == 2
    rows = list(Letter.select().order_by(Letter.employee))
    assert {row.employee for row in rows} == {late.dmitry, late.olga}
    assert [(row.kind, row.resident, row.parameters) for row in rows] == [
        ("month_standing", None, '{"period": "2026-11"}')
    ] * 2
    assert WakeUp.select().count() == 1


@pytest.mark.parametrize(("day", "letters"), [(1, 0), (2, 2), (5, 2), (9, 2)])
def test_letters_begin_three_days_before_the_bills(late: Cast, day: int, letters: int) -> None:
    assert written(date(2026, 12, day)) == letters


def test_morning_is_looked_at_once(late: Cast) -> None:
    assert is_morning_due(NEAR)
    assert [written(), written()] == [2, 0]
    assert not is_morning_due(NEAR)
    assert (JobRun.select().count(), Letter.select().count()) == (1, 2)


def test_without_a_day_of_the_bills_nobody_is_told(late: Cast) -> None:
    PaymentTerm.delete().execute()
    assert written() == 0


def test_without_addresses_nobody_is_woken(late: Cast) -> None:
    Employee.update(email="").execute()
    assert (written(), WakeUp.select().count()) == (0, 0)


def test_letter_tells_how_things_are_when_it_is_sent(late: Cast) -> None:
    written()
    letter = take_letter(AT)
    assert letter is not None
    news = find_standing_news(letter, date(2026, 12, 4))
    assert isinstance(news, Standing)
    assert (news.period, news.days_left) == (NOVEMBER, 1)


def test_letter_about_an_issued_month_is_dropped(late: Cast) -> None:
    written()
    closed(NOVEMBER, "2026-12-02T08:30")
    assert find_standing_news(Letter.get(), NEAR) == MONTH_ISSUED


@pytest.mark.parametrize("change", [{"email": ""}, {"disabled_at": AT}])
def test_letter_to_who_has_left_is_dropped(late: Cast, change: dict[str, object]) -> None:
    written()
    Employee.update(change).execute()
    assert find_standing_news(Letter.get(), NEAR) == EMPLOYEE_GONE


def test_letter_is_sent_again_to_the_same_employee(late: Cast) -> None:
    written()
    letter = take_letter(AT)
    assert letter is not None
    Letter.update(state="sent").where(Letter.id == letter.id).execute()
    send_again(SYSTEM, Letter.get_by_id(letter.id), at=AT)
    newest = Letter.select().order_by(Letter.id.desc()).get()
    assert (newest.employee, newest.resident) == (letter.employee, None)
