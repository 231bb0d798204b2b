"""Whoever buys a flat sees nothing of the time before, at no address; whoever left is let in no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask

from tests.cast import Cast, actor_of
from tests.conftest import ClientAs
from tests.factories import make_access, make_email, make_reading, make_resident
from tests.months import closed, make_rates, settle
from tests.page import Client
from tests.papers import text_of
from vodokanal.billing.periods import Period
from vodokanal.models.accounts import Account, Holder
from vodokanal.models.holder_changes import ChangeKind
from vodokanal.models.months import ChargeLine
from vodokanal.models.people import Resident
from vodokanal.models.readings import Reading, Submission
from vodokanal.models.receipts import Receipt
from vodokanal.operations.holder_changes import NewChange, Paper, change_holder
from vodokanal.operations.payments import NewPayment, enter_payment
from vodokanal.operations.signins import find_resident
from vodokanal.operations.tenures import NewHolder, Tenure
from vodokanal.web.access import Audience, access_table

OCTOBER, TODAY = Period(2026, 10), date(2026, 11, 12)
AT = datetime(2026, 11, 12, 7, 42, tzinfo=UTC)
PAID = Decimal("317.43")
NOT_FOUND, SEE_OTHER = 404, 303
# What stands in an address besides the account: all of the old holder's time.
FILES = {"kind": "csv"}


@pytest.fixture
def flat(app: Flask, cast: Cast) -> Cast:
    """Anna's account with a year of readings, an issued month and a payment."""
    category = make_rates()
    settle(cast.account, category)
    Holder.update(telephone="+7 903 777-66-55", email="anna@mail.example").execute()
    make_email(cast.anna, "anna@mail.example")
    closed(OCTOBER, "2026-11-02T10:00", forced=True)
    new = NewPayment(cast.account.id, PAID, date(2026, 11, 9))
    enter_payment(actor_of(cast.galina), new, key="pay", today=TODAY, at=AT)
    return cast


def sell(cast: Cast) -> Account:
    """Anna sells to Gleb on the 10th; his account."""
    read = {cast.cold.id: "160,5", cast.hot.id: "105"}
    tenure = Tenure(NewHolder("Громов Глеб Олегович"), 2)
    paper = Paper("договор")
    new = NewChange(cast.account.id, date(2026, 11, 10), ChangeKind.SALE, paper, tenure, read)
    change = change_holder(actor_of(cast.galina), new, key="sale", today=TODAY, at=AT)
    found: Account = change.new_account
    return found


@pytest.fixture
def gleb(flat: Cast, client_as: ClientAs) -> Client:
    """The browser of the new holder."""
    resident = make_resident(login="12-34", name="Громов Глеб Олегович")
    make_access(resident=resident, account=sell(flat))
    return client_as(resident)


def parts_of(cast: Cast) -> dict[str, str]:
    """What the addresses of the old holder's things are made of."""
    reading = Reading.get(Reading.meter == cast.cold, Reading.period == OCTOBER)
    return {
        "submission_number": reading.submission.number,
        "reading_id": str(reading.id),
        "period": str(OCTOBER),
        "line": str(ChargeLine.get(ChargeLine.account == cast.account).id),
        **FILES,
    }


def addresses(app: Flask, number: str, parts: dict[str, str]) -> Iterator[tuple[str, str, bool]]:
    """Method, path and whether it names a thing, of each address below an account."""
    adapter, table = app.url_map.bind("localhost"), access_table(app)
    for rule in app.url_map.iter_rules():
        if table.row_of(rule.endpoint) is not Audience.RESIDENT or "number" not in rule.arguments:
            continue
        others = rule.arguments - {"number"}
        assert others <= parts.keys(), f"say in parts_of what {rule} names of the old holder"
        path = adapter.build(rule.endpoint, {"number": number, **{n: parts[n] for n in others}})
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield method, path, bool(others - FILES.keys())


def answer_of(client: Client, method: str, path: str) -> int:
    if method == "GET":
        return client.get(path, status=NOT_FOUND, inspected=False).response.status_code
    return client.post(path, {"key": "k"}, status=NOT_FOUND).response.status_code


