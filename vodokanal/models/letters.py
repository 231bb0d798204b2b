"""Letters: one row each, told in codes; the words are found when it is sent."""

from __future__ import annotations

from enum import StrEnum

from peewee import SQL, CharField, Check, ForeignKeyField, IntegerField, TextField

from vodokanal.models.base import Table, exactly_one, one_of
from vodokanal.models.fields import ChoiceField, MomentField
from vodokanal.models.people import Employee, Resident


class LetterKind(StrEnum):
    """What a letter tells."""

    READINGS_RECEIVED = "readings_received"
    RECEIPT_READY = "receipt_ready"
    MONTH_STANDING = "month_standing"
    DISPUTE_ANSWERED = "dispute_answered"


class LetterState(StrEnum):
    """How far a letter has come; a dropped one has nothing left to tell."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class Letter(Table):
    """A letter to a resident or an employee: never a secret, never the finished text."""

    kind = ChoiceField(LetterKind)
    # The address is the resident's confirmed one at the moment of sending.
    resident = ForeignKeyField(Resident, null=True, backref="letters", on_delete="RESTRICT")
    employee = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    language = CharField(max_length=10)
    # The row that it is about, and what the kind needs besides: codes and values as JSON.
    subject_table = CharField(max_length=60)
    subject_id = IntegerField()
    parameters = TextField(default="{}")
    state = ChoiceField(LetterState, default=LetterState.WAITING)
    attempts = IntegerField(default=0)
    # By the real clock: not before; while it is being sent, until when nobody else may take it.
    due_at = MomentField(null=True)
    last_error = CharField(max_length=40, default="")
    message_id = CharField(max_length=200, default="")
    created_at = MomentField()
    sent_at = MomentField(null=True)

    class Meta:
        constraints = [
            one_of("kind", LetterKind),
            one_of("state", LetterState),
            Check("attempts >= 0"),
            exactly_one("resident_id", "employee_id"),
        ]


# Few among many, and a query must say it in the same words: SQLite does not look for a partial
# index by parameters.
Letter.add_index(Letter.state, Letter.id, where=SQL("state <> 'sent'"), name="letter_unsent")
IS_OPEN = SQL("state <> 'sent' AND state IN ('waiting', 'sending')")

TABLES = (Letter,)
