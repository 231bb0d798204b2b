"""The price of silence in rubles: beside the form, and on the page when the window is closed."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import ACCOUNT, COLD_NEXT, HOT_NEXT, Cast
from tests.clock import Clock
from tests.conftest import ClientAs
from tests.factories import make_account_service, make_occupancy, make_premises_norm
from tests.months import make_rates, settle
from vodokanal.billing.services import CustomerGroup
from vodokanal.models.accounts import Account
from vodokanal.models.meters import Meter
from vodokanal.models.places import NormCategory
from vodokanal.models.tariffs import Tariff

URL = f"/personal/{ACCOUNT}/readings/"
SILENCE = "За весь месяц выйдет примерно 715 ₽, по нормативу — примерно 2 546 ₽."
UNVERIFIED = (
    "Поверка счётчика действует до 10 января 2027 года. Если не поверить, три месяца посчитаем "
    "по среднему, потом по нормативу с повышающим коэффициентом: примерно 2 074 ₽ в месяц "
    "вместо 715 ₽."
)


@pytest.fixture(autouse=True)
def _rates(cast: Cast) -> None:
    settle(cast.account, make_rates())


def verify_by(cast: Cast, day: date) -> None:
    Meter.update(verify_by=day).where(Meter.id == cast.cold.id).execute()


def test_form_says_what_silence_costs(client_as: ClientAs, cast: Cast) -> None:
    assert SILENCE in client_as(cast.anna).get(URL).plain


def test_closed_page_says_it_of_the_missed_month(
    client_as: ClientAs, cast: Cast, clock: Clock
) -> None:
    clock.at("2026-11-23T09:00")
    assert SILENCE in client_as(cast.anna).get(URL).plain


def test_nothing_is_said_once_all_is_sent(client_as: ClientAs, cast: Cast) -> None:
    client = client_as(cast.anna)
    typed = {f"meter-{cast.cold.id}": COLD_NEXT, f"meter-{cast.hot.id}": HOT_NEXT}
    client.get(URL).form("readings").fill_in(typed).submit()
    assert "За весь месяц" not in client.get(URL).plain


def test_verification_that_ends_soon_has_its_price(client_as: ClientAs, cast: Cast) -> None:
    verify_by(cast, date(2027, 1, 10))
    assert UNVERIFIED in client_as(cast.anna).get(URL).plain


def test_verification_far_off_is_not_spoken_of(client_as: ClientAs, cast: Cast) -> None:
    verify_by(cast, date(2027, 3, 1))
    assert "Поверка счётчика действует" not in client_as(cast.anna).get(URL).plain


def test_month_by_the_norm_anyway_has_one_price(client_as: ClientAs, cast: Cast) -> None:
    make_occupancy(account=cast.vera_account)
    make_premises_norm(premises=cast.vera_account.premises, category=NormCategory.get())
    make_account_service(account=cast.vera_account)
    new = date(2026, 10, 20)
    dates = {"installed_on": new, "commissioned_on": new, "verified_on": new}
    Meter.update(**dates).where(Meter.id == cast.vera_meter.id).execute()
    words = client_as(cast.vera).get("/personal/56-78/readings/").plain
    assert "посчитаем по нормативу. За весь месяц выйдет примерно 423 ₽." in words


def test_new_meter_is_charged_with_its_next_reading(client_as: ClientAs, cast: Cast) -> None:
    make_occupancy(account=cast.vera_account)
    make_premises_norm(premises=cast.vera_account.premises, category=NormCategory.get())
    make_account_service(account=cast.vera_account, starts_on=(new := date(2026, 11, 3)))
    Account.update(opened_on=new).where(Account.id == cast.vera_account.id).execute()
    dates = {"installed_on": new, "commissioned_on": new, "verified_on": new}
    Meter.update(**dates).where(Meter.id == cast.vera_meter.id).execute()
    words = client_as(cast.vera).get("/personal/56-78/readings/").plain
    assert "холодная вода — вместе со следующим показанием" in words
    assert "За весь месяц выйдет примерно 0 ₽, по нормативу" not in words


def test_missing_prices_leave_the_volumes(client_as: ClientAs, cast: Cast) -> None:
    Tariff.delete().execute()
    words = client_as(cast.anna).get(URL).plain
    assert "холодная вода — 3,3 м³" in words
    assert "За весь месяц" not in words


def test_organisation_is_told_no_price(client_as: ClientAs, cast: Cast) -> None:
    Account.update(group=CustomerGroup.ORGANISATION).execute()
    verify_by(cast, date(2027, 1, 10))
    assert "вместо" not in client_as(cast.anna).get(URL).plain
