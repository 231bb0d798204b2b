"""Change of holder: one tenure of premises ends with its debts, the next begins with nothing.

An account is one tenure; why is told in docs/decisions/017-change-of-holder.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from peewee import IntegrityError

from vodokanal.billing.periods import Period
from vodokanal.formats.account_numbers import LONGEST, InvalidAccountNumberError, account_key
from vodokanal.models.accounts import Account, AccountService, Holder, Occupancy
from vodokanal.models.holder_changes import ChangeKind, HolderChange
from vodokanal.models.meters import Meter
from vodokanal.models.recalculations import Absence, AccessRefusal, MeterCheck
from vodokanal.operations.actors import Actor
from vodokanal.operations.carried_readings import carry_readings, keep_copies
from vodokanal.operations.entries import locked_account
from vodokanal.operations.holder_control import ControlReadings, control_values
from vodokanal.operations.holder_refusals import (
    BeforeOpeningError,
    BegunThatDayError,
    IssuedMonthError,
    LaterFactError,
    LeftAlreadyError,
    NumberRefusedError,
    NumberTakenError,
    TooLateDayError,
)
from vodokanal.operations.issued_months import posting_month
from vodokanal.operations.journal import record
from vodokanal.operations.meters import MeterStory, stories_of
from vodokanal.operations.settings import get_house_settings
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.tenures import (
    Moving,
    Tenure,
    begin_tenure,
    carry_meters,
    close_tenure,
    end_household,
    keep_meters,
)
from vodokanal.operations.touched_rows import Touched
from vodokanal.operations.transactions import writes

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Paper:
    """The paper that was seen: what it is, its number and its day."""

    kind: str
    number: str = ""
    on: date | None = None


@dataclass(frozen=True)
class NewChange:
    """A change of holder; `on` is the new holder's first day.

    `readings` are the control readings as typed, by meter; a meter without one is shared by days.
    """

    account_id: int
    on: date
    kind: ChangeKind
    paper: Paper
    tenure: Tenure
    readings: Mapping[int, str] = field(default_factory=dict)
    is_sure: bool = False


@writes
def change_holder(
    actor: Actor, new: NewChange, *, key: str, today: date, at: datetime
) -> HolderChange:
    """Ends the account on the day before and begins one for the new holder; with the key, once.

    The debt, the history and the old number's code of payment stay with the old account; meters go
    over with what they showed. From now on nobody of the old household can open either account.

    Raises:
        HolderChangeRefusedError: the day, the number or the account cannot be right; see its
            subclasses.
        ControlRefusedError: a control reading cannot be right.
        AccountNotFoundError: there is no such account.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    claim = claim_key(actor, key, body=_body(new), at=at)
    if claim.answer is not None:
        return HolderChange.get_by_id(claim.answer["id"])
    account = locked_account(new.account_id)
    _refuse_day(account, new.on, today=today)
    stories = stories_of(account.id, today=max(today, new.on))
    _refuse_later_facts(account, new.on, stories=stories)
    number_key = _number_key(new.tenure.number)
    moving = Moving(actor, new.on, at, Touched())
    control = ControlReadings(
        new.readings, new.on - ONE_DAY, new.is_sure, get_house_settings().takes_whole_only
    )
    values = control_values(stories, control)
    close_tenure(account, moving, frees_number=not number_key)
    try:
        opened = begin_tenure(account, moving, tenure=new.tenure)
    except IntegrityError as error:
        raise NumberTakenError from error
    end_household(account, moving, frees_number=not number_key)
    carried = carry_meters(values, moving, account=opened)
    copies = carry_readings(carried, moving, account=opened)
    change = _keep(account, opened, moving=moving, new=new)
    keep_meters(change, carried)
    keep_copies(change, copies)
    keep_answer(claim, {"id": change.id})
    return change


def find_change(change_id: int) -> HolderChange | None:
    """A change of holder by its id."""
    found: HolderChange | None = HolderChange.get_or_none(HolderChange.id == change_id)
    return found


def change_that_ended(account_id: int) -> HolderChange | None:
    """The change by which the account was left, unless it was taken back; one statement."""
    return _standing(HolderChange.old_account == account_id)


def change_that_began(account_id: int) -> HolderChange | None:
    """The change by which the account was begun; one statement."""
    return _standing(HolderChange.new_account == account_id)


