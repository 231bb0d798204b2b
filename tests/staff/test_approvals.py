"""What waits for the chief: asked for at the desks, decided on its page, told on the first page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from tests.books import make_book_import
from tests.cast import Cast
from tests.clock import moment
from tests.conftest import ClientAs
from tests.factories import make_setting
from tests.ledgers import pay, take_back
from tests.month_factories import make_opening, make_pending_deed, make_tariff
from tests.page import Client, Page
from vodokanal.billing.periods import Period
from vodokanal.models.approvals import DeedState, PendingDeed
from vodokanal.models.book_imports import BookImportRange, BookState
from vodokanal.models.journal import JournalEntry
from vodokanal.models.payments import OpeningBalance, PaymentReversal
from vodokanal.models.recalculations import Correction
from vodokanal.models.settings import Setting
from vodokanal.models.tariffs import Tariff
from vodokanal.operations.opening_balances import HasReceiptsError
from vodokanal.operations.payments import TakenBackAlreadyError
from vodokanal.operations.rate_rows import GapError, ImpossibleValueError, Limits
from vodokanal.operations.records import RowRefusedError
from vodokanal.staff.deed_refusals import refusal_words

DESK, WEEK = "/staff/approvals/", "/staff/approvals/week/"
WAITS = "Ждёт решения руководителя."


@pytest.fixture(autouse=True)
def _limit(cast: Cast) -> None:
    make_setting("approval_above", "1000")


@pytest.fixture
def billing(client_as: ClientAs, cast: Cast) -> Client:
    """Dmitry's browser."""
    return client_as(cast.dmitry)


def correct(client: Client, cast: Cast, amount: str = "5000") -> Page:
    """Less to pay for cold water in September."""
    form = client.get("/staff/corrections/new/").form("Сохранить")
    return (
        form.fill(
            account="12-34",
            for_period="09.2026",
            subject="cold",
            direction="less",
            amount=amount,
            words="По акту 7",
        )
        .submit()
        .follow()
    )


def decision(client: Client) -> Page:
    return client.get(DESK).click("Решить")


def test_clerk_asks_and_the_chief_decides(billing: Client, chief: Client, cast: Cast) -> None:
    assert WAITS in correct(billing, cast).plain
    assert Correction.select().count() == 0
    assert "ждёт руководителя" in billing.get(DESK).plain
    start = chief.get("/staff/")
    assert "Сумма выше порога или новый тариф" in start.plain
    page = start.click("Решить").click("Решить")
    for words in ("Исправление: к оплате меньше", "5 000,00 ₽", "Дмитрий Лебедев", "По акту 7"):
        assert words in page.plain.replace("\xa0", " ")
    page.form("Разрешить").submit().follow()
    assert "Решения ничего не ждёт." in chief.get(DESK).plain
    assert "разрешено" in billing.get(DESK).plain
    assert Correction.get().employee == cast.dmitry
    actions = [each.action for each in JournalEntry.select().order_by(JournalEntry.id)]
    assert actions[-3:] == ["ask_deed", "enter_correction", "approve_deed"]


def test_small_amount_does_not_wait(billing: Client, cast: Cast) -> None:
    assert "Добавлено." in correct(billing, cast, "1000").plain
    assert Correction.select().count() == 1


def test_declining_needs_words_and_tells_them(billing: Client, chief: Client, cast: Cast) -> None:
    correct(billing, cast)
    page = decision(chief).form("Отклонить").submit(status=422)
    page.form("Отклонить").fill(words="Нет акта").submit().follow()
    page = billing.get(DESK)
    assert "отклонено" in page.plain
    assert "Нет акта" in page.plain
    assert "Решить" not in page.plain


def test_own_deed_is_another_ones(chief: Client, cast: Cast) -> None:
    assert WAITS in correct(chief, cast).plain
    page = decision(chief).form("Разрешить").submit(status=409)
    assert "Вы сами об этом просите" in page.plain
    assert Correction.select().count() == 0


def test_alone_it_is_done_and_listed_for_a_week(chief: Client, cast: Cast) -> None:
    assert "Без второго лица ничего не сделано." in chief.get(WEEK).plain
    make_setting("approval_alone", "yes")
    assert "Добавлено." in correct(chief, cast).plain
    page = chief.get("/staff/").click("Сделано без второго лица за неделю: 1")
    assert page.rows()[1][0].startswith("Исправление: к оплате меньше")
    Setting.update(value="no").where(Setting.name == "approval_alone").execute()


def test_book_with_large_debts_is_listed_and_waits_for_nobody(chief: Client, cast: Cast) -> None:
    now = moment("2026-11-12T09:00")
    opening = make_opening(account=cast.account, amount="1500")
    small = make_opening(account=cast.vera_account, amount="900")
    done = {"state": BookState.DONE, "posted_period": Period(2026, 11), "decided_at": now}
    book = make_book_import(**done, employee=cast.dmitry)
    for row in (opening, small):
        given = {"table_name": "opening_balance", "first_row": row.id, "last_row": row.id}
        BookImportRange.create(book=book, **given)
    rows = chief.get("/staff/").click("Сделано без второго лица за неделю: 1").rows()
    assert rows[1][0] == "Загружена книга: книга.xlsxВходящих остатков выше порога: 1"
    assert "1 500,00" in rows[1][2].replace("\xa0", " ")
    Setting.update(value="").where(Setting.name == "approval_above").execute()
    assert "книга.xlsx" not in chief.get(WEEK).plain


