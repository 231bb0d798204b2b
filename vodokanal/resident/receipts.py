"""Receipts: the list of months, and each with everything that ПП 354 п. 69 asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template
from flask_babel import gettext as _

from vodokanal.billing.periods import MONTHS, Period
from vodokanal.billing.receipts import PaperMeter, ReceiptPaper
from vodokanal.operations.balances import Balance, get_balance
from vodokanal.operations.history import year_of
from vodokanal.operations.receipts import (
    ReceiptNotFoundError,
    ReceivedPayment,
    get_receipt,
    payments_of,
    receipts_of,
)
from vodokanal.resident.blueprint import blueprint
from vodokanal.resident.counted import counted_of
from vodokanal.resident.disagreement import disagrees, standing_on
from vodokanal.resident.history import MeterChart, meter_chart
from vodokanal.resident.opening import open_visit
from vodokanal.resident.papers import period_of
from vodokanal.resident.paying import paper_of, paying_of
from vodokanal.resident.worked_out import worked_out
from vodokanal.web.clock import today
from vodokanal.web.configuration import settings
from vodokanal.web.dates import day, full_day, month, month_title
from vodokanal.web.ledger_words import HOW, balance_clause, balance_words
from vodokanal.web.numbers import money, numbers, signed_money
from vodokanal.web.wording import SOURCES, WATERS, Label

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ReceiptRow:
    """A month of the list: how much, how it stands, how it was paid."""

    period: Period
    title: str
    sum: str
    label: Label
    how: str


@dataclass(frozen=True)
class ShownMeter:
    """A meter with its last two readings, as the receipt was issued with them."""

    kind: str
    title: str
    which: str
    facts: Pairs


@blueprint.get("/<number>/receipts/")
def receipts(number: str) -> str:
    visit = open_visit(number)
    account_id = visit.access.account_id
    owed = get_balance(account_id, today=today())
    rows = receipts_of(account_id)
    payments = payments_of(account_id, since=rows[-1].period) if rows else []
    return render_template(
        "resident/receipts.html",
        visit=visit,
        rows=[_row(each, owed=owed, payments=payments) for each in rows],
        balance=balance_clause(owed.amount),
        counted=counted_of(visit, owed, with_payments=True),
    )


@blueprint.get("/<number>/receipts/<period>/")
def receipt(number: str, period: str) -> str:
    visit, asked = open_visit(number), period_of(period)
    account_id = visit.access.account_id
    try:
        billed = get_receipt(account_id, asked)
    except ReceiptNotFoundError:
        abort(404)
    paper = paper_of(billed, visit.account.number)
    owed = get_balance(account_id, today=today())
    return render_template(
        "resident/receipt.html",
        visit=visit,
        paper=paper,
        period=asked,
        heading=_heading(paper),
        sums=_sums(paper),
        total=(_("To pay") if paper.closing >= 0 else _("Paid ahead"), money(abs(paper.closing))),
        # What came after the receipt does not change what stands in it.
        now="" if owed.amount == paper.closing else balance_clause(owed.amount),
        worked=worked_out(billed).standing(standing_on(account_id, asked)),
        may_disagree=disagrees(visit),
        paying=paying_of(paper),
        facts=_facts(paper, sees_people=visit.sees_people),
        meters=[_meter(each) for each in paper.details.meters],
        charts=_charts(account_id, asked),
        site=settings().site_url,
    )


def _row(receipt: Any, *, owed: Balance, payments: Iterable[ReceivedPayment]) -> ReceiptRow:
    paid = [each for each in payments if each.posted_period == receipt.period.next]
    how = [
        _("%(day)s %(how)s", day=day(each.received_on), how=str(HOW[each.channel])) for each in paid
    ]
    return ReceiptRow(
        period=receipt.period,
        title=month_title(receipt.period),
        sum=money(max(receipt.closing, receipt.closing * 0)),
        label=_standing(receipt, owed),
        how=", ".join(how),
    )


def _standing(receipt: Any, owed: Balance) -> Label:
    """Whether what the receipt asked for has been paid."""
    if receipt.closing <= 0:
        return Label("neutral", _("nothing to pay"))
    left = [each for each in owed.debts if each.period <= receipt.period]
    if not left:
        return Label("ok", _("paid"))
    if receipt.pay_by < today():
        return Label("bad", _("something is left"))
    return Label("neutral", _("by %(day)s", day=day(receipt.pay_by)))


def _sums(paper: ReceiptPaper) -> Pairs:
    """How the receipt's sum adds up; what is nothing is left out."""
    first_day = day(paper.period.first_day)
    before = (
        _("Paid ahead on %(day)s", day=first_day)
        if paper.opening < 0
        else _("Debt on %(day)s", day=first_day)
    )
    rows = [
        (before, paper.opening),
        (_("Charged for %(month)s", month=month(paper.period)), paper.charged),
        (_("Recalculations"), paper.corrected),
        (_("Penalties"), paper.penalty),
        (_("Paid"), -paper.paid),
    ]
    (first_words, opening), *others = rows
    shown = [(first_words, money(opening))]
    return shown + [(words, signed_money(each)) for words, each in others if each]


def _heading(paper: ReceiptPaper) -> str:
    """How much it asks for and by which day."""
    words = balance_words(paper.closing)
    if paper.closing <= 0:
        return words
    return _("%(sum)s by %(day)s", sum=words, day=day(paper.pay_by))


def _facts(paper: ReceiptPaper, *, sees_people: bool) -> Pairs:
    """Whose receipt it is, as far as the reader may know, and what else it rests on."""
    details = paper.details
    rows = [(_("Address"), details.address)]
    if sees_people:
        rows.append((_("Payer"), details.holder))
    if details.people is not None:
        rows.append((_("Registered people"), str(details.people.registered)))
        rows.append((_("Owners"), str(details.people.owners)))
    if details.last_payment is not None:
        paid = details.last_payment
        words = _("%(sum)s on %(day)s", sum=money(paid.amount), day=full_day(paid.on))
        rows.append((_("Last payment"), words))
    return [(name, value) for name, value in rows if value]


def _meter(meter: PaperMeter) -> ShownMeter:
    known = {source.value: str(words) for source, words in SOURCES.items()}
    given = known.get(meter.source or "", "")
    rows = [
        (_("Last reading"), meter.last, meter.last_on, given),
        (_("Reading before"), meter.previous, meter.previous_on, ""),
    ]
    facts = [
        (", ".join(filter(None, (words, "" if on is None else day(on), who))), _value(value, meter))
        for words, value, on, who in rows
        if value is not None
    ]
    if meter.verify_by is not None:
        facts.append((_("To be verified by"), full_day(meter.verify_by)))
    which = " · ".join(filter(None, (meter.place, _("meter %(number)s", number=meter.serial))))
    return ShownMeter(meter.kind.value, str(WATERS[meter.kind]), which, facts)


def _value(value: Any, meter: PaperMeter) -> str:
    return numbers().fixed(value, meter.digits_after)


def _charts(account_id: int, period: Period) -> list[MeterChart]:
    """A year of each meter up to the receipt's month."""
    periods = [period.plus(step) for step in range(1 - MONTHS, 1)]
    year = year_of(account_id, today=period.last_day)
    drawn = [meter_chart(each, periods) for each in year.meters]
    return [each for each in drawn if any(bar.height for bar in each.drawing.bars)]
