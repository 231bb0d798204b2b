"""The price of silence in rubles: of a month without readings, and of a meter left unverified."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _

from vodokanal.billing.periods import Period
from vodokanal.operations.kept_rates import rates_under
from vodokanal.operations.prospects import expiring_soon, prospect_of
from vodokanal.operations.visits import Visit
from vodokanal.resident.silence import Silence
from vodokanal.web.dates import day
from vodokanal.web.numbers import NO_BREAK, numbers
from vodokanal.web.page import configuration


@dataclass(frozen=True)
class Prices:
    """Sentences about what things will cost; empty where nobody can say."""

    silence: str
    verification: str


def prices_of(visit: Visit, period: Period, *, silence: Silence | None) -> Prices:
    """What the month costs without further readings; one statement, or none."""
    if silence is None and not expiring_soon(visit):
        return Prices("", "")
    found = prospect_of(visit, period, rates=rates_under(configuration().token))
    month = verification = ""
    if found.now is not None and found.by_norm is not None:
        words = {"sum": _about(found.now), "norm": _about(found.by_norm)}
        if found.now == found.by_norm:
            month = _("The whole month comes to about %(sum)s.", sum=words["sum"])
        else:
            month = _("The whole month comes to about %(sum)s, by the norm to %(norm)s.", **words)
    if found.unverified is not None and found.now is not None and found.expires_on is not None:
        verification = _(
            "The verification is valid until %(day)s. Without a new one the charge is the average "
            "for three months and then the norm, with the multiplier where there is one: about "
            "%(later)s a month instead of %(now)s.",
            day=day(found.expires_on),
            later=_about(found.unverified),
            now=_about(found.now),
        )
    return Prices(month, verification)


def _about(amount: Decimal) -> str:
    """Whole rubles: an estimate has no kopecks."""
    return f"{numbers().fixed(amount, 0)}{NO_BREAK}₽"
