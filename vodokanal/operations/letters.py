"""Letters: who gets one, how a worker takes and settles it, and what is known when it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import JOIN, Expression, Value

from vodokanal.models.accounts import Account
from vodokanal.models.database import is_sqlite
from vodokanal.models.letters import IS_OPEN, Letter, LetterKind, LetterState
from vodokanal.models.people import AccountAccess, Employee, Relation, Resident
from vodokanal.models.prepared import Prepared, slot
from vodokanal.models.readings import Submission
from vodokanal.operations.actors import Actor
from vodokanal.operations.consumption import KeptReading, kept_readings
from vodokanal.operations.journal import record
from vodokanal.operations.queue import Kind, wake
from vodokanal.operations.submissions import readings_in
from vodokanal.operations.transactions import writes

# Longer than every time-out on the way to a mail server together.
LEASE = timedelta(minutes=10)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=4)
# With these pauses a letter that the server keeps putting off is given up after a day and a half.
MOST_ATTEMPTS = 16
# What a letter says, to whom.
TOLD = (
    "kind",
    "resident",
    "employee",
    "language",
    "subject_table",
    "subject_id",
    "parameters",
)
GIVEN_UP, NOTHING_TO_TELL, NO_ADDRESS = "given_up", "nothing_to_tell", "no_address"


@dataclass(frozen=True)
class ReadingNews:
    """What a letter about readings tells: the submission, its account, what counts of it."""

    submission: Submission
    account: Account
    readings: Sequence[KeptReading]


def _reading_letters() -> Expression:
    """One letter for everybody who may open the account and has confirmed an address."""
    may_read = (AccountAccess.relation != Relation.TRUSTED) | (
        Resident.id == slot("sender", Letter.subject_id)
    )
    rows = (
        AccountAccess.select(
            Value(LetterKind.READINGS_RECEIVED.value),
            Resident.id,
            Resident.language,
            Value(Submission._meta.table_name),
            slot("submission", Letter.subject_id),
            Value("{}"),
            Value(LetterState.WAITING.value),
            Value(0),
            Value(""),
            Value(""),
            slot("at", Letter.created_at),
        )
        .join(Resident)
        .where(
            AccountAccess.account == slot("account", Letter.subject_id),
            AccountAccess.revoked_at.is_null(),
            may_read,
            ~Resident.email_confirmed_at.is_null(),
            Resident.email != "",
            Resident.disabled_at.is_null(),
        )
    )
    columns = ["kind", "resident", "language", "subject_table", "subject_id", "parameters"]
    columns += ["state", "attempts", "last_error", "message_id", "created_at"]
    return Letter.insert_from(rows, columns)


_ADD_READING_LETTERS: Prepared[tuple[int]] = Prepared(_reading_letters)


def confirm_by_letter(actor: Actor, account_id: int, *, submission_id: int, at: datetime) -> None:
    """Adds the letters that confirm a submission, and wakes a worker if there are any."""
    # A trusted person hears of what they have sent themselves, and of nothing else.
    added = _ADD_READING_LETTERS.run(
        sender=actor.resident_id or 0, submission=submission_id, account=account_id, at=at
    )
    if added:
        wake(Kind.LETTERS)


def has_due_letter(real_now: datetime) -> bool:
    """Whether a letter waits to be sent, or was left by a worker that has died."""
    return bool(Letter.select().where(IS_OPEN, _is_due(real_now)).exists())


@writes
def take_letter(real_now: datetime) -> Letter | None:
    """The next letter that is due, kept from other workers for a while; None: there is none.

    One that was taken too often, as when its writing kills the worker, is given up.
    """
    due = (
        Letter.select(Letter.id)
        .where(IS_OPEN, _is_due(real_now))
        # Along the index, so that a thousand that wait cost no more than one.
        .order_by(Letter.state, Letter.id)
        .limit(1)
    )
    if not is_sqlite():
        due = due.for_update("FOR UPDATE SKIP LOCKED")
    letter = due.first()
    if letter is None:
        return None
    taken = Letter.update(
        state=LetterState.SENDING, attempts=Letter.attempts + 1, due_at=real_now + LEASE
    ).where(Letter.id == letter.id)
    taken.execute()
    found: Letter = (
        Letter.select(Letter, Resident, Employee)
        .join(Resident, JOIN.LEFT_OUTER)
        .switch(Letter)
        .join(Employee, JOIN.LEFT_OUTER)
        .where(Letter.id == letter.id)
        .get()
    )
    if found.attempts <= MOST_ATTEMPTS:
        return found
    settle_letter(found, LetterState.FAILED, code=GIVEN_UP)
    return take_letter(real_now)


@writes
def mark_sent(letter: Letter, *, message_id: str, at: datetime) -> None:
    """Notes that the letter has gone out; however late the note comes, it is true."""
    Letter.update(
        state=LetterState.SENT, sent_at=at, due_at=None, last_error="", message_id=message_id
    ).where(Letter.id == letter.id).execute()


@writes
def put_off(letter: Letter, code: str, *, real_now: datetime) -> None:
    """Lets the letter wait, longer after each attempt, until it is given up."""
    if letter.attempts >= MOST_ATTEMPTS:
        settle_letter(letter, LetterState.FAILED, code=code)
        return
    pause = min(FIRST_PAUSE * 2 ** (letter.attempts - 1), LONGEST_PAUSE)
    _still_ours(letter, state=LetterState.WAITING, due_at=real_now + pause, last_error=code)


@writes
def give_back(letter: Letter, code: str, *, real_now: datetime) -> None:
    """Lets the letter wait for the way out to open again: this was no attempt of its own."""
    _still_ours(
        letter,
        state=LetterState.WAITING,
        attempts=letter.attempts - 1,
        due_at=real_now + FIRST_PAUSE,
        last_error=code,
    )


@writes
def settle_letter(letter: Letter, state: LetterState, *, code: str) -> None:
    """Ends the letter unsent: failed, or dropped because there is nothing left to tell."""
    _still_ours(letter, state=state, due_at=None, last_error=code)


@writes
def send_again(actor: Actor, letter: Letter, *, at: datetime) -> None:
    """Lets a letter be sent at once; one that has gone out already as a new letter."""
    before = {"state": letter.state}
    if letter.state == LetterState.SENT:
        # Under its old id mail programs would take it for the same letter and hide it.
        letter = Letter.create(**{name: letter.__data__.get(name) for name in TOLD}, created_at=at)
    else:
        Letter.update(state=LetterState.WAITING, attempts=0, due_at=None, last_error="").where(
            Letter.id == letter.id, Letter.state != LetterState.SENT
        ).execute()
    changes = (before, {"state": LetterState.WAITING})
    record(actor, "send_letter_again", subject=letter, at=at, changes=changes)
    wake(Kind.LETTERS)


def find_reading_news(letter: Letter) -> ReadingNews | str:
    """What the letter tells as things are now, or the code of why it is not sent any more."""
    resident = letter.resident
    if not has_address(resident):
        return NO_ADDRESS
    submission = Submission.get_by_id(letter.subject_id)
    access = AccountAccess.select(AccountAccess, Account).join(Account)
    mine = access.where(
        AccountAccess.resident == resident,
        AccountAccess.account == submission.account_id,
        AccountAccess.revoked_at.is_null(),
    ).first()
    # Readings that were corrected since are told by a letter of their own.
    readings = readings_in(submission)
    if mine is None or not readings:
        return NOTHING_TO_TELL
    return ReadingNews(submission, mine.account, kept_readings(readings))


def has_address(resident: Resident) -> bool:
    """Whether letters can be sent to the resident: an address that was confirmed."""
    is_known = resident.disabled_at is None and resident.email_confirmed_at is not None
    return is_known and bool(resident.email)


def _is_due(real_now: datetime) -> Expression:
    return Letter.due_at.is_null() | (Letter.due_at <= real_now)


def _still_ours(letter: Letter, **values: object) -> None:
    """Changes the letter unless another worker has taken it since."""
    Letter.update(**values).where(
        Letter.id == letter.id,
        Letter.state == LetterState.SENDING,
        Letter.attempts == letter.attempts,
    ).execute()
