"""The chief really does everything that the admin offers: the control of every refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from flask import Flask

from tests.cast import Cast
from tests.page import Client
from tests.staff.good import form_at, new_row
from tests.staff.rows import TEXTS, newest, populate, table_at
from vodokanal.models.journal import JournalEntry
from vodokanal.models.letters import Letter, LetterState
from vodokanal.models.payments import PaymentReversal
from vodokanal.models.people import Resident
from vodokanal.operations.employment import role_ids_of
from vodokanal.staff.setting_words import GROUPS

LOOKED_UP = {
    "accesses": "resident",
    "accounts": "premises",
    "premises": "house",
    "premises-norms": "premises",
    "meter-possibilities": "premises",
    "premises-quantities": "premises",
    "interruptions": "house",
    "meter-checks": "meter",
    "house-readings": "meter",
}
DEEDS = ("disable", "enable", "revoke", "send_again", "confirm_email")
Deed = Callable[[Client, str, Cast], None]


@pytest.fixture(autouse=True)
def _rows(cast: Cast) -> None:
    populate(cast)


def look(chief: Client, path: str, cast: Cast) -> None:
    assert len(chief.get(f"/staff/{path}/").rows()) > 1


def look_closer(chief: Client, path: str, cast: Cast) -> None:
    chief.get(f"/staff/{path}/details/?id={newest(path).id}")


def look_up(chief: Client, path: str, cast: Cast) -> None:
    name = LOOKED_UP.get(path, "account")
    found = chief.get(f"/staff/{path}/ajax/lookup/?name={name}&query=а&limit=50")
    assert isinstance(found.json, list)


def add(chief: Client, path: str, cast: Cast) -> None:
    before = table_at(path).select().count()
    new_row(chief, path, cast=cast).submit()
    assert table_at(path).select().count() == before + 1


def change(chief: Client, path: str, cast: Cast) -> None:
    form = form_at(chief, f"/staff/{path}/edit/?id={newest(path).id}")
    for column in TEXTS[path][:1]:
        form.fields[column] = ["Ж-7"]
    form.submit()
    assert all(getattr(newest(path), column) == "Ж-7" for column in TEXTS[path][:1])


def settle(page: str) -> Deed:
    """A button of a row, once its question is answered."""

    def done(chief: Client, path: str, cast: Cast) -> None:
        row = newest(path)
        if page == "enable":
            chief.post(f"/staff/{path}/disable/", {"id": row.id, "confirmed": "yes"})
        if page == "confirm_email":
            Resident.update(email="b@mail.example", email_confirmed_at=None).execute()
        if page == "send_again":
            Letter.update(state=LetterState.FAILED).execute()
        if page == "confirm_email":
            Resident.update(email="new@mail.example", email_confirmed_at=None).execute()
        before = dict(newest(path).__data__)
        address = f"/staff/{path}/{page.replace('_', '-')}/"
        chief.post(address, {"id": row.id, "confirmed": "yes"})
        assert newest(path).__data__ != before

    return done


def issue_password(chief: Client, path: str, cast: Cast) -> None:
    page = chief.get(f"/staff/{path}/password/?id={newest(path).id}")
    assert page.form("Выдать").submit(status=200).find('.//b[@id="password"]').text


def give_roles(chief: Client, path: str, cast: Cast) -> None:
    form = form_at(chief, f"/staff/{path}/roles/?id={newest(path).id}")
    form.fields["roles"] = ["1", "2"]
    form.submit()
    assert role_ids_of(newest(path)) == [1, 2]


def take_away(chief: Client, path: str, cast: Cast) -> None:
    page = chief.post(f"/staff/{path}/download/", {"format": "csv"}, status=200)
    assert page.response.mimetype == "text/csv"
    page.response.close()
    assert JournalEntry.select().where(JournalEntry.action == "download_list").exists()


def print_paper(chief: Client, path: str, cast: Cast) -> None:
    page = chief.get(f"/staff/{path}/paper/?id={newest(path).id}")
    assert page.response.data.startswith(b"%PDF")


def take_back(chief: Client, path: str, cast: Cast) -> None:
    form = chief.get(f"/staff/{path}/take-back/?id={newest(path).id}").form("Почему")
    form.fill(reason="чужой счёт").submit()
    assert PaymentReversal.get().payment_id == newest(path).id


def withdraw(chief: Client, path: str, cast: Cast) -> None:
    before = newest(path).id
    chief.post(f"/staff/{path}/withdraw/", {"id": before, "confirmed": "yes"})
    assert newest(path) is None or newest(path).id != before


PAGES: Mapping[str, Deed] = {
    "index_view": look,
    "details_view": look_closer,
    "ajax_lookup": look_up,
    "create_view": add,
    "edit_view": change,
    "download": take_away,
    "paper": print_paper,
    "password": issue_password,
    "roles": give_roles,
    "take_back": take_back,
    "withdraw": withdraw,
    **{
        page: settle(page)
        for page in ("confirm_email", "disable", "enable", "revoke", "send_again")
    },
}
# Desks have tests of their own, which do everything that they offer.
DESKS = frozenset(
    {
        "admin",
        "settings",
        "month",
        "recalculation",
        "turnover",
        "debtors",
        "house_balance",
        "payment_entry",
        "approvals",
        "book",
        "gis_export",
        "holder_changes",
        "occupancy_changes",
        "service_changes",
        "meter_replacements",
        *(f"account_{desk}" for desk in ("changes", "openings", "closings")),
        "tables",
        "find",
        "disputes",
        "todays_bill",
        "case_file",
        "sheet_remarks",
        *(f"account_{desk}" for desk in ("card", "note", "look", "papers", "months")),
    }
) | {
    f"reading_{desk}"
    for desk in ("entry", "answers", "missing", "settlements", "sheets", "slips", "sheet_files")
}


def offered(app: Flask) -> list[tuple[str, str]]:
    """Every page of every table: the table's address and the page."""
    views = app.extensions["admin"][0]._views
    return [
        (view.endpoint.replace("_", "-"), page)
        for view in views
        for page in view.pages()
        if view.endpoint not in DESKS
    ]


def test_no_page_is_without_a_control(app: Flask) -> None:
    assert {page for _path, page in offered(app)} == set(PAGES)


@pytest.mark.slow("does everything that every table offers")
@pytest.mark.parametrize("page", PAGES)
def test_chief_does_it(app: Flask, chief: Client, cast: Cast, page: str) -> None:
    paths = [path for path, each in offered(app) if each == page]
    assert paths
    for path in paths:
        PAGES[page](chief, path, cast)


@pytest.mark.parametrize("group", [group.code for group in GROUPS])
def test_chief_changes_the_settings(chief: Client, group: str) -> None:
    form_at(chief, f"/staff/settings/{group}/").submit()
