"""Deeds above a set sum: they wait for a second person, and are done as if their asker did them.

No act asks for it: the utility sets the sum, and whether somebody without a second person waits.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from vodokanal.models.approvals import DeedState, PendingDeed
from vodokanal.models.base import Table
from vodokanal.models.database import database, lock
from vodokanal.models.people import Employee, EmployeeRole, RolePermission
from vodokanal.operations.actors import Actor, ActorKind
from vodokanal.operations.deed_kinds import (
    RESULTS,
    Deed,
    RateDeed,
    deed_of,
    parameters_of,
    row_of,
    rules_of,
)
from vodokanal.operations.entries import said
from vodokanal.operations.journal import record
from vodokanal.operations.settings import YES, get_house_settings
from vodokanal.operations.submission_keys import claim_key, keep_answer, new_key
from vodokanal.operations.transactions import writes

APPROVE = "deeds.approve"


class DeedNotFoundError(Exception):
    """There is no such deed."""


class DecidedAlreadyError(Exception):
    """Somebody was quicker: `row` says what was decided."""

    def __init__(self, row: PendingDeed) -> None:
        super().__init__(row)
        self.row = row


class OwnDeedError(Exception):
    """Whoever has asked for it does not decide it."""


def approvers() -> frozenset[int]:
    """The employees who may decide and can sign in; one statement."""
    rows = (
        Employee.select(Employee.id)
        .join(EmployeeRole)
        .join(RolePermission, on=RolePermission.role == EmployeeRole.role)
        .where(RolePermission.permission == APPROVE, Employee.disabled_at.is_null())
        .tuples()
    )
    return frozenset(employee_id for (employee_id,) in rows)


def must_ask(actor: Actor, amount: Decimal | None) -> bool:
    """Whether an employee's deed that moves so many rubles has to wait; None is a rate.

    What moves more than the set sum needs two people, whoever they are. A rate needs one who may
    decide. Without a set sum nothing waits, nor does what the portal does itself.
    """
    limit = get_house_settings().approval_limit
    if limit is None or actor.employee_id is None:
        return False
    return actor.employee_id not in approvers() if amount is None else amount > limit


def may_alone(actor: Actor) -> bool:
    """Whether nobody else could decide, and the utility has it done at once then."""
    is_allowed = get_house_settings().approval_alone == YES
    return is_allowed and not approvers() - {actor.employee_id}


@writes
def ask_or_do(actor: Actor, deed: Deed, *, key: str, today: date, at: datetime) -> Any:
    """Does the deed, or leaves it to somebody who may decide; with the same key, once.

    The answer is what its operation answers, or the `PendingDeed` that waits. A deed that would be
    refused now is refused now: the operation's own errors come through.

    Raises:
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    rules = rules_of(deed)
    account_id, amount = rules.about(deed)
    is_empty = isinstance(deed, RateDeed) and deed.changes_nothing
    if is_empty or not must_ask(actor, amount):
        return rules.run(actor, deed, key=key, today=today, at=at)
    parameters = parameters_of(deed)
    claim = claim_key(actor, key, body={"deed": rules.kind, "parameters": parameters}, at=at)
    if claim.answer is not None:
        return _answered(PendingDeed.get_by_id(claim.answer["id"]))
    row = PendingDeed(
        kind=rules.kind,
        account=account_id,
        amount=amount,
        parameters=parameters,
        asked_by=actor.employee_id,
        asked_at=at,
    )
    known = _known(row) if isinstance(deed, RateDeed) else None
    if known is None:
        _try(actor, deed, today=today, at=at)
        row.save(force_insert=True)
        record(actor, "ask_deed", subject=row, at=at, changes=({}, {"kind": row.kind}))
    keep_answer(claim, {"id": (known or row).id})
    if known is None and may_alone(actor):
        return _carry_out(actor, row, state=DeedState.ALONE, today=today, at=at)
    return known or row


