"""The lines of a calculated month as rows: written anew until the month is issued."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from vodokanal.billing.account_months import AccountCharge, AccountFacts
from vodokanal.billing.charges import CannotChargeError
from vodokanal.billing.money import kopecks
from vodokanal.billing.periods import Period
from vodokanal.billing.recalculation_reasons import AUTOMATIC
from vodokanal.billing.volumes import cubic_centimetres
from vodokanal.models.bulk import insert_rows, insert_stored
from vodokanal.models.months import ChargeLine, MonthTrouble
from vodokanal.models.recalculations import Correction

LINE = (
    "account",
    "period",
    "service",
    "part",
    "group",
    "method",
    "volume",
    "price",
    "multiplier",
    "amount",
    "excess",
    "vat",
    "inputs",
)
HUNDRED = Decimal(100)
# Lines, cubic centimetres, kopecks, and the kopecks of the multiplier among them.
Sums = list[int]


@dataclass
class Drafts:
    """What a slice of accounts comes to: charges by account, and those that cannot be counted."""

    first: int
    last: int
    period: Period
    charges: list[tuple[AccountFacts, AccountCharge]] = field(default_factory=list)
    troubles: list[tuple[int, CannotChargeError]] = field(default_factory=list)

    @property
    def accounts(self) -> int:
        """How many accounts were looked at."""
        return len(self.charges) + len(self.troubles)


def write_drafts(drafts: Drafts, *, at: datetime) -> Mapping[str, Any]:
    """Replaces the drafts of the slice's accounts in one transaction of the caller's; their sums."""
    _throw_away(drafts)
    sums: dict[str, Sums] = defaultdict(lambda: [0, 0, 0, 0])
    insert_stored(ChargeLine, LINE, rows=_lines(drafts, sums))
    corrections = list(_corrections(drafts, at))
    insert_rows(Correction, corrections)
    insert_rows(MonthTrouble, list(_troubles(drafts)))
    return {
        "lines": sums,
        "corrected": sum(kopecks(row["amount"]) for row in corrections),
        "corrections": len(corrections),
        "troubles": len(drafts.troubles),
    }


def added(totals: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The sums of several slices together."""
    lines: dict[str, Sums] = defaultdict(lambda: [0, 0, 0, 0])
    rest: Counter[str] = Counter()
    for each in totals:
        for key, sums in each["lines"].items():
            lines[key] = [one + other for one, other in zip(lines[key], sums, strict=True)]
        rest.update({key: value for key, value in each.items() if key != "lines"})
    return {"lines": dict(lines), **rest}


def sums_of(totals: Mapping[str, Any]) -> Iterable[tuple[str, str, str, Sums]]:
    """Service, method and group of customers, each with its sums."""
    for key, sums in sorted(totals.get("lines", {}).items()):
        service, method, group = key.split("|")
        yield service, method, group, sums


def _throw_away(drafts: Drafts) -> None:
    first, last = drafts.first, drafts.last
    ChargeLine.delete().where(
        ChargeLine.period == drafts.period, ChargeLine.account.between(first, last)
    ).execute()
    Correction.delete().where(
        Correction.posted_period == drafts.period,
        Correction.account.between(first, last),
        Correction.reason.in_(sorted(AUTOMATIC)),
    ).execute()
    MonthTrouble.delete().where(
        MonthTrouble.period == drafts.period, MonthTrouble.account.between(first, last)
    ).execute()


def _lines(drafts: Drafts, sums: dict[str, Sums]) -> Iterable[Sequence[Any]]:
    period = drafts.period.as_int
    for facts, charge in drafts.charges:
        group = facts.group.value
        for line in charge.lines:
            volume, amount = cubic_centimetres(line.volume), int(line.amount * HUNDRED)
            excess = int(line.excess * HUNDRED)
            service, method = str(line.service), str(line.method)
            added_to = sums[f"{service}|{method}|{group}"]
            added_to[0] += 1
            added_to[1] += volume
            added_to[2] += amount
            added_to[3] += excess
            yield (
                facts.id,
                period,
                service,
                line.part,
                group,
                method,
                volume,
                int(line.price * HUNDRED),
                int(line.multiplier * HUNDRED),
                amount,
                excess,
                None if line.vat is None else int(line.vat * HUNDRED),
                line.inputs,
            )


def _corrections(drafts: Drafts, at: datetime) -> Iterable[dict[str, Any]]:
    for facts, charge in drafts.charges:
        for line in charge.corrections:
            yield {
                "account": facts.id,
                "posted_period": drafts.period,
                "for_period": line.for_period,
                "side": "principal",
                "service": line.service,
                "reason": line.reason,
                "volume": line.volume,
                "amount": line.amount,
                "words": "",
                "inputs": line.inputs,
                "cause_table": line.cause_table,
                "cause_id": line.cause_id,
                "created_at": at,
            }


def _troubles(drafts: Drafts) -> Iterable[dict[str, Any]]:
    for account_id, error in drafts.troubles:
        yield {
            "account": account_id,
            "period": drafts.period,
            "code": error.code,
            "parameters": json.dumps(error.parameters, ensure_ascii=False, default=str),
        }
