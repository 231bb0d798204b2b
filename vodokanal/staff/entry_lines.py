"""What the desk shows of an account: its meters with their last values, and open questions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask_babel import gettext as _

from vodokanal.billing.displays import read_display
from vodokanal.billing.findings import findings_from_json
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Source, why_only_recorded
from vodokanal.billing.usage import Expectation
from vodokanal.billing.windows import NoWindowRuleError
from vodokanal.models.accounts import Account, Holder
from vodokanal.models.meters import Meter
from vodokanal.models.readings import Reading
from vodokanal.operations.accounts import current_holder
from vodokanal.operations.consumption import KeptReading, kept_readings
from vodokanal.operations.expectations import expectation_on, usual_in_a_month
from vodokanal.operations.intakes import get_intake
from vodokanal.operations.meters import MeterStory
from vodokanal.operations.submission_keys import new_key
from vodokanal.operations.submissions import asked_readings_of
from vodokanal.operations.windows import Term
from vodokanal.staff.labels import label_of
from vodokanal.web import numbers
from vodokanal.web.arguments import printable
from vodokanal.web.clock import today
from vodokanal.web.dates import day, moment, month_and_year
from vodokanal.web.page import configuration, house_settings
from vodokanal.web.wording import (
    Label,
    doubt_sentence,
    guess_sentence,
    kind_word,
    meter_words,
    not_charged_sentences,
    place_of,
    state_label,
    water,
)

# The same names as on the residents' page, so that a form means the same everywhere.
NAME = "meter-{id}"
FIELD = re.compile(r"meter-([0-9]{1,9})", re.ASCII)
# What stood in the field when the form was shown.
SHOWN = "shown-{id}"
# So long before its day a verification is spoken of.
SOON = timedelta(days=90)
OLDEST = timedelta(days=31)


@dataclass(frozen=True)
class Line:
    """One meter of the form: what it showed, what is expected, and what is typed."""

    name: str
    kind: str
    title: str
    place: str
    previous: str
    previous_aside: str
    usual: str
    expected: str
    shown_name: str
    known: str
    used: str
    label: Label | None
    verified: Label | None
    pattern: str
    typed: str
    error: str
    notes: Sequence[str]

    @property
    def is_open(self) -> bool:
        """Whether nothing is known for the month yet, or something is to be mended."""
        return not self.known or bool(self.error)


@dataclass(frozen=True)
class Question:
    """A doubtful reading, as the employee is to ask about it."""

    id: int
    kind: str
    title: str
    place: str
    noted: str
    doubt: str
    guess: str
    suggestion: str
    value: str
    pattern: str
    keys: tuple[str, str]
    error: str
    typed: str


@dataclass(frozen=True)
class Call:
    """An account on the desk: whose it is, for which month readings are taken now."""

    account: Account
    holder: Holder | None
    stories: Sequence[MeterStory]
    asked: Sequence[KeptReading]
    term: Term | None

    @property
    def last_day(self) -> date:
        """The last day on which a reading of the account may have been taken."""
        closed_on: date | None = self.account.closed_on
        return today() if closed_on is None else min(closed_on, today())

    @property
    def first_day(self) -> date:
        """The first such day: whoever brings an older reading has read the meter anew."""
        return today() - OLDEST

    @property
    def is_closed(self) -> bool:
        """Whether only the account's last values are still taken."""
        return self.last_day < today()

    @property
    def is_over(self) -> bool:
        """Whether the account was closed too long ago for any reading."""
        return self.last_day < self.first_day


def call_of(account: Account, source: Source) -> Call:
    """Everything the desk shows of an account."""
    asked = kept_readings(asked_readings_of(account.id))
    call = call_on(account, current_holder(account.id), source=source)
    return replace(call, asked=asked)


def call_on(account: Account, holder: Holder | None, *, source: Source) -> Call:
    """An account whose holder is known, without the questions about it."""
    intake = get_intake(account.id, today=today(), configuration=configuration())
    try:
        term = intake.term_for(source)
    except NoWindowRuleError:
        # The page says so: whoever takes the call can do nothing about it.
        term = None
    return Call(account, holder, intake.stories, (), term)


