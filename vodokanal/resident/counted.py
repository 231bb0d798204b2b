"""Up to when everything is counted, and what has come since: the same block on several pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from vodokanal.billing.ledger import MovementKind
from vodokanal.billing.payments import Channel
from vodokanal.billing.periods import Period
from vodokanal.operations.balances import Balance
from vodokanal.operations.movements import newest_payments
from vodokanal.operations.visits import Visit
from vodokanal.resident.owing import find_balance
from vodokanal.web import numbers
from vodokanal.web.dates import day, month
from vodokanal.web.ledger_words import ARRIVED
from vodokanal.web.wording import kind_word

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Counted:
    """Rows of what is counted up to which day, and what was received after it."""

    rows: Pairs
    newer: Pairs


def counted_of(visit: Visit, balance: Balance, *, with_payments: bool = False) -> Counted:
    """The block; one statement. `with_payments`: the page's sums are older than the newest ones."""
    last = None if balance.last_receipt is None else balance.last_receipt.period
    rows: list[tuple[str, str]] = []
    if last is not None:
        until = _("up to %(day)s", day=day(last.last_day))
        rows = [(_("Readings"), until), (_("Charges"), until)]
    arrived = newest_payments()
    rows += [
        (str(ARRIVED[channel]), _("up to %(day)s", day=day(arrived[channel])))
        for channel in Channel
        if channel in arrived
    ]
    newer = _newer_readings(visit, last)
    if with_payments:
        newer += _newer_payments(balance)
    return Counted(rows, newer)


def find_counted(visit: Visit) -> Counted | None:
    """The block on a page about something else, three statements; None: nobody can say."""
    owed = find_balance(visit.access.account_id)
    return None if owed is None else counted_of(visit, owed, with_payments=True)


def _newer_readings(visit: Visit, last: Period | None) -> list[tuple[str, str]]:
    """Readings of months that no receipt has counted yet, as they arrived."""
    return [
        (
            _(
                "%(water)s for %(month)s, %(day)s",
                water=kind_word(story.meter.kind),
                month=month(reading.period),
                day=day(reading.taken_on),
            ),
            numbers.reading(reading.value, meter=story.meter),
        )
        for story in visit.stories
        for reading in story.readings
        if (last is not None and reading.period > last)
        or (last is None and reading.period == visit.term.period)
    ]


def _newer_payments(balance: Balance) -> list[tuple[str, str]]:
    taken_back = {each.payment for each in balance.newer if each.kind is MovementKind.REVERSAL}
    return [
        (_("Payment of %(day)s", day=day(each.on)), numbers.money(each.amount))
        for each in balance.newer
        if each.kind is MovementKind.PAYMENT and each.payment not in taken_back
    ]
