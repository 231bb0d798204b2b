"""The town in a database: every row is taken, and the portal can work with it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.demo.conftest import NOW, Rows, rows_at
from tests.engines import Engine
from vodokanal.billing.periods import Period
from vodokanal.demo.credentials import DAUGHTER, OWNER
from vodokanal.demo.town import NAME, Town
from vodokanal.demo.utility import DISTRICTS, window_rules
from vodokanal.models.accounts import Account
from vodokanal.models.people import Resident
from vodokanal.models.places import District
from vodokanal.models.readings import Reading
from vodokanal.models.schema import TABLES
from vodokanal.models.windows import ReadingWindow
from vodokanal.operations.accounts import accounts_of
from vodokanal.operations.first_rates import first_rates
from vodokanal.operations.meters import stories_of
from vodokanal.operations.settings import get_house_settings
from vodokanal.operations.towns import load_town, role_ids
from vodokanal.operations.windows import get_calendar

TODAY = NOW.date()


@pytest.fixture
def loaded(database: Engine) -> None:
    """The town in the database."""
    load_town(Town(NOW, {}, role_ids(), months=24), name=NAME, at=NOW)


def resident_id(login: str) -> int:
    return int(Resident.get(Resident.login == login).id)


@pytest.mark.slow(reason="three hundred accounts with two years of readings")
@pytest.mark.usefixtures("loaded")
def test_every_row_is_kept(town: Rows) -> None:
    kept = {table: table.select().count() for table in TABLES if table in town}
    # One window for all is there before any town, and what the law has set.
    before = {ReadingWindow: 1} | {table: len(rows) for table, rows in first_rates().items()}
    assert kept == {table: len(rows) + before.get(table, 0) for table, rows in town.items()}


@pytest.mark.slow(reason="three hundred accounts with two years of readings")
@pytest.mark.usefixtures("loaded")
def test_values_are_kept_to_the_litre(town: Rows) -> None:
    kept = {(row.meter_id, row.period, row.value, row.state) for row in Reading.select()}
    made = {(row["meter"], row["period"], row["value"], row["state"]) for row in town[Reading]}
    assert kept == made


@pytest.mark.slow(reason="three hundred accounts with two years of readings")
@pytest.mark.usefixtures("loaded")
def test_portal_finds_its_way_about_the_town() -> None:
    house = get_house_settings()
    assert (house.utility_name, house.office_phone) == (
        "Водоканал Верхнеозёрска",
        "+7 (000) 211-04-00",
    )
    first, second = accounts_of(resident_id(DAUGHTER))
    assert [str(each.account.premises) for each in (first, second)] == [
        "Речная ул., д.\N{NO-BREAK SPACE}3, корп.\N{NO-BREAK SPACE}2, кв.\N{NO-BREAK SPACE}15",
        "Садовая ул., д.\N{NO-BREAK SPACE}12, кв.\N{NO-BREAK SPACE}5",
    ]
    cold, hot = stories_of(Account.get(Account.number == OWNER).id, today=TODAY)
    last = [story.last_before(Period.of(TODAY)) for story in (cold, hot)]
    assert [str(each.value) for each in last if each] == ["153.200", "87.615"]


@pytest.mark.slow(reason="three hundred accounts with two years of readings")
@pytest.mark.usefixtures("loaded")
def test_windows_in_the_database_are_those_of_the_readings() -> None:
    names = [row.name for row in District.select().order_by(District.id)]
    assert names == [plan.name for plan in DISTRICTS]
    calendar = get_calendar(TODAY)
    assert set(calendar.rules) == set(window_rules())
    assert calendar.open_on(date(2026, 11, 2), district_id=4) is not None
    assert calendar.open_on(date(2026, 11, 2), district_id=1) is None


def test_rows_of_one_table_name_the_same_columns() -> None:
    for table, rows in rows_at(NOW, months=3).items():
        assert len({"id" in row for row in rows}) == 1, table
