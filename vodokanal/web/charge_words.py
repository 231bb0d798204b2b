"""How a charged line came about, as a column to be followed with a finger: «как посчитано»."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from vodokanal.billing.line_inputs import ONE, Calculated, LineInputs, MeterUse, NormUse, calculated
from vodokanal.billing.metering import CHECK, FINAL, INITIAL
from vodokanal.billing.methods import Cause, Method
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind, Source
from vodokanal.billing.services import Service
from vodokanal.billing.tariffs import WHOLE
from vodokanal.web.dates import day, month_title, span
from vodokanal.web.numbers import MINUS, NO_BREAK, exact, money, numbers
from vodokanal.web.wording import SOURCES

N_ = lazy_gettext

# As many decimals as a billed volume has; a share of a month may have endless ones.
MOST_PLACES, VOLUME_PLACES, PRODUCT_PLACES = 6, 3, 6
RULE, SUM = "rule", "rule whole"

SERVICES = {
    Service.COLD: N_("Cold water"),
    Service.HOT: N_("Hot water"),
    Service.SEWAGE: N_("Drainage"),
}
WATERS = {Kind.COLD: SERVICES[Service.COLD], Kind.HOT: SERVICES[Service.HOT]}
# Who knows a value; what is not here is worded as on every other page.
KNOWN_FROM = {
    Source.RESIDENT.value: N_("from you"),
    INITIAL: N_("when it was installed"),
    CHECK: N_("found by a check"),
    FINAL: N_("at removal"),
}
METHODS = {
    Method.METER: N_("by the meter"),
    Method.AVERAGE: N_("by average"),
    Method.NORM: N_("by the norm"),
    Method.NO_METER: N_("by the norm, without a meter"),
    Method.SUM: N_("as much as both waters"),
}
WHY = {
    Cause.NO_READING: N_("No reading came"),
    Cause.METER_INVALID: N_("The meter was out of order or not verified in time"),
    Cause.NO_ACCESS: N_("The meter could not be checked: nobody let us in"),
    Cause.TOO_YOUNG: N_("The meter has not worked long enough for an average"),
}
GONE = N_("The meter was removed and none counts in its place")


@dataclass(frozen=True)
class Step:
    """A line of a column; `kind` says whether it stands beneath a rule, and is the result."""

    label: str
    value: str
    kind: str = ""


@dataclass(frozen=True)
class Column:
    """A service's sum as it was counted, and the sentences that explain it."""

    steps: Sequence[Step]
    notes: Sequence[str] = ()


def service_word(service: Service) -> str:
    """What is charged: Холодная вода."""
    return str(SERVICES[service])


def method_word(method: Method) -> str:
    """By what a volume was found: по счётчику."""
    return str(METHODS[method])


def days_words(inputs: LineInputs, period: Period) -> str:
    """Of which days a line is: с 1 по 15 октября; nothing for a whole month."""
    if inputs.days == ((1, inputs.of),):
        return ""
    first, last = (date(period.year, period.month, each) for each in inputs.days[0])
    words = span(first, last)
    return words[:1].lower() + words[1:]


def column_of(inputs: LineInputs) -> Column:
    """The column of a line, replayed from what was kept with it."""
    found = calculated(inputs)
    steps = [*_volume_steps(inputs), *_price_steps(inputs, found)]
    return Column(steps, _notes(inputs))


def volume_number(value: Decimal) -> str:
    """Cubic metres in a column: to the litre, or to the cubic centimetre where it needs that."""
    places = -int(value.normalize().as_tuple().exponent)
    return numbers().fixed(value, min(max(places, VOLUME_PLACES), MOST_PLACES))


def _volume_steps(inputs: LineInputs) -> Iterator[Step]:
    meters = [each for each in inputs.meters if each.counts and each.volume is not None]
    if inputs.method is Method.SUM:
        yield from _waters(meters, inputs)
    else:
        for each in meters:
            if len(meters) > 1:
                yield Step(_("Meter %(number)s", number=f"№{NO_BREAK}{each.serial}"), "")
            yield from _meter_steps(each, of=inputs.of, is_alone=len(meters) == 1)
        for use in inputs.norms:
            yield from _norm_steps(use, inputs)
    parts = len(meters) + len(inputs.norms)
    if inputs.method is Method.SUM or parts != 1 or _is_share(meters):
        yield Step(_("Used together, m³"), volume_number(inputs.exact_volume), RULE)


def _waters(meters: Iterable[MeterUse], inputs: LineInputs) -> Iterator[Step]:
    """What went down the drain: each water with how it was found."""
    volumes: dict[tuple[Kind, Method], Decimal] = {}
    for each in meters:
        key = (each.kind, each.method)
        volumes[key] = volumes.get(key, Decimal(0)) + each.counted
    for (kind, method), volume in volumes.items():
        words = f"{WATERS[kind]}, {method_word(method)}"
        yield Step(words, volume_number(volume))
    for use in inputs.norms:
        yield from _norm_steps(use, inputs)


def _meter_steps(use: MeterUse, *, of: int, is_alone: bool) -> Iterator[Step]:
    if use.averaged:
        yield from _average_steps(use)
    else:
        yield from _reading_steps(use)
    used = _("Average, m³") if use.averaged else _("Used, m³")
    yield Step(used, volume_number(use.volume or Decimal(0)), RULE)
    if use.spread:
        days = sum(last - first for first, last in use.spread)
        share = f"×{NO_BREAK}{days}{NO_BREAK}/{NO_BREAK}{use.of or of}"
        yield Step(_("Days of this price"), share)
        if not is_alone:
            yield Step(_("For these days, m³"), volume_number(use.counted))


