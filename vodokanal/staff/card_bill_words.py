"""What the bill for today asks for, said beside the balance where the two are not the same."""

from __future__ import annotations

from flask_babel import gettext as _

from vodokanal.models.accounts import Account
from vodokanal.operations.account_cards import Card
from vodokanal.operations.balances import Balance
from vodokanal.operations.card_bills import CardBill, Waits, find_card_bill
from vodokanal.operations.card_cases import CardCases
from vodokanal.web.clock import today
from vodokanal.web.configuration import settings
from vodokanal.web.numbers import MINUS, NO_BREAK, money


def card_bill(card: Card, owed: Balance, *, cases: CardCases) -> str:
    """The words for the corner of a card; empty: the bill asks for the balance."""
    disputed = [(each.debt_period, each.amount) for each in cases.disputes]
    waits = Waits(card.has_corrections, disputed)
    return bill_words(card.account, owed, waits=waits)


def bill_words(account: Account, owed: Balance, *, waits: Waits) -> str:
    """В счёте на сегодня 1 866,17 ₽: с исправлениями, которых ещё нет в квитанции."""
    bill = find_card_bill(account, owed, waits=waits, today=today(), zone=settings().zone)
    if bill is None:
        return ""
    asked = bill.amount
    shown = money(asked) if asked >= 0 else f"{MINUS}{NO_BREAK}{money(-asked)}"
    return _("On the bill for today %(sum)s: %(why)s", sum=shown, why=", ".join(_reasons(bill)))


def _reasons(bill: CardBill) -> list[str]:
    """Why it is not the balance."""
    found = []
    if bill.has_corrections:
        found.append(_("with corrections that no receipt shows yet"))
    if bill.is_final:
        found.append(_("with the last charges"))
    if bill.is_disputed:
        found.append(_("without what is disputed"))
    return found
