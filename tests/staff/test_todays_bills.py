"""The desks that print: the bill for today with its code, the case file with everything of an account."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.cast import ACCOUNT, Cast, actor_of
from tests.clock import moment
from tests.conftest import SECRET_KEY, ClientAs
from tests.factories import make_email, make_letter, make_setting
from tests.ledgers import charge, pay, take_back
from tests.month_factories import make_correction, make_meter_check
from tests.months import ZONE, closed, make_rates, settle
from tests.page import Client
from tests.papers import codes_on, text_of
from vodokanal.billing.periods import Period
from vodokanal.formats.payment_qr import read_payment_code
from vodokanal.models.accounts import Account
from vodokanal.models.database import BusyDatabaseError
from vodokanal.models.journal import JournalEntry
from vodokanal.models.letters import LetterKind
from vodokanal.models.meters import Meter
from vodokanal.models.terms import PaymentTerm
from vodokanal.operations.disputes import NewDispute, open_dispute
from vodokanal.operations.journal import record
from vodokanal.operations.queue import open_queue
from vodokanal.operations.todays_bills import get_todays_bill
from vodokanal.web.todays_bills import printed_bill

OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)
TODAY = date(2026, 11, 12)
BILL = f"/staff/todays-bill/{ACCOUNT}/"
CASE = f"/staff/case-file/{ACCOUNT}/"
BANK = {
    "utility_name": "Водоканал Верхнеозёрска",
    "inn": "7707083893",
    "bank_name": "Банк",
    "bank_bic": "044525225",
    "bank_account": "40702810938000000001",
    "bank_correspondent_account": "30101810400000000225",
}


@pytest.fixture(autouse=True)
def _october(cast: Cast) -> None:
    open_queue(SECRET_KEY)
    for name, value in BANK.items():
        make_setting(name, value)
    settle(cast.account, make_rates())
    closed(OCTOBER, "2026-11-01T09:00")


@pytest.fixture
def billing(client_as: ClientAs, cast: Cast) -> Client:
    """Dmitry's browser."""
    return client_as(cast.dmitry)


def printed(client: Client) -> str:
    return text_of(client.get(f"{BILL}bill.pdf").response.data)


def test_bill_is_found_by_what_a_caller_says(billing: Client) -> None:
    page = billing.get("/staff/todays-bill/").form("Найти").fill(find="Иванова").submit()
    assert page.location == "/staff/todays-bill/1234/"
    assert page.follow().heading == "К оплате 756,51 ₽"
    billing.get("/staff/todays-bill/99-99/", status=404)


def test_page_and_paper_say_the_same(billing: Client, cast: Cast) -> None:
    pay(cast.account, NOVEMBER, "200", received_on=date(2026, 11, 8))
    make_correction(account=cast.account, posted_period=NOVEMBER, for_period=OCTOBER)
    new = NewDispute(cast.account.id, OCTOBER, "cold-0", "Нас не было")
    at = datetime(2026, 11, 12, 10, tzinfo=ZONE)
    open_dispute(actor_of(cast.anna), new, key="k", today=TODAY, at=at)
    words = (
        "По квитанции за октябрь 2026 года 756,51 ₽",
        "Оплачено в банке 8 ноября 2026 года − 200,00 ₽",
        "Перерасчёт за октябрь 2026 года, холодная вода По заявлению − 50,00 ₽",
        "Оспаривается: до ответа не требуем − 134,98 ₽",
        "К оплате 371,53 ₽",
        "Долг, срок не наступил 506,51 ₽",
        "134,98 ₽ оспаривается.",
        "Начисления за ноябрь 2026 года будут в квитанции за этот месяц.",
    )
    page, paper = billing.get(BILL).plain, printed(billing)
    for each in words:
        assert each in paper
        assert each.replace(" ", "") in page.replace(" ", "")
    assert "Напечатано 12 ноября 2026 года в 10:42. Подготовлено: Дмитрий Лебедев." in paper
    assert "подпись, печать" in paper


def test_code_asks_for_what_is_demanded_and_names_no_month(billing: Client, cast: Cast) -> None:
    pay(cast.account, NOVEMBER, "200", received_on=date(2026, 11, 8))
    with billing.browser.application.test_request_context():
        bill = get_todays_bill(Account.get_by_id(cast.account.id), today=TODAY, zone=ZONE)
        (code,) = codes_on(printed_bill(bill, printed_by="Дмитрий", at="10:42"))
    order = read_payment_code(code)
    assert order.payee.account == BANK["bank_account"]
    assert {name: order.values.get(name) for name in ("PersAcc", "Sum", "PaymPeriod")} == {
        "PersAcc": ACCOUNT,
        "Sum": "55651",
        "PaymPeriod": None,
    }


def test_nothing_to_pay_has_no_code(billing: Client, cast: Cast) -> None:
    pay(cast.account, NOVEMBER, "800", received_on=date(2026, 11, 8))
    paper = printed(billing)
    assert "Переплата 43,49 ₽" in paper
    assert "БАНК, ПОЧТА" not in paper


