"""Two printed receipts, one with a payment code, as small as they can be."""

from __future__ import annotations

from dataclasses import replace

from vodokanal.paperwork.printed import (
    Letterhead,
    PrintedReceipt,
    PrintedSum,
    ReceiptBatch,
    ToPay,
)

RECEIPT = PrintedReceipt(
    title="Квитанция",
    copy="",
    large=False,
    address="Садовая ул., д. 12",
    holder="Иванова",
    account="4070 0000 15",
    top=ToPay("К оплате", "1 234,56 ₽", "до 16 ноября", "", "ST00012|Name=Ж".encode()),
    messages=(),
    charges_title="Начислено",
    columns=("Услуга", "Объём", "Цена", "Сумма"),
    lines=(),
    sums_title="Итого",
    sums=(PrintedSum("К оплате", "1 234,56 ₽", bold=True),),
    meters=(),
    people="",
    slip_title="",
    footer="счёт",
)
WORDS = ("account", "bank", "site", "meters", "cut", "point", "signature")
BATCH = ReceiptBatch(
    language="ru",
    title="Квитанция",
    words=dict.fromkeys(WORDS, "x"),
    meter_columns=(),
    utility=Letterhead("Водоканал", ("ИНН",)),
    site=b"http://localhost",
    receipts=(RECEIPT, replace(RECEIPT, top=ToPay("Платить не нужно", "", "", ""))),
)
