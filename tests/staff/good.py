"""What is right: the forms of new rows as a clerk fills them in, the addresses of what is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.books import make_book_import
from tests.cast import Cast
from tests.factories import make_holder_change, make_reading, make_submission
from tests.ledgers import charge, issue, pay
from tests.month_factories import (
    make_account_change,
    make_dispute,
    make_pending_deed,
    make_preview,
    make_recalculation_batch,
)
from tests.page import Client, Form
from tests.sheet_factories import make_reading_sheet, make_sheet_remark, make_sheet_upload
from tests.staff.rows import populate
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.models.people import Role
from vodokanal.models.places import NormCategory

SAVE = "Сохранить"
CODE = "ABCDEFGHIJKL"


def form_at(client: Client, address: str) -> Form:
    """The form of a page that has one to be saved."""
    return client.get(address).form(SAVE)


def new_row(client: Client, path: str, *, cast: Cast) -> Form:
    """The form of a new row with everything in it that the row needs."""
    form = form_at(client, f"/staff/{path}/new/")
    for name, value in typed(cast)[path].items():
        form.fields[name] = [str(value)]
    return form


def typed(cast: Cast) -> Mapping[str, Mapping[str, Any]]:
    """What is typed into the form of a new row, by the table's address."""
    flat, day = "речная 5 кв 13", "2027-01-01"
    account = {"account": str(cast.vera_account.number), "starts_on": day}
    office = Role.get(Role.code == "office").id
    return {
        "districts": {"name": "Северный"},
        "houses": {"district": cast.district.id, "street": "ул. Новая", "number": "1"},
        "premises": {"house": "речная 5", "flat": "99"},
        "norm-categories": {"name": "Колонка"},
        "premises-norms": {
            "premises": flat,
            "category": NormCategory.get().id,
            "starts_on": day,
        },
        "meter-possibilities": {"premises": flat, "possible": "y", "starts_on": day},
        "premises-quantities": {"premises": flat, "quantity": "2", "starts_on": day},
        "accounts": {"number": "90-1", "premises": flat},
        "account-services": account,
        # Before the one who is there.
        "holders": {
            **account,
            "name": "Новый плательщик",
            "starts_on": "2019-01-01",
            "ends_on": "2019-12-31",
        },
        "occupancies": account,
        "meters": {"account": "12-34", "serial": "777", "installed_on": day},
        "residents": {"name": "Новый житель", "login": "novy"},
        "accesses": {"resident": "boris", "account": "56-78"},
        "tariffs": {"price": "50,93", "starts_on": day},
        "norms": {"category": NormCategory.get().id, "volume": "5,016", "starts_on": day},
        "multipliers": {"value": "3", "starts_on": day},
        "payment-terms": {"bill_by_day": "5", "pay_by_day": "20", "starts_on": day},
        # After the last one that is known.
        "key-rates": {"percent": "15", "starts_on": "2026-01-01"},
        "moratoria": {"starts_on": day, "ends_on": day},
        "legal-terms": {"value": "6", "starts_on": day},
        "vat-rates": {"percent": "22", "starts_on": day},
        "days-off": {"on": day},
        "receipt-messages": {"words": "Поверка до мая.", "period": "2026-12"},
        "absences": {
            "account": "56-78",
            "left_on": "2026-10-01",
            "came_back_on": "2026-10-20",
            "applied_on": "2026-10-21",
            "document": "билеты",
        },
        "interruptions": {
            "house": "речная 5",
            "began_at": "2026-11-05T09:00",
            "ended_at": "2026-11-05T23:00",
        },
        "access-refusals": {"account": "56-78", "act_number": "8", "starts_on": day},
        "meter-checks": {
            "meter": "00054321",
            "checked_on": "2026-11-01",
            "found": "104",
            "act_number": "13",
        },
        "house-readings": {
            "meter": "ОД-1",
            "period": "2026-09",
            "value": "80,5",
            "taken_on": "2026-09-25",
        },
        # Whoever has receipts brings nothing along any more.
        "opening-balances": {
            "account": "56-78",
            "kind": "debt",
            "period": "2026-09",
            "amount": "100,50",
            "on": "2026-11-01",
        },
        "corrections": {
            "account": "56-78",
            "for_period": "2026-10",
            "amount": "50",
            "words": "По заявлению",
        },
        "windows": {"from_day": "1", "to_day": "5", "starts_on": day},
        "window-extensions": {
            "period": Period(2026, 12),
            "ends_on": "2026-12-28",
            "sentence": "Продлено.",
        },
        "export-columns": {
            "sheet": "gis_readings",
            "position": "40",
            "title": "Ещё",
            "source": "nothing",
        },
        "employees": {"name": "Новый сотрудник", "login": "novy", "roles": office},
        "roles": {"name": "Новая роль", "permissions": "houses.read"},
    }


def stage(cast: Cast) -> dict[str, str]:
    """A row in every table and a doubtful reading; the rules' variables that lead to them."""
    populate(cast)
    period = Period(2026, 11)
    submission = make_submission(account=cast.account, period=period, code=CODE)
    asked = {"submission": submission, "period": period, "state": ReadingState.ASKED}
    reading = make_reading(cast.cold, **asked)
    charge(cast.account, Period(2025, 1), "500")
    issue(Period(2025, 1), cast.account)
    return {
        "number": str(cast.account.number),
        "submission_number": str(submission.number),
        "sent": str(submission.number),
        "reading_id": str(reading.id),
        "reading": str(reading.id),
        "code": CODE,
        "period": "2025-01",
        "kind": "csv",
        "group": "utility",
        "preview": str(make_preview(employee=cast.olga).id),
        "batch": str(make_recalculation_batch().id),
        "book": str(make_book_import().id),
        "premises": str(cast.account.premises_id),
        "change": str(make_holder_change(new_account=cast.account).id),
        "dated": str(make_account_change(account=cast.account).id),
        "dispute": str(make_dispute(account=cast.account, period=Period(2025, 1)).id),
        "deed": str(make_pending_deed(payment=pay(cast.account, period, "100")).id),
        "line": "cold-0",
        "sheet": str(make_reading_sheet().id),
        "account": str(cast.account.id),
        "upload": str(make_sheet_upload().id),
        "remark": str(make_sheet_remark().id),
    }
