"""Papers say everything that they must, in the payer's words, and their codes are read back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from flask import Flask

from tests.cast import Cast
from tests.month_factories import make_movement, make_receipt
from tests.papers import (
    CORRECTION,
    DETAILS,
    LINES,
    OCTOBER,
    REQUISITES,
    codes_on,
    receipt_paper,
    text_of,
)
from vodokanal.billing.ledger import MovementKind, Side
from vodokanal.billing.methods import Method
from vodokanal.billing.money import rubles
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.payments import Channel
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.receipts import (
    LastPayment,
    PaperDebt,
    PaperMeter,
    PaperNorm,
    ReceiptDetails,
    ReceiptPaper,
    Requisites,
)
from vodokanal.billing.services import Service
from vodokanal.billing.statements import NoDebtCertificate, StatementPaper, StatementRow, Whose
from vodokanal.billing.volumes import cubic_metres
from vodokanal.formats.payment_qr import Payee, read_payment_code
from vodokanal.paperwork.rendering import pdf_of
from vodokanal.web.papers import (
    NotDebtFreeError,
    ReceiptNotFoundError,
    certificate_pdf,
    receipt_pdf,
    statement_pdf,
)
from vodokanal.web.payment_codes import lacks_payee, payment_code_of
from vodokanal.web.receipt_lines import METHODS, NORMS, REASONS, SERVICES
from vodokanal.web.receipt_papers import receipt_batch
from vodokanal.web.statement_papers import (
    CHANNELS,
    KINDS,
    printed_certificate,
    printed_statement,
)

WHOSE = Whose("4070000015", DETAILS.holder, DETAILS.address, REQUISITES)
NEVER = ("Платить не нужно", "КОПИЯ", "копия")


@pytest.fixture
def spoken(session_app: Flask) -> Iterator[Flask]:
    """The application's words, without a database to look into."""
    with session_app.app_context():
        yield session_app


def printed(paper: ReceiptPaper, *, is_copy: bool = False) -> str:
    return text_of(pdf_of(receipt_batch([paper], paper.period, is_copy=is_copy)))


@cache
def whole() -> str:
    """The receipt with every item: laid out once, looked into often."""
    return printed(receipt_paper())


@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize(
    "item",
    [
        # ПП 354 п. 69 а: address, payer.
        "Садовая ул., д. 12, кв. 5",
        "Иванова Анна Петровна · лицевой счёт 4070 0000 15",
        # б: the utility, its requisites, where and how to reach it.
        "МУП «Водоканал города Верхнеозёрска»",
        "г. Верхнеозёрск, Набережная ул., д. 1 · пн–пт с 8 до 17",
        "офис +7 495 000-00-01 · аварийная служба +7 495 000-00-02 · office@voda.example",
        "ИНН 7736520080 · КПП 997650001 · р/с 40702810338360027201",
        "ПАО «Сбербанк России» · БИК 044525225 · к/с 30101810400000000225",
        # в: month, services, unit, price.
        "Квитанция за октябрь 2026 года",
        "Услуга Объём, м³ Цена за м³, ₽ Сумма, ₽",
        "Холодная вода по счётчику 4,120 42,18 173,78",
        # г: volumes by meter or norm, the multiplier and what it adds apart.
        "Горячая вода по нормативу: счётчика нет; 3,648 м³ на человека, человек: 2 7,296 221,10",
        "в том числе повышающий коэффициент 1,5 806,57",
        "Водоотведение сколько холодной и горячей воды вместе 11,416 27,45 313,37",
        "Зарегистрировано: 2, собственников: 1",
        # ж: corrections with their reasons, the penalty.
        "Перерасчёт за сентябрь 2026 года, холодная вода показание уточнило расход, − 1,200 м³",
        "− 50,62 ₽",
        "Пени за просрочку 3,40 ₽",
        # з: debt of earlier months.
        "Долг на 1 октября 2026 года за сентябрь 2026 года — 822,12 ₽ 822,12 ₽",
        "в том числе долг прошлых месяцев: за сентябрь 2026 года — 363,15 ₽",
        # к: what was paid, and when for the last time.
        "Оплачено последний платёж 8 октября 2026 года, 462,37 ₽ − 462,37 ₽",
        # л: what else helps: the answer, VAT, meters with their readings, the message, the slip.
        "К оплате 3 219,40 ₽ до 16 ноября 2026 года",
        "Начислено за октябрь 2026 года в том числе НДС 31,34 ₽ 2 906,87 ₽",
        "№ 18-204417 · кухня 153,200 13 сентября 2026 года 157,320 14 октября 2026 года",
        "14 октября 2026 года, передали в кабинете 1 мая 2027 года",
        "14 октября 2026 года, передали по телефону",
        "С 1 ноября офис работает и в субботу, с 9 до 13.",
        "Показания за ноябрь 2026 года Садовая ул., д. 12, кв. 5",
        "№ 18-204418 · было 89,980",
        "БАНК, ПОЧТА",
        "САЙТ",
    ],
)
def test_receipt_has_what_the_law_asks_for(item: str) -> None:
    assert item in whole()


