"""The cabinet's first page: the heading is the answer, the due tile is filled."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import ACCOUNT, COLD_NEXT, HOT_NEXT, Cast
from tests.clock import Clock
from tests.conftest import ClientAs
from tests.factories import make_access, make_extension, make_meter, make_setting
from tests.ledgers import charge, issue, pay
from tests.page import Client
from vodokanal.billing.periods import Period
from vodokanal.models.accounts import Account
from vodokanal.models.windows import ReadingWindow

URL = f"/personal/{ACCOUNT}/"


def send(client: Client, cast: Cast, cold: str, hot: str) -> None:
    typed = {f"meter-{cast.cold.id}": cold, f"meter-{cast.hot.id}": hot}
    client.get(f"{URL}readings/").form("readings").fill_in(typed).submit()


def filled_tiles(client: Client) -> list[str]:
    tiles = client.get(URL).all(".//a[@class='tile filled']")
    return [each.get("href") or "" for each in tiles]


def test_heading_says_what_to_do_and_by_when(client_as: ClientAs, cast: Cast) -> None:
    page = client_as(cast.anna).get(URL)
    assert page.heading == "Передайте показания до 20 ноября"
    assert "ул. Речная, д. 5, кв. 12" in page.plain
    assert "Осталось 8 дней" in page.plain
    assert "Сегодня 12 ноября, четверг" in page.plain
    assert "Два счётчика, около минуты" in page.plain


def test_due_tile_alone_is_filled(client_as: ClientAs, cast: Cast) -> None:
    client = client_as(cast.anna)
    assert filled_tiles(client) == [f"{URL}readings/"]
    send(client, cast, COLD_NEXT, HOT_NEXT)
    assert filled_tiles(client) == []


def test_sent_readings_show_their_number(client_as: ClientAs, cast: Cast) -> None:
    client = client_as(cast.anna)
    send(client, cast, COLD_NEXT, HOT_NEXT)
    page = client.get(URL)
    assert page.heading == "Показания за ноябрь приняты"
    assert "12 ноября в 10:42" in page.plain
    assert "Исправить можно до 20 ноября" in page.plain


def test_one_of_two_meters_is_still_due(client_as: ClientAs, cast: Cast) -> None:
    client = client_as(cast.anna)
    send(client, cast, COLD_NEXT, "")
    page = client.get(URL)
    assert page.heading == "Передайте показания до 20 ноября"
    assert "Один счётчик, около минуты" in page.plain


def test_last_day_is_called_so(client_as: ClientAs, cast: Cast, clock: Clock) -> None:
    clock.at("2026-11-20T20:00")
    assert "Сегодня последний день" in client_as(cast.anna).get(URL).plain


def test_closed_window_says_when_to_come(client_as: ClientAs, cast: Cast, clock: Clock) -> None:
    clock.at("2026-11-23T09:00")
    page = client_as(cast.anna).get(URL)
    assert page.heading == "Показания снова примем с 10 декабря"
    assert filled_tiles(client_as(cast.anna)) == []


def test_extension_shows_its_sentence(client_as: ClientAs, cast: Cast) -> None:
    make_extension(ends_on=date(2026, 11, 25))
    page = client_as(cast.anna).get(URL)
    assert page.heading == "Передайте показания до 25 ноября"
    assert "Приём продлён из-за праздников" in page.plain


def test_emergency_tile_rings_the_district(client_as: ClientAs, cast: Cast) -> None:
    make_setting("emergency_phone", "+7 (000) 211-04-04")
    assert "tel:+70002110404" in client_as(cast.anna).get(URL).links.values()
    cast.district.duty_telephone = "+7 (000) 300-00-01"
    cast.district.save()
    assert "tel:+70003000001" in client_as(cast.anna).get(URL).links.values()


def test_account_without_meters_has_nothing_to_do(client_as: ClientAs, cast: Cast) -> None:
    cast.vera_meter.removed_on = date(2026, 11, 1)
    cast.vera_meter.save()
    page = client_as(cast.vera).get("/personal/56-78/")
    assert page.heading == "Передавать нечего"


def test_only_account_is_opened_at_once(client_as: ClientAs, cast: Cast) -> None:
    assert client_as(cast.anna).get("/personal/", status=303).location == URL


def test_several_accounts_are_listed_with_their_districts(client_as: ClientAs, cast: Cast) -> None:
    make_access(resident=cast.anna, account=cast.vera_account)
    page = client_as(cast.anna).get("/personal/")
    assert page.heading == "По какому адресу?"
    assert "Центральный · счёт 56-78" in page.plain
    assert {URL, "/personal/56-78/"} <= set(page.links.values())


def test_resident_without_accounts_learns_where_to_go(client_as: ClientAs, cast: Cast) -> None:
    access = cast.vera.accesses.get()
    access.revoked_at = access.granted_at
    access.save()
    page = client_as(cast.vera).get("/personal/")
    assert page.heading == "Вам пока не открыт ни один счёт"


def test_account_of_a_stranger_is_not_there(client_as: ClientAs, cast: Cast) -> None:
    client = client_as(cast.vera)
    strange, missing = client.get(URL, status=404), client.get("/personal/99-99/", status=404)
    assert (strange.heading, strange.status) == (missing.heading, missing.status)


def test_more_leads_to_history_and_papers(client_as: ClientAs, cast: Cast) -> None:
    page = client_as(cast.anna).get(URL).click("Ещё")
    assert f"{URL}meters/" in page.links.values()
    assert ["Поверить до", "1\xa0января 2030\xa0года"] in page.rows()
    assert "Иванова Анна Петровна" in page.plain


def test_trusted_resident_sees_no_name(client_as: ClientAs, cast: Cast) -> None:
    page = client_as(cast.daria).get(f"{URL}more/")
    assert "Иванова" not in page.plain
    assert "Лицевой счёт" in page.plain


def test_other_addresses_are_offered_when_there_are_some(client_as: ClientAs, cast: Cast) -> None:
    assert "Другие адреса" not in client_as(cast.anna).get(f"{URL}more/").links
    make_access(resident=cast.anna, account=cast.vera_account)
    assert "Другие адреса" in client_as(cast.anna).get(f"{URL}more/").links


def test_trusted_resident_may_send(client_as: ClientAs, cast: Cast) -> None:
    client = client_as(cast.daria)
    send(client, cast, COLD_NEXT, HOT_NEXT)
    assert client.get(URL).heading == "Показания за ноябрь приняты"


def test_meter_is_called_by_its_own_name(client_as: ClientAs, cast: Cast) -> None:
    make_meter(account=cast.account, serial="77", nickname="у стиралки", place="")
    assert "у стиралки · счётчик № 77" in client_as(cast.anna).get(f"{URL}readings/").plain


@pytest.mark.parametrize("page", ["", "readings/", "meters/", "more/"])
def test_month_without_a_window_rule_has_a_page_not_a_crash(
    client_as: ClientAs, cast: Cast, page: str
) -> None:
    ReadingWindow.update(ends_on=date(2026, 10, 31)).execute()
    found = client_as(cast.anna).get(f"{URL}{page}", status=503)
    assert found.heading == "Дни приёма показаний ещё не назначены"


def close_account(cast: Cast) -> None:
    Account.update(closed_on=date(2026, 11, 1)).where(Account.id == cast.account.id).execute()


def test_closed_account_asks_for_nothing(client_as: ClientAs, cast: Cast) -> None:
    close_account(cast)
    page = client_as(cast.anna).get(URL)
    assert page.heading == "Лицевой счёт закрыт 1 ноября"
    assert "Передавать больше не нужно" in page.plain
    assert "Осталось" not in page.plain


def test_closed_account_has_no_form(client_as: ClientAs, cast: Cast) -> None:
    close_account(cast)
    page = client_as(cast.anna).get(f"{URL}readings/")
    assert page.heading == "Лицевой счёт закрыт 1 ноября"
    assert page.all(".//input[@inputmode='decimal']") == []


def test_form_of_an_account_closed_meanwhile_is_refused(client_as: ClientAs, cast: Cast) -> None:
    client = client_as(cast.anna)
    form = client.get(f"{URL}readings/").form("readings")
    close_account(cast)
    page = form.fill_in({f"meter-{cast.cold.id}": COLD_NEXT}).submit(status=409)
    assert "Этот лицевой счёт тем временем закрыли." in page.plain


def test_readings_kept_for_the_next_month_are_called_for(
    client_as: ClientAs, cast: Cast, clock: Clock
) -> None:
    make_setting("outside_window", "next_period")
    clock.at("2026-11-23T10:00")
    assert client_as(cast.anna).get(URL).heading == "Передайте показания за декабрь"


def test_nothing_can_be_corrected_before_something_was_sent(
    client_as: ClientAs, cast: Cast
) -> None:
    page = client_as(cast.anna).get(f"{URL}readings/?change=1")
    assert page.heading == "Показания за ноябрь"


def owe(cast: Cast) -> None:
    """October is issued: 874,81 ₽ are owed."""
    charge(cast.account, Period(2026, 10), "874.81")
    issue(Period(2026, 10), cast.account)


def test_money_is_said_in_a_line_and_waits_for_the_readings(
    client_as: ClientAs, cast: Cast
) -> None:
    owe(cast)
    client = client_as(cast.anna)
    assert "К оплате 874,81 ₽ до 15 ноября" in client.get(URL).plain
    assert filled_tiles(client) == [f"{URL}readings/"]


def test_money_is_due_once_the_readings_are_in(client_as: ClientAs, cast: Cast) -> None:
    owe(cast)
    client = client_as(cast.anna)
    send(client, cast, COLD_NEXT, HOT_NEXT)
    assert filled_tiles(client) == [f"{URL}balance/"]


@pytest.mark.parametrize(
    ("paid", "words"), [("874.81", "Долгов нет"), ("900", "Переплата 25,19 ₽")]
)
def test_nothing_owed_is_not_due(client_as: ClientAs, cast: Cast, paid: str, words: str) -> None:
    owe(cast)
    pay(cast.account, Period(2026, 11), paid)
    client = client_as(cast.anna)
    send(client, cast, COLD_NEXT, HOT_NEXT)
    assert words in client.get(URL).plain
    assert filled_tiles(client) == []
