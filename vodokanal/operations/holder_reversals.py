"""Taking a change of holder back, as long as nothing of the new holder's time rests on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from peewee import IntegrityError

from vodokanal.billing.periods import Period
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.models.account_notes import AccountNote
from vodokanal.models.accounts import Account
from vodokanal.models.base import Table
from vodokanal.models.holder_changes import HolderChange, HolderChangeMeter, HolderChangeSubmission
from vodokanal.models.looks import CardOpening, Look
from vodokanal.models.months import BillingMonth, ChargeLine, MonthTrouble
from vodokanal.models.people import AccountAccess, Resident
from vodokanal.models.recalculations import Correction
from vodokanal.models.schema import TABLES
from vodokanal.operations.actors import Actor
from vodokanal.operations.entries import locked_account
from vodokanal.operations.holder_changes import change_that_ended
from vodokanal.operations.holder_refusals import (
    DependedOnError,
    IssuedSinceError,
    ReversedAlreadyError,
    RowTouchedSinceError,
)
from vodokanal.operations.issued_months import CLOSED, posting_month
from vodokanal.operations.journal import record
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.touched_rows import TouchedSinceError, delete_made, made_in, put_back
from vodokanal.operations.transactions import writes

# What calculating the open month has written: it writes it anew.
DRAFTS: tuple[Any, ...] = (ChargeLine, MonthTrouble)
# What was ended again, by this column, stands in nobody's way.
OVER: Mapping[Any, Any] = {
    AccountNote: AccountNote.removed_at,
    AccountAccess: AccountAccess.revoked_at,
}
# Who of the staff has seen the account; whoever only looked at it has changed nothing.
SEEN: tuple[Any, ...] = (CardOpening, Look)
# They are looked at on their own.
LEFT_OUT = (MonthTrouble, *SEEN, HolderChange, HolderChangeMeter, HolderChangeSubmission)


@writes
def reverse_holder_change(
    actor: Actor, change_id: int, *, key: str, today: date, at: datetime
) -> HolderChange:
    """Makes everything as if the holder had never changed; with the same key, once.

    Sessions that were ended stay ended: whoever was signed in signs in again.

    Raises:
        ReversedAlreadyError: somebody was quicker.
        IssuedSinceError: the bills of its month are out, or are going out.
        DependedOnError: the new account has a reading, payment, access or anything else.
        RowTouchedSinceError: what was changed then was changed again since.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    claim = claim_key(actor, key, body={"change": change_id}, at=at)
    if claim.answer is not None:
        return HolderChange.get_by_id(change_id)
    change = HolderChange.get_by_id(change_id)
    locked_account(change.old_account_id)
    # As it is now that nobody else can take it back.
    change = HolderChange.get_by_id(change_id)
    if change.reversed_at is not None:
        raise ReversedAlreadyError
    locked_account(change.new_account_id)
    if Period.of(change.on) < posting_month(today):
        raise IssuedSinceError(Period.of(change.on))
    made = made_in(change.made)
    _refuse_dependent(change, made)
    _forget(change.new_account_id, old_account_id=change.old_account_id)
    HolderChangeMeter.update(new_meter=None).where(HolderChangeMeter.change == change.id).execute()
    HolderChange.update(new_account=None, reversed_by=actor.employee_id, reversed_at=at).where(
        HolderChange.id == change.id
    ).execute()
    delete_made(made)
    _put_back(change)
    _tell(actor, change, at=at)
    keep_answer(claim, {"id": change.id})
    return HolderChange.get_by_id(change.id)


def _put_back(change: HolderChange) -> None:
    try:
        put_back(change.touched)
    except TouchedSinceError as error:
        raise RowTouchedSinceError(error.row._meta.table_name) from error
    except IntegrityError as error:
        # The freed login is somebody else's by now.
        raise RowTouchedSinceError(Resident._meta.table_name) from error


def dependent_tables(change: HolderChange) -> list[str]:
    """The tables with something of the new holder's time; empty: it can be taken back."""
    made = made_in(change.made)
    known = {(table._meta.table_name, row_id) for table, row_id in made}
    owners = defaultdict[Any, list[int]](list, {Account: [change.new_account_id]})
    for table, row_id in made:
        owners[table].append(row_id)
    found = [
        table._meta.table_name
        for table in TABLES
        if table not in LEFT_OUT and _has_more(table, owners, known=known)
    ]
    if change_that_ended(change.new_account_id) is not None:
        found.append(HolderChange._meta.table_name)
    return found


def _has_more(
    table: type[Table], owners: Mapping[Any, Sequence[int]], *, known: set[tuple[str, int]]
) -> bool:
    """Whether a table has rows about what was made, but for those made with it."""
    for field in table._meta.refs:
        if field.rel_model not in owners:
            continue
        rows = table.select(table.id).where(field.in_(owners[field.rel_model]))
        if table is Correction:
            rows = rows.where(Correction.reason == RecalculationReason.MANUAL)
        if table is ChargeLine:
            rows = rows.where(ChargeLine.period.in_(_closed_months()))
        if table in OVER:
            rows = rows.where(OVER[table].is_null())
        if {(table._meta.table_name, row_id) for (row_id,) in rows.tuples()} - known:
            return True
    return False


def _closed_months() -> Any:
    return BillingMonth.select(BillingMonth.period).where(BillingMonth.state.in_(CLOSED))


def _refuse_dependent(change: HolderChange, made: list[tuple[type[Table], int]]) -> None:
    tables = dependent_tables(change)
    if tables:
        raise DependedOnError(tables)


def _forget(account_id: int, *, old_account_id: int) -> None:
    """Takes away what nobody can look at any more without the account.

    The open month's lines, removed notes and revoked accesses, of which the journal tells, and
    later changes of its holder that were taken back themselves. Who has looked at it is kept with
    the account that stays.
    """
    for table in SEEN:
        table.update(account=old_account_id).where(table.account == account_id).execute()
    for table, ended in OVER.items():
        table.delete().where(table.account == account_id, ~ended.is_null()).execute()
    for table in (*DRAFTS, Correction):
        table.delete().where(table.account == account_id).execute()
    later = HolderChange.select(HolderChange.id).where(HolderChange.old_account == account_id)
    HolderChangeMeter.delete().where(HolderChangeMeter.change.in_(later)).execute()
    HolderChange.delete().where(HolderChange.old_account == account_id).execute()


def _tell(actor: Actor, change: HolderChange, *, at: datetime) -> None:
    """The journal leads to the old account and its meters, whose month comes out anew."""
    carried = HolderChangeMeter.select().where(HolderChangeMeter.change == change.id)
    account = Account.get_by_id(change.old_account_id)
    subjects: list[Table] = [account, *(each.old_meter for each in carried), change]
    for subject in subjects:
        after = {"number": account.number, "change": change.id}
        record(actor, "reverse_holder_change", subject=subject, at=at, changes=({}, after))
