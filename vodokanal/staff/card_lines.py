"""What the card says of an account, line by line: money, months, people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from vodokanal.billing.methods import Method
from vodokanal.billing.periods import Period
from vodokanal.billing.services import Service
from vodokanal.models.accounts import AccountService
from vodokanal.operations.account_cards import Card, CardAccess, CardMonth
from vodokanal.operations.balances import Balance
from vodokanal.resident.owing import by_day
from vodokanal.staff.card_actions import CARD
from vodokanal.staff.labels import label_of
from vodokanal.web.clock import today
from vodokanal.web.configuration import settings
from vodokanal.web.dates import day, month_title
from vodokanal.web.ledger_words import HOW
from vodokanal.web.numbers import money, numbers

N_ = lazy_gettext

NOTHING = Decimal(0)
WATERS = (Service.COLD, Service.HOT)
# A line by a meter says more than one that follows from others.
SAID = (Method.METER, Method.AVERAGE, Method.NORM, Method.NO_METER, Method.SUM)
METHODS = {
    Method.METER: N_("by readings"),
    Method.AVERAGE: N_("by the average"),
    Method.NORM: N_("by the norm"),
    Method.NO_METER: N_("no meter, by the norm"),
    Method.SUM: N_("by cold and hot water"),
}


@dataclass(frozen=True)
class Owed:
    """The corner of the card: what is owed, by which day, how much is overdue.

    And what the bill for today asks for, where that is another sum.
    """

    words: str
    until: str
    overdue: str
    bill: str


@dataclass(frozen=True)
class DebtLine:
    """What is left of a month: which, since when overdue, how much."""

    words: str
    sum: str
    is_overdue: bool


@dataclass(frozen=True)
class MonthLine:
    """An issued month: its volumes, how it was counted, what was charged and what of it is paid."""

    title: str
    volumes: Sequence[str]
    how: str
    charged: str
    paid: str


@dataclass(frozen=True)
class PersonLine:
    """Somebody who may open the account: who they are to it, when they were last seen."""

    relation: str
    name: str
    seen: str
    password_url: str


def owed_words(owed: Balance, *, bill: str = "") -> Owed:
    """Долг 1 234,56 ₽, до 16 ноября, 359,75 ₽ просрочено."""
    if owed.amount > 0:
        words = _("Debt %(sum)s", sum=money(owed.amount))
    elif owed.amount < 0:
        words = _("Paid ahead %(sum)s", sum=money(-owed.amount))
    else:
        words = _("No debt")
    is_late = owed.overdue > 0 and owed.amount > 0
    overdue = _("%(sum)s overdue", sum=money(min(owed.overdue, owed.amount))) if is_late else ""
    return Owed(words, by_day(owed), overdue, bill)


def debt_lines(owed: Balance) -> list[DebtLine]:
    """The open months, the newest first, and the penalties."""
    lines = []
    for each in reversed([debt for debt in owed.debts if debt.principal]):
        late = (today() - each.due_on).days
        if late > 0:
            words = ngettext("%(num)s day", "%(num)s days", late)
        else:
            words = _("by %(day)s", day=day(each.due_on))
        title = f"{month_title(each.period)}, {words}"
        lines.append(DebtLine(title, _sum(each.principal), is_overdue=late > 0))
    return [*lines, DebtLine(_("Penalties"), _sum(owed.penalty), is_overdue=False)]


def last_payment_words(card: Card) -> str:
    """When money came last, how, and how much."""
    paid = card.last_payment
    if paid is None:
        return _("No payment is noted yet.")
    return _(
        "Last payment: %(day)s, %(how)s, %(sum)s",
        day=day(paid.received_on),
        how=str(HOW[paid.channel]),
        sum=money(paid.amount),
    )


def month_lines(months: Sequence[CardMonth], owed: Balance | None) -> list[MonthLine]:
    """The issued months; what is still owed of one has not been paid."""
    left = {} if owed is None else {each.period: each.principal for each in owed.debts}
    return [_month_line(each, left) for each in months]


def _month_line(month: CardMonth, left: Mapping[Period, Decimal]) -> MonthLine:
    unpaid = min(max(left.get(month.period, NOTHING), NOTHING), month.charged)
    return MonthLine(
        title=month_title(month.period),
        volumes=[_volume(month, service) for service in WATERS],
        how=", ".join(_methods(month)),
        charged=_sum(month.charged),
        paid=_sum(month.charged - unpaid),
    )


def _volume(month: CardMonth, service: Service) -> str:
    volumes = [each.volume for each in month.lines if each.service is service]
    return numbers().fixed(sum(volumes, NOTHING), 3) if volumes else "—"


def _methods(month: CardMonth) -> list[str]:
    """How the waters were counted; of the drain only where there is nothing else."""
    lines = [each for each in month.lines if each.service in WATERS] or month.lines
    used = {each.method for each in lines}
    return [str(METHODS[each]) for each in SAID if each in used]


def people_lines(
    accesses: Sequence[CardAccess], number: str, *, may_change: bool
) -> list[PersonLine]:
    """Who may open the account; the password of each is one step away."""
    card = url_for(CARD, number=number)
    return [
        PersonLine(
            relation=label_of(each.relation),
            name=each.name,
            seen=_seen(each),
            password_url=(
                url_for("residents.password", id=each.resident_id, url=card) if may_change else ""
            ),
        )
        for each in accesses
    ]


def _seen(access: CardAccess) -> str:
    if access.is_disabled:
        return _("sign-in closed")
    if access.seen_at is None:
        return _("has not been there yet")
    return _("was there on %(day)s", day=day(access.seen_at.astimezone(settings().zone).date()))


def occupants_words(card: Card) -> str:
    """How many are registered, or own where nobody is."""
    if card.occupancy is None:
        return ""
    if card.occupancy.registered:
        return ngettext("%(num)s person", "%(num)s people", card.occupancy.registered)
    owners = ngettext("%(num)s owner", "%(num)s owners", card.occupancy.owners)
    return _("nobody, %(owners)s", owners=owners)


def services_words(services: Sequence[AccountService]) -> str:
    """What the account has: холодная вода, горячая вода, водоотведение."""
    return ", ".join(label_of(each.service) for each in services)


def _sum(value: Decimal) -> str:
    return numbers().fixed(value, 2)
