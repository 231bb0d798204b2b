"""Which price holds on which days, and the value added tax in it.

ПП 354 п. 38: a service is charged at the price of the day. Citizens' prices are set with VAT,
others without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from vodokanal.billing.money import rounded
from vodokanal.billing.rates import Dated, Tariff, TariffKey, Timetable

WHOLE = Decimal(100)
ONE_DAY = timedelta(days=1)


def tariff_spans(
    tariffs: Timetable[TariffKey, Tariff], key: TariffKey, *, first: date, last: date
) -> list[Dated[Tariff]]:
    """Return the prices of all days from the first to the last, both inclusive, in order.

    A price of the zone goes before the price for everywhere on its own days; neighbouring days
    with the same price are one span. Raises `NoRateError` for the first day that neither covers.
    """
    return list(_joined(_days_filled(tariffs, key, first=first, last=last)))


def tariff_on(tariffs: Timetable[TariffKey, Tariff], key: TariffKey, *, day: date) -> Tariff:
    """Return the price of a day: the zone's, or else the one for everywhere.

    Raises `NoRateError` when there is neither.
    """
    return tariff_spans(tariffs, key, first=day, last=day)[0].value


def price_with_vat(price: Decimal, percent: Decimal) -> Decimal:
    """Return the price in rubles with VAT of a price without it, rounded half up to kopecks.

    Published pairs of prices are made so.
    """
    return rounded(price * (WHOLE + percent) / WHOLE)


def vat_on_top(amount: Decimal, percent: Decimal) -> Decimal:
    """Return the VAT in rubles to be added to an amount without it (НК ст. 168 ч. 1)."""
    return rounded(amount * percent / WHOLE)


def vat_inside(total: Decimal, percent: Decimal) -> Decimal:
    """Return the part of a total in rubles that is VAT (НК ст. 164 ч. 4)."""
    return rounded(total * percent / (WHOLE + percent))


def _days_filled(
    tariffs: Timetable[TariffKey, Tariff], key: TariffKey, *, first: date, last: date
) -> Iterator[Dated[Tariff]]:
    service, group, _zone = key
    everywhere = (service, group, None)
    day = first
    for own in tariffs.parts(key, first=first, last=last):
        yield from tariffs.spans(everywhere, first=day, last=own.starts_on - ONE_DAY)
        yield own
        day = own.last_day + ONE_DAY
    yield from tariffs.spans(everywhere, first=day, last=last)


def _joined(spans: Iterable[Dated[Tariff]]) -> Iterator[Dated[Tariff]]:
    """Yield the spans, neighbours of one price as one: a bill has a line for each price."""
    for value, neighbours in groupby(spans, key=lambda span: span.value):
        each = list(neighbours)
        yield Dated(each[0].starts_on, each[-1].ends_on, value)
