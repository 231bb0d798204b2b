"""The question about a doubtful reading, with its two answers and a field for another number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from vodokanal.billing.readings import Source
from vodokanal.operations.consumption import KeptReading
from vodokanal.operations.submission_keys import new_key
from vodokanal.resident.said_back import Drums, Head, drums_of, head_of
from vodokanal.web import numbers
from vodokanal.web.clock import today
from vodokanal.web.dates import day
from vodokanal.web.wording import Label, doubt_sentence, guess_sentence, hint_of, state_label


@dataclass(frozen=True)
class Problem:
    """An answer that could not be taken: of which reading, why, and what was typed."""

    reading_id: int
    sentence: str
    typed: str


@dataclass(frozen=True)
class Keys:
    """One key a form, so that each answer counts once."""

    yes: str
    no: str
    other: str


@dataclass(frozen=True)
class Question:
    """A reading that is asked about, as the page asks."""

    id: int
    url: str
    head: Head
    label: Label
    typed: str
    doubt: str
    guess: str
    suggestion: Drums | None
    value: str
    hint: str
    pattern: str
    keys: Keys
    error: str
    again: str


def questions_of(
    asked: Iterable[KeptReading], *, number: str, whole_only: bool, problem: Problem | None = None
) -> list[Question]:
    """The questions about readings of the account of that number."""
    return [
        _question(each, number=number, whole_only=whole_only, problem=problem) for each in asked
    ]


def _question(
    kept: KeptReading, *, number: str, whole_only: bool, problem: Problem | None
) -> Question:
    meter, reading = kept.meter, kept.reading
    suggestion = kept.suggestion
    # Two questions may be open at once; what was typed belongs to one of them.
    wrong = problem if problem is not None and problem.reading_id == reading.id else None
    return Question(
        id=reading.id,
        url=url_for("resident.answer", number=number, reading_id=reading.id),
        head=head_of(kept.story),
        label=state_label(reading.state),
        typed=_who_gave(kept),
        doubt=doubt_sentence(
            kept.findings,
            meter=meter,
            previous_on=kept.previous.taken_on if kept.previous else None,
        ),
        guess=guess_sentence(kept.findings, suggestion),
        suggestion=None if suggestion is None else drums_of(suggestion, kept.story),
        value=numbers.reading(reading.value, meter=meter),
        hint=hint_of(meter, whole_only=whole_only),
        pattern=numbers.pattern(meter, whole_only=whole_only),
        # Three forms, three keys: going back to give another answer is not a repeated one.
        keys=Keys(new_key(), new_key(), new_key()),
        error=wrong.sentence if wrong else "",
        again=wrong.typed if wrong else "",
    )


def _who_gave(kept: KeptReading) -> str:
    """What stands before the value: who gave it, and when that was not today."""
    when = day(kept.reading.taken_on)
    if kept.reading.source != Source.RESIDENT:
        return _("On %(day)s this was noted:", day=when)
    if kept.reading.taken_on != today():
        return _("On %(day)s you typed", day=when)
    return _("You typed")
