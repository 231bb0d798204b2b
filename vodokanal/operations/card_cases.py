"""What of an account waits for somebody: lines that are disputed, deeds that wait for the chief."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from peewee import SQL

from vodokanal.billing.periods import Period
from vodokanal.casework.disputes import DisputeState
from vodokanal.models.approvals import IS_WAITING, DeedKind, DeedState, PendingDeed
from vodokanal.models.disputes import Dispute
from vodokanal.models.prepared import Prepared, slot

NOTHING = SQL("NULL")


@dataclass(frozen=True)
class CardDispute:
    """A line of a receipt that is disputed, or was, since when and until which day.

    `amount` are its rubles, demanded of the month `debt_period`.
    """

    id: int
    state: DisputeState
    line: str
    period: Period
    debt_period: Period
    opened_at: datetime
    answered_at: datetime | None
    answer_by: date | None
    amount: Decimal


@dataclass(frozen=True)
class CardDeed:
    """A deed that somebody else decides on; `amount` is what it moves in rubles."""

    id: int
    kind: DeedKind
    asked_at: datetime
    amount: Decimal


@dataclass(frozen=True)
class CardCases:
    """What waits, the longest waiting first, and the dispute that was answered last."""

    disputes: Sequence[CardDispute]
    deeds: Sequence[CardDeed]
    last: CardDispute | None


def _cases() -> Any:
    disputes = Dispute.select(
        Dispute.id,
        Dispute.state,
        Dispute.line,
        Dispute.opened_at,
        Dispute.period,
        Dispute.debt_period,
        Dispute.answered_at,
        Dispute.answer_by,
        Dispute.amount,
    ).where(Dispute.account == slot("account", Dispute.account))
    deeds = PendingDeed.select(
        PendingDeed.id,
        PendingDeed.state,
        PendingDeed.kind,
        PendingDeed.asked_at,
        *[NOTHING] * 4,
        PendingDeed.amount,
    ).where(IS_WAITING, PendingDeed.account == slot("account", PendingDeed.account))
    return disputes.union_all(deeds)


# Its rows come as the database keeps them: two kinds of rows have no columns in common.
CASES: Prepared[tuple[Any, ...]] = Prepared(_cases)


def cases_of(account_id: int) -> CardCases:
    """What of the account waits for an answer or a decision, and the last answer; one statement."""
    rows = CASES.rows(account=account_id)
    deeds = [_deed(row) for row in rows if row[1] == DeedState.WAITING.value]
    disputes = [_dispute(row) for row in rows if row[1] != DeedState.WAITING.value]
    answered = [(each.answered_at, each.id, each) for each in disputes if each.answered_at]
    return CardCases(
        disputes=sorted(
            (each for each in disputes if each.state is DisputeState.OPEN),
            key=lambda each: each.opened_at,
        ),
        deeds=sorted(deeds, key=lambda each: each.asked_at),
        last=max(answered)[-1] if answered else None,
    )


def _dispute(row: tuple[Any, ...]) -> CardDispute:
    dispute_id, state, line, opened_at, period, debt_period, answered_at, answer_by, amount = row
    kept: Any = Dispute
    return CardDispute(
        id=dispute_id,
        state=kept.state.python_value(state),
        line=line,
        period=kept.period.python_value(period),
        debt_period=kept.debt_period.python_value(debt_period),
        opened_at=kept.opened_at.python_value(opened_at),
        answered_at=kept.answered_at.python_value(answered_at),
        answer_by=kept.answer_by.python_value(answer_by),
        amount=kept.amount.python_value(amount),
    )


def _deed(row: tuple[Any, ...]) -> CardDeed:
    deed_id, _state, kind, asked_at, *_rest, amount = row
    kept: Any = PendingDeed
    return CardDeed(
        id=deed_id,
        kind=kept.kind.python_value(kind),
        asked_at=kept.asked_at.python_value(asked_at),
        amount=kept.amount.python_value(amount),
    )
