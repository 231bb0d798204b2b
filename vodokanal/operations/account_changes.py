"""A dated change of an account in one transaction: its day, its rows, and how it is taken back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from peewee import JOIN

from vodokanal.billing.periods import Period
from vodokanal.models.account_changes import AccountChange, ChangeKind, ChangeReason
from vodokanal.models.account_notes import AccountNote
from vodokanal.models.accounts import Account
from vodokanal.models.base import Table
from vodokanal.models.months import BillingMonth, ChargeLine, MonthTrouble
from vodokanal.models.people import Employee
from vodokanal.models.places import House, Premises
from vodokanal.models.schema import TABLES
from vodokanal.operations.actors import Actor
from vodokanal.operations.change_refusals import (
    AfterClosingError,
    BeforeOpeningError,
    ChangedSinceError,
    FarDayError,
    IssuedMonthError,
    IssuedSinceError,
    NothingChangesError,
    SameDayError,
)
from vodokanal.operations.entries import EARLIEST, locked_account
from vodokanal.operations.issued_months import CLOSED, posting_month
from vodokanal.operations.journal import as_text, record
from vodokanal.operations.records import insert_record, rows_beside, update_record, values_of
from vodokanal.operations.submission_keys import Claim, claim_key, keep_answer
from vodokanal.operations.transactions import writes

Row = TypeVar("Row", bound=Table)
Step = dict[str, Any]

ONE_DAY = timedelta(days=1)
# Of what happens later than in a year nobody has a paper yet.
MOST_DAYS_AHEAD = 366
BY_NAME = {table._meta.table_name: table for table in TABLES}


class Steps:
    """The rows that a change begins and ends, each with its journal entry."""

    def __init__(self, actor: Actor, at: datetime) -> None:
        self.actor = actor
        self.at = at
        self.taken: list[Step] = []

    def add(self, row: Row) -> Row:
        """Begins a row."""
        insert_record(self.actor, row, at=self.at)
        self._note(row, before=None, after=_kept(row, row._meta.fields))
        return row

    def change(self, row: Row, **values: Any) -> Row:
        """Changes columns of a row that is there."""
        before = _kept(row, values)
        fresh = update_record(self.actor, row, values=values, seen={}, at=self.at)
        self._note(fresh, before=before, after=_kept(fresh, values))
        return fresh

    def succeed(self, new: Any) -> None:
        """Lets a dated row begin: what holds on its first day ends the day before.

        It holds as long as what it follows would have held, or until the next row begins.

        Raises:
            SameDayError: what holds begins on that very day.
            NothingChangesError: what holds says the same.
        """
        holding = holding_on(new)
        if holding is None:
            new.ends_on = _day_before_next(new)
        else:
            self._refuse_same(new, holding)
            new.ends_on = holding.ends_on
            self.change(holding, ends_on=new.starts_on - ONE_DAY)
        self.add(new)

    def end(self, holding: Any, *, on: date) -> None:
        """Ends what holds; nothing holds from that day on.

        Raises:
            SameDayError: it begins on that very day.
        """
        if holding.starts_on == on:
            raise SameDayError(on)
        self.change(holding, ends_on=on - ONE_DAY)

    def _refuse_same(self, new: Any, holding: Any) -> None:
        dated = {"id", "starts_on", "ends_on"}
        wanted = {name: value for name, value in values_of(new).items() if name not in dated}
        if wanted.items() <= values_of(holding).items():
            raise NothingChangesError
        if holding.starts_on == new.starts_on:
            raise SameDayError(new.starts_on)

    def _note(self, row: Table, *, before: Step | None, after: Step) -> None:
        name = row._meta.table_name
        self.taken.append({"table": name, "id": row.id, "before": before, "after": after})


def holding_on(like: Any) -> Any:
    """The row that holds on the first day of a row like it; None: none does."""
    table, day = type(like), like.starts_on
    return (
        rows_beside(like)
        .where(table.starts_on <= day, table.ends_on.is_null() | (table.ends_on >= day))
        .first()
    )


def claimed(actor: Actor, new: Any, *, key: str, at: datetime) -> Claim:
    """The key of a change, `new` being the dataclass that says it all.

    Raises:
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    body = {"change": type(new).__name__, "values": as_text(asdict(new))}
    return claim_key(actor, key, body=body, at=at)


def account_on(account_id: int, day: date, *, today: date, is_backdated: bool) -> Account:
    """The account, locked, if it may change from that day on.

    `is_backdated` says that the day may lie in an issued month: the change holds from then, and
    what those months would have come to is left to a recalculation.

    Raises:
        AccountNotFoundError: there is no such account.
        ChangeRefusedError: see its subclasses.
    """
    account = locked_account(account_id)
    opened_on: Any = account.opened_on
    closed_on: Any = account.closed_on
    refuse_far_day(day, today)
    if day < opened_on:
        raise BeforeOpeningError(opened_on)
    if closed_on is not None and day >= closed_on:
        raise AfterClosingError(closed_on)
    if not is_backdated:
        refuse_issued(day, today)
    return account


def refuse_far_day(day: date, today: date) -> None:
    """Lets a day pass that somebody may have meant.

    Raises:
        FarDayError: it is before the year 2000, or later than in a year.
    """
    last = today + timedelta(days=MOST_DAYS_AHEAD)
    if not EARLIEST <= day <= last:
        raise FarDayError(EARLIEST, last)


