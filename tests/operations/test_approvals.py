"""Deeds above the set sum wait for a second person and are done once, in their asker's name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.cast import Cast, actor_of
from tests.factories import make_employee, make_setting
from tests.ledgers import charge, issue, pay
from tests.month_factories import make_month, make_tariff
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.payments import OpeningKind
from vodokanal.billing.periods import Period
from vodokanal.billing.services import Service
from vodokanal.models.approvals import DeedState, PendingDeed
from vodokanal.models.journal import JournalEntry
from vodokanal.models.payments import OpeningBalance, PaymentReversal
from vodokanal.models.people import Employee
from vodokanal.models.recalculations import Correction
from vodokanal.models.settings import Setting
from vodokanal.models.tariffs import Tariff
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.approvals import (
    DecidedAlreadyError,
    DeedNotFoundError,
    OwnDeedError,
    approve_deed,
    ask_or_do,
    decline_deed,
)
from vodokanal.operations.corrections import NewCorrection
from vodokanal.operations.deed_kinds import Deed, RateDeed
from vodokanal.operations.deeds_asked import (
    deeds_asked_by,
    deeds_done_alone,
    deeds_waiting,
    find_deed,
    waiting_deeds,
)
from vodokanal.operations.entries import AbsurdAmountError, NotPositiveError, NoWordsError
from vodokanal.operations.opening_balances import HasReceiptsError, NewOpening
from vodokanal.operations.payments import NewReversal, TakenBackAlreadyError, reverse_payment
from vodokanal.operations.rate_rows import AddedRate

TODAY = date(2026, 11, 12)
AT = datetime(2026, 11, 12, 9, tzinfo=UTC)
SEPTEMBER, OCTOBER = Period(2026, 9), Period(2026, 10)


@pytest.fixture(autouse=True)
def _limit(database: object) -> None:
    make_setting("approval_above", "1000")


def much(cast: Cast, **given: Any) -> NewCorrection:
    """Five thousand rubles less for cold water in September."""
    new = NewCorrection(cast.account.id, SEPTEMBER, Decimal("-5000.00"), "По акту", Service.COLD)
    return replace(new, **given)


def asked(person: Employee, deed: Deed, key: str = "k1") -> Any:
    return ask_or_do(actor_of(person), deed, key=key, today=TODAY, at=AT)


def allowed(person: Employee, row: PendingDeed, key: str = "a1") -> Any:
    return approve_deed(actor_of(person), row.id, key=key, today=TODAY, at=AT)


def told() -> list[tuple[str, str, str]]:
    """Who has done what to which table, in the journal."""
    rows = JournalEntry.select().order_by(JournalEntry.id)
    return [(each.actor_name, each.action, each.subject_table) for each in rows]


def test_deed_above_the_sum_waits_and_is_done_once(cast: Cast) -> None:
    row = asked(cast.dmitry, much(cast))
    assert asked(cast.dmitry, much(cast)) == row
    assert (Correction.select().count(), row.amount) == (0, Decimal("5000.00"))
    assert deeds_waiting() is not None
    done = allowed(cast.olga, row)
    assert allowed(cast.olga, row) == done == Correction.get()
    assert (done.amount, done.for_period, done.service, done.employee) == (
        Decimal("-5000.00"),
        SEPTEMBER,
        Service.COLD,
        cast.dmitry,
    )
    assert told() == [
        ("Дмитрий Лебедев", "ask_deed", "pending_deed"),
        ("Дмитрий Лебедев", "enter_correction", "correction"),
        ("Ольга Ветрова", "approve_deed", "pending_deed"),
    ]
    found: Any = find_deed(row.id)
    assert (found.state, found.decider, found.done_id) == (
        DeedState.APPROVED,
        cast.olga,
        done.id,
    )
    assert (deeds_waiting(), asked(cast.dmitry, much(cast))) == (None, done)


def test_what_does_not_wait(cast: Cast) -> None:
    just = much(cast, amount=Decimal("-1000.00"))
    assert isinstance(asked(cast.dmitry, just), Correction)
    assert not PendingDeed.select().exists()
    own = ask_or_do(SYSTEM, much(cast), key="k2", today=TODAY, at=AT)
    assert isinstance(own, Correction)


def test_without_a_sum_nothing_waits(cast: Cast) -> None:
    Setting.update(value="").execute()
    assert isinstance(asked(cast.dmitry, much(cast)), Correction)


def test_what_would_be_refused_anyway_is_refused_at_once(cast: Cast) -> None:
    with pytest.raises(NoWordsError):
        asked(cast.dmitry, much(cast, words=" "))
    with pytest.raises(AbsurdAmountError):
        asked(cast.dmitry, much(cast, amount=Decimal(-(10**7))))
    with pytest.raises(NotPositiveError):
        asked(cast.dmitry, much(cast, amount=Decimal(0)))
    assert (PendingDeed.select().exists(), told()) == (False, [])


def test_nobody_decides_their_own_while_another_can(cast: Cast) -> None:
    make_setting("approval_alone", "yes")
    other = make_employee("chief", name="Второй")
    row = asked(cast.olga, much(cast))
    with pytest.raises(OwnDeedError):
        allowed(cast.olga, row)
    assert [each.id for each in waiting_deeds(limit=5)] == [row.id]
    assert isinstance(allowed(other, row, key="b"), Correction)


def test_alone_it_is_done_at_once_and_listed(cast: Cast) -> None:
    row = asked(cast.olga, much(cast), key="before")
    with pytest.raises(OwnDeedError):
        allowed(cast.olga, row)
    make_setting("approval_alone", "yes")
    done = asked(cast.olga, much(cast))
    assert asked(cast.olga, much(cast)) == done == Correction.get()
    assert isinstance(allowed(cast.olga, row), Correction)
    # Of somebody who may not decide the chief does.
    assert isinstance(asked(cast.dmitry, much(cast), key="d"), PendingDeed)
    listed = deeds_done_alone(AT - timedelta(days=7))
    assert [(each.state, each.asked_by) for each in listed] == [
        (DeedState.ALONE, cast.olga),
        (DeedState.ALONE, cast.olga),
    ]
    assert deeds_done_alone(AT + timedelta(seconds=1)) == []
    assert ("Ольга Ветрова", "do_deed_alone", "pending_deed") in told()


def test_declined_with_words(cast: Cast) -> None:
    row = asked(cast.dmitry, much(cast))
    chief = actor_of(cast.olga)
    with pytest.raises(NoWordsError):
        decline_deed(chief, row.id, words=" ", key="d1", at=AT)
    for _twice in range(2):
        decline_deed(chief, row.id, words="Нет акта", key="d1", at=AT)
    with pytest.raises(DecidedAlreadyError):
        allowed(cast.olga, row)
    (found,) = deeds_asked_by(cast.dmitry.id, limit=5)
    assert (found.state, found.words, Correction.select().count()) == (
        DeedState.DECLINED,
        "Нет акта",
        0,
    )
    with pytest.raises(DeedNotFoundError):
        approve_deed(chief, row.id + 1, key="x", today=TODAY, at=AT)


def test_reversal_that_somebody_has_done_meanwhile_goes_on_waiting(cast: Cast) -> None:
    payment = pay(cast.account, OCTOBER, "2000")
    new = NewReversal(payment.id, "чужой счёт")
    row = asked(cast.dmitry, new)
    assert (row.account, row.amount) == (cast.account, Decimal("2000.00"))
    second = asked(cast.dmitry, new, key="k2")
    assert allowed(cast.olga, row) == PaymentReversal.get()
    with pytest.raises(TakenBackAlreadyError):
        allowed(cast.olga, second, key="a2")
    assert PendingDeed.get_by_id(second.id).state is DeedState.WAITING
    with pytest.raises(TakenBackAlreadyError):
        reverse_payment(actor_of(cast.dmitry), new, key="k3", today=TODAY, at=AT)


def test_opening_balance_waits_too(cast: Cast) -> None:
    new = NewOpening(
        cast.account.id, OpeningKind.DEBT, Decimal("1000.01"), date(2026, 9, 30), Period(2026, 8)
    )
    row = asked(cast.dmitry, new)
    assert allowed(cast.olga, row) == OpeningBalance.get()
    assert OpeningBalance.get().period == Period(2026, 8)
    later = asked(cast.dmitry, new, key="k2")
    charge(cast.account, OCTOBER, "10")
    issue(OCTOBER, cast.account)
    with pytest.raises(HasReceiptsError):
        allowed(cast.olga, later, key="a2")


def new_price() -> RateDeed:
    """Cold water at 50 rubles from December on."""
    kept = Tariff.get(Tariff.service == Service.COLD)
    values = dict(kept.__data__)
    values |= {"price": Decimal("50.00"), "starts_on": date(2026, 12, 1), "ends_on": None}
    values.pop("id")
    return RateDeed(Tariff, values)


def test_new_price_waits_for_the_chief_alone(cast: Cast) -> None:
    make_tariff()
    row = asked(cast.dmitry, new_price())
    assert (row.amount, row.account) == (None, None)
    assert allowed(cast.olga, row).price == Decimal("50.00")
    assert Tariff.select().count() == 2


def test_price_of_the_chief_does_not_wait(cast: Cast) -> None:
    make_tariff()
    assert isinstance(asked(cast.olga, new_price()), AddedRate)


def test_changed_price_waits_once_and_keeps_what_was_seen(cast: Cast) -> None:
    kept = Tariff.get_by_id(make_tariff().id)
    make_month(state=MonthState.CALCULATED)
    seen = {"price": kept.price, "starts_on": kept.starts_on}
    change = RateDeed(Tariff, {**seen, "price": Decimal("43.00")}, kept, seen)
    row = asked(cast.dmitry, change)
    assert asked(cast.dmitry, change, key="k2") == row
    assert allowed(cast.olga, row).price == Decimal("43.00")
    same = RateDeed(Tariff, {}, Tariff.get_by_id(kept.id))
    assert (asked(cast.dmitry, same, key="k3"), PendingDeed.select().count()) == (
        Tariff.get_by_id(kept.id),
        1,
    )
