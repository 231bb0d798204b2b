"""Three accounts whose months were closed for real, with everything that a ledger can hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from tests.cast import Cast, actor_of
from tests.factories import make_account, make_holder
from tests.month_factories import make_correction
from tests.months import closed, make_rates, settle
from vodokanal.billing.payments import Channel, OpeningKind
from vodokanal.billing.periods import Period
from vodokanal.billing.services import Service
from vodokanal.models.accounts import Account
from vodokanal.models.payments import Payment
from vodokanal.operations.corrections import NewCorrection, enter_correction
from vodokanal.operations.opening_balances import NewOpening, enter_opening
from vodokanal.operations.payments import (
    NewPayment,
    NewReversal,
    enter_payment,
    reverse_payment,
)

SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = (Period(2026, month) for month in (9, 10, 11, 12))
AT = {
    OCTOBER: "2026-11-02T10:00",
    NOVEMBER: "2026-12-02T10:00",
    DECEMBER: "2027-01-03T10:00",
}
MOMENT = datetime(2026, 11, 2, 8, tzinfo=UTC)
FIRST_TODAY = date(2026, 10, 20)


@dataclass
class Town:
    """The cast, whose months have been closed."""

    cast: Cast

    def bring(self, account: Account, kind: OpeningKind, amount: str) -> None:
        """What an account brings along from the portal's beginning."""
        on = date(2026, 10, 1)
        period = None if kind is OpeningKind.ADVANCE else Period(2026, 6)
        new = NewOpening(account.id, kind, Decimal(amount), on, period)
        key = f"{account.id}{kind}"
        enter_opening(actor_of(self.cast.galina), new, key=key, today=FIRST_TODAY, at=MOMENT)

    def pay(self, account: Account, amount: str, on: date, **more: object) -> Payment:
        """A payment at the desk."""
        new = NewPayment(account.id, Decimal(amount), on, **more)  # type: ignore[arg-type]
        key = f"{account.id}{on}{amount}"
        return enter_payment(actor_of(self.cast.galina), new, key=key, today=on, at=MOMENT)

    def take_back(self, payment: Payment, on: date) -> None:
        """A payment taken back."""
        new = NewReversal(payment.id, "чужой счёт")
        actor = actor_of(self.cast.dmitry)
        reverse_payment(actor, new, key=f"back{payment.id}", today=on, at=MOMENT)

    def correct(self, account: Account, amount: str, on: date) -> None:
        """A correction by hand."""
        new = NewCorrection(account.id, OCTOBER, Decimal(amount), "по акту", Service.COLD)
        actor = actor_of(self.cast.dmitry)
        enter_correction(actor, new, key=f"fix{amount}", today=on, at=MOMENT)


def make_town(cast: Cast) -> Town:
    """Three months: openings, payments early, late and taken back, corrections, penalties."""
    category, town = make_rates(), Town(cast)
    vera, gleb = cast.vera_account, make_account(number="90-12")
    make_holder(account=gleb)
    for account in (cast.account, vera, gleb):
        settle(account, category)
    town.bring(vera, OpeningKind.DEBT, "1000.00")
    town.bring(vera, OpeningKind.PENALTY, "12.34")
    town.bring(gleb, OpeningKind.ADVANCE, "150.00")
    town.pay(gleb, "100.00", date(2026, 10, 25), period=SEPTEMBER, channel=Channel.BANK)
    closed(OCTOBER, AT[OCTOBER], forced=True)
    wrong = town.pay(cast.account, "500.00", date(2026, 11, 9))
    town.pay(vera, "300.00", date(2026, 11, 20))
    town.correct(cast.account, "-50.00", date(2026, 11, 21))
    town.correct(cast.account, "20.00", date(2026, 11, 21))
    # Cubic metres alone move nothing.
    make_correction(account=gleb, posted_period=NOVEMBER, amount="0", volume="1.5")
    closed(NOVEMBER, AT[NOVEMBER], forced=True)
    town.take_back(wrong, date(2026, 12, 9))
    town.pay(cast.account, "256.51", date(2026, 12, 10), period=OCTOBER)
    closed(DECEMBER, AT[DECEMBER], forced=True)
    town.pay(vera, "40.00", date(2027, 1, 5))
    return town
