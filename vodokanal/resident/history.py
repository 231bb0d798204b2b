"""A year of readings: bars for its shape, the same numbers beneath."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import render_template
from flask_babel import gettext as _

from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind, ReadingState
from vodokanal.operations.history import MeterYear, Year, year_of
from vodokanal.resident.blueprint import blueprint
from vodokanal.resident.opening import open_visit, reader_id
from vodokanal.resident.said_back import Head
from vodokanal.web import numbers
from vodokanal.web.charts import Bar, Chart, bar_chart
from vodokanal.web.clock import today
from vodokanal.web.dates import day, month_letters, month_title
from vodokanal.web.settlement_words import refused_because
from vodokanal.web.wording import Label, given_by, kind_word, meter_words, place_of, state_label

# Two meters stand side by side in one table; more get tables of their own.
SIDE_BY_SIDE = 2


@dataclass(frozen=True)
class MeterChart:
    """A meter's bars with its name."""

    head: Head
    removed: str
    drawing: Chart
    has_shares: bool


@dataclass(frozen=True)
class Cell:
    """One meter's month: the reading, what it adds, who gave it, how it stands, what else came."""

    kind: str
    word: str
    value: str
    volume: str
    source: str
    label: Label | None
    was: str
    refused: Sequence[str]


@dataclass(frozen=True)
class Row:
    """One month; the source stands beside it when it is the same for all its cells."""

    month: str
    source: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Table:
    """Some meters' numbers, newest month first."""

    name: str
    heads: Sequence[tuple[str, str]]
    rows: Sequence[Row]


@blueprint.get("/<number>/meters/")
def history(number: str) -> str:
    visit = open_visit(number)
    year = year_of(visit.access.account_id, today=today())
    charts = [meter_chart(each, year.periods) for each in year.meters]
    return render_template(
        "resident/history.html",
        visit=visit,
        charts=charts,
        tables=[_table(group, year.periods) for group in _groups(year.meters)],
        has_shares=any(each.has_shares for each in charts),
        total=_total(year),
    )


def _groups(meters: Sequence[MeterYear]) -> Iterable[Sequence[MeterYear]]:
    if len(meters) <= SIDE_BY_SIDE:
        return [meters] if meters else []
    return [[each] for each in meters]


def meter_chart(meter_year: MeterYear, periods: Sequence[Period]) -> MeterChart:
    """A meter's bars of these months."""
    meter = meter_year.meter
    bars = [_bar(meter_year, period, is_last=period == periods[-1]) for period in periods]
    return MeterChart(
        head=Head(
            kind=meter.kind.value,
            title=_("%(water)s, m³ a month", water=kind_word(meter.kind)),
            place=place_of(meter),
            which=meter_words(meter),
        ),
        removed=_removed(meter_year),
        drawing=bar_chart(bars),
        has_shares=any(bar.hatched for bar in bars),
    )


def _removed(meter_year: MeterYear) -> str:
    removed_on = meter_year.meter.removed_on
    return "" if removed_on is None else _("removed on %(day)s", day=day(removed_on))


def _bar(meter_year: MeterYear, period: Period, *, is_last: bool) -> Bar:
    counted = meter_year.volumes.get(period)
    value = counted.volume if counted else None
    return Bar(
        label=month_letters(period),
        value=value,
        text="" if value is None else numbers.numbers().fixed(value, 1),
        hatched=counted is not None and not counted.has_reading,
        current=is_last,
    )


def _table(group: Sequence[MeterYear], periods: Sequence[Period]) -> Table:
    heads = [(_("Month"), "")]
    for each in group:
        heads += [(kind_word(each.meter.kind), ""), (_("a month"), "num")]
    first = group[0].meter
    name = f"{kind_word(first.kind)}, {meter_words(first)}"
    return Table(name, heads, [_row(group, period) for period in reversed(periods)])


def _row(group: Sequence[MeterYear], period: Period) -> Row:
    cells = [_cell(each, period) for each in group]
    # Said once when it is the same for both meters, as on most days of most people.
    sources = {cell.source for cell in cells if cell.value or cell.volume}
    shared = sources.pop() if len(sources) == 1 else ""
    return Row(month_title(period), shared, cells)


def _cell(meter_year: MeterYear, period: Period) -> Cell:
    meter, counted = meter_year.meter, meter_year.volumes.get(period)
    reading = meter_year.readings.get(period)
    earlier = [each.value for each in meter_year.replaced.get(period, ())]
    return Cell(
        kind=meter.kind.value,
        word=kind_word(meter.kind),
        value="" if reading is None else numbers.reading(reading.value, meter=meter),
        volume=_volume(None if counted is None else counted.volume),
        source=_source(meter_year, period),
        label=None
        if reading is None or reading.state == ReadingState.ACCEPTED
        else state_label(reading.state),
        was="; ".join(numbers.reading(each, meter=meter) for each in earlier),
        refused=_refused(meter_year, period),
    )


def _refused(meter_year: MeterYear, period: Period) -> list[str]:
    """What came for the month and was not taken, and why."""
    sentences = []
    for each in meter_year.refused.get(period, ()):
        value = numbers.reading(each.value, meter=meter_year.meter)
        reason = meter_year.reasons.get(each.id)
        because = "" if reason is None else refused_because(reason)
        said = _("%(value)s was not taken.", value=value)
        sentences.append(f"{said} {because}".strip())
    return sentences


def _source(meter_year: MeterYear, period: Period) -> str:
    reading = meter_year.readings.get(period)
    # A month may have a volume without a reading, and a reading without a volume.
    if reading is not None:
        return given_by(reading, resident_id=reader_id())
    counted = meter_year.volumes.get(period)
    if counted is None:
        return ""
    return _("at removal") if counted.has_reading else _("shared equally")


def _volume(volume: Decimal | None) -> str:
    return "" if volume is None else numbers.numbers().fixed(volume, numbers.LITRE_PLACES)


# Meters of one water are added up, also a removed one and its successor.
def _total(year: Year) -> str:
    """How much of each water the year brought."""
    sums: dict[Kind, Decimal] = {}
    for each in year.meters:
        counted = [found.volume for period in year.periods if (found := each.volumes.get(period))]
        known = [volume for volume in counted if volume is not None]
        if known:
            sums[each.meter.kind] = sum(known, sums.get(each.meter.kind, Decimal(0)))
    words = {kind: numbers.short_volume(volume) for kind, volume in sums.items()}
    if len(words) > 1:
        return _("Cold %(cold)s, hot %(hot)s", cold=words[Kind.COLD], hot=words[Kind.HOT])
    if Kind.COLD in words:
        return _("Cold %(cold)s", cold=words[Kind.COLD])
    return _("Hot %(hot)s", hot=words[Kind.HOT]) if words else ""
