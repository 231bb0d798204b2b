"""Settling a reading that waits: by one decision, once, whoever else answers at that moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from threading import get_ident

import pytest

from tests.cast import COLD_LAST, Cast, actor_of
from tests.clock import moment
from tests.crowd import crowd
from tests.factories import make_reading, make_submission
from vodokanal.billing.findings import DigitMissing, LowerThanPrevious, findings_to_json
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState, Source
from vodokanal.billing.refusals import MeterRemovedError
from vodokanal.billing.settlements import Decision, RefusalReason, Settlement
from vodokanal.models.journal import JournalEntry
from vodokanal.models.meters import Meter
from vodokanal.models.readings import Reading, ReadingSettlement
from vodokanal.operations import settlements
from vodokanal.operations.answers import (
    AnsweredAlreadyError,
    confirm_reading,
    correct_reading,
)
from vodokanal.operations.intakes import get_intake
from vodokanal.operations.judging import Delivery
from vodokanal.operations.readings import submit_readings
from vodokanal.operations.settlements import (
    LaterValueError,
    NoReasonError,
    NothingMeantError,
    SettledAlreadyError,
    find_reading,
    refusals_of,
    settle_reading,
    settlements_of,
)
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError

NOVEMBER, DECEMBER = Period(2026, 11), Period(2026, 12)
SENT, LATER = moment("2026-11-12T10:42"), moment("2026-11-25T09:00")
AS_TYPED, AS_MEANT = Decision(Settlement.AS_TYPED), Decision(Settlement.AS_MEANT)
REFUSED = Decision(Settlement.REFUSED, RefusalReason.LOWER)
LOWER = LowerThanPrevious(COLD_LAST)
MISSING = DigitMissing(Decimal("161.2"))

Ask = Callable[..., Reading]


@pytest.fixture
def ask(cast: Cast) -> Ask:
    """A reading of Anna's cold water for November that waits: `ask("16.12", LOWER, MISSING)`."""

    def asked(value: str, *findings: object, state: ReadingState = ReadingState.ASKED) -> Reading:
        submission = make_submission(account=cast.account, period=NOVEMBER, received_at=SENT)
        return make_reading(
            cast.cold,
            submission=submission,
            period=NOVEMBER,
            value=value,
            taken_on=SENT.date(),
            received_at=SENT,
            state=state,
            findings=findings_to_json(findings),  # type: ignore[arg-type]
            resident=cast.anna,
        )

    return asked


def settle(cast: Cast, reading: Reading, decision: Decision, key: str = "k") -> ReadingState:
    return settle_reading(actor_of(cast.galina), reading, decision=decision, key=key, at=LATER)


def states() -> list[tuple[Decimal, ReadingState]]:
    """What there is for November, oldest first."""
    rows = Reading.select().where(Reading.period == NOVEMBER).order_by(Reading.id)
    return [(row.value, row.state) for row in rows]


@pytest.mark.parametrize("state", [ReadingState.ASKED, ReadingState.HELD])
def test_reading_is_taken_as_typed(cast: Cast, ask: Ask, state: ReadingState) -> None:
    reading = ask("150", LOWER, state=state)
    assert settle(cast, reading, AS_TYPED) is ReadingState.ACCEPTED
    assert states() == [(Decimal(150), ReadingState.ACCEPTED)]
    assert Reading.get_by_id(reading.id).findings == findings_to_json([LOWER])


def test_suggestion_replaces_the_value_within_its_submission(cast: Cast, ask: Ask) -> None:
    reading = ask("16.12", LOWER, MISSING)
    assert settle(cast, reading, AS_MEANT) is ReadingState.REPLACED
    assert states() == [
        (Decimal("16.12"), ReadingState.REPLACED),
        (Decimal("161.2"), ReadingState.ACCEPTED),
    ]
    new = Reading.get(Reading.state == ReadingState.ACCEPTED, Reading.period == NOVEMBER)
    assert (new.submission_id, new.received_at, new.taken_on, new.source, new.employee) == (
        reading.submission_id,
        SENT,
        SENT.date(),
        Source.RESIDENT,
        cast.galina,
    )


def test_refused_reading_keeps_its_reason(cast: Cast, ask: Ask) -> None:
    reading = ask("150", LOWER)
    decision = Decision(Settlement.REFUSED, RefusalReason.OTHER, "На фото другой счётчик.")
    assert settle(cast, reading, decision) is ReadingState.REFUSED
    (kept,) = refusals_of(cast.account.id, since=NOVEMBER)
    assert (kept.reading, kept.reason, kept.words, kept.employee, kept.settled_at) == (
        reading,
        RefusalReason.OTHER,
        "На фото другой счётчик.",
        cast.galina,
        LATER,
    )
    assert refusals_of(cast.account.id, since=DECEMBER) == []


