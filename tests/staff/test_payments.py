"""The desk and the tables of money: payments, what was brought along, corrections, the ledger."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.cast import Cast
from tests.clock import Clock
from tests.factories import make_account, make_holder
from tests.issued_town import make_town
from tests.month_factories import make_month, make_opening, make_payment, make_payment_reversal
from tests.operations.test_holder_changes import changed
from tests.page import Client, Form, Page
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.payments import Channel, OpeningKind
from vodokanal.billing.periods import Period
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.services import Service
from vodokanal.models.ledger import Movement
from vodokanal.models.payments import OpeningBalance, Payment, PaymentReversal
from vodokanal.models.recalculations import Correction
from vodokanal.models.terms import PaymentTerm
from vodokanal.operations.tenures import Tenure

DESK = "/staff/payments/enter/"
NOVEMBER = Period(2026, 11)


def plain(page: Page) -> str:
    """What the page says, with ordinary spaces."""
    return page.text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def desk(office: Client, cast: Cast) -> Form:
    """The form of a payment for Anna's account."""
    return office.get(f"{DESK}{cast.account.number_key}/").form("Внести платёж")


def test_account_is_found_by_its_number(office: Client, cast: Cast) -> None:
    page = office.get(f"{DESK}?find=12-34", status=303).follow()
    assert "Лицевой счёт 12-34" in plain(page)
    assert "Иванова Анна Петровна" in plain(page)


def test_account_is_chosen_from_several(office: Client, cast: Cast) -> None:
    make_holder(account=make_account(), name="Иванова Анна Петровна")
    page = office.get(f"{DESK}?find=иванова")
    assert "Нашлось несколько" in plain(page)
    assert len(page.rows()) == 3


def test_unknown_account_is_not_there(office: Client) -> None:
    office.get(f"{DESK}999/", status=404)


def test_payment_is_noted_and_the_new_balance_shown(desk: Form, cast: Cast) -> None:
    desk.fill(amount="1 234,50", received_on="2026-11-10", period="2026-10", channel="bank")
    page = desk.fill(document="№ 17").submit().follow()
    assert "Платёж внесён: 1 234,50 ₽." in plain(page)
    assert "Переплата 1 234,50 ₽" in plain(page)
    (row,) = Payment.select()
    assert (row.amount, row.received_on, row.period, row.channel, row.document) == (
        Decimal("1234.50"),
        date(2026, 11, 10),
        Period(2026, 10),
        Channel.BANK,
        "№ 17",
    )


