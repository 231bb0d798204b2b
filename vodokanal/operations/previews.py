"""Previews of recalculations: asked for by an employee, made by a worker slice by slice."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from vodokanal.billing.account_months import CorrectionLine
from vodokanal.billing.periods import Period, months_between
from vodokanal.billing.rates import NoRateError
from vodokanal.models.bulk import insert_rows
from vodokanal.models.database import is_sqlite
from vodokanal.models.previews import MonthDifference, RecalculationPreview
from vodokanal.operations.actors import Actor
from vodokanal.operations.calculation import MONTHS_BACK, slices_of
from vodokanal.operations.changes import newest_entry
from vodokanal.operations.issued_months import issued_months
from vodokanal.operations.journal import record
from vodokanal.operations.month_obstacles import GIVEN_UP, Obstacle, obstacle_of
from vodokanal.operations.month_rows import Range
from vodokanal.operations.months import LEASE, Run, RunLostError, RunStoppedError
from vodokanal.operations.queue import Kind, wake
from vodokanal.operations.recalculating import Anew, bases_of, calculated_anew
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.transactions import writes

MOST_ATTEMPTS = 30
IS_OPEN = RecalculationPreview.ended_at.is_null()


class MonthsRefusedError(Exception):
    """These months cannot be calculated anew."""


class NotIssuedError(MonthsRefusedError):
    """The month `period` is not issued: it is simply calculated again."""

    def __init__(self, period: Period) -> None:
        super().__init__(period)
        self.period = period


class TooManyMonthsError(MonthsRefusedError):
    """Not more than three years together, the first month before the last."""


@writes
def order_preview(
    actor: Actor, first: Period, *, last: Period, key: str, at: datetime
) -> RecalculationPreview:
    """Lets a worker find out what issued months, both inclusive, would come to now.

    Raises:
        MonthsRefusedError: see its subclasses.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    body = {"deed": "preview", "first": str(first), "last": str(last)}
    claim = claim_key(actor, key, body=body, at=at)
    if claim.answer is not None:
        return RecalculationPreview.get_by_id(claim.answer["preview"])
    months = list(months_between(first, last))
    if not 0 < len(months) <= MONTHS_BACK:
        raise TooManyMonthsError(first, last)
    for missing in sorted(set(months) - set(issued_months())):
        raise NotIssuedError(missing)
    preview: RecalculationPreview = RecalculationPreview.create(
        first_period=first, last_period=last, employee=actor.employee_id, created_at=at
    )
    after = {"first_period": first, "last_period": last}
    record(actor, "order_preview", subject=preview, at=at, changes=({}, after))
    keep_answer(claim, {"preview": preview.id})
    wake(Kind.PREVIEW)
    return preview


def is_preview_due(real_now: datetime) -> bool:
    """Whether a preview waits that nobody is at; one statement."""
    return _due(real_now).exists()


def make_next_preview(run: Run) -> RecalculationPreview | None:
    """Makes the oldest preview that waits, or goes on with it; None when none waits.

    Each slice of accounts is a transaction of its own. A missing rate ends it and is kept.
    """
    preview = take_preview(run)
    if preview is None:
        return None
    try:
        _make(preview, run)
    except (RunStoppedError, RunLostError):
        _leave(preview)
    except NoRateError as error:
        end_preview(preview, at=run.at, obstacle=obstacle_of(error))
    else:
        end_preview(preview, at=run.at)
    return RecalculationPreview.get_by_id(preview.id)


@writes
def take_preview(run: Run) -> RecalculationPreview | None:
    """The oldest preview that waits, kept from other workers for a while."""
    now = run.real_now()
    due = _due(now).order_by(RecalculationPreview.id).limit(1)
    if not is_sqlite():
        due = due.for_update("FOR UPDATE SKIP LOCKED")
    preview: RecalculationPreview | None = due.first()
    if preview is None:
        return None
    if preview.attempts >= MOST_ATTEMPTS:
        end_preview(preview, at=run.at, obstacle=Obstacle(GIVEN_UP))
        return take_preview(run)
    values: dict[str, Any] = {"leased_until": now + LEASE, "attempts": preview.attempts + 1}
    if not preview.attempts:
        values["mark"] = newest_entry()
    RecalculationPreview.update(values).where(RecalculationPreview.id == preview.id).execute()
    found: RecalculationPreview = RecalculationPreview.get_by_id(preview.id)
    return found


@writes
def keep_part(
    preview: RecalculationPreview, accounts: Range, *, anew: Anew, until: datetime
) -> None:
    """Keeps what a slice comes to, and how far the preview is.

    Raises:
        RunLostError: another worker has taken it.
    """
    known: list[Any] = json.loads(preview.troubles)
    known += [[account_id, str(period), code] for account_id, period, code in anew.troubles]
    values = {
        "last_account": accounts.last,
        "accounts": preview.accounts + anew.accounts,
        "troubles": json.dumps(known),
        "leased_until": until,
    }
    mine = (
        (RecalculationPreview.id == preview.id)
        & (RecalculationPreview.leased_until == preview.leased_until)
        & IS_OPEN
    )
    if not RecalculationPreview.update(values).where(mine).execute():
        raise RunLostError(preview)
    insert_rows(MonthDifference, rows_of(preview, anew.differences))
    for name, value in values.items():
        setattr(preview, name, value)


@writes
def end_preview(
    preview: RecalculationPreview, *, at: datetime, obstacle: Obstacle | None = None
) -> None:
    """Notes that the preview is complete, or what stood in its way."""
    kept: Mapping[str, Any] = {}
    if obstacle is not None:
        kept = {"refusal": obstacle.code, "parameters": obstacle.text}
    mine = (RecalculationPreview.id == preview.id) & IS_OPEN
    RecalculationPreview.update(ended_at=at, leased_until=None, **kept).where(mine).execute()


def rows_of(
    preview: RecalculationPreview, differences: Sequence[tuple[int, CorrectionLine]]
) -> list[dict[str, Any]]:
    """Differences as they are kept; the sums are in the inputs of each."""
    return [
        {
            "preview": preview.id,
            "account": account_id,
            "period": line.for_period,
            "service": line.service,
            "was": Decimal(json.loads(line.inputs)["was"]),
            "now": Decimal(json.loads(line.inputs)["is"]),
            "volume": line.volume,
            "inputs": line.inputs,
        }
        for account_id, line in differences
    ]


def _make(preview: RecalculationPreview, run: Run) -> None:
    last: Any = preview.last_period
    first: Any = preview.first_period
    after: Any = preview.last_account
    bases = bases_of(first, last, zone=run.zone)
    for accounts in slices_of(last, after=after):
        anew = calculated_anew(accounts.first, accounts.last, bases=bases)
        keep_part(preview, accounts, anew=anew, until=run.real_now() + LEASE)
        if not run.goes_on():
            raise RunStoppedError


@writes
def _leave(preview: RecalculationPreview) -> None:
    """Gives the preview back unfinished: whoever comes next need not wait."""
    mine = (RecalculationPreview.id == preview.id) & (
        RecalculationPreview.leased_until == preview.leased_until
    )
    RecalculationPreview.update(leased_until=None).where(mine).execute()


def _is_free(real_now: datetime) -> Any:
    until = RecalculationPreview.leased_until
    return until.is_null() | (until <= real_now)


def _due(real_now: datetime) -> Any:
    return RecalculationPreview.select().where(IS_OPEN, _is_free(real_now))
