"""What a new utility has to set: nothing is done at first, each thing by a single row."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.cast import make_cast
from tests.engines import Engine
from tests.factories import make_account_service, make_premises_norm
from tests.month_factories import make_key_rate, make_norm, make_tariff
from tests.statements import statements
from vodokanal.billing.services import Charging, Service
from vodokanal.models.people import Resident
from vodokanal.models.windows import ReadingWindow
from vodokanal.operations.readiness import Step, get_readiness
from vodokanal.operations.settings import HouseSettings

TODAY = date(2026, 11, 12)
HOUSE = HouseSettings(
    utility_name="Родник",
    utility_address="ул. Садовая, 1",
    utility_hours="пн–пт",
    office_phone="1",
    emergency_phone="2",
    inn="7707083893",
    bank_name="Банк",
    bank_bic="044525225",
    bank_account="40702810900000000000",
    bank_correspondent_account="30101810400000000225",
)


def set_rates() -> None:
    make_key_rate(starts_on=date(2026, 1, 1))
    make_norm()
    for service in Service:
        make_tariff(service=service)


def test_new_database_has_its_days_of_intake_and_nothing_else(database: Engine) -> None:
    readiness = get_readiness(HouseSettings(), today=TODAY)
    assert readiness.done == {Step.WINDOW, Step.PAYMENT_TERMS}
    assert not readiness.is_complete


def test_everything_is_asked_in_one_statement(database: Engine) -> None:
    with statements() as seen:
        get_readiness(HOUSE, today=TODAY)
    assert len(seen) == 1


def test_town_with_people_in_it_is_ready(database: Engine) -> None:
    make_cast()
    set_rates()
    assert get_readiness(HOUSE, today=TODAY).done == set(Step) - {Step.RESIDENTS}
    Resident.update(password_hash="something").execute()
    assert get_readiness(HOUSE, today=TODAY).is_complete


def test_one_empty_setting_leaves_its_step_open(database: Engine) -> None:
    make_cast()
    set_rates()
    house = replace(HOUSE, emergency_phone="", bank_bic="")
    missing = set(Step) - get_readiness(house, today=TODAY).done
    assert missing == {Step.TELEPHONES, Step.REQUISITES, Step.RESIDENTS}


def test_name_that_every_utility_starts_with_is_no_name(database: Engine) -> None:
    house = replace(HOUSE, utility_name=HouseSettings().utility_name)
    assert Step.UTILITY not in get_readiness(house, today=TODAY).done


def test_days_of_intake_that_are_over_are_to_be_set_again(database: Engine) -> None:
    ReadingWindow.update(ends_on=date(2026, 11, 11)).execute()
    assert Step.WINDOW not in get_readiness(HOUSE, today=TODAY).done
    assert Step.WINDOW in get_readiness(HOUSE, today=date(2026, 11, 11)).done


def steps_done(today: date = TODAY) -> frozenset[Step]:
    return get_readiness(HOUSE, today=today).done


def test_every_service_that_is_charged_needs_a_price(database: Engine) -> None:
    make_tariff(service=Service.COLD)
    assert Step.PRICES in steps_done()
    hot = make_account_service(service=Service.HOT)
    assert Step.PRICES not in steps_done()
    make_tariff(service=Service.HOT, ends_on=TODAY)
    assert Step.PRICES in steps_done()
    assert Step.PRICES not in steps_done(date(2026, 11, 13))
    type(hot).update(charging=Charging.COUNTED).execute()
    assert Step.PRICES in steps_done(date(2026, 11, 13))


def test_every_kind_of_amenities_in_use_needs_a_norm(database: Engine) -> None:
    make_norm(ends_on=date(2026, 11, 13))
    assert Step.NORMS in steps_done()
    assert Step.NORMS not in steps_done(date(2026, 11, 14))
    category = make_premises_norm().category
    assert Step.NORMS not in steps_done()
    make_norm(category=category)
    assert Step.NORMS in steps_done()


def test_key_rate_must_be_the_one_of_today(database: Engine) -> None:
    assert Step.KEY_RATE not in steps_done()
    make_key_rate(starts_on=date(2026, 1, 1))
    assert Step.KEY_RATE in steps_done()
