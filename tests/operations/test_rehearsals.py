"""A deed rehearsed: what it would do to the bill is known, and nothing of it is left behind."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.cast import Cast, actor_of
from tests.clock import moment
from tests.conftest import SECRET_KEY
from tests.factories import make_account, make_account_service, make_occupancy
from tests.month_factories import make_month
from tests.months import ZONE, closed, make_rates, settle
from tests.tables import everything
from vodokanal.billing.money import rubles
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period, months_between
from vodokanal.billing.services import Service
from vodokanal.billing.volumes import cubic_metres
from vodokanal.models.accounts import Account, Occupancy
from vodokanal.models.database import write_tx
from vodokanal.models.places import NormCategory, PremisesNorm
from vodokanal.models.tariffs import Tariff
from vodokanal.operations.journal import record
from vodokanal.operations.queue import Kind, open_queue, wake
from vodokanal.operations.rehearsals import (
    MOST_ISSUED,
    NO_RATE,
    Bill,
    Effect,
    Opened,
    ServiceSum,
    rehearse,
)
from vodokanal.operations.submission_keys import claim_key
from vodokanal.operations.transactions import writes

SEPTEMBER, OCTOBER, NOVEMBER = Period(2026, 9), Period(2026, 10), Period(2026, 11)
TODAY, AT = date(2026, 11, 12), moment("2026-11-12T10:42")


@pytest.fixture
def category(cast: Cast) -> NormCategory:
    """Prices and norms are set, and two people live at Vera's, who never read her meter."""
    open_queue(SECRET_KEY)
    found = make_rates()
    settle(cast.vera_account, found)
    make_account_service(account=cast.vera_account, service=Service.HOT)
    return found


def effect_of(deed: Any, account: Account | None, *, since: date | None = None) -> Effect:
    account_id = None if account is None else account.id
    return rehearse(deed, account_id=account_id, today=TODAY, zone=ZONE, since=since)


@writes
def third_person(cast: Cast, *, on: date = NOVEMBER.first_day) -> None:
    """As every deed does: a key, rows, the journal, a worker woken."""
    claim_key(actor_of(cast.galina), "a-key", body={}, at=AT)
    before = Occupancy.get(Occupancy.account == cast.vera_account)
    Occupancy.update(ends_on=date.fromordinal(on.toordinal() - 1)).where(
        Occupancy.id == before.id
    ).execute()
    row = make_occupancy(account=cast.vera_account, registered=3, starts_on=on)
    record(actor_of(cast.galina), "create", subject=row, at=AT)
    wake(Kind.MONTH)


def hot(volume: str, amount: str) -> Bill:
    return Bill({Service.HOT: ServiceSum(cubic_metres(volume), rubles(amount))})


def test_the_bill_before_and_after(cast: Cast, category: NormCategory) -> None:
    found = effect_of(lambda: third_person(cast), cast.vera_account)
    # 3.648 m³ a person by the norm, at 211.67 ₽, times one and a half.
    assert found == Effect(NOVEMBER, hot("7.296", "2316.52"), hot("10.944", "3474.77"))
    assert (found.services, found.difference) == ([Service.HOT], rubles("1158.25"))


def test_nothing_is_left_behind(cast: Cast, category: NormCategory) -> None:
    before = everything()
    effect_of(lambda: third_person(cast), cast.vera_account)
    assert everything() == before


def test_a_refusal_comes_through_and_nothing_is_left_behind(
    cast: Cast, category: NormCategory
) -> None:
    before = everything()

    @writes
    def refused() -> None:
        third_person(cast)
        raise LookupError("no such paper")

    with pytest.raises(LookupError, match="no such paper"):
        effect_of(refused, cast.vera_account)
    assert everything() == before


