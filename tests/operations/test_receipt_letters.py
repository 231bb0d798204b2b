"""Letters that a receipt is ready: who gets one, once, and what is left to tell."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import Cast
from tests.clock import moment
from tests.conftest import SECRET_KEY
from tests.factories import make_account, make_email
from tests.month_factories import make_receipt
from tests.statements import statements
from vodokanal.billing.money import rubles
from vodokanal.billing.periods import Period
from vodokanal.models.accounts import Account, ReceiptDelivery
from vodokanal.models.jobs import WakeUp
from vodokanal.models.letters import Letter, LetterKind
from vodokanal.models.people import AccountAccess, Resident
from vodokanal.models.receipts import Receipt
from vodokanal.operations.letters import NO_ADDRESS, NOTHING_TO_TELL
from vodokanal.operations.month_rows import Range
from vodokanal.operations.queue import open_queue
from vodokanal.operations.receipt_letters import (
    ReceiptNews,
    find_receipt_news,
    write_receipt_letters,
)

AT = moment("2026-11-01T09:00")
OCTOBER = Period(2026, 10)
EVERYBODY = Range(1, 2**31 - 1, OCTOBER)


@pytest.fixture(autouse=True)
def _queue() -> None:
    open_queue(SECRET_KEY)


@pytest.fixture
def receipt(cast: Cast) -> Receipt:
    """October's receipt of Anna's account, which is delivered by e-mail to all with an address."""
    Account.update(receipt_delivery=ReceiptDelivery.EMAIL).execute()
    for person in (cast.anna, cast.boris, cast.daria):
        make_email(person, f"{person.login}@mail.example")
    return make_receipt(account=cast.account)


def written(cast: Cast) -> int:
    return write_receipt_letters(EVERYBODY, at=AT)


def letter_of(person: Resident) -> Letter:
    found: Letter = (
        Letter.select(Letter, Resident).join(Resident).where(Resident.id == person.id).get()
    )
    return found


def test_owner_and_registered_get_one_and_trusted_none(cast: Cast, receipt: Receipt) -> None:
    assert written(cast) == 2
    rows = Letter.select(Letter, Resident).join(Resident).order_by(Resident.login)
    told = [(row.resident.login, row.kind, row.subject_table, row.subject_id) for row in rows]
    assert told == [
        ("anna", LetterKind.RECEIPT_READY, "receipt", receipt.id),
        ("boris", LetterKind.RECEIPT_READY, "receipt", receipt.id),
    ]
    assert letter_of(cast.anna).created_at == AT
    assert WakeUp.select().count() == 1


def test_paper_brings_no_letter(cast: Cast, receipt: Receipt) -> None:
    Account.update(receipt_delivery=ReceiptDelivery.PAPER).execute()
    assert written(cast) == 0
    assert WakeUp.select().count() == 0


@pytest.mark.parametrize(
    "change",
    [{"email_confirmed_at": None}, {"email": ""}, {"disabled_at": AT}],
    ids=["unconfirmed", "without an address", "disabled"],
)
def test_who_has_no_address_gets_none(
    cast: Cast, receipt: Receipt, change: dict[str, object]
) -> None:
    Resident.update(**change).execute()
    assert written(cast) == 0


def test_who_lost_access_gets_none(cast: Cast, receipt: Receipt) -> None:
    AccountAccess.update(revoked_at=AT).execute()
    assert written(cast) == 0


def test_many_accounts_cost_two_statements(cast: Cast, receipt: Receipt) -> None:
    for _ in range(5):
        make_account()
    with statements() as asked:
        write_receipt_letters(EVERYBODY, at=AT)
    assert len(asked) == 2


def test_letter_knows_the_sum_and_the_day(cast: Cast, receipt: Receipt) -> None:
    written(cast)
    news = find_receipt_news(letter_of(cast.anna))
    assert news == ReceiptNews(cast.account, OCTOBER, rubles("173.78"), date(2026, 11, 16))


def test_revoked_access_leaves_nothing_to_tell(cast: Cast, receipt: Receipt) -> None:
    written(cast)
    AccountAccess.update(revoked_at=AT).execute()
    assert find_receipt_news(letter_of(cast.anna)) == NOTHING_TO_TELL


def test_withdrawn_address_is_told_apart(cast: Cast, receipt: Receipt) -> None:
    written(cast)
    Resident.update(email_confirmed_at=None).execute()
    assert find_receipt_news(letter_of(cast.anna)) == NO_ADDRESS
