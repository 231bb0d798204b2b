"""How each kopeck came about: a line's inputs as they are kept, and the line made of them again.

The JSON of a line; numbers with decimals are strings, days `yyyy-mm-dd`, months `yyyy-mm`. What is
said to be optional is left out where it says nothing.

    method      by what the volume was found: a `Method`
    days        the line's days of the month, [[first, last], …], both inclusive; optional: all
    of          how many days the month has
    price       rubles a m³; `since`: the day from which it holds
    vat         per cent; optional: without VAT. `vat_on_top`: true where the price is without it
    multiplier  optional: 1
    product     volume × price × multiplier (and VAT on top), exact; the amount is this rounded once,
                half up
    meters      optional; of each
        id, kind, serial
        by        a `Method`: meter, average or norm
        volume    its m³ of the month; optional: it goes by norm
        values    [[m³, day, source], …]: pairs that it was counted between; the source is that of a
                  reading, or initial, check, final; of a silent meter its last usable value alone
        shared    optional: by how many months the volume between them was divided
        averaged  optional: [[month, m³], …], the months that the average is made of
        silent    optional: how many months in a row have no usable value, this one included
        cause     optional: why, a `Cause`
        spread    optional: the line's part of its days, [[from, to], …], from not included, of the
                  `of` days that it had in the month
        unused    optional, true: its volume is not in the line, for its kind goes by norm
        gone      optional, true: it stands for days after its removal
    norms       optional; of each
        service   whose norm it is (sewage may be the sum of both waters)
        basis     person, garden or livestock; `what`: its kind, optional
        units     people, m² or heads
        owners    optional, true: nobody is registered, so the owners count
        norm      m³ a month
        days      for how many days
        on        optional: its days of the month, [[first, last], …], both inclusive; all of the
                  line
        for_meters  optional, true: there are meters, but none to be charged by
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from vodokanal.billing.line_inputs import (
    ONE,
    LineInputs,
    MeterUse,
    NormUse,
    ShownValue,
    calculated,
)
from vodokanal.billing.methods import Cause, Method
from vodokanal.billing.month_rates import Days, Price
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind
from vodokanal.billing.services import Service


def replayed(inputs: LineInputs) -> tuple[Decimal, Decimal, Decimal]:
    """Return a line's volume in m³, its amount and its excess in rubles, from its inputs alone."""
    found = calculated(inputs)
    return found.volume, found.amount, found.excess


def with_volumes(inputs: LineInputs, volumes: Mapping[int, Decimal]) -> LineInputs:
    """Return the inputs as they would be had these meters counted these m³ in the month.

    Meters that went by average, or by norm, are charged by meter then; a norm that stood for them
    goes, and its multiplier with it, once every meter that it stood for has a volume.
    """
    meters = tuple(_counted(each, volumes) for each in inputs.meters)
    silent = {each.kind for each in meters if each.volume is None}
    known = {each.kind for each in meters} - silent
    kept = tuple(each for each in inputs.norms if not _is_replaced(each, known, silent=silent))
    if len(kept) == len(inputs.norms):
        return replace(inputs, meters=meters, method=_method(inputs.method, meters))
    is_sewage = inputs.method is Method.SUM or any(
        each.service is Service.SEWAGE for each in inputs.norms
    )
    return replace(
        inputs,
        meters=tuple(replace(each, counts=each.kind in known) for each in meters),
        norms=kept,
        method=Method.SUM if is_sewage else _method(Method.AVERAGE, meters),
        multiplier=ONE,
    )


def inputs_to_json(inputs: LineInputs, product: Decimal) -> str:
    """Return the inputs as they are kept with the line; `product` is what they come to, exactly."""
    parts = [f'{{"method":"{inputs.method!s}"']
    if inputs.days != ((1, inputs.of),):
        parts.append(f'"days":{_pairs(inputs.days)}')
    parts.append(f'"of":{inputs.of},{inputs.price.written}')
    if inputs.multiplier != ONE:
        parts.append(f'"multiplier":"{inputs.multiplier}"')
    parts.append(f'"product":"{product:f}"')
    if inputs.meters:
        parts.append(f'"meters":[{",".join(map(_meter_text, inputs.meters))}]')
    if inputs.norms:
        parts.append(f'"norms":[{",".join(map(_norm_text, inputs.norms))}]')
    return ",".join(parts) + "}"


def inputs_from_json(text: str) -> LineInputs:
    """Return the inputs that were kept with a line."""
    kept = json.loads(text)
    price = Price(
        Decimal(kept["price"]),
        date.fromisoformat(kept["since"]),
        Decimal(kept["vat"]) if "vat" in kept else None,
        includes_vat=not kept.get("vat_on_top", False),
    )
    return LineInputs(
        Method(kept["method"]),
        _days(kept.get("days", [[1, kept["of"]]])),
        kept["of"],
        price,
        meters=tuple(map(_meter, kept.get("meters", ()))),
        norms=tuple(map(_norm, kept.get("norms", ()))),
        multiplier=Decimal(kept.get("multiplier", 1)),
    )