def test_another_reading_may_come_after_a_refused_one(cast: Cast, ask: Ask) -> None:
    settle(cast, ask("150", LOWER), REFUSED)
    delivery = Delivery({cast.cold.id: "161,2"}, Source.RESIDENT)
    intake = get_intake(cast.account.id, today=date(2026, 11, 13))
    at = moment("2026-11-13T10:00")
    submit_readings(actor_of(cast.anna), intake, delivery=delivery, key="a", at=at)
    assert states() == [
        (Decimal(150), ReadingState.REFUSED),
        (Decimal("161.2"), ReadingState.ACCEPTED),
    ]


def test_every_decision_stands_in_the_journal(cast: Cast, ask: Ask) -> None:
    settle(cast, ask("150", LOWER), REFUSED, key="a")
    settle(cast, ask("16.12", LOWER, MISSING), AS_MEANT, key="b")
    rows = JournalEntry.select().order_by(JournalEntry.id)
    assert [(row.action, row.actor_name, row.before, row.after) for row in rows] == [
        (
            "settle_reading",
            "Галина Орлова",
            '{"state": "asked"}',
            '{"state": "refused", "reason": "lower", "words": ""}',
        ),
        ("settle_reading", "Галина Орлова", '{"value": "16.120"}', '{"value": "161.200"}'),
    ]


def test_same_key_twice_is_one_decision(cast: Cast, ask: Ask) -> None:
    reading = ask("150", LOWER)
    assert [settle(cast, reading, REFUSED) for _ in range(2)] == [ReadingState.REFUSED] * 2
    assert ReadingSettlement.select().count() == 1
    with pytest.raises(KeyReusedError):
        settle(cast, reading, AS_TYPED)


def test_decision_without_a_key_is_not_taken(cast: Cast, ask: Ask) -> None:
    with pytest.raises(MissingKeyError):
        settle(cast, ask("150", LOWER), AS_TYPED, key="")


def test_second_employee_learns_what_was_decided(cast: Cast, ask: Ask) -> None:
    reading = ask("150", LOWER)
    settle(cast, reading, REFUSED)
    with pytest.raises(SettledAlreadyError) as caught:
        settle_reading(actor_of(cast.olga), reading, decision=AS_TYPED, key="o", at=LATER)
    decided = caught.value.settlement
    assert decided is not None
    assert (decided.how, decided.employee, caught.value.value) == (
        Settlement.REFUSED,
        cast.galina,
        None,
    )


def test_answer_of_the_resident_goes_first_when_it_came_first(cast: Cast, ask: Ask) -> None:
    reading = ask("16.12", LOWER, MISSING)
    correct_reading(actor_of(cast.anna), reading, text="161,5", key="a", at=SENT)
    with pytest.raises(SettledAlreadyError) as caught:
        settle(cast, reading, AS_MEANT)
    assert (caught.value.settlement, caught.value.value) == (None, Decimal("161.5"))
    assert states()[-1] == (Decimal("161.5"), ReadingState.ACCEPTED)


