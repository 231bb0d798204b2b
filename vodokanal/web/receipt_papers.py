"""The words of a receipt on paper: every item that ПП 354 п. 69 asks for, as the payer reads it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import urlsplit

from flask_babel import gettext as _

from vodokanal.billing.periods import Period
from vodokanal.billing.receipts import (
    PaperCorrection,
    PaperDebt,
    PaperMeter,
    ReceiptPaper,
    Requisites,
)
from vodokanal.paperwork.printed import (
    Letterhead,
    PrintedMeter,
    PrintedReceipt,
    PrintedSum,
    ReceiptBatch,
    ToPay,
)
from vodokanal.web.configuration import settings
from vodokanal.web.dates import full_day, full_month
from vodokanal.web.language import chosen_language
from vodokanal.web.numbers import MINUS, NO_BREAK, money, numbers, point
from vodokanal.web.payment_codes import payment_code_of
from vodokanal.web.receipt_lines import charge_columns, charge_line, reason_words, service_name
from vodokanal.web.wording import SOURCES, WATERS, account_words

# A long debt is told by its sum and its first month.
MOST_MONTHS_NAMED = 4


def receipt_batch(
    papers: Sequence[ReceiptPaper], period: Period, *, is_copy: bool = False
) -> ReceiptBatch:
    """Receipts of one month, ready to be laid out; the words that stand on all come once."""
    requisites = papers[0].requisites if papers else Requisites()
    return ReceiptBatch(
        language=chosen_language(),
        title=_("Receipt for %(month)s", month=full_month(period)),
        words={
            "account": _("personal account"),
            "bank": _("BANK, POST"),
            "site": _("SITE"),
            "meters": _("Meters"),
            "cut": _("tear off here to send readings on paper"),
            "point": point(),
            "signature": _("Date ____________________   Signature ____________________"),
        },
        meter_columns=[_("Meter"), _("Before, m³"), _("Last, m³"), _("Verified until")],
        utility=letterhead(requisites),
        site=settings().site_url.encode(),
        receipts=[_printed(paper, is_copy=is_copy) for paper in papers],
    )


def letterhead(requisites: Requisites) -> Letterhead:
    """The utility's name, where it is, whom to ring and where money goes; empty ones left out."""
    where = (requisites.utility_address, requisites.utility_hours)
    ring = (
        _said(
            _("office %(telephone)s", telephone=requisites.office_phone), requisites.office_phone
        ),
        _said(
            _("emergencies %(telephone)s", telephone=requisites.emergency_phone),
            requisites.emergency_phone,
        ),
        requisites.utility_email,
        urlsplit(settings().site_url).netloc,
    )
    payee = (
        _said(_("INN %(number)s", number=requisites.inn), requisites.inn),
        _said(_("KPP %(number)s", number=requisites.kpp), requisites.kpp),
        _said(
            _("settlement account %(number)s", number=requisites.bank_account),
            requisites.bank_account,
        ),
    )
    correspondent = requisites.bank_correspondent_account
    bank = (
        requisites.bank_name,
        _said(_("BIC %(number)s", number=requisites.bank_bic), requisites.bank_bic),
        _said(_("correspondent account %(number)s", number=correspondent), correspondent),
    )
    lines = [" · ".join(filter(None, each)) for each in (where, ring, payee, bank)]
    return Letterhead(requisites.utility_name, [each for each in lines if each])


def _said(words: str, value: str) -> str:
    return words if value else ""


def _printed(paper: ReceiptPaper, *, is_copy: bool) -> PrintedReceipt:
    details, month = paper.details, full_month(paper.period)
    number, copy = account_words(paper.number), _("COPY") if is_copy else ""
    return PrintedReceipt(
        title=_("Receipt for %(month)s", month=month),
        copy=copy,
        large=details.large_print,
        address=details.address,
        # As long as the heirs are not known, it is for whoever owns the premises.
        holder=details.holder or _("To the owner of the premises"),
        account=number,
        top=_top(paper, number),
        messages=details.messages,
        charges_title=_("Charged for %(month)s", month=month),
        columns=charge_columns(),
        lines=[charge_line(each) for each in paper.lines],
        sums_title=_("How it adds up"),
        sums=_sums(paper),
        meters=[_meter(each) for each in details.meters],
        people=_people(paper),
        slip_title=_("Readings for %(month)s", month=full_month(paper.period.next)),
        footer=" · ".join(
            each for each in (_("account %(number)s", number=number), month, copy.lower()) if each
        ),
    )