@pytest.mark.usefixtures("spoken")
def test_first_print_is_no_copy_and_later_ones_are() -> None:
    assert [each for each in NEVER if each in printed(receipt_paper())] == []
    text = printed(receipt_paper(), is_copy=True)
    assert "Квитанция за октябрь 2026 года КОПИЯ" in text
    assert text.endswith("лицевой счёт 4070 0000 15 · октябрь 2026 года · копия")


@pytest.mark.usefixtures("spoken")
def test_codes_of_the_page_are_read_back_by_their_bytes() -> None:
    paper = receipt_paper()
    bank, site = sorted(codes_on(receipt_batch([paper], OCTOBER)), reverse=True, key=len)
    order = read_payment_code(bank)
    assert (bank, site) == (payment_code_of(paper), b"http://localhost")
    assert order.payee == Payee(
        "МУП «Водоканал города Верхнеозёрска»",
        "40702810338360027201",
        "ПАО «Сбербанк России»",
        "044525225",
        "30101810400000000225",
    )
    assert (order.account, order.amount, order.period) == ("4070000015", rubles("3219.40"), OCTOBER)
    assert {key: order.values[key] for key in ("PayeeINN", "KPP", "TechCode", "QuittId")} == {
        "PayeeINN": "7736520080",
        "KPP": "997650001",
        "TechCode": "02",
        "QuittId": "202610-4070000015",
    }


@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize(
    ("closing", "answer"),
    [
        ("0", "Платить не нужно С 1 ноября"),
        ("-123.45", "Платить не нужно Переплата 123,45 ₽ Она зачтётся в следующих месяцах."),
    ],
)
def test_nothing_to_pay_means_no_code(closing: str, answer: str) -> None:
    paper = receipt_paper(closing=rubles(closing), debts=())
    assert codes_on(receipt_batch([paper], OCTOBER)) == [b"http://localhost"]
    text = printed(paper)
    assert (answer in text, "БАНК, ПОЧТА" in text, "Наведите камеру" in text) == (
        True,
        False,
        False,
    )


@pytest.mark.usefixtures("spoken")
def test_without_a_payee_there_is_no_code_and_the_rest_is() -> None:
    paper = receipt_paper(requisites=Requisites(utility_name="Водоканал"))
    text = printed(paper)
    assert (payment_code_of(paper), "БАНК, ПОЧТА" in text, "Наведите" in text) == (
        None,
        False,
        False,
    )
    assert "Назовите лицевой счёт 4070 0000 15 в банке, на почте или у нас в офисе." in text


@pytest.mark.usefixtures("spoken")
def test_long_name_of_a_payee_fits_in_another_encoding() -> None:
    name = (
        "Муниципальное унитарное предприятие «Водопроводно-канализационное хозяйство города Верх»"
    )
    paper = receipt_paper(requisites=replace(REQUISITES, utility_name=name, bank_name="Б" * 60))
    (bank, _site) = sorted(codes_on(receipt_batch([paper], OCTOBER)), reverse=True, key=len)
    assert bank.startswith(b"ST00011|")
    payee = read_payment_code(bank).payee
    assert (payee.name, payee.bank) == (name, "Б" * 45)


