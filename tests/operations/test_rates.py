"""What is set by day, as the rules get it: the law's own rows, the staff's, the utility's choices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.engines import Engine
from tests.factories import make_district, make_setting
from tests.month_factories import make_day_off, make_key_rate, make_norm, make_tariff
from tests.statements import statements
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import (
    ONLY,
    LateReadings,
    MixedSewage,
    MultiplierDay,
    NoRateError,
    NormValue,
    PaymentTerm,
    Policy,
    Tariff,
)
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.billing.terms import Term, payment_days
from vodokanal.models.norms import Multiplier
from vodokanal.models.terms import DayOff, KeyRate, LegalTerm, Moratorium
from vodokanal.models.terms import PaymentTerm as Row
from vodokanal.operations.first_rates import first_rates
from vodokanal.operations.foundations import lay_foundations
from vodokanal.operations.rates import get_rates

TODAY = date(2026, 11, 12)


@pytest.mark.parametrize(
    ("service", "day", "value"),
    [
        (Service.COLD, date(2016, 7, 1), "1.4"),
        (Service.COLD, date(2025, 12, 5), "1.5"),
        (Service.COLD, date(2025, 12, 6), "3"),
        (Service.HOT, date(2025, 12, 6), "1.5"),
    ],
)
def test_multipliers_of_the_law_are_there(
    database: Engine, service: Service, day: date, value: str
) -> None:
    assert get_rates().multipliers.on(service, day) == Decimal(value)


def test_sewage_has_no_multiplier(database: Engine) -> None:
    assert Service.SEWAGE not in get_rates().multipliers


@pytest.mark.parametrize("term", Term)
def test_every_number_of_the_law_is_known_today(database: Engine, term: Term) -> None:
    assert get_rates().terms.on(term, TODAY) >= 0


def test_cap_of_penalties_ends_with_its_act(database: Engine) -> None:
    terms = get_rates().terms
    assert terms.on(Term.PENALTY_CAP, date(2026, 12, 31)) == Decimal("9.5")
    with pytest.raises(NoRateError, match="legal_term covers 2027-01-01"):
        terms.on(Term.PENALTY_CAP, date(2027, 1, 1))


@pytest.mark.parametrize(
    ("period", "days"),
    [
        # The 10th of January is a Saturday, the 15th of March a Sunday.
        (Period(2025, 12), (date(2026, 1, 1), date(2026, 1, 12))),
        (Period(2026, 1), (date(2026, 2, 1), date(2026, 2, 10))),
        (Period(2026, 2), (date(2026, 3, 5), date(2026, 3, 16))),
        (Period(2026, 3), (date(2026, 4, 5), date(2026, 4, 15))),
    ],
)
def test_days_of_payment_follow_the_law(
    database: Engine, period: Period, days: tuple[date, date]
) -> None:
    rates = get_rates()
    term = rates.payment_terms.on(ONLY, period.first_day)
    assert payment_days(period, term, days_off=rates.days_off) == days


def test_key_rate_is_known_for_the_past_only(database: Engine) -> None:
    rates = get_rates().key_rates
    assert rates.on(ONLY, date(2022, 7, 25)) == 8
    assert rates.on(ONLY, date(2025, 12, 31)) == 16
    with pytest.raises(NoRateError, match="key_rate covers 2026-11-12"):
        rates.on(ONLY, TODAY)


def test_tax_and_days_without_penalties_are_there(database: Engine) -> None:
    rates = get_rates()
    assert [rates.vat.on(ONLY, day) for day in (date(2025, 12, 31), TODAY)] == [20, 22]
    assert [(each.starts_on, each.ends_on) for each in rates.moratoria] == [
        (date(2020, 4, 6), date(2020, 12, 31)),
        (date(2022, 4, 1), date(2022, 10, 1)),
    ]


def test_holidays_of_this_year_are_days_off(database: Engine) -> None:
    make_day_off(date(2026, 11, 7), is_working=True)
    days_off = get_rates().days_off
    assert days_off[date(2026, 11, 4)] is False
    assert days_off[date(2026, 11, 7)] is True


def test_nothing_of_the_law_holds_twice_on_a_day() -> None:
    for table, rows in first_rates().items():
        if table is not DayOff:
            keys = {tuple(row.get(name) for name in table.ONE_A_DAY or ()) for row in rows}
            starts = {
                (tuple(row.get(name) for name in table.ONE_A_DAY or ()), row["starts_on"])
                for row in rows
            }
            assert len(starts) == len(rows) >= len(keys)


def test_prices_come_by_service_group_and_zone(database: Engine) -> None:
    north = make_district()
    make_tariff(price="50.93")
    make_tariff(price="33.20", group=CustomerGroup.ORGANISATION, district=north, includes_vat=False)
    tariffs = get_rates().tariffs
    everywhere = (Service.COLD, CustomerGroup.POPULATION, None)
    assert tariffs.on(everywhere, TODAY) == Tariff(Decimal("50.93"))
    own = (Service.COLD, CustomerGroup.ORGANISATION, north.id)
    assert tariffs.on(own, TODAY) == Tariff(Decimal("33.20"), includes_vat=False)


def test_norms_come_by_category_or_by_kind(database: Engine) -> None:
    bath = make_norm(volume="5.016")
    make_norm(basis=NormBasis.GARDEN, what="", volume="0.212", season_from=5, season_to=9)
    make_norm(basis=NormBasis.LIVESTOCK, what="коровы", volume="1.83")
    norms = get_rates().norms
    assert norms.on((NormBasis.PERSON, bath.category_id, Service.COLD), TODAY) == NormValue(
        Decimal("5.016")
    )
    garden = NormValue(Decimal("0.212"), season_from=5, season_to=9)
    assert norms.on((NormBasis.GARDEN, "", Service.COLD), TODAY) == garden
    cows = norms.on((NormBasis.LIVESTOCK, "коровы", Service.COLD), TODAY)
    assert cows == NormValue(Decimal("1.830"))


def test_terms_of_payment_come_whole(database: Engine) -> None:
    Row.update(moves_to_working_day=False).execute()
    term = get_rates().payment_terms.on(ONLY, TODAY)
    assert term == PaymentTerm(5, 15, moves_to_working_day=False)


def test_utility_without_decisions_does_as_most_do(database: Engine) -> None:
    assert get_rates().policy == Policy()


def test_utility_decides_what_the_law_leaves_to_it(database: Engine) -> None:
    make_setting("multiplier_day", "first")
    make_setting("late_readings", "all")
    make_setting("mixed_sewage", "norm")
    make_setting("multiplies_too_young", "yes")
    assert get_rates().policy == Policy(
        MultiplierDay.FIRST, LateReadings.ALL, MixedSewage.NORM, multiplies_too_young=True
    )


def test_everything_is_read_by_ten_statements(database: Engine) -> None:
    get_rates()
    with statements() as seen:
        get_rates()
    assert len(seen) == 10


def test_laying_foundations_again_adds_nothing(database: Engine) -> None:
    tables = list(first_rates())
    before = [table.select().count() for table in tables]
    lay_foundations()
    assert [table.select().count() for table in tables] == before


def test_what_staff_have_made_of_the_law_stays(database: Engine) -> None:
    Multiplier.delete().where(Multiplier.service == Service.HOT).execute()
    KeyRate.delete().execute()
    make_key_rate(percent=12)
    LegalTerm.update(value=10).where(LegalTerm.term == Term.PENALTY_CAP).execute()
    lay_foundations()
    assert KeyRate.select().count() == 1
    assert Service.HOT not in get_rates().multipliers
    assert get_rates().terms.on(Term.PENALTY_CAP, TODAY) == 10


def test_number_of_the_law_that_a_database_never_had_is_added(database: Engine) -> None:
    LegalTerm.delete().where(LegalTerm.term == Term.ABSENCE_DAYS).execute()
    Moratorium.delete().execute()
    lay_foundations()
    assert get_rates().terms.on(Term.ABSENCE_DAYS, TODAY) == 5
    assert Moratorium.select().count() == 2
