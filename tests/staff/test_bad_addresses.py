"""What the addresses of the admin are asked with, by mistake or on purpose: the right 4xx."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.cast import Cast
from tests.page import Client
from tests.staff.good import new_row
from tests.staff.rows import PATHS, newest, populate, table_at

TWENTY = "9" * 20
# Of no row: the engines' own limits, other alphabets' digits, other ways to write a number.
NO_IDS: tuple[str, ...] = (
    "",
    "0",
    "-1",
    "999999999",
    "9" * 10,
    "9" * 15,
    TWENTY,
    "9" * 400,
    "1e0",
    "1.0",
    "0x1",
)
NO_IDS += ("٣", "１", "x", "1 ", " 1", "+1", "1;2", "1'", "NaN", "None", "\u2028", "%", "[1]")
# Refused before any page is asked.
CONTROLS = ("%00", "%0A", "%1B", "%7F", "%ED%A0%80%00")
NUMBERS = ("page", "sort", "desc", "page_size", "limit", "offset", "id")
ROW_PAGES = ("details_view", "edit_view", "password", "roles")
DEED_PAGES = ("disable", "enable", "revoke", "send_again", "confirm_email")
# What stock Flask-Admin has, and we do not.
NOT_THERE = ("delete/", "action/", "export/csv/", "ajax/update/", "import/")


@pytest.fixture(autouse=True)
def _rows(cast: Cast) -> None:
    populate(cast)


def pages(app: Flask, *wanted: str) -> Iterator[str]:
    """The addresses of these pages of every view."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/staff/") and rule.endpoint.partition(".")[2] in wanted:
            yield rule.rule


def statuses(client: Client, addresses: list[str]) -> dict[str, int]:
    found = {}
    for address in addresses:
        with client.browser.get(address) as answer:
            found[address] = answer.status_code
    return found


@pytest.mark.slow("asks every page of a row for rows that are none")
def test_row_that_is_none_is_not_found(app: Flask, chief: Client) -> None:
    addresses = list(pages(app, *ROW_PAGES))
    assert len(addresses) > 30
    for no_id in NO_IDS:
        wrong = set()
        for address in addresses:
            with chief.browser.get(address, query_string={"id": no_id}) as answer:
                wrong |= {(address, answer.status_code)} - {(address, 404), (address, 400)}
        assert wrong == set(), no_id
    assert set(statuses(chief, addresses).values()) == {404}


@pytest.mark.slow("presses every button of a row for rows that are none")
def test_deed_on_a_row_that_is_none_is_not_found(app: Flask, chief: Client) -> None:
    token, addresses = chief.csrf_token(), list(pages(app, *DEED_PAGES))
    assert len(addresses) > 5
    for no_id in (*NO_IDS, None):
        data = {"csrf_token": token, "confirmed": "yes", "id": no_id}
        sent = {name: value for name, value in data.items() if value is not None}
        found = {chief.browser.post(address, data=sent).status_code for address in addresses}
        assert found == {404}, no_id


@pytest.mark.parametrize("path", PATHS)
def test_nothing_deletes_and_nothing_else_of_the_stock_admin_is_there(
    chief: Client, path: str
) -> None:
    row, before = newest(path), table_at(path).select().count()
    for page in NOT_THERE:
        data = {"id": row.id, "rowid": row.id, "action": "delete", "list_form_pk": row.id}
        chief.post(f"/staff/{path}/{page}", data, status=404)
        assert chief.browser.delete(f"/staff/{path}/{page}?id={row.id}").status_code == 404
    assert chief.browser.delete(f"/staff/{path}/edit/?id={row.id}").status_code in {404, 405}
    assert table_at(path).select().count() == before


@pytest.mark.parametrize("path", PATHS)
def test_control_characters_and_odd_numbers_are_refused(chief: Client, path: str) -> None:
    list_address = f"/staff/{path}/"
    wrong = [f"{list_address}?search={each}" for each in CONTROLS]
    wrong += [f"{list_address}?{each}=1" for each in CONTROLS]
    for name in NUMBERS:
        wrong += [f"{list_address}?{name}={each}" for each in ("-1", TWENTY, "x", "٣", "１", "1.0")]
    assert set(statuses(chief, wrong).values()) == {400}


@pytest.mark.slow("asks every look-up in every way")
def test_lookup_refuses_what_its_own_field_would_not_ask(app: Flask, chief: Client) -> None:
    for address in pages(app, "ajax_lookup"):
        refused = [
            f"{address}?{arguments}"
            for arguments in (
                *("", "name=account", "query=a", "query=a&name=", "query=a&name=nothing"),
                *("query=a&name=id", "query=a&name=password_hash", "query=%00&name=account"),
                *(f"query=a&limit={each}" for each in ("-1", "51", TWENTY, "x", "٣")),
                *(f"query=a&offset={each}" for each in ("-1", TWENTY, "x")),
            )
        ]
        assert set(statuses(chief, refused).values()) <= {400, 404}, address


@pytest.mark.slow("sends every field that looks a row up with ids of none")
@pytest.mark.parametrize("path", [each for each in PATHS if each != "readings"])
def test_id_of_no_row_in_a_lookup_field_names_nothing(
    app: Flask, chief: Client, cast: Cast, path: str
) -> None:
    code = path.replace("-", "_")
    (view,) = [each for each in app.extensions["admin"][0]._views if each.endpoint == code]
    for name in view.loaders if view.can_create else ():
        before = table_at(path).select().count()
        form = new_row(chief, path, cast=cast)
        form.fields[name] = [""]
        for no_id in NO_IDS:
            form.fields[f"{name}_id"] = [no_id]
            answer = chief.browser.post(f"/staff/{path}/new/", data=form.fields)
            # Where a row need not be named, none is.
            assert answer.status_code in {422, 303, 409}, (name, no_id)
            assert table_at(path).select().count() - before <= 1
