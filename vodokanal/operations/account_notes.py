"""The note on an account's card: written, replaced, removed; the journal keeps what it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vodokanal.models.account_notes import AccountNote
from vodokanal.models.accounts import Account
from vodokanal.models.database import lock
from vodokanal.operations.actors import Actor
from vodokanal.operations.journal import record
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.transactions import writes

# As much as the column holds.
LONGEST_NOTE = 500


class EmptyNoteError(Exception):
    """A note without words: a note is removed by its own button."""


class NoteTooLongError(Exception):
    """The note has more characters than `LONGEST_NOTE`."""


class NoteChangedError(Exception):
    """Somebody else has written meanwhile: what stands there now is kept in `words`."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True)
class NewNote:
    """What is to be known of an account; `seen` is the id of the note that its writer had in sight."""

    account_id: int
    words: str
    seen: int | None = None


def find_note(account_id: int) -> AccountNote | None:
    """The note that stands on the account's card; one statement."""
    found: AccountNote | None = AccountNote.get_or_none(
        AccountNote.account == account_id, AccountNote.removed_at.is_null()
    )
    return found


@writes
def write_note(actor: Actor, new: NewNote, *, key: str, at: datetime) -> None:
    """Writes the account's note instead of the one that was seen there; with the same key, once.

    Raises:
        EmptyNoteError: no words.
        NoteTooLongError: too many.
        NoteChangedError: another note stands there since.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    words = new.words.strip()
    if not words:
        raise EmptyNoteError
    if len(words) > LONGEST_NOTE:
        raise NoteTooLongError
    body = {"account": new.account_id, "words": words, "seen": new.seen}
    claim = claim_key(actor, key, body=body, at=at)
    if claim.answer is not None:
        return
    lock(Account, new.account_id)
    before = find_note(new.account_id)
    _refuse_other(before, new.seen)
    if before is not None:
        _end(before, at)
    note = AccountNote.create(
        account=new.account_id, words=words, employee=actor.employee_id, written_at=at
    )
    old = {} if before is None else {"words": before.words}
    record(actor, "write_note", subject=note, at=at, changes=(old, {"words": words}))
    keep_answer(claim, {"id": note.id})


@writes
def remove_note(actor: Actor, account_id: int, *, seen: int | None, at: datetime) -> None:
    """Takes the note away that was seen; one that is gone already stays so.

    Raises:
        NoteChangedError: another note stands there since.
    """
    lock(Account, account_id)
    note = find_note(account_id)
    if note is None:
        return
    _refuse_other(note, seen)
    _end(note, at)
    record(actor, "remove_note", subject=note, at=at, changes=({"words": note.words}, {}))


def _refuse_other(note: AccountNote | None, seen: int | None) -> None:
    # A note that was removed meanwhile is no reason to refuse what is written instead.
    if note is not None and note.id != seen:
        raise NoteChangedError(note.words)


def _end(note: AccountNote, at: datetime) -> None:
    AccountNote.update(removed_at=at).where(AccountNote.id == note.id).execute()
