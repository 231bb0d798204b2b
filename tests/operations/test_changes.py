"""Whose month a change touches is known by what the journal tells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests import factories, month_factories
from tests.books import make_book_import
from tests.cast import Cast
from tests.factories import BEFORE, make_house, make_reading
from tests.month_factories import make_interruption
from tests.months import make_rates
from vodokanal.billing.periods import Period
from vodokanal.models.accounts import AccountService
from vodokanal.models.base import Table
from vodokanal.models.database import write_tx
from vodokanal.models.readings import Reading
from vodokanal.models.settings import Setting
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.changes import (
    Changes,
    accounts_read_anew,
    changes_since,
    newest_entry,
)
from vodokanal.operations.journal import record

OCTOBER = Period(2026, 10)
NOBODY = Changes(of_all=False, accounts=frozenset())
Make = Callable[[Cast], Table]

OF_ANNA: dict[str, Make] = {
    "account": lambda cast: cast.account,
    "premises": lambda cast: cast.account.premises,
    "service": lambda cast: AccountService.get(AccountService.account == cast.account),
    "meter": lambda cast: cast.cold,
    "reading": lambda cast: Reading.get(Reading.meter == cast.cold, Reading.period == OCTOBER),
    "submission": lambda cast: Reading.get(Reading.meter == cast.hot).submission,
    "occupancy": lambda cast: factories.make_occupancy(account=cast.account),
    "refused access": lambda cast: month_factories.make_access_refusal(account=cast.account),
    "absence": lambda cast: month_factories.make_absence(account=cast.account),
    "dated change": lambda cast: month_factories.make_account_change(account=cast.account),
    "correction": lambda cast: month_factories.make_correction(account=cast.account),
    "check": lambda cast: month_factories.make_meter_check(cast.cold),
    "norm category": lambda cast: factories.make_premises_norm(premises=cast.account.premises),
    "possibility": lambda cast: factories.make_meter_possibility(premises=cast.account.premises),
    "garden": lambda cast: factories.make_premises_quantity(premises=cast.account.premises),
}


def told(row: Table) -> None:
    """A line in the journal about the row."""
    record(SYSTEM, "update", subject=row, at=BEFORE)


def mark() -> int:
    """Up to where the journal has been read."""
    with write_tx():
        return newest_entry()


@pytest.mark.parametrize("what", OF_ANNA)
def test_change_of_one_account_touches_its_month_alone(cast: Cast, what: str) -> None:
    row, before = OF_ANNA[what](cast), mark()
    told(row)
    assert changes_since(before, period=OCTOBER).accounts == {cast.account.id}


def test_house_touches_all_who_live_in_it(cast: Cast) -> None:
    before = mark()
    told(cast.account.premises.house)
    assert changes_since(before, period=OCTOBER).accounts == {
        cast.account.id,
        cast.vera_account.id,
    }


@pytest.mark.parametrize("given", ["house", "district"])
def test_break_touches_the_house_or_the_district(cast: Cast, given: str) -> None:
    house = cast.account.premises.house
    row = make_interruption(**{given: house if given == "house" else cast.district})
    before = mark()
    told(row)
    assert len(changes_since(before, period=OCTOBER).accounts) == 2


@pytest.mark.parametrize("table", ["tariff", "norm", "setting", "workbook"])
def test_rate_or_rule_touches_everybody(cast: Cast, table: str) -> None:
    make_rates()
    before = mark()
    told(RATES[table]())
    assert changes_since(before, period=OCTOBER) == Changes(of_all=True, accounts=frozenset())


RATES: dict[str, Callable[[], Any]] = {
    "tariff": month_factories.make_tariff,
    "norm": month_factories.make_norm,
    "workbook": make_book_import,
    "setting": lambda: Setting.create(name="late_readings", value="none"),
}


def test_what_happened_before_is_known_already(cast: Cast) -> None:
    told(cast.account)
    assert changes_since(mark(), period=OCTOBER) == NOBODY
    assert not NOBODY


def test_readings_of_a_later_month_touch_nothing(cast: Cast) -> None:
    reading = make_reading(cast.cold, period=OCTOBER.next, value="200")
    before = mark()
    told(reading)
    told(reading.submission)
    assert changes_since(before, period=OCTOBER) == NOBODY


def test_house_meter_and_rows_of_no_month_touch_nobody(cast: Cast) -> None:
    common = factories.make_meter(house=make_house())
    before = mark()
    told(common)
    told(cast.anna)
    assert changes_since(before, period=OCTOBER) == NOBODY


def test_account_read_anew_in_an_issued_month_is_found(cast: Cast) -> None:
    reading = Reading.get(Reading.meter == cast.cold, Reading.period == OCTOBER)
    before = mark()
    told(reading)
    assert accounts_read_anew(before, before=OCTOBER.next) == {cast.account.id}
    assert accounts_read_anew(before, before=OCTOBER) == frozenset()


def test_meter_that_was_changed_is_looked_at_anew(cast: Cast) -> None:
    before = mark()
    told(cast.cold)
    assert accounts_read_anew(before, before=OCTOBER) == {cast.account.id}
    assert cast.cold.installed_on == date(2025, 10, 1)
