"""One rule set judges every reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vodokanal.billing.consumption import PastReading
from vodokanal.billing.findings import (
    FINDINGS,
    AboveUsual,
    DigitExtra,
    DigitMissing,
    Finding,
    LitresTyped,
    LooksSwapped,
    LowerThanPrevious,
    MeterFailed,
    NotCommissioned,
    Rollover,
    VerificationOverdue,
    ZeroAfterUse,
)
from vodokanal.billing.readings import (
    Judgement,
    Kind,
    MeterFacts,
    Neighbour,
    ReadingState,
    Source,
    Verdict,
    judge,
    refuse_future,
    verdict_when_confirmed,
)
from vodokanal.billing.refusals import (
    FutureReadingError,
    MeterRemovedError,
    NegativeReadingError,
    NotANumberError,
    ReadingRefusedError,
    TooManyDecimalsError,
    TooManyDigitsError,
    WindowClosedError,
)

TODAY = date(2026, 11, 12)
BEFORE = date(2026, 10, 14)

METER = MeterFacts(
    id=1,
    kind=Kind.COLD,
    serial="48-120034",
    digits_before=5,
    digits_after=3,
    installed_on=date(2024, 5, 20),
    commissioned_on=date(2024, 5, 22),
    verify_by=date(2030, 5, 20),
)


def past(last: str, *, monthly: str = "3.100", months: int = 7) -> list[PastReading]:
    """A history of equal months that ends with the reading before this one."""
    return [
        PastReading(Decimal(last) - Decimal(monthly) * back, BEFORE - timedelta(days=30 * back))
        for back in range(months, -1, -1)
    ]


HISTORY = past("153.200")
HOT = Neighbour(Kind.HOT, "77-004512", past("87.615", monthly="2.400"))


def judged(
    value: str,
    *,
    meter: MeterFacts = METER,
    history: list[PastReading] = HISTORY,
    neighbours: tuple[Neighbour, ...] = (),
    taken_on: date = TODAY,
) -> Judgement:
    return judge(
        Decimal(value),
        meter=meter,
        taken_on=taken_on,
        history=history,
        neighbours=neighbours,
    )


def test_usual_reading_is_accepted_at_once() -> None:
    assert judged("156.32") == Judgement(
        value=Decimal("156.320"),
        findings=(),
        verdict=Verdict.ACCEPTED,
        previous=HISTORY[-1],
        volume=Decimal("3.120"),
        suggestion=None,
    )


def test_lost_digit_is_asked_about_with_the_number_meant() -> None:
    found = judged("15.320", neighbours=(HOT,))
    assert found.findings == (
        LowerThanPrevious(Decimal("153.200")),
        DigitMissing(Decimal("156.320")),
    )
    assert (found.verdict, found.volume) == (Verdict.ASKED, None)
    assert found.suggestion == Decimal("156.320")


def test_digit_too_many_is_asked_about_with_the_number_meant() -> None:
    found = judged("1566.320")
    assert found.findings == (
        AboveUsual(Decimal("2.997"), Decimal("1413.120")),
        DigitExtra(Decimal("156.320")),
    )
    assert (found.verdict, found.suggestion) == (Verdict.ASKED, Decimal("156.320"))


def test_litres_typed_as_cubic_metres_are_asked_about() -> None:
    found = judged("17859", history=past("15.000", monthly="1.900"))
    assert found.findings == (
        AboveUsual(Decimal("1.837"), Decimal("17844.000")),
        LitresTyped(Decimal("17.859")),
    )
    assert found.suggestion == Decimal("17.859")


def test_leak_is_asked_about_without_a_guess() -> None:
    found = judged("178.450")
    assert found.findings == (AboveUsual(Decimal("2.997"), Decimal("25.250")),)
    assert (found.verdict, found.suggestion) == (Verdict.ASKED, None)
    assert found.volume == Decimal("25.250")


@pytest.mark.parametrize("value", ["153.500", "154.100", "157.900", "163.000"])
def test_guests_and_quiet_months_are_not_asked_about(value: str) -> None:
    assert judged(value).verdict == Verdict.ACCEPTED


def test_three_months_away_are_not_asked_about() -> None:
    late = past("153.200")[:-3]
    assert judged("156.320", history=late).verdict == Verdict.ACCEPTED
    assert judged("164.000", history=late).verdict == Verdict.ACCEPTED


def test_zero_after_regular_use_is_asked_about() -> None:
    found = judged("153.200")
    assert found.findings == (ZeroAfterUse(Decimal("2.997")),)
    assert (found.verdict, found.volume) == (Verdict.ASKED, Decimal("0.000"))


def test_zero_is_not_asked_about_twice() -> None:
    away = [*HISTORY[:-1], PastReading(HISTORY[-2].value, BEFORE)]
    assert judged(str(HISTORY[-2].value), history=away).verdict == Verdict.ACCEPTED


def test_slightly_lower_reading_is_asked_about() -> None:
    found = judged("153.199")
    assert found.findings == (LowerThanPrevious(Decimal("153.200")),)
    assert (found.verdict, found.suggestion) == (Verdict.ASKED, None)


def test_rollover_is_accepted_and_counted() -> None:
    found = judged("2.350", history=past("99999.100"))
    assert found.findings == (Rollover(),)
    assert (found.verdict, found.volume) == (Verdict.ACCEPTED, Decimal("3.250"))


def test_rollover_that_brings_too_much_is_only_lower() -> None:
    found = judged("40.000", history=past("99999.100"))
    assert found.findings == (LowerThanPrevious(Decimal("99999.100")),)
    assert found.volume is None


def test_rollover_of_a_young_meter_is_guarded_by_a_cubic_metre_a_day() -> None:
    young = [PastReading(Decimal(99990), BEFORE)]
    assert judged("19", history=young).findings == (Rollover(),)
    assert judged("19.001", history=young).verdict == Verdict.ASKED


def test_swapped_cold_and_hot_are_asked_about() -> None:
    cold = replace(METER, kind=Kind.COLD)
    assert judged("89.980", meter=cold, neighbours=(HOT,)).findings == (
        LowerThanPrevious(Decimal("153.200")),
        LooksSwapped("77-004512"),
    )
    hot = replace(METER, kind=Kind.HOT, serial="77-004512")
    other = Neighbour(Kind.COLD, METER.serial, HISTORY)
    found = judged("156.320", meter=hot, history=list(HOT.history), neighbours=(other,))
    assert found.findings[1:] == (LooksSwapped(METER.serial),)


def test_meter_of_the_same_water_is_not_looked_at() -> None:
    same = replace(HOT, kind=Kind.COLD)
    assert judged("89.980", neighbours=(same,)).findings == (LowerThanPrevious(Decimal("153.200")),)


@pytest.mark.parametrize("history", [[], past("87.615", months=2)], ids=["none", "short"])
def test_meter_without_a_history_explains_nothing(history: list[PastReading]) -> None:
    young = replace(HOT, history=history)
    assert judged("89.980", neighbours=(young,)).findings == (
        LowerThanPrevious(Decimal("153.200")),
    )


def test_two_explanations_give_no_single_suggestion() -> None:
    hot = replace(HOT, history=past("14.500", monthly="1.200"))
    found = judged("15.320", neighbours=(hot,))
    assert found.findings[1:] == (DigitMissing(Decimal("156.320")), LooksSwapped("77-004512"))
    assert found.suggestion is None


def test_two_numbers_meant_give_no_single_suggestion() -> None:
    years_ago = [
        replace(each, on=each.on - timedelta(days=1400))
        for each in past("9.000", monthly="3.000", months=3)
    ]
    found = judged("10174", history=years_ago)
    assert found.findings[1:] == (DigitExtra(Decimal(174)), LitresTyped(Decimal("10.174")))
    assert found.suggestion is None


def test_first_reading_of_all_is_accepted() -> None:
    assert judged("153.200", history=[]) == Judgement(
        Decimal("153.200"), (), Verdict.ACCEPTED, None, None, None
    )


@pytest.mark.parametrize(
    ("value", "verdict"), [("29.012", Verdict.ACCEPTED), ("29.013", Verdict.ASKED)]
)
def test_young_meter_is_guarded_by_a_cubic_metre_a_day(value: str, verdict: Verdict) -> None:
    initial = [PastReading(Decimal("0.012"), BEFORE)]
    assert judged(value, history=initial).verdict == verdict


def test_guard_says_that_nothing_is_usual_yet() -> None:
    initial = [PastReading(Decimal("0.012"), BEFORE)]
    assert judged("3150", history=initial).findings == (
        AboveUsual(None, Decimal("3149.988")),
        LitresTyped(Decimal("3.150")),
    )


@pytest.mark.parametrize(
    ("facts", "finding"),
    [
        ({"verify_by": date(2026, 11, 11)}, VerificationOverdue(date(2026, 11, 11))),
        ({"failed_on": date(2026, 11, 12)}, MeterFailed(date(2026, 11, 12))),
        ({"commissioned_on": None}, NotCommissioned()),
        ({"commissioned_on": date(2026, 11, 13)}, NotCommissioned()),
    ],
)
def test_meter_not_charged_by_is_only_recorded(
    facts: dict[str, date | None], finding: Finding
) -> None:
    meter = replace(METER, **facts)  # type: ignore[arg-type]
    assert judged("156.320", meter=meter).findings == (finding,)
    assert judged("156.320", meter=meter).verdict == Verdict.RECORDED
    assert judged("156.320", meter=meter, history=[]).verdict == Verdict.RECORDED


@pytest.mark.parametrize(
    "facts",
    [
        {"verify_by": TODAY},
        {"verify_by": None},
        {"failed_on": date(2026, 11, 13)},
        {"commissioned_on": TODAY},
        {"removed_on": date(2026, 11, 13)},
    ],
)
def test_last_good_day_still_counts(facts: dict[str, date | None]) -> None:
    meter = replace(METER, **facts)  # type: ignore[arg-type]
    assert judged("156.320", meter=meter).verdict == Verdict.ACCEPTED


def test_only_recorded_goes_before_asked_and_keeps_the_doubts() -> None:
    overdue = replace(METER, verify_by=date(2026, 9, 1))
    found = judged("15.320", meter=overdue)
    assert [finding.code for finding in found.findings] == [
        "verification_overdue",
        "lower_than_previous",
        "digit_missing",
    ]
    assert (found.verdict, found.suggestion) == (Verdict.RECORDED, Decimal("156.320"))


def test_removed_meter_is_refused_from_the_day_of_its_removal() -> None:
    removed = replace(METER, removed_on=TODAY)
    with pytest.raises(MeterRemovedError) as refusal:
        judged("156.320", meter=removed)
    assert refusal.value.on == TODAY
    assert str(refusal.value) == "This meter was removed on 2026-11-12."


def test_reading_of_tomorrow_is_refused() -> None:
    refuse_future(TODAY, today=TODAY)
    with pytest.raises(FutureReadingError) as refusal:
        refuse_future(TODAY + timedelta(days=1), today=TODAY)
    assert refusal.value.today == TODAY
    assert str(refusal.value) == "A reading cannot be taken later than today, 2026-11-12."


def test_closed_window_says_when_the_next_opens() -> None:
    refusal = WindowClosedError(date(2026, 12, 10))
    assert refusal.opens_on == date(2026, 12, 10)
    assert str(refusal) == "Readings are not taken now; they are taken again from 2026-12-10."


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ("-0.001", NegativeReadingError),
        ("100000", TooManyDigitsError),
        ("1E+999", TooManyDigitsError),
        ("156.3201", TooManyDecimalsError),
        ("NaN", NotANumberError),
        ("sNaN", NotANumberError),
        ("Infinity", NotANumberError),
        ("-Infinity", NotANumberError),
    ],
)
def test_what_no_display_can_show_is_refused(value: str, error: type[ReadingRefusedError]) -> None:
    with pytest.raises(error):
        judged(value)


def test_history_beyond_the_display_is_asked_about_not_broken() -> None:
    wrong_digits = replace(METER, digits_before=3)
    found = judged("2.000", meter=wrong_digits, history=past("1500.000"))
    assert found.verdict == Verdict.ASKED


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [
        ((), Verdict.ACCEPTED),
        ((AboveUsual(None, Decimal(40)),), Verdict.ACCEPTED),
        ((ZeroAfterUse(Decimal(3)),), Verdict.ACCEPTED),
        ((Rollover(),), Verdict.ACCEPTED),
        ((LowerThanPrevious(Decimal(3)), DigitMissing(Decimal(4))), Verdict.HELD),
        ((MeterFailed(TODAY), AboveUsual(None, Decimal(40))), Verdict.RECORDED),
        ((NotCommissioned(), LowerThanPrevious(Decimal(3))), Verdict.RECORDED),
    ],
)
def test_confirmed_doubt_is_accepted_unless_it_is_lower(
    findings: tuple[Finding, ...], verdict: Verdict
) -> None:
    assert verdict_when_confirmed(findings) == verdict


def test_sources_are_kept_by_these_names() -> None:
    assert [str(source) for source in Source] == [
        "resident",
        "telephone",
        "office",
        "visit",
        "import",
        "token",
        "sheet",
        "paper",
        "calculated",
    ]


def test_every_verdict_is_a_state_of_the_reading() -> None:
    assert {ReadingState(verdict) for verdict in Verdict} < set(ReadingState)


litres = st.integers(0, 99_999_999).map(lambda n: Decimal(n).scaleb(-3))
days = st.dates(min_value=date(2019, 1, 1), max_value=date(2027, 6, 30))
histories = st.lists(st.builds(PastReading, litres, days), max_size=14)
meters = st.builds(
    MeterFacts,
    id=st.just(1),
    kind=st.sampled_from(Kind),
    serial=st.text(max_size=5),
    digits_before=st.integers(3, 9),
    digits_after=st.integers(0, 3),
    installed_on=days,
    commissioned_on=st.none() | days,
    verify_by=st.none() | days,
    failed_on=st.none() | days,
    removed_on=st.none() | days,
)
neighbour_lists = st.lists(
    st.builds(Neighbour, st.sampled_from(Kind), st.text(max_size=5), histories), max_size=2
)
anything = litres | st.decimals(allow_nan=True, allow_infinity=True)


@given(anything, meters, days, histories, neighbour_lists)
def test_judge_answers_or_refuses_whatever_it_is_given(
    value: Decimal,
    meter: MeterFacts,
    taken_on: date,
    history: list[PastReading],
    neighbours: list[Neighbour],
) -> None:
    case = {"taken_on": taken_on, "neighbours": neighbours}
    try:
        found = judge(value, meter=meter, history=history, **case)  # type: ignore[arg-type]
    except ReadingRefusedError:
        return
    assert found.value == value
    assert found.volume is None or 0 <= found.volume < 10**meter.digits_before
    assert all(finding.code in FINDINGS for finding in found.findings)
    assert found.verdict != Verdict.HELD


@given(litres, histories, neighbour_lists, st.randoms())
def test_order_of_history_and_neighbours_does_not_matter(
    value: Decimal, history: list[PastReading], neighbours: list[Neighbour], random: Random
) -> None:
    shuffled, turned = list(history), list(neighbours)
    random.shuffle(shuffled)
    turned.reverse()
    assert judged(str(value), history=history, neighbours=tuple(neighbours)).findings == (
        judged(str(value), history=shuffled, neighbours=tuple(turned)).findings
    )


@given(litres, histories)
def test_asking_twice_gives_the_same_answer(value: Decimal, history: list[PastReading]) -> None:
    assert judged(str(value), history=history) == judged(str(value), history=history)


@given(litres, histories)
def test_number_suggested_would_be_accepted(value: Decimal, history: list[PastReading]) -> None:
    found = judged(str(value), history=history)
    if found.suggestion is not None:
        codes = {
            finding.code for finding in judged(str(found.suggestion), history=history).findings
        }
        assert codes <= {"zero_after_use"}


@given(st.integers(0, 31_000), st.integers(2_000, 9_000))
def test_steady_use_is_never_asked_about(litres_now: int, litres_monthly: int) -> None:
    monthly = Decimal(litres_monthly).scaleb(-3)
    now = min(max(Decimal(litres_now).scaleb(-3), monthly / 2), monthly * 2)
    value = Decimal(200) + now.quantize(Decimal("0.001"))
    found = judged(str(value), history=past("200", monthly=str(monthly)))
    assert found.verdict == Verdict.ACCEPTED
