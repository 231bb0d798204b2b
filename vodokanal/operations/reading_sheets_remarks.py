"""Remarks beside meters: noted with what they start, taken back with it, seen to by somebody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from peewee import JOIN, ModelSelect, fn

from vodokanal.casework.sheet_remarks import NextStep, RemarkCode, next_step
from vodokanal.models.accounts import Account
from vodokanal.models.database import lock
from vodokanal.models.meters import Meter
from vodokanal.models.people import Employee
from vodokanal.models.places import House, Premises
from vodokanal.models.reading_sheets import (
    LONGEST_OUTCOME,
    ReadingSheet,
    SheetRemark,
    SheetState,
)
from vodokanal.operations.actors import Actor
from vodokanal.operations.entries import said
from vodokanal.operations.journal import record
from vodokanal.operations.transactions import writes

# What is seen to by itself, or by nobody, does not wait.
WAIT = (RemarkCode.NO_ACCESS, RemarkCode.NO_SEAL)


class RemarkSettledError(Exception):
    """Somebody has seen to the remark already, or its sheet was undone."""


@dataclass(frozen=True)
class NewRemarks:
    """What is noted beside the meters of one row; None takes a remark back."""

    sheet: ReadingSheet
    codes: Mapping[int, RemarkCode | None]


@dataclass(frozen=True)
class WaitingRemarks:
    """Remarks that ask for the same step: how many accounts, and since when the oldest."""

    step: NextStep
    count: int
    since: date


@dataclass(frozen=True)
class WaitingRemark:
    """A remark that somebody has to see to, and the visits in vain so far."""

    remark: SheetRemark
    account: Account
    visits: int

    @property
    def step(self) -> NextStep:
        """What is to be done."""
        return next_step(RemarkCode(self.remark.code), visits=self.visits)


def note_remarks(actor: Actor, new: NewRemarks, *, at: datetime) -> bool:
    """Notes the remarks inside the transaction of the row; whether anything changed.

    A broken meter is noted as failed from the day of the sheet on (ПП 354 п. 81(12) а); an
    earlier failure stays. The other codes only wait: an act is never drawn up by a remark.
    """
    kept = {
        each.meter_id: each
        for each in SheetRemark.select().where(
            SheetRemark.sheet == new.sheet.id, SheetRemark.meter.in_(list(new.codes))
        )
    }
    is_news = False
    for meter_id, code in sorted(new.codes.items()):
        before = kept.get(meter_id)
        if (None if before is None else before.code) == code:
            continue
        is_news = True
        if before is not None:
            take_back(actor, before, at=at)
            before.delete_instance()
        if code is not None:
            _note(actor, new.sheet, meter_id=meter_id, code=code, at=at)
    return is_news


def take_back(actor: Actor, remark: SheetRemark, *, at: datetime) -> None:
    """Takes back what a remark has started, unless somebody has decided otherwise since."""
    meter = Meter.get_by_id(remark.meter_id)
    if remark.noted_failure and meter.failed_on == remark.sheet.taken_on:
        _fail(actor, meter, on=remark.failed_before, at=at)
    record(actor, "take_back_remark", subject=remark, at=at, changes=({"code": remark.code}, {}))


def visits_in_vain(account_ids: Iterable[int]) -> dict[int, int]:
    """How often nobody was let in, by account, until somebody has seen to it; one statement."""
    rows = (
        _waiting()
        .select(Meter.account, fn.COUNT(SheetRemark.sheet.distinct()))
        .where(SheetRemark.code == RemarkCode.NO_ACCESS, Meter.account.in_(list(account_ids)))
        .group_by(Meter.account)
        .tuples()
    )
    return dict(rows)


def remarks_waiting() -> list[WaitingRemarks]:
    """What remarks ask for, the longest waiting first; two statements."""
    found: dict[NextStep, set[int]] = {}
    since: dict[NextStep, date] = {}
    for each in waiting_remarks():
        found.setdefault(each.step, set()).add(each.account.id)
        day = each.remark.sheet.taken_on
        since[each.step] = min(since.get(each.step, day), day)
    rows = [WaitingRemarks(step, len(ids), since[step]) for step, ids in found.items()]
    return sorted(rows, key=lambda row: row.since)


def waiting_remarks() -> list[WaitingRemark]:
    """Every remark that waits, the oldest first; two statements."""
    query: Any = (
        _waiting()
        .select(SheetRemark, ReadingSheet, Meter, Account, Premises, House, Employee)
        .join(Account)
        .join(Premises)
        .join(House)
        .switch(SheetRemark)
        .join(Employee, JOIN.LEFT_OUTER, on=SheetRemark.employee)
        .where(SheetRemark.code.in_(list(WAIT)))
        .order_by(ReadingSheet.taken_on, SheetRemark.id)
    )
    remarks = list(query)
    visits = visits_in_vain({each.meter.account_id for each in remarks})
    return [
        WaitingRemark(each, each.meter.account, visits.get(each.meter.account_id, 0))
        for each in remarks
    ]


@writes
def settle_remark(actor: Actor, remark_id: int, *, outcome: str, at: datetime) -> SheetRemark:
    """Notes what has come of a remark; the same account's closed doors are counted anew.

    Raises:
        NoWordsError: nobody would learn what was done.
        RemarkSettledError: somebody was quicker, or there is no such remark any more.
    """
    words = said(outcome)[:LONGEST_OUTCOME]
    lock(SheetRemark, remark_id)
    remark = _waiting().where(SheetRemark.id == remark_id).first()
    if remark is None:
        raise RemarkSettledError(remark_id)
    alike = [remark.id]
    if remark.code is RemarkCode.NO_ACCESS:
        same = _waiting().where(
            SheetRemark.code == remark.code, Meter.account == remark.meter.account_id
        )
        alike = [each.id for each in same]
    done = {"settled_at": at, "settled_by": actor.employee_id, "outcome": words}
    SheetRemark.update(done).where(SheetRemark.id.in_(alike)).execute()
    record(actor, "settle_remark", subject=remark, at=at, changes=({}, {"outcome": words}))
    found: SheetRemark = remark
    return found


def _note(
    actor: Actor, sheet: ReadingSheet, *, meter_id: int, code: RemarkCode, at: datetime
) -> None:
    meter = Meter.get_by_id(meter_id)
    before = meter.failed_on
    fails = code is RemarkCode.BROKEN and (before is None or before > sheet.taken_on)
    remark = SheetRemark.create(
        sheet=sheet.id,
        meter=meter_id,
        code=code,
        employee=actor.employee_id,
        noted_at=at,
        noted_failure=fails,
        failed_before=before if fails else None,
    )
    record(actor, "note_remark", subject=remark, at=at, changes=({}, {"code": code}))
    if fails:
        _fail(actor, meter, on=sheet.taken_on, at=at)


def _fail(actor: Actor, meter: Meter, *, on: date | None, at: datetime) -> None:
    changes = ({"failed_on": meter.failed_on}, {"failed_on": on})
    Meter.update(failed_on=on).where(Meter.id == meter.id).execute()
    record(actor, "update", subject=meter, at=at, changes=changes)


def _waiting() -> ModelSelect:
    return (
        SheetRemark.select(SheetRemark, Meter)
        .join(ReadingSheet)
        .switch(SheetRemark)
        .join(Meter)
        .where(SheetRemark.settled_at.is_null(), ReadingSheet.state == SheetState.OPEN)
    )
