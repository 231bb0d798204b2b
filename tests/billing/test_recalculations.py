"""Everything that a month corrects by itself, together; and months calculated anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from tests.billing.households import check, day, services
from tests.billing.stories import Story, as_posted, explained, half_a_year, impossible, month, told
from vodokanal.billing.account_months import (
    AbsenceFact,
    BreakFact,
    CorrectionLine,
    PeopleSpan,
    PostedCorrection,
)
from vodokanal.billing.charges import charged_lines
from vodokanal.billing.month_rates import MonthRates
from vodokanal.billing.readings import Kind
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.recalculations import difference
from vodokanal.billing.services import Service

COLD, SEWAGE = Service.COLD, Service.SEWAGE


def broken(on: str, hours: int, *, number: int = 1) -> BreakFact:
    """A break of the cold water that began at noon of a day of 2026, such as 07-03."""
    began = datetime.fromisoformat(f"2026-{on}T12:00")
    return BreakFact(number, COLD, began, began.replace(hour=12 + hours))


def anew(story: Story, *periods: str) -> list[CorrectionLine]:
    """Calculate issued months anew, by what is set and known now, and post the difference."""
    lines = {}
    for period in periods:
        facts = replace(story.known(period), billed=[], posted=[])
        lines[month(period)] = charged_lines(facts, MonthRates(story.rates(), facts.period))
    return difference(story.known("2026-12"), lines)


def test_a_plain_month_corrects_nothing() -> None:
    story = half_a_year()
    story.read({"2026-07": "135"})
    assert story.issued("2026-07") == []


def test_a_break_takes_its_part_of_the_month_as_it_is_corrected() -> None:
    """Nine hours, five of them beyond: 0.75 % of 300.00, and later of 360.00."""
    story = half_a_year(facts={"breaks": [broken("07-03", 9)]})
    assert story.told("2026-07") == [("2026-07", "cold", "interruption", "", "-2.25")]
    story.read({"2026-08": "142"})
    assert story.told("2026-08") == [
        ("2026-07", "cold", "true_up", "1.000", "60.00"),
        ("2026-07", "cold", "interruption", "", "-0.45"),
    ]
    assert story.issued("2026-09") == []


def test_a_break_taken_back_is_found_without_any_break_left() -> None:
    story = half_a_year(facts={"breaks": [broken("07-03", 9)]})
    story.issued("2026-07")
    assert story.told("2026-08", breaks=[]) == [("2026-07", "cold", "interruption", "", "2.25")]


def test_a_break_takes_its_part_of_what_a_check_found_too() -> None:
    story = half_a_year(facts={"breaks": [broken("07-03", 9)]})
    story.meters = [replace(each, checks=[check(day(20, 7), "135")]) for each in story.meters]
    assert story.told("2026-07") == [
        ("2026-07", "cold", "check", "5.000", "300.00"),
        ("2026-07", "cold", "interruption", "", "-2.25"),
    ]


def test_days_away_and_hours_without_water_never_take_more_than_the_charge() -> None:
    story = Story(facts={"impossible": impossible(Kind.COLD)})
    story.facts |= {
        "absences": [AbsenceFact(1, 3, day(31, 10), day(1, 12))],
        "breaks": [broken("11-03", 9)],
    }
    story.issued("2026-11")
    assert story.amount("2026-11") == Decimal(0)


def test_months_that_are_not_looked_at_are_neither_corrected_nor_taken_back() -> None:
    story = half_a_year(facts={"breaks": [broken("07-03", 9)]})
    story.issued("2026-07")
    story.billed = []
    story.facts["breaks"] = []
    story.read({"2026-08": "142"})
    assert story.told("2026-08", first_charged=month("2026-01")) == []


def test_what_staff_have_corrected_changes_nothing() -> None:
    story = half_a_year(facts={"breaks": [broken("07-03", 9)]})
    manual = RecalculationReason.MANUAL
    story.posted.append(PostedCorrection(month("2026-06"), COLD, manual, None, Decimal(-50)))
    assert story.told("2026-07") == [("2026-07", "cold", "interruption", "", "-2.25")]


def test_without_history_only_the_month_itself_is_seen() -> None:
    story = Story(facts={"has_history": False, "impossible": impossible(Kind.COLD)})
    story.facts["absences"] = [AbsenceFact(1, 1, day(20, 10), day(11, 11))]
    assert [each[0] for each in story.told("2026-11")] == ["2026-11"]


def test_a_dearer_price_is_charged_for_issued_months() -> None:
    story = half_a_year()
    story.prices[COLD] = ("52.00", "60.00")
    found = anew(story, "2026-05", "2026-06")
    assert told(found) == [
        ("2026-05", "cold", "rates", "0.000", "10.00"),
        ("2026-06", "cold", "rates", "0.000", "10.00"),
    ]
    assert explained(found[0])["is"] == "260.00"


def test_months_calculated_anew_twice_are_corrected_once() -> None:
    story = half_a_year()
    story.prices[COLD] = ("52.00", "60.00")
    story.posted += map(as_posted, anew(story, "2026-06"))
    assert anew(story, "2026-06") == []
    story.prices[COLD] = ("51.00", "60.00")
    assert [each[4] for each in told(anew(story, "2026-06"))] == ["-5.00"]


def test_a_recalculation_leaves_readings_to_their_own_corrections() -> None:
    story = half_a_year()
    story.issued("2026-07")
    story.read({"2026-06": "132", "2026-08": "146"})
    assert anew(story, "2026-06", "2026-07") == []


def test_later_corrections_are_made_at_the_price_calculated_anew() -> None:
    story = half_a_year()
    story.issued("2026-07")
    story.prices[COLD] = ("50.00", "70.00")
    story.posted += map(as_posted, anew(story, "2026-07"))
    story.read({"2026-08": "142"})
    assert story.told("2026-08") == [("2026-07", "cold", "true_up", "1.000", "70.00")]


def test_a_recalculation_that_was_taken_back_no_longer_counts() -> None:
    story = half_a_year()
    story.issued("2026-07")
    story.prices[COLD] = ("50.00", "70.00")
    (posted,) = map(as_posted, anew(story, "2026-07"))
    story.posted += [posted, replace(posted, amount=-posted.amount)]
    story.read({"2026-08": "142"})
    assert story.told("2026-08") == [("2026-07", "cold", "true_up", "1.000", "60.00")]


def test_a_recalculation_that_nothing_explains_leaves_the_lines_as_billed() -> None:
    story = half_a_year()
    story.issued("2026-07")
    story.prices[COLD] = ("50.00", "70.00")
    (posted,) = map(as_posted, anew(story, "2026-07"))
    story.posted += [replace(posted, inputs="{}"), replace(posted, for_period=month("2026-06"))]
    story.read({"2026-08": "142"})
    assert story.told("2026-08") == [("2026-07", "cold", "true_up", "1.000", "60.00")]


def test_people_who_were_not_known_of_are_charged_for() -> None:
    story = Story(facts={"impossible": impossible(Kind.COLD)})
    story.issued("2026-10")
    story.facts["people"] = [PeopleSpan(4, 1, day(1, 1))]
    assert told(anew(story, "2026-10")) == [("2026-10", "cold", "rates", "5.016", "300.96")]


def test_a_meter_found_out_of_order_is_charged_otherwise() -> None:
    story = half_a_year()
    story.read({"2026-07": "137"})
    story.issued("2026-07")
    story.meters = [replace(each, failed_on=day(1, 7)) for each in story.meters]
    assert told(anew(story, "2026-07")) == [("2026-07", "cold", "rates", "-2.000", "-120.00")]


def test_a_meter_that_was_in_order_after_all_is_charged_by() -> None:
    story = half_a_year()
    story.read({"2026-07": "137"})
    sound = story.meters
    story.meters = [replace(each, failed_on=day(1, 7)) for each in sound]
    story.issued("2026-07")
    story.meters = sound
    assert told(anew(story, "2026-07")) == [("2026-07", "cold", "rates", "2.000", "120.00")]


def test_a_service_that_was_never_there_is_given_back() -> None:
    story = half_a_year(facts={"services": services(COLD, SEWAGE)})
    story.facts["services"] = services(COLD)
    assert told(anew(story, "2026-06")) == [("2026-06", "sewage", "rates", "-5.000", "-200.00")]


def test_a_service_that_was_forgotten_is_charged() -> None:
    story = half_a_year()
    story.facts["services"] = services(COLD, SEWAGE)
    assert told(anew(story, "2026-06")) == [("2026-06", "sewage", "rates", "5.000", "200.00")]


def test_a_month_in_which_nothing_could_be_charged_is_charged_whole() -> None:
    story = half_a_year()
    story.read({"2026-07": "135"})
    story.post("2026-07", [])
    assert told(anew(story, "2026-07")) == [("2026-07", "cold", "rates", "5.000", "300.00")]