def _reading_steps(use: MeterUse) -> Iterator[Step]:
    """The later value, less the earlier one; of several intervals, one after the other."""
    values = list(use.values)
    for earlier, later in zip(values[::2], values[1::2], strict=False):
        yield Step(_known(later.on, later.source), volume_number(later.value))
        if earlier == later:
            continue
        began_anew = later.value < earlier.value and use.shared_by == 1
        if began_anew and use.volume is not None:
            whole = use.volume + earlier.value - later.value
            yield Step(_("The display began anew"), f"+{NO_BREAK}{exact(whole)}")
        value = f"{MINUS}{NO_BREAK}{volume_number(earlier.value)}"
        yield Step(_known(earlier.on, earlier.source), value)
    if use.by_days:
        own, every = use.by_days
        words = ngettext("By days, %(num)s day of all", "By days, %(num)s days of all", own)
        yield Step(words, f"×{NO_BREAK}{own}{NO_BREAK}/{NO_BREAK}{every}")
    elif use.shared_by > 1:
        words = ngettext(
            "Equal parts for %(num)s month", "Equal parts for %(num)s months", use.shared_by
        )
        yield Step(words, f"÷{NO_BREAK}{use.shared_by}")


def _average_steps(use: MeterUse) -> Iterator[Step]:
    for period, volume in use.averaged:
        yield Step(month_title(period), volume_number(volume))
    count = len(use.averaged)
    whole = sum((volume for _period, volume in use.averaged), Decimal(0))
    words = ngettext("Together in %(num)s month", "Together in %(num)s months", count)
    yield Step(words, volume_number(whole), RULE)
    yield Step(_("A month of them"), f"÷{NO_BREAK}{count}")


def _norm_steps(use: NormUse, inputs: LineInputs) -> Iterator[Step]:
    if inputs.method is Method.SUM:
        yield Step(_("%(water)s, by the norm", water=service_word(use.service)), "")
    yield Step(_units(use), exact(use.units))
    yield Step(_norm_label(use), f"×{NO_BREAK}{volume_number(use.norm)}")
    if use.days != inputs.of:
        share = f"×{NO_BREAK}{use.days}{NO_BREAK}/{NO_BREAK}{inputs.of}"
        yield Step(_("Days"), share)
    volume = use.units * use.norm * use.days / inputs.of
    yield Step(_("By the norm, m³"), volume_number(volume), RULE)


def _units(use: NormUse) -> str:
    if use.basis is NormBasis.GARDEN:
        return _("Garden, m²")
    if use.basis is NormBasis.LIVESTOCK:
        return _("Animals (%(kind)s)", kind=use.what)
    return _("Registered people") if use.registered else _("Owners: nobody is registered")


def _norm_label(use: NormUse) -> str:
    if use.basis is NormBasis.GARDEN:
        return _("Norm for a square metre, m³")
    if use.basis is NormBasis.LIVESTOCK:
        return _("Norm for one, m³")
    return _("Norm for a person, m³")


def _price_steps(inputs: LineInputs, found: Calculated) -> Iterator[Step]:
    price = inputs.price
    since = _("Price of a m³ since %(day)s", day=day(price.since))
    yield Step(since, f"×{NO_BREAK}{money(price.price)}")
    if inputs.multiplier != ONE:
        yield Step(_("Multiplier"), f"×{NO_BREAK}{exact(inputs.multiplier)}")
    if price.vat is not None and not price.includes_vat:
        factor = exact((WHOLE + price.vat) / WHOLE)
        yield Step(_("VAT %(percent)s %%", percent=exact(price.vat)), f"×{NO_BREAK}{factor}")
    yield Step(_product(found), money(found.amount), SUM)
    if found.excess:
        yield Step(_("of which by the multiplier"), money(found.excess))


def _product(found: Calculated) -> str:
    """The product before it is rounded; where there is nothing to round, only what it is."""
    if found.product == found.amount:
        return _("Sum")
    shown = found.product.quantize(Decimal(1).scaleb(-PRODUCT_PLACES))
    about = "" if shown == found.product else f"≈{NO_BREAK}"
    return _("%(product)s — to a kopeck", product=about + exact(shown))


def _known(on: date, source: str) -> str:
    """When a value was known, and from whom: 14 октября, от вас."""
    words = KNOWN_FROM.get(source) or SOURCES[Source(source)]
    return _("%(day)s, %(who)s", day=day(on), who=words)


def _is_share(meters: Sequence[MeterUse]) -> bool:
    return any(each.spread for each in meters)


def _notes(inputs: LineInputs) -> list[str]:
    notes = [
        _why_average(each, each.cause) for each in inputs.meters if each.cause and each.averaged
    ]
    if any(each.stands_for_meters for each in inputs.norms) and inputs.cause is not None:
        because = str(WHY[inputs.cause])
        notes.append(_("%(because)s, so the charge is the norm.", because=because))
    elif inputs.method is Method.NO_METER and inputs.multiplier != ONE:
        notes.append(_("There is no meter, although one can be installed: hence the multiplier."))
    return list(dict.fromkeys(notes))


def _why_average(use: MeterUse, cause: Cause) -> str:
    return _(
        "%(because)s, so the charge is the average of these months: month %(num)s in a row.",
        because=str(GONE if use.gone else WHY[cause]),
        num=use.silent,
    )
