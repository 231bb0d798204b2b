"""The desk of the month: its state and sums, what stands in the way, calculated and issued once."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import Cast
from tests.clock import Clock
from tests.conftest import ClientAs
from tests.factories import (
    make_account,
    make_account_service,
    make_holder,
    make_meter,
    make_reading,
)
from tests.inspection import text_of
from tests.month_factories import make_correction, make_month_order
from tests.months import make_rates, run_at, settle
from tests.page import Client, Page
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.billing.services import CustomerGroup
from vodokanal.models.month_orders import MonthDeed, MonthOrder
from vodokanal.models.months import BillingMonth
from vodokanal.models.receipts import Receipt
from vodokanal.models.tariffs import Tariff
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.calculating import calculate_month
from vodokanal.operations.issuing import issue_month
from vodokanal.operations.journal import record
from vodokanal.operations.month_work import do_next_order
from vodokanal.staff import month as module

DESK = "/staff/month/"
ISSUE = f"{DESK}issue/"
OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)
NIGHT = "2026-11-21T01:00"


@pytest.fixture
def rated(cast: Cast, clock: Clock) -> Cast:
    """The cast in a utility with prices, on the morning after November's intake."""
    settle(cast.account, make_rates())
    clock.at("2026-11-21T09:00")
    return cast


@pytest.fixture
def calculated(rated: Cast) -> Cast:
    """The same with October issued and November calculated."""
    calculate_month(SYSTEM, OCTOBER, run=run_at("2026-10-25T10:00"))
    issue_month(SYSTEM, OCTOBER, run=run_at("2026-10-25T10:00"))
    for meter, value in ((rated.cold, "161.2"), (rated.hot, "105.7")):
        make_reading(meter, period=NOVEMBER, value=value)
    calculate_month(SYSTEM, NOVEMBER, run=run_at(NIGHT))
    return rated


@pytest.fixture
def billing(client_as: ClientAs, cast: Cast) -> Client:
    """A browser in which Dmitry, who charges, has signed in."""
    return client_as(cast.dmitry)


def in_the_way(page: Page) -> list[str]:
    path = './/article[@id="in-the-way"]//li'
    return [text_of(each).replace("\u00a0", " ") for each in page.all(path)]


def plain_rows(page: Page, name: str) -> list[list[str]]:
    """The rows of a card's table without its heads, no-break spaces as ordinary ones."""
    rows = page.rows(f'.//article[@id="{name}"]//table')[1:]
    return [[cell.replace("\u00a0", " ") for cell in row] for row in rows]


def work() -> str:
    found = do_next_order(run_at("2026-11-21T09:05"))
    assert found is not None
    return found[1]


def test_month_that_nobody_has_calculated(billing: Client, clock: Clock) -> None:
    page = billing.get(DESK)
    assert page.heading == "Ноябрь: ещё не рассчитан"
    assert "До счетов 23 дня: их выставляют до 5 декабря, рабочих из них 16." in page.plain
    assert in_the_way(page) == ["Приём показаний открыт до 20 ноября.", "Месяц ещё не рассчитан."]
    assert "Показания не передали 2 лицевых счёта." in page.plain


def test_calculation_is_put_to_the_worker_and_its_way_is_seen(billing: Client, rated: Cast) -> None:
    page = billing.get(DESK).form("calculate").submit().follow()
    assert "Задание принято, работа начнётся в течение полминуты." in page.plain
    assert page.all('.//form[@action="/staff/month/calculate/"]') == []
    BillingMonth.create(period=NOVEMBER, leased_until=run_at(NIGHT).real_now())
    assert "Сделано лицевых счетов: 0 из 2." in billing.get(DESK).plain
    BillingMonth.delete().execute()
    assert work() == "done"
    assert billing.get(DESK).heading == "Ноябрь: рассчитан, не выпущен"


def test_double_press_asks_for_one_calculation(billing: Client, rated: Cast) -> None:
    form = billing.get(DESK).form("calculate")
    form.submit()
    form.submit()
    assert MonthOrder.select().count() == 1


def test_form_without_a_key_is_shown_again(billing: Client, rated: Cast) -> None:
    page = billing.post(f"{DESK}calculate/", status=409)
    assert "Нажмите, пожалуйста, ещё раз." in page.plain
    assert MonthOrder.select().count() == 0


