"""The fields of the readings form: each meter's dial as it was, and what to type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from vodokanal.billing.periods import Period
from vodokanal.billing.readings import why_only_recorded
from vodokanal.operations.meters import MeterStory
from vodokanal.resident.opening import reader_id
from vodokanal.resident.said_back import Head, head_of
from vodokanal.web import charts, numbers
from vodokanal.web.arguments import printable
from vodokanal.web.charts import Dial
from vodokanal.web.clock import today
from vodokanal.web.dates import day
from vodokanal.web.wording import given_by, hint_of, not_charged_sentences

NAME = "meter-{id}"
# As many digits as a row's id has on either engine.
NAMED = re.compile(r"meter-([1-9][0-9]{0,8})", re.ASCII)


@dataclass(frozen=True)
class Before:
    """What the meter showed last: when, what, and who said so."""

    when: str
    shown: str
    given_by: str


@dataclass(frozen=True)
class MeterField:
    """One meter of the form."""

    name: str
    head: Head
    dial: Dial
    before: Before
    hint: str
    pattern: str
    value: str
    error: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """What the fields are filled with: the month, the precision, what was typed and was wrong."""

    period: Period
    whole_only: bool
    typed: MultiDict[str, str]
    problems: Mapping[int, str]


def entries_of(typed: MultiDict[str, str]) -> dict[int, str]:
    """The typed texts by meter; fields of any other name are nobody's."""
    # Whatever else a form names is not looked at: columns of the table cannot be sent.
    named = ((NAMED.fullmatch(name), text) for name, text in typed.items())
    return {int(found[1]): text for found, text in named if found}


def field_of(story: MeterStory, form: Form) -> MeterField:
    """The field of a meter."""
    meter = story.meter
    name = NAME.format(id=meter.id)
    # When correcting, the dial shows what was sent this month, not the month before.
    kept = story.of(form.period) or story.last_before(form.period)
    value = meter.initial_reading if kept is None else kept.value
    black, red = numbers.drums_of(value, meter=meter)
    return MeterField(
        name=name,
        head=head_of(story),
        dial=charts.dial(black, red, whole_only=form.whole_only),
        before=_before(story, form),
        hint=hint_of(meter, whole_only=form.whole_only),
        pattern=numbers.pattern(meter, whole_only=form.whole_only),
        # What no page can print is left out here only; the rules saw the text as it was sent.
        value=printable(form.typed.get(name, "")),
        error=form.problems.get(meter.id, ""),
        notes=tuple(not_charged_sentences(why_only_recorded(story.facts, today()))),
    )


def _before(story: MeterStory, form: Form) -> Before:
    meter = story.meter
    kept = story.of(form.period) or story.last_before(form.period)
    if kept is None:
        return Before(
            when=_("This is how it was when installed on %(day)s:", day=day(meter.installed_on)),
            shown=numbers.display(meter.initial_reading, meter=meter),
            given_by="",
        )
    return Before(
        when=_("This is how it was on %(day)s:", day=day(kept.taken_on)),
        shown=numbers.display(kept.value, meter=meter),
        given_by=given_by(kept, resident_id=reader_id()),
    )
