"""The one question about a doubtful reading, and its answers, now or later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from tests.cast import COLD_LAST, Cast, actor_of
from tests.clock import moment
from tests.crowd import crowd
from tests.factories import make_reading, make_submission
from vodokanal.billing.findings import AboveUsual, LowerThanPrevious, findings_to_json
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.models.journal import JournalEntry
from vodokanal.models.meters import Meter
from vodokanal.models.readings import Reading
from vodokanal.operations.answers import (
    AnsweredAlreadyError,
    confirm_reading,
    correct_reading,
)
from vodokanal.operations.judging import NothingSentError, NotYourMeterError, ReadingsRefusedError
from vodokanal.operations.submission_keys import KeyReusedError

NOVEMBER = Period(2026, 11)
NOW = moment("2026-11-12T10:42")
AFTER_THE_WINDOW = moment("2026-12-03T09:00")
ABOVE = AboveUsual(Decimal("3.2"), Decimal(32))
LOWER = LowerThanPrevious(COLD_LAST)

Ask = Callable[..., Reading]


@pytest.fixture
def ask(cast: Cast) -> Ask:
    """A question about Anna's cold water in November: `ask("190", ABOVE)`."""

    def asked(value: str, *findings: object) -> Reading:
        submission = make_submission(account=cast.account, period=NOVEMBER, received_at=NOW)
        return make_reading(
            cast.cold,
            submission=submission,
            period=NOVEMBER,
            value=value,
            taken_on=NOW.date(),
            received_at=NOW,
            state=ReadingState.ASKED,
            findings=findings_to_json(findings),  # type: ignore[arg-type]
        )

    return asked


def states() -> list[tuple[Decimal, ReadingState]]:
    """What there is for November, oldest first."""
    rows = Reading.select().where(Reading.period == NOVEMBER).order_by(Reading.id)
    return [(row.value, row.state) for row in rows]


def test_confirmed_doubt_is_accepted(cast: Cast, ask: Ask) -> None:
    reading = ask("190", ABOVE)
    state = confirm_reading(actor_of(cast.anna), reading, key="k", at=NOW)
    assert state is ReadingState.ACCEPTED
    assert states() == [(Decimal(190), ReadingState.ACCEPTED)]


def test_confirmed_lower_value_is_held_for_staff(cast: Cast, ask: Ask) -> None:
    reading = ask("150", LOWER)
    assert confirm_reading(actor_of(cast.anna), reading, key="k", at=NOW) is ReadingState.HELD


def test_findings_stay_with_a_confirmed_reading(cast: Cast, ask: Ask) -> None:
    reading = ask("190", ABOVE)
    confirm_reading(actor_of(cast.anna), reading, key="k", at=NOW)
    assert Reading.get_by_id(reading.id).findings == findings_to_json([ABOVE])


def test_answer_may_come_after_the_window(cast: Cast, ask: Ask) -> None:
    reading = ask("190", ABOVE)
    confirm_reading(actor_of(cast.anna), reading, key="k", at=AFTER_THE_WINDOW)
    row = Reading.get_by_id(reading.id)
    assert (row.state, row.received_at) == (ReadingState.ACCEPTED, NOW)


def test_same_answer_twice_is_one_answer(cast: Cast, ask: Ask) -> None:
    reading = ask("190", ABOVE)
    for _ in range(2):
        confirm_reading(actor_of(cast.anna), reading, key="k", at=NOW)
    assert [entry.action for entry in JournalEntry.select()] == ["confirm_reading"]


def test_second_answer_of_another_person_changes_nothing(cast: Cast, ask: Ask) -> None:
    reading = ask("150", LOWER)
    correct_reading(actor_of(cast.anna), reading, text="161,2", key="k", at=NOW)
    with pytest.raises(AnsweredAlreadyError):
        confirm_reading(actor_of(cast.boris), reading, key="k", at=NOW)
    assert states() == [
        (Decimal(150), ReadingState.REPLACED),
        (Decimal("161.2"), ReadingState.ACCEPTED),
    ]


