"""What a month is calculated from is read as it stood in that month."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from tests.cast import Cast
from tests.factories import (
    make_account_service,
    make_house,
    make_meter_possibility,
    make_premises_quantity,
    make_reading,
)
from tests.month_factories import (
    make_absence,
    make_charge_line,
    make_correction,
    make_interruption,
    make_meter_check,
    make_month,
    make_vat_rate,
)
from tests.months import ZONE, closed, lines_of, make_rates, run_at, settle
from vodokanal.billing.account_months import AccountFacts, BreakFact, CheckedReading
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.periods import Period
from vodokanal.billing.services import Service
from vodokanal.models.meters import Meter
from vodokanal.models.months import BillingMonth, ChargeLine
from vodokanal.models.terms import VatRate
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.breaks import get_breaks
from vodokanal.operations.calculating import calculate_month
from vodokanal.operations.calculation import get_basis, known_facts, slices_of
from vodokanal.operations.drafts import sums_of
from vodokanal.operations.month_facts import facts_of
from vodokanal.operations.month_rows import Range
from vodokanal.operations.months import last_day_of_intake, leave_month, totals_of
from vodokanal.operations.windows import Calendar

OCTOBER = Period(2026, 10)


def facts(cast: Cast, period: Period = OCTOBER) -> AccountFacts:
    """What is known of Anna's account."""
    account = cast.account.id
    breaks = get_breaks(period, since=None, zone=ZONE)
    (found,) = facts_of(Range(account, account, period), breaks=breaks)
    return found


def known(cast: Cast, period: Period) -> AccountFacts:
    """The same with history where it is asked for."""
    account = cast.account.id
    basis = get_basis(period, zone=ZONE)
    (found,) = known_facts(Range(account, account, period), basis)
    return found


def test_plain_month_asks_for_two_readings_of_a_meter(cast: Cast) -> None:
    found = facts(cast)
    cold = found.meters[0]
    assert [each.value for each in cold.readings] == [Decimal("154.800"), Decimal("158.000")]
    assert (cold.serial, cold.place) == ("00012345", "кухня")


def test_services_garden_and_act_are_told(cast: Cast) -> None:
    premises = cast.account.premises
    make_premises_quantity(premises=premises, quantity="600")
    make_meter_possibility(premises=premises, possible=False, act_number="3")
    make_absence(account=cast.account)
    found = facts(cast)
    (garden,) = found.quantities
    assert (garden.basis, garden.quantity) == (NormBasis.GARDEN, Decimal("600.00"))
    assert len(found.impossible) == len(found.absences) == 1
    assert [each.service for each in found.services] == [
        Service.COLD,
        Service.HOT,
        Service.SEWAGE,
    ]


def test_service_of_another_month_is_not_told(cast: Cast) -> None:
    make_account_service(
        account=cast.vera_account, starts_on=date(2026, 1, 1), ends_on=date(2026, 9, 30)
    )
    vera = cast.vera_account.id
    breaks = get_breaks(OCTOBER, since=None, zone=ZONE)
    (found,) = facts_of(Range(vera, vera, OCTOBER), breaks=breaks)
    assert found.services == ()


def test_breaks_are_told_in_local_time_to_their_houses_alone(cast: Cast) -> None:
    began, ended = datetime(2026, 10, 5, 6, tzinfo=UTC), datetime(2026, 10, 5, 20, tzinfo=UTC)
    own = make_interruption(house=cast.account.premises.house, began_at=began, ended_at=ended)
    make_interruption(house=make_house())
    all_over = make_interruption(district=cast.district, began_at=began, ended_at=ended)
    found = facts(cast)
    local = (datetime(2026, 10, 5, 9), datetime(2026, 10, 5, 23))
    assert list(found.breaks) == [
        BreakFact(all_over.id, Service.COLD, *local),
        BreakFact(own.id, Service.COLD, *local),
    ]


def test_break_of_an_earlier_month_counts_when_it_was_entered_since(cast: Cast) -> None:
    entered = datetime(2026, 11, 2, tzinfo=UTC)
    make_interruption(district=cast.district, created_at=entered)
    november = Period(2026, 11)
    assert get_breaks(november, since=entered, zone=ZONE).by_district
    assert not get_breaks(november, since=None, zone=ZONE).by_district


