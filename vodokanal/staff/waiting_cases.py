"""What the desk shows of a reading that waits: whose it is, what is odd, the meter's last year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.findings import LooksSwapped, LowerThanPrevious
from vodokanal.billing.periods import MONTHS
from vodokanal.billing.readings import ReadingState
from vodokanal.billing.settlements import Settlement, usual_reason
from vodokanal.formats.account_numbers import grouped
from vodokanal.models.accounts import Account
from vodokanal.operations.consumption import KeptReading, volumes_before
from vodokanal.operations.submission_keys import new_key
from vodokanal.operations.waiting import WaitingReading
from vodokanal.staff.labels import label_of
from vodokanal.web import numbers
from vodokanal.web.charts import Bar, Chart, bar_chart
from vodokanal.web.dates import day, moment, month, month_letters, month_title
from vodokanal.web.wording import (
    Label,
    doubt_sentence,
    guess_sentence,
    meter_words,
    place_of,
    water,
)

N_ = lazy_gettext

# What the desk calls the two ways of waiting.
STATE_WORDS = {
    ReadingState.ASKED: N_("not answered yet"),
    ReadingState.HELD: N_("confirmed by the resident"),
}


@dataclass(frozen=True)
class Problem:
    """A decision that could not be taken: about which reading, why, and what was typed."""

    reading_id: int
    sentence: str
    reason: str = ""
    words: str = ""


@dataclass(frozen=True)
class Month:
    """A month of the meter in figures."""

    name: str
    value: str
    volume: str


@dataclass(frozen=True)
class Case:
    """One reading that waits, as the desk shows it."""

    id: int
    account: Account
    number: str
    holder: str
    telephone: str
    kind: str
    title: str
    place: str
    label: Label
    arrived: str
    value: str
    suggestion: str
    remarks: Sequence[str]
    drawing: Chart
    months: Sequence[Month]
    reason: str
    words: str
    error: str
    following: int | None
    # One a button: going back to press another one is not a repeated sending.
    keys: Mapping[str, str] = field(
        default_factory=lambda: {each.value: new_key() for each in Settlement}
    )


def cases_of(waiting: Sequence[WaitingReading], problem: Problem | None) -> list[Case]:
    """The cases of a page; each knows the one that follows it, the last one the first."""
    ids = [each.kept.reading.id for each in waiting]
    following = [*ids[1:], ids[0]] if len(ids) > 1 else [None]
    return [
        case_of(each, problem=problem, following=after)
        for each, after in zip(waiting, following, strict=False)
    ]


def case_of(waiting: WaitingReading, *, problem: Problem | None, following: int | None) -> Case:
    """One reading with all that is needed to decide about it."""
    kept, meter = waiting.kept, waiting.kept.meter
    # Several forms stand on the page; what was typed belongs to one of them.
    mine = problem if problem is not None and problem.reading_id == kept.reading.id else None
    return Case(
        id=kept.reading.id,
        account=waiting.account,
        number=grouped(str(waiting.account.number)),
        holder="" if waiting.holder is None else str(waiting.holder.name),
        telephone="" if waiting.holder is None else str(waiting.holder.telephone),
        kind=meter.kind.value,
        title=water(meter.kind),
        place=" · ".join(filter(None, (place_of(meter), meter_words(meter)))),
        label=Label("ask", str(STATE_WORDS[kept.reading.state])),
        arrived=_arrived(waiting),
        value=numbers.reading(kept.reading.value, meter=meter),
        suggestion=_suggestion(kept),
        remarks=tuple(filter(None, _remarks(kept))),
        drawing=bar_chart(_bars(kept)),
        months=_months(kept),
        reason=mine.reason if mine and mine.reason else usual_reason(kept.findings).value,
        words=mine.words if mine else "",
        error=mine.sentence if mine else "",
        following=following,
    )


def _suggestion(kept: KeptReading) -> str:
    meant = kept.suggestion
    return "" if meant is None else numbers.reading(meant, meter=kept.meter)


def _arrived(waiting: WaitingReading) -> str:
    reading = waiting.kept.reading
    words = {
        "month": month(reading.period),
        "moment": moment(reading.received_at),
        "source": label_of(reading.source),
    }
    if not waiting.sender:
        return _("For %(month)s, on %(moment)s, %(source)s:", **words)
    return _("For %(month)s, on %(moment)s, %(source)s, %(who)s:", who=waiting.sender, **words)


def _remarks(kept: KeptReading) -> list[str]:
    """What was before, what is odd, what it looks like, and what is known of later."""
    kinds = {type(each) for each in kept.findings}
    swapped = LooksSwapped in kinds
    return [
        # Said by the doubt itself where it is about just that.
        "" if LowerThanPrevious in kinds else _known_before(kept),
        doubt_sentence(kept.findings, meter=kept.meter, previous_on=kept.since),
        guess_sentence(kept.findings, None) if swapped else "",
        _known_later(kept),
    ]


def _known_before(kept: KeptReading) -> str:
    value = kept.previous.value if kept.previous else kept.meter.initial_reading
    words = {"day": day(kept.since), "value": numbers.reading(value, meter=kept.meter)}
    return _("Before, on %(day)s: %(value)s.", **words)


def _known_later(kept: KeptReading) -> str:
    meter, reading = kept.meter, kept.reading
    later = next((each for each in kept.story.known if each.period > reading.period), None)
    if later is not None:
        words = {"month": month(later.period), "value": numbers.reading(later.value, meter=meter)}
        return _("Later, for %(month)s: %(value)s.", **words)
    if meter.removed_on is not None:
        return _("The meter was removed on %(day)s.", day=day(meter.removed_on))
    return ""


def _bars(kept: KeptReading) -> list[Bar]:
    volumes = {each.period: each for each in volumes_before(kept.story, kept.reading.period)}
    bars = []
    for step in range(-MONTHS, 0):
        period = kept.reading.period.plus(step)
        counted = volumes.get(period)
        volume = counted.volume if counted else None
        bars.append(
            Bar(
                label=month_letters(period),
                value=volume,
                text="" if volume is None else numbers.numbers().fixed(volume, 1),
                hatched=counted is not None and not counted.has_reading,
            )
        )
    return bars


def _months(kept: KeptReading) -> list[Month]:
    volumes = {each.period: each for each in volumes_before(kept.story, kept.reading.period)}
    known = {each.period: each for each in kept.story.known}
    rows = []
    for step in range(-1, -MONTHS - 1, -1):
        period = kept.reading.period.plus(step)
        reading, counted = known.get(period), volumes.get(period)
        volume = counted.volume if counted else None
        rows.append(
            Month(
                name=month_title(period),
                value="" if reading is None else numbers.reading(reading.value, meter=kept.meter),
                volume="" if volume is None else numbers.volume(volume),
            )
        )
    return rows
