"""Letters: who gets one for a submission, how it is taken, put off, given up and sent again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.cast import COLD_NEXT, HOT_NEXT, Cast, actor_of
from tests.clock import moment
from tests.conftest import SECRET_KEY
from tests.crowd import crowd
from tests.factories import BEFORE, make_email, make_letter, make_submission
from tests.statements import statements
from vodokanal.billing.readings import Source
from vodokanal.models.database import write_tx
from vodokanal.models.jobs import WakeUp
from vodokanal.models.journal import JournalEntry
from vodokanal.models.letters import Letter, LetterState
from vodokanal.models.people import AccountAccess, Employee, Resident
from vodokanal.models.readings import Submission
from vodokanal.operations import letters
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.intakes import get_intake
from vodokanal.operations.judging import Delivery
from vodokanal.operations.letters import (
    LEASE,
    LONGEST_PAUSE,
    MOST_ATTEMPTS,
    confirm_by_letter,
    find_reading_news,
    give_back,
    has_due_letter,
    mark_sent,
    put_off,
    send_again,
    settle_letter,
    take_letter,
)
from vodokanal.operations.queue import open_queue
from vodokanal.operations.readings import submit_readings

AT = moment("2026-11-12T10:42")
REAL = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _queue() -> None:
    open_queue(SECRET_KEY)


def submit(
    cast: Cast,
    by: Resident | Employee | None = None,
    *,
    cold: str = COLD_NEXT,
    hot: str = HOT_NEXT,
    key: str = "1",
) -> str:
    """Sends both readings; the number."""
    person = by or cast.anna
    source = Source.TELEPHONE if isinstance(person, Employee) else Source.RESIDENT
    typed = {cast.cold.id: cold, cast.hot.id: hot}
    delivery = Delivery(typed, source)
    intake = get_intake(cast.account.id, today=AT.date())
    return submit_readings(actor_of(person), intake, delivery=delivery, key=key, at=AT)


def addressees() -> list[str]:
    rows = Letter.select(Letter, Resident).join(Resident).order_by(Letter.id)
    return sorted(row.resident.login for row in rows)


def fresh(letter: Letter) -> Letter:
    found: Letter = Letter.get_by_id(letter.id)
    return found


def taken(real_now: datetime = REAL) -> Letter:
    letter = take_letter(real_now)
    assert letter is not None
    return letter


def test_submission_is_confirmed_to_everybody_with_an_address(cast: Cast) -> None:
    make_email(cast.anna)
    make_email(cast.boris, "boris@mail.example")
    make_email(cast.vera, "vera@mail.example")
    number = submit(cast)
    assert addressees() == ["anna", "boris"]
    row = Letter.get()
    submission = Submission.get_by_id(row.subject_id)
    assert (submission.number, row.subject_table) == (number, "submission")
    assert (row.state, row.attempts, row.due_at) == (LetterState.WAITING, 0, None)
    assert (row.created_at, row.language, row.parameters) == (AT, "ru", "{}")
    assert WakeUp.select().count() == 1


def test_without_addresses_nobody_is_woken(cast: Cast) -> None:
    submit(cast)
    assert (Letter.select().count(), WakeUp.select().count()) == (0, 0)


def test_unconfirmed_empty_and_disabled_get_no_letter(cast: Cast) -> None:
    Resident.update(email="anna@mail.example").where(Resident.id == cast.anna.id).execute()
    make_email(cast.boris, "")
    submit(cast)
    assert addressees() == []
    make_email(cast.anna)
    Resident.update(disabled_at=BEFORE).execute()
    submit(cast, cast.galina, cold="161,3", key="2")
    assert addressees() == []


def test_trusted_person_hears_only_of_what_they_sent_themselves(cast: Cast) -> None:
    make_email(cast.daria, "daria@mail.example")
    submit(cast)
    assert addressees() == []
    submit(cast, cast.daria, cold="161,3", key="2")
    assert addressees() == ["daria"]


def test_revoked_access_gets_no_letter(cast: Cast) -> None:
    make_email(cast.boris, "boris@mail.example")
    AccountAccess.update(revoked_at=BEFORE).where(AccountAccess.resident == cast.boris).execute()
    submit(cast)
    assert addressees() == []


def test_reading_by_telephone_is_confirmed_too(cast: Cast) -> None:
    make_email(cast.anna)
    submit(cast, cast.galina)
    assert addressees() == ["anna"]


def test_same_form_twice_makes_one_letter(cast: Cast) -> None:
    make_email(cast.anna)
    assert submit(cast) == submit(cast)
    assert Letter.select().count() == 1


@pytest.mark.parametrize(("has_email", "cost"), [(False, 1), (True, 2)])
def test_confirming_costs_one_statement_and_the_call_another(
    cast: Cast, has_email: bool, cost: int
) -> None:
    if has_email:
        make_email(cast.anna)
    number = make_submission(account=cast.account).id
    with write_tx(), statements() as asked:
        confirm_by_letter(actor_of(cast.anna), cast.account.id, submission_id=number, at=AT)
    assert len(asked) == cost, asked


def test_letter_is_rolled_back_with_its_submission(cast: Cast) -> None:
    make_email(cast.anna)
    with pytest.raises(ZeroDivisionError), write_tx():
        submit(cast)
        raise ZeroDivisionError
    assert (Letter.select().count(), WakeUp.select().count()) == (0, 0)


def test_letter_is_taken_by_one_worker_until_its_time_is_over(cast: Cast) -> None:
    letter = make_letter()
    assert taken().id == letter.id
    assert (has_due_letter(REAL), take_letter(REAL)) == (False, None)
    assert fresh(letter).due_at == REAL + LEASE
    assert has_due_letter(REAL + LEASE)
    assert taken(REAL + LEASE).attempts == 2


def test_many_workers_take_each_letter_once(cast: Cast) -> None:
    for _ in range(10):
        make_letter()
    found = crowd(6, lambda _: [each.id for each in iter(lambda: take_letter(REAL), None)])
    ids = sorted(number for each in found if isinstance(each, list) for number in each)
    assert ids == [row.id for row in Letter.select().order_by(Letter.id)]


def test_letter_that_went_out_is_never_taken_again(cast: Cast) -> None:
    make_letter()
    mark_sent(taken(), message_id="letter-1@portal", at=AT)
    row = Letter.get()
    assert (row.state, row.sent_at, row.due_at) == (LetterState.SENT, AT, None)
    assert (row.message_id, row.last_error) == ("letter-1@portal", "")
    assert take_letter(REAL + 100 * LEASE) is None


def test_pauses_grow_until_the_letter_is_given_up(cast: Cast) -> None:
    make_letter()
    real_now, pauses = REAL, []
    for _ in range(MOST_ATTEMPTS - 1):
        put_off(taken(real_now), "smtp_451", real_now=real_now)
        due_at = Letter.get().due_at
        pauses.append(due_at - real_now)
        real_now = due_at
    assert pauses[:4] == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert (pauses[-1], sum(pauses, timedelta()) > timedelta(days=1)) == (LONGEST_PAUSE, True)
    put_off(taken(real_now), "smtp_451", real_now=real_now)
    row = Letter.get()
    assert (row.state, row.last_error) == (LetterState.FAILED, "smtp_451")


def test_closed_way_out_is_no_attempt_of_the_letter(cast: Cast) -> None:
    make_letter()
    give_back(taken(), "outbox", real_now=REAL)
    row = Letter.get()
    assert (row.state, row.attempts, row.last_error) == (LetterState.WAITING, 0, "outbox")
    assert row.due_at == REAL + MINUTE


def test_letter_that_kills_its_workers_is_given_up(cast: Cast) -> None:
    poisoned, other = make_letter(attempts=MOST_ATTEMPTS), make_letter()
    assert taken().id == other.id
    row = fresh(poisoned)
    assert (row.state, row.last_error) == (LetterState.FAILED, "given_up")


def test_slow_worker_changes_nothing_of_a_letter_that_another_has(cast: Cast) -> None:
    make_letter()
    slow = taken()
    taken(REAL + LEASE)
    put_off(slow, "smtp_451", real_now=REAL)
    settle_letter(slow, LetterState.FAILED, code="smtp_550")
    row = Letter.get()
    assert (row.state, row.attempts, row.last_error) == (LetterState.SENDING, 2, "")
    # But that it has gone out is true whoever says so.
    mark_sent(slow, message_id="x", at=AT)
    assert Letter.get().state == LetterState.SENT


def test_news_tell_what_counts_of_a_submission(cast: Cast) -> None:
    make_email(cast.anna)
    submit(cast)
    news = find_reading_news(taken())
    assert isinstance(news, letters.ReadingNews)
    assert news.account.number == "12-34"
    assert [each.meter.serial for each in news.readings] == ["00012345", "00054321"]


def test_corrected_readings_are_told_by_their_own_letter(cast: Cast) -> None:
    make_email(cast.anna)
    submit(cast)
    first = taken()
    submit(cast, cold="161,9", hot="105,9", key="2")
    assert find_reading_news(first) == "nothing_to_tell"
    assert isinstance(find_reading_news(taken()), letters.ReadingNews)


def test_nothing_is_told_to_whom_it_no_longer_concerns(cast: Cast) -> None:
    make_email(cast.anna)
    submit(cast)
    letter = taken()
    AccountAccess.update(revoked_at=BEFORE).execute()
    assert find_reading_news(letter) == "nothing_to_tell"
    for column, value in (("email", ""), ("email_confirmed_at", None), ("disabled_at", BEFORE)):
        resident = Resident.get_by_id(cast.anna.id)
        setattr(resident, column, value)
        letter.resident = resident
        assert find_reading_news(letter) == "no_address"


@pytest.mark.parametrize("state", [LetterState.FAILED, LetterState.DROPPED, LetterState.WAITING])
def test_letter_that_did_not_go_out_is_tried_anew(cast: Cast, state: LetterState) -> None:
    letter = make_letter(state=state, attempts=9, due_at=REAL + LEASE, last_error="smtp_550")
    send_again(actor_of(cast.galina), letter, at=AT)
    row = Letter.get()
    assert (row.state, row.attempts, row.due_at) == (LetterState.WAITING, 0, None)
    assert (row.last_error, WakeUp.select().count()) == ("", 1)
    entry = JournalEntry.select().order_by(JournalEntry.id.desc()).get()
    assert (entry.action, entry.subject_id) == ("send_letter_again", letter.id)


def test_letter_that_went_out_is_sent_again_as_another_one(cast: Cast) -> None:
    letter = make_letter(state=LetterState.SENT, attempts=1, message_id="x")
    send_again(SYSTEM, letter, at=AT)
    assert fresh(letter).state == LetterState.SENT
    again = Letter.get(Letter.id != letter.id)
    assert (again.state, again.subject_id) == (LetterState.WAITING, letter.subject_id)
    assert (again.created_at, again.message_id) == (AT, "")
