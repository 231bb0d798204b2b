"""The price of silence in rubles: by the average, by the norm, with an expired verification."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import ACCOUNT, Cast
from tests.factories import make_meter_possibility, make_premises_quantity, make_reading
from tests.month_factories import (
    make_access_refusal,
    make_day_off,
    make_key_rate,
    make_legal_term,
    make_moratorium,
    make_multiplier,
    make_norm,
    make_payment_term,
    make_tariff,
    make_vat_rate,
)
from tests.months import make_rates, settle
from tests.statements import statements
from vodokanal.billing.money import rubles
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind, ReadingState
from vodokanal.billing.services import CustomerGroup
from vodokanal.billing.terms import Term
from vodokanal.models.accounts import Account
from vodokanal.models.configuration import Configuration
from vodokanal.models.meters import Meter
from vodokanal.models.tariffs import Tariff
from vodokanal.models.terms import LegalTerm
from vodokanal.operations.kept_rates import KeptRates, rates_under
from vodokanal.operations.prospects import Prospect, prospect_of
from vodokanal.operations.rates import get_rates
from vodokanal.operations.visits import Visit, get_visit

NOVEMBER = Period(2026, 11)
TODAY = date(2026, 11, 12)


@pytest.fixture
def rates(cast: Cast) -> KeptRates:
    """Prices and norms are set, and two people live at Anna's."""
    settle(cast.account, make_rates())
    return KeptRates("", get_rates())


def visit_of(cast: Cast) -> Visit:
    return get_visit(cast.anna.id, ACCOUNT, today=TODAY)


def found(cast: Cast) -> Prospect:
    return prospect_of(visit_of(cast), NOVEMBER, rates=KeptRates("", get_rates()))


def test_silence_costs_the_average_and_later_the_norm(cast: Cast, rates: KeptRates) -> None:
    # Averages of half a year: 3.25 and 1.916667 m³; norms of two people: 10.032, 7.296 and 17.328.
    assert found(cast) == Prospect(now=rubles("715.36"), by_norm=rubles("2546.25"))


def test_what_has_come_already_is_charged_as_it_is(cast: Cast, rates: KeptRates) -> None:
    make_reading(cast.cold, period=NOVEMBER, value="159")
    make_reading(cast.hot, period=NOVEMBER, value="104.6", state=ReadingState.ASKED)
    # One cubic metre of each, and both of them drained.
    assert found(cast) == Prospect(now=rubles("320.65"), by_norm=rubles("320.65"))


def test_verification_that_ends_soon_costs_the_norm_times_three(
    cast: Cast, rates: KeptRates
) -> None:
    verify_by = date(2027, 2, 10)
    Meter.update(verify_by=verify_by).where(Meter.id == cast.cold.id).execute()
    # Cold water 10.032 m³ × 42.18 ₽ × 3; hot by its average; sewage by the norm and the average.
    cold, hot = rubles("1269.45"), rubles("405.70")
    drained = rubles("399.09")
    assert found(cast) == Prospect(
        now=rubles("715.36"),
        by_norm=rubles("2546.25"),
        unverified=cold + hot + drained,
        expires_on=verify_by,
    )


@pytest.mark.parametrize("verify_by", [date(2027, 2, 11), date(2026, 11, 11)])
def test_verification_far_off_or_over_is_not_spoken_of(
    cast: Cast, rates: KeptRates, verify_by: date
) -> None:
    Meter.update(verify_by=verify_by).where(Meter.id == cast.cold.id).execute()
    assert found(cast).expires_on is None


def test_missing_price_leaves_nothing_to_say(cast: Cast, rates: KeptRates) -> None:
    Tariff.delete().execute()
    assert found(cast) == Prospect()


def test_missing_terms_of_the_law_leave_nothing_to_say(cast: Cast, rates: KeptRates) -> None:
    LegalTerm.delete().execute()
    assert found(cast) == Prospect()


def test_account_that_nobody_lives_in_is_charged_by_readings_only(cast: Cast) -> None:
    make_rates()
    assert found(cast) == Prospect(now=rubles("715.36"))


def test_organisation_is_told_nothing(cast: Cast, rates: KeptRates) -> None:
    Account.update(group=CustomerGroup.ORGANISATION).execute()
    assert found(cast) == Prospect()


def test_dated_facts_are_all_taken_in(cast: Cast, rates: KeptRates) -> None:
    """Without a meter the norm is multiplied, unless an act says that none can be."""
    Meter.update(removed_on=date(2026, 11, 1)).where(Meter.account == cast.account).execute()
    multiplied = found(cast).now
    for kind in Kind:
        act = {"possible": False, "act_number": "7", "kind": kind}
        make_meter_possibility(premises=cast.account.premises, **act)
    make_premises_quantity(premises=cast.account.premises)
    make_norm(basis=NormBasis.GARDEN, what="огород", volume="0.01")
    make_access_refusal(account=cast.account, starts_on=date(2026, 11, 3))
    assert (multiplied, found(cast).now) == (rubles("4164.73"), rubles("2799.33"))


def test_one_statement_is_asked(cast: Cast, rates: KeptRates) -> None:
    visit = visit_of(cast)
    with statements() as asked:
        prospect_of(visit, NOVEMBER, rates=rates)
    assert len(asked) == 1


def test_rates_are_read_once_a_token(cast: Cast) -> None:
    first = rates_under("one")
    with statements() as asked:
        assert rates_under("one") is first
    assert asked == []
    assert rates_under("two") is not first
    assert first.of(NOVEMBER) is first.of(NOVEMBER)


def test_every_rate_renews_the_token(cast: Cast) -> None:
    tokens = {str(Configuration.get().token)}
    makers = (make_tariff, make_norm, make_multiplier, make_key_rate)
    for make in (*makers, make_payment_term, make_vat_rate):
        make(starts_on=date(2031, 1, 1))
        tokens.add(str(Configuration.get().token))
    make_moratorium()
    tokens.add(str(Configuration.get().token))
    make_legal_term(Term.ABSENCE_DAYS, "5", starts_on=date(2031, 1, 1))
    tokens.add(str(Configuration.get().token))
    make_day_off(date(2031, 1, 1))
    tokens.add(str(Configuration.get().token))
    assert len(tokens) == 10