def test_key_of_a_confirmation_cannot_bring_a_correction(cast: Cast, ask: Ask) -> None:
    reading = ask("190", ABOVE)
    confirm_reading(actor_of(cast.anna), reading, key="k", at=NOW)
    with pytest.raises(KeyReusedError):
        correct_reading(actor_of(cast.anna), reading, text="161,2", key="k", at=NOW)


def test_correction_replaces_the_value_within_its_submission(cast: Cast, ask: Ask) -> None:
    reading = ask("1612", ABOVE)
    state = correct_reading(actor_of(cast.anna), reading, text="161,2", key="k", at=NOW)
    new = Reading.get(Reading.period == NOVEMBER, Reading.state == ReadingState.ACCEPTED)
    assert (state, new.value) == (ReadingState.ACCEPTED, Decimal("161.2"))
    assert (new.submission_id, new.taken_on) == (reading.submission_id, NOW.date())


def test_correction_after_the_window_still_belongs_to_its_month(cast: Cast, ask: Ask) -> None:
    reading = ask("1612", ABOVE)
    correct_reading(actor_of(cast.anna), reading, text="161,2", key="k", at=AFTER_THE_WINDOW)
    assert states()[-1] == (Decimal("161.2"), ReadingState.ACCEPTED)


def test_correction_may_be_doubtful_again(cast: Cast, ask: Ask) -> None:
    reading = ask("1612", ABOVE)
    state = correct_reading(actor_of(cast.anna), reading, text="150", key="k", at=NOW)
    assert state is ReadingState.ASKED
    assert states() == [
        (Decimal(1612), ReadingState.REPLACED),
        (Decimal(150), ReadingState.ASKED),
    ]


@pytest.mark.parametrize(("text", "error"), [("x", ReadingsRefusedError), ("", NothingSentError)])
def test_impossible_correction_leaves_the_question_open(
    cast: Cast, ask: Ask, text: str, error: type[Exception]
) -> None:
    reading = ask("1612", ABOVE)
    with pytest.raises(error):
        correct_reading(actor_of(cast.anna), reading, text=text, key="k", at=NOW)
    assert states() == [(Decimal(1612), ReadingState.ASKED)]


def test_same_correction_twice_is_one_correction(cast: Cast, ask: Ask) -> None:
    reading = ask("1612", ABOVE)
    for _ in range(2):
        state = correct_reading(actor_of(cast.anna), reading, text="161,2", key="k", at=NOW)
        assert state is ReadingState.ACCEPTED
    assert len(states()) == 2


def test_same_correction_from_a_second_tab_is_fine(cast: Cast, ask: Ask) -> None:
    reading = ask("1612", ABOVE)
    for key in ("one", "two"):
        correct_reading(actor_of(cast.anna), reading, text="161,2", key=key, at=NOW)
    assert states()[-1] == (Decimal("161.2"), ReadingState.ACCEPTED)


def test_second_correction_changes_nothing(cast: Cast, ask: Ask) -> None:
    reading = ask("1612", ABOVE)
    correct_reading(actor_of(cast.anna), reading, text="161,2", key="one", at=NOW)
    with pytest.raises(AnsweredAlreadyError):
        correct_reading(actor_of(cast.anna), reading, text="161,9", key="two", at=NOW)
    assert states()[-1] == (Decimal("161.2"), ReadingState.ACCEPTED)


def test_question_about_a_meter_removed_since_can_be_confirmed(cast: Cast, ask: Ask) -> None:
    reading = ask("190", ABOVE)
    Meter.update(removed_on=date(2026, 11, 30)).where(Meter.id == cast.cold.id).execute()
    state = confirm_reading(actor_of(cast.anna), reading, key="k", at=AFTER_THE_WINDOW)
    assert state is ReadingState.ACCEPTED


