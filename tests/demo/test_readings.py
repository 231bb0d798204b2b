"""Two years of readings: what the rules say of each, when and how they came."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from statistics import mean
from typing import Any

import pytest

from tests.clock import moment
from tests.demo.conftest import NOW, Rows, rows_at
from tests.demo.retelling import agrees, judged_again
from vodokanal.billing.consumption import likely_volume
from vodokanal.billing.displays import Display
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind, ReadingState, Source
from vodokanal.billing.services import CustomerGroup
from vodokanal.billing.windows import window_of
from vodokanal.demo.utility import window_rules
from vodokanal.models.accounts import Account
from vodokanal.models.meters import Meter
from vodokanal.models.places import House, Premises
from vodokanal.models.readings import Reading, Submission

NOVEMBER = Period(2026, 11)
MOMENTS = ("2026-11-05T09:00", "2026-11-10T00:05", "2027-03-20T23:59", "2028-02-29T10:00")
FAR = 4


def districts(town: Rows) -> dict[int, int]:
    """The district of each account."""
    of_house = {row["id"]: row["district"] for row in town[House]}
    of_premises = {row["id"]: of_house[row["house"]] for row in town[Premises]}
    return {row["id"]: of_premises[row["premises"]] for row in town[Account]}


def with_meters(town: Rows) -> set[int]:
    """The accounts that can send something."""
    return {row["account"] for row in town[Meter] if row.get("account")}


@pytest.mark.slow(reason="seven thousand readings are judged")
def test_every_reading_is_kept_as_the_rules_have_it(town: Rows) -> None:
    wrong = [reading for reading, judgement in judged_again(town) if not agrees(reading, judgement)]
    assert wrong == []


@pytest.mark.slow(reason="seven thousand readings are judged")
@pytest.mark.parametrize("now", MOMENTS)
def test_rules_agree_whenever_the_town_is_made(now: str) -> None:
    town = rows_at(moment(now))
    wrong = [reading for reading, judgement in judged_again(town) if not agrees(reading, judgement)]
    assert wrong == []


@pytest.mark.parametrize("now", MOMENTS)
def test_nothing_was_sent_after_the_town_was_made(now: str) -> None:
    sent = [row["received_at"] for row in rows_at(moment(now))[Reading]]
    assert max(sent) <= moment(now)


def test_most_readings_ask_nothing(town: Rows) -> None:
    states = Counter(row["state"] for row in town[Reading])
    assert states[ReadingState.ACCEPTED] > 0.99 * len(town[Reading])
    assert len([row for row in town[Reading] if row["findings"] != "[]"]) < 40


def test_history_is_two_years_long(town: Rows) -> None:
    periods = Counter(row["period"] for row in town[Reading])
    assert (min(periods), max(periods)) == (Period(2024, 11), NOVEMBER)
    assert len(periods) == 25


def test_every_reading_came_inside_its_window(town: Rows) -> None:
    meters = {row["id"]: row["account"] for row in town[Meter] if row.get("account")}
    district = districts(town)
    wrong = []
    for row in town[Reading]:
        here = district[meters[row["meter"]]]
        window = window_of(row["period"], window_rules(), extensions=(), district_id=here)
        if not window.is_open_on(row["received_at"].date()):
            wrong.append(row)
    assert wrong == []


def test_readings_are_taken_on_the_day_they_arrive(town: Rows) -> None:
    assert [row for row in town[Reading] if row["taken_on"] != row["received_at"].date()] == []


def test_about_half_have_sent_in_the_open_window(town: Rows) -> None:
    district = districts(town)
    able = {each for each in with_meters(town) if district[each] != FAR}
    sent = {row["account"] for row in town[Submission] if row["period"] == NOVEMBER}
    assert 0.35 < len(sent) / len(able) < 0.55


def test_nobody_has_sent_where_the_window_is_still_to_open(town: Rows) -> None:
    district = districts(town)
    november = {row["account"] for row in town[Submission] if row["period"] == NOVEMBER}
    assert {each for each in november if district[each] == FAR} == set()


def test_window_across_the_months_end_brings_days_of_both_months(town: Rows) -> None:
    district = districts(town)
    october = [
        row["received_at"].month
        for row in town[Submission]
        if row["period"] == Period(2026, 10) and district[row["account"]] == FAR
    ]
    assert set(october) == {10, 11}


def test_every_way_of_sending_is_there(town: Rows) -> None:
    sources = Counter(row["source"] for row in town[Reading])
    assert set(sources) == {Source.RESIDENT, Source.TELEPHONE, Source.OFFICE, Source.VISIT}
    assert sources.most_common(1)[0][0] is Source.RESIDENT


def test_readings_name_who_sent_or_wrote_them_down(town: Rows) -> None:
    for row in town[Reading]:
        by_resident = row["source"] is Source.RESIDENT
        assert (row["resident"] is not None, row["employee"] is None) == (by_resident, by_resident)


def test_office_writes_down_on_working_days_and_hours(town: Rows) -> None:
    by_clerk = [row["received_at"] for row in town[Reading] if row["employee"]]
    hours = {each.hour for each in by_clerk if each < NOW.replace(day=10)}
    assert hours <= set(range(8, 17))
    weekends = [each for each in by_clerk if each.weekday() > 4]
    assert len(weekends) < 0.06 * len(by_clerk)


def test_one_value_counts_a_meter_and_a_month(town: Rows) -> None:
    gone = (ReadingState.REPLACED, ReadingState.REFUSED)
    counting = Counter(
        (row["meter"], row["period"]) for row in town[Reading] if row["state"] not in gone
    )
    assert counting.most_common(1)[0][1] == 1


def test_every_value_fits_its_display(town: Rows) -> None:
    displays = {
        row["id"]: Display(row["digits_before"], row["digits_after"])
        for row in town[Meter]
        if row.get("account")
    }
    assert len(set(displays.values())) == 3
    assert [row for row in town[Reading] if not displays[row["meter"]].shows(row["value"])] == []


def volumes(town: Rows, kind: Kind, group: CustomerGroup) -> dict[int, list[Decimal]]:
    """What the meters of a kind counted, by month of the year."""
    accounts = {row["id"] for row in town[Account] if row["group"] is group}
    meters = {
        row["id"]: row
        for row in town[Meter]
        if row["kind"] is kind and row.get("account") in accounts
    }
    last: dict[int, dict[str, Any]] = {}
    found: dict[int, list[Decimal]] = defaultdict(list)
    for row in sorted(town[Reading], key=lambda each: each["received_at"]):
        if row["meter"] in meters and row["state"] is ReadingState.ACCEPTED:
            before = last.get(row["meter"])
            if before and before["period"].next == row["period"]:
                volume = likely_volume(
                    before["value"],
                    row["value"],
                    digits_before=meters[row["meter"]]["digits_before"],
                )
                found[row["period"].month].append(volume or Decimal(0))
            last[row["meter"]] = row
    return found


def test_summer_takes_more_cold_water_and_less_hot(town: Rows) -> None:
    cold = volumes(town, Kind.COLD, CustomerGroup.POPULATION)
    hot = volumes(town, Kind.HOT, CustomerGroup.POPULATION)
    assert mean(cold[7]) > Decimal("1.2") * mean(cold[1])
    assert mean(hot[7]) < Decimal("0.6") * mean(hot[1])


def test_school_is_nearly_dry_in_the_holidays(town: Rows) -> None:
    budget = volumes(town, Kind.COLD, CustomerGroup.BUDGET)
    assert mean(budget[7]) < mean(budget[2]) / 2


def test_households_use_what_people_use(town: Rows) -> None:
    cold = volumes(town, Kind.COLD, CustomerGroup.POPULATION)
    everything = [volume for month in cold.values() for volume in month]
    assert Decimal(4) < mean(everything) < Decimal(14)
    assert max(everything) < 60