def test_payment_sent_twice_is_noted_once(desk: Form) -> None:
    desk.fill(amount="100")
    desk.submit()
    desk.submit()
    assert Payment.select().count() == 1
    page = desk.fill(amount="200").submit(status=409)
    assert "уже отправлена" in plain(page)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"amount": "0"}, "Сумма должна быть больше нуля."),
        ({"amount": "2000000"}, "Больше 1 000 000,00 ₽ за один раз похоже на описку"),
        ({"amount": "сто"}, "Сумма в рублях"),
        ({"received_on": "2026-11-13"}, "Этот день ещё не наступил."),
        ({"received_on": "1999-11-13"}, "Раньше чем"),
        ({"period": "2026-12"}, "Последний месяц, который можно указать: Ноябрь."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(desk: Form, typed: dict[str, str], words: str) -> None:
    page = desk.fill(**{"amount": "100", **typed}).submit(status=422)
    assert words in plain(page)
    assert Payment.select().count() == 0


def test_payment_of_the_former_holder_s_days_asks_whose_it_is(office: Client, cast: Cast) -> None:
    old, new = cast.account, changed(cast).new_account
    form = office.get(f"{DESK}1234/").form("Внести платёж")
    assert "whose" not in form.fields
    page = form.fill(amount="100", received_on="2026-11-09", document="7").submit(status=422)
    assert (
        "По 9 ноября 2026 года включительно этот номер был у прежнего плательщика "
        "(Иванова Анна Петровна)" in plain(page)
    )
    form = page.form("Внести платёж")
    assert (form.fields["amount"], form.fields["document"]) == (["100"], ["7"])
    form.submit(status=422)
    page = form.fill(whose=str(old.id)).submit().follow()
    assert "100,00 ₽ внесены на счёт 12-34-1." in plain(page)
    assert page.path == f"{DESK}12341/"
    form.fill(whose=str(new.id), key="another").submit()
    assert [each.account_id for each in Payment.select().order_by(Payment.id)] == [old.id, new.id]


def test_payment_for_a_month_of_the_former_holder_asks_whose_it_is(
    office: Client, cast: Cast
) -> None:
    changed(cast, tenure=Tenure(None))
    form = office.get(f"{DESK}1234/").form("Внести платёж").fill(amount="100", period="2026-10")
    page = form.submit(status=422)
    assert "наследники неизвестны, 12-34, с 10 ноября 2026 года" in plain(page)
    assert "Иванова Анна Петровна, 12-34-1, по 9 ноября 2026 года" in plain(page)


def test_desk_shows_the_debt_by_month(chief: Client, cast: Cast, clock: Clock) -> None:
    make_town(cast)
    clock.at("2027-01-06T10:00")
    page = chief.get(f"{DESK}{cast.account.number_key}/")
    assert "К оплате: 1 902,86 ₽" in plain(page)
    cells = [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in page.rows()]
    assert [row[:3] for row in cells[1:]] == [
        ["октябрь 2026", "Долг 450,00 ₽", "Пени 2,14 ₽"],
        ["ноябрь 2026", "Долг 735,36 ₽", "Пени 0,00 ₽"],
        ["декабрь 2026", "Долг 715,36 ₽", "Пени 0,00 ₽"],
    ]


def test_account_that_owes_nothing_says_so(office: Client, cast: Cast) -> None:
    assert "Долга нет." in plain(office.get(f"{DESK}{cast.account.number_key}/"))


def test_desk_works_without_terms_of_payment(office: Client, chief: Client, cast: Cast) -> None:
    new = chief.get("/staff/opening-balances/new/").form("Сохранить")
    new.fill(account="12-34", kind="debt", period="2026-10", amount="100").submit()
    PaymentTerm.delete().execute()
    page = office.get(f"{DESK}{cast.account.number_key}/")
    assert "не заданы сроки оплаты" in plain(page)


def test_payment_is_taken_back_from_the_list(chief: Client, desk: Form) -> None:
    desk.fill(amount="100").submit()
    page = chief.get("/staff/payments/")
    assert "Отменить" in plain(page)
    form = chief.get(f"/staff/payments/take-back/?id={Payment.get().id}").form("Почему")
    after = form.fill(reason="Чужой счёт").submit().follow()
    assert "Платёж отменён." in plain(after)
    assert "Отменён 12.11.2026: Чужой счёт" in plain(after)
    assert [row.kind.value for row in Movement.select().order_by(Movement.id)] == [
        "payment",
        "reversal",
    ]


def test_reason_is_asked_for(chief: Client, desk: Form) -> None:
    desk.fill(amount="100").submit()
    form = chief.get(f"/staff/payments/take-back/?id={Payment.get().id}").form("Почему")
    assert "Заполните" in plain(form.submit(status=422))
    assert PaymentReversal.select().count() == 0


def test_payment_taken_back_says_when_and_why(chief: Client, cast: Cast) -> None:
    payment = make_payment(account=cast.account)
    address = f"/staff/payments/take-back/?id={payment.id}"
    form = chief.get(address).form("Почему")
    make_payment_reversal(payment, reason="Раньше")
    assert "Отменён 09.10.2026: Раньше" in plain(form.fill(reason="x").submit(status=409))


def test_two_who_take_it_back_at_once_do_it_once(
    chief: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = make_payment(account=cast.account)
    form = chief.get(f"/staff/payments/take-back/?id={payment.id}").form("Почему")
    make_payment_reversal(payment, reason="Раньше")
    monkeypatch.setattr("vodokanal.staff.payments.reversal_of", lambda _row: None)
    page = form.fill(reason="Чужой счёт").submit(status=409)
    assert "Отменён 09.10.2026: Раньше" in plain(page)


def test_reversal_form_without_its_key_is_shown_again(chief: Client, cast: Cast) -> None:
    payment = make_payment(account=cast.account)
    form = chief.get(f"/staff/payments/take-back/?id={payment.id}").form("Почему")
    assert "уже отправлена" in plain(form.fill(reason="x", key="").submit(status=409))


def test_opening_balance_is_entered(chief: Client, cast: Cast) -> None:
    form = chief.get("/staff/opening-balances/new/").form("Сохранить")
    form.fill(account="12-34", kind="penalty", period="2026-09", amount="12,34").submit()
    (row,) = OpeningBalance.select()
    assert (row.kind, row.amount, row.on) == (
        OpeningKind.PENALTY,
        Decimal("12.34"),
        date(2026, 11, 12),
    )
    assert Movement.select().count() == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"period": ""}, "Долг и пени относятся к какому-то месяцу"),
        ({"period": "2026-11"}, "Последний месяц, который можно указать: Октябрь."),
        ({"on": "2026-11-20"}, "Этот день ещё не наступил."),
        ({"amount": "0"}, "Сумма должна быть больше нуля."),
    ],
)
def test_opening_balance_that_cannot_be_is_refused(
    chief: Client, typed: dict[str, str], words: str
) -> None:
    form = chief.get("/staff/opening-balances/new/").form("Сохранить")
    form.fill(account="12-34", kind="debt", period="2026-09", amount="1")
    assert words in plain(form.fill(**typed).submit(status=422))
    assert OpeningBalance.select().count() == 0


