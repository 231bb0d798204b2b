"""Which deeds can wait for somebody's decision: how each is kept, what it moves, how it is done."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from vodokanal.models.approvals import DeedKind, PendingDeed
from vodokanal.models.base import Table
from vodokanal.models.disputes import Dispute
from vodokanal.models.payments import OpeningBalance, Payment, PaymentReversal
from vodokanal.models.recalculations import Correction
from vodokanal.operations.actors import Actor
from vodokanal.operations.corrections import NewCorrection, enter_correction
from vodokanal.operations.disputes import Fix, correct_dispute, get_dispute
from vodokanal.operations.journal import as_text
from vodokanal.operations.opening_balances import NewOpening, enter_opening
from vodokanal.operations.payments import NewReversal, reverse_payment
from vodokanal.operations.rate_rows import RATES, AddedRate, add_rate, change_rate

CORRECTED = ("account", "for_period", "amount", "words", "service", "side")
OPENED = ("account", "kind", "amount", "on", "period")
RESULT_TABLES: tuple[type[Table], ...] = (Correction, PaymentReversal, OpeningBalance, Dispute)
RATE_TABLES: Mapping[str, type[Table]] = {each._meta.table_name: each for each in RATES}
RESULTS: Mapping[str, type[Table]] = {
    **{each._meta.table_name: each for each in RESULT_TABLES},
    **RATE_TABLES,
}


@dataclass(frozen=True)
class RateDeed:
    """A row of what is set by day: a new one, or `row` changed from what was `seen` of it."""

    table: type[Table]
    values: Mapping[str, Any]
    row: Any = None
    seen: Mapping[str, Any] = field(default_factory=dict)

    @property
    def changes_nothing(self) -> bool:
        """Whether the form was sent as it was opened."""
        known = {} if self.row is None else self.row.__data__
        return bool(known) and all(known.get(name) == self.values[name] for name in self.values)


Deed = NewCorrection | NewReversal | NewOpening | RateDeed | Fix


@dataclass(frozen=True)
class KindRules:
    """Of one kind: its parameters and back, its account and rubles, and the operation."""

    kind: DeedKind
    packed: Callable[[Any], Mapping[str, Any]]
    unpacked: Callable[[Mapping[str, Any]], Deed]
    about: Callable[[Any], tuple[int | None, Decimal | None]]
    run: Callable[..., Any]


def rules_of(deed: Deed) -> KindRules:
    """How a deed of this kind is kept and done."""
    return RULES[type(deed)]


def parameters_of(deed: Deed) -> str:
    """A deed as it is kept: columns and their values in the database's own units."""
    return as_text(rules_of(deed).packed(deed))


def deed_of(row: PendingDeed) -> Deed:
    """The deed that is kept in a row."""
    rules = next(each for each in RULES.values() if each.kind is row.kind)
    return rules.unpacked(json.loads(str(row.parameters)))


def row_of(done: Any) -> Table:
    """The row that an operation has made or changed."""
    row: Table = done.row if isinstance(done, AddedRate) else done
    return row


def _columns(table: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: table._meta.fields[name].db_value(value) for name, value in values.items()}


def _values(table: Any, columns: Mapping[str, Any]) -> dict[str, Any]:
    return {name: table._meta.fields[name].python_value(kept) for name, kept in columns.items()}


def _correction_columns(new: NewCorrection) -> Mapping[str, Any]:
    values = {**vars(new), "account": new.account_id}
    return _columns(Correction, {name: values[name] for name in CORRECTED})


def _new_correction(columns: Mapping[str, Any]) -> NewCorrection:
    values = _values(Correction, columns)
    return NewCorrection(*(values[name] for name in CORRECTED))


def _opening_columns(new: NewOpening) -> Mapping[str, Any]:
    values = {**vars(new), "account": new.account_id}
    return _columns(OpeningBalance, {name: values[name] for name in OPENED})


def _new_opening(columns: Mapping[str, Any]) -> NewOpening:
    values = _values(OpeningBalance, columns)
    return NewOpening(*(values[name] for name in OPENED))


def _fix_columns(fix: Fix) -> Mapping[str, Any]:
    return {**vars(fix), **_columns(Correction, {"amount": fix.amount})}


def _new_fix(kept: Mapping[str, Any]) -> Fix:
    amount = _values(Correction, {"amount": kept["amount"]})
    return Fix(**{**kept, **amount})


def _about_fix(fix: Fix) -> tuple[int | None, Decimal | None]:
    dispute: Any = get_dispute(fix.dispute_id)
    return dispute.account_id, abs(fix.amount)


def _rate_columns(deed: RateDeed) -> Mapping[str, Any]:
    return {
        "table": deed.table._meta.table_name,
        "row": None if deed.row is None else deed.row.id,
        "values": _columns(deed.table, deed.values),
        "seen": _columns(deed.table, deed.seen),
    }


def _new_rate(kept: Mapping[str, Any]) -> RateDeed:
    table = RATE_TABLES[kept["table"]]
    row = None if kept["row"] is None else table.get_by_id(kept["row"])
    return RateDeed(table, _values(table, kept["values"]), row, _values(table, kept["seen"]))


def _about_reversal(new: NewReversal) -> tuple[int | None, Decimal | None]:
    payment: Any = Payment.get_by_id(new.payment_id)
    return payment.account_id, payment.amount


def _set_rate(actor: Actor, deed: RateDeed, *, key: str, today: date, at: datetime) -> Any:
    if deed.row is None:
        return add_rate(actor, deed.table, values=deed.values, at=at, key=key)
    return change_rate(actor, deed.row, values=deed.values, seen=deed.seen, at=at)


RULES: Mapping[type, KindRules] = {
    NewCorrection: KindRules(
        DeedKind.CORRECTION,
        _correction_columns,
        _new_correction,
        lambda new: (new.account_id, abs(new.amount)),
        enter_correction,
    ),
    NewReversal: KindRules(
        DeedKind.REVERSAL,
        vars,
        lambda kept: NewReversal(kept["payment_id"], kept["reason"]),
        _about_reversal,
        reverse_payment,
    ),
    NewOpening: KindRules(
        DeedKind.OPENING,
        _opening_columns,
        _new_opening,
        lambda new: (new.account_id, abs(new.amount)),
        enter_opening,
    ),
    Fix: KindRules(DeedKind.DISPUTE, _fix_columns, _new_fix, _about_fix, correct_dispute),
    RateDeed: KindRules(
        DeedKind.RATE, _rate_columns, _new_rate, lambda _deed: (None, None), _set_rate
    ),
}