def test_sums_are_shown_by_group_service_and_method(billing: Client, calculated: Cast) -> None:
    page = billing.get(DESK)
    assert plain_rows(page, "sums") == [
        ["холодная вода", "по счётчику", "1", "3,200 м³", "—", "134,98 ₽"],
        ["горячая вода", "по счётчику", "1", "2,100 м³", "—", "444,51 ₽"],
        ["водоотведение", "по холодной и горячей воде", "1", "5,300 м³", "—", "177,02 ₽"],
    ]
    assert "население: 756,51 ₽" in page.plain
    assert "Начислено: 756,51 ₽" in page.plain


def test_organisations_stand_apart(billing: Client, rated: Cast) -> None:
    shop = make_account(group=CustomerGroup.ORGANISATION)
    make_holder(account=shop)
    make_account_service(account=shop)
    meter = make_meter(account=shop, installed_on=date(2026, 10, 1), initial_reading="0")
    make_reading(meter, period=OCTOBER, value="5")
    make_reading(meter, period=NOVEMBER, value="15")
    calculate_month(SYSTEM, NOVEMBER, run=run_at(NIGHT))
    captions = [text_of(each) for each in billing.get(DESK).all(".//caption")]
    found = [each.replace("\u00a0", " ") for each in captions if "организации" in each]
    assert found == ["организации: 421,80 ₽"]


def test_broken_account_is_listed_with_what_to_mend(billing: Client, rated: Cast) -> None:
    shop = make_account(number="90-1", group=CustomerGroup.ORGANISATION)
    make_account_service(account=shop)
    calculate_month(SYSTEM, NOVEMBER, run=run_at(NIGHT))
    page = billing.get(DESK)
    (row,) = plain_rows(page, "troubles")
    assert row[0] == "90-1"
    assert row[2] == "У организации нет прибора (холодная вода)."
    assert "Не удалось рассчитать 1 лицевой счёт." in in_the_way(page)
    assert "90-1" in page.click("90-1").text