def test_within_a_transaction_only_the_rehearsal_is_undone(
    cast: Cast, category: NormCategory
) -> None:
    with write_tx():
        third_person(cast, on=date(2026, 11, 16))
        found = effect_of(
            lambda: Occupancy.update(registered=2).where(Occupancy.registered == 3).execute(),
            cast.vera_account,
        )
    # 3.648 m³ for two people all the month, and before it for a third one half of it.
    assert found.difference == rubles("-579.13")
    assert sorted(each.registered for each in Occupancy.select()) == [2, 3]


def test_why_an_account_cannot_be_charged(cast: Cast, category: NormCategory) -> None:
    found = effect_of(
        lambda: PremisesNorm.delete().where(PremisesNorm.category == category).execute(),
        cast.vera_account,
    )
    assert found.after == Bill({}, trouble=("no_category", {"day": "2026-11-01"}))
    assert (found.difference, found.after.total) == (None, rubles(0))


def test_a_price_that_nobody_has_set(cast: Cast, category: NormCategory) -> None:
    Tariff.update(ends_on=date(2026, 11, 30)).execute()
    closed(OCTOBER, "2026-10-25T10:00")
    found = effect_of(lambda: None, cast.vera_account, since=date(2026, 12, 5))
    trouble = (NO_RATE, {"table": "tariff", "day": date(2026, 12, 1)})
    assert found == Effect(Period(2026, 12), Bill({}, trouble=trouble), Bill({}, trouble=trouble))


def test_an_account_that_is_opened_has_no_bill_before(cast: Cast, category: NormCategory) -> None:
    def opened() -> Account:
        account = make_account(number="90-12", opened_on=date(2026, 11, 16))
        make_account_service(account=account, service=Service.HOT)
        settle(account, category, registered=1)
        return account

    found = effect_of(opened, None)
    assert found == Effect(NOVEMBER, Bill({}), hot("1.824", "579.13"))


def test_an_account_opened_in_the_same_premises_is_told_apart(
    cast: Cast, category: NormCategory
) -> None:
    def moved() -> None:
        old = cast.vera_account
        Account.update(number="56-78-1", number_key="56781").where(Account.id == old.id).execute()
        new = make_account(number="56-78", premises=old.premises, opened_on=date(2026, 11, 16))
        make_occupancy(account=new, registered=1, starts_on=new.opened_on)
        make_account_service(account=new, service=Service.HOT)

    found = effect_of(moved, cast.vera_account)
    assert found.opened == (Opened("56-78", hot("1.824", "579.13")),)


def test_an_account_of_a_later_month_has_no_bill(cast: Cast, category: NormCategory) -> None:
    later = make_account(number="90-12", opened_on=date(2027, 1, 1))
    assert effect_of(lambda: None, later).after == Bill({})


def test_issued_months_that_would_come_out_otherwise(cast: Cast, category: NormCategory) -> None:
    closed(SEPTEMBER, "2026-09-25T10:00")
    closed(OCTOBER, "2026-10-25T10:00")
    since = date(2026, 9, 16)
    found = effect_of(lambda: third_person(cast, on=since), cast.vera_account, since=since)
    # Half of September and all of October for a third person.
    assert found.issued == ((SEPTEMBER, rubles("579.13")), (OCTOBER, rubles("1158.25")))


def test_a_change_of_many_years_ago_is_not_counted(cast: Cast, category: NormCategory) -> None:
    first = OCTOBER.plus(-MOST_ISSUED)
    for period in months_between(first, OCTOBER):
        make_month(period=period, state=MonthState.ISSUED)
    found = effect_of(lambda: third_person(cast), cast.vera_account, since=first.first_day)
    assert (found.issued, found.is_counted) == ((), False)


def test_issued_months_without_a_price_are_left_alone(cast: Cast, category: NormCategory) -> None:
    closed(OCTOBER, "2026-10-25T10:00")
    Tariff.update(starts_on=NOVEMBER.first_day).execute()
    since = date(2026, 10, 16)
    found = effect_of(lambda: third_person(cast, on=since), cast.vera_account, since=since)
    assert (found.issued, found.difference) == ((), rubles("1158.25"))