def _top(paper: ReceiptPaper, number: str) -> ToPay:
    if not paper.to_pay:
        ahead = money(-paper.closing)
        return ToPay(
            heading=_("Nothing to pay"),
            sum="",
            until=_("Paid ahead: %(sum)s", sum=ahead) if paper.closing else "",
            how=_("It will be counted towards the next months.") if paper.closing else "",
        )
    code = payment_code_of(paper)
    how = _("Name account %(number)s at a bank, at the post or in our office.", number=number)
    if code is not None:
        how = _(
            "Point the camera of your bank's app at the square on the right. "
            "Or name account %(number)s at a bank, at the post or in our office.",
            number=number,
        )
    return ToPay(
        heading=_("To pay"),
        sum=money(paper.to_pay),
        until=_("by %(day)s", day=full_day(paper.pay_by)),
        how=how,
        code=code,
    )


def _sums(paper: ReceiptPaper) -> list[PrintedSum]:
    month = full_month(paper.period)
    first_day = full_day(paper.period.first_day)
    vat = paper.vat
    rows = [
        PrintedSum(
            _("Paid ahead on %(day)s", day=first_day)
            if paper.opening < 0
            else _("Debt on %(day)s", day=first_day),
            _amount(paper.opening),
            _months(paper.owed_before) if paper.opening > 0 else "",
        ),
        PrintedSum(_("Paid"), _amount(-paper.paid), _last_payment(paper)),
        PrintedSum(
            _("Charged for %(month)s", month=month),
            _amount(paper.charged),
            "" if vat is None else _("VAT in it: %(sum)s", sum=money(vat)),
        ),
        *(correction_sum(each) for each in paper.corrections),
    ]
    if paper.penalty:
        rows.append(PrintedSum(_("Penalty for paying late"), _amount(paper.penalty)))
    rows.append(_answer(paper))
    return rows


def _answer(paper: ReceiptPaper) -> PrintedSum:
    overdue = _months(paper.overdue)
    return PrintedSum(
        _("Paid ahead") if paper.closing < 0 else _("To pay"),
        money(abs(paper.closing)),
        _("of which debt of earlier months: %(months)s", months=overdue) if overdue else "",
        bold=True,
    )


def correction_sum(correction: PaperCorrection) -> PrintedSum:
    """A correction in an addition: of which month and service, by how much, why."""
    month = full_month(correction.for_period)
    name = _("Recalculation for %(month)s", month=month)
    if correction.service is not None:
        name = f"{name}, {service_name(correction.service).lower()}"
    return PrintedSum(name, _amount(correction.amount), reason_words(correction))


def _last_payment(paper: ReceiptPaper) -> str:
    paid = paper.details.last_payment
    if paid is None:
        return _("no payment has come yet")
    return _("last payment %(day)s, %(sum)s", day=full_day(paid.on), sum=money(paid.amount))


def _months(debts: Sequence[PaperDebt]) -> str:
    """Of which months: сентябрь 2026 года — 359,75 ₽."""
    if not debts:
        return ""
    if len(debts) > MOST_MONTHS_NAMED:
        left = sum((each.left for each in debts), Decimal(0))
        since = full_month(debts[0].period)
        return _("%(sum)s, the oldest is %(month)s", sum=money(left), month=since)
    return ", ".join(
        _("%(month)s: %(sum)s", month=full_month(each.period), sum=money(each.left))
        for each in debts
    )


def _amount(amount: Decimal) -> str:
    """An amount of the addition: − 462,37 ₽."""
    return money(amount) if amount >= 0 else f"{MINUS}{NO_BREAK}{money(-amount)}"


def _people(paper: ReceiptPaper) -> str:
    people = paper.details.people
    if people is None:
        return ""
    return _(
        "Registered: %(registered)s, owners: %(owners)s",
        registered=people.registered,
        owners=people.owners,
    )


def _meter(meter: PaperMeter) -> PrintedMeter:
    number = f"№{NO_BREAK}{meter.serial}"
    last = _reading(meter.last, meter)
    was = "" if meter.last is None else _("it was %(value)s", value=last)
    return PrintedMeter(
        name=str(WATERS[meter.kind]),
        which=" · ".join(each for each in (number, meter.place) if each),
        previous=_reading(meter.previous, meter),
        previous_note="" if meter.previous_on is None else full_day(meter.previous_on),
        last=last,
        last_note=_who_and_when(meter),
        verify_by=_("not known") if meter.verify_by is None else full_day(meter.verify_by),
        slip_note=" · ".join(each for each in (number, was) if each),
        digits_before=meter.digits_before,
        digits_after=meter.digits_after,
    )


def _reading(value: Decimal | None, meter: PaperMeter) -> str:
    return _("no reading") if value is None else numbers().fixed(value, meter.digits_after)


def _who_and_when(meter: PaperMeter) -> str:
    known = {source.value: str(words) for source, words in SOURCES.items()}
    when = "" if meter.last_on is None else full_day(meter.last_on)
    return ", ".join(each for each in (when, known.get(meter.source or "", "")) if each)
