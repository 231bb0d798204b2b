"""People who were away: which days count, and what they take off a month charged by norm."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.billing.households import LONG_AGO, day, meter, readings, regular, services, since
from tests.billing.stories import Story, explained, half_a_year, impossible, told
from vodokanal.billing.absences import full_days, is_long_enough, person_days
from vodokanal.billing.account_months import (
    AbsenceFact,
    ImpossibleSpan,
    PeopleSpan,
    QuantitySpan,
)
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.rates import NoRateError, Timetable
from vodokanal.billing.readings import Kind
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.billing.terms import Term

COLD, HOT, SEWAGE = Service.COLD, Service.HOT, Service.SEWAGE
TERMS: Timetable[Term, Decimal] = Timetable("legal_term", [(Term.ABSENCE_DAYS, since(Decimal(5)))])


def away(left_on: date, came_back_on: date, *, people: int = 1, number: int = 1) -> AbsenceFact:
    return AbsenceFact(number, people, left_on, came_back_on)


def home(*absences: AbsenceFact, **changes: object) -> Story:
    """Three people with cold water and sewage, by norm: no meter can be there."""
    facts = {
        "services": services(COLD, SEWAGE),
        "impossible": impossible(Kind.COLD),
        "absences": list(absences),
    }
    return Story(facts=facts | changes)


def test_the_days_of_leaving_and_coming_back_are_not_counted() -> None:
    assert full_days(away(day(3), day(10))) == (day(4), day(9))


@pytest.mark.parametrize(
    ("came_back_on", "counts"), [(day(3), False), (day(4), False), (day(9), False), (day(10), True)]
)
def test_more_than_five_full_days_in_a_row_count(came_back_on: date, counts: bool) -> None:
    assert is_long_enough(away(day(3), came_back_on), TERMS) is counts


def test_an_absence_without_a_term_is_a_loud_error() -> None:
    with pytest.raises(NoRateError, match="legal_term covers 2026-11-04"):
        is_long_enough(away(day(3), day(20)), Timetable("legal_term"))


def test_no_more_people_are_away_than_live_there() -> None:
    absences = [away(day(1), day(9), people=2, number=7), away(day(2), day(9), people=2, number=4)]
    people = {day(2): 3, day(3): 3}
    assert person_days(absences, people) == {7: {day(2): 2, day(3): 2}, 4: {day(3): 1}}


@given(
    st.lists(st.tuples(st.integers(1, 20), st.integers(0, 25), st.integers(1, 4)), max_size=5),
    st.integers(0, 5),
)
def test_people_away_are_bounded_and_know_no_order(
    spans: list[tuple[int, int, int]], registered: int
) -> None:
    absences = [
        away(day(1) + timedelta(begin), day(1) + timedelta(begin + length), people=people, number=n)
        for n, (begin, length, people) in enumerate(spans)
    ]
    people = {day(1) + timedelta(number): registered for number in range(30)}
    found = person_days(absences, people)
    for each in people:
        assert sum(days.get(each, 0) for days in found.values()) <= registered
    assert person_days(absences[::-1], people) == found


def test_the_days_away_are_taken_off_the_month() -> None:
    """5.016 × 60.00 × 9 / 30 is 90.288, and 8.664 × 45.00 × 9 / 30 is 116.964."""
    assert home(away(day(3), day(13))).told("2026-11") == [
        ("2026-11", "cold", "absence", "-1.5048", "-90.29"),
        ("2026-11", "sewage", "absence", "-2.5992", "-116.96"),
    ]


def test_five_days_away_take_nothing_off() -> None:
    assert home(away(day(3), day(9))).told("2026-11") == []


def test_nothing_is_taken_off_where_a_meter_could_be() -> None:
    assert home(away(day(3), day(13)), impossible=[]).told("2026-11") == []


def test_nothing_is_taken_off_a_meter() -> None:
    story = half_a_year(facts={"impossible": impossible(Kind.COLD)})
    story.facts["absences"] = [away(day(3, 7), day(25, 7))]
    assert story.told("2026-07") == []


def test_nothing_is_taken_off_a_norm_that_stands_for_a_meter() -> None:
    story = half_a_year(facts={"impossible": impossible(Kind.COLD)})
    for number in range(7, 10):
        story.issued(f"2026-{number:02}")
    story.facts["absences"] = [away(day(3, 10), day(25, 10))]
    assert story.told("2026-10") == []
    assert str(story.billed[-1].volume) == "15.048"


def test_owners_who_are_not_registered_are_not_away() -> None:
    story = home(away(day(3), day(13)), people=[PeopleSpan(0, 2, LONG_AGO)])
    assert story.told("2026-11") == []


def test_all_people_away_all_month_pay_nothing() -> None:
    story = home(away(day(31, 10), day(1, 12), people=9))
    story.issued("2026-11")
    assert [story.amount("2026-11", each) for each in (COLD, SEWAGE)] == [Decimal(0)] * 2


def test_a_garden_is_thirsty_whoever_is_away() -> None:
    """Three norms and ten square metres are charged, ten days of 31 of one norm taken off."""
    roses = [QuantitySpan(NormBasis.GARDEN, "roses", Decimal(10), LONG_AGO)]
    story = home(away(day(3, 7), day(14, 7)), quantities=roses, services=services(COLD))
    assert story.told("2026-07") == [("2026-07", "cold", "absence", "-1.618065", "-97.08")]
    assert str(story.billed[0].volume) == "16.048"


def test_each_month_touched_is_corrected_by_its_own_days_and_price() -> None:
    story = home(away(day(25, 6), day(5, 7)))
    story.issued("2026-06")
    assert told(story.calculated("2026-07")[1]) == [
        ("2026-07", "cold", "absence", "-0.647226", "-38.83"),
        ("2026-07", "sewage", "absence", "-1.117935", "-50.31"),
    ]
    assert [str(each.amount) for each in story.posted] == ["-41.80", "-57.76"]


def test_only_days_up_to_the_month_are_taken_off() -> None:
    story = home(away(day(25, 11), day(20, 12)))
    (cold, _) = story.issued("2026-11")
    assert explained(cold)["parts"][0]["person_days"] == 5


def test_an_absence_told_later_corrects_the_issued_month() -> None:
    story = home()
    story.issued("2026-10")
    story.facts["absences"] = [away(day(3, 10), day(13, 10))]
    assert [each[0] for each in story.told("2026-11")] == ["2026-10", "2026-10"]
    assert story.issued("2026-12") == []


def test_an_absence_that_was_longer_adds_the_difference() -> None:
    story = home(away(day(3, 10), day(13, 10)))
    story.issued("2026-10")
    story.facts["absences"] = [away(day(3, 10), day(14, 10))]
    (cold, _) = story.issued("2026-11")
    assert (str(cold.volume), str(cold.amount)) == ("-0.161807", "-9.70")


def test_an_absence_taken_back_is_charged_again() -> None:
    story = home(away(day(3, 10), day(13, 10)))
    before = story.issued("2026-10")
    story.facts["absences"] = []
    after = story.issued("2026-11")
    assert [each.amount for each in after] == [-each.amount for each in before]
    assert explained(after[0])["parts"] == []


def test_months_before_the_first_bill_are_nobodys() -> None:
    story = home(away(day(3, 8), day(25, 10)))
    assert {each[0] for each in story.told("2026-10")} == {"2026-10"}


def test_an_act_counts_from_its_day() -> None:
    story = home(
        away(day(3), day(13)),
        impossible=[ImpossibleSpan(Kind.COLD, day(1), day(8)), ImpossibleSpan(Kind.HOT, day(20))],
    )
    (cold, _) = story.issued("2026-11")
    assert explained(cold)["parts"][0]["person_days"] == 5


def test_hot_water_and_its_sewage_are_taken_off_together() -> None:
    story = home(
        away(day(3), day(13)),
        services=services(HOT, SEWAGE),
        impossible=impossible(Kind.HOT),
    )
    assert [each[1] for each in story.told("2026-11")] == ["hot", "sewage"]


def test_sewage_of_a_metered_and_an_unmetered_water_loses_the_unmetered_part() -> None:
    story = half_a_year(facts={"services": services(COLD, SEWAGE, counted=[HOT])})
    story.read({"2026-07": "135"})
    story.facts |= {
        "impossible": impossible(Kind.HOT),
        "absences": [away(day(3, 7), day(13, 7))],
    }
    assert story.told("2026-07") == [("2026-07", "sewage", "absence", "-1.059097", "-47.66")]


def test_people_who_came_or_went_within_the_month_are_counted_by_day() -> None:
    story = home(
        away(day(3), day(28), people=2),
        people=[PeopleSpan(1, 1, LONG_AGO, day(10)), PeopleSpan(2, 1, day(11))],
    )
    (cold, _) = story.issued("2026-11")
    assert [each["person_days"] for each in explained(cold)["parts"]] == [7, 34]


def test_a_price_that_changed_within_the_month_is_rounded_once() -> None:
    """5.016 × (50.00 × 5 + 60.00 × 5) / 30 is 91.96."""
    story = replace(home(away(day(10), day(21))), dearer=day(16))
    (cold, _) = story.issued("2026-11")
    assert (str(cold.volume), str(cold.amount)) == ("-1.672", "-91.96")


def test_several_absences_are_lines_of_their_own() -> None:
    absences = [away(day(2), day(10), number=1), away(day(12), day(20), number=2)]
    found = [home(*each).told("2026-11") for each in permutations(absences)]
    assert found == [found[0]] * 2
    assert [each[4] for each in found[0]] == ["-70.22", "-90.97", "-70.22", "-90.97"]


def test_organisations_have_no_share_of_it() -> None:
    story = half_a_year(facts={"group": CustomerGroup.ORGANISATION})
    story.read({"2026-07": "135"})
    story.facts["absences"] = [away(day(3, 7), day(25, 7))]
    assert story.told("2026-07") == []


def test_without_history_the_month_itself_is_corrected() -> None:
    story = home(away(day(3), day(13)), has_history=False)
    assert len(story.issued("2026-11")) == 2


def test_an_absence_explains_itself() -> None:
    story = home(away(day(3), day(13), number=8))
    (cold, _) = story.issued("2026-11")
    assert (cold.cause_table, cold.cause_id) == ("absence", 8)
    assert explained(cold) == {
        "is": "-90.29",
        "was": "0.00",
        "is_volume": "-1.5048",
        "was_volume": "0.000",
        "left_on": "2026-11-03",
        "came_back_on": "2026-11-13",
        "people": 1,
        "parts": [
            {
                "norm": "5.016",
                "person_days": 9,
                "of": 30,
                "price": "60.00",
                "product": "90.288",
            }
        ],
    }


def test_people_who_come_and_go_are_away_on_their_own_days() -> None:
    """Of three people two are gone for ten days: the third is away, the others were not there."""
    people = [
        PeopleSpan(3, 1, LONG_AGO, day(10)),
        PeopleSpan(1, 1, day(11), day(20)),
        PeopleSpan(3, 1, day(21)),
    ]
    story = home(away(day(10), day(21), people=3), people=people, services=services(COLD))
    assert story.told("2026-11") == [("2026-11", "cold", "absence", "-1.672", "-100.32")]
    assert story.amount("2026-11") == Decimal("702.24") - Decimal("100.32")


def test_sewage_is_less_for_the_days_without_a_meter_alone() -> None:
    """Beside a hot meter a cold one hung until the 10th, and by an act none can since."""
    hung = meter(given=readings(m10="136"), removed_on=day(10), final_reading=Decimal(138))
    absence = away(day(10), day(21), people=3)
    acts = [ImpossibleSpan(Kind.COLD, day(11))]
    story = home(absence, impossible=acts, services=services(COLD, HOT, SEWAGE))
    story.meters = [hung, regular(Kind.HOT)]
    assert story.told("2026-11") == [
        ("2026-11", "cold", "absence", "-5.016", "-300.96"),
        ("2026-11", "sewage", "absence", "-5.016", "-225.72"),
    ]
