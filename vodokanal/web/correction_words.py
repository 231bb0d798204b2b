"""Why an amount of another month was corrected, and what was calculated for it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from vodokanal.billing.methods import Method
from vodokanal.billing.periods import Period
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.web.charge_words import (
    RULE,
    SUM,
    Column,
    Step,
    method_word,
    service_word,
    volume_number,
)
from vodokanal.web.dates import day, month
from vodokanal.web.numbers import MINUS, NO_BREAK, exact, money, signed_money, volume

N_ = lazy_gettext
EXACT = Decimal("0.0001")

REASONS = {
    RecalculationReason.TRUE_UP: N_("The readings have come: months without them are corrected"),
    RecalculationReason.READING_CORRECTED: N_("A reading was corrected"),
    RecalculationReason.ABSENCE: N_("Temporary absence"),
    RecalculationReason.INTERRUPTION: N_("A break in supply"),
    RecalculationReason.CHECK: N_("A check of the meter"),
    RecalculationReason.RATES: N_("Prices or norms were corrected"),
    RecalculationReason.MANUAL: N_("Recalculation"),
}


# A row without a type of its own: pages do not name tables.
def correction_title(correction: Any) -> str:
    """What was corrected: Холодная вода за сентябрь."""
    of_month = month(correction.for_period)
    if correction.service is None:
        return _("Recalculation for %(month)s", month=of_month)
    return _("%(service)s for %(month)s", service=service_word(correction.service), month=of_month)


def correction_reason(correction: Any) -> str:
    """Why: a sentence of the reason, and the employee's own words."""
    batch = correction.batch
    own = correction.words or ("" if batch is None else batch.sentence)
    reason = str(REASONS[correction.reason])
    if own and correction.reason is RecalculationReason.MANUAL:
        return str(own)
    return f"{reason}. {own}" if own else f"{reason}."


def correction_column(correction: Any) -> Column:
    """What the amount was calculated from, as far as it is kept, and the amount."""
    kept = json.loads(correction.inputs or "{}")
    make = STEPS.get(correction.reason)
    steps = [*(make(kept) if make is not None and kept else ()), *_is_less_was(kept)]
    if correction.volume and not steps:
        words = _("By so much the volume changes")
        steps.append(Step(words, _signed_volume(correction.volume)))
    steps.append(Step(_("By so much the sum changes"), signed_money(correction.amount), SUM))
    return Column(steps, [correction_reason(correction)])


def _reading_steps(kept: Mapping[str, Any]) -> Iterator[Step]:
    """Each meter that counted something else than was charged."""
    for each in kept["meters"]:
        number = f"№{NO_BREAK}{each['serial']}"
        now = _("Meter %(number)s, by its readings", number=number)
        yield Step(now, _cubic(each["is"]))
        if each["was"] is not None:
            words = _("Charged before, %(how)s", how=method_word(Method(each["by"])))
            yield Step(words, _cubic(each["was"]))


def _break_steps(kept: Mapping[str, Any]) -> Iterator[Step]:
    """Hours without a service beyond those that are allowed."""
    for each in kept["breaks"]:
        began, ended = (datetime.fromisoformat(each[name]) for name in ("from", "to"))
        words = _("Without supply from %(began)s", began=_moment(began))
        yield Step(words, _("to %(ended)s", ended=_moment(ended)))
    hours = int(kept["hours"])
    beyond = ngettext("%(num)s hour", "%(num)s hours", hours)
    yield Step(_("Beyond what is allowed"), beyond)
    yield Step(_("Less for each hour"), f"×{NO_BREAK}{exact(Decimal(kept['percent']))}{NO_BREAK}%")
    yield Step(_("Charge of the month"), f"×{NO_BREAK}{money(Decimal(kept['charge']))}")


def _absence_steps(kept: Mapping[str, Any]) -> Iterator[Step]:
    """Days away by the norm: the days of leaving and coming back are not among them."""
    # One that was taken back since takes nothing any more.
    if "people" not in kept:
        return
    words = _("Away, people: %(people)s", people=kept["people"])
    left, back = (date.fromisoformat(kept[name]) for name in ("left_on", "came_back_on"))
    yield Step(words, f"{day(left)}\u2009–\u2009{day(back)}")
    for each in kept["parts"]:
        days = ngettext("%(num)s day away", "%(num)s days away", int(each["person_days"]))
        words = _(
            "%(days)s of %(of)s × %(norm)s m³ × %(price)s",
            days=days,
            of=each["of"],
            norm=_number(each["norm"]),
            price=money(Decimal(each["price"])),
        )
        yield Step(words, exact(Decimal(each["product"]).quantize(EXACT)))


def _check_steps(kept: Mapping[str, Any]) -> Iterator[Step]:
    """What the check found, less what was known, less what months between have been charged."""
    for name, sign in (("found", ""), ("previous", f"{MINUS}{NO_BREAK}")):
        value, on, _source = kept[name]
        words = _("Found by the check") if name == "found" else _("Known before")
        when = day(date.fromisoformat(on))
        yield Step(f"{words}, {when}", sign + _number(value))
    for period, value in kept["charged"]:
        words = _("Charged for %(month)s", month=month(Period.parse(period)))
        yield Step(words, f"{MINUS}{NO_BREAK}{_number(value)}")
    price = f"×{NO_BREAK}{money(Decimal(kept['price']))}"
    yield Step(_("Price of a m³"), price)


def _is_less_was(kept: Mapping[str, Any]) -> Iterator[Step]:
    """What is right now and what was charged before: the difference is the correction."""
    if "is" not in kept:
        return
    now, was = Decimal(kept["is"]), Decimal(kept["was"])
    yield Step(_("Right now"), money(now), RULE)
    if was:
        yield Step(_("Charged before"), f"{'+' if was < 0 else MINUS}{NO_BREAK}{money(abs(was))}")


STEPS = {
    RecalculationReason.TRUE_UP: _reading_steps,
    RecalculationReason.READING_CORRECTED: _reading_steps,
    RecalculationReason.ABSENCE: _absence_steps,
    RecalculationReason.INTERRUPTION: _break_steps,
    RecalculationReason.CHECK: _check_steps,
}


def _cubic(text: str) -> str:
    return volume(Decimal(text))


def _number(text: str) -> str:
    return volume_number(Decimal(text))


def _signed_volume(value: Decimal) -> str:
    return f"{MINUS if value < 0 else '+'}{NO_BREAK}{volume(abs(value))}"


def _moment(at: datetime) -> str:
    # As it was written down: in the utility's own time.
    return _("%(day)s at %(time)s", day=day(at.date()), time=f"{at:%H:%M}")