def test_check_is_told_with_its_meter(cast: Cast) -> None:
    check = make_meter_check(cast.cold, found="157")
    cold = facts(cast).meters[0]
    assert cold.checks == [CheckedReading(check.id, date(2026, 10, 20), Decimal("157.000"))]


def test_silent_meter_brings_its_history_along(cast: Cast) -> None:
    make_meter_check(cast.cold, found="157")
    found = known(cast, Period(2026, 11))
    cold = found.meters[0]
    assert found.has_history
    assert (len(cold.readings), len(cold.checks)) == (12, 1)


def test_issued_months_are_part_of_the_history(cast: Cast) -> None:
    make_month(period=OCTOBER, state=MonthState.CALCULATED)
    make_charge_line(account=cast.account, period=OCTOBER, amount="173.78")
    make_correction(account=cast.account, posted_period=OCTOBER)
    leave_issued(OCTOBER)
    found = known(cast, Period(2026, 11))
    assert [each.amount for each in found.billed] == [Decimal("173.78")]
    assert [each.amount for each in found.posted] == [Decimal("-50.00")]


def leave_issued(period: Period) -> None:
    """Lets a month be issued without posting anything."""
    BillingMonth.update(state=MonthState.ISSUED).where(BillingMonth.period == period).execute()


def test_account_opened_later_is_in_no_slice(cast: Cast) -> None:
    assert [(each.first, each.last) for each in slices_of(Period(2019, 12))] == []
    both = (cast.account.id, cast.vera_account.id)
    assert [(each.first, each.last) for each in slices_of(OCTOBER)] == [both]


def test_corrected_reading_of_an_issued_month_is_looked_at_anew(cast: Cast) -> None:
    settle(cast.account, make_rates())
    closed(OCTOBER, "2026-10-25T10:00")
    make_reading(cast.cold, period=Period(2026, 11), value="161.2")
    basis = get_basis(Period(2026, 11), zone=ZONE)
    assert (basis.period, basis.issued, basis.read_anew) == (
        Period(2026, 11),
        [OCTOBER],
        frozenset(),
    )


def test_line_without_vat_says_so(cast: Cast) -> None:
    VatRate.delete().execute()
    make_vat_rate(percent=None)
    settle(cast.account, make_rates())
    calculate_month(SYSTEM, OCTOBER, run=run_at("2026-10-25T10:00"))
    assert {row.vat for row in ChargeLine.select()} == {None}
    assert lines_of(cast.account, OCTOBER)["cold"][3] == Decimal("134.98")


def test_sums_are_told_by_service_method_and_group(cast: Cast) -> None:
    settle(cast.account, make_rates())
    month = calculate_month(SYSTEM, OCTOBER, run=run_at("2026-10-25T10:00"))
    leave_month(month)
    first = next(iter(sums_of(totals_of(month))))
    assert first == (
        "cold",
        "meter",
        "population",
        [1, 3_200_000, 13_498, 0],
    )


def test_intake_without_any_rule_has_no_last_day(cast: Cast) -> None:
    assert last_day_of_intake(OCTOBER, Calendar((), ())) is None


def test_meter_removed_some_months_ago_is_known_with_its_history(cast: Cast) -> None:
    Meter.update(removed_on=date(2026, 8, 20), final_reading=Decimal(155)).where(
        Meter.id == cast.cold.id
    ).execute()
    found = known(cast, Period(2026, 11))
    assert found.has_history
    assert [(each.id, each.removed_on) for each in found.meters] == [
        (cast.cold.id, date(2026, 8, 20)),
        (cast.hot.id, None),
    ]


def test_month_after_a_removal_is_charged_by_the_average(cast: Cast) -> None:
    settle(cast.account, make_rates())
    Meter.update(removed_on=date(2026, 9, 30)).where(Meter.id == cast.cold.id).execute()
    calculate_month(SYSTEM, OCTOBER, run=run_at("2026-10-25T10:00"))
    assert lines_of(cast.account, OCTOBER)["cold"][0] == "average"
