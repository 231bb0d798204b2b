"""Receipts to be printed, as values: one that has every item, and what is left of a paper to look at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import zxingcpp
from PIL import Image
from pypdf import PdfReader

from vodokanal.billing.methods import Method
from vodokanal.billing.money import rubles
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.receipts import (
    LastPayment,
    PaperCorrection,
    PaperDebt,
    PaperLine,
    PaperMeter,
    PaperNorm,
    People,
    ReceiptDetails,
    ReceiptPaper,
    Requisites,
)
from vodokanal.billing.services import Service
from vodokanal.billing.volumes import cubic_metres
from vodokanal.paperwork.printed import Paper
from vodokanal.paperwork.rendering import pictures_of

OCTOBER, SEPTEMBER = Period(2026, 10), Period(2026, 9)
# Enough for a telephone at arm's length.
PIXELS_PER_INCH = 200

REQUISITES = Requisites(
    utility_name="МУП «Водоканал города Верхнеозёрска»",
    utility_address="г. Верхнеозёрск, Набережная ул., д. 1",
    utility_hours="пн–пт с 8 до 17",
    office_phone="+7 495 000-00-01",
    emergency_phone="+7 495 000-00-02",
    utility_email="office@voda.example",
    inn="7736520080",
    kpp="997650001",
    bank_name="ПАО «Сбербанк России»",
    bank_bic="044525225",
    bank_account="40702810338360027201",
    bank_correspondent_account="30101810400000000225",
)
METERS = (
    PaperMeter(
        id=1,
        kind=Kind.COLD,
        serial="18-204417",
        place="кухня",
        previous=cubic_metres("153.2"),
        previous_on=date(2026, 9, 13),
        last=cubic_metres("157.32"),
        last_on=date(2026, 10, 14),
        source="resident",
        verify_by=date(2027, 5, 1),
    ),
    PaperMeter(
        id=2,
        kind=Kind.HOT,
        serial="18-204418",
        place="ванная",
        previous=cubic_metres("87.615"),
        previous_on=date(2026, 9, 13),
        last=cubic_metres("89.98"),
        last_on=date(2026, 10, 14),
        source="telephone",
        verify_by=date(2027, 5, 1),
    ),
)
DETAILS = ReceiptDetails(
    holder="Иванова Анна Петровна",
    address="Садовая ул., д.\N{NO-BREAK SPACE}12, кв.\N{NO-BREAK SPACE}5",
    people=People(registered=2, owners=1),
    meters=METERS,
    last_payment=LastPayment(date(2026, 10, 8), rubles("462.37")),
    messages=("С 1 ноября офис работает и в субботу, с 9 до 13.",),
)
LINES = (
    PaperLine(
        service=Service.COLD,
        method=Method.METER,
        volume=cubic_metres("4.12"),
        price=rubles("42.18"),
        amount=rubles("173.78"),
        vat=rubles("31.34"),
    ),
    PaperLine(
        service=Service.HOT,
        method=Method.NO_METER,
        volume=cubic_metres("7.296"),
        price=rubles("221.10"),
        amount=rubles("2419.72"),
        multiplier=rubles("1.5"),
        excess=rubles("806.57"),
        norms=(PaperNorm(cubic_metres("3.648"), rubles(2)),),
    ),
    PaperLine(
        service=Service.SEWAGE,
        method=Method.SUM,
        volume=cubic_metres("11.416"),
        price=rubles("27.45"),
        amount=rubles("313.37"),
    ),
)
CORRECTION = PaperCorrection(
    for_period=SEPTEMBER,
    reason=RecalculationReason.TRUE_UP,
    amount=rubles("-50.62"),
    service=Service.COLD,
    volume=cubic_metres("-1.2"),
)


def receipt_paper(**given: Any) -> ReceiptPaper:
    """October's receipt with every item that there can be, unless something else is said."""
    whole = ReceiptPaper(
        number="4070000015",
        period=OCTOBER,
        opening=rubles("822.12"),
        charged=rubles("2906.87"),
        corrected=rubles("-50.62"),
        penalty=rubles("3.40"),
        paid=rubles("462.37"),
        closing=rubles("3219.40"),
        pay_by=date(2026, 11, 16),
        details=DETAILS,
        requisites=REQUISITES,
        lines=LINES,
        corrections=(CORRECTION,),
        owed_before=(PaperDebt(SEPTEMBER, rubles("822.12"), date(2026, 10, 15)),),
        debts=(
            PaperDebt(SEPTEMBER, rubles("363.15"), date(2026, 10, 15)),
            PaperDebt(OCTOBER, rubles("2856.25"), date(2026, 11, 16)),
        ),
    )
    return replace(whole, **given)


def text_of(pdf: bytes) -> str:
    """The words of a PDF, with plain blanks, line breaks as blanks."""
    pages = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    return " ".join(" ".join(pages).split())


def codes_on(paper: Paper) -> list[bytes]:
    """The bytes of the codes that a reader finds on the printed pages."""
    found = []
    for picture in pictures_of(paper, pixels_per_inch=PIXELS_PER_INCH):
        found += [each.bytes for each in zxingcpp.read_barcodes(Image.open(BytesIO(picture)))]
    return found
