"""What the common meters of a few houses show beside their flats: a little more, now and then less."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from vodokanal.billing.periods import Period
from vodokanal.demo.dice import Dice
from vodokanal.models.house_readings import HouseReading
from vodokanal.models.meters import Meter
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.house_balance import house_balances
from vodokanal.operations.house_readings import add_house_reading
from vodokanal.operations.months import Run

# The other common meters of the town nobody has read yet.
METERS_READ = 3
# Thousandths of what the flats have: what leaks and what nobody has sent, or a late reading.
LEAST, MOST, WHOLE = -25, 70, 1000
# Litres that they showed before the town's history.
FIRST_VALUES = 6_000_000, 9_000_000
LITRE = Decimal("0.001")


def read_common_meters(period: Period, *, run: Run) -> None:
    """Enters the readings of a month whose lines are there; on the first occasion two months'."""
    charged = {(each.house.id, each.kind): each.charged for each in house_balances(period)}
    meters = Meter.select().where(~Meter.house.is_null()).order_by(Meter.id).limit(METERS_READ)
    for meter in meters:
        last = HouseReading.get_or_none(
            HouseReading.meter == meter.id, HouseReading.period == period.previous
        )
        if last is None:
            last = _keep_first(meter.id, period.previous, run=run)
        share = WHOLE + Dice(f"common meter/{meter.id}/{period}").randint(LEAST, MOST)
        volume = (charged[meter.house_id, meter.kind] * share / WHOLE).quantize(LITRE)
        day = min(period.last_day, run.today)
        _keep(run, meter=meter.id, period=period, value=last.value + volume, taken_on=day)


def _keep_first(meter_id: int, period: Period, *, run: Run) -> HouseReading:
    value = Decimal(Dice(f"common meter/{meter_id}").randint(*FIRST_VALUES)).scaleb(-3)
    return _keep(run, meter=meter_id, period=period, value=value, taken_on=period.last_day)


def _keep(run: Run, **values: Any) -> HouseReading:
    key = f"common-meter-{values['meter']}-{values['period']}"
    return add_house_reading(SYSTEM, values, key=key, today=run.today, at=run.at)
