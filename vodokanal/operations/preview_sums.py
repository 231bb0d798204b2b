"""What a preview of a recalculation comes to: together, by service, by account, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peewee import fn

from vodokanal.billing.services import Service
from vodokanal.models.accounts import Account
from vodokanal.models.fields import whole_total
from vodokanal.models.places import House, Premises
from vodokanal.models.previews import MonthDifference, RecalculationPreview

# Without a cast each of them would be read as rubles.
WAS, NOW = MonthDifference.was.cast("BIGINT"), MonthDifference.now.cast("BIGINT")


@dataclass(frozen=True)
class Differs:
    """So many lines that differ, and the kopecks of both sides."""

    lines: int
    was: int
    now: int

    @property
    def by(self) -> int:
        """By how many kopecks it would be more; less is negative."""
        return self.now - self.was


def sums_by_service(preview: RecalculationPreview) -> dict[Service, Differs]:
    """The lines that differ, by service; one statement."""
    query = (
        MonthDifference.select(
            MonthDifference.service,
            fn.COUNT(MonthDifference.id),
            whole_total(WAS),
            whole_total(NOW),
        )
        .where(MonthDifference.preview == preview)
        .group_by(MonthDifference.service)
        .order_by(MonthDifference.service)
    )
    return {service: Differs(*row) for service, *row in query.tuples()}


def accounts_that_differ(preview: RecalculationPreview) -> int:
    """How many accounts would come out differently; one statement."""
    query = MonthDifference.select(fn.COUNT(MonthDifference.account.distinct()))
    return int(query.where(MonthDifference.preview == preview).scalar())


def largest_differences(
    preview: RecalculationPreview, *, limit: int
) -> list[tuple[Account, Differs]]:
    """The accounts that differ most, more or less; two statements."""
    query = (
        MonthDifference.select(
            MonthDifference.account,
            fn.COUNT(MonthDifference.id),
            whole_total(WAS),
            whole_total(NOW),
        )
        .where(MonthDifference.preview == preview)
        .group_by(MonthDifference.account)
        .order_by(fn.ABS(whole_total(NOW) - whole_total(WAS)).desc(), MonthDifference.account)
        .limit(limit)
    )
    sums = {account_id: Differs(*row) for account_id, *row in query.tuples()}
    known = {each.id: each for each in _accounts().where(Account.id.in_(list(sums)))}
    return [(known[account_id], each) for account_id, each in sums.items()]


def lines_after(
    preview: RecalculationPreview, account_id: int, *, limit: int
) -> list[MonthDifference]:
    """The lines of the accounts after one, by account, month and service; one statement."""
    query: Any = MonthDifference.select(MonthDifference, Account, Premises, House)
    return list(
        query.join(Account)
        .join(Premises)
        .join(House)
        .where(MonthDifference.preview == preview, MonthDifference.account > account_id)
        .order_by(MonthDifference.account, MonthDifference.period, MonthDifference.service)
        .limit(limit)
    )


def _accounts() -> Any:
    return Account.select(Account, Premises, House).join(Premises).join(House)