def test_account_with_receipts_brings_nothing_along(
    chief: Client, cast: Cast, clock: Clock
) -> None:
    make_town(cast)
    clock.at("2027-01-06T10:00")
    form = chief.get("/staff/opening-balances/new/").form("Сохранить")
    form.fill(account="12-34", kind="debt", period="2026-09", amount="1")
    assert "последняя — Декабрь" in plain(form.submit(status=422))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"subject": "cold", "direction": "less"}, (Service.COLD, "principal", "-50.00")),
        ({"subject": "sewage", "direction": "more"}, (Service.SEWAGE, "principal", "50.00")),
        ({"subject": "penalty", "direction": "less"}, (None, "penalty", "-50.00")),
    ],
)
def test_correction_is_entered(
    chief: Client, typed: dict[str, str], expected: tuple[Service | None, str, str]
) -> None:
    form = chief.get("/staff/corrections/new/").form("Сохранить")
    form.fill(account="12-34", for_period="2026-10", amount="50", words="По акту 7", **typed)
    page = form.submit().follow()
    assert "По акту 7" in plain(page)
    (row,) = Correction.select()
    assert (row.service, row.side.value, str(row.amount)) == expected
    assert (row.reason, row.posted_period) == (RecalculationReason.MANUAL, NOVEMBER)


def test_correction_of_a_month_to_come_is_refused(chief: Client) -> None:
    form = chief.get("/staff/corrections/new/").form("Сохранить")
    form.fill(account="12-34", for_period="2026-12", amount="50", words="По акту 7")
    assert "Последний месяц" in plain(form.submit(status=422))


def test_correction_is_withdrawn_while_its_month_is_open(chief: Client) -> None:
    form = chief.get("/staff/corrections/new/").form("Сохранить")
    form.fill(account="12-34", for_period="2026-10", amount="50", words="По акту 7").submit()
    row = Correction.get()
    address = "/staff/corrections/withdraw/"
    assert "Отозвать его?" in plain(chief.post(address, {"id": row.id}, status=200))
    page = chief.post(address, {"id": row.id, "confirmed": "yes"}).follow()
    assert "Исправление отозвано." in plain(page)
    assert Correction.select().count() == 0


def test_correction_issued_meanwhile_is_not_withdrawn(
    chief: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = chief.get("/staff/corrections/new/").form("Сохранить")
    form.fill(account="12-34", for_period="2026-10", amount="50", words="По акту 7").submit()
    make_month(period=NOVEMBER, state=MonthState.ISSUED)
    monkeypatch.setattr("vodokanal.staff.corrections.posting_month", lambda _today: NOVEMBER)
    page = chief.post(
        "/staff/corrections/withdraw/", {"id": Correction.get().id, "confirmed": "yes"}
    ).follow()
    assert "Его месяц уже выпущен" in plain(page)
    assert Correction.select().count() == 1


def test_ledger_shows_both_sides_and_where_they_come_from(chief: Client, cast: Cast) -> None:
    make_town(cast)
    page = chief.get(f"/staff/movements/?account={cast.account.id}")
    assert "начисление" in plain(page)
    assert "выручка" in plain(page)
    newest = Movement.select().order_by(Movement.id.desc()).get()
    assert "Основание" in plain(chief.get(f"/staff/movements/details/?id={newest.id}"))


def test_opening_balances_are_listed(chief: Client, cast: Cast) -> None:
    make_opening(account=cast.account, employee=cast.galina)
    page = chief.get("/staff/opening-balances/?search=12-34")
    assert "Галина Орлова" in plain(page)


def test_stale_token_shows_the_payment_again(office: Client, desk: Form, cast: Cast) -> None:
    page = desk.fill(amount="77,10", csrf_token="stale").submit(status=400)
    assert page.form("Внести платёж").fields["amount"] == ["77,10"]
    assert Payment.select().count() == 0


def test_stale_token_shows_the_reversal_again(chief: Client, cast: Cast) -> None:
    payment = make_payment(account=cast.account)
    form = chief.get(f"/staff/payments/take-back/?id={payment.id}").form("Почему")
    page = form.fill(reason="Чужой счёт", csrf_token="stale").submit(status=400)
    assert page.form("Почему").fields["reason"] == ["Чужой счёт"]


def test_payments_and_movements_are_found_by_the_account(chief: Client, cast: Cast) -> None:
    make_town(cast)
    for path in ("payments", "movements"):
        found = len(chief.get(f"/staff/{path}/?search=12-34").rows())
        assert 1 < found < len(chief.get(f"/staff/{path}/").rows())
