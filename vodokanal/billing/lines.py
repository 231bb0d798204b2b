"""Lines of a bill: runs of days with one price, one method and one multiplier are one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from vodokanal.billing.account_months import ChargedLine
from vodokanal.billing.line_inputs import LineInputs, MeterUse, NormUse, calculated
from vodokanal.billing.methods import Method
from vodokanal.billing.month_rates import Days, MonthRates, Price, PriceDays
from vodokanal.billing.replay import inputs_to_json
from vodokanal.billing.services import Service
from vodokanal.billing.waters import Found

# What one line has in common: price, VAT, how VAT is taken, method, multiplier.
Alike = tuple[Decimal, Decimal | None, bool, Method, Decimal]


def lines_of(
    service: Service, founds: Sequence[Found], *, prices: Sequence[PriceDays], month: MonthRates
) -> list[ChargedLine]:
    """Return the lines of a service, numbered in the order of their first days.

    No run of days has two prices. Money is rounded half up, once a line.
    """
    groups: dict[Alike, tuple[Price, list[Found]]] = {}
    for found in founds:
        price = _price_on(prices, found.days[0])
        key = (price.price, price.vat, price.includes_vat, found.method, found.multiplier)
        groups.setdefault(key, (price, []))[1].append(found)
    return [
        _line(service, part, inputs=_inputs(price, alike, of=month.days))
        for part, (price, alike) in enumerate(groups.values())
    ]


def _line(service: Service, part: int, *, inputs: LineInputs) -> ChargedLine:
    volume, product, amount, excess, vat = calculated(inputs)
    return ChargedLine(
        service,
        part,
        inputs.method,
        volume,
        inputs.price.price,
        inputs.multiplier,
        amount,
        excess,
        vat,
        inputs_to_json(inputs, product),
    )


def _price_on(prices: Sequence[PriceDays], day: int) -> Price:
    """Return the price of a day; the prices of a month leave none out."""
    found = prices[0]
    for each in prices:
        if each.days[0] <= day:
            found = each
    return found.price


def _inputs(price: Price, alike: Sequence[Found], *, of: int) -> LineInputs:
    """Return the inputs of runs of days that make one line."""
    first = alike[0]
    days: tuple[Days, ...] = (first.days,)
    meters, norms = first.meters, first.norms
    if len(alike) > 1:
        # People and gardens of the same days are one line where neither is multiplied.
        days = _joined(sorted({each.days for each in alike}))
        meters = _meters_together(use for each in alike for use in each.meters)
        norms = _norms_together(alike, days=days)
    return LineInputs(
        first.method,
        days,
        of,
        price,
        meters=meters,
        norms=norms,
        multiplier=first.multiplier,
    )


def _joined(days: Iterable[Days], *, gap: int = 1) -> tuple[Days, ...]:
    """Return runs of days, those that follow each other as one."""
    found: list[Days] = []
    for first, last in days:
        if found and found[-1][1] + gap == first:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return tuple(found)


def _meters_together(uses: Iterable[MeterUse]) -> tuple[MeterUse, ...]:
    """Return each meter once, with all its days of the line.

    Those after its removal are apart, and so are those on which a norm stands for it.
    """
    together: dict[tuple[int, bool, bool], MeterUse] = {}
    for use in uses:
        key = (use.id, use.gone, use.counts)
        before = together.get(key)
        if before is None:
            together[key] = use
        else:
            together[key] = replace(before, spread=before.spread + use.spread)
    return tuple(map(_whole, together.values()))


def _whole(use: MeterUse) -> MeterUse:
    """Return the meter without a spread that is all of its days."""
    # A spread begins after the last day of the one before, so its numbers meet without a gap.
    spread = _joined(use.spread, gap=0)
    if spread == ((0, use.of),):
        return replace(use, spread=(), of=0)
    return replace(use, spread=spread)


def _norms_together(alike: Iterable[Found], *, days: tuple[Days, ...]) -> tuple[NormUse, ...]:
    """Return each norm for the same units once, with all its days of the line's `days`."""
    together: dict[NormUse, list[Days]] = {}
    for each in alike:
        for use in each.norms:
            together.setdefault(replace(use, days=0), []).append(each.days)
    return tuple(_with_days(use, own, days=days) for use, own in together.items())


def _with_days(use: NormUse, own: Sequence[Days], *, days: tuple[Days, ...]) -> NormUse:
    on = _joined(own)
    number = sum([last - first + 1 for first, last in own])
    return replace(use, days=number, on=() if on == days else on)