def _counted(use: MeterUse, volumes: Mapping[int, Decimal]) -> MeterUse:
    """Return the meter as it would be had it counted what is given for it."""
    if use.id not in volumes or use.gone:
        return use
    volume = volumes[use.id]
    return replace(use, method=Method.METER, volume=volume, averaged=(), silent=0, cause=None)


def _is_replaced(norm: NormUse, known: set[Kind], *, silent: set[Kind]) -> bool:
    """Say whether the meters that a norm stood for all have a volume now."""
    if not norm.stands_for_meters:
        return False
    if norm.service is Service.SEWAGE:
        return not silent
    return Kind(norm.service.value) in known


def _method(method: Method, meters: Iterable[MeterUse]) -> Method:
    """Return the method of a line whose meters have changed: an average may be none any more."""
    if method is Method.AVERAGE and all(each.method is Method.METER for each in meters):
        return Method.METER
    return method


def _meter_text(use: MeterUse) -> str:
    if not use.written:
        serial = f'"{use.serial}"' if use.serial.isalnum() else json.dumps(use.serial)
        volume = "" if use.volume is None else f'"volume":"{use.volume!s}",'
        shown = ",".join(
            [f'["{value!s}","{_day_text(on)}","{source}"]' for value, on, source in use.values]
        )
        use.written.append(
            f'{{"id":{use.id},"kind":"{use.kind!s}","serial":{serial},"by":"{use.method!s}",'
            f'{volume}"values":[{shown}]{_oddities_text(use)}}}'
        )
    return use.written[0]


# Thousands of meters were read on each of these few days.
@lru_cache(maxsize=1024)
def _day_text(day: date) -> str:
    return day.isoformat()


def _oddities_text(use: MeterUse) -> str:
    """Return what is said only of a meter that was not simply read, or not for the whole month."""
    parts = [""]
    if use.cause is not None:
        parts.append(f'"silent":{use.silent},"cause":"{use.cause!s}"')
    if use.averaged:
        averaged = ",".join([f'["{month!s}","{volume!s}"]' for month, volume in use.averaged])
        parts.append(f'"averaged":[{averaged}]')
    if use.shared_by > 1:
        parts.append(f'"shared":{use.shared_by}')
    if use.by_days:
        parts.append(f'"by_days":[{use.by_days[0]},{use.by_days[1]}]')
    if use.spread:
        parts.append(f'"spread":{_pairs(use.spread)},"of":{use.of}')
    if not use.counts:
        parts.append('"unused":true')
    if use.gone:
        parts.append('"gone":true')
    return ",".join(parts)


def _norm_text(use: NormUse) -> str:
    parts = [f'{{"service":"{use.service!s}","basis":"{use.basis!s}"']
    if use.what:
        parts.append(f'"what":{json.dumps(use.what)}')
    parts.append(f'"units":"{use.units!s}","norm":"{use.norm!s}","days":{use.days}')
    if not use.registered:
        parts.append('"owners":true')
    if use.stands_for_meters:
        parts.append('"for_meters":true')
    if use.on:
        parts.append(f'"on":{_pairs(use.on)}')
    return ",".join(parts) + "}"


def _meter(kept: Mapping[str, Any]) -> MeterUse:
    return MeterUse(
        kept["id"],
        Kind(kept["kind"]),
        kept["serial"],
        Method(kept["by"]),
        Decimal(kept["volume"]) if "volume" in kept else None,
        values=tuple(
            ShownValue(Decimal(value), date.fromisoformat(on), source)
            for value, on, source in kept["values"]
        ),
        shared_by=kept.get("shared", 1),
        averaged=tuple(
            (Period.parse(month), Decimal(volume)) for month, volume in kept.get("averaged", ())
        ),
        silent=kept.get("silent", 0),
        cause=Cause(kept["cause"]) if "cause" in kept else None,
        spread=_days(kept.get("spread", ())),
        of=kept.get("of", 0),
        counts=not kept.get("unused", False),
        gone=kept.get("gone", False),
        by_days=tuple(kept.get("by_days", ())),
    )


def _norm(kept: Mapping[str, Any]) -> NormUse:
    return NormUse(
        Service(kept["service"]),
        NormBasis(kept["basis"]),
        kept.get("what", ""),
        Decimal(kept["units"]),
        Decimal(kept["norm"]),
        kept["days"],
        registered=not kept.get("owners", False),
        stands_for_meters=kept.get("for_meters", False),
        on=_days(kept.get("on", ())),
    )


def _days(pairs: Iterable[Iterable[int]]) -> tuple[Days, ...]:
    return tuple((first, last) for first, last in pairs)


def _pairs(days: Iterable[Days]) -> str:
    return "[" + ",".join([f"[{first},{last}]" for first, last in days]) + "]"