def refuse_issued(day: date, today: date) -> None:
    """Lets a day pass whose receipts are not made yet.

    Raises:
        IssuedMonthError: they are, or are being made.
    """
    period = Period.of(day)
    of_day = (BillingMonth.period == period) & BillingMonth.state.in_(sorted(CLOSED))
    if BillingMonth.select().where(of_day).exists():
        raise IssuedMonthError(period, posting_month(today))


def keep_change(
    steps: Steps,
    claim: Claim,
    *,
    account: Account,
    what: tuple[ChangeKind, date, str, ChangeReason | None],
    today: date,
) -> int:
    """Notes that the steps are one change; its id. `what` is kind, first day, paper, reason."""
    kind, day, paper, reason = what
    change = AccountChange.create(
        account=account,
        kind=kind,
        on=day,
        period=max(posting_month(today), Period.of(day)),
        reason=reason,
        paper=" ".join(paper.split()),
        steps=json.dumps(steps.taken, ensure_ascii=False),
        employee=steps.actor.employee_id,
        created_at=steps.at,
    )
    after = {"kind": kind, "on": day, "paper": change.paper, "reason": reason}
    record(steps.actor, "change_account", subject=change, at=steps.at, changes=({}, after))
    keep_answer(claim, {"id": change.id})
    found: int = change.id
    return found


def find_change(change_id: int) -> AccountChange | None:
    """A change with its account; None: there is none, or it is taken back."""
    query = _changes().where(AccountChange.id == change_id)
    found: AccountChange | None = query.first()
    return found


def changes_of(account_id: int, kinds: Iterable[ChangeKind]) -> list[AccountChange]:
    """An account's changes of some kinds with who made them, the newest first; one statement."""
    wanted = AccountChange.kind.in_(sorted(kinds))
    query = _changes().where(AccountChange.account == account_id, wanted)
    return list(query.order_by(AccountChange.id.desc()))


def _changes() -> Any:
    return (
        AccountChange.select(AccountChange, Employee, Account, Premises, House)
        .join(Employee, JOIN.LEFT_OUTER)
        .switch(AccountChange)
        .join(Account)
        .join(Premises)
        .join(House)
    )


@writes
def take_back_change(actor: Actor, change: AccountChange, *, today: date, at: datetime) -> None:
    """Restores every row of a change as it was; one that is taken back already stays so.

    Raises:
        IssuedSinceError: receipts were made with it.
        ChangedSinceError: a row is no longer as the change has left it, or another row needs it.
    """
    kept = find_change(change.id)
    if kept is None:
        return
    account = locked_account(kept.account_id)
    if kept.period < posting_month(today):
        raise IssuedSinceError(kept.period)
    steps: list[Step] = json.loads(kept.steps)
    rows = [_row_as_left(step) for step in steps]
    AccountChange.delete().where(AccountChange.id == kept.id).execute()
    if kept.kind is ChangeKind.OPENED:
        _throw_away_what_is_over(kept.account_id)
    for row, step in reversed(list(zip(rows, steps, strict=True))):
        _undo(row, step)
        before = {} if step["before"] is None else step["before"]
        record(actor, "take_back_change", subject=row, at=at, changes=(step["after"], before))
    was = {"kind": kept.kind, "on": kept.on, "paper": kept.paper, "reason": kept.reason}
    record(actor, "take_back_change", subject=account, at=at, changes=(was, {}))


def _day_before_next(new: Any) -> date | None:
    table = type(new)
    later = rows_beside(new).where(table.starts_on > new.starts_on)
    following = later.order_by(table.starts_on).first()
    return None if following is None else following.starts_on - ONE_DAY


def _kept(row: Table, names: Iterable[str]) -> Step:
    """Columns of a row as JSON keeps them."""
    found: Step = {}
    for name in names:
        value = row._meta.fields[name].db_value(row.__data__.get(name))
        found[name] = value.isoformat() if isinstance(value, date) else value
    return found


def _row_as_left(step: Step) -> Table:
    row = BY_NAME[step["table"]].get_or_none(id=step["id"])
    if row is None or _kept(row, step["after"]) != step["after"]:
        raise ChangedSinceError(step["table"])
    found: Table = row
    return found


def _undo(row: Table, step: Step) -> None:
    table = type(row)
    if step["before"] is None:
        _refuse_needed(row)
        table.delete().where(table.id == row.id).execute()
        return
    before: Mapping[str, Any] = step["before"]
    values = {name: table._meta.fields[name].python_value(each) for name, each in before.items()}
    for name, value in values.items():
        setattr(row, name, value)
    row.derive()
    row.save()


def _refuse_needed(row: Table) -> None:
    for field, table in row._meta.backrefs.items():
        # Whoever only looked at it lets it go.
        needs_it = field.on_delete == "RESTRICT"
        if needs_it and table.select().where(field == row.id).exists():
            raise ChangedSinceError(table._meta.table_name)


def _throw_away_what_is_over(account_id: int) -> None:
    """What nobody misses of an account that is not there any more.

    What the open month was calculated to; notes that were removed: the journal keeps their words.
    """
    for table in (ChargeLine, MonthTrouble):
        table.delete().where(table.account == account_id).execute()
    AccountNote.delete().where(
        AccountNote.account == account_id, ~AccountNote.removed_at.is_null()
    ).execute()