def secrets_of(cast: Cast) -> set[str]:
    """Names, contacts, numbers, sums and readings of the old holder, as pages print them."""
    found = {"Иванова", "Анна", "Иванов", "Борис", "Петрова", "777-66-55", "anna@", "12-34-1"}
    receipt = Receipt.get(Receipt.account == cast.account)
    lines = ChargeLine.select().where(ChargeLine.account == cast.account)
    sums = [PAID, receipt.closing, receipt.charged, receipt.closing - PAID]
    sums += [each.amount for each in lines]
    found |= {f"{amount:.2f}".replace(".", ",") for amount in sums if amount < 1000}
    for meter in (cast.cold, cast.hot):
        values = Reading.select().where(Reading.meter == meter)
        found |= {f"{each.value:.3f}".replace(".", ",") for each in values}
    submissions = Submission.select().where(Submission.account == cast.account)
    return found | {text for each in submissions for text in (each.number, each.code)}


def test_no_address_leads_to_the_old_account(app: Flask, gleb: Client, flat: Cast) -> None:
    tried = 0
    for number in ("12-34-1", "12341"):
        for method, path, _ in addresses(app, number, parts_of(flat)):
            assert answer_of(gleb, method, path) == NOT_FOUND, (method, path)
            tried += 1
    assert tried > 20


def test_nothing_of_the_old_time_is_below_the_new_account(
    app: Flask, gleb: Client, flat: Cast
) -> None:
    named = [each for each in addresses(app, "1234", parts_of(flat)) if each[2]]
    assert len(named) > 4
    for method, path, _ in named:
        assert answer_of(gleb, method, path) == NOT_FOUND, (method, path)


def test_no_page_of_the_new_account_tells_of_the_old_one(
    app: Flask, gleb: Client, flat: Cast
) -> None:
    secrets, told, shown = secrets_of(flat), "", 0
    for method, path, names_a_thing in addresses(app, "1234", parts_of(flat)):
        if method == "GET" and not names_a_thing:
            answer = gleb.browser.get(path)
            # Without a receipt there is no statement to print yet.
            assert answer.status_code in {200, SEE_OTHER, NOT_FOUND}, path
            shown += answer.status_code < NOT_FOUND
            is_paper = answer.mimetype == "application/pdf"
            text = text_of(answer.data) if is_paper else answer.get_data(as_text=True)
            answer.close()
            text = text.replace("\N{NO-BREAK SPACE}", " ")
            assert not {each for each in secrets if each in text}, path
            told += text
    assert "Громов" in told
    assert shown >= 8
    assert len(secrets) > 40


def test_reading_of_the_new_days_names_nobody_of_the_old_household(
    flat: Cast, client_as: ClientAs
) -> None:
    given = {"value": "161", "taken_on": TODAY, "resident": flat.anna}
    make_reading(flat.cold, period=OCTOBER.next, **given)
    resident = make_resident(name="Громов Глеб Олегович")
    make_access(resident=resident, account=sell(flat))
    page = client_as(resident).get("/personal/12-34/meters/")
    assert "161,000" in page.plain
    assert "в офисе" in page.plain
    assert "передали" not in page.plain


def test_old_household_is_signed_out(flat: Cast, client_as: ClientAs) -> None:
    make_access(resident=flat.boris, account=flat.vera_account)
    anna, boris = client_as(flat.anna), client_as(flat.boris)
    anna.get("/personal/12-34/")
    sell(flat)
    for path in (
        "/personal/",
        "/personal/12-34/",
        "/personal/12-34-1/",
        "/personal/12341/balance/",
    ):
        assert "/login" in anna.get(path, status=SEE_OTHER).location
    boris.get("/personal/56-78/")
    for path in ("/personal/12-34/", "/personal/12341/", "/personal/12341/receipts/"):
        boris.get(path, status=NOT_FOUND)


def test_number_is_nobody_s_login_any_more(flat: Cast) -> None:
    Resident.update(login="12-34").where(Resident.id == flat.anna.id).execute()
    assert find_resident("12-34") is not None
    sell(flat)
    assert find_resident("12-34") is None
    assert find_resident("1234") is None