def test_question_about_a_meter_removed_since_cannot_be_corrected(cast: Cast, ask: Ask) -> None:
    reading = ask("1612", ABOVE)
    Meter.update(removed_on=date(2026, 11, 30)).where(Meter.id == cast.cold.id).execute()
    with pytest.raises(NotYourMeterError):
        correct_reading(actor_of(cast.anna), reading, text="161,2", key="k", at=AFTER_THE_WINDOW)


def test_journal_says_what_was_corrected(cast: Cast, ask: Ask) -> None:
    reading = ask("1612", ABOVE)
    correct_reading(actor_of(cast.anna), reading, text="161,2", key="k", at=NOW)
    entry, new = JournalEntry.get(), Reading.select().order_by(Reading.id.desc()).get()
    assert (entry.action, entry.subject_id) == ("correct_reading", reading.id)
    assert entry.before == '{"value": "1612"}'
    assert entry.after == f'{{"value": "161.200", "reading": {new.id}}}'


@pytest.mark.slow("twenty answers, one after the other in the writers' queue")
def test_of_twenty_answers_at_once_one_counts(cast: Cast, ask: Ask) -> None:
    reading = ask("150", LOWER)

    def answer(number: int) -> ReadingState:
        actor, key = actor_of(cast.anna), f"key-{number}"
        if number % 2:
            return confirm_reading(actor, reading, key=key, at=NOW)
        return correct_reading(actor, reading, text=f"161,{number:03d}", key=key, at=NOW)

    crowd(20, answer)
    counted = [state for _, state in states() if state is not ReadingState.REPLACED]
    assert counted in ([ReadingState.HELD], [ReadingState.ACCEPTED])


def december(cast: Cast, value: str) -> None:
    """A value of the next month that was accepted while the question waited."""
    make_reading(cast.cold, period=Period(2026, 12), value=value, taken_on=date(2026, 12, 15))


def test_confirmed_value_above_a_later_one_is_held(cast: Cast, ask: Ask) -> None:
    reading = ask("190", ABOVE)
    december(cast, "180")
    state = confirm_reading(actor_of(cast.anna), reading, key="k", at=AFTER_THE_WINDOW)
    assert state is ReadingState.HELD


def test_confirmed_value_below_a_later_one_is_accepted(cast: Cast, ask: Ask) -> None:
    reading = ask("190", ABOVE)
    december(cast, "195")
    state = confirm_reading(actor_of(cast.anna), reading, key="k", at=AFTER_THE_WINDOW)
    assert state is ReadingState.ACCEPTED


def test_corrected_value_above_a_later_one_is_held(cast: Cast, ask: Ask) -> None:
    reading = ask("15", LOWER)
    december(cast, "161")
    answer = {"text": "161,2", "key": "k", "at": AFTER_THE_WINDOW}
    assert correct_reading(actor_of(cast.anna), reading, **answer) is ReadingState.HELD  # type: ignore[arg-type]
    assert states() == [(Decimal(15), ReadingState.REPLACED), (Decimal("161.2"), ReadingState.HELD)]


def test_other_number_after_a_confirmation_is_not_lost_silently(cast: Cast, ask: Ask) -> None:
    reading = ask("150", LOWER)
    confirm_reading(actor_of(cast.anna), reading, key="one", at=NOW)
    with pytest.raises(AnsweredAlreadyError) as refusal:
        correct_reading(actor_of(cast.boris), reading, text="161,2", key="two", at=NOW)
    assert refusal.value.value == Decimal(150)


def test_confirmation_after_a_correction_says_what_counts(cast: Cast, ask: Ask) -> None:
    reading = ask("15", LOWER)
    correct_reading(actor_of(cast.anna), reading, text="161,2", key="one", at=NOW)
    with pytest.raises(AnsweredAlreadyError) as refusal:
        confirm_reading(actor_of(cast.boris), reading, key="two", at=NOW)
    assert refusal.value.value == Decimal("161.2")
