"""What every form of a dated change has: what it does is shown, then it is recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import abort, request, url_for
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField

from vodokanal.models.account_changes import ChangeKind
from vodokanal.models.accounts import Account
from vodokanal.operations.accounts import AccountNotFoundError, get_account
from vodokanal.operations.change_refusals import ChangeRefusedError
from vodokanal.operations.records import RowRefusedError
from vodokanal.operations.rehearsals import Effect, rehearse
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError, new_key
from vodokanal.staff.change_words import KINDS, REASONS, note_refusal
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.keeping import ALREADY_SENT, CONFLICT, UNPROCESSABLE, refusal_words
from vodokanal.web.access import Row
from vodokanal.web.clock import now, today
from vodokanal.web.configuration import settings
from vodokanal.web.dates import day, moment
from vodokanal.web.identity import current_actor

N_ = lazy_gettext

WRITE, SHOWN = "write", 200
CHANGED = N_("The form was changed after it was shown. Look at what it does now, then record it.")


class DatedForm(FlaskForm):
    """What makes a form count once, and which values its sender has seen the effect of."""

    key = HiddenField()
    seen = HiddenField()


@dataclass(frozen=True)
class Answer:
    """What a form is answered with: an effect, or why there is none."""

    effect: Effect | None = None
    refusal: str = ""
    status: int = UNPROCESSABLE


@dataclass(frozen=True)
class ChangeLine:
    """A change that was made: from when, by which paper, when and by whom."""

    id: int
    words: str
    on: str
    paper: str
    made: str
    url: str


class DatedForms(StaffDesk):
    """A desk whose form shows what it does before it is recorded."""

    # What it changes, by which permission, and at which field a refusal is said.
    kind: ClassVar[ChangeKind]
    deed: ClassVar[str]
    fields: ClassVar[Mapping[str, str]] = {}
    # What the sums do not say.
    remark: ClassVar[str] = ""

    def operation(self) -> Callable[..., Any]:
        """The operation that makes such a change."""
        raise NotImplementedError

    def account_of(self, subject: Any) -> int | None:
        """The account that is charged before and after; None: the one that is opened."""
        found: int = subject.id
        return found

    def row_for(self, page: str) -> Row:
        return self.deed

    def answer(self, subject: Any, form: Any, *, change: Any) -> Answer | None:
        """What the change does, or why it is refused; None: it is recorded."""
        seen = fingerprint(change)
        was_seen, form.seen.data = form.seen.data == seen, seen
        is_to_write = request.form.get("deed") == WRITE
        try:
            if is_to_write and was_seen:
                self.carry_out(change, form.key.data)
                return None
            effect = self.effect_of(subject, change, key=form.key.data)
        except ChangeRefusedError as error:
            return Answer(refusal=note_refusal(error, form, fields=self.fields))
        except RowRefusedError as error:
            return Answer(refusal=refusal_words(error, taken=""))
        except (KeyReusedError, MissingKeyError):
            # What is pressed after reading the refusal is a sending of its own.
            form.key.data = new_key()
            return Answer(refusal=str(ALREADY_SENT), status=CONFLICT)
        return Answer(effect, str(CHANGED), CONFLICT) if is_to_write else Answer(effect, "", SHOWN)

    def carry_out(self, change: Any, key: str) -> Any:
        """Makes the change."""
        return self.operation()(current_actor(), change, key=key, today=today(), at=now())

    def effect_of(self, subject: Any, change: Any, *, key: str) -> Effect:
        """What the change does to the bill."""
        return rehearse(
            lambda: self.carry_out(change, key),
            account_id=self.account_of(subject),
            today=today(),
            zone=settings().zone,
            since=change.on,
        )


def opened(number: str) -> Account:
    """The account of that number, or the page that there is none."""
    try:
        return get_account(number)
    except AccountNotFoundError:
        abort(404)


def fingerprint(change: Any) -> str:
    """What tells one change from another: nothing is recorded that was not shown."""
    return hashlib.sha256(repr(change).encode()).hexdigest()


def line_of(change: Any) -> ChangeLine:
    """A change as it is listed."""
    why = [] if change.reason is None else [str(REASONS[change.reason])]
    who = [] if change.employee is None else [str(change.employee.name)]
    return ChangeLine(
        change.id,
        str(KINDS[change.kind]),
        day(change.on),
        ", ".join([*why, *filter(None, [str(change.paper)])]),
        ", ".join([moment(change.created_at), *who]),
        url_for("account_changes.undo", dated=change.id),
    )
