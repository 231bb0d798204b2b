"""Later and corrected readings: what they make of months that are issued."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.billing.households import day, read, services
from tests.billing.stories import Story, explained, half_a_year
from vodokanal.billing.account_months import AccessRefusalSpan
from vodokanal.billing.rates import LateReadings, MixedSewage
from vodokanal.billing.readings import Kind
from vodokanal.billing.services import Service
from vodokanal.billing.troubles import ReadingsContradictError

COLD, HOT, SEWAGE = Service.COLD, Service.HOT, Service.SEWAGE
WATER_AND_SEWAGE = {"services": services(COLD, SEWAGE)}


def silent(months: int, **story: object) -> Story:
    """Half a year of 5 m³ a month, and then silent months from July on."""
    found = half_a_year(**story)
    for number in range(months):
        assert found.issued(f"2026-{7 + number:02}") == []
    return found


def test_months_by_average_become_what_the_meter_counted() -> None:
    story = silent(2)
    story.read({"2026-09": "148"})
    assert story.told("2026-09") == [
        ("2026-07", "cold", "true_up", "1.000", "60.00"),
        ("2026-08", "cold", "true_up", "1.000", "60.00"),
    ]
    assert [str(each.volume) for each in story.billed[-3:]] == ["5.000", "5.000", "6.000"]


def test_each_month_is_corrected_at_its_own_price() -> None:
    story = Story()
    story.read({f"2026-{number:02}": str(100 + 5 * number) for number in range(1, 6)})
    story.read({"2025-11": "95", "2025-12": "100"})
    for number in range(1, 8):
        story.issued(f"2026-{number:02}")
    story.read({"2026-08": "145"})
    assert story.told("2026-08") == [
        ("2026-06", "cold", "true_up", "1.666667", "83.33"),
        ("2026-07", "cold", "true_up", "1.666667", "100.00"),
    ]


def test_less_than_the_average_is_given_back() -> None:
    story = silent(1)
    story.read({"2026-08": "133"})
    assert story.told("2026-08") == [("2026-07", "cold", "true_up", "-3.500", "-210.00")]


def test_an_average_that_was_right_makes_no_line() -> None:
    story = silent(1)
    story.read({"2026-08": "140"})
    assert story.told("2026-08") == []


def test_sewage_follows_the_water() -> None:
    story = silent(1, facts=dict(WATER_AND_SEWAGE))
    story.read({"2026-08": "142"})
    assert story.told("2026-08") == [
        ("2026-07", "cold", "true_up", "1.000", "60.00"),
        ("2026-07", "sewage", "true_up", "1.000", "45.00"),
    ]


def test_a_water_that_somebody_else_bills_is_corrected_in_the_sewage_alone() -> None:
    facts = {"services": services(COLD, SEWAGE, counted=[HOT])}
    story = half_a_year(Kind.COLD, Kind.HOT, facts=facts)
    story.read({"2026-07": "135", "2026-08": "140"})
    story.issued("2026-07")
    story.read({"2026-08": "144"}, kind=Kind.HOT)
    assert story.told("2026-08") == [("2026-07", "sewage", "true_up", "2.000", "90.00")]


def test_months_are_corrected_once() -> None:
    story = silent(2)
    story.read({"2026-09": "148"})
    assert len(story.issued("2026-09")) == 2
    story.read({"2026-10": "154"})
    assert story.issued("2026-10") == []
    assert story.volume() == Decimal(54)


def test_a_second_calculation_finds_the_same() -> None:
    story = silent(2)
    story.read({"2026-09": "148"})
    assert story.calculated("2026-09") == story.calculated("2026-09")


def test_a_late_reading_of_a_month_between_corrects_the_correction() -> None:
    story = silent(2)
    story.read({"2026-09": "148"})
    story.issued("2026-09")
    story.read({"2026-08": "138", "2026-10": "154"})
    assert story.told("2026-10") == [
        ("2026-07", "cold", "true_up", "-2.000", "-120.00"),
        ("2026-08", "cold", "true_up", "-2.000", "-120.00"),
        ("2026-09", "cold", "reading_corrected", "4.000", "240.00"),
    ]


@pytest.mark.parametrize(
    ("policy", "corrected"),
    [
        (LateReadings.NONE, []),
        (LateReadings.AVERAGE, ["2026-07", "2026-08", "2026-09"]),
        (LateReadings.ALL, ["2026-07", "2026-08", "2026-09", "2026-10"]),
    ],
)
def test_the_policy_says_which_silent_months_are_corrected(
    policy: LateReadings, corrected: list[str]
) -> None:
    story = silent(4, late_readings=policy)
    story.read({"2026-11": "160"})
    assert [str(each.for_period) for each in story.issued("2026-11")] == corrected


@pytest.mark.parametrize("policy", LateReadings)
def test_another_policy_takes_nothing_back(policy: LateReadings) -> None:
    story = silent(4, late_readings=LateReadings.ALL, facts=dict(WATER_AND_SEWAGE))
    story.read({"2026-11": "160"})
    assert len(story.issued("2026-11")) == 8
    story.late_readings = policy
    story.read({"2026-12": "165"})
    assert story.issued("2026-12") == []


def test_a_norm_that_stood_for_a_reading_becomes_its_volume() -> None:
    story = silent(4, late_readings=LateReadings.ALL)
    story.read({"2026-11": "160"})
    assert story.told("2026-11") == [
        *((f"2026-{each}", "cold", "true_up", "1.000", "60.00") for each in ("07", "08", "09")),
        ("2026-10", "cold", "true_up", "-9.048", "-542.88"),
    ]
    assert story.volume() == Decimal(60)


def test_a_sewage_norm_that_stood_for_meters_becomes_their_sum() -> None:
    story = silent(4, late_readings=LateReadings.ALL, facts=dict(WATER_AND_SEWAGE))
    story.read({"2026-11": "160"})
    assert story.told("2026-11")[-1] == ("2026-10", "sewage", "true_up", "-19.992", "-899.64")


def test_sewage_by_norm_stays_while_only_one_water_is_read() -> None:
    story = half_a_year(
        Kind.COLD,
        Kind.HOT,
        late_readings=LateReadings.ALL,
        mixed_sewage=MixedSewage.NORM,
        facts={"services": services(COLD, HOT, SEWAGE)},
    )
    for number in range(7, 11):
        story.issued(f"2026-{number:02}")
    story.read({"2026-11": "160"})
    october = [each for each in story.told("2026-11") if each[0] == "2026-10"]
    assert october == [("2026-10", "cold", "true_up", "-9.048", "-542.88")]


def silent_waters(**story: object) -> Story:
    """Cold and hot water with sewage, of which nothing is read from July to October."""
    facts = {"services": services(COLD, HOT, SEWAGE)}
    found = half_a_year(Kind.COLD, Kind.HOT, late_readings=LateReadings.ALL, facts=facts, **story)
    for number in range(7, 11):
        found.issued(f"2026-{number:02}")
    return found


def test_sewage_by_norm_is_the_meter_and_the_norm_of_the_other_once_one_water_is_read() -> None:
    story = silent_waters()
    story.read({"2026-11": "160"})
    october = [each for each in story.told("2026-11") if each[0] == "2026-10"]
    assert october == [
        ("2026-10", "cold", "true_up", "-9.048", "-542.88"),
        ("2026-10", "sewage", "true_up", "-9.048", "-407.16"),
    ]


def test_sewage_that_was_put_together_stays_so_by_another_policy() -> None:
    story = silent_waters()
    story.read({"2026-11": "160"})
    story.issued("2026-11")
    story.mixed_sewage = MixedSewage.NORM
    story.read({"2026-12": "166"})
    assert story.issued("2026-12") == []


def test_a_sewage_norm_by_the_policy_of_its_day_stays_by_another() -> None:
    story = half_a_year(
        Kind.COLD,
        Kind.HOT,
        mixed_sewage=MixedSewage.NORM,
        facts={"services": services(COLD, HOT, SEWAGE)},
    )
    for number in range(7, 11):
        story.read({f"2026-{number:02}": str(100 + 5 * number)})
        story.issued(f"2026-{number:02}")
    story.mixed_sewage = MixedSewage.PARTS
    story.read({"2026-10": "151", "2026-11": "155"})
    assert story.told("2026-11") == [
        ("2026-10", "cold", "reading_corrected", "1.000", "60.00"),
    ]


def test_a_norm_for_a_closed_door_stays() -> None:
    refused = [AccessRefusalSpan(day(1, 7))]
    story = silent(4, late_readings=LateReadings.ALL, facts={"access_refused": refused})
    story.read({"2026-11": "160"})
    assert "2026-10" not in [str(each.for_period) for each in story.issued("2026-11")]


def test_months_of_a_meter_out_of_order_stay_as_charged() -> None:
    story = half_a_year()
    overdue = story.meters
    story.meters = [replace(each, verify_by=day(1, 7)) for each in overdue]
    story.issued("2026-07")
    story.meters = overdue
    story.read({"2026-08": "160"})
    assert story.issued("2026-08") == []


def test_a_meter_taken_down_says_what_its_last_months_were() -> None:
    story = silent(1)
    story.meters = [
        replace(each, removed_on=day(31, 8), final_reading=Decimal(143)) for each in story.meters
    ]
    assert story.told("2026-08") == [("2026-07", "cold", "true_up", "1.500", "90.00")]
    assert str(story.billed[-1].volume) == "6.500"


def test_a_display_that_began_again_meanwhile_is_counted_on() -> None:
    story = Story()
    values = {f"2026-{number:02}": str(99_960 + 5 * number) for number in range(1, 7)}
    story.read({"2025-12": "99960"} | values)
    for number in range(1, 8):
        story.issued(f"2026-{number:02}")
    story.read({"2026-08": "2"})
    assert story.told("2026-08") == [("2026-07", "cold", "true_up", "1.000", "60.00")]
    story.read({"2026-07": "99999", "2026-09": "8"})
    assert story.told("2026-09") == [
        ("2026-07", "cold", "true_up", "3.000", "180.00"),
        ("2026-08", "cold", "reading_corrected", "-3.000", "-180.00"),
    ]


def test_readings_that_are_only_kept_correct_nothing() -> None:
    story = silent(1)
    story.meters = [
        replace(each, readings=[*each.readings, read("2026-08", "160", is_accepted=False)])
        for each in story.meters
    ]
    assert story.issued("2026-08") == []


def test_a_corrected_reading_moves_water_between_its_months() -> None:
    story = half_a_year()
    story.read({"2026-05": "127", "2026-07": "135"})
    assert story.told("2026-07") == [
        ("2026-05", "cold", "reading_corrected", "2.000", "100.00"),
        ("2026-06", "cold", "reading_corrected", "-2.000", "-100.00"),
    ]


def test_a_reading_corrected_back_takes_its_correction_back() -> None:
    story = half_a_year()
    story.read({"2026-05": "127", "2026-07": "135"})
    story.issued("2026-07")
    story.read({"2026-05": "125", "2026-08": "140"})
    assert story.told("2026-08") == [
        ("2026-05", "cold", "reading_corrected", "-2.000", "-100.00"),
        ("2026-06", "cold", "reading_corrected", "2.000", "100.00"),
    ]


def test_a_corrected_reading_that_contradicts_the_others_is_for_staff_to_mend() -> None:
    story = half_a_year()
    story.read({"2026-04": "12", "2026-07": "135"})
    with pytest.raises(ReadingsContradictError, match="showed 115 and then 12"):
        story.issued("2026-07")


def test_a_month_cut_by_a_price_is_corrected_in_both_parts() -> None:
    story = Story(facts=dict(WATER_AND_SEWAGE), dearer=day(16, 7))
    story.read({"2026-06": "100", "2026-07": "131"})
    story.issued("2026-07")
    story.read({"2026-07": "162", "2026-08": "170"})
    assert [(each.part, str(each.amount)) for each in story.billed] == [
        (0, "750.00"),
        (1, "960.00"),
        (0, "600.00"),
        (1, "720.00"),
    ]
    assert story.told("2026-08") == [
        ("2026-07", "cold", "reading_corrected", "31.000", "1710.00"),
        ("2026-07", "sewage", "reading_corrected", "31.000", "1320.00"),
    ]


def test_a_correction_explains_itself() -> None:
    story = silent(1)
    story.read({"2026-08": "142"})
    (line,) = story.issued("2026-08")
    found = explained(line)
    (now,) = found.pop("lines")
    assert found == {
        "is": "360.00",
        "was": "300.00",
        "is_volume": "6.000",
        "was_volume": "5.000",
        "meters": [
            {
                "id": 1,
                "kind": "cold",
                "serial": "11111",
                "by": "average",
                "was": "5.000",
                "is": "6.000",
            }
        ],
    }
    assert now["meters"] == [
        {
            "id": 1,
            "kind": "cold",
            "serial": "11111",
            "by": "meter",
            "volume": "6.000",
            "values": [["130", "2026-06-15", "resident"], ["142", "2026-08-15", "resident"]],
            "shared": 2,
        }
    ]
