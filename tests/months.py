"""A utility with prices whose months can be closed: the rates, the runs, what they leave."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from zoneinfo import ZoneInfo

from tests.factories import make_occupancy, make_premises_norm
from tests.month_factories import make_key_rate, make_legal_term, make_norm, make_tariff
from vodokanal.billing.periods import Period
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.billing.terms import Term
from vodokanal.models.accounts import Account
from vodokanal.models.months import BillingMonth, ChargeLine
from vodokanal.models.places import NormCategory
from vodokanal.models.receipts import Receipt
from vodokanal.models.terms import KeyRate
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.calculating import calculate_month
from vodokanal.operations.issuing import issue_month
from vodokanal.operations.months import Run

ZONE = ZoneInfo("Europe/Moscow")
PRICES = {Service.COLD: "42.18", Service.HOT: "211.67", Service.SEWAGE: "33.40"}
NORMS = {Service.COLD: "5.016", Service.HOT: "3.648", Service.SEWAGE: "8.664"}
LONG_AGO = date(2020, 1, 1)
_seconds = count()


def make_rates() -> NormCategory:
    """Prices for citizens and for shops, norms for one category, a key rate above the cap."""
    category: NormCategory | None = None
    for service, price in PRICES.items():
        for group in (CustomerGroup.POPULATION, CustomerGroup.ORGANISATION):
            make_tariff(service=service, price=price, group=group)
        given = {} if category is None else {"category": category}
        category = make_norm(service=service, volume=NORMS[service], **given).category
    if not KeyRate.select().where(KeyRate.ends_on.is_null()).exists():
        make_key_rate(percent="16", starts_on=LONG_AGO)
    # What nobody has decided yet, the tests decide.
    make_legal_term(Term.PENALTY_CAP, "9.5", starts_on=date(2027, 1, 1))
    assert category is not None
    return category


def settle(account: Account, category: NormCategory, *, registered: int = 2) -> None:
    """Lets people live at the account, in premises of the category."""
    make_occupancy(account=account, registered=registered)
    make_premises_norm(premises=account.premises, category=category)


def run_at(text: str, **more: object) -> Run:
    """A run at a moment of the utility's clock; its real clock moves on with every look."""
    moment = datetime.fromisoformat(text).replace(tzinfo=ZONE)
    begun = datetime(2026, 11, 22, tzinfo=UTC)
    return Run(moment, ZONE, lambda: begun + timedelta(seconds=next(_seconds)), **more)  # type: ignore[arg-type]


def closed(period: Period, at: str, *, forced: bool = False) -> BillingMonth:
    """A month calculated and issued at a moment."""
    calculate_month(SYSTEM, period, run=run_at(at))
    return issue_month(SYSTEM, period, run=run_at(at), forced=forced)


def lines_of(account: Account, period: Period) -> dict[str, tuple[str, str, Decimal, Decimal]]:
    """An account's lines of a month: by which method, price, volume and amount of each service."""
    rows = ChargeLine.select().where(ChargeLine.period == period, ChargeLine.account == account)
    return {
        f"{row.service.value}{row.part or ''}": (
            row.method.value,
            str(row.price),
            row.volume,
            row.amount,
        )
        for row in rows.order_by(ChargeLine.service, ChargeLine.part)
    }


def receipt_of(account: Account, period: Period) -> Receipt:
    """An account's receipt of a month."""
    found: Receipt = Receipt.get(Receipt.account == account, Receipt.period == period)
    return found