@writes
def approve_deed(actor: Actor, deed_id: int, *, key: str, today: date, at: datetime) -> Table:
    """Does what was asked for, in its asker's name; the row that came of it. Twice changes nothing.

    What the operation refuses meanwhile (the month is issued, somebody has done it) comes through
    as its own error, and the deed goes on waiting.

    Raises:
        DeedNotFoundError: there is no such deed.
        DecidedAlreadyError: it waits no longer.
        OwnDeedError: the actor has asked for it, and somebody else can decide.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    claim = claim_key(actor, key, body={"approve": deed_id}, at=at)
    if claim.answer is not None:
        return row_of(_answered(PendingDeed.get_by_id(deed_id)))
    row = _waiting(deed_id)
    is_own = row.asked_by_id == actor.employee_id
    if is_own and not may_alone(actor):
        raise OwnDeedError
    state = DeedState.ALONE if is_own else DeedState.APPROVED
    done = _carry_out(actor, row, state=state, today=today, at=at)
    keep_answer(claim, {})
    return row_of(done)


@writes
def decline_deed(actor: Actor, deed_id: int, *, words: str, key: str, at: datetime) -> None:
    """Leaves undone what was asked for, and says why; with the same key, once.

    Raises:
        DeedNotFoundError: there is no such deed.
        DecidedAlreadyError: it waits no longer.
        NoWordsError: its asker would not learn why.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    claim = claim_key(actor, key, body={"decline": deed_id, "words": words}, at=at)
    if claim.answer is not None:
        return
    row = _waiting(deed_id)
    why = said(words)
    _decide(actor, row, at=at, decided={"state": DeedState.DECLINED, "words": why})
    keep_answer(claim, {})


def _known(row: PendingDeed) -> PendingDeed | None:
    """The same change of a rate that the same employee has asked for: its form has no key."""
    found: PendingDeed | None = PendingDeed.get_or_none(
        PendingDeed.state == DeedState.WAITING,
        PendingDeed.asked_by == row.asked_by_id,
        PendingDeed.parameters == row.parameters,
    )
    return found


def _try(actor: Actor, deed: Deed, *, today: date, at: datetime) -> None:
    """Lets the operation refuse now what it would refuse anyway; nothing of it stays."""
    with database.atomic() as trial:
        rules_of(deed).run(actor, deed, key=new_key(), today=today, at=at)
        trial.rollback()


def _waiting(deed_id: int) -> PendingDeed:
    lock(PendingDeed, deed_id)
    row: Any = PendingDeed.get_or_none(PendingDeed.id == deed_id)
    if row is None:
        raise DeedNotFoundError
    if row.state is not DeedState.WAITING:
        raise DecidedAlreadyError(row)
    found: PendingDeed = row
    return found


def _carry_out(
    actor: Actor, row: PendingDeed, *, state: DeedState, today: date, at: datetime
) -> Any:
    deed, employee = deed_of(row), Employee.get_by_id(row.asked_by_id)
    asker = Actor(ActorKind.EMPLOYEE, employee.id, str(employee.name))
    done = rules_of(deed).run(asker, deed, key=f"deed-{row.id}", today=today, at=at)
    made = row_of(done)
    came = {"done_table": made._meta.table_name, "done_id": made.id}
    _decide(actor, row, at=at, decided={"state": state, **came})
    return done


ACTIONS = {
    DeedState.APPROVED: "approve_deed",
    DeedState.ALONE: "do_deed_alone",
    DeedState.DECLINED: "decline_deed",
}


def _decide(actor: Actor, row: PendingDeed, *, at: datetime, decided: dict[str, Any]) -> None:
    values = {**decided, "decided_by": actor.employee_id, "decided_at": at}
    PendingDeed.update(values).where(PendingDeed.id == row.id).execute()
    record(actor, ACTIONS[decided["state"]], subject=row, at=at, changes=({}, decided))


def _answered(row: Any) -> Any:
    """What the first sending of a form was answered with."""
    if row.done_id is None:
        return row
    return RESULTS[row.done_table].get_by_id(row.done_id)
