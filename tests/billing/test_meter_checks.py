"""What a check found beyond what has been charged, and what follows when more becomes known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from tests.billing.households import check, day, read, services
from tests.billing.stories import Story, explained, half_a_year, month
from vodokanal.billing.account_months import AccessRefusalSpan, CheckedReading
from vodokanal.billing.rates import LateReadings, MixedSewage
from vodokanal.billing.readings import Kind
from vodokanal.billing.services import CustomerGroup, Service

COLD, HOT, SEWAGE = Service.COLD, Service.HOT, Service.SEWAGE


def checked(story: Story, *checks: CheckedReading, kind: Kind = Kind.COLD) -> None:
    """Note checks of the meter, instead of those noted before."""
    story.meters = [
        replace(each, checks=checks) if each.kind is kind else each for each in story.meters
    ]


def silent(months: int, **story: object) -> Story:
    """Half a year of 5 m³ a month, and then silent months from July on."""
    found = half_a_year(**story)
    for number in range(months):
        found.issued(f"2026-{7 + number:02}")
    return found


def test_water_beyond_the_last_reading_is_charged_for_the_month_of_the_check() -> None:
    story = half_a_year()
    checked(story, check(day(20, 7), "133"))
    assert story.told("2026-07") == [("2026-07", "cold", "check", "3.000", "180.00")]
    assert str(story.billed[-1].volume) == "0.000"


def test_less_than_was_read_is_given_back() -> None:
    story = half_a_year()
    checked(story, check(day(20, 7), "127.5"))
    assert story.told("2026-07") == [("2026-07", "cold", "check", "-2.500", "-150.00")]


def test_counting_goes_on_from_what_was_found() -> None:
    story = half_a_year()
    checked(story, check(day(10, 7), "127.5"))
    story.read({"2026-07": "134"})
    assert story.told("2026-07") == [("2026-07", "cold", "check", "-2.500", "-150.00")]
    assert str(story.billed[-1].volume) == "6.500"
    assert story.volume() == Decimal(34)


def test_a_check_that_found_what_was_read_makes_no_line() -> None:
    story = half_a_year()
    story.read({"2026-07": "135"})
    checked(story, check(day(20, 7), "135"))
    assert story.told("2026-07") == []


def test_sewage_follows_at_its_own_price() -> None:
    story = half_a_year(facts={"services": services(COLD, SEWAGE)})
    checked(story, check(day(20, 7), "133"))
    assert story.told("2026-07") == [
        ("2026-07", "cold", "check", "3.000", "180.00"),
        ("2026-07", "sewage", "check", "3.000", "135.00"),
    ]


def test_a_water_billed_by_others_is_corrected_in_the_sewage_alone() -> None:
    facts = {"services": services(COLD, SEWAGE, counted=[HOT])}
    story = half_a_year(Kind.COLD, Kind.HOT, facts=facts)
    story.read({"2026-07": "135"})
    checked(story, check(day(20, 7), "133"), kind=Kind.HOT)
    assert story.told("2026-07") == [("2026-07", "sewage", "check", "3.000", "135.00")]


def test_months_charged_by_average_before_the_check_are_counted_in() -> None:
    story = silent(2)
    checked(story, check(day(20, 9), "147"))
    (line,) = story.issued("2026-09")
    assert (str(line.volume), str(line.amount)) == ("7.000", "420.00")
    assert explained(line)["charged"] == [["2026-07", "5.000"], ["2026-08", "5.000"]]
    assert story.volume() == Decimal(47)


def test_months_charged_by_norm_before_the_check_are_counted_in() -> None:
    story = silent(4)
    checked(story, check(day(20, 11), "170"))
    (line,) = story.issued("2026-11")
    assert explained(line)["charged"][-1] == ["2026-10", "15.048"]
    assert (str(line.volume), str(line.amount)) == ("9.952", "597.12")


def two_meters() -> Story:
    """Two meters of cold water, both silent from July to October, the second read in November."""
    story = half_a_year()
    (first,) = story.meters
    second = replace(first, id=9, serial="9")
    story = Story(meters=[first, second])
    for number in range(1, 11):
        story.issued(f"2026-{number:02}")
    story.meters[1] = replace(second, readings=[*second.readings, read("2026-11", "155")])
    return story


def test_two_meters_share_the_norm_that_stood_for_them() -> None:
    story = two_meters()
    story.meters[0] = replace(story.meters[0], checks=[check(day(20, 11), "155")])
    (line,) = story.issued("2026-11")
    assert explained(line)["charged"][2:] == [["2026-09", "5.000"], ["2026-10", "7.524"]]
    assert (str(line.volume), str(line.amount)) == ("2.476", "148.56")


def test_nothing_is_corrected_while_a_norm_stands_for_the_meter() -> None:
    story = two_meters()
    story.meters[1] = replace(story.meters[1], readings=story.meters[1].readings[:-1])
    story.meters[0] = replace(story.meters[0], checks=[check(day(20, 11), "155")])
    assert story.issued("2026-11") == []
    assert [str(each.volume) for each in story.billed[-1:]] == ["15.048"]


def test_sewage_by_its_own_norm_does_not_follow() -> None:
    story = half_a_year(
        Kind.COLD,
        Kind.HOT,
        mixed_sewage=MixedSewage.NORM,
        facts={"services": services(COLD, HOT, SEWAGE)},
    )
    for number in range(7, 10):
        story.issued(f"2026-{number:02}")
    checked(story, check(day(20, 10), "170"))
    assert [each[1] for each in story.told("2026-10")] == ["cold"]


def test_sewage_norms_before_the_check_are_counted_in_half_for_each_meter() -> None:
    story = half_a_year(
        Kind.COLD,
        Kind.HOT,
        mixed_sewage=MixedSewage.NORM,
        facts={"services": services(COLD, HOT, SEWAGE)},
    )
    for number in range(7, 11):
        story.issued(f"2026-{number:02}")
    story.read({"2026-11": "155"}, kind=Kind.HOT)
    checked(story, check(day(20, 11), "170"))
    sewage = [each for each in story.issued("2026-11") if each.service is SEWAGE][-1]
    assert explained(sewage)["charged"][-1] == ["2026-10", "12.996"]


def test_of_a_sewage_norm_one_meter_has_what_the_other_has_not_counted() -> None:
    story = half_a_year(
        Kind.COLD,
        Kind.HOT,
        late_readings=LateReadings.ALL,
        mixed_sewage=MixedSewage.NORM,
        facts={"services": services(COLD, HOT, SEWAGE)},
    )
    for number in range(7, 11):
        story.issued(f"2026-{number:02}")
    story.read({"2026-11": "155"}, kind=Kind.HOT)
    checked(story, check(day(20, 11), "170"))
    sewage = [each for each in story.issued("2026-11") if each.service is SEWAGE][-1]
    assert explained(sewage)["charged"][-1] == ["2026-10", "20.992"]
    assert story.volume(SEWAGE) == Decimal(40 + 30 + 25 + 30)


def test_of_a_norm_in_two_parts_a_meter_that_was_read_has_what_it_counted() -> None:
    first, second = two_meters().meters
    silent = replace(second, readings=second.readings[:-1])
    story = Story(meters=[first, silent], dearer=day(16, 10))
    for number in range(1, 10):
        story.issued(f"2026-{number:02}")
    story.meters[1] = replace(second, readings=[*silent.readings, read("2026-10", "145")])
    story.issued("2026-10")
    story.meters[0] = replace(first, checks=[check(day(20, 11), "155")])
    october = story.meters[1].readings
    story.meters[1] = replace(second, readings=[*october, read("2026-11", "150")])
    (line,) = [each for each in story.issued("2026-11") if each.cause_id]
    assert explained(line)["charged"][-1] == ["2026-10", "11.298"]
    assert story.volume() == Decimal(55 + 50)


def test_a_norm_of_sewage_is_also_for_the_water_without_a_meter() -> None:
    story = half_a_year(facts={"services": services(COLD, HOT, SEWAGE)})
    for number in range(7, 11):
        story.issued(f"2026-{number:02}")
    checked(story, check(day(20, 11), "170"))
    sewage = next(each for each in story.issued("2026-11") if each.service is SEWAGE)
    assert explained(sewage)["charged"][-1] == ["2026-10", "12.996"]


def test_an_average_that_a_norm_stood_for_is_counted_in_as_it_is() -> None:
    story = two_meters()
    first, second = story.meters
    story = Story(meters=[first, replace(second, readings=[*second.readings[:-1]])])
    for number in range(1, 10):
        story.issued(f"2026-{number:02}")
    story.meters[0] = replace(first, readings=[*first.readings, read("2026-09", "145")])
    story.issued("2026-10")
    story.meters[0] = replace(story.meters[0], checks=[check(day(20, 11), "155")])
    story.meters[1] = replace(second, readings=[*second.readings])
    (line,) = [each for each in story.issued("2026-11") if each.cause_id]
    assert explained(line)["charged"] == [["2026-10", "5.000"]]


def test_a_check_is_charged_once() -> None:
    story = half_a_year()
    checked(story, check(day(20, 7), "133"))
    story.issued("2026-07")
    story.read({"2026-08": "140"})
    assert story.told("2026-08") == []
    assert story.volume() == Decimal(40)


def test_a_settled_check_stays_when_the_months_before_it_are_not_looked_at() -> None:
    story = silent(2)
    checked(story, check(day(20, 9), "147"))
    story.issued("2026-09")
    story.billed = [each for each in story.billed if each.period >= month("2026-08")]
    story.read({"2026-10": "150"})
    assert story.told("2026-10", first_charged=month("2026-01")) == []


def test_a_check_noted_wrong_is_corrected_at_the_price_of_its_month() -> None:
    story = half_a_year()
    checked(story, check(day(20, 6), "133"))
    assert story.told("2026-07") == [("2026-06", "cold", "check", "3.000", "150.00")]
    checked(story, check(day(20, 6), "134"))
    story.read({"2026-08": "140"})
    assert ("2026-06", "cold", "check", "1.000", "50.00") in story.told("2026-08")
    assert story.volume() == Decimal(40)


def test_a_check_taken_back_gives_its_water_to_the_readings() -> None:
    story = half_a_year()
    checked(story, check(day(20, 7), "133"))
    story.issued("2026-07")
    checked(story)
    story.read({"2026-08": "140"})
    assert story.told("2026-08") == [
        ("2026-07", "cold", "reading_corrected", "5.000", "300.00"),
        ("2026-07", "cold", "check", "-3.000", "-180.00"),
    ]
    assert story.volume() == Decimal(40)


def test_a_check_noted_late_divides_its_month() -> None:
    story = half_a_year()
    checked(story, check(day(10, 6), "127"))
    story.read({"2026-07": "135"})
    assert story.told("2026-07") == [
        ("2026-06", "cold", "reading_corrected", "-2.000", "-100.00"),
        ("2026-06", "cold", "check", "2.000", "100.00"),
    ]


def test_a_late_reading_before_the_check_takes_its_part() -> None:
    story = silent(2)
    checked(story, check(day(20, 9), "147"))
    story.issued("2026-09")
    story.read({"2026-08": "143", "2026-10": "150"})
    assert story.told("2026-10") == [
        ("2026-07", "cold", "true_up", "1.500", "90.00"),
        ("2026-08", "cold", "true_up", "1.500", "90.00"),
        ("2026-09", "cold", "check", "-3.000", "-180.00"),
    ]
    assert story.volume() == Decimal(50)


def test_two_checks_of_one_month_add_up() -> None:
    story = half_a_year()
    checked(story, check(day(5, 7), "131", 1), check(day(25, 7), "134", 2))
    assert story.told("2026-07") == [
        ("2026-07", "cold", "check", "1.000", "60.00"),
        ("2026-07", "cold", "check", "3.000", "180.00"),
    ]


def test_the_price_of_the_day_is_charged() -> None:
    story = half_a_year(dearer=day(16, 7))
    story.read({"2026-07": "135"})
    checked(story, check(day(10, 7), "131"))
    assert story.told("2026-07") == [("2026-07", "cold", "check", "1.000", "50.00")]


def test_a_check_of_a_meter_out_of_order_is_not_believed() -> None:
    story = half_a_year()
    story.meters = [replace(each, verify_by=day(1, 7)) for each in story.meters]
    checked(story, check(day(20, 7), "133"))
    assert story.issued("2026-07") == []


def test_a_check_of_a_later_month_waits_for_it() -> None:
    story = half_a_year()
    story.read({"2026-07": "135"})
    checked(story, check(day(20, 8), "141"))
    assert story.issued("2026-07") == []


def test_a_check_before_the_first_bill_is_nobodys() -> None:
    story = half_a_year()
    story.read({"2026-07": "135"})
    checked(story, check(date(2025, 11, 20), "80"))
    assert story.issued("2026-07") == []


def test_a_closed_door_is_settled_by_the_check() -> None:
    refused = [AccessRefusalSpan(day(1, 7), day(20, 11))]
    story = silent(4, facts={"access_refused": refused}, late_readings=LateReadings.ALL)
    checked(story, check(day(20, 11), "150"))
    (line,) = story.issued("2026-11")
    assert (str(line.volume), str(line.amount)) == ("-10.048", "-602.88")


def test_an_organisation_is_checked_too() -> None:
    story = half_a_year(facts={"group": CustomerGroup.ORGANISATION})
    checked(story, check(day(20, 7), "133"))
    assert story.told("2026-07") == [("2026-07", "cold", "check", "3.000", "180.00")]


def test_a_check_explains_itself() -> None:
    story = silent(1)
    checked(story, check(day(20, 8), "141.5", 4))
    (line,) = story.issued("2026-08")
    assert (line.cause_table, line.cause_id) == ("meter_check", 4)
    assert explained(line) == {
        "is": "390.00",
        "was": "0.00",
        "is_volume": "6.500",
        "was_volume": "0.000",
        "meter": {"id": 1, "kind": "cold", "serial": "11111"},
        "previous": ["130", "2026-06-15", "resident"],
        "found": ["141.5", "2026-08-20", "check"],
        "volume": "11.500",
        "charged": [["2026-07", "5.000"]],
        "price": "60.00",
        "product": "390",
    }
