"""The gate of the admin: what a role does not allow is neither shown, nor offered, nor served."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_admin import BaseView

from tests.cast import Cast
from tests.conftest import ClientAs
from tests.page import Client
from vodokanal.operations.roles import PERMISSIONS
from vodokanal.staff.accounts import AccountView
from vodokanal.staff.base import StaffView
from vodokanal.staff.gate import Gate, expose
from vodokanal.staff.people import ResidentView
from vodokanal.staff.places import DistrictView
from vodokanal.staff.safety import UnsafeViewError, refuse_unsafe
from vodokanal.web.access import Audience, access_table

DAILY = ["Сегодня", "Ведомость", "Кто не передал", "Месяц", "Оплаты", "Должники", "Таблицы"]


def views(app: Flask) -> list[Gate]:
    found: list[Gate] = app.extensions["admin"][0]._views
    return found


def test_every_view_has_a_gate_and_every_page_a_row(app: Flask) -> None:
    table = access_table(app)
    for view in views(app):
        assert isinstance(view, Gate)
        for endpoint, row in view.access_rows().items():
            assert table.row_of(endpoint) == row
            assert isinstance(row, Audience) or row in PERMISSIONS


def test_page_that_nobody_thought_of_is_a_writing_one() -> None:
    assert DistrictView.row_for(DistrictView.__new__(DistrictView), "anything") == "districts.write"
    assert DistrictView.row_for(DistrictView.__new__(DistrictView), "details_view") == (
        "districts.read"
    )


def test_gate_itself_refuses_without_the_access_table(
    app: Flask, client_as: ClientAs, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vodokanal.web.access.allows", lambda *_anybody: True)
    reader = client_as(cast.rita)
    reader.get("/staff/districts/")
    reader.get("/staff/districts/new/", status=403)
    reader.get("/staff/journal/", status=403)


@pytest.mark.parametrize(
    ("name", "sections"),
    [
        ("olga", DAILY),
        ("galina", DAILY),
        ("kirill", ["Сегодня", "Таблицы"]),
    ],
)
def test_menu_shows_what_the_roles_allow(
    client_as: ClientAs, cast: Cast, name: str, sections: list[str]
) -> None:
    page = client_as(getattr(cast, name)).get("/staff/")
    assert page.rows is not None
    links = page.all('.//ul[@class="desk-sections"]/li/a')
    assert ["".join(link.itertext()) for link in links] == sections
    assert [link.text for link in links if link.get("aria-current")] == ["Сегодня"]


def test_everything_that_may_be_opened_stands_among_the_tables(
    client_as: ClientAs, cast: Cast
) -> None:
    page = client_as(cast.kirill).get("/staff/tables/")
    assert [each.text for each in page.all(".//article/h2")] == ["Лицевые счета", "Адреса"]
    assert "Лицевые счета" in page.links
    assert "Плательщики" not in page.links


def test_section_shows_its_tables_with_the_open_one_marked(chief: Client) -> None:
    page = chief.get("/staff/holders/")
    (daily,) = [
        link.text
        for link in page.all('.//ul[@class="desk-sections"]/li/a')
        if link.get("aria-current")
    ]
    assert daily == "Таблицы"
    links = page.all('.//ul[@class="desk-tables"]/li/a')
    assert [link.text for link in links if link.get("aria-current")] == ["Плательщики"]


def test_form_is_shown_again_only_to_who_may_open_it(
    app: Flask, client_as: ClientAs, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vodokanal.web.access.allows", lambda *_anybody: True)
    answer = client_as(cast.rita).post("/staff/districts/new/", {}, csrf=False, status=403)
    assert "Новый район" not in answer.text


@pytest.mark.parametrize("target", ["//evil.example", "javascript:alert(1)", "/personal/", "x"])
def test_page_leads_back_only_into_the_admin(chief: Client, target: str) -> None:
    chief.get("/staff/districts/new/", query_string={"url": target}, status=400)
    page = {"name": "Север", "url": target, "csrf_token": "stale"}
    answer = chief.post("/staff/districts/new/", page, status=400)
    assert target not in answer.links.values()


def test_reader_is_offered_nothing_to_write(client_as: ClientAs, cast: Cast) -> None:
    reader = client_as(cast.rita)
    page = reader.get("/staff/residents/")
    assert "Новый житель" not in page.text
    assert "Закрыть вход" not in page.text
    details = page.click("Иванова Анна Петровна")
    assert details.path == "/staff/residents/details/"
    assert "Изменить" not in details.text


def test_missing_argument_inside_a_page_is_not_hidden_by_a_second_call(app: Flask) -> None:
    calls = []

    class Broken(DistrictView):
        code = "broken"

        @expose("/")
        def index_view(self) -> str:
            calls.append(1)
            raise TypeError

    with app.test_request_context("/staff/"), pytest.raises(TypeError):
        Broken()._run_view(Broken.__dict__["index_view"].__wrapped__)
    assert len(calls) == 1


class Ungated(BaseView):
    @expose("/")
    def index(self) -> str:
        return ""


class Unknown(DistrictView):
    area = "nowhere"


Unordered = type("Unordered", (DistrictView,), {"order": ()})
Unnamed = type("Unnamed", (DistrictView,), {"column_list": ()})
Secretive = type("Secretive", (ResidentView,), {"column_list": ("name", "password_hash")})


class Deleting(DistrictView):
    can_delete = True


class EditingInTheList(DistrictView):
    column_editable_list = ("name",)


@pytest.mark.parametrize(
    "view", [Ungated, Unknown, Unordered, Unnamed, Deleting, Secretive, EditingInTheList]
)
def test_unsafe_view_is_refused_at_the_start(app: Flask, view: type[StaffView]) -> None:
    with pytest.raises(UnsafeViewError):
        refuse_unsafe([view()])
    refuse_unsafe([AccountView()])
