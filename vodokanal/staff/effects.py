"""What a change does to a month's bill, as a small table that every dated form shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _

from vodokanal.formats.account_numbers import grouped
from vodokanal.operations.rehearsals import NO_RATE, Bill, Effect, ServiceSum
from vodokanal.staff.labels import label_of
from vodokanal.web.dates import day, month, month_title
from vodokanal.web.identity import signed_in
from vodokanal.web.numbers import money, signed_money, volume
from vodokanal.web.trouble_words import trouble_words

NONE = "—"


class Cell(NamedTuple):
    """An amount, and the volume beneath it."""

    amount: str
    volume: str = ""


class EffectLine(NamedTuple):
    """A service before and after a change, and by how much it differs."""

    words: str
    before: Cell
    after: Cell
    difference: str
    is_total: bool = False


@dataclass(frozen=True)
class ShownEffect:
    """An effect in words: the heading is the answer.

    `warnings` say why a month cannot be charged; `recalculation` leads to where issued months are
    calculated anew, for whoever may look there.
    """

    heading: str
    month: str
    lines: Sequence[EffectLine]
    notes: Sequence[str]
    warnings: Sequence[str]
    recalculation: str = ""


def effect_words(effect: Effect) -> ShownEffect:
    """An effect as the page says it."""
    return ShownEffect(
        heading=_heading(effect),
        month=month(effect.period),
        lines=_lines(effect),
        notes=[*_opened(effect), *_issued(effect)],
        warnings=_warnings(effect),
        recalculation=_recalculation(effect),
    )


def _heading(effect: Effect) -> str:
    title, difference = month_title(effect.period), effect.difference
    if difference is None:
        return _("%(month)s cannot be compared", month=title)
    if effect.before == effect.after:
        return _("%(month)s: the bill stays as it is", month=title)
    if not difference:
        return _("%(month)s: other lines, the same sum", month=title)
    if difference < 0:
        return _("%(month)s: %(sum)s less", month=title, sum=money(-difference))
    return _("%(month)s: %(sum)s more", month=title, sum=money(difference))


def _lines(effect: Effect) -> list[EffectLine]:
    before, after = effect.before, effect.after
    found = [
        _line(
            label_of(each),
            before=before.services.get(each),
            after=after.services.get(each),
        )
        for each in effect.services
    ]
    if before.corrected or after.corrected:
        sums = [ServiceSum(amount=each.corrected) for each in (before, after)]
        words = _("corrections of earlier months")
        found.append(_line(words, before=sums[0], after=sums[1]))
    total = _difference(effect.difference)
    ends = Cell(_total(before)), Cell(_total(after))
    return [*found, EffectLine(_("Together"), *ends, total, is_total=True)] if found else []


def _line(words: str, *, before: ServiceSum | None, after: ServiceSum | None) -> EffectLine:
    amounts = [Decimal(0) if each is None else each.amount for each in (before, after)]
    return EffectLine(words, _cell(before), _cell(after), _difference(amounts[1] - amounts[0]))


def _cell(found: ServiceSum | None) -> Cell:
    if found is None:
        return Cell(NONE)
    return Cell(money(found.amount), volume(found.volume) if found.volume else "")


def _difference(amount: Decimal | None) -> str:
    if amount is None:
        return NONE
    return signed_money(amount) if amount else money(amount)


def _total(bill: Bill) -> str:
    return NONE if bill.trouble else money(bill.total)


def _opened(effect: Effect) -> list[str]:
    return [
        _(
            "Account %(number)s, which is opened: %(sum)s for %(month)s.",
            number=grouped(each.number),
            sum=_total(each.bill),
            month=month(effect.period),
        )
        for each in effect.opened
    ]


def _issued(effect: Effect) -> list[str]:
    if not effect.is_counted:
        return [_("It changes more than a year of issued months: what they come to is not shown.")]
    return [
        _(
            "%(month)s is issued and would come out differently: %(sum)s.",
            month=month_title(period),
            sum=signed_money(amount),
        )
        for period, amount in effect.issued
    ]


def _warnings(effect: Effect) -> list[str]:
    afterwards = [effect.after, *(each.bill for each in effect.opened)]
    now = [effect.before] if effect.before.trouble else []
    return [
        *(_("As it is now: %(reason)s", reason=_trouble(each)) for each in now),
        *(
            _("After the change: %(reason)s", reason=_trouble(each))
            for each in afterwards
            if each.trouble
        ),
    ]


def _trouble(bill: Bill) -> str:
    code, values = bill.trouble or ("", {})
    if code == NO_RATE:
        return _("A price or a norm is missing from %(day)s on.", day=day(values["day"]))
    return trouble_words(code, values)


def _recalculation(effect: Effect) -> str:
    person = signed_in()
    is_needed = effect.issued or not effect.is_counted
    may_look = person is not None and person.may("recalculations.read")
    return url_for("recalculation.index") if is_needed and may_look else ""
