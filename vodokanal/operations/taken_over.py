"""Which meters an account has taken over from whoever held the premises before."""

from __future__ import annotations

from peewee import Expression, fn

from vodokanal.billing.periods import Period
from vodokanal.models.holder_changes import HolderChange
from vodokanal.models.meters import Meter

# It has hung since the day of the change. A meter asks for it by the index of its account, which
# hardly ever was begun by a change.
IS_TAKEN_OVER: Expression = fn.EXISTS(
    HolderChange.select(HolderChange.id).where(
        HolderChange.new_account == Meter.account, HolderChange.on == Meter.installed_on
    )
)


def begins_to_count(meter: Meter, period: Period) -> bool:
    """Whether the month is the first that the meter counts in at all, for anybody.

    Without a reading it has counted nothing yet: the next reading brings this month's water too
    (ПП 354 п. 81). One statement, of a meter that was commissioned in the month.
    """
    begun = meter.commissioned_on
    if begun is None or Period.of(begun) != period:
        return False
    return begun != meter.installed_on or not _is_taken_over(meter)


def _is_taken_over(meter: Meter) -> bool:
    return bool(Meter.select(Meter.id).where(Meter.id == meter.id, IS_TAKEN_OVER).exists())