def test_answer_between_looking_and_deciding_goes_first(
    cast: Cast, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = ask("190")
    before = find_reading(reading.id)
    monkeypatch.setattr(settlements, "find_reading", lambda _id: before)
    confirm_reading(actor_of(cast.anna), reading, key="a", at=SENT)
    with pytest.raises(SettledAlreadyError):
        settle(cast, reading, REFUSED)
    assert states() == [(Decimal(190), ReadingState.ACCEPTED)]


def test_answer_of_the_resident_after_a_refusal_is_told_so(cast: Cast, ask: Ask) -> None:
    reading = ask("16.12", LOWER, MISSING)
    settle(cast, reading, REFUSED)
    with pytest.raises(AnsweredAlreadyError):
        confirm_reading(actor_of(cast.anna), reading, key="a", at=LATER)
    assert states() == [(Decimal("16.12"), ReadingState.REFUSED)]


@pytest.mark.parametrize("decision", [AS_TYPED, AS_MEANT])
def test_value_above_a_later_one_waits_on(cast: Cast, ask: Ask, decision: Decision) -> None:
    reading = ask("170", LOWER, DigitMissing(Decimal("171.2")))
    make_reading(cast.cold, period=DECEMBER, value="164")
    with pytest.raises(LaterValueError) as caught:
        settle(cast, reading, decision)
    assert (caught.value.value, caught.value.period) == (Decimal(164), DECEMBER)
    assert states() == [(Decimal(170), ReadingState.ASKED)]
    assert settle(cast, reading, REFUSED) is ReadingState.REFUSED


def test_later_value_that_waits_itself_contradicts_nothing(cast: Cast, ask: Ask) -> None:
    reading = ask("170")
    make_reading(cast.cold, period=DECEMBER, value="164", state=ReadingState.ASKED)
    assert settle(cast, reading, AS_TYPED) is ReadingState.ACCEPTED


def test_value_before_the_end_of_the_display_is_taken(cast: Cast, ask: Ask) -> None:
    reading = ask("99995")
    make_reading(cast.cold, period=DECEMBER, value="3")
    assert settle(cast, reading, AS_TYPED) is ReadingState.ACCEPTED


def test_value_above_the_one_at_removal_waits_on(cast: Cast, ask: Ask) -> None:
    reading = ask("170")
    removed = {"removed_on": date(2026, 11, 20), "final_reading": Decimal(165)}
    Meter.update(removed).where(Meter.id == cast.cold.id).execute()
    with pytest.raises(LaterValueError):
        settle(cast, reading, AS_TYPED)


def test_value_from_before_the_removal_is_taken(cast: Cast, ask: Ask) -> None:
    reading = ask("164")
    cast.cold.removed_on = date(2026, 11, 20)
    cast.cold.save()
    assert settle(cast, reading, AS_TYPED) is ReadingState.ACCEPTED


def test_reading_of_a_meter_that_was_gone_can_only_be_refused(cast: Cast, ask: Ask) -> None:
    reading = ask("164")
    cast.cold.removed_on = date(2026, 11, 10)
    cast.cold.save()
    with pytest.raises(MeterRemovedError):
        settle(cast, reading, AS_TYPED)
    assert settle(cast, reading, REFUSED) is ReadingState.REFUSED


def test_nothing_is_taken_where_nothing_is_suggested(cast: Cast, ask: Ask) -> None:
    with pytest.raises(NothingMeantError):
        settle(cast, ask("150", LOWER), AS_MEANT)


def test_refusal_without_a_reason_is_none(cast: Cast, ask: Ask) -> None:
    reading = ask("150", LOWER)
    with pytest.raises(NoReasonError):
        settle(cast, reading, Decision(Settlement.REFUSED, RefusalReason.OTHER))
    assert states() == [(Decimal(150), ReadingState.ASKED)]


def test_of_many_decisions_at_once_one_counts(cast: Cast, ask: Ask) -> None:
    reading = ask("16.12", LOWER, MISSING)
    decisions = [AS_TYPED, AS_MEANT, REFUSED]

    def decide(number: int) -> ReadingState:
        key = f"{number}-{get_ident()}"
        return settle(cast, reading, decisions[number % len(decisions)], key)

    outcomes = crowd(9, decide)
    taken = [each for each in outcomes if isinstance(each, ReadingState)]
    refused = [each for each in outcomes if isinstance(each, SettledAlreadyError)]
    assert (len(taken), len(refused)) == (1, 8)
    assert ReadingSettlement.select().count() == 1


def test_of_an_answer_and_a_decision_at_once_one_counts(cast: Cast, ask: Ask) -> None:
    reading = ask("16.12", LOWER, MISSING)

    def act(number: int) -> ReadingState:
        if number % 2:
            return settle(cast, reading, REFUSED, key=f"{number}")
        anna = actor_of(cast.anna)
        return correct_reading(anna, reading, text="161,2", key=f"{number}", at=LATER)

    outcomes = crowd(6, act)
    allowed = ReadingState | SettledAlreadyError | AnsweredAlreadyError
    assert all(isinstance(each, allowed) for each in outcomes), outcomes
    counting = [state for _, state in states() if state is ReadingState.ACCEPTED]
    refused = [state for _, state in states() if state is ReadingState.REFUSED]
    assert len(counting) + len(refused) == 1


def test_unknown_reading_is_none(cast: Cast) -> None:
    assert find_reading(999_999) is None
    assert settlements_of([]) == {}


def test_answer_that_arrives_while_it_is_decided_wins(
    cast: Cast, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, value_of = ask("16.12", LOWER, MISSING), settlements._value_of

    def answered_meanwhile(waiting: Reading, decision: Decision) -> Decimal | None:
        Reading.update(state=ReadingState.ACCEPTED).where(Reading.id == waiting.id).execute()
        return value_of(waiting, decision)

    monkeypatch.setattr(settlements, "_value_of", answered_meanwhile)
    with pytest.raises(SettledAlreadyError):
        settle(cast, reading, REFUSED)
    assert ReadingSettlement.select().count() == 0
