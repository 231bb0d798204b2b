"""What is out of the ordinary in the town, place by place."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from tests.demo.conftest import Rows, meters_of, number_of, one_story, readings_of
from vodokanal.billing.findings import findings_from_json
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind, ReadingState, Source
from vodokanal.billing.services import Charging, Service
from vodokanal.demo.credentials import DAUGHTER, DEBTOR, OWNER
from vodokanal.demo.stories import STORIES, Doubt, Trouble
from vodokanal.demo.streets import Supply
from vodokanal.models.accounts import Account, AccountService, Holder, Occupancy
from vodokanal.models.meters import Meter
from vodokanal.models.places import (
    MeterPossibility,
    NormCategory,
    Premises,
    PremisesKind,
    PremisesNorm,
    PremisesQuantity,
    QuantityKind,
)
from vodokanal.models.readings import Reading

NOVEMBER = Period(2026, 11)
WAITING = (ReadingState.ASKED, ReadingState.HELD)


def codes(reading: dict[str, Any]) -> list[str]:
    return [finding.code for finding in findings_from_json(reading["findings"])]


def account_of(town: Rows, **traits: object) -> int:
    number = number_of(one_story(**traits))
    (found,) = [row["id"] for row in town[Account] if row["number"] == number]
    return int(found)


def test_first_people_are_those_of_the_credentials() -> None:
    assert [number_of(story) for story in STORIES[:3]] == [OWNER, DEBTOR, DAUGHTER]


def test_owner_has_two_meters_verified_until_the_days_on_record(town: Rows) -> None:
    cold, hot = meters_of(town, STORIES[0])
    assert [(each["serial"], each["place"]) for each in (cold, hot)] == [
        ("18-204417", "Ванная"),
        ("19-087352", "Ванная"),
    ]
    months = [Period.of(each["verify_by"]) for each in (cold, hot)]
    assert months == [Period(2030, 5), Period(2027, 1)]


def test_year_of_the_owner_is_the_known_one(town: Rows) -> None:
    cold, hot = (readings_of(town, meter)[-9:] for meter in meters_of(town, STORIES[0]))
    known = [
        (str(each["value"]), str(other["value"])) for each, other in zip(cold, hot, strict=True)
    ]
    assert known == [
        ("112.380", "65.425"),
        ("115.790", "68.365"),
        ("119.510", "71.100"),
        ("130.615", "78.610"),
        ("135.485", "80.515"),
        ("140.685", "81.155"),
        ("145.100", "83.025"),
        ("149.080", "85.230"),
        ("153.200", "87.615"),
    ]
    assert cold[-1]["taken_on"] == date(2026, 10, 14)


def test_owner_missed_two_months_and_the_present_one(town: Rows) -> None:
    cold, _ = meters_of(town, STORIES[0])
    sent = {each["period"] for each in readings_of(town, cold)}
    year = [Period(2025, 12).plus(months) for months in range(12)]
    assert [each for each in year if each not in sent] == [
        Period(2026, 3),
        Period(2026, 4),
        NOVEMBER,
    ]


def test_owner_once_came_to_the_office(town: Rows) -> None:
    cold, _ = meters_of(town, STORIES[0])
    sources = {each["period"]: each["source"] for each in readings_of(town, cold)}
    assert [period for period, source in sources.items() if source is not Source.RESIDENT] == [
        Period(2026, 1)
    ]


@pytest.mark.parametrize(
    ("doubt", "kind", "found"),
    [
        (Doubt.DIGIT_MISSING, Kind.COLD, ["lower_than_previous", "digit_missing"]),
        (Doubt.SWAPPED, Kind.COLD, ["lower_than_previous", "looks_swapped"]),
        (Doubt.SWAPPED, Kind.HOT, ["above_usual", "looks_swapped"]),
        (Doubt.ABOVE_USUAL, Kind.COLD, ["above_usual"]),
        (Doubt.ZERO, Kind.COLD, ["zero_after_use"]),
        (Doubt.ZERO, Kind.HOT, ["zero_after_use"]),
    ],
)
def test_doubt_waits_for_an_answer(town: Rows, doubt: Doubt, kind: Kind, found: list[str]) -> None:
    (meter,) = [each for each in meters_of(town, one_story(doubt=doubt)) if each["kind"] is kind]
    newest = readings_of(town, meter)[-1]
    assert (newest["period"], newest["state"]) == (NOVEMBER, ReadingState.ASKED)
    assert codes(newest) == found


def test_lower_reading_that_was_confirmed_is_held(town: Rows) -> None:
    cold, hot = meters_of(town, one_story(doubt=Doubt.LOWER_CONFIRMED))
    newest = readings_of(town, cold)[-1]
    assert (newest["state"], codes(newest)[0]) == (ReadingState.HELD, "lower_than_previous")
    assert readings_of(town, hot)[-1]["state"] is ReadingState.ACCEPTED


def test_corrected_reading_keeps_the_first_try(town: Rows) -> None:
    cold, _ = meters_of(town, one_story(doubt=Doubt.CORRECTED))
    first, second = readings_of(town, cold)[-2:]
    assert (first["period"], first["state"]) == (NOVEMBER, ReadingState.REPLACED)
    assert (second["period"], second["state"]) == (NOVEMBER, ReadingState.ACCEPTED)
    assert first["submission"] != second["submission"]


def test_few_readings_wait_and_all_are_of_this_month(town: Rows) -> None:
    waiting = [row for row in town[Reading] if row["state"] in WAITING]
    assert Counter(row["state"] for row in waiting) == {
        ReadingState.ASKED: 6,
        ReadingState.HELD: 1,
    }
    assert {row["period"] for row in waiting} == {NOVEMBER}


def test_replaced_meter_hands_over_to_the_new_one(town: Rows) -> None:
    old, new, _ = meters_of(town, one_story(trouble=Trouble.REPLACED))
    assert (old["replaced_by"], old["removed_on"]) == (new["id"], new["installed_on"])
    assert old["final_reading"] >= readings_of(town, old)[-1]["value"]
    assert new["initial_reading"] < 1
    periods = [each["period"] for meter in (old, new) for each in readings_of(town, meter)]
    assert periods == sorted(set(periods))


def test_display_rolls_over(town: Rows) -> None:
    cold, _ = meters_of(town, one_story(trouble=Trouble.ROLLED_OVER))
    before, after = (
        each
        for each in readings_of(town, cold)
        if each["period"] in {Period(2026, 7), Period(2026, 8)}
    )
    assert (int(before["value"]), codes(after)) == (99998, ["rollover"])
    assert Decimal(0) < after["value"] < Decimal(12)
    assert after["state"] is ReadingState.ACCEPTED


@pytest.mark.parametrize(
    ("trouble", "kind", "code"),
    [
        (Trouble.OVERDUE, Kind.HOT, "verification_overdue"),
        (Trouble.FAILED, Kind.COLD, "meter_failed"),
        (Trouble.NOT_COMMISSIONED, Kind.COLD, "not_commissioned"),
    ],
)
def test_meter_that_is_not_charged_by_is_recorded(
    town: Rows, trouble: Trouble, kind: Kind, code: str
) -> None:
    meters = [each for each in meters_of(town, one_story(trouble=trouble)) if each["kind"] is kind]
    newest = readings_of(town, meters[-1])[-1]
    assert (newest["state"], codes(newest)) == (ReadingState.RECORDED, [code])


def test_leak_was_confirmed_and_accepted(town: Rows) -> None:
    cold, hot = meters_of(town, one_story(uses={6: 550}))
    found = [(each["period"], codes(each)) for each in readings_of(town, cold) if codes(each)]
    assert found == [(Period(2026, 5), ["above_usual"])]
    assert {each["state"] for each in readings_of(town, cold)} == {ReadingState.ACCEPTED}
    assert [codes(each) for each in readings_of(town, hot) if codes(each)] == []


def test_absent_people_send_nothing_and_then_little(town: Rows) -> None:
    story = one_story(silent=frozenset(range(9, 14)))
    (cold,) = meters_of(town, story)
    readings = readings_of(town, cold)
    (gap,) = [
        (earlier, later)
        for earlier, later in pairwise(readings)
        if earlier["period"].next != later["period"]
    ]
    assert (gap[0]["period"], gap[1]["period"]) == (Period(2025, 9), Period(2026, 3))
    assert gap[1]["value"] - gap[0]["value"] < 8


def test_place_without_a_meter_has_the_act_that_says_so(town: Rows) -> None:
    account = account_of(town, trouble=Trouble.NO_METER_POSSIBLE)
    acts = [row for row in town[MeterPossibility] if row["premises"] == account]
    assert {row["kind"] for row in acts} == {Kind.COLD, Kind.HOT}
    assert all(row["act_number"] and not row["possible"] for row in acts)
    assert [row for row in town[Meter] if row.get("account") == account] == []


def test_nobody_is_registered_and_water_runs(town: Rows) -> None:
    story = one_story(registered=0)
    account = account_of(town, registered=0)
    (occupancy,) = [row for row in town[Occupancy] if row["account"] == account]
    assert (occupancy["registered"], occupancy["owners"]) == (0, 1)
    assert len(readings_of(town, meters_of(town, story)[0])) > 20


def test_child_was_born(town: Rows) -> None:
    account = account_of(town, born_months_back=5)
    rows = [row for row in town[Occupancy] if row["account"] == account]
    assert [row["registered"] for row in rows] == [2, 3]
    assert (rows[1]["starts_on"] - rows[0]["ends_on"]).days == 1


def test_flat_was_sold(town: Rows) -> None:
    account = account_of(town, former_holder="Суслов Степан Львович")
    former, present = [row for row in town[Holder] if row["account"] == account]
    assert former["name"] == "Суслов Степан Львович"
    assert (present["starts_on"] - former["ends_on"]).days == 1


def test_closed_account_sends_nothing_more(town: Rows) -> None:
    story = one_story(closed_months_back=4)
    (closed,) = [row for row in town[Account] if row["number"] == number_of(story)]
    assert closed["closed_on"] == date(2026, 7, 25)
    (cold,) = meters_of(town, story)
    assert readings_of(town, cold)[-1]["period"] == Period(2026, 7)


def test_hot_water_is_counted_only_in_one_block(town: Rows) -> None:
    counted = {
        row["account"] for row in town[AccountService] if row["charging"] is Charging.COUNTED
    }
    houses = {row["house"] for row in town[Premises] if row["id"] in counted}
    assert (len(counted), len(houses)) == (18, 1)


def test_many_places_have_no_sewage(town: Rows) -> None:
    sewered = {row["account"] for row in town[AccountService] if row["service"] is Service.SEWAGE}
    assert 100 < len(town[Account]) - len(sewered) < 150


def test_private_houses_have_gardens_and_hens(town: Rows) -> None:
    private = {row["id"] for row in town[Premises] if row["kind"] is PremisesKind.PRIVATE_HOUSE}
    gardens = {
        row["premises"] for row in town[PremisesQuantity] if row["kind"] is QuantityKind.GARDEN
    }
    hens = {
        row["premises"] for row in town[PremisesQuantity] if row["kind"] is QuantityKind.LIVESTOCK
    }
    assert gardens == private
    assert hens < private
    assert len(hens) > 20


def test_every_place_has_a_norm_of_its_supply(town: Rows) -> None:
    assert [row["name"] for row in town[NormCategory]] == [supply.value for supply in Supply]
    assert {row["category"] for row in town[PremisesNorm]} == set(range(1, len(Supply) + 1))
    assert len(town[PremisesNorm]) == len(town[Premises])


def test_blocks_have_common_meters(town: Rows) -> None:
    blocks = [row for row in town[Meter] if row.get("house")]
    assert len(blocks) == 6
    assert {row["kind"] for row in blocks} == {Kind.COLD}