def line_of(
    story: MeterStory, term: Term, *, typed: Mapping[str, str], errors: Mapping[int, str]
) -> Line:
    """A meter's line."""
    meter = story.meter
    name = NAME.format(id=meter.id)
    last, known = story.last_before(term.period), story.of(term.period)
    expected = expectation_on(story, today(), period=term.period)
    usual = usual_in_a_month(expected)
    shown = "" if known is None else numbers.reading(known.value, meter=meter)
    return Line(
        name=name,
        kind=meter.kind.value,
        title=kind_word(meter.kind),
        place=" · ".join(filter(None, (place_of(meter), str(meter)))),
        previous=numbers.reading(last.value if last else meter.initial_reading, meter=meter),
        previous_aside=_aside(last, meter.installed_on),
        usual="" if usual is None else numbers.numbers().fixed(usual, 1),
        expected=_expected_words(expected),
        shown_name=SHOWN.format(id=meter.id),
        known=shown,
        used="" if known is None else _used(KeptReading(story, known)),
        label=None
        if known is None
        else state_label(known.state, findings_from_json(known.findings)),
        verified=_verified(meter.verify_by),
        pattern=numbers.pattern(meter, whole_only=house_settings().takes_whole_only),
        typed=typed.get(name, shown),
        error=errors.get(meter.id, ""),
        notes=not_charged_sentences(why_only_recorded(story.facts, today())),
    )


def _expected_words(expected: Expectation) -> str:
    """Between which whole numbers the reading is likely to lie: ждём 89–91."""
    likely = expected.likely
    if likely is None:
        return ""
    low, high = (numbers.numbers().fixed(each, 0) for each in likely)
    return _("expected %(low)s–%(high)s", low=low, high=high)


def _used(kept: KeptReading) -> str:
    """What was counted since the reading before: + 3,120."""
    if kept.volume is None:
        return ""
    volume = numbers.numbers().fixed(kept.volume, kept.meter.digits_after)
    return f"+{numbers.NO_BREAK}{volume}"


def _verified(verify_by: date | None) -> Label | None:
    """Until which month a meter is verified, and whether that is past or soon."""
    if verify_by is None:
        return None
    words = month_and_year(Period.of(verify_by))
    if verify_by < today():
        return Label("bad", words)
    return Label("ask" if verify_by - today() <= SOON else "", words)


def question_of(kept: KeptReading, *, error: str = "", typed: str = "") -> Question:
    """The question about a reading."""
    meter, reading = kept.meter, kept.reading
    suggestion, before = kept.suggestion, kept.previous
    return Question(
        id=reading.id,
        kind=meter.kind.value,
        title=water(meter.kind),
        place=" · ".join(filter(None, (place_of(meter), meter_words(meter)))),
        noted=_(
            "On %(day)s it was noted, %(source)s:",
            day=day(reading.taken_on),
            source=label_of(reading.source),
        ),
        doubt=doubt_sentence(
            kept.findings, meter=meter, previous_on=before.taken_on if before else None
        ),
        guess=guess_sentence(kept.findings, suggestion),
        suggestion="" if suggestion is None else numbers.reading(suggestion, meter=meter),
        value=numbers.reading(reading.value, meter=meter),
        pattern=numbers.pattern(meter, whole_only=house_settings().takes_whole_only),
        keys=(new_key(), new_key()),
        error=error,
        typed=typed,
    )


def gone_words(call: Call, entries: Mapping[int, str]) -> str:
    """What was typed for meters that hang there no longer, so that it is not lost unseen."""
    there = {story.meter.id for story in call.stories}
    gone = Meter.select().where(
        Meter.account == call.account.id,
        Meter.id.in_([each for each in entries if each not in there]),
    )
    sentences = [
        _(
            "The meter %(meter)s was removed on %(day)s: its reading %(value)s was not noted.",
            meter=str(meter),
            day=day(meter.removed_on),
            value=printable(entries[meter.id]),
        )
        for meter in gone
        if meter.removed_on is not None
    ]
    return " ".join(sentences) or _("One of the meters does not belong to this account any more.")


def known_words(call: Call, entries: Mapping[int, str]) -> list[str]:
    """Which of the values were noted before, just as they are: they are not counted twice."""
    if call.term is None:
        return []
    sentences = []
    for story in call.stories:
        known = story.of(call.term.period)
        if known is not None and _is_typed(known, story, entries=entries):
            words = {"water": water(story.meter.kind), "moment": moment(known.received_at)}
            value = numbers.reading(known.value, meter=story.meter)
            sentences.append(
                _("%(water)s, %(value)s: noted already on %(moment)s.", value=value, **words)
            )
    return sentences


def _is_typed(known: Reading, story: MeterStory, *, entries: Mapping[int, str]) -> bool:
    text = entries.get(story.meter.id, "")
    if not text:
        return False
    meter = story.meter
    value = read_display(
        text,
        digits_before=meter.digits_before,
        digits_after=meter.digits_after,
        whole_only=house_settings().takes_whole_only,
    )
    return bool(value == known.value)


def _aside(last: Reading | None, installed_on: date) -> str:
    if last is None:
        return _("when installed, %(day)s", day=day(installed_on))
    return f"{day(last.taken_on)}, {label_of(last.source)}"