def test_closed_account_gets_its_final_bill(billing: Client) -> None:
    Account.update(closed_on=date(2026, 11, 10)).execute()
    paper = printed(billing)
    assert "Заключительный счёт" in paper
    assert "Начислено за ноябрь 2026 года" in paper
    assert "Счёт закрыт 10 ноября 2026 года: больше ничего не начисляется." in paper


def test_bill_without_terms_of_payment_says_what_is_missing(billing: Client, cast: Cast) -> None:
    charge(cast.vera_account, NOVEMBER, "100")
    PaymentTerm.delete().execute()
    url = "/staff/todays-bill/56-78/"
    assert "не заданы сроки" in billing.get(url).plain.lower()
    assert billing.get(f"{url}bill.pdf", status=303).location == "/staff/todays-bill/5678/"


def test_case_file_holds_everything_and_is_written_down(billing: Client, cast: Cast) -> None:
    make_meter_check(cast.cold, found="158.5")
    taken = {"removed_on": date(2026, 11, 5), "final_reading": "103.7"}
    Meter.update(taken).where(Meter.id == cast.hot.id).execute()
    record(actor_of(cast.galina), "update", subject=cast.hot, at=moment("2026-11-05T09:00"))
    take_back(pay(cast.account, NOVEMBER, "70"), NOVEMBER)
    page = billing.get(CASE)
    assert (page.find(".//input[@name='first']").get("value") or "") == "2023-12"
    form = page.form("Напечатать дело")
    pdf = form.fill(first="2026-09", last="2026-11").submit(status=200).response.data
    text = text_of(pdf)
    for words in (
        "Дело лицевого счёта",
        "сентябрь 2026 года — ноябрь 2026 года",
        "Иванова Анна Петровна",
        "Холодная вода · № 00012345",
        "октябрь 2026 года 15.10.2026 158,000 передали в кабинете",
        "Холодная вода, по счётчику 134,98 ₽",
        "134,976 — до копейки",
        "Как сложился долг",
        "756,51 ₽",
        "12 20.10.2026 № 00012345 158,500",
        "05.11.2026: 103,700",
        "Счётчик № 00054321",
        "платёж отменён 10.11.2026: Чужой платёж",
        "Дмитрий Лебедев.",
        "лист 1 / ",
    ):
        assert words in text, words
    entry = JournalEntry.get(JournalEntry.action == "print_case_file")
    assert entry.subject_id == cast.account.id


def letter_of_each_kind(cast: Cast) -> dict[LetterKind, str]:
    """A letter of every kind about what the account has; what the case file says of it."""
    anna, account = make_email(cast.anna), cast.account
    submission, receipt = account.submissions.get(), account.receipts.get()
    new = NewDispute(account.id, OCTOBER, "cold-0", "Нас не было")
    dispute = open_dispute(actor_of(anna), new, key="k", today=TODAY, at=submission.received_at)
    told = {
        LetterKind.READINGS_RECEIVED: (submission, f"показания № {submission.number}"),
        LetterKind.RECEIPT_READY: (receipt, "квитанция за октябрь"),
        LetterKind.DISPUTE_ANSWERED: (dispute, f"спор № {dispute.id}"),
        LetterKind.MONTH_STANDING: (None, ""),
    }
    for kind, (row, _words) in told.items():
        if row is not None:
            subject = {"subject_table": row._meta.table_name, "subject_id": row.id}
            at = datetime(2026, 11, 5, 9, tzinfo=ZONE)
            make_letter(anna, kind=kind, created_at=at, **subject)
    return {kind: words for kind, (_row, words) in told.items()}


def test_case_file_tells_a_letter_of_every_kind(billing: Client, cast: Cast) -> None:
    told = letter_of_each_kind(cast)
    assert set(told) == set(LetterKind)
    form = billing.get(CASE).form("Напечатать дело").fill(first="2026-09", last="2026-11")
    text = text_of(form.submit(status=200).response.data)
    assert [words for words in told.values() if words not in text] == []


def test_case_file_that_cannot_be_made_is_not_said_to_be_printed(
    billing: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def torn(*_args: object) -> bytes:
        raise BusyDatabaseError

    monkeypatch.setattr("vodokanal.staff.case_files.pdf_of", torn)
    billing.get(CASE).form("Напечатать дело").submit(status=503)
    assert not JournalEntry.select().where(JournalEntry.action == "print_case_file").exists()


def test_case_file_of_odd_months_is_refused(billing: Client) -> None:
    form = billing.get(CASE).form("Напечатать дело")
    page = form.fill(first="2026-11", last="2026-09").submit(status=422)
    assert "От более раннего месяца к более позднему" in page.plain
    assert "Месяц" in form.fill(first="осень").submit(status=422).plain
    assert billing.get(f"{CASE}case.pdf", status=303).location == CASE


def test_case_file_is_not_for_the_office(client_as: ClientAs, cast: Cast) -> None:
    client_as(cast.galina).get(CASE, status=403)


def test_case_file_is_found_and_its_form_comes_back(billing: Client) -> None:
    page = billing.get("/staff/case-file/").form("Найти").fill(find=ACCOUNT).submit()
    assert page.location == "/staff/case-file/1234/"
    assert "Найти" in billing.get("/staff/case-file/").plain
    again = billing.post(f"{CASE}case.pdf", {"first": "2026-09"}, csrf=False, status=400)
    assert "2026-09" in again.html
