"""How a penalty came about: which debt, how many days, what part of which rate."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import ngettext

from vodokanal.billing.penalties import Segment
from vodokanal.billing.penalty_inputs import PenaltyInputs
from vodokanal.billing.periods import Period
from vodokanal.web.charge_words import RULE, SUM, Column, Step
from vodokanal.web.dates import day, month, span
from vodokanal.web.numbers import MINUS, NO_BREAK, exact, money, signed_money

EXACT = Decimal("0.0001")


def penalty_title(debt_period: Period) -> str:
    """Whose penalty it is: Пени за август."""
    return _("Penalty for %(month)s", month=month(debt_period))


def penalty_column(amount: Decimal, kept: PenaltyInputs, *, posted: Period) -> Column:
    """The column of what was posted with a month: every span of days, less what was posted before."""
    until = day(posted.last_day)
    if not kept.segments:
        return Column([Step(_("Posted on %(day)s", day=until), signed_money(amount), SUM)])
    steps = [_step(each) for each in kept.segments]
    steps.append(Step(_("The whole penalty up to %(day)s", day=until), money(kept.whole), RULE))
    steps += _less_before(kept.whole, amount)
    return Column(steps, [_since(kept)])


def _less_before(whole: Decimal, amount: Decimal) -> Iterator[Step]:
    before = whole - amount
    if before:
        value = f"{MINUS}{NO_BREAK}{money(before)}"
        yield Step(_("Posted with earlier receipts"), value)
    yield Step(_("Added now"), money(amount), SUM)


def _step(segment: Segment) -> Step:
    days = ngettext("%(num)s day", "%(num)s days", segment.span.days)
    words = _(
        "%(span)s, %(days)s: %(debt)s × %(percent)s %% ÷ %(share)s",
        span=span(segment.span.first, segment.span.last),
        days=days,
        debt=money(segment.debt),
        percent=exact(segment.percent),
        share=segment.span.share.denominator,
    )
    cost = Decimal(segment.amount.numerator) / Decimal(segment.amount.denominator)
    return Step(words, exact(cost.quantize(EXACT)))


def _since(kept: PenaltyInputs) -> str:
    return _(
        "It was to be paid by %(due)s; a penalty is counted from %(first)s on.",
        due=day(kept.due_on),
        first=day(kept.first),
    )
