"""How a penalty came about: which debt, how many days, what part of which rate."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import ngettext

from vodokanal.billing.penalties import MonthDebt, PenaltyRates, Segment, penalty_segments
from vodokanal.billing.periods import Period
from vodokanal.web.charge_words import RULE, SUM, Column, Step
from vodokanal.web.dates import day, month, span
from vodokanal.web.numbers import MINUS, NO_BREAK, exact, money, signed_money

EXACT = Decimal("0.0001")


def penalty_title(debt_period: Period) -> str:
    """Whose penalty it is: Пени за август."""
    return _("Penalty for %(month)s", month=month(debt_period))


def penalty_column(
    amount: Decimal, debt: MonthDebt | None, *, posted: Period, rates: PenaltyRates
) -> Column:
    """The column of what was posted with a month: every span of days, less what was posted before.

    `debt` is the debt as the month's receipt kept it; None where nothing of it is left.
    """
    until = posted.last_day
    segments = [] if debt is None else penalty_segments(debt, until, rates=rates)
    counted = [each for each in segments if each.amount]
    if debt is None or not counted:
        return Column([Step(_("Posted on %(day)s", day=day(until)), signed_money(amount), SUM)])
    whole = _whole(counted)
    steps = [_step(each) for each in counted]
    words = _("The whole penalty up to %(day)s", day=day(until))
    steps.append(Step(words, money(whole), RULE))
    steps += _less_before(whole, amount)
    return Column(steps, [_since(debt, rates)])


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


def _since(debt: MonthDebt, rates: PenaltyRates) -> str:
    return _(
        "It was to be paid by %(due)s; a penalty is counted from %(first)s on.",
        due=day(debt.due_on),
        first=day(rates.first_day(debt.due_on)),
    )


def _whole(segments: list[Segment]) -> Decimal:
    whole = sum((each.amount for each in segments), segments[0].amount * 0)
    exact_sum = Decimal(whole.numerator) / Decimal(whole.denominator)
    return exact_sum.quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