@pytest.mark.usefixtures("spoken")
def test_payee_without_a_correspondent_account_has_a_zero() -> None:
    code = payment_code_of(
        receipt_paper(requisites=replace(REQUISITES, bank_correspondent_account=""))
    )
    assert read_payment_code(code or b"").payee.correspondent_account == "0"
    assert (lacks_payee(REQUISITES), lacks_payee(Requisites())) == (False, True)


@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize(
    "name",
    ["*Анна* _Ивановна_ #let x = 1", "$x^2$ \\alpha `raw` @ref <label>", "[a] #panic() // нет"],
)
def test_signs_of_markup_are_printed_as_they_are(name: str) -> None:
    details = replace(DETAILS, holder=name, messages=(name,), address=name)
    text = printed(receipt_paper(details=details))
    assert text.count(name) == 4


@pytest.mark.usefixtures("spoken")
def test_large_type_is_larger_and_says_the_same() -> None:
    paper = receipt_paper()
    large = replace(paper, details=replace(DETAILS, large_print=True))
    words = sorted(set(printed(paper).split()))
    assert sorted(set(printed(large).split())) == words
    assert codes_on(receipt_batch([large], OCTOBER)) == codes_on(receipt_batch([paper], OCTOBER))


@pytest.mark.usefixtures("spoken")
def test_account_without_meters_has_no_slip() -> None:
    text = printed(receipt_paper(details=replace(DETAILS, meters=())))
    assert ("Счётчики" in text, "оторвите здесь" in text) == (False, False)


@pytest.mark.usefixtures("spoken")
def test_meter_of_which_nothing_is_known_says_so() -> None:
    bare = PaperMeter(id=1, kind=Kind.COLD, serial="18-204417", place="кухня")
    text = printed(receipt_paper(details=replace(DETAILS, meters=(bare,))))
    assert "Холодная вода № 18-204417 · кухня нет нет неизвестно" in text
    assert "было" not in text


@pytest.mark.usefixtures("spoken")
def test_receipt_of_which_little_is_known_is_printed() -> None:
    bare = receipt_paper(
        details=ReceiptDetails(), requisites=Requisites(), lines=(), corrections=(), debts=()
    )
    text = printed(replace(bare, opening=rubles("-5"), penalty=rubles("0")))
    assert "Переплата на 1 октября 2026 года − 5,00 ₽" in text
    assert "Оплачено платежей ещё не было" in text
    assert ("Пени" in text, "НДС" in text, "Перерасчёт" in text, "Зарегистр" in text) == (
        False,
    ) * 4


@pytest.mark.usefixtures("spoken")
def test_debt_of_many_months_is_told_by_its_oldest() -> None:
    months = [Period(2026, month) for month in range(3, 9)]
    debts = tuple(PaperDebt(each, rubles("100"), date(2026, 10, 15)) for each in months)
    text = printed(receipt_paper(debts=debts, owed_before=debts[:2]))
    assert "в том числе долг прошлых месяцев: 600,00 ₽, самый старый за март 2026 года" in text
    assert "за март 2026 года — 100,00 ₽, за апрель 2026 года — 100,00 ₽" in text


@pytest.mark.usefixtures("spoken")
def test_correction_of_a_penalty_in_ones_own_words() -> None:
    correction = replace(
        CORRECTION, side=Side.PENALTY, words="По решению суда", service=None, volume=None
    )
    assert "Перерасчёт за сентябрь 2026 года пени: По решению суда" in printed(
        receipt_paper(corrections=(correction,))
    )


@pytest.mark.usefixtures("spoken")
def test_every_code_has_its_words() -> None:
    assert (set(METHODS), set(REASONS)) == (set(Method), set(RecalculationReason))
    assert (set(SERVICES), set(NORMS)) == (set(Service), set(NormBasis))
    assert (set(KINDS), set(CHANNELS)) == (set(MovementKind), set(Channel))


@pytest.mark.usefixtures("spoken")
def test_volume_with_many_decimals_and_norm_of_a_garden() -> None:
    norms = (PaperNorm(cubic_metres("0.05"), rubles(600), NormBasis.GARDEN),)
    line = replace(LINES[1], volume=cubic_metres("4.516129"), norms=norms)
    text = printed(receipt_paper(lines=(line,)))
    assert "0,05 м³ на 1 м² огорода, всего 600 м²" in text
    assert " 4,516129 " in text