def test_more_troubles_than_fit_are_counted(
    billing: Client, rated: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in ("90-1", "90-2"):
        account = make_account(number=number, group=CustomerGroup.ORGANISATION)
        make_account_service(account=account)
    calculate_month(SYSTEM, NOVEMBER, run=run_at(NIGHT))
    monkeypatch.setattr(module, "TROUBLES_SHOWN", 1)
    assert "И ещё 1: сначала исправьте эти." in billing.get(DESK).plain


def test_largest_changes_lead_to_the_charges(billing: Client, calculated: Cast) -> None:
    page = billing.get(DESK)
    (row,) = plain_rows(page, "changes")
    assert row == ["12-34", "756,51 ₽", "756,51 ₽", "+ 0,00 ₽"]
    assert "12-34" in page.click("12-34").text


def test_readings_that_wait_lead_to_their_desk(billing: Client, rated: Cast) -> None:
    make_reading(rated.vera_meter, period=NOVEMBER, state=ReadingState.HELD)
    page = billing.get(DESK)
    assert in_the_way(page)[0] == "Ждёт решения 1 показание."
    assert page.click("Ждёт решения").h1 == "Спорные показания"


def test_missing_price_is_named_with_its_day_and_leads_to_its_table(
    billing: Client, cast: Cast, clock: Clock
) -> None:
    clock.at("2026-11-21T09:00")
    make_month_order()
    assert work() == "no_rate"
    page = billing.get(DESK)
    words = "Тариф (холодная вода, население): на 1 ноября 2026 года ничего не задано."
    assert in_the_way(page)[0] == words
    assert page.click("ничего не задано").path == "/staff/tariffs/"


def test_month_is_issued_after_a_look_at_what_follows(
    billing: Client, calculated: Cast, clock: Clock
) -> None:
    page = billing.get(DESK).click("Выпустить…")
    assert page.heading == "Выпустить ноябрь?"
    facts = page.rows('.//table[@class="facts"]')
    assert [[cell.replace("\u00a0", " ") for cell in row] for row in facts] == [
        ["Лицевые счета", "2"],
        ["Начислено", "756,51 ₽"],
        ["Исправления", "+ 0,00 ₽"],
        ["Счета до", "5 декабря"],
        ["Оплатить до", "15 декабря"],
        ["Лицевые счета, которые не удалось рассчитать", "0"],
    ]
    form = page.form(ISSUE)
    form.submit()
    form.submit()
    assert MonthOrder.select().where(MonthOrder.deed == MonthDeed.ISSUE).count() == 1
    assert work() == "done"
    month = BillingMonth.get(BillingMonth.period == NOVEMBER)
    assert (month.state, month.issued_by) == (MonthState.ISSUED, calculated.dmitry)
    assert Receipt.select().where(Receipt.period == NOVEMBER).count() == 2


def test_issued_months_are_listed_with_their_seals(billing: Client, calculated: Cast) -> None:
    page = billing.get(DESK)
    (row,) = plain_rows(page, "earlier")
    seal = str(BillingMonth.get(BillingMonth.period == OCTOBER).seal)
    assert row == ["Октябрь", "2", "756,51 ₽", "25 октября", "—", seal[:12]]


def test_first_page_and_the_desk_charge_the_same(client_as: ClientAs, rated: Cast) -> None:
    make_correction(account=rated.account, amount="-50")
    calculate_month(SYSTEM, OCTOBER, run=run_at("2026-10-25T10:00"))
    issue_month(SYSTEM, OCTOBER, run=run_at("2026-10-25T10:00"))
    chief = client_as(rated.olga)
    (row,) = plain_rows(chief.get(DESK), "earlier")
    assert row[2] == "756,51 ₽"
    page = chief.get("/staff/").plain
    assert "Начислено за октябрь 757 ₽" in page
    # A name and its value stand in two cells.
    assert "С исправлениями707 ₽" in page


def test_readings_are_left_behind_by_a_tick(billing: Client, calculated: Cast) -> None:
    make_reading(calculated.vera_meter, period=NOVEMBER, state=ReadingState.HELD)
    page = billing.get(ISSUE)
    assert "Ждёт решения 1 показание." in page.plain
    refused = page.form(ISSUE).submit(status=409)
    assert "Показания ждут: решения 1, ответа жителя 0." in refused.plain
    form = refused.form(ISSUE)
    form.fields["forced"] = ["yes"]
    form.submit()
    assert MonthOrder.get(MonthOrder.deed == MonthDeed.ISSUE).is_forced


def test_sums_that_have_changed_are_looked_at_once_more(billing: Client, calculated: Cast) -> None:
    form = billing.get(ISSUE).form(ISSUE)
    calculate_month(SYSTEM, NOVEMBER, run=run_at("2026-11-21T08:00"))
    page = form.submit(status=409)
    assert "За это время месяц пересчитали" in page.plain
    page.form(ISSUE).submit()
    assert MonthOrder.select().count() == 1


def test_changed_month_is_calculated_again_before_it_is_issued(
    billing: Client, calculated: Cast
) -> None:
    record(SYSTEM, "update", subject=Tariff.get(), at=run_at(NIGHT).at)
    page = billing.get(DESK)
    assert in_the_way(page) == ["После расчёта изменились тарифы, нормативы или настройки."]
    assert "Выпустить…" not in page.links
    assert "Выпустить месяц" not in billing.get(ISSUE).text
    page.form("calculate").submit("Пересчитать")
    assert MonthOrder.get().deed == MonthDeed.CALCULATE


def test_interrupted_issue_is_gone_on_with(billing: Client, calculated: Cast) -> None:
    stopped = run_at("2026-11-21T09:00", goes_on=lambda: False)
    make_month_order(deed=MonthDeed.ISSUE, employee=calculated.olga)
    do_next_order(stopped)
    MonthOrder.update(ended_at=stopped.at).execute()
    page = billing.get(DESK)
    assert page.heading == "Ноябрь: выпускается"
    assert in_the_way(page) == ["Выпуск прерван на полпути."]
    page.click("Продолжить выпуск").form(ISSUE).submit()
    assert work() == "done"


def test_who_only_looks_has_no_keys(client_as: ClientAs, calculated: Cast) -> None:
    page = client_as(calculated.rita).get(DESK)
    assert "Выпустить…" not in page.links
    assert page.all('.//form[@action="/staff/month/calculate/"]') == []
    client_as(calculated.rita).post(f"{DESK}calculate/", status=403)
    client_as(calculated.galina).get(ISSUE, status=403)
    client_as(calculated.kirill).get(DESK, status=403)


def test_form_that_comes_by_get_leads_to_the_desk(billing: Client) -> None:
    assert billing.get(f"{DESK}calculate/", status=303).location == DESK


def test_form_of_an_old_session_is_shown_again(billing: Client, calculated: Cast) -> None:
    for path in ("calculate/", "issue/"):
        page = billing.post(DESK + path, {"csrf_token": "old"}, csrf=False, status=400)
        assert page.h1
