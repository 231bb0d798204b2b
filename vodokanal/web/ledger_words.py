"""What changed a balance, in words: charges, payments by how they came, debts and what is ahead."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.ledger import MovementKind
from vodokanal.billing.payments import Channel
from vodokanal.billing.statements import StatementRow
from vodokanal.web.dates import day, in_month, month
from vodokanal.web.numbers import money

N_ = lazy_gettext

YOU_PAID = {
    Channel.DESK: N_("You paid at the desk"),
    Channel.BANK: N_("You paid at a bank"),
    Channel.POST: N_("You paid at the post"),
    Channel.CARD: N_("You paid by card"),
    Channel.OTHER: N_("You paid"),
}
# Up to when the money of a channel has come.
ARRIVED = {
    Channel.DESK: N_("Payments at the desk"),
    Channel.BANK: N_("Payments at banks"),
    Channel.POST: N_("Payments at the post"),
    Channel.CARD: N_("Payments by card"),
    Channel.OTHER: N_("Other payments"),
}
HOW = {
    Channel.DESK: N_("at the desk"),
    Channel.BANK: N_("at a bank"),
    Channel.POST: N_("at the post"),
    Channel.CARD: N_("by card"),
    Channel.OTHER: N_("in another way"),
}


def movement_words(row: StatementRow) -> str:
    """What happened: Начислено за октябрь, Вы оплатили в банке."""
    if row.kind is MovementKind.CHARGE:
        return _("Charged for %(month)s", month=month(row.period))
    if row.kind is MovementKind.CORRECTION:
        return _("Recalculation %(in_month)s", in_month=in_month(row.period))
    if row.kind is MovementKind.PENALTY:
        if row.amount < 0:
            return _("Penalty reduced")
        return _("Penalty up to %(day)s", day=day(row.period.last_day))
    if row.kind is MovementKind.OPENING:
        return _("Paid ahead before") if row.amount < 0 else _("Owed from before")
    if row.kind is MovementKind.REVERSAL:
        return _("Payment taken back")
    return str(YOU_PAID[row.channel or Channel.OTHER])


def balance_words(balance: Decimal) -> str:
    """A balance as a heading: К оплате 1 234,56 ₽, Переплата 20,00 ₽, Долгов нет."""
    if balance > 0:
        return _("To pay %(sum)s", sum=money(balance))
    if balance < 0:
        return _("Paid ahead %(sum)s", sum=money(-balance))
    return _("Nothing is owed")


def balance_clause(balance: Decimal) -> str:
    """The same inside a sentence: к оплате 1 234,56 ₽."""
    words = balance_words(balance)
    return words[:1].lower() + words[1:]


def balance_after(balance: Decimal) -> str:
    """A balance in a row of a table: what is to be paid, or that it is paid ahead."""
    if balance < 0:
        return _("paid ahead %(sum)s", sum=money(-balance))
    return money(balance)