@pytest.mark.usefixtures("spoken")
def test_statement_shows_every_row_with_the_balance_after_it() -> None:
    rows = (
        StatementRow(
            date(2026, 10, 8),
            MovementKind.PAYMENT,
            OCTOBER,
            rubles("-200"),
            rubles("-26.22"),
            Channel.BANK,
        ),
        StatementRow(
            date(2026, 10, 31), MovementKind.CHARGE, OCTOBER, rubles("874.81"), rubles("848.59")
        ),
    )
    paper = StatementPaper(WHOSE, Period(2026, 9), OCTOBER, rubles("173.78"), rows)
    text = text_of(pdf_of(printed_statement(paper)))
    assert "Выписка по лицевому счёту 4070 0000 15 сентябрь 2026 года — октябрь 2026 года" in text
    assert "К оплате на 1 сентября 2026 года 173,78 ₽" in text
    assert "8 октября 2026 года Оплачено в банке − 200,00 ₽ − 26,22 ₽" in text
    assert "31 октября 2026 года Начислено за октябрь 2026 года + 874,81 ₽ 848,59 ₽" in text
    assert "Всего начислено 874,81 ₽ Всего оплачено 200,00 ₽" in text
    assert "К оплате на 31 октября 2026 года 848,59 ₽" in text
    assert "лист 1 / 1" in text


@pytest.mark.usefixtures("spoken")
def test_empty_statement_of_one_month_says_so() -> None:
    paper = StatementPaper(WHOSE, OCTOBER, OCTOBER, rubles("-5"))
    text = text_of(pdf_of(printed_statement(paper)))
    assert "октябрь 2026 года — " not in text
    assert "Начислений и платежей не было." in text
    assert "Переплата на 31 октября 2026 года 5,00 ₽" in text


@pytest.mark.usefixtures("spoken")
def test_certificate_says_whose_and_when() -> None:
    paid = LastPayment(date(2026, 11, 9), rubles("213.78"))
    paper = NoDebtCertificate(WHOSE, date(2026, 11, 12), rubles("5"), paid)
    text = text_of(pdf_of(printed_certificate(paper)))
    assert (
        "На 12 ноября 2026 года по лицевому счёту 4070 0000 15 (адрес: Садовая ул., д. 12, кв. 5,"
        " плательщик: Иванова Анна Петровна) задолженности за воду и водоотведение нет."
        " Последний платёж поступил 9 ноября 2026 года: 213,78 ₽. Переплата: 5,00 ₽."
    ) in text


@pytest.mark.usefixtures("spoken")
def test_certificate_says_what_the_next_receipt_will_correct() -> None:
    paper = NoDebtCertificate(WHOSE, date(2026, 11, 12), waiting=rubles("-305.91"))
    text = text_of(pdf_of(printed_certificate(paper)))
    assert "Ещё не учтены исправления на − 305,91 ₽: они войдут в следующую квитанцию." in text


@pytest.mark.usefixtures("spoken")
def test_certificate_of_an_account_without_a_holder() -> None:
    paper = NoDebtCertificate(replace(WHOSE, holder=""), date(2026, 11, 12))
    text = text_of(pdf_of(printed_certificate(paper)))
    assert "(адрес: Садовая ул., д. 12, кв. 5) задолженности" in text
    assert re.search("Последний|Переплата|плательщик", text) is None


def test_papers_of_an_account_are_pdf_files(app: Flask, cast: Cast) -> None:
    make_receipt(account=cast.account, details=DETAILS.to_json())
    with app.app_context():
        found = [
            receipt_pdf(cast.account.id, OCTOBER, is_copy=True),
            statement_pdf(cast.account.id, OCTOBER, last=OCTOBER),
            certificate_pdf(cast.account.id, date(2026, 11, 12)),
        ]
    assert [each[:5] for each in found] == [b"%PDF-"] * 3


def test_papers_that_cannot_be_made_are_refused(app: Flask, cast: Cast) -> None:
    make_movement(account=cast.account)
    with app.app_context():
        with pytest.raises(ReceiptNotFoundError):
            receipt_pdf(cast.account.id, OCTOBER, is_copy=False)
        with pytest.raises(NotDebtFreeError):
            certificate_pdf(cast.account.id, date(2026, 11, 12))