def tenure_on(account: Account, day: date) -> Account:
    """Whose the account's number was on a day: of this account, or of one before it.

    A receipt of an earlier month carries the number that the flat has kept.
    """
    found = tenures_of(account)
    return next((each for each in found if each.opened_on <= day), found[-1])


def tenures_of(account: Account) -> list[Account]:
    """The accounts that have had this one's number, itself first; a statement or two for each."""
    found = [account]
    while (change := change_that_began(found[-1].id)) is not None and change.keeps_number:
        found.append(Account.get_by_id(change.old_account_id))
    return found


def former_payer(account: Account, *, received_on: date, period: Period | None) -> Account | None:
    """The account whose number this one was when money came, or in the month that it is for.

    None: it was its own. Of a month that both have days of, the money is the newer one's: the bill
    of that month with this number is.
    """
    days = [received_on] if period is None else [period.last_day, received_on]
    found = (tenure_on(account, day) for day in days)
    return next((each for each in found if each.id != account.id), None)


def _standing(condition: Any) -> HolderChange | None:
    query = HolderChange.select().where(condition, HolderChange.reversed_at.is_null())
    found: HolderChange | None = query.first()
    return found


def _refuse_day(account: Account, on: date, *, today: date) -> None:
    """Lets a day pass on which the account can have got another holder."""
    if account.closed_on is not None:
        raise LeftAlreadyError(account.closed_on, change_that_ended(account.id))
    if on > today + ONE_DAY:
        raise TooLateDayError(today + ONE_DAY)
    if on <= account.opened_on:
        before = change_that_began(account.id)
        if before is not None and before.on == on:
            raise BegunThatDayError(before)
        raise BeforeOpeningError(account.opened_on)
    # Until a month is begun, the calendar's own is open, and so are those before it.
    open_month = posting_month(today)
    if Period.of(on) < open_month:
        raise IssuedMonthError(open_month)


def _refuse_later_facts(account: Account, on: date, *, stories: Sequence[MeterStory]) -> None:
    """Lets pass what has nothing of the new holder's days but readings."""
    meters = [story.meter.id for story in stories]
    dated = (
        (AccountService, AccountService.account == account, AccountService.starts_on),
        (Occupancy, Occupancy.account == account, Occupancy.starts_on),
        (Holder, Holder.account == account, Holder.starts_on),
        (AccessRefusal, AccessRefusal.account == account, AccessRefusal.starts_on),
        (Absence, Absence.account == account, Absence.left_on),
        (Meter, Meter.account == account, Meter.installed_on),
        (Meter, Meter.account == account, Meter.removed_on),
        (MeterCheck, MeterCheck.meter.in_(meters), MeterCheck.checked_on),
    )
    for table, is_own, day in dated:
        row: Any = table.select().where(is_own, day >= on).order_by(day).first()
        if row is not None:
            raise LaterFactError(row, row.__data__[day.name])


def _number_key(number: str) -> str:
    """A new number as it is looked up; empty where the flat keeps its own."""
    if not number:
        return ""
    if len(number) > LONGEST:
        raise NumberRefusedError
    try:
        return account_key(number)
    except InvalidAccountNumberError as error:
        raise NumberRefusedError from error


def _keep(account: Account, opened: Account, *, moving: Moving, new: NewChange) -> HolderChange:
    """Writes what was done, and tells the journal of both accounts."""
    change = HolderChange.create(
        old_account=account.id,
        new_account=opened.id,
        on=new.on,
        kind=new.kind,
        paper_kind=new.paper.kind,
        paper_number=new.paper.number,
        paper_on=new.paper.on,
        number=account.number,
        keeps_number=not new.tenure.number,
        touched=moving.touched.changed,
        made=moving.touched.made,
        entered_by=moving.actor.employee_id,
        entered_at=moving.at,
    )
    told = {"on": new.on, "kind": new.kind, "number": opened.number, "change": change.id}
    for subject in (account, opened, change):
        record(moving.actor, "change_holder", subject=subject, at=moving.at, changes=({}, told))
    return change


def _body(new: NewChange) -> dict[str, Any]:
    found = asdict(new)
    found["readings"] = {str(meter): text.strip() for meter, text in new.readings.items()}
    return {name: str(value) for name, value in found.items()}