def test_payment_and_opening_balance_wait(billing: Client, chief: Client, cast: Cast) -> None:
    payment = pay(cast.account, Period(2026, 10), "2000")
    form = billing.get(f"/staff/payments/take-back/?id={payment.id}").form("Почему")
    assert WAITS in form.fill(reason="чужой счёт").submit().follow().plain
    decision(chief).form("Разрешить").submit().follow()
    assert PaymentReversal.get().payment == payment
    form = billing.get("/staff/opening-balances/new/").form("Сохранить")
    given = {"kind": "debt", "period": "08.2026", "amount": "1500", "on": "30.09.2026"}
    assert WAITS in form.fill(account="12-34", **given).submit().follow().plain
    page = decision(chief)
    assert "Входящий остаток: долг" in page.plain
    page.form("Разрешить").submit().follow()
    assert OpeningBalance.get().account == cast.account


def test_rates_wait_and_are_shown_before_and_after(
    billing: Client, chief: Client, cast: Cast
) -> None:
    tariff = make_tariff()
    form = billing.get(f"/staff/tariffs/edit/?id={tariff.id}").form("Сохранить")
    assert WAITS in form.fill(price="43,00").submit().follow().plain
    page = decision(chief)
    assert "42,18 → 43" in page.plain.replace("\xa0", " ")
    page.form("Разрешить").submit().follow()
    assert str(Tariff.get().price) == "43.00"
    form = billing.get("/staff/tariffs/new/").form("Сохранить")
    given = {"service": "cold", "group": "population", "price": "45", "starts_on": "01.12.2026"}
    form.fill(district=str(cast.district.id), **given).submit().follow()
    page = decision(chief)
    assert "Тарифы: новая строка" in page.plain
    assert "Центральный" in page.plain
    page.form("Разрешить").submit().follow()
    assert Tariff.select().count() == 2


def test_what_is_refused_by_now_says_why_and_stays(
    billing: Client, chief: Client, cast: Cast
) -> None:
    tariff = make_tariff()
    form = billing.get(f"/staff/tariffs/edit/?id={tariff.id}").form("Сохранить")
    form.fill(price="43,00").submit().follow()
    Tariff.update(price="44").execute()
    page = decision(chief).form("Разрешить").submit(status=409)
    assert "Строку успели изменить" in page.plain
    assert PendingDeed.get().state is DeedState.WAITING


def test_decided_meanwhile_is_said(billing: Client, chief: Client, cast: Cast) -> None:
    correct(billing, cast)
    page = decision(chief)
    PendingDeed.update(
        state=DeedState.DECLINED, words="Нет", decided_at=PendingDeed.asked_at
    ).execute()
    assert "уже решили" in page.form("Разрешить").submit(status=409).plain
    assert "уже решили" in page.form("Отклонить").fill(words="Нет").submit(status=409).plain


@pytest.mark.parametrize("deed", ["0", "99", "x", "9" * 30])
def test_unknown_decision_is_not_there(chief: Client, deed: str) -> None:
    chief.get(f"{DESK}deeds/{deed}/", status=404)


def test_odd_answers_are_refused(chief: Client, cast: Cast) -> None:
    row = make_pending_deed(asked_by=cast.dmitry)
    chief.post(f"{DESK}deeds/{row.id}/", {"how": "shrug"}, status=400)
    page = chief.post(f"{DESK}deeds/{row.id}/", {"how": "approve"}, status=409)
    assert "Нажмите кнопку ещё раз" in page.plain
    assert "Отменить платёж" in chief.get(f"{DESK}deeds/{row.id}/").plain


def test_setting_is_set_and_emptied(chief: Client) -> None:
    form = chief.get("/staff/settings/money/").form("Сохранить")
    form.fill(approval_above="20000", approval_alone="yes").submit().follow()
    assert Setting.get(Setting.name == "approval_above").value == "20000"
    chief.get("/staff/settings/money/").form("Сохранить").fill(approval_above="").submit()
    assert Setting.get(Setting.name == "approval_above").value == ""


def test_every_refusal_has_its_words(app: Flask, cast: Cast) -> None:
    payment = pay(cast.account, Period(2026, 10), "2000")
    reversal = take_back(payment, Period(2026, 10))
    limits = Limits("price", Decimal(0), Decimal(1))
    told: dict[Any, str] = {
        TakenBackAlreadyError(reversal): "Отменён",
        HasReceiptsError(Period(2026, 10)): "есть квитанции",
        GapError(date(2026, 1, 1), date(2026, 1, 2)): "ничего не",
        ImpossibleValueError("price", limits): "от 0 до 1",
        RowRefusedError("unique"): "уже есть",
    }
    with app.test_request_context("/staff/"):
        found = {error: refusal_words(error) for error in told}
    assert all(words.startswith("Сейчас выполнить нельзя: ") for words in found.values())
    assert [found[error] for error, words in told.items() if words not in found[error]] == []
